// Text as HTML. Everything that comes from elsewhere goes through `text`, so that nothing of it becomes structure; what
// would not be seen, or would turn the direction of reading, is written by its number.

/** HTML that was made here: nothing else is put into a page as it is. */
export interface Markup {
  readonly html: string;
}

/** Any text, as text. */
export function text(value: string): Markup {
  return { html: escaped(value) };
}

/** Parts of a page one after the other. */
export function joined(parts: readonly Markup[]): Markup {
  return { html: parts.map(({ html }) => html).join('') };
}

/** A template whose literal parts are HTML, and whose values are texts unless they were made here. */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let out = literals[0] ?? '';
  for (const [at, value] of values.entries()) out += written(value) + (literals[at + 1] ?? '');
  return { html: out };
}

type Value = string | number | Markup | readonly Markup[];

function written(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'html' in value ? value.html : joined(value).html;
}

function escaped(value: string): string {
  return value.replaceAll(UNSEEN, numbered).replaceAll(MEANT, (char) => `&#${char.charCodeAt(0)};`);
}

function numbered(char: string): string {
  return `⟨${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

const MEANT = /[&<>"'`=]/g;
/** Control characters but line feed and tab, surrogates that stand alone, and marks of direction. */
const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;
