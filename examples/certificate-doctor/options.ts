// The command line as values: a deployment of files, addresses to look at, how to print.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  isFault,
  MOST_KEY_ROUNDS,
  parseCertificates,
  parseRevocationLists,
  PEER_HABITS,
} from '@interwork/certs';
import type {
  Certificate,
  CertLimits,
  DoctorCredential,
  DoctorPartner,
  Service,
  HabitName,
  RevocationList,
  TlsRole,
} from '@interwork/certs';
import { readPkcs12 } from '@interwork/certs/pkcs12';
import { systemAnchors } from '@interwork/certs/node';
import { addressOf } from './probe.ts';
import type { Address } from './probe.ts';

export interface Wish {
  readonly credentials: readonly DoctorCredential[];
  readonly partners: readonly DoctorPartner[];
  readonly anchors: readonly Certificate[];
  /** What has been revoked, as far as lists were named. */
  readonly lists: readonly RevocationList[];
  readonly addresses: readonly Address[];
  readonly json: boolean;
  readonly calendar: boolean;
}

export const USAGE = `usage: main.ts [FILE.pem|FILE.p12 ...] [--password-file FILE] [--key-rounds N] [--domain NAME ...] [--service xmpp|sip] [--role server|client|both]
  [--partner DOMAIN[=HABIT] ...] [--srv-target HOST] [--authority public|lets-encrypt|private]
  [--trust FILE.pem ...] [--revoked LIST ...] [--probe xmpp|xmpps|sips://HOST:PORT/DOMAIN ...] [--json] [--calendar]`;

const TEXTS = { type: 'string', multiple: true, default: [] as string[] } as const;

/** What is asked for; throws an Error with a sentence for people. */
export async function readWish(args: readonly string[]): Promise<Wish> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      domain: TEXTS,
      partner: TEXTS,
      trust: TEXTS,
      revoked: TEXTS,
      probe: TEXTS,
      service: { type: 'string', default: 'xmpp' },
      role: { type: 'string', default: 'both' },
      'srv-target': { type: 'string' },
      'password-file': { type: 'string' },
      'key-rounds': { type: 'string' },
      authority: { type: 'string' },
      json: { type: 'boolean', default: false },
      calendar: { type: 'boolean', default: false },
    },
  });
  if (positionals.length + values.probe.length === 0)
    throw new Error('There is nothing to look at.');
  if (positionals.length > 0 && values.domain.length === 0)
    throw new Error('A certificate of ours needs a --domain that it should prove.');
  const service = serviceOf(values.service);
  const target = values['srv-target'];
  const credentials = positionals.map(async (name) => ({
    name,
    service,
    roles: rolesOf(values.role),
    domains: values.domain,
    chain: await chainIn(name, values['password-file'], roundsOf(values['key-rounds'])),
    from: 'file' as const,
    ...(target === undefined ? {} : { srvTarget: target }),
    ...(values.authority === undefined ? {} : { authority: values.authority }),
  }));
  return {
    credentials: await Promise.all(credentials),
    partners: values.partner.map((text) => partnerOf(text, service)),
    anchors: values.trust.length === 0 ? systemAnchors() : await trusted(values.trust),
    lists: await listed(values.revoked),
    addresses: values.probe.map(addressOf),
    json: values.json,
    calendar: values.calendar,
  };
}

/** The chain of a PEM file, or of a PKCS#12 file with its password. */
async function chainIn(
  name: string,
  passwordFile: string | undefined,
  limits: Pick<Partial<CertLimits>, 'maxKeyRounds'>,
): Promise<string> {
  if (!/\.(p12|pfx)$/i.test(name)) return await readFile(name, 'utf8');
  if (passwordFile === undefined) throw new Error(`${name} needs a --password-file.`);
  const [password = ''] = (await readFile(passwordFile, 'utf8')).split(/\r?\n/);
  const read = readPkcs12(new Uint8Array(await readFile(name)), password, limits);
  if (isFault(read)) throw new Error(`${name}: ${read.text}`);
  return read.certPem;
}

/** How much work a file may ask for; the default is enough for what OpenSSL, Windows and Java write. */
function roundsOf(text: string | undefined): Pick<Partial<CertLimits>, 'maxKeyRounds'> {
  if (text === undefined) return {};
  const maxKeyRounds = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (maxKeyRounds <= MOST_KEY_ROUNDS) return { maxKeyRounds };
  throw new Error(`--key-rounds ${text}: a whole number up to ${MOST_KEY_ROUNDS} is wanted.`);
}

function serviceOf(text: string): Service {
  if (text === 'xmpp') return 'xmpp-server';
  if (text === 'sip') return 'sip';
  throw new Error(`${text} is no service: xmpp or sip.`);
}

/** `server`, `client` or `both`; throws an Error with a sentence for people. */
export function rolesOf(text: string): readonly TlsRole[] {
  if (text === 'both') return ['server', 'client'];
  if (text === 'server' || text === 'client') return [text];
  throw new Error(`${text} is no role: server, client or both.`);
}

/** `DOMAIN` or `DOMAIN=HABIT`; throws an Error with a sentence for people. */
export function partnerOf(text: string, service: Service): DoctorPartner {
  const [domain = '', habit = 'unknown'] = text.split('=');
  if (!Object.hasOwn(PEER_HABITS, habit))
    throw new Error(`${habit} is no habit: ${Object.keys(PEER_HABITS).join(', ')}.`);
  return { domain, service, habit: habit as HabitName };
}

async function trusted(files: readonly string[]): Promise<readonly Certificate[]> {
  const anchors: Certificate[] = [];
  for (const file of files) {
    const read = parseCertificates(await readFile(file, 'utf8'));
    if (isFault(read)) throw new Error(`${file}: ${read.text}`);
    if (read.length === 0) throw new Error(`${file} holds no certificate.`);
    anchors.push(...read);
  }
  return anchors;
}

async function listed(files: readonly string[]): Promise<readonly RevocationList[]> {
  const lists: RevocationList[] = [];
  for (const file of files) {
    const read = parseRevocationLists(new Uint8Array(await readFile(file)));
    if (isFault(read)) throw new Error(`${file}: ${read.text}`);
    lists.push(...read);
  }
  return lists;
}
