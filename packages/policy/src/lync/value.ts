// What the two readers give, json-file.ts and clixml.ts: the nodes of ../json.ts, where an object may know the names of
// its types and its own text, as Export-Clixml writes them beside its members.
import type { JsonArray, JsonObject, JsonScalar } from '../json.ts';

/** A value out of a file. */
export type LyncValue = LyncObject | LyncList | JsonScalar;

/** An object, with what Clixml says about it. */
export interface LyncObject extends JsonObject {
  readonly members: ReadonlyMap<string, LyncValue>;
  /** Names of its types, the nearest first. */
  readonly types?: readonly string[];
  /** What it is as text: the word of an enumeration, the name of an identity. */
  readonly text?: string;
  /** A number an enumeration stands for, or the value behind an object. */
  readonly inner?: JsonScalar['value'];
}

/** A list. */
export interface LyncList extends JsonArray {
  readonly items: readonly LyncValue[];
}

/** The objects of one file, with where each stands in it. */
export interface LyncObjects {
  readonly file: string;
  readonly items: readonly { readonly path: string; readonly value: LyncValue }[];
}

/** The last part of a type's name, without what serializing and decorating put around it. */
export function typeName(type: string): string {
  const bare = type.replace(/#.*$/s, '').replace(/^(?:Deserialized|Selected)\./, '');
  return bare.slice(bare.lastIndexOf('.') + 1);
}
