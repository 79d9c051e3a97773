// Processes that change the same records of one Redis, one of them killed in the middle: nothing that was written is
// lost, nothing is made up, and nothing leaves twice but what the killed one may have let out at its end.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { redisStore } from '@interwork/core/store/redis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PORT = 6398;
const URL_OF_IT = `redis://127.0.0.1:${PORT}/0`;
const KEYS = 8;
const EVENTS = 400;
const root = join(import.meta.dirname, '..', '..', '..', '..');
const isThere = spawnSync('redis-server', ['--version']).status === 0;
const absent = isThere ? '' : ' (skipped: redis-server is not installed)';

let folder: string;
let server: ChildProcess;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  if (!isThere) return;
  folder = mkdtempSync(join(tmpdir(), 'interwork-desks-'));
  const args = ['--port', String(PORT), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Lines(server).until((line) => line.includes('Ready to accept connections'));
  client = createClient({ url: URL_OF_IT });
  await client.connect();
});

afterAll(async () => {
  if (!isThere) return;
  client.destroy();
  await ended(server, 'SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

/** What a process says, line by line. */
class Lines {
  readonly all: string[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error('nothing is read of it');
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.all.push(line);
      for (const look of this.#waiting) look();
    });
  }

  /** Resolves once a line is there. */
  until(wanted: (line: string) => boolean, from = 0): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.all.slice(from).some(wanted)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The numbers of a key that left, in order. */
  numbers(key: string): readonly number[] {
    const beginning = `left ${key} `;
    return this.all.flatMap((line) =>
      line.startsWith(beginning) ? [Number(line.slice(beginning.length))] : [],
    );
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

function start(name: string, events: number): { child: ChildProcess; lines: Lines } {
  const main = join(import.meta.dirname, 'desk-process.ts');
  const flags = ['--conditions=@interwork/source', '--import', 'tsx', main];
  const child = spawn(process.execPath, [...flags, URL_OF_IT, name, String(KEYS), String(events)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: root,
  });
  return { child, lines: new Lines(child) };
}

describe.skipIf(!isThere)(`desks over one Redis${absent}`, () => {
  it('lose nothing and make nothing up when one is killed in the middle', {
    timeout: 60_000,
  }, async () => {
    const [killed, other] = [start('a', 1e9), start('b', EVENTS)];
    await other.lines.until((line) => line.startsWith('left'));
    await killed.lines.until((line) => line.startsWith('left'));
    await killed.lines.until((line) => line.startsWith('left'), 200);
    await ended(killed.child, 'SIGKILL');
    await other.lines.until((line) => line === 'idle');
    const third = start('c', KEYS);
    await third.lines.until((line) => line === 'idle');
    await Promise.all([ended(other.child, 'SIGTERM'), ended(third.child, 'SIGTERM')]);

    const store = redisStore(client, { max: 1_000 });
    for (let at = 0; at < KEYS; at++) {
      const key = `k${at}`;
      const record = (await store.read(key))?.record;
      expect(Object.keys(record ?? {})).toEqual(['version', 'n']);
      const living = [...other.lines.numbers(key), ...third.lines.numbers(key)];
      const dead = killed.lines.numbers(key);
      const written = Array.from({ length: Number(record?.['n']) }, (_, n) => n + 1);
      expect([...new Set([...living, ...dead])].toSorted((a, b) => a - b)).toEqual(written);
      expect(new Set(living).size).toBe(living.length);
      expect(new Set(dead).size).toBe(dead.length);
      expect(dead.filter((n) => living.includes(n)).every((n) => n === dead.at(-1))).toBe(true);
      expect([other.lines.numbers(key), dead]).toEqual(
        [other.lines.numbers(key), dead].map((list) => list.toSorted((a, b) => a - b)),
      );
    }
    expect(other.lines.all.filter((line) => line.startsWith('unable'))).toEqual([]);
  });
});
