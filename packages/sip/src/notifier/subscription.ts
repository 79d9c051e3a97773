// What a notifier checks of a SUBSCRIBE, and how it answers: event, documents, time. RFC 6665 §4.2.1. What the
// SUBSCRIBE does is ../notifier.ts.
import { recordRoutesOf, tagOf } from '../dialog.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { DIALOG_LIMITS } from '../limits.ts';
import type { HeaderField, IncomingRequest, ResponseDraft } from '../message.ts';
import { bestType } from './accept.ts';
import { type EventType, readEvent, sameEvent } from '../subscription-state.ts';
import type { Notifier, NotifierEnv } from './types.ts';

/** What a SUBSCRIBE asks for, as far as it is granted. */
export interface Asked {
  readonly event: EventType;
  /** What is agreed on, for the record. */
  readonly agreed: Agreed;
  /** Seconds; 0 ends a subscription, or asks once. */
  readonly seconds: number;
}

/** What two ends agree on when a dialog begins. */
export type Agreed = Pick<Notifier, 'documentType' | 'unanswered' | 'isExtended'>;

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
  const best = bestType(request, env);
  if (best === undefined) return UNREADABLE;
  if (typeof best !== 'string') return answerOf(best);
  const seconds = secondsOf(request, env);
  if (typeof seconds !== 'number') return seconds;
  const documentType = env.accept.length > 1 ? best : undefined;
  return {
    event,
    seconds,
    agreed: { ...(documentType && { documentType }), ...optionsOf(request, env) },
  };
}

/** An end that cannot be noticed must come by itself. */
function optionsOf(
  { request }: IncomingRequest,
  { options = {} }: NotifierEnv,
): Pick<Notifier, 'unanswered' | 'isExtended'> {
  const { supported } = request.headers;
  if (supported === undefined || isFault(supported)) return {};
  const { unanswered, extend } = options;
  if (unanswered !== undefined && supported.includes(unanswered.option))
    return { unanswered: unanswered.method };
  return extend !== undefined && supported.includes(extend) ? { isExtended: true } : {};
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
      ...agreedTo(n, env),
    ],
  };
}

function agreedTo(n: Notifier, { options = {} }: NotifierEnv): readonly HeaderField[] {
  const { unanswered, extend } = options;
  const tags = [
    n.unanswered === undefined ? undefined : unanswered?.option,
    n.isExtended === true ? extend : undefined,
  ].filter((tag) => tag !== undefined);
  return tags.length === 0 ? [] : [{ name: 'Supported', value: tags.join(', ') }];
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

const UNREADABLE: ResponseDraft = { status: 406 };
const HOUR = 3600;
