// Whether something may cross at all, as a visible sequence: addresses, sides, loops, identity, policy,
// obligations. The first step that refuses names itself; nothing passes by falling through. Pure: the
// answer depends on the message, the facts of its connection and the environment handed in.
import type { Flow, IncomingRequest, Target, Uri } from '@interwork/sip';
import type { Jid, LinkFacts, Stanza, StanzaNeed } from '@interwork/xmpp';
import {
  addressIn,
  addressOf,
  type AddressSet,
  evaluate,
  type Facts,
  type Obligation,
  partnerOf,
  type PolicyQuestion,
  type PolicySet,
  type Query,
  type Traffic,
  type Verdict,
} from '@interwork/policy';
import { type AddressFault, endOf, isReversible, jidToSipUri, unescapeLocal } from '../address.ts';
import type { End } from '../crossing.ts';
import { type Refusal, type RefusalCode, refused } from '../translation.ts';
import type { InnerProof } from '../edge/own-servers.ts';
import { proofOfFlow, unmet } from './identity.ts';
import { pathOfRequest, pathOfStanza } from '../rules/path.ts';
import { hasDuty, type HostDuty, unmetBy } from './duties.ts';
import type { Unknown } from './inquiry.ts';
import type { Side, Sides } from './sides.ts';

/** What admission looks at beside the message. */
export interface AdmitEnv {
  readonly sides: Sides;
  readonly policy: PolicySet;
  /** What policy has been told from outside. */
  readonly facts: Facts;
  /** What the host does with messages. */
  readonly duties: ReadonlySet<HostDuty>;
  readonly instance: string;
  readonly hops: number;
  readonly allowSips: boolean;
  /** Whether the source address of a datagram may prove a domain. */
  readonly believesDatagrams: boolean;
  /** How our own servers prove our own domains. Default: as any other server. */
  readonly innerProof?: InnerProof;
  /** The domain of `tel:` numbers. */
  readonly telDomain?: string | undefined;
  /** SIP domains where a number is a telephone. */
  readonly phones?: ReadonlySet<string> | undefined;
}

/** Something that may cross. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly from: End;
  readonly to: End;
  readonly path: readonly string[];
  readonly by: readonly string[];
  /** How the sender domain is proved on this connection. */
  readonly proof: string;
  /** What policy wants of the way to the recipient. */
  readonly way: Way;
  /** Everything that policy wants, and the policy that does. */
  readonly must: readonly Obligation[];
  readonly policy: PolicySet;
}

/** What the next hop must be. */
export interface Way {
  /** It must be reached over TLS, where it proves a name. */
  readonly tls: boolean;
  /** The recipient's domain must be proved by certificate. */
  readonly certificate: boolean;
  /** A next hop without TLS must be one of these. */
  readonly addresses: AddressSet | undefined;
}

/** Something that may not, and why. */
export interface Denied {
  readonly kind: 'denied';
  readonly refusal: Refusal;
  readonly by: readonly string[];
  readonly proof: string;
  /** What policy would have had to know: with it the answer may be another. */
  readonly unknown?: Unknown | undefined;
}

/** @spec RFC 7247 §8 */
export function admitRequest(
  r: IncomingRequest,
  flow: Flow,
  env: AdmitEnv,
  traffic: Traffic = 'message',
): Admitted | Denied {
  const to = userAt(r.uri, env);
  const from = userAt(r.from.uri, env);
  if (to.kind === 'refusal') return denied(to);
  if (from.kind === 'refusal') return denied(from);
  const path = pathOfRequest(r.request);
  const stop =
    secureScheme(r, env) ??
    hops(r.maxForwards) ??
    sides('sip', from.end.jid, to.end.jid, env) ??
    loop(path, env);
  if (stop !== undefined) return denied(stop);
  const domain = from.end.jid.asciiDomain;
  const proof = proofOf(flow, domain, env);
  if (proof === undefined) return denied(refused('identity-not-proved'));
  return judged('sip', traffic, from.end, to.end, path, cameBy(flow, proof), env);
}

/** How a connection proves a domain, our own by its own rule; `undefined` when it does not. */
export function proofOf(flow: Flow, domain: string, env: AdmitEnv): string | undefined {
  const { innerProof, policy, believesDatagrams } = env;
  return innerProof?.(flow, domain) ?? proofOfFlow(flow, domain, policy, believesDatagrams);
}

