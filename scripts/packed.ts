// What is looked at in an installed package, and the program that uses every way into it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Subpath } from './packages.ts';

/** A TypeScript program that needs every type of every subpath to be right. */
export function consumerSource(subpaths: readonly Subpath[]): string {
  const imports = subpaths.map(({ specifier }, at) => `import * as m${at} from '${specifier}';\n`);
  const uses = subpaths.map((_, at) => `m${at}`).join(', ');
  return `${imports.join('')}export const modules: readonly object[] = [${uses}];\n`;
}

/** The lines of a program that are neither empty nor a comment. */
export function linesOfCode(source: string): number {
  return source.split('\n').filter((line) => !/^\s*(?:\/\/.*)?$/.test(line)).length;
}

/** A module in CommonJS: its imports of names, and its exported functions. */
export function asCommonJs(source: string): string {
  return source
    .replaceAll(/^import (\{[^}]*\}) from ('[^']+');$/gm, 'const $1 = require($2);')
    .replaceAll(/^export function (\w+)/gm, 'exports.$1 = $1;\nfunction $1');
}

/** What is wrong with the files of a package as it was installed at `folder`. */
export function packedProblems(folder: string, machine: readonly string[]): readonly string[] {
  const dist = filesIn(join(folder, 'dist'));
  return [
    ...manifestProblems(folder),
    ...['README.md', 'LICENSE', 'src/index.ts'].flatMap((file) =>
      existsSync(join(folder, file)) ? [] : [`${file} is not shipped`],
    ),
    ...dist.flatMap((file) => mapProblems(file)),
    ...dist.flatMap((file) => pathProblems(file, machine)),
  ];
}

function manifestProblems(folder: string): readonly string[] {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  const { exports = {} } = JSON.parse(text) as { exports?: object };
  const problems = [];
  if (JSON.stringify(exports).includes('@interwork/source')) {
    problems.push('the published exports carry the source condition');
  }
  if (text.includes('workspace:')) problems.push('a dependency is still "workspace:"');
  return problems;
}

function mapProblems(file: string): readonly string[] {
  if (!/\.c?js$/.test(file)) return [];
  if (!existsSync(`${file}.map`)) return [`${file} has no source map`];
  const map = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMap;
  const whole = map.sources.length === (map.sourcesContent?.length ?? 0);
  return whole ? [] : [`${file}.map does not carry its sources`];
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly string[];
}

function pathProblems(file: string, machine: readonly string[]): readonly string[] {
  const text = readFileSync(file, 'utf8');
  return machine.filter((path) => text.includes(`${path}/`)).map((path) => `${file} names ${path}`);
}

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
