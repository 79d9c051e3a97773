// Endpoints against each other over a virtual network: proof, queues, fates, order, bounds.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { DEFAULT_XMPP_LIMITS, element, NS, parseXml } from '@interwork/xmpp';
import {
  bytesOf,
  fatesOf,
  faultsOf,
  im,
  jid,
  Net,
  type NodeOptions,
  stanzasOf,
  type TestNode,
} from './net.ts';
import { XML } from './stream-kit.ts';

const A = 'juliet@capulet.example';
const B = 'romeo@montague.example';

describe('a stanza crosses', () => {
  const rows = [
    { id: 'EXTERNAL', a: 'capulet.example', b: 'montague.example', proof: 'certificate' },
    {
      id: 'dialback over TLS, client certificate refused',
      a: '!capulet.example',
      b: 'montague.example',
      proof: 'dialback',
    },
    {
      id: 'dialback over TLS, no client certificate',
      a: '',
      b: 'montague.example',
      proof: 'dialback',
    },
    {
      id: 'dialback over TLS, both refused',
      a: '!capulet.example',
      b: '!montague.example',
      proof: 'dialback',
    },
    {
      id: 'dialback that needs no call back',
      a: 'capulet.example',
      b: '!montague.example',
      proof: 'certificate',
    },
  ];
  for (const row of rows)
    test(row.id, () => {
      const net = new Net();
      const a = net.add('a', { domains: ['capulet.example'], certificate: row.a });
      const b = net.add('b', { domains: ['montague.example'], certificate: row.b });
      net.give(a, im(A, B, 'hello'));
      expect(stanzasOf(b)).toEqual([`${A}: hello (${row.proof})`]);
      expect(fatesOf(a)).toEqual(['hello: sent']);
      net.give(b, im(B, A, 'hello back'));
      expect(stanzasOf(a)).toHaveLength(1);
      expect([...faultsOf(a), ...faultsOf(b)]).toEqual([]);
    });
});

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

interface Two {
  readonly net: Net;
  readonly a: TestNode;
  readonly b: TestNode;
}

function two(options: Partial<NodeOptions> = {}, other: Partial<NodeOptions> = options): Two {
  const net = new Net();
  const a = net.add('a', { domains: ['capulet.example'], ...options });
  const b = net.add('b', { domains: ['montague.example'], ...other });
  return { net, a, b };
}

/** Long enough for everything to end by itself. */
const LONG = 4_000_000;

describe('rules', () => {
  const rows = [
    { id: 'TLS never, both', a: { tls: 'never' }, b: { tls: 'never' }, fate: 'sent' },
    { id: 'TLS required against never', a: {}, b: { tls: 'never' }, fate: 'failed policy' },
    { id: 'TLS never against required', a: { tls: 'never' }, b: {}, fate: 'failed policy' },
    { id: 'TLS optional, both', a: { tls: 'optional' }, b: { tls: 'optional' }, fate: 'sent' },
    { id: 'SASL required, both', a: { sasl: 'required' }, b: { sasl: 'required' }, fate: 'sent' },
    {
      id: 'SASL required against never',
      a: { sasl: 'required' },
      b: { sasl: 'never' },
      fate: 'failed policy',
    },
    {
      id: 'SASL never against required',
      a: { sasl: 'never' },
      b: { sasl: 'required' },
      fate: 'failed certificate',
    },
    {
      id: 'no dialback, with certificates',
      a: { dialback: false },
      b: { dialback: false },
      fate: 'sent',
    },
  ] as const;
  for (const row of rows)
    test(row.id, () => {
      const { net, a, b } = two({ rules: row.a }, { rules: row.b });
      net.give(a, im(A, B, 'x'));
      net.pass(30_000);
      expect(fatesOf(a)).toEqual([`x: ${row.fate}`]);
      expect(stanzasOf(b)).toHaveLength(row.fate === 'sent' ? 1 : 0);
    });

  test('certificates demanded and not there', () => {
    const rules = { sasl: 'required' } as const;
    const { net, a, b } = two({ rules, certificate: '!x' });
    net.give(a, im(A, B, 'x'));
    expect(fatesOf(a)).toEqual(['x: failed certificate']);
    expect(a.events).toContainEqual(
      expect.objectContaining({ kind: 'refused-peer', domain: 'montague.example' }),
    );
    expect(a.events).toContainEqual(
      expect.objectContaining({
        kind: 'fate',
        judgement: expect.objectContaining({ accepted: false }),
      }),
    );
    expect(stanzasOf(b)).toEqual([]);
  });

  test('one stanza needs a certificate, the other does not', () => {
    const { net, a, b } = two({ certificate: '!x' });
    net.give(a, { ...im(A, B, 'strict'), need: 'certificate' });
    net.give(a, im(A, B, 'easy'));
    expect(fatesOf(a)).toEqual(['strict: failed certificate', 'easy: sent']);
    expect(stanzasOf(b)).toEqual([`${A}: easy (dialback)`]);
    const good = two();
    good.net.give(good.a, { ...im(A, B, 'strict'), need: 'certificate' });
    expect(fatesOf(good.a)).toEqual(['strict: sent']);
  });
});

