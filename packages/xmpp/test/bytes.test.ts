// UTF-8, RFC 3629: strict both ways, and cut anywhere.
import { describe, expect, test } from 'vitest';
import { decodeChunk, decodeUtf8, encodeUtf8, isWellFormed, utf8Length } from '../src/bytes.ts';

describe('RFC 3629 §4 decoding', () => {
  test('agrees with the platform on every sequence of two bytes, and on three after a lead', () => {
    const platform = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const strict = (bytes: Uint8Array) => {
      try {
        return platform.decode(bytes);
      } catch {
        return undefined;
      }
    };
    for (let first = 0; first < 256; first += 1) {
      for (let second = 0; second < 256; second += 1) {
        for (const rest of [[], [0x80], [0xbf, 0xbf], [0x80, 0x41]]) {
          const bytes = Uint8Array.of(first, second, ...rest);
          if (decodeUtf8(bytes) !== strict(bytes)) throw new Error(bytes.join());
        }
      }
    }
  });
  test('leaves a cut character for the next time', () => {
    const bytes = encodeUtf8('a\u{1f600}');
    for (let cut = 1; cut <= bytes.length; cut += 1) {
      const { text, good, rest } = decodeChunk(bytes.subarray(0, cut));
      expect(good).toBe(true);
      expect(text.length === 1 ? rest.length : 0).toBe(cut === bytes.length ? 0 : cut - 1);
    }
  });
  test('gives what is good before what is not', () => {
    expect(decodeChunk(Uint8Array.of(0xc3, 0xa9, 0xff, 0x41))).toEqual({
      text: '\u00e9',
      good: false,
      rest: new Uint8Array(0),
    });
  });
});

describe('text', () => {
  test.each([
    ['', true],
    ['a\u{1f600}b', true],
    ['\ud800', false],
    ['\udc00\ud800', false],
    ['\ud800\ud800\udc00', false],
    ['a\udc00', false],
  ])('%j is well formed: %s', (text, expected) => {
    expect(isWellFormed(text)).toBe(expected);
  });
  test('is measured in bytes', () => {
    expect(utf8Length('a\u00e9\u20ac\u{1f600}')).toBe(10);
    expect(encodeUtf8('a\u00e9\u20ac\u{1f600}')).toHaveLength(10);
  });
});
