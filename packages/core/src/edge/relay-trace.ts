// What is told of a relay that has ended: one trace, by the same shape as every other crossing.
import type { CrossingOutcome, CrossingTrace } from '../gateway/trace.ts';
import { NOTHING } from '../translation.ts';
import type { Instant } from '../store/store.ts';

/** How a relay ended. */
export interface RelayEnd {
  readonly outcome: CrossingOutcome;
  readonly reasons: readonly string[];
  /** What the sender was answered; `undefined` for what is never answered. */
  readonly status: number | undefined;
  readonly rule: string;
  readonly by: readonly string[];
  readonly proof: string;
  readonly must: readonly string[];
  readonly diagnostics: number | undefined;
  readonly from: string;
  readonly to: string;
}

/** The trace of one end. */
export function relayTrace(
  now: Instant,
  { at, decidedAt }: { readonly at: Instant; readonly decidedAt: Instant },
  method: string,
  { status, diagnostics, ...end }: RelayEnd,
): CrossingTrace {
  return {
    kind: 'crossing',
    at,
    direction: 'sip-to-sip',
    traffic: method.toLowerCase(),
    from: end.from,
    to: end.to,
    rule: end.rule,
    outcome: end.outcome,
    reasons: end.reasons,
    by: end.by,
    answer: status === undefined ? undefined : String(status),
    lost: NOTHING,
    proof: end.proof,
    took: { decided: decidedAt - at, answered: now - at },
    must: end.must,
    ...(diagnostics === undefined ? {} : { diagnostics }),
  };
}
