// Whole SIP requests, changed at random, go through an endpoint and the SIP edge behind it, whose next hops and host do what
// the numbers say. Nothing is thrown; each request gets one end and one answer at most; nothing leaves for a place that
// nobody has written down; and in the end nothing is left.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type CrossingTrace,
  EDGE_METHODS,
  EDGE_UNANSWERED,
  Gateway,
  type GatewayOptions,
  type GatewayOutput,
  proxiesBy,
  type Question,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import { type Flow, SipEndpoint, type SipInput, type Target } from '@interwork/sip';
import { EDGE, FEDERATION } from './edge-world.ts';

const INNER: Target = { transport: 'tcp', address: '10.0.0.1', port: 5060, references: [] };
const OUTER: Target = {
  transport: 'tls',
  address: '192.0.2.10',
  port: 5061,
  references: ['fabrikam.example'],
};
const flow = (id: string, proved: readonly string[]): Flow => ({
  id,
  transport: 'tls',
  remote: { address: '192.0.2.10', port: 40_000 },
  local: { address: '203.0.113.1', port: 5061 },
  proved,
});
const FLOWS = [
  flow('fabrikam', ['sip.fabrikam.example']),
  flow('msn', ['federation.msn.example']),
  flow('inner', ['pool.contoso.example']),
  flow('stranger', []),
];

const request = (method: string, from: string, to: string, more: readonly string[] = []) =>
  [
    `${method} sip:${to};opaque=user:epid:AA;gruu SIP/2.0`,
    'Via: SIP/2.0/TLS h.example;branch=z9hG4bKNUMBER;ms-received-cid=3F00',
    `From: "R" <sip:${from}>;tag=NUMBER;epid=9b6f316d27`,
    `To: <sip:${to}>`,
    'Call-ID: cNUMBER',
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
    'Event: presence',
    `P-Asserted-Identity: "R" <sip:${from}>, <tel:+1>`,
    'ms-edge-proxy-message-trust: ms-source-type=InternetUser',
    'ms-asserted-verification-level: ms-source-verified-user=verified',
    ...more,
    'Content-Type: text/plain',
    'Content-Length: 2',
    '',
    'hi',
  ].join('\r\n');

const [AMY, ROMEO] = ['amy@contoso.example', 'romeo@fabrikam.example'];
const SEEDS = [
  request('MESSAGE', ROMEO, AMY),
  request('SUBSCRIBE', ROMEO, AMY, ['Proxy-Require: ms-benotify']),
  request('MESSAGE', 'tess(tailspin.example)@msn.example', AMY),
  request('MESSAGE', AMY, ROMEO),
  request('SUBSCRIBE', AMY, 'tess@tailspin.example'),
  request('NOTIFY', AMY, ROMEO, [`Route: <sip:TOKEN@${EDGE};lr>, <sip:x.example;lr>`]),
  request('BENOTIFY', ROMEO, AMY, [`Route: <sip:TOKEN@${EDGE};lr>`]),
  request('INVITE', ROMEO, AMY),
  request('OPTIONS', AMY, 'fabrikam.example'),
];

/** Which flow is the sender's own, for each seed. */
const OWN_FLOW = [0, 0, 1, 2, 2, 2, 0, 0, 2];

