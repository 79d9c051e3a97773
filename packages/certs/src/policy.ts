// What a chain has to be beyond RFC 5280 §6: strength, and how closely it keeps to the profile.
// Data only; strength.ts and profile.ts ask the questions.

import type { HashName } from './algorithm.ts';

/** What a chain's keys, signatures and form have to be. */
export interface ChainPolicy {
  /** Bits of an RSA modulus. */
  readonly minRsaBits: number;
  /**
   * Bits of an RSA modulus. A check costs the square of them, and the exponent is the signer's
   * choice; no public root has more than 4096.
   */
  readonly maxRsaBits: number;
  /** Hash functions allowed in a signature. */
  readonly hashes: readonly HashName[];
  /** Named curves allowed for a key. */
  readonly curves: readonly string[];
  /** Departures from the profile that are let pass, each by its name. */
  readonly lenient: readonly Leniency[];
}

/**
 * `no-authority-key-id`: a certificate without authorityKeyIdentifier, as small private authorities
 * make them. `root-form`: a trusted root whose own certificate departs from the profile.
 * `name-constraints-not-critical`: they bind all the same, but older software would overlook them.
 */
export type Leniency = 'no-authority-key-id' | 'root-form' | 'name-constraints-not-critical';

/**
 * The default: no MD5, no SHA-1, no DSA, RSA from 2048 bits, the curves of TLS. A root is trusted
 * for its name and key (RFC 5280 §6.1.1), not for its form, which four public roots of 2026 do not
 * keep; public authorities may leave name constraints uncritical.
 */
export const DEFAULT_POLICY: ChainPolicy = {
  minRsaBits: 2048,
  maxRsaBits: 4096,
  hashes: ['sha224', 'sha256', 'sha384', 'sha512'],
  curves: ['P-256', 'P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'],
  lenient: ['root-form', 'name-constraints-not-critical'],
};

/** The default without any leniency. */
export const STRICT_POLICY: ChainPolicy = { ...DEFAULT_POLICY, lenient: [] };
