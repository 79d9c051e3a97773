// Habit: encryption-refusals
// They do: refuse a call whose media are encrypted otherwise than they must be with 488, and Warning 308 or the client diagnostics
//   52017; an archiving server refuses two descriptions in one INVITE with 415.
// Vectors: err-11 D, err-12 O, err-13 O, own im-answers O.
// We do: tell which it is. Neither is asked again: no call is offered by this gateway.
import type { Response } from '@interwork/sip';
import type { Meaning } from '../types.ts';
import { CLIENT_DIAGNOSTICS_HEADER, diagnosticsIn } from './diagnostics.ts';
import { warningsOf } from './refusals.ts';

/** What a refusal of media means; `undefined` where it means what the RFC says. */
export function encryptionMeaning(response: Response, method: string): Meaning | undefined {
  if (method !== 'INVITE') return undefined;
  if (response.status === 415) return MULTIPART;
  if (response.status !== 488) return undefined;
  const said = diagnosticsIn(response.headers, CLIENT_DIAGNOSTICS_HEADER);
  const isLevel = warningsOf(response).includes(308) || said.some(({ id }) => id === 52017);
  return isLevel ? LEVEL : undefined;
}

const LEVEL: Meaning = {
  reason: 'encryption-level',
  condition: 'not-acceptable',
  text: 'The other end must encrypt media otherwise',
  again: 'never',
};

const MULTIPART: Meaning = {
  reason: 'multipart-sdp-refused',
  condition: 'not-acceptable',
  text: 'The other end takes one description of a session alone',
  again: 'never',
};
