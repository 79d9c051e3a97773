// Habit: event-categories
// They do: prefer application/msrtc-event-categories+xml to everything else: a state with a number and perhaps a token, a
//   note, a card.
// Vectors: pres-04 D, pres-05 D, own pres-categories D.
// We do: read state and note, write both to whoever accepts them; the name on the card has no place in presence.
import {
  CATEGORIES_TYPE,
  type EventCategories,
  parseCategories,
  writeCategories,
} from '../../body/event-categories.ts';
import { given, listed } from '../../body/given.ts';
import type { PidfDocument } from '../../body/pidf.ts';
import { translated, type Translation } from '../../translation.ts';
import type { DocumentFacts, DocumentForm } from '../types.ts';
import { OUT_OF_OFFICE, reachOf } from './activity-token.ts';
import { numberOf } from './availability.ts';
import { documentOf, LOST_NAME, type Person, personIn, sipEntity } from './presence-person.ts';

/** Enhanced presence. */
export const CATEGORIES: DocumentForm = {
  type: CATEGORIES_TYPE,
  read: (body) => {
    const document = parseCategories(body);
    return document.kind === 'fault' ? document : readCategories(document);
  },
  write: writeAsCategories,
};

function readCategories(document: EventCategories): PidfDocument {
  const { uri, displayName, lost = [] } = document;
  const all = displayName === undefined ? lost : [...lost, LOST_NAME];
  return documentOf(uri, personOf(document), all);
}

function personOf({ state, notes = [] }: EventCategories): Person | undefined {
  const reach = reachOf(state?.availability, state?.token);
  if (reach === undefined) return undefined;
  const written = notes.find(({ type }) => type === 'personal') ?? notes[0];
  const note = [state?.custom, written?.text].filter((text) => text !== undefined).join(' - ');
  const lastInput = reach.isIdle && state?.lastActive;
  return { ...reach, ...given({ note: note === '' ? undefined : note, lastInput }) };
}

function writeAsCategories(
  document: PidfDocument,
  { now, doNotDisturb }: DocumentFacts,
): Translation<Uint8Array> {
  const { person, lost } = personIn(document, { note: true });
  const state = {
    availability: numberOf(person, doNotDisturb),
    ...given({
      token: person.show === 'xa' ? OUT_OF_OFFICE : undefined,
      lastActive: person.lastInput,
    }),
  };
  const note = person.note === undefined ? [] : [{ type: 'personal' as const, text: person.note }];
  const categories = { uri: sipEntity(document), state, ...given({ notes: listed(note) }) };
  return translated(writeCategories({ kind: 'event-categories', ...categories }, now), lost);
}
