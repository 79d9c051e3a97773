// What is told of conversations beside their messages: one trace for each INVITE of a contact, and one for a session that
// policy has ended. What the user's own message needs of a session is told with that.
import type { IncomingRequest } from '@interwork/sip';
import type { People } from '../ledger/people.ts';
import { trafficOfSession } from '../body/session-traffic.ts';
import { NOTHING } from '../translation.ts';
import { readable } from './decide.ts';
import { type GatewayEnv, shown, tell } from './env.ts';
import { forbiddenBy } from './presence-forbidden.ts';
import { endedAtOnce } from './trace.ts';

/** How an INVITE ended. */
export interface InviteEnd {
  readonly status: number;
  readonly reasons: readonly string[];
  readonly by: readonly string[];
  readonly proof: string;
  readonly rule?: string;
}

/** Tells of an INVITE that has its answer. @spec RFC 7573 §5 */
export function tellInvite(
  env: GatewayEnv,
  now: number,
  at: number,
  r: IncomingRequest,
  { status, reasons, by, proof, rule = 'RFC 7573 §5' }: InviteEnd,
): void {
  if (status < 200) return;
  tell(env, {
    kind: 'crossing',
    at,
    direction: 'sip-to-xmpp',
    traffic: r.request.body.length === 0 ? 'chat' : trafficOfSession(r),
    from: shown(env, readable(r.from.uri)),
    to: shown(env, readable(r.uri)),
    rule,
    outcome: status < 300 ? 'delivered' : 'refused',
    reasons,
    by,
    answer: String(status),
    lost: NOTHING,
    proof,
    took: { decided: now - at, answered: now - at },
  });
}

/** Tells of a session that policy has ended. */
export function tellForbidden(
  env: GatewayEnv,
  now: number,
  people: People,
  reasons: readonly string[],
): void {
  const ended = endedAtOnce(now, {
    direction: 'xmpp-to-sip',
    traffic: 'chat',
    from: shown(env, people.user.bare),
    to: shown(env, people.contact.bare),
    rule: 'RFC 7247 §8',
    outcome: 'refused',
    reasons: ['policy', ...reasons],
    by: forbiddenBy(env, people, 'chat'),
    answer: undefined,
    proof: 'link',
  });
  tell(env, ended);
}
