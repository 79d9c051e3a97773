// The two processes of one subject: the load, and the gateway or the echo, each asked over its own channel.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import { builtChild } from './built.ts';
import type { Question } from './child.ts';
import { isClean } from './ledger.ts';
import { SIP, XMPP } from './messages.ts';
import type { Kind, Pace, Ports, Reading, Report, Tls } from './words.ts';

export type Role = 'gateway' | 'echo';

/** One subject under load. */
export interface Parts {
  readonly role: Role;
  /** Runs, and fails unless every message of it is proved. */
  run(pace: Pace): Promise<Measured>;
  read(collect: boolean): Promise<Reading>;
  close(): Promise<void>;
}

/** A run with what it cost: CPU seconds for a thousand messages, messages a second of both ways together. */
export interface Measured {
  readonly cpu: number;
  /** What of it the system spent. */
  readonly system: number;
  readonly rate: number;
  readonly report: Report;
}

/** Certificates of one run: ours, and those of both companies. */
export interface Credentials {
  readonly subject: Tls;
  readonly load: Tls;
}

export function makeCredentials(): Credentials {
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const ca = authority.certificate.pem;
  const issue = (dns: readonly string[]): Tls => {
    const { keyPem, certPem } = authority.issue({ dns: [...dns] });
    return { key: keyPem, cert: certPem, ca };
  };
  return { subject: issue([SIP, `gw.${SIP}`]), load: issue([SIP, XMPP]) };
}

/** Starts both processes and opens both ways. `flags` are Node's, for the subject. */
export async function startParts(
  role: Role,
  kind: Kind,
  { subject: tls, load: loadTls }: Credentials,
  flags: readonly string[] = [],
): Promise<Parts> {
  const load = start('load');
  const subject = start(role, flags);
  const isEcho = role === 'echo';
  const listening = await asked<Ports>(load, { ask: 'load', kind, isEcho, tls: loadTls });
  const plan = { kind, tls, load: listening };
  const ports = await asked<Ports>(subject, { ask: 'subject', plan });
  await asked(load, { ask: 'open', ports });
  const read = (collect: boolean) => asked<Reading>(subject, { ask: 'read', collect });
  return {
    role,
    read,
    run: async (pace) => {
      const before = await read(false);
      const report = await asked<Report>(load, { ask: 'run', pace });
      const after = await read(false);
      prove(role, report, pace.count, after.answered - before.answered, after.open);
      const each = (now: number, then: number): number => (now - then) / 1e6 / (pace.count / 500);
      return {
        cpu: each(after.cpu, before.cpu),
        system: each(after.system, before.system),
        rate: (2 * pace.count * 1000) / report.took,
        report,
      };
    },
    close: async () => {
      for (const child of [subject, load]) {
        child.disconnect();
        await once(child, 'exit');
      }
    },
  };
}

/** @throws when anything was lost, doubled, reordered, changed or not answered. */
function prove(role: Role, report: Report, count: number, answered: number, open: number): void {
  const { toXmpp, toSip, strange } = report;
  const isProved = isClean(toXmpp.tally, count) && isClean(toSip.tally, count);
  if (isProved && answered === count && open === 0 && strange.length === 0) return;
  const seen = { count, answered, open, toXmpp: toXmpp.tally, toSip: toSip.tally, strange };
  throw new Error(`${role}: not every message is proved: ${JSON.stringify(seen)}`);
}

function start(role: Role | 'load', execArgv: readonly string[] = []): ChildProcess {
  return fork(child, [role], { execArgv: [...execArgv] });
}

function asked<T>(child: ChildProcess, question: Question): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a part of the bench ended with ${String(code)}`));
    child.once('exit', ended);
    child.once('message', ({ value }: { readonly value: T }) => {
      child.off('exit', ended);
      resolve(value);
    });
    child.send(question);
  });
}

const child = await builtChild();
