// A PKCS#12 file out of a key and its certificates, for edges and appliances that want one. Any kind of key: what is
// encrypted is PKCS#8 as it stands. Salts are handed in as random octets.

import forge from 'node-forge';
import type { Asn1 } from 'node-forge';
import { bytesOfLatin1, latin1Of } from '../bytes.ts';
import type { Certificate } from '../certificate.ts';
import { fault, isFault } from '../fault.ts';
import type { Fault } from '../fault.ts';
import { readPem } from '../pem.ts';
import {
  encode,
  implicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  tagged,
  written,
} from '../write/asn1.ts';
import { CERT_BAG, LOCAL_KEY_ID, SHROUDED, X509 } from './bags.ts';
import { inUtf8, PBES2, sealOf, TRIPLE_DES } from './protection.ts';

/** What goes into the file. */
export interface Pkcs12Plan {
  /** PKCS#8, PEM, unencrypted. Secret. */
  readonly keyPem: string;
  /** That of the key first. */
  readonly chain: readonly Certificate[];
  readonly password: string;
  /** So many unguessable octets. */
  readonly random: (length: number) => Uint8Array;
  /**
   * `modern`: AES-256 and SHA-256, which Windows reads since Server 2019 and OpenSSL since 1.0; `old`: triple DES and
   * SHA-1, for older ones. Default `modern`.
   */
  readonly protection?: 'modern' | 'old';
}

/** The file, or why there is none: a key that is no PKCS#8, no certificate. @spec RFC 7292 §5.1 */
export function writePkcs12(plan: Pkcs12Plan): Uint8Array | Fault {
  const keys = readPem(plan.keyPem, 'PRIVATE KEY');
  if (isFault(keys)) return keys;
  const [key] = keys;
  if (key === undefined || keys.length > 1)
    return bad('bad-key', 'The key must be one PKCS#8 block, unencrypted.');
  if (plan.chain.length === 0) return bad('no-certificate', 'There is no certificate to write.');
  const id = sequence(oid(LOCAL_KEY_ID), set(octets(Uint8Array.of(1))));
  const bags = plan.chain.map(({ der }, at) => certBag(der, at === 0 ? id : undefined));
  const content = sequence(
    data(encode(sequence(shroudedBag(key, plan, id)))),
    encryptedData(encode(sequence(...bags)), plan),
  );
  return sealed(encode(content), plan);
}

function certBag(der: Uint8Array, id: Asn1 | undefined): Asn1 {
  const value = sequence(oid(X509), tagged(0, octets(der)));
  const attributes = id === undefined ? [] : [set(id)];
  return sequence(oid(CERT_BAG), tagged(0, value), ...attributes);
}

function shroudedBag(key: Uint8Array, plan: Pkcs12Plan, id: Asn1): Asn1 {
  const { algorithm, text } = encrypted(key, plan);
  return sequence(oid(SHROUDED), tagged(0, sequence(algorithm, octets(text))), set(id));
}

const data = (content: Uint8Array): Asn1 =>
  sequence(oid('1.2.840.113549.1.7.1'), tagged(0, octets(content)));

function encryptedData(content: Uint8Array, plan: Pkcs12Plan): Asn1 {
  const { algorithm, text } = encrypted(content, plan);
  const info = sequence(oid('1.2.840.113549.1.7.1'), algorithm, implicit(0, text));
  return sequence(oid('1.2.840.113549.1.7.6'), tagged(0, sequence(integer(0), info)));
}

interface Encrypted {
  readonly algorithm: Asn1;
  readonly text: Uint8Array;
}

const encrypted = (content: Uint8Array, plan: Pkcs12Plan): Encrypted =>
  plan.protection === 'old' ? tripleDes(content, plan) : aes(content, plan);

/** @spec RFC 8018 §6.2, Appendix A.4 */
function aes(content: Uint8Array, { password, random }: Pkcs12Plan): Encrypted {
  const [salt, iv] = [random(16), random(16)];
  const md = forge.md.sha256.create();
  const key = forge.pkcs5.pbkdf2(inUtf8(password), latin1Of(salt), ROUNDS, 32, md);
  const derivation = sequence(octets(salt), integer(ROUNDS), sequence(oid(HMAC_SHA256), nothing()));
  const algorithm = sequence(
    oid(PBES2),
    sequence(sequence(oid(PBKDF2), derivation), sequence(oid(AES_256_CBC), octets(iv))),
  );
  return { algorithm, text: run('AES-CBC', key, latin1Of(iv), content) };
}

/** @spec RFC 7292 Appendix C */
function tripleDes(content: Uint8Array, { password, random }: Pkcs12Plan): Encrypted {
  const salt = random(8);
  const part = (id: number, length: number): string => {
    const [buffer, md] = [forge.util.createBuffer(latin1Of(salt)), forge.md.sha1.create()];
    return forge.pki.pbe.generatePkcs12Key(password, buffer, id, ROUNDS, length, md).getBytes();
  };
  const text = run('3DES-CBC', part(1, 24), part(2, 8), content);
  const algorithm = sequence(oid(TRIPLE_DES), sequence(octets(salt), integer(ROUNDS)));
  return { algorithm, text };
}

function run(algorithm: string, key: string, iv: string, content: Uint8Array): Uint8Array {
  const cipher = forge.cipher.createCipher(algorithm, key);
  cipher.start({ iv });
  cipher.update(forge.util.createBuffer(latin1Of(content)));
  cipher.finish();
  return bytesOfLatin1(cipher.output.getBytes());
}

/** @spec RFC 7292 §4 */
function sealed(content: Uint8Array, { password, random, protection }: Pkcs12Plan): Uint8Array {
  const isOld = protection === 'old';
  const salt = random(isOld ? 8 : 16);
  const md = isOld ? forge.md.sha1.create() : forge.md.sha256.create();
  const digest = sealOf(md, latin1Of(content), password, latin1Of(salt), ROUNDS);
  const info = sequence(
    sequence(oid(isOld ? SHA1 : SHA256), nothing()),
    octets(bytesOfLatin1(digest)),
  );
  const seal = sequence(info, octets(salt), integer(ROUNDS));
  return encode(sequence(integer(3), written(encode(data(content))), seal));
}

const bad = (code: Fault['code'], text: string): Fault =>
  fault(code, 'RFC 7292 §5.1', 'plan', text);

// what OpenSSL and Windows make
const ROUNDS = 2_048;
const PBKDF2 = '1.2.840.113549.1.5.12';
const HMAC_SHA256 = '1.2.840.113549.2.9';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';
const SHA1 = '1.3.14.3.2.26';
const SHA256 = '2.16.840.1.101.3.4.2.1';
