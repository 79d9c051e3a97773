// What is wrong with a configuration, or with a file it names, and where. Values; nothing here throws.
import type { FindingCode } from '@interwork/policy';

/** Codes of a configuration's findings; those of documents are the policy package's. Never renamed. */
export type DaemonFindingCode =
  | FindingCode
  | 'exactly-one' // of several fields of which one must be there
  | 'empty-list'
  | 'both-sides' // a domain named on both sides
  | 'not-served' // a name for a domain that this gateway does not stand for
  | 'tls-missing' // TLS is needed and there is no certificate to show
  | 'not-in-this-node' // a store that this Node has no client for
  | 'not-loopback'
  | 'no-host' // every listener is at every address, and no host is given
  | 'indistinct-hop' // an inner server that nothing tells from anybody else
  | 'not-carried' // something a policy asks for and this program has not
  | 'unreadable-file'
  | 'bad-credentials' // a certificate or key of ours that cannot be shown
  | 'never-shown' // a pair that no handshake would ever choose
  | 'bad-revocation-list'
  | 'stale-revocation-list' // one that was to be renewed before now
  | 'cannot-listen'
  | 'cannot-open-state'
  | 'cannot-start';

/** One thing wrong. */
export interface DaemonFinding {
  readonly severity: 'error' | 'warning';
  readonly code: DaemonFindingCode;
  /** The file it stands in: the configuration, or one that it names. */
  readonly file: string;
  /** A JSON pointer (RFC 6901) into that file; empty for the whole of it. */
  readonly path: string;
  /** Counted from one. */
  readonly line?: number;
  /** One sentence for the operator. */
  readonly text: string;
}

/** Why a daemon does not start, or keeps what it has. At least one is an error. */
export interface DaemonFindings {
  readonly kind: 'findings';
  readonly findings: readonly DaemonFinding[];
}

/** One finding as a line. */
export function findingLine({ file, line, path, text }: DaemonFinding): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return path === '' ? `${place}: ${text}` : `${place}: ${path}: ${text}`;
}

/** Takes one thing that is wrong with the configuration: where, what, and in a sentence. */
export type Tell = (path: string, code: DaemonFindingCode, text: string) => void;

/** A JSON pointer made of its parts. */
export function pointer(...keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
