// What is done in the cells of the chat tables, a function for each word. Pure, over a step under way.
import { type Session, startSession, stepSession, writeUri } from '@interwork/sip';
import { jidToAor } from '../address.ts';
import { callIdToThread } from '../rules/thread.ts';
import { envOf, letOut, opened, session, took } from './chat-session.ts';
import type { ChatAct, ChatState } from './chat-tables.ts';
import type { ChatAnswered } from './chat-types.ts';
import { type ChatMatter, type ChatWork, tagOf } from './chat-work.ts';

type Act = (work: ChatWork, matter: ChatMatter, before: ChatState) => void;

/** The acts by their names in the tables. */
export const ACTS: Readonly<Record<ChatAct, Act>> = {
  nothing: () => {},
  wait: pending,
  call,
  hear,
  accept,
  decline,
  flush: (work) => {
    work.isOpening = true;
  },
  soon: (work) => {
    if (work.kept !== undefined) work.kept.isInactive = true;
  },
  page,
  tell: (work, { why = { word: 'lost' } }) => {
    work.effects.push({ kind: 'tell', why });
    closed(work);
  },
  end,
  farewell: (work) => {
    sayGone(work, false);
    closed(work);
  },
  part: (work) => {
    if (sayGone(work, true)) work.did.push('told-gone');
    end(work);
  },
  forget: closed,
};

/** @spec RFC 7573 §4 */
function call(work: ChatWork, { wish }: ChatMatter): void {
  if (wish === undefined) return;
  const { now, x } = work;
  const { remote, headers, callId, lock, signs } = wish;
  const step = startSession(
    now,
    {
      local: writeUri(jidToAor(x.people.user)),
      remote,
      offer: x.form.offer(),
      headers,
      expires: Math.ceil(x.waits.ring / 1000),
      ...(callId === undefined ? {} : { callId }),
    },
    envOf(x),
  );
  const thread = wish.thread ?? callIdToThread(step.next?.dialog.callId ?? '');
  work.kept = { thread, lock, last: now, signs, isInactive: false, by: x.by };
  took(work, undefined, step);
  pending(work);
}

/** The newest INVITE of the contact takes the place of everything before it. @spec RFC 7573 §5 */
function hear(work: ChatWork, { invited }: ChatMatter, before: ChatState): void {
  const step = invited === undefined ? undefined : opened(work, invited);
  if (invited === undefined || step === undefined) {
    work.state = before;
    return;
  }
  const { kept, now, x } = work;
  if (kept?.session !== undefined) replace(work, kept.session);
  const { lock = '', signs = false } = kept ?? {};
  const { thread, device, to, hasFirst, request } = invited;
  const facts = { thread, lock, last: now, signs, isInactive: false };
  work.kept = { ...facts, device: device === '' ? undefined : device, invite: to, by: x.by };
  took(work, undefined, step);
  pending(work);
  const tag = tagOf(step.next);
  if (hasFirst) work.effects.push({ kind: 'hear', tag, to, facts: work.kept });
  else work.turn('taken', { answered: plainYes(tag, to, request.request.body) });
}

/** It goes its way without the record: CANCEL or BYE, or an answer to the INVITE that was before. */
function replace(work: ChatWork, old: Session): void {
  const step = stepSession(old, work.now, { kind: 'end', by: 'replaced' }, envOf(work.x));
  letOut({ ...work, to: '' }, old, step);
  work.did.push('replaced');
}

function plainYes(tag: string, to: string, offer: Uint8Array): ChatAnswered {
  return { kind: 'answer', tag, to, isTaken: true, status: 200, headers: [], offer };
}

/** @spec RFC 7573 §5 */
function accept(work: ChatWork, { answered }: ChatMatter): void {
  const { form } = work.x;
  const { offer, headers = [] } = answered ?? {};
  const isOffered = offer !== undefined && offer.length > 0;
  const body = isOffered ? form.answer(offer) : form.offer();
  if (body === undefined) return refuse(work, 488, []);
  session(work, { kind: 'answer', status: 200, headers, body });
}

function decline(work: ChatWork, { answered }: ChatMatter): void {
  refuse(work, answered?.status ?? 480, answered?.headers ?? []);
}

function refuse(work: ChatWork, status: number, headers: ChatAnswered['headers']): void {
  work.state = 'none';
  session(work, { kind: 'answer', status, headers });
  closed(work);
}

/** The contact takes no sessions: remembered, so that not every message has to find out. @spec RFC 7573 §4 */
function page(work: ChatWork, _matter: ChatMatter, before: ChatState): void {
  const { kept, now } = work;
  if (kept !== undefined && before !== 'paged') {
    kept.session = undefined;
    kept.last = now;
  }
  work.effects.push({ kind: 'page' });
}

function end(work: ChatWork): void {
  session(work, { kind: 'end', by: 'us' });
}

/**
 * To whoever has shown chat states, and to nobody else.
 * @spec RFC 7573 §6.1
 * @spec XEP-0085 §5.1
 */
function sayGone({ effects, kept }: ChatWork, isForbidden: boolean): boolean {
  const { signs = false, lock = '', thread = '' } = kept ?? {};
  if (signs) effects.push({ kind: 'farewell', lock, thread, isForbidden });
  return signs;
}

/** What waits goes on waiting. */
function pending({ kept, effects, x }: ChatWork): void {
  const { session: one, by = '' } = kept ?? {};
  effects.push({ kind: 'pending', tag: tagOf(one), isOurs: by === x.by });
}

function closed({ effects }: ChatWork): void {
  effects.push({ kind: 'closed' });
}
