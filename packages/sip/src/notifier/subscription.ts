// What a notifier checks of a SUBSCRIBE, and how it answers: event, documents, time. RFC 6665 §4.2.1. What the
// SUBSCRIBE does is ../notifier.ts.
import { recordRoutesOf, tagOf } from '../dialog.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { DIALOG_LIMITS } from '../limits.ts';
import { type IncomingRequest, type MediaType, param, type ResponseDraft } from '../message.ts';
import { type EventType, readEvent, sameEvent } from '../subscription-state.ts';
import type { Notifier, NotifierEnv } from './types.ts';

/** What a SUBSCRIBE asks for, as far as it is granted. */
export interface Asked {
  readonly event: EventType;
  /** Seconds; 0 ends a subscription, or asks once. */
  readonly seconds: number;
}

/**
 * What a first SUBSCRIBE asks for, or the answer that refuses it.
 * @spec RFC 6665 §4.2.1.1
 */
export function readSubscribe(request: IncomingRequest, env: NotifierEnv): Asked | ResponseDraft {
  if (tagOf(request.to) !== '') return NO_SUBSCRIPTION;
  const event = readEvent(request.request.headers);
  if (isFault(event) || event.name !== env.event) return badEvent(env);
  if ((event.id?.length ?? 0) > DIALOG_LIMITS.idChars)
    return answerOf(fault('dialog-bounds', 'Event'));
  const refusal = refuseAccept(request, env.accept);
  if (refusal !== undefined) return refusal;
  const seconds = secondsOf(request, env);
  return typeof seconds === 'number' ? { event, seconds } : seconds;
}

/**
 * Seconds that a refresh gets, or the answer that refuses it.
 * @spec RFC 6665 §4.2.1.4
 */
export function readRefresh(
  n: Notifier,
  request: IncomingRequest,
  env: NotifierEnv,
): number | ResponseDraft {
  const event = readEvent(request.request.headers);
  if (isFault(event) || !sameEvent(event, eventOf(n, env))) return badEvent(env);
  return secondsOf(request, env);
}

/** @spec RFC 6665 §4.2.1.1 */
export function granting(n: Notifier, request: IncomingRequest, env: NotifierEnv): ResponseDraft {
  return {
    status: 200,
    toTag: n.dialog.localTag,
    headers: [
      ...recordRoutesOf(request),
      { name: 'Contact', value: `<${env.contact}>` },
      { name: 'Expires', value: String(n.granted) },
    ],
  };
}

/** Whether this is the SUBSCRIBE that began the dialog, come again. */
export function isFirstAgain({ dialog }: Notifier, request: IncomingRequest): boolean {
  return (
    request.callId === dialog.callId &&
    tagOf(request.from) === dialog.remoteTag &&
    tagOf(request.to) === '' &&
    request.cseq.number === dialog.remoteCseq
  );
}

/** The Event of its NOTIFYs is that of its SUBSCRIBE. @spec RFC 6665 §8.2.1 */
export function eventOf(n: Notifier, env: NotifierEnv): EventType {
  return n.eventId === undefined ? { name: env.event } : { name: env.event, id: n.eventId };
}

export function answerOf({ answer }: Fault): ResponseDraft {
  return answer ?? { status: 400 };
}

export const NO_SUBSCRIPTION: ResponseDraft = {
  status: 481,
  reason: 'Subscription Does Not Exist',
};

/** @spec RFC 6665 §4.2.1.1 */
function badEvent(env: NotifierEnv): ResponseDraft {
  return { status: 489, headers: [{ name: 'Allow-Events', value: env.event }] };
}

/**
 * Without a time it is an hour, and so it is with one that cannot be read.
 * @spec RFC 6665 §4.2.1.1
 * @spec RFC 3261 §20.19
 * @spec RFC 3856 §6.4
 */
function secondsOf(request: IncomingRequest, env: NotifierEnv): number | ResponseDraft {
  const { expires } = request.request.headers;
  const asked = typeof expires === 'number' ? expires : HOUR;
  if (asked > 0 && asked < HOUR && asked < env.minExpires) {
    return { status: 423, headers: [{ name: 'Min-Expires', value: String(env.minExpires) }] };
  }
  return Math.min(asked, env.maxExpires);
}

/**
 * Without an Accept the watcher reads what the event package says.
 * @spec RFC 6665 §4.1.2.1
 * @spec RFC 3856 §6.7
 */
function refuseAccept(
  { request }: IncomingRequest,
  types: readonly string[],
): ResponseDraft | undefined {
  const { accept } = request.headers;
  if (accept === undefined) return undefined;
  if (isFault(accept)) return answerOf(accept);
  return accept.some((range) => types.some((type) => covers(range, type))) ? undefined : UNREADABLE;
}

function covers({ type, subtype, params }: MediaType, written: string): boolean {
  const q = param(params, 'q');
  if (q !== undefined && Number(q) === 0) return false;
  const isAny = type === '*' && subtype === '*';
  const lower = written.toLowerCase();
  return (
    isAny || lower === `${type}/${subtype}` || (subtype === '*' && lower.startsWith(`${type}/`))
  );
}

const UNREADABLE: ResponseDraft = { status: 406 };
const HOUR = 3600;
