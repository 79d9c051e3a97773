// One field of an object, by what its cmdlet's row says it holds. A value that is not of its kind is an error, never a
// default: whoever wrote it meant something. Null is a field that is not there.
import { quoted } from '../finding.ts';
import type { FieldKind } from './cmdlets.ts';
import { durationOf } from './duration.ts';
import { ENUMERATIONS, lyncWord, wordOf, type EnumerationName } from './enumerations.ts';
import { below, lyncError, lyncWarningOnce, type LyncReport, type Spot } from './finding.ts';
import { itemsOf, unwrapped } from './json-file.ts';
import type { LyncValue } from './value.ts';

/** What reading fields needs: where its findings go, and how many items of lists may still come. */
export interface FieldContext {
  readonly report: LyncReport;
  left: number;
}

/** The field as the document has it, or undefined: not there, or wrong and reported. */
export function readField(
  value: LyncValue,
  kind: FieldKind,
  spot: Spot,
  context: FieldContext,
): unknown {
  if (value.kind === 'scalar' && value.value === null) return undefined;
  if (typeof kind === 'object') return readWord(value, kind.one, spot, context.report);
  return READ[kind](value, spot, context);
}

/** Text: its own, or what an object is as text. */
export function textIn(value: LyncValue): string | undefined {
  if (value.kind === 'array') return undefined;
  if (value.kind === 'object') return value.text;
  return typeof value.value === 'string' ? value.value : undefined;
}

/** A name: text, or what ConvertTo-Json made of an identity, its scope and the name within it. */
export function nameIn(value: LyncValue): string | undefined {
  const text = textIn(value);
  if (text !== undefined || value.kind !== 'object') return text;
  const [scope, name] = ['scope', 'name'].map((wanted) => {
    const found = [...value.members].find(([key]) => key.toLowerCase() === wanted);
    return found === undefined ? undefined : textIn(found[1]);
  });
  if (scope === undefined || scope === '') return name;
  return name === undefined || name === '' ? scope : `${scope}:${name}`;
}

type Read = (value: LyncValue, spot: Spot, context: FieldContext) => unknown;

const READ: Readonly<Record<Extract<FieldKind, string>, Read>> = {
  flag: (value, spot, { report }) => {
    const flag = value.kind === 'scalar' ? FLAGS.get(String(value.value).toLowerCase()) : undefined;
    return flag ?? wrong(report, spot, 'true or false');
  },
  count: (value, spot, { report }) => {
    const count = value.kind === 'scalar' ? value.value : undefined;
    if (typeof count !== 'number') return wrong(report, spot, 'a number');
    if (Number.isSafeInteger(count) && count >= 0) return count;
    return lyncError(report, 'out-of-range', spot, 'Expected a whole number from zero');
  },
  seconds: (value, spot, { report }) => {
    const seconds = durationOf(value);
    if (seconds === undefined) return wrong(report, spot, 'seconds or a duration');
    if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds;
    return lyncError(report, 'out-of-range', spot, 'Expected whole seconds from zero');
  },
  text: (value, spot, { report }) => textIn(value) ?? wrong(report, spot, 'text'),
  name: (value, spot, { report }) => {
    const text = textIn(value);
    return text === undefined ? wrong(report, spot, 'text') : text === '' ? undefined : text;
  },
  named: (value, spot, { report }) => nameIn(value) ?? wrong(report, spot, 'a name'),
  list: (value, spot, context) => readList(value, spot, context),
  commas: (value, spot, context) => {
    const text = textIn(value);
    if (text === undefined) return readList(value, spot, context);
    return text.split(/[\s,;]+/).filter((part) => part !== '');
  },
};

function readList(
  value: LyncValue,
  spot: Spot,
  context: FieldContext,
): readonly string[] | undefined {
  if (unwrapped(value).kind !== 'array') {
    const text = textIn(value);
    if (text !== undefined && /^\S+$/.test(text) && !CUT.test(text)) return [text];
    const why = 'Expected a list; ConvertTo-Json wants -Depth 5';
    return lyncError(context.report, text === undefined ? 'wrong-type' : 'cut-off', spot, why);
  }
  const items = itemsOf(value, spot.path);
  context.left -= items.length;
  if (context.left < 0) return lyncError(context.report, 'too-large', spot, 'Too many values');
  const texts = items.map(({ path, value: item }) =>
    itemOf(item, { ...spot, path }, context.report),
  );
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function itemOf(item: LyncValue, spot: Spot, report: LyncReport): string | undefined {
  return textIn(item) ?? wrong(report, spot, 'text');
}

function readWord(
  value: LyncValue,
  name: EnumerationName,
  spot: Spot,
  report: LyncReport,
): string | undefined {
  const text = textIn(value);
  const word = text === undefined ? undefined : wordOf(name, text);
  if (word !== undefined) return word;
  const number =
    value.kind === 'scalar' ? value.value : value.kind === 'object' ? value.inner : null;
  return typeof number === 'number' && text === undefined
    ? readNumber(number, name, spot, report)
    : lyncError(report, 'unknown-value', spot, `Expected ${listed(name)}`);
}

function readNumber(
  number: number,
  name: EnumerationName,
  spot: Spot,
  report: LyncReport,
): string | undefined {
  const { words, published } = ENUMERATIONS[name];
  const word = words[number];
  if (word === undefined) {
    const text = `${number} is the number of none of ${listed(name)}`;
    return lyncError(report, 'unknown-value', spot, text);
  }
  if (!published) {
    const field = spot.path.slice(spot.path.lastIndexOf('/') + 1);
    const text = `${quoted(field)} is a number; it was read in the order ${listed(name)}, from 0. Export-Clixml writes words`;
    lyncWarningOnce(report, 'number-by-order', field, spot, text);
  }
  return word;
}

function listed(name: EnumerationName): string {
  return ENUMERATIONS[name].words.map(lyncWord).join(', ');
}

function wrong(report: LyncReport, spot: Spot, expected: string): undefined {
  return lyncError(report, 'wrong-type', spot, `Expected ${expected}`);
}

/** Where a field of an object is. */
export function spotOf(spot: Spot, name: string, value: LyncValue): Spot {
  return { file: spot.file, path: below(spot.path, name), line: value.line ?? spot.line };
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);
/** The name of a .NET type, which ConvertTo-Json writes where -Depth is used up. */
const CUT = /^System\.|^Microsoft\.|`\d\[|\[\]$/;
