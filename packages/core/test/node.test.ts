// What a gateway is handed on Node: tokens, message authentication, the clock, the alarm.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarm, drawToken, mac, steadyClock } from '@interwork/core/node';

describe('RFC 2104 §2 mac', () => {
  it('gives the known answer, in lower-case hex', () => {
    expect(mac('Jefe', 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is what node:crypto makes of any key and text, one after another', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 3000, size: 'max' });
    fc.assert(
      fc.property(
        fc.constantFrom('', 'k', 'x'.repeat(64), 'x'.repeat(65), 'schl\u00fcssel'),
        text,
        (key, said) => {
          expect(mac(key, said)).toBe(createHmac('sha256', key).update(said).digest('hex'));
        },
      ),
    );
  });
});

describe('tokens', () => {
  it('are long, lower case, and never the same', () => {
    const tokens = Array.from({ length: 1000 }, drawToken);
    expect(new Set(tokens).size).toBe(1000);
    for (const token of tokens) expect(token).toMatch(/^[a-z0-9]{26,}$/);
  });
});

describe('time', () => {
  it('begins at the time of day and never steps back', () => {
    const readings = Array.from({ length: 1000 }, steadyClock);
    expect(readings).toEqual(readings.toSorted((a, b) => a - b));
    expect(Math.abs((readings[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('calls at its instant or after, and not once it is cancelled', async () => {
    const at = steadyClock() + 5;
    const called: number[] = [];
    const cancel = alarm(at, () => void called.push(0));
    cancel();
    await new Promise<void>((resolve) => alarm(at, resolve));
    expect(steadyClock()).toBeGreaterThanOrEqual(at);
    expect(called).toEqual([]);
  });

  it('takes an instant beyond what a timer holds', () => {
    alarm(steadyClock() + 2 ** 40, () => {})();
  });
});
