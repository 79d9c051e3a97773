// The few shapes that a PKCS#12 file is made of, read out of what node-forge parsed. Such files are BER: octet strings in
// pieces, lengths that are not the shortest. What is not there is `undefined`; nothing is thrown but by node-forge, and
// read.ts catches that.

import forge from 'node-forge';
import type { Asn1 } from 'node-forge';

/** Parses; throws what node-forge throws. No file nests deeper than a chain of certificates in bags. */
export const parseBer = (bytes: string): Asn1 =>
  forge.asn1.fromDer(bytes, { decodeBitStrings: false, maxDepth: MAX_DEPTH });

/** The values inside of a constructed one. */
export const inside = (node: Asn1 | undefined): readonly Asn1[] =>
  node === undefined || typeof node.value === 'string' ? [] : node.value;

/** The value inside an explicit context tag. */
export function explicit(node: Asn1 | undefined, number: number): Asn1 | undefined {
  const isIt = node?.tagClass === CONTEXT && node.type === number && node.constructed;
  return isIt && inside(node).length === 1 ? inside(node)[0] : undefined;
}

/** The octets of an OCTET STRING, or of an implicit context tag, in one piece or in several. */
export function octetsOf(node: Asn1 | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (typeof node.value === 'string') return node.value;
  const pieces = node.value.map((piece) =>
    typeof piece.value === 'string' ? piece.value : undefined,
  );
  return pieces.includes(undefined) ? undefined : pieces.join('');
}

/** An object identifier, dotted. */
export function oidOf(node: Asn1 | undefined): string | undefined {
  const isIt = node?.type === forge.asn1.Type.OID && node.tagClass === 0;
  return isIt && typeof node.value === 'string' ? forge.asn1.derToOid(node.value) : undefined;
}

/** A whole number from 0, below 2^31. */
export function countOf(node: Asn1 | undefined): number | undefined {
  const isIt = node?.type === forge.asn1.Type.INTEGER && node.tagClass === 0;
  if (!isIt || typeof node.value !== 'string' || node.value.length > 5) return undefined;
  let value = 0;
  for (let i = 0; i < node.value.length; i += 1) value = value * 256 + node.value.charCodeAt(i);
  return value < 2 ** 31 ? value : undefined;
}

/** The octets of a value, as they are written again. */
export const encoded = (node: Asn1): string => forge.asn1.toDer(node).getBytes();

const CONTEXT = 0x80;
const MAX_DEPTH = 32;
