// A real Prosody, a SIP company of ours, the gateway between them, and a DNS that knows all three: one for each
// way in which the two sides may prove themselves.
import { type Authority, makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { declineRequest, Gateway, type Trace } from '@interwork/core';
import { drawToken, judgesFor, mac, run, steadyClock } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import type { SipEvent } from '@interwork/sip';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { type EdgeLike, playOn, type Sent, SipScript } from '@interwork/sip/testing';
import { listenXmpp } from '@interwork/xmpp/node';
import { Bell } from '../../../../test-kit/bell.ts';
import { Client } from './client.ts';
import { serveDns } from './dns.ts';
import { startProsody } from './prosody.ts';

export const SIP = 'contoso.test';
export const XMPP = 'prosody.test';
const LOOPBACK = '127.0.0.1';

/** How the two sides prove themselves. */
export interface Proofs {
  /** Who signed what the gateway shows to Prosody, and Prosody to the gateway; both trust `known`. */
  readonly gateway: 'known' | 'stranger';
  readonly prosody: 'known' | 'stranger';
  /** Whether Prosody wants a certificate. */
  readonly secureAuth: boolean;
  /** What the gateway's policy wants of Prosody's domain. */
  readonly prove?: 'certificate';
}

/** All of it, running. */
export interface Stage {
  readonly traces: readonly Trace[];
  readonly company: SipScript;
  readonly bob: Client;
  readonly bell: Bell;
  /** Alice of the SIP company sends; the answer is the final status, or -1 when there was none. */
  alice(to: string, text: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts everything; bob is online at Prosody, carol is not. */
export async function stage(proofs: Proofs): Promise<Stage> {
  const authorities = {
    known: makeAuthority({ crypto: nodeCrypto, now: Date.now() }),
    stranger: makeAuthority({ crypto: nodeCrypto, now: Date.now(), name: 'A stranger' }),
  };
  const { known } = authorities;
  const bell = new Bell();
  const traces: Trace[] = [];
  const dns = await serveDns({
    [`_xmpp-server._tcp.${SIP} SRV`]: { priority: 0, weight: 0, port: 5270, target: `gw.${SIP}` },
    [`gw.${SIP} A`]: LOOPBACK,
    [`_xmpp-server._tcp.${XMPP} SRV`]: { priority: 0, weight: 0, port: 5269, target: `im.${XMPP}` },
    [`im.${XMPP} A`]: LOOPBACK,
  });
  const theirs = authorities[proofs.prosody].issue({ dns: [XMPP] });
  const prosody = await startProsody({
    domains: [XMPP],
    users: ['bob', 'carol'],
    keyPem: theirs.keyPem,
    certPem: theirs.certPem,
    trusts: known.certificate.pem,
    secureAuth: proofs.secureAuth,
  });
  const bob = await Client.login('bob', XMPP, 'desk');
  const sipEdge = (names: readonly string[]): Promise<SipEdge> => listen(known, names);
  const companyEdge = await sipEdge([SIP]);
  const gatewayEdge = await sipEdge([`gw.${SIP}`]);
  const ours = authorities[proofs.gateway].issue({ dns: [SIP] });
  const xmpp = await listenXmpp({
    domains: [SIP],
    listen: [{ address: LOOPBACK, port: 5270 }],
    tls: { both: { key: ours.keyPem, cert: ours.certPem } },
    judge: judgesFor([known.certificate.pem]).xmpp,
    secret: 'a dialback secret of the gateway',
    allowPrivate: true,
  });
  const targetOf = (edge: SipEdge, name: string) =>
    ({
      transport: 'tls',
      address: LOOPBACK,
      port: edge.listening[0]?.port ?? 0,
      references: [name],
    }) as const;
  const gateway = new Gateway({
    sipDomains: [SIP],
    xmppDomains: ['*'],
    policy: policyOf({
      partners: {
        prosody: {
          domains: [XMPP],
          ...(proofs.prove === undefined ? {} : { prove: proofs.prove }),
        },
      },
      rules: [
        { id: 'prosody', effect: 'permit', partner: 'prosody' },
        { id: 'nowhere', effect: 'permit', domains: ['nowhere.test'] },
      ],
    }),
    routes: { [SIP]: [targetOf(companyEdge, SIP)] },
    instance: 'gw-prosody',
    secret: 'a secret of the gateway',
    mac,
    drawToken,
  });
  const onTrace = (trace: Trace): void => {
    traces.push(trace);
    bell.ring();
  };
  const running = run(gateway, { sip: gatewayEdge, xmpp }, { onTrace });
  const company = new SipScript(SIP);
  company.addUser('alice');
  const step = playOn(rung(companyEdge, bell), company, steadyClock);
  return {
    traces,
    company,
    bob,
    bell,
    alice: (to, text) => {
      const sent: Sent = company.send({ from: `alice@${SIP}`, to, text }, [
        targetOf(gatewayEdge, `gw.${SIP}`),
      ]);
      step();
      return bell.until(
        () => sent.response?.status ?? (sent.failed === undefined ? undefined : -1),
      );
    },
    close: async () => {
      bob.close();
      await running.close();
      await companyEdge.close();
      await prosody.close();
      await dns.close();
    },
  };
}

/** A SIP edge on the loopback, over TLS; it trusts the authority that it is certified by. */
export function listen(authority: Authority, names: readonly string[]): Promise<SipEdge> {
  const { keyPem, certPem } = authority.issue({
    dns: names,
    uri: names.map((name) => `sip:${name}`),
  });
  return listenSip({
    host: 'localhost',
    listen: [{ transport: 'tls', address: LOOPBACK, port: 0 }],
    tls: { both: { key: keyPem, cert: certPem } },
    judge: judgesFor([authority.certificate.pem]).sip,
    decline: declineRequest,
  });
}

/** The edge, with each event rung after it was taken. */
export function rung(edge: SipEdge, bell: Bell): EdgeLike {
  const start = (take: (event: SipEvent) => void): void =>
    edge.start((event) => {
      take(event);
      bell.ring();
    });
  return { start, send: (input) => edge.send(input) };
}
