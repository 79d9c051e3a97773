// Habit: probe
// They do: ask by OPTIONS whether somebody is there and what he takes; clients answer with Allow and the description of a session
//   in text, which names whoever was asked.
// Vectors: misc-01 O.
// We do: answer 200 with the methods that are taken, best-effort notifications among them, and describe such a session where
//   sessions are carried.
import { type Flow, type IncomingRequest, type ResponseDraft, writeUri } from '@interwork/sip';
import type { Dialect } from '../types.ts';

/** What an answer to OPTIONS describes; `undefined` to peers whose dialect describes no session. */
export function describedSession(
  { to: { uri } }: IncomingRequest,
  { local }: Pick<Flow, 'local'>,
  { session, traits }: Dialect,
): Pick<ResponseDraft, 'contentType' | 'body'> | undefined {
  if (session === undefined || uri.kind !== 'sip') return undefined;
  const self = writeUri({ ...uri, password: undefined, params: [], headers: undefined });
  const body = session.answer(local, traits.acceptTypes, self, NOTHING_OFFERED);
  return { contentType: session.contentType, body };
}

const NOTHING_OFFERED = new Uint8Array();
