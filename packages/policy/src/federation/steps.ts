// How Lync's objects and the document's own rules decide a crossing: one table of steps, from the Access Edge to what the
// recipient has set. Deciding runs them, and so does showing them (`stepsOf`); the last step that forbids decides.
//
// Domain level: what forbids, forbids. What permits is an own rule, or an object that speaks for the foreign end and has
// nothing against it, or the document's default. User level: the external access policy of our user. Recipient level: what
// our user has set about the other.
//
// A step that lacks a fact forbids and names it, and the steps behind it still run: a later one may forbid for good, and
// then the fact is not worth asking for.
import { joined } from '../own-rules.ts';
import { REASONS, type Level } from '../query.ts';
import { isCapable } from './capabilities.ts';
import { isForeign, sideOf, type Case, type Standing } from './case.ts';
import { listedAbove } from './addresses.ts';
import { DIAGNOSTICS } from './diagnostics.ts';
import type { PolicyQuestion } from './facts.ts';
import { recipientRules, contactList } from './recipients.ts';
import { ofSharedSpace, standingOf } from './standing.ts';
import { externalAccess } from './users.ts';
import { markOf, VERIFICATION } from './verification.ts';

/** The steps by name, in their order. */
export type StepName =
  | 'query'
  | 'own-rules'
  | 'access-edge'
  | 'local-domains'
  | 'blocked-domains'
  | 'sender'
  | 'route'
  | 'verification'
  | 'capability'
  | 'domain'
  | 'external-access'
  | 'recipient-rules'
  | 'contact-list';

/** What one step found. */
export interface Outcome {
  /** `pass`: looked, and neither permits nor forbids. `skip`: had nothing to look at. */
  readonly outcome: 'pass' | 'permit' | 'forbid' | 'skip';
  readonly by?: readonly string[];
  readonly diagnostics?: number | undefined;
  /** What would have to be known. */
  readonly unknown?: PolicyQuestion | undefined;
}

/** One row of the table. */
export interface StepRow {
  readonly name: StepName;
  readonly level: Level;
  readonly look: (c: Case) => Outcome;
}

/** The table. */
export const STEPS: readonly StepRow[] = [
  { name: 'own-rules', level: 'domain', look: ownRules },
  { name: 'access-edge', level: 'domain', look: accessEdge },
  { name: 'local-domains', level: 'domain', look: localDomains },
  { name: 'blocked-domains', level: 'domain', look: blockedDomains },
  { name: 'sender', level: 'domain', look: sender },
  { name: 'route', level: 'domain', look: route },
  { name: 'verification', level: 'domain', look: verification },
  { name: 'capability', level: 'domain', look: capability },
  { name: 'domain', level: 'domain', look: domain },
  { name: 'external-access', level: 'user', look: externalAccess },
  { name: 'recipient-rules', level: 'recipient', look: recipientRules },
  { name: 'contact-list', level: 'recipient', look: contactList },
];

function ownRules({ heard }: Case): Outcome {
  if (heard.forbid.length > 0) return forbidden(heard.forbid);
  return heard.permit.length > 0 ? { outcome: 'permit', by: heard.permit } : PASS;
}

/** The master switch, of our own domain's other half too. */
function accessEdge({ federation, course }: Case): Outcome {
  if (federation.edge.allowFederatedUsers) return PASS;
  return forbidden(['access-edge'], course === 'out' ? DIAGNOSTICS.noOutsideAccess : undefined);
}

/** One end is ours. Both only with a provider that hosts some of our users, none only for a clearing house. */
function localDomains(c: Case): Outcome {
  if (c.course === 'within') return sharedSpace(c);
  if (c.course !== 'through') return PASS;
  const { edge } = c.federation;
  const isHouse = edge.routing === 'useDnsSrvRouting' && edge.beClearingHouse;
  return isHouse
    ? { outcome: 'pass', by: ['clearing-house'] }
    : forbidden(['clearing-house'], DIAGNOSTICS.noRoute);
}

function sharedSpace(c: Case): Outcome {
  const isSip = sideOf(c, 'from') === 'sip' && sideOf(c, 'to') === 'sip';
  c.sender = isSip ? ofSharedSpace(c) : undefined;
  if (c.sender === undefined) return forbidden(['local-domain'], DIAGNOSTICS.splitDomain);
  return { outcome: 'pass', by: [c.sender.by] };
}

