// The external access policy of our user: user over site over global, one policy, whole. Where it is not known which one
// somebody has, it counts as agreed only if every one of them would agree.
import type { End } from '../query.ts';
import { accessAsked, ACCESS, type PeerClass } from './access.ts';
import { addressOf } from './addresses.ts';
import { isForeign, type Case } from './case.ts';
import type { AccessPolicy, ExternalAccess } from './compiled.ts';
import { DIAGNOSTICS } from './diagnostics.ts';
import type { Grant, PolicyQuestion } from './facts.ts';
import type { Outcome } from './steps.ts';

/** The user level. Nothing is decided where no policies are written, or where our user is not known. */
export function externalAccess(c: Case): Outcome {
  const { access } = c.federation;
  const end = ourEnd(c);
  if (access === undefined || end === undefined) return SKIP;
  const isOne = access.users.size + access.sites.size === 0;
  if (isOne && agrees(c, end, access.global)) return access.global.agrees;
  const user = userAt(c, end);
  if (user === undefined) return SKIP;
  const grant = grantOf(c, access, user, c.heard[end]);
  const policies = grant === undefined ? access.possible : [policyOf(access, grant)];
  const asked = askedOf(c, end);
  const by = [grant === undefined ? UNKNOWN : (policies[0]?.id ?? UNKNOWN)];
  const [some, all] = agreement(policies, asked);
  if (all) {
    c.agreed = by;
    return { outcome: 'permit', by };
  }
  const unknown = some ? missing(c, end, user, grant) : undefined;
  return { outcome: 'forbid', by, diagnostics: numberOf(end, policies, asked), unknown };
}

/** Whether the one policy there is agrees, which nobody's address has a part in. Our domain itself has no policy. */
function agrees(c: Case, end: End, { bits, agrees: found }: AccessPolicy): boolean {
  const { query } = c;
  const user = end === 'from' ? query.fromUser : query.toUser;
  if (user === undefined || user === '') return false;
  const peers = (end === 'from' ? c.recipient : c.sender)?.peers;
  const asked = peers === undefined ? undefined : accessAsked(peers, query.traffic);
  if (asked === undefined || (bits & asked) !== asked) return false;
  c.agreed = found.by;
  return true;
}

/** What would decide between policies that agree and others: the grant, or else the class of the other end. */
function missing(
  c: Case,
  end: End,
  user: string,
  grant: Grant | undefined,
): PolicyQuestion | undefined {
  if (grant === undefined) return { kind: 'grant', user };
  return (end === 'from' ? c.recipient : c.sender)?.objection?.unknown;
}

/** Whether one of the policies agrees to something that is asked, and whether all do to everything. */
function agreement(
  policies: readonly AccessPolicy[],
  asked: readonly number[],
): readonly [some: boolean, all: boolean] {
  let [some, all] = [false, true];
  for (const { bits } of policies) {
    for (const each of asked) {
      if ((bits & each) === each) some = true;
      else all = false;
    }
  }
  return [some, all];
}

/** The end that is ours, where exactly one is. */
function ourEnd({ course }: Case): End | undefined {
  if (course === 'in') return 'to';
  return course === 'out' ? 'from' : undefined;
}

/** The address of the user at an end, or of the foreign domain itself; our own is nobody's. */
export function userAt(c: Case, end: End): string | undefined {
  const { query, heard, addresses } = c;
  const user = end === 'from' ? query.fromUser : query.toUser;
  if (user === undefined || (user === '' && !isForeign(c, end))) return undefined;
  addresses[end] ??= addressOf(user, heard[end]);
  return addresses[end];
}

/** What traffic with the other end asks for; with every class it could be of, where that is not known. */
function askedOf(c: Case, ours: End): readonly number[] {
  const peers = (ours === 'from' ? c.recipient : c.sender)?.peers;
  const { traffic } = c.query;
  if (peers !== undefined) return [accessAsked(peers, traffic)];
  return UNDECIDED.map((each) => accessAsked(each, traffic));
}

/** What was granted: as the document has it, or else as handed in; undefined where neither knows. */
function grantOf(c: Case, access: ExternalAccess, user: string, domain: string): Grant | undefined {
  const { granted, siteOf, sites, users } = access;
  if (users.size + sites.size === 0) return NO_GRANT;
  if (granted === undefined && siteOf === undefined) return c.facts.grants?.get(user);
  const policy = granted?.get(user);
  const site = siteOf?.get(user) ?? siteOf?.get(domain);
  return { ...(policy === undefined ? {} : { policy }), ...(site === undefined ? {} : { site }) };
}

/** A name that no policy has is as good as none. */
function policyOf(access: ExternalAccess, { policy, site }: Grant): AccessPolicy {
  const ofUser = policy === undefined ? undefined : access.users.get(policy);
  const ofSite = site === undefined ? undefined : access.sites.get(site);
  return ofUser ?? ofSite ?? access.global;
}

/** Lync tells our own senders alone why. */
function numberOf(
  end: End,
  policies: readonly AccessPolicy[],
  asked: readonly number[],
): number | undefined {
  if (end === 'to') return undefined;
  const anywhere = ACCESS.federation | ACCESS.publicCloud;
  if (policies.every(({ bits }) => (bits & anywhere) === 0)) return DIAGNOSTICS.noOutsideAccess;
  const isPublic = asked.every((bits) => (bits & ACCESS.publicCloud) !== 0);
  return isPublic ? DIAGNOSTICS.noPublicAccess : DIAGNOSTICS.noFederationAccess;
}

/** What a SIP end may be whose server is not known; an XMPP end is always of its class. */
const UNDECIDED: readonly PeerClass[] = ['federated', 'public'];
const UNKNOWN = 'external-access:unknown';
const SKIP: Outcome = { outcome: 'skip' };
const NO_GRANT: Grant = Object.freeze({});
