// The messages of a federation that are on their way: which arrival, which answer and which trace belongs to which.
// Nothing in a message says so across protocols, so an arrival belongs to the oldest message with its text from its
// sender that has not arrived, and a trace to the oldest between its people that came to the gateway and has none.
import type { CrossingTrace } from '../../gateway/trace.ts';
import { unescapeLocal } from '../../address.ts';
import { type Ends, type Message, messageOf, type Written } from './message.ts';

/** What is told of a message that is sent. */
export interface Posting extends Written {
  readonly direction: 'from-sip' | 'from-xmpp';
  /** The Call-ID and CSeq, or the id of the stanza: by which the gateway's edges know it. */
  readonly id: () => string | undefined;
  readonly told: Ends['told'];
  readonly isBad: Ends['isBad'];
}

interface Posted {
  readonly posting: Posting;
  readonly ends: Ends;
  readonly traces: CrossingTrace[];
  readonly message: Message;
  /** When the gateway got it. */
  cameAt: number | undefined;
  /** When anything about it last changed. */
  changedAt: number;
}

/** All messages of one federation. */
export class Post {
  readonly #posted: Posted[] = [];
  readonly #clock: () => number;
  readonly #drawn: (traces: readonly CrossingTrace[]) => string;

  constructor(clock: () => number, drawn: (traces: readonly CrossingTrace[]) => string) {
    this.#clock = clock;
    this.#drawn = drawn;
  }

  get messages(): readonly Message[] {
    return this.#posted.map(({ message }) => message);
  }

  add(posting: Posting): Message {
    const { told, isBad } = posting;
    const ends: Ends = { received: 0, told, isBad };
    const traces: CrossingTrace[] = [];
    const message = messageOf(posting, ends, traces, this.#drawn);
    const changedAt = this.#clock();
    this.#posted.push({ posting, ends, traces, message, cameAt: undefined, changedAt });
    return message;
  }

  /** Somebody got a message. */
  arrived(from: string, to: string, text: string): void {
    const alike = this.#posted.filter(
      ({ posting }) =>
        posting.text === text && isSame(posting.to, to) && isSame(posting.from, from),
    );
    const one = alike.find(({ ends }) => ends.received === 0) ?? alike.at(-1);
    if (one === undefined) return;
    one.ends.received += 1;
    one.changedAt = this.#clock();
  }

  /** A message has come to the gateway. */
  came(id: string): void {
    const one = this.#posted.find(({ posting }) => posting.id() === id);
    if (one === undefined) return;
    one.cameAt ??= this.#clock();
    one.changedAt = this.#clock();
  }

  /** The gateway tells of a message. */
  traced(trace: CrossingTrace): void {
    if (trace.traffic !== 'message') return;
    const came = this.#posted.filter(({ cameAt }) => cameAt !== undefined);
    const one = trace.outcome === 'late-failure' ? lateOf(came, trace) : openOf(came, trace);
    if (one === undefined) return;
    one.traces.push(trace);
    one.changedAt = this.#clock();
  }

  /** Whether it is known what became of a message, and nothing about it is still to come. */
  isSettled(message: Message): boolean {
    const one = this.#posted.find((posted) => posted.message === message);
    if (one === undefined) return true;
    const isEnded = message.received > 0 ? this.#isAnswered(one) : message.isDenied;
    if (!isEnded) return false;
    const isTold = one.cameAt === undefined || one.traces.length > 0;
    return isTold || this.#clock() - one.changedAt >= TRACE_WAIT;
  }

  #isAnswered({ posting }: Posted): boolean {
    return posting.direction === 'from-xmpp' || posting.told() !== undefined;
  }
}

/** A message is told once at its end: the one that came when the trace says, or the oldest. */
function openOf(
  came: readonly Posted[],
  { at, from, to, direction }: CrossingTrace,
): Posted | undefined {
  const side = direction === 'xmpp-to-sip' ? 'from-xmpp' : 'from-sip';
  const open = came.filter(
    ({ traces, posting }) =>
      traces.length === 0 && posting.direction === side && isBetween(posting, from, to),
  );
  return open.find(({ cameAt }) => cameAt === at) ?? open[0];
}

/**
 * What is told late goes the other way, from recipient to sender, and does not say when the message came: it is about
 * one that has not arrived, if there is one.
 */
function lateOf(came: readonly Posted[], { from, to }: CrossingTrace): Posted | undefined {
  const once = came.filter(
    ({ traces, posting }) => traces.length === 1 && isBetween(posting, to, from),
  );
  return once.find(({ ends }) => ends.received === 0) ?? once.at(-1);
}

function isBetween(posting: Posting, from: string, to: string): boolean {
  return domainOf(posting.from) === domainOf(from) && domainOf(posting.to) === domainOf(to);
}

/** Whether two addresses are one person's, written as either protocol writes them. */
function isSame(a: string, b: string): boolean {
  return written(a) === written(b);
}

function written(address: string): string {
  const at = address.lastIndexOf('@');
  return `${unescapeLocal(address.slice(0, at))}${address.slice(at)}`.toLowerCase();
}

function domainOf(address: string): string {
  const bare = address.split('/')[0] ?? '';
  return bare.slice(bare.lastIndexOf('@') + 1).toLowerCase();
}

/** Milliseconds that a trace may come after both ends know: hosts need not tell of any. */
const TRACE_WAIT = 1_000;
