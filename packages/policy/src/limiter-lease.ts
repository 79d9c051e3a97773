// One budget for several processes. The budget is a record in a store that all of them see; a process takes some of it on
// loan for a while, spends that without asking, and gives back what is left. Nothing is written for each message, and the
// processes together never spend more than the budget: what a process has on loan when it dies is lost to the others until
// it has come back by itself. All steps are pure; writing a budget only if nobody else has is the store's.
import { fillBucket, type Rate } from './limiter-bucket.ts';

/** What is left for everybody, in tokens (a count of messages): a record of a store, as JSON. */
export interface Budget {
  readonly version: 1;
  readonly tokens: number;
  /** When, in milliseconds of the wall clock. */
  readonly at: number;
}

/** What a process has on loan, in tokens (a count of messages). */
export interface Lease {
  readonly tokens: number;
  /** From then on it is worth nothing, in milliseconds of the wall clock. */
  readonly until: number;
}

/** A loan, and the budget to write. */
export interface Lent {
  readonly budget: Budget;
  readonly lease: Lease;
}

/** Milliseconds that a loan holds unless a host says another: some rounds to a store, and soon back if a process dies. */
export const DEFAULT_LEASE_MS = 5_000;

/**
 * Lends up to `want` whole tokens; fewer where there are fewer, and none is a lease too: then nothing may pass before it
 * is over. No budget yet is a full one.
 */
export function leaseFrom(
  budget: Budget | undefined,
  rate: Rate,
  want: number,
  now: number,
  forMs: number = DEFAULT_LEASE_MS,
): Lent {
  const filled = fillBucket(budget, rate, now);
  const tokens = Math.max(0, Math.min(Math.floor(want), Math.floor(filled.tokens)));
  return {
    budget: { version: 1, tokens: filled.tokens - tokens, at: filled.at },
    lease: { tokens, until: now + forMs },
  };
}

/** The lease after one more has passed; undefined when none may: it is spent or over. */
export function spendLease(lease: Lease | undefined, now: number): Lease | undefined {
  if (lease === undefined || now >= lease.until || lease.tokens < 1) return undefined;
  return { tokens: lease.tokens - 1, until: lease.until };
}

/** The budget with what is left of a loan. What comes back too late is worth nothing. */
export function giveBack(budget: Budget, rate: Rate, lease: Lease, now: number): Budget {
  const filled = fillBucket(budget, rate, now);
  const back = now < lease.until ? lease.tokens : 0;
  return { version: 1, tokens: Math.min(rate.burst, filled.tokens + back), at: filled.at };
}

/** A budget out of a store, or undefined when it is none: whoever finds one that is none leaves it alone. */
export function readBudget(value: unknown): Budget | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, tokens, at } = value as Partial<Record<keyof Budget, unknown>>;
  if (version !== 1 || !isAmount(tokens) || !isAmount(at)) return undefined;
  return { version, tokens, at };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
