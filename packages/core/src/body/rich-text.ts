// The plain text of XHTML-IM: lines where its blocks and breaks are, blanks taken together, and the address
// of each link behind its text. For those who show no rich text, and for who reads aloud.
import { writeXml, type XmlElement } from '@interwork/xmpp';

/**
 * The text of a sanitised body.
 * @spec XEP-0071 §8
 */
export function xhtmlToText(body: XmlElement): string {
  const out = new Lines();
  addTo(out, body);
  return out.since(0);
}

/** A sanitised body as a text/html document. */
export function xhtmlToHtml(body: XmlElement): string {
  return `<html>${writeXml(body, '')}</html>`;
}

function addTo(out: Lines, el: XmlElement): void {
  const isBlock = BLOCKS.has(el.name);
  if (isBlock) out.endLine();
  if (el.name === 'br') out.breakLine();
  if (el.name === 'img') out.words(el.attrs['alt'] || el.attrs['src'] || '');
  const before = out.mark;
  for (const node of el.children) {
    if (typeof node === 'string') out.words(node);
    else addTo(out, node);
  }
  if (el.name === 'a') out.words(behind(el.attrs['href'] ?? '', out.since(before)));
  if (isBlock) out.endLine();
}

/** What is said of a link's address: nothing where its text says it. */
function behind(href: string, text: string): string {
  const bare = href.replace(/^[a-z]+:(?:\/\/)?/i, '').replace(/\/$/, '');
  return text === href || text.replace(/\/$/, '') === bare ? '' : ` (${href})`;
}

/** Text that grows by words and lines. Kept in pieces, so that looking at its end costs nothing. */
class Lines {
  readonly #pieces: string[] = [];
  #lineEnds = false;
  #blank = false;
  #atStart = true;

  /** Where the text has come to. */
  get mark(): number {
    return this.#pieces.length;
  }

  since(mark: number): string {
    return this.#pieces.slice(mark).join('').trim();
  }

  /** What comes next, if anything, begins a line. */
  endLine(): void {
    this.#lineEnds = true;
  }

  breakLine(): void {
    this.#flushLine();
    this.#pieces.push('\n');
    this.#blank = false;
    this.#atStart = true;
  }

  words(text: string): void {
    const spaced = text.replace(/[ \t\n]+/g, ' ');
    if (spaced.startsWith(' ')) this.#blank = true;
    const words = spaced.slice(
      spaced.startsWith(' ') ? 1 : 0,
      spaced.endsWith(' ') ? -1 : undefined,
    );
    if (words === '') return;
    this.#flushLine();
    if (this.#blank && !this.#atStart) this.#pieces.push(' ');
    this.#pieces.push(words.replaceAll('\u00a0', ' '));
    this.#blank = spaced.endsWith(' ');
    this.#atStart = false;
  }

  #flushLine(): void {
    if (this.#lineEnds && !this.#atStart) {
      this.#pieces.push('\n');
      this.#atStart = true;
    }
    this.#lineEnds = false;
  }
}

const BLOCKS: ReadonlySet<string> = new Set(['body', 'p', 'blockquote', 'ul', 'ol', 'li']);
