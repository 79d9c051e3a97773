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
  sendAt: Instant;
  out:
    | { readonly id: string; readonly covers: readonly string[]; readonly until: Instant }
    | undefined;
  missed: number;
}

/** The barriers of all domain pairs. */
export class Barriers {
  readonly #lanes = new Map<string, Lane>();
  readonly #byId = new Map<string, Lane>();
  readonly #options: BarrierOptions;
  readonly #drawId: () => string;

  constructor(options: BarrierOptions, drawId: () => string) {
    this.#options = options;
    this.#drawId = drawId;
  }

  get wakeAt(): Instant {
    let wakeAt = Infinity;
    for (const lane of this.#lanes.values()) {
      const at = lane.out === undefined ? lane.sendAt : lane.out.until;
      if (at < wakeAt) wakeAt = at;
    }
    return wakeAt;
  }

  /** A message has been written to the link between two domains. */
  behind(now: Instant, from: string, to: string, messageId: string): void {
    const lane = this.#lane(from, to);
    if (lane === undefined || lane.missed >= this.#options.misses) return;
    lane.gathering.push(messageId);
    if (lane.sendAt === Infinity) lane.sendAt = now + this.#options.delay;
  }

  /** A barrier whose time has come; call until there is none. */
  due(now: Instant): DueBarrier | undefined {
    for (const lane of this.#lanes.values()) {
      if (lane.out !== undefined && lane.out.until <= now) this.#miss(lane);
      if (lane.out !== undefined || lane.sendAt > now) continue;
      return this.#send(now, lane);
    }
    return undefined;
  }

  /** The messages that a barrier's answer settles; none for an id that is not out. */
  answered(now: Instant, id: string, from: string, to: string): readonly string[] {
    const lane = this.#byId.get(id);
    if (lane?.out?.id !== id || lane.from !== to || lane.to !== from) return [];
    const { covers } = lane.out;
    lane.missed = 0;
    this.#clear(lane);
    this.#rest(now, lane);
    return covers;
  }

  #send(now: Instant, lane: Lane): DueBarrier {
    const id = this.#drawId();
    lane.out = { id, covers: lane.gathering, until: now + this.#options.patience };
    lane.gathering = [];
    lane.sendAt = Infinity;
    this.#byId.set(id, lane);
    return { id, from: lane.from, to: lane.to };
  }

  #miss(lane: Lane): void {
    lane.missed += 1;
    this.#clear(lane);
    if (lane.missed >= this.#options.misses) lane.gathering = [];
    this.#rest(lane.sendAt, lane);
  }

  #clear(lane: Lane): void {
    if (lane.out !== undefined) this.#byId.delete(lane.out.id);
    lane.out = undefined;
  }

  /** A lane with nothing to say rests; one that never missed is forgotten. */
  #rest(now: Instant, lane: Lane): void {
    if (lane.gathering.length > 0) {
      lane.sendAt = Math.min(lane.sendAt, now + this.#options.delay);
      return;
    }
    lane.sendAt = Infinity;
    if (lane.missed === 0) this.#lanes.delete(laneKey(lane.from, lane.to));
  }

  #lane(from: string, to: string): Lane | undefined {
    const key = laneKey(from, to);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    if (this.#lanes.size >= this.#options.max) this.#forgetOneAtRest();
    if (this.#lanes.size >= this.#options.max) return undefined;
    const lane: Lane = { from, to, gathering: [], sendAt: Infinity, out: undefined, missed: 0 };
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

function laneKey(from: string, to: string): string {
  return `${from} ${to}`;
}
