// The gateway under load, as a host runs it: both edges, every check, and a trace of each message handed over.
import { Gateway } from '@interwork/core';
import { drawToken, judgesFor, mac, run } from '@interwork/core/node';
import { loadPolicy, type PolicySet } from '@interwork/policy';
import type { Target } from '@interwork/sip';
import { listenSip } from '@interwork/sip/node';
import { connectComponent, listenXmpp } from '@interwork/xmpp/node';
import { HOST } from './ends.ts';
import { SIP, XMPP } from './messages.ts';
import type { Subject, SubjectPlan } from './words.ts';

export async function startGateway(plan: SubjectPlan): Promise<Subject> {
  const isTls = plan.kind === 'tls-s2s';
  const sip = await sipEdge(plan, isTls ? 'tls' : 'udp');
  const xmpp = isTls ? await s2sEdge(plan) : await componentEdge(plan);
  const gateway = new Gateway({
    sipDomains: [SIP],
    xmppDomains: [XMPP],
    policy: isTls ? byCertificate() : byAddress(),
    routes: { [SIP]: [nextHop(plan, isTls ? 'tls' : 'udp')] },
    instance: 'bench',
    secret: drawToken(),
    mac,
    drawToken,
    believesDatagrams: !isTls,
  });
  let traces = 0;
  const running = run(gateway, { sip, xmpp }, { onTrace: () => void (traces += 1) });
  return {
    ports: { sip: sip.listening[0]?.port ?? 0, xmpp: xmpp.listening[0]?.port ?? 0 },
    read: () => {
      const { delivered, 'handed-over': handed } = gateway.counts;
      const untraced = delivered + handed - traces;
      return { answered: delivered, open: gateway.open + Math.max(0, untraced) };
    },
    close: async () => void (await running.close()),
  };
}

function sipEdge({ tls }: SubjectPlan, transport: 'udp' | 'tls') {
  const listen = [{ transport, address: HOST, port: 0 }];
  const secure = transport === 'tls' ? { tls: { both: tls }, judge: judgesFor([tls.ca]).sip } : {};
  return listenSip({ host: `gw.${SIP}`, listen, limits: ROOM, ...secure });
}

/**
 * As fast as it goes, minute after minute, is more than the five thousand a second that the bounds are made for: beyond them
 * a request is answered 503, and none may be here.
 */
const ROOM = { serverTransactions: 500_000, clientTransactions: 200_000 };

function componentEdge({ load }: SubjectPlan) {
  return connectComponent({ host: HOST, port: load.xmpp, name: SIP, secret: 'bench' });
}

function s2sEdge({ tls, load }: SubjectPlan) {
  const server = { address: HOST, port: load.xmpp, direct: true };
  return listenXmpp({
    domains: [SIP],
    listen: [{ address: HOST, port: 0, direct: true }],
    tls: { both: tls },
    judge: judgesFor([tls.ca]).xmpp,
    secret: drawToken(),
    locate: async (domain) => (domain === XMPP ? [server] : 'not-found'),
  });
}

function nextHop({ load }: SubjectPlan, transport: 'udp' | 'tls'): Target {
  const references = transport === 'tls' ? [SIP] : [];
  return { transport, address: HOST, port: load.sip, references };
}

function byCertificate(): PolicySet {
  const tls = ['tls', 'certificate'];
  return policyOf({ rules: [{ id: 'im', effect: 'permit', domains: [XMPP], must: tls }] });
}

function byAddress(): PolicySet {
  const side = { domains: [SIP], via: 'sip', prove: 'address', addresses: ['127.0.0.0/8'] };
  return policyOf({
    partners: { side },
    rules: [{ id: 'im', effect: 'permit', domains: [XMPP] }],
  });
}

function policyOf(document: object): PolicySet {
  const loaded = loadPolicy(JSON.stringify({ version: 1, default: 'deny', ...document }));
  if (loaded.kind === 'policy') return loaded;
  throw new Error(loaded.findings.map(({ path, text }) => `${path} ${text}`).join('\n'));
}