/** @spec RFC 7247 §8 */
export function admitStanza(
  s: Stanza,
  from: Jid,
  to: Jid,
  link: LinkFacts,
  env: AdmitEnv,
  traffic: Traffic = 'message',
): Admitted | Denied {
  const path = pathOfStanza(s.element);
  const stop = sides('xmpp', from, to, env) ?? loop(path, env) ?? twins(from) ?? twins(to);
  if (stop !== undefined) return denied(stop, link.proof);
  const facts = { proof: link.proof, tls: link.tls, address: link.remote.address };
  return judged(
    'xmpp',
    traffic,
    { jid: from, sip: jidToSipUri(from) },
    { jid: to, sip: jidToSipUri(to, { phone: env.phones?.has(to.asciiDomain) === true }) },
    path,
    facts,
    env,
  );
}

/** What is known of the connection that a request came by. */
export function cameBy({ transport, remote, proved }: Flow, proof: string): Came {
  return { proof, tls: transport === 'tls', address: remote.address, peerNames: proved };
}

/** What is known of the connection that something came by. */
export interface Came extends Connection {
  readonly proof: string;
  readonly tls: boolean;
}

/** Policy, and what policy demands of the connection the message came by. */
export function judged(
  via: Side,
  traffic: Traffic,
  from: End,
  to: End,
  path: readonly string[],
  came: Came,
  env: AdmitEnv,
): Admitted | Denied {
  const verdict = verdictOf(via, traffic, from.jid, to.jid, came, env);
  const { by } = verdict;
  if (verdict.effect === 'forbid') return forbidden(verdict, from.jid, came.proof);
  const missing = unmet(verdict, came);
  if (missing !== undefined)
    return {
      kind: 'denied',
      refusal: refused('identity-not-proved'),
      by,
      proof: missing,
    };
  const { must } = verdict;
  const left = unmetBy(must, traffic, env.duties);
  if (left !== undefined) return { kind: 'denied', refusal: left, by, proof: came.proof };
  if (traffic !== 'presence' && hasDuty(must, 'added-first') && !hasAdded(env, to.jid, from.jid))
    return notAdded(from.jid, to.jid, { by, proof: came.proof });
  return {
    kind: 'admitted',
    from,
    to,
    path,
    by,
    proof: came.proof,
    way: wayOf(verdict, to.jid, env.policy),
    must,
    policy: env.policy,
  };
}

/** Whether a local user is known to have added, or allowed, who writes: a document need not say so. */
export function hasAdded({ facts }: Pick<AdmitEnv, 'facts'>, user: Jid, contact: Jid): boolean {
  const relation = facts.relations?.get(`${addressOfJid(user)} ${addressOfJid(contact)}`);
  return relation === 'added' || relation === 'allowed';
}

/** A message for somebody who has to have added the sender first, and has not as far as is known. */
function notAdded(from: Jid, to: Jid, told: Pick<Denied, 'by' | 'proof'>): Denied {
  const unknown = { asker: from.asciiDomain, questions: [relationOf(to, from)] };
  return { kind: 'denied', refusal: refused('not-added'), ...told, unknown };
}

/** What a verdict forbids, perhaps only because something is not known. */
export function forbidden(verdict: Verdict, from: Jid, proof: string): Denied {
  const unknown = unknownOf(verdict, from);
  return { kind: 'denied', refusal: refused('policy'), by: verdict.by, proof, unknown };
}

/** What a verdict would have had to know, for the sake of whoever sends. */
export function unknownOf({ unknown }: Verdict, from: Jid): Unknown | undefined {
  return unknown === undefined ? undefined : { asker: from.asciiDomain, questions: unknown };
}

/** What policy wants of the way to a recipient. */
export function wayOf(verdict: Verdict, to: Pick<Jid, 'asciiDomain'>, policy: PolicySet): Way {
  if (verdict.must.length === 0) return ANY_WAY;
  let [certificate, tls, address] = [false, false, false];
  for (const duty of verdict.must) {
    if (!('end' in duty) || duty.end !== 'to') continue;
    if (duty.kind === 'tls') tls = true;
    else if (duty.kind !== 'prove') continue;
    else if (duty.by === 'certificate') certificate = true;
    else if (duty.by === 'address') address = true;
  }
  if (!certificate && !tls && !address) return ANY_WAY;
  const addresses = address ? partnerOf(policy, to.asciiDomain)?.addresses : undefined;
  return { certificate, tls: tls || certificate, addresses };
}

/** A way that policy has no wish for. */
export const ANY_WAY: Way = { tls: false, certificate: false, addresses: undefined };

/** Whether a next hop is what policy wants of the way. */
export function leads(way: Way, target: Target): boolean {
  if (target.transport === 'tls') return true;
  return !way.tls && (way.addresses === undefined || addressIn(way.addresses, target.address));
}

