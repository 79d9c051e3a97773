// A request to see somebody that the host has looked at, when its process ends before the record is written: what its sender
// is told is what becomes of it. Either it is kept, and the next process goes on with it, or it is struck out before he is told.
import type { CrossingVerdict, StoreRequest } from '@interwork/core';
import { type StoreFate, virtualStore } from '@interwork/core/testing';
import { describe, expect, it } from 'vitest';
import { asks, JULIET, looking, OUT, PASS, SETTLED, told } from './hook-presence-town.ts';
import type { PresenceTown } from './presence-town.ts';

const REFUSE: CrossingVerdict = { result: 'refuse', why: 'not today' };

/** A town whose host answers when it is told to, and whose store does as `fate` says. */
function closingTown() {
  let answer: (verdict: CrossingVerdict) => void = () => {};
  const parts = { fate: (_request: StoreRequest): StoreFate => 'answered', isSilent: true };
  const { town, asked } = looking(
    () => (parts.isSilent ? new Promise((resolve) => void (answer = resolve)) : PASS),
    {
      store: ({ clock }) =>
        virtualStore({ clock, max: 10_000, fate: (request) => parts.fate(request) }),
    },
  );
  const say = async (verdict: CrossingVerdict): Promise<void> => {
    answer(verdict);
    await turn();
    town.pass(50);
  };
  return { asked, parts, say, town };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function close(town: PresenceTown): Promise<void> {
  const closed = town.close();
  for (let at = 0; at < 20; at++) {
    town.pass(500);
    await turn();
  }
  await closed;
}

/** Another process, with a store that does what it is asked and a host that lets everything pass. */
function restart({ parts, town }: ReturnType<typeof closingTown>): void {
  parts.fate = () => 'answered';
  parts.isSilent = false;
  town.restart();
  town.pass(2 * SETTLED);
}

/** What Juliet has been told of an error. */
const errors = ({ juliet: { clients } }: PresenceTown): readonly string[] =>
  (clients[0]?.heard ?? []).flatMap(({ error }) => error?.text?.text ?? error?.condition ?? []);
const refusals = (town: PresenceTown): readonly string[] =>
  told(town).filter((line) => line.includes(' refused '));
const held = ({ traces }: PresenceTown): readonly string[] =>
  traces.filter(({ outcome }) => outcome === 'held').flatMap(({ reasons }) => reasons);
const never = (): StoreFate => 'vanished';
/** It writes once more, and is not heard of again. */
function silentAfterWrite(): (request: StoreRequest) => StoreFate {
  let isSilent = false;
  return ({ kind }) => {
    if (isSilent) return 'vanished';
    isSilent = kind === 'write';
    return isSilent ? 'unanswered' : 'answered';
  };
}

describe('a request that the host has passed, when its process closes', () => {
  it('is kept where it stands beside the record: nobody is told, and the next process goes on', async () => {
    const all = closingTown();
    const { asked, parts, say, town } = all;
    asks(town);
    parts.fate = never;
    await say(PASS);
    await close(town);
    expect([errors(town), refusals(town), held(town)]).toEqual([[], [], ['left-to-next']]);
    restart(all);
    expect(asked).toEqual([OUT('request'), OUT('request')]);
    expect([errors(town), town.romeo.pendingWatchers]).toEqual([[], [JULIET]]);
  });

  it('is kept as well where the store may have written it', async () => {
    const all = closingTown();
    const { asked, parts, say, town } = all;
    asks(town);
    parts.fate = silentAfterWrite();
    await say(PASS);
    await close(town);
    expect([errors(town), refusals(town)]).toEqual([[], []]);
    restart(all);
    expect(asked).toHaveLength(1);
    expect([errors(town), town.romeo.pendingWatchers]).toEqual([[], [JULIET]]);
  });

  it('is refused where nothing of it was ever written, and comes back no more', async () => {
    const all = closingTown();
    const { asked, parts, say, town } = all;
    parts.fate = never;
    asks(town);
    await say(PASS);
    await close(town);
    expect(refusals(town)).toEqual(['xmpp-to-sip refused state-unavailable resource-constraint']);
    expect(errors(town)).toHaveLength(1);
    restart(all);
    expect([asked.length, town.romeo.pendingWatchers]).toEqual([1, []]);
  });

  it('is told to be in doubt where nobody knows whether anything of it was written', async () => {
    const all = closingTown();
    const { parts, say, town } = all;
    parts.fate = silentAfterWrite();
    asks(town);
    await say(PASS);
    await close(town);
    expect(refusals(town)).toEqual([
      'xmpp-to-sip refused state-unavailable in-doubt resource-constraint',
    ]);
    expect(errors(town)).toEqual([expect.stringContaining('not known')]);
    restart(all);
    expect(town.romeo.pendingWatchers).toEqual([JULIET]);
  });
});

describe('a request that the host has refused', () => {
  it('is struck out before its sender is told', async () => {
    const all = closingTown();
    const { parts, say, town } = all;
    asks(town);
    parts.fate = never;
    await say(REFUSE);
    town.pass();
    expect([errors(town), refusals(town)]).toEqual([[], []]);
    parts.fate = () => 'answered';
    town.pass(SETTLED);
    expect(refusals(town)).toEqual(['xmpp-to-sip refused host policy-violation']);
    expect(errors(town)).toHaveLength(1);
    restart(all);
    expect(town.romeo.pendingWatchers).toEqual([]);
  });

  it('is not told to be, where its process is killed before that: the next one asks anew', async () => {
    const all = closingTown();
    const { asked, parts, say, town } = all;
    asks(town);
    parts.fate = never;
    await say(REFUSE);
    restart(all);
    expect(asked).toHaveLength(2);
    expect([errors(town), refusals(town)]).toEqual([[], []]);
    expect(town.romeo.pendingWatchers).toEqual([JULIET]);
  });

  it('nor where it closes before that', async () => {
    const all = closingTown();
    const { asked, parts, say, town } = all;
    asks(town);
    parts.fate = never;
    await say(REFUSE);
    await close(town);
    expect([errors(town), refusals(town), held(town)]).toEqual([[], [], ['left-to-next']]);
    restart(all);
    expect(asked).toHaveLength(2);
    expect(town.romeo.pendingWatchers).toEqual([JULIET]);
  });

  it('is told to be in doubt where nobody knows whether it was struck out', async () => {
    const all = closingTown();
    const { asked, parts, say, town } = all;
    asks(town);
    parts.fate = silentAfterWrite();
    await say(REFUSE);
    await close(town);
    expect(refusals(town)).toEqual(['xmpp-to-sip refused host in-doubt policy-violation']);
    restart(all);
    expect([asked.length, town.romeo.pendingWatchers]).toEqual([1, []]);
  });
});
