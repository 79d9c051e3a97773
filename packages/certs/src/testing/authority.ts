// A certificate authority in memory: a root, an intermediate, and leaves that are good, or wrong in
// one way asked for by name. Cryptography and the time are handed in; nothing is random but the
// keys. For tests and demonstrations only.

import type { SignatureAlgorithm } from '../algorithm.ts';
import { writePem } from '../pem.ts';
import type { Instant } from '../time.ts';
import { KEY_PURPOSE } from '../usage.ts';
import type { AuthorityCrypto, KeyKind, SigningKey } from '../write/signing.ts';
import { withTrailingByte, writeCertificate } from './write-certificate.ts';
import { writeRevocationList } from './write-revocation-list.ts';
import type { RevocationPlan } from './write-revocation-list.ts';
import type { CertificatePlan, PlannedExtension } from './write-certificate.ts';
import type { PlannedNames } from '../write/request-plan.ts';

/** An authority that trusts nobody else. */
export interface Authority {
  /** The root: what a judge gets as its anchor. */
  readonly certificate: { readonly der: Uint8Array; readonly pem: string };
  /** Makes a key and a certificate for it, and the chain that goes with it. */
  issue(options?: IssueOptions): Issued;
  /** The list of what the intermediate has taken back, DER; valid for a week around the instant. */
  revocationList(serials: readonly number[], options?: Partial<RevocationPlan>): Uint8Array;
}

/** A credential as a server would hold it. */
export interface Issued {
  readonly certDer: Uint8Array;
  /** PKCS#8, PEM. */
  readonly keyPem: string;
  /** Leaf and intermediates, PEM: what goes into a TLS server's `cert`. */
  readonly certPem: string;
  /** Leaf first: what a peer would present. */
  readonly chain: readonly Uint8Array[];
}

/** What to issue. Without names, `domain` becomes a dNSName. */
export interface IssueOptions extends PlannedNames {
  /** Default `example.com`. */
  readonly domain?: string;
  /** Default: none. */
  readonly commonName?: string;
  /** Default: `serverAuth` and `clientAuth`. Empty: no extended key usage at all. */
  readonly usages?: readonly (keyof typeof KEY_PURPOSE)[];
  /** Object identifiers of certificate policies. Default: none. */
  readonly policies?: readonly string[];
  /** Written as they stand, behind the others. */
  readonly extensions?: readonly PlannedExtension[];
  /** Default `p256`. */
  readonly key?: KeyKind;
  /** Default: a day ago. */
  readonly notBefore?: Instant;
  /** Default: 90 days ahead. */
  readonly notAfter?: Instant;
  /** What is special or wrong about it. Default `good`. */
  readonly as?: Variety;
}

/** What {@link Authority.issue} can make by name. */
export type Variety = (typeof VARIETIES)[number];

/** The honest ones first, then those that are wrong. */
export const VARIETIES = [
  'good',
  'server-auth-only',
  'client-auth-only',
  'no-eku',
  'wildcard',
  'xmpp-addr-only',
  'srv-only',
  'sip-uri-only',
  'expired',
  'not-yet-valid',
  'other-name',
  'cn-only',
  'nul-in-name',
  'email-only',
  'self-signed',
  'unknown-issuer',
  'forged-chain',
  'not-a-ca',
  'weak-hash',
  'weak-key',
  'trailing-byte',
] as const;

/** What an authority is made of. */
export interface AuthorityOptions {
  readonly crypto: AuthorityCrypto;
  /** Epoch milliseconds; what it issues is valid around this instant. */
  readonly now: Instant;
  /** The name of the root. Default `Interwork Test Root`. */
  readonly name?: string;
  /** The kind of its own keys. Default `p256`. */
  readonly key?: KeyKind;
}

/** Makes an authority: a root, and an intermediate that issues. */
export function makeAuthority({
  crypto,
  now,
  name = 'Interwork Test Root',
  key = 'p256',
}: AuthorityOptions): Authority {
  const office = openOffice({ crypto, now, kind: key }, name);
  return {
    certificate: { der: office.root.der, pem: writePem(office.root.der) },
    issue: (options = {}) => issue(office, options),
    revocationList: (serials, options = {}) => revocationList(office, serials, options),
  };
}

