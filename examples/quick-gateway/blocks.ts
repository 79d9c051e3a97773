// The files that a page prints: fenced blocks whose first line names a kind and a file.

/** The text of each file by its name. */
export function blocksOf(page: string): ReadonlyMap<string, string> {
  const blocks = [...page.matchAll(/^```\w+ (\S+)\n([\s\S]*?)\n```$/gm)];
  return new Map(blocks.map(([, name = '', text = '']) => [name, `${text}\n`]));
}
