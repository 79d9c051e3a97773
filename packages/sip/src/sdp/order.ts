// In which order the lines of a description stand, and how often: one row a letter. RFC 8866 §5 and §9.
import type { SdpLine } from './types.ts';

interface Place {
  /** Or several that stand together. */
  readonly letter: string;
  readonly least: 0 | 1;
  readonly most: number;
}

/**
 * Whether lines are those of a part, in its order. Repeat times and zones stand behind the time they belong to.
 * @spec RFC 8866 §5
 */
export function isInOrder(lines: readonly SdpLine[], part: keyof typeof PARTS): boolean {
  let at = 0;
  for (const { letter, least, most } of PARTS[part]) {
    const from = at;
    while (at < lines.length && letter.includes(lines[at]?.type ?? '')) at++;
    const count = at - from;
    if (count < least || count > most) return false;
    if (letter === 'trz' && lines[from]?.type !== 't') return false;
  }
  return at === lines.length;
}

const MANY: number = Number.POSITIVE_INFINITY;

const place = (letter: string, least: 0 | 1, most: number): Place => ({
  letter,
  least,
  most,
});

const PARTS: Readonly<Record<'session' | 'media', readonly Place[]>> = {
  session: [
    place('v', 1, 1),
    place('o', 1, 1),
    place('s', 1, 1),
    place('i', 0, 1),
    place('u', 0, 1),
    place('e', 0, MANY),
    place('p', 0, MANY),
    place('c', 0, 1),
    place('b', 0, MANY),
    place('trz', 1, MANY),
    place('k', 0, 1),
    place('a', 0, MANY),
  ],
  media: [
    place('i', 0, 1),
    place('c', 0, MANY),
    place('b', 0, MANY),
    place('k', 0, 1),
    place('a', 0, MANY),
  ],
};
