// One stream between servers, either end, without sockets or clock: RFC 6120 §4 to §6, XEP-0178, XEP-0220. The tables
// are transitions.ts; this file drives them: bytes to arrivals, commands, timers. A stream proves one pair when we
// opened it, and up to a bound when we were called. It does not find servers or keep queues: endpoint.ts.
import { MisuseError, type StreamCondition } from '../fault.ts';
import type { Instant, Judgement, Machine, Proof } from '../server-link.ts';
import type { XmlEvent } from '../xml/tree-reader.ts';
import { RECEIVER_ACTS, takeVerdict } from './answer.ts';
import { type Arrived, arrival, arrivalOf } from './arrival.ts';
import {
  beginClosing,
  closeWith,
  type Core,
  fail,
  finish,
  flush,
  hangUp,
  newCore,
  put,
  write,
} from './core.ts';
import { type DomainName, pairKey } from './domain.ts';
import { askProof, askVerification, greet, INITIATOR_ACTS, isCertified } from './initiate.ts';
import type {
  StreamEnd,
  StreamInput,
  StreamOutput,
  StreamSurroundings,
  VerifyRequest,
} from './io.ts';
import type { Session } from './management.ts';
import { askNow, handled, hasRoom, tellLast, writeManaged } from './managing.ts';
import {
  FAULT_OF,
  INITIATOR,
  type InitiatorState,
  RECEIVER,
  type ReceiverState,
  type StreamState,
} from './transitions.ts';

/** One stream, either end. Outputs leave by `next`, in order. @spec RFC 6120 §4 */
export class XmppStream implements Machine<StreamInput, StreamOutput> {
  readonly #core: Core;

  constructor(end: StreamEnd, surroundings: StreamSurroundings) {
    this.#core = newCore(end, surroundings);
  }

  receive(now: Instant, input: StreamInput): void {
    const core = this.#core;
    if (core.state === 'closed') return;
    take(core, now, input);
    flush(core);
  }

  next(): StreamOutput | undefined {
    return this.#core.outputs.shift();
  }

  get wakeAt(): Instant {
    const { deadline, keepAliveAt, ackBy, askAt } = this.#core;
    return Math.min(deadline, keepAliveAt, ackBy, askAt);
  }

  /** Where the stream stands: a row of its table. */
  get state(): StreamState {
    return this.#core.state;
  }

  /** Whether the bytes are protected by TLS. */
  get tls(): boolean {
    return this.#core.tls;
  }

  /** Whether anybody is proved on the stream. */
  get isProved(): boolean {
    return this.#core.pairs.size > 0;
  }

  /** Initiator: whether the certificate of the peer speaks for the domain that was called. */
  get isCertified(): boolean {
    return this.#core.end.role === 'initiator' && isCertified(this.#core);
  }

  /** Whether both directions are agreed on. @spec XEP-0288 §2.2 */
  get isBidi(): boolean {
    return this.#core.bidi;
  }

  /** Receiver: how a pair is proved that the peer may send for. */
  proofOf(theirs: DomainName, ours: DomainName): Proof | undefined {
    return this.#core.pairs.get(pairKey(theirs, ours));
  }

  /** Receiver: the pairs that are proved: who sends, a blank, who receives. */
  get pairKeys(): Iterable<string> {
    return this.#core.pairs.keys();
  }

  /** The session of stream management, while there is one. @spec XEP-0198 §3 */
  get session(): Session | undefined {
    return this.#core.session;
  }

