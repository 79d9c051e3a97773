// What a document that people write may hold, as data: kinds of values, fields and words. The policy's own
// descriptor is document-shape.ts; any other document may have one too. Reading by a descriptor is read-shape.ts.
import type { FindingCode } from './finding.ts';

/** What a field may hold. */
export type Shape =
  | { readonly kind: 'object'; readonly fields: Fields }
  /** An object whose field `by` says which further fields it has. */
  | { readonly kind: 'variant'; readonly by: string; readonly of: Readonly<Record<string, Fields>> }
  /** Members named by id, or by what `names` says; read into a Map. */
  | { readonly kind: 'table'; readonly of: Shape; readonly names?: Words }
  | { readonly kind: 'list'; readonly of: Shape }
  /** The first of these that is of the value's own kind: an object, a list, or neither. */
  | { readonly kind: 'either'; readonly of: readonly Shape[] }
  | { readonly kind: 'choice'; readonly of: readonly (string | number)[] }
  | { readonly kind: 'id' }
  | { readonly kind: 'text'; readonly max: number }
  | ({ readonly kind: 'words' } & Words)
  | { readonly kind: 'flag' }
  /** A whole number, bounds inclusive. */
  | { readonly kind: 'count'; readonly min: number; readonly max: number };

/** Text that follows a rule, and how the rule is told: `expected` stands behind the word "Expected". */
export interface Words {
  readonly expected: string;
  readonly holds: (text: string) => boolean;
  /** A regular expression that all that holds fits; it may let more through. For the schema. */
  readonly pattern?: string;
  /** What a finding is called where it does not hold. Absent: `malformed-text`. */
  readonly code?: FindingCode;
}

/** One field: what it may hold, whether it has to be there, and a sentence about it. */
export interface Field {
  readonly shape: Shape;
  readonly required?: true;
  readonly about: string;
  /** What holds when it is not written, where that is one value. */
  readonly default?: unknown;
}

/** Fields by name. */
export type Fields = Readonly<Record<string, Field>>;

/** Exactly the fields of a type, required where it has them always: so that none is forgotten. */
export type FieldsOf<T> = {
  readonly [K in keyof T]-?: Field &
    (Pick<T, K> extends Record<K, unknown> ? { required: true } : { required?: never });
};

/** Fields with what each of them is when it is not written. */
export function defaulting<T>(fields: FieldsOf<T>, defaults: Partial<T>): FieldsOf<T> {
  const known = new Map<string, unknown>(Object.entries(defaults));
  const all = Object.entries<Field>(fields).map(([key, field]): [string, Field] => [
    key,
    known.has(key) ? { ...field, default: known.get(key) } : field,
  ]);
  return Object.fromEntries(all) as FieldsOf<T>;
}

/** What a shape takes, to stand behind the word "Expected". */
export function expected(shape: Shape): string {
  switch (shape.kind) {
    case 'object':
      return `an object with ${Object.keys(shape.fields).join(', ')}`;
    case 'variant':
      return `an object whose ${JSON.stringify(shape.by)} is ${among(Object.keys(shape.of))}`;
    case 'table':
      return `an object, its members named by ${shape.names?.expected ?? 'id'}`;
    case 'list':
      return `a list, each ${expected(shape.of)}`;
    case 'choice':
      return `the value ${among(shape.of)}`;
    case 'id':
      return 'an id: up to 64 letters, digits and . _ : - after a first letter or digit';
    case 'text':
      return `text of up to ${shape.max} characters`;
    case 'either':
      return shape.of.map(expected).join(', or ');
    case 'words':
      return shape.expected;
    case 'flag':
      return 'true or false';
    case 'count':
      return `a whole number from ${shape.min} to ${shape.max}`;
  }
}

function among(values: readonly (string | number)[]): string {
  return values.map((known) => JSON.stringify(known)).join(' or ');
}

/** UTF-16 units of text that follows a rule; no name, address or path is longer. */
export const MAX_WORDS = 4096;
/** What an id looks like. */
export const ID: RegExp = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
