// What happens on the stage, and waiting for it without sleeping: every event and every trace wakes those
// who wait, and nobody waits longer than the patience of a spectator.
import { setTimeout as pause } from 'node:timers/promises';
import type { CrossingTrace, PeerTrace, Trace } from '@interwork/core';
import { Recording, type RecordingOptions } from '@interwork/core/ladder';

/** Milliseconds that a step may take before the show says what did not happen. */
const PATIENCE = 15_000;

/** Milliseconds without any event after which all is said. */
const CALM = 200;

/** Watches edges and the gateway. */
export class Watch {
  readonly traces: Trace[] = [];
  /** What has passed the gateway. All of it is shown: everybody here is made up. */
  readonly recording: Recording;
  #waiting: (() => void)[] = [];
  #happened = 0;

  constructor(options: Pick<RecordingOptions, 'rails' | 'railOf'>) {
    const onStep = (): void => this.#wake();
    this.recording = new Recording({ ...options, addresses: 'full', words: 'full', onStep });
  }

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

  /** Something has happened that no edge of ours tells. */
  happened(): void {
    this.#wake();
  }

  /** The gateway tells something. */
  trace(trace: Trace): void {
    this.traces.push(trace);
    this.#wake();
  }

  /** What `find` gives, once it does. */
  async until<T>(find: () => T | undefined): Promise<T> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, PATIENCE);
    try {
      for (;;) {
        const found = find();
        if (found !== undefined) return found;
        if (isLate) throw new Error('what was expected did not happen');
        await this.#next();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The first message that ended after `since` traces, once there is one. */
  crossing(since: number): Promise<CrossingTrace> {
    return this.until(() => this.crossings(since).find(({ traffic }) => traffic === 'message'));
  }

  /** The crossings after `since` traces. */
  crossings(since: number): readonly CrossingTrace[] {
    return this.traces.slice(since).filter((trace) => trace.kind === 'crossing');
  }

  /** Waits until this holds, and every request has its answer. */
  async settled(holds: () => boolean): Promise<void> {
    await this.until(() => (this.recording.isQuiet && holds() ? true : undefined));
  }

  /** The peer that was refused, once there is one. */
  refusedPeer(since: number): Promise<PeerTrace> {
    return this.until(() => this.traces.slice(since).find((trace) => trace.kind === 'peer'));
  }

  /** Waits until nothing has happened for a while: who knows what one who types brings about. */
  async calm(): Promise<void> {
    for (let before = -1; before !== this.#happened || !this.recording.isQuiet; ) {
      before = this.#happened;
      await pause(CALM);
    }
  }

  #next(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  #wake(): void {
    this.#happened += 1;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
