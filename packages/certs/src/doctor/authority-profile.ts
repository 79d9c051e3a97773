// What authorities have announced about the certificates they will issue: data with dates and
// sources, as known on PROFILES_AS_OF. A host may hand in newer ones; nothing is fetched.

import type { Certificate } from '../certificate.ts';
import type { Instant } from '../time.ts';

/** One kind of authority and how what it issues changes. */
export interface AuthorityProfile {
  readonly name: string;
  /** In the order of their dates; each holds until another says otherwise. */
  readonly steps: readonly ProfileStep[];
}

/** From a day on, certificates are issued so. A field that is left out stays as it was. */
export interface ProfileStep {
  /** `2027-03-15`, the first day, UTC. */
  readonly from: string;
  /** The longest life in days. */
  readonly maxDays?: number;
  /** Whether clientAuth is still put in; `on-request`: not by default. */
  readonly clientUsage?: 'default' | 'on-request' | 'never';
  /** Who said so, and where. */
  readonly source: string;
}

/** The day on which {@link AUTHORITY_PROFILES} was checked against its sources. */
export const PROFILES_AS_OF = '2026-11-27';

const SC081 = 'CA/Browser Forum ballot SC-081v3, Baseline Requirements for TLS §6.3.2';
const LIFETIMES: readonly ProfileStep[] = [
  { from: '2020-09-01', maxDays: 398, source: 'Baseline Requirements for TLS §6.3.2' },
  { from: '2026-03-15', maxDays: 200, source: SC081 },
  { from: '2027-03-15', maxDays: 100, source: SC081 },
  { from: '2029-03-15', maxDays: 47, source: SC081 },
];
const LE = "Let's Encrypt, Ending TLS Client Authentication Certificate Support in 2026";

const LE_LIFE = "Let's Encrypt, From 90 to 45 (the profile classic)";

/**
 * `public`: what every publicly trusted authority has to keep to. `lets-encrypt`: the same, and what
 * it has announced itself. `private`: an authority of one's own, which announces nothing.
 */
export const AUTHORITY_PROFILES: readonly AuthorityProfile[] = [
  {
    name: 'public',
    steps: [
      ...LIFETIMES.slice(0, 2),
      {
        from: '2026-06-15',
        clientUsage: 'on-request',
        source: 'Chrome Root Program Policy 1.8: new issuing authorities are for serverAuth alone',
      },
      {
        from: '2027-03-15',
        clientUsage: 'never',
        source: 'Chrome Root Program Policy 1.8: new certificates are for serverAuth alone',
      },
      ...LIFETIMES.slice(2),
    ],
  },
  {
    name: 'lets-encrypt',
    steps: [
      { from: '2015-12-03', maxDays: 90, clientUsage: 'default', source: LE },
      { from: '2026-02-11', clientUsage: 'on-request', source: LE },
      {
        from: '2026-07-08',
        clientUsage: 'never',
        source: `${LE}: the end of the profile tlsclient`,
      },
      { from: '2027-02-10', maxDays: 64, source: LE_LIFE },
      { from: '2028-02-16', maxDays: 45, source: LE_LIFE },
    ],
  },
  { name: 'private', steps: [] },
];

/** What holds on one day. */
export interface ProfileInForce {
  readonly maxDays: number | undefined;
  readonly clientUsage: 'default' | 'on-request' | 'never';
  /** The step that set the present state of each; undefined when none has. */
  readonly lifetimeSource: string | undefined;
  readonly usageSource: string | undefined;
}

/** What an authority issues at an instant. */
export function profileAt({ steps }: AuthorityProfile, at: Instant): ProfileInForce {
  const held = steps.filter(({ from }) => dayOf(from) <= at);
  const lifetime = held.findLast(({ maxDays }) => maxDays !== undefined);
  const usage = held.findLast(({ clientUsage }) => clientUsage !== undefined);
  return {
    maxDays: lifetime?.maxDays,
    clientUsage: usage?.clientUsage ?? 'default',
    lifetimeSource: lifetime?.source,
    usageSource: usage?.source,
  };
}

/**
 * The name of the profile that a certificate shows: a policy of the CA/Browser Forum makes its
 * authority a public one.
 */
export function guessProfile({ issuer, extensions }: Certificate): string {
  const isPublic = extensions.policies?.some((oid) => oid.startsWith(CABF)) === true;
  if (!isPublic) return 'private';
  return issuer.text.includes("Let's Encrypt") ? 'lets-encrypt' : 'public';
}

/** The first instant of a day written `2027-03-15`. */
export const dayOf = (day: string): Instant => Date.parse(`${day}T00:00:00Z`);

// domain, organization, individual and extended validation
const CABF = '2.23.140.1.';
