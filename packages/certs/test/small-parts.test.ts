// The small parts below a certificate: times, PEM, addresses, object identifiers, UTF-8.

import { parseCertificate, parseCertificates, readPem, writePem } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfUtf8, utf8Of } from '../src/bytes.ts';
import { ipText, parseIp } from '../src/ip.ts';
import { fromBase64, toBase64 } from '../src/pem.ts';
import { oidAt, oidText } from '../src/oid.ts';
import { timeAt } from '../src/primitive.ts';
import { instantOf, isoOf, partsOf } from '../src/time.ts';

describe('RFC 5280 §4.1.2.5 time', () => {
  test('agrees with the calendar of the platform, both ways', () => {
    const inYears = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(inYears, (instant) => {
        const whole = Math.floor(instant / 1000) * 1000;
        expect(isoOf(instant)).toBe(new Date(whole).toISOString().replace('.000Z', 'Z'));
        const { year, month, day, hour, minute, second } = partsOf(instant);
        expect(instantOf(year, month, day, hour, minute, second)).toBe(whole);
      }),
    );
  });
  const ROWS: readonly (readonly [tag: number, text: string, iso: string | undefined])[] = [
    [0x17, '260211000000Z', '2026-02-11T00:00:00Z'],
    [0x17, '491231235959Z', '2049-12-31T23:59:59Z'],
    [0x17, '500101000000Z', '1950-01-01T00:00:00Z'],
    [0x18, '20500101000000Z', '2050-01-01T00:00:00Z'],
    [0x18, '20000229120000Z', '2000-02-29T12:00:00Z'],
    [0x18, '21000229120000Z', undefined],
    [0x17, '2602110000Z', undefined],
    [0x17, '260211000000+0000', undefined],
    [0x18, '20260211000000.5Z', undefined],
    [0x17, '260230000000Z', undefined],
    [0x17, '261301000000Z', undefined],
    [0x17, '260211240000Z', undefined],
    [0x17, '2602110000 0Z', undefined],
    [0x16, '260211000000Z', undefined],
  ];
  for (const [tag, text, iso] of ROWS) {
    test(`${tag} ${text}`, () => {
      const instant = timeAt(Uint8Array.of(tag, text.length, ...Buffer.from(text)), 0);
      expect(instant === undefined ? undefined : isoOf(instant)).toBe(iso);
    });
  }
});

describe('RFC 7468 §2 and §5 PEM', () => {
  const { certificate } = makeAuthority({ crypto: nodeCrypto, now: 0 });
  test('both ways', () => {
    expect(readPem(certificate.pem)).toEqual([certificate.der]);
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(readPem(writePem(bytes, 'X'), 'X')).toEqual([bytes]);
      }),
    );
  });
  test('text between blocks is skipped, other labels too', () => {
    const text = `subject: x\n${certificate.pem}\n${writePem(Uint8Array.of(1), 'PRIVATE KEY')}${certificate.pem}`;
    expect(parseCertificates(text)).toHaveLength(2);
    expect(parseCertificate(text)).toMatchObject({ kind: 'fault', code: 'bad-pem' });
  });
  const BAD = ['QQ', 'QQ=', 'QQ=A', 'QR==', 'Q', '====', 'Q*==', 'QQ==QQ=='];
  for (const inside of BAD) {
    test(`not base64: ${inside}`, () => {
      const text = `-----BEGIN CERTIFICATE-----\n${inside}\n-----END CERTIFICATE-----`;
      expect(readPem(text)).toMatchObject({ kind: 'fault', code: 'bad-pem' });
    });
  }
  test('a block that does not end', () => {
    expect(readPem('-----BEGIN CERTIFICATE-----\nQQ==')).toMatchObject({ code: 'bad-pem' });
    expect(readPem('x'.repeat(11), 'X', 10)).toMatchObject({ code: 'too-large' });
  });
});

describe('RFC 4291 §2.2 addresses', () => {
  const ROWS: readonly (readonly [text: string, shown: string | undefined])[] = [
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1'],
    ['[::]', '0:0:0:0:0:0:0:0'],
    ['::ffff:192.0.2.7', '0:0:0:0:0:ffff:c000:207'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['1:2:3:4:5:6:7:8::', undefined],
    ['1::2::3', undefined],
    ['1:2:3', undefined],
    [':::', undefined],
    ['12345::', undefined],
    ['fe80::1%eth0', undefined],
    ['[::1', undefined],
    ['1.2.3', undefined],
    ['1.2.3.256', undefined],
    ['01.2.3.4', undefined],
    ['1.2.3.4.', undefined],
    ['1.2.3.x', undefined],
  ];
  for (const [text, shown] of ROWS) {
    test(text, () => {
      const bytes = parseIp(text);
      expect(bytes === undefined ? undefined : ipText(bytes)).toBe(shown);
    });
  }
});

describe('object identifiers', () => {
  const ROWS: readonly (readonly [hex: string, text: string | undefined])[] = [
    ['551d11', '2.5.29.17'],
    ['2b0601', '1.3.6.1'],
    ['2b8601', '1.3.769'],
    ['551d12', '2.5.29.18'],
    ['561d11', '2.6.29.17'],
    ['2a864886f70d01010b', '1.2.840.113549.1.1.11'],
    ['2a864886f70d01010a', '1.2.840.113549.1.1.10'],
    ['2a864886f70d02010b', '1.2.840.113549.2.1.11'],
    ['883703', '2.999.3'],
    ['6983ffffffffffffffffff7f', '2.25.4722366482869645213695'],
    ['', undefined],
    ['80', undefined],
    ['558001', undefined],
    ['5581', undefined],
    ['55'.repeat(65), undefined],
  ];
  for (const [hex, text] of ROWS) {
    test(hex.slice(0, 40), () => {
      const read = oidText(new Uint8Array(Buffer.from(hex, 'hex')));
      expect(read).toBe(text);
      expect(oidAt(Uint8Array.of(6, hex.length / 2, ...Buffer.from(hex, 'hex')), 0)).toBe(text);
      expect(oidAt(Uint8Array.of(4, hex.length / 2, ...Buffer.from(hex, 'hex')), 0)).toBe(
        undefined,
      );
    });
  }
});

test('RFC 3629 §3 UTF-8 agrees with the decoder of the platform', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
      let wanted: string | undefined;
      try {
        wanted = strict.decode(bytes);
      } catch {
        wanted = undefined;
      }
      expect(utf8Of(bytes)).toBe(wanted);
    }),
    { numRuns: 5000 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => utf8Of(bytesOfUtf8(text)) === text),
  );
});
