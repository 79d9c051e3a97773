// The chat ledger: the tables, each state by each word, and the record through whole conversations.
import { describe, expect, it } from 'vitest';
import { keptOfChat } from '../src/ledger/chat.ts';
import { BY_CONTACT, BY_USER, type ChatState } from '../src/ledger/chat-tables.ts';
import type { ChatEvent } from '../src/ledger/chat-types.ts';
import { ackOf, answerTo, inviteOf, Talk, WISH, withinOf } from './chat-kit.ts';
import { NOW } from './presence-kit.ts';

const SAY: ChatEvent = { kind: 'say', wish: WISH };

/** Conversations that stand in each state. */
const STANDING: Readonly<Record<ChatState, () => Talk>> = {
  none: () => new Talk(),
  inviting: () => {
    const talk = new Talk();
    talk.put(SAY);
    return talk;
  },
  open: () => {
    const talk = STANDING.inviting();
    talk.put(answerTo(talk, talk.request('invite'), 200));
    return talk;
  },
  answering: () => {
    const talk = new Talk();
    talk.put(inviteOf('theirs', true));
    return talk;
  },
  accepted: () => {
    const talk = new Talk();
    talk.put(inviteOf());
    return talk;
  },
  leaving: () => {
    const talk = STANDING.accepted();
    talk.put({ kind: 'forbidden' });
    return talk;
  },
  paged: () => {
    const talk = new Talk();
    talk.put(SAY);
    talk.put({ ...answerTo(talk, talk.request('invite'), 488), isForPager: true });
    return talk;
  },
};

/** What may come at any time. */
const COMING: Readonly<Record<string, (talk: Talk) => ChatEvent>> = {
  say: () => SAY,
  gone: () => ({ kind: 'gone' }),
  invite: () => inviteOf('newer'),
  bye: (talk) => withinOf(talk, 'BYE', 50),
  message: (talk) => withinOf(talk, 'MESSAGE', 50),
  acknowledged: ackOf,
  unacknowledged: (talk) => ({ kind: 'unacknowledged', tag: talk.tag }),
  cancelled: () => ({ kind: 'cancelled', to: 'id-theirs' }),
  dead: (talk) => ({ kind: 'dead', tag: talk.tag }),
  renew: (talk) => ({ kind: 'renew', tag: talk.tag }),
  touch: () => ({ kind: 'touch' }),
  heard: () => ({ kind: 'heard' }),
  wake: () => ({ kind: 'wake' }),
  forbidden: () => ({ kind: 'forbidden' }),
  shutdown: () => ({ kind: 'shutdown' }),
};

