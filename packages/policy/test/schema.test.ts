// The schema for editors and the loader are made from one descriptor: what the schema refuses does not load, what is read
// without findings fits, and the schema sees every mistake of structure.
import { readFileSync } from 'node:fs';
import {
  policySchema,
  readByShape,
  schemaOf,
  type JsonSchema,
  type Shape,
} from '@interwork/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOCUMENT } from '../src/document-shape.ts';
import { fits } from './json-schema.ts';
import { changedAt, placesIn, valuesOf } from './shaped.ts';

const SCHEMA = policySchema();
const DOCUMENTS = valuesOf(DOCUMENT);

function reads(document: unknown): boolean {
  return readByShape(JSON.stringify(document), DOCUMENT).findings.length === 0;
}

/** A document that has been changed at one of its places. */
function changed(change: fc.Arbitrary<(there: unknown) => unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(DOCUMENTS, fc.nat(), change).map(([document, at, how]) => {
    const places = placesIn(document);
    return changedAt(document, places[at % places.length] ?? [], how);
  });
}

describe('what loads and what fits', () => {
  it('is the same of documents that are as described', () => {
    fc.assert(
      fc.property(DOCUMENTS, (document) => {
        expect([reads(document), fits(SCHEMA, document)]).toEqual([true, true]);
      }),
    );
  });

  it('is the same where a value is missing, of no kind, or unknown', () => {
    const mistakes = fc.constantFrom(
      () => null,
      (there: unknown) => (isObject(there) ? { ...there, unheardOf: 1 } : { unheardOf: 1 }),
      (there: unknown) => (Array.isArray(there) ? [...(there as unknown[]), null] : [null]),
    );
    fc.assert(
      fc.property(changed(mistakes), (document) => {
        expect([reads(document), fits(SCHEMA, document)]).toEqual([false, false]);
      }),
    );
  });

  it('never differs but by what only the loader can see', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(0, -1, 1.5, 1e9, 'a b', 'a@b@c', '[::1]', '2014-02-30', '*.a.example'),
    );
    fc.assert(
      fc.property(changed(anything.map((value) => () => value)), (document) => {
        if (reads(document)) expect(fits(SCHEMA, document)).toBe(true);
      }),
    );
  });

  const ROWS: readonly (readonly [
    what: string,
    federation: object,
    loads: boolean,
    fitting: boolean,
  ])[] = [
    ['a routing that is none', { routing: 'dns' }, false, false],
    ['no routing', {}, false, false],
    [
      'a field of the other routing',
      { routing: 'useDnsSrvRouting', isPublicProvider: true },
      false,
      false,
    ],
    ['no server for the default route', { routing: 'useDefaultRouting' }, false, false],
    [
      'too many connections',
      { routing: 'useDnsSrvRouting', outgoingTlsCountForFederatedPartners: 5 },
      false,
      false,
    ],
    [
      'an address for a server',
      { routing: 'useDefaultRouting', defaultRouteFqdn: '[::1]' },
      false,
      false,
    ],
    [
      'a number for a server, which only the loader sees',
      { routing: 'useDefaultRouting', defaultRouteFqdn: '127.1' },
      false,
      true,
    ],
    ['by SRV', { routing: 'useDnsSrvRouting', allowFederatedUsers: true }, true, true],
  ];
  it.each(ROWS)('%s', (_what, accessEdge, loads, fitting) => {
    const document = {
      $schema: 'schema.json',
      version: 1,
      default: 'deny',
      rules: [],
      federation: { localDomains: [], accessEdge },
    };
    expect([reads(document), fits(SCHEMA, document)]).toEqual([loads, fitting]);
  });
});

describe('the schema', () => {
  it('is the file that the package ships', () => {
    const file = readFileSync(new URL('../schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(SCHEMA)));
  });

  it('has a sentence about every field, and the defaults', () => {
    const fields = fieldsIn(SCHEMA);
    expect(fields.length).toBeGreaterThan(120);
    for (const [name, field] of fields)
      expect(field, name).toHaveProperty('description', expect.stringMatching(/\.$/));
    const defaults = fields
      .filter(([, field]) => 'default' in field)
      .map(([name, field]) => [name, field['default']]);
    expect(defaults).toContainEqual(['allowFederatedUsers', false]);
    expect(defaults).toContainEqual(['keepArchivingDataForDays', 14]);
  });

  const KINDS: readonly (readonly [shape: Shape, schema: JsonSchema])[] = [
    [{ kind: 'flag' }, { type: 'boolean' }],
    [
      { kind: 'count', min: 1, max: 4 },
      { type: 'integer', minimum: 1, maximum: 4 },
    ],
    [{ kind: 'choice', of: ['a', 1] }, { enum: ['a', 1] }],
    [
      { kind: 'text', max: 9 },
      { type: 'string', maxLength: 9 },
    ],
    [
      { kind: 'words', expected: 'x', holds: () => true },
      { type: 'string', maxLength: 4096 },
    ],
    [
      { kind: 'list', of: { kind: 'flag' } },
      { type: 'array', items: { type: 'boolean' } },
    ],
    [
      { kind: 'either', of: [{ kind: 'flag' }, { kind: 'list', of: { kind: 'flag' } }] },
      { anyOf: [{ type: 'boolean' }, { type: 'array', items: { type: 'boolean' } }] },
    ],
    [
      {
        kind: 'object',
        fields: { a: { shape: { kind: 'flag' }, required: true, about: 'A.', default: true } },
      },
      {
        type: 'object',
        properties: { a: { description: 'A.', type: 'boolean', default: true } },
        required: ['a'],
        additionalProperties: false,
      },
    ],
  ];
  it.each(KINDS)('%j', (shape, schema) => {
    expect(schemaOf(shape)).toEqual(schema);
  });
});

/** The fields of all objects in a schema. */
function fieldsIn(schema: unknown): readonly (readonly [string, JsonSchema])[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldsIn);
  if (!isObject(schema)) return [];
  const own = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const inner = Object.values(schema['properties'] ?? schema).flatMap(fieldsIn);
  const beside = schema['properties'] === undefined ? [] : fieldsIn(schema['additionalProperties']);
  return [...(own as [string, JsonSchema][]), ...inner, ...beside];
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
