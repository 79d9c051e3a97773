// Properties of policy as a gateway keeps it (S2): a forbid beats every permit however a domain is spelled and
// in whichever order the rules stand; nothing passes without a permit; what a rule asks of a connection holds;
// and a policy that replaces another holds from the next message on, for nothing before it.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CrossingTrace,
  Gateway,
  type GatewayOptions,
  type GatewayOutput,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import type { PolicySet } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { checkRequest, type Flow, parseMessage, type Target } from '@interwork/sip';
import { parseStanza } from '@interwork/xmpp';

const OURS = 'sip.test';
const TARGET: Target = { transport: 'tls', address: '192.0.2.7', port: 5061, references: [OURS] };

/** A domain and its other spellings. */
const SPELLINGS: readonly (readonly string[])[] = [
  ['xmpp.test', 'XMPP.test', 'xmpp.test.', 'Xmpp.TeSt.', 'ｘｍｐｐ.test', 'xmpp。test'],
  [
    'bücher.example',
    'xn--bcher-kva.example',
    'BÜCHER.Example',
    'bu\u0308cher.example.',
    'XN--BCHER-KVA.example',
  ],
  ['a.b.example', 'A.B.EXAMPLE', 'a.b.example.'],
  ['example', 'EXAMPLE', 'example.'],
];
/** Those that a SIP URI can hold. */
const isAscii = (name: string): boolean => /^[\x20-\x7e]+$/.test(name);

const spelled = fc
  .nat(SPELLINGS.length - 1)
  .chain((n) =>
    fc.tuple(fc.constantFrom(...(SPELLINGS[n] ?? [])), fc.constantFrom(...(SPELLINGS[n] ?? []))),
  );

/** One message through one gateway, either way. */
class Bench {
  readonly gateway: Gateway;
  #serial = 0;
  now = Date.UTC(2026, 5, 1);

  constructor(policy: PolicySet, more: Partial<GatewayOptions> = {}) {
    let tokens = 0;
    this.gateway = new Gateway({
      sipDomains: [OURS],
      xmppDomains: ['*'],
      policy,
      routes: { [OURS]: [TARGET] },
      instance: 'gw',
      secret: '0123456789abcdef',
      mac,
      drawToken: () => `token${++tokens}`,
      ...more,
    });
  }

  /** From a SIP user of ours to one of the domain. */
  fromSip(domain: string, flow: Partial<Flow> = {}): Passed {
    const n = ++this.#serial;
    const octets = [
      `MESSAGE sip:bob@${domain} SIP/2.0`,
      `Via: SIP/2.0/TLS ${OURS};branch=z9hG4bK${n}`,
      `From: <sip:alice@${OURS}>;tag=1`,
      `To: <sip:bob@${domain}>`,
      `Call-ID: c${n}`,
      `CSeq: 1 MESSAGE`,
      'Content-Type: text/plain',
      '',
      'hello',
    ].join('\r\n');
    const read = parseMessage(new Uint8Array(Buffer.from(octets)));
    const request = read.kind === 'request' ? checkRequest(read) : read;
    if (!('via' in request)) throw new Error(`unreadable: ${domain}`);
    const over: Flow = {
      id: 'f',
      transport: 'tls',
      remote: { address: '192.0.2.1', port: 40_000 },
      local: { address: '192.0.2.9', port: 5061 },
      proved: [OURS],
      ...flow,
    };
    return this.feed({ kind: 'sip', event: { kind: 'request', id: `r${n}`, request, flow: over } });
  }

  /** From a user of the domain to a SIP user of ours, each message to another. */
  fromXmpp(domain: string, proof: 'certificate' | 'dialback' = 'dialback', tls = true): Passed {
    const n = ++this.#serial;
    const stanza = parseStanza(
      `<message xmlns='jabber:server' from='bob@${domain}' to='alice${n}@${OURS}'><body>x</body></message>`,
    );
    if (stanza.kind !== 'message' || stanza.from === undefined || stanza.to === undefined)
      throw new Error(`no stanza: ${domain}`);
    const link = { proof, tls, remote: { address: '192.0.2.2', port: 40_001 }, stream: 's' };
    const { from, to } = stanza;
    return this.feed({ kind: 'xmpp', event: { kind: 'stanza', stanza, from, to, link } });
  }

