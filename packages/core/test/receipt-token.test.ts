// What an id says of a message whose sender wants word of it: both ways, and nothing to anybody else. RFC 5438 §6.3.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Asked,
  askedIn,
  askedOf,
  messageIdOf,
  noteOf,
  type ReceiptEnds,
} from '../src/gateway/receipt-token.ts';

const mac = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('hex');
const sealing = (secret = 'a secret of these tests') => ({ mac, secret });
const ENDS: ReceiptEnds = { asker: 'romeo@xmpp.test', speaker: 'amy@sip.test' };
const ASKED: Asked = {
  at: 1_790_000_000_000,
  dispositions: ['positive-delivery', 'display'],
  type: 'chat',
  id: 'x1',
  resource: 'phone',
};

const made = (asked = ASKED, ends = ENDS): string => {
  const id = messageIdOf(asked, ends, 'fresh', sealing());
  if (id === undefined) throw new Error('too long');
  return id;
};

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const anyAsked: fc.Arbitrary<Asked> = fc.record({
  at: fc.nat({ max: 2_000_000_000_000 }),
  dispositions: fc.subarray([
    'positive-delivery' as const,
    'negative-delivery' as const,
    'display' as const,
    'processing' as const,
  ]),
  type: fc.constantFrom('chat' as const, 'normal' as const),
  id: text,
  resource: text,
});

describe('RFC 5438 §6.3 a Message-ID of ours', () => {
  it('says again what was asked, whatever that was, in any process with the same secret', () => {
    fc.assert(
      fc.property(anyAsked, (asked) => {
        const id = messageIdOf(asked, ENDS, 'fresh', sealing());
        if (id !== undefined) expect(askedIn(id, ENDS, sealing())).toEqual(asked);
        expect(askedOf(noteOf(asked))).toEqual(asked);
      }),
    );
  });

  it('holds letters that a CPIM token may hold (RFC 3862 §3.3), and says a moment of a clock that counts finer', () => {
    expect(made()).toMatch(/^[\w.!~-]+$/);
    expect(askedIn(made({ ...ASKED, at: 17.75 }), ENDS, sealing())?.at).toBe(17);
  });

  it('is none where what it has to say is too long: at the longest 512 characters', () => {
    const of = (length: number) =>
      messageIdOf({ ...ASKED, id: 'x'.repeat(length) }, ENDS, 'fresh', sealing());
    const longest = Array.from({ length: 400 }, (_, n) => of(n)).filter((id) => id !== undefined);
    expect(longest.at(-1)?.length).toBeLessThanOrEqual(512);
    expect(longest.length).toBeGreaterThan(256);
    expect(of(400)).toBeUndefined();
  });

  it.each([
    ['another asker', { ...ENDS, asker: 'eve@xmpp.test' }, undefined],
    ['another speaker', { ...ENDS, speaker: 'eve@sip.test' }, undefined],
    ['both the wrong way round', { asker: ENDS.speaker, speaker: ENDS.asker }, undefined],
    ['another secret', ENDS, 'another secret'],
  ])('says nothing to %s', (_who, ends, secret) => {
    expect(askedIn(made(), ends, sealing(secret))).toBeUndefined();
  });

  it('says nothing once any character of it is another', () => {
    const id = made();
    for (let at = 0; at < id.length; at++)
      for (const other of ['A', '.', '!', ''])
        if (id[at] !== other)
          expect(
            askedIn(id.slice(0, at) + other + id.slice(at + 1), ENDS, sealing()),
          ).toBeUndefined();
  });

  it.each([
    '',
    'iw',
    '....',
    'iw....',
    'iw.fresh.',
    'alice-1',
    `iw.fresh.${'!'.repeat(400)}.${'0'.repeat(32)}`,
    'x'.repeat(100_000),
    `iw.${'.'.repeat(400)}`,
    'iw.__proto__.constructor.x',
  ])('made up says nothing: %#', (id) => {
    expect(askedIn(id, ENDS, sealing())).toBeUndefined();
  });

  it('is not read for its note where a seal fits what is no note', () => {
    for (const note of [
      '',
      '!',
      '!!!',
      '1!1!A!',
      '1!1!eA!eA!',
      'z!!eA!eA',
      '!!!',
      '1!.!eA!eA',
      '1!1!=!eA',
    ])
      expect([note, askedOf(note)]).toEqual([note, undefined]);
  });

  it('made up by chance says nothing and throws nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(askedIn(`iw.${one}.${other}`, ENDS, sealing())).toBeUndefined();
        askedOf(one);
      }),
    );
  });
});