/** What a way wants of the stream that carries a stanza. */
export function needOf(way: Way): StanzaNeed | undefined {
  if (way.certificate) return 'certificate';
  return way.tls ? 'tls' : undefined;
}

/** What is known of a connection, for policy. */
export interface Connection {
  readonly address?: string;
  /** Names that the peer's certificate proved; known for SIP alone. */
  readonly peerNames?: readonly string[];
}

/** The policy's word on traffic between two addresses, over the connection it came by or whatever it will leave by. */
export function verdictOf(
  via: Side,
  traffic: Traffic,
  from: Jid,
  to: Jid,
  { address, peerNames }: Connection,
  { policy, facts }: Pick<AdmitEnv, 'policy' | 'facts'>,
): Verdict {
  const [sender, recipient] = [from.asciiDomain, to.asciiDomain];
  const query: Query =
    address === undefined
      ? { from: sender, to: recipient, via, traffic }
      : { from: sender, to: recipient, via, traffic, address };
  if (policy.federation === undefined) return evaluate(policy, query);
  const people = { fromUser: unescapeLocal(from.local), ...recipientOf(to) };
  const names = peerNames === undefined ? {} : { peerNames };
  return evaluate(policy, { ...query, ...people, ...names }, facts);
}

/** The user part as policy takes it; a domain alone has set nothing about anybody, but may be what somebody blocks. */
function recipientOf({ local }: Jid): Pick<Query, 'toUser'> {
  return local === '' ? {} : { toUser: unescapeLocal(local) };
}

/** What would have to be known of a local user and of who writes. */
export function relationOf(user: Jid, contact: Jid): PolicyQuestion {
  return { kind: 'relation', user: addressOfJid(user), contact: addressOfJid(contact) };
}

function addressOfJid({ local, asciiDomain }: Jid): string {
  return addressOf(unescapeLocal(local), asciiDomain);
}

/** Where nothing is known of the connection yet. */
export const ANY_CONNECTION: Connection = {};

/** Both domains stand where they must, and neither claims to be on the other side. D-02 (c), (d). */
function sides(via: Side, from: Jid, to: Jid, env: AdmitEnv): Refusal | undefined {
  const other = via === 'sip' ? 'xmpp' : 'sip';
  if (env.sides.names(other, from.asciiDomain)) return refused('own-domain-from-outside');
  if (!env.sides.serves(via, from.asciiDomain)) return refused('unknown-sender');
  if (env.sides.names(via, to.asciiDomain)) return refused('same-side');
  return env.sides.serves(other, to.asciiDomain) ? undefined : refused('unknown-domain');
}

/**
 * A localpart whose escapes mean another localpart would share its SIP address: a reply would reach
 * somebody else.
 * @spec XEP-0106 §4.3
 */
function twins(jid: Jid): Refusal | undefined {
  return isReversible(jid)
    ? undefined
    : refused('malformed-address', 'an escape that says nothing');
}

/** @spec RFC 5393 §4 */
export function loop(path: readonly string[], env: AdmitEnv): Refusal | undefined {
  if (path.includes(env.instance)) return refused('loop');
  return path.length >= env.hops ? refused('too-many-hops') : undefined;
}

/** @spec RFC 3261 §16.3 */
export function hops(maxForwards: number | undefined): Refusal | undefined {
  return maxForwards === 0 ? refused('too-many-hops') : undefined;
}

/** @spec RFC 7247 §8 */
function secureScheme(r: IncomingRequest, env: AdmitEnv): Refusal | undefined {
  return !env.allowSips && (isSips(r.uri) || isSips(r.to.uri))
    ? refused('secure-scheme')
    : undefined;
}

function isSips(uri: Uri): boolean {
  return uri.kind === 'sip' && uri.scheme === 'sips';
}

/** An end that a message can have: a user, in both forms. */
function userAt(
  uri: Uri,
  { telDomain }: AdmitEnv,
): { readonly kind: 'end'; readonly end: End } | Refusal {
  const end = endOf(uri, telDomain === undefined ? {} : { telDomain });
  if ('code' in end) return refusalOf(end);
  return end.jid.local === '' ? refused('no-user-part') : { kind: 'end', end };
}

function refusalOf(fault: AddressFault): Refusal {
  const code: RefusalCode = fault.code === 'no-user-part' ? 'no-user-part' : 'malformed-address';
  return { ...refused(code, fault.text), status: fault.answer };
}

function denied(refusal: Refusal, proof = 'none'): Denied {
  return { kind: 'denied', refusal, by: [], proof };
}
