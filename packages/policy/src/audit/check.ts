// What a check of the audit is: a row with a code, how bad it is, what may come of it, what to do, and how it is seen.
// The rows are in the files called checks; audit.ts runs them.
import type { PolicyDocument } from '../document.ts';
import type { PolicySet } from '../policy-set.ts';
import type { AuditCode } from './codes.ts';

/** How bad: `high` should not be so, `medium` needs a reason, `low` should be known. */
export type Severity = 'high' | 'medium' | 'low';

/** A check. */
export interface Check {
  readonly code: AuditCode;
  readonly severity: Severity;
  /** What may come of it, in a sentence. */
  readonly risk: string;
  /** What to do, in a sentence. */
  readonly remedy: string;
  readonly find: (audited: Audited) => Iterable<Sight>;
}

/** What is looked at. */
export interface Audited {
  readonly document: PolicyDocument;
  readonly set: PolicySet;
  /** The day of the audit, `YYYY-MM-DD`; absent: not known. */
  readonly today: string | undefined;
}

/** Something that was seen. */
export interface Sight {
  /** Where in the document. */
  readonly at: readonly (string | number)[];
  readonly evidence: string;
}
