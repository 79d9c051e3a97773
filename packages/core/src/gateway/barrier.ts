// Barriers: a ping to the recipient's domain, sent behind messages on the same link. Servers work
// through a link in order, so its answer says that no immediate error is coming for the messages
// before it, and their senders need not wait. One barrier serves all messages of a few milliseconds;
// while one is out, later messages gather for the next. A domain that lets several go unanswered gets
// no more of them: there the plain wait stands (fates.ts).
import type { Instant } from '../store/store.ts';

/** What the barriers may grow to, and when they leave. */
export interface BarrierOptions {
  /** Milliseconds from the first message to its barrier. */
  readonly delay: number;
  /** Milliseconds after which an unanswered barrier counts as missed. */
  readonly patience: number;
  /** Missed in a row until a domain gets none. */
  readonly misses: number;
  /** Domain pairs remembered. */
  readonly max: number;
}

/** A barrier that should leave now, between two domains. */
export interface DueBarrier {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

interface Lane {
  readonly from: string;
  readonly to: string;
  gathering: string[];
  out: { readonly id: string; readonly covers: readonly string[] } | undefined;
  missed: number;
}

/**
 * The barriers of all domain pairs. A lane that gathers waits one delay, a barrier that is out one
 * patience, so in each of the two sets the oldest is the first: no search, however many domains.
 */
export class Barriers {
  readonly #lanes = new Map<string, Lane>();
  readonly #byId = new Map<string, Lane>();
  /** Lanes that gather, by when their barrier leaves. */
  readonly #gathering = new Map<Lane, Instant>();
  /** Lanes whose barrier is out, by when it counts as missed. */
  readonly #out = new Map<Lane, Instant>();
  readonly #options: BarrierOptions;
  readonly #drawId: () => string;

  constructor(options: BarrierOptions, drawId: () => string) {
    this.#options = options;
    this.#drawId = drawId;
  }

  get wakeAt(): Instant {
    return Math.min(first(this.#gathering)?.[1] ?? Infinity, first(this.#out)?.[1] ?? Infinity);
  }

  /** A message has been written to the link between two domains. */
  behind(now: Instant, from: string, to: string, messageId: string): void {
    const lane = this.#lane(from, to);
    if (lane === undefined || lane.missed >= this.#options.misses) return;
    lane.gathering.push(messageId);
    if (lane.out === undefined && lane.gathering.length === 1) this.#gather(now, lane);
  }

  /** A barrier whose time has come; call until there is none. */
  due(now: Instant): DueBarrier | undefined {
    for (const [lane, until] of this.#out) {
      if (until > now) break;
      this.#miss(now, lane);
    }
    const [lane, sendAt] = first(this.#gathering) ?? [];
    return lane === undefined || sendAt === undefined || sendAt > now
      ? undefined
      : this.#send(now, lane);
  }

  /** The messages that a barrier's answer settles; none for an id that is not out. */
  answered(now: Instant, id: string, from: string, to: string): readonly string[] {
    const lane = this.#byId.get(id);
    if (lane?.out?.id !== id || lane.from !== to || lane.to !== from) return [];
    const { covers } = lane.out;
    lane.missed = 0;
    this.#back(now, lane);
    return covers;
  }

  /** The link between two domains is over, and with it what was said on it. */
  lost(from: string, to: string): void {
    const key = laneKey(from, to);
    const lane = this.#lanes.get(key);
    if (lane === undefined) return;
    if (lane.out !== undefined) this.#byId.delete(lane.out.id);
    this.#gathering.delete(lane);
    this.#out.delete(lane);
    this.#lanes.delete(key);
  }

  #gather(now: Instant, lane: Lane): void {
    this.#gathering.set(lane, now + this.#options.delay);
  }

  #send(now: Instant, lane: Lane): DueBarrier {
    const id = this.#drawId();
    lane.out = { id, covers: lane.gathering };
    lane.gathering = [];
    this.#gathering.delete(lane);
    this.#out.set(lane, now + this.#options.patience);
    this.#byId.set(id, lane);
    return { id, from: lane.from, to: lane.to };
  }

  #miss(now: Instant, lane: Lane): void {
    lane.missed += 1;
    if (lane.missed >= this.#options.misses) lane.gathering = [];
    this.#back(now, lane);
  }

  /** No barrier is out any more: what gathered meanwhile gets its own; a lane that never missed rests. */
  #back(now: Instant, lane: Lane): void {
    if (lane.out !== undefined) this.#byId.delete(lane.out.id);
    lane.out = undefined;
    this.#out.delete(lane);
    if (lane.gathering.length > 0) this.#gather(now, lane);
    else if (lane.missed === 0) this.#lanes.delete(laneKey(lane.from, lane.to));
  }

  #lane(from: string, to: string): Lane | undefined {
    const key = laneKey(from, to);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    if (this.#lanes.size >= this.#options.max) this.#forgetOneAtRest();
    if (this.#lanes.size >= this.#options.max) return undefined;
    const lane: Lane = { from, to, gathering: [], out: undefined, missed: 0 };
    this.#lanes.set(key, lane);
    return lane;
  }

  #forgetOneAtRest(): void {
    for (const [key, lane] of this.#lanes) {
      if (lane.out !== undefined || lane.gathering.length > 0) continue;
      this.#lanes.delete(key);
      return;
    }
  }
}

function first<K, V>(map: ReadonlyMap<K, V>): readonly [K, V] | undefined {
  for (const entry of map) return entry;
  return undefined;
}

function laneKey(from: string, to: string): string {
  return `${from} ${to}`;
}
