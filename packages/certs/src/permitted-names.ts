// Which names the certificates below an authority may carry (RFC 5280 §4.2.1.10). DNS, e-mail, URI,
// IP and directory names are understood; a constraint on another kind refuses every certificate
// below that has such a name. Departs from RFC 5280: DNS constraints also bind the domains inside
// SRVName, XmppAddr and sip: URIs, since a peer proves its domain by them just as by a dNSName.
// Each name is taken apart once, so that many constraints on a long name stay cheap.

import { spendComparisons } from './budget.ts';
import type { Budget } from './budget.ts';
import { isWithin } from './distinguished-name.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { normalizeDomain } from './domain.ts';
import type { GeneralName } from './general-name.ts';
import { parseIp } from './ip.ts';
import type { NameConstraints, Subtree } from './name-constraints.ts';
import { shown } from './shown.ts';
import { hostOfUri } from './uri.ts';

/** What a name constraint has to look at in a certificate below. */
export interface ConstrainedNames {
  readonly subject: DistinguishedName;
  readonly subjectAltName: readonly GeneralName[] | undefined;
}

/**
 * The first name that the constraints do not let pass, as text; `undefined` when all pass. Out of
 * budget, no name passes.
 * @spec RFC 5280 §4.2.1.10
 */
export function unpermittedName(
  names: ConstrainedNames,
  constraints: NameConstraints,
  budget: Budget,
): string | undefined {
  const cost = constraints.permitted.length + constraints.excluded.length;
  for (const name of allNames(names)) {
    if (!spendComparisons(budget, cost) || !passes(takenApart(name), constraints))
      return textOf(name);
  }
  return undefined;
}

// The subject counts as a directory name, and its e-mail attribute where the alternative names have
// no e-mail.
function allNames({ subject, subjectAltName = [] }: ConstrainedNames): readonly GeneralName[] {
  const names: GeneralName[] = [...subjectAltName];
  if (subject.keys.length > 0) names.push({ kind: 'directory', name: subject });
  if (subjectAltName.some((name) => name.kind === 'email')) return names;
  for (const text of subject.emails) names.push({ kind: 'email', text });
  return names;
}

/**
 * The parts of one name that constraints compare. `undefined`: it is no such name. `false`: it is,
 * and has no such part.
 */
interface Parts {
  /** For `dns` trees, lower case. */
  readonly domain: string | false | undefined;
  /** For `email` trees; the host in lower case. */
  readonly mailbox: { readonly local: string; readonly host: string } | false | undefined;
  /** For `uri` trees, lower case. */
  readonly uriHost: string | false | undefined;
  readonly ip: Uint8Array | false | undefined;
  readonly directory: DistinguishedName | false | undefined;
  readonly other: false | undefined;
}

function takenApart(name: GeneralName): Parts {
  switch (name.kind) {
    case 'dns':
      return { ...NO_PARTS, domain: name.text.toLowerCase() };
    case 'srv':
      return {
        ...NO_PARTS,
        other: false,
        domain: normalizeDomain(afterFirst(name.text, '.')) ?? false,
      };
    case 'xmpp-addr':
      return { ...NO_PARTS, other: false, domain: xmppDomain(name.text) ?? false };
    case 'uri':
      return uriParts(name.text);
    case 'email':
      return { ...NO_PARTS, mailbox: mailboxOf(name.text) };
    case 'ip':
      return { ...NO_PARTS, ip: name.bytes };
    case 'directory':
      return { ...NO_PARTS, directory: name.name };
    case 'other':
      return { ...NO_PARTS, other: false };
    case 'refused':
      return REFUSED;
  }
}

function uriParts(text: string): Parts {
  const host = hostOfUri(text);
  const uriHost = host !== undefined && parseIp(host) === undefined ? host : false;
  const isSip = text.slice(0, 4).toLowerCase() === 'sip:';
  return { ...NO_PARTS, uriHost, domain: isSip ? uriHost : undefined };
}

