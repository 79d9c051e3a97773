// docs/public-names.md: every name that every subpath exports, with its kind and first sentence. The
// list is the API: a change of it is seen in review. A name without a sentence is a problem.
import { join } from 'node:path';
import ts from 'typescript';
import { packages, type Subpath } from './packages.ts';
import { fromRoot, root, type Made, type Problem } from './tree.ts';

/** The page, and the names nobody has said a sentence about. */
export function publicNames(): readonly Made[] {
  const subpaths = packages().flatMap(({ subpaths }) => subpaths);
  const program = ts.createProgram(subpaths.map(fileOf), COMPILER);
  const chapters = subpaths.map((subpath) => ({ subpath, names: namesOf(program, subpath) }));
  const text = [HEAD, ...chapters.map(chapter)].join('\n');
  const problems = chapters.flatMap(({ names }) => names.flatMap(unsaid));
  return [{ file: 'docs/public-names.md', text, problems: unique(problems) }];
}

interface Name {
  readonly name: string;
  readonly kind: string;
  readonly sentence: string;
  readonly at: string;
}

function namesOf(program: ts.Program, subpath: Subpath): readonly Name[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(fileOf(subpath));
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) return [];
  const names = checker.getExportsOfModule(module).map((symbol) => nameOf(symbol, checker));
  return names.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function nameOf(exported: ts.Symbol, checker: ts.TypeChecker): Name {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
  const declaration = symbol.declarations?.[0];
  const said = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  return {
    name: exported.name,
    kind: kindOf(symbol),
    sentence: firstSentence(said),
    at: declaration === undefined ? '' : placeOf(declaration),
  };
}

function kindOf({ flags }: ts.Symbol): string {
  if ((flags & ts.SymbolFlags.Class) !== 0) return 'class';
  if ((flags & ts.SymbolFlags.Function) !== 0) return 'function';
  if ((flags & ts.SymbolFlags.Variable) !== 0) return 'const';
  return 'type';
}

function firstSentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return /^.*?\.(?=\s|$)/.exec(line)?.[0] ?? line;
}

function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${fromRoot(file.fileName)}:${line + 1}`;
}

function unsaid({ name, sentence, at }: Name): readonly Problem[] {
  return sentence === '' ? [{ at, text: `public name ${name} has no sentence` }] : [];
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [problem.at + problem.text, problem])).values()];
}

function chapter({ subpath, names }: { subpath: Subpath; names: readonly Name[] }): string {
  const rows = names.map(
    ({ name, kind, sentence }) =>
      `| \`${name}\` | ${kind} | ${sentence.replaceAll('|', '\\|')} |\n`,
  );
  const table =
    rows.length === 0
      ? 'Nothing yet.\n'
      : `| name | kind | |\n| --- | --- | --- |\n${rows.join('')}`;
  return `## ${subpath.specifier}\n\n${table}`;
}

function fileOf({ source }: Subpath): string {
  return join(root, source);
}

/** How the sources are read by checks. */
export const COMPILER: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['@interwork/source'],
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};
const HEAD = `# Public names

Made by \`npm run docs\` from the exports of every package. A name that is not here is not public.
`;
