// As much of JSON Schema, draft 2020-12, as the schema of a policy document uses. A keyword that is not known throws, so
// that none goes unlooked at.
import type { JsonSchema } from '@interwork/policy';

type Keyword = (said: never, value: unknown, schema: JsonSchema) => boolean;

/** Whether a value fits a schema. */
export function fits(schema: JsonSchema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, said]) => {
    const holds = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined;
    if (holds === undefined) throw new Error(`unknown keyword ${keyword}`);
    return holds(said as never, value, schema);
  });
}

const annotation: Keyword = () => true;

const KEYWORDS: Readonly<Record<string, Keyword>> = {
  $schema: annotation,
  $id: annotation,
  title: annotation,
  description: annotation,
  default: annotation,
  type: (name: string, value) =>
    typeOf(value) === name || (name === 'integer' && Number.isInteger(value)),
  enum: (list: readonly unknown[], value) => list.includes(value),
  maxLength: (max: number, value) => typeof value !== 'string' || Array.from(value).length <= max,
  pattern: (source: string, value) =>
    typeof value !== 'string' || new RegExp(source, 'u').test(value),
  minimum: (min: number, value) => typeof value !== 'number' || value >= min,
  maximum: (max: number, value) => typeof value !== 'number' || value <= max,
  items: (schema: JsonSchema, value) =>
    !Array.isArray(value) || value.every((one) => fits(schema, one)),
  anyOf: (schemas: readonly JsonSchema[], value) => schemas.some((schema) => fits(schema, value)),
  oneOf: (schemas: readonly JsonSchema[], value) =>
    schemas.filter((schema) => fits(schema, value)).length === 1,
  required: (names: readonly string[], value) =>
    !isObject(value) || names.every((name) => Object.hasOwn(value, name)),
  properties: (schemas: Readonly<Record<string, JsonSchema>>, value) =>
    !isObject(value) ||
    Object.entries(schemas).every(
      ([name, schema]) => !Object.hasOwn(value, name) || fits(schema, value[name]),
    ),
  additionalProperties: (said: JsonSchema | false, value, schema) =>
    !isObject(value) ||
    Object.entries(value).every(
      ([name, one]) =>
        Object.hasOwn(schema['properties'] ?? {}, name) || (said !== false && fits(said, one)),
    ),
  propertyNames: (schema: JsonSchema, value) =>
    !isObject(value) || Object.keys(value).every((name) => fits(schema, name)),
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeOf(value) === 'object';
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
