// A policy document as what Lync's cmdlets would give, one JSON file each, and as commands that configure a Lync Server so.
import type { PolicyDocument } from '../document.ts';
import { CMDLETS, IDENTITY_FIELDS, lyncName, type FieldKind, type Noun } from './cmdlets.ts';
import { disassemble, type LyncItem } from './disassemble.ts';
import { ENUMERATIONS } from './enumerations.ts';
import { lyncFindings, newLyncReport, type LyncFinding } from './finding.ts';
import { DEFAULT_LYNC_LIMITS } from './limits.ts';
import { scriptOf } from './script.ts';

/** What an export gives. */
export interface LyncExport {
  readonly kind: 'exported';
  /**
   * What ConvertTo-Json writes of the objects, one file a cmdlet; `importLync` takes them back to the same federation
   * part. Fields that the document leaves to their default are left out.
   */
  readonly files: readonly ExportedFile[];
  /** The commands, for the Lync Server Management Shell. Here defaults are written out where commands would keep others. */
  readonly script: ExportedFile;
  /** What Lync has no place for: own rules, partners and fields. Never an error. */
  readonly findings: readonly LyncFinding[];
}

/** One file to write, as UTF-8. */
export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** The federation part of a document that `loadPolicy` takes, in Lync's own words. */
export function exportLync(document: PolicyDocument): LyncExport {
  const report = newLyncReport(DEFAULT_LYNC_LIMITS.findings);
  const items = disassemble(document, report);
  return {
    kind: 'exported',
    files: [...items].map(([noun, objects]) => fileOf(noun, objects)),
    script: { name: 'Set-Federation.ps1', text: scriptOf(items) },
    findings: lyncFindings(report),
  };
}

/** ConvertTo-Json writes one result as an object, several as a list. */
function fileOf(noun: Noun, items: readonly LyncItem[]): ExportedFile {
  const objects = items.map((item) => objectOf(noun, item));
  const value = objects.length === 1 ? objects[0] : objects;
  return { name: `Get-Cs${noun}.json`, text: `${JSON.stringify(value, null, 2)}\n` };
}

function objectOf(noun: Noun, { identity, fields }: LyncItem): object {
  const { identity: kind, fields: kinds } = CMDLETS[noun];
  const names = noun === 'SipDomain' ? ['identity', 'name'] : IDENTITY_FIELDS[kind].slice(0, 2);
  const shown = kind === 'address' ? `sip:${identity}` : identity;
  return Object.fromEntries([
    ...names.map((name) => [lyncName(name), shown]),
    ...Object.entries(fields).map(([field, value]) => [
      lyncName(field),
      writtenAs(kinds[field], value),
    ]),
  ]);
}

function writtenAs(kind: FieldKind | undefined, value: unknown): unknown {
  if (typeof kind === 'object') return numberOf(ENUMERATIONS[kind.one].words, value);
  return kind === 'commas' && Array.isArray(value) ? value.join(',') : value;
}

function numberOf(words: readonly string[], value: unknown): unknown {
  const number = words.findIndex((word) => word === value);
  return number < 0 ? value : number;
}
