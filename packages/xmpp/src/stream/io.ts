// What goes into one stream and what comes out of it. The machine is stream.ts.
import type { Fault, StreamCondition } from '../fault.ts';
import type { Jid } from '../jid.ts';
import type {
  Digest,
  DrawToken,
  Judge,
  Judgement,
  LinkRules,
  Proof,
  SendFailure,
  TlsRole,
} from '../server-link.ts';
import type { XmlElement } from '../xml/element.ts';
import type { DialbackKey, Verdict } from './dialback.ts';
import type { DomainName } from './domain.ts';
import type { StreamLimits, StreamTimers } from './limits.ts';
import type { Session } from './management.ts';

/** What both ends of a stream are handed. */
export interface StreamSurroundings {
  readonly drawToken: DrawToken;
  readonly digest: Digest;
  readonly keys: DialbackKey;
  readonly judge: Judge;
  /** The rules for a partner, by A-label domain; undefined when the peer has not named itself. */
  readonly rules: (partner: string | undefined) => LinkRules;
  /** Whether a domain (A-labels) is served here. */
  readonly hosts: (domain: string) => boolean;
  readonly limits: StreamLimits;
  readonly timers: StreamTimers;
  /** When a stanza counts as handled in a session; default `taken`. @spec XEP-0198 §4 */
  readonly acknowledge?: 'taken' | 'handled';
  /** The session a peer of ours left behind, given up by whatever stream has it; sessions are kept only when handed in. @spec XEP-0198 §5 */
  readonly resume?: (id: string, ours: DomainName, theirs: DomainName) => Session | undefined;
}

/** Which end of which stream. `direct`: TLS from the first byte. */
export type StreamEnd =
  | {
      readonly role: 'initiator';
      readonly from: DomainName;
      readonly to: DomainName;
      readonly direct: boolean;
      /** A session whose stream was lost, to go on with. @spec XEP-0198 §5 */
      readonly resume?: Session;
    }
  | { readonly role: 'receiver'; readonly direct: boolean };

/** A key to be checked by the authoritative server at the other end. @spec XEP-0220 §2.1.2 */
export interface VerifyRequest {
  readonly from: DomainName;
  readonly to: DomainName;
  readonly id: string;
  readonly key: string;
}

/** What enters a stream. */
export type StreamInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'secured'; readonly presented: readonly Uint8Array[] }
  | { readonly kind: 'tls-failed'; readonly text: string }
  | { readonly kind: 'lost'; readonly text: string }
  /** Initiator: prove our domain to the peer, by certificate or dialback, as soon as the stream is ready. */
  | { readonly kind: 'prove' }
  /** Initiator: have a key verified as soon as the stream is ready. */
  | { readonly kind: 'verify'; readonly request: VerifyRequest }
  /**
   * Initiator, and receiver where both directions are agreed: send a stanza, as `writeStanza(stanza, 'jabber:server')` gives it; only after `proved`. Its tag comes back
   * with `acknowledged`, or is left in the session.
   */
  | { readonly kind: 'stanza'; readonly text: string; readonly tag?: unknown }
  /** The host is done with a stanza of the session. @spec XEP-0198 §4 */
  | { readonly kind: 'handled'; readonly number: number }
  /** The session goes on elsewhere: the stream gives it up and closes. @spec XEP-0198 §5 */
  | { readonly kind: 'replaced' }
  /** Receiver: what became of a claim, told by its domains and the id of its request. */
  | {
      readonly kind: 'verdict';
      readonly from: DomainName;
      readonly to: DomainName;
      readonly id: string;
      readonly verdict: Verdict;
    }
  | { readonly kind: 'tick' }
  | { readonly kind: 'close'; readonly condition?: StreamCondition };

/** What leaves a stream, for whoever owns it to perform. */
export type StreamOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'start-tls'; readonly role: TlsRole; readonly domain: string }
  | { readonly kind: 'disconnect' }
  /** Initiator: stanzas may be sent. Receiver: the peer may send them for this pair. */
  | {
      readonly kind: 'proved';
      readonly from: DomainName;
      readonly to: DomainName;
      readonly proof: Proof;
    }
  /** Initiator: the peer refused the pair. */
  | { readonly kind: 'unproved'; readonly verdict: Verdict }
  /** Receiver: a peer claims a pair; ask the claimed domain, then hand in a verdict. */
  | { readonly kind: 'claim'; readonly request: VerifyRequest }
  /** Initiator: the authoritative server has answered. */
  | { readonly kind: 'verified'; readonly request: VerifyRequest; readonly verdict: Verdict }
  | {
      readonly kind: 'stanza';
      readonly element: XmlElement;
      readonly from: Jid;
      readonly to: Jid;
      readonly proof: Proof;
      /** Its number in the session of stream management, if there is one. */
      readonly number?: number;
    }
  /** A session of stream management has begun, or goes on, on this stream. @spec XEP-0198 §3, §5 */
  | { readonly kind: 'managed'; readonly session: Session }
  /** The peer took these. @spec XEP-0198 §4 */
  | { readonly kind: 'acknowledged' | 'unacknowledged'; readonly tags: readonly unknown[] }
  /** Receiver: a stanza between proved domains whose `from` or `to` is no address. @spec RFC 6120 §8.3.3.8 */
  | {
      readonly kind: 'refused-stanza';
      readonly element: XmlElement;
      readonly from: DomainName;
      readonly to: DomainName;
      readonly fault: Fault;
    }
  | { readonly kind: 'refused-peer'; readonly domain: string; readonly judgement: Judgement }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | StreamEnded;

/** Said once: nothing will be sent or delivered any more. */
export interface StreamEnded {
  readonly kind: 'ended';
  readonly reason: SendFailure;
  readonly text: string;
  /** The stream error that ended it, theirs or ours. */
  readonly condition?: StreamCondition;
  readonly judgement?: Judgement;
}
