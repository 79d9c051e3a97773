// A publication of RFC 3903: the state of one resource that we keep published, as a plain record and pure steps.
//
// Its theory: one PUBLISH is on its way at most; a change meanwhile is only noted (`isStale`) and goes out with the
// answer, as the state of that moment. What the compositor has is named by the entity-tag of its last answer; when
// it does not know that any more, the state is published anew. The compositor itself is not here.
import { copied } from './dialog.ts';
import { isFault, MisuseError } from './fault.ts';
import { runEnd, TOKEN } from './grammar.ts';
import { DIALOG_LIMITS } from './limits.ts';
import type { Response } from './message.ts';
import { ask, askState, stands } from './publication/requests.ts';
import type {
  Publication,
  PublicationEnv,
  PublicationInput,
  PublicationState,
  PublicationStep,
  PublicationWish,
  PublishFailure,
} from './publication/types.ts';
import { patience, refreshAfter, waitsOf } from './subscriber/times.ts';
import { afterStatus } from './subscriber/transitions.ts';

/**
 * Begins with the first PUBLISH. Throws `MisuseError` for a wish without URIs or with a time that is none.
 * @spec RFC 3903 §4.2
 */
export function startPublication(
  now: number,
  wish: PublicationWish,
  env: PublicationEnv,
): PublicationStep {
  const { local, resource, expires } = wish;
  if (!Number.isInteger(expires) || expires < 1 || expires > MAX_EXPIRES) {
    throw new MisuseError('expires', 'expires must be whole seconds above 0');
  }
  const begun: Publication = {
    state: 'publishing',
    callId: env.draw(),
    localTag: env.draw(),
    local,
    resource,
    expires,
    cseq: 0,
    operation: 'initial',
    answerBy: 0,
    expiresAt: 0,
    askAt: 0,
    isStale: false,
    failures: 0,
    briefs: 0,
  };
  return ask(begun, 'initial', now, env);
}

/** One input, and what comes of it. @spec RFC 3903 §4 */
export function stepPublication(
  p: Publication,
  now: number,
  input: PublicationInput,
  env: PublicationEnv,
): PublicationStep {
  switch (input.kind) {
    case 'response':
      return answersLast(p, input.response) ? answered(p, now, input.response, env) : { next: p };
    case 'failed':
      return isLast(p, input.of)
        ? unpublished(p, now, { by: 'failed', reason: input.reason }, env)
        : { next: p };
    case 'wake':
      return now < publicationWakeAt(p) ? { next: p } : MOVES[p.state].wake(p, now, env);
    case 'changed':
    case 'remove':
    case 'lost':
      return MOVES[p.state][input.kind](p, now, env);
  }
}

/** When to hand in `wake`. */
export function publicationWakeAt(p: Publication): number {
  return p.answerBy > 0 ? p.answerBy : p.askAt;
}

type Move = (p: Publication, now: number, env: PublicationEnv) => PublicationStep;
type Moves = Readonly<Record<'changed' | 'wake' | 'remove' | 'lost', Move>>;

const stay: Move = (next) => ({ next });
const over: Move = () => ({ next: undefined, told: { kind: 'removed' } });
const note: Move = (p) => ({ next: { ...p, isStale: true } });
const silent: Move = (p, now, env) => unpublished(p, now, { by: 'failed', reason: 'timeout' }, env);

/** What stands is refreshed without its document; what has run out, or has changed, is told again. */
const refresh: Move = (p, now, env) =>
  stands(p, now) && !p.isStale ? ask(p, 'refresh', now, env) : askState(p, now, env);

/** @spec RFC 3903 §4.5 */
const remove: Move = (p, now, env) =>
  stands(p, now) ? ask(p, 'remove', now, env) : over(p, now, env);

/** Row: where we stand. Column: what came in. */
const MOVES: Readonly<Record<PublicationState, Moves>> = {
  publishing: {
    changed: note,
    wake: silent,
    remove: (p) => ({ next: { ...p, state: 'removing' } }),
    lost: askState,
  },
  published: { changed: askState, wake: refresh, remove, lost: stay },
  resting: { changed: note, wake: askState, remove, lost: stay },
  removing: { changed: stay, wake: silent, remove: stay, lost: remove },
};