function xmppDomain(text: string): string | undefined {
  return normalizeDomain(afterFirst(text.split('/', 1)[0] ?? '', '@'));
}

function mailboxOf(text: string): Parts['mailbox'] {
  const at = text.lastIndexOf('@');
  return at < 1 ? false : { local: text.slice(0, at), host: text.slice(at + 1).toLowerCase() };
}

const afterFirst = (text: string, mark: string): string => text.slice(text.indexOf(mark) + 1);

// Within one kind any permitted tree will do; each kind that speaks of the name has to let it pass.
function passes(name: Parts, { permitted, excluded }: NameConstraints): boolean {
  for (const tree of excluded) if (isInside(name, tree, true) === true) return false;
  const kinds = new Map<Subtree['kind'], boolean>();
  for (const tree of permitted) {
    const inside = isInside(name, tree, false);
    if (inside !== undefined) kinds.set(tree.kind, inside || kinds.get(tree.kind) === true);
  }
  for (const inside of kinds.values()) if (!inside) return false;
  return true;
}

/**
 * Whether the name lies in the tree; `undefined`: the tree does not speak of such names. In doubt
 * it is excluded.
 */
function isInside(name: Parts, tree: Subtree, excluding: boolean): boolean | undefined {
  if (name[PART[tree.kind]] === undefined) return undefined;
  switch (tree.kind) {
    case 'dns':
      return name.domain ? withinDns(name.domain, tree.text, excluding) : excluding;
    case 'uri':
      return name.uriHost ? withinUri(name.uriHost, tree.text) : excluding;
    case 'email':
      return name.mailbox ? withinEmail(name.mailbox, tree.text) : excluding;
    case 'ip':
      return name.ip ? withinIp(name.ip, tree.address, tree.mask) : excluding;
    case 'directory':
      return name.directory ? isWithin(name.directory, tree.name) : excluding;
    case 'other':
      return excluding;
  }
}

// Zero or more labels before the constraint; a wildcard name is excluded as soon as one name that
// it stands for is.
function withinDns(domain: string, tree: string, excluding: boolean): boolean {
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

// A mailbox, a host, or with a leading dot every host below a domain.
function withinEmail(
  { local, host }: { readonly local: string; readonly host: string },
  tree: string,
): boolean {
  const at = tree.lastIndexOf('@');
  const treeHost = tree.slice(at + 1).toLowerCase();
  if (tree === '') return true;
  if (at >= 0) return host === treeHost && local === tree.slice(0, at);
  return treeHost.startsWith('.') ? host.endsWith(treeHost) : host === treeHost;
}

// The host exactly, or with a leading dot every host below.
function withinUri(host: string, tree: string): boolean {
  return tree.startsWith('.') ? host.endsWith(tree) : host === tree;
}

function withinIp(bytes: Uint8Array, address: Uint8Array, mask: Uint8Array): boolean {
  if (bytes.length !== address.length) return false;
  for (let i = 0; i < bytes.length; i += 1) {
    if (((bytes[i] ?? 0) & (mask[i] ?? 0)) !== ((address[i] ?? 0) & (mask[i] ?? 0))) return false;
  }
  return true;
}

function textOf(name: GeneralName): string {
  if (name.kind === 'directory') return name.name.text;
  return name.kind === 'other' ? `of type ${name.type}` : shown(name.text);
}

const NO_PARTS: Parts = {
  domain: undefined,
  mailbox: undefined,
  uriHost: undefined,
  ip: undefined,
  directory: undefined,
  other: undefined,
};

// a malformed name is of every kind, and has no part that could be permitted
const REFUSED: Parts = {
  domain: false,
  mailbox: false,
  uriHost: false,
  ip: false,
  directory: false,
  other: false,
};

const PART: Readonly<Record<Subtree['kind'], keyof Parts>> = {
  dns: 'domain',
  email: 'mailbox',
  uri: 'uriHost',
  ip: 'ip',
  directory: 'directory',
  other: 'other',
};
