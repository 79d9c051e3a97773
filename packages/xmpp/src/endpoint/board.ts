// Everything an endpoint remembers: links (one per pair of domains, outbound), streams (both directions) and
// verifications. Plain records; outbound.ts, inbound.ts and verifications.ts act on them. Not public.
import type { Instant, Judgement, Remote, SendFailure } from '../server-link.ts';
import type { DomainName } from '../stream/domain.ts';
import type { Session } from '../stream/management.ts';
import type { StreamInput, StreamSurroundings, VerifyRequest } from '../stream/io.ts';
import type { XmppStream } from '../stream/stream.ts';
import type { XmppOutput, XmppTarget, StanzaNeed } from './io.ts';
import type { XmppLimits, XmppTimers } from './limits.ts';

/** A stanza that waits for a proved stream. */
export interface Queued {
  readonly text: string;
  readonly bytes: number;
  readonly context: unknown;
  readonly need: StanzaNeed | undefined;
  /** An error of our own: nobody waits for its fate. */
  readonly silent: boolean;
  readonly isPresence: boolean;
  readonly deadline: Instant;
}

/** Why a link failed. */
export interface Failure {
  readonly reason: SendFailure;
  readonly text: string;
  readonly judgement?: Judgement;
}

/** The way from one of our domains to another domain. */
export interface Link {
  readonly key: string;
  readonly from: DomainName;
  readonly to: DomainName;
  /** `paced` until claims may cause another call. `resting` after a failure, or known and without a stream, until `forgetAt`. `up` with a stream, proved or not yet. */
  state: 'new' | 'paced' | 'locating' | 'connecting' | 'up' | 'resting';
  readonly queue: Queued[];
  queuedBytes: number;
  readonly verifications: Set<Verification>;
  targets: XmppTarget[];
  connect: string;
  direct: boolean;
  held: Held | undefined;
  isProved: boolean;
  /** Of waiting for a turn, locating or connecting. */
  deadline: Instant;
  /** Of a proved stream by which nothing goes. */
  idleAt: Instant;
  failure: Failure | undefined;
  /** It was proved not long ago: a failure that may pass is an outage, and stanzas wait for its end. */
  isKnown: boolean;
  /** The domain answers; what it refused is our pair. */
  isPairRefused: boolean;
  /** A session whose stream was lost, until the next stream goes on with it. */
  parked: Session | undefined;
  parkedUntil: Instant;
  failures: number;
  retryAt: Instant;
  forgetAt: Instant;
}

/** A stream and whose it is. */
export interface Held {
  readonly id: string;
  readonly remote: Remote;
  readonly stream: XmppStream;
  /** Undefined for a stream that was opened by a peer. */
  link: Link | undefined;
  readonly isInbound: boolean;
  /** What its remote counts as for limits. */
  readonly network: string;
  /** Inbound: still counted against its address. */
  countsUnproved: boolean;
  /** Inbound: the domains it is counted for. */
  readonly proved: Set<string>;
  /** Inbound, both directions: by link key, what may go back. */
  readonly ways: Map<string, Way>;
  /** The connection is known to be gone. */
  isGone: boolean;
}

/** A pair that may use the stream of a peer. Domains are A-labels. */
export interface Way {
  readonly from: string;
  readonly to: string;
  /** Something went by it: a stream of ours has to wait for its end. */
  isUsed: boolean;
  /** Something went by it of which no acknowledgement will tell. */
  isInDoubt: boolean;
}

/** A session of stream management, and where it is. */
export interface Kept {
  readonly session: Session;
  /** Undefined while it waits for another stream. */
  held: Held | undefined;
  /** Ours that waits: the link it waits on. */
  link: Link | undefined;
  /** A peer's that waits. */
  until: Instant;
}

/** A claim on its way to the authoritative server. */
export interface Verification {
  readonly request: VerifyRequest;
  readonly inbound: Held;
  readonly link: Link;
  readonly deadline: Instant;
}

/** Everything, in one place. */
export interface Board {
  readonly with: StreamSurroundings;
  readonly limits: XmppLimits;
  readonly timers: XmppTimers;
  readonly random: () => number;
  readonly outputs: XmppOutput[];
  /** Fates of this step: told after what it wrote. */
  readonly fates: XmppOutput[];
  /** Streams that were fed in this step and have outputs. */
  readonly fed: Held[];
  readonly links: Map<string, Link>;
  readonly connecting: Map<string, Link>;
  readonly locating: Map<string, Set<Link>>;
  readonly streams: Map<string, Held>;
  readonly verifications: Map<string, Verification>;
  /** By network: streams on which nobody is proved. */
  readonly unproved: Map<string, number>;
  /** By network: streams that peers opened. */
  readonly callers: Map<string, number>;
  /** By domain: streams that peers opened on which it is proved. */
  readonly proved: Map<string, number>;
  /** By pair, theirs first: streams that peers opened on which it is proved. */
  readonly carriers: Map<string, Set<Held>>;
  /** By network: claims whose verification is on its way. */
  readonly claims: Map<string, number>;
  /** By claimed domain: when claims may cause another call; in order of time, no more than `limits.links`. */
  readonly callBacks: Map<string, Instant>;
  /** By link key: the stream of a peer that carries both directions. */
  readonly ways: Map<string, Held>;
  /** By id: every session there is. */
  readonly sessions: Map<string, Kept>;
  /** Of these, the ones that wait for a peer to come back; in order of time. */
  readonly kept: Map<string, Kept>;
  inbound: number;
  /** Of the input that is being taken. */
  now: Instant;
  serial: number;
  closing: 'no' | 'draining' | 'closed';
  closeBy: Instant;
  /** Never later than the next deadline. */
  wakeAt: Instant;
}

/** Gives a stream an input; what comes out of it is performed before the step ends. */
export function feed(board: Board, now: Instant, held: Held, input: StreamInput): void {
  held.stream.receive(now, input);
  board.fed.push(held);
}

/** One more, or one less, of what is counted by a key. */
export function count(counts: Map<string, number>, key: string, more: 1 | -1): void {
  const left = (counts.get(key) ?? 0) + more;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}

/** Makes sure to be woken by then. */
export function wakeBy(board: Board, at: Instant): void {
  if (at < board.wakeAt) board.wakeAt = at;
}

/** The next deadline of all; exact. */
export function earliest(board: Board): Instant {
  let at = board.closing === 'draining' ? board.closeBy : Infinity;
  for (const link of board.links.values()) at = Math.min(at, linkWakeAt(link));
  for (const held of board.streams.values()) at = Math.min(at, held.stream.wakeAt);
  for (const { until } of board.kept.values()) at = Math.min(at, until);
  for (const verification of board.verifications.values()) at = Math.min(at, verification.deadline);
  return at;
}

/** Whether a link that rests is to be called again. */
export function isWanted(link: Link): boolean {
  return link.queue.length > 0 || link.parked !== undefined;
}

/** The next deadline of a link. */
export function linkWakeAt(link: Link): Instant {
  const queued = Math.min(link.queue[0]?.deadline ?? Infinity, link.parkedUntil);
  switch (link.state) {
    case 'paced':
    case 'locating':
    case 'connecting':
      return Math.min(queued, link.deadline);
    case 'up':
      return Math.min(queued, link.idleAt);
    case 'resting':
      return Math.min(queued, isWanted(link) ? link.retryAt : link.forgetAt);
    case 'new':
      return queued;
  }
}
