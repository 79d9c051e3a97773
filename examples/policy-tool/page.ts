// A page with the tool's real output: every `console` block whose first line is `$ policy-tool …` is run, and what it prints
// stands below that line. `npm run docs` writes docs/policy.md so, and a check fails where it is stale.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { over, run, type Surroundings } from './main.ts';

/** The page with every block as it would be printed now. What one run writes the next ones read. */
export async function filled(page: string, folder: string): Promise<string> {
  const around = remembering(folder);
  const parts = page.split(BLOCK);
  for (const [at, line] of parts.entries()) {
    if (at % 2 === 1) parts[at] = await blockOf(line, around);
  }
  return parts.join('');
}

/** Files of a folder; what is written is kept in memory. */
function remembering(folder: string): Surroundings {
  const { read } = over(folder, () => {});
  const written = new Map<string, Uint8Array>();
  return {
    today: TODAY,
    read: async (file) => written.get(file) ?? read(file),
    write: async (file, text) => void written.set(file, new TextEncoder().encode(text)),
    print: () => {},
    complain: () => {},
  };
}

async function blockOf(line: string, around: Surroundings): Promise<string> {
  const printed: string[] = [];
  const say = (text: string): void => void printed.push(text);
  const code = await run(wordsOf(line), { ...around, print: say, complain: say });
  return `\`\`\`console\n$ policy-tool ${line}\n${shown(printed.join('\n'))}\n(ends with ${code})\n\`\`\``;
}

/** Long output is cut, and says so. */
function shown(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= MAX_LINES) return text;
  return [...lines.slice(0, MAX_LINES), `… ${lines.length - MAX_LINES} more lines`].join('\n');
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, inner]) => inner ?? word);
}

/** The folder of the documents that the page speaks of. */
export const COMPANY: string = join(dirname(fileURLToPath(import.meta.url)), 'company');
/** The day of every run, so that a page does not become stale by itself. */
const TODAY = '2026-01-01';
const MAX_LINES = 40;
const BLOCK = /^```console\n\$ policy-tool (.+)\n(?:[^`]*\n)?```$/m;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const page = await readFile(process.argv[2] ?? '', 'utf8');
  process.stdout.write(await filled(page, COMPANY));
}
