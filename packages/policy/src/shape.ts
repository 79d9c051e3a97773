// What a document that people write may hold, as data: kinds of values, fields and words. The policy's own
// descriptor is document.ts; any other document may have one too. Reading by a descriptor is read-shape.ts.

/** What a field may hold. */
export type Shape =
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Field>> }
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
}

/** One field: what it may hold, whether it has to be there, and a sentence about it. */
export interface Field {
  readonly shape: Shape;
  readonly required?: true;
  readonly about: string;
}

/** What a shape takes, to stand behind the word "Expected". */
export function expected(shape: Shape): string {
  switch (shape.kind) {
    case 'object':
      return `an object with ${Object.keys(shape.fields).join(', ')}`;
    case 'table':
      return `an object, its members named by ${shape.names?.expected ?? 'id'}`;
    case 'list':
      return `a list, each ${expected(shape.of)}`;
    case 'choice':
      return `the value ${shape.of.map((known) => JSON.stringify(known)).join(' or ')}`;
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
