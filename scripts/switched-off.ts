// Nothing is switched off, put off or let grow unseen: no test that is skipped or run alone, no
// linter or compiler told to look away, no `any`, no note to self, no file of over 400 lines that
// does not say why in its banner; tests, which are tables, may. A test may depend on what is there (`skipIf`), never on a mood.
import { cut } from './source-text.ts';
import { files, lineAt, read, type Problem } from './tree.ts';

/** Every such place in the repository's sources. */
export function switchedOff(): readonly Problem[] {
  const sources = files('.', /\.(?:ts|mts|cts|mjs|cjs)$/);
  return sources.flatMap((file) => offIn(file, read(file)));
}

/** The same for one source; told apart so that it can be tested. */
export function offIn(file: string, source: string): readonly Problem[] {
  const { code, comments } = cut(source);
  return [
    ...CODE.flatMap((shape) => matches(file, code, shape)),
    ...COMMENTS.flatMap((shape) => matches(file, comments, shape)),
    ...tooLong(file, source, comments),
  ];
}

function matches(file: string, text: string, shape: RegExp): readonly Problem[] {
  return [...text.matchAll(shape)].map(({ 0: match, index }) => ({
    at: `${file}:${lineAt(text, index)}`,
    text: `${match.trim()} stands here`,
  }));
}

function tooLong(file: string, source: string, comments: string): readonly Problem[] {
  const lines = source.split('\n').length - 1;
  const banner = comments.slice(0, 2000);
  if (lines <= MAX_LINES || file.endsWith('.test.ts') || /\blines\b|\btables?\b/i.test(banner))
    return [];
  return [{ at: file, text: `${lines} lines, and the banner does not say why` }];
}

const MAX_LINES = 400;
const CODE: readonly RegExp[] = [
  /\b(?:it|test|describe)\s*\.\s*(?:only|skip|todo|fails)\b/g,
  /\bas\s+any\b/g,
];
const COMMENTS: readonly RegExp[] = [
  /@ts-(?:ignore|nocheck|expect-error)/g,
  /\b(?:eslint|oxlint)-disable/g,
  /\bbiome-ignore/g,
  /\b(?:TODO|FIXME|XXX)\b/g,
];
