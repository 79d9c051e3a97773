// docs/spec-map.md: for each section that code claims with an `@spec` tag, the symbol that claims it
// and the tests that name it. A test names a section by writing it anywhere in its file, mostly in a
// title; a section within the claimed one counts. In a file named `rfc3261-….test.ts` or
// `xep0220-….test.ts` a bare `§17.1` means that document. A claimed section without a test is a problem.
import { byNumber, covers, references, written, type Reference } from './spec-reference.ts';
import { cut } from './source-text.ts';
import { files, lineAt, read, type Made, type Problem } from './tree.ts';

/** The page, and what is claimed without a test or spelled wrong. */
export function specMap(): readonly Made[] {
  const tags = files('packages', /\/src\/.*\.ts$/).flatMap(tagsOf);
  const claims = tags.flatMap(({ claims }) => claims);
  const tests = files('.', /^(?!scripts\/).*\.test\.ts$/).flatMap(mentionsOf);
  const sections = sectionsOf(claims, tests);
  const problems = [...tags.flatMap(misspelled), ...sections.flatMap(untested)];
  return [{ file: 'docs/spec-map.md', text: page(sections), problems }];
}

interface Claim extends Reference {
  readonly file: string;
  readonly at: string;
  readonly symbol: string;
}

interface Tag {
  readonly at: string;
  readonly text: string;
  readonly claims: readonly Claim[];
}

interface Mention extends Reference {
  readonly file: string;
}

interface Section extends Reference {
  readonly claims: readonly Claim[];
  readonly tests: readonly string[];
}

function tagsOf(file: string): readonly Tag[] {
  const source = read(file);
  const { code, comments } = cut(source);
  return [...comments.matchAll(TAG)].map(({ 1: text = '', index }) => {
    const at = `${file}:${lineAt(source, index)}`;
    const symbol = symbolAfter(code, source, index);
    const claims = references(text).map((reference) => ({ ...reference, file, at, symbol }));
    return { at, text, claims };
  });
}

/** The name of what is declared behind a comment. */
function symbolAfter(code: string, source: string, index: number): string {
  const next = /\S/.exec(code.slice(index));
  if (next === null) return '';
  const start = index + next.index;
  const line = (source.slice(0, start).match(/[^\n]*$/)?.[0] ?? '') + source.slice(start);
  return DECLARED.exec(line)?.groups?.['name'] ?? MEMBER.exec(line)?.groups?.['name'] ?? '';
}

function mentionsOf(file: string): readonly Mention[] {
  return references(read(file), documentOf(file)).map((reference) => ({ ...reference, file }));
}

/** The document a test file is named after: `rfc3261-uri.test.ts`, `xep0220-dialback.test.ts`. */
function documentOf(file: string): string | undefined {
  const { kind, number } = /\/(?<kind>rfc|xep)(?<number>\d+)-[^/]*$/.exec(file)?.groups ?? {};
  if (number === undefined) return undefined;
  return kind === 'rfc' ? `RFC ${number}` : `XEP-${number.padStart(4, '0')}`;
}

function sectionsOf(claims: readonly Claim[], tests: readonly Mention[]): readonly Section[] {
  const bySection = groupBy(claims, written);
  const sections = [...bySection.values()].map((group): Section => {
    const { document = '', section = '' } = group[0] ?? {};
    const naming = tests.filter((test) => covers(test, { document, section }));
    const testFiles = [...new Set(naming.map(({ file }) => file))].toSorted();
    return { document, section, claims: group, tests: testFiles };
  });
  return sections.toSorted(byNumber);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function misspelled({ at, text, claims }: Tag): readonly Problem[] {
  if (claims.length > 0) return [];
  return [{ at, text: `"@spec ${text}" names no section; write "RFC 3261 §17.1.2"` }];
}

function untested(section: Section): readonly Problem[] {
  if (section.tests.length > 0) return [];
  const at = section.claims.map((claim) => claim.at).join(', ');
  return [{ at, text: `no test names ${written(section)}` }];
}

function page(sections: readonly Section[]): string {
  const byDocument = groupBy(sections, ({ document }) => document);
  const chapters = [...byDocument].map(
    ([document, rows]) =>
      `## ${document}\n\n| section | source | tests |\n| --- | --- | --- |\n${rows.map(row).join('')}`,
  );
  return `${HEAD}\n${chapters.join('\n')}`;
}

function row({ section, claims, tests }: Section): string {
  const sources = [...new Set(claims.map(({ file, symbol }) => link(file, symbol)))];
  const named = tests.map((file) => link(file, ''));
  const mark = /^[A-Z]/.test(section) ? section : `§${section}`;
  return `| ${mark} | ${sources.join('<br>')} | ${named.join('<br>')} |\n`;
}

function link(file: string, symbol: string): string {
  const short = file.replace(/^packages\//, '').replace(/\/(?:src|test)\//, '/');
  return `[${short}](../${file})${symbol === '' ? '' : ` \`${symbol}\``}`;
}

const TAG = /@spec\s+([^\n]*?)\s*(?:\*\/)?\s*$/gm;
const DECLARED =
  /^\s*(?:export\s+)?(?:declare\s+)?(?:async\s+)?(?:function\*?|const|let|class|interface|type)\s+(?<name>[\w$]+)/;
const MEMBER =
  /^\s*(?:(?:readonly|static|private|async|get|set)\s+)*['"]?(?<name>[\w$-]+)['"]?\s*[?:(=,]/;
const HEAD = `# Which section is where

Made by \`npm run docs\` from the \`@spec\` tags in the sources and the sections that tests name.
`;
