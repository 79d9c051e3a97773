// A certificate that signs itself, made on the spot: enough DER for TLS to present it. Whether it is
// any good is what judges are for, and these tests bring their own.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

export interface Pair {
  readonly key: string;
  readonly cert: string;
}

export function selfSigned(name: string): Pair {
  return signed(name, undefined);
}

/** A leaf, and behind it the certificate that signed it. */
export function issued(name: string, issuerName: string): Pair {
  const issuer = signed(issuerName, undefined);
  const leaf = signed(name, { name: issuerName, key: issuer.key });
  return { key: leaf.key, cert: `${leaf.cert}${issuer.cert}` };
}

function signed(
  name: string,
  issuer: { readonly name: string; readonly key: string } | undefined,
): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const body = tbs(name, issuer?.name ?? name, publicKey);
  const signature = sign('sha256', body, createPrivateKey(issuer?.key ?? privateKey));
  const certificate = der(0x30, body, ECDSA_SHA256, der(0x03, Buffer.of(0), signature));
  const lines = certificate.toString('base64').replaceAll(/(.{64})/g, '$1\n');
  return {
    key: privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** The subject's name in a certificate made here: the last one. */
export function nameIn(certificate: Uint8Array): string {
  const text = Buffer.from(certificate).toString('latin1');
  return [...text.matchAll(/CN-([a-z.]+)-NC/g)].at(-1)?.[1] ?? '';
}

function tbs(name: string, issuerName: string, publicKey: Buffer): Buffer {
  const validity = der(0x30, utcTime('250101000000Z'), utcTime('490101000000Z'));
  const version = der(0xa0, Buffer.from('020102', 'hex'));
  const serial = Buffer.from('020101', 'hex');
  const [issuer, subject] = [distinguished(issuerName), distinguished(name)];
  return der(0x30, version, serial, ECDSA_SHA256, issuer, validity, subject, publicKey);
}

function distinguished(name: string): Buffer {
  const commonName = der(0x0c, Buffer.from(`CN-${name}-NC`));
  return der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), commonName)));
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const ECDSA_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');