/** State, what comes, the state after it, and what leaves. */
const ROWS: readonly (readonly [ChatState, string, ChatState, readonly string[]])[] = [
  ['none', 'say', 'inviting', ['INVITE', 'pending']],
  ['none', 'gone', 'none', []],
  ['none', 'invite', 'accepted', ['pending', '200']],
  ['none', 'touch', 'none', []],
  ['none', 'heard', 'none', []],
  ['none', 'wake', 'none', []],
  ['none', 'forbidden', 'none', []],
  ['none', 'shutdown', 'none', []],
  ['inviting', 'say', 'inviting', ['pending']],
  ['inviting', 'gone', 'inviting', []],
  ['inviting', 'invite', 'accepted', ['cancel', 'pending', '200']],
  ['inviting', 'bye', 'inviting', ['481']],
  ['inviting', 'message', 'inviting', ['481']],
  ['inviting', 'acknowledged', 'inviting', []],
  ['inviting', 'unacknowledged', 'inviting', []],
  ['inviting', 'cancelled', 'inviting', []],
  ['inviting', 'dead', 'none', ['tell lost', 'closed']],
  ['inviting', 'renew', 'inviting', ['closed']],
  ['inviting', 'touch', 'inviting', []],
  ['inviting', 'heard', 'inviting', []],
  ['inviting', 'wake', 'inviting', []],
  ['inviting', 'forbidden', 'leaving', ['cancel']],
  ['inviting', 'shutdown', 'leaving', ['cancel']],
  ['open', 'say', 'open', ['open']],
  ['open', 'gone', 'none', ['BYE', 'closed']],
  ['open', 'invite', 'accepted', ['BYE', 'pending', '200']],
  ['open', 'bye', 'none', ['200', 'gone to phone', 'closed']],
  ['open', 'message', 'open', ['content MESSAGE', 'open']],
  ['open', 'acknowledged', 'open', []],
  ['open', 'unacknowledged', 'open', []],
  ['open', 'cancelled', 'open', []],
  ['open', 'dead', 'none', ['closed']],
  ['open', 'renew', 'open', ['open']],
  ['open', 'touch', 'open', []],
  ['open', 'heard', 'open', []],
  ['open', 'wake', 'open', ['open']],
  ['open', 'forbidden', 'none', ['gone to phone', 'BYE', 'closed']],
  ['open', 'shutdown', 'none', ['BYE', 'closed']],
  ['answering', 'say', 'answering', ['pending']],
  ['answering', 'gone', 'answering', []],
  ['answering', 'invite', 'accepted', ['480', 'pending', '200']],
  ['answering', 'acknowledged', 'answering', []],
  ['answering', 'unacknowledged', 'answering', []],
  ['answering', 'cancelled', 'none', ['closed']],
  ['answering', 'dead', 'none', ['closed']],
  ['answering', 'renew', 'answering', ['closed']],
  ['answering', 'touch', 'answering', []],
  ['answering', 'heard', 'answering', []],
  ['answering', 'wake', 'answering', []],
  ['answering', 'forbidden', 'none', ['480', 'closed']],
  ['answering', 'shutdown', 'none', ['480', 'closed']],
  ['accepted', 'say', 'accepted', ['pending']],
  ['accepted', 'gone', 'accepted', []],
  ['accepted', 'invite', 'accepted', ['pending', '200']],
  ['accepted', 'bye', 'none', ['200', 'closed']],
  ['accepted', 'message', 'accepted', ['content MESSAGE']],
  ['accepted', 'acknowledged', 'open', ['open']],
  ['accepted', 'unacknowledged', 'none', ['BYE', 'closed']],
  ['accepted', 'cancelled', 'accepted', []],
  ['accepted', 'dead', 'none', ['closed']],
  ['accepted', 'renew', 'accepted', ['closed']],
  ['accepted', 'touch', 'accepted', []],
  ['accepted', 'heard', 'accepted', []],
  ['accepted', 'wake', 'accepted', []],
  ['accepted', 'forbidden', 'leaving', []],
  ['accepted', 'shutdown', 'leaving', []],
  ['leaving', 'say', 'leaving', ['pending']],
  ['leaving', 'gone', 'leaving', []],
  ['leaving', 'invite', 'accepted', ['pending', '200']],
  ['leaving', 'acknowledged', 'none', ['BYE', 'closed']],
  ['leaving', 'unacknowledged', 'none', ['BYE', 'closed']],
  ['leaving', 'dead', 'none', ['closed']],
  ['leaving', 'forbidden', 'leaving', []],
  ['paged', 'say', 'paged', ['page']],
  ['paged', 'gone', 'paged', []],
  ['paged', 'invite', 'accepted', ['pending', '200']],
  ['paged', 'touch', 'paged', []],
  ['paged', 'heard', 'paged', []],
  ['paged', 'wake', 'paged', []],
  ['paged', 'forbidden', 'none', ['closed']],
  ['paged', 'shutdown', 'none', ['closed']],
];

describe('RFC 7573 §4, §5: each state by what may come', () => {
  it.each(ROWS)('%s, %s', (from, word, to, lines) => {
    const talk = STANDING[from]();
    expect(talk.state).toBe(from);
    const left = talk.put((COMING[word] ?? COMING['touch'])?.(talk) ?? SAY);
    expect([talk.state, left]).toEqual([to, lines]);
  });

  it('every cell of the tables is there, and leads to a state that has a row', () => {
    for (const table of [BY_USER, BY_CONTACT])
      for (const row of Object.values(table)) {
        expect(Object.keys(row)).toHaveLength(16);
        for (const [state] of Object.values(row))
          expect(state in BY_USER || state in BY_CONTACT).toBe(true);
      }
  });
});

