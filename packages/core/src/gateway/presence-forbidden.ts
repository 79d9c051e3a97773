// Whether what two people have agreed on is forbidden by the policy of the moment, in either direction. What policy does
// not know of them is asked first; then it is looked at again.
import type { Traffic } from '@interwork/policy';
import type { People } from '../ledger/people.ts';
import { ANY_CONNECTION, unknownOf, verdictOf } from './admit.ts';
import type { GatewayEnv } from './env.ts';
import type { Again } from './inquiry.ts';
import type { PresenceItem } from './presence-item.ts';

/** Whether it is forbidden now; `again` is called later where that cannot be said yet. */
export function isForbidden(
  env: GatewayEnv,
  now: number,
  people: People,
  again: Again,
  traffic: Traffic = 'presence',
): boolean {
  const { contact, user } = people;
  const there = verdictOf('xmpp', traffic, user, contact, ANY_CONNECTION, env);
  const back = verdictOf('sip', traffic, contact, user, ANY_CONNECTION, env);
  const unknown = unknownOf(there, user) ?? unknownOf(back, contact);
  if (env.inquiry.wait(now, unknown, again) === 'waiting') return false;
  return there.effect === 'forbid' || back.effect === 'forbid';
}

/** The rules that forbid it now, in either direction. */
export function forbiddenBy(
  env: GatewayEnv,
  { contact, user }: People,
  traffic: Traffic,
): readonly string[] {
  const there = verdictOf('xmpp', traffic, user, contact, ANY_CONNECTION, env);
  const back = verdictOf('sip', traffic, contact, user, ANY_CONNECTION, env);
  const by = [there, back].flatMap((one) => (one.effect === 'forbid' ? one.by : []));
  return [...new Set(by)];
}

/** What happens to a record then. */
export function forbiddenAt(at: number): PresenceItem {
  return { event: { half: 'both', kind: 'forbidden' }, at };
}
