// The end of a store that can be closed: whoever asks afterwards is told, and nobody waits for ever.
import { next, same, type StoreCase, storeCase } from './conformance-case.ts';
import type { Store } from './store.ts';

/** The cases for a store whose handles can be closed, or whose connection can be lost. */
export const CLOSING_STORE_CASES: readonly StoreCase[] = methods().map(([name, ask]) =>
  storeCase(`closed, it rejects ${name} with an error`, async (store) => {
    if (store.close === undefined) throw new Error('this handle cannot be closed');
    same(await store.write('a', next({}, 1), undefined), 'written');
    await store.close();
    const came = await ask(store).then(
      () => 'an answer',
      (error: unknown) => (error instanceof Error && error.message !== '' ? 'an error' : error),
    );
    same(came, 'an error');
  }),
);

function methods(): readonly (readonly [name: string, ask: (store: Store) => Promise<unknown>])[] {
  return [
    ['read', (store) => store.read('a')],
    ['write', (store) => store.write('b', next({}), undefined)],
    ['due', (store) => store.due('', 1, 50, 10)],
    ['keys', (store) => store.keys('', undefined, 10)],
  ];
}
