// What Export-Clixml writes, as values. The XML is read by saxes; here is what its elements mean to each other. A document
// type, a processing instruction and any element out of its place end the reading: Export-Clixml writes none. Nothing is
// built from what was not counted first, and a reference is the object it names, never a copy of it.
import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { JsonScalar } from '../json.ts';
import { isValue, mayStandIn, roleOf, simpleValue, unescaped, type Role } from './clixml-words.ts';
import { below, lyncError, type LyncFindingCode, type LyncReport, type Spot } from './finding.ts';
import type { LyncLimits } from './limits.ts';
import type { LyncObjects, LyncValue } from './value.ts';

/** The objects of a file, or undefined when the report says why not. */
export function readClixml(
  file: string,
  text: string,
  limits: LyncLimits,
  report: LyncReport,
): LyncObjects | undefined {
  const reading: Reading = {
    limits,
    report,
    left: limits.values,
    over: false,
    open: [],
    objects: new Map(),
    types: new Map(),
    items: [],
  };
  const parser = new SaxesParser({ xmlns: true });
  const here = (): Spot => ({ file, path: pathOf(reading), line: parser.line });
  parser.on('error', () => stop(reading, 'not-xml', here(), 'It is not well-formed XML'));
  parser.on('doctype', () => stop(reading, 'not-clixml', here(), 'A document type is not read'));
  parser.on('processinginstruction', () =>
    stop(reading, 'not-clixml', here(), 'A processing instruction is not read'),
  );
  parser.on('text', (more) => take(reading, more, here()));
  parser.on('cdata', (more) => take(reading, more, here()));
  parser.on('opentag', (tag) => open(reading, tag, here()));
  parser.on('closetag', () => close(reading, here()));
  for (let at = 0; at < text.length && !reading.over; at += CHUNK) {
    parser.write(text.slice(at, at + CHUNK));
  }
  if (!reading.over) parser.close();
  return reading.over ? undefined : { file, items: reading.items };
}

interface Reading {
  readonly limits: LyncLimits;
  readonly report: LyncReport;
  /** Values that may still come. */
  left: number;
  /** Whether something was wrong: nothing that follows is looked at. */
  over: boolean;
  readonly open: Frame[];
  readonly objects: Map<string, LyncValue>;
  readonly types: Map<string, readonly string[]>;
  readonly items: { readonly path: string; readonly value: LyncValue }[];
}

/** An element that is open, with what stood in it so far. */
interface Frame {
  readonly element: string;
  readonly role: Role;
  /** Its name among members, or the part of an entry that it is. */
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly path: string;
  readonly line: number;
  text: string;
  readonly names: string[];
  readonly members: Map<string, LyncValue>;
  items: LyncValue[] | undefined;
  types: readonly string[] | undefined;
  shown: string | undefined;
  inner: JsonScalar['value'] | undefined;
}

function open(reading: Reading, tag: SaxesTagNS, spot: Spot): void {
  if (reading.over) return;
  const around = reading.open.at(-1)?.role;
  const role = around === 'unknown' ? around : roleOf(tag.local);
  if (around !== 'unknown' && !(tag.uri === NAMESPACE && mayStandIn(role, around))) {
    return stop(reading, 'not-clixml', spot, `Export-Clixml writes no <${cut(tag.name)}> here`);
  }
  const frame = frameOf(reading, tag, role, spot);
  reading.open.push(frame);
  if (isValue(role)) count(reading, { ...spot, path: frame.path });
}

function count(reading: Reading, spot: Spot): void {
  reading.left -= 1;
  const deep = reading.open.reduce((sum, { role }) => sum + (isValue(role) ? 1 : 0), 0);
  if (reading.left < 0) stop(reading, 'too-large', spot, 'Too many values');
  else if (deep > reading.limits.depth) {
    stop(reading, 'too-deep', spot, 'Too many values within each other');
  }
}

function frameOf(reading: Reading, tag: SaxesTagNS, role: Role, { line = 0 }: Spot): Frame {
  const name = attribute(tag, 'N');
  return {
    element: tag.local,
    role,
    name,
    id: attribute(tag, 'RefId'),
    path: isValue(role) ? pathBelow(reading, name) : pathOf(reading),
    line,
    text: '',
    names: [],
    members: new Map(),
    items: undefined,
    types: undefined,
    shown: undefined,
    inner: undefined,
  };
}

function attribute(tag: SaxesTagNS, name: string): string | undefined {
  const found = Object.hasOwn(tag.attributes, name) ? tag.attributes[name] : undefined;
  return found === undefined ? undefined : unescaped(found.value);
}

function pathOf({ open: frames }: Reading): string {
  return frames.at(-1)?.path ?? '';
}

function pathBelow(reading: Reading, name: string | undefined): string {
  const around = reading.open.at(-1);
  if (around?.role === 'root') return below('', reading.items.length);
  if (around?.role === 'list') return below(around.path, around.items?.length ?? 0);
  return name === undefined ? pathOf(reading) : below(pathOf(reading), name);
}

function take(reading: Reading, more: string, spot: Spot): void {
  if (reading.over) return;
  const frame = reading.open.at(-1);
  if (frame === undefined || frame.role === 'unknown') return;
  if (HOLDS_TEXT.has(frame.role)) frame.text += more;
  else if (/\S/.test(more)) stop(reading, 'not-clixml', spot, 'Export-Clixml writes no text here');
}

