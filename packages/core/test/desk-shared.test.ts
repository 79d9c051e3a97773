// Two desks over one store: each sees what is due of its own kind, and where one of them is not carried by a process
// what is due of its kind is not lent to anybody there.
import { memoryStore } from '@interwork/core/store/memory';
import type { Store } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { Desk } from '../src/gateway/desk.ts';
import { askStore } from '../src/store/request.ts';

type Made = Desk<never, string>;

function deskOf(kind: string, seen: string[]): Made {
  return new Desk<never, string>({
    decide: (_now, key, record, event) => {
      if ('kind' in event && event.kind === 'due') seen.push(`${kind} ${key}`);
      return { next: { record: record ?? { version: 1 }, wakeAt: Infinity }, effects: [] };
    },
    keep: () => undefined,
    drawToken: () => 'token',
    outbox: false,
    limits: { background: 2 },
    kind,
  });
}

/** One of each, and what is due of both; of one much more. */
async function stocked(presences: number): Promise<Store> {
  const store = memoryStore({ max: 2_000 });
  const due = { record: { version: 1 }, wakeAt: 10 };
  for (let n = 0; n < presences; n++) await store.write(`presence/${n}`, due, undefined);
  for (const key of ['chat/a', 'chat/b']) await store.write(key, { ...due, wakeAt: 15 }, undefined);
  return store;
}

/** Lets a desk go on until it asks nothing more. */
async function run(desk: Made, store: Store): Promise<void> {
  const ask = askStore(store);
  desk.tick(20);
  for (let out = desk.next(); out !== undefined; out = desk.next()) {
    if (out.kind !== 'store') continue;
    const { op, request } = out;
    await new Promise<void>((resolve) =>
      ask(request, (answer) => {
        desk.stored(20, op, answer);
        resolve();
      }),
    );
  }
}

describe('what is due of two kinds', () => {
  it('is seen by the desk whose kind it is, whichever asks first', async () => {
    const [store, seen] = [await stocked(3), [] as string[]];
    await run(deskOf('chat/', seen), store);
    await run(deskOf('presence/', seen), store);
    expect(seen.toSorted()).toEqual([
      'chat/ chat/a',
      'chat/ chat/b',
      'presence/ presence/0',
      'presence/ presence/1',
      'presence/ presence/2',
    ]);
  });

  it('does not wait behind another of which more is due, and was due before', async () => {
    const [store, seen] = [await stocked(1_000), [] as string[]];
    await run(deskOf('chat/', seen), store);
    expect(seen).toEqual(['chat/ chat/a', 'chat/ chat/b']);
  });

  it('is not lent where nobody of its kind is: another process has it at once', async () => {
    const [store, here, there] = [await stocked(1), [] as string[], [] as string[]];
    await run(deskOf('presence/', here), store);
    expect(here).toEqual(['presence/ presence/0']);
    await run(deskOf('chat/', there), store);
    expect(there).toEqual(['chat/ chat/a', 'chat/ chat/b']);
  });
});
