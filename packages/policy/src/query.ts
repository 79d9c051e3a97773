// What is asked of a policy, and what it answers.

/** What crosses. `composing` and `receipt` go with messages but may be forbidden apart. */
export type Traffic = 'message' | 'presence' | 'composing' | 'receipt' | 'chat' | 'audio' | 'video';

/** One crossing. Domains may be in any spelling: `evaluate` normalises them. */
export interface Query {
  readonly from: string;
  readonly to: string;
  /** The side it came from; the other end is on the other side. */
  readonly via: 'sip' | 'xmpp';
  readonly traffic: Traffic;
  /** The IP address it came from, where that is known. */
  readonly address?: string;
}

/** The answer to a query. */
export interface Verdict {
  readonly effect: 'permit' | 'forbid';
  /** The ids of the rules that decided, sorted; or one of `REASONS`. */
  readonly by: readonly string[];
  /** What has to hold for a permit to stand: everything any permit in `by` asks. */
  readonly must: readonly Obligation[];
  /** Ids of permits that speak of this crossing and were overruled, sorted. */
  readonly skipped: readonly string[];
}

/** Something the host has to see to before the crossing happens. */
export type Obligation =
  | {
      readonly kind: 'prove';
      readonly end: End;
      /** `dialback` is met by a certificate too; `address` by `addressIn(partner.addresses, ip)`. */
      readonly by: Proof;
    }
  | { readonly kind: 'tls'; readonly end: End };

/** One end of a crossing. */
export type End = 'from' | 'to';

/** How a domain is proved. */
export type Proof = 'certificate' | 'dialback' | 'address';

/** Names in `by` that no rule can have: the policy decided without one, or did not understand. */
export const REASONS = {
  /** No rule speaks of the crossing. */
  default: 'default',
  /** An end is not a domain name. */
  malformedDomain: 'malformed-domain',
  /** The kind of traffic is not one a policy knows. */
  unknownTraffic: 'unknown-traffic',
  /** A partner's domain on the side where that partner is not. */
  wrongSide: 'wrong-side',
  /** A partner proved by address, and the address is none of its own. */
  foreignAddress: 'foreign-address',
} as const;
