// RFC 7572 §4 and §5: threads and Call-IDs, and that a reply finds its way back.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { callIdToThread, threadToCallId } from '@interwork/core';

describe('RFC 7572 §4 thread to Call-ID', () => {
  const rows: readonly [id: string, thread: string, callId: string | undefined][] = [
    [
      'a word passes',
      'e0ffe42b28561960c6b12b944a092794b9683a38',
      'e0ffe42b28561960c6b12b944a092794b9683a38',
    ],
    ['word@word passes', 'a84b4c76e66710@pc33.test', 'a84b4c76e66710@pc33.test'],
    ['a space is escaped', 'two words', 'iwt%two%20words'],
    ['two at signs are escaped', 'a@b@c', 'iwt%a%40b%40c'],
    ['beyond ASCII is escaped', 'gespräch', 'iwt%gespr%C3%A4ch'],
    ['a line break is escaped', 'a\r\nVia: x', 'iwt%a%0D%0AVia%3A%20x'],
    ['what only looks escaped passes', 'iwt%A', 'iwt%A'],
    ['what is an escape is escaped again', 'iwt%two%20words', 'iwt%iwt%25two%2520words'],
    ['empty is none', '', undefined],
    ['too long is none', 'x'.repeat(256), undefined],
    ['a lone surrogate is none', '\ud800', undefined],
  ];
  it.each(rows)('%s', (_id, thread, callId) => {
    expect(threadToCallId(thread)).toBe(callId);
    if (callId !== undefined) expect(callIdToThread(callId)).toBe(thread);
  });
});

describe('RFC 7572 §5 Call-ID to thread', () => {
  it('every thread that is carried comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (thread) => {
        const callId = threadToCallId(thread);
        fc.pre(callId !== undefined);
        expect(callIdToThread(callId)).toBe(thread);
      }),
    );
  });

  it('every Call-ID comes back, escapes and near escapes too', () => {
    const word = fc.stringMatching(/^(iwt%){0,3}[A-Za-z0-9%.@~-]{1,12}$/);
    fc.assert(
      fc.property(word, (callId) => {
        fc.pre(callId.split('@').length <= 2 && !callId.startsWith('@') && !callId.endsWith('@'));
        expect(threadToCallId(callIdToThread(callId))).toBe(callId);
      }),
      { numRuns: 2000 },
    );
  });
});
