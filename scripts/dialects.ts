// docs/dialects.md: the habits of each dialect, made from the banners of their files: what the peer does, what shows it and how
// well, what we do. A file without such a banner is a problem, and so is a vector that is not there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { files, type Made, type Problem, read, root } from './tree.ts';

/** The page, and the banners that do not say what they must. */
export function dialects(): readonly Made[] {
  const sources = files(FOLDER, /^packages\/core\/src\/dialect\/[a-z-]+\/.*\.ts$/);
  const habits = sources.flatMap((file) => habitOf(file, read(file)) ?? []);
  const names = [...new Set(habits.map(({ dialect }) => dialect))];
  const chapters = names.map((name) =>
    chapter(
      name,
      habits.filter((one) => one.dialect === name),
    ),
  );
  const problems = [...sources.flatMap(bannerless), ...habits.flatMap(problemsOf)];
  return [{ file: 'docs/dialects.md', text: [HEAD, ...chapters].join('\n'), problems }];
}

/** One habit, as its banner has it. */
export interface Habit {
  readonly file: string;
  readonly dialect: string;
  readonly name: string;
  readonly theirs: string;
  readonly vectors: readonly Evidence[];
  readonly ours: string;
}

/** A vector that shows a habit. */
interface Evidence {
  readonly id: string;
  /** Beside the code, rather than among the shared ones. */
  readonly isOwn: boolean;
  /** D, O, R or U; empty where the banner has no such letter. */
  readonly letter: string;
}

/** The habit that a file's banner tells of; undefined where it tells of none. */
export function habitOf(file: string, source: string): Habit | undefined {
  const said = partsOf(source);
  const name = said.get('Habit');
  if (name === undefined) return undefined;
  const dialect = file.slice(FOLDER.length + 1).split('/')[0] ?? '';
  const vectors = (said.get('Vectors') ?? '').replace(/\.$/, '').split(', ').map(evidenceOf);
  return {
    file,
    dialect,
    name,
    theirs: said.get('They do') ?? '',
    vectors,
    ours: said.get('We do') ?? '',
  };
}

/** The parts of a banner: a name, and what follows it on its line and on those that are set in. */
function partsOf(source: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  let name = '';
  for (const line of source.split('\n')) {
    const [, text] = /^\/\/ (.*)$/.exec(line) ?? [];
    if (text === undefined) break;
    const [, begun, rest] = /^(Habit|They do|Vectors|We do): (.*)$/.exec(text) ?? [];
    if (begun !== undefined) parts.set((name = begun), rest ?? '');
    else if (name !== '' && text.startsWith('  '))
      parts.set(name, `${parts.get(name)} ${text.trim()}`);
  }
  return parts;
}

function evidenceOf(text: string): Evidence {
  const [, own, id, letter] = /^(own )?([a-z][a-z0-9-]*) ([DORU])$/.exec(text) ?? [];
  return { id: id ?? text, isOwn: own !== undefined, letter: letter ?? '' };
}

/** A list of habits, or what several of them share, says so in its first words. */
function bannerless(file: string): readonly Problem[] {
  const source = read(file);
  if (habitOf(file, source) !== undefined || source.startsWith('// The habits of ')) return [];
  return [{ at: file, text: 'its banner tells of no habit' }];
}

function problemsOf({ file, dialect, theirs, ours, vectors }: Habit): readonly Problem[] {
  const problems: Problem[] = [];
  if (theirs === '' || ours === '')
    problems.push({ at: file, text: 'what they or we do is missing' });
  for (const { id, isOwn, letter } of vectors) {
    if (letter === '') problems.push({ at: file, text: `${id}: no vector and letter` });
    else if (isOwn && !existsSync(join(root, ownFile(dialect, id))))
      problems.push({ at: file, text: `${ownFile(dialect, id)} is not there` });
  }
  return problems;
}

function chapter(name: string, habits: readonly Habit[]): string {
  const rows = habits.map(row);
  return [
    `## \`${name}\``,
    '',
    '| habit | what they do | shown by | what we do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function row({ file, dialect, name, theirs, vectors, ours }: Habit): string {
  const shown = vectors.map(({ id, isOwn, letter }) => {
    return `${isOwn ? `[${id}](../${ownFile(dialect, id)})` : id} **${letter}**`;
  });
  return `| [${name}](../${file}) | ${cell(theirs)} | ${shown.join('<br>')} | ${cell(ours)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function ownFile(dialect: string, id: string): string {
  return `packages/core/vectors/${dialect}/${id}.json`;
}

const FOLDER = 'packages/core/src/dialect';

const HEAD = `# Dialects

What kinds of peers do otherwise than the RFCs have it, a file each. Made by \`npm run docs\` from the banners of those files.

A vector is one message with what is to be made of it. Its letter says how well it is known that peers behave so: **D** documented
by a vendor or an RFC, **O** observed in an implementation or a capture, **R** reconstructed, **U** asked for, but not seen. Those with
a link are published beside the code; the others are shared among projects, and tests read them where they are.

Which dialect a domain speaks is said by its partner's \`dialect\` in the policy, by the option \`dialects\`, or by Lync's allowed
domains; else it is learned from what a connection shows that proves the domain. A dialect decides how something is read and written.
Nobody is believed for it.

\`sessions\` has no habits: it is the standard for peers whose people chat in sessions, INVITE and MESSAGE within its dialog, and where
a peer refuses that, in single messages.
`;
