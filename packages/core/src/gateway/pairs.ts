// Order and pace towards SIP: one outstanding MESSAGE for each pair of people, the others wait behind
// it within a bound and not for ever. What waits too long, or finds no room, is told to its sender.
import type { Instant } from '../store/store.ts';
import { Line, type Place } from './line.ts';
import { Passing } from './passing.ts';

/** Bounds and wait of the queues. */
export interface PairsOptions {
  readonly perPair: number;
  /** Octets of what waits for one pair. */
  readonly octetsPerPair: number;
  readonly inAll: number;
  /** Milliseconds a message may wait for the one before it. */
  readonly wait: number;
  /** The same where the one before it may have to wait for a person to answer. */
  readonly patience: number;
}

/** What to do with a message just handed in. */
export type Pushed = 'start' | 'queued' | 'full';

interface Waiting<T> {
  readonly key: string;
  readonly item: T;
  readonly octets: number;
  readonly deadline: Instant;
  readonly line: Line<Waiting<T>>;
  place: Place<Waiting<T>> | undefined;
}

/** What waits behind the outstanding message of a pair. */
interface Behind<T> {
  readonly all: Set<Waiting<T>>;
  octets: number;
}

/** The queues of all pairs. A pair that is idle has no entry. */
export class Pairs<T> {
  /** Waiting items by pair; a pair with an outstanding message and none behind it has `NONE`. */
  readonly #behind = new Passing<string, Behind<T>>();
  /** All waiting items, oldest first: one wait for all of a line, so the first is due first. */
  readonly #all = new Line<Waiting<T>>();
  readonly #patient = new Line<Waiting<T>>();
  readonly #options: PairsOptions;

  constructor(options: PairsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all.size + this.#patient.size;
  }

  /** Pairs with an outstanding message. */
  get busy(): number {
    return this.#behind.size;
  }

  get wakeAt(): Instant {
    const { first: one } = this.#all;
    const { first: other } = this.#patient;
    return Math.min(one?.deadline ?? Infinity, other?.deadline ?? Infinity);
  }

  /** Hands in a message: it starts now, waits, or finds no room. */
  push(now: Instant, key: string, item: T, octets: number, isPatient = false): Pushed {
    const behind = this.#behind.get(key);
    if (behind === undefined) {
      if (this.#behind.size >= this.#options.inAll) return 'full';
      this.#behind.set(key, NONE);
      return 'start';
    }
    if (!this.#hasRoom(behind, octets)) return 'full';
    const { wait, patience } = this.#options;
    const deadline = now + (isPatient ? patience : wait);
    const line = isPatient ? this.#patient : this.#all;
    const waiting: Waiting<T> = { key, item, octets, deadline, line, place: undefined };
    if (behind === NONE) this.#behind.set(key, { all: new Set([waiting]), octets });
    else {
      behind.all.add(waiting);
      behind.octets += octets;
    }
    waiting.place = line.join(waiting);
    return 'queued';
  }

  /** The outstanding message of a pair has ended: the next that may start, if any waits. */
  ended(key: string): T | undefined {
    const behind = this.#behind.get(key);
    if (behind === undefined) return undefined;
    for (const waiting of behind.all) {
      this.#takeOut(waiting);
      return waiting.item;
    }
    this.#behind.delete(key);
    return undefined;
  }

  /** Those that wait behind the outstanding message of a pair, taken out. */
  behind(key: string): readonly T[] {
    const all = [...(this.#behind.get(key) ?? NONE).all];
    for (const waiting of all) this.#takeOut(waiting);
    return all.map(({ item }) => item);
  }

  /** All messages that wait, taken out, oldest first. */
  drain(): readonly T[] {
    const all: T[] = [];
    for (let item = this.expired(Infinity); item !== undefined; item = this.expired(Infinity))
      all.push(item);
    return all;
  }

  /** Nothing is outstanding any more. */
  clear(): void {
    this.#behind.clear();
    this.#all.clear();
    this.#patient.clear();
  }

  /** Takes out one message that waited too long; call until there is none. */
  expired(now: Instant): T | undefined {
    const [one, other] = [this.#all.first, this.#patient.first];
    const waiting = (one?.deadline ?? Infinity) <= (other?.deadline ?? Infinity) ? one : other;
    if (waiting === undefined || waiting.deadline > now) return undefined;
    this.#takeOut(waiting);
    return waiting.item;
  }

  #hasRoom(behind: Behind<T>, octets: number): boolean {
    const { perPair, octetsPerPair, inAll } = this.#options;
    if (behind.all.size >= perPair || this.size >= inAll) return false;
    return behind.octets + octets <= octetsPerPair;
  }

  #takeOut(waiting: Waiting<T>): void {
    const behind = this.#behind.get(waiting.key);
    if (behind?.all.delete(waiting) === true) behind.octets -= waiting.octets;
    if (waiting.place !== undefined) waiting.line.leave(waiting.place);
    waiting.place = undefined;
  }
}

/** Shared by all pairs behind whose message nothing waits. Never added to. */
const NONE: Behind<never> = { all: new Set<never>(), octets: 0 };
