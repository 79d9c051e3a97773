// What policy says of a session that is not carried yet: told in its trace, so that an administrator reads whether it would
// be permitted. Nobody is asked for facts about what is refused anyway.
import type { Flow, IncomingRequest } from '@interwork/sip';
import { endOf } from '../address.ts';
import { trafficOfSession } from '../body/session-traffic.ts';
import { cameBy, verdictOf } from './admit.ts';
import type { GatewayEnv } from './env.ts';

/** The ids of the rules that speak of it; none of what begins no session, or names nobody. */
export function idsOfSession(
  request: IncomingRequest,
  flow: Flow,
  env: GatewayEnv,
): readonly string[] {
  if (request.method !== 'INVITE') return [];
  const [from, to] = [endOf(request.from.uri), endOf(request.uri)];
  if ('code' in from || 'code' in to) return [];
  const came = cameBy(flow, flow.proved.length > 0 ? 'certificate' : 'none');
  return verdictOf('sip', trafficOfSession(request), from.jid, to.jid, came, env).by;
}
