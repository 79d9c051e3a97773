// The file behind a file store: a first line that says what it is, then one line for each write, in the order
// of writing. A write is told as done only when the disk has it (fsync); what is written at the same time
// shares one. A last line that was torn by a crash is cut off: nobody was told that it was written. Anything
// else that is not as it was written is refused. When most lines are history, the file is written anew
// beside itself and takes its place in one step.
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Line, readLine, writeLine } from './line.ts';
import { linesAfter } from './lines.ts';

/** What a journal is told and asked. */
export interface JournalOptions {
  readonly file: string;
  /** Lines of history kept before the file is written anew, beside as many as there are records. */
  readonly history: number;
  /** How many lines a file written anew has, about. */
  readonly count: () => number;
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
  async settled(): Promise<void> {
    await this.#done;
    if (this.#broken !== undefined) throw this.#broken;
  }

  async close(): Promise<void> {
    await this.#done.catch(() => undefined);
    this.#broken ??= new Error(`${this.#options.file} is closed`);
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
    const { file, history, count, live } = this.#options;
    if (this.#lines <= 2 * count() + history) return;
    const handle = await open(`${file}.new`, 'w', MODE);
    const lines = await writeAll(handle, live());
    await handle.sync();
    await rename(`${file}.new`, file);
    await syncFolder(file);
    await this.#handle.close();
    this.#handle = handle;
    this.#lines = lines;
  }
}

/** Writes the first line and those given, some at a time. Answers their count. */
async function writeAll(handle: FileHandle, live: Iterable<Line>): Promise<number> {
  let [text, lines] = [FIRST_LINE, 0];
  for (const line of live) {
    text += writeLine(line);
    lines += 1;
    if (text.length < PIECE) continue;
    await handle.appendFile(text);
    text = '';
  }
  await handle.appendFile(text);
  return lines;
}

/** Reads what stands there, and cuts off what was torn. Answers the count of lines. */
async function readAll(
  handle: FileHandle,
  file: string,
  take: (line: Line) => void,
): Promise<number> {
  const first = await firstOctets(handle);
  if (!FIRST_LINE.startsWith(first)) throw new Error(`${file} is not a store of this program`);
  if (first !== FIRST_LINE) return begin(handle);
  const { size } = await handle.stat();
  let [at, lines] = [FIRST_LINE.length, 0];
  for await (const { text, octets, isWhole } of linesAfter(handle, at)) {
    const line = isWhole ? readLine(text) : undefined;
    if (line === undefined && at + octets < size)
      throw new Error(`${file}:${lines + 2}: this line is not as it was written`);
    if (line === undefined) return cut(handle, at, lines);
    take(line);
    at += octets;
    lines += 1;
  }
  return lines;
}

async function firstOctets(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST_LINE.length), 0, null, 0);
  return buffer.toString('latin1', 0, bytesRead);
}

async function begin(handle: FileHandle): Promise<number> {
  await handle.truncate(0);
  await handle.appendFile(FIRST_LINE);
  await handle.datasync();
  return 0;
}

async function cut(handle: FileHandle, at: number, lines: number): Promise<number> {
  await handle.truncate(at);
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

/** Octets read or written at a time: a file may be larger than any text. */
const PIECE = 1_048_576;
/** Secrets stand in it: nobody else reads it. */
const MODE = 0o600;
const FIRST_LINE = 'interwork store 1\n';
