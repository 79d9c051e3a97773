// What RFC 3263 leaves to us: the order of SRV records by chance (RFC 2782), bounds, how long an outcome
// may be kept, and zones that mean harm.
import { DEFAULT_LOCATE_LIMITS, type LocateAnswer, SipLocation } from '@interwork/sip';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../src/locate/srv.ts';
import { dnsName, hostName } from '../src/locate/name.ts';
import { address, FAILED, naptr, run, srv, type Zone } from './locate-zone.ts';

/** Numbers from 0 to 1 that are always the same for a seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const record = fc.record({
  priority: fc.integer({ min: 0, max: 3 }),
  weight: fc.oneof(fc.constant(0), fc.nat(65_535)),
  port: fc.integer({ min: 1, max: 65_535 }),
  target: fc.stringMatching(/^[a-z]{1,5}\.test$/),
});

describe('the order of SRV records', () => {
  it('has every record once, by priority, whatever chance says', () => {
    const chance = fc.oneof(fc.double({ min: 0, max: 1 }), fc.constantFrom(1, -1, NaN, Infinity));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), chance, (records, by) => {
        const ordered = inOrder(records, () => by);
        expect(new Set(ordered)).toEqual(new Set(records));
        expect(ordered).toHaveLength(records.length);
        const priorities = ordered.map(({ priority }) => priority);
        expect(priorities).toEqual(priorities.toSorted((a, b) => a - b));
      }),
    );
  });

  it('draws in proportion to the weight', () => {
    const records = [0, 10, 30, 60].map((weight) => ({
      priority: 1,
      weight,
      port: 5061,
      target: `w${weight}.test`,
    }));
    const random = seeded(7);
    const first = new Map<number, number>();
    for (let i = 0; i < 10_000; i++) {
      const weight = inOrder(records, random)[0]?.weight ?? -1;
      first.set(weight, (first.get(weight) ?? 0) + 1);
    }
    const share = (weight: number): number => (first.get(weight) ?? 0) / 10_000;
    expect(share(0)).toBeGreaterThan(0);
    expect(share(0)).toBeLessThan(0.02);
    expect(Math.abs(share(10) - 0.1)).toBeLessThan(0.02);
    expect(Math.abs(share(30) - 0.3)).toBeLessThan(0.02);
    expect(Math.abs(share(60) - 0.6)).toBeLessThan(0.02);
  });

  it('leaves records without weight as they came', () => {
    const records = ['a.test', 'b.test'].map((target) => ({
      priority: 0,
      weight: 0,
      port: 1,
      target,
    }));
    expect(inOrder(records, seeded(1))).toEqual(records);
  });
});

const NAMES: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ['A.Test.', 'a.test', 'a.test'],
  ['_sip._tcp.a.test', '_sip._tcp.a.test', undefined],
  ['', undefined, undefined],
  ['.', undefined, undefined],
  ['a..test', undefined, undefined],
  ['a b.test', undefined, undefined],
  ['a\0.test', undefined, undefined],
  ['ä.test', undefined, undefined],
  [`${'a'.repeat(64)}.test`, undefined, undefined],
  [`${'a.'.repeat(130)}test`, undefined, undefined],
  ['192.0.2.1', '192.0.2.1', undefined],
  ['[::1]', undefined, undefined],
];

for (const [text, name, host] of NAMES) {
  it(`reads ${JSON.stringify(text.slice(0, 20))} as a name`, () => {
    expect(dnsName(text)).toBe(name);
    expect(hostName(text)).toBe(host);
  });
}

const SIPS = 'srv _sips._tcp.d.test';
const HOST = 'address h.test';

describe('how long an outcome may be kept', () => {
  const srvFor = (ttl: number): LocateAnswer => ({
    kind: 'srv',
    records: [{ priority: 0, weight: 0, port: 5061, target: 'h.test' }],
    ttl,
  });
  const addressFor = (ttl: number): LocateAnswer => ({
    kind: 'address',
    records: ['192.0.2.1'],
    ttl,
  });
  const ROWS: readonly (readonly [string, Zone, number])[] = [
    ['the least of what it rests on', { [SIPS]: srvFor(60), [HOST]: addressFor(90) }, 60],
    ['that of the address too', { [SIPS]: srvFor(600), [HOST]: addressFor(90) }, 90],
    ['at most a day', { [SIPS]: srvFor(1e9), [HOST]: addressFor(Infinity) }, 86_400],
    ['not below zero', { [SIPS]: srvFor(-5), [HOST]: addressFor(90) }, 0],
    ['not what is no number', { [SIPS]: srvFor(NaN), [HOST]: addressFor(90) }, 0],
    [
      'briefly if a part failed',
      { 'naptr d.test': FAILED, [SIPS]: srvFor(600), [HOST]: addressFor(90) },
      30,
    ],
    [
      'as long as the no to what would come first',
      { [SIPS]: { kind: 'not-found', ttl: 20 }, 'address d.test': addressFor(90) },
      20,
    ],
    ['so never longer than a no', { 'address d.test': addressFor(86_400) }, 300],
    ['a no: five minutes', {}, 300],
    ['a no: not longer than told', { [SIPS]: { kind: 'not-found', ttl: 20 } }, 20],
    ['a no: never longer', { [SIPS]: { kind: 'not-found', ttl: 7200 } }, 300],
    ['a failure: briefly', { [SIPS]: FAILED }, 30],
  ];
  for (const [id, zone, ttl] of ROWS) {
    it(id, () => {
      expect(run('d.test', zone).end.ttl).toBe(ttl);
    });
  }
});

describe('zones that mean harm', () => {
  it('cannot make a location circle', () => {
    const zone: Zone = {
      'naptr d.test': naptr(
        [1, 1, 's', 'SIPS+D2T', 'd.test'],
        [1, 2, 's', 'SIPS+D2T', 'd.test'],
        [1, 3, 's', 'SIPS+D2T', '_sips._tcp.d.test'],
      ),
      'srv d.test': srv(),
      [SIPS]: srv([0, 0, 5061, '_sips._tcp.d.test'], [0, 0, 5061, 'd.test']),
      'address d.test': address('d.test', '192.0.2.1'),
    };
    const { asked, came } = run('d.test', zone);
    expect(asked).toEqual(['naptr d.test', 'srv d.test', SIPS, 'address d.test']);
    expect(came).toEqual(['tls 192.0.2.1:5061']);
  });

  it('cannot make it ask more than the bound', () => {
    const rules = Array.from(
      { length: 60 },
      (_, at) => [1, at, 's', 'SIPS+D2T', `_s${at}.test`] as const,
    );
    const { asked, came } = run('d.test', { 'naptr d.test': naptr(...rules) });
    expect(asked).toHaveLength(DEFAULT_LOCATE_LIMITS.questions);
    expect(came).toEqual(['not-found: limit']);
  });

  it('cannot give it more hosts, records or targets than the bounds', () => {
    const rows = Array.from({ length: 3000 }, (_, at) => [0, 0, 5061, `h${at}.test`] as const);
    const many = Array.from({ length: 3000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
    const zone: Record<string, LocateAnswer> = { [SIPS]: srv(...rows) };
    for (const [, , , host] of rows) zone[`address ${host}`] = address(...many.toReversed());
    zone['address h0.test'] = address(...many);
    const { asked, came } = run('d.test', zone, { limits: { targets: 12 } });
    expect(asked).toHaveLength(DEFAULT_LOCATE_LIMITS.questions);
    expect(came).toHaveLength(12);
    expect(came[7]).toBe('tls 10.0.0.7:5061');
    expect(came[8]).toBe('tls 10.0.11.183:5061');
  });

  it('end at the bound when it leaves no room for a host', () => {
    const { came } = run(
      'd.test',
      { [SIPS]: srv([0, 0, 1, 'h.test']) },
      { limits: { questions: 2 } },
    );
    expect(came).toEqual(['not-found: limit']);
  });

  const BAD: readonly (readonly [string, readonly [number, number, number, string]])[] = [
    ['port 0', [0, 0, 0, 'h.test']],
    ['a port too large', [0, 0, 65_536, 'h.test']],
    ['a broken weight', [0, NaN, 5061, 'h.test']],
    ['a negative priority', [-1, 0, 5061, 'h.test']],
    ['an address for a target', [0, 0, 5061, '192.0.2.1']],
    ['an underscore in the target', [0, 0, 5061, '_h.test']],
    ['a space in the target', [0, 0, 5061, 'h test']],
  ];
  for (const [id, row] of BAD) {
    it(`cannot have a record used that has ${id}`, () => {
      const zone = { [SIPS]: srv(row, [9, 0, 5061, 'h.test']), [HOST]: address('192.0.2.1') };
      expect(run('d.test', zone).came).toEqual(['tls 192.0.2.1:5061']);
    });
  }

  const RULES: readonly (readonly [string, Partial<Record<string, unknown>>])[] = [
    ['a rewriting rule', { regexp: '!.*!_sips._tcp.evil.test!' }],
    ['no name for a replacement', { replacement: 'a b' }],
    ['an order that is no number', { order: NaN }],
    ['a preference that is no number', { preference: 0.5 }],
  ];
  for (const [id, wrong] of RULES) {
    it(`cannot have a NAPTR record used with ${id}`, () => {
      const right = { order: 1, preference: 1, flags: 's', service: 'SIPS+D2T', regexp: '' };
      const rule = { ...right, replacement: '_sips._tcp.evil.test', ...wrong };
      const zone: Zone = { 'naptr d.test': { kind: 'naptr', records: [rule], ttl: 1 } };
      expect(run('d.test', zone).asked).toEqual(['naptr d.test', SIPS, 'address d.test']);
    });
  }

  it('may say anything: it ends, within the bounds, and only with TLS', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('.', 'd.test', 'h.test', '_sips._tcp.d.test'),
    );
    const ttl = fc.double();
    const answers: fc.Arbitrary<LocateAnswer> = fc.oneof(
      fc.constantFrom<LocateAnswer>({ kind: 'not-found' }, { kind: 'failed' }),
      fc.record({
        kind: fc.constant('srv' as const),
        records: fc.array(
          fc.record({ priority: fc.nat(9), weight: fc.nat(9), port: fc.nat(99), target: text }),
        ),
        ttl,
      }),
      fc.record({
        kind: fc.constant('naptr' as const),
        records: fc.array(
          fc.record({
            order: fc.nat(3),
            preference: fc.nat(3),
            flags: fc.constantFrom('s', 'S', 'a'),
            service: fc.constantFrom('SIPS+D2T', 'SIP+D2T', 'SIP+D2U'),
            regexp: fc.constant(''),
            replacement: text,
          }),
        ),
        ttl,
      }),
      fc.record({
        kind: fc.constant('address' as const),
        records: fc.array(fc.oneof(text, fc.ipV4(), fc.ipV6())),
        ttl,
      }),
    );
    fc.assert(
      fc.property(fc.infiniteStream(answers), fc.boolean(), (stream, lync) => {
        const zone = new Proxy<Zone>(
          {},
          {
            get: () => stream.next().value as LocateAnswer,
            getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 0 }),
          },
        );
        const { end, asked } = run('d.test', zone, { lync });
        expect(asked.length).toBeLessThanOrEqual(DEFAULT_LOCATE_LIMITS.questions);
        expect(end.ttl).toBeGreaterThanOrEqual(0);
        if (end.kind !== 'located') return;
        expect(end.targets.length).toBeLessThanOrEqual(DEFAULT_LOCATE_LIMITS.targets);
        for (const { transport, references } of end.targets) {
          expect([transport, references]).toEqual(['tls', ['d.test']]);
        }
      }),
    );
  });
});

describe('answers', () => {
  const ALL: Zone = {
    [SIPS]: srv([0, 0, 5061, 'h.test'], [1, 0, 5061, 'i.test']),
    [HOST]: address('192.0.2.1'),
    'address i.test': address('192.0.2.2'),
  };

  it('may come in any order', () => {
    const location = new SipLocation('d.test', { random: () => 0 });
    location.receive({ kind: 'naptr', name: 'd.test' }, { kind: 'not-found' });
    expect(location.next()).toEqual({ kind: 'naptr', name: 'd.test' });
    location.receive({ kind: 'srv', name: '_sips._tcp.d.test' }, ALL[SIPS] as LocateAnswer);
    expect(location.next()).toEqual({ kind: 'srv', name: '_sips._tcp.d.test' });
    expect([location.next(), location.next(), location.next()]).toEqual([
      { kind: 'address', name: 'h.test' },
      { kind: 'address', name: 'i.test' },
      undefined,
    ]);
    location.receive({ kind: 'address', name: 'i.test' }, address('192.0.2.2'));
    location.receive({ kind: 'address', name: 'i.test' }, address('192.0.2.99'));
    location.receive({ kind: 'address', name: 'never.test' }, address('192.0.2.99'));
    expect(location.next()).toBeUndefined();
    location.receive({ kind: 'address', name: 'h.test' }, address('192.0.2.1', '192.0.2.1'));
    expect(location.next()).toMatchObject({
      targets: [{ address: '192.0.2.1' }, { address: '192.0.2.2' }],
    });
    expect(location.next()).toBeUndefined();
  });

  it('of another kind than the question count as failed', () => {
    const zone: Zone = { ...ALL, [SIPS]: address('192.0.2.66') };
    expect(run('d.test', zone).came).toEqual(['failed: dns']);
  });

  it('are not awaited for what is no host name', () => {
    for (const domain of ['', 'a b', 'ä.test', 'd.test:5061', '_x.test', '999.1.1.1']) {
      expect(run(domain, {})).toMatchObject({ asked: [], came: ['not-found: name'] });
    }
  });

  it('are not asked for a service whose name would be too long', () => {
    const domain = `${'a.'.repeat(122)}test`;
    expect(run(domain, {}).asked).toEqual([`naptr ${domain}`, `address ${domain}`]);
  });
});
