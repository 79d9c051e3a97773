// The store in Redis, over a real server that is started here and ended by its own id: every case of the port,
// writers that race, and the program that keeps its identity in it over a restart.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Store } from '@interwork/core';
import { type RedisClient, redisStore } from '@interwork/core/store/redis';
import { CLOSING_STORE_CASES, STORE_CASES } from '@interwork/core/testing';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PORT = 6399;
const URL_OF_IT = `redis://127.0.0.1:${PORT}/0`;
const root = join(import.meta.dirname, '..', '..', '..', '..');
const isThere = spawnSync('redis-server', ['--version']).status === 0;
const absent = isThere ? '' : ' (skipped: redis-server is not installed)';

let folder: string;
let server: ChildProcess;
let client: Awaited<ReturnType<typeof connected>>;
let made = 0;

/** An empty store beside those that were made before. */
function fresh(max: number): Store {
  made += 1;
  return redisStore(client, { max, prefix: `{test-${made}}:` });
}

async function connected() {
  const socket = { reconnectStrategy: 20 };
  const one = createClient({ url: URL_OF_IT, disableOfflineQueue: true, socket });
  one.on('error', () => {});
  await one.connect();
  return one;
}

async function startRedis(): Promise<ChildProcess> {
  const args = ['--port', String(PORT), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await line(child, 'Ready to accept connections');
  return child;
}

/** Asks until there is an answer. */
async function until<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function line(child: ChildProcess, wanted: string): Promise<string> {
  if (child.stdout === null) throw new Error('nothing is read of it');
  for await (const text of createInterface({ input: child.stdout }))
    if (text.includes(wanted)) return text;
  throw new Error(`it ended without "${wanted}"`);
}

beforeAll(async () => {
  if (!isThere) return;
  folder = mkdtempSync(join(tmpdir(), 'interwork-redis-'));
  server = await startRedis();
  client = await connected();
});

afterAll(async () => {
  if (!isThere) return;
  client.destroy();
  const ended = once(server, 'close');
  server.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isThere)(`redis store${absent}`, () => {
  const cases = [...STORE_CASES, ...CLOSING_STORE_CASES];
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    made += 1;
    const clients: (typeof client)[] = [];
    await one.run(async (max, handles) => {
      while (clients.length < handles) clients.push(await connected());
      return clients.map((each) => {
        const store = redisStore(each, { max, prefix: `{test-${made}}:` });
        return { ...store, close: () => each.destroy() };
      });
    });
    for (const each of clients) if (each.isOpen) each.destroy();
  });

  it('adds up whatever the interleaving of two clients', async () => {
    const first = fresh(10);
    const other = createClient({ url: URL_OF_IT });
    await other.connect();
    const second = redisStore(other, { max: 10, prefix: `{test-${made}}:` });
    const add = async (store: Store): Promise<void> => {
      const stored = await store.read('k');
      const record = { version: 1, n: Number(stored?.record['n'] ?? 0) + 1 };
      const written = await store.write('k', { record, wakeAt: Infinity }, stored?.revision);
      if (written === 'stale') await add(store);
    };
    await Promise.all(Array.from({ length: 12 }, (_, n) => add(n % 2 ? first : second)));
    expect((await second.read('k'))?.record['n']).toBe(12);
    other.destroy();
  });

  it('finds what a former release has written as due of all kinds in one, also behind much of another', async () => {
    const [prefix, send] = ['{former}:', (command: string[]) => client.sendCommand(command)];
    const store = redisStore(client, { max: 9_999, prefix });
    const keys = [...Array.from({ length: 2_500 }, (_, n) => `presence/${n}`), 'chat/a', 'gone/a'];
    for (const [at, key] of keys.entries()) {
      await send(['HSET', `${prefix}records`, key, `${at} {"version":1}`]);
      await send(['ZADD', `${prefix}times`, String(at), key]);
    }
    await send(['HDEL', `${prefix}records`, 'gone/a']);
    const looks = [];
    for (let n = 0; n < 3; n++) looks.push(await store.due('chat/', 9_999, 50, 10));
    expect(looks).toEqual([[], [], ['chat/a']]);
    expect(await store.due('gone/', 9_999, 50, 10)).toEqual([]);
    expect(await store.due('presence/', 9_999, 50, 9_999)).toEqual(keys.slice(0, 2_500));
    expect(await send(['EXISTS', `${prefix}times`, `${prefix}times:gone/`])).toBe(0);
  });

  it('has one time for a key that a former release and this one write', async () => {
    const [prefix, send] = ['{both}:', (command: string[]) => client.sendCommand(command)];
    const store = redisStore(client, { max: 9, prefix });
    await store.write('chat/a', { record: { version: 1 }, wakeAt: 5 }, undefined);
    await send(['ZADD', `${prefix}times`, '900', 'chat/a']);
    expect(await store.due('chat/', 800, 50, 10)).toEqual([]);
    await send(['ZADD', `${prefix}times`, '1', 'chat/a']);
    const seen = (await store.read('chat/a'))?.revision;
    await store.write('chat/a', { record: { version: 1 }, wakeAt: 1_000 }, seen);
    expect(await store.due('chat/', 999, 50, 10)).toEqual([]);
    expect(await store.due('chat/', 1_000, 50, 10)).toEqual(['chat/a']);
  });

  it('rejects when Redis cannot be asked', async () => {
    const gone = createClient({ url: URL_OF_IT });
    await gone.connect();
    gone.destroy();
    await expect(redisStore(gone, { max: 1 }).read('a')).rejects.toThrow(
      'Redis could not be asked',
    );
  });

  it('calls scripts by their digest, and sends them again to a Redis that has lost them', async () => {
    const sent: string[] = [];
    const watched: RedisClient = {
      sendCommand: (command) => (sent.push(command[0] ?? ''), client.sendCommand(command)),
    };
    const store = redisStore(watched, { max: 9, prefix: '{digest}:' });
    const value = { record: { version: 1 }, wakeAt: 1 };
    for (const key of ['a', 'b']) expect(await store.write(key, value, undefined)).toBe('written');
    expect(sent.splice(0)).toEqual(['SCRIPT', 'EVALSHA', 'EVALSHA']);
    await client.sendCommand(['SCRIPT', 'FLUSH', 'SYNC']);
    expect(await store.write('c', value, undefined)).toBe('written');
    expect(await store.write('d', value, undefined)).toBe('written');
    expect(sent).toEqual(['EVALSHA', 'EVAL', 'EVALSHA']);
  });

  it('tells what Redis says against a command', async () => {
    await client.sendCommand(['SET', '{odd}:records', 'no hash']);
    const store = redisStore(client, { max: 9, prefix: '{odd}:' });
    await expect(store.read('a')).rejects.toThrow(/^Redis could not be asked: WRONGTYPE/);
    const write = store.write('a', { record: { version: 1 }, wakeAt: 1 }, undefined);
    await expect(write).rejects.toThrow(/^Redis could not be asked: .*WRONGTYPE/);
  });

  it('rejects while Redis is away, and goes on with the one that comes back', async () => {
    const store = fresh(10);
    await store.write('a', { record: { version: 1 }, wakeAt: Infinity }, undefined);
    const ended = once(server, 'close');
    server.kill('SIGKILL');
    await ended;
    for (const ask of [
      () => store.read('a'),
      () => store.due('', 1, 1, 1),
      () => store.keys('', undefined, 1),
    ])
      await expect(ask()).rejects.toThrow('Redis could not be asked');
    server = await startRedis();
    expect(await until(() => store.read('a'))).toBeUndefined();
    const value = { record: { version: 1 }, wakeAt: Infinity };
    expect(await store.write('a', value, undefined)).toBe('written');
  });
});

