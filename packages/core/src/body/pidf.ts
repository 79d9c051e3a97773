// Presence documents, application/pidf+xml: RFC 3863, with what RFC 4479, RFC 4480 and RFC 8048 §6.2 put into
// them, read over the strict reader. Whatever else they hold is ignored, or named as lost. What a document means
// for a stanza is rules/presence-notification.ts; writing one is pidf-write.ts.
import {
  child,
  childrenOf,
  elementsOf,
  isFault,
  NS,
  type Show,
  textOf,
  type XmlElement,
} from '@interwork/xmpp';
import type { Loss } from '../translation.ts';
import { type Leniencies, readDocument } from './document.ts';
import { given, listed } from './given.ts';
import { type PidfPerson, readPerson } from './person.ts';
import { languageIn, type PidfNote, readNotes } from './pidf-note.ts';
import {
  DEFAULT_PIDF_LIMITS,
  instantIn,
  isUnderstood,
  lose,
  NS_DATA_MODEL,
  NS_PIDF,
  NS_RPID,
  type PidfLimits,
  type Reading,
  within,
} from './pidf-reading.ts';
import { type Activities, readActivities, readUserInput, type UserInput } from './rpid.ts';

/** The content type of presence documents. @spec RFC 3863 §3.1 */
export const PIDF_TYPE = 'application/pidf+xml';

/** A presence document: plain data, with only what is there. @spec RFC 3863 §4.1.1 */
export interface PidfDocument {
  readonly kind: 'pidf';
  /** The URI of whose presence it is. */
  readonly entity: string;
  readonly tuples: readonly PidfTuple[];
  /** What is said of the person as a whole. */
  readonly notes?: readonly PidfNote[];
  readonly persons?: readonly PidfPerson[];
  /** What could not be read, or had no room. */
  readonly lost?: readonly Loss[];
}

/** One way to reach somebody, and whether it is open. @spec RFC 3863 §4.1.2 */
export interface PidfTuple {
  /** Unique within the document. */
  readonly id: string;
  readonly basic?: 'open' | 'closed';
  /** XMPP's own word, inside the status. @spec RFC 8048 §6.2 */
  readonly show?: Show;
  /** Whether the status says something in words that are not known here. */
  readonly extended?: true;
  readonly activities?: readonly Activities[];
  readonly userInput?: UserInput;
  readonly contact?: PidfContact;
  readonly notes?: readonly PidfNote[];
  /** Since when this is so (epoch ms). */
  readonly timestamp?: number;
}

/** Where a tuple leads. @spec RFC 3863 §4.1.5 */
export interface PidfContact {
  readonly uri: string;
  /** 0 to 1, in thousandths. */
  readonly priority?: number;
}

/** Why a document is none. */
export interface PidfFault {
  readonly kind: 'fault';
  readonly code: 'too-large' | 'not-xml' | 'not-pidf' | 'no-entity' | 'must-understand';
  readonly spec: string;
  readonly text: string;
  /** The status its sender is answered. */
  readonly answer: number;
}

/** What some peers write otherwise. */
export interface PidfDialect {
  readonly passes: Leniencies;
  /** The tree as the RFC has it. */
  readonly mend: (root: XmlElement) => XmlElement;
}

/**
 * A presence document; a fault when it is none. Of what is too much the first is read, and the rest named in
 * `lost`.
 * @spec RFC 3863 §4.1
 */
export function parsePidf(
  body: Uint8Array,
  limits: PidfLimits = DEFAULT_PIDF_LIMITS,
  { passes, mend }: PidfDialect = AS_IT_IS,
): PidfDocument | PidfFault {
  if (body.length > limits.octets)
    return fault('too-large', 'RFC 3863 §4.1', `larger than ${limits.octets} octets`, 413);
  const { octets, depth } = limits;
  const read = readDocument(body, { stanzaBytes: octets, depth }, passes);
  if (isFault(read)) return fault('not-xml', 'RFC 3863 §4.1', read.text);
  const root = mend(read);
  if (root.name !== 'presence' || root.ns !== NS_PIDF)
    return fault('not-pidf', 'RFC 3863 §4.1.1', 'the root is not a presence of PIDF');
  if (!isUnderstood(root, isKnownInRoot))
    return fault(
      'must-understand',
      'RFC 3863 §4.2.3',
      'it holds what must be understood and is not',
    );
  return documentOf(root, { limits, lost: new Map() });
}

function documentOf(root: XmlElement, r: Reading): PidfDocument | PidfFault {
  const entity = (root.attrs['entity'] ?? '').trim();
  if (entity === '' || entity.length > r.limits.nameLength)
    return fault('no-entity', 'RFC 3863 §4.1.1', 'it does not say whose presence it is');
  const lang = languageIn(root, undefined);
  const tuples = readTuples(root, lang, r);
  const notes = readNotes(childrenOf(root, 'note'), lang, r);
  const persons = readPersons(root, lang, r);
  const lost = listed([...r.lost.values()]);
  return { kind: 'pidf', entity, tuples, ...given({ notes, persons, lost }) };
}