describe('RFC 6120 §3.2, RFC 6120 §3.2.1 finding a server', () => {
  const rows = [
    {
      id: 'no such domain',
      set: ({ net }: Two) => net.dns.delete('montague.example'),
      fate: 'not-found',
      within: 0,
    },
    {
      id: 'no targets',
      set: ({ net }: Two) => net.dns.set('montague.example', []),
      fate: 'not-found',
      within: 0,
    },
    {
      id: 'DNS fails',
      set: ({ net }: Two) => net.dns.set('montague.example', 'failed'),
      fate: 'unreachable',
      within: 0,
    },
    {
      id: 'DNS is silent',
      set: ({ net }: Two) => net.dns.set('montague.example', 'silent'),
      fate: 'unreachable',
      within: 10_000,
    },
    {
      id: 'refused',
      set: ({ net, b }: Two) => net.down.set(b.address, 'refused'),
      fate: 'unreachable',
      within: 0,
    },
    {
      id: 'silent',
      set: ({ net, b }: Two) => net.down.set(b.address, 'silent'),
      fate: 'timeout',
      within: 10_000,
    },
    {
      id: 'another domain lives there',
      set: ({ net, a, b }: Two) => {
        const other = net.add('c', { domains: ['verona.example'] });
        net.dns.set('montague.example', [{ address: other.address, port: 5269, direct: false }]);
        void [a, b];
      },
      fate: 'not-found',
      within: 0,
    },
  ];
  for (const row of rows)
    test(row.id, () => {
      const world = two();
      row.set(world);
      world.net.give(world.a, im(A, B, 'x'));
      world.net.pass(row.within);
      expect(fatesOf(world.a)).toEqual([`x: failed ${row.fate}`]);
      world.net.pass(LONG);
      expect(world.a.endpoint.counts).toEqual(NOTHING);
      expect(world.a.endpoint.wakeAt).toBe(Infinity);
    });

  test('the first target that works, direct TLS among them', () => {
    const { net, a, b } = two();
    net.down.set('10.0.0.9', 'refused');
    net.down.set('10.0.0.8', 'silent');
    const dead = ['10.0.0.9', '10.0.0.8'].map((address) => ({
      address,
      port: 5269,
      direct: false,
    }));
    net.dns.set('montague.example', [...dead, { address: b.address, port: 5270, direct: true }]);
    net.give(a, im(A, B, 'x'));
    net.pass(10_000);
    expect(fatesOf(a)).toEqual(['x: sent']);
    expect(b.sent[0]?.text).not.toContain('starttls');
  });

  test('a failure is remembered for a moment, longer each time, and then tried again', () => {
    const { net, a, b } = two();
    net.down.set(b.address, 'refused');
    let calls = 0;
    const count = (): number => {
      calls += 1;
      net.give(a, im(A, B, `x${calls}`));
      return a.endpoint.counts.links;
    };
    const locates = (): number => a.events.filter((event) => event.kind === 'fate').length;
    count();
    count();
    expect(fatesOf(a)).toEqual(['x1: failed unreachable', 'x2: failed unreachable']);
    net.pass(1_001);
    count();
    net.pass(1_001);
    net.down.clear();
    count();
    expect(fatesOf(a).at(-1)).toBe('x4: failed unreachable');
    net.pass(1_001);
    count();
    expect(fatesOf(a).at(-1)).toBe('x5: sent');
    expect(locates()).toBe(5);
  });

  test('one lookup for one domain, however many of ours ask', () => {
    const net = new Net();
    const a = net.add('a', { domains: ['capulet.example', 'verona.example'], certificate: '' });
    const b = net.add('b', { domains: ['montague.example'] });
    net.dns.set('montague.example', 'silent');
    net.give(a, im(A, B, 'one'));
    net.give(a, im('x@verona.example', B, 'two'));
    const targets = [{ address: b.address, port: 5269, direct: false }];
    net.dns.set('montague.example', targets);
    net.give(a, { kind: 'located', domain: 'montague.example', targets });
    expect(fatesOf(a).toSorted()).toEqual(['one: sent', 'two: sent']);
  });
});

