// An authority made by OpenSSL's own program, with leaves that are good or wrong in one way: nothing of what the servers
// are shown has passed through code of ours.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What may be wrong with a leaf. */
export type Wrong = (typeof WRONGS)[number];

export const WRONGS = [
  'expired',
  'not-yet-valid',
  'other-name',
  'wrong-usage',
  'unknown-authority',
  'no-intermediate',
  'revoked',
  'weak-key',
  'weak-hash',
  'self-signed',
] as const;

/** A leaf with its key, and what goes with it, PEM; and where the files are. */
export interface Leaf {
  readonly keyPem: string;
  readonly certPem: string;
  readonly keyFile: string;
  readonly certFile: string;
}

/** What is asked for. */
export interface LeafPlan {
  readonly name: string;
  readonly dns: readonly string[];
  readonly as?: Wrong | 'good' | 'server-only';
}

/** An authority: a root, an intermediate that issues, and what the intermediate has taken back. */
export interface OpensslPki {
  readonly rootPem: string;
  readonly rootFile: string;
  issue(plan: LeafPlan): Leaf;
  /** The intermediate's list, made now; it names every leaf that was issued as `revoked`. */
  revocationList(): string;
}

/** Makes one in a folder. */
export function opensslPki(folder: string): OpensslPki {
  const known = office(join(folder, 'known'), 'Known');
  const stranger = office(join(folder, 'stranger'), 'Stranger');
  mkdirSync(join(folder, 'leaves'));
  return {
    rootPem: readFileSync(known.root.cert, 'utf8'),
    rootFile: known.root.cert,
    issue: (plan) =>
      issue(plan.as === 'unknown-authority' ? stranger : known, join(folder, 'leaves'), plan),
    revocationList: () => {
      const out = join(known.folder, 'list.pem');
      openssl(known.folder, 'ca', '-config', known.config, '-gencrl', '-out', out);
      return out;
    },
  };
}

interface Files {
  readonly key: string;
  readonly cert: string;
}

interface Office {
  readonly folder: string;
  readonly config: string;
  readonly root: Files;
  readonly intermediate: Files;
}

function office(folder: string, name: string): Office {
  mkdirSync(folder, { recursive: true });
  const root = { key: join(folder, 'root.key'), cert: join(folder, 'root.pem') };
  const intermediate = { key: join(folder, 'middle.key'), cert: join(folder, 'middle.pem') };
  const config = join(folder, 'ca.cnf');
  writeFileSync(config, configText(folder, intermediate));
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'index.txt.attr'), 'unique_subject = no\n');
  writeFileSync(join(folder, 'serial'), '1000\n');
  writeFileSync(join(folder, 'crlnumber'), '2A\n');
  const authority = join(folder, 'authority.ext');
  const lines = [
    'basicConstraints = critical, CA:TRUE',
    'keyUsage = critical, keyCertSign, cRLSign',
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid:always',
  ];
  writeFileSync(authority, `${lines.join('\n')}\n`);
  const asked = (files: Files, subject: string): string => {
    const request = `${files.cert}.csr`;
    newKey(folder, files.key, false);
    openssl(folder, 'req', '-new', '-key', files.key, '-subj', `/CN=${subject}`, '-out', request);
    return request;
  };
  const days = ['-days', '3650', '-sha256', '-extfile', authority];
  const first = asked(root, `${name} Root`);
  openssl(folder, 'x509', '-req', '-in', first, '-signkey', root.key, ...days, '-out', root.cert);
  const second = asked(intermediate, `${name} Intermediate`);
  const by = ['-CA', root.cert, '-CAkey', root.key, '-set_serial', '2'];
  openssl(folder, 'x509', '-req', '-in', second, ...by, ...days, '-out', intermediate.cert);
  return { folder, config, root, intermediate };
}

