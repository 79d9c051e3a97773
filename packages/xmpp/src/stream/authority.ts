// The authoritative server of dialback: whether a key is one that we made. Stateless. XEP-0220 §2.2.2. Who asks, and by which
// stream, is answer.ts, and initiate.ts where the stream carries both directions.
import type { Arrived } from './arrival.ts';
import { type Core, fail, write } from './core.ts';
import {
  type DialbackElement,
  readDialback,
  resultAnswerText,
  type Verdict,
  verifyAnswerText,
} from './dialback.ts';
import type { StreamState } from './transitions.ts';

/** @spec XEP-0220 §2.2.2 */
export function checkKey(core: Core, arrived: Arrived): StreamState {
  const asked = readDialback(arrived.element);
  if (asked === undefined) return fail(core, 'bad-dialback');
  if (asked.verdict !== undefined) return fail(core, 'unsolicited-dialback');
  core.checkedKeys = true;
  write(core, verifyAnswerText(asked.to, asked.from, asked.id, checked(core, asked)));
  return core.state;
}

function checked(core: Core, asked: DialbackElement): Verdict {
  if (!core.with.hosts(asked.to.ascii)) return { type: 'error', condition: 'item-not-found' };
  if (!core.tls && core.with.rules(asked.from.ascii).tls === 'required')
    return { type: 'error', condition: 'policy-violation' };
  const key = core.with.keys(asked.from, asked.to, asked.id);
  return { type: core.with.digest.equal(asked.key, key) ? 'valid' : 'invalid' };
}

/** A peer wants to send for another pair by a stream of ours: it is to open one of its own. @spec XEP-0288 §2.2 */
export function refuseClaimBack(core: Core, { from, to }: DialbackElement): StreamState {
  const verdict = { type: 'error', condition: 'not-acceptable' } as const;
  write(core, resultAnswerText(to, from, verdict));
  return core.state;
}
