// JSON nodes read by the descriptor of document.ts: right fields, right kinds, right words. Whatever
// is wrong is reported where it stands and the rest is read on, so that one load tells everything.
// What values mean (domains, addresses, one rule beside another) is compile.ts.
import { DOCUMENT, type PartnerEntry, type PolicyDocument, type Shape } from './document.ts';
import { error, quoted, type Place, type Report } from './finding.ts';
import type { JsonNode, JsonObject } from './json.ts';

/** A document whose fields have been read. Partners stand in a Map: ids are the writer's words. */
export interface ReadDocument extends Omit<PolicyDocument, 'partners'> {
  readonly partners?: ReadonlyMap<string, PartnerEntry>;
}

/** The document, to be used only if the report has no errors. */
export function readDocument(root: JsonNode, report: Report): ReadDocument {
  return readShape(root, DOCUMENT, undefined, report) as ReadDocument;
}

function readShape(
  node: JsonNode,
  shape: Shape,
  place: Place | undefined,
  report: Report,
): unknown {
  switch (shape.kind) {
    case 'object':
      if (node.kind === 'object') return readFields(node, shape.fields, place, report);
      break;
    case 'table':
      if (node.kind === 'object') return readTable(node, shape.of, place, report);
      break;
    case 'list':
      if (node.kind === 'array') return readList(node.items, shape.of, place, report);
      break;
    default:
      if (node.kind === 'scalar') return readScalar(node.value, shape, place, report);
  }
  return error(report, 'wrong-type', place, `Expected ${expected(shape)}`);
}

type Fields = Extract<Shape, { kind: 'object' }>['fields'];

function readFields(
  node: JsonObject,
  fields: Fields,
  parent: Place | undefined,
  report: Report,
): unknown {
  const read: Record<string, unknown> = {};
  for (const [key, member] of node.members) {
    const place = { parent, key };
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) error(report, 'unknown-field', place, unknown(key, fields));
    else read[key] = readShape(member, field.shape, place, report);
  }
  for (const [key, field] of Object.entries(fields)) {
    if (field.required === true && !node.members.has(key)) {
      error(report, 'missing-field', { parent, key }, `${quoted(key)} is missing: ${field.about}`);
    }
  }
  return read;
}

function unknown(key: string, fields: Fields): string {
  return `There is no field ${quoted(key)} here; there are ${Object.keys(fields).join(', ')}`;
}

function readTable(
  node: JsonObject,
  of: Shape,
  parent: Place | undefined,
  report: Report,
): ReadonlyMap<string, unknown> {
  const read = new Map<string, unknown>();
  for (const [key, member] of node.members) {
    const place = { parent, key };
    readId(key, place, report);
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

type ScalarShape = Exclude<Shape, { kind: 'object' | 'table' | 'list' }>;

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
  }
  return error(report, 'wrong-type', place, `Expected ${expected(shape)}`);
}

function readId(id: string, place: Place | undefined, report: Report): string {
  if (!ID.test(id)) {
    error(report, 'malformed-id', place, `${quoted(id)} is not ${expected({ kind: 'id' })}`);
  }
  return id;
}

function expected(shape: Shape): string {
  switch (shape.kind) {
    case 'object':
      return `an object with ${Object.keys(shape.fields).join(', ')}`;
    case 'table':
      return 'an object, its members named by id';
    case 'list':
      return `a list, each ${expected(shape.of)}`;
    case 'choice':
      return `the value ${shape.of.map((known) => JSON.stringify(known)).join(' or ')}`;
    case 'id':
      return 'an id: up to 64 letters, digits and . _ : - after a first letter or digit';
    case 'text':
      return `text of up to ${shape.max} characters`;
  }
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
