// Reading a certificate revocation list (RFC 5280 §5). It exists only if the DER is strict and every
// field is well formed; whether it counts for a certificate is judged in revocation.ts. Lists are
// facts that the host hands in: nothing is fetched.

import { signatureAlgorithmOf } from './algorithm.ts';
import type { SignatureAlgorithm } from './algorithm.ts';
import { DEFAULT_LIMITS } from './budget.ts';
import type { CertLimits } from './budget.ts';
import { equalBytes, hexOf, latin1Of } from './bytes.ts';
import { TAG, readDer } from './der.ts';
import type { DerNode } from './der.ts';
import { nameOf } from './distinguished-name.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { pointNames } from './distribution-point.ts';
import { fault, isFault } from './fault.ts';
import type { Fault } from './fault.ts';
import { readPem } from './pem.ts';
import { flagOf, insideOf, integerOf, oidOf, smallOf, timeOf, wholeBitsOf } from './primitive.ts';
import type { Instant } from './time.ts';

/** A revocation list that has been read. */
export interface RevocationList {
  readonly kind: 'revocation-list';
  readonly issuer: DistinguishedName;
  /** Counts up from list to list of one issuer, decimal; `undefined` when it has none. */
  readonly number: string | undefined;
  readonly thisUpdate: Instant;
  /** The profile asks for it; a list without is never fresh. */
  readonly nextUpdate: Instant | undefined;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  /** The octets that were signed. */
  readonly tbs: Uint8Array;
  /** Serial numbers, lower-case hexadecimal, as a {@link Certificate} has them. */
  readonly revoked: ReadonlySet<string>;
  readonly scope: ListScope;
  /** Object identifiers of critical extensions, of the list or of an entry, that nobody here reads. */
  readonly unknownCritical: readonly string[];
}

/** What a list speaks of. */
export interface ListScope {
  readonly only: 'everything' | 'servers' | 'authorities' | 'nothing-here';
  /** It also speaks for other authorities. */
  readonly indirect: boolean;
  /** It tells only some reasons, or only what has changed since another. */
  readonly partial: boolean;
  /** The places it is for, comparable; `undefined`: all. */
  readonly points: readonly string[] | undefined;
}

/** Reads one list, DER; faults as values. @spec RFC 5280 §5.1 */
export function parseRevocationList(
  der: Uint8Array,
  limits: CertLimits = DEFAULT_LIMITS,
): RevocationList | Fault {
  const { maxRevocationListBytes, maxDepth } = limits;
  if (der.length > maxRevocationListBytes)
    return fault(
      'too-large',
      'RFC 5280 §5.1',
      'list',
      `It has more than ${maxRevocationListBytes} octets.`,
    );
  // no value is shorter than two octets
  const root = readDer(der, {
    maxDepth,
    maxNodes: Math.floor(maxRevocationListBytes / SMALLEST_ENTRY_NODE),
  });
  if (isFault(root)) return root;
  const [tbs, algorithm, bits] = root.children;
  const signature = wholeBitsOf(bits);
  if (root.tag !== TAG.sequence || root.children.length !== 3 || tbs?.tag !== TAG.sequence)
    return bad('list');
  return signature === undefined ? bad('signature') : readBody(tbs, algorithm, signature);
}

/**
 * Reads the lists of one file: one in DER, or PEM with any number of them; a file without any is a fault.
 * @spec RFC 5280 §5.1, RFC 7468 §7
 */
export function parseRevocationLists(
  file: Uint8Array,
  limits: CertLimits = DEFAULT_LIMITS,
): readonly RevocationList[] | Fault {
  const ders = isDer(file) ? [file] : readPem(latin1Of(file), 'X509 CRL', mostPem(limits));
  if (isFault(ders)) return ders;
  if (ders.length === 0) return bad('file');
  const lists: RevocationList[] = [];
  for (const der of ders) {
    const list = parseRevocationList(der, limits);
    if (isFault(list)) return list;
    lists.push(list);
  }
  return lists;
}

function isDer(file: Uint8Array): boolean {
  return file[0] === TAG.sequence;
}

/** Four characters for three octets, and a line end for each 64 of them. */
function mostPem({ maxRevocationListBytes }: CertLimits): number {
  return maxRevocationListBytes * 1.5;
}

function readBody(
  tbs: DerNode,
  algorithm: DerNode | undefined,
  signature: Uint8Array,
): RevocationList | Fault {
  const hasVersion = tbs.children[0]?.tag === TAG.integer;
  if (hasVersion && smallOf(tbs.children[0]) !== 1) return bad('version');
  const [inner, issuing, from, ...rest] = tbs.children.slice(hasVersion ? 1 : 0);
  const signatureAlgorithm = signatureAlgorithmOf(algorithm);
  if (signatureAlgorithm === undefined || algorithm === undefined) return bad('signatureAlgorithm');
  if (inner === undefined || !equalBytes(inner.whole, algorithm.whole))
    return bad('signatureAlgorithm');
  const issuer = nameOf(issuing);
  const thisUpdate = timeOf(from);
  if (issuer === undefined || issuer.keys.length === 0) return bad('issuer');
  if (thisUpdate === undefined) return bad('thisUpdate');
  const nextUpdate = timeOf(rest[0]);
  if (nextUpdate !== undefined) rest.shift();
  const entries = rest[0]?.tag === TAG.sequence ? rest.shift() : undefined;
  const extensions = rest[0]?.tag === 0xa0 && hasVersion ? rest.shift() : undefined;
  if (rest.length > 0) return bad('list');
  const draft: Draft = {
    revoked: new Set(),
    number: undefined,
    scope: { ...WHOLE },
    unknownCritical: new Set(),
  };
  if (!(entries?.children ?? []).every((entry) => takeEntry(draft, entry)))
    return bad('revokedCertificates');
  if (extensions !== undefined && !takeExtensions(draft, extensions)) return bad('crlExtensions');
  const { revoked, number, scope, unknownCritical } = draft;
  return {
    kind: 'revocation-list',
    issuer,
    number,
    thisUpdate,
    nextUpdate,
    signatureAlgorithm,
    signature,
    tbs: tbs.whole,
    revoked,
    scope,
    unknownCritical: [...unknownCritical],
  };
}

