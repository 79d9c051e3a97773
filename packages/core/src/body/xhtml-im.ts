// Rich text cut down to XHTML-IM: twelve elements, six attributes, ten style properties, a few kinds of
// address; whatever the tree was. What is allowed and in its place passes as it is, so doing it twice changes
// nothing. The words are in rich-words.ts, the order of things in rich-output.ts.
import { element, type XmlElement } from '@interwork/xmpp';
import { linkOf, pictureOf } from './link.ts';
import { DEFAULT_HTML_LIMITS, type HtmlLimits, type Markup, NS_XHTML } from './markup.ts';
import { type Frame, type Place, RichOutput } from './rich-output.ts';
import { type Word, wordOf } from './rich-words.ts';
import { styleOf } from './style.ts';
import { xmlText } from './text.ts';

/** Rich text that may be shown, and the names of what was left out. */
export interface RichText {
  /** A `body` of XHTML. */
  readonly body: XmlElement;
  readonly lost: readonly string[];
}

/**
 * The allowed part of a tree whose root is a body; `undefined` when it would be too much to write.
 * @spec XEP-0071 §7.8
 */
export function sanitisedXhtml(
  root: Markup,
  limits: HtmlLimits = DEFAULT_HTML_LIMITS,
): RichText | undefined {
  return new Sanitiser(limits).read(root);
}

/** Where a piece of the source stands: where it is put, and whether its blanks count. */
interface Here extends Place {
  readonly kept: boolean;
  /** How much deeper the source may go. */
  readonly room: number;
}

class Sanitiser {
  readonly #limits: HtmlLimits;
  readonly #out: RichOutput;
  readonly #lost = new Set<string>();
  #tooDeep = false;

  constructor(limits: HtmlLimits) {
    this.#limits = limits;
    this.#out = new RichOutput(limits);
  }

  read(root: Markup): RichText | undefined {
    const room = this.#limits.depth;
    this.#within(root, { containers: [], block: undefined, inlines: [], kept: false, room });
    const children = this.#out.end();
    if (this.#out.isOver || this.#tooDeep) return undefined;
    const style = this.#style(root);
    return { body: element('body', NS_XHTML, { style }, children), lost: [...this.#lost] };
  }

  #within(parent: Markup, here: Here): void {
    if (here.room === 0) this.#tooDeep = true;
    if (this.#out.isOver || this.#tooDeep) return;
    const inside = { ...here, room: here.room - 1 };
    for (const node of parent.children) this.#node(node, inside);
  }

  #node(node: Markup | string, here: Here): void {
    if (typeof node === 'string') this.#text(node, here);
    else if (node.ns !== NS_XHTML) this.#lose(foreignName(node));
    else this.#element(node, wordOf(node.name) ?? UNKNOWN, here);
  }

  #element(el: Markup, word: Word, here: Here): void {
    switch (word.kind) {
      case 'unknown':
        this.#lose('unknown');
        this.#within(el, here);
        return;
      case 'nothing':
        this.#lose(el.name.toLowerCase());
        return;
      case 'block':
        this.#block(el, here, word.strong === true, word.kept === true);
        return;
      case 'container':
        this.#container(el, word.name, here);
        return;
      case 'item':
        this.#block(el, here, false, false);
        return;
      case 'cell':
        this.#text(' ', here);
        this.#within(el, here);
        return;
      case 'break':
        this.#out.put(here, element('br', NS_XHTML));
        return;
      default:
        this.#formatting(el, word, here);
    }
  }

  #formatting(el: Markup, word: Word, here: Here): void {
    if (word.kind === 'picture') this.#picture(el, here);
    else if (word.kind === 'link') this.#link(el, here);
    else if (word.kind === 'font')
      this.#inline(el, 'span', { style: this.#style(el, fontOf(el)) }, here);
    else if (word.kind === 'inline')
      this.#inline(el, word.name, { style: this.#style(el, word.style) }, here);
  }

