// What a scene of the show is. Nothing on the ladder is written down beforehand: texts, addresses, answers and reasons
// come from what happened.
import type { CrossingTrace, PeerTrace } from '@interwork/core';
import type { Line } from './ladder.ts';
import type { Stage } from './stage.ts';

/** What a scene was, how it is drawn, why it ended so, and whether that was expected. */
export interface Shown {
  readonly lines: readonly Line[];
  /** Of everything that crossed, or did not, in this order. */
  readonly traces: readonly (CrossingTrace | PeerTrace)[];
  readonly expected: boolean;
  readonly said: string;
}

/** One scene, on the stage of these companies or on another. */
export interface Scene<On = Stage> {
  readonly title: string;
  play(stage: On): Promise<Shown>;
}
