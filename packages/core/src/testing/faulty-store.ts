// A store with which something goes wrong now and then, as a seeded generator says: what it does not do by itself, no
// clock and no randomness, is handed in. Two that draw the same and are asked the same answer the same. Each process
// of a simulation has its own over the store that they share.
import type { AskStore, StoreAnswer, StoreRequest } from '../store/request.ts';
import type { Key, Stored } from '../store/store.ts';

/** How often what goes wrong: shares of what is asked, from 0 to 1, together at most 1 but for `slow`. */
export interface StoreTroubles {
  /** Is told as failed, and not done. */
  readonly failed?: number;
  /** Is done, but told as failed. */
  readonly answerLost?: number;
  /** A write is told as stale, and not done: somebody was faster, over and over. */
  readonly stale?: number;
  /** A read is answered as an earlier one was: from a copy that lags behind. */
  readonly outdated?: number;
  /** Takes its time on the way there, and again, as often, on the way back. */
  readonly slow?: number;
  /** Milliseconds that something slow takes at most, on each way. Default 1,000. */
  readonly slowMs?: number;
}

/** What a faulty store is told. */
export interface FaultyStoreOptions {
  /** From 0 up to 1. Three are drawn for each request, whatever the troubles are. */
  readonly draw: () => number;
  /** Runs something in so many milliseconds. */
  readonly after: (delay: number, run: () => void) => void;
  /** The troubles at this moment: a storm comes and goes. */
  readonly troubles: () => StoreTroubles;
}

/** A store of which not all goes well, over one of which it does. Answers each request once. */
export function faultyStore(
  ask: AskStore,
  { draw, after, troubles }: FaultyStoreOptions,
): AskStore {
  const fated = fatedStore(ask);
  return (request, reply) => {
    const now = troubles();
    const fate = fateOf(request, draw(), now);
    const [there, back] = [delayOf(draw(), now), delayOf(draw(), now)];
    const wait = (delay: number, run: () => void): void => (delay > 0 ? after(delay, run) : run());
    wait(there, () => fated(fate, request, (answer) => wait(back, () => reply(answer))));
  };
}

/** The same store, told what is to become of each request. */
function fatedStore(
  ask: AskStore,
): (fate: Fate, request: StoreRequest, end: (answer: StoreAnswer) => void) => void {
  const reads = new EarlierReads();
  return (fate, request, end) => {
    if (fate === 'failed') return end(FAILED);
    if (fate === 'stale') return end(STALE);
    const earlier = fate === 'outdated' ? reads.answer(request) : undefined;
    if (earlier !== undefined) return end(earlier);
    return ask(request, (answer) => {
      reads.note(request, answer);
      end(fate === 'answerLost' ? FAILED : answer);
    });
  };
}

type Fate = 'answered' | 'failed' | 'answerLost' | 'stale' | 'outdated';

function fateOf({ kind }: StoreRequest, drawn: number, troubles: StoreTroubles): Fate {
  let rest = drawn;
  for (const fate of ['failed', 'answerLost', 'stale', 'outdated'] as const) {
    const isMeant = fate === 'stale' ? kind === 'write' : fate !== 'outdated' || kind === 'read';
    rest -= troubles[fate] ?? 0;
    if (rest < 0) return isMeant ? fate : 'answered';
  }
  return 'answered';
}

/** The same draw says whether it is slow and how slow. */
function delayOf(drawn: number, { slow = 0, slowMs = 1_000 }: StoreTroubles): number {
  return drawn < slow ? Math.ceil((drawn / slow) * slowMs) : 0;
}

/** What each key was last read as. */
class EarlierReads {
  readonly #reads = new Map<Key, Stored | undefined>();

  answer(request: StoreRequest): StoreAnswer | undefined {
    if (request.kind !== 'read' || !this.#reads.has(request.key)) return undefined;
    return { kind: 'read', stored: this.#reads.get(request.key) };
  }

  note(request: StoreRequest, answer: StoreAnswer): void {
    if (request.kind !== 'read' || answer.kind !== 'read') return;
    this.#reads.delete(request.key);
    this.#reads.set(request.key, answer.stored);
    if (this.#reads.size <= MOST_READS) return;
    for (const oldest of this.#reads.keys()) return void this.#reads.delete(oldest);
  }
}

/** Keys of which an earlier read is remembered: a simulation has fewer pairs of people. */
const MOST_READS = 10_000;
const FAILED: StoreAnswer = { kind: 'store-failed' };
const STALE: StoreAnswer = { kind: 'write', written: 'stale' };
