// A recording of what passes a gateway: it stands around the machine, lets everything through unchanged, and keeps what a
// ladder is made of. What may not be shown is taken out before it is kept. It says nothing to anybody by itself.
//
//   const recording = new Recording({ rails });
//   run(recording.over(gateway), edges, hooks);          // … recording.ladder()
import type { Drivable, Tick } from '../drive.ts';
import type { GatewayEvent, GatewayOutput } from '../gateway/event.ts';
import type { PeerTrace, Trace } from '../gateway/trace.ts';
import type { Instant } from '../store/store.ts';
import { Causes } from './causes.ts';
import { type Hiding, hidingOf, type Shows } from './hiding.ts';
import type { Ladder, Rail, Side, Step } from './ladder.ts';
import { DEFAULT_LADDER_LIMITS, type LadderLimits } from './limits.ts';
import { Passages, type Passage } from './passages.ts';
import { GATEWAY, SIDES } from './rails.ts';

/** What a recording is made of. */
export interface RecordingOptions extends Shows {
  /** From left to right. Default `sip`, `gateway` and `xmpp`; ids of others are given by `railOf`. */
  readonly rails?: readonly Rail[];
  /** The rail of a domain (A-label, where it is known) on a side. Default the side. */
  readonly railOf?: (side: Side, domain: string) => string;
  /** Keeps queries and their answers too, such as what is sent behind messages to know that they were read. Default no. */
  readonly queries?: boolean;
  /** Told of each step. */
  readonly onStep?: (step: Step) => void;
  readonly limits?: Partial<LadderLimits>;
}

/** A gateway, as whatever runs one takes it. */
export type GatewayMachine = Drivable<GatewayEvent, GatewayOutput>;

/**
 * What passes one gateway, or several one after the other.
 *
 * @example
 * ```ts
 * import type { Edges, Gateway } from '@interwork/core';
 * import { ladderText, Recording } from '@interwork/core/ladder';
 * import { run } from '@interwork/core/node';
 *
 * export function recorded(gateway: Gateway, edges: Edges): () => string {
 *   const recording = new Recording({ words: 'full' });
 *   run(recording.over(gateway), edges);
 *   return () => ladderText(recording.ladder());
 * }
 * ```
 */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #limits: LadderLimits;
  readonly #hiding: Hiding;
  readonly #rails: readonly Rail[];
  readonly #causes: Causes;
  readonly #passages: Passages;
  readonly #steps: Step[] = [];
  /** How many have been forgotten. */
  #forgotten = 0;

  constructor(options: RecordingOptions = {}) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LADDER_LIMITS, ...options.limits };
    this.#hiding = hidingOf(options);
    this.#rails = options.rails ?? SIDES;
    this.#causes = new Causes(this.#limits.open);
    const { queries = false, railOf = (side) => side } = options;
    this.#passages = new Passages(this.#hiding, this.#limits, { queries, railOf });
  }

  /** The machine, recorded. Those that are recorded here come one after the other. */
  over(machine: GatewayMachine): GatewayMachine {
    this.#passages.begin();
    let now: Instant = 0;
    return {
      receive: (at: Instant, input: GatewayEvent | Tick) => {
        now = at;
        const crossing = this.#causes.came(now, input);
        this.#pass(now, crossing, this.#passages.came(input));
        machine.receive(now, input);
      },
      next: () => {
        const out = machine.next();
        if (out !== undefined) this.#leaves(now, out);
        return out;
      },
      get wakeAt() {
        return machine.wakeAt;
      },
    };
  }

  /** How many steps there have been: what `ladder` takes to begin there. */
  get mark(): number {
    return this.#forgotten + this.#steps.length;
  }

  /** Whether every request and every message that left has its answer, as far as they are remembered. */
  get isQuiet(): boolean {
    return this.#passages.open === 0;
  }

  /** What has passed, or what has passed since a mark. */
  ladder(since: number = 0): Ladder {
    return { rails: this.#rails, steps: this.#steps.slice(Math.max(0, since - this.#forgotten)) };
  }

  /** A remark of the host's own at a rail. */
  note(at: Instant, rail: string, text: string): void {
    this.#add({ kind: 'note', at, crossing: 0, rail, text: this.#cut(text) });
  }

  #leaves(now: Instant, out: GatewayOutput): void {
    const crossing = this.#causes.leaves(out);
    if (out.kind !== 'trace') return this.#pass(now, crossing, this.#passages.leaves(out));
    if (out.trace.kind === 'peer') this.#turnedAway(now, out.trace);
    this.#add({ kind: 'told', at: now, crossing, trace: this.#shown(out.trace) });
  }

  #pass(at: Instant, crossing: number, passage: Passage | undefined): void {
    if (passage === undefined) return;
    const { from, to, seen, peer } = passage;
    const { text, notes, failed, wire } = seen;
    const proved = peer === undefined ? {} : { peer };
    this.#add({
      kind: 'arrow',
      at,
      crossing,
      from,
      to,
      text: this.#cut(text),
      failed,
      wire,
      ...proved,
    });
    const rail = this.#leftOf(from, to);
    for (const note of notes)
      this.#add({ kind: 'note', at, crossing, rail, text: this.#cut(note) });
  }

  /** A certificate is all that has been seen of such a peer; on XMPP's side something else may prove it yet. */
  #turnedAway(at: Instant, trace: PeerTrace): void {
    const from = this.#passages.railOf(trace.side, trace.domain ?? '');
    const text = `certificate not accepted: ${trace.faults[0]?.field ?? 'refused'}`;
    this.#add({ kind: 'arrow', at, crossing: 0, from, to: GATEWAY, text, failed: true });
  }

  /** A trace may come from a gateway that tells more than is to be shown here. */
  #shown(trace: Trace): Trace {
    const { address } = this.#hiding;
    if (trace.kind === 'crossing')
      return { ...trace, from: address(trace.from), to: address(trace.to) };
    return trace.kind === 'fault' ? { ...trace, text: this.#cut(address(trace.text)) } : trace;
  }

  /** Notes stand at the rail from which the arrow is drawn. */
  #leftOf(from: string, to: string): string {
    const place = (id: string): number => this.#rails.findIndex((rail) => rail.id === id);
    return place(from) < place(to) ? from : to;
  }

  #cut(text: string): string {
    const { noteCharacters } = this.#limits;
    return text.length > noteCharacters ? `${text.slice(0, noteCharacters)}…` : text;
  }

  #add(step: Step): void {
    this.#steps.push(step);
    if (this.#steps.length > this.#limits.steps) {
      this.#steps.shift();
      this.#forgotten += 1;
    }
    this.#options.onStep?.(step);
  }
}
