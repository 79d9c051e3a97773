// The vectors that are shipped: each file is as the schema beside them says, so that others can read them.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../vectors/', import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
const schema = read('schema.json') as Schema;
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json') && file !== 'schema.json')
  .toSorted();

/** The words of JSON Schema that the schema uses. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly pattern?: string;
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
};

function holds(value: unknown, one: Schema): boolean {
  if (one.$ref !== undefined) return holds(value, definition(one.$ref));
  if (one.type !== undefined && TYPES[one.type]?.(value) !== true) return false;
  if (one.anyOf !== undefined && !one.anyOf.some((each) => holds(value, each))) return false;
  if (typeof value === 'string')
    return value.length >= (one.minLength ?? 0) && new RegExp(one.pattern ?? '').test(value);
  if (Array.isArray(value))
    return (
      value.length >= (one.minItems ?? 0) && value.every((each) => holds(each, one.items ?? {}))
    );
  const fields = value as Readonly<Record<string, unknown>>;
  return (
    (one.required ?? []).every((name) => Object.hasOwn(fields, name)) &&
    Object.entries(one.properties ?? {}).every(
      ([name, each]) => !Object.hasOwn(fields, name) || holds(fields[name], each),
    )
  );
}

function definition(reference: string): Schema {
  const found = schema.$defs?.[reference.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`the schema has no ${reference}`);
  return found;
}

describe('vectors', () => {
  it.each(files)('%s is as the schema says', (file) => {
    expect(holds(read(file), schema)).toBe(true);
  });

  it.each([
    ['nothing', {}],
    ['no cases', { description: 'a', vectors: [] }],
    [
      'a case without a section',
      { description: 'a', vectors: [{ id: 'a', spec: 'b', point: 'c' }] },
    ],
    ['a record without a version', { description: 'a', records: [{ id: 'a', record: {} }] }],
    ['a habit without evidence', { id: 'a', title: 'b' }],
    ['a list', []],
  ])('%s is not', (_what, value) => {
    expect(holds(value, schema)).toBe(false);
  });
});