describe('what is kept of a session', () => {
  it('takes less than a kB, and no text of a message is in it', () => {
    const { record } = STANDING.open();
    expect(JSON.stringify(record).length).toBeLessThan(1_000);
  });

  it('RFC 7573 §4: an INVITE of a process that is gone is forgotten for a new one', () => {
    const other = STANDING.inviting().elsewhere('p2');
    expect(other.put(SAY)).toEqual(['INVITE', 'pending']);
  });

  it('RFC 7573 §4: after an hour a contact that took no sessions is asked again', () => {
    const talk = STANDING.paged();
    talk.now += 59 * 60_000;
    expect(talk.put(SAY)).toEqual(['page']);
    talk.now += 2 * 60_000;
    expect(talk.put(SAY)).toEqual(['INVITE', 'pending']);
  });

  it('a BYE that may not have left is said again, with another CSeq', () => {
    const talk = STANDING.open();
    talk.put({ kind: 'gone' });
    const bye = talk.request('bye');
    const kept = [keptOfChat(bye)].filter((one) => one !== undefined);
    expect(talk.put({ kind: 'recovered', kept })).toEqual(['BYE elsewhere']);
    const again = talk.request('fork-bye');
    expect(again.draft.cseq).toBe((bye.draft.cseq ?? 0) + 1);
    expect(again.draft.callId).toBe(bye.draft.callId);
  });

  it('RFC 3261 §13.2.2.4: a 2xx to an INVITE that was replaced is acknowledged, and ended', () => {
    const talk = STANDING.inviting();
    const late = answerTo(talk, talk.request('invite'), 200);
    talk.put(inviteOf());
    expect(talk.put(late)).toEqual(['ACK', 'BYE elsewhere']);
  });

  it('RFC 3261 §12.2.2: what a message was answered, which takes no numbers of ours', () => {
    const talk = STANDING.open();
    const { localCseq } = talk.session.dialog;
    expect(talk.put(withinOf(talk, 'MESSAGE', 7))).toEqual(['content MESSAGE', 'open']);
    expect(talk.put({ kind: 'heard' })).toEqual([]);
    const { remoteCseq } = talk.session.dialog;
    const known = { tag: talk.tag, thread: 't', lock: '', last: NOW, signs: true, remoteCseq };
    const heard = { cseq: 7, status: 200 };
    talk.context = { ...talk.context, known: { ...known, isInactive: false, heard } };
    expect(talk.put({ kind: 'heard' })).toEqual([]);
    expect(talk.record).toMatchObject({ version: 1, heard, by: 'p1' });
    expect(talk.session.dialog.localCseq).toBe(localCseq + 64);
    const other = talk.elsewhere('p2');
    expect(other.put(withinOf(other, 'MESSAGE', 7))).toEqual(['200']);
    expect(other.put(withinOf(other, 'INFO', 7))).toEqual(['500']);
    expect(other.put(withinOf(other, 'MESSAGE', 6))).toEqual(['500']);
    expect(other.put(withinOf(other, 'MESSAGE', 8))).toEqual(['content MESSAGE', 'open']);
    expect(other.put(withinOf(other, 'MESSAGE', 7))).toEqual(['200']);
    expect(other.put(withinOf(other, 'MESSAGE', 8))).toEqual(['500']);
  });

  it('a record of an earlier release, which says nothing of that, is read as it was', () => {
    const talk = STANDING.open();
    expect(talk.record).not.toHaveProperty('heard');
    talk.put(withinOf(talk, 'MESSAGE', 7));
    expect(talk.put(withinOf(talk, 'MESSAGE', 7))).toEqual(['500']);
  });

  it('a record of a later release stays as it is', () => {
    const talk = new Talk();
    talk.record = { version: 2, state: 'open' };
    expect(talk.put(SAY)).toEqual([]);
    expect(talk.record).toEqual({ version: 2, state: 'open' });
  });
});

