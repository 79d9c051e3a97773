// What a daemon has counted since it started, for metrics: every name here is one of a few words, so nothing
// that peers send makes it grow.
import type { Trace } from '../../gateway/trace.ts';

/** Counts by name; each name is a metric's labels as they are written. */
export interface Tally {
  readonly crossings: ReadonlyMap<string, number>;
  readonly peersRefused: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  readonly reloads: ReadonlyMap<string, number>;
  trace(trace: Trace): void;
  reload(result: 'done' | 'refused'): void;
}

/** All zero. */
export function newTally(): Tally {
  const crossings = new Map<string, number>();
  const peersRefused = new Map<string, number>();
  const faults = new Map<string, number>();
  const reloads = new Map<string, number>();
  return {
    crossings,
    peersRefused,
    faults,
    reloads,
    trace(trace) {
      if (trace.kind === 'crossing')
        add(crossings, `direction="${trace.direction}",outcome="${trace.outcome}"`);
      else add(trace.kind === 'peer' ? peersRefused : faults, `side="${trace.side}"`);
    },
    reload: (result) => add(reloads, `result="${result}"`),
  };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
