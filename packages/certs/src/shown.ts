// Texts of strangers, made fit for a sentence in a log: cut short, and without characters that move
// a terminal or a reader.

import { hasControl } from './bytes.ts';

/** A text for people: at most 255 characters, controls and direction marks as `?`. */
export function shown(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  let safe = '';
  for (const char of cut) safe += hasControl(char) || isDirection(char) ? '?' : char;
  return safe;
}

// line and paragraph separators, and the marks that turn the direction of writing
function isDirection(char: string): boolean {
  const point = char.codePointAt(0) ?? 0;
  return (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

// longer than any host name
const MAX_SHOWN = 255;