describe('queues', () => {
  test('RFC 6120 §10.1 order is kept over proof, and each stanza has one fate', () => {
    const { net, a, b } = two();
    net.down.set(b.address, 'silent');
    const targets = [
      { address: b.address, port: 1, direct: false },
      { address: b.address, port: 2, direct: false },
    ];
    net.dns.set('montague.example', targets);
    for (let i = 0; i < 50; i += 1) net.give(a, im(A, B, String(i)));
    net.down.clear();
    net.pass(10_000);
    for (let i = 50; i < 100; i += 1) net.give(a, im(A, B, String(i)));
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    expect(fatesOf(a)).toEqual(numbers.map((i) => `${i}: sent`));
    expect(stanzasOf(b)).toEqual(numbers.map((i) => `${A}: ${i} (certificate)`));
  });

  test('order is kept over a reconnection', () => {
    const { net, a, b } = two();
    for (let i = 0; i < 5; i += 1) net.give(a, im(A, B, String(i)));
    net.cut();
    for (let i = 5; i < 10; i += 1) net.give(a, im(A, B, String(i)));
    expect(stanzasOf(b)).toEqual(Array.from({ length: 10 }, (_, i) => `${A}: ${i} (certificate)`));
  });

  const bounds = [
    { id: 'stanzas', limits: { queuedStanzas: 3 } },
    { id: 'bytes', limits: { queuedBytes: 500 } },
  ];
  for (const row of bounds)
    test(`bounded by ${row.id}`, () => {
      const { net, a } = two({ limits: row.limits });
      net.dns.set('montague.example', 'silent');
      for (let i = 0; i < 10; i += 1) net.give(a, im(A, B, String(i)));
      expect(fatesOf(a)).toContain('9: failed overload');
      expect(a.endpoint.counts.queued).toBeLessThan(5);
    });

  test('a stanza waits 20 s and no longer', () => {
    const { net, a, b } = two({ certificate: '' });
    net.down.set(a.address, 'silent');
    net.give(a, im(A, B, 'x'));
    net.pass(9_000);
    expect(fatesOf(a)).toEqual([]);
    net.pass(11_000);
    expect(fatesOf(a)).toHaveLength(1);
    expect(stanzasOf(b)).toEqual([]);
  });

  test('too large', () => {
    const { net, a } = two();
    net.give(a, im(A, B, 'x'.repeat(300_000), 'big'));
    expect(fatesOf(a)).toEqual(['big: failed policy']);
  });

  test('not from us, or not to others', () => {
    const { net, a } = two();
    net.give(a, im(B, A, 'from others'));
    net.give(a, im(A, 'x@capulet.example', 'to ours'));
    expect(fatesOf(a)).toEqual(['from others: failed policy', 'to ours: failed policy']);
    expect(a.endpoint.counts).toEqual(NOTHING);
  });

  test('too many pairs', () => {
    const { net, a } = two({ limits: { links: 1 } });
    net.give(a, im(A, B, 'one'));
    net.give(a, im(A, 'x@verona.example', 'two'));
    expect(fatesOf(a)).toEqual(['one: sent', 'two: failed overload']);
  });
});

