// A body that is one XML document, read as strictly as a stream is, but for comments: documents may hold them, and
// they say nothing. A document type, an entity beyond the five or a processing instruction is none of it. What an old
// format has beside that is a leniency of its reader, named here.
import { decodeUtf8, parseXml, type Fault, type XmlElement, type XmlLimits } from '@interwork/xmpp';

/** What a reader may pass over in front of a root: each is off unless a format needs it. */
export interface Leniencies {
  /** The encoding that the declaration claims: the octets are UTF-8, or no document. */
  readonly encoding?: true;
  /** A document type that names an external subset. Nothing is fetched; one with declarations inside stays refused. */
  readonly doctype?: true;
}

/**
 * The root of a document in UTF-8, or why there is none.
 * @spec RFC 3629 §6
 */
export function readDocument(
  body: Uint8Array,
  limits: Partial<XmlLimits>,
  passes: Leniencies = STRICT,
): XmlElement | Fault {
  const text = decodeUtf8(withoutMark(body));
  return parseXml(text === undefined ? body : withoutComments(leniently(text, passes)), limits);
}

function leniently(text: string, { encoding, doctype }: Leniencies): string {
  const read = encoding === true ? text.replace(CLAIM, '$1') : text;
  return doctype === true ? read.replace(DOCTYPE, '$1') : read;
}

function withoutMark(body: Uint8Array): Uint8Array {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
}

/**
 * A document with an empty section in place of each comment, and nothing in place of those around its root. What is
 * no comment where it stands, inside a tag or a section, does not become one: the reader refuses both alike.
 */
function withoutComments(text: string): string {
  const pieces = text.includes(OPENS) ? piecesOf(text) : [text];
  const first = pieces.findIndex((piece) => piece.replace(DECLARATION, '').trim() !== '');
  const last = pieces.findLastIndex((piece) => piece.trim() !== '');
  const inside = pieces.slice(first, last + 1).join(STANDS_FOR);
  return pieces.slice(0, first).join('') + inside + pieces.slice(last + 1).join('');
}

/** What stands between comments; all in one where something begins like one and is none. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let at = text.indexOf('<!'); at >= 0; ) {
    const isComment = text.startsWith(OPENS, at);
    const end = isComment ? commentEnd(text, at) : sectionEnd(text, at);
    if (end < 0) return [text];
    if (isComment) {
      pieces.push(text.slice(from, at));
      from = end;
    }
    at = text.indexOf('<!', end);
  }
  return [...pieces, text.slice(from)];
}

/** Where a comment ends; -1 when it is none. */
function commentEnd(text: string, at: number): number {
  const dashes = text.indexOf('--', at + OPENS.length);
  if (dashes < 0 || text[dashes + 2] !== '>') return -1;
  return NOT_TEXT.test(text.slice(at, dashes)) ? -1 : dashes + 3;
}

/** Where a section ends; -1 when it is none, such as a document type. */
function sectionEnd(text: string, at: number): number {
  if (!text.startsWith(SECTION, at)) return -1;
  const end = text.indexOf(']]>', at);
  return end < 0 ? -1 : end + 3;
}

const STRICT: Leniencies = {};
/** A declaration as far as its encoding, and that. */
const CLAIM =
  /^(<\?xml[^>]{0,200}?)\s{1,16}encoding\s{0,16}=\s{0,16}(?:"[^"<>]{0,40}"|'[^'<>]{0,40}')/;
/** A document type without declarations, behind a declaration or at the start. */
const DOCTYPE =
  /^((?:<\?xml[^>]*>)?)\s*<!DOCTYPE\s+[^\s"'<>[]+(?:\s+(?:PUBLIC\s+(?:"[^"<>]*"|'[^'<>]*')|SYSTEM)\s+(?:"[^"<>]*"|'[^'<>]*'))?\s*>/;
const OPENS = '<!--';
const SECTION = '<![CDATA[';
const STANDS_FOR = '<![CDATA[]]>';
const DECLARATION = /^<\?xml[^>]*\?>/;
/** What no document may hold anywhere. */
const NOT_TEXT = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
