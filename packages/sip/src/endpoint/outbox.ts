// What one input made the endpoint say, in order, until the host has drained it; and the one place
// that decides how many faults and refusals are told. It decides nothing else.
import { type Fault, MisuseError } from '../fault.ts';
import type { IncomingRequest } from '../message.ts';
import type { Flow, Instant, SipOutput } from './types.ts';

export class Outbox {
  readonly #limit: number;
  readonly #faultsPerSecond: number;
  /** What is told leaves its place empty; the list itself stays, since one for each input would cost more. */
  #queue: (SipOutput | undefined)[] = [];
  #head = 0;
  #tail = 0;
  #second = Number.NEGATIVE_INFINITY;
  #told = 0;

  constructor(limits: { readonly outputs: number; readonly faultsPerSecond: number }) {
    this.#limit = limits.outputs;
    this.#faultsPerSecond = limits.faultsPerSecond;
  }

  push(output: SipOutput): void {
    this.#queue[this.#tail] = output;
    this.#tail += 1;
  }

  /** Tells a fault, unless too much was told in this second. */
  fault(now: Instant, fault: Fault, flow: Flow | undefined): void {
    if (this.#mayTell(now)) this.push({ kind: 'fault', fault, flow });
  }

  /** Tells that a request was refused at once, unless too much was told in this second. */
  declined(now: Instant, request: IncomingRequest, status: number, flow: Flow): void {
    if (this.#mayTell(now)) this.push({ kind: 'declined', request, status, flow });
  }

  next(): SipOutput | undefined {
    if (this.#head === this.#tail) return undefined;
    const output = this.#queue[this.#head];
    this.#queue[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#tail) this.#restart();
    return output;
  }

  /** A host that does not drain would make us grow. */
  checkDrained(): void {
    if (this.#tail - this.#head <= this.#limit) return;
    throw new MisuseError('not-drained', 'call next() until undefined after each receive()');
  }

  #restart(): void {
    this.#head = 0;
    this.#tail = 0;
    if (this.#queue.length > KEPT) this.#queue = [];
  }

  #mayTell(now: Instant): boolean {
    if (now - this.#second >= 1000) {
      this.#second = now;
      this.#told = 0;
    }
    this.#told += 1;
    return this.#told <= this.#faultsPerSecond;
  }
}

/** Places that are kept while nothing is told. */
const KEPT = 64;
