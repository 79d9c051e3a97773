// What stands in the Contact of our presence dialogs: the key of the record and which half of it the dialog is of, sealed
// (contact-token.ts).
import type { Half } from '../ledger/presence-types.ts';
import type { Key } from '../store/store.ts';
import { contactToken, contactTokenIn, type Sealing } from './contact-token.ts';

/** What a Contact of ours says. */
export interface PresenceToken {
  readonly half: Half;
  readonly key: Key;
}

/** The user part of a Contact. @spec RFC 6665 §4.4.1 */
export function presenceToken({ half, key }: PresenceToken, sealing: Sealing): string {
  return contactToken({ word: half, key }, sealing);
}

/** What a user part says, if it is one of ours. */
export function presenceTokenIn(user: string, sealing: Sealing): PresenceToken | undefined {
  const { word, key } = contactTokenIn(user, sealing) ?? { word: '', key: '' };
  return word === 'watching' || word === 'watched' ? { half: word, key } : undefined;
}
