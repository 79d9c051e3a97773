// Finding a server by DNS: the order of SRV records, addresses for their names, and where DNS must not lead us.
import { describe, expect, test } from 'vitest';
import { dnsLocate, type LocateOptions, ordered } from '@interwork/xmpp/node';
import { isPublic } from '../src/node/addresses.ts';

const record = (name: string, priority: number, weight: number, port = 1) => ({
  name,
  port,
  priority,
  weight,
});

test('RFC 2782 Usage rules: priority before weight, weight by chance', () => {
  const records = [record('c', 2, 0), record('a', 1, 90), record('b', 1, 10)];
  const names = (chance: number) => ordered(records, () => chance).map(({ name }) => name);
  expect(names(0)).toEqual(['b', 'a', 'c']);
  expect(names(0.99)).toEqual(['a', 'b', 'c']);
});

const absent = Object.assign(new Error('none'), { code: 'ENOTFOUND' });
const broken = Object.assign(new Error('refused'), { code: 'ESERVFAIL' });

interface Zone {
  readonly srv?: readonly ReturnType<typeof record>[] | Error;
  readonly direct?: readonly ReturnType<typeof record>[] | Error;
  readonly a?: readonly string[] | Error;
  readonly aaaa?: readonly string[] | Error;
}

/** A resolver that gives each name the same addresses, and keeps what it was asked. */
function locating(zone: Zone, options: Partial<LocateOptions> = {}) {
  const asked: string[] = [];
  const answer = async (name: string, value: unknown = absent): Promise<never> => {
    asked.push(name);
    if (value instanceof Error) throw value;
    return value as never;
  };
  const resolver = {
    resolveSrv: (name: string) => answer(name, name.startsWith('_xmpps-') ? zone.direct : zone.srv),
    resolve4: (name: string) => answer(name, zone.a),
    resolve6: (name: string) => answer(name, zone.aaaa),
  };
  return { asked, locate: dnsLocate({ random: () => 0, resolver, ...options }) };
}

const at = (address: string, port = 5269) => ({ address, port, direct: false });
const one = [record('x.example', 1, 0, 5300)];
const lookups = [
  { id: 'SRV', zone: { srv: one, a: ['192.0.2.1'] }, to: [at('192.0.2.1', 5300)] },
  {
    id: 'SRV, the families in turn, two of each',
    zone: {
      srv: one,
      a: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
      aaaa: ['2001:db8::1', '2001:db8::2', '2001:db8::3'],
    },
    to: ['2001:db8::1', '192.0.2.1', '2001:db8::2', '192.0.2.2'].map((name) => at(name, 5300)),
  },
  { id: 'SRV for a name without addresses', zone: { srv: one }, to: 'not-found' },
  { id: 'SRV for a name whose DNS is broken', zone: { srv: one, a: broken }, to: 'failed' },
  { id: 'one family broken', zone: { a: ['192.0.2.1'], aaaa: broken }, to: [at('192.0.2.1')] },
  {
    id: 'the root: not offered',
    zone: { srv: [record('', 0, 0, 0)], a: ['192.0.2.1'] },
    to: 'not-found',
  },
  { id: 'no SRV: addresses', zone: { a: ['192.0.2.1'] }, to: [at('192.0.2.1')] },
  { id: 'nothing', zone: {}, to: 'not-found' },
  { id: 'DNS broken', zone: { srv: broken, a: ['192.0.2.1'] }, to: 'failed' },
] as const;

