// Code in a Markdown page is code that runs: a fenced block under a comment such as
// `<!-- from examples/one-message/main.ts -->` is that file, and `… main.ts#setup -->` what stands
// between `// #region setup` and `// #endregion` in it. Writing fills the blocks in.
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { files, lineAt, read, root, type Made, type Problem } from './tree.ts';

/** Every page that has such a block, with the blocks as they should be. */
export function readmeExamples(): readonly Made[] {
  const pages = files('.', /\.md$/).filter((file) => read(file).includes('<!-- from '));
  return pages.map((file) => filled(file, read(file)));
}

/** A page with its blocks filled in; told apart from reading it so that it can be tested. */
export function filled(file: string, page: string): Made {
  const problems: Problem[] = [];
  const text = page.replaceAll(
    BLOCK,
    (whole, mark: string, source: string, region: string | undefined, index: number) => {
      const code = codeOf(source, region);
      if (code !== undefined) return `${mark}\n\`\`\`${extname(source).slice(1)}\n${code}\n\`\`\``;
      problems.push({
        at: `${file}:${lineAt(page, index)}`,
        text: `nothing at ${source}${region ?? ''}`,
      });
      return whole;
    },
  );
  const marks = page.match(MARK)?.length ?? 0;
  const blocks = page.match(BLOCK)?.length ?? 0;
  if (marks !== blocks)
    problems.push({ at: file, text: 'a "from" comment without a code block below it' });
  return { file, text, problems };
}

function codeOf(source: string, region: string | undefined): string | undefined {
  if (!existsSync(join(root, source))) return undefined;
  const text = read(source).trim();
  return region === undefined ? text : regionOf(text, region.slice(1));
}

function regionOf(text: string, name: string): string | undefined {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trim() === `// #region ${name}`);
  const length = lines.slice(start + 1).findIndex((line) => line.trim() === '// #endregion');
  if (start === -1 || length === -1) return undefined;
  return flushLeft(lines.slice(start + 1, start + 1 + length)).join('\n');
}

function flushLeft(lines: readonly string[]): readonly string[] {
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const depth = Math.min(...depths);
  return lines.map((line) => line.slice(depth));
}

const MARK = /^<!-- from \S+ -->$/gm;
const BLOCK = /^(<!-- from ([^\s#]+)(#\S+)? -->)\n+```[^\n]*\n(?:[^]*?\n)??```$/gm;
