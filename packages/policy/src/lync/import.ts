// What Get-Cs… cmdlets gave, as a policy document. Files are read one by one, their objects recognised and read, and what
// they say is put together at the end. With one error there is no document: half of a configuration is another one.
import type { PolicyDocument } from '../document.ts';
import { assemble } from './assemble.ts';
import { readClixml } from './clixml.ts';
import { CMDLETS, type Cmdlet } from './cmdlets.ts';
import { readEntry } from './entry.ts';
import type { FieldContext } from './field.ts';
import { lyncError, lyncFindings, newLyncReport, type LyncFinding } from './finding.ts';
import { newGathering, gather, saw, type Gathering } from './gather.ts';
import { itemsOf, readJsonFile } from './json-file.ts';
import { DEFAULT_LYNC_LIMITS, type LyncLimits } from './limits.ts';
import { byName, recognise } from './recognise.ts';
import { textOf } from './text.ts';
import type { LyncObjects, LyncValue } from './value.ts';

/** One file that a cmdlet's output was put into. */
export interface LyncFile {
  /** Its name; the cmdlet's noun in it says what it holds, as in `Get-CsAllowedDomain.json`. */
  readonly name: string;
  /** JSON or Clixml: text, or octets in UTF-8 or in UTF-16 with its byte order mark. */
  readonly text: string | Uint8Array;
}

/** What an import may be told. */
export interface LyncImportOptions {
  /** Our own SIP domains, beside those of a Get-CsSipDomain among the files. */
  readonly localDomains?: readonly string[];
  /** Bounds on reading. Default {@link DEFAULT_LYNC_LIMITS}. */
  readonly limits?: Partial<LyncLimits>;
}

/** What an import gives: a document with warnings, or findings of which at least one is an error. */
export type LyncImport =
  | {
      readonly kind: 'imported';
      readonly document: PolicyDocument;
      readonly findings: readonly LyncFinding[];
    }
  | { readonly kind: 'findings'; readonly findings: readonly LyncFinding[] };

/**
 * The policy document that the output of cmdlets comes to. It is what the files say, no more: whether it holds together
 * `loadPolicy` tells. It never throws.
 */
export function importLync(
  files: readonly LyncFile[],
  options: LyncImportOptions = {},
): LyncImport {
  const limits = { ...DEFAULT_LYNC_LIMITS, ...options.limits };
  const report = newLyncReport(limits.findings);
  const gathering = newGathering(report);
  readFiles(files, limits, gathering);
  const federation = assemble(gathering, options.localDomains ?? []);
  const findings = lyncFindings(report);
  return report.errors > 0
    ? { kind: 'findings', findings }
    : {
        kind: 'imported',
        document: { version: 1, default: 'deny', rules: [], federation },
        findings,
      };
}

function readFiles(files: readonly LyncFile[], limits: LyncLimits, gathering: Gathering): void {
  const { report } = gathering;
  const nowhere = { file: '', path: '', line: undefined };
  if (files.length > limits.files) {
    return lyncError(report, 'too-many-files', nowhere, `Over ${limits.files} files`);
  }
  let left = limits.characters;
  for (const { name: file, text: content } of files) {
    left -= typeof content === 'string' ? content.length : Math.ceil(content.length / 2);
    if (left < 0) {
      const text = `Over ${limits.characters} characters in all files`;
      return lyncError(report, 'too-large', { file, path: '', line: undefined }, text);
    }
    const objects = readFile(file, content, limits, gathering);
    if (objects !== undefined) readObjects(objects, limits, gathering);
  }
}

function readFile(
  file: string,
  content: string | Uint8Array,
  limits: LyncLimits,
  { report }: Gathering,
): LyncObjects | undefined {
  const text = textOf(content);
  if (text === undefined) {
    const spot = { file, path: '', line: undefined };
    return lyncError(report, 'not-text', spot, 'It is neither UTF-8 nor UTF-16 with its mark');
  }
  const read = /^\s*</.test(text) ? readClixml : readJsonFile;
  return read(file, text, limits, report);
}

function readObjects({ file, items }: LyncObjects, limits: LyncLimits, gathering: Gathering): void {
  const context: FieldContext = { report: gathering.report, left: limits.values };
  const named = byName(file);
  if (named !== undefined) saw(gathering, named.noun);
  for (const item of items) {
    for (const { path, value } of itemsOf(item.value, item.path)) {
      context.left -= 1;
      if (context.left >= 0) readObject(file, path, value, context, gathering);
      else return lyncError(gathering.report, 'too-large', { file, path, line: value.line }, MANY);
    }
  }
}

function readObject(
  file: string,
  path: string,
  value: LyncValue,
  context: FieldContext,
  gathering: Gathering,
): void {
  const spot = { file, path, line: value.line };
  const { report } = gathering;
  if (value.kind !== 'object') {
    return lyncError(report, 'unknown-object', spot, 'Expected an object of a cmdlet');
  }
  const cmdlet: Cmdlet | undefined = recognise(value, spot, report);
  const entry = cmdlet === undefined ? undefined : readEntry(value, cmdlet, spot, context);
  if (cmdlet !== undefined && entry !== undefined) gather(gathering, CMDLETS[cmdlet.noun], entry);
}

const MANY = 'Too many values';
