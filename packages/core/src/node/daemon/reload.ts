// Reading everything again while the gateway runs. All files are read and checked first; with anything wrong
// nothing changes. Policy, certificates, authorities and the level of the log are put in force at once, for
// what comes from now on; open connections stay as they are. What else has changed waits for a restart,
// and is named.
import type { PolicySet } from '@interwork/policy';
import type { Judges } from '../judges.ts';
import type { OpenEdges } from './edges.ts';
import { type DaemonFinding, findingLine } from './finding.ts';
import { textOf } from './load-configuration.ts';
import type { JsonLog } from '../observe/log.ts';
import type { Materials } from './materials.ts';
import { readAll } from './read-all.ts';
import { type HasRead, waiting } from './waiting.ts';

/** What a reload may change. */
export interface Changeable {
  readonly edges: OpenEdges;
  readonly log: JsonLog;
  readonly setJudges: (judges: Judges) => void;
  readonly setPolicy: (policy: PolicySet) => void;
}

/** Reads everything again; the answer is whether it was put in force. The log tells the rest. */
export async function reload(file: string, started: HasRead, of: Changeable): Promise<boolean> {
  const { log } = of.log;
  const { materials, findings, whole } = await readAll(file);
  tellFindings(findings, of.log);
  if (whole === undefined) {
    log('error', 'reload refused, nothing has changed');
    return false;
  }
  try {
    putInForce(materials, of);
  } catch (error) {
    log('error', `reload failed: ${textOf(error)}`);
    return false;
  }
  const { configuration } = whole;
  of.log.setLevel(configuration.log?.level ?? 'info');
  for (const path of waiting(started, { ...whole, secret: materials.secret }))
    log('warn', `a change of ${path} waits for a restart`, { path });
  log('info', 'reloaded');
  return true;
}

/** Logs findings, each with its file, place and line. */
export function tellFindings(findings: readonly DaemonFinding[], { log }: JsonLog): void {
  for (const finding of findings) {
    const { severity, code, file, path, line } = finding;
    const level = severity === 'error' ? 'error' : 'warn';
    log(level, findingLine(finding), { code, file, path, fileLine: line });
  }
}

/** First what may be refused, though it was checked; then what cannot be. */
function putInForce(materials: Materials, { edges, setJudges, setPolicy }: Changeable): void {
  if (materials.sip !== undefined) edges.sip.replaceTls(materials.sip);
  if (materials.xmpp !== undefined && 'replaceTls' in edges.xmpp)
    edges.xmpp.replaceTls(materials.xmpp);
  if (materials.judges !== undefined) setJudges(materials.judges);
  if (materials.policy !== undefined) setPolicy(materials.policy);
}