  /** Whether another stanza may be sent before some are acknowledged. */
  get hasRoom(): boolean {
    return hasRoom(this.#core);
  }

  /** Whether the connection broke and the session may go on on another stream. @spec XEP-0198 §5 */
  get isResumable(): boolean {
    return this.#core.session !== undefined && this.#core.isKept && this.#core.isLost;
  }

  /** What was said of the peer's certificate last. */
  get judgement(): Judgement | undefined {
    return this.#core.judgement;
  }

  /** Our domain on this stream: the one that calls, or the one that was called. */
  get ours(): DomainName | undefined {
    return this.#core.ours;
  }

  /** The language of the peer's header. @spec RFC 6120 §4.7.4 */
  get lang(): string | undefined {
    return this.#core.lang;
  }

  /** Initiator: how many verifications are asked or wait. */
  get verifications(): number {
    return this.#core.asked.size + this.#core.waiting.length;
  }
}

function take(core: Core, now: Instant, input: StreamInput): void {
  switch (input.kind) {
    case 'start':
      return start(core, now);
    case 'bytes':
      return takeBytes(core, now, input.bytes);
    case 'secured':
      core.presented = input.presented;
      return act(core, now, arrival('secured'));
    case 'tls-failed':
      core.state = hangUp(core, { kind: 'ended', reason: 'unreachable', text: input.text });
      return;
    case 'lost':
      return lose(core, input.text);
    case 'prove':
      return wantProof(core, now);
    case 'verify':
      return wantVerification(core, input.request);
    case 'stanza':
      if (!maySend(core)) throw new MisuseError('not-proved', MISUSE);
      return writeManaged(core, input.text, input.tag, now);
    case 'handled':
      return handled(core, input.number);
    case 'replaced':
      core.session = undefined;
      core.state = closeWith(core, 'conflict', CLOSED);
      return;
    case 'verdict':
      core.state = takeVerdict(core, input, now);
      return;
    case 'tick':
      return tick(core, now);
    case 'close':
      return close(core, now, input.condition);
  }
}

/** The end that was called sends only where both directions are agreed. @spec XEP-0288 §2.2 */
function maySend(core: Core): boolean {
  if (core.pairs.size === 0) return false;
  return core.end.role === 'initiator'
    ? core.state === 'ready'
    : core.bidi && core.state === 'open';
}

function start(core: Core, now: Instant): void {
  if (core.state !== 'idle') return;
  core.deadline = now + core.with.timers.negotiation;
  if (core.end.direct) return;
  core.state = core.end.role === 'initiator' ? greet(core) : 'header';
}

/** Reads as far as the state allows; a restart or TLS in between changes what the next byte means. */
function takeBytes(core: Core, now: Instant, bytes: Uint8Array): void {
  if (core.state === 'handshake' || core.state === 'idle') {
    core.state = fail(core, 'bytes-across-starttls');
    return;
  }
  if (core.pairs.size === 0) core.unproved += bytes.length;
  else if (core.state === 'open') core.deadline = now + core.with.timers.silence;
  if (core.unproved > core.with.limits.unprovedBytes) {
    core.state = fail(core, 'too-much-unproved');
    return;
  }
  core.reader.push(bytes);
  while (isReading(core)) {
    const event = core.reader.next();
    if (event === undefined) return;
    readEvent(core, now, event);
  }
}

function isReading(core: Core): boolean {
  return core.state !== 'closed' && core.state !== 'handshake';
}

function readEvent(core: Core, now: Instant, event: XmlEvent): void {
  if (event.kind === 'fault') core.state = fail(core, event);
  else if (event.kind === 'stream-open') act(core, now, arrival('header', event));
  else if (event.kind === 'stream-close') act(core, now, arrival('stream-close'));
  else act(core, now, arrivalOf(event.element));
}

/** Looks up the cell; one that is not there is a fault of the peer. */
function act(core: Core, now: Instant, arrived: Arrived): void {
  if (core.end.role === 'initiator') {
    const action = INITIATOR[core.state as InitiatorState][arrived.name];
    core.state = action ? INITIATOR_ACTS[action](core, arrived, now) : refuse(core, arrived);
  } else {
    const action = RECEIVER[core.state as ReceiverState][arrived.name];
    core.state = action ? RECEIVER_ACTS[action](core, arrived, now) : refuse(core, arrived);
  }
}

function refuse(core: Core, arrived: Arrived): StreamState {
  return fail(core, FAULT_OF[arrived.name]);
}

/** The connection is gone: nothing can be written, nothing more will come. */
function lose(core: Core, text: string): void {
  core.text = '';
  core.isLost = core.state !== 'closing';
  core.tagSent = true;
  core.state = hangUp(core, { kind: 'ended', reason: 'closed', text });
}

function wantProof(core: Core, now: Instant): void {
  if (core.proof !== 'none' || core.proven !== undefined) return;
  core.proof = 'wanted';
  if (core.state === 'ready') askProof(core, now);
}

function wantVerification(core: Core, request: VerifyRequest): void {
  if (core.asked.size + core.waiting.length >= core.with.limits.verifications) {
    const verdict = { type: 'error', condition: 'resource-constraint' } as const;
    put(core, { kind: 'verified', request, verdict });
  } else if (core.state === 'ready') askVerification(core, request);
  else core.waiting.push(request);
}

/** @spec RFC 6120 §4.4, §4.6.1 */
function tick(core: Core, now: Instant): void {
  if (now >= core.deadline) core.state = expire(core, now);
  else if (now >= core.ackBy) core.state = giveUpAsking(core);
  else if (now >= core.askAt) askNow(core, now);
  else if (now >= core.keepAliveAt) {
    write(core, ' ');
    core.keepAliveAt = now + core.with.timers.keepAlive;
  }
}

/** The connection is as good as lost. @spec XEP-0198 §4 */
function giveUpAsking(core: Core): StreamState {
  core.isLost = core.state !== 'closing';
  return fail(core, 'no-acknowledgement');
}

function expire(core: Core, now: Instant): StreamState {
  const text = 'The stream was not negotiated in time.';
  if (core.state === 'closing') return hangUp(core, CLOSED);
  if (core.end.role === 'initiator')
    return closeWith(core, 'connection-timeout', { kind: 'ended', reason: 'timeout', text });
  if (core.pairs.size > 0) return closeWith(core, 'connection-timeout', CLOSED);
  if (core.checkedKeys) return beginClosing(core, now, text);
  return fail(core, 'too-slow');
}

function close(core: Core, now: Instant, condition: StreamCondition | undefined): void {
  if (core.state === 'closing') return;
  tellLast(core);
  if (condition === undefined) {
    core.state = beginClosing(core, now, 'We closed the stream.');
    if (core.end.role === 'initiator') finish(core, CLOSED);
  } else core.state = closeWith(core, condition, CLOSED);
}

const CLOSED = { kind: 'ended', reason: 'closed', text: 'The stream was closed.' } as const;
const MISUSE = 'A stanza was handed to a stream on which its pair is not proved.';
