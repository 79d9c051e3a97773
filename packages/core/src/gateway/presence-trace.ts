// What is told of presence: one trace for each SUBSCRIBE, NOTIFY and stanza that came in, with what was done by the
// words of the ledger's tables; and one where a request of ours has failed, since that may be the end of something.
// What time does by itself makes none.
import type { People } from '../ledger/people.ts';
import type { PresenceEffect } from '../ledger/presence-types.ts';
import { type GatewayEnv, shown, tell } from './env.ts';
import type { PresenceOrigin } from './presence-item.ts';
import { UNANSWERED } from './presence-entry.ts';
import type { PresenceRefused } from './presence-events.ts';
import { type CrossingOutcome, endedAtOnce } from './trace.ts';

/** Tells of something that was taken to its record. */
export function tellArrival(
  env: GatewayEnv,
  now: number,
  at: number,
  { arrival, request, notes = NONE }: PresenceOrigin,
  effects: readonly PresenceEffect[],
): void {
  const { from, to, by, proof, rule, lost } = arrival;
  const status = answerIn(effects);
  const reasons = [...wordsOf(effects), ...unsaidIn(effects), ...notes];
  tell(env, {
    kind: 'crossing',
    at,
    direction: request === undefined ? 'xmpp-to-sip' : 'sip-to-xmpp',
    traffic: 'presence',
    from: shown(env, from),
    to: shown(env, to),
    rule,
    outcome: outcomeOf(status, effects, reasons),
    reasons,
    by,
    answer: status === undefined ? undefined : String(status),
    lost,
    proof,
    took: { decided: now - at, answered: now - at },
  });
}

/** Tells of a subscription, or of a dialog, that a request of ours did not keep. @spec RFC 8048 §5.2.2 */
export function tellFailure(
  env: GatewayEnv,
  now: number,
  { user, contact }: People,
  effects: readonly PresenceEffect[],
): void {
  const reasons = wordsOf(effects);
  if (!reasons.some((word) => FAILURE.test(word))) return;
  tell(
    env,
    endedAtOnce(now, {
      direction: 'xmpp-to-sip',
      traffic: 'presence',
      from: shown(env, user.bare),
      to: shown(env, contact.bare),
      rule: 'RFC 8048 §5.2.2',
      outcome: 'failed',
      reasons,
      by: [],
      answer: undefined,
      proof: 'link',
    }),
  );
}

/** A final response, none at all, no NOTIFY in time, or a NOTIFY that was refused. */
const FAILURE = /^(?:sip-\d{3}|failed-.*|silence|notify-failed)$/;

function wordsOf(effects: readonly PresenceEffect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === 'did' ? effect.words : NONE));
}

function answerIn(effects: readonly PresenceEffect[]): number | undefined {
  for (const effect of effects)
    if (effect.kind === 'answer' && effect.to !== UNANSWERED) return effect.draft.status;
  return undefined;
}

/** What a refusal would have been of a request that is never answered. */
function unsaidIn(effects: readonly PresenceEffect[]): readonly string[] {
  return effects.flatMap((effect) =>
    effect.kind === 'answer' && effect.to === UNANSWERED && effect.draft.status >= 300
      ? [`sip-${effect.draft.status}`]
      : [],
  );
}

/** Something that reaches the other side, now or with the next NOTIFY; nothing new is nothing to carry. */
function outcomeOf(
  status: number | undefined,
  effects: readonly PresenceEffect[],
  reasons: readonly string[],
): CrossingOutcome {
  if (status !== undefined && status >= 300) return 'refused';
  if (reasons.includes('hold:keep')) return 'held';
  const left = effects.some(({ kind }) => kind === 'request' || kind === 'stanza');
  return left || reasons.includes('owed') ? 'handed-over' : 'dropped';
}

/** Tells of something that was not taken. */
export function tellRefusal(
  env: GatewayEnv,
  now: number,
  direction: 'sip-to-xmpp' | 'xmpp-to-sip',
  { refusal, status, by, proof, from, to, notes = NONE }: PresenceRefused,
  answer: string | undefined,
): void {
  const ended = endedAtOnce(now, {
    direction,
    traffic: 'presence',
    from: shown(env, from),
    to: shown(env, to),
    rule: refusal?.spec ?? 'RFC 6665 §4.4.1',
    outcome: answer === undefined ? 'dropped' : 'refused',
    reasons: [refusal?.code ?? `sip-${status}`, ...notes],
    by,
    answer,
    proof,
  });
  tell(env, ended);
}

/** Tells of a stanza that is left to the next process, which finds it beside the record. */
export function tellLeft(
  env: GatewayEnv,
  now: number,
  { by, proof, from, to }: Pick<PresenceRefused, 'by' | 'proof' | 'from' | 'to'>,
): void {
  const ended = endedAtOnce(now, {
    direction: 'xmpp-to-sip',
    traffic: 'presence',
    from: shown(env, from),
    to: shown(env, to),
    rule: 'RFC 8048 §5.2.1',
    outcome: 'held',
    reasons: ['left-to-next'],
    by,
    answer: undefined,
    proof,
  });
  tell(env, ended);
}

const NONE: readonly string[] = [];
