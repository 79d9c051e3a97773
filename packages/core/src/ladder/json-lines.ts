// A ladder as lines of JSON, one a step, behind a line with its rails: for programs, and for ladders that are kept.
import type { Ladder } from './ladder.ts';

/** The lines, each with a line break behind it. */
export function ladderJsonLines({ rails, steps }: Ladder): string {
  return [{ kind: 'rails', rails }, ...steps].map((one) => `${JSON.stringify(one)}\n`).join('');
}
