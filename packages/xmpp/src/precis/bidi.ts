// The Bidi Rule, RFC 5893 §2: which strings with right-to-left code points read in one way only.
import { property, type Property } from './ranges.ts';
import { BIDI } from './tables.ts';

const BIDI_CLASS: Property = property(BIDI);

/** Whether a string has no right-to-left code point, or satisfies all six conditions. @spec RFC 5893 §2 */
export function fitsBidiRule(text: string): boolean {
  const classes = Array.from(text, (character) => {
    return BIDI_CLASS.classOf(character.codePointAt(0) as number) || 'L';
  }).join('');
  if (!classes.includes('R') && !classes.includes('A')) return true;
  return classes.startsWith('R') ? fitsRightToLeft(classes) : fitsLeftToRight(classes);
}

/** Conditions 2, 3 and 4. */
function fitsRightToLeft(classes: string): boolean {
  if (classes.includes('L') || classes.includes('X')) return false;
  if (classes.includes('E') && classes.includes('A')) return false;
  return 'RAE'.includes(lastBut(classes));
}

/** Conditions 1, 5 and 6. */
function fitsLeftToRight(classes: string): boolean {
  if (!classes.startsWith('L') || /[RAX]/.test(classes)) return false;
  return 'LE'.includes(lastBut(classes));
}

/** The last class before the nonspacing marks at the end. */
function lastBut(classes: string): string {
  let end = classes.length;
  while (end > 0 && classes.charAt(end - 1) === 'M') end -= 1;
  return end === 0 ? 'X' : classes.charAt(end - 1);
}
