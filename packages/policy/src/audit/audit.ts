// What a security officer wants to know of a policy: what is open wider than it needs to be, what proves less than it
// seems to, what is said in vain. Findings here are not mistakes; the document loads with all of them. What keeps one
// from loading, or reads oddly, is told by `loadPolicy`.
import type { PolicyDocument } from '../document.ts';
import type { Findings } from '../finding.ts';
import { loadPolicy } from '../load.ts';
import { pointer } from '../pointer.ts';
import type { Audited, Check, Severity, Sight } from './check.ts';
import { ALLOWED_CHECKS } from './checks-allowed.ts';
import { DOMAIN_CHECKS } from './checks-domains.ts';
import { EDGE_CHECKS } from './checks-edge.ts';
import { PARTNER_CHECKS } from './checks-partners.ts';
import { RULE_CHECKS } from './checks-rules.ts';
import { USER_CHECKS } from './checks-users.ts';
import type { AuditCode } from './codes.ts';

/** Something a security officer should look at. */
export interface AuditFinding {
  readonly code: AuditCode;
  readonly severity: Severity;
  /** A JSON pointer into the document. */
  readonly path: string;
  /** What was seen. */
  readonly evidence: string;
  /** What may come of it. */
  readonly risk: string;
  /** What to do. */
  readonly remedy: string;
}

/** The answer of an audit. */
export interface Audit {
  readonly kind: 'audit';
  /** The worst first. */
  readonly findings: readonly AuditFinding[];
  /** How many of a code were seen beyond those that are told. */
  readonly untold: Readonly<Partial<Record<AuditCode, number>>>;
}

/** What an audit is told. */
export interface AuditOptions {
  /** The day, `YYYY-MM-DD`: what is retired by then. */
  readonly today?: string;
  /** Findings of one code that are told; the rest are counted. Default 20. */
  readonly each?: number;
}

/** Looks a document through. Findings of the loader when it does not load. */
export function audit(document: PolicyDocument, options?: AuditOptions): Audit | Findings {
  const set = loadPolicy(document);
  if (set.kind === 'findings') return set;
  const audited = { document, set, today: options?.today };
  const each = options?.each ?? DEFAULT_AUDIT_EACH;
  const looked = CHECKS.map((check) => ({ check, seen: sightsOf(check, audited) }));
  return {
    kind: 'audit',
    findings: looked.flatMap(({ check, seen }) =>
      seen.slice(0, each).map((sight) => told(check, sight)),
    ),
    untold: Object.fromEntries(
      looked
        .filter(({ seen }) => seen.length > each)
        .map(({ check, seen }) => [check.code, seen.length - each]),
    ),
  };
}

/** Findings of one code that are told where nothing else is asked. Nobody mends more in one go. */
export const DEFAULT_AUDIT_EACH = 20;

function sightsOf(check: Check, audited: Audited): readonly Sight[] {
  return [...check.find(audited)];
}

function told({ code, severity, risk, remedy }: Check, { at, evidence }: Sight): AuditFinding {
  return { code, severity, path: pointer(at), evidence, risk, remedy };
}

const ORDER: readonly Severity[] = ['high', 'medium', 'low'];
const CHECKS: readonly Check[] = [
  ...RULE_CHECKS,
  ...PARTNER_CHECKS,
  ...EDGE_CHECKS,
  ...DOMAIN_CHECKS,
  ...ALLOWED_CHECKS,
  ...USER_CHECKS,
].toSorted((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
