// Links of an endpoint with peers that leave, answer half, or never: fates are true, nothing stays, nothing spins.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  A,
  B,
  claim,
  CLOSE,
  connectOf,
  FEATURES,
  header,
  Lone,
  SHUTDOWN,
  textOf,
  US,
  valid,
} from './endpoint-kit.ts';
import { bytesOf, im } from './net.ts';
import { XML } from './stream-kit.ts';

const THEM = 'montague.example';
/** Long enough for everything to end by itself. */
const LONG = 4_000_000;
const NOTHING = {
  links: 0,
  streams: 0,
  inbound: 0,
  unproved: 0,
  verifications: 0,
  queued: 0,
  unacknowledged: 0,
  resumable: 0,
};

describe('a proof and a goodbye in one segment', () => {
  const ends = [
    { id: 'closing tag', text: CLOSE },
    { id: 'stream error', text: SHUTDOWN },
    { id: 'not XML', text: '<<' },
  ];
  for (const row of ends)
    test(`dialback, ${row.id}: what was never written is not told as sent`, () => {
      const lone = new Lone();
      for (const body of ['one', 'two']) lone.give(im(A, B, body));
      const stream = lone.open(THEM);
      const out = lone.hear(stream, valid(THEM), row.text);
      expect(textOf(out)).not.toContain('<message');
      expect(lone.fates.map((fate) => fate.replace(/failed .*/, 'failed'))).toEqual([
        'one: failed',
        'two: failed',
      ]);
    });

  test('certificate: the stanzas go by the next target', () => {
    const lone = new Lone();
    lone.give(im(A, B, 'one'));
    const connect = lone.locate(THEM, 2);
    const stream = lone.connect(connect);
    lone.hear(stream, header(THEM, 'i'), XML.featuresTls, XML.proceed);
    lone.give({ kind: 'secured', stream, presented: [bytesOf(THEM)] });
    lone.hear(stream, header(THEM, 'j'), XML.featuresExternal);
    const out = lone.hear(stream, XML.success, header(THEM, 'k'), FEATURES, SHUTDOWN);
    expect(lone.fates).toEqual([]);
    const next = lone.connect(out.flatMap((o) => (o.kind === 'connect' ? [o.connect] : []))[0]);
    lone.hear(next, header(THEM, 'l'), FEATURES);
    expect(textOf(lone.hear(next, valid(THEM)))).toContain('<message');
    expect(lone.fates).toEqual(['one: sent']);
  });
});

describe('a claimant leaves', () => {
  const leave = (lone: Lone): void => void lone.give({ kind: 'closed', stream: 'in' });
  const rows = [
    { id: 'while the domain is looked up', at: 'locating' },
    { id: 'while the domain is called', at: 'connecting' },
    { id: 'while the stream is negotiated', at: 'negotiating' },
    { id: 'after the question', at: 'asked' },
  ];
  for (const row of rows)
    test(`${row.id}: the link ends, too`, () => {
      const lone = new Lone();
      lone.accept('in', '10.6.6.6', header(THEM), claim(THEM));
      if (row.at === 'locating') leave(lone);
      const connect = lone.locate(THEM);
      if (row.at === 'connecting') leave(lone);
      const stream = lone.connect(connect);
      if (row.at === 'negotiating') leave(lone);
      lone.hear(stream, header(THEM, 'i'), FEATURES);
      if (row.at === 'asked') leave(lone);
      lone.hear(stream, CLOSE);
      expect(lone.endpoint.counts).toEqual(NOTHING);
      expect(lone.endpoint.wakeAt).toBe(Infinity);
    });

  test('who called in vain is hung up on', () => {
    const lone = new Lone();
    lone.accept('in', '10.6.6.6', header(THEM), claim(THEM));
    const connect = lone.locate(THEM);
    leave(lone);
    lone.connect(connect);
    expect(lone.all.at(-1)).toEqual({ kind: 'disconnect', stream: 'out1' });
  });

  test('a stanza of ours that waits keeps the link', () => {
    const lone = new Lone();
    lone.accept('in', '10.6.6.6', header(THEM), claim(THEM));
    const connect = lone.locate(THEM);
    lone.give(im(A, B, 'one'));
    leave(lone);
    const stream = lone.connect(connect);
    lone.hear(stream, header(THEM, 'i'), FEATURES, valid(THEM));
    expect(lone.fates).toEqual(['one: sent']);
  });

  test('however many do: the links are not used up', () => {
    const lone = new Lone({ links: 5 });
    for (let i = 0; i < 20; i += 1) {
      const domain = `d${i}.example`;
      lone.accept('in', '10.6.6.6', header(domain), claim(domain));
      const stream = lone.connect(lone.locate(domain));
      lone.hear(stream, header(domain, 'i'), FEATURES);
      leave(lone);
      lone.pass(6_000);
    }
    expect(lone.endpoint.counts).toEqual(NOTHING);
  });
});

