// What of presence is refused, and who is told: whoever asks, or says that somebody may see him, in his own protocol, and the
// operator in a trace. The rest has nobody to tell.
import type { Jid, LinkFacts, Presence, Receipt } from '@interwork/xmpp';
import type { KeptRequest } from '../ledger/presence-types.ts';
import { refused } from '../translation.ts';
import { answerOfRefusal } from './answers.ts';
import { refusalReply } from './decide.ts';
import { type GatewayEnv, handled } from './env.ts';
import { UNANSWERED } from './presence-entry.ts';
import type { PresenceRefused } from './presence-events.ts';
import type { PresenceItem } from './presence-item.ts';
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

/** A stanza, from whom it came and to whom. */
export interface CamePresence {
  readonly stanza: Presence;
  readonly from: Jid;
  readonly to: Jid;
  readonly link: LinkFacts;
  readonly receipt: Receipt | undefined;
  /** What stands of it beside the record, since the host looks at it. */
  readonly kept?: KeptRequest | undefined;
}

/** A stanza is refused. */
export function turnAway(
  env: GatewayEnv,
  now: number,
  { stanza, from, to, receipt }: Pick<CamePresence, 'stanza' | 'from' | 'to' | 'receipt'>,
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
  why: string,
): void {
  if (origin === undefined) return;
  const { arrival, request, stanza, receipt } = origin;
  const refusal = refused('state-unavailable');
  const told = refusedAt(arrival, { ...refusal, text: `${refusal.text} (${why})` });
  if (request !== undefined) return refuseRequest(env, now, request.id, told);
  if (stanza?.from === undefined || stanza.to === undefined) return;
  const { from, to } = stanza;
  turnAway(env, now, { stanza, from, to, receipt }, told);
}

/** Whoever sends these waits for something to come of them. */
const TOLD: ReadonlySet<Presence['type']> = new Set(['subscribe', 'subscribed']);
