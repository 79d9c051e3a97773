// A process of somebody else's program: started, awaited by what it prints, and ended by its own id.
// Nothing here waits by the clock but the one bound after which a wait has failed.
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';

/** How long anything may be waited for before the wait is a failure, milliseconds. */
export const PATIENCE = 20_000;

/** Waits for something, and fails with a sentence when it has not come within the bound. */
export async function within<T>(
  what: string,
  coming: Promise<T>,
  milliseconds: number = PATIENCE,
): Promise<T> {
  let bound: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    bound = setTimeout(
      () => reject(new Error(`waited ${milliseconds / 1000} s for ${what}`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(bound);
  }
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a process is started with. */
export interface Command {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** A process group of its own, ended as a whole: for programs started by a shell script. */
  readonly group?: boolean;
}

/** A process that was started. */
export class Running {
  /** Both its outputs, in the order they came. */
  log = '';
  readonly exited: Promise<Exit>;
  /** Like `exited`, and never for an end that was asked for. */
  readonly fallen: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #group: boolean;
  readonly #watchers = new Set<() => void>();
  #ended: Exit | undefined;
  #isAsked = false;

  readonly command: Command;

  constructor(command: Command) {
    this.command = command;
    const { file, args, env, cwd, uid, gid, group = false } = command;
    this.#group = group;
    this.#child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      detached: group,
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#took(text));
    this.#child.stdin?.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      const end = (exit: Exit): void => {
        this.#ended ??= exit;
        resolve(this.#ended);
        this.#wake();
      };
      this.#child.once('close', (code, signal) => end({ code, signal }));
      this.#child.once('error', (error) => {
        this.log += String(error);
        end({ code: 127, signal: null });
      });
    });
    this.fallen = new Promise((resolve) => {
      void this.exited.then((exit) => (this.#isAsked ? undefined : resolve(exit)));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get ended(): Exit | undefined {
    return this.#ended;
  }

  /** One line to its standard input. */
  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** What `find` makes of the output, now or later; fails when the process ends before. */
  async until<T>(what: string, find: (log: string) => T | undefined, bound?: number): Promise<T> {
    return within(`${this.command.name}: ${what}`, this.#found(what, find), bound);
  }

  /** Waits for a line in the output that came after `from`. */
  async line(pattern: RegExp, from = 0): Promise<string> {
    return this.until(String(pattern), (log) => pattern.exec(log.slice(from))?.[0]);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#ended !== undefined || this.pid === 0) return;
    try {
      process.kill(this.#group ? -this.pid : this.pid, signal);
    } catch {
      // It has just ended by itself.
    }
  }

  /** Ends it and waits until it has ended; one that does not listen is ended the hard way. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', bound = 8000): Promise<Exit> {
    this.#isAsked = true;
    this.signal(signal);
    const hard = setTimeout(() => this.signal('SIGKILL'), bound);
    const exit = await this.exited;
    clearTimeout(hard);
    return exit;
  }

  async #found<T>(what: string, find: (log: string) => T | undefined): Promise<T> {
    for (;;) {
      const found = find(this.log);
      if (found !== undefined) return found;
      if (this.#ended !== undefined)
        throw new Error(`${this.command.name} ended before ${what}:\n${this.log.slice(-2000)}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  #took(text: string): void {
    this.log += text;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#watchers) wake();
    this.#watchers.clear();
  }
}

/** Starts a program and runs it to its end; fails unless it ends with 0. */
export async function finished(command: Command): Promise<string> {
  const running = new Running(command);
  const { code } = await within(`${command.name} to end`, running.exited);
  if (code !== 0) throw new Error(`${command.name} ended with ${code}:\n${running.log}`);
  return running.log;
}

/** Waits until a TCP port of a process that says nothing takes connections; the tries are counted. */
export async function untilOpen(running: Running, address: string, port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (running.ended !== undefined) throw new Error(`${running.command.name}: ${running.log}`);
    if (await opens(address, port)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${running.command.name} does not listen on ${port}:\n${running.log}`);
}

function opens(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
