// What must be known before a crossing can be decided: the record it touches, if any, and questions for
// the host. Pager messages touch no record; their one question is where a SIP domain is reached, and a
// static route answers it without asking.
import type { Target } from '@interwork/sip';
import type { Jid } from '@interwork/xmpp';
import type { Key } from '../store/store.ts';
import type { RouteQuestion } from './event.ts';

/** What is missing, and what is known already. */
export interface Needs {
  readonly key: Key | undefined;
  readonly questions: readonly RouteQuestion[];
  readonly targets: readonly Target[];
}

/** The needs of a message to a SIP user. */
export function needs(to: Jid, routes: Routes): Needs {
  const domain = to.asciiDomain;
  const known = routeOf(domain, routes);
  if (known !== undefined) return { key: undefined, questions: NONE, targets: known };
  return { key: undefined, questions: [{ kind: 'sip-route', domain }], targets: NONE };
}

/** The static route of a domain, whatever the domain is called. */
export function routeOf(domain: string, routes: Routes): readonly Target[] | undefined {
  return routes !== undefined && Object.hasOwn(routes, domain) ? routes[domain] : undefined;
}

type Routes = Readonly<Record<string, readonly Target[]>> | undefined;

const NONE: readonly never[] = Object.freeze([]);
