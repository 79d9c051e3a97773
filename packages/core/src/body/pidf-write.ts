// Presence documents as octets: declaration, then the children of each element in the order of RFC 3863 §4.4.
import { element, encodeUtf8, NS, stampOf, writeXml, type XmlElement } from '@interwork/xmpp';
import { personElement } from './person.ts';
import type { PidfContact, PidfDocument, PidfTuple } from './pidf.ts';
import { noteElements } from './pidf-note.ts';
import { isNameable, NS_PIDF } from './pidf-reading.ts';
import { activitiesElements, userInputElement } from './rpid.ts';

/**
 * A presence document as octets. What it says was lost is not in them, nor a priority or an instant that the
 * format cannot hold. `addTo` adds to the status of each tuple what some peers look for.
 * @spec RFC 3863 §4.1
 */
export function writePidf(document: PidfDocument, addTo: StatusMore = NO_MORE): Uint8Array {
  const { entity, tuples, notes, persons = [] } = document;
  const root = element('presence', NS_PIDF, { entity }, [
    ...tuples.map((tuple) => tupleElement(tuple, addTo)),
    ...noteElements(notes, NS_PIDF),
    ...persons.map(personElement),
  ]);
  return encodeUtf8(`<?xml version="1.0" encoding="UTF-8"?>\n${writeXml(root)}`);
}

/** Elements beside those of the RFC, within a status. @spec RFC 3863 §4.1.3 */
type StatusMore = (tuple: PidfTuple) => readonly XmlElement[];

/** @spec RFC 3863 §4.1.2 */
function tupleElement(tuple: PidfTuple, addTo: StatusMore): XmlElement {
  const { id, activities, userInput, contact, notes, timestamp } = tuple;
  return element('tuple', NS_PIDF, { id }, [
    statusElement(tuple, addTo(tuple)),
    ...activitiesElements(activities),
    userInputElement(userInput),
    contact && contactElement(contact),
    ...noteElements(notes, NS_PIDF),
    isNameable(timestamp) ? element('timestamp', NS_PIDF, {}, [stampOf(timestamp)]) : undefined,
  ]);
}

/** @spec RFC 3863 §4.1.3 */
function statusElement({ basic, show }: PidfTuple, more: readonly XmlElement[]): XmlElement {
  return element('status', NS_PIDF, {}, [
    basic && element('basic', NS_PIDF, {}, [basic]),
    show && element('show', NS.client, {}, [show]),
    ...more,
  ]);
}

/** @spec RFC 3863 §4.1.5 */
function contactElement({ uri, priority }: PidfContact): XmlElement {
  return element('contact', NS_PIDF, { priority: priorityText(priority) }, [uri]);
}

function priorityText(priority: number | undefined): string | undefined {
  const isInRange = priority !== undefined && priority >= 0 && priority <= 1;
  return isInRange ? String(Math.floor(priority * 1000 + ROUNDING) / 1000) : undefined;
}

const NO_MORE: StatusMore = () => [];
/** Far below a thousandth, and above what a decimal fraction loses in binary. */
const ROUNDING = 1e-6;
