// The password of a PKCS#12 file at work: the seal over all of it, and the encryption of its parts. The cryptography is
// node-forge's; here is counted what it may cost, before each derivation of a key.

import forge from 'node-forge';
import type { Asn1, MessageDigest } from 'node-forge';
import { bytesOfUtf8, latin1Of } from '../bytes.ts';
import { countOf, inside, octetsOf, oidOf } from './ber.ts';

/** A password, and the rounds of key derivation that are left. */
export interface Opening {
  readonly password: string;
  rounds: number;
}

/** Why a part cannot be opened. */
export type Closed = 'malformed' | 'unknown-algorithm' | 'too-dear' | 'wrong-password';

/** Whether the seal over `content` is that of the password. @spec RFC 7292 §4, Appendix B */
export function checkSeal(seal: Asn1, content: string, opening: Opening): Closed | undefined {
  const [info, saltNode, roundsNode] = inside(seal);
  const [algorithm, digestNode] = inside(info);
  const [digest, salt] = [octetsOf(digestNode), octetsOf(saltNode)];
  const rounds = roundsNode === undefined ? 1 : countOf(roundsNode);
  if (digest === undefined || salt === undefined || rounds === undefined || rounds < 1)
    return 'malformed';
  const name = HASHES[oidOf(inside(algorithm)[0]) ?? ''];
  if (name === undefined) return 'unknown-algorithm';
  if (!spend(opening, rounds)) return 'too-dear';
  const found = sealOf(forge.md[name].create(), content, opening.password, salt, rounds);
  return found === digest ? undefined : 'wrong-password';
}

/** The seal of a password over `content`. */
export function sealOf(
  md: MessageDigest,
  content: string,
  password: string,
  salt: string,
  rounds: number,
): string {
  const buffer = forge.util.createBuffer(salt);
  const { digestLength } = md;
  const key = forge.pki.pbe.generatePkcs12Key(password, buffer, 3, rounds, digestLength, md);
  const mac = forge.hmac.create();
  mac.start(md, key);
  mac.update(content);
  return mac.getMac().getBytes();
}

/** What `octets` hold, encrypted by an algorithm with its parameters. @spec RFC 8018 §6.2; RFC 7292 Appendix C */
export function opened(
  algorithm: Asn1 | undefined,
  octets: string,
  opening: Opening,
): string | { readonly closed: Closed } {
  const [type, parameters] = inside(algorithm);
  const oid = oidOf(type);
  const rounds = oid === PBES2 ? roundsOfPbes2(parameters) : countOf(inside(parameters)[1]);
  if (oid === undefined || parameters === undefined) return { closed: 'malformed' };
  if (!KNOWN.has(oid)) return { closed: 'unknown-algorithm' };
  if (rounds === undefined || rounds < 1) return { closed: 'malformed' };
  if (!spend(opening, rounds)) return { closed: 'too-dear' };
  const { password } = opening;
  const known = oid === PBES2 ? inUtf8(password) : password;
  const cipher = forge.pki.pbe.getCipher(oid, parameters, known);
  cipher.update(forge.util.createBuffer(octets));
  return cipher.finish() ? cipher.output.getBytes() : { closed: 'wrong-password' };
}

/** A password as PBES2 takes it; the older ways take UTF-16. */
export const inUtf8 = (password: string): string => latin1Of(bytesOfUtf8(password));

/** PBES2 names its key derivation inside. */
function roundsOfPbes2(parameters: Asn1 | undefined): number | undefined {
  const [derivation] = inside(parameters);
  return countOf(inside(inside(derivation)[1])[1]);
}

function spend(opening: Opening, rounds: number): boolean {
  if (rounds > opening.rounds) return false;
  opening.rounds -= rounds;
  return true;
}

/** Hashes of a seal, by their identifiers. */
const HASHES: Readonly<Record<string, 'sha1' | 'sha256' | 'sha384' | 'sha512' | undefined>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** @spec RFC 8018 §6.2 */
export const PBES2 = '1.2.840.113549.1.5.13';
/** What Windows wrote until 2019: triple DES, and RC2 of 40 bits for certificates. @spec RFC 7292 Appendix C */
export const TRIPLE_DES = '1.2.840.113549.1.12.1.3';
const KNOWN: ReadonlySet<string> = new Set([PBES2, TRIPLE_DES, '1.2.840.113549.1.12.1.6']);
