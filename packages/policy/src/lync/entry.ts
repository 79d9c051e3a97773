// One object of a cmdlet as an entry of the document: its identity, and its fields in the order of the cmdlet's row. What
// has no counterpart is told and left out; what is wrong is told, and the import gives no document.
import { quoted } from '../finding.ts';
import {
  IDENTITY_FIELDS,
  lyncName,
  NOISE,
  SECRETS,
  type Cmdlet,
  type IdentityKind,
} from './cmdlets.ts';
import { nameIn, readField, spotOf, type FieldContext } from './field.ts';
import { lyncError, lyncWarningOnce, type LyncReport, type Spot } from './finding.ts';
import { withRoutingWord } from './routing.ts';
import { identityOf, placeOf } from './scope.ts';
import type { LyncObject, LyncValue } from './value.ts';

/** What was read of one object. */
export interface LyncEntry {
  readonly identity: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly spot: Spot;
}

/** The entry, or undefined when the report says why there is none. */
export function readEntry(
  object: LyncObject,
  cmdlet: Cmdlet,
  spot: Spot,
  context: FieldContext,
): LyncEntry | undefined {
  const { report } = context;
  const routed = cmdlet.fields['routingMethod'] !== undefined;
  const whole = routed ? withRoutingWord(object, spot, report) : object;
  const members = membersOf(whole, spot, report);
  const identity = nameOf(members, cmdlet, spot, report);
  const fields = readFields(members, cmdlet, spot, context);
  tellLeft(members, cmdlet, spot, report);
  return identity === undefined ? undefined : { identity, fields, spot };
}

interface Member {
  /** As it is written. */
  readonly name: string;
  readonly value: LyncValue;
}

/** Members by their names in small letters: PowerShell does not tell letters' cases apart. */
function membersOf(
  object: LyncObject,
  spot: Spot,
  report: LyncReport,
): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  for (const [name, value] of object.members) {
    const key = name.toLowerCase();
    if (members.has(key)) {
      lyncError(
        report,
        'duplicate-key',
        spotOf(spot, name, value),
        `${quoted(name)} is here twice`,
      );
    }
    members.set(key, { name, value });
  }
  return members;
}

function nameOf(
  members: ReadonlyMap<string, Member>,
  { noun, identity: kind }: Cmdlet,
  spot: Spot,
  report: LyncReport,
): string | undefined {
  const texts = IDENTITY_FIELDS[kind].flatMap((name) => {
    const member = members.get(name.toLowerCase());
    const text = member === undefined ? undefined : nameIn(member.value);
    return text === undefined || text === '' ? [] : [text];
  });
  const [first] = texts;
  if (first === undefined) {
    if (kind === 'global') return 'Global';
    const names = IDENTITY_FIELDS[kind].map(lyncName).join(' or ');
    return lyncError(report, 'missing-field', spot, `Get-Cs${noun} gives ${names}`);
  }
  if (texts.every((text) => text.toLowerCase() === first.toLowerCase())) return plain(kind, first);
  return lyncError(
    report,
    'contradiction',
    spot,
    `It has two names: ${texts.map(quoted).join(', ')}`,
  );
}

/** An identity as it is without what may stand before it or not. */
function plain(kind: IdentityKind, text: string): string {
  if (kind === 'scope') return identityOf(placeOf(text));
  return kind === 'address' ? text.replace(/^sip:/i, '') : text;
}

function readFields(
  members: ReadonlyMap<string, Member>,
  { noun, fields, required }: Cmdlet,
  spot: Spot,
  context: FieldContext,
): Readonly<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const [field, kind] of Object.entries(fields)) {
    const member = members.get(field.toLowerCase());
    const errors = context.report.errors;
    const value =
      member === undefined
        ? undefined
        : readField(member.value, kind, spotOf(spot, member.name, member.value), context);
    if (value !== undefined) read[field] = value;
    else if (required.includes(field) && context.report.errors === errors) {
      const text = `Get-Cs${noun} gives ${lyncName(field)}, and it is not here`;
      lyncError(context.report, 'missing-field', spot, text);
    }
  }
  return read;
}

function tellLeft(
  members: ReadonlyMap<string, Member>,
  { noun, identity, fields, left }: Cmdlet,
  spot: Spot,
  report: LyncReport,
): void {
  const known = new Set(
    [...IDENTITY_FIELDS[identity], ...Object.keys(fields)].map((name) => name.toLowerCase()),
  );
  for (const [key, { name, value }] of members) {
    if (known.has(key) || NOISE.has(key) || isNothing(value)) continue;
    const reason = Object.entries(left).find(([field]) => field.toLowerCase() === key);
    const why = reason === undefined ? 'it has no counterpart' : reason[1];
    const code = reason !== undefined && SECRETS.has(reason[0]) ? 'secret' : 'no-counterpart';
    const text = `${quoted(name)} of ${noun} was left out: ${why}`;
    lyncWarningOnce(report, code, `${noun} ${key}`, spotOf(spot, name, value), text);
  }
}

/** Whether there is nothing to tell. */
function isNothing(value: LyncValue): boolean {
  if (value.kind === 'scalar') return value.value === null || value.value === '';
  return value.kind === 'array' && value.items.length === 0;
}
