// A session of RFC 3261 §13 to §15: what one INVITE began, as a plain record and pure steps. It outlives the process:
// whoever has the record and the moment can go on.
//
// Its theory: one dialog and one INVITE, UPDATE or BYE of ours at a time. What ends a session is told once, in the
// step that decides it; the record may stay a little longer, until the INVITE that was cancelled or the BYE has come
// to its end, and then says nothing more. Which step an input is in which state stands in session/transitions.ts. The
// transactions are the endpoint's; targets, storing and the clock are the host's, and so is what is said: the
// descriptions (../sdp.ts), and what MESSAGE and INFO bring.
import { type DialogRequestParts, requestWithin } from './dialog.ts';
import { MisuseError } from './fault.ts';
import { isUtf8, textOf } from './bytes.ts';
import type { HeaderField, IncomingRequest } from './message.ts';
import { answered, departed, unanswered, unheard } from './session/answers.ts';
import { called, cancel, crossed, parted, rung, uncalled } from './session/calling.ts';
import { ended, hangUp, isOwing, over, stay, waitsOf } from './session/ends.ts';
import { answer, decline, opened, unheld } from './session/opening.ts';
import { invite, refreshed } from './session/requests.ts';
import { running } from './session/timer.ts';
import { SESSION_MOVES } from './session/transitions.ts';
import { early, parting, waiting, within } from './session/within.ts';
import type {
  Session,
  SessionContent,
  SessionEnv,
  SessionInput,
  SessionOpening,
  SessionState,
  SessionStep,
  SessionWish,
} from './session/types.ts';

/**
 * Begins with an INVITE. Throws `MisuseError` for a wish without URIs or with an offer that is no text.
 * @spec RFC 3261 §13.2.1
 */
export function startSession(now: number, wish: SessionWish, env: SessionEnv): SessionStep {
  const { local, remote, headers = [], expires } = wish;
  const dialog = {
    callId: wish.callId ?? env.draw(),
    localTag: wish.tag ?? env.draw(),
    remoteTag: '',
    local,
    remote,
    target: remote,
    routes: [],
    localCseq: 0,
    remoteCseq: 0,
  };
  const begun: Session = {
    state: 'inviting',
    role: 'uac',
    dialog,
    asking: 0,
    isUpdate: false,
    isOffering: false,
    answerBy: 0,
    owed: 0,
    isOffered: false,
    ackBy: 0,
    updates: false,
    interval: env.interval ?? 0,
    isRefresher: false,
    least: 0,
    refreshAt: 0,
    expiresAt: 0,
  };
  const fields: readonly HeaderField[] =
    expires === undefined ? headers : [...headers, { name: 'Expires', value: String(expires) }];
  const said = { offer: offerOf(wish), headers: fields };
  return invite(begun, said, now + ringFor(expires, env), env);
}

/**
 * An INVITE outside of any dialog. The host decides with the input `answer`, and may say something before.
 * @spec RFC 3261 §13.3.1
 */
export function openSession(
  now: number,
  request: IncomingRequest,
  env: SessionEnv,
): SessionOpening {
  return opened(now, request, env);
}

/**
 * One input, and what comes of it. Throws `MisuseError` for an answer that is none.
 * @spec RFC 3261 §13
 * @spec RFC 3261 §15
 */
