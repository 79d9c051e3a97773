// Where a request goes from the edge: to an inner hop, or to a server of the other domain that proves the name policy
// wants. Routes an operator has written come first, then the partner's own server, then the host is asked. Route headers
// never lead anywhere: within a dialog they travel along, and the next server follows them.
import type { Target } from '@interwork/sip';
import { type PolicySet, proxyOf } from '@interwork/policy';
import { leads, wayOf } from '../gateway/admit.ts';
import { routeOf } from '../gateway/needs.ts';
import type { GatewayOptions } from '../gateway/options.ts';
import type { Passage } from './passage.ts';
import { namesOfNext } from './obligations.ts';
import type { EdgeSettings } from './options.ts';

/** The targets as far as they are known without asking; `undefined` when the host is to be asked. */
export function knownTargets(
  { goesBy, to }: Passage,
  settings: EdgeSettings,
  policy: PolicySet,
  routes: GatewayOptions['routes'],
): readonly Target[] | undefined {
  if (goesBy === 'inner') return settings.innerTargets;
  const written = routeOf(to.domain, routes);
  if (written !== undefined) return written;
  const proxy = proxyOf(policy, to.domain);
  if (proxy === undefined) return undefined;
  return [{ transport: 'tls', address: proxy, port: 5061, references: [proxy] }];
}

/**
 * Of these targets those that are what policy wants, each to prove a name it wants proved.
 * @spec RFC 3263 §4
 */
export function wantedTargets(
  { goesBy, to, verdict }: Passage,
  targets: readonly Target[],
  policy: PolicySet,
): readonly Target[] {
  if (goesBy === 'inner') return targets;
  const names = namesOfNext(verdict);
  const way = wayOf(verdict, { asciiDomain: to.domain }, policy);
  const wanted = targets.filter(
    (target) => leads(way, target) && (names === undefined || target.transport === 'tls'),
  );
  return names === undefined ? wanted : wanted.map((target) => ({ ...target, references: names }));
}
