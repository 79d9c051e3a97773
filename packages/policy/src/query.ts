// What is asked of a policy, and what it answers.
import type { Mark, PolicyQuestion } from './federation/facts.ts';

/** What crosses. `composing` and `receipt` go with messages but may be forbidden apart. */
export type Traffic = 'message' | 'presence' | 'composing' | 'receipt' | 'chat' | 'audio' | 'video';

/** One crossing. Domains may be in any spelling: `evaluate` normalises them. */
export interface Query {
  readonly from: string;
  readonly to: string;
  /** The side it came from. */
  readonly via: 'sip' | 'xmpp';
  /** The side it goes to. Absent: the other one. */
  readonly toward?: 'sip' | 'xmpp';
  readonly traffic: Traffic;
  /** The IP address it came from, where that is known. */
  readonly address?: string;
  /**
   * The user parts, as they are (not escaped). Absent: nothing is decided for users. Empty: the domain itself, which to a
   * recipient is a sender as any other, and on our side nobody.
   */
  readonly fromUser?: string;
  readonly toUser?: string;
  /**
   * Names of the server's certificate on the connection it came by, or would leave by (SAN; the subject only where there
   * is no SAN). Absent: not known yet, and what it must carry becomes an obligation.
   */
  readonly peerNames?: readonly string[];
  /** The mark the sender's own edge put on it. */
  readonly mark?: Mark;
}

/** The level at which a crossing is decided. */
export type Level = 'domain' | 'user' | 'recipient';

/** The answer to a query. */
export interface Verdict {
  readonly effect: 'permit' | 'forbid';
  /** The ids of the rules that decided, sorted; or one of `REASONS`. */
  readonly by: readonly string[];
  /** What has to hold for a permit to stand: everything any permit in `by` asks. */
  readonly must: readonly Obligation[];
  /** Ids of permits that speak of this crossing and were overruled, sorted. */
  readonly skipped: readonly string[];
  /** Where a forbid was found; the last level asked for a permit. Absent where only rules were asked. */
  readonly level?: Level;
  /** The number Lync would give in `ms-diagnostics`, where it has one. */
  readonly diagnostics?: number;
  /** What would have had to be known; with it the verdict may be another. Only in a forbid. */
  readonly unknown?: readonly PolicyQuestion[];
}

/** Something the host has to see to before the crossing happens. */
export type Obligation =
  | {
      readonly kind: 'prove';
      readonly end: End;
      /** `dialback` is met by a certificate too; `address` by `addressIn(partner.addresses, ip)`. */
      readonly by: Proof;
    }
  | { readonly kind: 'tls'; readonly end: End }
  | FederationObligation;

/** What Lync's objects ask for. */
export type FederationObligation =
  /** The server's certificate at that end carries one of these names. */
  | { readonly kind: 'peer-name'; readonly end: End; readonly names: readonly string[] }
  /** A trust header that came from outside is taken away. */
  | { readonly kind: 'strip-trust' }
  /** What inner servers are told of the sender. */
  | {
      readonly kind: 'mark';
      readonly source: 'directPartner' | 'autoFederation' | 'authorizedServer';
      readonly network: 'federation' | 'publiccloud';
      readonly user: Mark;
    }
  /** What leaves is marked as the edge is told to. */
  | { readonly kind: 'mark-outgoing'; readonly user: Mark }
  | {
      readonly kind: 'encrypt-media';
      readonly level: 'requireEncryption' | 'supportEncryption' | 'doNotSupportEncryption';
    }
  /** The address at this end is written for the provider (`to`), or read back from it (`from`). */
  | {
      readonly kind: 'decorate';
      readonly end: End;
      readonly domain: string;
      readonly except: readonly string[];
    }
  | { readonly kind: 'archive'; readonly stopOnFailure: boolean }
  | { readonly kind: 'disclaimer' }
  | {
      readonly kind: 'filter';
      readonly action: 'allow' | 'block' | 'warn';
      readonly prefixes: readonly string[];
      readonly text: string;
    }
  /** Counted against the bounds of a class of peers, under this domain. */
  | { readonly kind: 'rate'; readonly class: 'discovered' | 'partner'; readonly domain: string }
  /** Status notes are not shown to the recipient. */
  | { readonly kind: 'no-notes' }
  /** Presence is shown, and a first message let in, only once the local user has added the other. */
  | { readonly kind: 'added-first' };

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
