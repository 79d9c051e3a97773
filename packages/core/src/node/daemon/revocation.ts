// What has been revoked, from the files of a configuration. A list that cannot be read keeps the daemon from starting, or
// what it has in force; one that is late is told, since what it does not name then passes or is refused by the rule.
import { readFile } from 'node:fs/promises';
import {
  isFault,
  listTitle,
  parseRevocationLists,
  type Revocation,
  type RevocationList,
} from '@interwork/certs';
import type { RevocationPart } from './configuration.ts';
import type { Partly } from './configuration-checks.ts';
import type { DaemonFinding } from './finding.ts';
import { pointer } from './finding.ts';
import { fileBeside, type ReadConfiguration, textOf } from './load-configuration.ts';

/** Reads all lists; `undefined` when one cannot be read, or nothing is said of revocation. */
export async function readRevocation(
  part: Partly<RevocationPart> | undefined,
  configuration: ReadConfiguration,
  findings: DaemonFinding[],
): Promise<Revocation | undefined> {
  const { rule, lists: names, scope, stale } = part ?? {};
  if (rule === undefined || names === undefined) return undefined;
  const read = await Promise.all(
    names.map((name, at) =>
      listsIn(name, pointer('tls', 'revocation', 'lists', at), configuration),
    ),
  );
  findings.push(...read.flatMap((one) => one.findings));
  if (read.some((one) => one.lists === undefined)) return undefined;
  return {
    rule,
    lists: read.flatMap(({ lists }) => lists ?? []),
    ...(scope === undefined ? {} : { scope }),
    ...(stale === undefined ? {} : { stale }),
  };
}

interface ReadLists {
  readonly lists: readonly RevocationList[] | undefined;
  readonly findings: readonly DaemonFinding[];
}

async function listsIn(
  name: string | undefined,
  path: string,
  { file, at }: ReadConfiguration,
): Promise<ReadLists> {
  if (name === undefined) return { lists: undefined, findings: [] };
  try {
    const lists = parseRevocationLists(new Uint8Array(await readFile(fileBeside(file, name))));
    if (!isFault(lists)) return { lists, findings: lists.flatMap((list) => late(list, path, at)) };
    const text = `${name}: ${lists.text}`;
    return { lists: undefined, findings: [at(path, 'bad-revocation-list', text)] };
  } catch (error) {
    return { lists: undefined, findings: [at(path, 'unreadable-file', textOf(error))] };
  }
}

function late(
  list: RevocationList,
  path: string,
  at: ReadConfiguration['at'],
): readonly DaemonFinding[] {
  const { nextUpdate } = list;
  if (nextUpdate !== undefined && Date.now() <= nextUpdate) return [];
  const text =
    nextUpdate === undefined
      ? `${listTitle(list)} does not say when the next one comes.`
      : `${listTitle(list)} was to be renewed at ${new Date(nextUpdate).toISOString()}.`;
  return [{ ...at(path, 'stale-revocation-list', text), severity: 'warning' }];
}
