// What records of presence are named by. A record is about both directions, since one `unavailable` concerns both.
import type { Key } from '../store/store.ts';
import { keyOfPair, pairOfKey, type People } from './people.ts';

/** Begins the key of every presence record. */
export const PRESENCE_PREFIX = 'presence/';

/** The key of a pair. */
export function presenceKey(people: People): Key {
  return keyOfPair(PRESENCE_PREFIX, people);
}

/** The people of a key; `undefined` for one that is none of ours. */
export function peopleIn(key: Key, phones?: ReadonlySet<string>): People | undefined {
  return pairOfKey(PRESENCE_PREFIX, key, phones);
}
