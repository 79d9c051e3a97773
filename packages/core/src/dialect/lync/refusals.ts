// Habit: refusals
// They do: refuse a person's message with 606 and Warning 309 where a filter dislikes it, an invitation with 480 and Warning 391
//   where somebody does not want to be disturbed, and answer 408, 480 or 481 within a session that they have forgotten.
// Vectors: im-15 O, im-16 O, im-17 O, own im-answers O.
// We do: tell the sender which of these it is; open another session and send again for the last alone.
import type { Response } from '@interwork/sip';
import { conditionOf } from '../../error.ts';
import type { Meaning } from '../types.ts';

/** What a refusal of words means; `undefined` where it means what the RFC says. */
export function refusalMeaning(response: Response, method: string): Meaning | undefined {
  const { status } = response;
  const code = warningsOf(response).find((one) => Object.hasOwn(BY_WARNING, `${status} ${one}`));
  if (code !== undefined) return BY_WARNING[`${status} ${code}`];
  return IN_SESSION.has(method) && OVER.has(status) ? sessionOver(status) : undefined;
}

/** The codes of all warnings; their texts and agents are for people. */
export function warningsOf({ headers: { warning } }: Response): readonly number[] {
  return Array.isArray(warning) ? warning.map(({ code }) => code) : [];
}

/** What the sender is told where no other session comes about. */
function sessionOver(status: number): Meaning {
  return {
    reason: 'session-over',
    condition: conditionOf(status),
    text: 'The conversation is over at the other end',
    again: 'reopen',
  };
}

const BY_WARNING: Readonly<Record<string, Meaning>> = {
  '606 309': {
    reason: 'content-policy',
    condition: 'policy-violation',
    text: 'The other domain does not let such messages in',
    again: 'never',
  },
  '480 391': {
    reason: 'do-not-disturb',
    condition: 'recipient-unavailable',
    text: 'The recipient does not want to be disturbed',
    again: 'never',
  },
};

const IN_SESSION: ReadonlySet<string> = new Set(['MESSAGE', 'INFO']);
const OVER: ReadonlySet<number> = new Set([408, 480, 481]);