describe('a peer dies', () => {
  /** How often each side speaks until a stanza has crossed and been answered. */
  function steps(options: Partial<NodeOptions>): number {
    const { net, a, b } = two(options);
    net.give(a, im(A, B, 'x'));
    return a.sent.length + b.sent.length;
  }

  const ways = [
    { id: 'EXTERNAL', options: {} },
    { id: 'dialback', options: { certificate: '' } },
  ];
  for (const way of ways)
    test(`at each point of ${way.id}: one fate, delivered at most once, nothing left`, () => {
      const last = steps(way.options);
      for (let cut = 1; cut <= last; cut += 1) {
        const { net, a, b } = two(way.options);
        let spoken = 0;
        net.onSend = (_from, text) => {
          spoken += 1;
          return spoken === cut ? undefined : text;
        };
        net.give(a, im(A, B, 'x'));
        net.pass(LONG);
        expect({ cut, fates: fatesOf(a).length }).toEqual({ cut, fates: 1 });
        const sent = fatesOf(a)[0] === 'x: sent';
        expect({ cut, atMost: stanzasOf(b).length <= (sent ? 1 : 0) }).toEqual({
          cut,
          atMost: true,
        });
        for (const node of [a, b]) {
          expect({ cut, ...node.endpoint.counts }).toEqual({ cut, ...NOTHING });
          expect(node.endpoint.wakeAt).toBe(Infinity);
        }
      }
    });

  for (const way of ways)
    test(`silently, at each point of ${way.id}`, () => {
      const last = steps(way.options);
      for (let cut = 1; cut <= last; cut += 1) {
        const { net, a, b } = two(way.options);
        let spoken = 0;
        net.onSend = (_from, text) => ((spoken += 1) >= cut ? '' : text);
        net.give(a, im(A, B, 'x'));
        net.pass(LONG);
        expect({ cut, fates: fatesOf(a).length }).toEqual({ cut, fates: 1 });
        for (const node of [a, b]) {
          expect({ cut, ...node.endpoint.counts }).toEqual({ cut, ...NOTHING });
          expect(node.endpoint.wakeAt).toBe(Infinity);
        }
      }
    });
});

describe('time', () => {
  test('an idle outbound stream is closed, and a new one opened when needed', () => {
    const { net, a, b } = two();
    net.give(a, im(A, B, 'one'));
    net.pass(600_000);
    expect(a.endpoint.counts.streams).toBe(0);
    expect(b.endpoint.counts.streams).toBe(0);
    net.give(a, im(A, B, 'two'));
    expect(stanzasOf(b)).toHaveLength(2);
  });

  test.each([
    [true, 1],
    [false, 2],
  ])('all zero after silence: bidi %j, %i streams', (bidi, streams) => {
    const { net, a, b } = two({ certificate: '', rules: { bidi } });
    net.give(a, im(A, B, 'one'));
    net.give(b, im(B, A, 'two'));
    expect(a.endpoint.counts.streams).toBe(streams);
    net.pass(LONG);
    for (const node of [a, b]) {
      expect(node.endpoint.counts).toEqual(NOTHING);
      expect(node.endpoint.wakeAt).toBe(Infinity);
    }
  });
});

describe('closing', () => {
  test('everyone who waits is told, streams say goodbye, nothing more is taken', () => {
    const { net, a, b } = two();
    net.dns.set('verona.example', 'silent');
    net.give(a, im(A, B, 'one'));
    net.give(a, im(A, 'x@verona.example', 'two'));
    net.give(a, { kind: 'close' });
    expect(fatesOf(a)).toEqual(['one: sent', 'two: failed closed']);
    expect(a.events.at(-1)).toEqual({ kind: 'closed' });
    expect(b.endpoint.counts.streams).toBe(0);
    net.give(a, im(A, B, 'three'));
    net.give(a, { kind: 'accepted', stream: 'late', remote: { address: '10.9.9.9', port: 1 } });
    expect(fatesOf(a).at(-1)).toBe('three: failed closed');
    expect(a.endpoint.counts).toEqual(NOTHING);
    expect(a.endpoint.wakeAt).toBe(Infinity);
  });

  test('within a bound, whatever the peer does', () => {
    const { net, a } = two();
    net.give(a, im(A, B, 'one'));
    net.onSend = () => '';
    net.give(a, { kind: 'close' });
    expect(a.events.at(-1)?.kind).not.toBe('closed');
    net.pass(6_000);
    expect(a.events.at(-1)).toEqual({ kind: 'closed' });
  });

  test('at once, when nothing is open', () => {
    const { net, a } = two();
    net.give(a, { kind: 'close' });
    expect(a.events).toEqual([{ kind: 'closed' }]);
  });
});

