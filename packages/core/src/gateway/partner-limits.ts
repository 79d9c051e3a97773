// How much comes from each partner: what was counted of it, over all its domains and connections and by whatever half of the
// gateway it came, messages and subscriptions alike. The bounds and the steps are the policy's (`limitsOf`, `countCrossing`);
// here is the table, which is bounded: partners that have been silent for long are forgotten for new ones, and where nobody
// is, new ones wait.
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

  /** Counts something that is to cross for each of these, or for none; the refusal where it is too much for one. */
  count(now: Instant, counted: readonly Counted[], crossed: Crossed): Refusal | undefined {
    if (!this.#hasRoomFor(counted, now)) return refused('queue-full');
    const steps = counted.map(({ partner, limits }) => {
      const kept = this.#kept.get(partner) ?? { partner, counts: UNHEARD, place: undefined };
      return { kept, ...countCrossing(kept.counts, crossed, limits, now) };
    });
    const met = steps.find(({ over }) => over !== undefined);
    for (const step of met === undefined ? steps : [met]) this.#keep(step.kept, step.counts);
    return met?.over === undefined ? undefined : tooMuch(met.over, met.waitMs);
  }

  /** Counts what became of something: whoever mostly fails is slowed down. */
  outcome(now: Instant, counted: readonly Counted[], isSuccess: boolean): void {
    for (const { partner, limits } of counted) {
      const known = this.#kept.get(partner);
      if (known === undefined || limits.suspicious === undefined) continue;
      this.#keep(known, countOutcome(known.counts, isSuccess, now));
    }
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

  #hasRoomFor(counted: readonly Counted[], now: Instant): boolean {
    const isNew = ({ partner }: Counted): boolean => !this.#kept.has(partner);
    while (this.#kept.size + counted.filter(isNew).length > this.#most)
      if (!this.#forgetsOne(now)) return false;
    return true;
  }

  #forgetsOne(now: Instant): boolean {
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
 * Whom something from a domain is counted for: the discovered partner that its verdict names, and the partners of the
 * document's own that the domain, and the name it is counted under, belong to. Nobody where there is no bound, as for most.
 */
export function countedFor(
  policy: PolicySet,
  from: string,
  must: readonly Obligation[],
): readonly Counted[] {
  const duty = must.find(isRate);
  if (duty === undefined && policy.partners.size === 0) return NOBODY;
  const own = ownOf(policy, from);
  const named = duty === undefined || duty.domain === from ? NOBODY : ownOf(policy, duty.domain);
  const others = named[0]?.partner === own[0]?.partner ? NOBODY : named;
  return [...discoveredOf(policy, duty), ...own, ...others];
}

/** The bounds of its class alone: those of an entry hold for all domains of that entry together. */
function discoveredOf(policy: PolicySet, duty: Counting | undefined): readonly Counted[] {
  if (duty?.class !== 'discovered') return NOBODY;
  const { all, contacts, suspicious } = limitsOf(policy, duty);
  const limits = { ...BOUNDLESS, all, contacts, suspicious };
  return [{ partner: `discovered ${duty.domain}`, limits }];
}

function ownOf(policy: PolicySet, domain: string): readonly Counted[] {
  const partner = partnerOf(policy, domain);
  if (partner?.limits === undefined) return NOBODY;
  const limits = limitsOf(policy, { class: 'partner', domain });
  return [{ partner: `partner ${partner.id}`, limits }];
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

const NOBODY: readonly Counted[] = [];
const UNHEARD: PartnerCounts = { version: 1, heard: 0 };
const BOUNDLESS: TrafficLimits = {
  all: undefined,
  messages: undefined,
  subscriptions: undefined,
  perUser: undefined,
  contacts: undefined,
  suspicious: undefined,
};

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
  if (isSaid) partners.outcome(now, counted, status < 300);
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
  if (counted.length === 0) return undefined;
  return partners.count(now, counted, { kind, from: from.bare, to: to.bare });
}
