// The repository's own files, and what the checks say about them. Everything here is small on
// purpose: a check is read by whoever it has just stopped.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root: string = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Something a check will not let pass. */
export interface Problem {
  /** `file` or `file:line`, from the root. */
  readonly at: string;
  readonly text: string;
}

/** A file that a script makes, and what stands against making it. */
export interface Made {
  readonly file: string;
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** Files below a folder whose path from the root the pattern fits, sorted; nothing built or installed. */
export function files(folder: string, pattern: RegExp): readonly string[] {
  return under(folder)
    .filter((file) => pattern.test(file))
    .toSorted();
}

function under(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    if (OUTSIDE.has(entry.name)) return [];
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return under(path);
    return entry.isFile() ? [path] : [];
  });
}

/** The text of a file below the root. */
export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Writes what has changed, and tells which. */
export function write(made: readonly Made[]): readonly string[] {
  const changed = made.filter(isStale);
  for (const { file, text } of changed) writeFileSync(join(root, file), text);
  return changed.map(({ file }) => file);
}

/** The problems of making them, and one for each file that is not as it would be made. */
export function check(made: readonly Made[]): readonly Problem[] {
  const stale = made.filter(isStale).map(({ file }) => ({ at: file, text: 'stale: npm run docs' }));
  return [...made.flatMap(({ problems }) => problems), ...stale];
}

/** The line, counted from one, that an offset is on. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}

/** A path as it stands in documents. */
export function fromRoot(path: string): string {
  return relative(root, path).replaceAll('\\', '/');
}

function isStale({ file, text }: Made): boolean {
  return !existsSync(join(root, file)) || read(file) !== text;
}

const OUTSIDE: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  'dist',
  '.tsbuild',
  'coverage',
]);
