// How a host says whether a TLS peer may speak for a domain. Shapes only, the same in every package
// that has TLS peers; who fills them in is the host's choice.

/** The role the peer plays in TLS. */
export type TlsRole = 'client' | 'server';

/** What was decided about one certificate. */
export interface Judgement {
  readonly accepted: boolean;
  /** Domains this certificate speaks for, A-labels in lower case; empty unless accepted. */
  readonly proved: readonly string[];
  /** For traces: what names it, its fingerprint; never a key. */
  readonly certificate: string;
  /** Most telling first. */
  readonly faults: readonly JudgementFault[];
}

/** One thing that is wrong with a certificate, and in which field. */
export interface JudgementFault {
  readonly code: string;
  readonly field: string;
  readonly text: string;
}

/**
 * Judges a presented chain, DER, leaf first. With `reference` (a domain) it is accepted only if the
 * certificate speaks for it; without, if the chain holds.
 */
export type Judge = (
  presented: readonly Uint8Array[],
  peerRole: TlsRole,
  reference: string | undefined,
) => Judgement;
