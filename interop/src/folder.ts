// A folder for one world's files, which servers that drop their rights can read.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder that is gone when the world is. */
export interface Folder {
  readonly path: string;
  /** Writes a file and tells its full name. */
  write(name: string, text: string): string;
  remove(): void;
}

/** Makes one. */
export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'interwork-world-'));
  chmodSync(path, 0o755);
  return {
    path,
    write: (name, text) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
