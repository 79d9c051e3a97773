// Domain names that can be taken for each other by eye. Each name has a skeleton: its letters without their marks, those
// of other alphabets as the Latin ones they look like, and what runs together in print. Two names with one skeleton look
// alike. The table is small on purpose, Latin, Cyrillic, Greek and Armenian: it warns people, it decides nothing.
import { normalizeDomain, unicodeDomain } from './domain.ts';

/**
 * Whether two different domain names can be taken for each other: `c0ntoso.example` and `contoso.example`, also where
 * one is written in Cyrillic. False for two spellings of one name, and for what is no domain name.
 */
export function looksLike(one: string, other: string): boolean {
  const [a, b] = [normalizeDomain(one), normalizeDomain(other)];
  if (a === undefined || b === undefined || a === b) return false;
  return skeletonOf(a) === skeletonOf(b);
}

/** What a normalised name looks like. Most names are their own skeleton. */
export function skeletonOf(name: string): string {
  if (!SUSPECT.test(name)) return name;
  const text = unicodeDomain(name);
  const latin = ASCII.test(text) ? text : inLatin(text);
  return latin.replace(RUN_TOGETHER, (seen) => READ_AS[seen] ?? seen);
}

/** How a name is disguised by itself: letters of two alphabets in one label, or one that is read as another. */
export function disguiseOf(name: string): 'mixed-alphabets' | 'read-as-latin' | undefined {
  if (!name.includes('xn--')) return undefined;
  const labels = unicodeDomain(name).split('.');
  if (labels.some(mixesAlphabets)) return 'mixed-alphabets';
  return labels.some(isReadAsLatin) ? 'read-as-latin' : undefined;
}

function mixesAlphabets(label: string): boolean {
  return ALPHABETS.filter((alphabet) => alphabet.test(label)).length > 1;
}

function isReadAsLatin(label: string): boolean {
  return !ASCII.test(label) && !LATIN.test(label) && ASCII.test(inLatin(label));
}

function inLatin(text: string): string {
  let read = '';
  for (const character of text.normalize('NFD').replace(MARKS, ''))
    read += LOOKS_LIKE.get(character) ?? character;
  return read;
}

/** Letters, and what looks like them in small print. */
const LETTERS: readonly (readonly [letter: string, others: string])[] = [
  ['a', '\u0430\u03b1\u0251'],
  ['ae', '\u00e6\u04d5'],
  ['b', '\u044c\u03b2\u00df'],
  ['c', '\u0441'],
  ['d', '\u0501\u0111'],
  ['e', '\u0435\u0454\u03b5'],
  ['f', '\u0192'],
  ['g', '\u0261\u0581'],
  ['h', '\u04bb\u0570\u0127'],
  ['i', '\u0456\u03b9\u0131'],
  ['j', '\u0458\u03f3'],
  ['k', '\u043a\u03ba\u0138'],
  ['l', '\u04cf\u0142\u01c0'],
  ['m', '\u043c'],
  ['n', '\u043f\u03b7\u0578\u014b'],
  ['o', '\u043e\u03bf\u03c3\u0585\u00f8'],
  ['oe', '\u0153'],
  ['p', '\u0440\u03c1'],
  ['q', '\u051b'],
  ['r', '\u0433'],
  ['s', '\u0455'],
  ['t', '\u0442\u03c4\u0167'],
  ['u', '\u03c5\u03bc\u057d'],
  ['v', '\u0475\u03bd'],
  ['w', '\u0461\u051d\u03c9'],
  ['x', '\u0445\u03c7'],
  ['y', '\u0443\u04af\u03b3'],
  ['3', '\u0437'],
  ['6', '\u0431'],
];

const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  LETTERS.flatMap(([letter, others]) => Array.from(others, (other) => [other, letter] as const)),
);

const READ_AS: Readonly<Record<string, string>> = { '0': 'o', '1': 'l', rn: 'm', vv: 'w' };
const RUN_TOGETHER = /[01]|rn|vv/g;
/** Names that may not be their own skeleton. */
const SUSPECT = /[01]|rn|vv|xn--/;
const ASCII = /^[a-z0-9.-]*$/;
const MARKS = /\p{Mn}/gu;
const LATIN = /\p{Script=Latin}/u;
const ALPHABETS: readonly RegExp[] = [
  LATIN,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Georgian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
];
