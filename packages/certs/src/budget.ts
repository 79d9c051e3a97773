// How much work and memory a stranger's certificates may cost us. Every bound has a name, a unit
// and a reason. What may be spent while one chain is searched is counted here; chain.ts asks before
// each step.

/** Bounds on what is read and on what one judgement may cost. */
export interface CertLimits {
  /**
   * Octets in one certificate. Real ones are below 8 KiB; a hundred names in a hosting certificate
   * need 20.
   */
  readonly maxCertificateBytes: number;
  /**
   * Certificates looked at in what a peer presents. Real chains have 4; a mesh of cross-signatures
   * has 40.
   */
  readonly maxPresented: number;
  /** Octets of PEM text in one file. The system's whole root store is about 256 KiB. */
  readonly maxPemBytes: number;
  /**
   * Octets in one revocation list. Those of public authorities are cut into parts of less than one
   * MiB; whole ones of private authorities are small. A list as long as this has some 90,000 entries,
   * is read in 0.03 s, once at each load, and holds 5 MB; more where serial numbers are long.
   */
  readonly maxRevocationListBytes: number;
  /** Octets of one PKCS#12 file. A key with a chain of four takes 8 KiB. */
  readonly maxPkcs12Bytes: number;
  /**
   * Rounds of key derivation that one PKCS#12 file may ask for in all. OpenSSL and Windows make about 2,000 for each of
   * three parts, Java 10,000. A round takes 4 µs (SHA-256) to 20 µs, while nothing else runs: the default at most a second.
   * For a file of your own that asks for more, raise it up to {@link MOST_KEY_ROUNDS}, which take 4 to 20 seconds.
   */
  readonly maxKeyRounds: number;
  /** Levels of nested DER. A certificate needs 9. */
  readonly maxDepth: number;
  /** DER values in one certificate: what a name list of the size above needs. */
  readonly maxNodes: number;
  /** Names kept from one certificate. Public authorities stop at 100 to 250. */
  readonly maxNames: number;
  /** Signatures checked for one chain: one check of a 4096-bit key takes about 0.2 ms. */
  readonly maxSignatures: number;
  /** Candidate issuers looked at for one chain, over all branches. */
  readonly maxSteps: number;
  /**
   * Name comparisons made for name constraints in one chain: stops 1,000 names by 1,000
   * constraints.
   */
  readonly maxComparisons: number;
  /** Certificates in one path, leaf and anchor counted. */
  readonly maxPathLength: number;
  /** Faults kept for one chain; the most telling ones stay. */
  readonly maxFaults: number;
  /** Chains a judge remembers as good, so that a known peer costs no signature. */
  readonly maxRemembered: number;
  /**
   * Chains a judge remembers as bad, apart from the good ones: a chain made to be dear costs 0.1 s
   * each time it is searched. One takes 20 KiB at worst.
   */
  readonly maxRefused: number;
  /**
   * Milliseconds a bad chain is remembered: long enough that asking for it again is pointless, short
   * enough that nobody waits for it. No longer than until a certificate begins or ends.
   */
  readonly maxRefusedMs: number;
}

/** The bounds used unless the host says otherwise. */
export const DEFAULT_LIMITS: CertLimits = {
  maxPkcs12Bytes: 262_144,
  maxKeyRounds: 60_000,
  maxCertificateBytes: 65_536,
  maxPresented: 64,
  maxPemBytes: 2_097_152,
  maxRevocationListBytes: 2_097_152,
  maxDepth: 24,
  maxNodes: 16_384,
  maxNames: 1_024,
  maxSignatures: 100,
  maxSteps: 400,
  maxComparisons: 250_000,
  maxPathLength: 12,
  maxFaults: 32,
  maxRemembered: 1_000,
  maxRefused: 256,
  maxRefusedMs: 60_000,
};

/** Rounds of key derivation that no host may allow beyond: a process that opens a file answers nobody meanwhile. */
export const MOST_KEY_ROUNDS = 1_000_000;

/** What is left to spend on one chain. */
export interface Budget {
  signatures: number;
  steps: number;
  comparisons: number;
  /** The first thing that ran out, if one did. */
  spent: keyof CertLimits | undefined;
}

/** A full purse. */
export function openBudget(limits: CertLimits): Budget {
  return {
    signatures: limits.maxSignatures,
    steps: limits.maxSteps,
    comparisons: limits.maxComparisons,
    spent: undefined,
  };
}

/** Takes one signature check; false when none is left. */
export function spendSignature(budget: Budget): boolean {
  if (budget.signatures > 0) {
    budget.signatures -= 1;
    return true;
  }
  budget.spent ??= 'maxSignatures';
  return false;
}

/** Takes one look at a candidate issuer; false when none is left. */
export function spendStep(budget: Budget): boolean {
  if (budget.steps > 0) {
    budget.steps -= 1;
    return true;
  }
  budget.spent ??= 'maxSteps';
  return false;
}

/** Takes `count` name comparisons; false when they are not left. */
export function spendComparisons(budget: Budget, count: number): boolean {
  if (budget.comparisons >= count) {
    budget.comparisons -= count;
    return true;
  }
  budget.spent ??= 'maxComparisons';
  return false;
}
