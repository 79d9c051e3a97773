// The bags of one part of a PKCS#12 file: keys and certificates, with the mark that tells which belong together. Other
// bags (CRLs, secrets) are passed over.

import type { Asn1 } from 'node-forge';
import { encoded, explicit, inside, octetsOf, oidOf, parseBer } from './ber.ts';
import { opened } from './protection.ts';
import type { Closed, Opening } from './protection.ts';

/** A key (PKCS#8) or a certificate, as octets. */
export interface Bag {
  readonly kind: 'key' | 'certificate';
  readonly octets: string;
  /** Its localKeyId. */
  readonly id: string | undefined;
}

/** The bags in a part. @spec RFC 7292 §4.2 */
export function bagsIn(
  text: string,
  opening: Opening,
): readonly Bag[] | { readonly closed: Closed } {
  const bags: Bag[] = [];
  for (const node of inside(parseBer(text))) {
    const [type, value, attributes] = inside(node);
    const found = contentOf(oidOf(type), explicit(value, 0), opening);
    if (found === undefined) continue;
    if (found.kind === 'closed') return { closed: found.why };
    bags.push({ ...found, id: localKeyId(attributes) });
  }
  return bags;
}

type Content =
  | { readonly kind: Bag['kind']; readonly octets: string }
  | { readonly kind: 'closed'; readonly why: Closed };

function contentOf(
  type: string | undefined,
  value: Asn1 | undefined,
  opening: Opening,
): Content | undefined {
  if (type === KEY_BAG && value !== undefined) return { kind: 'key', octets: encoded(value) };
  if (type === SHROUDED) return shrouded(value, opening);
  if (type !== CERT_BAG) return undefined;
  const [kind, wrapped] = inside(value);
  if (oidOf(kind) !== X509) return undefined;
  const octets = octetsOf(explicit(wrapped, 0));
  return octets === undefined
    ? { kind: 'closed', why: 'malformed' }
    : { kind: 'certificate', octets };
}

function shrouded(value: Asn1 | undefined, opening: Opening): Content {
  const [algorithm, octets] = inside(value);
  const text = octetsOf(octets);
  if (text === undefined) return { kind: 'closed', why: 'malformed' };
  const key = opened(algorithm, text, opening);
  return typeof key === 'string'
    ? { kind: 'key', octets: key }
    : { kind: 'closed', why: key.closed };
}

function localKeyId(attributes: Asn1 | undefined): string | undefined {
  for (const attribute of inside(attributes)) {
    const [type, values] = inside(attribute);
    if (oidOf(type) === LOCAL_KEY_ID) return octetsOf(inside(values)[0]);
  }
  return undefined;
}

/** @spec RFC 7292 §4.2.1 */
export const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
/** @spec RFC 7292 §4.2.2 */
export const SHROUDED = '1.2.840.113549.1.12.10.1.2';
/** @spec RFC 7292 §4.2.3 */
export const CERT_BAG = '1.2.840.113549.1.12.10.1.3';
/** @spec RFC 7292 §4.2.3 */
export const X509 = '1.2.840.113549.1.9.22.1';
/** @spec RFC 2985 §5.5.2 */
export const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