describe('RFC 6120 §3.2.1, §3.2.2, XEP-0368 §3 lookup', () => {
  for (const row of lookups)
    test(row.id, async () => {
      expect(await locating(row.zone).locate('montague.example')).toEqual(row.to);
    });

  const both = { srv: [record('a.example', 2, 0)], direct: [record('b.example', 1, 0, 2)] };
  const root = [record('.', 0, 0, 0)];
  const a = ['192.0.2.1'];
  test.each([
    [
      'direct TLS among the others, by priority',
      { ...both, a },
      [
        [2, true],
        [1, false],
      ],
    ],
    ['direct TLS alone', { direct: both.direct, a }, [[2, true]]],
    ['direct TLS alone, DNS half broken', { srv: broken, direct: both.direct, a }, [[2, true]]],
    ['direct TLS not offered', { srv: both.srv, direct: root, a }, [[1, false]]],
    ['direct TLS not offered, and nothing else said', { direct: root, a }, [[5269, false]]],
    ['only direct TLS offered', { srv: root, direct: both.direct, a }, [[2, true]]],
    ['neither offered', { srv: root, direct: root, a }, []],
    ['broken', { srv: broken, direct: broken, a }, []],
  ] as const)('%s', async (_id, zone, expected) => {
    const found = await locating(zone, { direct: true }).locate('montague.example');
    const targets = typeof found === 'string' ? [] : found;
    expect(targets.map(({ port, direct }) => [port, direct])).toEqual(expected);
  });

  test('the resolvers to ask are told, and must be addresses', () => {
    expect(() =>
      dnsLocate({ random: () => 0, servers: ['127.0.0.1:5353', '[::1]:53'] }),
    ).not.toThrow();
    expect(() => dnsLocate({ random: () => 0, servers: ['no address'] })).toThrow(
      'Invalid IP address',
    );
  });

  test('the names of one domain are looked up within a bound', async () => {
    const srv = Array.from({ length: 500 }, (_, i) => record(`x${i}.example`, i, 0));
    const { asked, locate } = locating({ srv, a: ['192.0.2.1'] });
    expect(await locate('montague.example')).toHaveLength(8);
    expect(asked).toHaveLength(1 + 2 * 8);
  });

  test('RFC 2782: of thousands of records no more are drawn than are looked up', async () => {
    let draws = 0;
    const random = (): number => (draws++ % 10) / 10;
    const srv = Array.from({ length: 3_000 }, (_, i) => record(`x${i}.example`, 0, 1));
    const { locate } = locating({ srv, direct: srv, a: ['192.0.2.1'] }, { direct: true, random });
    expect(await locate('evil.example')).toHaveLength(8);
    expect(draws).toBe(8);
  });
});

const inside = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:192.0.2.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::1',
  '2001:0:1::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%lo',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
  '127.1',
  '0x7f000001',
];
const outside = [
  '1.1.1.1',
  '11.0.0.1',
  '100.128.0.1',
  '172.32.0.1',
  '192.0.2.1',
  '192.169.0.1',
  '223.255.255.255',
  '2001:db8::1',
  '2606:4700::1111',
  '64:ff9b::1.1.1.1',
];

describe('RFC 6120 §3.2 where the DNS of a stranger may not lead', () => {
  for (const address of inside) test(address, () => expect(isPublic(address)).toBe(false));
  for (const address of outside) test(address, () => expect(isPublic(address)).toBe(true));

  const asPrivate = { allowPrivate: true };
  const rows = [
    { id: 'SRV to loopback', zone: { srv: one, a: ['127.0.0.1'], aaaa: ['::1'] } },
    { id: 'a domain at a private address', zone: { a: ['10.0.0.1'] } },
  ] as const;
  for (const { id, zone } of rows)
    test(`${id}: only where that is allowed`, async () => {
      expect(await locating(zone).locate('evil.example')).toBe('not-found');
      expect(await locating(zone, asPrivate).locate('evil.example')).not.toBe('not-found');
    });

  test('what is public among what is not', async () => {
    const zone = { srv: one, a: ['10.0.0.1', '192.0.2.1'], aaaa: ['fd00::1'] };
    expect(await locating(zone).locate('evil.example')).toEqual([at('192.0.2.1', 5300)]);
  });

  test('names of one label are looked up only where that is allowed', async () => {
    for (const name of ['localhost', 'localhost.', 'intranet']) {
      const zone = { srv: [record(name, 0, 0)], a: ['192.0.2.1'] };
      const { asked, locate } = locating(zone);
      expect(await locate('evil.example')).toBe('not-found');
      expect(asked).toEqual(['_xmpp-server._tcp.evil.example']);
      expect(await locating(zone, asPrivate).locate('evil.example')).toHaveLength(1);
    }
    expect(await locating({ a: ['192.0.2.1'] }).locate('localhost')).toBe('not-found');
  });
});
