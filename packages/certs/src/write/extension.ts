// What a certificate and a request for one have in common on the way out: names, extensions, algorithms. What is handed
// in is written, right or wrong; who asks for it checks (request.ts does, testing/ writes wrong ones on purpose).

import type { Asn1 } from 'node-forge';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { bytesOfLatin1 } from '../bytes.ts';
import { KEY_USAGES } from '../extension.ts';
import type { KeyUsage } from '../extension.ts';
import { OTHER_NAME } from '../general-name.ts';
import { parseIp } from '../ip.ts';
import {
  bits,
  encode,
  ia5,
  implicit,
  nothing,
  octets,
  oid,
  sequence,
  set,
  tagged,
  utf8,
  yes,
} from './asn1.ts';
import type { PlannedNames } from './request-plan.ts';

/** The names as GeneralName, by kind. @spec RFC 5280 §4.2.1.6 */
export function generalNames(names: PlannedNames): readonly Asn1[] {
  return [
    ...(names.dns ?? []).map((name) => implicit(2, bytesOfLatin1(name))),
    ...(names.uri ?? []).map((name) => implicit(6, bytesOfLatin1(name))),
    ...(names.ip ?? []).map((name) => implicit(7, parseIp(name) ?? new Uint8Array())),
    ...(names.srv ?? []).map((name) => otherName(OTHER_NAME.srv, ia5(name))),
    ...(names.xmppAddr ?? []).map((name) => otherName(OTHER_NAME.xmppAddr, utf8(name))),
  ];
}

const otherName = (type: string, value: Asn1): Asn1 => tagged(0, oid(type), tagged(0, value));

/** One extension. @spec RFC 5280 §4.2 */
export const extension = (type: string, value: Asn1, critical = false): Asn1 =>
  rawExtension(type, encode(value), critical);

/** One extension over octets as they stand. */
export function rawExtension(type: string, value: Uint8Array, critical = false): Asn1 {
  const content = octets(value);
  return critical ? sequence(oid(type), yes(), content) : sequence(oid(type), content);
}

/** The bits that are set, without the zeros behind the last one. @spec RFC 5280 §4.2.1.3 */
export function usageBits(usages: readonly KeyUsage[]): Asn1 {
  const set = usages.map((usage) => KEY_USAGES.indexOf(usage));
  const last = Math.max(...set);
  const bytes = new Uint8Array((last >> 3) + 1);
  for (const bit of set) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bits(bytes, 7 - (last & 7));
}

/** A name of one attribute each, as pairs of type and value, in the order given. @spec RFC 5280 §4.1.2.4 */
export const nameOf = (attributes: readonly (readonly [type: string, value: string])[]): Asn1 =>
  sequence(...attributes.map(([type, value]) => set(sequence(oid(type), utf8(value)))));

/** The attribute that holds one host. */
export const COMMON_NAME = '2.5.4.3';

/** An AlgorithmIdentifier; `0.0` for an algorithm that we do not write. */
export function algorithmOf(algorithm: SignatureAlgorithm): Asn1 {
  const id = OIDS[`${algorithm.name}${'hash' in algorithm ? `-${algorithm.hash}` : ''}`] ?? '0.0';
  return algorithm.name === 'rsa-pkcs1' ? sequence(oid(id), nothing()) : sequence(oid(id));
}

const OIDS: Readonly<Record<string, string>> = {
  'ecdsa-sha1': '1.2.840.10045.4.1',
  'ecdsa-sha256': '1.2.840.10045.4.3.2',
  'ecdsa-sha384': '1.2.840.10045.4.3.3',
  'ecdsa-sha512': '1.2.840.10045.4.3.4',
  'rsa-pkcs1-sha1': '1.2.840.113549.1.1.5',
  'rsa-pkcs1-sha256': '1.2.840.113549.1.1.11',
  ed25519: '1.3.101.112',
};