function answered(
  p: Publication,
  now: number,
  response: Response,
  env: PublicationEnv,
): PublicationStep {
  const { status } = response;
  if (status < 300) return accepted(p, now, response, env);
  if (status === 412) return forgotten(p, now, env);
  const longer = status === 423 ? askLonger(p, now, response, env) : undefined;
  const { retryAfter } = response.headers;
  const seconds = typeof retryAfter === 'number' ? retryAfter : undefined;
  return longer ?? unpublished(p, now, { by: 'status', status }, env, seconds);
}

/** @spec RFC 3903 §4.3 */
function accepted(
  p: Publication,
  now: number,
  { headers }: Response,
  env: PublicationEnv,
): PublicationStep {
  if (p.operation === 'remove') return over(p, now, env);
  const { expires } = headers;
  const granted = typeof expires === 'number' ? Math.min(expires, p.expires) : p.expires;
  const expiresAt = now + granted * 1000;
  const askAt = now + Math.max(refreshAfter(granted * 1000, env), LEAST_REFRESH);
  const { etag: _, ...unnamed } = p;
  const etag = etagOf(headers.text('SIP-ETag'));
  const counts = { answerBy: 0, failures: 0, briefs: 0 };
  const next: Publication = {
    ...unnamed,
    ...(etag !== undefined && { etag }),
    ...counts,
    state: 'published',
    expiresAt,
    askAt,
  };
  if (p.state === 'removing') return remove(next, now, env);
  const told = { kind: 'published' } as const;
  return p.isStale ? { ...askState(next, now, env), told } : { next, told };
}

/** The compositor does not know the state that was meant: it is told anew. @spec RFC 3903 §5 */
function forgotten(p: Publication, now: number, env: PublicationEnv): PublicationStep {
  if (p.state === 'removing') return over(p, now, env);
  if (p.operation !== 'initial') return ask(p, 'initial', now, env);
  return unpublished(p, now, { by: 'status', status: 412 }, env);
}

/** Asks for what the compositor wants, if that can be meant. @spec RFC 3903 §5 */
function askLonger(
  p: Publication,
  now: number,
  { headers }: Response,
  env: PublicationEnv,
): PublicationStep | undefined {
  const { minExpires } = headers;
  const most = waitsOf(env).minExpiresMost / 1000;
  const isSane = typeof minExpires === 'number' && minExpires > p.expires && minExpires <= most;
  if (!isSane || p.briefs >= MAX_BRIEFS || p.state === 'removing') return undefined;
  return ask({ ...p, expires: minExpires, briefs: p.briefs + 1 }, p.operation, now, env);
}

/** Tried again after a while, or never; what was published before may still stand. */
function unpublished(
  p: Publication,
  now: number,
  cause: PublishFailure,
  env: PublicationEnv,
  seconds?: number,
): PublicationStep {
  if (p.state === 'removing') {
    return p.operation === 'remove' ? over(p, now, env) : remove(p, now, env);
  }
  const isFinal = cause.by === 'status' && afterStatus(cause.status, false) === 'never';
  if (isFinal) return { next: undefined, told: { kind: 'failed', cause, again: 'never' } };
  const askAt = now + patience(p.failures, seconds, env);
  const failures = p.failures + 1;
  return {
    next: { ...p, state: 'resting', answerBy: 0, askAt, failures, briefs: 0, isStale: true },
    told: { kind: 'failed', cause, again: 'later' },
  };
}

function answersLast(p: Publication, { status, headers }: Response): boolean {
  const { callId, cseq } = headers;
  if (status < 200 || typeof callId !== 'string' || cseq === undefined || isFault(cseq))
    return false;
  return isLast(p, { callId, cseq: cseq.number }) && cseq.method === 'PUBLISH';
}

function isLast(
  p: Publication,
  of: { readonly callId: string; readonly cseq: number } | undefined,
): boolean {
  return p.answerBy > 0 && (of === undefined || (of.callId === p.callId && of.cseq === p.cseq));
}

/** @spec RFC 3903 §11.3.1 */
function etagOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '' || text.length > DIALOG_LIMITS.idChars) return undefined;
  return runEnd(text, 0, text.length, TOKEN) === text.length ? copied(text) : undefined;
}

/** How often in a row a longer time is asked for. */
const MAX_BRIEFS = 2;
/** Milliseconds: a compositor that keeps nothing is not written to all the time. */
const LEAST_REFRESH = 10_000;
/** @spec RFC 3261 §20.19 */
const MAX_EXPIRES = 2 ** 32 - 1;
