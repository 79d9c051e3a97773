// Base64 both ways: what is written is read, and what nobody writes is not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../src/base64.ts';

describe('RFC 4648 §4 base64', () => {
  it.each([
    ['', []],
    ['SGk=', [72, 105]],
    ['SGk', [72, 105]],
    ['++//', [251, 239, 255]],
    ['AA==', [0]],
  ])('%s is read', (text, octets) => {
    expect(fromBase64(text)).toEqual(Uint8Array.from(octets));
  });

  it.each(['S', 'SGk==', 'SGk=\n', 'S-k=', 'SG k=', 'SGl', '=', 'AA='])('%j is none', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  it('is written with padding and read again, whatever it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        const text = toBase64(octets);
        expect(text).toBe(Buffer.from(octets).toString('base64'));
        expect(fromBase64(text)).toEqual(octets);
        expect(fromBase64(text.replace(/=+$/, ''))).toEqual(octets);
      }),
    );
  });
});