describe('an INVITE of the contact that waits for its answer in one process', () => {
  const HOLD = 170_000;
  const held = (): { readonly here: Talk; readonly there: (at: number) => Talk } => {
    const here = new Talk('p1');
    const waits = { ...here.context.waits, hold: HOLD };
    here.context = { ...here.context, waits };
    here.put(inviteOf('theirs', true));
    const there = (at: number): Talk => {
      const talk = here.elsewhere('p2');
      talk.context = { ...talk.context, waits };
      talk.now = here.now + at;
      return talk;
    };
    return { here, there };
  };

  it('RFC 3261 §13.3.1.1: is said to go on each minute by the process that has it', () => {
    const { here } = held();
    expect(here.wakeAt - here.now).toBe(60_000);
    here.now = here.wakeAt;
    expect([here.put({ kind: 'wake' }), here.state]).toEqual([['183'], 'answering']);
    expect(here.wakeAt - here.now).toBe(60_000);
  });

  it('is left alone by others, who look at it when nobody may hold it any longer', () => {
    const { here, there } = held();
    const other = there(60_000);
    expect([other.put({ kind: 'wake' }), other.state]).toEqual([[], 'answering']);
    expect(other.wakeAt - here.now).toBe(HOLD);
    here.record = other.record;
    here.now += 60_000;
    expect(here.put({ kind: 'wake' })).toEqual(['183']);
  });

  it('ends for others at the end of its time, and they answer nothing: its id is none of theirs', () => {
    const { there } = held();
    const other = there(HOLD);
    expect([other.put({ kind: 'wake' }), other.state]).toEqual([['closed'], 'none']);
  });

  it.each([
    ['forbidden', { kind: 'forbidden' }],
    ['shutdown', { kind: 'shutdown' }],
  ] as const)('is answered by nobody else where it ends otherwise: %s', (_word, event) => {
    const { here, there } = held();
    expect(there(1_000).put(event)).toEqual(['closed']);
    expect(here.put(event)).toEqual(['480', 'closed']);
  });

  it('is not taken back by the CANCEL to another INVITE that has the same id elsewhere', () => {
    const { here, there } = held();
    const other = there(1_000);
    expect([other.put({ kind: 'cancelled', to: 'id-theirs' }), other.state]).toEqual([
      [],
      'answering',
    ]);
    expect(here.put({ kind: 'cancelled', to: 'id-theirs' })).toEqual(['closed']);
  });

  it('is not answered by a newer one that comes elsewhere and takes its place', () => {
    const { here, there } = held();
    expect(there(1_000).put(inviteOf('newer'))).toEqual(['pending', '200']);
    expect(here.put(inviteOf('newer'))).toEqual(['480', 'pending', '200']);
  });
});

describe('an INVITE of ours that rings in one process', () => {
  const RING = 60_000;
  const ringing = (): Talk => {
    const talk = new Talk('p1');
    talk.put(SAY);
    return talk;
  };

  it('RFC 3261 §9.1: is cancelled by the process that has it, whoever looked at it before', () => {
    const here = ringing();
    const there = here.elsewhere('p2');
    there.now += RING;
    expect([there.put({ kind: 'wake' }), there.state]).toEqual([[], 'inviting']);
    expect(there.wakeAt - here.now).toBe(RING + 30_000);
    here.record = there.record;
    here.now += RING;
    expect(here.put({ kind: 'wake' })).toEqual(['cancel']);
  });

  it('is over for others once that process has certainly had its time', () => {
    const there = ringing().elsewhere('p2');
    there.now += RING + 30_000;
    there.put({ kind: 'wake' });
    there.now += 10 * RING;
    there.put({ kind: 'wake' });
    expect(there.state).toBe('none');
  });
});
