// A draft made into the request that goes out: branch, tag, CSeq, Max-Forwards and the headers a
// draft names. RFC 3261 §8.1.1. Its Via is sent-by.ts; which target it goes to, and how often, is uac.ts.
import {
  type CSeq,
  type HeaderField,
  type NameAddr,
  param,
  type RequestDraft,
  type Via,
  type WireRequest,
} from '../message.ts';
import { runEnd, TOKEN } from '../grammar.ts';
import { COOKIE } from '../transaction/key.ts';
import type { DrawToken } from './types.ts';

/** What all tries of one request have in common. */
export interface Identity {
  readonly callId: string;
  readonly cseq: CSeq;
  readonly from: NameAddr;
}

/** @spec RFC 3261 §8.1.1 */
export function identityOf(draft: RequestDraft, draw: DrawToken): Identity {
  return {
    callId: draft.callId ?? draw(),
    cseq: { number: draft.cseq ?? 1, method: draft.method },
    from: tagged(draft.from, draw),
  };
}

/**
 * The party with the tag of its dialog, or a fresh one.
 * @spec RFC 3261 §12.2.1.1
 */
function tagged(party: NameAddr, draw: DrawToken): NameAddr {
  const { display, uri, params } = party;
  if (param(params, 'tag') !== undefined) return party;
  return { display, uri, params: [...params, { name: 'tag', value: draw() }] };
}

/**
 * The branch of one try: the draft's own at first, then a fresh one, since each try is a transaction.
 * @spec RFC 3261 §8.1.1.7
 */
export function branchOf(draft: RequestDraft, isFirst: boolean, draw: DrawToken): string {
  const own = draft.branch;
  return COOKIE + (isFirst && own !== undefined && isToken(own) ? own : draw());
}

/** @spec RFC 3261 §8.1.1 */
export function wireRequest(draft: RequestDraft, identity: Identity, via: Via): WireRequest {
  return {
    kind: 'wire-request',
    method: draft.method,
    uri: draft.uri,
    via: [via],
    from: identity.from,
    to: draft.to,
    callId: identity.callId,
    cseq: identity.cseq,
    maxForwards: draft.maxForwards ?? 70,
    headers: headersOf(draft),
    body: draft.body ?? NO_BODY,
  };
}

function headersOf(draft: RequestDraft): readonly HeaderField[] {
  const headers: HeaderField[] = [];
  if (draft.subject !== undefined) headers.push({ name: 'Subject', value: draft.subject });
  for (const field of draft.headers ?? []) headers.push(field);
  if (draft.contentType !== undefined) {
    headers.push({ name: 'Content-Type', value: draft.contentType });
  }
  if (draft.language !== undefined)
    headers.push({ name: 'Content-Language', value: draft.language });
  return headers;
}

function isToken(text: string): boolean {
  return (
    text !== '' && text.length <= MAX_BRANCH && runEnd(text, 0, text.length, TOKEN) === text.length
  );
}

/** Characters of a branch a host may bring: peers repeat it in everything they send. */
const MAX_BRANCH = 128;

const NO_BODY = new Uint8Array();
