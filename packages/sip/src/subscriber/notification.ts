// What a NOTIFY is to a subscriber: an answer that refuses it, a repeat, or news. RFC 6665 §4.1.3 and §4.4.1.
// What the news do to the record is ../subscriber.ts.
import { type Dialog, dialogOfNotify, enterDialog, recordRoutesOf, tagOf } from '../dialog.ts';
import { type Fault, isFault } from '../fault.ts';
import type { IncomingRequest, MediaType, ResponseDraft } from '../message.ts';
import {
  readEvent,
  readSubscriptionState,
  sameEvent,
  type SubscriptionState,
} from '../subscription-state.ts';
import type { Subscriber, SubscriberEnv } from './types.ts';

/** A NOTIFY looked at. */
export type Notification =
  | { readonly kind: 'refused'; readonly answer: ResponseDraft }
  | { readonly kind: 'repeat'; readonly answer: ResponseDraft }
  | News;

/** A NOTIFY that is taken. */
export interface News {
  readonly kind: 'news';
  readonly answer: ResponseDraft;
  readonly state: SubscriptionState;
  /** `undefined` when the NOTIFY begins none, since it ends the subscription it would begin. */
  readonly dialog: Dialog | undefined;
  readonly isFirst: boolean;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

/** No subscription of ours is meant. @spec RFC 6665 §4.1.3 */
export const NO_SUBSCRIPTION: ResponseDraft = {
  status: 481,
  reason: 'Subscription Does Not Exist',
};

/**
 * The first subscription that a NOTIFY names is the one of this subscriber; others of a forked SUBSCRIBE are
 * refused, as presence allows one dialog only. What is refused changes nothing, so that a copy is refused too.
 * @spec RFC 6665 §4.1.3
 * @spec RFC 6665 §4.4.1
 * @spec RFC 3856 §6.9
 */
export function readNotification(
  s: Subscriber,
  request: IncomingRequest,
  env: SubscriberEnv,
): Notification {
  if (request.callId !== s.callId || tagOf(request.to) !== s.localTag)
    return refused(NO_SUBSCRIPTION);
  const event = readEvent(request.request.headers);
  if (isFault(event) || !sameEvent(event, { name: env.event })) return refused(BAD_EVENT);
  return s.dialog === undefined ? beginning(s, request, env) : within(s.dialog, request, env);
}

/** @spec RFC 6665 §4.4.1 */
function beginning(s: Subscriber, request: IncomingRequest, env: SubscriberEnv): Notification {
  const state = checkedState(request, env);
  if ('status' in state) return refused(state);
  if (state.state === 'terminated') return news(request, state, undefined, OK, true);
  const dialog = dialogOfNotify(request, s.cseq);
  if (isFault(dialog)) return refused(answerOf(dialog));
  const contact = { name: 'Contact', value: `<${env.contact}>` };
  const answer = { status: 200, headers: [...recordRoutesOf(request), contact] };
  return news(request, state, dialog, answer, true);
}

/** @spec RFC 3261 §12.2.2 */
function within(before: Dialog, request: IncomingRequest, env: SubscriberEnv): Notification {
  const entry = enterDialog(before, request);
  if (entry.kind === 'other-dialog') return refused(NO_SUBSCRIPTION);
  if (entry.kind === 'out-of-order') return refused(OUT_OF_ORDER);
  if (entry.kind === 'repeat') return { kind: 'repeat', answer: OK };
  if (entry.kind === 'fault') return refused(answerOf(entry));
  const state = checkedState(request, env);
  if ('status' in state) return refused(state);
  return news(request, state, entry.dialog, OK, false);
}

function checkedState(
  request: IncomingRequest,
  env: SubscriberEnv,
): SubscriptionState | ResponseDraft {
  const state = readSubscriptionState(request.request.headers);
  if (isFault(state)) return answerOf(state);
  return refuseBody(request, env) ?? state;
}

/** @spec RFC 3261 §8.2.3 */
function refuseBody(
  { request }: IncomingRequest,
  { accept, reads = [] }: SubscriberEnv,
): ResponseDraft | undefined {
  if (request.body.length === 0) return undefined;
  const { contentType, contentEncoding } = request.headers;
  const isPlain = contentEncoding === undefined || isIdentity(contentEncoding);
  const isKnown =
    contentType !== undefined && !isFault(contentType) && has([...accept, ...reads], contentType);
  if (isPlain && isKnown) return undefined;
  const headers = [{ name: 'Accept', value: accept.join(', ') }];
  return {
    status: 415,
    headers: isPlain ? headers : [...headers, { name: 'Accept-Encoding', value: 'identity' }],
  };
}

function isIdentity(encodings: readonly string[] | Fault): boolean {
  return !isFault(encodings) && encodings.every((one) => one === 'identity');
}

function has(accept: readonly string[], { type, subtype }: MediaType): boolean {
  return accept.some((one) => one.toLowerCase() === `${type}/${subtype}`);
}

function news(
  { request }: IncomingRequest,
  state: SubscriptionState,
  dialog: Dialog | undefined,
  answer: ResponseDraft,
  isFirst: boolean,
): News {
  const { body, headers } = request;
  const contentType = body.length === 0 ? undefined : headers.text('Content-Type');
  return { kind: 'news', answer, state, dialog, isFirst, contentType, body };
}

function refused(answer: ResponseDraft): Notification {
  return { kind: 'refused', answer };
}

function answerOf({ answer }: Fault): ResponseDraft {
  return answer ?? { status: 400 };
}

const OK: ResponseDraft = { status: 200 };
const BAD_EVENT: ResponseDraft = { status: 489 };
const OUT_OF_ORDER: ResponseDraft = { status: 500 };
