// Operations that a store was asked and has not answered. All have one wait, so the oldest is due first. An answer
// to one that is not here any more is nobody's.
import type { Instant } from '../store/store.ts';
import { Line, type Place } from './line.ts';

interface Operation<Owner> {
  readonly op: string;
  readonly owner: Owner;
  readonly deadline: Instant;
}

/** The operations under way, by their ids. */
export class Operations<Owner> {
  readonly #wait: number;
  readonly #byId = new Map<string, Place<Operation<Owner>>>();
  readonly #line = new Line<Operation<Owner>>();
  #count = 0;

  /** `wait` in ms. */
  constructor(wait: number) {
    this.#wait = wait;
  }

  get size(): number {
    return this.#line.size;
  }

  get wakeAt(): Instant {
    return this.#line.first?.deadline ?? Infinity;
  }

  /** Begins one for its owner; the answer is its id. */
  begin(now: Instant, owner: Owner): string {
    this.#count += 1;
    const op = String(this.#count);
    this.#byId.set(op, this.#line.join({ op, owner, deadline: now + this.#wait }));
    return op;
  }

  /** Ends one; whose it was, if it was still here. */
  end(op: string): Owner | undefined {
    const place = this.#byId.get(op);
    if (place === undefined) return undefined;
    this.#byId.delete(op);
    this.#line.leave(place);
    return place.value.owner;
  }

  /** Ends one that was not answered in time; call until there is none. */
  expired(now: Instant): Owner | undefined {
    const first = this.#line.first;
    return first === undefined || first.deadline > now ? undefined : this.end(first.op);
  }

  /** Nothing is under way any more. */
  clear(): void {
    this.#byId.clear();
    this.#line.clear();
  }
}
