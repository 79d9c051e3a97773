// The pure part stays pure: outside src/node no clock, randomness, timers, Node or ambient global,
// and nothing that depends on the machine's locale. The compiler refuses most of it already (no
// ambient types there, which also takes care of `crypto` and `require`, words that code here uses
// for its own things); this finds what the language itself brings, and what a declaration would hide.
import { cut } from './source-text.ts';
import { files, lineAt, read, type Problem } from './tree.ts';

/** Where pure code reaches for something that it should be handed. */
export function purity(): readonly Problem[] {
  const pure = files('packages', /^packages\/[^/]+\/src\/(?!node\/).*\.ts$/);
  return pure.filter((file) => !file.endsWith('.d.ts')).flatMap((file) => impure(file, read(file)));
}

/** The same for one source; told apart so that it can be tested. */
export function impure(file: string, source: string): readonly Problem[] {
  const { code } = cut(source);
  return RULES.flatMap(([shape, text, except]) => {
    if (except?.test(file) === true) return [];
    const found = [...code.matchAll(shape)].filter(({ index }) => isCode(code, index));
    return found.map(({ 0: match, index }) => ({
      at: `${file}:${lineAt(source, index)}`,
      text: `${match.trim()}: ${text}`,
    }));
  }).concat(imports(file, source, code));
}

/** Imports are strings, so they are sought in the source, behind a keyword that is code. */
function imports(file: string, source: string, code: string): readonly Problem[] {
  const found = [...source.matchAll(IMPORT)].filter(({ index }) => isCode(code, index));
  return found.map(({ 1: name, index }) => ({
    at: `${file}:${lineAt(source, index)}`,
    text: `${name}: Node's modules are for src/node`,
  }));
}

function isCode(code: string, index: number): boolean {
  return code[index] !== ' ' && code[index] !== undefined;
}

type Rule = readonly [shape: RegExp, text: string, except?: RegExp];

/** A name of its own: not a property of something, not a key or a member being declared. */
function globals(...names: readonly string[]): RegExp {
  return new RegExp(`(?<![.\\w$])(?:${names.join('|')})\\b(?!\\s*\\??:(?!:))(?!\\s*=>)`, 'g');
}

const RULES: readonly Rule[] = [
  [/\bDate\s*\.\s*now\b/g, 'the time is handed in'],
  [/\bnew\s+Date\b(?!\s*\(\s*[^\s)])/g, 'the time is handed in'],
  [/(?<!\bnew\s+)(?<![.\w$])Date\s*\(/g, 'the time is handed in'],
  [/\bMath\s*\.\s*random\b/g, 'randomness is handed in'],
  [
    globals('setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'queueMicrotask'),
    'a machine says wakeAt',
  ],
  [globals('process', 'globalThis', 'performance'), 'not in pure code'],
  [globals('fetch', 'console', 'navigator'), 'not in pure code'],
  [globals('TextDecoder', 'TextEncoder', 'URL', 'URLSearchParams'), 'not in the language'],
  [globals('Buffer'), 'only bytes.ts knows Buffer', /\/bytes\.ts$/],
  [/\bimport\s*\.\s*meta\b/g, 'not in pure code'],
  [globals('Intl'), 'depends on the machine'],
  [/\.\s*(?:toLocale\w+|localeCompare)\b/g, 'depends on the machine'],
];

const IMPORT = /\b(?:from|import|require)\s*\(?\s*['"](node:[^'"]+)['"]/g;
