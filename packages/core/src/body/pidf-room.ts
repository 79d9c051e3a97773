// How much goes into one presence document: tuples, and octets, so that what carries it stays within what a SIP
// message of ours may have.
import type { Loss } from '../translation.ts';
import type { PidfTuple } from './pidf.ts';
import { DEFAULT_PIDF_LIMITS } from './pidf-reading.ts';

/** Octets of all tuples of a document that is written. A device says under 1 kB, most of it in its own words. */
export const MAX_DOCUMENT = 32_000;

/** Room for the tuples of one document, each under a name of its own. */
export class PidfRoom {
  readonly #lost = new Map<string, Loss>();
  readonly #names = new Set<string>();
  #octets = MAX_DOCUMENT;

  /** What had no room. */
  get lost(): readonly Loss[] {
    return [...this.#lost.values()];
  }

  /** The tuple as far as there is room: with its notes, without, or not at all. */
  take(tuple: PidfTuple): readonly PidfTuple[] {
    const { notes = [], ...bare } = tuple;
    const isFull = this.#names.size === DEFAULT_PIDF_LIMITS.tuples || this.#names.has(tuple.id);
    const size = sizeOf(bare);
    if (isFull || size > this.#octets) return this.#without('resource', []);
    const whole = size + notes.reduce((sum, { text }) => sum + NOTE + octetsOf(text), 0);
    if (whole <= this.#octets) return this.#put(tuple, whole);
    return this.#without('status', this.#put(bare, size));
  }

  #put(tuple: PidfTuple, octets: number): readonly PidfTuple[] {
    this.#octets -= octets;
    this.#names.add(tuple.id);
    return [tuple];
  }

  #without(what: string, tuples: readonly PidfTuple[]): readonly PidfTuple[] {
    this.#lost.set(what, { what, spec: 'RFC 8048 §6.2' });
    return tuples;
  }
}

function sizeOf({ id, contact }: PidfTuple): number {
  return TUPLE + id.length + octetsOf(contact?.uri ?? '');
}

/** Octets of a text in XML, at the most. */
function octetsOf(text: string): number {
  let octets = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    octets += unit >= 0x80 ? 3 : unit < 0x20 || MARKUP.has(unit) ? ESCAPED : 1;
  }
  return octets;
}

/** `"`, `&`, `'`, `<` and `>`, which are written as references. */
const MARKUP: ReadonlySet<number> = new Set([0x22, 0x26, 0x27, 0x3c, 0x3e]);
/** Octets of an escaped character, at the most. */
const ESCAPED = 6;
/** Octets of a tuple beside its name, its contact and its notes. */
const TUPLE = 480;
/** Octets of a note beside its text. */
const NOTE = 96;
