// A log as lines of JSON, in the form that pino's readers know: level, time, msg, then the fields. Lines of
// one turn of the event loop are written together. What is told is for the caller to choose: nothing here
// looks for secrets.

/** Levels and their numbers. */
export const LEVELS = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

/** The name of a level. */
export type Level = keyof typeof LEVELS;

/** Tells one thing that happened. */
export type Log = (level: Level, msg: string, fields?: Readonly<Record<string, unknown>>) => void;

/** What a JSON log is made of. */
export interface JsonLogOptions {
  /** Takes whole lines; must not throw. */
  readonly write: (text: string) => void;
  /** Less than this is not written. Default `info`. */
  readonly level?: Level;
}

/** A log that writes JSON lines, and what makes it write at once what it still holds. */
export interface JsonLog {
  readonly log: Log;
  readonly flush: () => void;
  /** Another least level, from now on. */
  readonly setLevel: (level: Level) => void;
}

/** Makes a log. */
export function jsonLog(options: JsonLogOptions): JsonLog {
  let least: number = LEVELS[options.level ?? 'info'];
  let held = '';

  const flush = (): void => {
    const text = held;
    held = '';
    if (text !== '') options.write(text);
  };
  const log: Log = (level, msg, fields) => {
    if (LEVELS[level] < least) return;
    if (held === '') setImmediate(flush);
    held += `${JSON.stringify({ level: LEVELS[level], time: Date.now(), msg, ...fields })}\n`;
    if (held.length > HELD_MOST) flush();
  };
  const setLevel = (level: Level): void => {
    least = LEVELS[level];
  };
  return { log, flush, setLevel };
}

/** UTF-16 units held at most: a turn of the loop that tells more is written in pieces. */
const HELD_MOST = 65_536;