function close(reading: Reading, spot: Spot): void {
  if (reading.over) return;
  const frame = reading.open.pop();
  if (frame !== undefined) CLOSE[frame.role]?.(reading, frame, spot);
}

type Close = (reading: Reading, frame: Frame, spot: Spot) => void;

/** What becomes of an element that is whole. */
const CLOSE: Partial<Record<Role, Close>> = {
  simple: (reading, frame, spot) => {
    const value = simpleValue(frame.element, frame.text);
    if (value !== undefined)
      give(reading, frame, { kind: 'scalar', line: frame.line, value }, spot);
    else stop(reading, 'not-clixml', spot, `This is no value of <${frame.element}>`);
  },
  unknown: (reading, frame, spot) => {
    if (reading.open.at(-1)?.role !== 'unknown') give(reading, frame, opaque(frame), spot);
  },
  object: (reading, frame, spot) => {
    const value = valueOf(frame);
    if (frame.id !== undefined) reading.objects.set(frame.id, value);
    give(reading, frame, value, spot);
  },
  reference: (reading, frame, spot) => {
    const inside = reading.open.some(({ role, id }) => role === 'object' && id === frame.id);
    const value = reading.objects.get(frame.id ?? '') ?? (inside ? opaque(frame) : undefined);
    if (value !== undefined) give(reading, frame, value, spot);
    else stop(reading, 'unknown-reference', spot, 'It refers to an object that is not there');
  },
  list: (reading, { items = [] }) => keep(reading, { items }),
  table: (reading, { members }) => keepMembers(reading, members),
  members: (reading, { members }) => keepMembers(reading, members),
  entry: (reading, { members }, spot) => enterEntry(reading, members, spot),
  types: (reading, { id, names }) => {
    if (id !== undefined) reading.types.set(id, names);
    keep(reading, { types: names });
  },
  'types-again': (reading, { id = '' }, spot) => {
    const types = reading.types.get(id);
    if (types !== undefined) keep(reading, { types });
    else stop(reading, 'unknown-reference', spot, 'It refers to types that are not there');
  },
  type: (reading, { text }) => reading.open.at(-1)?.names.push(unescaped(text)),
  shown: (reading, { text }) => keep(reading, { shown: unescaped(text) }),
};

function keep(reading: Reading, what: Partial<Pick<Frame, 'items' | 'types' | 'shown'>>): void {
  const around = reading.open.at(-1);
  if (around !== undefined) Object.assign(around, what);
}

function keepMembers(reading: Reading, members: ReadonlyMap<string, LyncValue>): void {
  const around = reading.open.at(-1);
  for (const [name, value] of members) around?.members.set(name, value);
}

/** Puts a whole value where it belongs. */
function give(reading: Reading, { name, path }: Frame, value: LyncValue, spot: Spot): void {
  const around = reading.open.at(-1);
  if (around === undefined) return;
  if (around.role === 'root') reading.items.push({ path, value });
  else if (around.role === 'list') (around.items ??= []).push(value);
  else if (around.role === 'object')
    around.inner = value.kind === 'scalar' ? value.value : undefined;
  else if (name === undefined) stop(reading, 'not-clixml', spot, 'A member without a name');
  else if (hasMember(reading, name)) stop(reading, 'duplicate-key', spot, 'It is here twice');
  else around.members.set(name, value);
}

/** Whether a member of that name was read, in this part of the object or in its other one. */
function hasMember({ open: frames }: Reading, name: string): boolean {
  const part = frames.at(-1);
  const object = part?.role === 'members' ? frames.at(-2) : undefined;
  return part?.members.has(name) === true || object?.members.has(name) === true;
}

function enterEntry(reading: Reading, members: ReadonlyMap<string, LyncValue>, spot: Spot): void {
  const key = members.get('Key');
  const value = members.get('Value');
  const table = reading.open.at(-1)?.members;
  const name = key?.kind === 'scalar' ? String(key.value) : undefined;
  if (name === undefined || value === undefined) {
    stop(reading, 'not-clixml', spot, 'An entry without a key or a value');
  } else if (table?.has(name) === true) {
    stop(reading, 'duplicate-key', spot, 'It is here twice');
  } else table?.set(name, value);
}

function valueOf({ items, members, types, shown, inner, line }: Frame): LyncValue {
  if (items !== undefined && members.size === 0) return { kind: 'array', line, items };
  return {
    kind: 'object',
    line,
    members,
    ...(types === undefined ? {} : { types }),
    ...(shown === undefined ? {} : { text: shown }),
    ...(inner === undefined ? {} : { inner }),
  };
}

/** Something there is nothing to say about but that it is there. */
function opaque({ line }: Frame): LyncValue {
  return { kind: 'object', line, members: new Map() };
}

function stop(reading: Reading, code: LyncFindingCode, spot: Spot, text: string): void {
  if (!reading.over) lyncError(reading.report, code, spot, text);
  reading.over = true;
}

function cut(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

const NAMESPACE = 'http://schemas.microsoft.com/powershell/2004/04';
const HOLDS_TEXT: ReadonlySet<Role> = new Set(['simple', 'type', 'shown']);
/** UTF-16 units that the parser is given at a time, so that it stops soon after something is wrong. */
const CHUNK = 65_536;
