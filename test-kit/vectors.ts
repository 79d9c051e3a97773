// Where the shared test vectors are, if they are there at all. Tests that need them are skipped,
// each by name, when they are not: `INTERWORK_VECTORS` names another folder.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const beside = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared', 'vectors');
const root = process.env['INTERWORK_VECTORS'] ?? beside;

/** Whether the shared vectors can be read; hand the negation to `describe.skipIf`. */
export const haveVectors: boolean = existsSync(join(root, 'stox'));

/** A vector file as bytes; an empty array when the vectors are not there. */
export function vectorBytes(path: string): Uint8Array {
  return haveVectors ? readFileSync(join(root, path)) : new Uint8Array();
}

/** A vector file as JSON, or `fallback` when the vectors are not there. */
export function vectorJson<T>(path: string, fallback: T): T {
  return haveVectors ? (JSON.parse(readFileSync(join(root, path), 'utf8')) as T) : fallback;
}
