// Name constraints (RFC 5280 §4.2.1.10), read: trees of DNS, e-mail, URI, IP and directory names.
// What they say about the names of a certificate below is in permitted-names.ts.

import { asciiOf } from './bytes.ts';
import { TAG, contentAt, contentOf, countIn, endAt, firstIn, nextOf, tagAt } from './der.ts';
import { nameAt } from './distinguished-name.ts';
import type { DistinguishedName } from './distinguished-name.ts';

/** Trees of names. */
export interface NameConstraints {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

/** One tree of names; texts in lower case. */
export type Subtree =
  | { readonly kind: 'dns' | 'email' | 'uri'; readonly text: string }
  | { readonly kind: 'ip'; readonly address: Uint8Array; readonly mask: Uint8Array }
  | { readonly kind: 'directory'; readonly name: DistinguishedName }
  | { readonly kind: 'other' };

/** Reads the extension's value at `at`; `undefined` when it is malformed. @spec RFC 5280 §4.2.1.10 */
export function subtreesAt(
  bytes: Uint8Array,
  at: number,
  maxNames: number,
): NameConstraints | undefined {
  const lists = countIn(bytes, at, 2);
  if (tagAt(bytes, at) !== TAG.sequence || lists < 1 || lists > 2) return undefined;
  const trees: { permitted: readonly Subtree[]; excluded: readonly Subtree[] } = {
    permitted: [],
    excluded: [],
  };
  let last = 0;
  const end = endAt(bytes, at);
  for (let list = firstIn(bytes, at); list >= 0; list = nextOf(bytes, list, end)) {
    const tag = tagAt(bytes, list);
    const read = countIn(bytes, list, maxNames) > maxNames ? undefined : listAt(bytes, list);
    if (read === undefined || tag <= last || (tag !== 0xa0 && tag !== 0xa1)) return undefined;
    if (tag === 0xa0) trees.permitted = read;
    else trees.excluded = read;
    last = tag;
  }
  return trees;
}

function listAt(bytes: Uint8Array, list: number): readonly Subtree[] | undefined {
  const trees: Subtree[] = [];
  const end = endAt(bytes, list);
  for (let one = firstIn(bytes, list); one >= 0; one = nextOf(bytes, one, end)) {
    // minimum and maximum have no meaning left and must not be there
    const base = firstIn(bytes, one);
    const alone = tagAt(bytes, one) === TAG.sequence && base >= 0;
    const tree =
      alone && endAt(bytes, base) === endAt(bytes, one) ? subtreeAt(bytes, base) : undefined;
    if (tree === undefined) return undefined;
    trees.push(tree);
  }
  return trees.length === 0 ? undefined : trees;
}

function subtreeAt(bytes: Uint8Array, base: number): Subtree | undefined {
  const ascii = (): string | undefined =>
    asciiOf(bytes, contentAt(bytes, base), endAt(bytes, base));
  switch (tagAt(bytes, base)) {
    case 0x81:
      return textTree('email', ascii());
    case 0x82:
      return textTree('dns', ascii()?.toLowerCase());
    case 0x86:
      return textTree('uri', ascii()?.toLowerCase());
    case 0x87:
      return networkOf(contentOf(bytes, base));
    case 0xa4:
      return directoryTree(bytes, base);
    default:
      return (tagAt(bytes, base) & 0xc0) === 0x80 ? { kind: 'other' } : undefined;
  }
}

function textTree(kind: 'dns' | 'email' | 'uri', text: string | undefined): Subtree | undefined {
  const wildcard = kind !== 'email' && text?.includes('*') === true;
  return text === undefined || wildcard ? undefined : { kind, text };
}

// The mask has to be a run of ones followed by zeros.
function networkOf(content: Uint8Array): Subtree | undefined {
  if (content.length !== 8 && content.length !== 32) return undefined;
  const half = content.length / 2;
  const mask = content.subarray(half);
  let ended = false;
  for (let bit = 0; bit < half * 8; bit += 1) {
    const one = (((mask[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
    if (one && ended) return undefined;
    ended ||= !one;
  }
  return { kind: 'ip', address: content.subarray(0, half), mask };
}

function directoryTree(bytes: Uint8Array, base: number): Subtree | undefined {
  const only = firstIn(bytes, base);
  const name = nextOf(bytes, only, endAt(bytes, base)) < 0 ? nameAt(bytes, only) : undefined;
  return name === undefined ? undefined : { kind: 'directory', name };
}
