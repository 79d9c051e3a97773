// What begins something is counted for whoever sends it, messages and requests to see somebody alike, and so is what became
// of it: by the same table as what crosses between SIP and XMPP (gateway/partner-limits.ts).
import type { GatewayEnv } from '../gateway/env.ts';
import { countIn, outcomeIn } from '../gateway/partner-limits.ts';
import type { Instant } from '../store/store.ts';
import type { Passage } from './passage.ts';
import type { Stop } from './stop.ts';
import { addressOf } from './people.ts';

/** Counts a request that might go on; a stop where it is one too many. */
export function stopIfTooMany(env: GatewayEnv, now: Instant, passage: Passage): Stop | undefined {
  const { row, routed, verdict, proof, from, to } = passage;
  if (routed.token !== undefined) return undefined;
  const kind = row.traffic === 'presence' ? 'subscription' : 'message';
  const [sender, recipient] = [addressOf(from), addressOf(to)];
  const ends = { from: { asciiDomain: from.domain, bare: sender }, to: { bare: recipient } };
  const refusal = countIn(env, now, kind, verdict.must, ends);
  if (refusal === undefined) return undefined;
  const nothing = { diagnostics: undefined, unknown: undefined };
  return { kind: 'stop', refusal, by: verdict.by, proof, ...nothing, from: sender, to: recipient };
}

/** Counts what the next hop answered. */
export function countAnswer(env: GatewayEnv, now: Instant, passage: Passage, status: number): void {
  outcomeIn(env, now, passage.verdict.must, passage.from.domain, status);
}
