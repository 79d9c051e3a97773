// Addresses and networks: what is in, what is not, and what is no address at all.
import { addressIn, addressSet, readNetwork, type AddressRange } from '@interwork/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

function setOf(...networks: readonly string[]): ReturnType<typeof addressSet> {
  return addressSet(networks.map(range));
}

function range(text: string): AddressRange {
  const network = readNetwork(text);
  if (typeof network === 'string') throw new Error(`${text}: ${network}`);
  return network;
}

describe('membership', () => {
  const ROWS: readonly (readonly [network: string, ip: string, isIn: boolean])[] = [
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['192.0.2.0/24', '192.0.2.0', true],
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.0/24', '192.0.1.255', false],
    ['128.0.0.0/1', '255.255.255.255', true],
    ['128.0.0.0/1', '127.255.255.255', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:DB8::1', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['2001:db8::8/125', '2001:db8::f', true],
    ['2001:db8::8/125', '2001:db8::10', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '192.0.2.1', false],
    ['::/0', '::ffff:192.0.2.1', false],
    ['192.0.2.0/24', '::ffff:192.0.2.1', true],
    ['192.0.2.0/24', '::FFFF:C000:0201', true],
    ['::ffff:192.0.2.0/120', '192.0.2.9', true],
    ['::ffff:0:0/96', '203.0.113.1', true],
    ['192.0.2.0/24', '192.0.2', false],
    ['192.0.2.0/24', '192.0.2.01', false],
    ['192.0.2.0/24', '0xc0.0.2.1', false],
    ['192.0.2.0/24', '192.0.2.1:5061', false],
    ['192.0.2.0/24', ' 192.0.2.1', false],
    ['192.0.2.0/24', '', false],
    ['0.0.0.0/0', '0.0.0.0', true],
    ['0.0.0.0/0', '192.0.2.256', false],
    ['0.0.0.0/0', '192.0.2.00', false],
    ['0.0.0.0/0', '192.0.2.1.1', false],
    ['0.0.0.0/0', '192.0..1', false],
    ['0.0.0.0/0', '.192.0.2', false],
    ['0.0.0.0/0', '192.0.2.', false],
    ['0.0.0.0/0', '192.0.2.-1', false],
    ['fe80::/10', 'fe80::1%eth0', false],
    ['2001:db8::/32', '[2001:db8::1]', false],
  ];
  for (const [network, ip, isIn] of ROWS) {
    it(`${network} ${isIn ? 'has' : 'has not'} ${JSON.stringify(ip)}`, () => {
      expect(addressIn(setOf(network), ip)).toBe(isIn);
    });
  }
});

describe('networks that are none', () => {
  const ROWS: readonly (readonly [text: string, why: 'malformed' | 'host-bits'])[] = [
    ['', 'malformed'],
    ['contoso.example', 'malformed'],
    ['192.0.2.0/33', 'malformed'],
    ['192.0.2.0/', 'malformed'],
    ['192.0.2.0/024', 'malformed'],
    ['192.0.2.0/-1', 'malformed'],
    ['192.0.2.0/255.255.255.0', 'malformed'],
    ['192.0.2.0/24/24', 'malformed'],
    ['192.0.2/24', 'malformed'],
    ['2001:db8::/129', 'malformed'],
    ['::ffff:192.0.2.0/90', 'malformed'],
    ['fe80::1%eth0', 'malformed'],
    ['192.0.2.1/24', 'host-bits'],
    ['2001:db8::1/64', 'host-bits'],
  ];
  for (const [text, why] of ROWS) {
    it(JSON.stringify(text), () => {
      expect(readNetwork(text)).toBe(why);
    });
  }
});

describe('many networks', () => {
  const v4 = fc.tuple(fc.nat(255), fc.nat(7)).map(([last, bits]) => {
    const first = last & (0xff << (8 - bits)) & 0xff;
    return `192.0.2.${first}/${24 + bits}`;
  });

  it('are the union of each, in any order', () => {
    fc.assert(
      fc.property(fc.array(v4, { maxLength: 12 }), fc.nat(255), (networks, last) => {
        const ip = `192.0.2.${last}`;
        const each = networks.some((network) => addressIn(setOf(network), ip));
        expect(addressIn(setOf(...networks), ip)).toBe(each);
        expect(addressIn(setOf(...networks.toReversed()), ip)).toBe(each);
      }),
    );
  });

  it('are asked in steps of their logarithm', () => {
    const networks = Array.from({ length: 65_536 }, (_, n) => `10.${n >> 8}.${n & 255}.0/25`);
    const set = setOf(...networks);
    let reads = 0;
    const last = new Proxy(set.v4.last, {
      get: (list, key) => {
        if (key !== 'length') reads += 1;
        return Reflect.get(list, key, list) as unknown;
      },
    });
    const counted = { ...set, v4: { ...set.v4, last } };
    expect(addressIn(counted, '10.200.17.5')).toBe(true);
    expect(addressIn(counted, '10.200.17.128')).toBe(false);
    expect(reads).toBeLessThanOrEqual(2 * 17);
  });
});
