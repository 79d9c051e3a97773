// RFC 8048 §6  Notifications: presence documents and stanzas, Tables 1 and 2.
// A document is the whole state of somebody (RFC 3856 §6.8), so all devices go into one, and the ones that are
// missing from the next are gone. One device and what changes is presence-resource.ts, words for how reachable
// somebody is presence-show.ts. Who may see what is not decided here. Departures: docs/departures.md.
import { parseUri, type SipUri, writeUri } from '@interwork/sip';
import { Jid, type Show } from '@interwork/xmpp';
import { derivedResource, jidToImUri, jidToSipUri, sipUriToJid } from '../address.ts';
import { given, listed } from '../body/given.ts';
import type { PidfContact, PidfDocument, PidfTuple } from '../body/pidf.ts';
import { DEFAULT_PIDF_LIMITS } from '../body/pidf-reading.ts';
import type { PidfPerson } from '../body/person.ts';
import { escapedName, resourceOfTupleId, tupleIdOf } from '../body/tuple-id.ts';
import { type Loss, type Refusal, refused, translated, type Translation } from '../translation.ts';
import { type ResourceState, statusesOf } from './presence-resource.ts';
import { ACTIVITY_OF, showOfActivities } from './presence-show.ts';

/** Whose presence is written. */
export interface Presentity {
  readonly jid: Jid;
  /** What the last device said when it went; told of where no other is left. */
  readonly last?: ResourceState | undefined;
}

/** Whose presence is read, and what came with it. */
export interface PresentityAsked {
  readonly presentity: Jid;
  readonly now: number;
  /** Content-Language, for notes that name none. */
  readonly language?: string | undefined;
}

/**
 * The document of somebody's devices, best first; without any, one tuple that is closed. What has no room is
 * named in its `lost`.
 * @spec RFC 8048 §6.2, Table 1
 * @spec RFC 3856 §6.8
 */
export function resourcesToPidf(x: Presentity, resources: readonly ResourceState[]): PidfDocument {
  const best = resources.toSorted(byReach);
  const room = new Room();
  const tuples = best.flatMap((state) => room.take(openTuple(x.jid, state)));
  const persons = listed(personsOf(best));
  return {
    kind: 'pidf',
    entity: jidToImUri(x.jid, 'pres'),
    tuples: tuples.length > 0 ? tuples : room.take(closedTuple(x.last)),
    ...given({ persons, lost: listed(room.lost) }),
  };
}

/**
 * Table 1, row by row.
 * @spec RFC 8048 §6.2, Table 1
 */
function openTuple(user: Jid, state: ResourceState): PidfTuple {
  const { resource, show, statuses, priority, since, idleSince } = state;
  return {
    id: tupleIdOf(resource), //                  resource     tuple 'id'           (2)
    basic: 'open', //                            type         basic status         (4)
    ...given({
      contact: contactOf(user, resource, priority), // priority  priority for tuple   (6)
      show, //                                   show         as it is             (7)
      notes: statuses, //                        status       note, xml:lang
      timestamp: since, //                       delay        timestamp
      userInput: idleSince === undefined ? undefined : idle(idleSince),
    }),
  };
}

/** @spec RFC 8048 §6.2, note 5 */
function closedTuple(last: ResourceState | undefined): PidfTuple {
  const { resource = '', statuses, since } = last ?? {};
  return {
    id: tupleIdOf(resource),
    basic: 'closed',
    ...given({ notes: statuses, timestamp: since }),
  };
}

function idle(lastInput: number): NonNullable<PidfTuple['userInput']> {
  return { state: 'idle', lastInput };
}

/** A negative priority is not mapped. @spec RFC 8048 §6.2, note 6 */
function contactOf(user: Jid, resource: string, priority: number | undefined): PidfContact {
  const device = resource === '' ? user : Jid.of(user.local, user.domain, resource);
  const uri = writeUri(jidToSipUri(device.kind === 'jid' ? device : user));
  const isMapped = priority !== undefined && priority >= 0;
  return { uri, ...given({ priority: isMapped ? priorityToPidf(priority) : undefined }) };
}

/** The priority of a contact for one from 0 to 127, in thousandths. @spec RFC 8048 §6.2, note 6 */
export function priorityToPidf(priority: number): number {
  return Math.floor((Math.min(priority, 127) * 1000) / 127) / 1000;
}