  feed(event: Parameters<Gateway['receive']>[1]): Passed {
    const outs: GatewayOutput[] = [];
    this.gateway.receive(this.now, event);
    for (let out = this.gateway.next(); out !== undefined; out = this.gateway.next())
      outs.push(out);
    const isCarried = outs.some(
      (out) =>
        (out.kind === 'sip' && out.input.kind === 'request') ||
        (out.kind === 'xmpp' &&
          out.input.kind === 'stanza' &&
          out.input.element.attrs['type'] !== 'error'),
    );
    const trace = outs.flatMap((out) =>
      out.kind === 'trace' && out.trace.kind === 'crossing' ? [out.trace] : [],
    )[0];
    return { isCarried, trace };
  }
}

interface Passed {
  readonly isCarried: boolean;
  readonly trace: CrossingTrace | undefined;
}

/** Rules in any order. */
const shuffled = <T>(list: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });

describe('S2: a forbid', () => {
  const rulesOf = (domain: string) =>
    [
      { id: 'all', effect: 'permit', domains: ['*'] },
      { id: 'exact', effect: 'permit', domains: [domain] },
      { id: 'ends', effect: 'permit', from: ['*'], to: ['*'] },
      { id: 'no', effect: 'forbid', domains: [domain] },
    ] as const;

  it('beats every permit, whatever the spelling and the order, both ways', () => {
    fc.assert(
      fc.property(
        spelled.chain(([inRule, inMessage]) =>
          fc.tuple(shuffled(rulesOf(inRule)), fc.constant(inMessage)),
        ),
        fc.constantFrom('', 'sub.', 'x.y.'),
        fc.constantFrom<'deny' | 'permit'>('deny', 'permit'),
        ([rules, inMessage], below, otherwise) => {
          const bench = new Bench(policyOf({ default: otherwise, rules }));
          const domain = `${below}${inMessage}`;
          const both = [
            bench.fromXmpp(domain),
            ...(isAscii(domain) ? [bench.fromSip(domain)] : []),
          ];
          for (const { isCarried, trace } of both) {
            expect([isCarried, trace?.outcome, trace?.reasons, trace?.by]).toEqual([
              false,
              'refused',
              ['policy'],
              ['no'],
            ]);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('of one end or one kind of traffic holds for that alone', () => {
    const out = policyOf({
      rules: [
        { id: 'yes', effect: 'permit', domains: ['*'] },
        { id: 'out', effect: 'forbid', to: ['xmpp.test'] },
        {
          id: 'calls',
          effect: 'forbid',
          domains: ['xmpp.test'],
          traffic: ['audio', 'video', 'presence'],
        },
      ],
    });
    const bench = new Bench(out);
    expect([bench.fromXmpp('xmpp.test').isCarried, bench.fromSip('xmpp.test').isCarried]).toEqual([
      true,
      false,
    ]);
  });
});

describe('S2: a permit', () => {
  it('lets its own domain pass, in every spelling, and nothing beside it', () => {
    fc.assert(
      fc.property(
        spelled,
        fc.constantFrom('sub.', 'x', 'xn--x-'),
        ([inRule, inMessage], before) => {
          const bench = new Bench(
            policyOf({ rules: [{ id: 'yes', effect: 'permit', domains: [inRule] }] }),
          );
          expect(bench.fromXmpp(inMessage).isCarried).toBe(true);
          if (isAscii(inMessage)) expect(bench.fromSip(inMessage).isCarried).toBe(true);
          if (
            before === 'xn--x-' ||
            !isAscii(inMessage) ||
            inMessage.toLowerCase().startsWith('xn--')
          )
            return;
          const { isCarried, trace } = bench.fromXmpp(`${before}${inMessage}`);
          expect([isCarried, trace?.by]).toEqual([false, ['default']]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('that asks for proof or TLS is none where they are missing, whichever other permits too', () => {
    const proofs = fc.constantFrom<'certificate' | 'dialback'>('certificate', 'dialback');
    const musts = fc.subarray(['tls', 'certificate'] as const);
    fc.assert(
      fc.property(proofs, fc.boolean(), musts, musts, (proof, tls, one, other) => {
        const bench = new Bench(
          policyOf({
            rules: [
              { id: 'one', effect: 'permit', from: ['xmpp.test'], must: one },
              { id: 'other', effect: 'permit', from: ['*'], must: other },
            ],
          }),
        );
        const asked = new Set([...one, ...other]);
        const missing =
          (asked.size > 0 && !tls) || (asked.has('certificate') && proof !== 'certificate');
        const { isCarried, trace } = bench.fromXmpp('xmpp.test', proof, tls);
        expect(isCarried).toBe(!missing);
        if (missing) expect(trace?.reasons).toEqual(['identity-not-proved']);
      }),
      { numRuns: 100 },
    );
  });

  it('whatever the rules, only what they permit passes', () => {
    const name = fc.constantFrom('a.test', 'b.test', 'sub.a.test', 'c.test');
    const pattern = fc.oneof(name, fc.constantFrom('*.a.test', '*.test', '*'));
    const rule = fc.record({
      effect: fc.constantFrom<'permit' | 'forbid'>('permit', 'permit', 'forbid'),
      domains: fc.uniqueArray(pattern, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), name, (drawn, domain) => {
        const rules = drawn.map((one, n) => ({ ...one, id: `r${n}` }));
        const bench = new Bench(policyOf({ rules }));
        const permits = rules.some(
          (r) => r.effect === 'permit' && r.domains.some((p) => isIn(p, domain)),
        );
        const forbids = rules.some(
          (r) =>
            r.effect === 'forbid' &&
            r.domains.some((p) => isIn(p, domain) || isIn(`*.${p}`, domain)),
        );
        const ours = rules.some(
          (r) => r.effect === 'permit' && r.domains.some((p) => isIn(p, OURS)),
        );
        const oursForbidden = rules.some(
          (r) => r.effect === 'forbid' && r.domains.some((p) => isIn(p, OURS)),
        );
        const expected = (permits || ours) && !forbids && !oursForbidden;
        expect([bench.fromXmpp(domain).isCarried, bench.fromSip(domain).isCarried]).toEqual([
          expected,
          expected,
        ]);
      }),
      { numRuns: 400 },
    );
  });
});

/** A model of patterns, kept as plain as it can be. */
function isIn(pattern: string, domain: string): boolean {
  if (pattern === '*' || pattern === domain) return true;
  return pattern.startsWith('*.') && domain.endsWith(pattern.slice(1));
}

describe('S2: a policy that replaces another', () => {
  const open = policyOf({ rules: [{ id: 'open', effect: 'permit', domains: ['*'] }] });
  const shut = policyOf({ rules: [] });

  it('holds from the next message on, both ways, as often as it changes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('open', 'shut', 'sip', 'xmpp'), { maxLength: 30 }),
        (script) => {
          const bench = new Bench(shut);
          let isOpen = false;
          for (const word of script) {
            if (word === 'open' || word === 'shut') {
              isOpen = word === 'open';
              bench.feed({ kind: 'policy', policy: isOpen ? open : shut });
            } else {
              const { isCarried } =
                word === 'sip' ? bench.fromSip('xmpp.test') : bench.fromXmpp('xmpp.test');
              expect(isCarried).toBe(isOpen);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('leaves what was taken before it alone: each still gets its one answer', () => {
    const bench = new Bench(open);
    expect([bench.fromSip('xmpp.test').isCarried, bench.fromXmpp('xmpp.test').isCarried]).toEqual([
      true,
      true,
    ]);
    const changed = bench.feed({ kind: 'policy', policy: shut });
    expect([changed.isCarried, changed.trace, bench.gateway.open]).toEqual([false, undefined, 2]);
    bench.now += 24_000;
    expect(bench.feed({ kind: 'tick' }).trace).toMatchObject({ outcome: 'failed', by: ['open'] });
  });

  it('holds for questions about our side too', () => {
    const ask = (bench: Bench): string | undefined => {
      const stanza = parseStanza(
        `<iq xmlns='jabber:server' type='get' id='q' from='xmpp.test' to='${OURS}'><ping xmlns='urn:xmpp:ping'/></iq>`,
      );
      if (stanza.kind !== 'iq' || stanza.from === undefined || stanza.to === undefined)
        throw new Error('no iq');
      const link = {
        proof: 'dialback',
        tls: true,
        remote: { address: '192.0.2.2', port: 1 },
        stream: 's',
      } as const;
      const event = { kind: 'stanza', stanza, from: stanza.from, to: stanza.to, link } as const;
      bench.gateway.receive(bench.now, { kind: 'xmpp', event });
      const out = bench.gateway.next();
      return out?.kind === 'xmpp' && out.input.kind === 'stanza'
        ? out.input.element.attrs['type']
        : undefined;
    };
    const bench = new Bench(shut);
    const before = ask(bench);
    bench.feed({ kind: 'policy', policy: open });
    expect([before, ask(bench)]).toEqual(['error', 'result']);
  });
});
