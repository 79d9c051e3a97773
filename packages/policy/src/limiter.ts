// How much may cross from a partner: one step for each crossing, over what was counted before. The bounds come from the
// policy (`limitsOf`): those of discovered partners from the Access Edge, those of a partner of the document's own from its
// entry. A partner that is listed has none of the bounds of discovered ones. Counted by partner, over all its connections;
// subscriptions count as messages do, for adding contacts is what tries addresses out.
import { countDistinct, placeOf, type Distinct } from './limiter-distinct.ts';
import { takeTokens, fillBucket, type Bucket, type Rate } from './limiter-bucket.ts';
import {
  countAnswer,
  DEFAULT_SUSPICION,
  isSuspicious,
  type Suspicion,
  type SuspicionLimits,
} from './limiter-suspicion.ts';

/** What may come from one partner. What is absent has no bound here. */
export interface TrafficLimits {
  /** Messages and subscriptions together. */
  readonly all: Rate | undefined;
  readonly messages: Rate | undefined;
  readonly subscriptions: Rate | undefined;
  /** From one of its users. */
  readonly perUser: Rate | undefined;
  /** Different addresses of ours that it may address. */
  readonly contacts: number | undefined;
  /** What is left to it while its traffic is suspicious. */
  readonly suspicious: Rate | undefined;
}

/** What was counted of one partner; JSON, so that a store can keep it. */
export interface PartnerCounts {
  readonly version: 1;
  readonly all?: Bucket;
  readonly messages?: Bucket;
  readonly subscriptions?: Bucket;
  /** The bucket of suspicious traffic, beside the others. */
  readonly slow?: Bucket;
  /** Our addresses that it has addressed. */
  readonly contacts?: Distinct;
  /** Its users by address, sorted, each with a bucket. */
  readonly users?: readonly UserBucket[];
  readonly suspicion?: Suspicion;
  /** When it was last heard, in milliseconds. Forgotten a day later at the earliest. */
  readonly heard: number;
}

/** One user of a partner. */
export interface UserBucket {
  readonly user: string;
  readonly bucket: Bucket;
}

/** What crosses, for counting. */
export interface Crossed {
  readonly kind: 'message' | 'subscription';
  /** The sender's address; absent: not counted for a user. */
  readonly from?: string;
  /** Our address, whether there is such a user or not. */
  readonly to: string;
}

/** Which bound was met. */
export type Over = 'contacts' | 'rate' | 'suspicious' | 'user-rate' | 'users';

/** What came of one crossing. */
export interface Admission {
  readonly counts: PartnerCounts;
  /** Absent: it may cross. */
  readonly over?: Over;
  /** Milliseconds after which it may; absent where waiting does not help. */
  readonly waitMs?: number;
}

/** Bounds on what is kept of one partner. */
export interface KeptLimits {
  /** Users of one partner that are counted at a time. Idle ones make room; where none is, new ones wait. */
  readonly users: number;
  /** Characters of the addresses that a partner has addressed, all together. */
  readonly characters: number;
  /** Milliseconds without a word after which a partner may be forgotten, and its addresses with it. */
  readonly forgetMs: number;
}

/** What is kept of a partner unless a host says otherwise. */
export const DEFAULT_KEPT: KeptLimits = { users: 500, characters: 64_000, forgetMs: 86_400_000 };

/** What is left to suspicious traffic. */
export const DEFAULT_SUSPICIOUS_RATE: Rate = {
  /** Messages a second, as Microsoft's documents of the Access Edge say. */
  perSecond: 1,
  /** Messages at once: whoever tries addresses out gets no more. */
  burst: 1,
};