  /** A paragraph, in the style of the ones that it stands in. */
  #block(el: Markup, here: Here, strong: boolean, kept: boolean): void {
    const outer = [here.block?.attrs['style'], alignOf(el)].filter((one) => one !== undefined);
    const block: Frame = { name: 'p', attrs: { style: this.#style(el, outer.join(';')) } };
    const inlines = strong ? this.#added({ name: 'strong', attrs: {} }, here) : here.inlines;
    this.#out.endLine();
    this.#within(el, { ...here, block, inlines, kept: here.kept || kept });
    this.#out.endLine();
  }

  #container(el: Markup, name: 'blockquote' | 'ul' | 'ol', here: Here): void {
    const frame: Frame = { name, attrs: { style: this.#style(el) } };
    const needed = name === 'blockquote' ? 1 : 2;
    const fits = here.containers.length + needed <= this.#limits.containers;
    if (!fits) this.#lose('nesting');
    this.#out.endLine();
    if (!fits) this.#within(el, here);
    else if (name === 'blockquote')
      this.#within(el, { ...here, containers: [...here.containers, frame], block: undefined });
    else this.#list(el, frame, here);
    this.#out.endLine();
  }

  /** What stands in a list beside its items becomes items too. */
  #list(el: Markup, list: Frame, here: Here): void {
    if (here.room === 0) this.#tooDeep = true;
    let loose: Frame | undefined;
    for (const node of el.children) {
      if (this.#out.isOver || this.#tooDeep) return;
      if (typeof node === 'string' && BLANK.test(node)) continue;
      const isItem =
        typeof node !== 'string' && node.ns === NS_XHTML && wordOf(node.name)?.kind === 'item';
      if (isItem) loose = undefined;
      else loose ??= { name: 'li', attrs: {} };
      const item: Frame = loose ?? { name: 'li', attrs: { style: this.#style(node as Markup) } };
      const containers = [...here.containers, list, item];
      const inside = { ...here, containers, block: undefined, room: here.room - 1 };
      if (isItem) this.#item(node, inside);
      else this.#node(node, inside);
    }
  }

  #item(el: Markup, here: Here): void {
    this.#out.endLine();
    this.#within(el, here);
    this.#out.endLine();
  }

  #link(el: Markup, here: Here): void {
    const href = linkOf(el.attrs['href']);
    const style = this.#style(el);
    const isInLink = here.inlines.some((frame) => frame.name === 'a');
    if (href === undefined && el.attrs['href'] !== undefined) this.#lose('href');
    if (href === undefined || isInLink) this.#inline(el, 'span', { style }, here);
    else this.#inline(el, 'a', { href, type: mediaType(el.attrs['type']), style }, here);
  }

  #inline(el: Markup, name: string, attrs: Frame['attrs'], here: Here): void {
    this.#within(el, { ...here, inlines: this.#added({ name, attrs }, here) });
  }

  /** The formatting with one more, unless that says nothing new. */
  #added(frame: Frame, { inlines }: Here): readonly Frame[] {
    const isPlain = Object.values(frame.attrs).every((value) => value === undefined);
    if (isPlain && frame.name === 'span') return inlines;
    if (isPlain && inlines.some(({ name }) => name === frame.name)) return inlines;
    if (inlines.length < this.#limits.inlines) return [...inlines, frame];
    this.#lose('nesting');
    return inlines;
  }

  /** Without an address that passes, what stands for the picture is its text. */
  #picture(el: Markup, here: Here): void {
    const { src, alt, height, width } = el.attrs;
    const address = pictureOf(src);
    if (address === undefined) {
      this.#lose('img');
      if (alt !== undefined) this.#text(alt, here);
      return;
    }
    const sizes = { height: measure(height), width: measure(width) };
    const attrs = {
      src: address,
      alt: alt?.replace(BREAKS, ' '),
      ...sizes,
      style: this.#style(el),
    };
    this.#out.put(here, element('img', NS_XHTML, attrs));
  }

  #text(text: string, here: Here): void {
    const clean = xmlText(text).replaceAll('\f', ' ');
    if (here.kept) this.#keptText(clean, here);
    else if (!this.#out.isFresh || !BLANK.test(clean)) this.#out.put(here, clean);
  }

  /** Line ends as elements, and every second blank as one that is not taken together with its neighbour. */
  #keptText(text: string, here: Here): void {
    for (const [at, line] of text.split('\n').entries()) {
      if (at > 0) this.#out.put(here, element('br', NS_XHTML));
      const kept = line
        .replaceAll('\t', '    ')
        .replaceAll('  ', ' \u00a0')
        .replace(/^ /, '\u00a0');
      if (kept !== '') this.#out.put(here, kept);
    }
  }

  /** The style of an element on top of what stands for it otherwise. */
  #style(el: Markup, given: string = ''): string | undefined {
    const own = el.attrs['style'] ?? '';
    if (own === '' && given === '') return undefined;
    const style = styleOf(`${given};${own.slice(0, MAX_STYLE)}`);
    if (!style.complete || own.length > MAX_STYLE) this.#lose('style');
    return style.text;
  }

  #lose(what: string): void {
    if (this.#lost.size < MAX_LOST) this.#lost.add(what);
  }
}

/** Losses end up in traces, where nothing of a message may: of names only those are told that are known. */
function foreignName({ name }: Markup): string {
  return wordOf(name)?.kind === 'nothing' ? name.toLowerCase() : 'unknown';
}

function fontOf({ attrs }: Markup): string {
  const size = SIZES[Number(attrs['size'])];
  const parts = [`color: ${attrs['color']}`, `font-family: ${attrs['face']}`, `font-size: ${size}`];
  return parts
    .filter((part) => !part.endsWith(': undefined'))
    .join(';')
    .slice(0, MAX_STYLE);
}

function alignOf({ name, attrs }: Markup): string | undefined {
  if (name === 'center') return 'text-align: center';
  const align = attrs['align'];
  return align === undefined ? undefined : `text-align: ${align.slice(0, 16)}`;
}

function mediaType(text: string | undefined): string | undefined {
  return text !== undefined && MEDIA_TYPE.test(text) ? text : undefined;
}

function measure(text: string | undefined): string | undefined {
  return text !== undefined && MEASURE.test(text) ? text : undefined;
}

const UNKNOWN: Word = { kind: 'unknown' };
/** What the sizes of `font` look like: nothing, then 1 to 7. */
const SIZES = [undefined, 'x-small', 'small', 'medium', 'large', 'x-large', 'xx-large', 'xx-large'];
const BLANK = /^[ \t\n\r\f]*$/;
const BREAKS = /[\t\r\n\f]+/g;
const MEDIA_TYPE = /^[a-z0-9][\w.+-]{0,63}\/[a-z0-9][\w.+-]{0,63}$/i;
const MEASURE = /^[0-9]{1,4}%?$/;
/** Characters of a style attribute that are looked at. */
const MAX_STYLE = 1000;
/** Names of losses that are told of one text. */
const MAX_LOST = 12;
