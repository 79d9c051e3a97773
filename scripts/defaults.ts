// docs/defaults.md: every bound and every wait with its default, its unit and its reason, taken from the
// `DEFAULT_…` constants of the packages and the comments at their fields. A field without one is a problem.
import ts from 'typescript';
import { files, type Made, type Problem, read } from './tree.ts';

/** The page, and the defaults nobody has given a reason for. */
export function defaults(): readonly Made[] {
  const tables = files('packages', /^packages\/[a-z]+\/src\/.*\.ts$/)
    .filter((file) => read(file).includes('export const DEFAULT_'))
    .flatMap(tablesOf);
  const problems = tables.flatMap(({ file, rows }) => rows.flatMap((row) => unsaid(file, row)));
  return [{ file: 'docs/defaults.md', text: [HEAD, ...tables.map(chapter)].join('\n'), problems }];
}

interface Row {
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

interface Table {
  readonly file: string;
  readonly name: string;
  readonly said: string;
  readonly rows: readonly Row[];
}

function tablesOf(file: string): readonly Table[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ESNext, true);
  const reasons = reasonsOf(source);
  return source.statements.filter(ts.isVariableStatement).flatMap((statement) =>
    statement.declarationList.declarations.flatMap((declaration): Table[] => {
      const name = declaration.name.getText();
      if (!name.startsWith('DEFAULT_') || declaration.initializer === undefined) return [];
      const rows = rowsOf(name, declaration.initializer, reasons, docOf(statement));
      return rows.length === 0 ? [] : [{ file, name, said: docOf(statement), rows }];
    }),
  );
}

/** Comments of the fields of every interface in the file. */
function reasonsOf(source: ts.SourceFile): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const statement of source.statements.filter(ts.isInterfaceDeclaration)) {
    for (const member of statement.members)
      reasons.set(member.name?.getText() ?? '', docOf(member));
  }
  return reasons;
}

function rowsOf(
  name: string,
  value: ts.Expression,
  reasons: ReadonlyMap<string, string>,
  said: string,
): readonly Row[] {
  if (ts.isNumericLiteral(value)) return [{ name, value: value.getText(), why: said }];
  if (!ts.isObjectLiteralExpression(value)) return [];
  return value.properties.filter(ts.isPropertyAssignment).map((property) => {
    const field = property.name.getText();
    const why = [reasons.get(field) ?? '', docOf(property)].filter((text) => text !== '').join(' ');
    return { name: field, value: property.initializer.getText(), why };
  });
}

function docOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return (ts.getTextOfJSDocComment(doc?.comment) ?? '').replaceAll(/\s+/g, ' ').trim();
}

function unsaid(file: string, row: Row): readonly Problem[] {
  return row.why === '' ? [{ at: file, text: `default ${row.name} has no reason` }] : [];
}

function chapter({ file, name, said, rows }: Table): string {
  const lines = rows.map(
    ({ name: field, value, why }) => `| \`${field}\` | ${value} | ${cell(why)} |`,
  );
  return [
    `## ${file.split('/')[1]}: \`${name}\``,
    '',
    `${said === '' ? '' : `${said} `}In \`${file}\`.`,
    '',
    '| name | default | what and why |',
    '| --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

const HEAD = `# Defaults

Every bound and every wait, with its reason. Made by \`npm run docs\` from the sources; times are in milliseconds and sizes in octets
unless a row says otherwise. Each can be changed where its options are handed in.
`;
