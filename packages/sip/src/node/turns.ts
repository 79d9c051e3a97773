// A machine over sockets, a turn of Node's loop at a time. What sockets bring in one turn is taken together at its end, much
// of it sooner, and only then is done what follows from it; what follows from commands is done once the host has said all.
// Taken message by message each would go through the machine, the host and the system's network alone, and find nothing
// of any of them in the processor's caches: that costs more than everything that is done with it.
// It knows no socket and nothing of SIP; the one timer that the machine needs is here.
import { performance } from 'node:perf_hooks';
import type { Machine } from '../endpoint/types.ts';

/** What every machine takes when its time has come. */
interface Tick {
  readonly kind: 'tick';
}

export class Turns<In, Out> {
  readonly #machine: Machine<In | Tick, Out>;
  readonly #perform: (output: Out) => void;
  readonly #clock: () => number;
  readonly #inputs: (In | Tick)[] = [];
  readonly #outputs: Out[] = [];
  /** Of what waits to be taken. */
  #octets = 0;
  #isDue = false;
  #isSoon = false;
  #isRunning = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = NEVER;

  /** What `perform` throws is thrown to the process, and the rest still happens. `clock`: milliseconds, never back. */
  constructor(
    machine: Machine<In | Tick, Out>,
    perform: (output: Out) => void,
    clock: () => number = () => performance.now(),
  ) {
    this.#machine = machine;
    this.#perform = perform;
    this.#clock = clock;
  }

  /** Whether what is said now waits for its turn. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Something has come in, of so many octets. Much does not wait: before more is read, who is full has to be told. */
  take(input: In, octets = 0): void {
    this.#inputs.push(input);
    this.#octets += octets;
    if (this.#isRunning) return;
    if (this.#octets >= MOST_OCTETS) return this.#run();
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#run();
    });
  }

  /** The host says something: what that throws is thrown to the host. From within `perform` it waits for its turn. */
  command(input: In): void {
    if (this.#isRunning) return void this.#inputs.push(input);
    this.#receive(this.#clock(), input);
    if (this.#outputs.length >= MOST) return this.#run();
    if (this.#isSoon) return;
    this.#isSoon = true;
    queueMicrotask(() => {
      this.#isSoon = false;
      this.#run();
    });
  }

  /** No tick comes any more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#inputs.length + this.#outputs.length > 0) this.#round();
    this.#isRunning = false;
    this.#arm();
  }

  #round(): void {
    const now = this.#clock();
    this.#octets = 0;
    for (const input of this.#inputs.splice(0, MOST)) {
      try {
        this.#receive(now, input);
      } catch (error) {
        throwLater(error);
      }
    }
    for (const output of this.#outputs.splice(0)) {
      try {
        this.#perform(output);
      } catch (error) {
        throwLater(error);
      }
    }
  }

  #receive(now: number, input: In | Tick): void {
    const machine = this.#machine;
    machine.receive(now, input);
    for (let out = machine.next(); out !== undefined; out = machine.next()) this.#outputs.push(out);
  }

  /** A timer that fires too early costs one tick; moving it for each message would cost more. */
  #arm(): void {
    const at = this.#machine.wakeAt;
    if (this.#isStopped || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    const wait = Math.min(Math.max(Math.ceil(at - this.#clock()), 0), MAX_WAIT);
    this.#timer = setTimeout(() => {
      this.#timerAt = NEVER;
      this.#inputs.push({ kind: 'tick' });
      this.#run();
    }, wait);
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** So many inputs are taken before what follows is done, so that a flow can say in time that it is full. */
const MOST = 64;
/** And so many octets: as many as one read of a stream brings. */
const MOST_OCTETS = 65_536;

const NEVER = Number.POSITIVE_INFINITY;

/** The longest wait `setTimeout` can hold. */
const MAX_WAIT = 2 ** 31 - 1;
