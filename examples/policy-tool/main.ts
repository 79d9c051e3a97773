// The policy tool as a program: reads the files it is pointed at, prints what it finds, ends with a code that scripts
// understand: 0 fine, 1 something to look at (findings, forbidden, no way, a difference), 2 it could not do what was asked.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMMANDS } from './commands.ts';
import { readWish, USAGE } from './options.ts';

/** What the program has to do with. */
export interface Surroundings {
  /** The day, `YYYY-MM-DD`. */
  readonly today: string;
  readonly read: (file: string) => Promise<Uint8Array>;
  readonly write: (file: string, text: string) => Promise<void>;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Does what the arguments ask; the exit code. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    const wish = readWish(args);
    const { text, value, code, asides = [] } = await COMMANDS[wish.command](wish, around);
    for (const aside of asides) around.complain(aside);
    around.print(wish.json ? JSON.stringify(value, undefined, 2) : text);
    return code;
  } catch (error) {
    around.complain(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
}

/** Files below a folder, and what is printed by lines. */
export function over(
  folder: string,
  print: (text: string) => void,
  complain = print,
): Surroundings {
  return {
    today: new Date().toISOString().slice(0, 10),
    read: (file) => readFile(resolve(folder, file)),
    write: async (file, text) => {
      const path = resolve(folder, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    },
    print,
    complain,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const around = over(
    process.cwd(),
    (text) => void process.stdout.write(`${text}\n`),
    (text) => void process.stderr.write(`${text}\n`),
  );
  process.exitCode = await run(process.argv.slice(2), around);
}
