// Sets of ASCII characters as tables, for tests that every message takes: no regular expression runs, and
// no string is made, for a text that needs nothing.

/** Whether each ASCII character belongs; beyond ASCII nothing does. */
export type CharacterSet = Uint8Array;

/** The set of these characters, beside letters and digits where they are asked for. */
export function characterSet(
  marks: string,
  alphanumerics: 'none' | 'lower' | 'both',
): CharacterSet {
  const set = new Uint8Array(128);
  const add = (text: string): void => {
    for (let at = 0; at < text.length; at++) set[text.charCodeAt(at)] = 1;
  };
  add(marks);
  if (alphanumerics !== 'none') add('abcdefghijklmnopqrstuvwxyz0123456789');
  if (alphanumerics === 'both') add('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  return set;
}

/** Whether a text has at least one character and none outside the set. */
export function isWithin(text: string, set: CharacterSet): boolean {
  for (let at = 0; at < text.length; at++) {
    if (set[text.charCodeAt(at)] !== 1) return false;
  }
  return text.length > 0;
}
