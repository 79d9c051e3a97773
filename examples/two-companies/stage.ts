// The stage: a SIP company, two XMPP companies, two SIP partners, and the gateway between them, on free ports of the loopback.
// Everything is real but the people: sockets, mutual TLS, server-to-server streams, dialback, a store in a file.
import type { IssueOptions, Issued } from '@interwork/certs/testing';
import type { Rail, Side } from '@interwork/core/ladder';
import { drawToken, steadyClock } from '@interwork/core/node';
import type { Target } from '@interwork/sip';
import { playOn as playSip, SipDomain, type SipScript, type SipUser } from '@interwork/sip/testing';
import { playOn as playXmpp, XmppScript, type XmppUser } from '@interwork/xmpp/testing';
import { beginGateway, CONTOSO, GATEWAY, type RunningGateway } from './gateway.ts';
import { ADATUM, CLOUD, LITWARE, outside, type Partner } from './outside.ts';
import { type Ground, makeGround, portOf } from './ground.ts';
import { Watch } from './watch.ts';

export { CONTOSO, GATEWAY } from './gateway.ts';
export const GTALK = 'gtalk.example';
export const SPAM = 'spam.example';

/** Everybody but the SIP company stands on the right. */
export const RAILS: readonly Rail[] = [
  { id: 'sip', lines: ['SIP company', CONTOSO, 'mutual TLS'] },
  { id: 'gateway', lines: ['gateway', GATEWAY, 'judges, decides, explains'] },
  {
    id: 'xmpp',
    lines: ['XMPP company', GTALK, 'STARTTLS, dialback', 'or a SIP partner, mutual TLS'],
  },
];
const railOf = (side: Side, domain: string): string =>
  side === 'sip' && (domain === CONTOSO || domain === '') ? 'sip' : 'xmpp';

/** A company that speaks SIP: its people, and how to have them do something. */
export interface SipCompany {
  readonly people: SipScript;
  readonly user: (name: string) => SipUser;
  readonly send: (
    from: string,
    to: string,
    text: string,
    draft?: object,
  ) => Promise<number | string>;
  /** Lets out what its people have done. */
  readonly step: () => void;
  readonly close: () => Promise<void>;
}

/** A company that speaks XMPP. */
export interface XmppCompany {
  readonly people: XmppScript;
  readonly user: (name: string) => XmppUser;
  readonly send: (from: string, to: string, text: string, thread?: string) => void;
  /** Lets out what its people have done. */
  readonly step: () => void;
  readonly close: () => Promise<void>;
}

/** All of it. */
export interface Stage {
  readonly contoso: SipCompany;
  readonly gtalk: XmppCompany;
  readonly spam: XmppCompany;
  /** Another SIP company, and a public provider. */
  readonly litware: SipCompany;
  readonly cloud: SipCompany;
  readonly gateway: RunningGateway;
  readonly watch: Watch;
  /** Another SIP company, whose certificate is as it is told to be. */
  readonly stranger: (domain: string, certificate: IssueOptions) => Promise<SipCompany>;
  readonly close: () => Promise<void>;
}

/** Builds the stage. */
export async function setStage(): Promise<Stage> {
  const watch = new Watch({ rails: RAILS, railOf });
  const ground = makeGround();
  const { authority, elsewhere } = ground;
  const company = (domain: string, certificate: IssueOptions, port: number) =>
    sipCompany(domain, authority.issue(certificate), { ground, watch, hop: hop(port, GATEWAY) });
  const servers = new Map<string, number>();
  const partner = async ({ domain, server }: Partner, port: number) => {
    // For servers alone, as public authorities issue them now: it does where the partner calls, too.
    const opened = await company(domain, { dns: [server], as: 'server-auth-only' }, port);
    servers.set(server, opened.port);
    return opened;
  };
  let contoso: SipCompany | undefined;
  const gateway = await beginGateway(ground, watch, async (port) => {
    const certificate = { dns: [CONTOSO], uri: [`sip:${CONTOSO}`] };
    const opened = await company(CONTOSO, certificate, port);
    contoso = opened;
    return { inner: hop(opened.port, CONTOSO), ...outside(servers) };
  });
  if (contoso === undefined) throw new Error('nobody asked for the SIP company');
  const litware = await partner(LITWARE, gateway.port);
  const cloud = await partner(CLOUD, gateway.port);
  const gtalk = await xmppCompany(GTALK, elsewhere.issue({ dns: [GTALK] }), ground, watch);
  const spam = await xmppCompany(SPAM, authority.issue({ dns: [SPAM] }), ground, watch);
  const all = [gateway, contoso, gtalk, spam, litware, cloud];
  populate(contoso, gtalk, spam);
  litware.user('dave');
  cloud.people.addUser(`erin(${ADATUM})`);
  return {
    contoso,
    gtalk,
    spam,
    litware,
    cloud,
    gateway,
    watch,
    stranger: (domain, certificate) => company(domain, certificate, gateway.port),
    close: async () => void (await Promise.all(all.map((one) => one.close()))),
  };
}

function populate(contoso: SipCompany, gtalk: XmppCompany, spam: XmppCompany): void {
  for (const user of ['alice', 'bob']) contoso.user(user);
  gtalk.people.addUser('d\\27artagnan');
  gtalk.people.addUser('porthos', []);
  gtalk.user('carol').login('phone');
  spam.people.addUser('mallory');
}

interface Around {
  readonly ground: Ground;
  readonly watch: Watch;
  readonly hop: Target;
}

async function sipCompany(
  domain: string,
  issued: Issued,
  { ground, watch, hop: toGateway }: Around,
): Promise<SipCompany & { readonly port: number }> {
  const edge = await ground.openSip(domain, issued);
  const people = new SipDomain({ domain, drawToken, route: () => [toGateway] });
  const step = playSip(watch.over(edge), people, steadyClock);
  return {
    people: people.script,
    user: (name) => people.user(name),
    port: portOf(edge),
    step,
    close: () => edge.close(),
    send: (from, to, text, draft = {}) => {
      const sent = people.script.send({ from, to, text, draft }, [toGateway]);
      step();
      return watch.until(() => sent.response?.status ?? sent.failed?.reason);
    },
  };
}

async function xmppCompany(
  domain: string,
  issued: Issued,
  ground: Ground,
  watch: Watch,
): Promise<XmppCompany> {
  const edge = await ground.openXmpp(domain, issued);
  const people = new XmppScript(domain, { clock: steadyClock });
  const step = playXmpp(watch.over(edge), people);
  return {
    people,
    user: (name) => people.user(name),
    step,
    close: () => edge.close(),
    send: (from, to, text, thread) => {
      people.send({ from, to, text, ...(thread === undefined ? {} : { thread }) });
      step();
    },
  };
}

function hop(port: number, name: string): Target {
  return { transport: 'tls', address: '127.0.0.1', port, references: [name] };
}
