// One certificate as DER, from a plan: whatever the plan says is written, right or wrong.
// testing/authority.ts makes the plans.

import type { Asn1 } from 'node-forge';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { concatBytes } from '../bytes.ts';
import { EXTENSION } from '../extension.ts';
import type { KeyUsage } from '../extension.ts';
import type { Instant } from '../time.ts';
import {
  bits,
  encode,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  tagged,
  time,
  written,
  yes,
} from '../write/asn1.ts';
import {
  algorithmOf,
  COMMON_NAME,
  extension,
  generalNames,
  nameOf,
  rawExtension,
  usageBits,
} from '../write/extension.ts';
import type { PlannedNames } from '../write/request-plan.ts';
import type { AuthorityCrypto, SigningKey } from '../write/signing.ts';

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
    named(plan.issuer),
    sequence(time(plan.notBefore), time(plan.notAfter)),
    named(plan.subject),
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

const keyId = (key: SigningKey, crypto: AuthorityCrypto): Uint8Array => crypto.sha1(key.spki);

const named = (commonName: string): Asn1 =>
  nameOf(commonName === '' ? [] : [[COMMON_NAME, commonName]]);

/** One octet that does not belong there, behind the end. */
export const withTrailingByte = (der: Uint8Array): Uint8Array =>
  concatBytes([der, Uint8Array.of(0)]);
