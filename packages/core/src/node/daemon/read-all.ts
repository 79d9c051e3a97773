// A configuration with everything it names: what a start needs, what a reload reads again, and what an
// operator may have checked beforehand.
import type { PolicySet } from '@interwork/policy';
import type { Partly } from './configuration-checks.ts';
import type { Configuration } from './configuration.ts';
import type { DaemonFinding } from './finding.ts';
import {
  fileBeside,
  hasErrors,
  readConfiguration,
  type ReadConfiguration,
} from './load-configuration.ts';
import { type Materials, readMaterials } from './materials.ts';
import { uncarried } from './xmpp-partners.ts';

/** Everything that was read, and everything that is wrong with it. */
export interface ReadAll {
  readonly read: ReadConfiguration;
  readonly materials: Materials;
  readonly findings: readonly DaemonFinding[];
  /** `undefined` when a finding is an error. */
  readonly whole: Whole | undefined;
}

/** What is there when no finding is an error. */
export interface Whole {
  readonly configuration: Configuration;
  readonly policy: PolicySet;
  readonly judges: NonNullable<Materials['judges']>;
}

/** Reads a configuration and all files that it names. Never rejects. */
export async function readAll(file: string): Promise<ReadAll> {
  const read = await readConfiguration(file);
  const materials = await readMaterials(read);
  const { policy, judges } = materials;
  const findings = [
    ...read.findings,
    ...materials.findings,
    ...tlsFindings(read, materials),
    ...(policy === undefined
      ? []
      : uncarried(policy, fileBeside(read.file, read.read.policy ?? ''))),
  ];
  const isWhole = !hasErrors(findings) && policy !== undefined && judges !== undefined;
  // What no finding speaks of is as its type says.
  const configuration = read.read as Configuration;
  return {
    read,
    materials,
    findings,
    whole: isWhole ? { configuration, policy, judges } : undefined,
  };
}

/**
 * Everything that is wrong with a configuration and the files it names, without opening a socket or a store.
 * With an error among it, `startDaemon` would refuse it.
 */
export async function configurationFindings(file: string): Promise<readonly DaemonFinding[]> {
  return (await readAll(file)).findings;
}

/** Servers talk over TLS, unless the policy has a partner that does without. */
function tlsFindings(
  { read, at }: { readonly read: Partly<Configuration>; readonly at: ReadConfiguration['at'] },
  { policy }: Materials,
): readonly DaemonFinding[] {
  if (read.xmpp?.s2s === undefined || read.tls?.xmpp !== undefined || policy === undefined)
    return [];
  const partners = [
    ...policy.partners.values(),
    ...(policy.federation?.xmppPartners.values() ?? []),
  ];
  const without = partners.some(({ links }) => links.tls !== 'required');
  return without ? [] : [at('/tls/xmpp', 'tls-missing', 'Needed, since servers talk over TLS')];
}
