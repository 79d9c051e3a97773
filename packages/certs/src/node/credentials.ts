// Credentials from files: a key, its certificate with intermediates, and optionally what to trust; as
// PEM, or the first two in one PKCS#12 file. Checked before use: each certificate reads strictly, the
// key fits the first one, the chain is in order. What is wrong is a value; no text of a key or a
// password is ever in it.

import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { parseCertificate, parseCertificates } from '../certificate.ts';
import type { Certificate } from '../certificate.ts';
import { fault, isFault } from '../fault.ts';
import type { Fault } from '../fault.ts';

/** Where the files are; all PEM. */
export interface CredentialPaths {
  /** PKCS#8, PKCS#1 or SEC 1, unencrypted. */
  readonly key: string;
  /** The certificate first, then its intermediates. */
  readonly cert: string;
  /** What to trust, one or more. */
  readonly ca?: string;
}

/** The same in a PKCS#12 file. */
export interface Pkcs12Paths {
  readonly pkcs12: string;
  /** Secret. */
  readonly password: string;
  /** Rounds of key derivation that it may ask for in all, up to a million. Default: 60,000, a second at most. */
  readonly maxKeyRounds?: number;
  /** PEM: what to trust, one or more. */
  readonly ca?: string;
}

/** A credential that holds together. `key` and `cert` are what Node's TLS wants. */
export interface Credentials {
  readonly kind: 'credentials';
  /** PEM. Secret. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
  /** PEM; undefined when no path was given. */
  readonly ca: string | undefined;
  /** The chain, read. */
  readonly chain: readonly Certificate[];
  /** What is trusted, read; empty when no path was given. */
  readonly anchors: readonly Certificate[];
}

/** Reads and checks; a file that is missing, malformed or does not fit is a fault. */
export async function loadCredentials(
  paths: CredentialPaths | Pkcs12Paths,
): Promise<Credentials | Fault> {
  const pair = 'pkcs12' in paths ? await pairIn(paths) : await pairOf(paths);
  const ca = paths.ca === undefined ? undefined : await textOf(paths.ca);
  if (isFault(pair)) return pair;
  if (isFault(ca)) return ca;
  const { key, cert, at } = pair;
  const chain = chainOf(cert, at.cert);
  if (isFault(chain)) return chain;
  const anchors = anchorsOf(ca, paths.ca ?? '');
  if (isFault(anchors)) return anchors;
  return keyFault(key, chain, at) ?? { kind: 'credentials', key, cert, ca, chain, anchors };
}

/** Both as PEM, and where each stands. */
interface Pair {
  readonly key: string;
  readonly cert: string;
  readonly at: CredentialPaths;
}

async function pairOf(paths: CredentialPaths): Promise<Pair | Fault> {
  const key = await textOf(paths.key);
  const cert = await textOf(paths.cert);
  if (isFault(key)) return key;
  return isFault(cert) ? cert : { key, cert, at: paths };
}

async function pairIn({
  pkcs12: path,
  password,
  maxKeyRounds,
}: Pkcs12Paths): Promise<Pair | Fault> {
  const file = await octetsOf(path);
  // loaded only by whoever has such a file
  const { readPkcs12 } = await import('../pkcs12/read.ts');
  const read = isFault(file)
    ? file
    : readPkcs12(file, password, maxKeyRounds === undefined ? {} : { maxKeyRounds });
  if (isFault(read)) return { ...read, at: `${path}, ${read.at ?? 'file'}` };
  return { key: read.keyPem, cert: read.certPem, at: { key: path, cert: path } };
}

/** The roots that come with Node, those left out that our reader refuses. */
export function systemAnchors(): readonly Certificate[] {
  return rootCertificates.flatMap((pem) => {
    const root = parseCertificate(pem);
    return isFault(root) ? [] : [root];
  });
}

async function textOf(path: string): Promise<string | Fault> {
  const octets = await octetsOf(path);
  return isFault(octets) ? octets : Buffer.from(octets).toString('utf8');
}

async function octetsOf(path: string): Promise<Uint8Array | Fault> {
  try {
    return new Uint8Array(await readFile(path));
  } catch {
    return bad('unreadable-file', path, `The file ${path} cannot be read.`);
  }
}

// TLS wants each certificate signed by the one that follows.
function chainOf(pem: string, path: string): readonly Certificate[] | Fault {
  const chain = parseCertificates(pem);
  if (isFault(chain)) return { ...chain, at: `${path}, ${chain.at}` };
  if (chain.length === 0) return bad('no-certificate', path, `No certificate is in ${path}.`);
  for (const [i, certificate] of chain.entries()) {
    const above = chain[i + 1];
    if (above === undefined || above.subject.text === certificate.issuer.text) continue;
    return bad(
      'unknown-issuer',
      path,
      `Certificate ${i + 1} in ${path} is not followed by its issuer ${certificate.issuer.text}.`,
    );
  }
  return chain;
}

// A file without any would trust nobody, and nothing would say so before the first peer.
function anchorsOf(pem: string | undefined, path: string): readonly Certificate[] | Fault {
  if (pem === undefined) return [];
  const anchors = parseCertificates(pem);
  if (isFault(anchors)) return { ...anchors, at: `${path}, ${anchors.at}` };
  if (anchors.length === 0) return bad('no-certificate', path, `No certificate is in ${path}.`);
  return anchors;
}

function keyFault(
  key: string,
  [leaf]: readonly Certificate[],
  paths: CredentialPaths,
): Fault | undefined {
  try {
    const fits =
      leaf !== undefined && new X509Certificate(leaf.der).checkPrivateKey(createPrivateKey(key));
    return fits
      ? undefined
      : bad(
          'key-mismatch',
          paths.key,
          `The key in ${paths.key} is not that of the first certificate in ${paths.cert}.`,
        );
  } catch {
    return bad('bad-key', paths.key, `The key in ${paths.key} cannot be read.`);
  }
}

const bad = (code: Fault['code'], at: string, text: string): Fault =>
  fault(code, 'RFC 8446 §4.4.2', at, text);
