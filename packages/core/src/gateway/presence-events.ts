// What comes in about presence, as the ledger takes it: which record, and what happens to it; or why it may not.
// Pure. A request within a dialog is known by the token in its Request-URI, and believed by its connection: From and
// To are rewritten by what lies between.
import { type Flow, type IncomingRequest, param } from '@interwork/sip';
import type { Obligation } from '@interwork/policy';
import type { Jid, LinkFacts, Presence } from '@interwork/xmpp';
import type { PresenceEvent } from '../ledger/presence.ts';
import { type People, peopleOf } from '../ledger/people.ts';
import { peopleIn, presenceKey } from '../ledger/presence-people.ts';
import { presenceToResource } from '../rules/presence-resource.ts';
import type { Key } from '../store/store.ts';
import { type Loss, NOTHING, type Refusal, refused } from '../translation.ts';
import {
  admitRequest,
  admitStanza,
  ANY_CONNECTION,
  cameBy,
  type Denied,
  forbidden,
  hasAdded,
  relationOf,
  verdictOf,
} from './admit.ts';
import { readable } from './decide.ts';
import { hasDuty } from './duties.ts';
import type { GatewayEnv } from './env.ts';
import { proofOfFlow, unmet } from './identity.ts';
import type { Unknown } from './inquiry.ts';
import { presenceTokenIn } from './presence-token.ts';
import type { Ends } from './words.ts';

/** Something about presence that may go on. */
export interface PresenceArrival {
  readonly kind: 'arrival';
  readonly key: Key;
  readonly event: PresenceEvent;
  /** The sender's domain, an A-label. */
  readonly domain: string;
  readonly by: readonly string[];
  readonly proof: string;
  readonly from: string;
  readonly to: string;
  readonly rule: string;
  readonly lost: readonly Loss[];
  /** The two people, in this direction. */
  readonly ends: Ends;
  /** Who asks to see whom, and what policy wants of that: it is counted. */
  readonly asks?: Asks | undefined;
}

/** A request to see somebody. */
export interface Asks {
  readonly from: Jid;
  readonly to: Jid;
  readonly must: readonly Obligation[];
}

/** Something that may not, and why; `status` where no refusal of ours says it better. */
export interface PresenceRefused {
  readonly kind: 'refused';
  readonly refusal: Refusal | undefined;
  readonly status: number;
  readonly by: readonly string[];
  readonly proof: string;
  readonly from: string;
  readonly to: string;
  /** What else is to be told of it, in stable words. */
  readonly notes?: readonly string[];
  /** What policy would have had to know: with it the answer may be another. */
  readonly unknown?: Unknown | undefined;
}

/** @spec RFC 8048 §5.3 */
export function arrivalOfRequest(
  r: IncomingRequest,
  flow: Flow,
  id: string,
  env: GatewayEnv,
): PresenceArrival | PresenceRefused {
  if (env.closing) return refusedAs(r, { refusal: refused('draining'), by: [], proof: 'none' });
  const isWithin = param(r.to.params, 'tag') !== undefined || r.method === 'NOTIFY';
  return isWithin ? arrivalWithin(r, flow, id, env) : arrivalOfSubscribe(r, flow, id, env);
}

function arrivalOfSubscribe(
  r: IncomingRequest,
  flow: Flow,
  id: string,
  env: GatewayEnv,
): PresenceArrival | PresenceRefused {
  const admitted = admitRequest(r, flow, env, 'presence');
  if (admitted.kind === 'denied') return refusedAs(r, admitted);
  const people = peopleOf(admitted.from.jid, admitted.to.jid, env.phones);
  // Whoever asks to see somebody adds him: what was answered before holds no more.
  env.inquiry.forget(relationOf(admitted.from.jid, admitted.to.jid));
  return {
    kind: 'arrival',
    key: presenceKey(people),
    event: { half: 'watched', input: { kind: 'watch', request: r, to: id } },
    domain: people.contact.asciiDomain,
    by: admitted.by,
    proof: admitted.proof,
    from: people.contact.bare,
    to: people.user.bare,
    rule: 'RFC 8048 §5.3',
    lost: NOTHING,
    ends: endsOf(people),
    asks: { from: people.contact, to: people.user, must: admitted.must },
  };
}

/** @spec RFC 6665 §4.4.1 */
function arrivalWithin(
  r: IncomingRequest,
  flow: Flow,
  id: string,
  env: GatewayEnv,
): PresenceArrival | PresenceRefused {
  const token = presenceTokenIn(r.uri.kind === 'sip' ? (r.uri.user ?? '') : '', env.options);
  const people = token === undefined ? undefined : peopleIn(token.key, env.phones);
  const half = r.method === 'NOTIFY' ? 'watching' : 'watched';
  if (token?.half !== half || people === undefined) return statusOnly(r, 481);
  const trust = trustOf(people, flow, env);
  if ('kind' in trust) return refusedAs(r, trust);
  const event: PresenceEvent =
    half === 'watching'
      ? { half, input: { kind: 'notify', request: r, to: id } }
      : { half, input: { kind: 'within', request: r, to: id } };
  return {
    kind: 'arrival',
    key: token.key,
    event,
    domain: people.contact.asciiDomain,
    by: trust.by,
    proof: trust.proof,
    from: people.contact.bare,
    to: people.user.bare,
    rule: half === 'watching' ? 'RFC 8048 §6.3' : 'RFC 8048 §5.3.2',
    lost: NOTHING,
    ends: endsOf(people),
  };
}

