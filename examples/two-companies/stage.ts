// The stage: an authority, a SIP company, two XMPP companies, and the gateway between them, on free ports of
// the loopback. Everything is real but the people: sockets, mutual TLS, server-to-server streams, dialback.
import { makeAuthority, type Issued, type IssueOptions } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { declineRequest, Gateway, type Running, type Trace } from '@interwork/core';
import { drawToken, judgesFor, mac, run, steadyClock } from '@interwork/core/node';
import { loadPolicy, type PolicySet } from '@interwork/policy';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { playOn as playSip, SipScript } from '@interwork/sip/testing';
import { listenXmpp, type XmppEdge } from '@interwork/xmpp/node';
import { playOn as playXmpp, XmppScript } from '@interwork/xmpp/testing';
import { POLICY } from './policy.ts';
import { Watch } from './watch.ts';

export const CONTOSO = 'contoso.example';
export const GTALK = 'gtalk.example';
export const SPAM = 'spam.example';
export const GATEWAY = 'gw.contoso.example';

/** A company that speaks SIP: its people, and how to have them send. */
export interface SipCompany {
  readonly people: SipScript;
  readonly send: (
    from: string,
    to: string,
    text: string,
    draft?: object,
  ) => Promise<number | string>;
  readonly close: () => Promise<void>;
}

/** A company that speaks XMPP. */
export interface XmppCompany {
  readonly people: XmppScript;
  readonly send: (from: string, to: string, text: string, thread?: string) => void;
  readonly close: () => Promise<void>;
}

/** All of it. */
export interface Stage {
  readonly contoso: SipCompany;
  readonly gtalk: XmppCompany;
  readonly spam: XmppCompany;
  readonly watch: Watch;
  /** Another SIP company, whose certificate is as it is told to be. */
  readonly stranger: (domain: string, certificate: IssueOptions) => Promise<SipCompany>;
  readonly close: () => Promise<void>;
}

/** Builds the stage. */
export async function setStage(): Promise<Stage> {
  const watch = new Watch();
  const authority = makeAuthority({
    crypto: nodeCrypto,
    now: Date.now(),
    name: 'Authority both trust',
  });
  const elsewhere = makeAuthority({
    crypto: nodeCrypto,
    now: Date.now(),
    name: 'Authority nobody here knows',
  });
  const judges = judgesFor([authority.certificate.pem]);
  const places = new Map<string, number>();
  const locate = async (domain: string) => {
    const port = places.get(domain);
    return port === undefined
      ? ('not-found' as const)
      : [{ address: '127.0.0.1', port, direct: false }];
  };
  const atLoopback = { address: '127.0.0.1', port: 0 };
  const openSip = (host: string, issued: Issued): Promise<SipEdge> =>
    listenSip({
      host,
      listen: [{ ...atLoopback, transport: 'tls' }],
      tls: pairOf(issued),
      judge: judges.sip,
      decline: declineRequest,
    });
  const openXmpp = async (domain: string, issued: Issued): Promise<XmppEdge> => {
    const secret = `the dialback secret of ${domain}`;
    const edge = await listenXmpp({
      domains: [domain],
      listen: [atLoopback],
      tls: pairOf(issued),
      judge: judges.xmpp,
      secret,
      locate,
    });
    places.set(domain, portOf(edge));
    return edge;
  };

  const gatewayCertificate = authority.issue({ dns: [GATEWAY, CONTOSO] });
  const sip = await openSip(GATEWAY, gatewayCertificate);
  const xmpp = await openXmpp(CONTOSO, gatewayCertificate);
  const toGateway = {
    transport: 'tls',
    address: '127.0.0.1',
    port: portOf(sip),
    references: [GATEWAY],
  } as const;

  const sipCompany = async (
    domain: string,
    certificate: IssueOptions,
  ): Promise<SipCompany & { readonly port: number }> => {
    const edge = await openSip(domain, authority.issue(certificate));
    const people = new SipScript(domain);
    const step = playSip(watch.over(edge), people, steadyClock);
    return {
      people,
      port: portOf(edge),
      close: () => edge.close(),
      send: (from, to, text, draft = {}) => {
        const sent = people.send({ from, to, text, draft }, [toGateway]);
        step();
        return watch.until(() => sent.response?.status ?? sent.failed?.reason);
      },
    };
  };
  const xmppCompany = async (domain: string, issued: Issued): Promise<XmppCompany> => {
    const edge = await openXmpp(domain, issued);
    const people = new XmppScript(domain);
    const step = playXmpp(watch.over(edge), people);
    return {
      people,
      close: () => edge.close(),
      send: (from, to, text, thread) => {
        people.send({ from, to, text, ...(thread === undefined ? {} : { thread }) });
        step();
      },
    };
  };

  const contoso = await sipCompany(CONTOSO, { dns: [CONTOSO], uri: [`sip:${CONTOSO}`] });
  const gtalk = await xmppCompany(GTALK, elsewhere.issue({ dns: [GTALK] }));
  const spam = await xmppCompany(SPAM, authority.issue({ dns: [SPAM] }));
  for (const user of ['alice', 'bob']) contoso.people.addUser(user);
  for (const user of ['d\\27artagnan', 'carol']) gtalk.people.addUser(user);
  gtalk.people.addUser('porthos', []);
  spam.people.addUser('mallory');

  const gateway = new Gateway({
    sipDomains: [CONTOSO, 'fabrikam.example'],
    xmppDomains: ['*'],
    policy: policy(),
    routes: {
      [CONTOSO]: [
        { transport: 'tls', address: '127.0.0.1', port: contoso.port, references: [CONTOSO] },
      ],
    },
    instance: 'two-companies',
    secret: drawToken(),
    mac,
    drawToken,
    traces: 'full',
  });
  const onTrace = (trace: Trace): void => watch.trace(trace);
  const running: Running = run(gateway, { sip, xmpp }, { onTrace });
  const close = async (): Promise<void> => {
    await Promise.all([running.close(), contoso.close(), gtalk.close(), spam.close()]);
  };
  return { contoso, gtalk, spam, watch, stranger: sipCompany, close };
}

function policy(): PolicySet {
  const loaded = loadPolicy(JSON.stringify(POLICY));
  if (loaded.kind === 'policy') return loaded;
  throw new Error(loaded.findings.map((finding) => `${finding.path}: ${finding.text}`).join('\n'));
}

function pairOf(issued: Issued): { key: string; cert: string } {
  return { key: issued.keyPem, cert: issued.certPem };
}

function portOf(edge: SipEdge | XmppEdge): number {
  return edge.listening[0]?.port ?? 0;
}
