// JSON nodes read by a descriptor: right fields, right kinds, right words. Whatever is wrong is
// reported where it stands and the rest is read on, so that one load tells everything. What may be
// there is shape.ts. What values mean beside each other is for whoever wrote the descriptor.
import {
  error,
  findingsOf,
  newReport,
  quoted,
  type Findings,
  type Place,
  type Report,
} from './finding.ts';
import { lineAt, readJson, type JsonNode, type JsonObject } from './json.ts';
import { DEFAULT_LIMITS, type PolicyLimits } from './limits.ts';
import { expected, ID, MAX_WORDS, type Field, type Fields, type Shape } from './shape.ts';

/** A document that has been read, whatever was wrong with it. */
export interface ShapedDocument {
  readonly kind: 'document';
  /**
   * What was read, tables as Maps; `undefined` wherever something was wrong. What the shape says
   * holds of all of it only if there are no findings.
   */
  readonly value: unknown;
  readonly findings: Findings['findings'];
  /** The line (from one) of a JSON pointer, or of the nearest thing around it. */
  readonly lineOf: (path: string) => number | undefined;
}

/**
 * Reads JSON text by a descriptor. Unknown fields, doubled names, wrong kinds are findings with path and
 * line; all are told, within the limits. It never throws.
 */
export function readByShape(
  text: string,
  shape: Shape,
  limits?: Partial<PolicyLimits>,
): ShapedDocument {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const report = newReport(bounds.findings);
  const root = readJson(text, bounds, report);
  const value = root === undefined ? undefined : readShape(root, shape, undefined, report);
  const findings = findingsOf(report, (place) => lineAt(root, place));
  return { kind: 'document', value, findings, lineOf: (path) => lineAt(root, placeOf(path)) };
}

/** The place that a JSON pointer names. */
function placeOf(path: string): Place | undefined {
  return path
    .split('/')
    .slice(1)
    .reduce<Place | undefined>(
      (parent, key) => ({ parent, key: key.replaceAll('~1', '/').replaceAll('~0', '~') }),
      undefined,
    );
}

/** What a node holds by its shape; `undefined` once something is reported. */
export function readShape(
  node: JsonNode,
  shape: Shape,
  place: Place | undefined,
  report: Report,
): unknown {
  switch (shape.kind) {
    case 'object':
      if (node.kind === 'object') return readFields(node, shape.fields, place, report);
      break;
    case 'variant':
      if (node.kind === 'object') return readVariant(node, shape, place, report);
      break;
    case 'table':
      if (node.kind === 'object') return readTable(node, shape, place, report);
      break;
    case 'list':
      if (node.kind === 'array') return readList(node.items, shape.of, place, report);
      break;
    case 'either': {
      const fitting = shape.of.find((one) => nodeKindOf(one) === node.kind);
      if (fitting !== undefined) return readShape(node, fitting, place, report);
      break;
    }
    default:
      if (node.kind === 'scalar') return readScalar(node.value, shape, place, report);
  }
  return error(report, 'wrong-type', place, `Expected ${expected(shape)}`);
}

/** The kind of JSON node that a shape is about. */
function nodeKindOf(shape: Shape): JsonNode['kind'] {
  switch (shape.kind) {
    case 'object':
    case 'variant':
    case 'table':
      return 'object';
    default:
      return shape.kind === 'list' ? 'array' : 'scalar';
  }
}

type Variant = Extract<Shape, { kind: 'variant' }>;
type Table = Extract<Shape, { kind: 'table' }>;

/** Its fields by what it says it is; all there are when it does not say it well. */
function readVariant(
  node: JsonObject,
  variant: Variant,
  place: Place | undefined,
  report: Report,
): unknown {
  const said = node.members.get(variant.by);
  const name = said?.kind === 'scalar' ? String(said.value) : '';
  const fields = Object.hasOwn(variant.of, name) ? variant.of[name] : undefined;
  return readFields(node, fields ?? fieldsOfAll(variant), place, report, (key) =>
    misplaced(key, name, variant),
  );
}

