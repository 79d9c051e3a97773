// `SipLocator`: static routes, what DNS said and for how long, one question for all who wait. RFC 3263 §4.
import type { LocateAnswer, Target } from '@interwork/sip';
import { type AskDns, SipLocator, type SipLocatorOptions } from '@interwork/sip/node';
import { describe, expect, it } from 'vitest';
import { isPublic } from '../src/node/public-address.ts';
import { address, FAILED, srv, type Zone } from './locate-zone.ts';

const ROUTE: readonly Target[] = [
  { transport: 'tcp', address: '127.0.0.1', port: 5070, references: ['r.test'] },
];
const ZONE: Zone = {
  'srv _sips._tcp.d.test': srv([1, 0, 5071, 'one.d.test']),
  'address one.d.test': address('2001:db8::1', '192.0.2.1'),
  'address only.test': address('192.0.2.9'),
};

/** A locator on a zone, with what it asked and a clock that stands. */
function located(options: Partial<SipLocatorOptions> = {}, zone: Zone = ZONE) {
  const asked: string[] = [];
  const time = { now: 0 };
  const ask: AskDns = ({ kind, name }) => {
    asked.push(`${kind} ${name}`);
    const answer: LocateAnswer = zone[`${kind} ${name}`] ?? { kind: 'not-found' };
    return Promise.resolve(answer);
  };
  const locator = new SipLocator({
    ask,
    clock: () => time.now,
    random: () => 0,
    allowPrivate: true,
    ...options,
  });
  const places = async (domain: string) =>
    (await locator.targetsOf(domain)).map(({ address: at, port }) => `${at} ${port}`);
  return { locator, asked, time, places };
}

describe('RFC 3263 §4: the targets of a domain', () => {
  it('a static route is taken as it stands, and DNS is not asked', async () => {
    const { locator, asked } = located({ routes: { 'r.test': ROUTE, '__proto__.test': [] } });
    expect(await locator.targetsOf('R.test.')).toBe(ROUTE);
    expect(await locator.targetsOf('__proto__.test')).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('DNS is asked for the others; an IPv6 address stands first, as it was answered', async () => {
    const { places } = located({ routes: { 'r.test': ROUTE } });
    expect(await places('d.test')).toEqual(['2001:db8::1 5071', '192.0.2.1 5071']);
    expect(await places('constructor')).toEqual([]);
  });

  it('what DNS said is kept as long as it holds, and not longer', async () => {
    const { asked, time, places } = located();
    await places('d.test');
    const once = asked.length;
    time.now = 299_999;
    await places('D.TEST');
    expect(asked.length).toBe(once);
    time.now = 300_000;
    await places('d.test');
    expect(asked.length).toBe(2 * once);
  });

  it('RFC 3263 §4.2 who has only an address and joins by SRV is reached five minutes later', async () => {
    const zone: Record<string, LocateAnswer> = {
      'address d.test': { kind: 'address', records: ['192.0.2.80'], ttl: 86_400 },
      'address one.d.test': address('192.0.2.1'),
    };
    const { time, places } = located({}, zone);
    expect(await places('d.test')).toEqual(['192.0.2.80 5061']);
    zone['srv _sips._tcp.d.test'] = srv([1, 0, 5071, 'one.d.test']);
    time.now = 300_000;
    expect(await places('d.test')).toEqual(['192.0.2.1 5071']);
  });

  it('a no is kept for five minutes at most, a failure for half a minute', async () => {
    const never: Zone = { 'naptr failed.test': FAILED, 'srv _sips._tcp.failed.test': FAILED };
    for (const [domain, seconds] of [
      ['none.test', 300],
      ['failed.test', 30],
    ] as const) {
      const { asked, time, places } = located({}, never);
      expect(await places(domain)).toEqual([]);
      const once = asked.length;
      time.now = seconds * 1000 - 1;
      await places(domain);
      expect(asked.length).toBe(once);
      time.now += 1;
      await places(domain);
      expect(asked.length).toBe(2 * once);
    }
  });

  it('those who ask at once get one answer to one question', async () => {
    const { locator, asked } = located();
    const all = await Promise.all(['d.test', 'd.test', 'D.test'].map((one) => locator.locate(one)));
    expect(new Set(all).size).toBe(1);
    expect(new Set(asked).size).toBe(asked.length);
    expect(locator.counts).toEqual({ kept: 1, asking: 0 });
  });

  it('keeps no more domains than it may: the longest unused goes', async () => {
    const { locator, asked } = located({ kept: { keptDomains: 2 } });
    for (const domain of ['d.test', 'only.test', 'd.test', 'none.test']) {
      await locator.locate(domain);
    }
    expect(locator.counts.kept).toBe(2);
    const before = asked.length;
    await locator.locate('d.test');
    expect(asked.length).toBe(before);
    await locator.locate('only.test');
    expect(asked.length).toBeGreaterThan(before);
  });

  it('asks for no more domains at once than it may', async () => {
    const { locator } = located({ kept: { locations: 1 } });
    const first = locator.locate('d.test');
    expect(locator.counts.asking).toBe(1);
    expect(await locator.locate('only.test')).toMatchObject({ kind: 'failed', reason: 'limit' });
    expect((await first).kind).toBe('located');
    expect(locator.counts.asking).toBe(0);
  });

  it('what a stranger’s DNS says does not lead into our own network', async () => {
    const zone: Zone = {
      'address in.test': address('127.0.0.1', '10.0.0.1'),
      'address mixed.test': address('127.0.0.1', '8.8.8.8'),
    };
    const { locator, places } = located({ allowPrivate: false }, zone);
    expect(await locator.locate('in.test')).toMatchObject({ reason: 'no-address' });
    expect(await places('mixed.test')).toEqual(['8.8.8.8 5061']);
    expect(await places('192.168.1.1')).toEqual([]);
  });

  it('a resolver that rejects is a failure', async () => {
    const { locator } = located({ ask: () => Promise.reject(new Error('no')) });
    expect(await locator.locate('d.test')).toMatchObject({ kind: 'failed', reason: 'dns' });
  });

  const MISTAKES: readonly (readonly [object, string])[] = [
    [{ ask: 'dns' }, 'ask'],
    [{ clock: 5 }, 'clock'],
    [{ routes: { 'r.test': 'there' } }, 'routes'],
    [{ kept: { locations: 0 } }, 'limit'],
    [{ limits: { questions: Number.NaN } }, 'limit'],
  ];
  it.each(MISTAKES)('options that cannot be meant are misuse: %j', (options, code) => {
    expect(() => new SipLocator(options)).toThrow(
      expect.objectContaining({ name: 'MisuseError', code }),
    );
  });
});

describe('addresses of the Internet', () => {
  const ROWS: readonly (readonly [string, boolean])[] = [
    ['8.8.8.8', true],
    ['2606:4700::1', true],
    ['0.0.0.0', false],
    ['10.255.0.1', false],
    ['100.64.0.1', false],
    ['127.0.0.1', false],
    ['169.254.1.1', false],
    ['172.31.0.1', false],
    ['172.32.0.1', true],
    ['192.168.0.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::', false],
    ['::1', false],
    ['::127.0.0.1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['ff02::1', false],
    ['b.example', false],
  ];
  it.each(ROWS)('%s: %s', (text, is) => expect(isPublic(text)).toBe(is));
});
