// What one side shows, read from the files of its configuration: pairs that OpenSSL takes and that are fit to be shown now.
// One that is not (it has expired, it may not be used so) is left out and named; when none is left for a role, the side
// does not start. Nothing of a key or a password is ever in a finding.
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import {
  chooseCredential,
  type Certificate,
  type Credential,
  credentialFaults,
  identitiesOf,
  isFault,
  normalizeDomain,
  type Service,
  type TlsRole,
} from '@interwork/certs';
import { type CredentialPaths, loadCredentials, type Pkcs12Paths } from '@interwork/certs/node';
import type { NamedFiles, PairFiles, TlsFiles } from './configuration.ts';
import type { Partly } from './configuration-checks.ts';
import type { DaemonFinding, DaemonFindingCode } from './finding.ts';
import { pointer } from './finding.ts';
import { fileBeside, type ReadConfiguration, textOf } from './load-configuration.ts';

/** What one side shows, as both edges take it: one credential for each role, or the same one twice where that was said. */
export interface TlsMaterial {
  readonly server: Credential;
  readonly client: Credential;
  readonly choose: (occasion: Parameters<typeof chooseCredential>[1]) => Credential | undefined;
}

/** One side of /tls. */
export interface Side {
  readonly path: string;
  readonly service: Service;
  readonly files: Partly<TlsFiles>;
}

/** Reads one side; `undefined` when something keeps it from being shown. */
export async function readSide(
  side: Side,
  configuration: ReadConfiguration,
  findings: DaemonFinding[],
): Promise<TlsMaterial | undefined> {
  const { path, files } = side;
  const tell: Telling = (severity, at, code, text) => {
    findings.push({ ...configuration.at(at, code, text), severity });
    return undefined;
  };
  const read = (at: string, one: Partly<NamedFiles>): Promise<Loaded | undefined> =>
    readPair({ at, files: one, service: side.service, file: configuration.file }, tell);
  const usual = (role: TlsRole): Promise<Loaded | undefined> =>
    read(`${path}/${role}`, { ...files[role], role });
  const both = files.both && (await read(`${path}/both`, { ...files.both, role: 'both' }));
  const server = files.both === undefined ? await usual('server') : both;
  const client = files.both === undefined ? await usual('client') : both;
  const named = await Promise.all(
    (files.named ?? []).map((one, at) => read(`${path}${pointer('named', at)}`, one ?? {})),
  );
  if (server === undefined || client === undefined || named.includes(undefined)) return undefined;
  const others = named.flatMap((one) => one ?? []);
  return materialOf({ side, server, client, others, tell });
}

/** A pair that was read, with its place in the configuration. */
interface Loaded {
  readonly at: string;
  /** The field that names its certificate. */
  readonly place: string;
  readonly credential: Credential;
  readonly leaf: Certificate;
}

type Telling = (
  severity: DaemonFinding['severity'],
  at: string,
  code: DaemonFindingCode,
  text: string,
) => undefined;

interface Read {
  readonly side: Side;
  readonly server: Loaded;
  readonly client: Loaded;
  readonly others: readonly Loaded[];
  readonly tell: Telling;
}

function materialOf({ side, server, client, others, tell }: Read): TlsMaterial | undefined {
  const fit = (role: TlsRole, first: Loaded): readonly Loaded[] => {
    const candidates = [first, ...others].filter(({ credential }) => plays(credential, role));
    const unfit = candidates.flatMap((one) => whyUnfit(one, side.service, role));
    const left = candidates.filter((one) => unfit.every((why) => why.one !== one));
    for (const { one, text } of unfit)
      tell(usualOf(left) === undefined ? 'error' : 'warning', one.at, 'bad-credentials', text);
    return left;
  };
  const asServer = fit('server', server);
  const asClient = fit('client', client);
  const [called, caller] = [usualOf(asServer), usualOf(asClient)];
  if (called === undefined || caller === undefined) return undefined;
  const isTaken = [...new Set([...asServer, ...asClient])].every((one) => takes(one, tell));
  if (!isTaken) return undefined;
  const byRole = {
    server: othersOf(asServer, server),
    client: othersOf(asClient, client),
  };
  return {
    server: called.credential,
    client: caller.credential,
    choose: (occasion) => chooseCredential(byRole[occasion.role], occasion),
  };
}

/** Whether OpenSSL takes a pair. Asked of those that are fit alone: what is unfit is told in the same words everywhere. */
function takes({ credential: { cert, key }, place }: Loaded, tell: Telling): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch (error) {
    tell('error', place, 'bad-credentials', `OpenSSL: ${textOf(error)}`);
    return false;
  }
}

/** What is shown where no name fits: never what is kept for certain partners. */
function usualOf(fit: readonly Loaded[]): Loaded | undefined {
  return fit.find(({ credential }) => credential.partners === undefined);
}

