// The gateway against a real Prosody, in both directions, with every proof: SASL EXTERNAL, dialback, and a
// certificate that proves nothing. XEP-0178 §3, XEP-0220 §2, RFC 6120 §13.7, over real sockets and DNS.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgesFor, drawToken, mac, run, steadyClock } from '@interwork/core/node';
import { type CrossingTrace, Gateway, type Running, type Trace } from '@interwork/core';
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { type EdgeLike, playOn, SipScript, type Sent } from '@interwork/sip/testing';
import { policyOf } from '@interwork/policy/testing';
import { listenXmpp } from '@interwork/xmpp/node';
import type { SipEvent } from '@interwork/sip';
import { Bell } from '../../../../test-kit/bell.ts';
import { Client, conditionOf } from './client.ts';
import { serveDns } from './dns.ts';
import { type Prosody, startProsody } from './prosody.ts';

const SIP = 'contoso.test';
const XMPP = 'prosody.test';
const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
const stranger = makeAuthority({ crypto: nodeCrypto, now: Date.now(), name: 'a stranger' });

/** How the two sides prove themselves in one run. */
interface Proofs {
  readonly name: string;
  /** Who signed what the gateway shows to Prosody. */
  readonly ours: typeof authority;
  readonly secureAuth: boolean;
  /** What a stanza from Prosody is proved by. */
  readonly expected: 'certificate' | 'dialback';
}

const RUNS: readonly Proofs[] = [
  {
    name: 'XEP-0178 §3 SASL EXTERNAL both ways',
    ours: authority,
    secureAuth: true,
    expected: 'certificate',
  },
  {
    name: 'XEP-0220 §2 dialback both ways',
    ours: stranger,
    secureAuth: false,
    expected: 'dialback',
  },
];

