// A message within a session whose answer was lost with a process: it comes again, with the CSeq it had, to the next process.
// What the record shows as passed on and answered is answered the same, and nothing is passed on twice for it. RFC 3261
// §12.2.2 and §17.2.2, through a whole gateway in virtual time.
import { describe, expect, it } from 'vitest';
import type { AskStore } from '@interwork/core';
import { virtualStore } from '@interwork/core/testing';
import { ChatTown, LyncSession } from './chat-town.ts';
import { headerOf } from './raw-peer.ts';

const OK = 'SIP/2.0 200 OK';
const OUT_OF_ORDER = 'SIP/2.0 500 CSeq Out of Order';
const TEXT = ['Content-Type: text/plain; charset=UTF-8'];

/** A session of the contact in a process that has not opened it: what is said next comes by the record. */
function taken(options: ConstructorParameters<typeof ChatTown>[0] = {}): {
  readonly town: ChatTown;
  readonly session: LyncSession;
} {
  const town = new ChatTown(options);
  const session = LyncSession.invite(town, 'theirs').acknowledge();
  expect(session.say('one')).toBe(OK);
  town.restart();
  town.pass();
  return { town, session };
}

/** The final answers to a message of that number, in order. */
function answersTo(town: ChatTown, cseq: number): readonly string[] {
  return town.lync
    .all('SIP/2.0')
    .filter((text) => headerOf(text, 'cseq') === `${cseq} MESSAGE`)
    .map((text) => text.split('\r\n')[0] ?? '');
}

/** A message with that number, sent again or for the first time. */
function sends(town: ChatTown, session: LyncSession, cseq: number, text: string): void {
  town.lync.send([...session.head('MESSAGE', cseq), ...TEXT], text);
}

describe('RFC 3261 §12.2.2 the same number in the next process', () => {
  it('is answered as it was, and passed on once', () => {
    const { town, session } = taken();
    sends(town, session, 3, 'two');
    town.pass();
    for (let n = 1; n <= 3; n++) {
      town.restart();
      town.pass();
      sends(town, session, 3, 'two');
      town.pass();
      expect(answersTo(town, 3)).toEqual(Array(n + 1).fill(OK));
    }
    expect(town.heard).toEqual(['one', 'two']);
    sends(town, session, 4, 'three');
    town.pass(3_000);
    expect([answersTo(town, 4), town.heard.at(-1)]).toEqual([[OK], 'three']);
  });

  it('is answered as it was where that was a refusal', () => {
    const { town, session } = taken();
    town.xmpp.answer('romeo', 'not-acceptable');
    sends(town, session, 3, 'two');
    town.pass();
    const [first] = answersTo(town, 3);
    expect(first).toMatch(/^SIP\/2.0 606 /);
    town.restart();
    town.pass();
    sends(town, session, 3, 'two');
    town.pass();
    expect(answersTo(town, 3)[1]?.slice(0, 11)).toBe(first?.slice(0, 11));
  });

  it('is answered as it was in the same process too, by another transaction', () => {
    const { town, session } = taken();
    sends(town, session, 3, 'two');
    town.pass();
    const lines = session.head('MESSAGE', 3).map((line) => line.replace('z9hG4bK', 'z9hG4bKx'));
    town.lync.send([...lines, ...TEXT], 'two');
    town.pass();
    expect(answersTo(town, 3)).toEqual([OK, OK]);
    expect(town.heard).toEqual(['one', 'two']);
  });

  it.each([
    ['an older number', 2, 'MESSAGE'],
    ['the number with another method', 3, 'INFO'],
  ])('%s is out of order all the same', (_, cseq, method) => {
    const { town, session } = taken();
    sends(town, session, 3, 'two');
    town.pass();
    town.restart();
    town.pass();
    town.lync.send([...session.head(method, cseq), ...(method === 'MESSAGE' ? TEXT : [])], '');
    town.pass();
    expect(town.lync.last('SIP/2.0')).toMatch(/^SIP\/2.0 500 /);
    expect(town.heard).toEqual(['one', 'two']);
  });

  it('is passed on again where the record does not show it: within an open session nothing is written', () => {
    const { town, session } = taken();
    for (const cseq of [3, 4]) {
      sends(town, session, cseq, `text ${cseq}`);
      town.pass();
    }
    town.restart();
    town.pass();
    sends(town, session, 4, 'text 4');
    town.pass(3_000);
    expect(answersTo(town, 4)).toEqual([OK, OK]);
    expect(town.heard).toEqual(['one', 'text 3', 'text 4', 'text 4']);
  });

  it('of another session means nothing', () => {
    const { town, session } = taken();
    sends(town, session, 3, 'two');
    town.pass();
    const newer = LyncSession.invite(town, 'newer').acknowledge();
    town.restart();
    town.pass();
    sends(town, newer, 3, 'three');
    town.pass(3_000);
    expect(town.heard).toEqual(['one', 'two', 'three']);
    sends(town, session, 3, 'two');
    town.pass();
    expect(town.lync.last('SIP/2.0')).toMatch(/^SIP\/2.0 481 /);
  });
});

