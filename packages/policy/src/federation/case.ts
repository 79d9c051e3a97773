// One crossing while Lync's objects decide it: what is asked, what is known, and what the steps have found so far. Made
// for one verdict and thrown away. The steps that fill it are steps.ts.
import { sideToward, type Heard } from '../own-rules.ts';
import type { PolicySet } from '../policy-set.ts';
import type { End, Query } from '../query.ts';
import type { PeerClass } from './access.ts';
import type { Federation, PublicProvider } from './compiled.ts';
import type { VerificationLevel } from './document.ts';
import type { Facts, PolicyQuestion } from './facts.ts';
import type { Verification } from './verification.ts';

/** Which way it crosses our border: in, out, between two of our own domains, or between two that are not ours. */
export type Course = 'in' | 'out' | 'within' | 'through';

/** A crossing and what is found of it. */
export interface Case {
  readonly set: PolicySet;
  readonly federation: Federation;
  readonly query: Query;
  readonly facts: Facts;
  readonly heard: Heard;
  readonly course: Course;
  /** The foreign sender and recipient, once looked at. */
  sender: Standing | undefined;
  recipient: Standing | undefined;
  /** What the sender's mark comes to; undefined where nothing comes from another SIP edge. */
  verification: Verification | undefined;
  /** Ids that permit at the domain level. */
  permits: readonly string[];
  /** Whether Lync's objects are among them. */
  byObjects: boolean;
  /** Ids of the later levels that agreed. */
  agreed: readonly string[];
  /** The address at each end, once asked for. */
  readonly addresses: { from: string | undefined; to: string | undefined };
}

/** What a foreign end is to Lync's objects. */
export interface Standing {
  /** Undefined: it hangs on something that is not known. */
  peers: PeerClass | undefined;
  /** The object that speaks for it, or that will not. */
  readonly by: string;
  /** It alone, as verdicts name it. */
  readonly ids: readonly [string];
  /** Why the object does not permit; undefined when it does. */
  objection: Objection | undefined;
  level: VerificationLevel | undefined;
  source: 'directPartner' | 'autoFederation' | 'authorizedServer';
  network: 'federation' | 'publiccloud';
  /** Names of which its server's certificate has still to show one. */
  servers: readonly string[];
  provider: PublicProvider | undefined;
  isDiscovered: boolean;
  /** The name that it is counted under. */
  readonly countedAs: string;
}

/** Why Lync's objects do not permit. */
export interface Objection {
  readonly diagnostics: number | undefined;
  readonly unknown: PolicyQuestion | undefined;
  /** Whether nothing else may permit it either. */
  readonly isFinal: boolean;
}

/** The case of a query whose domains are normalised. */
export function caseOf(
  set: PolicySet,
  federation: Federation,
  query: Query,
  facts: Facts | undefined,
  heard: Heard,
): Case {
  return {
    set,
    federation,
    query,
    facts: facts ?? NOTHING_KNOWN,
    heard,
    course: courseOf(federation, heard),
    sender: undefined,
    recipient: undefined,
    verification: undefined,
    permits: NONE,
    byObjects: false,
    agreed: NONE,
    addresses: { from: undefined, to: undefined },
  };
}

function courseOf({ localDomains }: Federation, { from, to }: Heard): Course {
  if (localDomains.has(from)) return localDomains.has(to) ? 'within' : 'out';
  return localDomains.has(to) ? 'in' : 'through';
}

/** The side of an end. */
export function sideOf({ query }: Case, end: End): 'sip' | 'xmpp' {
  return end === 'from' ? query.via : sideToward(query);
}

/** Whether an end is foreign. */
export function isForeign({ course }: Case, end: End): boolean {
  return course === 'through' || course === (end === 'from' ? 'in' : 'out');
}

const NOTHING_KNOWN: Facts = Object.freeze({});
const NONE: readonly never[] = Object.freeze([]);