describe('nobody waits any more', () => {
  test('a stanza that waited too long while its server was called: no stream is opened for it', () => {
    const lone = new Lone();
    lone.give(im(A, B, 'one'));
    lone.pass(9_000);
    const first = lone.locate(THEM, 3);
    lone.pass(9_999);
    const out = lone.give({ kind: 'connect-failed', connect: first ?? '', reason: 'timeout' });
    lone.pass(2_000);
    expect(lone.fates).toEqual(['one: failed expired']);
    const stream = lone.connect(connectOf(out));
    expect(lone.all.at(-1)).toEqual({ kind: 'disconnect', stream });
    lone.give(im(A, B, 'two'));
    expect(lone.fates).toEqual(['one: failed expired', 'two: failed expired']);
    lone.pass(LONG);
    expect(lone.endpoint.counts).toEqual(NOTHING);
  });

  test('a stanza that waited too long on a stream that was not negotiated', () => {
    const lone = new Lone();
    lone.give(im(A, B, 'one'));
    lone.connect(lone.locate(THEM));
    lone.pass(20_000);
    expect(lone.fates).toEqual(['one: failed expired']);
    lone.pass(10_000);
    expect(lone.endpoint.counts).toEqual(NOTHING);
  });
});

describe('the clock', () => {
  test('an idle stream with a verification on its way is not looked at again and again', () => {
    const lone = new Lone();
    lone.give(im(A, B, 'one'));
    const stream = lone.open(THEM);
    lone.hear(stream, valid(THEM));
    lone.pass(599_000);
    lone.accept('in', '10.6.6.6', header(THEM), claim(THEM));
    expect(lone.pass(40_000)).toBeLessThan(10);
    lone.pass(LONG);
    expect(lone.endpoint.counts).toEqual(NOTHING);
  });

  const steps: readonly ((lone: Lone, n: number) => unknown)[] = [
    (lone, n) => lone.give(im(A, `x@d${n}.example`, 'x')),
    (lone, n) => lone.accept(`in${n}`, `10.0.0.${n}`, header(`d${n}.example`)),
    (lone, n) => lone.hear(`in${n}`, claim(`d${n}.example`)),
    (lone, n) => lone.hear(`in${n}`, claim(`d${n}.example`, `c.${US}`)),
    (lone, n) => lone.give({ kind: 'closed', stream: `in${n}` }),
    (lone, n) => lone.connect(lone.locate(`d${n}.example`, 2)),
    (lone, n) => lone.connect(connectOf(lone.all.slice(-n - 1))),
    (lone, n) => lone.hear(`out${n}`, header(`d${n}.example`, 'i'), FEATURES),
    (lone, n) => lone.hear(`out${n}`, valid(`d${n}.example`)),
    (lone, n) => lone.hear(`out${n}`, CLOSE),
    (lone, n) => lone.give({ kind: 'closed', stream: `out${n}` }),
    (lone, n) => lone.pass([1, 999, 5_000, 20_000, 599_999, 600_000][n] ?? 1),
  ];

  test('whatever happens, a tick never leaves the endpoint due at once, and all ends', () => {
    const step = fc.tuple(fc.nat(steps.length - 1), fc.nat(5));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (script) => {
        const lone = new Lone();
        for (const [which, n] of script) steps[which]?.(lone, n);
        lone.pass(2 * LONG);
        expect(lone.endpoint.counts).toEqual(NOTHING);
        expect(lone.endpoint.wakeAt).toBe(Infinity);
      }),
      { numRuns: 300 },
    );
  });
});
