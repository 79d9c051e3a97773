import { describe, expect, it } from 'vitest';
import { Slab } from '../src/transaction/slab.ts';

const octets = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

describe('a slab', () => {
  it('copies side by side, over many pieces, and shares nothing', () => {
    const slab = new Slab();
    const given = Array.from({ length: 300 }, (_, n) => octets(1 + ((n * 37) % 900), n % 256));
    const kept = given.map((one) => slab.copy(one));
    const before = given.map((one) => one.slice());
    for (const one of given) one.fill(255);
    expect(kept).toEqual(before);
    expect(kept[0]?.buffer).toBe(kept[1]?.buffer);
    expect(kept[0]?.buffer).not.toBe(kept[299]?.buffer);
  });

  it('gives what is large a place of its own', () => {
    const large = new Slab().copy(octets(20_000, 1));
    expect([large.length, large.buffer.byteLength]).toEqual([20_000, 20_000]);
  });
});