function readPersons(
  root: XmlElement,
  lang: string | undefined,
  r: Reading,
): readonly PidfPerson[] | undefined {
  const found = within(childrenOf(root, 'person', NS_DATA_MODEL), r.limits.persons, 'person', r);
  const persons = found.map((el) => readPerson(el, lang, r));
  return listed(persons.filter((person) => person !== undefined));
}

/** Of two tuples with one identifier the first counts. */
function readTuples(root: XmlElement, lang: string | undefined, r: Reading): readonly PidfTuple[] {
  const tuples = new Map<string, PidfTuple>();
  for (const el of within(childrenOf(root, 'tuple'), r.limits.tuples, 'tuple', r)) {
    const id = (el.attrs['id'] ?? '').trim();
    const isUsable = id !== '' && id.length <= r.limits.nameLength && !tuples.has(id);
    const tuple = isUsable ? readTuple(el, id, languageIn(el, lang), r) : undefined;
    if (tuple === undefined) lose(r, 'tuple', 'RFC 3863 §4.1.2');
    else tuples.set(id, tuple);
  }
  return [...tuples.values()];
}

function readTuple(
  el: XmlElement,
  id: string,
  lang: string | undefined,
  r: Reading,
): PidfTuple | undefined {
  const status = child(el, 'status');
  if (status === undefined) return undefined;
  if (!isUnderstood(el, isKnownInTuple) || !isUnderstood(status, isKnownInStatus)) {
    lose(r, 'must-understand', 'RFC 3863 §4.2.3');
    return undefined;
  }
  const basic = basicOf(child(status, 'basic'));
  const show = showOf(child(status, 'show', NS.client));
  const extended = elementsOf(status).some((inner) => !isKnownInStatus(inner)) || undefined;
  const activities = readActivities([el, status], r);
  const userInput = readUserInput([el, status], r);
  const contact = contactOf(child(el, 'contact'), r);
  const notes = readNotes(childrenOf(el, 'note'), lang, r);
  const timestamp = instantIn(child(el, 'timestamp'));
  const said = { basic, show, extended, activities, userInput, contact, notes, timestamp };
  return { id, ...given(said) };
}

/** @spec RFC 3863 §4.1.4 */
function basicOf(el: XmlElement | undefined): PidfTuple['basic'] {
  const text = el === undefined ? '' : textOf(el).trim();
  return text === 'open' || text === 'closed' ? text : undefined;
}

function showOf(el: XmlElement | undefined): Show | undefined {
  const text = el === undefined ? '' : textOf(el).trim();
  return text === 'away' || text === 'chat' || text === 'dnd' || text === 'xa' ? text : undefined;
}

/** @spec RFC 3863 §4.1.5 */
function contactOf(el: XmlElement | undefined, r: Reading): PidfContact | undefined {
  const uri = el === undefined ? '' : textOf(el).trim();
  if (el === undefined || uri === '') return undefined;
  if (uri.length > r.limits.nameLength) {
    lose(r, 'contact', 'RFC 3863 §4.1.5');
    return undefined;
  }
  return { uri, ...given({ priority: priorityOf(el.attrs['priority']) }) };
}

/** A value out of range is none; more decimals than three say nothing. @spec RFC 3863 §4.1.5 */
function priorityOf(text: string | undefined): number | undefined {
  const found = PRIORITY.exec(text?.trim() ?? '');
  if (found === null) return undefined;
  const thousandths = Number(`${found[1]}${(found[2] ?? '').padEnd(3, '0').slice(0, 3)}`);
  return thousandths > 1000 ? undefined : thousandths / 1000;
}

const AS_IT_IS: PidfDialect = { passes: {}, mend: (root) => root };
const PRIORITY = /^([01])(?:\.([0-9]{0,16}))?$/;

function isKnownInRoot({ name, ns }: XmlElement): boolean {
  if (ns === NS_DATA_MODEL) return name === 'person';
  return ns === NS_PIDF && (name === 'tuple' || name === 'note');
}

function isKnownInTuple({ name, ns }: XmlElement): boolean {
  return ns === NS_PIDF ? IN_TUPLE.has(name) : isKnownRpid(name, ns);
}

function isKnownInStatus({ name, ns }: XmlElement): boolean {
  if (ns === NS_PIDF) return name === 'basic';
  return ns === NS.client ? name === 'show' : isKnownRpid(name, ns);
}

function isKnownRpid(name: string, ns: string): boolean {
  return ns === NS_RPID && (name === 'activities' || name === 'user-input');
}

const IN_TUPLE: ReadonlySet<string> = new Set(['status', 'contact', 'note', 'timestamp']);

function fault(code: PidfFault['code'], spec: string, text: string, answer = 400): PidfFault {
  return { kind: 'fault', code, spec, text, answer };
}
