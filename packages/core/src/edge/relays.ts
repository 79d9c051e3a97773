// The requests that are being relayed: each from its arrival to its one end, counted against a bound and against the share
// of the domain it came from. What happens to them is edge.ts.
import type { Flow, IncomingRequest } from '@interwork/sip';
import type { Passage } from './passage.ts';
import type { EdgeLimits, Leg } from './options.ts';
import type { Returning } from './forwarding.ts';
import type { OtherWords } from './words.ts';
import { Passing } from '../gateway/passing.ts';
import { Shares } from '../gateway/shares.ts';
import type { Instant } from '../store/store.ts';

/** One request on its way through. Goes with it as the context of the SIP command, and comes back. */
export class Relay {
  readonly at: Instant;
  /** The transaction that is owed an answer. */
  readonly id: string;
  readonly request: IncomingRequest;
  readonly flow: Flow;
  readonly leg: Leg;
  /** The domain whose share it takes. */
  readonly domain: string;
  /** When it was decided what becomes of it. */
  decidedAt: Instant;
  /** Set once it may go on. */
  passage: Passage | undefined;
  /** Whether the host has said that it may cross. */
  isLookedAt = false;
  /** Set where its words were changed. */
  words: OtherWords | undefined;
  /** What was done with its words, for the trace. */
  notes: readonly string[] = [];
  /** Set once it has left. */
  returning: Returning | undefined;

  constructor(
    at: Instant,
    id: string,
    request: IncomingRequest,
    flow: Flow,
    leg: Leg,
    domain: string,
  ) {
    this.at = at;
    this.decidedAt = at;
    this.id = id;
    this.request = request;
    this.flow = flow;
    this.leg = leg;
    this.domain = domain;
  }
}

/** Those that are open. */
export class Relays {
  readonly #open = new Passing<Relay, true>();
  readonly #shares: Shares;
  readonly #max: number;

  constructor({ openRelays, perDomain }: EdgeLimits) {
    this.#max = openRelays;
    this.#shares = new Shares(perDomain);
  }

  get size(): number {
    return this.#open.size;
  }

  /** False when there is no room for it. */
  begin(relay: Relay): boolean {
    if (this.#open.size >= this.#max || !this.#shares.take(relay.domain)) return false;
    this.#open.set(relay, true);
    return true;
  }

  /** False when it has ended before. */
  end(relay: Relay): boolean {
    if (!this.#open.delete(relay)) return false;
    this.#shares.give(relay.domain);
    return true;
  }

  has(relay: Relay): boolean {
    return this.#open.get(relay) === true;
  }

  /** A copy, so that they may end on the way. */
  all(): readonly Relay[] {
    return this.#open.keys();
  }
}
