// What records of conversations are named by. A pair of people has one, whoever begins.
import type { Key } from '../store/store.ts';
import { keyOfPair, pairOfKey, type People } from './people.ts';

/** Begins the key of every record of a conversation. */
export const CHAT_PREFIX = 'chat/';

/** The key of a pair. */
export function chatKey(people: People): Key {
  return keyOfPair(CHAT_PREFIX, people);
}

/** The people of a key; `undefined` for one that is none of ours. */
export function chatPeopleIn(key: Key, phones?: ReadonlySet<string>): People | undefined {
  return pairOfKey(CHAT_PREFIX, key, phones);
}