/** On either side, with everything below. */
function blockedDomains(c: Case): Outcome {
  const { blocked } = c.federation;
  if (blocked.size === 0) return SKIP;
  for (const end of ['from', 'to'] as const) {
    const name = isForeign(c, end) ? listedAbove(blocked, c.heard[end]) : undefined;
    if (name === undefined) continue;
    const diagnostics = end === 'to' ? DIAGNOSTICS.noRoute : undefined;
    return forbidden([`blocked-domain:${name}`], diagnostics);
  }
  return PASS;
}

/** Whose server it came from. */
function sender(c: Case): Outcome {
  if (!isForeign(c, 'from')) return SKIP;
  c.sender = standingOf(c, 'from');
  return spoken(c.sender);
}

/** Whose server it goes to. */
function route(c: Case): Outcome {
  if (!isForeign(c, 'to')) return SKIP;
  c.recipient = standingOf(c, 'to');
  return spoken(c.recipient);
}

/** An objection that is final forbids; any other leaves it to the document's own rules. */
function spoken({ ids, objection }: Standing): Outcome {
  if (objection === undefined) return { outcome: 'permit', by: ids };
  const { diagnostics, unknown, isFinal } = objection;
  return { outcome: isFinal ? 'forbid' : 'pass', by: ids, diagnostics, unknown };
}

/**
 * How far the sender's domain is believed to vouch for its user. Who permits it without Lync's objects believes the mark,
 * and no mark is "unverified".
 */
function verification(c: Case): Outcome {
  const found = c.sender;
  if (found === undefined || sideOf(c, 'from') === 'xmpp') return SKIP;
  const mark = markOf(c.query.mark);
  const own = permitsItself(c) ? (mark === 'missing' ? 'unverified' : mark) : 'refused';
  let level: 'verified' | 'unverified' | 'refused' = 'refused';
  if (found.level !== undefined && found.objection === undefined) {
    level = VERIFICATION[found.level][mark];
    if (level === 'refused' && found.by === 'default-route') level = 'unverified';
    if (level === 'refused') found.objection = { ...NO_NUMBER };
  }
  c.verification = own === 'verified' ? own : level === 'refused' ? own : level;
  if (level === 'refused') return { outcome: 'pass', by: [found.by] };
  return PASS;
}

/** Whether what is asked is among what the class of user gets. */
function capability(c: Case): Outcome {
  return lacking(c, c.sender) ?? lacking(c, c.recipient) ?? PASS;
}

function lacking({ query }: Case, found: Standing | undefined): Outcome | undefined {
  if (found?.peers === undefined || found.objection !== undefined) return undefined;
  if (isCapable(found.peers, found.provider?.preset, query.traffic)) return undefined;
  found.objection = { ...NO_NUMBER };
  return { outcome: 'pass', by: [found.by] };
}

/** Everything that permits, or why nothing does. */
function domain(c: Case): Outcome {
  const { sender: from, recipient: to } = c;
  const against = from?.objection === undefined && to?.objection !== undefined ? to : from;
  c.permits = c.heard.permit;
  c.byObjects = against?.objection === undefined;
  if (c.byObjects) {
    if (from !== undefined) c.permits = joined(c.permits, from.ids);
    if (to !== undefined) c.permits = joined(c.permits, to.ids);
  }
  if (c.permits.length > 0) return { outcome: 'permit', by: c.permits };
  if (c.set.default === 'permit') {
    c.permits = [REASONS.default];
    return { outcome: 'permit', by: c.permits };
  }
  const { diagnostics, unknown } = against?.objection ?? NO_NUMBER;
  return { outcome: 'forbid', by: [against?.by ?? REASONS.default], diagnostics, unknown };
}

/** Whether it is permitted whatever Lync's objects say. */
function permitsItself({ heard, set }: Case): boolean {
  return heard.permit.length > 0 || set.default === 'permit';
}

function forbidden(by: readonly string[], diagnostics?: number): Outcome {
  return { outcome: 'forbid', by, diagnostics };
}

const PASS: Outcome = { outcome: 'pass' };
const SKIP: Outcome = { outcome: 'skip' };
const NO_NUMBER = { diagnostics: undefined, unknown: undefined, isFinal: false } as const;
