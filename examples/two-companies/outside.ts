// What is outside of the SIP company: another one, a public provider, and what DNS says of these and of one whose records are
// wrong. Names and ports of the loopback stand for servers.
import type { Target } from '@interwork/sip';
import type { Around } from './gateway.ts';

/** A domain that speaks SIP, and its server. */
export interface Partner {
  readonly domain: string;
  readonly server: string;
}

export const LITWARE: Partner = { domain: 'litware.example', server: 'sip.litware.example' };
export const CLOUD: Partner = { domain: 'cloud.example', server: 'federation.cloud.example' };

/** Its users are at the provider. */
export const ADATUM = 'adatum.example';
/** Its record leads to a server of somebody else. */
export const TAILSPIN = 'tailspin.example';

/** What `_sipfederationtls._tcp` of a domain points to. */
const SRV: Readonly<Record<string, string>> = {
  [LITWARE.domain]: LITWARE.server,
  [ADATUM]: CLOUD.server,
  [CLOUD.domain]: CLOUD.server,
  [TAILSPIN]: 'edge.hoster.example',
};

/** What the gateway is answered about it; `ports` are where the servers listen. */
export function outside(ports: ReadonlyMap<string, number>): Pick<Around, 'route' | 'fact'> {
  const targetsOf = (domain: string): readonly Target[] => {
    const server = SRV[domain] ?? '';
    const port = ports.get(server);
    if (port === undefined) return [];
    return [{ transport: 'tls', address: '127.0.0.1', port, references: [server] }];
  };
  return {
    route: (domain, reply) => reply(targetsOf(domain)),
    fact: (question, reply) => {
      if (question.kind === 'grant') return reply({ kind: 'grant', grant: {} });
      if (question.kind === 'relation') return reply({ kind: 'relation', relation: 'none' });
      const host = SRV[question.domain];
      reply({ kind: 'srv', records: host === undefined ? [] : [{ host, port: 5061 }] });
    },
  };
}
