// What a scene of the show is. Nothing on the ladder is written down beforehand: texts, addresses, answers and reasons
// come from what happened.
import type { Ladder } from '@interwork/core/ladder';
import type { Stage } from './stage.ts';

/** What passed, why it ended so, and whether that was expected. */
export interface Shown {
  readonly ladder: Ladder;
  readonly expected: boolean;
  readonly said: string;
}

/** One scene, on the stage of these companies or on another. */
export interface Scene<On = Stage> {
  readonly title: string;
  play(stage: On): Promise<Shown>;
}
