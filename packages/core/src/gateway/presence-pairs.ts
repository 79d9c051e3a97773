// The records at work: whose each is, and what stands in our Contact for it. The key says both, but an event asks for
// them at every step it takes, and a seal is dear; so those of late are remembered. Nothing depends on it: what is
// forgotten is made of the key again.
import type { People } from '../ledger/people.ts';
import { peopleIn } from '../ledger/presence-people.ts';
import type { Half } from '../ledger/presence-types.ts';
import type { Key } from '../store/store.ts';
import type { Sealing } from './contact-token.ts';
import { presenceToken } from './presence-token.ts';

interface Known {
  readonly people: People;
  readonly tokens: Partial<Record<Half, string>>;
}

/** What keys say. */
export class PresencePairs {
  readonly #sealing: Sealing;
  readonly #phones: ReadonlySet<string> | undefined;
  readonly #known = new Map<Key, Known>();

  /** `phones`: domains where a number is a telephone. */
  constructor(sealing: Sealing, phones: ReadonlySet<string> | undefined) {
    this.#sealing = sealing;
    this.#phones = phones;
  }

  /** The people of a key; `undefined` for one that is none of ours. */
  people(key: Key): People | undefined {
    return this.#of(key)?.people;
  }

  /** The user part of our Contact for one half of a record. */
  token(half: Half, key: Key): string {
    const known = this.#of(key);
    const token = known?.tokens[half] ?? presenceToken({ half, key }, this.#sealing);
    if (known !== undefined) known.tokens[half] = token;
    return token;
  }

  #of(key: Key): Known | undefined {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const people = peopleIn(key, this.#phones);
    if (people === undefined) return undefined;
    const fresh: Known = { people, tokens: {} };
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, fresh);
    return fresh;
  }
}

/** Records that are remembered, in a megabyte or two: more than wait for a store at once. */
const MOST_KNOWN = 2048;
