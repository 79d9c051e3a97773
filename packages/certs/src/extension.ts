// The extensions of a certificate that decide something (RFC 5280 §4.2): read once, into one
// record. Those we do not read are kept by their identifier, the critical ones apart, since one of
// them unread means the certificate must be refused. The values themselves: extension-value.ts.

import { NONE, TAG, endAt, firstIn, nextOf, tagAt } from './der.ts';
import { distributionPoints, pointUris } from './distribution-point.ts';
import {
  accessAt,
  basicConstraintsAt,
  hexAt,
  isAccessList,
  isKeyId,
  isNameList,
  namesAt,
  policiesAt,
  purposesAt,
} from './extension-value.ts';
import type { AccessPlace, BasicConstraints } from './extension-value.ts';
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';
import type { GeneralName } from './general-name.ts';
import { subtreesAt } from './name-constraints.ts';
import type { NameConstraints } from './name-constraints.ts';
import { oidAt } from './oid.ts';
import { flagAt, insideAt, namedBitsAt } from './primitive.ts';

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
  /** Where revocation lists are published, the URIs among those places. For people: nothing is fetched. */
  readonly listUris: readonly string[] | undefined;
  /** Where its issuer's certificate and answers about revocation are published. For people: nothing is fetched. */
  readonly authorityAccess: readonly AccessPlace[] | undefined;
  /** The issuer is named by its own issuer and serial number too. */
  readonly namesIssuerSerial: boolean;
  /** Object identifiers of all critical extensions. */
  readonly critical: readonly string[];
  /** Those of them that nobody here reads. */
  readonly unknownCritical: readonly string[];
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

/**
 * Reads the list of extensions at `list`, `NONE` for none; each may come once. What decides is read at once, and whatever
 * may be malformed is looked at; texts are made when somebody asks for them.
 * @spec RFC 5280 §4.2
 */
export function extensionsAt(
  bytes: Uint8Array,
  list: number,
  maxNames: number,
): Extensions | Fault {
  const found = new Draft();
  if (list === NONE) return new ExtensionsView(bytes, found);
  const first = firstIn(bytes, list);
  if (tagAt(bytes, list) !== TAG.sequence || first < 0) return badExtension('extensions');
  const seen = new Seen();
  const end = endAt(bytes, list);
  for (let one = first; one >= 0; one = nextOf(bytes, one, end)) {
    const read = extensionAt(bytes, one);
    if (read === undefined || !seen.isNew(read.oid)) return badExtension(read?.oid ?? 'extensions');
    if (read.critical) found.critical.push(read.oid);
    if (read.critical && NEVER_CRITICAL.has(read.oid)) return badExtension(read.oid);
    const bad = take(found, bytes, read, maxNames);
    if (bad !== undefined) return badExtension(bad);
  }
  return new ExtensionsView(bytes, found);
}

/** Which extensions there have been: a list while they are few, as they are in real certificates. */
class Seen {
  readonly #few: string[] = [];
  #many: Set<string> | undefined;

  /** Whether this one has not been there; from now on it has. */
  isNew(oid: string): boolean {
    if (this.#many === undefined && this.#few.length < FEW)
      return !this.#few.includes(oid) && this.#few.push(oid) > 0;
    this.#many ??= new Set(this.#few);
    return !this.#many.has(oid) && this.#many.add(oid).size > 0;
  }
}

/** One extension, of a certificate or of a revocation list. */
export interface ExtensionHead {
  readonly oid: string;
  readonly critical: boolean;
  /** Where the OCTET STRING stands that holds its value. */
  readonly value: number;
}

/** Reads the Extension at `at`; `undefined` when it is malformed. @spec RFC 5280 §4.1 */
export function extensionAt(bytes: Uint8Array, at: number): ExtensionHead | undefined {
  if (tagAt(bytes, at) !== TAG.sequence) return undefined;
  const end = endAt(bytes, at);
  const first = firstIn(bytes, at);
  const second = nextOf(bytes, first, end);
  const third = nextOf(bytes, second, end);
  const value = third < 0 ? second : third;
  if (tagAt(bytes, value) !== TAG.octetString || endAt(bytes, value) !== end) return undefined;
  const oid = oidAt(bytes, first);
  const critical = third < 0 ? false : flagAt(bytes, second);
  return oid === undefined || critical === undefined ? undefined : { oid, critical, value };
}

/** What the strict pass found: what decides, and where the rest stands. */
class Draft {
  basicConstraints: BasicConstraints | undefined = undefined;
  keyUsage: readonly KeyUsage[] | undefined = undefined;
  extKeyUsage: readonly string[] | undefined = undefined;
  nameConstraints: NameConstraints | undefined = undefined;
  subjectAltName: number = NONE;
  subjectKeyId: number = NONE;
  authorityKeyId: number = NONE;
  policies: number = NONE;
  authorityAccess: number = NONE;
  /** Where the octets stand that hold them; they may be malformed. */
  listPoints: number = NONE;
  namesIssuerSerial = false;
  readonly critical: string[] = [];
  readonly unknownCritical: string[] = [];
}

class ExtensionsView implements Extensions {
  readonly #bytes: Uint8Array;
  readonly #found: Draft;
  #subjectAltName: readonly GeneralName[] | undefined;

  constructor(bytes: Uint8Array, found: Draft) {
    this.#bytes = bytes;
    this.#found = found;
  }

