// One SIP endpoint as one machine: octets, connections, commands and the clock in; octets, connects
// and events out. RFC 3261 §8, §9, §13, §17 and §18; keep-alives of RFC 5626 §4.4.1. It has no
// socket, no clock and no randomness of its own.
//
// Its theory: streams are cut by a framer each, datagrams are read whole. Requests go to the server
// side (endpoint/uas.ts), responses to the client side (endpoint/uac.ts), connections are kept in
// endpoint/connections.ts, and whatever waits for a moment stands in one heap. Dialogs and sessions are not here.
import { checkResponse } from './check.ts';
import { ConnectAttempts } from './endpoint/attempts.ts';
import { Connections, type Connection } from './endpoint/connections.ts';
import type { Ground, Waiting } from './endpoint/ground.ts';
import { LateAnswers } from './endpoint/late-answers.ts';
import { DEFAULT_ENDPOINT_LIMITS } from './endpoint/limits.ts';
import { checkOptions } from './endpoint/options.ts';
import { Outbox } from './endpoint/outbox.ts';
import type {
  Flow,
  FlowInput,
  ForwardInput,
  Instant,
  Machine,
  RequestInput,
  SipCounts,
  SipEndpointOptions,
  SipInput,
  SipOutput,
} from './endpoint/types.ts';
import { Uac } from './endpoint/uac.ts';
import { Uas } from './endpoint/uas.ts';
import { fault, isFault } from './fault.ts';
import type { FramerEvent } from './framer.ts';
import { filled, limitsOf, type SipLimits } from './limits.ts';
import { param, type Response, type SipMessage } from './message.ts';
import { parseWithin } from './parse.ts';
import { salvage } from './salvage.ts';
import { timerTable } from './timers.ts';
import { Deadlines } from './transaction/deadlines.ts';

/**
 * A SIP endpoint without sockets. Every `context` handed in comes back in exactly one `response`,
 * `failed` or `sent`. Throws `MisuseError` for misuse by the host, and nothing else of its own.
 * @spec RFC 3261 §18
 */
export class SipEndpoint implements Machine<SipInput, SipOutput> {
  readonly #ground: Ground;
  readonly #connections: Connections;
  readonly #uac: Uac;
  readonly #uas: Uas;
  readonly #message: SipLimits;
  /** `Infinity` while open, then the moment at which draining ends. */
  #drainUntil: Instant = NEVER;
  #isClosed = false;

