// Name constraints (RFC 5280 §4.2.1.10): which names the certificates below an authority may carry. DNS, e-mail, URI, IP and
// directory names are understood; a constraint on another kind refuses every certificate below that has such a name.
// Departs from RFC 5280: DNS constraints also bind the domains inside SRVName, XmppAddr and sip: URIs, since a peer proves
// its domain by them just as by a dNSName.

import { spendComparisons } from './budget.ts';
import type { Budget } from './budget.ts';
import { asciiOf } from './bytes.ts';
import { TAG } from './der.ts';
import type { DerNode } from './der.ts';
import { isWithin, nameOf } from './distinguished-name.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { normalizeDomain } from './domain.ts';
import type { GeneralName } from './general-name.ts';
import { parseIp } from './ip.ts';
import { hostOfUri } from './uri.ts';

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

/** What a name constraint has to look at in a certificate below. */
export interface ConstrainedNames {
  readonly subject: DistinguishedName;
  readonly subjectAltName: readonly GeneralName[] | undefined;
}

/**
 * The first name that the constraints do not let pass, as text; `undefined` when all pass. Out of budget, no name passes.
 * @spec RFC 5280 §4.2.1.10
 */
export function unpermittedName(
  names: ConstrainedNames,
  constraints: NameConstraints,
  budget: Budget,
): string | undefined {
  for (const name of allNames(names)) {
    if (!spendComparisons(budget, constraints.permitted.length + constraints.excluded.length))
      return textOf(name);
    if (!passes(name, constraints)) return textOf(name);
  }
  return undefined;
}

// The subject counts as a directory name, and its e-mail attribute where the alternative names have no e-mail.
function allNames({ subject, subjectAltName = [] }: ConstrainedNames): readonly GeneralName[] {
  const names: GeneralName[] = [...subjectAltName];
  if (subject.keys.length > 0) names.push({ kind: 'directory', name: subject });
  if (subjectAltName.some((name) => name.kind === 'email')) return names;
  for (const text of subject.emails) names.push({ kind: 'email', text });
  return names;
}

// Within one kind any permitted tree will do; each kind that speaks of the name has to let it pass.
function passes(name: GeneralName, { permitted, excluded }: NameConstraints): boolean {
  for (const tree of excluded) if (verdict(name, tree, true) === true) return false;
  const found = new Set<Subtree['kind']>();
  for (const tree of permitted) if (verdict(name, tree, false) === true) found.add(tree.kind);
  for (const tree of permitted) {
    if (!found.has(tree.kind) && verdict(name, tree, false) === false) return false;
  }
  return true;
}

/** Whether the name lies in the tree; `undefined`: the tree does not speak of such names. */
function verdict(name: GeneralName, tree: Subtree, excluding: boolean): boolean | undefined {
  if (name.kind === 'refused')
    return (name.of === 'srv' || name.of === 'xmpp-addr' ? 'dns' : name.of) === tree.kind
      ? excluding
      : undefined;
  switch (tree.kind) {
    case 'dns':
      return withinDns(name, tree.text, excluding);
    case 'email':
      return name.kind === 'email' ? withinEmail(name.text, tree.text) : undefined;
    case 'uri':
      return name.kind === 'uri' ? withinUri(name.text, tree.text, excluding) : undefined;
    case 'ip':
      return name.kind === 'ip' ? withinIp(name.bytes, tree.address, tree.mask) : undefined;
    case 'directory':
      return name.kind === 'directory' ? isWithin(name.name, tree.name) : undefined;
    case 'other':
      return name.kind === 'other' || name.kind === 'srv' || name.kind === 'xmpp-addr'
        ? excluding
        : undefined;
  }
}

// Zero or more labels before the constraint; a wildcard name is excluded as soon as one name that it stands for is.
function withinDns(name: GeneralName, tree: string, excluding: boolean): boolean | undefined {
  const domain = domainIn(name);
  if (domain === undefined) return undefined;
  if (domain === '') return excluding;
  if (tree === '') return true;
  const wildcard = domain.startsWith('*.');
  const host = wildcard ? domain.slice(2) : domain;
  if (tree.startsWith('.')) return host.endsWith(tree) || (wildcard && `.${host}` === tree);
  if (host === tree || host.endsWith(`.${tree}`)) return true;
  return (
    excluding &&
    wildcard &&
    tree.endsWith(`.${host}`) &&
    !tree.slice(0, -host.length - 1).includes('.')
  );
}

/** The domain that a name speaks for; empty when it should have one and has none; `undefined` for other kinds. */
function domainIn(name: GeneralName): string | undefined {
  switch (name.kind) {
    case 'dns':
      return name.text.toLowerCase();
    case 'srv':
      return normalizeDomain(name.text.slice(name.text.indexOf('.') + 1)) ?? '';
    case 'xmpp-addr':
      return (
        normalizeDomain(name.text.slice(name.text.indexOf('@') + 1).split('/', 1)[0] ?? '') ?? ''
      );
    case 'uri':
      return isSip(name.text) ? (hostOfUri(name.text) ?? '') : undefined;
    default:
      return undefined;
  }
}

const isSip = (uri: string): boolean => uri.slice(0, 4).toLowerCase() === 'sip:';

// A mailbox, a host, or with a leading dot every host below a domain.
function withinEmail(email: string, tree: string): boolean {
  const at = email.lastIndexOf('@');
  const host = email.slice(at + 1).toLowerCase();
  const treeAt = tree.lastIndexOf('@');
  if (tree === '') return true;
  if (treeAt >= 0)
    return (
      host === tree.slice(treeAt + 1).toLowerCase() && email.slice(0, at) === tree.slice(0, treeAt)
    );
  return tree.startsWith('.') ? host.endsWith(tree.toLowerCase()) : host === tree.toLowerCase();
}

// The host exactly, or with a leading dot every host below. A URI without a host name is never within.
function withinUri(uri: string, tree: string, excluding: boolean): boolean {
  const host = hostOfUri(uri);
  if (host === undefined || parseIp(host) !== undefined) return excluding;
  return tree.startsWith('.') ? host.endsWith(tree) : host === tree;
}

function withinIp(bytes: Uint8Array, address: Uint8Array, mask: Uint8Array): boolean {
  if (bytes.length !== address.length) return false;
  for (let i = 0; i < bytes.length; i += 1) {
    if (((bytes[i] ?? 0) & (mask[i] ?? 0)) !== ((address[i] ?? 0) & (mask[i] ?? 0))) return false;
  }
  return true;
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

function textOf(name: GeneralName): string {
  if (name.kind === 'directory') return name.name.text;
  return name.kind === 'other' ? `otherName ${name.type}` : name.text;
}
