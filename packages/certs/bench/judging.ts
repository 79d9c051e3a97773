// What a judgement costs: the names of a certificate beside node-forge, a chain of three that is new beside node:crypto
// doing nothing but its signatures, beside node-forge where it can, and one that is known. A list of revoked certificates
// as long as the bound allows. Run with `npm run bench certs`; compare ratios of one run.
import { createPublicKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import {
  type Certificate,
  isFault,
  type Judge,
  judgeFor,
  parseCertificate,
  parseRevocationList,
  presentedNames,
  type SignatureAlgorithm,
} from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { type KeyKind, makeAuthority } from '@interwork/certs/testing';

/** The few names of node-forge that are measured here. */
interface Forge {
  readonly asn1: { fromDer(bytes: string): unknown };
  readonly pki: {
    certificateFromAsn1(read: unknown): ForgeCertificate;
    createCaStore(list: readonly ForgeCertificate[]): unknown;
    verifyCertificateChain(store: unknown, chain: readonly ForgeCertificate[]): boolean;
  };
}
interface ForgeCertificate {
  getExtension(name: string): { readonly altNames: readonly { readonly value: string }[] } | null;
}
const forge = createRequire(import.meta.url)('node-forge') as Forge;

const ROUNDS = 7;
/** Microseconds of CPU that a round takes at least, and calls between two looks at it. */
const LEAST = 100_000;
const BATCH = 8;
const NOW = Date.now();

/** Calls in a second of CPU time, in the best of some rounds: whatever else the machine does only takes away. */
function rate(job: () => unknown): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = process.cpuUsage();
    let [calls, spent] = [0, 0];
    while (spent < LEAST) {
      for (let n = 0; n < BATCH; n += 1) job();
      calls += BATCH;
      const { user, system } = process.cpuUsage(begun);
      spent = user + system;
    }
    best = Math.max(best, (calls * 1e6) / spent);
  }
  return best;
}

function read(der: Uint8Array): Certificate {
  const certificate = parseCertificate(der);
  if (isFault(certificate)) throw new Error(certificate.text);
  return certificate;
}

const readByForge = (der: Uint8Array): ForgeCertificate =>
  forge.pki.certificateFromAsn1(forge.asn1.fromDer(Buffer.from(der).toString('latin1')));

function row(what: string, ours: number, theirs: number | undefined, by: string): void {
  const beside =
    theirs === undefined ? '' : `${shown(theirs)}  ${(ours / theirs).toFixed(2)}x ${by}`;
  console.log(`${what.padEnd(34)}${shown(ours)}${beside}`);
}

const shown = (count: number): string => String(Math.round(count)).padStart(10);

/** A leaf with so many names, read and asked for them. */
function names(count: number): void {
  const dns = Array.from({ length: count }, (_, n) => `host-${n}.example.com`);
  const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
  const { certDer } = authority.issue({ as: 'self-signed', key: 'rsa2048', dns });
  const ours = (): number => presentedNames(read(certDer)).dns.length;
  const theirs = (): number =>
    readByForge(certDer).getExtension('subjectAltName')?.altNames.length ?? 0;
  if (ours() !== count || theirs() !== count) throw new Error('not all names');
  row(`names, ${count}`, rate(ours), rate(theirs), 'node-forge');
}

interface Chain {
  readonly presented: readonly Uint8Array[];
  readonly anchor: Uint8Array;
}

/** The signatures of a chain by node:crypto alone. It reads the keys each time; we know those of the authorities again. */
function signaturesOf({ presented, anchor }: Chain): () => void {
  const chain = [...presented, anchor].map(read);
  const pairs = chain.slice(0, -1).map((child, at) => ({
    child,
    spki: Buffer.from(chain[at + 1]?.publicKey.spki ?? []),
    hash: hashOf(child.signatureAlgorithm),
  }));
  return () => {
    for (const { child, spki, hash } of pairs) {
      const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
      if (!verify(hash, child.tbs, key, child.signature)) throw new Error('not signed');
    }
  };
}

const hashOf = (algorithm: SignatureAlgorithm): string | null =>
  'hash' in algorithm ? algorithm.hash : null;

function judgeOf(anchor: Uint8Array, maxRemembered: number): Judge {
  return judgeFor({
    service: 'xmpp-server',
    anchors: [anchor],
    clock: () => NOW,
    crypto: nodeCrypto,
    limits: { maxRemembered },
  });
}

function chains(kind: KeyKind): void {
  const authority = makeAuthority({ crypto: nodeCrypto, now: NOW, key: kind });
  const { chain: presented } = authority.issue({ key: kind, commonName: 'example.com' });
  const anchor = authority.certificate.der;
  const [fresh, known] = [judgeOf(anchor, 0), judgeOf(anchor, 10)];
  const ask = (judge: Judge) => (): void => {
    if (!judge(presented, 'server', 'example.com').accepted) throw new Error('refused');
  };
  const signatures = rate(signaturesOf({ presented, anchor }));
  row(`a fresh chain of three, ${kind}`, rate(ask(fresh)), signatures, 'its signatures alone');
  if (kind.startsWith('rsa')) {
    const store = forge.pki.createCaStore([readByForge(anchor)]);
    const byForge = (): void => {
      const chain = presented.map(readByForge);
      if (!forge.pki.verifyCertificateChain(store, chain)) throw new Error('refused');
    };
    row(`a fresh chain of three, ${kind}`, rate(ask(fresh)), rate(byForge), 'node-forge');
  }
  row(`a known chain, ${kind}`, rate(ask(known)), undefined, '');
}

/** As many entries as fit, at 23 octets each with serial numbers of four. */
function lists(entries: number): void {
  const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
  const serials = Array.from({ length: entries }, (_, n) => 0x1000_0000 + n);
  const der = authority.revocationList(serials);
  const before = process.memoryUsage().heapUsed;
  const list = parseRevocationList(der);
  if (isFault(list)) throw new Error(list.text);
  const heap = process.memoryUsage().heapUsed - before;
  const times = rate(() => parseRevocationList(der));
  const milliseconds = (1000 / times).toFixed(1);
  console.log(
    `a list of ${entries}`.padEnd(34) +
      `${String(der.length).padStart(10)} octets  ${milliseconds} ms  ${(heap / 1e6).toFixed(0)} MB heap`,
  );
}

console.log(`${''.padEnd(34)}  a second    theirs`);
for (const count of [1, 10, 100]) names(count);
for (const kind of ['p256', 'rsa2048'] as const) chains(kind);
for (const entries of [1_000, 20_000, 80_000]) lists(entries);
