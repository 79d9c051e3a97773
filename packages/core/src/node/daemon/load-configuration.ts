// A configuration from its file: read by the descriptor, checked as a whole, with everything that is wrong
// told at once. The files it names are opened in materials.ts.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readByShape } from '@interwork/policy';
import { checkConfiguration, type Partly } from './configuration-checks.ts';
import { CONFIGURATION } from './configuration-shape.ts';
import type { Configuration } from './configuration.ts';
import type { DaemonFinding, DaemonFindingCode } from './finding.ts';

/** What came of reading a configuration. */
export interface ReadConfiguration {
  /** The file, as an absolute name. */
  readonly file: string;
  /** What could be read. It is all of a `Configuration` only if no finding is an error. */
  readonly read: Partly<Configuration>;
  readonly findings: readonly DaemonFinding[];
  /** A finding at a place of this file. */
  readonly at: (path: string, code: DaemonFindingCode, text: string) => DaemonFinding;
}

/** Reads a configuration; `name` is a file's. */
export async function readConfiguration(name: string): Promise<ReadConfiguration> {
  const file = resolve(name);
  try {
    return configurationOf(file, await readFile(file, 'utf8'));
  } catch (error) {
    const at = placing(file, () => undefined);
    return { file, read: {}, findings: [at('', 'unreadable-file', textOf(error))], at };
  }
}

/** Reads a configuration that stands in `file`. */
export function configurationOf(file: string, text: string): ReadConfiguration {
  const document = readByShape(text, CONFIGURATION, LIMITS);
  const read = (document.value ?? {}) as Partly<Configuration>;
  const at = placing(file, document.lineOf);
  const findings: DaemonFinding[] = document.findings.map((finding) => ({ ...finding, file }));
  if (document.value !== undefined)
    checkConfiguration(read, (path, code, said) => void findings.push(at(path, code, said)));
  return { file, read, findings, at };
}

/** A file that the configuration names, as an absolute name. */
export function fileBeside(configuration: string, name: string): string {
  return resolve(dirname(configuration), name);
}

/** Whether anything here keeps a daemon from what was asked. */
export function hasErrors(findings: readonly DaemonFinding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** What an error says, as the end of a sentence. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function placing(
  file: string,
  lineOf: (path: string) => number | undefined,
): ReadConfiguration['at'] {
  return (path, code, text) => {
    const line = lineOf(path);
    const finding = { severity: 'error', code, file, path, text } as const;
    return line === undefined ? finding : { ...finding, line };
  };
}

/** A configuration is a page; ten thousand domains by name are half a million characters. */
const LIMITS = { characters: 4 * 1024 * 1024, values: 200_000 };
