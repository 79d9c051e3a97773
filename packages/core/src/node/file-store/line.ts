// One line of a journal: a checksum, then what was written as JSON. A line whose checksum does not hold was
// not written to its end, or was changed since.
import { crc32 } from './crc32.ts';

/** One write. `text` is the record's JSON; without it the key was forgotten. */
export interface Line {
  readonly key: string;
  readonly revision: number;
  readonly text: string | undefined;
  /** `Infinity`: never due. */
  readonly wakeAt: number;
}

/** The line as it stands in the file, its end included. */
export function writeLine({ key, revision, text, wakeAt }: Line): string {
  const said = [key, revision, text ?? null, Number.isFinite(wakeAt) ? wakeAt : null];
  const json = JSON.stringify(said);
  return `${crc32(json)} ${json}\n`;
}

/** A line without its end; `undefined` when it is not one that was written here. */
export function readLine(line: string): Line | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || crc32(json) !== line.slice(0, 8)) return undefined;
  const [key, revision, text, wakeAt] = JSON.parse(json) as [string, number, string | null, number];
  return { key, revision, text: text ?? undefined, wakeAt: wakeAt ?? Infinity };
}
