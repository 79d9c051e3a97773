// What comes from XMPP and ends where it came in: questions about our side, calls, presence where that is not carried, and
// errors that belong to nothing. Whoever may be told is told; a trace says the rest.
import {
  answerIq,
  errorReply,
  type Iq,
  type Jid,
  type LinkFacts,
  type Stanza,
} from '@interwork/xmpp';
import type { Verdict } from '@interwork/policy';
import { mediaOfCall } from '../rules/jingle.ts';
import { type Refusal, refused } from '../translation.ts';
import { unknownOf, verdictOf } from './admit.ts';
import { refusalReply, stanzaError } from './decide.ts';
import { type GatewayEnv, shown, tell } from './env.ts';
import { endedAtOnce } from './trace.ts';

/** Where a stanza came from, and by what. */
export interface Came {
  readonly from: Jid;
  readonly to: Jid;
  readonly link: LinkFacts;
}

/** Questions about our side are answered here, for those who may talk to it; calls are not carried. */
export function answerQuery(env: GatewayEnv, now: number, stanza: Iq, came: Came): void {
  const media = mediaOfCall(stanza);
  if (media !== undefined) return answerCall(env, now, stanza, came, media);
  const { from, to, link } = came;
  const verdict = verdictOf('xmpp', 'message', from, to, link.remote, env);
  const again = (then: number): void => answerQuery(env, then, stanza, came);
  if (env.inquiry.wait(now, unknownOf(verdict, from), again) === 'waiting') return;
  const isPermitted = verdict.effect === 'permit';
  reply(env, came, isPermitted ? answerIq(stanza, IDENTITY) : refusalReply(stanza, NOT_PERMITTED));
}

/**
 * A call is refused, by policy where that forbids it, else because calls are not carried; the initiator is told by the error
 * of one who has no Jingle.
 * @spec XEP-0166 §6.3.2
 */
function answerCall(
  env: GatewayEnv,
  now: number,
  stanza: Iq,
  came: Came,
  media: readonly ('audio' | 'video')[],
): void {
  const { from, to, link } = came;
  const verdicts = media.map((one) => verdictOf('xmpp', one, from, to, link.remote, env));
  const unknown = verdicts.map((one) => unknownOf(one, from)).find((one) => one !== undefined);
  const again = (then: number): void => answerCall(env, then, stanza, came, media);
  if (env.inquiry.wait(now, unknown, again) === 'waiting') return;
  const forbids = verdicts.filter(({ effect }) => effect === 'forbid');
  const refusal = forbids.length === 0 ? refused('call') : NOT_PERMITTED;
  const error = stanzaError('service-unavailable', refusal.text);
  reply(env, came, errorReply(stanza, error));
  tellEnded(env, now, came, {
    traffic: media.includes('video') ? 'video' : 'audio',
    refusal,
    by: idsOf(forbids.length === 0 ? verdicts : forbids),
    answer: error.condition,
  });
}

function idsOf(verdicts: readonly Verdict[]): readonly string[] {
  return [...new Set(verdicts.flatMap(({ by }) => by))].toSorted();
}

function tellEnded(
  env: GatewayEnv,
  now: number,
  { from, to, link }: Came,
  why: {
    readonly traffic: string;
    readonly refusal: Refusal;
    readonly by: readonly string[];
    readonly answer: string;
  },
): void {
  const ended = endedAtOnce(now, {
    direction: 'xmpp-to-sip',
    traffic: why.traffic,
    from: shown(env, from.full),
    to: shown(env, to.full),
    rule: why.refusal.spec,
    outcome: 'refused',
    reasons: [why.refusal.code],
    by: why.by,
    answer: why.answer,
    proof: link.proof,
  });
  tell(env, ended);
}

/** Where presence is not carried, who asks for it is told; the rest has nobody to tell. */
export function refusePresence(env: GatewayEnv, now: number, stanza: Stanza, came: Came): void {
  const asks = stanza.type === 'subscribe';
  const element = asks ? refusalReply(stanza, refused('presence-not-carried')) : undefined;
  reply(env, came, element);
  const answer = element === undefined ? undefined : 'feature-not-implemented';
  drop(env, now, 'presence', came, ['presence-not-carried'], answer);
}

/** Tells of something that goes nowhere. */
export function drop(
  env: GatewayEnv,
  now: number,
  traffic: string,
  { from, to }: Pick<Came, 'from' | 'to'>,
  reasons: readonly string[],
  answer?: string,
): void {
  const refusedOr = answer === undefined ? 'dropped' : 'refused';
  const ended = endedAtOnce(now, {
    direction: 'xmpp-to-sip',
    traffic,
    from: shown(env, from.full),
    to: shown(env, to.full),
    rule: 'RFC 6120 §8',
    outcome: reasons[0] === 'not-told' ? 'late-failure' : refusedOr,
    reasons,
    by: [],
    answer,
    proof: 'link',
  });
  tell(env, ended);
}

function reply(
  { out }: GatewayEnv,
  { from, to }: Came,
  element: ReturnType<typeof answerIq>,
): void {
  if (element === undefined) return;
  const input = { kind: 'stanza', element, from: to, to: from, context: undefined } as const;
  out.push({ kind: 'xmpp', input });
}

const NOT_PERMITTED = refused('policy');

/** How this gateway describes itself to those who ask. @spec XEP-0030 §3 */
const IDENTITY = { category: 'gateway', type: 'sip', name: 'interwork', features: [] } as const;
