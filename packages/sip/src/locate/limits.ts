// How much one location may ask and take, and how long its outcome may be kept. Whoever runs a domain
// decides what its zone says, so every count here is a stranger's choice until it is bounded.

/** Bounds of one location. Counts, and seconds where told. */
export interface LocateLimits {
  /** Records looked at in one answer, in the order given: large farms publish a dozen. */
  readonly recordsPerAnswer: number;
  /** Addresses taken of one host, so that the first host does not take every target. */
  readonly addressesPerHost: number;
  /** Questions asked for one location: NAPTR, a few SRV names, and the hosts these tell. */
  readonly questions: number;
  /** Targets in the outcome: a request's time is over long before so many were tried. */
  readonly targets: number;
  /** Seconds an outcome with targets may be kept at most, whatever the zone says: one day. */
  readonly positiveTtl: number;
  /**
   * Seconds a `not-found` may be kept at most, and what was found only behind a no to SRV: a domain that joins is
   * reached in five minutes.
   */
  readonly negativeTtl: number;
  /** Seconds an outcome may be kept when a question failed: long enough not to ask for every message. */
  readonly failedTtl: number;
}

/** The bounds used where the host names none. */
export const DEFAULT_LOCATE_LIMITS: LocateLimits = {
  recordsPerAnswer: 64,
  addressesPerHost: 8,
  questions: 24,
  targets: 32,
  positiveTtl: 86_400,
  negativeTtl: 300,
  failedTtl: 30,
};
