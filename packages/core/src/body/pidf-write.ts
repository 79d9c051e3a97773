// Presence documents as octets: declaration, then the children of each element in the order of RFC 3863 §4.4.
import { element, encodeUtf8, NS, stampOf, writeXml, type XmlElement } from '@interwork/xmpp';
import { personElement } from './person.ts';
import type { PidfContact, PidfDocument, PidfTuple } from './pidf.ts';
import { noteElements } from './pidf-note.ts';
import { isNameable, NS_PIDF } from './pidf-reading.ts';
import { activitiesElements, userInputElement } from './rpid.ts';

/**
 * A presence document as octets. What it says was lost is not in them, nor a priority or an instant that the
 * format cannot hold.
 * @spec RFC 3863 §4.1
 */
export function writePidf(document: PidfDocument): Uint8Array {
  const { entity, tuples, notes, persons = [] } = document;
  const root = element('presence', NS_PIDF, { entity }, [
    ...tuples.map(tupleElement),
    ...noteElements(notes, NS_PIDF),
    ...persons.map(personElement),
  ]);
  return encodeUtf8(`<?xml version="1.0" encoding="UTF-8"?>\n${writeXml(root)}`);
}

/** @spec RFC 3863 §4.1.2 */
function tupleElement(tuple: PidfTuple): XmlElement {
  const { id, activities, userInput, contact, notes, timestamp } = tuple;
  return element('tuple', NS_PIDF, { id }, [
    statusElement(tuple),
    ...activitiesElements(activities),
    userInputElement(userInput),
    contact && contactElement(contact),
    ...noteElements(notes, NS_PIDF),
    isNameable(timestamp) ? element('timestamp', NS_PIDF, {}, [stampOf(timestamp)]) : undefined,
  ]);
}

/** @spec RFC 3863 §4.1.3 */
function statusElement({ basic, show }: PidfTuple): XmlElement {
  return element('status', NS_PIDF, {}, [
    basic && element('basic', NS_PIDF, {}, [basic]),
    show && element('show', NS.client, {}, [show]),
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

/** Far below a thousandth, and above what a decimal fraction loses in binary. */
const ROUNDING = 1e-6;
