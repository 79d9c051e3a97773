// docs/codes.md: every code that a fault, a refusal or misuse can have, and what to do about it, as the tables of the packages
// say (`remedies.ts`). A code of misuse that is thrown and has no row there is a problem.
import { join } from 'node:path';
import ts from 'typescript';
import { files, lineAt, read, root, type Made, type Problem } from './tree.ts';

/** The page, and the codes that nobody says anything about. */
export function codes(): readonly Made[] {
  const tables = files('packages', /^packages\/[^/]+\/src\/remedies\.ts$/).flatMap(tablesIn);
  const text = [HEAD, ...tables.map(chapter)].join('\n');
  const problems = files('packages', /^packages\/[^/]+\/src\/.*\.ts$/).flatMap((file) =>
    untold(file, tables),
  );
  return [{ file: 'docs/codes.md', text, problems }];
}

interface Table {
  /** The folder of the package. */
  readonly of: string;
  readonly about: string;
  readonly rows: ReadonlyMap<string, string>;
}

function tablesIn(file: string): readonly Table[] {
  const source = ts.createSourceFile(join(root, file), read(file), ts.ScriptTarget.ES2023, true);
  const declared = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  const said = new Map(declared.map(({ name, initializer }) => [name.getText(), initializer]));
  return declared.flatMap(({ name, initializer }) => {
    const about = /^(\w+)_REMEDIES$/.exec(name.getText())?.[1];
    if (about === undefined || initializer === undefined) return [];
    if (!ts.isObjectLiteralExpression(initializer)) return [];
    const rows = initializer.properties.filter(ts.isPropertyAssignment).map((row) => {
      const value = ts.isIdentifier(row.initializer)
        ? said.get(row.initializer.text)
        : row.initializer;
      return [textOf(row.name), value === undefined ? '' : textOf(value)] as const;
    });
    return [{ of: file.split('/')[1] ?? '', about: about.toLowerCase(), rows: new Map(rows) }];
  });
}

function textOf(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : node.getText();
}

/** Misuse that is thrown by a code of which its package says nothing. */
function untold(file: string, tables: readonly Table[]): readonly Problem[] {
  const source = read(file);
  const own = tables.filter(({ of, about }) => of === file.split('/')[1] && about === 'misuse');
  return [...source.matchAll(THROWN)].flatMap(({ 1: code = '', index }) => {
    if (own.some(({ rows }) => rows.has(code))) return [];
    return [
      { at: `${file}:${lineAt(source, index)}`, text: `nobody says what to do about ${code}` },
    ];
  });
}

function chapter({ of, about, rows }: Table): string {
  const lines = [...rows].map(
    ([code, remedy]) => `| \`${code}\` | ${remedy.replaceAll('|', '\\|')} |\n`,
  );
  return `## ${of}: ${about}\n\n| code | what to do |\n| --- | --- |\n${lines.join('')}`;
}

const THROWN = /new MisuseError\(\s*'([\w-]+)'/g;
const HEAD = `# Codes, and what to do about them

Made by \`npm run docs\` from the table of remedies in each package. Codes are never renamed. \`remedyOf\` of a package gives the same line, a
\`MisuseError\` carries it, and a ladder shows it. Findings of policy documents have their place and their sentence with them.
`;
