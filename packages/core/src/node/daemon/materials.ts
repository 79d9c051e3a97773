// Everything a daemon reads from the files its configuration names: certificates with their keys,
// authorities, secrets, the policy. Read at the start and again at a reload; what is wrong with one does
// not hide what is wrong with another. Nothing of a secret is ever in a finding.
import { readFile } from 'node:fs/promises';
import {
  type Certificate,
  isFault,
  type KeyPin,
  normalizeDomain,
  parseCertificates,
} from '@interwork/certs';
import { systemAnchors } from '@interwork/certs/node';
import { loadPolicy, type PolicySet } from '@interwork/policy';
import { type Judges, judgesFor } from '../judges.ts';
import type { Configuration, TlsFiles, TlsPart } from './configuration.ts';
import type { Partly } from './configuration-checks.ts';
import type { DaemonFinding, DaemonFindingCode } from './finding.ts';
import { pointer } from './finding.ts';
import { fileBeside, type ReadConfiguration, textOf } from './load-configuration.ts';
import { readRevocation } from './revocation.ts';
import { readSide, type TlsMaterial } from './tls-material.ts';

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

/** Reads all files that a configuration names. */
export async function readMaterials(configuration: ReadConfiguration): Promise<Materials> {
  const { tls, policy, xmpp } = configuration.read;
  const reader = new Reader(configuration);
  return {
    policy: await reader.policy(policy),
    sip: await reader.tls('sip', tls?.sip),
    xmpp: await reader.tls('xmpp', tls?.xmpp),
    judges: await reader.judges(tls),
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

  async tls(
    name: 'sip' | 'xmpp',
    files: Partly<TlsFiles> | undefined,
  ): Promise<TlsMaterial | undefined> {
    if (files === undefined) return undefined;
    const service = name === 'sip' ? 'sip' : 'xmpp-server';
    const side = { path: pointer('tls', name), service, files } as const;
    return readSide(side, this.#configuration, this.findings);
  }

  async judges(tls: Partly<TlsPart> | undefined): Promise<Judges | undefined> {
    const asked = tls?.revocation;
    const revocation = await readRevocation(asked, this.#configuration, this.findings);
    const anchors = await this.#trusted(tls?.authorities);
    if (anchors === undefined || (asked !== undefined && revocation === undefined))
      return undefined;
    return judgesFor(anchors, revocation, pinsOf(tls));
  }

  /** What is in the files, or the authorities that come with Node where none are named. */
  async #trusted(
    names: readonly (string | undefined)[] | undefined,
  ): Promise<readonly Certificate[] | undefined> {
    if (names === undefined) return systemAnchors();
    const files = await Promise.all(
      names.map((name, at) => this.#anchors(pointer('tls', 'authorities', at), name)),
    );
    if (files.includes(undefined)) return undefined;
    return files.flatMap((anchor) => anchor ?? []);
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

/** Those that are whole; of others the configuration's findings tell. */
function pinsOf(tls: Partly<TlsPart> | undefined): readonly KeyPin[] {
  return [...(tls?.pins ?? [])].flatMap(([domain, listed]) => {
    const keys = (listed ?? []).filter((key) => key !== undefined);
    const isWhole = keys.length > 0 && normalizeDomain(domain) !== undefined;
    return isWhole ? [{ domain, keys }] : [];
  });
}
