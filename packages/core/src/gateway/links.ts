// XMPP links when policy changes: each pair of domains that has one is looked at, and where nothing may pass any more, either
// way and for nobody, the link is ended. What waits for it is refused by the edge, which says so for each.
import { evaluate, type PolicySet, type Traffic, TRAFFIC, type Verdict } from '@interwork/policy';
import type { DomainPair } from '@interwork/xmpp';
import { emitTrace, type GatewayEnv } from './env.ts';

/** Asks the edge which links there are. */
export function reviewLinks({ out }: GatewayEnv): void {
  out.push({ kind: 'xmpp', input: { kind: 'review' } });
}

/** Ends those by which nothing may pass. */
export function partForbidden(env: GatewayEnv, now: number, pairs: readonly DomainPair[]): void {
  for (const { ours, theirs } of pairs) {
    const verdicts = TRAFFIC.flatMap((traffic) => bothWays(env.policy, traffic, ours, theirs));
    // What is not known of users says nothing of their domains.
    if (verdicts.some(({ effect, unknown }) => effect === 'permit' || unknown !== undefined))
      continue;
    env.out.push({ kind: 'xmpp', input: { kind: 'part', ours, theirs } });
    const by = [...new Set(verdicts.flatMap((one) => one.by))].toSorted();
    emitTrace(env, { kind: 'parted', at: now, side: 'xmpp', ours, theirs, by });
  }
}

function bothWays(
  policy: PolicySet,
  traffic: Traffic,
  ours: string,
  theirs: string,
): readonly Verdict[] {
  return [
    evaluate(policy, { from: ours, to: theirs, via: 'sip', traffic }),
    evaluate(policy, { from: theirs, to: ours, via: 'xmpp', traffic }),
  ];
}
