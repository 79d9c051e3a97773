// A request about presence as its sender's domain speaks: turned into what the RFCs have, or refused by name. The dialect is
// that of the domain in From, which nobody has proved yet: it decides how the request is read, and nothing else.
import { type IncomingRequest, isFault } from '@interwork/sip';
import { normalizeDomain } from '@interwork/xmpp';
import { type DialectEnv, dialectOf } from '../dialect/dialect-of.ts';
import type { Dialect } from '../dialect/types.ts';
import type { PresenceHabits } from '../ledger/presence-bounds.ts';
import { type Refusal, refused } from '../translation.ts';
import { readable } from './decide.ts';
import type { PresenceRefused } from './presence-events.ts';

/** A request that may be looked at. */
export interface Spoken {
  readonly kind: 'spoken';
  readonly request: IncomingRequest;
  /** The habits that were met, for the trace. */
  readonly notes: readonly string[];
}

/** What a request says in the RFCs' shape. */
export function spokenBy(
  came: IncomingRequest,
  env: DialectEnv,
  habits: PresenceHabits,
): Spoken | PresenceRefused {
  const dialect = dialectOf(env, domainOf(came));
  const { request = came, refusal, notes } = dialect.request(came);
  if (refusal !== undefined) return refusedAs(came, refusal);
  return refuseUnanswered(came, dialect, habits) ?? { kind: 'spoken', request, notes };
}

/** Who insists on being notified without answers, where the host does not want that. @spec RFC 3261 §21.4.15 */
function refuseUnanswered(
  r: IncomingRequest,
  { traits }: Dialect,
  habits: PresenceHabits,
): PresenceRefused | undefined {
  const { unanswered } = traits.presence;
  const { proxyRequire = [] } = r.request.headers;
  if (habits.unanswered || unanswered === undefined || isFault(proxyRequire)) return undefined;
  if (!proxyRequire.includes(unanswered.option)) return undefined;
  const headers = [{ name: 'Unsupported', value: unanswered.option }];
  return refusedAs(r, refused('extension', unanswered.option, headers));
}

/** The domain that From names, as policy knows it; empty where it names none. */
function domainOf({ from: { uri } }: IncomingRequest): string {
  return uri.kind === 'sip' ? (normalizeDomain(uri.host) ?? '') : '';
}

function refusedAs(r: IncomingRequest, refusal: Refusal): PresenceRefused {
  const [from, to] = [readable(r.from.uri), readable(r.to.uri)];
  return { kind: 'refused', refusal, status: refusal.status, by: [], proof: 'none', from, to };
}