  get basicConstraints(): BasicConstraints | undefined {
    return this.#found.basicConstraints;
  }

  get keyUsage(): readonly KeyUsage[] | undefined {
    return this.#found.keyUsage;
  }

  get extKeyUsage(): readonly string[] | undefined {
    return this.#found.extKeyUsage;
  }

  get nameConstraints(): NameConstraints | undefined {
    return this.#found.nameConstraints;
  }

  get listUris(): readonly string[] | undefined {
    const at = this.#found.listPoints;
    return at === NONE ? undefined : pointUris(this.#bytes, insideAt(this.#bytes, at));
  }

  get authorityAccess(): readonly AccessPlace[] | undefined {
    const at = this.#found.authorityAccess;
    return at === NONE ? undefined : accessAt(this.#bytes, at);
  }

  get namesIssuerSerial(): boolean {
    return this.#found.namesIssuerSerial;
  }

  get critical(): readonly string[] {
    return this.#found.critical;
  }

  get unknownCritical(): readonly string[] {
    return this.#found.unknownCritical;
  }

  get subjectAltName(): readonly GeneralName[] | undefined {
    const at = this.#found.subjectAltName;
    if (at !== NONE) this.#subjectAltName ??= namesAt(this.#bytes, at);
    return this.#subjectAltName;
  }

  get subjectKeyId(): string | undefined {
    return hexAt(this.#bytes, this.#found.subjectKeyId);
  }

  get authorityKeyId(): string | undefined {
    return hexAt(this.#bytes, this.#found.authorityKeyId);
  }

  get policies(): readonly string[] | undefined {
    const at = this.#found.policies;
    return at === NONE ? undefined : policiesAt(this.#bytes, insideAt(this.#bytes, at));
  }

  get listPoints(): readonly string[] | undefined {
    const at = this.#found.listPoints;
    return at === NONE ? undefined : distributionPoints(this.#bytes, insideAt(this.#bytes, at));
  }
}

// One case for each extension that is read: the name of the one that is malformed, or `undefined`.
function take(
  found: Draft,
  bytes: Uint8Array,
  { oid, critical, value }: ExtensionHead,
  maxNames: number,
): string | undefined {
  switch (oid) {
    case EXTENSION.basicConstraints:
      found.basicConstraints = basicConstraintsAt(bytes, insideAt(bytes, value));
      return found.basicConstraints === undefined ? 'basicConstraints' : undefined;
    case EXTENSION.keyUsage:
      found.keyUsage = namedBitsAt(bytes, insideAt(bytes, value), KEY_USAGES);
      return found.keyUsage === undefined ? 'keyUsage' : undefined;
    case EXTENSION.extKeyUsage:
      found.extKeyUsage = purposesAt(bytes, insideAt(bytes, value));
      return found.extKeyUsage === undefined ? 'extKeyUsage' : undefined;
    case EXTENSION.subjectAltName:
      found.subjectAltName = insideAt(bytes, value);
      return isNameList(bytes, found.subjectAltName, maxNames) ? undefined : 'subjectAltName';
    case EXTENSION.nameConstraints:
      found.nameConstraints = subtreesAt(bytes, insideAt(bytes, value), maxNames);
      return found.nameConstraints === undefined ? 'nameConstraints' : undefined;
    case EXTENSION.subjectKeyId:
      found.subjectKeyId = insideAt(bytes, value);
      return isKeyId(bytes, found.subjectKeyId, TAG.octetString)
        ? undefined
        : 'subjectKeyIdentifier';
    case EXTENSION.authorityKeyId:
      return takeAuthorityKeyId(found, bytes, insideAt(bytes, value));
    case EXTENSION.distributionPoints:
      found.listPoints = value;
      // read only where lists are handed in: marked critical it counts as unread
      if (critical) found.unknownCritical.push(oid);
      return undefined;
    case EXTENSION.certificatePolicies:
      found.policies = value;
      return undefined;
    case EXTENSION.authorityInfoAccess:
      found.authorityAccess = insideAt(bytes, value);
      return isAccessList(bytes, found.authorityAccess) ? undefined : 'authorityInfoAccess';
    default:
      if (critical) found.unknownCritical.push(oid);
      return undefined;
  }
}

/** @spec RFC 5280 §4.2.1.1 */
function takeAuthorityKeyId(found: Draft, bytes: Uint8Array, at: number): string | undefined {
  if (tagAt(bytes, at) !== TAG.sequence) return 'authorityKeyIdentifier';
  const id = firstIn(bytes, at);
  if (isKeyId(bytes, id, KEY_ID)) found.authorityKeyId = id;
  const end = endAt(bytes, at);
  for (let one = id; one >= 0; one = nextOf(bytes, one, end))
    if (tagAt(bytes, one) !== KEY_ID) found.namesIssuerSerial = true;
  return undefined;
}

const badExtension = (at: string): Fault =>
  fault(
    'bad-extension',
    'RFC 5280 §4.2',
    at,
    `The extension ${at} is malformed, comes twice, or is wrongly critical.`,
  );

/** A certificate of a public authority has ten. */
const FEW = 16;
/** keyIdentifier of an AuthorityKeyIdentifier. */
const KEY_ID = 0x80;

// Marked critical they are against the profile (RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.2.1).
const NEVER_CRITICAL: ReadonlySet<string> = new Set([
  EXTENSION.authorityKeyId,
  EXTENSION.subjectKeyId,
  EXTENSION.authorityInfoAccess,
]);