/** The priority for that of a contact; the inverse of `priorityToPidf`. @spec RFC 8048 §6.3, note 2 */
export function priorityToXmpp(priority: number): number {
  return Math.ceil(priority * 127);
}

/** The person is away or busy where every device says so, in the words of the best. @spec RFC 4479 §5 */
function personsOf(best: readonly ResourceState[]): readonly PidfPerson[] {
  const activity = best.map(({ show }) => (show === undefined ? undefined : ACTIVITY_OF[show]));
  const [first] = activity;
  if (first === undefined || activity.includes(undefined)) return [];
  return [{ id: 'person', activities: [{ names: [first] }] }];
}

/** By priority, then by what it says, then the latest, then by name. */
function byReach(a: ResourceState, b: ResourceState): number {
  return (
    (b.priority ?? 0) - (a.priority ?? 0) ||
    REACH[a.show ?? 'here'] - REACH[b.show ?? 'here'] ||
    (b.since ?? 0) - (a.since ?? 0) ||
    (a.resource < b.resource ? -1 : Number(a.resource > b.resource))
  );
}

const REACH: Readonly<Record<Show | 'here', number>> = { chat: 0, here: 1, away: 2, xa: 3, dnd: 4 };

/** Tuples that fit into one document, each under a name of its own. */
class Room {
  readonly #lost = new Map<string, Loss>();
  readonly #names = new Set<string>();
  #octets = MAX_DOCUMENT;