function issue(
  { folder: home, config, intermediate }: Office,
  folder: string,
  plan: LeafPlan,
): Leaf {
  const { name, dns, as = 'good' } = plan;
  const at = (ending: string): string => join(folder, `${name}.${ending}`);
  const files = { key: at('key'), cert: at('pem') };
  const names = as === 'other-name' ? ['other.example'] : dns;
  const usage = as === 'wrong-usage' ? 'emailProtection' : (USAGES[as] ?? 'serverAuth, clientAuth');
  const extensions = [
    'basicConstraints = CA:FALSE',
    'keyUsage = critical, digitalSignature',
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid',
    `extendedKeyUsage = ${usage}`,
    `subjectAltName = ${names.map((one) => `DNS:${one}`).join(', ')}`,
  ];
  writeFileSync(at('ext'), `${extensions.join('\n')}\n`);
  newKey(folder, files.key, as === 'weak-key');
  const request = ['req', '-new', '-key', files.key, '-subj', `/CN=${name}`];
  openssl(folder, ...request, '-out', at('csr'));
  const extfile = ['-extfile', at('ext'), '-out', files.cert];
  if (as === 'self-signed')
    openssl(folder, 'x509', '-req', '-in', at('csr'), '-signkey', files.key, ...extfile);
  else {
    const when = ['-startdate', dateOf(as, 'from'), '-enddate', dateOf(as, 'until')];
    const hash = ['-md', as === 'weak-hash' ? 'sha1' : 'sha256'];
    const ca = ['ca', '-batch', '-notext', '-config', config, '-in', at('csr')];
    openssl(home, ...ca, ...when, ...hash, ...extfile);
  }
  if (as === 'revoked') openssl(home, 'ca', '-config', config, '-revoke', files.cert);
  if (as !== 'no-intermediate' && as !== 'self-signed') {
    const both = readFileSync(files.cert, 'utf8') + readFileSync(intermediate.cert, 'utf8');
    writeFileSync(files.cert, both);
  }
  const [keyPem, certPem] = [readFileSync(files.key, 'utf8'), readFileSync(files.cert, 'utf8')];
  return { keyPem, certPem, keyFile: files.key, certFile: files.cert };
}

const USAGES: Readonly<Partial<Record<NonNullable<LeafPlan['as']>, string>>> = {
  'server-only': 'serverAuth',
};

function newKey(folder: string, file: string, isWeak: boolean): void {
  const kind = isWeak
    ? ['RSA', '-pkeyopt', 'rsa_keygen_bits:1024']
    : ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  openssl(folder, 'genpkey', '-algorithm', ...kind, '-out', file);
}

/** As `openssl ca` wants it. */
function dateOf(as: NonNullable<LeafPlan['as']>, end: 'from' | 'until'): string {
  const days = { expired: [-30, -2], 'not-yet-valid': [2, 30] }[String(as)] ?? [-1, 30];
  const day = (end === 'from' ? days[0] : days[1]) ?? 0;
  const iso = new Date(Date.now() + day * 86_400_000).toISOString();
  return `${iso.slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}

function openssl(cwd: string, ...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd, stdio: 'pipe' });
}

function configText(folder: string, { key, cert }: Files): string {
  return `[ca]
default_ca = known
[known]
dir = ${folder}
database = ${folder}/index.txt
new_certs_dir = ${folder}
serial = ${folder}/serial
crlnumber = ${folder}/crlnumber
private_key = ${key}
certificate = ${cert}
default_days = 30
default_crl_days = 7
default_md = sha256
policy = any
crl_extensions = list
[any]
commonName = supplied
[list]
authorityKeyIdentifier = keyid:always
`;
}

/** The environment in which a server's OpenSSL shows keys and signatures of any strength. */
export function weakOpenssl(folder: string): Readonly<Record<string, string>> {
  const file = join(folder, 'weak-openssl.cnf');
  const text = `openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = weak
[weak]
CipherString = DEFAULT:@SECLEVEL=0
`;
  writeFileSync(file, text);
  return { OPENSSL_CONF: file };
}
