// Writing DER through node-forge: the handful of shapes that a certificate is made of. Strings are
// one character an octet, as forge has them, until `encode` makes octets of the whole.

import forge from 'node-forge';
import type { Asn1 } from 'node-forge';
import { bytesOfLatin1, bytesOfUtf8, latin1Of } from '../bytes.ts';
import { pad, partsOf } from '../time.ts';
import type { Instant } from '../time.ts';

const { asn1 } = forge;

/** A value that is made of others. */
export const sequence = (...parts: readonly Asn1[]): Asn1 => made(asn1.Type.SEQUENCE, parts);

/** A SET of one value or several, in the order given. */
export const set = (...parts: readonly Asn1[]): Asn1 => made(asn1.Type.SET, parts);

/** An explicit context tag. */
export const tagged = (number: number, ...parts: readonly Asn1[]): Asn1 =>
  asn1.create(asn1.Class.CONTEXT_SPECIFIC, number, true, [...parts]);

/** An implicit context tag over octets. */
export const implicit = (number: number, octets: Uint8Array): Asn1 =>
  asn1.create(asn1.Class.CONTEXT_SPECIFIC, number, false, latin1Of(octets));

/** An OBJECT IDENTIFIER from its dotted form. */
export const oid = (text: string): Asn1 => leaf(asn1.Type.OID, asn1.oidToDer(text).getBytes());

/** A non-negative INTEGER below 2^31. */
export const integer = (value: number): Asn1 =>
  leaf(asn1.Type.INTEGER, asn1.integerToDer(value).getBytes());

/** BOOLEAN TRUE. */
export const yes = (): Asn1 => leaf(asn1.Type.BOOLEAN, '\u00ff');

/** NULL. */
export const nothing = (): Asn1 => leaf(asn1.Type.NULL, '');

/** An OCTET STRING. */
export const octets = (bytes: Uint8Array): Asn1 => leaf(asn1.Type.OCTETSTRING, latin1Of(bytes));

/** A BIT STRING; `unused` bits at the end do not count. */
export const bits = (bytes: Uint8Array, unused = 0): Asn1 =>
  leaf(asn1.Type.BITSTRING, String.fromCharCode(unused) + latin1Of(bytes));

/** A UTF8String. */
export const utf8 = (text: string): Asn1 => leaf(asn1.Type.UTF8, latin1Of(bytesOfUtf8(text)));

/** An IA5String, unchecked: wrong ones can be written. */
export const ia5 = (text: string): Asn1 => leaf(asn1.Type.IA5STRING, text);

/** UTCTime until 2049, GeneralizedTime after. @spec RFC 5280 §4.1.2.5 */
export function time(instant: Instant): Asn1 {
  const { year, month, day, hour, minute, second } = partsOf(instant);
  const rest = [month, day, hour, minute, second].map((part) => pad(part, 2)).join('');
  const short = year >= 1950 && year < 2050;
  const text = `${short ? pad(year % 100, 2) : pad(year, 4)}${rest}Z`;
  return leaf(short ? asn1.Type.UTCTIME : asn1.Type.GENERALIZEDTIME, text);
}

/** DER that is written already, put in as it stands. */
export const written = (der: Uint8Array): Asn1 =>
  asn1.fromDer(latin1Of(der), { decodeBitStrings: false });

/** The octets of a value. */
export const encode = (value: Asn1): Uint8Array => bytesOfLatin1(asn1.toDer(value).getBytes());

const made = (type: number, parts: readonly Asn1[]): Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, type, true, [...parts]);
const leaf = (type: number, value: string): Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, type, false, value);
