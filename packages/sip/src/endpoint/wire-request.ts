// A draft made into the request that goes out: branch, tag, CSeq, Max-Forwards and the headers a
// draft names. RFC 3261 §8.1.1. A request of somebody else goes out as it came (../relay.ts). Its Via is sent-by.ts;
// which target it goes to, and how often, is uac.ts.
import {
  type CSeq,
  type ForwardDraft,
  type HeaderField,
  type NameAddr,
  param,
  type RequestDraft,
  type Via,
  type WireRequest,
} from '../message.ts';
import { runEnd, TOKEN } from '../grammar.ts';
import { writeForward } from '../relay.ts';
import { COOKIE } from '../transaction/key.ts';
import { writeMessage, writeVia } from '../write.ts';
import type { DrawToken, ForwardInput, RequestInput } from './types.ts';
import { viaLinesOf } from './via-lines.ts';

/** A request of the host. */
export interface OwnContent {
  readonly kind: 'own';
  readonly method: string;
  readonly draft: RequestDraft;
  readonly identity: Identity;
}

/** What goes out: a request of the host, or one that is sent on. */
export type Content =
  | OwnContent
  | {
      readonly kind: 'forward';
      readonly method: string;
      readonly draft: ForwardDraft;
      readonly vias: readonly string[];
    };

/** What a command wants sent, with all that its tries have in common. */
export function contentOf(input: RequestInput | ForwardInput, draw: DrawToken): Content {
  if (input.kind === 'request') {
    const { draft } = input;
    return { kind: 'own', method: draft.method, draft, identity: identityOf(draft, draw) };
  }
  const { forward: draft } = input;
  const vias = viaLinesOf(draft.request, draft.cameFrom);
  return { kind: 'forward', method: draft.request.method, draft, vias };
}

/** The octets of one try. */
export function octetsOf(content: Content, via: Via): Uint8Array {
  return content.kind === 'own'
    ? writeMessage(wireRequest(content.draft, content.identity, via))
    : writeForward(content.draft, writeVia(via), content.vias);
}

/** What all tries of one request have in common. */
interface Identity {
  readonly callId: string;
  readonly cseq: CSeq;
  readonly from: NameAddr;
}

/** @spec RFC 3261 §8.1.1 */
function identityOf(draft: RequestDraft, draw: DrawToken): Identity {
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
 * The branch of one try: the draft's own at first, then a fresh one, since each try is a transaction. One that is sent
 * on bears its mark behind.
 * @spec RFC 3261 §8.1.1.7
 * @spec RFC 3261 §16.6
 */
export function branchOf(content: Content, isFirst: boolean, draw: DrawToken): string {
  if (content.kind === 'forward') {
    const { mark } = content.draft;
    return mark === undefined ? COOKIE + draw() : `${COOKIE}${draw()}.${mark}`;
  }
  const own = content.draft.branch;
  return COOKIE + (isFirst && own !== undefined && isToken(own) ? own : draw());
}

/** @spec RFC 3261 §8.1.1 */
function wireRequest(draft: RequestDraft, identity: Identity, via: Via): WireRequest {
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
