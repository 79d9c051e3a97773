// Values that a shape takes, made up, and every place in them: what properties about documents begin with.
import fc from 'fast-check';
import type { Fields, Shape, Words } from '../src/shape.ts';

/** Values of a shape, with any of the fields that may be left out. */
export function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'object':
      return objectsOf(shape.fields);
    case 'variant':
      return fc.oneof(...Object.values(shape.of).map(objectsOf));
    case 'table': {
      const names = shape.names === undefined ? IDS : wordsOf(shape.names);
      return fc.dictionary(names, valuesOf(shape.of), { maxKeys: 3, noNullPrototype: true });
    }
    case 'list':
      return fc.array(valuesOf(shape.of), { maxLength: 3 });
    case 'either':
      return fc.oneof(...shape.of.map(valuesOf));
    case 'choice':
      return fc.constantFrom(...shape.of);
    case 'id':
      return IDS;
    case 'text':
      return fc
        .string({ maxLength: Math.min(shape.max, 20), unit: 'grapheme' })
        .filter((text) => text.length <= shape.max);
    case 'words':
      return wordsOf(shape);
    case 'flag':
      return fc.boolean();
    case 'count':
      return fc.integer({ min: shape.min, max: shape.max });
  }
}

/** A place in a JSON value, by its keys. */
export type Keys = readonly (string | number)[];

/** Every place, the root first. */
export function placesIn(value: unknown, at: Keys = []): readonly Keys[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...entries.flatMap(([key, one]) => placesIn(one, [...at, key]))];
}

/** The value with something else at a place. */
export function changedAt(
  value: unknown,
  [key, ...further]: Keys,
  change: (there: unknown) => unknown,
): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((one, at) => (at === key ? changedAt(one, further, change) : one) as unknown);
  const entries = Object.entries(value as object);
  return Object.fromEntries(
    entries.map(([name, one]) => [name, name === key ? changedAt(one, further, change) : one]),
  );
}

function objectsOf(fields: Fields): fc.Arbitrary<unknown> {
  const entries = Object.entries(fields);
  const requiredKeys = entries.flatMap(([key, { required }]) => (required === true ? [key] : []));
  const model = Object.fromEntries(entries.map(([key, { shape }]) => [key, valuesOf(shape)]));
  return fc.record(model, { requiredKeys, noNullPrototype: true });
}

/** Samples of everything that a document has words for, those that hold. */
function wordsOf({ expected, holds }: Words): fc.Arbitrary<string> {
  const samples = SAMPLES.filter(holds);
  if (samples.length === 0) throw new Error(`no sample for ${expected}`);
  return fc.constantFrom(...samples);
}

const IDS = fc.constantFrom('a', 'b-2', 'c.d_e:f', '0');
const SAMPLES: readonly string[] = [
  'contoso.example',
  'Bücher.example.',
  'xn--bcher-kva.example',
  'a'.repeat(63),
  'ann@contoso.example',
  'Ann.B%c+d@BÜCHER.example',
  '*',
  'Sales in Redmond',
  'ж',
  '2014-06-30',
  '2024-02-29',
  'https://contoso.example/a?b=c#d',
  'http://contoso.example:8080',
];
