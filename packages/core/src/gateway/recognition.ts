// What a request shows of who wrote it, learned at the door where the connection proves the sender's domain. It decides how
// the domain is read and written to from then on, and nothing else: who is believed is admit.ts', whatever is spoken.
// Turning requests round is for whoever takes them, once their sender is admitted.
import type { Flow, IncomingRequest } from '@interwork/sip';
import { dialectOf } from '../dialect/dialect-of.ts';
import { STANDARD } from '../dialect/standard.ts';
import { proofOf } from './admit.ts';
import type { GatewayEnv } from './env.ts';

/** Peers with a dialect do not write outside sessions, so a MESSAGE costs nothing. */
export function recognise(env: GatewayEnv, r: IncomingRequest, flow: Flow): void {
  const { uri } = r.from;
  if (r.method === 'MESSAGE' || uri.kind !== 'sip') return;
  const domain = uri.host.toLowerCase();
  if (dialectOf(env, domain) !== STANDARD || proofOf(flow, domain, env) === undefined) return;
  const { headers } = r.request;
  const supported = Array.isArray(headers.supported) ? headers.supported : [];
  env.dialects.shown(env.policy, domain, { product: headers.text('User-Agent'), supported });
}
