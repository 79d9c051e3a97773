// Needs, decide, commit, release: the one way a record changes. Reads, lets the decision be made, writes
// if nobody was faster, and only then hands back what may leave. If somebody was faster it reads and
// decides again, which harms nobody because deciding does nothing.
import type { Key, Next, Store, Stored } from './store.ts';

/** What a decision wants: the record's next state, and what leaves once that is written. */
export interface Step<Effect> {
  /** `unchanged` writes nothing; `undefined` forgets the record. */
  readonly next: Next | undefined | 'unchanged';
  readonly effects: readonly Effect[];
}

/** What came of it. Nothing leaves unless `committed`. */
export type Committed<Effect> =
  | { readonly kind: 'committed'; readonly effects: readonly Effect[] }
  | { readonly kind: 'contended' }
  | { readonly kind: 'full' };

/** Rounds before a key is given up as contended. */
export const MAX_ROUNDS = 16;

/** Runs one decision over one record. `decide` may be called several times and must be pure. */
export async function commit<Effect>(
  store: Store,
  key: Key,
  decide: (stored: Stored | undefined) => Step<Effect>,
): Promise<Committed<Effect>> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const stored = await store.read(key);
    const { next, effects } = decide(stored);
    if (next === 'unchanged') return { kind: 'committed', effects };
    const written = await store.write(key, next, stored?.revision);
    if (written === 'written') return { kind: 'committed', effects };
    if (written === 'full') return { kind: 'full' };
  }
  return { kind: 'contended' };
}
