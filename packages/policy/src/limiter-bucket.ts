// Token buckets as values: so many a second, and so many at once. A step takes a bucket and the time and gives the next
// bucket; who keeps it, and where, is the host's. Time that goes backwards fills nothing and takes nothing away.

/** How much may pass. */
export interface Rate {
  /** Tokens that come back each second; 0: none ever does. */
  readonly perSecond: number;
  /** Tokens that a full bucket holds: so many may pass at once. */
  readonly burst: number;
}

/** A bucket; JSON, so that a store can keep it. */
export interface Bucket {
  /** Tokens in it at `at`; parts of one too. */
  readonly tokens: number;
  /** When it was last looked at, in milliseconds. */
  readonly at: number;
}

/** What came of taking. */
export interface Taken {
  readonly bucket: Bucket;
  readonly isTaken: boolean;
  /** Milliseconds after which it would be; 0 when it was, `Infinity` when it never will be. */
  readonly waitMs: number;
}

/** Takes tokens, all or none. No bucket yet is a full one. */
export function takeTokens(
  bucket: Bucket | undefined,
  rate: Rate,
  now: number,
  count: number = 1,
): Taken {
  const filled = fillBucket(bucket, rate, now);
  if (filled.tokens < count) {
    return { bucket: filled, isTaken: false, waitMs: waitFor(count - filled.tokens, count, rate) };
  }
  return { bucket: { tokens: filled.tokens - count, at: filled.at }, isTaken: true, waitMs: 0 };
}

/** The bucket as it is now. A rate that has become smaller takes away what no longer fits. */
export function fillBucket(bucket: Bucket | undefined, rate: Rate, now: number): Bucket {
  if (bucket === undefined) return { tokens: rate.burst, at: now };
  const passed = Math.max(0, now - bucket.at);
  const tokens = Math.min(rate.burst, bucket.tokens + (passed * rate.perSecond) / 1000);
  return { tokens, at: Math.max(now, bucket.at) };
}

function waitFor(missing: number, count: number, { perSecond, burst }: Rate): number {
  return perSecond <= 0 || count > burst ? Infinity : Math.ceil((missing * 1000) / perSecond);
}