const piece = fc.oneof(
  fc.string({ maxLength: 6, unit: 'binary' }),
  fc.constantFrom(
    ...'contoso.example fabrikam.example spam.example msn.example ( ) @ % %00 < > " ; , lr tag='.split(
      ' ',
    ),
    ...`${EDGE} __proto__ constructor sips: tel:+1 pres: [::1] 0 -1 Route: Via: ms-benotify`.split(
      ' ',
    ),
    '\r\n',
    '\0',
    '\u202e',
    '',
  ),
);
const change = fc.tuple(fc.nat(700), fc.nat(12), piece);
const step = fc.record({
  seed: fc.nat(SEEDS.length - 1),
  /** Beyond the flows: the one that is the sender's own. */
  flow: fc.nat(2 * FLOWS.length),
  changes: fc.array(change, { maxLength: 3 }),
  fate: fc.nat(9),
  answers: fc.nat(3),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function changed(text: string, changes: readonly (readonly [number, number, string])[]): string {
  return changes.reduce(
    (now, [at, take, put]) => now.slice(0, at) + put + now.slice(at + take),
    text,
  );
}

/** An edge whose surroundings do as they are told. */
class Bench {
  readonly gateway: Gateway;
  readonly endpoint: SipEndpoint;
  readonly traces: CrossingTrace[] = [];
  readonly places = new Set<string>();
  now = 1_000_000;
  token = '';
  handed = 0;
  /** Those that are owed an answer. */
  owed = 0;
  ended = 0;
  #drawn = 0;
  #flows = 0;
  #step: Step | undefined;

  constructor() {
    const drawToken = () => `t${String((this.#drawn += 1)).padStart(30, '0')}`;
    const options: GatewayOptions = {
      sipDomains: ['*'],
      xmppDomains: ['jabber.example'],
      policy: policyOf({ federation: FEDERATION }),
      instance: 'gw-fuzz',
      secret: 'a secret of these tests',
      mac,
      drawToken,
      edge: {
        ownDomains: ['contoso.example'],
        fqdn: EDGE,
        ports: { tls: 5061, tcp: 5060 },
        innerHops: [{ target: INNER, names: ['pool.contoso.example'] }],
      },
    };
    this.gateway = new Gateway(options);
    this.endpoint = new SipEndpoint({
      drawToken,
      host: EDGE,
      ports: { tls: 5061, tcp: 5060 },
      methods: EDGE_METHODS,
      unanswered: EDGE_UNANSWERED,
      proxies: proxiesBy(options),
      decline: (r, by) => this.gateway.decline(r, by),
    });
    for (const one of FLOWS) this.sip({ kind: 'opened', flow: one });
  }

  play(one: Step, number: number): void {
    this.#step = one;
    const seed = SEEDS[one.seed] ?? '';
    const text = changed(seed, one.changes)
      .replaceAll('NUMBER', String(number))
      .replaceAll('TOKEN', this.token);
    const by = (FLOWS[one.flow] ?? FLOWS[OWN_FLOW[one.seed] ?? 0]) as Flow;
    this.sip({ kind: 'opened', flow: by });
    this.sip({ kind: 'bytes', flow: by, bytes: new TextEncoder().encode(text) });
    this.now += 10;
  }

  sip(input: SipInput): void {
    this.endpoint.receive(this.now, input);
    for (let out = this.endpoint.next(); out !== undefined; out = this.endpoint.next()) {
      if (out.kind === 'connect') this.#connect(out.connect, out.target);
      else if (out.kind === 'send') this.#answer(out.flow, out.bytes);
      else if (out.kind !== 'disconnect' && out.kind !== 'closed') {
        if (out.kind === 'request') this.handed += 1;
        if (out.kind === 'request' && out.id !== '') this.owed += 1;
        this.gateway.receive(this.now, { kind: 'sip', event: out });
      }
      this.#drain();
    }
  }

  #drain(): void {
    for (let out = this.gateway.next(); out !== undefined; out = this.gateway.next())
      this.#perform(out);
  }

  #perform(out: GatewayOutput): void {
    if (out.kind === 'trace' && out.trace.kind === 'crossing') this.traces.push(out.trace);
    else if (out.kind === 'sip') {
      const { input } = out;
      if (input.kind === 'forward') {
        for (const { address } of input.targets) this.places.add(address);
        const route = input.forward.headers?.find(({ name }) => name === 'Record-Route')?.value;
        this.token = /<sip:([^@]*)@/.exec(route ?? '')?.[1] ?? this.token;
      }
      if (input.kind === 'respond' || input.kind === 'pass') this.ended += 1;
      this.later.push(() => this.sip(input));
    } else if (out.kind === 'ask') {
      const { ask, question } = out;
      if (this.#step?.answers === 3) return; // never
      this.later.push(() => {
        const answer = this.#answerTo(question);
        this.gateway.receive(this.now, { kind: 'answer', ask, answer });
        this.#drain();
      });
    }
  }

  #answerTo(question: Question): Answer {
    switch (question.kind) {
      case 'sip-route':
        return { kind: question.kind, targets: this.#step?.answers === 2 ? [] : [OUTER] };
      case 'srv': {
        const records = [{ host: `sip.${question.domain}`, port: 5061 }];
        return { kind: question.kind, records };
      }
      case 'relation':
        return { kind: question.kind, relation: 'none' };
      case 'grant':
        return { kind: question.kind, grant: {} };
      case 'duty':
        return { kind: question.kind, result: 'done' };
      case 'crossing':
        return { kind: question.kind, result: 'pass' };
    }
  }

  readonly later: (() => void)[] = [];

  settle(): void {
    for (let run = this.later.shift(); run !== undefined; run = this.later.shift()) run();
  }

  #connect(connect: string, target: Target): void {
    const isUp = (this.#step?.fate ?? 0) < 8;
    const remote = { address: target.address, port: target.port };
    this.#flows += 1;
    const opened: Flow = {
      id: `out-${this.#flows}`,
      transport: target.transport,
      remote,
      local: { address: '203.0.113.1', port: 50_000 },
      proved: target.references,
    };
    this.later.push(() =>
      this.sip(
        isUp
          ? { kind: 'opened', connect, flow: opened }
          : { kind: 'connect-failed', connect, reason: 'certificate' },
      ),
    );
  }

  /** The next hop answers as the numbers say, or not. */
  #answer(by: Flow, bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    if (!by.id.startsWith('out-') || text.startsWith('SIP/')) return;
    const status = [200, 202, 404, 408, 503, 302, 99, undefined][this.#step?.fate ?? 0];
    if (status === undefined) return;
    const copied = text
      .split('\r\n')
      .filter((line) => /^(?:v|via|f|from|t|to|i|call-id|cseq)[ \t]*:/i.test(line));
    const response = [`SIP/2.0 ${status} X`, ...copied, 'Content-Length: 0', '', ''].join('\r\n');
    const octets = new TextEncoder().encode(response);
    this.later.push(() => this.sip({ kind: 'bytes', flow: by, bytes: octets }));
  }

  /** Every wait there is comes to its end. */
  end(): void {
    for (let round = 0; round < 200; round++) {
      this.settle();
      const next = Math.min(this.endpoint.wakeAt, this.gateway.wakeAt);
      if (next === Infinity) break;
      this.now = Math.max(this.now, next);
      this.sip({ kind: 'tick' });
      this.gateway.receive(this.now, { kind: 'tick' });
      this.#drain();
    }
    this.settle();
  }
}

describe('the edge, whatever comes', () => {
  it('ends each request once, leads nowhere else, and leaves nothing behind', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (steps, closes) => {
          const bench = new Bench();
          steps.forEach((one, at) => {
            bench.play(one, at);
            bench.settle();
          });
          if (closes) bench.gateway.receive(bench.now, { kind: 'close' });
          bench.end();
          const relayed = bench.traces.filter(({ traffic }) => traffic !== 'invite');
          const { relays, relaysAsking, unsure } = bench.gateway.sizes;
          expect({ relays, relaysAsking, unsure }).toEqual({
            relays: 0,
            relaysAsking: 0,
            unsure: 0,
          });
          expect(
            relayed.filter(({ direction }) => direction === 'sip-to-sip').length,
          ).toBeLessThanOrEqual(bench.handed);
          expect(relayed.length).toBeGreaterThanOrEqual(bench.handed);
          expect(bench.ended).toBe(bench.owed);
          for (const place of bench.places)
            expect(['10.0.0.1', '192.0.2.10', 'sip.litware.example']).toContain(place);
        },
      ),
      { numRuns: 300 },
    );
  });
});
