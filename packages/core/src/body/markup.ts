// The tree that rich text is read from, wherever it came: XHTML-IM in a stanza, or HTML through parse5
// (html-read.ts). Names and attributes are the sender's; what of them passes is decided in xhtml-im.ts.

/** An element of a tree that nobody has checked. An `XmlElement` is one. */
export interface Markup {
  readonly name: string;
  readonly ns: string;
  /** Inherits nothing. */
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (Markup | string)[];
}

/** The namespace of HTML. */
export const NS_XHTML = 'http://www.w3.org/1999/xhtml';
/** @spec XEP-0071 §5 */
export const NS_XHTML_IM = 'http://jabber.org/protocol/xhtml-im';

/** What rich text may cost, reading and writing it. All are inclusive. */
export interface HtmlLimits {
  /** Elements that a text may open within each other. Mail programs nest a dozen. */
  readonly depth: number;
  /**
   * Elements made of a text, those that its author did not write included: misnested formatting is opened
   * again in every paragraph, so 60 kB can ask for millions.
   */
  readonly elements: number;
  /** Characters of what is written: twice the longest message, half of what XMPP servers let pass. */
  readonly characters: number;
  /** Lists and quotes within each other that are kept: what a reader can follow, and no peer's stanza limit. */
  readonly containers: number;
  /** Formatting within each other that is kept, and opened again in each paragraph. */
  readonly inlines: number;
}

/** The bounds used for rich text. */
export const DEFAULT_HTML_LIMITS: HtmlLimits = {
  depth: 128,
  elements: 10_000,
  characters: 131_072,
  containers: 12,
  inlines: 12,
};
