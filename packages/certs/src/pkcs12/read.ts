// PKCS#12 (RFC 7292): a key and its certificates in one file under a password, as Windows and appliances export them. The
// file is opened with node-forge, whatever kind of key is in it; certificates are read by our own reader, and the key is
// handed on unread. Public-key modes, CRLs and secrets are not here.

import type { Asn1 } from 'node-forge';
import { DEFAULT_LIMITS, MOST_KEY_ROUNDS } from '../budget.ts';
import type { CertLimits } from '../budget.ts';
import { bytesOfLatin1, latin1Of } from '../bytes.ts';
import { parseCertificate } from '../certificate.ts';
import type { Certificate } from '../certificate.ts';
import { MisuseError, fault, isFault } from '../fault.ts';
import type { Fault } from '../fault.ts';
import { writePem } from '../pem.ts';
import { bagsIn } from './bags.ts';
import type { Bag } from './bags.ts';
import { countOf, explicit, inside, octetsOf, oidOf, parseBer } from './ber.ts';
import { leafFirst } from './leaf-first.ts';
import { checkSeal, opened } from './protection.ts';
import type { Closed, Opening } from './protection.ts';

/** What a PKCS#12 file holds. */
export interface Pkcs12 {
  readonly kind: 'pkcs12';
  /** PKCS#8, PEM. Secret. */
  readonly keyPem: string;
  /** The certificate of the key and its issuers as far as they are there, leaf first, PEM. */
  readonly certPem: string;
  /** The same, read. */
  readonly chain: readonly Certificate[];
  /** Certificates that belong to no chain of the key. */
  readonly others: readonly Certificate[];
}

/**
 * Opens a file that holds one key. A password that does not fit, a file that is none, more rounds of key derivation than
 * `maxKeyRounds` allows: each is a fault, and no text of a key or a password is in it. To allow more rounds than
 * {@link MOST_KEY_ROUNDS} is misuse.
 * @spec RFC 7292 §4
 */
export function readPkcs12(
  bytes: Uint8Array,
  password: string,
  limits: Partial<CertLimits> = {},
): Pkcs12 | Fault {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const { maxKeyRounds } = bounds;
  if (!(Number.isInteger(maxKeyRounds) && maxKeyRounds >= 0 && maxKeyRounds <= MOST_KEY_ROUNDS))
    throw new MisuseError('bad-limit', `maxKeyRounds has to be 0 to ${MOST_KEY_ROUNDS}.`);
  if (bytes.length > bounds.maxPkcs12Bytes)
    return bad('too-large', `The file has more than ${bounds.maxPkcs12Bytes} octets.`);
  try {
    return read(parseBer(latin1Of(bytes)), bounds, { password, rounds: maxKeyRounds });
  } catch {
    return bad('bad-pkcs12', 'This is no PKCS#12 file, or it is damaged.');
  }
}

function read(pfx: Asn1, bounds: CertLimits, opening: Opening): Pkcs12 | Fault {
  const [version, safe, seal] = inside(pfx);
  const content = octetsOf(explicit(inside(safe)[1], 0));
  if (countOf(version) !== 3 || oidOf(inside(safe)[0]) !== DATA || content === undefined)
    return bad('bad-pkcs12', 'This is no PKCS#12 file that a password protects.');
  if (seal === undefined) return bad('bad-pkcs12', 'The file has no seal.');
  const broken = checkSeal(seal, content, opening);
  if (broken !== undefined) return closed(broken, bounds);
  const bags: Bag[] = [];
  for (const part of inside(parseBer(content))) {
    const text = contentOf(part, opening);
    if (typeof text !== 'string') return closed(text.closed, bounds);
    const found = bagsIn(text, opening);
    if ('closed' in found) return closed(found.closed, bounds);
    bags.push(...found);
    if (bags.length > MAX_BAGS) return bad('too-large', `The file has more than ${MAX_BAGS} bags.`);
  }
  return sorted(bags, bounds);
}

/** What one part holds, whether it is encrypted or not. @spec RFC 7292 §4.1 */
function contentOf(part: Asn1, opening: Opening): string | { readonly closed: Closed } {
  const [type, wrapped] = inside(part);
  const inner = explicit(wrapped, 0);
  if (oidOf(type) === DATA) return octetsOf(inner) ?? { closed: 'malformed' };
  if (oidOf(type) !== ENCRYPTED) return { closed: 'unknown-algorithm' };
  const [kind, algorithm, octets] = inside(inside(inner)[1]);
  const text = octetsOf(octets);
  if (oidOf(kind) !== DATA || text === undefined) return { closed: 'malformed' };
  return opened(algorithm, text, opening);
}

function sorted(bags: readonly Bag[], bounds: CertLimits): Pkcs12 | Fault {
  const keys = bags.filter(({ kind }) => kind === 'key');
  const [key] = keys;
  if (key === undefined) return bad('bad-key', 'The file holds no private key.');
  if (keys.length > 1) return bad('bad-key', `The file holds ${keys.length} keys; one is wanted.`);
  const certificates: { readonly certificate: Certificate; readonly isOfKey: boolean }[] = [];
  for (const { kind, octets, id } of bags) {
    if (kind === 'key') continue;
    const certificate = parseCertificate(bytesOfLatin1(octets), bounds);
    if (isFault(certificate)) return certificate;
    certificates.push({ certificate, isOfKey: id !== undefined && id === key.id });
  }
  if (certificates.length === 0) return bad('no-certificate', 'The file holds no certificate.');
  const { chain, others } = leafFirst(certificates);
  return {
    kind: 'pkcs12',
    keyPem: writePem(bytesOfLatin1(key.octets), 'PRIVATE KEY'),
    certPem: chain.map(({ der }) => writePem(der)).join(''),
    chain,
    others,
  };
}

function closed(why: Closed, { maxKeyRounds }: CertLimits): Fault {
  if (why !== 'too-dear') return bad(...CLOSED[why]);
  const text = `The PKCS#12 file asks for more rounds of key derivation than maxKeyRounds allows, ${maxKeyRounds}.`;
  return bad('budget-exceeded', text);
}

const CLOSED: Readonly<Record<Exclude<Closed, 'too-dear'>, readonly [Fault['code'], string]>> = {
  malformed: ['bad-pkcs12', 'A part of the PKCS#12 file is malformed.'],
  'unknown-algorithm': [
    'unknown-algorithm',
    'The PKCS#12 file is protected in a way unknown here.',
  ],
  'wrong-password': ['wrong-password', 'The password does not open the PKCS#12 file.'],
};

const bad = (code: Fault['code'], text: string): Fault => fault(code, 'RFC 7292 §4', 'file', text);

/** @spec RFC 5652 §4 */
const DATA = '1.2.840.113549.1.7.1';
/** @spec RFC 5652 §8 */
const ENCRYPTED = '1.2.840.113549.1.7.6';
// a key, a chain of ten, and what else an administrator selected
const MAX_BAGS = 100;
