// Two desks over one store: what the store lends to one of them as due and is the other's is handed over, at once.
import { memoryStore } from '@interwork/core/store/memory';
import { expect, it } from 'vitest';
import { Desk } from '../src/gateway/desk.ts';
import type { Strays } from '../src/gateway/desk-options.ts';
import { askStore } from '../src/store/request.ts';

type Made = Desk<never, string>;

function deskOf(prefix: string, seen: string[], strays: Strays): Made {
  return new Desk<never, string>({
    decide: (_now, key, record, event) => {
      if ('kind' in event && event.kind === 'due') seen.push(`${prefix} ${key}`);
      return { next: { record: record ?? { version: 1 }, wakeAt: Infinity }, effects: [] };
    },
    keep: () => undefined,
    drawToken: () => 'token',
    outbox: false,
    prefix,
    strays,
  });
}

it('each sees what is due of its own, whichever of them asked', async () => {
  const store = memoryStore({ max: 100 });
  const keys = ['chat/a', 'presence/a', 'presence/b', 'chat/b'];
  for (const key of keys) await store.write(key, { record: { version: 1 }, wakeAt: 10 }, undefined);
  const ask = askStore(store);
  const seen: string[] = [];
  const chat: Made = deskOf('chat/', seen, (now, due) => presence.lent(now, due));
  const presence: Made = deskOf('presence/', seen, (now, due) => chat.lent(now, due));
  const drained = async (): Promise<void> => {
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const desk of [chat, presence])
        for (let out = desk.next(); out !== undefined; out = desk.next()) {
          if (out.kind !== 'store') continue;
          isBusy = true;
          const { op, request } = out;
          await new Promise<void>((resolve) =>
            ask(request, (answer) => {
              desk.stored(20, op, answer);
              resolve();
            }),
          );
        }
    }
  };
  chat.tick(20);
  await drained();
  presence.tick(20);
  await drained();
  expect(seen.toSorted()).toEqual([
    'chat/ chat/a',
    'chat/ chat/b',
    'presence/ presence/a',
    'presence/ presence/b',
  ]);
});