interface Draft {
  readonly revoked: Set<string>;
  number: string | undefined;
  scope: ListScope;
  readonly unknownCritical: Set<string>;
}

/** @spec RFC 5280 §5.3 */
function takeEntry(draft: Draft, entry: DerNode): boolean {
  const [serial, when, extensions, ...more] = entry.children;
  const octets = integerOf(serial);
  if (entry.tag !== TAG.sequence || octets === undefined || timeOf(when) === undefined)
    return false;
  if (more.length > 0) return false;
  let isBack = false;
  for (const one of extensions?.children ?? []) {
    const read = extensionOf(one);
    if (read === undefined) return false;
    if (read.oid === REASON) isBack = insideOf(read.value)?.content[0] === REMOVE_FROM_LIST;
    else if (read.critical) draft.unknownCritical.add(read.oid);
  }
  if (!isBack) draft.revoked.add(hexOf(octets));
  return true;
}

/** @spec RFC 5280 §5.2 */
function takeExtensions(draft: Draft, tagged: DerNode): boolean {
  const [list] = tagged.children;
  if (tagged.children.length !== 1 || list?.tag !== TAG.sequence) return false;
  const seen = new Set<string>();
  for (const one of list.children) {
    const read = extensionOf(one);
    if (read === undefined || seen.has(read.oid)) return false;
    seen.add(read.oid);
    if (read.oid === NUMBER) {
      draft.number = numberOf(insideOf(read.value));
      if (draft.number === undefined) return false;
    } else if (read.oid === DELTA) draft.scope = { ...draft.scope, partial: true };
    else if (read.oid === ISSUING_POINT) {
      const scope = scopeOf(insideOf(read.value));
      if (scope === undefined) return false;
      draft.scope = { ...scope, partial: scope.partial || draft.scope.partial };
    } else if (read.critical) draft.unknownCritical.add(read.oid);
  }
  return true;
}

function extensionOf(
  node: DerNode,
): { readonly oid: string; readonly critical: boolean; readonly value: Uint8Array } | undefined {
  const { children } = node;
  const oid = oidOf(children[0]);
  const value = children[children.length - 1];
  const critical = children.length === 3 ? flagOf(children[1]) : false;
  if (oid === undefined || critical === undefined || value?.tag !== TAG.octetString)
    return undefined;
  return children.length === 2 || children.length === 3
    ? { oid, critical, value: value.content }
    : undefined;
}

/** @spec RFC 5280 §5.2.3 */
function numberOf(node: DerNode | undefined): string | undefined {
  const octets = integerOf(node);
  if (octets === undefined || octets.length > MAX_NUMBER || (octets[0] ?? 0) >= 0x80)
    return undefined;
  return BigInt(`0x${hexOf(octets)}`).toString();
}

/** @spec RFC 5280 §5.2.5 */
function scopeOf(node: DerNode | undefined): ListScope | undefined {
  if (node?.tag !== TAG.sequence) return undefined;
  const has = (number: number): boolean =>
    node.children.some(({ tag, content }) => tag === 0x80 + number && content[0] === 0xff);
  const only = has(5)
    ? 'nothing-here'
    : has(1) && has(2)
      ? 'nothing-here'
      : has(1)
        ? 'servers'
        : has(2)
          ? 'authorities'
          : 'everything';
  const point = node.children.find(({ tag }) => tag === 0xa0);
  return {
    only,
    indirect: has(4),
    partial: node.children.some(({ tag }) => tag === 0x83),
    points: point === undefined ? undefined : pointNames(point),
  };
}

const bad = (at: string): Fault =>
  fault('bad-revocation-list', 'RFC 5280 §5.1', at, `The field ${at} of the list is malformed.`);

const WHOLE: ListScope = { only: 'everything', indirect: false, partial: false, points: undefined };
const REASON = '2.5.29.21';
const DELTA = '2.5.29.27';
const NUMBER = '2.5.29.20';
/** Octets of a list's number. */
const MAX_NUMBER = 20;
const ISSUING_POINT = '2.5.29.28';
// an entry of a list of changes that takes a hold back
const REMOVE_FROM_LIST = 8;
/** Octets of DER to a node in a list, at least: an entry is three nodes in some twenty octets. */
const SMALLEST_ENTRY_NODE = 6;