/** A NOTIFY that came with the response to a request of ours, which proves it. Policy may have changed since that was sent. */
export function arrivalOfBrought(
  people: People,
  event: PresenceEvent,
  env: GatewayEnv,
): Pick<PresenceArrival, 'event' | 'ends' | 'by' | 'proof' | 'from' | 'to'> | PresenceRefused {
  const { contact, user } = people;
  const verdict = verdictOf('sip', 'presence', contact, user, ANY_CONNECTION, env);
  const told = { from: contact.bare, to: user.bare, by: verdict.by, proof: 'response' };
  return verdict.effect === 'forbid'
    ? { ...refusedBecause(forbidden(verdict, contact, told.proof)), ...told }
    : { ...told, event, ends: endsOf(people) };
}

/** The peer of a dialog proves its domain on each connection, and policy is asked each time. @spec RFC 5922 §7.4 */
function trustOf(
  { contact, user }: People,
  flow: Flow,
  env: GatewayEnv,
): Pick<PresenceArrival, 'by' | 'proof'> | Denied {
  const domain = contact.asciiDomain;
  const proof =
    env.innerProof(flow, domain) ?? proofOfFlow(flow, domain, env.policy, env.believesDatagrams);
  if (proof === undefined)
    return { kind: 'denied', refusal: refused('identity-not-proved'), by: [], proof: 'none' };
  const came = cameBy(flow, proof);
  const verdict = verdictOf('sip', 'presence', contact, user, came, env);
  const { by } = verdict;
  if (verdict.effect === 'forbid') return forbidden(verdict, contact, proof);
  const missing = unmet(verdict, came);
  return missing === undefined
    ? { by, proof }
    : { kind: 'denied', refusal: refused('identity-not-proved'), by, proof: missing };
}

/** @spec RFC 8048 §5.2 */
export function arrivalOfStanza(
  now: number,
  p: Presence,
  from: Jid,
  to: Jid,
  link: LinkFacts,
  env: GatewayEnv,
): PresenceArrival | PresenceRefused {
  const refuse = (why: Omit<Denied, 'kind'>): PresenceRefused => ({
    ...refusedBecause(why),
    from: from.full,
    to: to.full,
  });
  const { proof } = link;
  if (env.closing) return refuse({ refusal: refused('draining'), by: [], proof });
  if (to.local === '' || from.local === '')
    return refuse({ refusal: refused('no-user-part'), by: [], proof });
  const admitted = admitStanza(p, from, to, link, env, 'presence');
  if (admitted.kind === 'denied') return refuse(admitted);
  const isGated = ASKS.has(p.type) && hasDuty(admitted.must, 'added-first');
  const question = relationOf(to, from);
  if (isGated && !env.inquiry.isSettled(question)) {
    const unknown = { asker: from.asciiDomain, questions: [question] };
    return refuse({ refusal: refused('not-added'), by: admitted.by, proof, unknown });
  }
  const { event, lost } = eventOf(now, p, from, isGated && !hasAdded(env, to, from));
  return {
    kind: 'arrival',
    key: presenceKey(peopleOf(to, from, env.phones)),
    event,
    domain: from.asciiDomain,
    by: admitted.by,
    proof: admitted.proof,
    from: from.full,
    to: to.full,
    rule: RULE_OF[p.type],
    lost,
    ends: { direction: 'xmpp-to-sip', from, to },
    asks: ASKS.has(p.type) ? { from, to, must: admitted.must } : undefined,
  };
}

function eventOf(
  now: number,
  p: Presence,
  from: Jid,
  isGated: boolean,
): { readonly event: PresenceEvent; readonly lost: readonly Loss[] } {
  const { type } = p;
  if (type === 'error') {
    const condition = p.error?.condition ?? 'undefined-condition';
    return { event: { half: 'stanza', type, condition }, lost: NOTHING };
  }
  if (type !== 'available') {
    const { full, resource } = from;
    const gate = isGated ? { isGated } : {};
    return { event: { half: 'stanza', type, from: full, resource, ...gate }, lost: NOTHING };
  }
  const { value: state, lost } = presenceToResource(p, now);
  return { event: { half: 'stanza', type, from: from.full, state }, lost };
}

/** What the contact sends. */
function endsOf({ contact, user }: People): Ends {
  return { direction: 'sip-to-xmpp', from: contact, to: user };
}

/** What asks to see somebody. */
const ASKS: ReadonlySet<Presence['type']> = new Set(['subscribe', 'probe']);

const RULE_OF: Readonly<Record<Presence['type'], string>> = {
  available: 'RFC 8048 §6.2',
  unavailable: 'RFC 8048 §6.2',
  subscribe: 'RFC 8048 §5.2.1',
  subscribed: 'RFC 8048 §5.3.1',
  unsubscribe: 'RFC 8048 §5.2.3',
  unsubscribed: 'RFC 8048 §5.3.1',
  probe: 'RFC 8048 §7.1',
  error: 'RFC 6120 §8.3',
};

function refusedAs(r: IncomingRequest, why: Omit<Denied, 'kind'>): PresenceRefused {
  return { ...refusedBecause(why), from: readable(r.from.uri), to: readable(r.uri) };
}

function refusedBecause({
  refusal,
  by,
  proof,
  unknown,
}: Omit<Denied, 'kind'>): Omit<PresenceRefused, 'from' | 'to'> {
  return { kind: 'refused', refusal, status: refusal.status, by, proof, unknown };
}

function statusOnly(r: IncomingRequest, status: number): PresenceRefused {
  const [from, to] = [readable(r.from.uri), readable(r.to.uri)];
  return { kind: 'refused', refusal: undefined, status, by: [], proof: 'none', from, to };
}
