// The dialect of Microsoft's servers, from Live Communications Server to Skype for Business. This file says what they can
// do and puts the habits in order; each habit is a file under lync/, with its vectors.
import { headersOf, type IncomingRequest, type Request, type Response } from '@interwork/sip';
import { LYNC_RECEIPTS } from './lync/accepted.ts';
import { callRefusal } from './lync/calls.ts';
import { conversationIn } from './lync/conversation.ts';
import { edgeFaultMeaning } from './lync/edge-faults.ts';
import { encryptionMeaning } from './lync/encryption.ts';
import { epidOf } from './lync/endpoint-id.ts';
import { firstMessageOf } from './lync/first-message.ts';
import { keepAliveIn } from './lync/keep-alive.ts';
import { multiPartyRefusal } from './lync/multi-party.ts';
import { recognises } from './lync/product.ts';
import { CATEGORIES } from './lync/presence-categories.ts';
import { MSRTC_PIDF } from './lync/presence-msrtc-pidf.ts';
import { PIDF_SUBSET } from './lync/presence-pidf.ts';
import { XPIDF } from './lync/presence-xpidf.ts';
import { LYNC_PRESENCE, presenceRequest, presenceResponse } from './lync/presence.ts';
import { LYNC_READING } from './lync/reading.ts';
import { refusalMeaning } from './lync/refusals.ts';
import { LYNC_SESSION } from './lync/session.ts';
import { TRUST_HEADER } from './lync/trust.ts';
import { KEYBOARD_ACTIVITY } from './lync/typing.ts';
import { AS_IT_CAME } from './standard.ts';
import type { Dialect, FirstMessage, Traits, Unfolded, UnfoldedResponse } from './types.ts';

const TRAITS: Traits = {
  ...LYNC_READING,
  ...LYNC_RECEIPTS,
  chat: 'invite-message',
  pager: false,
  typing: 'keyboard-activity',
  html: false,
  conversationId: true,
  presence: LYNC_PRESENCE,
};

/** SIP as Lync and its kin speak it. */
export const LYNC: Dialect = {
  name: 'lync',
  traits: TRAITS,
  session: LYNC_SESSION,
  documents: [CATEGORIES, MSRTC_PIDF, PIDF_SUBSET, XPIDF],
  typing: KEYBOARD_ACTIVITY,
  recognise: recognises,
  request: unfolded,
  answer: (_request, draft) => draft,
  draft: (draft) => draft,
  response: meant,
};

/** A message within a session costs a look for what must not be in it, and no more. */
function unfolded(r: IncomingRequest): Unfolded {
  const request = withoutTheirs(r);
  const clean = request ?? r;
  const opened = r.method === 'INVITE' ? invited(clean) : presenceRequest(clean);
  if (request === undefined) return opened ?? AS_IT_CAME;
  const notes = ['trust-header', ...(opened?.notes ?? [])];
  return { request, ...opened, notes };
}

function invited(r: IncomingRequest): Unfolded {
  const many = multiPartyRefusal(r);
  if (many !== undefined) return { notes: ['multi-party'], refusal: many };
  const call = callRefusal(r);
  if (call !== undefined) return call;
  const first = firstMessageOf(r);
  const notes = notesOf(r, first);
  return first === undefined ? { notes } : { notes, first };
}

function notesOf(r: IncomingRequest, first: FirstMessage | undefined): readonly string[] {
  const { headers } = r.request;
  const notes = first === undefined ? [] : ['first-message'];
  if (conversationIn(headers) !== undefined) notes.push('conversation-id');
  if (keepAliveIn(headers) !== undefined) notes.push('keep-alive');
  if (epidOf(r.from) !== undefined) notes.push('endpoint-id');
  return notes;
}

/** The request without what a partner must not say; `undefined` where it says nothing of it. */
function withoutTheirs(r: IncomingRequest): IncomingRequest | undefined {
  const { headers } = r.request;
  if (headers.text(TRUST_HEADER) === undefined) return undefined;
  const kept = headers.fields().filter(({ name }) => name.toLowerCase() !== TRUST_HEADER);
  const request: Request = { ...r.request, headers: headersOf(kept) };
  return { ...r, request };
}

function meant(response: Response, method: string): UnfoldedResponse {
  if (response.status < 300)
    return (method === 'SUBSCRIBE' ? presenceResponse(response) : undefined) ?? AS_IT_CAME;
  const meaning =
    encryptionMeaning(response, method) ??
    refusalMeaning(response, method) ??
    edgeFaultMeaning(response);
  return meaning === undefined ? AS_IT_CAME : { meaning, notes: [meaning.reason] };
}
