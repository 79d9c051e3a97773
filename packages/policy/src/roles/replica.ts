// Replicas of a configuration: an edge that cannot read the store is given snapshots, and reports back which one it has. A
// snapshot may come twice, late or after one that never came: the newest counts, and nothing else changes it.
import { MisuseError } from '../misuse.ts';
import { newestOf, type ConfigurationHistory, type Snapshot } from './history.ts';

/** What a replica has. */
export interface Replica {
  readonly version: 1;
  readonly fqdn: string;
  readonly productVersion: string;
  /** The number of its configuration; 0 before the first. */
  readonly configVersion: number;
  readonly digest?: string;
  readonly text?: string;
  /** When it was loaded, in epoch milliseconds. */
  readonly at?: number;
}

/** What became of a snapshot at a replica. */
export interface Loaded {
  readonly kind:
    | 'applied'
    | 'already' // it has this one
    | 'older' // it has a newer one
    | 'conflict' // it has another configuration under this number
    | 'corrupt'; // the text is not what the digest is of
  readonly replica: Replica;
}

/** What a replica reports. */
export interface ReplicaReport {
  readonly version: 1;
  readonly fqdn: string;
  readonly productVersion: string;
  /** Of the configuration that it has, counted by the history. */
  readonly configVersion: number;
  readonly digest?: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How a replica stands to what holds, as Get-CsManagementStoreReplicationStatus says it. */
export interface ReplicaStatus {
  readonly version: 1;
  readonly fqdn: string;
  readonly upToDate: boolean;
  /** When what holds was published; absent where nothing was. Epoch milliseconds. */
  readonly lastUpdateCreation?: number;
  /** When it last reported; absent where it never did. */
  readonly lastStatusReport?: number;
  readonly productVersion?: string;
  /** The number it has; 0 where it has none, or never reported. */
  readonly configVersion: number;
}

/** A replica before its first snapshot. */
export function newReplica(fqdn: string, productVersion: string): Replica {
  return { version: 1, fqdn, productVersion, configVersion: 0 };
}

/**
 * Loads a snapshot. `digest` is that of the snapshot's text as this host computes it. Numbers that were missed do not
 * matter; loading one again changes nothing.
 */
export function applySnapshot(
  replica: Replica,
  snapshot: Snapshot,
  digest: string,
  now: number,
): Loaded {
  if (digest === '') throw new MisuseError('no-digest', 'A snapshot is loaded with its digest');
  const { number, text } = snapshot;
  if (digest !== snapshot.digest) return { kind: 'corrupt', replica };
  if (number < replica.configVersion) return { kind: 'older', replica };
  if (number === replica.configVersion) {
    return { kind: digest === replica.digest ? 'already' : 'conflict', replica };
  }
  return { kind: 'applied', replica: { ...replica, configVersion: number, digest, text, at: now } };
}

/** What a replica reports of itself. */
export function reportOf(replica: Replica, now: number): ReplicaReport {
  const { fqdn, productVersion, configVersion, digest } = replica;
  const report = { version: 1, fqdn, productVersion, configVersion, at: now } as const;
  return digest === undefined ? report : { ...report, digest };
}

/** How a replica stands, by its last report. */
export function replicaStatus(
  history: ConfigurationHistory,
  fqdn: string,
  report: ReplicaReport | undefined,
): ReplicaStatus {
  const newest = newestOf(history);
  return {
    version: 1,
    fqdn,
    upToDate: report !== undefined && has(report, newest),
    ...(newest === undefined ? {} : { lastUpdateCreation: newest.at }),
    ...(report === undefined ? {} : { lastStatusReport: report.at }),
    ...(report === undefined ? {} : { productVersion: report.productVersion }),
    configVersion: report?.configVersion ?? 0,
  };
}

function has({ configVersion, digest }: ReplicaReport, newest: Snapshot | undefined): boolean {
  return configVersion === (newest?.number ?? 0) && digest === newest?.digest;
}
