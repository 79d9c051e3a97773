// One message on its way from a SIP user into XMPP: what is kept of it, what rides with its stanza to the edge and
// comes back with its fate, and how its end is told in a trace.
import type { IncomingRequest, ResponseDraft } from '@interwork/sip';
import type { Jid } from '@interwork/xmpp';
import { dialectOf } from '../dialect/dialect-of.ts';
import type { Traits } from '../dialect/types.ts';
import type { Loss, Refusal } from '../translation.ts';
import type { Admitted } from './admit.ts';
import type { Within } from './admit-within.ts';
import { laneKey } from './barrier.ts';
import { readable, type RefusedRequest } from './decide.ts';
import { type GatewayEnv, shown } from './env.ts';
import type { Fate } from './fates.ts';
import { refusedWithin } from './look.ts';
import type { Reply } from './replies.ts';
import {
  type CrossingOutcome,
  type CrossingTrace,
  type EndedAtOnce,
  endedAtOnce,
} from './trace.ts';

/** One MESSAGE from its arrival on. */
export interface Carried {
  readonly transaction: string;
  readonly at: number;
  readonly from: Jid;
  readonly to: Jid;
  readonly admitted: Admitted;
  readonly lost: readonly Loss[];
  /** What was done with its words, or was not, in stable words for the trace. */
  readonly notes: readonly string[];
  /** It came within a session. */
  readonly within: Within | undefined;
}

/** How a MESSAGE ended, for its answer and its trace. */
export interface CarriedEnding {
  readonly outcome: CrossingOutcome;
  readonly draft: ResponseDraft;
  readonly reasons: readonly string[];
}

/** The end of one that is handed over, with the answer that its sender's kind knows. @spec RFC 3428 §7 */
export function handedOver({ from }: Pick<Carried, 'from'>, env: GatewayEnv): CarriedEnding {
  return HANDED_OVER[dialectOf(env, from.asciiDomain).traits.accepted];
}

const HANDED_OVER: Readonly<Record<Traits['accepted'], CarriedEnding>> = {
  200: { outcome: 'handed-over', draft: { status: 200 }, reasons: [] },
  202: { outcome: 'handed-over', draft: { status: 202 }, reasons: [] },
};

/** What rides with a stanza to the XMPP edge and comes back with its fate. */
export type StanzaContext =
  | { readonly kind: 'message'; readonly fate: Fate<Carried> }
  | { readonly kind: 'reply'; readonly fate: Fate<Reply> }
  | { readonly kind: 'barrier' };

/** A context that has come back; `undefined` where it is none of ours. */
export function contextIn(
  context: unknown,
): Exclude<StanzaContext, { kind: 'barrier' }> | undefined {
  const ours = context as StanzaContext | null | undefined;
  if (ours?.kind !== 'message' && ours?.kind !== 'reply') return undefined;
  return ours.fate === undefined ? undefined : ours;
}

/** What is kept of a request that is admitted. */
export function carriedOf(
  now: number,
  transaction: string,
  admitted: Admitted,
  lost: readonly Loss[],
  within: Within | undefined,
): Carried {
  const { from, to } = admitted;
  const notes = NO_NOTES;
  return { transaction, at: now, from: from.jid, to: to.jid, admitted, lost, notes, within };
}

const NO_NOTES: readonly string[] = Object.freeze([]);

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
    rule: carried.within === undefined ? 'RFC 7572 §5' : 'RFC 7573 §5',
    outcome: ending.outcome,
    reasons: carried.notes.length === 0 ? ending.reasons : [...ending.reasons, ...carried.notes],
    by: carried.admitted.by,
    answer: String(ending.draft.status),
    lost: carried.lost,
    proof: carried.admitted.proof,
    took: { decided: 0, answered: now - carried.at },
  };
}

/** Why something was refused, for its trace. */
export type WhyRefused = Pick<EndedAtOnce, 'rule' | 'reasons' | 'by' | 'answer' | 'proof'>;

/** The trace of a request that was refused at once. */
export function refusedTrace(
  now: number,
  traffic: string,
  sender: string,
  recipient: string,
  why: WhyRefused,
  env: GatewayEnv,
): CrossingTrace {
  const { rule, reasons, by, answer, proof } = why;
  const [from, to] = [shown(env, sender), shown(env, recipient)];
  const ended = { rule, reasons, by, answer, proof, traffic, from, to };
  const outcome = answer === undefined ? 'dropped' : 'refused';
  return endedAtOnce(now, { ...ended, direction: 'sip-to-xmpp', outcome });
}

/** What was permitted, and is refused after all. */
export function refusedAfter(
  { admitted }: { readonly admitted: Admitted },
  r: IncomingRequest,
  refusal: Refusal,
): RefusedRequest {
  const { by, proof } = admitted;
  return { kind: 'refuse', refusal, by, proof, from: readable(r.from.uri), to: readable(r.uri) };
}

/** Whether something comes of it: it is carried, or what says nothing begins a session. */
export function begins(
  { kind }: { readonly kind: 'carry' | 'nothing' },
  within: Within | undefined,
): boolean {
  return kind === 'carry' || within?.settle !== undefined;
}

/** What comes within a session, which is to stay, is refused by another status; the INVITE that brought it is not. */
export function stopped(refusal: Refusal, within: Within | undefined): Refusal {
  return within === undefined || within.settle !== undefined ? refusal : refusedWithin(refusal);
}

/** The INVITE that brought it has been taken back. @spec RFC 3261 §9.2 */
export const CANCELLED: CarriedEnding = {
  outcome: 'dropped',
  draft: { status: 487 },
  reasons: ['cancelled'],
};

/** It says nothing, and there is nothing to carry. */
export const EMPTY: CarriedEnding = {
  outcome: 'dropped',
  draft: { status: 200 },
  reasons: ['empty'],
};
