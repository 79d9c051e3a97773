// Everything a daemon reads from the files its configuration names: certificates with their keys,
// authorities, secrets, the policy. Read at the start and again at a reload; what is wrong with one does
// not hide what is wrong with another. Nothing of a secret is ever in a finding.
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { type Certificate, isFault, parseCertificates } from '@interwork/certs';
import { loadCredentials, systemAnchors } from '@interwork/certs/node';
import { loadPolicy, type PolicySet } from '@interwork/policy';
import { type Judges, judgesFor } from '../judges.ts';
import type { Configuration, PairFiles, TlsFiles } from './configuration.ts';
import type { Partly } from './configuration-checks.ts';
import type { DaemonFinding, DaemonFindingCode } from './finding.ts';
import { pointer } from './finding.ts';
import { fileBeside, type ReadConfiguration, textOf } from './load-configuration.ts';

/** What was read. Whatever is missing from it has a finding, or is not configured. */
export interface Materials {
  readonly policy: PolicySet | undefined;
  readonly sip: TlsMaterial | undefined;
  readonly xmpp: TlsMaterial | undefined;
  readonly judges: Judges | undefined;
  /** What is shared with the XMPP side: a component's secret, or that of dialback. */
  readonly secret: string | undefined;
  readonly findings: readonly DaemonFinding[];
}

/** A certificate with its key, both PEM, as both edges take them. */
export interface PairMaterial {
  readonly cert: string;
  readonly key: string;
}

/** What one side shows. */
export interface TlsMaterial extends PairMaterial {
  readonly client?: PairMaterial;
}

/** Reads all files that a configuration names. */
export async function readMaterials(configuration: ReadConfiguration): Promise<Materials> {
  const { tls, policy, xmpp } = configuration.read;
  const reader = new Reader(configuration);
  return {
    policy: await reader.policy(policy),
    sip: await reader.tls('/tls/sip', tls?.sip),
    xmpp: await reader.tls('/tls/xmpp', tls?.xmpp),
    judges: await reader.judges(tls?.authorities),
    secret: await reader.secret(xmpp),
    findings: reader.findings,
  };
}

class Reader {
  readonly findings: DaemonFinding[] = [];
  readonly #configuration: ReadConfiguration;

  constructor(configuration: ReadConfiguration) {
    this.#configuration = configuration;
  }

  async policy(name: string | undefined): Promise<PolicySet | undefined> {
    const text = await this.#text('/policy', name);
    if (name === undefined || text === undefined) return undefined;
    const loaded = loadPolicy(text);
    const file = this.#file(name);
    const found = loaded.kind === 'findings' ? loaded.findings : loaded.warnings;
    for (const finding of found) this.findings.push({ ...finding, file });
    return loaded.kind === 'findings' ? undefined : loaded;
  }

  async tls(path: string, files: Partly<TlsFiles> | undefined): Promise<TlsMaterial | undefined> {
    if (files === undefined) return undefined;
    const pair = await this.#pair(path, files);
    if (files.client === undefined) return pair;
    const client = await this.#pair(`${path}/client`, files.client);
    return pair === undefined || client === undefined ? undefined : { ...pair, client };
  }

  async #pair(path: string, files: Partly<PairFiles>): Promise<PairMaterial | undefined> {
    const { certificate, key } = files;
    if (certificate === undefined || key === undefined) return undefined;
    const paths = { cert: this.#file(certificate), key: this.#file(key) };
    const loaded = await loadCredentials(paths);
    if (isFault(loaded)) {
      const isUnread = loaded.code === 'unreadable-file' && loaded.at === paths.key;
      const field = isUnread || OF_KEY.has(loaded.code) ? 'key' : 'certificate';
      return this.#tell(path + pointer(field), 'bad-credentials', loaded.text);
    }
    const { cert, key: secret } = loaded;
    try {
      createSecureContext({ cert, key: secret });
      return { cert, key: secret };
    } catch (error) {
      return this.#tell(`${path}/certificate`, 'bad-credentials', `OpenSSL: ${textOf(error)}`);
    }
  }

  /** Judges that trust the files, or the authorities that come with Node where none are named. */
  async judges(names: readonly (string | undefined)[] | undefined): Promise<Judges | undefined> {
    if (names === undefined) return judgesFor(systemAnchors());
    const files = await Promise.all(
      names.map((name, at) => this.#anchors(pointer('tls', 'authorities', at), name)),
    );
    if (files.includes(undefined)) return undefined;
    const anchors = files.flatMap((anchor) => anchor ?? []);
    return judgesFor(anchors);
  }

  async #anchors(
    path: string,
    name: string | undefined,
  ): Promise<readonly Certificate[] | undefined> {
    const text = await this.#text(path, name);
    if (text === undefined) return undefined;
    const read = parseCertificates(text);
    if (isFault(read))
      return this.#tell(path, 'bad-credentials', `${read.at ?? name}: ${read.text}`);
    if (read.length > 0) return read;
    return this.#tell(path, 'bad-credentials', `No certificate is in ${name ?? ''}.`);
  }

  async secret(xmpp: Partly<Configuration['xmpp']> | undefined): Promise<string | undefined> {
    const kind = xmpp?.component === undefined ? 's2s' : 'component';
    const { secret, secretFile } = xmpp?.[kind] ?? {};
    if (secretFile === undefined) return secret;
    const path = pointer('xmpp', kind, 'secretFile');
    const [line] = ((await this.#text(path, secretFile)) ?? '-').split(/\r?\n/);
    if (line !== undefined && line !== '') return line;
    return this.#tell(path, 'unreadable-file', `The first line of ${secretFile} is empty.`);
  }

  async #text(path: string, name: string | undefined): Promise<string | undefined> {
    if (name === undefined) return undefined;
    try {
      return await readFile(this.#file(name), 'utf8');
    } catch (error) {
      return this.#tell(path, 'unreadable-file', textOf(error));
    }
  }

  #file(name: string): string {
    return fileBeside(this.#configuration.file, name);
  }

  #tell(path: string, code: DaemonFindingCode, text: string): undefined {
    this.findings.push(this.#configuration.at(path, code, text));
    return undefined;
  }
}

/** Codes of faults that speak of the key. */
const OF_KEY: ReadonlySet<string> = new Set(['bad-key', 'key-mismatch']);
