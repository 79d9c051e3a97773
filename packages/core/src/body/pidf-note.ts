// Notes for people, in documents and their parts: one text for each language. RFC 3863 §4.1.6.
import { element, textOf, type XmlElement } from '@interwork/xmpp';
import { given, listed } from './given.ts';
import { lose, type Reading, within } from './pidf-reading.ts';

/** A text for people, and its language where one is given. */
export interface PidfNote {
  readonly lang?: string;
  readonly text: string;
}

/** The language that holds inside an element. */
export function languageIn(el: XmlElement, outer: string | undefined): string | undefined {
  const own = el.attrs['xml:lang'];
  if (own === undefined) return outer;
  return own === '' || own.length > MAX_LANG ? undefined : own;
}

/**
 * The notes among elements; blank ones are none.
 * @spec RFC 3863 §4.1.6
 */
export function readNotes(
  elements: readonly XmlElement[],
  lang: string | undefined,
  r: Reading,
): readonly PidfNote[] | undefined {
  const said = elements.filter((el) => textOf(el).trim() !== '');
  return listed(within(said, r.limits.notes, 'note', r).map((el) => noteOf(el, lang, r)));
}

function noteOf(el: XmlElement, lang: string | undefined, r: Reading): PidfNote {
  const whole = textOf(el);
  const text = cut(whole, r.limits.noteLength);
  if (text !== whole) lose(r, 'note', 'RFC 3863 §4.1.6');
  return { ...given({ lang: languageIn(el, lang) }), text };
}

/** At most so many UTF-16 units of a text, whole characters only. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** Elements of notes, in a namespace. */
export function noteElements(
  notes: readonly PidfNote[] | undefined,
  ns: string,
): readonly XmlElement[] {
  return (notes ?? []).map(({ lang, text }) => element('note', ns, { 'xml:lang': lang }, [text]));
}

/** UTF-16 units of a language tag. */
const MAX_LANG = 64;