  get lost(): readonly Loss[] {
    return [...this.#lost.values()];
  }

  /** The tuple as far as there is room: with its notes, without, or not at all. */
  take(tuple: PidfTuple): readonly PidfTuple[] {
    const { notes, ...bare } = tuple;
    if (this.#names.size === DEFAULT_PIDF_LIMITS.tuples || this.#names.has(tuple.id))
      return this.#without('resource', []);
    const size = sizeOf(bare);
    const whole = size + (notes ?? []).reduce((sum, note) => sum + NOTE + octetsOf(note.text), 0);
    if (whole <= this.#octets) return this.#put(tuple, whole);
    if (size > this.#octets) return this.#without('resource', []);
    return this.#without('status', this.#put(bare, size));
  }

  #put(tuple: PidfTuple, octets: number): readonly PidfTuple[] {
    this.#octets -= octets;
    this.#names.add(tuple.id);
    return [tuple];
  }

  #without(what: string, tuples: readonly PidfTuple[]): readonly PidfTuple[] {
    this.#lost.set(what, { what, spec: 'RFC 8048 §6.2' });
    return tuples;
  }
}

function sizeOf({ id, contact }: PidfTuple): number {
  return TUPLE + id.length + octetsOf(contact?.uri ?? '');
}

/** Octets of a text in XML, at the most. */
function octetsOf(text: string): number {
  let octets = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    octets += unit < 0x80 ? (isWithinText(unit) ? 1 : ESCAPED) : 3;
  }
  return octets;
}

function isWithinText(unit: number): boolean {
  return (
    unit >= 0x20 &&
    unit !== 0x26 &&
    unit !== 0x3c &&
    unit !== 0x3e &&
    unit !== 0x22 &&
    unit !== 0x27
  );
}

/** Octets of all tuples of a document: with its headers it stays within what a SIP message of ours may have. */
export const MAX_DOCUMENT = 48_000;
/** Octets of a tuple beside its name, its contact and its notes; of a note beside its text; of an escaped character. */
const TUPLE = 480;
const NOTE = 96;
const ESCAPED = 6;

/**
 * Who is reachable, and how, by a document. One of somebody else is refused; what is not understood is lost.
 * @spec RFC 8048 §6.3, Table 2
 * @spec RFC 3856 §6.8
 */
export function pidfToResources(
  d: PidfDocument,
  x: PresentityAsked,
): Translation<readonly ResourceState[]> | Refusal {
  const entity = sipUriToJid(d.entity);
  if (entity.kind !== 'jid' || entity.bare !== x.presentity.bare)
    return refused('malformed-body', 'the presence document is of somebody else');
  const lost = new Map((d.lost ?? []).map((loss) => [loss.what, loss]));
  const states = new Map<string, ResourceState>();
  for (const tuple of d.tuples) {
    const what = addTuple(states, tuple, d, x);
    if (what !== undefined) lost.set(what, { what, spec: 'RFC 8048 §6.3' });
  }
  return translated([...states.values()], [...lost.values()]);
}

/** Adds what a tuple says; the name of what is lost of it, if anything is. */
function addTuple(
  states: Map<string, ResourceState>,
  tuple: PidfTuple,
  d: PidfDocument,
  x: PresentityAsked,
): string | undefined {
  if (tuple.basic === 'closed') return tuple.notes === undefined ? undefined : 'note';
  if (tuple.basic === undefined && !saysMore(tuple)) return 'tuple';
  const names = namesOf(tuple, x.presentity);
  const resource = names.find((name) => !states.has(name));
  if (resource === undefined || states.size === DEFAULT_PIDF_LIMITS.tuples) return 'tuple';
  states.set(resource, stateOf(resource, tuple, d, x));
  return tuple.extended === true ? 'status-extension' : undefined;
}

/** A status without a basic one is an open one if it says anything. @spec RFC 3863 §4.1.3 */
function saysMore({ show, extended, activities, userInput }: PidfTuple): boolean {
  return [show, extended, activities, userInput].some((said) => said !== undefined);
}

/**
 * Table 2, row by row.
 * @spec RFC 8048 §6.3, Table 2
 */
function stateOf(
  resource: string,
  tuple: PidfTuple,
  d: PidfDocument,
  x: PresentityAsked,
): ResourceState {
  const { contact, timestamp } = tuple;
  const input = tuple.userInput ?? d.persons?.find((one) => one.userInput)?.userInput;
  const lastInput = input?.state === 'idle' ? input.lastInput : undefined;
  const priority = contact?.priority;
  return {
    resource, //                                  tuple 'id'          resource of from
    ...given({
      priority: priority === undefined ? undefined : priorityToXmpp(priority), // priority  (2)
      statuses: listed(statusesIn(tuple, d, x)), // note              status
      show: tuple.show ?? showOf(tuple, d, x.now), // show             show               (3)
      since: timestamp !== undefined && timestamp <= x.now ? timestamp : undefined,
      idleSince: lastInput,
    }),
  };
}

/** What the tuple does, or else the person. */
function showOf(tuple: PidfTuple, { persons = [] }: PidfDocument, now: number): Show | undefined {
  const ofPerson = persons.flatMap(({ activities = [] }) => activities);
  const input = tuple.userInput ?? persons.find((one) => one.userInput)?.userInput;
  return showOfActivities(tuple.activities ?? ofPerson, input, now);
}

/** The tuple's own notes, else those of the document, else those of the person. @spec RFC 3863 §4.1.6 */
function statusesIn(
  tuple: PidfTuple,
  { notes, persons }: PidfDocument,
  { language }: PresentityAsked,
): ResourceState['statuses'] & {} {
  const said = tuple.notes ?? notes ?? persons?.find((one) => one.notes)?.notes ?? [];
  return statusesOf(said.map(({ lang = language, text }) => ({ lang, text })));
}

/** What a tuple's resource may be called, first choice first. The last one is marked, and names no device. */
function namesOf({ id, contact }: PidfTuple, user: Jid): readonly string[] {
  const candidates = [resourceOfTupleId(id), deviceOf(contact, user)].map((name) =>
    name === undefined ? undefined : resourceIn(user, name),
  );
  const derived = resourceIn(user, derivedResource(escapedName(id).slice(0, MAX_DERIVED)));
  return [...candidates, derived].filter((name) => name !== undefined);
}

/** The device a contact names, where it is one of the same user. @spec RFC 5627 §4 */
function deviceOf(contact: PidfContact | undefined, user: Jid): string | undefined {
  const uri = contact === undefined ? undefined : parseUri(contact.uri);
  if (uri?.kind !== 'sip') return undefined;
  const jid = sipUriToJid(uri satisfies SipUri);
  return jid.kind === 'jid' && jid.bare === user.bare && jid.resource !== ''
    ? jid.resource
    : undefined;
}

function resourceIn(user: Jid, name: string): string | undefined {
  if (name === '') return '';
  const jid = Jid.of(user.local, user.domain, name);
  return jid.kind === 'jid' ? jid.resource : undefined;
}

/** Characters of a tuple's name in a resource, which may have 1023 octets. */
const MAX_DERIVED = 200;
