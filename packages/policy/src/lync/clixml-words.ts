// The elements of Clixml, as the PowerShell Remoting Protocol defines them (MS-PSRP §2.2.5): which stands within which,
// and what the text of a simple one means.
import type { JsonScalar } from '../json.ts';

/** What an element is for. `simple` holds text, `value` anything that has a name or an index. */
export type Role =
  | 'root'
  | 'object'
  | 'reference'
  | 'simple'
  | 'members'
  | 'list'
  | 'table'
  | 'entry'
  | 'types'
  | 'types-again'
  | 'type'
  | 'shown'
  | 'unknown';

/** The role of an element. What MS-PSRP does not define is a value nobody understands. */
export function roleOf(element: string): Role {
  return ROLES.get(element) ?? (READ.has(element) ? 'simple' : 'unknown');
}

/** Whether an element of one role may stand in one of another. */
export function mayStandIn(role: Role, around: Role | undefined): boolean {
  return around === undefined ? role === 'root' : (WITHIN[around]?.has(role) ?? false);
}

/** Whether an element has members or items, or is one: what counts as a value. */
export function isValue(role: Role): boolean {
  return VALUES.includes(role);
}

/** What the text of a simple element means, or undefined where it does not follow the element's rule. */
export function simpleValue(element: string, text: string): JsonScalar['value'] | undefined {
  return READ.get(element)?.(text);
}

/** Text with `_x000D_` and its like read back. */
export function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

type Read = (text: string) => JsonScalar['value'] | undefined;

const whole: Read = (text) => (/^-?\d{1,20}$/.test(text) ? Number(text) : undefined);
const real: Read = (text) =>
  /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
const flag: Read = (text) => (text === 'true' ? true : text === 'false' ? false : undefined);
const asItIs: Read = (text) => unescaped(text);
const nothing: Read = (text) => (text === '' ? null : undefined);

/** Simple elements (MS-PSRP §2.2.5.1). Real numbers that JSON cannot say are not read. */
const READ: ReadonlyMap<string, Read> = new Map([
  ['Nil', nothing],
  ['B', flag],
  ...['By', 'SB', 'U16', 'I16', 'U32', 'I32', 'U64', 'I64', 'C'].map(
    (name) => [name, whole] as const,
  ),
  ...['Sg', 'Db', 'D'].map((name) => [name, real] as const),
  ...['S', 'DT', 'TS', 'BA', 'G', 'URI', 'Version', 'XD', 'SBK', 'SS'].map(
    (name) => [name, asItIs] as const,
  ),
]);

/** Elements of objects (MS-PSRP §2.2.5.2). */
const ROLES: ReadonlyMap<string, Role> = new Map([
  ['Objs', 'root'],
  ['Obj', 'object'],
  ['Ref', 'reference'],
  ['TN', 'types'],
  ['TNRef', 'types-again'],
  ['T', 'type'],
  ['ToString', 'shown'],
  ['Props', 'members'],
  ['MS', 'members'],
  ['LST', 'list'],
  ['IE', 'list'],
  ['STK', 'list'],
  ['QUE', 'list'],
  ['DCT', 'table'],
  ['En', 'entry'],
]);

const VALUES: readonly Role[] = ['object', 'reference', 'simple', 'unknown'];
const WITHIN: Partial<Record<Role, ReadonlySet<Role>>> = {
  root: new Set(VALUES),
  object: new Set([
    ...(['types', 'types-again', 'shown', 'members', 'list', 'table'] as const),
    ...VALUES,
  ]),
  members: new Set(VALUES),
  list: new Set(VALUES),
  table: new Set(['entry']),
  entry: new Set(VALUES),
  types: new Set(['type']),
};