describe.skipIf(!isThere)(`the program with its state in Redis${absent}`, () => {
  const configuration = (url: string): string =>
    JSON.stringify({
      version: 1,
      domains: { sip: ['sip.example'], xmpp: ['*'] },
      sip: { listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }] },
      xmpp: {
        component: { host: '127.0.0.1', port: 5347, name: 'sip.example', secret: 'unused' },
      },
      tls: { authorities: [] },
      policy: 'policy.json',
      state: { redis: url },
    });
  const start = (url: string): ChildProcess => {
    writeFileSync(join(folder, 'policy.json'), '{"version":1,"default":"deny","rules":[]}');
    writeFileSync(join(folder, 'gateway.json'), configuration(url));
    const main = join(root, 'examples/quick-gateway/main.ts');
    const flags = ['--conditions=@interwork/source', '--import', 'tsx'];
    return spawn(process.execPath, [...flags, main, join(folder, 'gateway.json')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: root,
    });
  };
  const identity = (): Promise<unknown> =>
    client.sendCommand(['HGET', '{interwork}:records', 'gateway/identity']);
  const kill = async (child: ChildProcess): Promise<void> => {
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };

  it('is the same gateway after a kill, and in two processes at once', async () => {
    const first = start(URL_OF_IT);
    await line(first, 'ready ');
    const before = await identity();
    expect(before).toEqual(expect.stringContaining('"instance"'));
    const second = start(URL_OF_IT);
    await line(second, 'ready ');
    await kill(first);
    await kill(second);
    const third = start(URL_OF_IT);
    await line(third, 'ready ');
    await kill(third);
    expect(await identity()).toBe(before);
  });

  it('does not start without its Redis, and says which field', async () => {
    const child = start('redis://127.0.0.1:1/0');
    const said: string[] = [];
    child.stderr?.on('data', (text: Buffer) => said.push(text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(said.join('')).toContain('/state');
  });
});