export function stepSession(
  s: Session,
  now: number,
  input: SessionInput,
  env: SessionEnv,
): SessionStep {
  const moves = SESSION_MOVES[s.state];
  switch (input.kind) {
    case 'provisional':
      return moves.provisional === 'stay' ? stay(s) : rung(s, input.response);
    case 'response':
      return ON_RESPONSE[moves.response](s, now, input, env);
    case 'forked':
      return moves.forked === 'stay' ? stay(s) : parted(s, input.response);
    case 'failed':
      return ON_FAILED[moves.failed](s, now, input, env);
    case 'acknowledged':
      return ON_ACK[moves.acknowledged](s, now, env, input.request);
    case 'request':
      return ON_REQUEST[moves.request](s, now, input.request, env);
    case 'answer':
      return moves.answer === 'stay' ? stay(s) : answer(s, now, input, env);
    case 'end':
      return ON_END[moves.end](s, now, input, env);
    case 'wake':
      return now < sessionWakeAt(s) ? stay(s) : ON_OTHERS[moves.wake](s, now, env);
    case 'unacknowledged':
    case 'cancelled':
    case 'refresh':
    case 'lost':
      return ON_OTHERS[moves[input.kind]](s, now, env);
  }
}

/** When to hand in `wake`; `Infinity` for a session that stands and has no timer. */
export function sessionWakeAt(s: Session): number {
  return Math.min(...[s.answerBy, s.ackBy, s.refreshAt, s.expiresAt].filter((at) => at > 0));
}

/**
 * A request of the host's own within a session, such as MESSAGE or INFO. What comes of it is only handed in where it
 * may say that the session is gone, with the tag `within`. Throws `MisuseError` where no dialog stands.
 * @spec RFC 3261 §12.2.1.1
 */
export function requestInSession(
  s: Session,
  method: string,
  parts: DialogRequestParts = {},
): SessionContent {
  if (!STANDING.has(s.state)) throw new MisuseError('session', `a session that is ${s.state}`);
  const { dialog, draft } = requestWithin(s.dialog, method, parts);
  return { next: { ...s, dialog }, draft };
}

/** The ACK to our 2xx, and the answer it brings where that was an offer. @spec RFC 3261 §13.3.1.4 */
function confirmed(s: Session, now: number, _env: SessionEnv, ack?: IncomingRequest): SessionStep {
  if (ack !== undefined && ack.cseq.number !== s.owed) return stay(s);
  const next = running({ ...acked(s), state: 'active' }, now, s);
  return stay(next, [{ kind: 'established', ...answerIn(s, ack) }]);
}

/** The ACK to our 2xx to a later INVITE. @spec RFC 3261 §14.2 */
function acknowledged(
  s: Session,
  _now: number,
  _env: SessionEnv,
  ack?: IncomingRequest,
): SessionStep {
  if (!isOwing(s) || ack?.cseq.number !== s.owed) return stay(s);
  const { body } = answerIn(s, ack);
  return stay(acked(s), body === undefined ? [] : [{ kind: 'renegotiated', body }]);
}

/** Nothing is said to our 2xx. @spec RFC 3261 §13.3.1.4 */
function unconfirmed(s: Session, now: number, env: SessionEnv): SessionStep {
  if (!isOwing(s)) return stay(s);
  return hangUp(s, now, env, [ended('timeout')]);
}

/** Now the BYE may go that was wanted before. @spec RFC 3261 §15 */
function departing(s: Session, now: number, env: SessionEnv): SessionStep {
  return hangUp(s, now, env);
}

/** @spec RFC 3261 §9.2 */
function withdrawn(): SessionStep {
  return over([ended('cancelled')]);
}

/** Nobody has answered our INVITE. @spec RFC 3261 §13.2.1 */
function unansweredCall(s: Session, now: number, env: SessionEnv): SessionStep {
  return cancel(s, now, env, [ended('timeout')]);
}

/** An answer, an ACK or a refresh is due, or the session timer has run out. @spec RFC 4028 §10 */
function due(s: Session, now: number, env: SessionEnv): SessionStep {
  const isOver = isPast(s.expiresAt, now) || isPast(s.ackBy, now);
  if (isOver) return hangUp(s, now, env, [ended('timeout')]);
  if (isPast(s.answerBy, now)) {
    const tag = s.isUpdate ? 'update' : 'invite';
    return unanswered(s, now, { kind: 'failed', tag, reason: 'timeout' }, env);
  }
  return whenFree(s, now, env, s.isOffering);
}