for (const proofs of RUNS) {
  describe(proofs.name, () => {
    let stop: (() => Promise<void>)[] = [];
    let prosody: Prosody;
    let bob: Client;
    let script: SipScript;
    let step: () => void;
    let running: Running;
    let gatewayAt: number;
    const traces: Trace[] = [];
    const bell = new Bell();

    beforeAll(async () => {
      const server = proofs.expected === 'certificate' ? authority : stranger;
      const theirs = server.issue({ dns: [XMPP] });
      const mine = proofs.ours.issue({ dns: [SIP] });
      const dns = await serveDns({
        [`_xmpp-server._tcp.${SIP} SRV`]: {
          priority: 0,
          weight: 0,
          port: 5270,
          target: `gw.${SIP}`,
        },
        [`gw.${SIP} A`]: '127.0.0.1',
        [`_xmpp-server._tcp.${XMPP} SRV`]: {
          priority: 0,
          weight: 0,
          port: 5269,
          target: `im.${XMPP}`,
        },
        [`im.${XMPP} A`]: '127.0.0.1',
      });
      prosody = await startProsody({
        domain: XMPP,
        users: ['bob', 'carol'],
        keyPem: theirs.keyPem,
        certPem: theirs.certPem,
        trusts: authority.certificate.pem,
        secureAuth: proofs.secureAuth,
      });
      bob = await Client.login('bob', XMPP, 'desk');
      const company = await startCompany();
      stop = [
        async () => bob.close(),
        () => running.close(),
        () => company.close(),
        () => prosody.close(),
        () => dns.close(),
      ];
      const judges = judgesFor([authority.certificate.pem]);
      const sip = await listenSip({
        host: 'localhost',
        listen: [{ transport: 'tls', address: '127.0.0.1', port: 0 }],
        tls: { key: sipSide.keyPem, cert: sipSide.certPem },
        judge: judges.sip,
      });
      gatewayAt = sip.listening[0]?.port ?? 0;
      const xmpp = await listenXmpp({
        domains: [SIP],
        listen: [{ address: '127.0.0.1', port: 5270 }],
        tls: { key: mine.keyPem, cert: mine.certPem },
        judge: judges.xmpp,
        secret: 'a dialback secret of the gateway',
      });
      const gateway = new Gateway({
        sipDomains: [SIP],
        xmppDomains: ['*'],
        policy: policyOf({
          rules: [{ id: 'prosody', effect: 'permit', domains: [XMPP, 'nowhere.test'] }],
        }),
        routes: {
          [SIP]: [
            {
              transport: 'tls',
              address: '127.0.0.1',
              port: company.listening[0]?.port ?? 0,
              references: [SIP],
            },
          ],
        },
        instance: 'gw-prosody',
        secret: 'a secret of the gateway',
        mac,
        drawToken,
      });
      running = run(
        gateway,
        { sip, xmpp },
        {
          onTrace: (trace) => {
            traces.push(trace);
            bell.ring();
          },
        },
      );
    });

    afterAll(async () => {
      for (const one of stop) await one();
    });

    const sipSide = authority.issue({ dns: [`gw.${SIP}`], uri: [`sip:gw.${SIP}`] });

    async function startCompany(): Promise<SipEdge> {
      const cert = authority.issue({ dns: [SIP], uri: [`sip:${SIP}`] });
      const edge = await listenSip({
        host: 'localhost',
        listen: [{ transport: 'tls', address: '127.0.0.1', port: 0 }],
        tls: { key: cert.keyPem, cert: cert.certPem },
        judge: judgesFor([authority.certificate.pem]).sip,
      });
      script = new SipScript(SIP);
      script.addUser('alice');
      step = playOn(heard(edge), script, steadyClock);
      return edge;
    }

    /** The edge, with each event rung after it was taken. */
    function heard(edge: SipEdge): EdgeLike {
      const start = (take: (event: SipEvent) => void): void =>
        edge.start((event) => {
          take(event);
          bell.ring();
        });
      return { start, send: (input) => edge.send(input) };
    }

    async function alice(to: string, text: string, draft = {}): Promise<number> {
      const sent: Sent = script.send({ from: `alice@${SIP}`, to, text, draft }, [
        { transport: 'tls', address: '127.0.0.1', port: gatewayAt, references: [`gw.${SIP}`] },
      ]);
      step();
      return bell.until(
        () => sent.response?.status ?? (sent.failed === undefined ? undefined : -1),
      );
    }
    const crossings = (): CrossingTrace[] =>
      traces.flatMap((trace) => (trace.kind === 'crossing' ? [trace] : []));

    it('carries a message to Prosody, and says handed over', async () => {
      expect(await alice(`bob@${XMPP}`, 'Grüße ✓')).toBe(202);
      const came = await bob.until(
        (el) => el.name === 'message' && el.attrs['from'] === `alice@${SIP}`,
      );
      expect([came.attrs['type'], bob.texts(`alice@${SIP}`)]).toEqual([undefined, ['Grüße ✓']]);
    });

    it('carries a message from Prosody, proved as it should be', async () => {
      bob.send(
        `<message to='alice@${SIP}' type='chat' id='b1'><thread>two words</thread><body>Ça va ? &lt;&amp;&gt;</body></message>`,
      );
      await bell.until(() => script.texts('alice')[0]);
      const [received] = script.inbox('alice');
      expect([received?.text, received?.request.callId]).toEqual([
        'Ça va ? <&>',
        'iwt%two%20words',
      ]);
      expect(
        await bell.until(() =>
          crossings().find(
            (trace) => trace.direction === 'xmpp-to-sip' && trace.outcome === 'delivered',
          ),
        ),
      ).toMatchObject({ proof: proofs.expected });
    });

    it('RFC 7247 §7.1: a user who is away and a user who is not become statuses', async () => {
      expect([480, 503]).toContain(await alice(`carol@${XMPP}`, 'offline'));
      expect([480, 604]).toContain(await alice(`nobody@${XMPP}`, 'unknown'));
    });

    it('RFC 7247 §7.2: an unknown SIP user becomes a stanza error', async () => {
      bob.send(`<message to='nobody@${SIP}' id='b2'><body>x</body></message>`);
      const error = await bob.until(
        (el) => el.attrs['id'] === 'b2' && el.attrs['type'] === 'error',
      );
      expect(conditionOf(error)).toBe('item-not-found');
    });

    it('a domain that does not exist is not found, one that policy forbids is refused', async () => {
      expect(await alice('x@nowhere.test', 'x')).toBe(404);
      expect(await alice('x@forbidden.test', 'x')).toBe(403);
    });

    it('keeps the order of many, both ways, and loses none', async () => {
      const numbers = Array.from({ length: 50 }, (_, n) => `n${n}`);
      for (const text of numbers)
        bob.send(`<message to='alice@${SIP}' id='${text}'><body>${text}</body></message>`);
      await bell.until(() =>
        script.texts('alice').filter((text) => /^n\d+$/.test(text)).length === 50
          ? true
          : undefined,
      );
      expect(script.texts('alice').filter((text) => /^n\d+$/.test(text))).toEqual(numbers);
      expect(await Promise.all(numbers.map((text) => alice(`bob@${XMPP}`, text)))).toEqual(
        numbers.map(() => 202),
      );
      await bob.until(
        () => bob.texts(`alice@${SIP}`).filter((text) => /^n\d+$/.test(text)).length === 50,
      );
      expect(bob.texts(`alice@${SIP}`).filter((text) => /^n\d+$/.test(text))).toEqual(numbers);
    });
  });
}
