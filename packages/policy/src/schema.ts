// The descriptor of a document as JSON Schema, for editors: the same fields, words and bounds, with the sentence about
// each. A schema says less than the loader does: what it refuses the loader refuses too, and what values mean beside
// each other only the loader knows.
import { DOCUMENT } from './document-shape.ts';
import { ID, MAX_WORDS, type Field, type Fields, type Shape, type Words } from './shape.ts';

/** A JSON Schema, or part of one: keywords and what they say. Draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of a policy document, draft 2020-12. It is shipped as `@interwork/policy/schema.json` as well. */
export function policySchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:interwork:policy:1',
    title: 'Policy of interwork',
    description: 'Who may talk to whom, about what, and under which conditions.',
    ...schemaOf(DOCUMENT),
  };
}

/** The schema of what a shape takes. */
export function schemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case 'object':
      return objectSchema(shape.fields);
    case 'variant':
      return {
        type: 'object',
        required: [shape.by],
        oneOf: Object.values(shape.of).map(objectSchema),
      };
    case 'table':
      return {
        type: 'object',
        propertyNames: shape.names === undefined ? ID_SCHEMA : wordsSchema(shape.names),
        additionalProperties: schemaOf(shape.of),
      };
    case 'list':
      return { type: 'array', items: schemaOf(shape.of) };
    case 'either':
      return { anyOf: shape.of.map(schemaOf) };
    default:
      return scalarSchema(shape);
  }
}

type ScalarShape = Exclude<Shape, { kind: 'object' | 'variant' | 'table' | 'list' | 'either' }>;

function scalarSchema(shape: ScalarShape): JsonSchema {
  switch (shape.kind) {
    case 'choice':
      return { enum: shape.of };
    case 'id':
      return ID_SCHEMA;
    case 'text':
      return { type: 'string', maxLength: shape.max };
    case 'words':
      return wordsSchema(shape);
    case 'flag':
      return { type: 'boolean' };
    case 'count':
      return { type: 'integer', minimum: shape.min, maximum: shape.max };
  }
}

function objectSchema(fields: Fields): JsonSchema {
  const all = Object.entries(fields);
  const required = all.filter(([, field]) => field.required === true).map(([key]) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(all.map(([key, field]) => [key, fieldSchema(field)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function fieldSchema({ shape, about, default: value }: Field): JsonSchema {
  const schema = { description: about, ...schemaOf(shape) };
  return value === undefined ? schema : { ...schema, default: value };
}

function wordsSchema({ pattern }: Words): JsonSchema {
  return { type: 'string', maxLength: MAX_WORDS, ...(pattern === undefined ? {} : { pattern }) };
}

const ID_SCHEMA: JsonSchema = { type: 'string', pattern: ID.source };
