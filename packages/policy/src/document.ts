// The policy document: its types. The descriptor that says which fields there are is document-shape.ts; what the
// fields mean together is compile.ts.
import type { FederationEntry } from './federation/document.ts';
import type { Traffic } from './query.ts';

/** A policy as an administrator writes it. `loadPolicy` takes it as JSON text or as a value. */
export interface PolicyDocument {
  /** Where an editor finds the schema of this document. Not read. */
  readonly $schema?: string;
  readonly version: 1;
  /** What holds when no rule speaks of a crossing. */
  readonly default: 'deny' | 'permit';
  readonly partners?: Readonly<Record<string, PartnerEntry>>;
  readonly rules: readonly RuleEntry[];
  /** Lync's objects. Absent: rules and partners alone decide. */
  readonly federation?: FederationEntry;
}

/** Facts about a partner. They hold for every crossing, whichever rule permits it. */
export interface PartnerEntry {
  /** `x` is exact, `*.x` everything below `x` but not `x`, `*` everything. */
  readonly domains: readonly string[];
  /** The side the partner is on. Absent: either. */
  readonly via?: 'sip' | 'xmpp';
  /** The name of the SIP dialect to speak. */
  readonly dialect?: string;
  /** How the partner's domain must be proved. Absent: as the protocol in use asks by itself. */
  readonly prove?: 'certificate' | 'dialback' | 'address';
  /** Further names its certificate may carry instead of the domain: a proxy's or an edge's. */
  readonly certificateNames?: readonly string[];
  /** IP addresses and networks (`192.0.2.0/24`) it comes from. */
  readonly addresses?: readonly string[];
  /** What XMPP links with it may and must use. Absent fields follow from `prove`. */
  readonly xmpp?: XmppEntry;
  /** How much may come from it. Absent: as much as the gateway takes. */
  readonly limits?: LimitsEntry;
  readonly note?: string;
}

/** What XMPP links with a partner may and must use, as an administrator writes it. */
export interface XmppEntry {
  readonly tls?: 'required' | 'optional' | 'never';
  /** SASL EXTERNAL. */
  readonly sasl?: 'required' | 'optional' | 'never';
  readonly dialback?: boolean;
  /** Stream management, so that what a broken link took is known. Absent: where the partner offers it. */
  readonly management?: boolean;
  /** Streams that carry both directions, where the partner knows how. Absent: yes. */
  readonly bidi?: boolean;
}

/**
 * How much may come from a partner. Rates in a second; a burst is how many may come at once, and is the rate
 * where it is not written. What a partner may do, all its domains may do together.
 */
export interface LimitsEntry {
  readonly messagesPerSecond?: number;
  readonly messageBurst?: number;
  readonly subscriptionsPerSecond?: number;
  readonly subscriptionBurst?: number;
  /** From one of its users. */
  readonly perUserMessagesPerSecond?: number;
  readonly perUserBurst?: number;
  /** Connections open at a time. */
  readonly connections?: number;
}

/**
 * One rule. It names its subject in one way: `domains` or `partner` (a crossing where either end is
 * one of them), or `from`, `to` or both (that end).
 */
export interface RuleEntry {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly domains?: readonly string[];
  readonly partner?: string;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  /** Absent: all of it. */
  readonly traffic?: readonly Traffic[];
  /** What a permit asks of the ends it names. */
  readonly must?: readonly Must[];
  readonly note?: string;
}

/** `tls`: the link is encrypted. `certificate`: and its certificate proves the domain. */
export type Must = 'tls' | 'certificate';
