// One change of a policy document, as a value: what it is in a sentence, whom it reaches, and the steps of a JSON
// Patch. Applying it copies what lies on the way and shares the rest; the document that was handed in stays as it was.
// Which changes are worth trying is in the files called proposals; that they do what is said is search.ts.
import type { PolicyDocument } from '../document.ts';
import { MisuseError } from '../misuse.ts';
import { keysOf, pointer } from '../pointer.ts';

/** One change of a document. */
export interface Change {
  readonly kind: ChangeKind;
  readonly reach: Reach;
  /** One sentence, said as something to do. */
  readonly text: string;
  readonly patch: readonly PatchStep[];
}

/** A change without its steps. */
export type About = Pick<Change, 'kind' | 'reach' | 'text'>;

/** What a change does. Kinds are never renamed. */
export type ChangeKind =
  | 'add-rule'
  | 'remove-rule'
  | 'set-traffic' // what a rule speaks of
  | 'set-names' // whom a rule, a partner or a list of our own domains names
  | 'set-default'
  | 'set-side' // where a partner is
  | 'add-address' // that a partner comes from
  | 'set-flag' // of one of Lync's objects
  | 'set-server' // that a partner is reached by
  | 'set-verification' // how far a partner is believed
  | 'add-domain' // allowed or blocked
  | 'remove-domain'
  | 'add-partner' // an XMPP partner
  | 'remove-partner'
  | 'grant-policy' // to one user
  | 'set-relation'; // what a recipient has set about a sender

/**
 * Whom a change touches: the two that were asked about alone, one of our users, all who have to do with one rule, partner or
 * policy, everybody.
 */
export type Reach = 'pair' | 'user' | 'some' | 'everybody';

/** From the smallest. */
export const REACHES: readonly Reach[] = ['pair', 'user', 'some', 'everybody'];

/** A step of a JSON Patch. @spec RFC 6902 §4 */
export type PatchStep =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The document with a change made. Whether it still loads is for `loadPolicy` to say. Throws a `MisuseError` when the
 * change was made for another document and its place is not there.
 */
export function applyChange(document: PolicyDocument, change: Change): PolicyDocument {
  return change.patch.reduce<unknown>(stepped, document) as PolicyDocument;
}

/** The step that puts a value at a place, and makes the objects on the way that are not there. */
export function putting(
  root: unknown,
  keys: readonly (string | number)[],
  value: unknown,
): PatchStep {
  let node = root;
  for (const [at, key] of keys.entries()) {
    const next = memberOf(node, String(key));
    if (next === undefined)
      return {
        op: 'add',
        path: pointer(keys.slice(0, at + 1)),
        value: nested(keys.slice(at + 1), value),
      };
    node = next;
  }
  return { op: 'replace', path: pointer(keys), value };
}

/** The steps that put several values, each seeing what those before it have made. */
export function puttingAll(
  root: unknown,
  values: readonly (readonly [keys: readonly (string | number)[], value: unknown])[],
): readonly PatchStep[] {
  let node = root;
  return values.map(([keys, value]) => {
    const step = putting(node, keys, value);
    node = stepped(node, step);
    return step;
  });
}

/** The step that puts a value behind a list, which it makes if it is not there. */
export function appending(
  root: unknown,
  keys: readonly (string | number)[],
  value: unknown,
): PatchStep {
  const list = keys.reduce<unknown>((node, key) => memberOf(node, String(key)), root);
  if (!Array.isArray(list)) return putting(root, keys, [value]);
  return { op: 'add', path: `${pointer(keys)}/-`, value };
}

/** The step that takes away what is at a place. */
export function removing(keys: readonly (string | number)[]): PatchStep {
  return { op: 'remove', path: pointer(keys) };
}

function nested(keys: readonly (string | number)[], value: unknown): unknown {
  return keys.toReversed().reduce<unknown>((inner, key) => ({ [key]: inner }), value);
}

function stepped(root: unknown, step: PatchStep): unknown {
  return changed(root, keysOf(step.path), step);
}

function changed(node: unknown, [key, ...rest]: readonly string[], step: PatchStep): unknown {
  if (key === undefined) return step.op === 'remove' ? undefined : step.value;
  if (typeof node !== 'object' || node === null) return missing(step);
  if (rest.length > 0) return withMember(node, key, changed(memberOf(node, key), rest, step));
  if (step.op === 'add') return withNew(node, key, step.value);
  if (memberOf(node, key) === undefined) return missing(step);
  return step.op === 'replace' ? withMember(node, key, step.value) : without(node, key);
}

function memberOf(node: unknown, key: string): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
  return (node as Readonly<Record<string, unknown>>)[key];
}

function withMember(node: object, key: string, value: unknown): unknown {
  if (!Array.isArray(node)) return { ...node, [key]: value };
  return node.map((item, at) => (String(at) === key ? value : item));
}

function withNew(node: object, key: string, value: unknown): unknown {
  if (!Array.isArray(node)) return { ...node, [key]: value };
  return key === '-' ? [...node, value] : node.toSpliced(Number(key), 0, value);
}

function without(node: object, key: string): unknown {
  if (Array.isArray(node)) return node.toSpliced(Number(key), 1);
  return Object.fromEntries(Object.entries(node).filter(([name]) => name !== key));
}

function missing(step: PatchStep): never {
  throw new MisuseError('change-does-not-fit', `There is nothing at ${step.path} to ${step.op}`);
}
