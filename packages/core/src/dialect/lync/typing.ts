// Habit: typing
// They do: tell that somebody types by INFO within the session, as application/xml: `<KeyboardActivity>` with a status whose
//   status is type or idle. It is not repeated, and nothing says when it ends.
// Vectors: im-11 O, im-12 O, im-13 D, own im-typing O.
// We do: read type as composing and idle as paused, and write the same; RFC 3994 is read from them too, where they send it.
import type { IncomingRequest } from '@interwork/sip';
import { child, element, encodeUtf8, writeXml } from '@interwork/xmpp';
import { type BareFormat, oneOf } from '../../body/bare-document.ts';
import { readDocument } from '../../body/document.ts';
import type { TypingForm, TypingState } from '../types.ts';

/** Signs of typing as KeyboardActivity. */
export const KEYBOARD_ACTIVITY: TypingForm = {
  method: 'INFO',
  contentType: 'application/xml',
  read: (request) => (isXml(request) ? readKeyboardActivity(request.request.body) : undefined),
  write: writeKeyboardActivity,
};

/** What a document of it says; `undefined` when it is none, or says nothing that is known. */
export function readKeyboardActivity(body: Uint8Array): TypingState | undefined {
  if (body.length > MAX_OCTETS) return undefined;
  const root = readDocument(body, LIMITS);
  if ('kind' in root && root.kind === 'fault') return undefined;
  if (!('children' in root) || root.name !== 'KeyboardActivity') return undefined;
  const status = child(root, 'status')?.attrs['status'];
  if (status === undefined) return undefined;
  return Object.hasOwn(STATES, status) ? STATES[status] : undefined;
}

/** A document of it. */
export function writeKeyboardActivity(state: TypingState): Uint8Array {
  const status = element('status', '', { status: state === 'composing' ? 'type' : 'idle' });
  const root = element('KeyboardActivity', '', undefined, [status]);
  return encodeUtf8(`<?xml version="1.0"?>${writeXml(root, '')}`);
}

/** What it has words for. */
export function bareKeyboardActivity(): BareFormat {
  const children = { status: { attrs: { status: oneOf(...Object.keys(STATES)) } } };
  return { name: 'KeyboardActivity', ns: '', octets: MAX_OCTETS, children };
}

function isXml({ method, request }: IncomingRequest): boolean {
  const type = request.headers.contentType;
  if (method !== 'INFO' || type === undefined || 'kind' in type) return false;
  return type.type === 'application' && type.subtype === 'xml';
}

const STATES: Readonly<Record<string, TypingState>> = { type: 'composing', idle: 'paused' };
/** Octets; those that were seen have under a hundred. */
const MAX_OCTETS = 1024;
const LIMITS = { depth: 4, stanzaBytes: MAX_OCTETS };