describe('floods', () => {
  const from = (address: string): { address: string; port: number } => ({ address, port: 1 });

  test('a thousand half-open connections of one address', () => {
    const { net, a, b } = two();
    for (let i = 0; i < 1_000; i += 1)
      net.give(b, { kind: 'accepted', stream: `s${i}`, remote: from('10.9.9.9') });
    expect(b.endpoint.counts.inbound).toBe(50);
    net.give(a, im(A, B, 'still'));
    expect(stanzasOf(b)).toHaveLength(1);
    net.pass(30_000);
    expect(b.endpoint.counts).toMatchObject({ inbound: 1, unproved: 0 });
  });

  test('connections of many addresses', () => {
    const { net, b } = two({ limits: { inbound: 100 } });
    for (let i = 0; i < 1_000; i += 1)
      net.give(b, { kind: 'accepted', stream: `s${i}`, remote: from(`10.9.${i >> 8}.${i & 255}`) });
    expect(b.endpoint.counts.inbound).toBe(100);
    net.pass(30_000);
    expect(b.endpoint.counts).toEqual(NOTHING);
  });

  test('garbage, cut anywhere: no exception, no stanza, and it ends', () => {
    const pieces = Object.values(XML);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string(), fc.constant(XML.open)), {
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 40 }),
        (texts, size) => {
          const { net, b } = two();
          net.give(b, { kind: 'accepted', stream: 's', remote: from('10.9.9.9') });
          const bytes = bytesOf(texts.join(''));
          for (let at = 0; at < bytes.length; at += size)
            net.give(b, { kind: 'bytes', stream: 's', bytes: bytes.slice(at, at + size) });
          expect(stanzasOf(b)).toEqual([]);
          net.pass(LONG);
          expect(b.endpoint.counts).toEqual(NOTHING);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('inputs for what is not there', () => {
    const { net, a } = two();
    const inputs = [
      { kind: 'bytes', stream: 'x', bytes: bytesOf('x') },
      { kind: 'secured', stream: 'x', presented: [] },
      { kind: 'tls-failed', stream: 'x', text: '' },
      { kind: 'closed', stream: 'x' },
      { kind: 'connect-failed', connect: 'x', reason: 'refused' },
      { kind: 'located', domain: 'constructor', targets: [] },
      { kind: 'tick' },
    ] as const;
    for (const input of inputs) net.give(a, input);
    expect(a.events).toEqual([]);
    a.endpoint.receive(0, {
      kind: 'connected',
      connect: 'x',
      stream: 'y',
      remote: from('10.9.9.9'),
    });
    expect(a.endpoint.next()).toEqual({ kind: 'disconnect', stream: 'y' });
  });
});

/** Two servers with a stream from a to b; what a sends next has its addresses changed on the way. */
function changing(from: string, to: string = B): Two {
  const world = two();
  const { net, a } = world;
  net.give(a, im(A, B, 'one'));
  net.onSend = (node, text) =>
    node === a && text.includes('two')
      ? text.replace(` from="${A}"`, ` from="${from}"`).replace(` to="${B}"`, ` to="${to}"`)
      : text;
  return world;
}

/** Error stanzas a node was handed, as `from: condition`. */
function errorsOf(node: TestNode): string[] {
  return node.events.flatMap((event) =>
    event.kind === 'stanza' && event.stanza.error !== undefined
      ? [`${event.from.full}: ${event.stanza.error.condition}`]
      : [],
  );
}

describe('stanzas that cannot be taken', () => {
  const to = [
    { id: 'a malformed address', to: '@montague.example' },
    { id: 'a resource that is none', to: 'romeo@montague.example/ ' },
  ];
  for (const row of to)
    test(`to ${row.id}: the sender is told, and the stream stands`, () => {
      const { net, a, b } = changing(A, row.to);
      net.give(a, im(A, B, 'two'));
      expect(faultsOf(b)).toEqual(['bad-jid']);
      expect(errorsOf(a)).toEqual(['montague.example: jid-malformed']);
      net.give(a, im(A, B, 'three'));
      expect(stanzasOf(b)).toEqual([`${A}: one (certificate)`, `${A}: three (certificate)`]);
      expect(b.endpoint.counts.inbound).toBe(1);
    });

  const from = [
    { id: 'a joined emoji', from: `${A}/👩\u200d💻` },
    { id: 'a blank in front', from: `${A}/ balcony` },
    { id: 'no localpart', from: '@capulet.example' },
    { id: 'quotes', from: `a'b@capulet.example` },
    { id: 'another domain behind the slash', from: 'a b@capulet.example/x@verona.example' },
  ];
  for (const row of from)
    test(`from an address with ${row.id}: told as written, at its own domain, and the stream stands`, () => {
      const { net, a, b } = changing(row.from);
      const c = net.add('c', { domains: ['verona.example'] });
      net.give(a, im(A, B, 'two'));
      net.give(a, im(A, B, 'three'));
      expect(faultsOf(b)).toEqual(['bad-jid']);
      expect(stanzasOf(b)).toHaveLength(2);
      const said = b.sent.filter(({ text }) => text.includes('jid-malformed'));
      expect(said).toHaveLength(1);
      const stanza = parseXml(said[0]?.text ?? '', undefined, NS.server);
      const attrs = { from: 'montague.example', to: row.from, type: 'error' };
      expect(stanza).toMatchObject({ attrs });
      expect(c.events).toEqual([]);
      expect(c.endpoint.counts.streams).toBe(0);
    });

  test('an error or a result from what is no address is dropped, and the host is told', () => {
    for (const type of ['error', 'result']) {
      const { net, a, b } = changing('@capulet.example');
      const name = type === 'error' ? 'message' : 'iq';
      const stanza = element(name, NS.client, { type, id: 'two' });
      net.give(a, { kind: 'stanza', element: stanza, from: jid(A), to: jid(B), context: type });
      expect(faultsOf(b)).toEqual(['bad-jid']);
      expect(b.endpoint.counts.links).toBe(0);
    }
  });

  test('an error cannot be made to go to a third domain', () => {
    for (const forged of ['@verona.example', '@verona.example/ @capulet.example']) {
      const { net, a, b } = changing(forged);
      const c = net.add('c', { domains: ['verona.example'] });
      net.give(a, im(A, B, 'two'));
      expect(faultsOf(b)).toEqual(['invalid-from']);
      expect(b.endpoint.counts.links).toBe(0);
      expect(c.endpoint.counts.streams).toBe(0);
    }
  });

  test('to a malformed address of somebody else: not ours to answer', () => {
    const { net, a, b } = changing(A, '@verona.example');
    net.give(a, im(A, B, 'two'));
    expect(faultsOf(b)).toEqual(['host-unknown']);
    expect(b.endpoint.counts.links).toBe(0);
  });

  test('one after another, bounded: the stream ends, and a new one serves everybody', () => {
    const { net, a, b } = changing('@capulet.example');
    for (let count = 0; count <= DEFAULT_XMPP_LIMITS.misaddressed; count += 1)
      net.give(a, im(A, B, 'two'));
    expect(faultsOf(b).at(-1)).toBe('policy-violation');
    expect(faultsOf(b)).toHaveLength(DEFAULT_XMPP_LIMITS.misaddressed + 1);
    net.give(a, im(A, B, 'three'));
    expect(stanzasOf(b)).toHaveLength(2);
  });

  test('an iq without an id: answered in the name of whom it was for', () => {
    const { net, a, b } = two();
    const iq = element('iq', NS.client, { type: 'get' }, [element('ping', NS.ping)]);
    net.give(a, { kind: 'stanza', element: iq, from: jid(A), to: jid(B), context: 'iq' });
    expect(faultsOf(b)).toEqual(['bad-stanza']);
    expect(b.events.some((event) => event.kind === 'stanza')).toBe(false);
    expect(b.sent.some(({ text }) => text.includes(` from="${B}"`))).toBe(true);
  });
});
