// What one message looks like in a ladder: what stands on its arrow, what is noted below it, and its text.
import type { Side, Wire } from './ladder.ts';
import type { LadderLimits } from './limits.ts';

/** One message, as it is drawn. */
export interface Seen {
  readonly text: string;
  readonly notes: readonly string[];
  readonly failed: boolean;
  readonly wire: Wire;
}

/** A wire that is not longer than it may be. */
export function wireOf(side: Side, text: string, { wireCharacters }: LadderLimits): Wire {
  const lines = text.replaceAll('\r\n', '\n');
  if (lines.length <= wireCharacters) return { side, text: lines };
  const rest = lines.length - wireCharacters;
  return { side, text: `${lines.slice(0, wireCharacters)}\n[${rest} characters more]` };
}