/** A certificate with its key. */
interface Holder {
  readonly name: string;
  readonly key: SigningKey;
  readonly der: Uint8Array;
}

interface Office {
  readonly crypto: AuthorityCrypto;
  readonly now: Instant;
  /** Of its own keys. */
  readonly kind: KeyKind;
  readonly root: Holder;
  readonly intermediate: Holder;
  serial: number;
}

function openOffice(
  { crypto, now, kind }: Pick<Office, 'crypto' | 'now' | 'kind'>,
  name: string,
): Office {
  const key = crypto.generateKey(kind);
  const root: Holder = {
    name,
    key,
    der: writeCertificate(authorityPlan(now, 1, name, key, { name, key }), crypto),
  };
  const office = { crypto, now, kind, root, intermediate: root, serial: 1 };
  return { ...office, intermediate: subordinate(office, `${name} Intermediate`, true), serial: 2 };
}

function revocationList(
  { now, intermediate }: Office,
  serials: readonly number[],
  options: Partial<RevocationPlan>,
): Uint8Array {
  return writeRevocationList({
    issuer: intermediate.name,
    issuerKey: intermediate.key,
    thisUpdate: now - DAY,
    nextUpdate: now + 6 * DAY,
    revoked: serials.map((serial) => ({ serial })),
    ...options,
  });
}

function subordinate(
  { crypto, now, kind, root }: Pick<Office, 'crypto' | 'now' | 'kind' | 'root'>,
  name: string,
  ca: boolean,
): Holder {
  const key = crypto.generateKey(kind);
  const plan = authorityPlan(now, 2, name, key, root);
  return {
    name,
    key,
    der: writeCertificate(
      { ...plan, ca, keyUsage: ca ? plan.keyUsage : ['digitalSignature'] },
      crypto,
    ),
  };
}

function authorityPlan(
  now: Instant,
  serial: number,
  subject: string,
  key: SigningKey,
  by: Pick<Holder, 'name' | 'key'>,
): CertificatePlan {
  return {
    serial,
    subject,
    issuer: by.name,
    notBefore: now - 365 * DAY,
    notAfter: now + 3650 * DAY,
    key,
    issuerKey: by.key,
    algorithm: by.key.algorithm,
    ca: true,
    keyUsage: ['keyCertSign', 'cRLSign'],
    extKeyUsage: [],
    names: {},
  };
}

function issue(office: Office, options: IssueOptions): Issued {
  const variety = options.as ?? 'good';
  const { crypto } = office;
  const key = crypto.generateKey(options.key ?? 'p256');
  switch (variety) {
    case 'self-signed':
      return selfSigned(office, options, key);
    case 'unknown-issuer':
      return signedBy(openOffice(office, 'Somebody Else'), options, key);
    case 'forged-chain':
      return forged(office, options, key);
    case 'not-a-ca':
      return signedBy(
        { ...office, intermediate: subordinate(office, 'No Authority', false) },
        options,
        key,
      );
    case 'weak-hash':
      return signedBy(office, options, key, { name: 'ecdsa', hash: 'sha1' });
    case 'weak-key':
      return signedBy(office, options, crypto.generateKey('rsa1024'));
    case 'trailing-byte':
      return withLeaf(signedBy(office, options, key), withTrailingByte);
    default:
      return signedBy(office, options, key);
  }
}

function signedBy(
  office: Office,
  options: IssueOptions,
  key: SigningKey,
  algorithm: SignatureAlgorithm = office.intermediate.key.algorithm,
): Issued {
  office.serial += 1;
  const { name: issuer, key: issuerKey, der } = office.intermediate;
  const plan = leafPlan(office, options, key);
  return issued(key, [
    writeCertificate({ ...plan, issuer, issuerKey, algorithm }, office.crypto),
    der,
  ]);
}

