// The root of a presence document of Microsoft's, from octets: bounds, the leniencies these formats need, and finding
// things by local name, since their namespaces differ from one release to the next. Which elements mean what is each
// format's own file (msrtc-pidf.ts, event-categories.ts, xpidf.ts).
import { elementsOf, isFault, textOf, type XmlElement } from '@interwork/xmpp';
import type { Loss } from '../translation.ts';
import { type Leniencies, readDocument } from './document.ts';
import { cut } from './pidf-note.ts';

/** Why a document is none. */
export interface DocumentFault {
  readonly kind: 'fault';
  readonly code: 'too-large' | 'not-xml' | 'wrong-root' | 'no-entity';
  readonly spec: string;
  readonly text: string;
  /** The status its sender is answered. */
  readonly answer: number;
}

/** How much of a document of Microsoft's is read; all are inclusive. */
export interface MsrtcLimits {
  /** Octets of the whole document. */
  readonly octets: number;
  /** How deep elements may nest, the root being 1. */
  readonly depth: number;
  /** Devices, categories or atoms; those behind are lost. */
  readonly parts: number;
  /** UTF-16 units of a text; a longer one is cut. */
  readonly textLength: number;
  /** UTF-16 units of a URI; a longer one is none. */
  readonly uriLength: number;
}

/** The defaults, each with its reason. */
export const DEFAULT_MSRTC_LIMITS: MsrtcLimits = {
  /** Octets. What a presence document may have in any format; those in use are under 4 KiB. */
  octets: 65_536,
  /** Levels. Category, card, identity, name and its text need six. */
  depth: 16,
  /** Count. Categories in use are about ten; nobody has more devices. */
  parts: 32,
  /** UTF-16 units. As a note of a PIDF document. */
  textLength: 1024,
  /** UTF-16 units. As an identifier of a PIDF document. */
  uriLength: 8192,
};

/** A document under way. */
export interface RootReading {
  readonly limits: MsrtcLimits;
  /** What was left out, by name. */
  readonly lost: Map<string, Loss>;
}

/** What a format's root is called, and where that is said. */
export interface RootKind {
  readonly root: string;
  readonly spec: string;
  readonly passes: Leniencies;
}

/** The root of a document of that kind, or why there is none. */
export function readRoot(
  body: Uint8Array,
  { root, spec, passes }: RootKind,
  { octets, depth }: MsrtcLimits,
): XmlElement | DocumentFault {
  if (body.length > octets)
    return documentFault('too-large', spec, `larger than ${octets} octets`, 413);
  const read = readDocument(body, { stanzaBytes: octets, depth }, passes);
  if (isFault(read)) return documentFault('not-xml', spec, read.text);
  return read.name === root
    ? read
    : documentFault('wrong-root', spec, `the root is not called ${root}`);
}

/** Whose document it is; a fault when it does not say. */
export function uriIn(
  text: string | undefined,
  spec: string,
  { uriLength }: MsrtcLimits,
): string | DocumentFault {
  const uri = (text ?? '').trim();
  if (uri !== '' && uri.length <= uriLength) return uri;
  return documentFault('no-entity', spec, 'it does not say whose presence it is');
}

/** A fault of a document. */
export function documentFault(
  code: DocumentFault['code'],
  spec: string,
  text: string,
  answer = 400,
): DocumentFault {
  return { kind: 'fault', code, spec, text, answer };
}

/** The child elements of that local name, whatever their namespace. */
export function named(el: XmlElement | undefined, name: string): readonly XmlElement[] {
  return el === undefined ? [] : elementsOf(el).filter((inner) => inner.name === name);
}

/** A number from 0 to 99999 as it is written; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return DIGITS.test(trimmed) ? Number(trimmed) : undefined;
}

/** The text in an element, cut to the bound; undefined for one that is blank or not there. */
export function shortText(el: XmlElement | undefined, r: RootReading): string | undefined {
  return short(el === undefined ? undefined : textOf(el), r);
}

/** The same of an attribute. */
export function short(text: string | undefined, r: RootReading): string | undefined {
  const trimmed = text?.trim() ?? '';
  const kept = cut(trimmed, r.limits.textLength);
  if (kept !== trimmed) r.lost.set('text', { what: 'text', spec: 'MS-PRES §2.2' });
  return kept === '' ? undefined : kept;
}

/** The first of them that the bound allows; the others are lost. */
export function firstParts<T>(items: readonly T[], what: string, r: RootReading): readonly T[] {
  if (items.length > r.limits.parts) r.lost.set(what, { what, spec: 'MS-PRES §2.2' });
  return items.slice(0, r.limits.parts);
}

const DIGITS = /^[0-9]{1,5}$/;