function refresh(s: Session, now: number, env: SessionEnv): SessionStep {
  return whenFree(s, now, env, true);
}

/**
 * Nothing is asked while something is, by us or by the peer: it is asked a little later.
 * @spec RFC 3261 §14.1
 */
function whenFree(s: Session, now: number, env: SessionEnv, describes: boolean): SessionStep {
  if (s.asking > 0) return stay({ ...s, refreshAt: 0 });
  const later = now + waitsOf(env).retryTime;
  if (isOwing(s)) return stay({ ...s, refreshAt: later, isOffering: describes });
  return refreshed(s, now, env, describes);
}

/** The next CSeq makes it another request; an ACK that went to another process is not waited for. */
function again(s: Session, now: number, env: SessionEnv): SessionStep {
  const alone = acked(s);
  return s.asking === 0 ? stay(alone) : refreshed(alone, now, env, s.isOffering);
}

function standing(s: Session): SessionStep {
  return stay(s);
}

function done(): SessionStep {
  return over();
}

function forgotten(): SessionStep {
  return over([ended('lost')]);
}

function acked(s: Session): Session {
  return { ...s, owed: 0, isOffered: false, ackBy: 0 };
}

function answerIn(s: Session, ack: IncomingRequest | undefined): { readonly body?: Uint8Array } {
  const body = s.isOffered ? ack?.request.body : undefined;
  return body === undefined || body.length === 0 ? {} : { body };
}

function isPast(at: number, now: number): boolean {
  return at > 0 && at <= now;
}

function ringFor(expires: number | undefined, env: SessionEnv): number {
  const { ringTime } = waitsOf(env);
  if (expires === undefined) return ringTime;
  if (!Number.isInteger(expires) || expires < 1 || expires > MAX_EXPIRES) {
    throw new MisuseError('expires', 'expires must be whole seconds');
  }
  return Math.min(expires * 1000, ringTime);
}

function offerOf({ offer }: SessionWish): string {
  const text = textOf(offer, 0, offer.length);
  if (isUtf8(offer, 0, offer.length, text)) return text;
  throw new MisuseError('offer', 'an offer must be UTF-8');
}

type EndInput = Extract<SessionInput, { kind: 'end' }>;

function leave(s: Session, _now: number, { by = 'us' }: EndInput): SessionStep {
  return stay({ ...s, state: 'leaving' }, [ended(by)]);
}

function cancelCall(
  s: Session,
  now: number,
  { by = 'us' }: EndInput,
  env: SessionEnv,
): SessionStep {
  return cancel(s, now, env, [ended(by)]);
}

/** A Reason says why, to whoever reads it. @spec RFC 3326 §2 */
function sayBye(s: Session, now: number, end: EndInput, env: SessionEnv): SessionStep {
  const { by = 'us', reason } = end;
  const headers = reason === undefined ? [] : [{ name: 'Reason', value: reason }];
  return hangUp(s, now, env, [ended(by)], headers);
}

const ON_RESPONSE = { called, crossed, answered, departed, stay: standing };
const ON_FAILED = { uncalled, unanswered, unheard, stay: standing };
const ON_ACK = { confirmed, acknowledged, departing, stay: standing };
const ON_REQUEST = { early, waiting, within, parting };
const ON_END = { cancel: cancelCall, decline, leave, 'hang-up': sayBye, stay: standing };
const ON_OTHERS = {
  confirmed,
  unconfirmed,
  departing,
  withdrawn,
  'unanswered-call': unansweredCall,
  unheld,
  due,
  refresh,
  again,
  'bye-again': departing,
  forgotten,
  over: done,
  stay: standing,
};

/** States in which requests of ours go by the dialog. */
const STANDING: ReadonlySet<SessionState> = new Set(['answering', 'accepted', 'active']);

/** @spec RFC 3261 §20.19 */
const MAX_EXPIRES = 2 ** 32 - 1;
