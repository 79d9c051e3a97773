// The SIP companies of these worlds: ours, and partners, each with what DNS says of it and what its certificate carries. Only
// the first partner is as it should be.
import type { Record } from '../src/dns.ts';
import { HOST, NAME, PORT, XMPP } from '../src/places.ts';

/** A company with a server at its border. */
export interface Company {
  readonly domain: string;
  /** What its server is called, and where it is. */
  readonly name: string;
  readonly address: string;
  /** What `_sipfederationtls._tcp` of its domain points to; absent: there is no such record. */
  readonly srv?: string;
  /** What its certificate carries instead of its server's name. */
  readonly certified?: readonly string[];
}

/** Where our own gateway is, as the companies know it. */
export const GATEWAY = { name: 'sip.contoso.example', address: '127.0.0.1', port: 5061 } as const;

/** Our own company: its server is behind the gateway. */
export const CONTOSO: Company = {
  domain: 'contoso.example',
  name: 'pool.contoso.example',
  address: '127.0.0.20',
};

/** The partners, by what is right or wrong about them. */
export const PARTNERS = {
  right: {
    domain: 'fabrikam.example',
    name: 'sip.fabrikam.example',
    srv: 'sip.fabrikam.example',
    address: '127.0.0.21',
  },
  'SRV leads to another domain': {
    domain: 'litware.example',
    name: 'edge.hoster.example',
    srv: 'edge.hoster.example',
    address: '127.0.0.22',
  },
  'certificate is another name’s': {
    domain: 'northwind.example',
    name: 'sip.northwind.example',
    srv: 'sip.northwind.example',
    certified: ['mail.northwind.example'],
    address: '127.0.0.23',
  },
  'SRV leads to a sub-domain': {
    domain: 'adatum.example',
    name: 'sip.eu.adatum.example',
    srv: 'sip.eu.adatum.example',
    address: '127.0.0.24',
  },
  'no SRV': {
    domain: 'proseware.example',
    name: 'sip.proseware.example',
    address: '127.0.0.25',
  },
} as const satisfies Readonly<globalThis.Record<string, Company>>;

/** A word for a partner. */
export type PartnerKind = keyof typeof PARTNERS;

/** What DNS says. */
export function zone(): readonly Record[] {
  const all: readonly Company[] = [CONTOSO, ...Object.values(PARTNERS)];
  return [
    { kind: 'address', name: GATEWAY.name, address: GATEWAY.address },
    { kind: 'address', name: NAME.xmpp, address: HOST.xmpp },
    srv(CONTOSO.domain, GATEWAY.name),
    xmppSrv(CONTOSO.domain, GATEWAY.name),
    xmppSrv(XMPP, NAME.xmpp),
    ...all.map(({ name, address }): Record => ({ kind: 'address', name, address })),
    ...all.flatMap((company) =>
      company.srv === undefined ? [] : [srv(company.domain, company.srv)],
    ),
  ];
}

function srv(domain: string, target: string): Record {
  return { kind: 'srv', name: `_sipfederationtls._tcp.${domain}`, target, port: 5061 };
}

function xmppSrv(domain: string, target: string): Record {
  return { kind: 'srv', name: `_xmpp-server._tcp.${domain}`, target, port: PORT.server };
}
