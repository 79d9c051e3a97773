// What somebody else than the first has accepted: acknowledged, and ended at once. RFC 3261 §13.2.2.4. It needs no
// record, so it also serves a 2xx that comes when there is none any more.
import { checkResponse } from '../check.ts';
import { ackWithin, type Dialog, dialogOfResponse, requestWithin, tagOf } from '../dialog.ts';
import { isFault } from '../fault.ts';
import type { IncomingResponse, Response } from '../message.ts';
import { writeUri } from '../uri.ts';
import { sending } from './ends.ts';
import type { SessionRequest } from './types.ts';

/**
 * The ACK and the BYE for a 2xx to an INVITE of ours that begins nothing here. None where it cannot be told what it
 * answers.
 * @spec RFC 3261 §13.2.2.4
 */
export function partFrom(response: Response): readonly SessionRequest[] {
  const incoming = checkResponse(response);
  if (isFault(incoming) || incoming.cseq.method !== 'INVITE') return [];
  const dialog = strayDialog(incoming);
  if (dialog === undefined) return [];
  const ack = ackWithin(dialog, incoming.cseq.number);
  const bye = requestWithin(dialog, 'BYE').draft;
  return [sending('ack', ack, dialog), sending('fork-bye', bye, dialog)];
}

/** One that does not say where it wants requests gets them where it was called, so that it does not wait for its ACK. */
function strayDialog(incoming: IncomingResponse): Dialog | undefined {
  const dialog = dialogOfResponse(incoming);
  if (!isFault(dialog)) return dialog;
  const { from, to, callId, cseq } = incoming;
  if (to.uri.kind !== 'sip') return undefined;
  return {
    callId,
    localTag: tagOf(from),
    remoteTag: tagOf(to),
    local: writeUri(from.uri),
    remote: writeUri(to.uri),
    target: writeUri({ ...to.uri, headers: undefined }),
    routes: [],
    localCseq: cseq.number,
    remoteCseq: 0,
  };
}
