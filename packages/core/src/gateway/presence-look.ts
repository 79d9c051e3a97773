// What the host looks at of presence: who asks to see whom, who lets himself be seen, and every document, with its notes as
// words. What takes back is not asked about. Pure.
import { type Headers, type IncomingRequest, isFault } from '@interwork/sip';
import { type DialectEnv, dialectOf } from '../dialect/dialect-of.ts';
import type { PresenceEvent, PresenceStanza } from '../ledger/presence.ts';
import { documentIn } from '../ledger/watching-seen.ts';
import { pidfToResources } from '../rules/presence-notification.ts';
import { subscribeKind } from '../rules/presence-polling.ts';
import { notesOf, withNotes } from '../rules/presence-resource.ts';
import type { ProbeSlack } from '../ledger/presence-types.ts';
import type { GatewayEnv } from './env.ts';
import type { AskedWhat } from './event.ts';
import { type Looked, NO_CHANGES, NO_WORDS, NOTE_CHANGES, refusedWithin } from './look.ts';
import type { PresenceArrival, PresenceRefused } from './presence-events.ts';
import type { Refusal } from '../translation.ts';

/** What the host is to look at of something that may go on; `undefined` where there is nothing. */
export function lookOfPresence(
  now: number,
  { event, ends, by, proof }: Pick<PresenceArrival, 'event' | 'ends' | 'by' | 'proof'>,
  env: DialectEnv,
): Looked | undefined {
  const shown = shownBy(now, event, ends, env);
  if (shown === undefined) return undefined;
  const { what, notes } = shown;
  const words = notes === undefined ? NO_WORDS : { text: notes, subject: undefined };
  const mayChange = notes === undefined ? NO_CHANGES : NOTE_CHANGES;
  return { ...ends, traffic: 'presence', what, words, mayChange, by, proof };
}

/** The same with the notes that the host has it say. */
export function presenceAsSaid(event: PresenceEvent, text: string | undefined): PresenceEvent {
  if (text === undefined) return event;
  if (event.half === 'stanza' && event.type === 'available') {
    const [state = event.state] = withNotes([event.state], text);
    return { ...event, state };
  }
  if (event.half !== 'watching' || event.input.kind !== 'notify') return event;
  return { ...event, input: { ...event.input, note: text } };
}

/** What the host has refused: what comes within a dialog gets an answer that leaves it. */
export function refusalOfPresence(
  { event }: Pick<PresenceArrival, 'event'>,
  refusal: Refusal,
): Refusal {
  const isWithin = event.half === 'watching' || (event.half === 'watched' && isInDialog(event));
  return isWithin ? refusedWithin(refusal) : refusal;
}

/**
 * The end of a subscription that came with a document, without it: the end passes though that is refused. Only who notifies
 * says it in this way: in a SUBSCRIBE the header means nothing.
 */
export function endAlone(came: IncomingRequest): IncomingRequest | undefined {
  const { body, headers } = came.request;
  const isEnd = came.method !== 'SUBSCRIBE' && stateIn(headers) === 'terminated';
  if (!isEnd || body.length === 0) return undefined;
  return { ...came, request: { ...came.request, body: NOTHING } };
}

/** Something that may go on, and is refused after all. */
export function refusedAt(
  { from, to, by, proof }: Pick<PresenceArrival, 'from' | 'to' | 'by' | 'proof'>,
  refusal: Refusal,
): PresenceRefused {
  return { kind: 'refused', refusal, status: refusal.status, by, proof, from, to };
}

/** How much later than it came an answer to a probe gets to its record. */
export function probeSlack({ hooked, waits }: GatewayEnv): ProbeSlack | undefined {
  return hooked ? { one: waits.duty, all: Math.max(waits.pair, waits.duty) } : undefined;
}

interface Shown {
  readonly what: Extract<AskedWhat, 'request' | 'approval' | 'document'>;
  /** What people have written; only documents have any. */
  readonly notes?: string;
}

function shownBy(
  now: number,
  event: PresenceEvent,
  ends: PresenceArrival['ends'],
  env: DialectEnv,
): Shown | undefined {
  if (event.half === 'stanza') return shownByStanza(event);
  if (event.half === 'watching')
    return event.input.kind === 'notify'
      ? shownByNotify(now, event.input.request, ends, env)
      : undefined;
  if (event.half !== 'watched' || !('request' in event.input)) return undefined;
  return subscribeKind(event.input.request) === 'end' ? undefined : { what: 'request' };
}

function shownByStanza(event: PresenceStanza): Shown | undefined {
  switch (event.type) {
    case 'subscribe':
    case 'probe':
      return { what: 'request' };
    case 'subscribed':
      return { what: 'approval' };
    case 'available':
      return { what: 'document', notes: notesOf([event.state]) };
    default:
      return undefined;
  }
}

/**
 * A document that cannot be read shows nothing, and is refused for that; what it comes with may say all the same that its
 * contact lets himself be seen.
 * @spec RFC 6665 §4.1.3
 */
function shownByNotify(
  now: number,
  { request: { body, headers } }: IncomingRequest,
  { from }: PresenceArrival['ends'],
  env: DialectEnv,
): Shown | undefined {
  const approval = stateIn(headers) === 'active' ? ({ what: 'approval' } as const) : undefined;
  if (body.length === 0) return approval;
  const dialect = dialectOf(env, from.asciiDomain);
  const document = documentIn(dialect, headers.text('content-type'), body);
  if (document.kind === 'fault') return approval;
  const read = pidfToResources(document, { presentity: from, now });
  return read.kind === 'translation' ? { what: 'document', notes: notesOf(read.value) } : approval;
}

function stateIn({ subscriptionState: state }: Headers): string | undefined {
  return state === undefined || isFault(state) ? undefined : state.value.toLowerCase();
}

function isInDialog(event: Extract<PresenceEvent, { readonly half: 'watched' }>): boolean {
  return 'request' in event.input && subscribeKind(event.input.request) === 'refresh';
}

const NOTHING = new Uint8Array(0);
