// Suspicious traffic: who is mostly told that there is no such user is trying addresses out. Successes and failures are
// counted and fade, half of both each half-life; above the share of failures the sender is slowed down, and below it
// again once it does better. Lync judges by the same ratio and does not say where it draws the line: this line is ours.

/** Where the line is. */
export interface SuspicionLimits {
  /** Answers below which nothing is said of anybody: a few wrong addresses are everybody's. */
  readonly answers: number;
  /** The share of failures, 0 to 1, from which traffic is suspicious. */
  readonly failures: number;
  /** Milliseconds in which what was counted halves. */
  readonly halfLifeMs: number;
}

/** The line that is drawn unless a host draws another. */
export const DEFAULT_SUSPICION: SuspicionLimits = {
  answers: 20,
  failures: 0.5,
  halfLifeMs: 60_000,
};

/** Counts of answers that were good and bad, fading; JSON, so that a store can keep it. */
export interface Suspicion {
  readonly good: number;
  readonly bad: number;
  /** When, in milliseconds. */
  readonly at: number;
}

/** Counts an answer to something that came from there. */
export function countAnswer(
  before: Suspicion | undefined,
  isSuccess: boolean,
  now: number,
  limits: SuspicionLimits = DEFAULT_SUSPICION,
): Suspicion {
  const { good, bad, at } = faded(before, now, limits);
  return isSuccess ? { good: good + 1, bad, at } : { good, bad: bad + 1, at };
}

/** Whether traffic is suspicious now. */
export function isSuspicious(
  counted: Suspicion | undefined,
  now: number,
  limits: SuspicionLimits = DEFAULT_SUSPICION,
): boolean {
  const { good, bad } = faded(counted, now, limits);
  const answers = good + bad;
  return answers >= limits.answers && bad >= limits.failures * answers;
}

function faded(
  counted: Suspicion | undefined,
  now: number,
  { halfLifeMs }: SuspicionLimits,
): Suspicion {
  if (counted === undefined) return { good: 0, bad: 0, at: now };
  const part = 0.5 ** (Math.max(0, now - counted.at) / halfLifeMs);
  const at = Math.max(now, counted.at);
  return { good: counted.good * part, bad: counted.bad * part, at };
}
