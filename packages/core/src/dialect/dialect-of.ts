// Which dialect a domain speaks: what policy says of the partner, what the host says of the domain, what Lync's objects
// list, what a proved connection of the domain has shown; else the standard. A dialect is never a proof: what it decides
// is how something is read and written, and nothing asks it who somebody is.
import { allowedDomainOf, partnerOf, type PolicySet } from '@interwork/policy';
import { normalizeDomain } from '@interwork/xmpp';
import { MisuseError } from '../misuse.ts';
import { GOOGLE_TALK } from './google-talk.ts';
import { LYNC } from './lync.ts';
import { SESSIONS } from './sessions.ts';
import { STANDARD, STANDARD_PROFILE } from './standard.ts';
import type {
  Dialect,
  DialectName,
  DocumentForm,
  PeerFacts,
  ProfileName,
  XmppProfile,
} from './types.ts';

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  standard: STANDARD,
  sessions: SESSIONS,
  lync: LYNC,
};

const PROFILES: Readonly<Record<ProfileName, XmppProfile>> = { 'google-talk': GOOGLE_TALK };

/** Dialects that peers can be told by. */
const RECOGNISABLE: readonly Dialect[] = [LYNC];

/** What `dialectOf` looks at. */
export interface DialectEnv {
  readonly policy: PolicySet;
  readonly dialects: Dialects;
}

/** The dialect of a SIP domain (A-label, lower case). */
export function dialectOf({ policy, dialects }: DialectEnv, domain: string): Dialect {
  return dialects.at(policy, domain);
}

/** The profile of an XMPP domain (A-label, lower case). */
export function profileOf({ policy, dialects }: DialectEnv, domain: string): XmppProfile {
  return dialects.profileAt(policy, domain);
}

/**
 * The form of a type of presence document: the dialect's own, else that of any. A dialog keeps its type when its domain is
 * found to speak another dialect.
 */
export function documentFormOf(dialect: Dialect, type: string): DocumentForm | undefined {
  const all = [dialect, ...Object.values(DIALECTS)].flatMap(({ documents }) => documents);
  return all.find((form) => form.type === type);
}

/** The dialects by domain: those that the host has set, those that were shown, and what policy was found to say. */
export class Dialects {
  readonly #set: ReadonlyMap<string, DialectName | ProfileName>;
  readonly #most: number;
  readonly #shown: Map<string, Dialect> = new Map();
  #policy: PolicySet | undefined;
  readonly #found: Map<string, Dialect> = new Map();
  readonly #profiles: Map<string, XmppProfile> = new Map();

  /** `most`: domains that are remembered; the oldest is forgotten for a new one. */
  constructor(set: Readonly<Record<string, DialectName | ProfileName>> | undefined, most: number) {
    this.#set = new Map(Object.entries(set ?? {}).map(setFor));
    this.#most = most;
  }

  /** How many domains are remembered for what they have shown. */
  get size(): number {
    return this.#shown.size;
  }

  /** The dialect of a domain under a policy. */
  at(policy: PolicySet, domain: string): Dialect {
    this.#under(policy);
    let found = this.#found.get(domain);
    if (found === undefined) {
      found = this.#named(policy, domain) ?? this.#shown.get(domain) ?? STANDARD;
      remember(this.#found, domain, found, this.#most);
    }
    return found;
  }

  /** The profile of an XMPP domain under a policy: said, never learned. */
  profileAt(policy: PolicySet, domain: string): XmppProfile {
    this.#under(policy);
    let found = this.#profiles.get(domain);
    if (found === undefined) {
      const named = partnerOf(policy, domain)?.dialect ?? this.#set.get(domain) ?? '';
      found = Object.hasOwn(PROFILES, named) ? PROFILES[named as ProfileName] : STANDARD_PROFILE;
      remember(this.#profiles, domain, found, this.#most);
    }
    return found;
  }

  /** A connection that is proved to be the domain's has shown this. What policy or the host says stands. */
  shown(policy: PolicySet, domain: string, facts: PeerFacts): void {
    if (this.#shown.has(domain) || this.#named(policy, domain) !== undefined) return;
    const dialect = RECOGNISABLE.find((one) => one.recognise(facts));
    if (dialect === undefined) return;
    remember(this.#shown, domain, dialect, this.#most);
    this.#found.delete(domain);
  }

  #under(policy: PolicySet): void {
    if (policy === this.#policy) return;
    this.#policy = policy;
    this.#found.clear();
    this.#profiles.clear();
  }

  #named(policy: PolicySet, domain: string): Dialect | undefined {
    const named = partnerOf(policy, domain)?.dialect ?? '';
    if (Object.hasOwn(DIALECTS, named)) return DIALECTS[named as DialectName];
    const set = this.#set.get(domain) ?? '';
    if (Object.hasOwn(DIALECTS, set)) return DIALECTS[set as DialectName];
    return allowedDomainOf(policy, domain) === undefined ? undefined : LYNC;
  }
}

function setFor<N extends string>([name, dialect]: [string, N]): readonly [string, N] {
  const domain = normalizeDomain(name);
  if (domain === undefined) throw new MisuseError('malformed-domain', `${name} is no domain name`);
  if (!Object.hasOwn(DIALECTS, dialect) && !Object.hasOwn(PROFILES, dialect))
    throw new MisuseError('unknown-dialect', `there is no dialect ${dialect}`);
  return [domain, dialect];
}

function remember<T>(map: Map<string, T>, domain: string, value: T, most: number): void {
  const [oldest] = map.size >= most ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
  map.set(domain, value);
}