  constructor(options: SipEndpointOptions) {
    checkOptions(options);
    const limits = filled(DEFAULT_ENDPOINT_LIMITS, options.limits);
    this.#message = limitsOf(options.limits);
    this.#ground = {
      draw: options.drawToken,
      limits,
      timers: timerTable(options.timers),
      outbox: new Outbox(limits),
      deadlines: new Deadlines<Waiting>(),
      shownTo: options.shownTo ?? (() => ''),
    };
    this.#connections = new Connections(this.#ground, this.#message, options.keepAlive);
    const attempts = new ConnectAttempts(this.#ground);
    const late = new LateAnswers(this.#ground, this.#connections, attempts);
    this.#uac = new Uac(this.#ground, this.#connections, attempts, late, options);
    this.#uas = new Uas(this.#ground, this.#connections, late, {
      methods: options.methods ?? ['MESSAGE', 'OPTIONS'],
      accept: options.accept ?? ['text/plain'],
      events: options.events ?? [],
      supported: options.supported ?? [],
      schemes: options.schemes ?? ['sip', 'sips', 'im', 'pres'],
      decline: options.decline,
      describe: options.describe,
      proxies: options.proxies,
      unanswered: options.unanswered ?? [],
    });
  }

  /** Takes one input. Drain `next` before the next one. */
  receive(now: Instant, input: SipInput): void {
    this.#ground.outbox.checkDrained();
    if (this.#isClosed) this.#receiveClosed(input);
    else {
      this.#take(now, input);
      this.#wakeDue(now);
      this.#drain(now);
    }
  }

  /** The next thing to do or to tell, in order. */
  next(): SipOutput | undefined {
    return this.#ground.outbox.next();
  }

  /** When to hand in a `tick`; `Infinity` when nothing waits. */
  get wakeAt(): Instant {
    return Math.min(this.#ground.deadlines.next, this.#drainUntil);
  }

  /** What is held at this moment; all zero when nothing goes on. */
  get counts(): SipCounts {
    const { size, heldBack } = this.#connections;
    return { connections: size, heldBack, ...this.#uac.counts, ...this.#uas.counts };
  }

  #take(now: Instant, input: SipInput): void {
    switch (input.kind) {
      case 'bytes':
        if (input.flow.transport === 'udp') this.#takeDatagram(now, input.flow, input.bytes);
        else this.#takeStream(now, input.flow, input.bytes);
        return;
      case 'request':
      case 'forward':
        if (this.#drainUntil === NEVER || endsSomething(input)) this.#uac.request(now, input);
        else this.#uac.refuse(input.context);
        return;
      case 'respond':
        this.#uas.respond(now, input);
        return;
      case 'pass':
        this.#uas.pass(now, input);
        return;
      case 'opened':
        if (input.connect !== undefined) this.#uac.opened(now, input.connect, input.flow);
        else if (this.#drainUntil === NEVER) this.#connections.open(now, input.flow, undefined);
        else this.#ground.outbox.push({ kind: 'disconnect', flow: input.flow });
        return;
      case 'connect-failed':
        this.#uac.connectFailed(now, input);
        return;
      case 'closed':
        this.#takeClosed(now, input.flow, input.reason);
        return;
      case 'full':
      case 'drained':
      case 'unsent':
      case 'turned-away':
        this.#takeFlow(now, input);
        return;
      case 'refused-peer':
        this.#ground.outbox.push(input);
        return;
      case 'close':
        this.#beginDrain(now);
        return;
      case 'cancel':
        this.#uac.cancel(now, input.context);
        return;
      case 'tick':
    }
  }

  #takeDatagram(now: Instant, flow: Flow, bytes: Uint8Array): void {
    const message = parseWithin(bytes, this.#message);
    if (!isFault(message)) this.#takeMessage(now, flow, message);
    else if (message.code !== 'empty') {
      this.#uas.takeBroken(now, flow, message, salvage(bytes));
    }
  }

  #takeStream(now: Instant, flow: Flow, bytes: Uint8Array): void {
    const connection = this.#connections.get(flow);
    const framer = connection?.framer;
    if (connection === undefined || framer === undefined) return;
    framer.push(bytes);
    let hasEnded = false;
    for (let event = framer.next(); event !== undefined; event = framer.next()) {
      hasEnded = true;
      this.#takeFramed(now, connection, event);
      if (this.#connections.get(flow) === undefined) return;
    }
    this.#connections.heard(now, connection, framer.pending > 0, hasEnded);
  }

  #takeFramed(now: Instant, connection: Connection, event: FramerEvent): void {
    const { flow } = connection;
    if (event.kind === 'ping') {
      this.#ground.outbox.push({ kind: 'send', flow, bytes: PONG });
    } else if (event.kind === 'message') {
      if (this.#takeMessage(now, flow, event.message)) connection.faults = 0;
      else this.#countFault(now, connection);
    } else {
      this.#uas.takeBroken(now, flow, event.fault, event.salvage);
      if (event.fatal) this.#disconnect(now, connection, event.fault.text);
      else this.#countFault(now, connection);
    }
  }

  #countFault(now: Instant, connection: Connection): void {
    connection.faults += 1;
    if (connection.faults < this.#ground.limits.faultsPerFlow) return;
    this.#disconnect(now, connection, 'Too many malformed messages.');
  }

  /** False when the message was malformed. */
  #takeMessage(now: Instant, flow: Flow, message: SipMessage): boolean {
    if (message.kind === 'response') return this.#takeResponse(now, flow, message);
    this.#noteAlias(flow, message);
    return this.#uas.take(now, flow, message);
  }

  #takeResponse(now: Instant, flow: Flow, response: Response): boolean {
    const incoming = checkResponse(response);
    if (isFault(incoming)) {
      this.#ground.outbox.fault(now, incoming, flow);
      return false;
    }
    if (!this.#uac.take(now, flow, incoming)) {
      this.#ground.outbox.fault(now, fault('stray-response'), flow);
    }
    return true;
  }

  /** @spec RFC 5923 §8.2 */
  #noteAlias(flow: Flow, message: SipMessage): void {
    if (flow.transport !== 'tls' || flow.proved.length === 0) return;
    const connection = this.#connections.get(flow);
    if (connection === undefined || connection.places.length > 0) return;
    const via = message.headers.via;
    const top = via === undefined || isFault(via) ? undefined : via[0];
    if (top === undefined || param(top.params, 'alias') === undefined) return;
    this.#connections.offerAlias(connection, top.port ?? 5061);
  }

  #takeFlow(now: Instant, input: FlowInput): void {
    const connection = this.#connections.get(input.flow);
    if (input.kind === 'turned-away') {
      this.#ground.outbox.fault(now, fault('overload', input.bound), input.flow);
    } else if (connection === undefined) return;
    else if (input.kind === 'unsent') this.#uac.unsent(now, connection, input);
    else if (input.kind === 'full') this.#connections.fill(now, connection);
    else this.#uac.held.drained(now, connection);
  }

  #takeClosed(now: Instant, flow: Flow, reason: string | undefined): void {
    const connection = this.#connections.get(flow);
    if (connection !== undefined) this.#lose(now, connection, reason ?? 'The connection closed.');
  }

  #disconnect(now: Instant, connection: Connection, text: string): void {
    this.#ground.outbox.push({ kind: 'disconnect', flow: connection.flow });
    this.#lose(now, connection, text);
  }

  #lose(now: Instant, connection: Connection, text: string): void {
    this.#connections.drop(connection);
    this.#uac.lost(now, connection, text);
  }

  #wakeDue(now: Instant): void {
    const { deadlines } = this.#ground;
    for (let due = deadlines.takeDue(now); due !== undefined; due = deadlines.takeDue(now)) {
      if (due.kind === 'server' || due.kind === 'invite-server') this.#uas.wake(now, due);
      else if (due.kind !== 'connection') this.#uac.wake(now, due);
      else if (due.flushAt <= now) this.#uac.held.flush(now, due);
      else if (this.#connections.isOver(now, due)) this.#disconnect(now, due, 'Idle or dead.');
    }
  }

  /** Nothing new from here on; what is open may end, within a bounded time. */
  #beginDrain(now: Instant): void {
    if (this.#drainUntil !== NEVER) return;
    this.#drainUntil = now + this.#ground.limits.drainTime;
    this.#uas.refuseNew();
    this.#uac.drain(now);
  }

  #drain(now: Instant): void {
    if (this.#drainUntil === NEVER) return;
    const isDone = this.#uac.open === 0 && this.#uas.open === 0;
    if (isDone || this.#drainUntil <= now) this.#finish(now);
  }

  #finish(now: Instant): void {
    this.#uas.end(now);
    this.#uac.end(now);
    for (const connection of this.#connections.all()) {
      this.#ground.outbox.push({ kind: 'disconnect', flow: connection.flow });
      this.#connections.drop(connection);
    }
    this.#ground.deadlines.clear();
    this.#drainUntil = NEVER;
    this.#isClosed = true;
    this.#ground.outbox.push({ kind: 'closed' });
  }

  #receiveClosed(input: SipInput): void {
    if (input.kind === 'request' || input.kind === 'forward') this.#uac.refuse(input.context);
    else if (input.kind === 'opened') {
      this.#ground.outbox.push({ kind: 'disconnect', flow: input.flow });
    }
  }
}

/** What ends a session goes out while the endpoint ends. */
function endsSomething(input: RequestInput | ForwardInput): boolean {
  return input.kind === 'request' && (input.draft.method === 'ACK' || input.draft.method === 'BYE');
}

const NEVER = Number.POSITIVE_INFINITY;

const PONG = new Uint8Array([13, 10]);