function selfSigned(office: Office, options: IssueOptions, key: SigningKey): Issued {
  const plan = leafPlan(office, options, key);
  const name = options.commonName ?? options.domain ?? DOMAIN;
  const { algorithm } = key;
  return issued(key, [
    writeCertificate({ ...plan, subject: name, issuer: name, algorithm }, office.crypto),
  ]);
}

// An attacker's root and intermediate with the very names of ours, and the root sent along.
function forged(office: Office, options: IssueOptions, key: SigningKey): Issued {
  const theirs = openOffice(office, office.root.name);
  const { chain } = signedBy(theirs, options, key);
  return issued(key, [...chain, theirs.root.der]);
}

function leafPlan(office: Office, options: IssueOptions, key: SigningKey): CertificatePlan {
  const { now, serial } = office;
  const domain = options.domain ?? DOMAIN;
  const special = SPECIAL[options.as ?? 'good']?.(domain, now) ?? {};
  const usages = options.usages ?? ['serverAuth', 'clientAuth'];
  return {
    serial,
    subject: options.commonName ?? '',
    issuer: '',
    notBefore: options.notBefore ?? now - DAY,
    notAfter: options.notAfter ?? now + 90 * DAY,
    key,
    issuerKey: key,
    algorithm: key.algorithm,
    ca: false,
    keyUsage: ['digitalSignature'],
    extKeyUsage: usages.map((usage) => KEY_PURPOSE[usage]),
    names: namesOf(options, domain),
    policies: options.policies ?? [],
    more: options.extensions ?? [],
    ...special,
  };
}

function namesOf({ dns, srv, xmppAddr, uri, ip }: PlannedNames, domain: string): PlannedNames {
  const given = dns ?? srv ?? xmppAddr ?? uri ?? ip;
  if (given === undefined) return { dns: [domain] };
  return { dns: dns ?? [], srv: srv ?? [], xmppAddr: xmppAddr ?? [], uri: uri ?? [], ip: ip ?? [] };
}

function withLeaf(given: Issued, change: (der: Uint8Array) => Uint8Array): Issued {
  return { ...given, ...chained([change(given.certDer), ...given.chain.slice(1)]) };
}

const issued = (key: SigningKey, chain: readonly Uint8Array[]): Issued => ({
  keyPem: key.keyPem,
  ...chained(chain),
});

function chained(chain: readonly Uint8Array[]): Omit<Issued, 'keyPem'> {
  const [certDer = new Uint8Array()] = chain;
  return { certDer, certPem: chain.map((der) => writePem(der)).join(''), chain };
}

const DAY = 86_400_000;
const DOMAIN = 'example.com';
/** What a variety changes in the plan of a leaf. */
type Special = (domain: string, now: Instant) => Partial<CertificatePlan>;

const SPECIAL: Readonly<Partial<Record<Variety, Special>>> = {
  'server-auth-only': () => ({ extKeyUsage: [KEY_PURPOSE.serverAuth] }),
  'client-auth-only': () => ({ extKeyUsage: [KEY_PURPOSE.clientAuth] }),
  'no-eku': () => ({ extKeyUsage: [] }),
  'email-only': () => ({ extKeyUsage: [KEY_PURPOSE.emailProtection] }),
  wildcard: (domain) => ({ names: { dns: [`*.${domain}`] } }),
  'xmpp-addr-only': (domain) => ({ names: { xmppAddr: [domain] } }),
  'srv-only': (domain) => ({ names: { srv: [`_xmpp-server.${domain}`] } }),
  'sip-uri-only': (domain) => ({ names: { uri: [`sip:${domain}`] } }),
  expired: (_domain, now) => ({ notBefore: now - 90 * DAY, notAfter: now - DAY }),
  'not-yet-valid': (_domain, now) => ({ notBefore: now + DAY, notAfter: now + 90 * DAY }),
  'other-name': (domain) => ({ names: { dns: [`other.${domain}`] } }),
  'cn-only': (domain) => ({ subject: domain, names: {} }),
  'nul-in-name': (domain) => ({ names: { dns: [`${domain}\u0000.attacker.example`] } }),
};
