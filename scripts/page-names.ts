// A page that names a source file must name one that is there: every `….ts` in back-ticks, in any Markdown page, is
// the end of the path of some file.
import { files, lineAt, type Problem, read } from './tree.ts';

/** The names that lead nowhere. */
export function pageNames(): readonly Problem[] {
  const sources = files('.', /\.ts$/);
  return files('.', /\.md$/).flatMap((page) => strayNames(page, read(page), sources));
}

/** The names in one page that lead nowhere; told apart from reading so that it can be tested. */
export function strayNames(
  page: string,
  text: string,
  sources: readonly string[],
): readonly Problem[] {
  return [...text.matchAll(NAME)].flatMap(({ 1: name = '', index }) => {
    const file = name.split('#')[0] ?? '';
    const known = sources.some((source) => source === file || source.endsWith(`/${file}`));
    return known ? [] : [{ at: `${page}:${lineAt(text, index)}`, text: `there is no ${file}` }];
  });
}

const NAME = /`([\w./-]+\.ts(?:#[\w-]+)?)`/g;
