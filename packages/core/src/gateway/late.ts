// Stanza ids that know where they come from, and the failures that come after the 202.
//
// The id of a stanza made from a SIP MESSAGE is `iw.<minute>.<token>.<mac>`: the token is fresh and may bear a note
// (`<token>~<note>`: what its sender asks to be told, receipt-token.ts), the mac
// binds it to the SIP user and to the recipient, so an error that comes late, even to another
// process with the same secret, is known to belong to a message that this user really sent, without
// a record. An id is good for a day, and of a process whose clock is fast that long before, too; each failure is told
// once by each process.
import type { Instant } from '../store/store.ts';

/** Lower-case hex HMAC-SHA-256 of `text` under `key`. */
export type Mac = (key: string, text: string) => string;

/** What ids are made with, and how long they count. */
export interface LateOptions {
  readonly drawToken: () => string;
  readonly mac: Mac;
  readonly secret: string;
  /** Ids told already that are remembered. */
  readonly told: number;
  /** Milliseconds for which an id is good. */
  readonly late: number;
}

/** Makes and recognises stanza ids. */
export class LateFailures {
  readonly #told = new Set<string>();
  readonly #drawToken: () => string;
  readonly #mac: Mac;
  readonly #secret: string;
  readonly #max: number;
  readonly #age: number;

  constructor(options: LateOptions) {
    this.#drawToken = options.drawToken;
    this.#mac = options.mac;
    this.#secret = options.secret;
    this.#max = options.told;
    this.#age = options.late;
  }

  /** A fresh id for a stanza from a SIP user to a recipient (bare JIDs). A note has neither `.` nor `~`. */
  makeId(now: Instant, user: string, recipient: string, note = ''): string {
    const minute = Math.floor(now / MINUTE).toString(36);
    const drawn = this.#drawToken();
    const token = note === '' ? drawn : `${drawn}~${note}`;
    return `${PREFIX}.${minute}.${token}.${this.#seal(minute, token, user, recipient)}`;
  }

  /** Whether an id was made for this pair, is not too old, and was not told before; it then is. */
  takes(now: Instant, id: string, user: string, recipient: string): boolean {
    if (this.#told.has(id) || this.#tokenIn(now, id, user, recipient) === undefined) return false;
    this.spend(id);
    return true;
  }

  /** The note in an id that was made for this pair and is not too old; `undefined` where there is none. */
  noteIn(now: Instant, id: string, user: string, recipient: string): string | undefined {
    const token = this.#tokenIn(now, id, user, recipient) ?? '';
    const begins = token.lastIndexOf('~') + 1;
    return begins === 0 ? undefined : token.slice(begins);
  }

  /** Ids told that are remembered. */
  get size(): number {
    return this.#told.size;
  }

  /** Remembers nothing. */
  clear(): void {
    this.#told.clear();
  }

  /** Marks an id as told: an error that came in time is not told again when it comes twice. */
  spend(id: string): void {
    if (this.#told.size >= this.#max) {
      for (const oldest of this.#told) {
        this.#told.delete(oldest);
        break;
      }
    }
    this.#told.add(id);
  }

  #tokenIn(now: Instant, id: string, user: string, recipient: string): string | undefined {
    if (id.length > MAX_ID) return undefined;
    const [prefix, minute = '', token = '', seal = '', more] = id.split('.');
    if (prefix !== PREFIX || more !== undefined || seal.length !== SEAL) return undefined;
    if (!sameText(seal, this.#seal(minute, token, user, recipient))) return undefined;
    const age = now - Number.parseInt(minute, 36) * MINUTE;
    return Math.abs(age) <= this.#age ? token : undefined;
  }

  #seal(minute: string, token: string, user: string, recipient: string): string {
    return this.#mac(this.#secret, `seal ${minute} ${token} ${user} ${recipient}`).slice(0, SEAL);
  }
}

/** Compares without telling by its duration where two texts of one length differ. */
export function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}

const PREFIX = 'iw';
const MINUTE = 60_000;
/** Characters of the mac that are kept: 128 bits. */
const SEAL = 32;
/** Characters of an id: with the longest Message-ID in its note (body/imdn.ts). */
const MAX_ID = 1024;
