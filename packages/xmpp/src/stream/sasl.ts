// SASL EXTERNAL between servers: RFC 6120 §6, XEP-0178 §3, RFC 4422 Appendix A. The certificate has been judged
// before; here the authorization identity is written and read. No other mechanism makes sense between servers.
import type { XmlElement } from '../xml/element.ts';
import { textOf } from '../xml/element.ts';
import { decodeUtf8, encodeUtf8 } from '../bytes.ts';
import { NS } from '../namespaces.ts';
import { type DomainName, domainName } from './domain.ts';

/** The SASL errors that we say. @spec RFC 6120 §6.5 */
export type SaslCondition =
  | 'aborted'
  | 'encryption-required'
  | 'incorrect-encoding'
  | 'invalid-authzid'
  | 'invalid-mechanism'
  | 'not-authorized';

/** The initiator's request, with the identity spelled out for old peers. @spec XEP-0178 §3 */
export function authText(from: DomainName): string {
  const authzid = toBase64(encodeUtf8(from.text));
  return `<auth xmlns='${NS.sasl}' mechanism='EXTERNAL'>${authzid}</auth>`;
}

/** @spec RFC 6120 §6.4.5 */
export function saslFailureText(condition: SaslCondition): string {
  return `<failure xmlns='${NS.sasl}'><${condition}/></failure>`;
}

/** @spec RFC 6120 §6.4.4 */
export const ABORT: string = `<abort xmlns='${NS.sasl}'/>`;
/** @spec RFC 6120 §6.4.6 */
export const SUCCESS: string = `<success xmlns='${NS.sasl}'/>`;
/** @spec RFC 6120 §6.4.3 */
export const CHALLENGE: string = `<challenge xmlns='${NS.sasl}'/>`;

/** What an auth or response asks for: the `from` of the header, a domain spelled out, or nothing yet. */
export type Authzid =
  | { readonly kind: 'none' }
  | { readonly kind: 'from' }
  | { readonly kind: 'domain'; readonly domain: DomainName }
  | { readonly kind: 'refused'; readonly condition: SaslCondition };

/** @spec RFC 6120 §6.3.8, §6.4.2 */
export function readAuthzid(element: XmlElement): Authzid {
  const text = textOf(element);
  if (text === '') return { kind: 'none' };
  if (text === '=') return { kind: 'from' };
  const bytes = fromBase64(text);
  if (bytes === undefined) return { kind: 'refused', condition: 'incorrect-encoding' };
  const domain = domainName(decodeUtf8(bytes));
  if (domain === undefined) return { kind: 'refused', condition: 'invalid-authzid' };
  return { kind: 'domain', domain };
}

/** RFC 4648 §4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(three >> 18) + ALPHABET.charAt((three >> 12) & 63);
    text += at + 1 < bytes.length ? ALPHABET.charAt((three >> 6) & 63) : '=';
    text += at + 2 < bytes.length ? ALPHABET.charAt(three & 63) : '=';
  }
  return text;
}

/** RFC 4648 §4; undefined for any other character, a wrong length or padding bits that are not zero. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || text.length > LONGEST_BASE64) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length - padding; i++) {
    const value = ALPHABET.indexOf(text.charAt(i));
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Characters; a domain has at most 1023 octets. */
const LONGEST_BASE64 = 1400;
