// Name constraints (RFC 5280 §4.2.1.10), read: trees of DNS, e-mail, URI, IP and directory names.
// What they say about the names of a certificate below is in permitted-names.ts.

import { asciiOf } from './bytes.ts';
import { TAG } from './der.ts';
import type { DerNode } from './der.ts';
import { nameOf } from './distinguished-name.ts';
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

/** Reads the extension; `undefined` when it is malformed. @spec RFC 5280 §4.2.1.10 */
export function subtreesOf(
  node: DerNode | undefined,
  maxNames: number,
): NameConstraints | undefined {
  if (node?.tag !== TAG.sequence || node.children.length < 1 || node.children.length > 2)
    return undefined;
  const trees: { permitted: readonly Subtree[]; excluded: readonly Subtree[] } = {
    permitted: [],
    excluded: [],
  };
  let last = 0;
  for (const list of node.children) {
    const read = list.children.length > maxNames ? undefined : listOf(list.children);
    if (read === undefined || list.tag <= last || (list.tag !== 0xa0 && list.tag !== 0xa1))
      return undefined;
    if (list.tag === 0xa0) trees.permitted = read;
    else trees.excluded = read;
    last = list.tag;
  }
  return trees;
}

function listOf(nodes: readonly DerNode[]): readonly Subtree[] | undefined {
  const trees: Subtree[] = [];
  for (const node of nodes) {
    // minimum and maximum have no meaning left and must not be there
    const base =
      node.tag === TAG.sequence && node.children.length === 1 ? node.children[0] : undefined;
    const tree = base === undefined ? undefined : subtreeOf(base);
    if (tree === undefined) return undefined;
    trees.push(tree);
  }
  return trees.length === 0 ? undefined : trees;
}

function subtreeOf(base: DerNode): Subtree | undefined {
  switch (base.tag) {
    case 0x81:
      return textTree('email', asciiOf(base.content));
    case 0x82:
      return textTree('dns', asciiOf(base.content)?.toLowerCase());
    case 0x86:
      return textTree('uri', asciiOf(base.content)?.toLowerCase());
    case 0x87:
      return networkOf(base.content);
    case 0xa4:
      return directoryTree(base);
    default:
      return (base.tag & 0xc0) === 0x80 ? { kind: 'other' } : undefined;
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

function directoryTree(base: DerNode): Subtree | undefined {
  const name = base.children.length === 1 ? nameOf(base.children[0]) : undefined;
  return name === undefined ? undefined : { kind: 'directory', name };
}
