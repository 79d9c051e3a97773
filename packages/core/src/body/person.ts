// The person of a presence document: what holds for somebody whatever the device. RFC 4479 §5. Devices are ignored.
import { child, childrenOf, element, stampOf, type XmlElement } from '@interwork/xmpp';
import { given } from './given.ts';
import { languageIn, noteElements, type PidfNote, readNotes } from './pidf-note.ts';
import {
  instantIn,
  isNameable,
  isUnderstood,
  lose,
  NS_DATA_MODEL,
  NS_RPID,
  type Reading,
} from './pidf-reading.ts';
import {
  type Activities,
  activitiesElements,
  readActivities,
  readUserInput,
  type UserInput,
  userInputElement,
} from './rpid.ts';

/** What a document says of the person, not of a device. @spec RFC 4479 §5 */
export interface PidfPerson {
  readonly id: string;
  readonly activities?: readonly Activities[];
  readonly userInput?: UserInput;
  readonly notes?: readonly PidfNote[];
  /** Since when this is so (epoch ms). */
  readonly timestamp?: number;
}

/** A person; undefined when it says nothing that is usable. @spec RFC 4479 §5 */
export function readPerson(
  el: XmlElement,
  outer: string | undefined,
  r: Reading,
): PidfPerson | undefined {
  if (!isUnderstood(el, isKnown)) {
    lose(r, 'must-understand', 'RFC 3863 §4.2.3');
    return undefined;
  }
  const id = (el.attrs['id'] ?? '').trim().slice(0, r.limits.nameLength);
  const notes = readNotes(childrenOf(el, 'note'), languageIn(el, outer), r);
  const activities = readActivities([el], r);
  const userInput = readUserInput([el], r);
  const timestamp = instantIn(child(el, 'timestamp'));
  return { id, ...given({ activities, userInput, notes, timestamp }) };
}

function isKnown({ name, ns }: XmlElement): boolean {
  if (ns === NS_RPID) return name === 'activities' || name === 'user-input';
  return ns === NS_DATA_MODEL && (name === 'note' || name === 'timestamp');
}

/** The element of a person. */
export function personElement(person: PidfPerson): XmlElement {
  const { id, activities, userInput, notes, timestamp } = person;
  const stamp = isNameable(timestamp) ? [stampOf(timestamp)] : undefined;
  return element('person', NS_DATA_MODEL, { id }, [
    ...activitiesElements(activities),
    userInputElement(userInput),
    ...noteElements(notes, NS_DATA_MODEL),
    stamp && element('timestamp', NS_DATA_MODEL, {}, stamp),
  ]);
}
