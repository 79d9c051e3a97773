// What is to be said about the files of an import, or about what an export could not carry. Errors keep an import from
// giving a document; warnings say what was left out or how something was read. What stands in many objects alike is
// said once, with its number.

/** Every code a finding of an import or an export can have. Codes are never renamed. */
export type LyncFindingCode =
  | 'too-many-files'
  | 'too-large' // more text or values than the limits allow
  | 'too-deep'
  | 'not-text' // octets that are neither UTF-8 nor UTF-16 with its mark
  | 'not-json'
  | 'not-xml'
  | 'not-clixml' // XML, but not what Export-Clixml writes
  | 'duplicate-key'
  | 'unknown-reference' // a RefId that was not there before
  | 'unknown-object' // of no cmdlet that is read
  | 'ambiguous-object' // of more than one
  | 'missing-field'
  | 'wrong-type'
  | 'cut-off' // ConvertTo-Json without enough -Depth
  | 'out-of-range'
  | 'unknown-value'
  | 'number-by-order' // warning: an enumeration's number, read in the order its cmdlet lists the words
  | 'contradiction' // one thing with two values
  | 'given-twice' // warning: one thing twice, with the same values
  | 'no-counterpart' // warning: left out
  | 'secret' // warning: left out
  | 'not-assigned' // warning: policies that nobody has, as far as the files say
  | 'no-local-domains'
  | 'no-access-edge' // warning
  | 'no-external-access' // warning: nothing is decided for users
  | 'more-findings'; // the count of those not told

/** One thing to be said about a file of an import, or about a place in an exported document. */
export interface LyncFinding {
  readonly severity: 'error' | 'warning';
  readonly code: LyncFindingCode;
  /** The name of the file; empty where it is about none, and in an export. */
  readonly file: string;
  /** A JSON pointer (RFC 6901): into the objects of the file, or into the exported document. */
  readonly path: string;
  /** Counted from one. */
  readonly line?: number;
  /** One sentence for whoever made the files. */
  readonly text: string;
}

/** Where something is in one file. */
export interface Spot {
  readonly file: string;
  readonly path: string;
  readonly line: number | undefined;
}

/** Gathers findings. */
export interface LyncReport {
  readonly max: number;
  readonly found: Said[];
  /** What was said once for all its like, by what it is alike in. */
  readonly once: Map<string, Said>;
  errors: number;
  untold: number;
}

interface Said {
  readonly finding: LyncFinding;
  times: number;
}

export function newLyncReport(max: number): LyncReport {
  return { max, found: [], once: new Map(), errors: 0, untold: 0 };
}

export function lyncError(
  report: LyncReport,
  code: LyncFindingCode,
  spot: Spot,
  text: string,
): undefined {
  report.errors += 1;
  tell(report, found('error', code, spot, text));
  return undefined;
}

export function lyncWarning(
  report: LyncReport,
  code: LyncFindingCode,
  spot: Spot,
  text: string,
): void {
  tell(report, found('warning', code, spot, text));
}

/** A warning that is told once in a file for everything that is alike; `what` says in what. */
export function lyncWarningOnce(
  report: LyncReport,
  code: LyncFindingCode,
  what: string,
  spot: Spot,
  text: string,
): void {
  const key = [code, spot.file, what].join('\n');
  const before = report.once.get(key);
  if (before !== undefined) {
    before.times += 1;
    return;
  }
  const said = tell(report, found('warning', code, spot, text));
  report.once.set(key, said);
}

function found(
  severity: LyncFinding['severity'],
  code: LyncFindingCode,
  { file, path, line }: Spot,
  text: string,
): LyncFinding {
  const finding = { severity, code, file, path, text };
  return line === undefined ? finding : { ...finding, line };
}

function tell(report: LyncReport, finding: LyncFinding): Said {
  const said = { finding, times: 1 };
  if (report.found.length < report.max) report.found.push(said);
  else report.untold += 1;
  return said;
}

/** The findings as they are told. */
export function lyncFindings(report: LyncReport): readonly LyncFinding[] {
  const told = report.found.map(({ finding, times }) =>
    times === 1 ? finding : { ...finding, text: `${finding.text} (and ${times - 1} more like it)` },
  );
  return report.untold === 0 ? told : [...told, more(report)];
}

function more({ errors, untold }: LyncReport): LyncFinding {
  const severity = errors > 0 ? 'error' : 'warning';
  const text = `${untold} more are not listed`;
  return { severity, code: 'more-findings', file: '', path: '', text };
}

/** A path and one step more, as a JSON pointer writes it. */
export function below(path: string, key: string | number): string {
  return `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
