// What goes into the endpoint and what comes out of it: the whole surface between this package and a host with
// sockets. The machine is ../endpoint.ts; the shell with Node's sockets is ../node.
import type { Fault } from '../fault.ts';
import type { Jid } from '../jid.ts';
import type {
  Digest,
  DrawToken,
  Judge,
  Judgement,
  LinkFacts,
  LinkRules,
  Receipt,
  Remote,
  SendFailure,
  TlsRole,
} from '../server-link.ts';
import type { Stanza } from '../stanza.ts';
import type { XmlElement } from '../xml/element.ts';
import type { XmppLimits, XmppTimers } from './limits.ts';

/** What an endpoint is handed. */
export interface XmppEndpointOptions {
  /** Whether a domain (A-labels, lower case) is served here. */
  readonly domains: (domain: string) => boolean;
  readonly drawToken: DrawToken;
  readonly digest: Digest;
  /** The dialback secret, the same for all machines that serve these domains. @spec XEP-0185 §2 */
  readonly secret: string;
  readonly judge: Judge;
  /** The rules for a partner by A-label domain; `''` for one that has not named itself. */
  readonly rules?: (partner: string) => LinkRules;
  readonly limits?: Partial<XmppLimits>;
  readonly timers?: Partial<XmppTimers>;
  /** From 0 to 1, to spread reconnections; 0.5 when not handed in. */
  readonly random?: () => number;
  /**
   * When a stanza counts as handled towards a peer with stream management: as soon as it is `taken`, or, in order, once
   * its receipt has been handed in. Default: `taken`.
   * @spec XEP-0198 §4
   */
  readonly acknowledge?: 'taken' | 'handled';
}

/** Where a server may be reached. @spec RFC 6120 §3.2; XEP-0368 §3 */
export interface XmppTarget {
  readonly address: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly direct: boolean;
}

/** Why no connection came about. */
export type ConnectFailure = 'refused' | 'timeout' | 'certificate' | 'tls' | 'unreachable';

/** What a stanza may ask of the stream that carries it. */
export type StanzaNeed = 'certificate' | 'tls';

/** A stanza to be delivered to another domain. */
export interface StanzaCommand {
  readonly kind: 'stanza';
  readonly element: XmlElement;
  readonly from: Jid;
  readonly to: Jid;
  readonly context: unknown;
  /**
   * Fail with `certificate` unless the peer's certificate speaks for the domain of `to`, or unless the
   * stream is at least protected by TLS.
   */
  readonly need?: StanzaNeed;
}

/** What enters the endpoint. */
export type XmppInput =
  | { readonly kind: 'bytes'; readonly stream: string; readonly bytes: Uint8Array }
  | {
      readonly kind: 'accepted';
      readonly stream: string;
      readonly remote: Remote;
      readonly direct?: boolean;
    }
  | {
      readonly kind: 'connected';
      readonly connect: string;
      readonly stream: string;
      readonly remote: Remote;
    }
  | {
      readonly kind: 'connect-failed';
      readonly connect: string;
      readonly reason: ConnectFailure;
      readonly text?: string;
    }
  | {
      readonly kind: 'secured';
      readonly stream: string;
      readonly presented: readonly Uint8Array[];
    }
  | { readonly kind: 'tls-failed'; readonly stream: string; readonly text: string }
  | { readonly kind: 'closed'; readonly stream: string; readonly reason?: string }
  | StanzaCommand
  | {
      readonly kind: 'located';
      readonly domain: string;
      readonly targets: readonly XmppTarget[] | 'not-found' | 'failed';
    }
  /** The host is done with a stanza, whatever became of it. @spec XEP-0198 §4 */
  | { readonly kind: 'handled'; readonly receipt: Receipt }
  /** Tell which pairs of domains there are links between, as `links`. */
  | { readonly kind: 'review' }
  /** Two domains may not talk any more: what waits fails with `policy`, and their streams are closed. */
  | ({ readonly kind: 'part' } & DomainPair)
  | { readonly kind: 'tick' }
  | { readonly kind: 'close' };

/** One of our domains and another, A-labels. */
export interface DomainPair {
  readonly ours: string;
  readonly theirs: string;
}

/** What leaves the endpoint. */
export type XmppOutput =
  | { readonly kind: 'send'; readonly stream: string; readonly bytes: Uint8Array }
  | { readonly kind: 'locate'; readonly domain: string }
  | {
      readonly kind: 'connect';
      readonly connect: string;
      /** Our domain that calls. */
      readonly local: string;
      readonly domain: string;
      readonly target: XmppTarget;
    }
  | {
      readonly kind: 'start-tls';
      readonly stream: string;
      /** Ours. */
      readonly role: TlsRole;
      /** Client: the name to ask for (SNI). Server: the domain that was called. */
      readonly domain: string;
      /** Our domain of the stream. */
      readonly local: string;
    }
  | { readonly kind: 'disconnect'; readonly stream: string }
  | XmppEvent;

/** What the host is told. */
export type XmppEvent =
  | {
      readonly kind: 'stanza';
      readonly stanza: Stanza;
      readonly from: Jid;
      readonly to: Jid;
      readonly link: LinkFacts;
      /** There when the peer uses stream management on the stream. */
      readonly receipt?: Receipt | undefined;
    }
  /**
   * What became of a stanza: `sent` when it was written to a proved stream, then, if the stream has stream management,
   * `acknowledged` or `failed`; or `failed` alone.
   */
  | {
      readonly kind: 'fate';
      readonly context: unknown;
      readonly fate: 'sent' | 'acknowledged' | 'failed';
      /** With `sent`: whether `acknowledged` or `failed` will follow. @spec XEP-0198 §4 */
      readonly willAcknowledge?: boolean;
      readonly reason?: SendFailure;
      readonly text?: string;
      readonly judgement?: Judgement;
    }
  /** The answer to `review`. */
  | { readonly kind: 'links'; readonly pairs: readonly DomainPair[] }
  /** A proved stream without stream management is over: what was written to it just before may not have been read. */
  | {
      readonly kind: 'link-lost';
      /** Domains, A-labels: ours, and the one the stream led to. */
      readonly from: string;
      readonly to: string;
      readonly text: string;
    }
  | {
      readonly kind: 'fault';
      readonly fault: Fault;
      readonly stream: string;
      readonly remote: Remote;
    }
  | {
      readonly kind: 'refused-peer';
      readonly domain: string;
      readonly remote: Remote;
      readonly judgement: Judgement;
    }
  | { readonly kind: 'closed' };
