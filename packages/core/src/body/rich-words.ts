// What each element of HTML becomes in XHTML-IM: itself, the nearest one that is allowed, nothing but its
// content, or nothing at all. What is not listed keeps its content only.

/** What an element becomes. */
export type Word =
  /** A line of its own. `strong`: a heading. `kept`: line ends and blanks in it count. */
  | { readonly kind: 'block'; readonly strong?: true; readonly kept?: true }
  /** Formatting, with the style that stands for it where there is no element. */
  | { readonly kind: 'inline'; readonly name: string; readonly style?: string }
  | {
      readonly kind:
        | 'font'
        | 'link'
        | 'picture'
        | 'break'
        | 'item'
        | 'cell'
        | 'nothing'
        | 'unknown';
    }
  | { readonly kind: 'container'; readonly name: 'blockquote' | 'ul' | 'ol' };

/** The word for an element of HTML; `undefined` for one that nobody knows. */
export function wordOf(name: string): Word | undefined {
  return WORDS.get(name.toLowerCase());
}

const BLOCK: Word = { kind: 'block' };
const HEADING: Word = { kind: 'block', strong: true };
const KEPT: Word = { kind: 'block', kept: true };
const NOTHING: Word = { kind: 'nothing' };

function inline(name: string): Word {
  return { kind: 'inline', name };
}

function styled(style: string): Word {
  return { kind: 'inline', name: 'span', style };
}

function all(names: string, word: Word): readonly (readonly [string, Word])[] {
  return names.split(' ').map((name) => [name, word] as const);
}

/**
 * The allowed elements first, then the nearest of others.
 * @spec XEP-0071 §7.8
 */
const WORDS: ReadonlyMap<string, Word> = new Map([
  ['a', { kind: 'link' }],
  ['blockquote', { kind: 'container', name: 'blockquote' }],
  ['br', { kind: 'break' }],
  ['cite', inline('cite')],
  ['em', inline('em')],
  ['img', { kind: 'picture' }],
  ['li', { kind: 'item' }],
  ['ol', { kind: 'container', name: 'ol' }],
  ['p', BLOCK],
  ['span', inline('span')],
  ['strong', inline('strong')],
  ['ul', { kind: 'container', name: 'ul' }],

  ['b', inline('strong')],
  ...all('i var dfn', inline('em')),
  ...all('u ins', styled('text-decoration: underline')),
  ...all('s strike del', styled('text-decoration: line-through')),
  ...all('code kbd samp tt', styled('font-family: monospace')),
  ['big', styled('font-size: larger')],
  ['small', styled('font-size: smaller')],
  ['mark', styled('background-color: yellow')],
  ['font', { kind: 'font' }],
  ...all('h1 h2 h3 h4 h5 h6', HEADING),
  ...all('pre listing xmp plaintext', KEPT),
  ...all(
    'div address center dt dd dl tr caption fieldset figure figcaption details summary',
    BLOCK,
  ),
  ...all('article aside footer header main nav section table form', BLOCK),
  ...all('menu dir', { kind: 'container', name: 'ul' }),
  ...all('td th', { kind: 'cell' }),
  ['hr', { kind: 'break' }],

  ...all('script style iframe frame frameset noframes noscript noembed template', NOTHING),
  ...all('head title base link meta object embed applet param svg math canvas', NOTHING),
  ...all('audio video source track map area', NOTHING),
  ...all('input select option optgroup datalist textarea button keygen', NOTHING),
] as readonly (readonly [string, Word])[]);
