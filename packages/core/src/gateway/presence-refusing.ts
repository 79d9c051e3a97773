// What of presence is refused, and who is told: whoever asks, or says that somebody may see him, in his own protocol, and the
// operator in a trace. The rest has nobody to tell.
import type { Presence } from '@interwork/xmpp';
import { refused } from '../translation.ts';
import { answerOfRefusal } from './answers.ts';
import { refusalReply } from './decide.ts';
import { type GatewayEnv, handled } from './env.ts';
import { UNANSWERED } from './presence-entry.ts';
import type { PresenceRefused } from './presence-events.ts';
import type { PresenceItem, PresenceOrigin, RefusedStanza, TurnedAway } from './presence-item.ts';
import { refusedAt } from './presence-look.ts';
import { tellRefusal } from './presence-trace.ts';

/** A request is refused. */
export function refuseRequest(
  env: GatewayEnv,
  now: number,
  id: string,
  why: PresenceRefused,
): void {
  const { refusal, status } = why;
  const draft = refusal === undefined ? { status } : answerOfRefusal(refusal, env.waits.retryAfter);
  const isAnswered = id !== UNANSWERED;
  if (isAnswered) env.out.push({ kind: 'sip', input: { kind: 'respond', to: id, draft } });
  const answer = isAnswered ? String(draft.status) : undefined;
  tellRefusal(env, now, 'sip-to-xmpp', why, answer);
}

/** A stanza is refused. */
export function turnAway(
  env: GatewayEnv,
  now: number,
  { stanza, from, to, receipt }: TurnedAway,
  why: PresenceRefused,
): void {
  const { refusal } = why;
  const isTold = TOLD.has(stanza.type) && refusal !== undefined;
  const element = isTold ? refusalReply(stanza, refusal) : undefined;
  if (element !== undefined)
    env.out.push({
      kind: 'xmpp',
      input: { kind: 'stanza', element, from: to, to: from, context: undefined },
    });
  const answer = element === undefined ? undefined : refusal?.condition;
  tellRefusal(env, now, 'xmpp-to-sip', why, answer);
  handled(env, receipt);
}

/** The record could not be changed: whoever waits for an answer hears that it is our fault, and for now. */
export function refuseUnable(
  env: GatewayEnv,
  now: number,
  { origin }: PresenceItem,
  because: string,
  isInDoubt: boolean,
): void {
  if (origin === undefined) return;
  const why = isInDoubt ? inDoubt(unableTo(origin, because)) : unableTo(origin, because);
  const { request } = origin;
  if (request !== undefined) return refuseRequest(env, now, request.id, why);
  const came = stanzaIn(origin);
  if (came !== undefined) turnAway(env, now, came, why);
}

/** That the record could not be changed. */
export function unableTo({ arrival }: PresenceOrigin, because: string): RefusedStanza['why'] {
  const refusal = refused('state-unavailable');
  return refusedAt(arrival, { ...refusal, text: `${refusal.text} (${because})` });
}

/** The stanza that came, if it was one. */
export function stanzaIn({ stanza, receipt }: PresenceOrigin): TurnedAway | undefined {
  if (stanza?.from === undefined || stanza.to === undefined) return undefined;
  return { stanza, from: stanza.from, to: stanza.to, receipt };
}

/** The same where something of it may stand all the same, so that it is carried after all. */
export function inDoubt(why: PresenceRefused): PresenceRefused {
  const { notes, refusal } = why;
  if (refusal === undefined || notes !== undefined) return why;
  const text = `${refusal.text}; it is not known whether it is kept all the same: asking again does no harm`;
  return { ...why, refusal: { ...refusal, text }, notes: ['in-doubt'] };
}

/** Whoever sends these waits for something to come of them. */
const TOLD: ReadonlySet<Presence['type']> = new Set(['subscribe', 'subscribed']);
