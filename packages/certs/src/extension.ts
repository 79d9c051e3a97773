// The extensions of a certificate that decide something (RFC 5280 §4.2): read once, into one
// record. Those we do not read are kept by their identifier, the critical ones apart, since one of
// them unread means the certificate must be refused.

import { hexOf } from './bytes.ts';
import { TAG } from './der.ts';
import type { DerNode } from './der.ts';
import { distributionPoints } from './distribution-point.ts';
import { fault, isFault } from './fault.ts';
import type { Fault } from './fault.ts';
import { generalNameOf } from './general-name.ts';
import type { GeneralName } from './general-name.ts';
import { subtreesOf } from './name-constraints.ts';
import type { NameConstraints } from './name-constraints.ts';
import { flagOf, insideOf, namedBitsOf, oidOf, smallOf } from './primitive.ts';

/** What a certificate's extensions say. A field that is `undefined` was not in the certificate. */
export interface Extensions {
  readonly basicConstraints: BasicConstraints | undefined;
  readonly keyUsage: readonly KeyUsage[] | undefined;
  /** Object identifiers. */
  readonly extKeyUsage: readonly string[] | undefined;
  readonly subjectAltName: readonly GeneralName[] | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  /** Lower-case hexadecimal. */
  readonly subjectKeyId: string | undefined;
  /** Lower-case hexadecimal; `undefined` also when the issuer is named in another way. */
  readonly authorityKeyId: string | undefined;
  /**
   * Object identifiers of the policies it was issued under. For people: nothing is decided by them,
   * so a malformed list reads as none.
   */
  readonly policies: readonly string[] | undefined;
  /**
   * The places of revocation lists, comparable with those that a list names for itself; without one
   * that can be compared, empty.
   */
  readonly listPoints: readonly string[] | undefined;
  /** The issuer is named by its own issuer and serial number too. */
  readonly namesIssuerSerial: boolean;
  /** Object identifiers of all critical extensions. */
  readonly critical: readonly string[];
  /** Those of them that nobody here reads. */
  readonly unknownCritical: readonly string[];
}

/** Whether this is an authority, and how many authorities may follow below it. */
export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
}

/** The bits of keyUsage by their names. */
export type KeyUsage = (typeof KEY_USAGES)[number];

/** In the order of the bits. @spec RFC 5280 §4.2.1.3 */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

/** Object identifiers of the extensions that are read. */
export const EXTENSION = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  distributionPoints: '2.5.29.31',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
} as const;

/** Reads the list of extensions; each may come once. @spec RFC 5280 §4.2 */
export function extensionsOf(node: DerNode | undefined, maxNames: number): Extensions | Fault {
  const found: Draft = { ...NOTHING, critical: [], unknownCritical: [] };
  if (node === undefined) return found;
  if (node.tag !== TAG.sequence || node.children.length === 0) return badExtension('extensions');
  const seen = new Set<string>();
  for (const one of node.children) {
    const read = headOf(one);
    if (read === undefined || seen.has(read.oid)) return badExtension(read?.oid ?? 'extensions');
    seen.add(read.oid);
    if (read.critical) found.critical.push(read.oid);
    if (read.critical && NEVER_CRITICAL.has(read.oid)) return badExtension(read.oid);
    const bad = take(found, read, maxNames);
    if (isFault(bad)) return bad;
  }
  return found;
}

type Draft = { -readonly [K in keyof Extensions]: Extensions[K] } & {
  critical: string[];
  unknownCritical: string[];
};

