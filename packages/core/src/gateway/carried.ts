// One message on its way from a SIP user into XMPP: what is kept of it, what rides with its stanza to the edge and
// comes back with its fate, and how its end is told in a trace.
import type { ResponseDraft } from '@interwork/sip';
import type { Jid } from '@interwork/xmpp';
import type { Loss } from '../translation.ts';
import type { Admitted } from './admit.ts';
import { laneKey } from './barrier.ts';
import { type GatewayEnv, shown } from './env.ts';
import type { Fate } from './fates.ts';
import type { CrossingOutcome, CrossingTrace } from './trace.ts';

/** One MESSAGE from its arrival on. */
export interface Carried {
  readonly transaction: string;
  readonly at: number;
  readonly from: Jid;
  readonly to: Jid;
  readonly admitted: Admitted;
  readonly lost: readonly Loss[];
}

/** How a MESSAGE ended, for its answer and its trace. */
export interface CarriedEnding {
  readonly outcome: CrossingOutcome;
  readonly draft: ResponseDraft;
  readonly reasons: readonly string[];
}

/** What rides with a stanza to the XMPP edge and comes back with its fate. */
export type StanzaContext =
  | { readonly kind: 'message'; readonly fate: Fate<Carried> }
  | { readonly kind: 'barrier' };

/** The message of a context that has come back; nothing of what is not ours. */
export function fateIn(context: unknown): Fate<Carried> | undefined {
  const ours = context as StanzaContext | null | undefined;
  return ours?.kind === 'message' ? ours.fate : undefined;
}

/** What is kept of a request that is admitted. */
export function carriedOf(
  now: number,
  transaction: string,
  admitted: Admitted,
  lost: readonly Loss[],
): Carried {
  const { from, to } = admitted;
  return { transaction, at: now, from: from.jid, to: to.jid, admitted, lost };
}

/** The link a message goes by. */
export function laneOf({ from, to }: Pick<Carried, 'from' | 'to'>): string {
  return laneKey(from.asciiDomain, to.asciiDomain);
}

/** The trace of a MESSAGE that has been answered. */
export function traceOf(
  now: number,
  carried: Carried,
  ending: CarriedEnding,
  env: GatewayEnv,
): CrossingTrace {
  return {
    kind: 'crossing',
    at: carried.at,
    direction: 'sip-to-xmpp',
    traffic: 'message',
    from: shown(env, carried.from.full),
    to: shown(env, carried.to.full),
    rule: 'RFC 7572 §5',
    outcome: ending.outcome,
    reasons: ending.reasons,
    by: carried.admitted.by,
    answer: String(ending.draft.status),
    lost: carried.lost,
    proof: carried.admitted.proof,
    took: { decided: 0, answered: now - carried.at },
  };
}
