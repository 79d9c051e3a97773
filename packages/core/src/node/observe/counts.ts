// What is counted beside the gateway, for metrics: every name here is one of a few words, so nothing that peers send makes
// it grow.
import type { Trace } from '../../gateway/trace.ts';

/** Counts by name: of sides, and of results. */
export interface HostCounts {
  readonly peersRefused: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  readonly parted: ReadonlyMap<string, number>;
  readonly reloads: ReadonlyMap<string, number>;
  trace(trace: Trace): void;
  reload(result: 'done' | 'refused'): void;
}

/** All zero. */
export function noHostCounts(): HostCounts {
  const peersRefused = new Map<string, number>();
  const faults = new Map<string, number>();
  const parted = new Map<string, number>();
  const reloads = new Map<string, number>();
  return {
    peersRefused,
    faults,
    parted,
    reloads,
    trace(trace) {
      if (trace.kind === 'crossing') return;
      add({ peer: peersRefused, fault: faults, parted }[trace.kind], trace.side);
    },
    reload: (result) => add(reloads, result),
  };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
