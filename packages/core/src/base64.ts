// Octets as base64, with padding or, as some write it, without. RFC 4648 §4.
import { fromBase64url, toBase64url } from './base64url.ts';

/** @spec RFC 4648 §4 */
export function toBase64(bytes: Uint8Array): string {
  const text = toBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/** The octets again; `undefined` for what no octets are written as. Padding may be missing. @spec RFC 4648 §4 */
export function fromBase64(text: string): Uint8Array | undefined {
  const bare = text.replace(/={1,2}$/, '');
  const isPadded = bare.length < text.length;
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || (isPadded && text.length % 4 !== 0)) return undefined;
  return fromBase64url(bare.replaceAll('+', '-').replaceAll('/', '_'));
}
