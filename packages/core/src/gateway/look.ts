// Whether the host lets something cross: a question for everything that people say, ask or show of themselves, of one shape,
// with one line for each pair of people and one bound (host-duties.ts). It is asked last, of what everything else permits, and
// with the answer that is decided anew. What takes back what was said is not asked about, but stands in the line, or it would
// overtake what it takes back.
import { Jid } from '@interwork/xmpp';
import { type Refusal, refused } from '../translation.ts';
import type { GatewayEnv } from './env.ts';
import type { AskedChange, AskedCrossing } from './event.ts';
import type { DutyEnd } from './host-duties.ts';
import type { Ends } from './words.ts';

/** What the host is told of something when it is asked whether it may cross. */
export interface Looked extends Ends, Pick<AskedCrossing, 'traffic' | 'what' | 'proof' | 'by'> {
  /** What people have written in it. */
  readonly words: Pick<AskedCrossing, 'text'> & Partial<Pick<AskedCrossing, 'subject'>>;
  readonly mayChange: readonly AskedChange[];
}

/** How it ended for something that the host has looked at: it goes on as it is said, or it does not. */
export type LookEnd = DutyEnd;

/** It goes on, perhaps as something else. */
type LookGo = Extract<LookEnd, { readonly kind: 'go' }>;

/** What the host has said of something that came at some time: it is decided anew with it. */
export interface Said extends Pick<LookGo, 'text' | 'subject' | 'notes'> {
  readonly at: number;
}

/** Whether nobody looks at anything, nor stands in a line: then all of this costs nothing. */
export function isUnseen({ hooked, hostDuties }: GatewayEnv): boolean {
  return !hooked && hostDuties.size === 0;
}

/** Asks the host whether something may cross. What two people send one way is in one line, before all else. */
export function look(
  env: GatewayEnv,
  now: number,
  { direction, from, to, words, ...task }: Looked,
  then: (now: number, end: LookEnd) => void,
): void {
  const { traffic, what, mayChange, proof, by } = task;
  const { text, subject } = words;
  const message = { direction, from: from.bare, to: to.bare, subject, text };
  const whose = { pair: lineOf(from, to), asker: from.asciiDomain };
  const tasks = [{ kind: 'crossing', traffic, what, mayChange, proof, by } as const];
  const taken = env.hostDuties.carryOut(now, whose, tasks, message, then);
  if (taken === 'full') then(now, { kind: 'stop', refusal: refused('queue-full') });
}

/**
 * Has the host look at something, or where it is nothing to look at, has it wait for what the host looks at of the same
 * people: `false` where there is nothing to wait for, or no room; it goes on at once then, since nobody says it again.
 */
export function lookOrWait(
  env: GatewayEnv,
  now: number,
  ends: Ends,
  looked: Looked | undefined,
  then: (now: number, end: LookEnd) => void,
): boolean {
  if (isUnseen(env)) return false;
  if (env.hooked && looked !== undefined) {
    look(env, now, looked, then);
    return true;
  }
  const { direction, from, to } = ends;
  const pair = lineOf(from, to);
  if (!env.hostDuties.holds(pair)) return false;
  const message = { direction, from: from.bare, to: to.bare, text: '', subject: undefined };
  const whose = { pair, asker: from.asciiDomain };
  return env.hostDuties.carryOut(now, whose, [], message, then) === 'taken';
}

/** Why nothing comes of a sign that nobody would have been told when it came, so that the host was not asked about it. */
export const NOT_LOOKED_AT = 'not-looked-at';

/** A message that goes on: to whom, and how the host has it say. */
export interface LookedMessage {
  readonly kind: 'go';
  readonly to: Jid;
  readonly said: Said;
}

/** The same of a message, which may go to somebody else of the same domain; anybody else is the host's failure. */
export function lookAtMessage(
  env: GatewayEnv,
  now: number,
  looked: Omit<Looked, 'traffic' | 'what' | 'mayChange'>,
  then: (now: number, end: LookedMessage | Refusal) => void,
): void {
  look(env, now, { ...looked, ...MESSAGE }, (later, end) => {
    if (end.kind === 'stop') return then(later, end.refusal);
    const to = recipientOf(end, looked.to);
    then(later, to.kind === 'refusal' ? to : { kind: 'go', to, said: { ...end, at: now } });
  });
}

function recipientOf({ to }: LookGo, before: Jid): Jid | Refusal {
  if (to === undefined) return before;
  const jid = Jid.parse(to);
  const isFit = jid.kind === 'jid' && jid.asciiDomain === before.asciiDomain && jid.local !== '';
  return isFit ? jid : refused('host-failed');
}

/**
 * The same refusal for a request within a dialog, which is to stay: 480 would end it for its sender.
 * @spec RFC 5057 §5.1
 */
export function refusedWithin(refusal: Refusal): Refusal {
  return refusal.code === 'host-failed' ? { ...refusal, status: 500 } : refusal;
}

function lineOf(from: Jid, to: Jid): string {
  return `look ${from.bare} ${to.bare}`;
}

const EVERYTHING: readonly AskedChange[] = Object.freeze(['text', 'subject', 'to'] as const);
/** Everything of a message may be another. */
const MESSAGE = { traffic: 'message', what: 'message', mayChange: EVERYTHING } as const;
/** What of a message may be another whose recipient is where it was sent. */
export const WORDS_CHANGES: readonly AskedChange[] = Object.freeze(['text', 'subject'] as const);
/** What of a presence document may be another. */
export const NOTE_CHANGES: readonly AskedChange[] = Object.freeze(['text'] as const);
/** Of what has no words. */
export const NO_CHANGES: readonly AskedChange[] = Object.freeze([]);
/** In what has no words. */
export const NO_WORDS: Looked['words'] = { text: '', subject: undefined };
