// Everything that a federation has sent, as values: who to whom, when, and the octets as text. What it means is the
// ladder's to say.
import { decodeUtf8 } from '@interwork/xmpp';
import type { Place } from '../network.ts';

/** Something that was sent at once: a SIP message, or what was written to a stream. */
export interface Sending {
  /** Epoch milliseconds of virtual time. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  /** Its text; octets that are none stay out. */
  readonly text: string;
}

/** The last things that were sent. */
export class Tape {
  readonly #sent: Sending[] = [];
  readonly #nameOf: (address: string) => string;

  constructor(nameOf: (address: string) => string) {
    this.#nameOf = nameOf;
  }

  get sent(): readonly Sending[] {
    return this.#sent;
  }

  /** Something is sent. */
  note(at: number, from: Place, to: Place, bytes: Uint8Array): void {
    const [sender, receiver] = [this.#nameOf(from.address), this.#nameOf(to.address)];
    const text = decodeUtf8(bytes) ?? '';
    this.#sent.push({ at, from: sender, to: receiver, text });
    if (this.#sent.length > MOST_SENT) this.#sent.splice(0, MOST_SENT / 2);
  }
}

/** Of a longer test the first half is forgotten. */
const MOST_SENT = 20_000;
