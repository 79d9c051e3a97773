// RFC 8048 §6  Notifications: presence documents and stanzas, Tables 1 and 2.
// A document is the whole state of somebody (RFC 3856 §6.8), so all devices go into one, and the ones that are
// missing from the next are gone. One device and what changes is presence-resource.ts, what it is called
// presence-naming.ts, words for how reachable somebody is presence-show.ts. Who may see what is not decided here.
// Departures: docs/departures.md.
import type { Jid, Show } from '@interwork/xmpp';
import { jidToImUri, sipUriToJid } from '../address.ts';
import { given, listed } from '../body/given.ts';
import type { PidfContact, PidfDocument, PidfTuple } from '../body/pidf.ts';
import type { PidfNote } from '../body/pidf-note.ts';
import { DEFAULT_PIDF_LIMITS } from '../body/pidf-reading.ts';
import { PidfRoom } from '../body/pidf-room.ts';
import type { PidfPerson } from '../body/person.ts';
import type { UserInput } from '../body/rpid.ts';
import { tupleIdOf } from '../body/tuple-id.ts';
import { type Refusal, refused, translated, type Translation } from '../translation.ts';
import { contactUri, resourcesOf } from './presence-naming.ts';
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
  const room = new PidfRoom();
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
 * Table 1, row by row, as far as it is about documents; then what it leaves open.
 * @spec RFC 8048 §6.2, Table 1
 */
function openTuple(user: Jid, state: ResourceState): PidfTuple {
  const { resource, priority, show, statuses, since, idleSince } = state;
  return {
    id: tupleIdOf(resource), //                      resource     tuple 'id'          (2)
    basic: 'open', //                                type         basic status        (4) (5)
    contact: contactOf(user, resource, priority), // <priority/>  priority for tuple  (6)
    ...given({
      show, //                                       <show/>      as it is            (7)
      notes: statuses, //                            <status/>    <note/>
      timestamp: since,
      userInput: idleSince === undefined ? undefined : idle(idleSince),
    }),
  };
}

/** @spec RFC 8048 §6.2, note 5 */
function closedTuple(last: ResourceState | undefined): PidfTuple {
  const { resource = '', statuses, since } = last ?? {};
  const id = tupleIdOf(resource);
  return { id, basic: 'closed', ...given({ notes: statuses, timestamp: since }) };
}

/** @spec RFC 4480 §3.16 */
function idle(lastInput: number): UserInput {
  return { state: 'idle', lastInput };
}

/** A negative priority is not mapped. @spec RFC 8048 §6.2, note 6 */
function contactOf(user: Jid, resource: string, priority: number = -1): PidfContact {
  const uri = contactUri(user, resource);
  return priority < 0 ? { uri } : { uri, priority: priorityToPidf(priority) };
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

/**
 * The language of all notes of a document, for Content-Language; undefined when they are in several, or in none.
 * @spec RFC 8048 §6.2, Table 1
 */
export function languageOfPidf({
  tuples,
  notes = [],
  persons = [],
}: PidfDocument): string | undefined {
  const all: readonly PidfNote[] = [tuples, persons].flat().flatMap((one) => one.notes ?? []);
  const [first, ...others] = new Set([...all, ...notes].map(({ lang }) => lang));
  return others.length === 0 ? first : undefined;
}

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
  const resource = resourcesOf(tuple, x.presentity).find((name) => !states.has(name));
  if (resource === undefined || states.size === DEFAULT_PIDF_LIMITS.tuples) return 'tuple';
  states.set(resource, stateOf(resource, tuple, d, x));
  return tuple.extended === true ? 'status-extension' : undefined;
}

/** A status without a basic one is an open one if it says anything. @spec RFC 3863 §4.1.3 */
function saysMore({ show, extended, activities, userInput }: PidfTuple): boolean {
  return [show, extended, activities, userInput].some((said) => said !== undefined);
}

/**
 * Table 2, row by row, as far as it is about documents; then what it leaves open. The type is in being there, from
 * and to in `resourceToPresence`.
 * @spec RFC 8048 §6.3, Table 2
 */
function stateOf(
  resource: string,
  tuple: PidfTuple,
  d: PidfDocument,
  x: PresentityAsked,
): ResourceState {
  const { contact, timestamp } = tuple;
  const priority = contact?.priority;
  const input = inputOf(tuple, d);
  return {
    resource,
    ...given({
      priority: priority === undefined ? undefined : priorityToXmpp(priority), // (2)
      statuses: listed(statusesIn(tuple, d, x)), //           <note/>, Content-Language   <status/>
      show: tuple.show ?? showOf(tuple, d, x.now), //         <show/>                     <show/> (3)
      since: timestamp !== undefined && timestamp <= x.now ? timestamp : undefined,
      idleSince: input?.state === 'idle' ? input.lastInput : undefined,
    }),
  };
}

/** What the tuple does, or else the person. */
function showOf(tuple: PidfTuple, d: PidfDocument, now: number): Show | undefined {
  const ofPerson = (d.persons ?? []).flatMap(({ activities = [] }) => activities);
  return showOfActivities(tuple.activities ?? ofPerson, inputOf(tuple, d), now);
}

function inputOf(tuple: PidfTuple, { persons = [] }: PidfDocument): UserInput | undefined {
  return tuple.userInput ?? persons.find((one) => one.userInput)?.userInput;
}

/** The tuple's own notes, else those of the document, else those of the person. @spec RFC 3863 §4.1.6 */
function statusesIn(
  tuple: PidfTuple,
  { notes, persons = [] }: PidfDocument,
  { language }: PresentityAsked,
): readonly PidfNote[] {
  const said = tuple.notes ?? notes ?? persons.find((one) => one.notes)?.notes ?? [];
  return statusesOf(said.map(({ lang = language, text }) => ({ lang, text })));
}
