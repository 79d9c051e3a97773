// What all readers of a presence document share: its bounds, the losses they find, instants, and what an
// extension says must be understood (RFC 3863 §4.2.3). The document itself is pidf.ts.
import { elementsOf, instantOf, textOf, type XmlElement } from '@interwork/xmpp';
import type { Loss } from '../translation.ts';

/** The namespace of presence documents. @spec RFC 3863 §4.2.2 */
export const NS_PIDF = 'urn:ietf:params:xml:ns:pidf';
/** The namespace of persons and devices. @spec RFC 4479 §5.1.2 */
export const NS_DATA_MODEL = 'urn:ietf:params:xml:ns:pidf:data-model';
/** The namespace of rich presence. @spec RFC 4480 §3.1 */
export const NS_RPID = 'urn:ietf:params:xml:ns:pidf:rpid';

/** How much of a presence document is read; all are inclusive. */
export interface PidfLimits {
  /** Octets of the whole document. */
  readonly octets: number;
  /** How deep elements may nest, the root being 1. */
  readonly depth: number;
  /** Tuples; those behind are lost. */
  readonly tuples: number;
  /** Persons; those behind are lost. */
  readonly persons: number;
  /** Notes of one element; those behind are lost. */
  readonly notes: number;
  /** UTF-16 units of a note; a longer one is cut. */
  readonly noteLength: number;
  /** Activities of one element, and such elements in one place; those behind are lost. */
  readonly activities: number;
  /** UTF-16 units of an identifier or a URI; a longer URI is lost, a tuple of a longer identifier too. */
  readonly nameLength: number;
}

/** The defaults, each with its reason. */
export const DEFAULT_PIDF_LIMITS: PidfLimits = {
  /** Octets. More than one SIP message of ours may have; documents in use are under 4 KiB. */
  octets: 65_536,
  /** Levels. Rich presence in use needs six. */
  depth: 16,
  /** Count. One for each device of a person, of which XMPP servers allow about ten. */
  tuples: 32,
  /** Count. One for each publisher that a presence server puts together. */
  persons: 4,
  /** Count. One for each language of a text. */
  notes: 8,
  /** UTF-16 units. What a contact list shows of a status, many times over. */
  noteLength: 1024,
  /** Count. RFC 4480 names 28 activities; nobody does more than a few at once. */
  activities: 8,
  /** UTF-16 units. The longest JID, percent-encoded, fits. */
  nameLength: 8192,
};

/** A document being read. */
export interface Reading {
  readonly limits: PidfLimits;
  /** What was left out, by name. */
  readonly lost: Map<string, Loss>;
}

/** Remembers that something was left out. */
export function lose(reading: Reading, what: string, spec: string): void {
  if (!reading.lost.has(what)) reading.lost.set(what, { what, spec });
}

/** The first of them that the bound allows; the others are lost. */
export function within<T>(
  items: readonly T[],
  most: number,
  what: string,
  r: Reading,
): readonly T[] {
  if (items.length <= most) return items;
  lose(r, what, 'RFC 3863 §4.1');
  return items.slice(0, most);
}

/**
 * Whether nothing that is not known in an element says that it must be.
 * @spec RFC 3863 §4.2.3
 */
export function isUnderstood(el: XmlElement, known: (child: XmlElement) => boolean): boolean {
  return elementsOf(el).every((child) => known(child) || !mustBeUnderstood(child));
}

function mustBeUnderstood({ attrs }: XmlElement): boolean {
  const value = (attrs[MUST_UNDERSTAND] ?? attrs['mustUnderstand'])?.trim();
  return value === 'true' || value === '1';
}

const MUST_UNDERSTAND = `{${NS_PIDF}}mustUnderstand`;

/** The instant an element holds (epoch ms); undefined when it names none. @spec RFC 3863 §4.1.7 */
export function instantIn(el: XmlElement | undefined): number | undefined {
  return el === undefined ? undefined : instantOf(textOf(el).trim());
}

/** The instant an attribute holds (epoch ms). */
export function instantOfAttribute(text: string | undefined): number | undefined {
  return text === undefined ? undefined : instantOf(text.trim());
}

/** Whether a timestamp can name an instant: its year has four digits. */
export function isNameable(instant: number | undefined): instant is number {
  return instant !== undefined && instant >= FIRST && instant <= LAST;
}

const FIRST = -62_135_596_800_000;
const LAST = 253_402_300_799_999;