/** Those that are chosen by name; the first is what everybody else is shown. */
function othersOf(fit: readonly Loaded[], first: Loaded): readonly Credential[] {
  return fit.flatMap((one) => (one === first ? [] : [one.credential]));
}

function plays({ role }: Credential, wanted: TlsRole): boolean {
  return role === 'both' || role === wanted;
}

function whyUnfit(
  one: Loaded,
  service: Service,
  role: TlsRole,
): readonly { readonly one: Loaded; readonly text: string }[] {
  const [fault] = credentialFaults(one.leaf, { service, role, now: Date.now() });
  if (fault === undefined) return [];
  const as = role === 'server' ? 'to those who call us' : 'to those whom we call';
  return [{ one, text: `${one.credential.name} is not shown ${as}: ${fault.text}` }];
}

interface PairAt {
  readonly at: string;
  readonly files: Partly<NamedFiles>;
  readonly service: Service;
  /** That of the configuration. */
  readonly file: string;
}

async function readPair(pair: PairAt, tell: Telling): Promise<Loaded | undefined> {
  const { at, files, service } = pair;
  const paths = await pathsOf(pair, tell);
  if (paths === undefined) return undefined;
  const loaded = await loadCredentials(paths);
  if (isFault(loaded))
    return tell('error', at + pointer(fieldOf(loaded, paths)), 'bad-credentials', loaded.text);
  const { cert, key, chain } = loaded;
  const [leaf] = chain;
  if (leaf === undefined) return undefined;
  const domains = namesOf(files, at, () => identitiesOf(leaf, service));
  const credential: Credential = {
    name: nameOf(files),
    key,
    cert,
    role: files.role ?? 'both',
    ...(domains === undefined ? {} : { domains }),
    ...(files.partners === undefined ? {} : { partners: asLabels(files.partners) }),
  };
  return { at, place: `${at}/${mainField(files)}`, credential, leaf };
}

/** Only those under /named go by names; without any they go by what their certificates say, or by the partner alone. */
function namesOf(
  { domains, partners }: Partly<NamedFiles>,
  at: string,
  said: () => readonly string[],
): readonly string[] | undefined {
  if (domains !== undefined) return asLabels(domains);
  return /\/named\/\d+$/.test(at) && partners === undefined ? said() : undefined;
}

function asLabels(names: readonly (string | undefined)[]): readonly string[] {
  return names.flatMap((name = '') => {
    const [below, plain] = name.startsWith('*.') ? ['*.', name.slice(2)] : ['', name];
    return below + (normalizeDomain(plain) ?? plain);
  });
}

async function pathsOf(
  { at, files, file }: PairAt,
  tell: Telling,
): Promise<CredentialPaths | Pkcs12Paths | undefined> {
  const { certificate, key, pkcs12 } = files;
  if (pkcs12 !== undefined) {
    const password = await passwordOf(at, files, file, tell);
    if (password === undefined) return undefined;
    const { keyRounds: maxKeyRounds } = files;
    const rounds = maxKeyRounds === undefined ? {} : { maxKeyRounds };
    return { pkcs12: fileBeside(file, pkcs12), password, ...rounds };
  }
  return certificate === undefined || key === undefined
    ? undefined
    : { cert: fileBeside(file, certificate), key: fileBeside(file, key) };
}

/** Its first line; or what the environment says. */
async function passwordOf(
  at: string,
  { passwordFile, passwordVariable }: Partly<PairFiles>,
  file: string,
  tell: Telling,
): Promise<string | undefined> {
  if (passwordVariable !== undefined) {
    const said = process.env[passwordVariable];
    if (said !== undefined) return said;
    const text = `The environment has no variable ${passwordVariable}.`;
    return tell('error', `${at}/passwordVariable`, 'bad-credentials', text);
  }
  if (passwordFile === undefined) return undefined;
  try {
    return (await readFile(fileBeside(file, passwordFile), 'utf8')).split(/\r?\n/, 1)[0];
  } catch (error) {
    return tell('error', `${at}/passwordFile`, 'unreadable-file', textOf(error));
  }
}

function fieldOf(
  fault: { readonly code: string; readonly at?: string },
  paths: CredentialPaths | Pkcs12Paths,
): string {
  if ('pkcs12' in paths) return 'pkcs12';
  const isUnread = fault.code === 'unreadable-file' && fault.at === paths.key;
  return isUnread || OF_KEY.has(fault.code) ? 'key' : 'certificate';
}

function mainField({ pkcs12 }: Partly<PairFiles>): string {
  return pkcs12 === undefined ? 'certificate' : 'pkcs12';
}

function nameOf({ certificate, pkcs12 }: Partly<PairFiles>): string {
  return pkcs12 ?? certificate ?? '';
}

/** Codes of faults that speak of the key. */
const OF_KEY: ReadonlySet<string> = new Set(['bad-key', 'key-mismatch']);
