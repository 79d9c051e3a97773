// What happens on the stage, and waiting for it without sleeping: every event and every trace wakes those
// who wait, and nobody waits longer than the patience of a spectator.
import type { CrossingTrace, PeerTrace, Trace } from '@interwork/core';

/** Milliseconds that a step may take before the show says what did not happen. */
const PATIENCE = 15_000;

/** Watches edges and the gateway. */
export class Watch {
  readonly traces: Trace[] = [];
  #waiting: (() => void)[] = [];

  /** An edge whose events are watched after they were taken. */
  over<Event, Command>(edge: {
    start(take: (event: Event) => void): void;
    send(command: Command): void;
  }): typeof edge {
    const start = (take: (event: Event) => void): void =>
      edge.start((event) => {
        take(event);
        this.#wake();
      });
    return { start, send: (command) => edge.send(command) };
  }

  /** The gateway tells something. */
  trace(trace: Trace): void {
    this.traces.push(trace);
    this.#wake();
  }

  /** What `find` gives, once it does. */
  async until<T>(find: () => T | undefined): Promise<T> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), PATIENCE);
    try {
      for (;;) {
        const found = find();
        if (found !== undefined) return found;
        await this.#next(late.signal);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The crossing that ended last, once there is one after `since` traces. */
  crossing(since: number): Promise<CrossingTrace> {
    return this.until(() => this.traces.slice(since).find((trace) => trace.kind === 'crossing'));
  }

  /** The peer that was refused, once there is one. */
  refusedPeer(since: number): Promise<PeerTrace> {
    return this.until(() => this.traces.slice(since).find((trace) => trace.kind === 'peer'));
  }

  #next(late: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      late.addEventListener('abort', () => reject(new Error('what was expected did not happen')), {
        once: true,
      });
      this.#waiting.push(resolve);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
