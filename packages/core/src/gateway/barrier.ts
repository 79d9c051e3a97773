// Barriers: a ping to the recipient's domain, sent behind messages on the same link. Servers work through a link in
// order, so its answer says that everything before it was read and that no immediate error is coming. One barrier
// serves all messages of a millisecond; while one is out, later messages gather for the next. A domain that
// lets several go unanswered gets no more of them: there the plain wait stands (fates.ts). An answer that comes
// late is an answer all the same: the domain is slow, not deaf.
import type { Instant } from '../store/store.ts';
import { Line, type Place } from './line.ts';

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

/** One that has left: it stands behind everything up to this rank. */
interface Sent {
  readonly id: string;
  readonly covers: number;
}

interface Lane {
  readonly from: string;
  readonly to: string;
  /** The rank of the last message, when there is one behind which no barrier stands yet. */
  gathered: number | undefined;
  /** Unanswered, the oldest first; no more than may be missed. */
  readonly sent: Sent[];
  missed: number;
  /** Where it stands while it gathers, and when its barrier leaves. */
  gathering: Place<Lane> | undefined;
  sendAt: Instant;
  /** Where it stands while its last barrier is out, and when that counts as missed. */
  out: Place<Lane> | undefined;
  missAt: Instant;
}

/**
 * The barriers of all domain pairs. A lane that gathers waits one delay, a barrier that is out one
 * patience, so in each of the two lines the oldest is the first: no search, however many domains.
 */
export class Barriers {
  readonly #lanes = new Map<string, Lane>();
  readonly #byId = new Map<string, Lane>();
  /** Lanes that gather. */
  readonly #gathering = new Line<Lane>();
  /** Lanes whose last barrier is out. */
  readonly #out = new Line<Lane>();
  readonly #options: BarrierOptions;
  readonly #drawId: () => string;

  constructor(options: BarrierOptions, drawId: () => string) {
    this.#options = options;
    this.#drawId = drawId;
  }

  /** Domain pairs that are remembered. */
  get size(): number {
    return this.#lanes.size;
  }

  get wakeAt(): Instant {
    return Math.min(this.#gathering.first?.sendAt ?? Infinity, this.#out.first?.missAt ?? Infinity);
  }

  /** A message of that rank has been written to the link between two domains. */
  behind(now: Instant, from: string, to: string, rank: number): void {
    const lane = this.#lane(from, to);
    if (lane === undefined || lane.missed >= this.#options.misses) return;
    lane.gathered = rank;
    this.#gather(now, lane);
  }

  /** A barrier whose time has come; call until there is none. */
  due(now: Instant): DueBarrier | undefined {
    for (let lane = this.#out.first; lane !== undefined; lane = this.#out.first) {
      if (lane.missAt > now) break;
      this.#miss(now, lane);
    }
    const lane = this.#gathering.first;
    return lane === undefined || lane.sendAt > now ? undefined : this.#send(now, lane);
  }

  /** Up to which rank a barrier's answer says that messages were read; `undefined` for an id that was not sent. */
  answered(now: Instant, id: string, from: string, to: string): number | undefined {
    const lane = this.#byId.get(id);
    if (lane === undefined || lane.from !== to || lane.to !== from) return undefined;
    const at = lane.sent.findIndex((sent) => sent.id === id);
    const covers = lane.sent[at]?.covers;
    for (const sent of lane.sent.splice(0, at + 1)) this.#byId.delete(sent.id);
    lane.missed = 0;
    if (lane.sent.length === 0) this.#leaveOut(lane);
    this.#back(now, lane);
    return covers;
  }

  /** Whether the answer to a barrier is still to be hoped for. */
  expects(from: string, to: string): boolean {
    const lane = this.#lanes.get(laneKey(from, to));
    return lane !== undefined && (lane.gathered !== undefined || lane.out !== undefined);
  }

  /** The link between two domains is over, and with it what was said on it. */
  lost(from: string, to: string): void {
    const lane = this.#lanes.get(laneKey(from, to));
    if (lane !== undefined) this.#forget(lane);
  }

  /** Remembers nothing. */
  clear(): void {
    for (const lane of this.#lanes.values()) this.#forget(lane);
  }

  #gather(now: Instant, lane: Lane): void {
    if (lane.out !== undefined || lane.gathering !== undefined) return;
    lane.sendAt = now + this.#options.delay;
    lane.gathering = this.#gathering.join(lane);
  }

  #leaveGathering(lane: Lane): void {
    if (lane.gathering !== undefined) this.#gathering.leave(lane.gathering);
    lane.gathering = undefined;
  }

  #leaveOut(lane: Lane): void {
    if (lane.out !== undefined) this.#out.leave(lane.out);
    lane.out = undefined;
  }

  #send(now: Instant, lane: Lane): DueBarrier {
    const id = this.#drawId();
    lane.sent.push({ id, covers: lane.gathered ?? 0 });
    lane.gathered = undefined;
    this.#byId.set(id, lane);
    if (lane.sent.length > this.#options.misses) this.#byId.delete(lane.sent.shift()?.id ?? '');
    this.#leaveGathering(lane);
    lane.missAt = now + this.#options.patience;
    lane.out = this.#out.join(lane);
    return { id, from: lane.from, to: lane.to };
  }

  #miss(now: Instant, lane: Lane): void {
    lane.missed += 1;
    if (lane.missed >= this.#options.misses) lane.gathered = undefined;
    this.#leaveOut(lane);
    this.#back(now, lane);
  }

  /** What gathered meanwhile gets its own, once none is out; a lane that never missed rests. */
  #back(now: Instant, lane: Lane): void {
    if (lane.gathered !== undefined) this.#gather(now, lane);
    else if (lane.missed === 0 && lane.sent.length === 0) this.#forget(lane);
  }

  #lane(from: string, to: string): Lane | undefined {
    const key = laneKey(from, to);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    if (this.#lanes.size >= this.#options.max) this.#forgetOneAtRest();
    if (this.#lanes.size >= this.#options.max) return undefined;
    const lane: Lane = {
      from,
      to,
      gathered: undefined,
      sent: [],
      missed: 0,
      gathering: undefined,
      sendAt: Infinity,
      out: undefined,
      missAt: Infinity,
    };
    this.#lanes.set(key, lane);
    return lane;
  }

  #forgetOneAtRest(): void {
    for (const lane of this.#lanes.values()) {
      if (lane.out !== undefined || lane.gathering !== undefined) continue;
      this.#forget(lane);
      return;
    }
  }

  #forget(lane: Lane): void {
    for (const { id } of lane.sent) this.#byId.delete(id);
    this.#leaveGathering(lane);
    this.#leaveOut(lane);
    this.#lanes.delete(laneKey(lane.from, lane.to));
  }
}

/** Two domains (A-labels) as one key: ours, and the one a link leads to. */
export function laneKey(from: string, to: string): string {
  return `${from} ${to}`;
}
