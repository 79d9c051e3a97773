// What goes into a `SipEndpoint` and what comes out of it: flows, targets, inputs, outputs, events.
// Types only. Messages and drafts are in ../message.ts.
import type { Fault } from '../fault.ts';
import type { Judgement } from '../judge.ts';
import type { SipLimits } from '../limits.ts';
import type {
  ForwardDraft,
  IncomingRequest,
  PassedResponse,
  RequestDraft,
  Response,
  ResponseDraft,
} from '../message.ts';
import type { TimerValues } from '../timers.ts';
import type { CancelInput, InviteEvent } from './invite-types.ts';
import type { EndpointLimits } from './limits.ts';

/** Milliseconds of the clock handed in, which never steps back. */
export type Instant = number;

/** A fresh unguessable token, `[a-z0-9]{26,}`. */
export type DrawToken = () => string;

/** One `receive`, then `next` until `undefined`, then wait for input or `wakeAt`. */
export interface Machine<In, Out> {
  receive(now: Instant, input: In): void;
  next(): Out | undefined;
  /** `Infinity` when idle. */
  readonly wakeAt: Instant;
}

/** How octets travel. WebSocket and SCTP are not here. */
export type Transport = 'udp' | 'tcp' | 'tls';

/** One end of a flow. */
export interface SocketAddress {
  /** An IP address, IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

/** A way to and from one peer: a connection, or an address pair for datagrams. */
export interface Flow {
  readonly id: string;
  readonly transport: Transport;
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  /** What the judge proved on this very connection; empty for udp and tcp. */
  readonly proved: readonly string[];
  /** What the peer was shown, in the words of `shownTo`, where it has opened this one; nothing where that is the usual. */
  readonly shown?: string;
}

/** Where a request may go. */
export interface Target {
  readonly transport: Transport;
  /** IP or host name to connect to. */
  readonly address: string;
  readonly port: number;
  /** Names the TLS peer may prove; the first is also the SNI. */
  readonly references: readonly string[];
}

/** Why a connection did not come to be. `certificate`: the judge accepted none of the references. */
export type ConnectFailure = 'refused' | 'timeout' | 'certificate' | 'tls' | 'unreachable';

/** A command: send this to the first target that takes it. */
export interface RequestInput {
  readonly kind: 'request';
  readonly draft: RequestDraft;
  /** In the order they are to be tried. */
  readonly targets: readonly Target[];
  /** The domain of ours that it is sent for, where the host shows peers other certificates by that. */
  readonly local?: string | undefined;
  /** Comes back with the one `response` or `failed` that ends the request. */
  readonly context: unknown;
}

/** A command: send a request of somebody else on, to the first target that takes it. */
export interface ForwardInput {
  readonly kind: 'forward';
  readonly forward: ForwardDraft;
  /** In the order they are to be tried. */
  readonly targets: readonly Target[];
  /** The domain of ours that it is sent for, where the host shows peers other certificates by that. */
  readonly local?: string | undefined;
  /** Comes back with the one `response`, `failed` or `sent` that ends the request. */
  readonly context: unknown;
}

/** A command: hand a response of somebody else back to whoever sent the request. As `RespondInput` otherwise. */
export interface PassInput {
  readonly kind: 'pass';
  /** The `id` of the `request` event. */
  readonly to: string;
  readonly passed: PassedResponse;
}

/**
 * A command: answer a request. Ignored when it has been answered or its time has passed; one that is misuse
 * has answered nothing.
 */
export interface RespondInput {
  readonly kind: 'respond';
  /** The `id` of the `request` event. */
  readonly to: string;
  readonly draft: ResponseDraft;
}

/** What became of a `connect` that did not end in `opened`. */
export interface ConnectFailedInput {
  readonly kind: 'connect-failed';
  readonly connect: string;
  readonly reason: ConnectFailure;
  readonly judgement?: Judgement;
  readonly text?: string;
}

/**
 * What became of octets that were to be sent. `full`: so much waits for the peer that requests should be
 * held back until the flow has `drained`. `unsent`: these octets have certainly not left, and nothing of
 * them. Whoever feeds none of these gets everything at once.
 */
export type FlowInput =
  | { readonly kind: 'full'; readonly flow: Flow }
  | { readonly kind: 'drained'; readonly flow: Flow }
  | {
      readonly kind: 'unsent';
      readonly flow: Flow;
      readonly bytes: Uint8Array;
      readonly reason?: string;
    }
  | TurnedAway;

/** A connection that was refused, and is gone, since a bound of the sockets was full. */
export interface TurnedAway {
  readonly kind: 'turned-away';
  readonly flow: Flow;
  /** The name of the bound. */
  readonly bound: string;
}

/** Everything that may enter an endpoint. */
export type SipInput =
  | { readonly kind: 'bytes'; readonly flow: Flow; readonly bytes: Uint8Array }
  | { readonly kind: 'opened'; readonly flow: Flow; readonly connect?: string }
  | ConnectFailedInput
  | { readonly kind: 'closed'; readonly flow: Flow; readonly reason?: string }
  | FlowInput
  | RequestInput
  | CancelInput
  | RespondInput
  | ForwardInput
  | PassInput
  | RefusedPeer
  | { readonly kind: 'tick' }
  | { readonly kind: 'close' };

/** A TLS peer whose certificate was refused; its connection is gone. */
export interface RefusedPeer {
  readonly kind: 'refused-peer';
  readonly remote: SocketAddress;
  /** What a server that we called was to prove first; nothing for a client. */
  readonly called?: string | undefined;
  readonly judgement: Judgement;
}

/** What is to be done on the wire, and what the host is told. */
export type SipOutput =
  | { readonly kind: 'send'; readonly flow: Flow; readonly bytes: Uint8Array }
  | {
      readonly kind: 'connect';
      readonly connect: string;
      readonly target: Target;
      /** As in the request that it is opened for. */
      readonly local: string | undefined;
    }
  | { readonly kind: 'disconnect'; readonly flow: Flow }
  | SipEvent;

/**
 * Why a request ended without a response. `overload`: a bound of ours was full. `too-large`: longer than
 * any datagram, and no target has a stream. `cancelled`: an INVITE that was cancelled
 * before it left, or whose peer said nothing more.
 */
export type FailedReason =
  | 'timeout'
  | 'transport'
  | 'certificate'
  | 'no-target'
  | 'too-large'
  | 'closed'
  | 'overload'
  | 'cancelled';

/** A request that ended without a final response; `text` says where and why. */
export interface FailedEvent {
  readonly kind: 'failed';
  readonly context: unknown;
  readonly reason: FailedReason;
  readonly judgement?: Judgement;
  readonly text: string;
}

/** A request of a method that is never answered has been written. */
export interface SentEvent {
  readonly kind: 'sent';
  readonly context: unknown;
}

/**
 * A well-formed request that was refused at once, for its method (405, 501, or what `decline` answered),
 * its URI scheme (416), as merged (482) or for an extension (420). For the record only: it has been
 * answered. A copy is told again. With the faults at most `faultsPerSecond` are told.
 */
export interface DeclinedEvent {
  readonly kind: 'declined';
  readonly request: IncomingRequest;
  readonly status: number;
  readonly flow: Flow;
}

/** What the host is told. Of responses only the finals, but to INVITE. */
export type SipEvent =
  | {
      readonly kind: 'request';
      readonly id: string;
      readonly request: IncomingRequest;
      readonly flow: Flow;
    }
  | DeclinedEvent
  | { readonly kind: 'response'; readonly response: Response; readonly context: unknown }
  | FailedEvent
  | SentEvent
  | InviteEvent
  | { readonly kind: 'fault'; readonly fault: Fault; readonly flow: Flow | undefined }
  | RefusedPeer
  | { readonly kind: 'closed' };

/** How much an endpoint holds, table by table. */
export interface SipCounts {
  /** Flows that are open: streams both ways, and datagram flows we asked for. */
  readonly connections: number;
  /** Requests handed in that have not ended. */
  readonly requests: number;
  /** Client transactions, those that only absorb retransmissions included. */
  readonly client: number;
  /** Connections asked for that do not stand yet. */
  readonly connecting: number;
  /** Requests and responses that wait for one of these. */
  readonly waiting: number;
  /** Requests held back because their connection is full. */
  readonly heldBack: number;
  /** Targets passed over for their Retry-After or their silence. */
  readonly blocked: number;
  /** Server transactions, those that only absorb retransmissions included. */
  readonly server: number;
  /** Requests the host owes an answer. */
  readonly unanswered: number;
  /** Octets of responses kept for retransmissions. */
  readonly keptBytes: number;
}

/** What an endpoint is told once. */
export interface SipEndpointOptions {
  readonly drawToken: DrawToken;
  /** What stands in our Via: a host name or address that peers can reach. */
  readonly host: string;
  /** The ports we listen on, for Via. */
  readonly ports: Readonly<Partial<Record<Transport, number>>>;
  /** Methods we take; `OPTIONS` among them is answered here. Default MESSAGE, OPTIONS. */
  readonly methods?: readonly string[];
  /**
   * A refusal of the host's own for a method that is not taken, such as a named one for INVITE;
   * `undefined` leaves it at 405 or 501. Only well-formed requests come here, never ACK, CANCEL or a
   * response. To a 405 without Allow it is added. Must be pure and give a copy of a request the same
   * answer, since nothing is kept. When it throws, or answers what cannot be written or a status other than
   * 300 to 699, the peer gets a 500 and the host a `fault` event with the code `host-callback`.
   */
  readonly decline?: (request: IncomingRequest, flow: Flow) => ResponseDraft | undefined;
  /**
   * What an answer to OPTIONS describes beside what this endpoint can do, such as a session; `undefined` for nothing. Must
   * be pure. When it throws the peer gets a 500, as with `decline`.
   * @spec RFC 3261 §11.2
   */
  readonly describe?: (
    request: IncomingRequest,
    flow: Flow,
  ) => Pick<ResponseDraft, 'contentType' | 'body'> | undefined;
  /**
   * Whether the host sends a request on, where it may go on, rather than answers it: then its method (but INVITE),
   * scheme, Require and what it may be merged with are the host's to look at, and OPTIONS are not answered here. Must be
   * pure and not throw.
   * @spec RFC 3261 §16.3
   */
  readonly proxies?: (request: IncomingRequest) => boolean;
  /**
   * Methods whose requests are never answered, whatever comes of them, such as BENOTIFY of Microsoft's partners; as
   * with ACK, nothing is kept of them. Default none.
   */
  readonly unanswered?: readonly string[];
  /** Media types told in Accept. Default text/plain. */
  readonly accept?: readonly string[];
  /** Event packages of which we are a notifier, told in Allow-Events. Default none. @spec RFC 6665 §4.4.4 */
  readonly events?: readonly string[];
  /** Schemes of Request-URIs that are taken; others get 416. Default sip, sips, im, pres. @spec RFC 3261 §8.2.2.1 */
  readonly schemes?: readonly string[];
  /** Option tags told in Supported and allowed in Require. Default none. */
  readonly supported?: readonly string[];
  /**
   * What would be shown to that target in the name of that domain of ours, as any text: connections that show something
   * else are not taken for one another, for the peer believes a domain by what it was shown. Must be pure and not throw.
   * Default: always the same.
   * @spec RFC 5922 §7.3
   */
  readonly shownTo?: (target: Target, local: string | undefined) => string;
  /** Milliseconds between keep-alives on streams we opened; none when left out. */
  readonly keepAlive?: number;
  readonly limits?: Partial<EndpointLimits & SipLimits>;
  readonly timers?: Partial<TimerValues>;
}
