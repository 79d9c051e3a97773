// The external access policy of our user: user over site over global, one policy, whole. Where it is not known which one
// somebody has, it counts as agreed only if every one of them would agree.
import type { End } from '../query.ts';
import { accessAsked, ACCESS, type PeerClass } from './access.ts';
import { addressOf } from './addresses.ts';
import { sideOf, type Case } from './case.ts';
import type { AccessPolicy, ExternalAccess } from './compiled.ts';
import { DIAGNOSTICS } from './diagnostics.ts';
import type { Grant } from './facts.ts';
import type { Outcome } from './steps.ts';

/** The user level. Nothing is decided where no policies are written, or where our user is not known. */
export function externalAccess(c: Case): Outcome {
  const { access } = c.federation;
  const end = ourEnd(c);
  const user = end === undefined ? undefined : userAt(c, end);
  if (access === undefined || end === undefined || user === undefined) return { outcome: 'skip' };
  const grant = grantOf(c, access, user, c.heard[end]);
  const policies = grant === undefined ? access.possible : [policyOf(access, grant)];
  const asked = classesOf(c, end).map((peers) => accessAsked(peers, c.query.traffic));
  const agreeing = (bits: number): boolean => policies.every((policy) => has(policy, bits));
  const by = policies.length === 1 ? (policies[0]?.id ?? UNKNOWN) : UNKNOWN;
  if (asked.every(agreeing)) {
    c.agreed = [by];
    return { outcome: 'permit', by: c.agreed };
  }
  const isOpen = asked.some((bits) => policies.some((policy) => has(policy, bits)));
  const unknown = isOpen && grant === undefined ? ({ kind: 'grant', user } as const) : undefined;
  return { outcome: 'forbid', by: [by], diagnostics: numberOf(end, policies, asked), unknown };
}

/** The end that is ours, where exactly one is. */
function ourEnd({ course }: Case): End | undefined {
  if (course === 'in') return 'to';
  return course === 'out' ? 'from' : undefined;
}

/** The address of the user at an end. */
export function userAt({ query, heard }: Case, end: End): string | undefined {
  const user = end === 'from' ? query.fromUser : query.toUser;
  return user === undefined ? undefined : addressOf(user, heard[end]);
}

/** The class of the other end; every class it could be where that is not known. */
function classesOf(c: Case, ours: End): readonly PeerClass[] {
  const theirs: End = ours === 'from' ? 'to' : 'from';
  const found = theirs === 'from' ? c.sender : c.recipient;
  if (found?.peers !== undefined) return [found.peers];
  return sideOf(c, theirs) === 'xmpp' ? ['xmpp'] : ['federated', 'public'];
}

/** What was granted: as handed in, or as the document has it; undefined where neither knows. */
function grantOf(c: Case, access: ExternalAccess, user: string, domain: string): Grant | undefined {
  const handed = c.facts.grants?.get(user);
  if (handed !== undefined) return handed;
  const { granted, siteOf, sites, users } = access;
  if (users.size + sites.size === 0) return NO_GRANT;
  if (granted === undefined && siteOf === undefined) return undefined;
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

function has({ bits }: AccessPolicy, asked: number): boolean {
  return (bits & asked) === asked;
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

const UNKNOWN = 'external-access:unknown';
const NO_GRANT: Grant = Object.freeze({});
