// The filter of links in messages, as New-CsImFilterConfiguration has it: what begins like a link is let through with an
// underscore before it, or refused, or comes with a warning; and so many links that nobody writes them are refused whatever
// is wished. Text in, text out. Whether a message is filtered is policy's to say; subjects and the addresses hidden in
// rich text are looked at too, and rich text is not rewritten: its text alone goes on then.
import { type FederationObligation, LYNC_DEFAULTS } from '@interwork/policy';

/** What policy says about links. */
export type LinkFilter = Extract<FederationObligation, { readonly kind: 'filter' }>;

/** What is looked through. */
export interface LinkText {
  readonly text: string;
  readonly subject?: string | undefined;
  /** Whatever else may hold links: the addresses and words of rich text. They are counted, not rewritten. */
  readonly hidden?: readonly string[];
}

/** What becomes of it. `changed` has what is to be sent instead, without rich text. */
export type FilteredText =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly text: string; readonly subject: string | undefined }
  | { readonly kind: 'blocked'; readonly links: number };

/** Looks through a message. */
export function filterLinks(message: LinkText, filter: LinkFilter): FilteredText {
  const { text, subject, hidden = [] } = message;
  const pattern = patternOf(filter);
  const links = [text, subject ?? '', ...hidden].reduce(
    (sum, one) => sum + countOf(one, pattern, MAX_LINKS + 1 - sum),
    0,
  );
  if (links === 0) return { kind: 'same' };
  if (filter.action === 'block' || links > MAX_LINKS) return { kind: 'blocked', links };
  const write = filter.action === 'allow' ? withUnderscores : unchanged;
  return {
    kind: 'changed',
    text: headed(filter, write(text, pattern)),
    subject: subject === undefined ? undefined : write(subject, pattern),
  };
}

/** More links than these are refused, whatever the action. */
export const MAX_LINKS = 1000;

/** No more than `most` are counted. */
function countOf(text: string, pattern: RegExp, most: number): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) if (++count >= most) break;
  return count;
}

/** A link that has its underscore already gets no second one. */
function withUnderscores(text: string, pattern: RegExp): string {
  return text.replace(pattern, (link, at: number) => (text[at - 1] === '_' ? link : `_${link}`));
}

function unchanged(text: string): string {
  return text;
}

/** The words that the operator wants before such a message. */
function headed({ text: words }: LinkFilter, text: string): string {
  return words === '' ? text : `${words}\n${text}`;
}

/**
 * One pattern for each list of prefixes, which is one object for as long as a policy lives. A list that names nothing is
 * that of a new configuration.
 */
function patternOf({ prefixes }: LinkFilter): RegExp {
  const known = PATTERNS.get(prefixes);
  if (known !== undefined) return known;
  const names = prefixes.length === 0 ? LYNC_DEFAULTS.imFilter.prefixes : prefixes;
  const words = names.filter((name) => name !== '').map(wordOf);
  const pattern = words.length === 0 ? NEVER : new RegExp(`${START}(?:${words.join('|')})`, 'giu');
  PATTERNS.set(prefixes, pattern);
  return pattern;
}

const PATTERNS = new WeakMap<readonly string[], RegExp>();

/** A star stands for letters and digits, as in `www2.` */
function wordOf(prefix: string): string {
  return prefix
    .split(/\*+/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join('[\\p{L}\\p{N}]{0,16}');
}

/** Where a word begins. */
const START = '(?<![\\p{L}\\p{N}])';
const NEVER = /(?!)/gu;
