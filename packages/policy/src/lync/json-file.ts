// What ConvertTo-Json writes, as values: read by ../json.ts, and unwrapped. Of one result it writes an object, of several
// a list, of none nothing at all; Windows PowerShell writes some lists as an object of `value` and `Count`.
import { newReport, findingsOf } from '../finding.ts';
import { lineAt, readJson } from '../json.ts';
import { below, lyncError, type LyncReport } from './finding.ts';
import type { LyncLimits } from './limits.ts';
import type { LyncObjects, LyncValue } from './value.ts';

/** The objects of a file, or undefined when the report says why not. */
export function readJsonFile(
  file: string,
  text: string,
  limits: LyncLimits,
  report: LyncReport,
): LyncObjects | undefined {
  if (text.trim() === '') return { file, items: [] };
  const problems = newReport(limits.findings);
  const root = readJson(text, limits, problems);
  for (const { code, path, line, text: said } of findingsOf(problems, (at) => lineAt(root, at))) {
    lyncError(report, CODES.find((one) => one === code) ?? 'not-json', { file, path, line }, said);
  }
  return root === undefined || problems.errors > 0
    ? undefined
    : { file, items: itemsOf(root, '').flatMap(({ path, value }) => itemsOf(value, path)) };
}

/** The values of a list, wrapped or not, or the one value itself. */
export function itemsOf(
  value: LyncValue,
  path: string,
): readonly { readonly path: string; readonly value: LyncValue }[] {
  const list = unwrapped(value);
  if (list.kind !== 'array') return [{ path, value }];
  const at = list === value ? path : below(path, 'value');
  return list.items.map((item, index) => ({ path: below(at, index), value: item }));
}

/** The list within an object of `value` and `Count`; any other value is itself. */
export function unwrapped(value: LyncValue): LyncValue {
  if (value.kind !== 'object' || value.members.size !== 2) return value;
  const list = value.members.get('value');
  return list?.kind === 'array' && value.members.has('Count') ? list : value;
}

const CODES = ['too-large', 'too-deep', 'not-json', 'duplicate-key'] as const;
