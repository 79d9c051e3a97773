// What a component is handed and what it remembers, and the ways it writes, hears the end of a stream and rests. Not
// public but for the options: the machine is ../component.ts, what is said on the stream is talk.ts.
import { encodeUtf8 } from '../bytes.ts';
import type { XmppOutput } from '../endpoint/io.ts';
import { type Fault, MisuseError } from '../fault.ts';
import type { Digest, Instant, Remote, SendFailure } from '../server-link.ts';
import { domainName, type DomainName } from '../stream/domain.ts';
import { XmlReader } from '../xml/reader.ts';
import {
  type ComponentLimits,
  type ComponentTimers,
  DEFAULT_COMPONENT_LIMITS,
  DEFAULT_COMPONENT_TIMERS,
} from './limits.ts';

/** What a component is handed. */
export interface ComponentOptions {
  /** The domain it serves, as the server's configuration has it. @spec XEP-0114 §3 */
  readonly name: string;
  /** Shared with the server; never leaves but as a digest. */
  readonly secret: string;
  /** Where the server takes components. */
  readonly server: Remote;
  readonly digest: Pick<Digest, 'sha1'>;
  readonly limits?: Partial<ComponentLimits>;
  readonly timers?: Partial<ComponentTimers>;
  /** From 0 to 1, to spread reconnections; 0.5 when not handed in. */
  readonly random?: () => number;
}

/**
 * Where a component stands. `resting` between two calls of the server; `doomed` when the server's header can only be
 * followed by an error.
 */
export type ComponentState =
  | 'resting'
  | 'connecting'
  | 'header'
  | 'doomed'
  | 'handshake'
  | 'ready'
  | 'closing'
  | 'closed';

/** A stanza that waits for the server. */
export interface Waiting {
  readonly bytes: Uint8Array;
  /** The domain it is for, in A-labels. */
  readonly to: string;
  readonly context: unknown;
  /** An error of our own: nobody waits for its fate. */
  readonly silent: boolean;
  readonly isPresence: boolean;
  readonly deadline: Instant;
}

/** Why stanzas are not handed over. */
export interface Failure {
  readonly reason: SendFailure;
  readonly text: string;
}

/** Everything a component remembers. */
export interface Own {
  readonly name: DomainName;
  readonly secret: string;
  readonly server: Remote;
  readonly digest: Pick<Digest, 'sha1'>;
  readonly limits: ComponentLimits;
  readonly timers: ComponentTimers;
  readonly random: () => number;
  readonly outputs: XmppOutput[];
  readonly queue: Waiting[];
  queuedBytes: number;
  /** Domains written to on this stream of late and when, the longest ago first. */
  readonly written: Map<string, Instant>;
  /** The last of them, which need not move to the end. */
  lastWritten: string;
  state: ComponentState;
  reader: XmlReader;
  lang: string | undefined;
  serial: number;
  /** Of the connection being made. */
  connect: string;
  /** Of the connection that stands, empty when none does. */
  stream: string;
  remote: Remote;
  /** The connection has ended by itself. */
  isGone: boolean;
  /** The server has taken the handshake on it. */
  isTaken: boolean;
  unproved: number;
  /** Calls in a row that came to nothing. */
  failures: number;
  /** Why the last call came to nothing. */
  failure: Failure | undefined;
  /** The server will say the same next time: nothing waits while it rests. */
  isRefused: boolean;
  retryAt: Instant;
  deadline: Instant;
  keepAliveAt: Instant;
}

/** A component that has not called yet, and is to at once. */
export function newOwn(options: ComponentOptions): Own {
  const { secret, server, digest } = options;
  const name = domainName(options.name);
  if (name === undefined) throw new MisuseError('malformed-domain', 'The name is no domain.');
  if (secret === '') throw new MisuseError('no-secret', 'A component needs a secret.');
  const limits = { ...DEFAULT_COMPONENT_LIMITS, ...options.limits };
  return {
    name,
    secret,
    server,
    digest,
    limits,
    timers: { ...DEFAULT_COMPONENT_TIMERS, ...options.timers },
    random: options.random ?? (() => 0.5),
    outputs: [],
    queue: [],
    queuedBytes: 0,
    written: new Map(),
    lastWritten: '',
    state: 'resting',
    reader: new XmlReader(limits.unproved),
    lang: undefined,
    serial: 0,
    connect: '',
    stream: '',
    remote: server,
    isGone: false,
    isTaken: false,
    unproved: 0,
    failures: 0,
    failure: undefined,
    isRefused: false,
    retryAt: Number.NEGATIVE_INFINITY,
    deadline: Infinity,
    keepAliveAt: Infinity,
  };
}

/** Writes on the stream that stands. */
export function write(own: Own, text: string): void {
  writeBytes(own, encodeUtf8(text));
}

/** The same of what is octets already. */
export function writeBytes(own: Own, bytes: Uint8Array): void {
  own.outputs.push({ kind: 'send', stream: own.stream, bytes });
}

/** Tells the host what the server did wrong, or that it is not there. */
export function tell(own: Own, fault: Fault): void {
  const { stream, remote } = own;
  own.outputs.push({ kind: 'fault', fault, stream, remote });
}

/** The call came to nothing, or the stream is over: rests, or is closed for good when that was asked. */
export function rest(own: Own, now: Instant, failure: Failure): void {
  if (own.state === 'closing') return finishClosing(own);
  tellLost(own, now, failure.text);
  dropConnection(own);
  own.state = 'resting';
  own.failure = failure;
  own.isRefused = false;
  own.failures += 1;
  own.retryAt = now + restOf(own);
}

/** What was written just before may not have been read, whichever domain it was for. */
function tellLost(own: Own, now: Instant, text: string): void {
  const from = own.name.ascii;
  for (const [to, at] of own.written)
    if (now - at <= own.timers.unsure) own.outputs.push({ kind: 'link-lost', from, to, text });
}

/** Doubles with each failure, and spreads. */
function restOf(own: Own): number {
  const { shortestRest, longestRest } = own.timers;
  const time = Math.min(longestRest, shortestRest * 2 ** Math.min(own.failures - 1, 16));
  return time * (0.75 + 0.5 * own.random());
}

/** Nothing more will happen. */
export function finishClosing(own: Own): void {
  dropConnection(own);
  own.state = 'closed';
  own.outputs.push({ kind: 'closed' });
}

function dropConnection(own: Own): void {
  if (own.stream !== '' && !own.isGone)
    own.outputs.push({ kind: 'disconnect', stream: own.stream });
  own.stream = '';
  own.written.clear();
  own.lastWritten = '';
  own.isGone = false;
  own.isTaken = false;
  own.connect = '';
  own.deadline = Infinity;
  own.keepAliveAt = Infinity;
  own.reader = new XmlReader(own.limits.unproved);
}
