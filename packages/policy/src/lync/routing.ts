// How the Access Edge routes. Depending on version and depth of an export it stands there as a word, or as an object that
// holds the settings of that way of routing, or only in the name of the edge's type. Here it becomes the word, and the
// settings stand beside it.
import { lyncError, type LyncReport, type Spot } from './finding.ts';
import { wordOf } from './enumerations.ts';
import { typeName, type LyncObject, type LyncValue } from './value.ts';

/** The object with its way of routing as a word, and with what was nested in it raised. */
export function withRoutingWord(object: LyncObject, spot: Spot, report: LyncReport): LyncObject {
  const members = new Map(object.members);
  const name = nameIn(members, 'RoutingMethod');
  const method = name === undefined ? undefined : members.get(name);
  if (isGiven(method) && method?.kind === 'scalar') return object;
  const nested = method?.kind === 'object' ? method : undefined;
  if (nested !== undefined) raise(members, settingsIn(nested), spot, report);
  const word = wordIn(nested) ?? wordOfTypes(object) ?? wordOfFields(members);
  if (word === undefined) {
    lyncError(report, 'missing-field', spot, 'It does not say how it routes: RoutingMethod');
  } else {
    members.set(name ?? 'RoutingMethod', { kind: 'scalar', line: object.line, value: word });
  }
  return { ...object, members };
}

/** Settings: in the object itself, or in the one member that is named after its way of routing. */
function settingsIn(method: LyncObject): LyncObject {
  const [only] = method.members;
  const inside = only !== undefined && wordOf('routing', only[0]) !== undefined ? only[1] : method;
  return inside.kind === 'object' ? inside : method;
}

function raise(
  members: Map<string, LyncValue>,
  { members: nested }: LyncObject,
  spot: Spot,
  report: LyncReport,
): void {
  for (const [key, value] of nested) {
    if (wordOf('routing', key) !== undefined) continue;
    const name = nameIn(members, key) ?? key;
    const outside = members.get(name);
    if (!isGiven(outside)) members.set(name, value);
    else if (!isSame(outside, value)) {
      lyncError(report, 'contradiction', spot, `${key} differs from the one in RoutingMethod`);
    }
  }
}

function wordIn(method: LyncObject | undefined): string | undefined {
  if (method === undefined) return undefined;
  const [only = ''] = method.members.keys();
  return wordOf('routing', method.text ?? '') ?? wordOf('routing', only) ?? wordOfTypes(method);
}

function wordOfTypes({ types = [] }: LyncObject): string | undefined {
  const names = types.map((type) => typeName(type).toLowerCase());
  if (names.some((name) => name.includes('dnssrv'))) return SRV;
  return names.some((name) => name.includes('default')) ? ROUTE : undefined;
}

function wordOfFields(members: ReadonlyMap<string, LyncValue>): string | undefined {
  const has = (name: string): boolean => isGiven(members.get(nameIn(members, name) ?? ''));
  if (has('DefaultRouteFqdn')) return ROUTE;
  return has('EnablePartnerDiscovery') || has('BeClearingHouse') ? SRV : undefined;
}

function nameIn(members: ReadonlyMap<string, LyncValue>, name: string): string | undefined {
  return [...members.keys()].find((key) => key.toLowerCase() === name.toLowerCase());
}

function isGiven(value: LyncValue | undefined): boolean {
  return value !== undefined && !(value.kind === 'scalar' && value.value === null);
}

function isSame(a: LyncValue | undefined, b: LyncValue): boolean {
  return a?.kind === 'scalar' && b.kind === 'scalar' && a.value === b.value;
}

const SRV = 'UseDnsSrvRouting';
const ROUTE = 'UseDefaultRouting';
