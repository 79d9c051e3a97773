// The habits of presence in order: what is asked of these servers and written for them, and what a request or a response
// of theirs is in the RFCs' shape. Each habit has its file beside this one.
import type { IncomingRequest, Response } from '@interwork/sip';
import type { PresenceTraits, Unfolded, UnfoldedResponse } from '../types.ts';
import { AUTOEXTEND } from './autoextend.ts';
import { BEST_EFFORT, notifyOf } from './best-effort.ts';
import { CONSENT } from './consent.ts';
import { ASKED_TYPES, EXPIRES, WRITTEN_TYPES } from './document-choice.ts';
import { firstNotify } from './piggyback.ts';
import { mendedState } from './subscription-state.ts';
import { wpendingRefusal } from './wpending.ts';

/** What presence asks of these servers. */
export const LYNC_PRESENCE: PresenceTraits = {
  accept: ASKED_TYPES,
  documents: WRITTEN_TYPES,
  supported: [AUTOEXTEND],
  extend: AUTOEXTEND,
  expires: EXPIRES,
  consent: CONSENT,
  unanswered: BEST_EFFORT,
};

/** A request of presence in the RFCs' shape; `undefined` for one that has it. */
export function presenceRequest(r: IncomingRequest): Unfolded | undefined {
  if (!METHODS.has(r.method)) return undefined;
  const pending = wpendingRefusal(r);
  if (pending !== undefined) return { notes: ['wpending'], refusal: pending };
  const notify = notifyOf(r);
  const mended = mendedState(notify ?? r);
  const request = mended?.request ?? notify;
  if (request === undefined) return undefined;
  const notes = [...(notify === undefined ? [] : ['best-effort']), ...(mended?.notes ?? [])];
  return { request, notes };
}

/** What a response brings along; `undefined` when that is nothing. */
export function presenceResponse(response: Response): UnfoldedResponse | undefined {
  const notify = firstNotify(response);
  if (notify === undefined) return undefined;
  return { notify: mendedState(notify)?.request ?? notify, notes: ['piggyback'] };
}

const METHODS: ReadonlySet<string> = new Set(['SUBSCRIBE', 'NOTIFY', BEST_EFFORT.method]);
