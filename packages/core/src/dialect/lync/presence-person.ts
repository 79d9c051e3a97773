// Habit: one-person
// They do: write one state for a person, put together by their server; the document of a watcher who is blocked is there
//   and says nothing.
// Vectors: pres-04 D, pres-09 D, pres-11 D, own pres-empty D.
// We do: read it as one device that cannot be addressed, and an empty document as nobody known; write the best of a
//   person's devices.
import { writeUri } from '@interwork/sip';
import { jidToAor, sipUriToJid } from '../../address.ts';
import { given, listed } from '../../body/given.ts';
import type { PidfDocument, PidfTuple } from '../../body/pidf.ts';
import type { Loss } from '../../translation.ts';
import type { Reach } from './availability.ts';

/** One person, over all devices. */
export interface Person extends Reach {
  /** What the person has written. */
  readonly note?: string;
  /** When a device was last used (epoch ms). */
  readonly lastInput?: number;
}

/** The document of a person; without one it says nothing of anybody. */
export function documentOf(
  uri: string,
  person: Person | undefined,
  lost: readonly Loss[] = [],
): PidfDocument {
  const tuples = person === undefined ? [] : [tupleOf(person)];
  return { kind: 'pidf', entity: withScheme(uri), tuples, ...given({ lost: listed(lost) }) };
}

function tupleOf({ isOpen, show, isIdle, note, lastInput }: Person): PidfTuple {
  const userInput = isIdle && { state: 'idle' as const, ...given({ lastInput }) };
  const notes = note === undefined ? undefined : [{ text: note }];
  return { id: TUPLE, basic: isOpen ? 'open' : 'closed', ...given({ show, userInput, notes }) };
}

/** The best device of a document, which is its first, and what is lost with the others. */
export function personIn(
  { tuples, lost = [] }: PidfDocument,
  kept: { readonly note: boolean },
): { readonly person: Person; readonly lost: readonly Loss[] } {
  const [best] = tuples;
  const { basic, show, userInput, notes = [] } = best ?? {};
  const [note] = notes;
  const others = notes.length > (kept.note ? 1 : 0) ? [LOST_NOTE] : [];
  const isOpen = basic === 'open';
  const isIdle = userInput?.state === 'idle' || undefined;
  const lastInput = userInput?.lastInput;
  const person = { isOpen, ...given({ show, isIdle, note: note?.text, lastInput }) };
  return { person, lost: [...lost, ...others, ...(show === 'chat' ? [LOST_CHAT] : [])] };
}

/** The URI of whose presence it is, as a SIP address of record. */
export function sipEntity({ entity }: PidfDocument): string {
  const jid = sipUriToJid(entity);
  return jid.kind === 'jid' ? writeUri(jidToAor(jid)) : entity;
}

/** An address as a URI: some write it bare. */
export function withScheme(address: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `sip:${address}`;
}

/** What is lost with the name that a card or a display shows. */
export const LOST_NAME: Loss = { what: 'display-name', spec: 'RFC 8048 §6.3' };
const LOST_NOTE: Loss = { what: 'status', spec: 'RFC 8048 §6.2' };
const LOST_CHAT: Loss = { what: 'show', spec: 'RFC 8048 §6.2' };
/** As their own PIDF documents name the one tuple. */
const TUPLE = '0';
