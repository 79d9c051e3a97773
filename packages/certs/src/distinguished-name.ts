// Distinguished names: as octets, as a sentence for people, and as keys that compare the way RFC
// 5280 §7.1 asks (case and runs of blanks do not count, nor does which string type was used).

import { hasControl, hexOf } from './bytes.ts';
import { TAG } from './der.ts';
import type { DerNode } from './der.ts';
import { isAscending, oidOf, stringOf } from './primitive.ts';
import { shown } from './shown.ts';

/** A Name, read. */
export interface DistinguishedName {
  readonly der: Uint8Array;
  /**
   * For people and traces: `CN=Example CA, O=Example`. Cut at 255 characters, controls are shown as
   * `?`.
   */
  readonly text: string;
  /**
   * The values of commonName (2.5.4.3) that hold no control. Read for people; never an identity.
   */
  readonly commonNames: readonly string[];
  /** The values of emailAddress (1.2.840.113549.1.9.1), which name constraints look at. */
  readonly emails: readonly string[];
  /** One comparable key for each relative name, the outermost first. */
  readonly keys: readonly string[];
}

/** Reads a Name; `undefined` when it is not one. @spec RFC 5280 §4.1.2.4 */
export function nameOf(node: DerNode | undefined): DistinguishedName | undefined {
  if (node?.tag !== TAG.sequence || node.children.length > MAX_RELATIVE) return undefined;
  const texts: string[] = [];
  const commonNames: string[] = [];
  const emails: string[] = [];
  const keys: string[] = [];
  for (const relative of node.children) {
    const attributes = attributesOf(relative);
    if (attributes === undefined) return undefined;
    for (const { type, text } of attributes) {
      texts.push(`${LABEL[type] ?? type}=${text}`);
      if (type === COMMON_NAME && !hasControl(text)) commonNames.push(text);
      if (type === EMAIL) emails.push(text);
    }
    keys.push(keyOf(attributes));
  }
  return { der: node.whole, text: shown(texts.join(', ')), commonNames, emails, keys };
}

/** Whether two names are the same. @spec RFC 5280 §7.1 */
export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return a.keys.length === b.keys.length && isWithin(a, b);
}

/** Whether `name` lies in the tree under `tree`. @spec RFC 5280 §4.2.1.10 */
export function isWithin(name: DistinguishedName, tree: DistinguishedName): boolean {
  for (let i = 0; i < tree.keys.length; i += 1) if (tree.keys[i] !== name.keys[i]) return false;
  return true;
}

interface Attribute {
  readonly type: string;
  readonly text: string;
  readonly key: string;
}

function attributesOf(relative: DerNode): readonly Attribute[] | undefined {
  if (relative.tag !== TAG.set || relative.children.length === 0) return undefined;
  if (!isAscending(relative.children)) return undefined;
  const attributes: Attribute[] = [];
  for (const pair of relative.children) {
    const type = oidOf(pair.children[0]);
    const value = pair.children[1];
    if (
      pair.tag !== TAG.sequence ||
      pair.children.length !== 2 ||
      type === undefined ||
      value === undefined
    )
      return undefined;
    attributes.push(attribute(type, value));
  }
  return attributes;
}

// a value of another type than the string types compares octet by octet and shows as hexadecimal
function attribute(type: string, value: DerNode): Attribute {
  const text = stringOf(value);
  if (text === undefined) {
    const raw = `#${hexOf(value.whole)}`;
    return { type, text: raw, key: `${type}=${raw}` };
  }
  return { type, text, key: `${type}=${fold(text)}` };
}

function keyOf(attributes: readonly Attribute[]): string {
  if (attributes.length === 1) return attributes[0]?.key ?? '';
  return JSON.stringify(attributes.map((a) => a.key).toSorted());
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().split(' ').filter(Boolean).join(' ');
}

// real names have a dozen; each is compared with every candidate issuer
const MAX_RELATIVE = 64;
const COMMON_NAME = '2.5.4.3';
const EMAIL = '1.2.840.113549.1.9.1';
const LABEL: Readonly<Record<string, string>> = {
  [COMMON_NAME]: 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  [EMAIL]: 'E',
};
