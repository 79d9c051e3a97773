// A hostile SIP peer: it misbehaves on command by name, on a connection that somebody else has made, and keeps what it
// hears. Pure: octets out, octets in.
import { bytesOf, textOf } from '../../bytes.ts';
import { MisuseError } from '../../fault.ts';
import type { SipScene } from './misdeed.ts';
import { SIP_MISDEEDS } from './misdeeds.ts';

/** A hostile SIP peer. */
export class SipAdversary {
  readonly #scene: Omit<SipScene, 'serial'>;
  #serial = 0;
  #heard = '';

  constructor(scene: Omit<SipScene, 'serial'>) {
    this.#scene = scene;
  }

  /** Everything that was said to it. */
  get heard(): string {
    return this.#heard;
  }

  /** The statuses it was answered with, in order. */
  get statuses(): readonly number[] {
    return [...this.#heard.matchAll(/^SIP\/2\.0 (\d{3}) /gm)].map(([, status]) => Number(status));
  }

  /** What to write in order to misbehave in this way. */
  does(name: string): readonly Uint8Array[] {
    const misdeed = Object.hasOwn(SIP_MISDEEDS, name) ? SIP_MISDEEDS[name] : undefined;
    if (misdeed === undefined) throw new MisuseError('no-misdeed', `there is no misdeed ${name}`);
    this.#serial += 1;
    return misdeed
      .write({ ...this.#scene, serial: this.#serial })
      .map((part) => (typeof part === 'string' ? bytesOf(part) : part));
  }

  /** What was said to it. */
  hears(bytes: Uint8Array): void {
    if (this.#heard.length < MOST_HEARD) this.#heard += textOf(bytes, 0, bytes.length);
  }
}

/** Characters that are remembered: of a peer that talks back for ever only the beginning counts. */
const MOST_HEARD = 1_000_000;
