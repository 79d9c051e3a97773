// XMPP threads and SIP Call-IDs: a reversible escape, so that nothing need be remembered for a reply
// to come back in the same thread. A value that is legal on both sides passes as it is; any other
// thread is written behind a mark in percent form, and a value that only looks marked is marked again.

import { type CharacterSet, characterSet, isWithin } from '../characters.ts';
import { percentDecoded } from '../percent.ts';

/** UTF-16 units of a thread that can still be carried in a Call-ID. */
export const MAX_THREAD = 255;

/** A thread that can be carried; `undefined` for another one. */
export function carriedThread(thread: string | undefined): string | undefined {
  return thread !== undefined && thread !== '' && thread.length <= MAX_THREAD ? thread : undefined;
}

/**
 * The Call-ID of a thread, or `undefined` when it is empty or too long to be carried.
 * @spec RFC 7572 §4
 */
export function threadToCallId(thread: string): string | undefined {
  if (carriedThread(thread) === undefined) return undefined;
  if (!mustEscape(thread)) return thread;
  return isWellFormed(thread) ? escaped(thread) : undefined;
}

/**
 * The thread of a Call-ID.
 * @spec RFC 7572 §5
 */
export function callIdToThread(callId: string): string {
  const inner = unescaped(callId);
  return inner !== undefined && mustEscape(inner) ? inner : callId;
}

/** A thread is escaped when it is no Call-ID, or when it is itself the escape of such a one. */
function mustEscape(thread: string): boolean {
  if (!isCallId(thread)) return true;
  const inner = unescaped(thread);
  return inner !== undefined && mustEscape(inner);
}

/** callid = word [ "@" word ]. @spec RFC 3261 §25.1 */
function isCallId(text: string): boolean {
  const at = text.indexOf('@');
  if (at === -1) return isWithin(text, WORD);
  return isWithin(text.slice(0, at), WORD) && isWithin(text.slice(at + 1), WORD);
}

function escaped(thread: string): string {
  return MARK + encodeURIComponent(thread);
}

/** What a marked value holds, if it is one that `escaped` would have written. */
function unescaped(callId: string): string | undefined {
  if (!callId.startsWith(MARK)) return undefined;
  const inner = percentDecoded(callId.slice(MARK.length));
  return inner !== undefined && inner !== '' && escaped(inner) === callId ? inner : undefined;
}

function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

const MARK = 'iwt%';
const LONE_SURROGATE = /\p{Cs}/u;
/** The characters of `word`. @spec RFC 3261 §25.1 */
const WORD: CharacterSet = characterSet('-.!%*_+`\'~()<>:\\"/[]?{}', 'both');
