// What breaks at the next renewal, and what changes after it: the certificates of a deployment held
// against what their authorities have announced. A calendar of values; nothing is fetched.

import type { Certificate } from '../certificate.ts';
import { isFault } from '../fault.ts';
import { isoOf } from '../time.ts';
import type { Instant } from '../time.ts';
import { KEY_PURPOSE } from '../usage.ts';
import { AUTHORITY_PROFILES, dayOf, guessProfile, profileAt } from './authority-profile.ts';
import type { AuthorityProfile } from './authority-profile.ts';
import { habitOf, readChain } from './deployment.ts';
import type { Deployment, DoctorCredential, DoctorPartner } from './deployment.ts';
import { renewalAt } from './renewal.ts';

/** One date to know; JSON. */
export interface ForecastEntry {
  /** In ISO form. */
  readonly at: string;
  readonly code: 'renewal-due' | 'expires' | 'client-usage-ends' | 'lifetime-shorter';
  /** `breaks`: somebody refuses us from then on, unless something is done. */
  readonly level: 'breaks' | 'changes';
  /** The name of a credential, or the domain of a partner. */
  readonly certificate: string;
  /** The partners it concerns; empty: all. */
  readonly peers: readonly string[];
  readonly text: string;
  readonly remedy: string;
  /** Who announced it; empty when it stands in the certificate. */
  readonly source: string;
}

/** What is to come, in order of time; certificates that cannot be read have no future. */
export function forecast(
  { credentials, partners }: Deployment,
  { now }: { readonly now: Instant },
  profiles: readonly AuthorityProfile[] = AUTHORITY_PROFILES,
): readonly ForecastEntry[] {
  const found: ForecastEntry[] = [];
  for (const credential of credentials) {
    const chain = readChain(credential.chain);
    if (isFault(chain)) continue;
    const judges = partners.filter(({ service }) => service === credential.service);
    found.push(...futureOf({ credential, leaf: chain.leaf, judges, now }, profiles));
  }
  for (const partner of partners) found.push(...partnerFuture(partner, now));
  return found.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

interface Subject {
  readonly credential: DoctorCredential;
  readonly leaf: Certificate;
  readonly judges: readonly DoctorPartner[];
  readonly now: Instant;
}

function futureOf(
  subject: Subject,
  profiles: readonly AuthorityProfile[],
): readonly ForecastEntry[] {
  const { credential, leaf, now } = subject;
  const { name } = credential;
  const wanted = credential.authority ?? guessProfile(leaf);
  const profile = profiles.find((one) => one.name === wanted) ?? { name: wanted, steps: [] };
  const renewal = Math.max(now, renewalAt(leaf));
  return [
    renewalEntry(subject, renewal),
    ...expiryEntry(name, leaf, now),
    ...usageEntry(subject, profile, renewal),
    ...lifetimeEntries(subject, profile, renewal),
  ];
}

function renewalEntry({ credential, leaf }: Subject, renewal: Instant): ForecastEntry {
  return entry(
    renewal,
    'renewal-due',
    'changes',
    credential.name,
    `Its renewal is due; it expires at ${isoOf(leaf.notAfter)}.`,
    'Renew the certificate, and look at what the new one may be used for before it goes in.',
  );
}

function expiryEntry(
  name: string,
  { notAfter }: Certificate,
  now: Instant,
): readonly ForecastEntry[] {
  if (notAfter < now) return [];
  const text = 'It expires: every peer refuses it from then on.';
  return [entry(notAfter, 'expires', 'breaks', name, text, 'Renew the certificate before.')];
}

/** What has clientAuth now and will not have it when it is renewed. */
function usageEntry(
  { credential, leaf, judges }: Subject,
  profile: AuthorityProfile,
  renewal: Instant,
): readonly ForecastEntry[] {
  const has = leaf.extensions.extKeyUsage?.includes(KEY_PURPOSE.clientAuth) === true;
  const { clientUsage, usageSource = '' } = profileAt(profile, renewal);
  if (!has || clientUsage === 'default' || !credential.roles.includes('client')) return [];
  const concerned = judges.filter((one) => habitOf(one).clientUsage !== 'not-needed');
  const insist = concerned.filter((one) => habitOf(one).clientUsage === 'required');
  const peers = (insist.length > 0 ? insist : concerned).map(({ domain }) => domain);
  if (judges.length > 0 && peers.length === 0) return [];
  const how = clientUsage === 'never' ? 'no longer' : 'only on request';
  const who = insist.length > 0 ? 'will refuse' : 'may refuse';
  const text = `The new certificate has clientAuth ${how}: peers that insist on it ${who} our connections.`;
  const level = insist.length > 0 ? 'breaks' : 'changes';
  const about = entry(renewal, 'client-usage-ends', level, credential.name, text, CLIENT_REMEDY);
  return [{ ...about, peers, source: usageSource }];
}

function lifetimeEntries(
  { credential, leaf }: Subject,
  profile: AuthorityProfile,
  renewal: Instant,
): readonly ForecastEntry[] {
  const shorter = (at: Instant, days: number, source: string): ForecastEntry => ({
    ...entry(
      at,
      'lifetime-shorter',
      'changes',
      credential.name,
      `New certificates live for ${days} days at most: about ${renewalsPerYear(days)} renewals a year.`,
      'Let renewals run by themselves (ACME), with a reload of the gateway at the end.',
    ),
    source,
  });
  const found: ForecastEntry[] = [];
  let life = Math.round((leaf.notAfter - leaf.notBefore) / DAY);
  const { maxDays, lifetimeSource = '' } = profileAt(profile, renewal);
  if (maxDays !== undefined && maxDays < life) {
    found.push(shorter(renewal, maxDays, lifetimeSource));
    life = maxDays;
  }
  for (const { from, maxDays: days = life, source } of profile.steps) {
    if (dayOf(from) <= renewal || days >= life) continue;
    found.push(shorter(dayOf(from), days, source));
    life = days;
  }
  return found;
}

// renewed as renewalAt says: after two thirds of a short life, a month before the end of a long one
const renewalsPerYear = (days: number): number => Math.ceil(365 / (days - Math.min(30, days / 3)));

function partnerFuture(
  { domain, asServer, asClient }: DoctorPartner,
  now: Instant,
): readonly ForecastEntry[] {
  const found: ForecastEntry[] = [];
  for (const presented of [asServer, asClient]) {
    const chain = presented === undefined ? undefined : readChain(presented);
    if (chain === undefined || isFault(chain) || chain.leaf.notAfter < now) continue;
    const text = "The partner's certificate expires: we refuse it from then on.";
    const about = entry(chain.leaf.notAfter, 'expires', 'breaks', domain, text, TELL_THEM);
    if (!found.some(({ at }) => at === about.at)) found.push({ ...about, peers: [domain] });
  }
  return found;
}

function entry(
  at: Instant,
  code: ForecastEntry['code'],
  level: ForecastEntry['level'],
  certificate: string,
  text: string,
  remedy: string,
): ForecastEntry {
  return { at: isoOf(at), code, level, certificate, peers: [], text, remedy, source: '' };
}

const CLIENT_REMEDY =
  'Before renewing, agree with these partners: they accept serverAuth, or they trust a private authority that issues our client certificate, or (XMPP) dialback proves us.';
const TELL_THEM = 'Ask the partner whether it renews in time.';
const DAY = 86_400_000;