describe('killed at any moment', () => {
  /** When it was killed, what had been answered, what was said to the copy, and how often it has arrived. */
  const outcomes = Array.from({ length: 60 }, (_, moment) => {
    const { town, session } = taken();
    sends(town, session, 3, 'two');
    town.pass(moment);
    const [first] = answersTo(town, 3);
    town.restart();
    town.pass();
    sends(town, session, 3, 'two');
    town.pass(30_000);
    const copies = town.heard.filter((text) => text === 'two').length;
    return { moment, first, last: answersTo(town, 3).at(-1), copies };
  });

  it.each(outcomes)('$moment ms after it was sent', ({ first, last, copies }) => {
    expect(last).toBe(first ?? last);
    expect([
      [OK, 1],
      [OUT_OF_ORDER, 0],
      [OUT_OF_ORDER, 1],
    ]).toContainEqual([last, copies]);
  });

  it('and all happens: before it was written, before its fate is known, after its answer', () => {
    const kinds = new Set(outcomes.map(({ first, last }) => `${first}, then ${last}`));
    expect([...kinds].toSorted()).toEqual([
      `${OK}, then ${OK}`,
      `undefined, then ${OK}`,
      `undefined, then ${OUT_OF_ORDER}`,
    ]);
  });
});

describe('what is written', () => {
  /** A store that counts writes, and keeps the last record as text. */
  function counting(): {
    readonly store: NonNullable<Options['store']>;
    writes: number;
    last: string;
  } {
    const count = {
      writes: 0,
      last: '',
      store: ({ clock }: ChatTown['world']): AskStore => {
        const store = virtualStore({ clock, max: 100 });
        return (request, reply) => {
          if (request.kind === 'write') {
            count.writes += 1;
            count.last = JSON.stringify(request.next?.record ?? null);
          }
          store(request, reply);
        };
      },
    };
    return count;
  }

  it('is one record more for a message that came by it, and none for those after it', () => {
    const count = counting();
    const { town, session } = taken({ store: count.store });
    const before = count.writes;
    sends(town, session, 3, 'two');
    town.pass();
    expect(count.writes - before).toBe(2);
    expect(JSON.parse(count.last)).toMatchObject({ version: 1, heard: { cseq: 3, status: 200 } });
    for (let cseq = 4; cseq < 20; cseq++) sends(town, session, cseq, `more ${cseq}`);
    town.pass();
    expect(count.writes - before).toBe(2);
    expect(town.heard).toHaveLength(18);
  });

  it('has no thread that no Call-ID can carry, neither of the first message nor of a later one', () => {
    const count = counting();
    const town = new ChatTown({ store: count.store });
    town.says('one', { thread: 'x'.repeat(30_000) });
    const session = LyncSession.accept(town, town.lync.last('INVITE'));
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass(61_000);
    town.says('two', { thread: 'y'.repeat(30_000) });
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass(61_000);
    expect(session.texts).toEqual(['one', 'two']);
    expect(JSON.parse(count.last)).toMatchObject({ thread: session.callId });
    expect(town.traces.map(({ lost }) => lost.map(({ what }) => what))).toEqual([
      expect.arrayContaining(['thread']),
      expect.arrayContaining(['thread']),
    ]);
  });

  it('goes along with what is written each minute, and takes no CSeq numbers of ours', () => {
    const count = counting();
    const { town, session } = taken({ store: count.store });
    sends(town, session, 3, 'two');
    town.pass();
    const { session: before } = JSON.parse(count.last);
    town.pass(61_000);
    sends(town, session, 4, 'three');
    town.pass();
    const written = JSON.parse(count.last);
    expect(written.heard).toEqual({ cseq: 4, status: 200 });
    expect(written.session.dialog.remoteCseq).toBe(4);
    expect(written.session.dialog.localCseq).toBe(before.dialog.localCseq + 64);
    town.restart();
    town.pass();
    sends(town, session, 4, 'three');
    town.pass();
    expect(answersTo(town, 4)).toEqual([OK, OK]);
    expect(town.heard).toEqual(['one', 'two', 'three']);
  });

  it('is nothing more where no store outlives the process', () => {
    const count = counting();
    const town = new ChatTown({ store: count.store, gateway: { lastingStore: false } });
    const session = LyncSession.invite(town, 'theirs').acknowledge();
    const before = count.writes;
    expect(session.say('one')).toBe(OK);
    expect(count.writes).toBe(before);
  });
});

type Options = NonNullable<ConstructorParameters<typeof ChatTown>[0]>;