/** Counts a crossing from a partner. What is over a bound takes nothing from the others. */
export function countCrossing(
  before: PartnerCounts | undefined,
  crossed: Crossed,
  limits: TrafficLimits,
  now: number,
  kept: KeptLimits = DEFAULT_KEPT,
  suspicion: SuspicionLimits = DEFAULT_SUSPICION,
): Admission {
  const counts: PartnerCounts = { ...before, version: 1, heard: now };
  const over = (which: Over, waitMs: number): Admission =>
    Number.isFinite(waitMs) ? { counts, over: which, waitMs } : { counts, over: which };
  const contacts = countContact(counts, crossed, limits, kept);
  if (contacts === undefined) return over('contacts', Infinity);
  const isSlow = isSuspicious(counts.suspicion, now, suspicion);
  const buckets: { -readonly [K in BucketField]?: Bucket } = {};
  for (const { field, over: which, rateOf } of BUCKETS) {
    const rate = rateOf(limits, crossed.kind, isSlow);
    if (rate === undefined) continue;
    const { bucket, isTaken, waitMs } = takeTokens(counts[field], rate, now);
    if (!isTaken) return over(which, waitMs);
    buckets[field] = bucket;
  }
  const users = countUser(counts, crossed, limits.perUser, kept, now);
  if (typeof users === 'string') return over('users', Infinity);
  if (typeof users === 'number') return over('user-rate', users);
  return {
    counts: {
      ...counts,
      ...(contacts.length === 0 ? {} : { contacts }),
      ...buckets,
      ...(users.length === 0 ? {} : { users }),
    },
  };
}

type BucketField = 'all' | 'messages' | 'subscriptions' | 'slow';

interface BucketRow {
  readonly field: BucketField;
  readonly over: Over;
  /** The rate that the bucket has for this crossing; undefined: it is not asked. */
  readonly rateOf: (
    limits: TrafficLimits,
    kind: Crossed['kind'],
    isSlow: boolean,
  ) => Rate | undefined;
}

/** The buckets that a crossing takes from, one after another; it takes from all of them or from none. */
const BUCKETS: readonly BucketRow[] = [
  { field: 'all', over: 'rate', rateOf: ({ all }) => all },
  {
    field: 'messages',
    over: 'rate',
    rateOf: ({ messages }, kind) => (kind === 'message' ? messages : undefined),
  },
  {
    field: 'subscriptions',
    over: 'rate',
    rateOf: ({ subscriptions }, kind) => (kind === 'subscription' ? subscriptions : undefined),
  },
  {
    field: 'slow',
    over: 'suspicious',
    rateOf: ({ suspicious }, _kind, isSlow) => (isSlow ? suspicious : undefined),
  },
];

/** Counts what became of a crossing: whether it was taken, or there was no such user or no leave. */
export function countOutcome(
  before: PartnerCounts | undefined,
  isSuccess: boolean,
  now: number,
  limits: SuspicionLimits = DEFAULT_SUSPICION,
): PartnerCounts {
  const suspicion = countAnswer(before?.suspicion, isSuccess, now, limits);
  return { heard: now, ...before, version: 1, suspicion };
}

/** Whether a partner has been silent for so long that it may be forgotten. */
export function isForgotten(
  { heard }: PartnerCounts,
  now: number,
  { forgetMs }: KeptLimits = DEFAULT_KEPT,
): boolean {
  return now - heard >= forgetMs;
}

/** Addresses that it has addressed, with this one; undefined when it is one too many. */
function countContact(
  { contacts }: PartnerCounts,
  { to }: Crossed,
  limits: TrafficLimits,
  { characters }: KeptLimits,
): Distinct | undefined {
  if (limits.contacts === undefined) return contacts ?? [];
  const { seen, isWithin } = countDistinct(contacts, to, { max: limits.contacts, characters });
  return isWithin ? seen : undefined;
}

/** The users with this one's bucket; milliseconds to wait; or that there is no room for one more. */
function countUser(
  { users = [] }: PartnerCounts,
  { from }: Crossed,
  rate: Rate | undefined,
  kept: KeptLimits,
  now: number,
): readonly UserBucket[] | number | 'full' {
  if (rate === undefined || from === undefined) return users;
  const names = users.map(({ user }) => user);
  const at = placeOf(names, from);
  const known = users[at]?.user === from ? users[at] : undefined;
  const { bucket, isTaken, waitMs } = takeTokens(known?.bucket, rate, now);
  if (!isTaken) return waitMs;
  if (known !== undefined) return users.with(at, { user: from, bucket });
  const room = users.length < kept.users ? users : withoutIdle(users, rate, now);
  if (room.length >= kept.users) return 'full';
  const place = placeOf(
    room.map(({ user }) => user),
    from,
  );
  return room.toSpliced(place, 0, { user: from, bucket });
}

/** Who has a full bucket is as good as unknown. */
function withoutIdle(users: readonly UserBucket[], rate: Rate, now: number): readonly UserBucket[] {
  return users.filter(({ bucket }) => fillBucket(bucket, rate, now).tokens < rate.burst);
}
