// The dialogs of a SIP user's devices, as one who is watched has them: a step of one, a step of all, what they are told.
// Which steps, and when, is watched.ts'.
import {
  type IncomingRequest,
  type Notifier,
  type NotifierEnd,
  type NotifierEnv,
  type NotifierInput,
  type NotifierStep,
  param,
  stepNotifier,
} from '@interwork/sip';
import { type PidfDocument, PIDF_TYPE } from '../body/pidf.ts';
import { writePidf } from '../body/pidf-write.ts';
import { documentFormOf } from '../dialect/dialect-of.ts';
import { resourcesToPidf } from '../rules/presence-notification.ts';
import type { Instant } from '../store/store.ts';
import type { PresenceContext, PresenceEffect, StanzaDraft, Watched } from './presence-types.ts';

/** What a step is told of the other direction. */
export interface OtherHalf {
  /** The SIP user is being shown to the contact as available. */
  readonly isShown: boolean;
  /** The contact watches the SIP user too, so it matters whether he is there. */
  readonly isWatching: boolean;
}

/** A step under way: changed in place, and seen by nobody before it is over. */
export interface WatchedWork {
  half: { -readonly [K in keyof Watched]: Watched[K] };
  readonly effects: PresenceEffect[];
  readonly did: string[];
  gone: boolean;
  readonly now: Instant;
  readonly x: PresenceContext;
  readonly other: OtherHalf;
}

export function ofTag(work: WatchedWork, tag: string, input: NotifierInput): void {
  const notifier = work.half.notifiers.find(({ dialog }) => dialog.localTag === tag);
  if (notifier !== undefined) took(work, notifier, stepped(work, notifier, input), undefined);
}

/** The same for every dialog. */
export function each(work: WatchedWork, input: NotifierInput): void {
  for (const notifier of work.half.notifiers)
    took(work, notifier, stepped(work, notifier, input), undefined);
}

export function stepped(work: WatchedWork, notifier: Notifier, input: NotifierInput): NotifierStep {
  return stepNotifier(notifier, work.now, input, envOf(work));
}

/** What a dialog has become takes its place; an answer leaves before the NOTIFY that follows it. */
export function took(
  work: WatchedWork,
  before: Notifier | undefined,
  step: NotifierStep,
  to: string | undefined,
): void {
  const { half } = work;
  const others = half.notifiers.filter((one) => one !== before);
  const index = before === undefined ? others.length : half.notifiers.indexOf(before);
  half.notifiers =
    step.next === undefined
      ? others
      : [...others.slice(0, index), step.next, ...others.slice(index)];
  if (to !== undefined && step.answer !== undefined) answer(work, to, step.answer);
  if (step.notify !== undefined) {
    const tag = param(step.notify.from.params, 'tag') ?? '';
    work.effects.push({ kind: 'request', half: 'watched', tag, draft: step.notify });
  } else if (isOwed(step) && !work.did.includes('owed')) work.did.push('owed');
  if (step.ended !== undefined) work.did.push(step.ended);
}

/** Whether something is to be told that waits for its time, or for the answer to what was told before. */
function isOwed({ next }: NotifierStep): boolean {
  return next !== undefined && next.owedAt > 0;
}

export function answer(work: WatchedWork, to: string, draft: { readonly status: number }): void {
  work.effects.push({ kind: 'answer', to, draft });
}

export function say(work: WatchedWork, type: Exclude<StanzaDraft['type'], 'available'>): void {
  work.effects.push({ kind: 'stanza', draft: { resource: '', to: '', type } });
}

export function isCopy(
  { callId, remoteTag }: Notifier['dialog'],
  request: IncomingRequest,
): boolean {
  return callId === request.callId && remoteTag === param(request.from.params, 'tag');
}

export function envOf(work: WatchedWork): NotifierEnv {
  const { waits, slack, draw, dialect, habits } = work.x;
  const { documents, unanswered, extend } = dialect.traits.presence;
  return {
    contact: work.x.contact('watched'),
    event: 'presence',
    accept: documents,
    packageType: PIDF_TYPE,
    options: { unanswered: habits.unanswered ? unanswered : undefined, extend },
    draw,
    minExpires: waits.minExpires,
    maxExpires: waits.maxExpires,
    interval: waits.interval,
    fetchHold: waits.fetch + (slack?.one ?? 0),
    document: (end, type) => {
      const document = documentOf(work.half, work.x.people.user, end);
      return document && written(work, document, type);
    },
  };
}

/** Everything that is known, or nothing at all; to whoever stops watching, that nobody is there. @spec RFC 8048 §5.3.2 */
function documentOf(
  { state, known, resources }: Watched,
  jid: PresenceContext['people']['user'],
  end: NotifierEnd | undefined,
): PidfDocument | undefined {
  if (state !== 'granted') return undefined;
  const isParting = end === 'unsubscribed' || end === 'expired';
  if (isParting) return resourcesToPidf({ jid, last: resources[0] }, []);
  return known ? resourcesToPidf({ jid }, resources) : undefined;
}

/** In the type that was agreed on with the watcher. What it has no place for is no loss to the others. */
function written(
  { x: { dialect, habits }, now }: WatchedWork,
  document: PidfDocument,
  type: string = PIDF_TYPE,
): ReturnType<NotifierEnv['document']> {
  const { doNotDisturb } = habits;
  const form = documentFormOf(dialect, type);
  if (form === undefined) return { contentType: PIDF_TYPE, body: writePidf(document) };
  return { contentType: form.type, body: form.write(document, { now, doNotDisturb }).value };
}
