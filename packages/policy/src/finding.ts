// What may be wrong with a policy document, and where. Findings are gathered while a document is
// read; errors keep it from loading, warnings stay with the set. Lines are looked up at the end,
// from the place alone, so that a document without findings pays nothing for them.

/** Every code a finding can have. Codes are never renamed. */
export type FindingCode =
  | 'too-large' // more text or values than the limits allow
  | 'too-deep'
  | 'not-json'
  | 'duplicate-key' // JSON leaves open which one counts; here neither does
  | 'wrong-type'
  | 'unknown-field'
  | 'misplaced-field' // a field that goes with another kind of the object
  | 'missing-field'
  | 'unknown-value' // not one of the words the field knows
  | 'malformed-text' // text that does not follow the rule of its field
  | 'malformed-date'
  | 'out-of-range'
  | 'malformed-id'
  | 'reserved-id' // an id that verdicts use for themselves
  | 'duplicate-id'
  | 'malformed-domain'
  | 'malformed-address'
  | 'address-has-host-bits' // 192.0.2.1/24: one address or the whole net?
  | 'no-addresses' // to be proved by address, and none is listed
  | 'link-contradiction' // rules of a link that leave nothing, or exclude each other
  | 'dialback-ruled-out' // warning: allowed in words that another field takes back
  | 'burst-without-rate' // a limit that would never be filled up again
  | 'unknown-partner'
  | 'domain-in-two-partners'
  | 'subject-missing' // a rule that names nobody
  | 'subject-twice' // a rule that names in two ways
  | 'permit-and-forbid' // warning: the permit can never decide, or not for some of its names
  | 'duplicate-domain' // warning
  | 'empty-list' // in a forbid an error: it would forbid nothing; elsewhere a warning
  // Lync's objects, one beside the other
  | 'allowed-and-blocked' // on both lists; as a warning, below a blocked domain
  | 'local-domain-listed' // our own domain as if it were somebody else's
  | 'domain-on-both-sides' // warning: reached by SIP and by XMPP
  | 'federation-off' // warning: objects that mean nothing while the master switch is off
  | 'clearing-house' // warning: the edge connects strangers with each other
  | 'providers-with-default-routing'
  | 'idle-allowed-domains' // warning: with default routing the list decides nothing
  | 'duplicate-identity'
  | 'duplicate-proxy' // two providers that could not be told apart
  | 'proxy-of-provider' // warning: who comes by it is taken for the provider
  | 'undefined-hosting-shape'
  | 'two-split-domains' // warning: two providers with users of our own domains
  | 'retired-provider' // warning
  | 'decoration-incomplete' // warning: names are not decorated without a domain to route to
  | 'idle-access' // warning: holds only with another access
  | 'unknown-policy' // granted, and not there
  | 'unknown-site' // warning
  | 'not-local' // warning: said of somebody who is not ours
  | 'duplicate-address'
  | 'no-negotiation' // nothing is left to prove the domain by
  | 'sasl-needs-tls' // warning
  | 'limit-above-limit' // warning: the other limit holds
  | 'archiving-off' // warning
  | 'filter-without-warning' // warning: such a filter does nothing
  | 'look-alike' // warning: a name that can be taken for another one
  | 'more-findings'; // the count of those not told

/** One thing wrong with a document. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
  /** A JSON pointer (RFC 6901) into the document. */
  readonly path: string;
  /** Counted from one. Absent when the document was handed in already parsed. */
  readonly line?: number;
  /** One sentence for whoever wrote the document. */
  readonly text: string;
}

/** Why a document did not load. At least one finding is an error. */
export interface Findings {
  readonly kind: 'findings';
  readonly findings: readonly Finding[];
}

/** A place in the document, from the leaf up. The root is `undefined`. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
}

/** Gathers findings while a document is read. */
export interface Report {
  readonly max: number;
  readonly found: Found[];
  errors: number;
  /** Warnings among those found. */
  warnings: number;
  untold: number;
}

interface Found {
  readonly severity: Finding['severity'];
  readonly code: FindingCode;
  readonly place: Place | undefined;
  readonly line: number | undefined;
  readonly text: string;
}

export function newReport(max: number): Report {
  return { max, found: [], errors: 0, warnings: 0, untold: 0 };
}

export function error(
  report: Report,
  code: FindingCode,
  place: Place | undefined,
  text: string,
  line?: number,
): void {
  report.errors += 1;
  tell(report, { severity: 'error', code, place, line, text });
}

export function warn(report: Report, code: FindingCode, place: Place, text: string): void {
  tell(report, { severity: 'warning', code, place, line: undefined, text });
}

/** No error goes untold for a warning: of too many, the last warning makes room. */
function tell(report: Report, found: Found): void {
  if (report.found.length >= report.max) {
    report.untold += 1;
    if (found.severity === 'warning' || report.warnings === 0) return;
    report.found.splice(report.found.findLastIndex(isWarning), 1);
    report.warnings -= 1;
  }
  report.found.push(found);
  if (isWarning(found)) report.warnings += 1;
}

function isWarning({ severity }: Found): boolean {
  return severity === 'warning';
}

/** The findings as they are told: `lineAt` knows the line of a place. */
export function findingsOf(
  report: Report,
  lineAt: (place: Place | undefined) => number | undefined,
): readonly Finding[] {
  const findings = report.found.map((found) => told(found, found.line ?? lineAt(found.place)));
  if (report.untold > 0) findings.push(more(report));
  return findings;
}

function told({ severity, code, place, text }: Found, line: number | undefined): Finding {
  const finding = { severity, code, path: pointerOf(place), text };
  return line === undefined ? finding : { ...finding, line };
}

function more(report: Report): Finding {
  const severity = report.errors > 0 ? 'error' : 'warning';
  return {
    severity,
    code: 'more-findings',
    path: '',
    text: `${report.untold} more are not listed`,
  };
}

function pointerOf(place: Place | undefined): string {
  if (place === undefined) return '';
  const key = String(place.key).replaceAll('~', '~0').replaceAll('/', '~1');
  return `${pointerOf(place.parent)}/${key}`;
}

/** The place that these keys lead to. */
export function placeIn(parent: Place | undefined, ...keys: readonly Place['key'][]): Place {
  const [key = '', ...further] = keys;
  const place = { parent, key };
  return further.length === 0 ? place : placeIn(place, ...further);
}

/** Text from a document as it may stand in a sentence: quoted, escaped, cut. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