interface Head {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

function headOf(node: DerNode): Head | undefined {
  const parts = node.tag === TAG.sequence ? node.children : [];
  const oid = oidOf(parts[0]);
  const critical = parts.length === 3 ? flagOf(parts[1]) : false;
  const value = parts[parts.length - 1];
  if (oid === undefined || critical === undefined || parts.length < 2 || parts.length > 3)
    return undefined;
  return value?.tag === TAG.octetString ? { oid, critical, value: value.content } : undefined;
}

// One case for each extension that is read; `undefined` from a reader means that it is malformed.
function take(found: Draft, { oid, critical, value }: Head, maxNames: number): Fault | undefined {
  switch (oid) {
    case EXTENSION.basicConstraints:
      found.basicConstraints = basicConstraintsOf(insideOf(value));
      return found.basicConstraints === undefined ? badExtension('basicConstraints') : undefined;
    case EXTENSION.keyUsage:
      found.keyUsage = keyUsageOf(insideOf(value));
      return found.keyUsage === undefined ? badExtension('keyUsage') : undefined;
    case EXTENSION.extKeyUsage:
      found.extKeyUsage = purposesOf(insideOf(value));
      return found.extKeyUsage === undefined ? badExtension('extKeyUsage') : undefined;
    case EXTENSION.subjectAltName:
      found.subjectAltName = namesOf(insideOf(value), maxNames);
      return found.subjectAltName === undefined ? badExtension('subjectAltName') : undefined;
    case EXTENSION.nameConstraints:
      found.nameConstraints = subtreesOf(insideOf(value), maxNames);
      return found.nameConstraints === undefined ? badExtension('nameConstraints') : undefined;
    case EXTENSION.subjectKeyId:
      found.subjectKeyId = keyIdOf(insideOf(value));
      return found.subjectKeyId === undefined ? badExtension('subjectKeyIdentifier') : undefined;
    case EXTENSION.authorityKeyId:
      return takeAuthorityKeyId(found, insideOf(value));
    case EXTENSION.distributionPoints:
      found.listPoints = distributionPoints(insideOf(value));
      // read only where lists are handed in: marked critical it counts as unread
      if (critical) found.unknownCritical.push(oid);
      return undefined;
    case EXTENSION.certificatePolicies:
      found.policies = policiesOf(insideOf(value));
      return undefined;
    case EXTENSION.authorityInfoAccess:
      return isAccessList(insideOf(value)) ? undefined : badExtension('authorityInfoAccess');
    default:
      if (critical) found.unknownCritical.push(oid);
      return undefined;
  }
}

/** @spec RFC 5280 §4.2.1.9 */
function basicConstraintsOf(node: DerNode | undefined): BasicConstraints | undefined {
  if (node?.tag !== TAG.sequence || node.children.length > 2) return undefined;
  const [first, second] = node.children;
  const explicit = first?.tag === TAG.boolean;
  const ca = explicit ? flagOf(first) : false;
  const length = explicit ? second : first;
  if (ca === undefined || (!explicit && second !== undefined)) return undefined;
  if (length === undefined) return { ca, pathLength: undefined };
  const pathLength = smallOf(length);
  return pathLength === undefined || !ca ? undefined : { ca, pathLength };
}

/** @spec RFC 5280 §4.2.1.3 */
function keyUsageOf(node: DerNode | undefined): readonly KeyUsage[] | undefined {
  const bits = namedBitsOf(node);
  if (bits === undefined || bits.length === 0) return undefined;
  const usages: KeyUsage[] = [];
  for (const bit of bits) {
    const usage = KEY_USAGES[bit];
    if (usage !== undefined) usages.push(usage);
  }
  return usages;
}

/** @spec RFC 5280 §4.2.1.12 */
function purposesOf(node: DerNode | undefined): readonly string[] | undefined {
  if (node?.tag !== TAG.sequence || node.children.length === 0) return undefined;
  const purposes: string[] = [];
  for (const child of node.children) {
    const purpose = oidOf(child);
    if (purpose === undefined) return undefined;
    purposes.push(purpose);
  }
  return purposes;
}

/** @spec RFC 5280 §4.2.1.6 */
function namesOf(node: DerNode | undefined, maxNames: number): readonly GeneralName[] | undefined {
  if (node?.tag !== TAG.sequence || node.children.length === 0 || node.children.length > maxNames)
    return undefined;
  return node.children.map(generalNameOf);
}

/** @spec RFC 5280 §4.2.1.4 */
function policiesOf(node: DerNode | undefined): readonly string[] | undefined {
  if (node?.tag !== TAG.sequence) return undefined;
  const policies = node.children.map(({ children }) => oidOf(children[0]));
  return policies.every((oid) => oid !== undefined) ? policies : undefined;
}

function keyIdOf(node: DerNode | undefined): string | undefined {
  return node?.tag === TAG.octetString && node.content.length > 0 ? hexOf(node.content) : undefined;
}

/** Nothing is fetched from there; only its form is looked at. @spec RFC 5280 §4.2.2.1 */
function isAccessList(node: DerNode | undefined): boolean {
  if (node?.tag !== TAG.sequence || node.children.length === 0) return false;
  return node.children.every(
    ({ tag, children: [method, location, ...rest] }) =>
      tag === TAG.sequence &&
      oidOf(method) !== undefined &&
      location !== undefined &&
      generalNameOf(location).kind !== 'refused' &&
      rest.length === 0,
  );
}

/** @spec RFC 5280 §4.2.1.1 */
function takeAuthorityKeyId(found: Draft, node: DerNode | undefined): Fault | undefined {
  if (node?.tag !== TAG.sequence) return badExtension('authorityKeyIdentifier');
  const id = node.children[0];
  if (id?.tag === 0x80 && id.content.length > 0) found.authorityKeyId = hexOf(id.content);
  found.namesIssuerSerial = node.children.some((child) => child.tag !== 0x80);
  return undefined;
}

const badExtension = (at: string): Fault =>
  fault(
    'bad-extension',
    'RFC 5280 §4.2',
    at,
    `The extension ${at} is malformed, comes twice, or is wrongly critical.`,
  );

const NOTHING: Extensions = {
  basicConstraints: undefined,
  keyUsage: undefined,
  extKeyUsage: undefined,
  subjectAltName: undefined,
  nameConstraints: undefined,
  subjectKeyId: undefined,
  authorityKeyId: undefined,
  policies: undefined,
  listPoints: undefined,
  namesIssuerSerial: false,
  critical: [],
  unknownCritical: [],
};

// Marked critical they are against the profile (RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.2.1).
const NEVER_CRITICAL: ReadonlySet<string> = new Set([
  EXTENSION.authorityKeyId,
  EXTENSION.subjectKeyId,
  EXTENSION.authorityInfoAccess,
]);
