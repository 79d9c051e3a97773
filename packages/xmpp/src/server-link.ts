// What a link between two servers may and must be: the rules of a partner, the facts of a proved stream, the
// judge and digest that are handed in. RFC 6120 §13.7 to §13.9, XEP-0178 §3, XEP-0220 §2. How a stream obeys
// them is stream/initiate.ts and stream/answer.ts.

/** Milliseconds of the clock handed in, which never steps back. */
export type Instant = number;

/** One `receive`, then `next` until undefined, then wait for input or `wakeAt`. */
export interface Machine<In, Out> {
  /** The only door: bytes, commands, answers, the clock. */
  receive(now: Instant, input: In): void;
  /** What is to be done next, in order. */
  next(): Out | undefined;
  /** When a tick is due; Infinity when idle. */
  readonly wakeAt: Instant;
}

/** A fresh unguessable token, `[a-z0-9]{26,}`. */
export type DrawToken = () => string;

/** The role a peer plays in TLS. */
export type TlsRole = 'client' | 'server';

/** Whether a certificate speaks for the peer. */
export interface Judgement {
  readonly accepted: boolean;
  /** Domains (A-labels, lower case) that the certificate speaks for; empty unless accepted. */
  readonly proved: readonly string[];
  /** What names the certificate in traces. */
  readonly certificate: string;
  readonly faults: readonly JudgementFault[];
}

/** One reason why a certificate was not accepted. */
export interface JudgementFault {
  readonly code: string;
  readonly field: string;
  readonly text: string;
}

/** Judges what was presented: DER, leaf first. @spec RFC 6120 §13.7.2 */
export type Judge = (
  presented: readonly Uint8Array[],
  peerRole: TlsRole,
  reference: string | undefined,
) => Judgement;

/** The digests dialback needs, in lower-case hex; `equal` takes the same time wherever they differ. */
export interface Digest {
  sha256(text: string): string;
  hmacSha256(key: string, text: string): string;
  sha1(text: string): string;
  equal(a: string, b: string): boolean;
}

/** What the links with one partner may and must use. @spec RFC 6120 §13.9; XEP-0178 §3; XEP-0220 §2.4 */
export interface LinkRules {
  readonly tls: 'required' | 'optional' | 'never';
  /** SASL EXTERNAL; `required` rules dialback out. */
  readonly sasl: 'required' | 'optional' | 'never';
  /** Whether a domain may be proved by calling it back. */
  readonly dialback: boolean;
  /** Whether stream management is offered and asked for; default yes. @spec XEP-0198 §2 */
  readonly management?: boolean;
  /** Whether one stream may carry both directions, where the other end knows how; default yes. @spec XEP-0288 §2.1 */
  readonly bidi?: boolean;
}

/** TLS always; a certificate where it holds, dialback where it does not: today's federation. */
export const DEFAULT_LINK_RULES: LinkRules = {
  /** Federation in the clear has ended in the field; a partner that needs it gets a rule. */
  tls: 'required',
  /** A certificate proves more than dialback, and not every peer has one that holds. */
  sasl: 'optional',
  /** Without it peers whose certificates lack clientAuth would be lost. */
  dialback: true,
};

/** Where the other end of a connection is. */
export interface Remote {
  readonly address: string;
  readonly port: number;
}

/** What is known of the stream a stanza came by. */
export interface LinkFacts {
  readonly proof: Proof;
  readonly tls: boolean;
  readonly remote: Remote;
  readonly stream: string;
  readonly certificate?: string;
}

/** What proves a domain on a stream; `component`: the server behind which we sit says so. @spec XEP-0114 §4 */
export type Proof = 'certificate' | 'dialback' | 'component';

/**
 * Why a stanza could not be handed over. `expired`: it waited too long for a stream. `unacknowledged`: it was written to
 * a stream with stream management that is over, and the peer had not acknowledged it: it may or may not have been read.
 */
export type SendFailure =
  | 'not-found'
  | 'unreachable'
  | 'timeout'
  | 'certificate'
  | 'dialback'
  | 'policy'
  | 'stream-error'
  | 'closed'
  | 'overload'
  | 'expired'
  | 'unacknowledged';

/**
 * What a stanza came with from a peer that counts on acknowledgement: handed back in when the stanza is `handled`.
 * Nobody else reads it.
 * @spec XEP-0198 §4
 */
export interface Receipt {
  readonly stream: string;
  /** Of the session of stream management, which may outlive the stream. */
  readonly session: string;
  /** Which stanza of the session, from 1. */
  readonly number: number;
}
