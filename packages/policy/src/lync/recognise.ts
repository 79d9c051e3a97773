// Which cmdlet an object came from: by the names of its types, else by the name of its file, else by its fields. What
// fits more than one, or none, is an error: an allowed domain that was taken for a blocked one is worse than none.
import { quoted } from '../finding.ts';
import { CMDLETS, IDENTITY_FIELDS, NOISE, type Cmdlet } from './cmdlets.ts';
import { lyncError, lyncWarningOnce, type LyncReport, type Spot } from './finding.ts';
import { typeName, type LyncObject } from './value.ts';

/** The cmdlet, or undefined when the report says why there is none. */
export function recognise(object: LyncObject, spot: Spot, report: LyncReport): Cmdlet | undefined {
  const types = object.types ?? [];
  const typed = ALL.find((one) => types.some((type) => isOf(one, type)));
  if (typed !== undefined) return typed;
  const other = types.find((type) => LYNC_TYPE.test(type));
  if (other !== undefined) return leaveOut(other, spot, report);
  return byName(spot.file) ?? byFields(object, spot, report);
}

/** The cmdlet that a file is named after, where it is named after one: as Get-CsUser.json, or by the noun alone. */
export function byName(file: string): Cmdlet | undefined {
  const name = file
    .slice(file.search(/[^/\\]*$/))
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  return (
    onlyOne(ALL.filter(({ noun }) => name.includes(`getcs${noun.toLowerCase()}`))) ??
    onlyOne(ALL.filter(({ noun }) => name.includes(noun.toLowerCase())))
  );
}

function onlyOne(found: readonly Cmdlet[]): Cmdlet | undefined {
  return found.length === 1 ? found[0] : undefined;
}

function isOf({ types }: Cmdlet, type: string): boolean {
  const last = typeName(type).toLowerCase();
  return LYNC_TYPE.test(type) && types.some((one) => one.toLowerCase() === last);
}

function leaveOut(type: string, spot: Spot, report: LyncReport): undefined {
  const text = `There is no counterpart of ${quoted(typeName(type))}; it was left out`;
  lyncWarningOnce(report, 'no-counterpart', type, spot, text);
}

function byFields(object: LyncObject, spot: Spot, report: LyncReport): Cmdlet | undefined {
  const names = [...object.members.keys()]
    .map((name) => name.toLowerCase())
    .filter((name) => !NOISE.has(name));
  const fitting = ALL.filter((one) => fits(one, names));
  const [only, second] = fitting;
  if (only === undefined) {
    return lyncError(report, 'unknown-object', spot, `It is of no cmdlet that is read; ${RENAME}`);
  }
  if (second === undefined) return only;
  const nouns = fitting.map(({ noun }) => noun).join(' or ');
  return lyncError(report, 'ambiguous-object', spot, `It may be of ${nouns}; ${RENAME}`);
}

/** Whether the object has what the cmdlet always gives, and nothing that it never does. */
function fits(cmdlet: Cmdlet, names: readonly string[]): boolean {
  const known = KNOWN.get(cmdlet);
  const marks = cmdlet.marks.map((mark) => mark.toLowerCase());
  return marks.every((mark) => names.includes(mark)) && names.every((name) => known?.has(name));
}

function namesOf({ identity, fields, left }: Cmdlet): readonly string[] {
  return [...IDENTITY_FIELDS[identity], ...Object.keys(fields), ...Object.keys(left)];
}

const ALL: readonly Cmdlet[] = Object.values(CMDLETS);
/** Names that an object of a cmdlet may have, in small letters. */
const KNOWN: ReadonlyMap<Cmdlet, ReadonlySet<string>> = new Map(
  ALL.map((cmdlet) => [cmdlet, new Set(namesOf(cmdlet).map((name) => name.toLowerCase()))]),
);
const LYNC_TYPE = /^(?:(?:Deserialized|Selected)\.)*Microsoft\.Rtc\.Management\./;
const RENAME = 'name the file after its cmdlet, as in Get-CsAllowedDomain.json';
