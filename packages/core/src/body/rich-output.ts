// The tree that is written: content is put where it belongs, and what it must stand in is opened only then.
// So nothing empty is written, no paragraph stands within another, and formatting that goes over the end of
// a paragraph is opened again in the next. Bounded: a text that grows beyond is given up.
import { element, type XmlElement } from '@interwork/xmpp';
import { type HtmlLimits, NS_XHTML } from './markup.ts';

/** An element that content is to stand in. Told apart by identity. */
export interface Frame {
  readonly name: string;
  readonly attrs: Readonly<Record<string, string | undefined>>;
}

/** Where content belongs, from outside to inside. */
export interface Place {
  /** Quotes, lists and their items. */
  readonly containers: readonly Frame[];
  readonly block: Frame | undefined;
  readonly inlines: readonly Frame[];
}

type Content = XmlElement | string;

interface Open {
  readonly frame: Frame;
  readonly children: Content[];
}

/** Takes content in the order of the text. */
export class RichOutput {
  readonly #limits: HtmlLimits;
  readonly #root: Content[] = [];
  readonly #open: Open[] = [];
  #containers = 0;
  #elements = 0;
  #characters = 0;
  #fresh = true;

  constructor(limits: HtmlLimits) {
    this.#limits = limits;
  }

  /** Whether more has come than may be written. */
  get isOver(): boolean {
    const { elements, characters } = this.#limits;
    return this.#elements > elements || this.#characters > characters;
  }

  /** Whether nothing stands yet on the line that is being written, so that blanks mean nothing. */
  get isFresh(): boolean {
    return this.#fresh;
  }

  /** Ends the paragraph, if one is open. */
  endLine(): void {
    this.#closeTo(this.#containers);
    this.#fresh = true;
  }

  /** Puts text or an empty element in its place. */
  put(place: Place, content: Content): void {
    if (this.isOver) return;
    const { containers, block, inlines } = place;
    const wanted =
      block === undefined ? [...containers, ...inlines] : [...containers, block, ...inlines];
    let same = 0;
    while (same < wanted.length && this.#open[same]?.frame === wanted[same]) same++;
    this.#closeTo(same);
    for (const frame of wanted.slice(same)) this.#begin(frame);
    this.#containers = containers.length;
    this.#fresh = false;
    this.#add(content);
  }

  /** All that was put, closed. */
  end(): readonly Content[] {
    this.#closeTo(0);
    return this.#root;
  }

  #begin(frame: Frame): void {
    this.#count(frame.name, frame.attrs);
    this.#open.push({ frame, children: [] });
  }

  #count(name: string, attrs: Frame['attrs']): void {
    this.#elements++;
    this.#characters += 2 * name.length + 5;
    for (const key in attrs) this.#characters += key.length + (attrs[key]?.length ?? 0) + 4;
  }

  #add(content: Content): void {
    if (typeof content === 'string') this.#characters += content.length;
    else this.#count(content.name, content.attrs);
    (this.#open.at(-1)?.children ?? this.#root).push(content);
  }

  #closeTo(depth: number): void {
    while (this.#open.length > depth) {
      const { frame, children } = this.#open.pop() as Open;
      const closed = element(frame.name, NS_XHTML, frame.attrs, children);
      (this.#open.at(-1)?.children ?? this.#root).push(closed);
    }
    this.#containers = Math.min(this.#containers, depth);
  }
}
