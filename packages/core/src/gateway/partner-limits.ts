// How much comes from each partner: what was counted of it, over all its connections and by whatever half of the gateway it
// came, messages and subscriptions alike. The bounds and the steps are the policy's (`limitsOf`, `countCrossing`); here is
// the table, which is bounded: partners that have been silent for long are forgotten for new ones, and where nobody is,
// new ones wait.
import {
  type Crossed,
  type Counting,
  countCrossing,
  countOutcome,
  isForgotten,
  limitsOf,
  type Obligation,
  type Over,
  type PartnerCounts,
  partnerOf,
  type PolicySet,
  type TrafficLimits,
} from '@interwork/policy';
import type { Jid } from '@interwork/xmpp';
import type { Instant } from '../store/store.ts';
import { type Refusal, refused } from '../translation.ts';
import { Line, type Place } from './line.ts';

interface Kept {
  readonly partner: string;
  counts: PartnerCounts;
  place: Place<Kept> | undefined;
}

/** The partners that were heard. */
export class PartnerLimits {
  readonly #kept = new Map<string, Kept>();
  /** Whoever was heard last stands last. */
  readonly #line = new Line<Kept>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Counts something that is to cross; the refusal where it is too much. */
  count(now: Instant, { partner, limits }: Counted, crossed: Crossed): Refusal | undefined {
    const known = this.#kept.get(partner);
    if (known === undefined && !this.#hasRoom(now)) return refused('queue-full');
    const { counts, over, waitMs } = countCrossing(known?.counts, crossed, limits, now);
    this.#keep(known ?? { partner, counts, place: undefined }, counts);
    return over === undefined ? undefined : tooMuch(over, waitMs);
  }

  /** Counts what became of something: whoever mostly fails is slowed down. */
  outcome(now: Instant, { partner, limits }: Counted, isSuccess: boolean): void {
    const known = this.#kept.get(partner);
    if (known === undefined || limits.suspicious === undefined) return;
    this.#keep(known, countOutcome(known.counts, isSuccess, now));
  }

  clear(): void {
    this.#kept.clear();
    this.#line.clear();
  }

  #keep(kept: Kept, counts: PartnerCounts): void {
    kept.counts = counts;
    if (kept.place !== undefined) this.#line.leave(kept.place);
    kept.place = this.#line.join(kept);
    this.#kept.set(kept.partner, kept);
  }

  #hasRoom(now: Instant): boolean {
    if (this.#kept.size < this.#most) return true;
    const { first } = this.#line;
    if (first === undefined || !isForgotten(first.counts, now)) return false;
    if (first.place !== undefined) this.#line.leave(first.place);
    return this.#kept.delete(first.partner);
  }
}

/** Whom something is counted for, and within which bounds. */
export interface Counted {
  readonly partner: string;
  readonly limits: TrafficLimits;
}

/**
 * Whom something from a domain is counted for: as its verdict says, else the partner of the document's own. `undefined`
 * where there is no bound, as for most.
 */
export function countedFor(
  policy: PolicySet,
  from: string,
  must: readonly Obligation[],
): Counted | undefined {
  const duty = must.find(isRate) ?? ownOf(policy, from);
  if (duty === undefined) return undefined;
  const limits = limitsOf(policy, duty);
  return Object.values(limits).every((bound) => bound === undefined)
    ? undefined
    : { partner: `${duty.class} ${duty.domain}`, limits };
}

function ownOf(policy: PolicySet, from: string): Pick<Counting, 'class' | 'domain'> | undefined {
  if (policy.partners.size === 0) return undefined;
  return partnerOf(policy, from)?.limits === undefined
    ? undefined
    : { class: 'partner', domain: from };
}

function isRate(duty: Obligation): duty is Counting {
  return duty.kind === 'rate';
}

/** @spec RFC 3261 §20.33 */
function tooMuch(over: Over, waitMs: number | undefined): Refusal {
  if (over === 'contacts') return refused('too-many-contacts');
  const wait = waitMs ?? DEFAULT_WAIT;
  const value = String(Math.max(1, Math.ceil(wait / 1000)));
  return refused('rate-exceeded', over, [{ name: 'Retry-After', value }]);
}

/** Milliseconds to stay away where it cannot be said: an idle user makes room within them. */
const DEFAULT_WAIT = 60_000;

/** The two people, as what is counted names them. */
export interface CountedEnds {
  readonly from: Pick<Jid, 'asciiDomain' | 'bare'>;
  readonly to: Pick<Jid, 'bare'>;
}

/** Counts what became of a crossing: a sender of whom most are refused is trying addresses out. */
export function outcomeIn(
  { partners, policy }: { readonly partners: PartnerLimits; readonly policy: PolicySet },
  now: Instant,
  must: readonly Obligation[],
  from: string,
  status: number,
): void {
  const counted = countedFor(policy, from, must);
  const isSaid = status < 300 || (status >= 400 && status < 500) || status >= 600;
  if (counted !== undefined && isSaid) partners.outcome(now, counted, status < 300);
}

/** Counts a crossing of two people, where anything bounds it. */
export function countIn(
  { partners, policy }: { readonly partners: PartnerLimits; readonly policy: PolicySet },
  now: Instant,
  kind: Crossed['kind'],
  must: readonly Obligation[],
  { from, to }: CountedEnds,
): Refusal | undefined {
  const counted = countedFor(policy, from.asciiDomain, must);
  if (counted === undefined) return undefined;
  return partners.count(now, counted, { kind, from: from.bare, to: to.bare });
}
