// The file behind a file store: a first line that says what it is, then one line for each write, in the order
// of writing. A write is told as done only when the disk has it (fsync); what is written at the same time
// shares one. A last line that was torn by a crash is cut off: nobody was told that it was written. Anything
// else that is not as it was written is refused. When most lines are history, the file is written anew
// beside itself and takes its place in one step.
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Line, readLine, writeLine } from './line.ts';

/** What a journal is told and asked. */
export interface JournalOptions {
  readonly file: string;
  /** Lines of history kept before the file is written anew, beside as many as there are records. */
  readonly history: number;
  /** Everything that must stand in a file written anew. */
  readonly live: () => Iterable<Line>;
}

/** An open journal. */
export class Journal {
  readonly #options: JournalOptions;
  #handle: FileHandle;
  #lines: number;
  /** What waits for the next write, and those who wait for it. */
  #waiting: string[] = [];
  #done: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #broken: unknown;

  private constructor(options: JournalOptions, handle: FileHandle, lines: number) {
    this.#options = options;
    this.#handle = handle;
    this.#lines = lines;
  }

  /** Opens, or makes, a journal; `take` is handed each line there is. */
  static async open(options: JournalOptions, take: (line: Line) => void): Promise<Journal> {
    const handle = await open(options.file, 'a+', MODE);
    try {
      const lines = await readAll(handle, options.file, take);
      if (lines === 0) await syncFolder(options.file);
      return new Journal(options, handle, lines);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Writes a line; resolves when the disk has it. */
  append(line: Line): Promise<void> {
    this.#waiting.push(writeLine(line));
    this.#next ??= this.#done.then(() => this.#flush());
    this.#done = this.#next;
    return this.#next;
  }

  /** Resolves when everything that was appended is on the disk. */
  settled(): Promise<void> {
    return this.#done;
  }

  async close(): Promise<void> {
    await this.#done.catch(() => undefined);
    await this.#handle.close();
  }

  /** After a failed write nobody knows what the disk has: nothing more is written. */
  async #flush(): Promise<void> {
    this.#next = undefined;
    if (this.#broken !== undefined) throw this.#broken;
    const lines = this.#waiting;
    this.#waiting = [];
    try {
      await this.#handle.appendFile(lines.join(''));
      await this.#handle.datasync();
      this.#lines += lines.length;
      await this.#compact();
    } catch (error) {
      this.#broken = error;
      throw error;
    }
  }

  async #compact(): Promise<void> {
    const live = [...this.#options.live()];
    if (this.#lines <= 2 * live.length + this.#options.history) return;
    const { file } = this.#options;
    const handle = await open(`${file}.new`, 'w', MODE);
    await handle.appendFile(FIRST_LINE + live.map(writeLine).join(''));
    await handle.sync();
    await rename(`${file}.new`, file);
    await syncFolder(file);
    await this.#handle.close();
    this.#handle = handle;
    this.#lines = live.length;
  }
}

/** Reads what stands there, and cuts off what was torn. Answers the count of lines. */
async function readAll(
  handle: FileHandle,
  file: string,
  take: (line: Line) => void,
): Promise<number> {
  const text = await handle.readFile('utf8');
  if (FIRST_LINE.startsWith(text)) {
    await handle.truncate(0);
    await handle.appendFile(FIRST_LINE);
    await handle.datasync();
    return 0;
  }
  if (!text.startsWith(FIRST_LINE)) throw new Error(`${file} is not a store of this program`);
  const lines = text.slice(FIRST_LINE.length).split('\n');
  const torn = lines.pop() ?? '';
  for (const [at, written] of lines.entries()) {
    const line = readLine(written);
    if (line === undefined && (at < lines.length - 1 || torn !== ''))
      throw new Error(`${file}:${at + 2}: this line is not as it was written`);
    if (line === undefined) return cut(handle, text, `${written}\n`, at);
    take(line);
  }
  return torn === '' ? lines.length : cut(handle, text, torn, lines.length);
}

async function cut(handle: FileHandle, text: string, torn: string, lines: number): Promise<number> {
  await handle.truncate(Buffer.byteLength(text.slice(0, text.length - torn.length)));
  await handle.datasync();
  return lines;
}

/** A file's name is in its folder: that too must be on the disk. */
async function syncFolder(file: string): Promise<void> {
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Secrets stand in it: nobody else reads it. */
const MODE = 0o600;
const FIRST_LINE = 'interwork store 1\n';
