// Distinguished names: as octets, as a sentence for people, and as keys that compare the way RFC
// 5280 §7.1 asks (case and runs of blanks do not count, nor does which string type was used). The shape
// is checked when a name is read; texts and keys are made when somebody asks for them, once.

import { hasControl, hexOf } from './bytes.ts';
import { TAG, endAt, firstIn, nextOf, tagAt, wholeOf } from './der.ts';
import { isOidAt, oidAt } from './oid.ts';
import { isAscending, stringAt } from './primitive.ts';
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

/** Reads the Name at `at`; `undefined` when there is none. @spec RFC 5280 §4.1.2.4 */
export function nameAt(bytes: Uint8Array, at: number): DistinguishedName | undefined {
  if (tagAt(bytes, at) !== TAG.sequence) return undefined;
  const end = endAt(bytes, at);
  let left = MAX_RELATIVE;
  for (let one = firstIn(bytes, at); one >= 0; one = nextOf(bytes, one, end)) {
    left -= 1;
    if (left < 0 || !isRelative(bytes, one)) return undefined;
  }
  return new NameView(bytes, at);
}

function isRelative(bytes: Uint8Array, at: number): boolean {
  const first = firstIn(bytes, at);
  if (tagAt(bytes, at) !== TAG.set || first < 0) return false;
  const end = endAt(bytes, at);
  for (let pair = first; pair >= 0; pair = nextOf(bytes, pair, end))
    if (!isAttribute(bytes, pair)) return false;
  return endAt(bytes, first) === end || isAscending(bytes, at);
}

function isAttribute(bytes: Uint8Array, at: number): boolean {
  const type = firstIn(bytes, at);
  if (tagAt(bytes, at) !== TAG.sequence || !isOidAt(bytes, type)) return false;
  const end = endAt(bytes, at);
  const value = nextOf(bytes, type, end);
  return value >= 0 && endAt(bytes, value) === end;
}

/** A name whose shape has been checked. */
class NameView implements DistinguishedName {
  readonly #bytes: Uint8Array;
  readonly #at: number;
  #text: string | undefined;
  #keys: readonly string[] | undefined;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get der(): Uint8Array {
    return wholeOf(this.#bytes, this.#at);
  }

  get text(): string {
    this.#text ??= shown(
      this.#relatives()
        .flat()
        .map(({ type, text }) => `${LABEL[type] ?? type}=${text}`)
        .join(', '),
    );
    return this.#text;
  }

  get commonNames(): readonly string[] {
    const names = this.#valuesOf(COMMON_NAME);
    return names.some(hasControl) ? names.filter((text) => !hasControl(text)) : names;
  }

  get emails(): readonly string[] {
    return this.#valuesOf(EMAIL);
  }

  get keys(): readonly string[] {
    this.#keys ??= this.#relatives().map(keyOf);
    return this.#keys;
  }

  #relatives(): readonly (readonly Attribute[])[] {
    const relatives: (readonly Attribute[])[] = [];
    const end = endAt(this.#bytes, this.#at);
    for (let one = firstIn(this.#bytes, this.#at); one >= 0; one = nextOf(this.#bytes, one, end))
      relatives.push(attributesAt(this.#bytes, one));
    return relatives;
  }

  /** Of one type only, so that the others need not be made texts of. */
  #valuesOf(wanted: string): readonly string[] {
    const bytes = this.#bytes;
    const found: string[] = [];
    const end = endAt(bytes, this.#at);
    for (let one = firstIn(bytes, this.#at); one >= 0; one = nextOf(bytes, one, end)) {
      const last = endAt(bytes, one);
      for (let pair = firstIn(bytes, one); pair >= 0; pair = nextOf(bytes, pair, last)) {
        const type = firstIn(bytes, pair);
        if (oidAt(bytes, type) === wanted) found.push(textAt(bytes, endAt(bytes, type)));
      }
    }
    return found;
  }
}

/** Whether two names are the same. @spec RFC 5280 §7.1 */
export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return a === b || (a.keys.length === b.keys.length && isWithin(a, b));
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

function attributesAt(bytes: Uint8Array, relative: number): readonly Attribute[] {
  const attributes: Attribute[] = [];
  const end = endAt(bytes, relative);
  for (let pair = firstIn(bytes, relative); pair >= 0; pair = nextOf(bytes, pair, end)) {
    const first = firstIn(bytes, pair);
    const type = oidAt(bytes, first) ?? '';
    const value = endAt(bytes, first);
    const string = stringAt(bytes, value);
    const text = string ?? rawAt(bytes, value);
    attributes.push({ type, text, key: `${type}=${string === undefined ? text : fold(string)}` });
  }
  return attributes;
}

const textAt = (bytes: Uint8Array, value: number): string =>
  stringAt(bytes, value) ?? rawAt(bytes, value);

// a value of another type than the string types compares octet by octet and shows as hexadecimal
const rawAt = (bytes: Uint8Array, value: number): string => `#${hexOf(wholeOf(bytes, value))}`;

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
