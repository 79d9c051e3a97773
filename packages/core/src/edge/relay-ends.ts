// How relays end, as far as a decision tells: what of it goes into the trace. Whether and when one ends is edge.ts'.
import type { CrossingOutcome } from '../gateway/trace.ts';
import type { Passage } from './passage.ts';
import { addressOf, personOf } from './people.ts';
import type { RelayEnd } from './relay-trace.ts';
import type { Relay } from './relays.ts';
import type { Stop } from './stop.ts';

/** The end of a refusal, as far as it is known from the decision. */
export function endOfStop({ refusal, by, proof, diagnostics, from, to }: Stop): RelayEnd {
  return {
    outcome: 'refused',
    reasons: [refusal.code],
    status: refusal.status,
    rule: refusal.spec,
    by,
    proof,
    must: NONE,
    diagnostics,
    from,
    to,
  };
}

/** What is known of the end of something that was decided. */
export function endOfPassage({
  verdict,
  proof,
  from,
  to,
}: Passage): Omit<RelayEnd, 'outcome' | 'reasons' | 'status' | 'diagnostics'> {
  return {
    rule: 'RFC 3261 §16.6',
    by: verdict.by,
    proof,
    must: verdict.must.map(({ kind }) => kind),
    from: addressOf(from),
    to: addressOf(to),
  };
}

/** The same of something that was not. */
export function nobodysEnd({
  request,
}: Relay): Pick<RelayEnd, 'by' | 'proof' | 'must' | 'from' | 'to'> {
  const [from, to] = [personOf(request.from.uri), personOf(request.uri)];
  return {
    by: NONE,
    proof: 'none',
    must: NONE,
    from: from === undefined ? '' : addressOf(from),
    to: to === undefined ? '' : addressOf(to),
  };
}

/** @spec RFC 3428 §7 */
export function outcomeOf(status: number): CrossingOutcome {
  if (status >= 300) return 'failed';
  return status === 202 ? 'handed-over' : 'delivered';
}

const NONE: readonly never[] = Object.freeze([]);
