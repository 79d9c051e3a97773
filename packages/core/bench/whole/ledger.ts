// Whether everything arrived: each message of one way once, unchanged, in the order of its pair, and answered.
// What is not proved here does not count. Times are milliseconds.
import { peopleOf, PAIRS, type Read, textOf, type Way } from './messages.ts';

/** What one way of a run came to. All but `done` must be zero. */
export interface Tally {
  /** Arrived once, unchanged, and answered. */
  readonly done: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  /** Another text, sender or recipient than was sent. */
  readonly changed: number;
  /** Arrived, but the sender was told nothing. */
  readonly unanswered: number;
  /** The sender was told that it failed. */
  readonly failed: number;
}

interface Open {
  readonly sentAt: number;
  arrived: boolean;
  answered: boolean;
}

type Message = Extract<Read, { readonly kind: 'message' }>;

/** One way of one load. */
export class Ledger {
  readonly #way: Way;
  readonly #open = new Map<number, Open>();
  readonly #last = new Map<number, { readonly number: number; readonly branch: string }>();
  #next = 0;
  #counts = noCounts();
  /** Milliseconds from sending to arrival, and to the answer. */
  arrivals: number[] = [];
  answers: number[] = [];

  constructor(way: Way) {
    this.#way = way;
  }

  /** Messages that are not done. */
  get open(): number {
    return this.#open.size;
  }

  /** The number of the next message, which is sent now. */
  issue(now: number): number {
    this.#open.set(this.#next, { sentAt: now, arrived: false, answered: false });
    this.#next += 1;
    return this.#next - 1;
  }

  /** A message came out at the other end. */
  arrived(now: number, message: Message): void {
    const { number, branch } = message;
    const open = this.#open.get(number);
    if (!(number < this.#next) || !this.#isAsSent(message)) this.#counts.changed += 1;
    else if (open === undefined || open.arrived) this.#again(number, branch);
    else this.#first(now, open, number, branch);
  }

  /** The sender was told what became of it. */
  answered(now: number, number: number, status: number): void {
    const open = this.#open.get(number);
    if (open === undefined || open.answered) return;
    open.answered = true;
    this.answers.push(now - open.sentAt);
    if (status >= 300) {
      this.#counts.failed += 1;
      this.#open.delete(number);
    } else this.#settle(number, open);
  }

  /** The tally since the last one; what is still open is given up. */
  close(): Tally {
    const rest = [...this.#open.values()];
    const lost = rest.filter((open) => !open.arrived).length;
    const tally = { ...this.#counts, lost, unanswered: rest.length - lost };
    this.#open.clear();
    this.#counts = noCounts();
    this.arrivals = [];
    this.answers = [];
    return tally;
  }

  #first(now: number, open: Open, number: number, branch: string): void {
    const pair = number % PAIRS;
    if (number < (this.#last.get(pair)?.number ?? -1)) this.#counts.reordered += 1;
    this.#last.set(pair, { number, branch });
    open.arrived = true;
    this.arrivals.push(now - open.sentAt);
    this.#settle(number, open);
  }

  /** The same transaction once more is a retransmission, which the protocol foresees. */
  #again(number: number, branch: string): void {
    const last = this.#last.get(number % PAIRS);
    if (branch === '' || last?.number !== number || last.branch !== branch)
      this.#counts.doubled += 1;
  }

  #settle(number: number, open: Open): void {
    if (!open.arrived || !open.answered) return;
    this.#open.delete(number);
    this.#counts.done += 1;
  }

  #isAsSent({ number, from, to, text }: Message): boolean {
    const people = peopleOf(this.#way, number);
    return from === people.from && to === people.to && text === textOf(this.#way, number);
  }
}

/** Whether nothing went wrong with `count` messages. */
export function isClean(tally: Tally, count: number): boolean {
  const { done, ...wrong } = tally;
  return done === count && Object.values(wrong).every((n) => n === 0);
}

function noCounts() {
  return { done: 0, doubled: 0, reordered: 0, changed: 0, failed: 0 };
}