/** None required but the one that says what it is. */
function fieldsOfAll({ by, of }: Variant): Fields {
  const all = Object.values(of).flatMap((fields) => Object.entries(fields));
  const optional = all.map(([key, { shape, about }]): [string, Field] => [key, { shape, about }]);
  const shape: Shape = { kind: 'choice', of: Object.keys(of) };
  const about = `one of ${Object.keys(of).join(', ')}`;
  return { ...Object.fromEntries(optional), [by]: { shape, required: true, about } };
}

/** What is said of a field that another variant has. */
function misplaced(key: string, name: string, { by, of }: Variant): string | undefined {
  const others = Object.keys(of).filter((other) => Object.hasOwn(of[other] ?? {}, key));
  if (others.length === 0) return undefined;
  return `${quoted(key)} goes with ${by} ${others.join(' or ')}, and here it is ${name}`;
}

function readFields(
  node: JsonObject,
  fields: Fields,
  parent: Place | undefined,
  report: Report,
  elsewhere: (key: string) => string | undefined = () => undefined,
): unknown {
  const read: Record<string, unknown> = {};
  for (const [key, member] of node.members) {
    const place = { parent, key };
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) reportStray(key, fields, elsewhere(key), place, report);
    else read[key] = readShape(member, field.shape, place, report);
  }
  for (const [key, field] of Object.entries(fields)) {
    if (field.required === true && !node.members.has(key)) {
      error(report, 'missing-field', { parent, key }, `${quoted(key)} is missing: ${field.about}`);
    }
  }
  return read;
}

function reportStray(
  key: string,
  fields: Fields,
  elsewhere: string | undefined,
  place: Place,
  report: Report,
): void {
  if (elsewhere !== undefined) error(report, 'misplaced-field', place, elsewhere);
  else error(report, 'unknown-field', place, unknown(key, fields));
}

function unknown(key: string, fields: Fields): string {
  return `There is no field ${quoted(key)} here; there are ${Object.keys(fields).join(', ')}`;
}

function readTable(
  node: JsonObject,
  { of, names }: Table,
  parent: Place | undefined,
  report: Report,
): ReadonlyMap<string, unknown> {
  const read = new Map<string, unknown>();
  for (const [key, member] of node.members) {
    const place = { parent, key };
    if (names === undefined) readId(key, place, report);
    else if (key.length > MAX_WORDS || !names.holds(key))
      error(report, names.code ?? 'malformed-text', place, `Expected ${names.expected}`);
    read.set(key, readShape(member, of, place, report));
  }
  return read;
}

function readList(
  items: readonly JsonNode[],
  of: Shape,
  parent: Place | undefined,
  report: Report,
): readonly unknown[] {
  return items.map((item, key) => readShape(item, of, { parent, key }, report));
}

type ScalarShape = Exclude<Shape, { kind: 'object' | 'table' | 'list' | 'either' }>;

function readScalar(
  value: string | number | boolean | null,
  shape: ScalarShape,
  place: Place | undefined,
  report: Report,
): unknown {
  switch (shape.kind) {
    case 'choice':
      if (shape.of.some((known) => known === value)) return value;
      return error(report, 'unknown-value', place, `Expected ${expected(shape)}`);
    case 'id':
      if (typeof value === 'string') return readId(value, place, report);
      break;
    case 'text':
      if (typeof value === 'string' && value.length <= shape.max) return value;
      break;
    case 'words':
      if (typeof value !== 'string') break;
      if (value.length <= MAX_WORDS && shape.holds(value)) return value;
      return error(report, shape.code ?? 'malformed-text', place, `Expected ${expected(shape)}`);
    case 'flag':
      if (typeof value === 'boolean') return value;
      break;
    case 'count':
      if (typeof value !== 'number') break;
      if (Number.isInteger(value) && value >= shape.min && value <= shape.max) return value;
      return error(report, 'out-of-range', place, `Expected ${expected(shape)}`);
  }
  return error(report, 'wrong-type', place, `Expected ${expected(shape)}`);
}

function readId(id: string, place: Place | undefined, report: Report): string {
  if (!ID.test(id)) {
    error(report, 'malformed-id', place, `${quoted(id)} is not ${expected({ kind: 'id' })}`);
  }
  return id;
}
