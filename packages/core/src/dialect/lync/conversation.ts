// Habit: conversation-id
// They do: name the conversation that a session belongs to in Ms-Conversation-ID, base64 or, in 2007, a number. A value that comes
//   again while a session with it is open is refused.
// Vectors: im-01 O, im-04 O, own im-headers O.
// We do: read it within bounds, and put a fresh one into every INVITE of ours.
import type { HeaderField, Headers } from '@interwork/sip';

/** The conversation that a request names; `undefined` when it names none, or none that anybody would. */
export function conversationIn(headers: Headers): string | undefined {
  const text = headers.text(NAME);
  return text !== undefined && /^[\x21-\x7e]{1,128}$/.test(text) ? text : undefined;
}

/** The header for a conversation of ours. */
export function conversationHeader(conversation: string): HeaderField {
  return { name: NAME, value: conversation };
}

const NAME = 'Ms-Conversation-ID';
