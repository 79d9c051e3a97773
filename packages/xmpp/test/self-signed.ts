// Self-signed certificates made while tests run: a P-256 key by node:crypto and DER by hand (RFC 5280 §4.1). They name a
// domain in the subject only; the judges of these tests read nothing else.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
  readonly der: Uint8Array;
}

/** A key, and a certificate for a domain signed by it. */
export function selfSigned(domain: string): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = signed(toBeSigned(domain, publicKey), privateKey);
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const body = der.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return { key, cert: `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`, der };
}

/** The domain that such a certificate names. */
export function domainIn(der: Uint8Array): string {
  const text = Buffer.from(der).toString('latin1');
  return /[a-z0-9-]+\.example/.exec(text)?.[0] ?? '';
}

function signed(body: Buffer, key: KeyObject): Buffer {
  const signature = sign('sha256', body, key);
  return sequence(body, ECDSA_SHA256, tlv(0x03, Buffer.from([0]), signature));
}

function toBeSigned(domain: string, key: KeyObject): Buffer {
  const name = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(domain)))));
  const validity = sequence(time('200101000000Z'), time('491231235959Z'));
  const spki = key.export({ type: 'spki', format: 'der' });
  return sequence(tlv(0x02, Buffer.from([1])), ECDSA_SHA256, name, validity, name, spki);
}

function time(text: string): Buffer {
  return tlv(0x17, Buffer.from(text));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(length < 128 ? [tag, length] : [tag, ...long]), content]);
}

/** 1.2.840.10045.4.3.2 */
const ECDSA_SHA256 = sequence(tlv(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
/** 2.5.4.3 */
const COMMON_NAME = tlv(0x06, Buffer.from('550403', 'hex'));
