// One certificate as DER, from a plan: whatever the plan says is written, right or wrong.
// testing/authority.ts makes the plans.

import type { Asn1 } from 'node-forge';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { concatBytes } from '../bytes.ts';
import { EXTENSION, KEY_USAGES } from '../extension.ts';
import type { KeyUsage } from '../extension.ts';
import { OTHER_NAME } from '../general-name.ts';
import { parseIp } from '../ip.ts';
import type { Instant } from '../time.ts';
import type { AuthorityCrypto, SigningKey } from './authority-crypto.ts';
import {
  bits,
  encode,
  ia5,
  implicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  tagged,
  time,
  utf8,
  written,
  yes,
} from './asn1.ts';
import { bytesOfLatin1 } from '../bytes.ts';

/** The names to write into subjectAltName. */
export interface PlannedNames {
  readonly dns?: readonly string[];
  readonly srv?: readonly string[];
  readonly xmppAddr?: readonly string[];
  readonly uri?: readonly string[];
  readonly ip?: readonly string[];
}

/** Everything that a certificate says. */
export interface CertificatePlan {
  readonly serial: number;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly key: SigningKey;
  readonly issuerKey: SigningKey;
  readonly algorithm: SignatureAlgorithm;
  readonly ca: boolean;
  readonly keyUsage: readonly KeyUsage[];
  /** Object identifiers; empty: no extendedKeyUsage at all. */
  readonly extKeyUsage: readonly string[];
  readonly names: PlannedNames;
  /** Object identifiers of certificate policies. */
  readonly policies?: readonly string[];
  /** Written as they stand, behind the others. */
  readonly more?: readonly PlannedExtension[];
}

/** An extension as it stands, right or wrong. */
export interface PlannedExtension {
  readonly type: string;
  /** DER, or what should have been. */
  readonly value: Uint8Array;
  readonly critical?: boolean;
}

/** Writes and signs. @spec RFC 5280 §4.1 */
export function writeCertificate(plan: CertificatePlan, crypto: AuthorityCrypto): Uint8Array {
  const algorithm = algorithmOf(plan.algorithm);
  const body = sequence(
    tagged(0, integer(2)),
    integer(plan.serial),
    algorithm,
    nameOf(plan.issuer),
    sequence(time(plan.notBefore), time(plan.notAfter)),
    nameOf(plan.subject),
    written(plan.key.spki),
    tagged(3, sequence(...extensionsOf(plan, crypto))),
  );
  const tbs = encode(body);
  return encode(sequence(written(tbs), algorithm, bits(plan.issuerKey.sign(plan.algorithm, tbs))));
}

function extensionsOf(plan: CertificatePlan, crypto: AuthorityCrypto): readonly Asn1[] {
  const list = [
    extension(EXTENSION.keyUsage, usageBits(plan.keyUsage), true),
    extension(EXTENSION.subjectKeyId, octets(keyId(plan.key, crypto))),
    extension(EXTENSION.authorityKeyId, sequence(implicit(0, keyId(plan.issuerKey, crypto)))),
  ];
  const names = generalNames(plan.names);
  if (plan.ca) list.push(extension(EXTENSION.basicConstraints, sequence(yes()), true));
  if (plan.extKeyUsage.length > 0)
    list.push(extension(EXTENSION.extKeyUsage, sequence(...plan.extKeyUsage.map(oid))));
  if (names.length > 0)
    list.push(extension(EXTENSION.subjectAltName, sequence(...names), plan.subject === ''));
  const policies = plan.policies ?? [];
  if (policies.length > 0) {
    const said = sequence(...policies.map((one) => sequence(oid(one))));
    list.push(extension(EXTENSION.certificatePolicies, said));
  }
  for (const { type, value, critical } of plan.more ?? []) {
    list.push(rawExtension(type, value, critical));
  }
  return list;
}

function generalNames(names: PlannedNames): readonly Asn1[] {
  return [
    ...(names.dns ?? []).map((name) => implicit(2, bytesOfLatin1(name))),
    ...(names.uri ?? []).map((name) => implicit(6, bytesOfLatin1(name))),
    ...(names.ip ?? []).map((name) => implicit(7, parseIp(name) ?? new Uint8Array())),
    ...(names.srv ?? []).map((name) => otherName(OTHER_NAME.srv, ia5(name))),
    ...(names.xmppAddr ?? []).map((name) => otherName(OTHER_NAME.xmppAddr, utf8(name))),
  ];
}

const otherName = (type: string, value: Asn1): Asn1 => tagged(0, oid(type), tagged(0, value));

const extension = (type: string, value: Asn1, critical = false): Asn1 =>
  rawExtension(type, encode(value), critical);

function rawExtension(type: string, value: Uint8Array, critical = false): Asn1 {
  const content = octets(value);
  return critical ? sequence(oid(type), yes(), content) : sequence(oid(type), content);
}

// The bits that are set, without the zeros behind the last one.
function usageBits(usages: readonly KeyUsage[]): Asn1 {
  const set = usages.map((usage) => KEY_USAGES.indexOf(usage));
  const last = Math.max(...set);
  const bytes = new Uint8Array((last >> 3) + 1);
  for (const bit of set) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bits(bytes, 7 - (last & 7));
}

const keyId = (key: SigningKey, crypto: AuthorityCrypto): Uint8Array => crypto.sha1(key.spki);

const nameOf = (commonName: string): Asn1 =>
  commonName === '' ? sequence() : sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));

function algorithmOf(algorithm: SignatureAlgorithm): Asn1 {
  const id = OIDS[`${algorithm.name}${'hash' in algorithm ? `-${algorithm.hash}` : ''}`] ?? '0.0';
  return algorithm.name === 'rsa-pkcs1' ? sequence(oid(id), nothing()) : sequence(oid(id));
}

const OIDS: Readonly<Record<string, string>> = {
  'ecdsa-sha1': '1.2.840.10045.4.1',
  'ecdsa-sha256': '1.2.840.10045.4.3.2',
  'rsa-pkcs1-sha1': '1.2.840.113549.1.1.5',
  'rsa-pkcs1-sha256': '1.2.840.113549.1.1.11',
  ed25519: '1.3.101.112',
};

/** One octet that does not belong there, behind the end. */
export const withTrailingByte = (der: Uint8Array): Uint8Array =>
  concatBytes([der, Uint8Array.of(0)]);
