// The store in a file: it holds to the cases of every store, comes back after an end of any kind, and says no
// to a file that it cannot answer for.
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Next } from '@interwork/core';
import { type FileStore, fileStore } from '@interwork/core/node';
import { CLOSING_STORE_CASES, STORE_CASES } from '@interwork/core/testing';

/** Holds a lock and never turns again, with room for two who ask. */
const STANDS_STILL = `
  const { parentPort, workerData } = require('node:worker_threads');
  require('node:net').createServer().listen({ path: workerData, backlog: 1 }, () => {
    parentPort.postMessage('listens');
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000));
  });`;

let folder: string;
let file: string;
const open: FileStore[] = [];
const opened = async (max = 10, history?: number): Promise<FileStore> => {
  const store = await fileStore({ file, max, ...(history === undefined ? {} : { history }) });
  open.push(store);
  return store;
};
const next = (n: number, wakeAt = Infinity): Next => ({ record: { version: 1, n }, wakeAt });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  file = join(folder, 'state');
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close().catch(() => undefined);
  rmSync(folder, { recursive: true });
});

describe('what every store must do', () => {
  const cases = [...STORE_CASES, ...CLOSING_STORE_CASES];
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await one.run(async (max, handles) => Array<FileStore>(handles).fill(await opened(max)));
  });
});

describe('coming back', () => {
  it('has every record, its time, and no revision of a former life', async () => {
    const first = await opened();
    await first.write('a', next(1), undefined);
    await first.write('b', next(2, 1000), undefined);
    await first.write('c', next(3), undefined);
    const seen = (await first.read('c'))?.revision;
    await first.write('c', undefined, seen);
    await first.close();
    const second = await opened();
    expect((await second.read('a'))?.record).toEqual({ version: 1, n: 1 });
    expect(await second.due('', 1000, 50, 10)).toEqual(['b']);
    expect(await second.read('c')).toBeUndefined();
    await second.write('c', next(4), undefined);
    expect(await second.write('c', next(5), seen)).toBe('stale');
  });

  it('has what was told as written when nobody closed it, at every octet of a torn line', async () => {
    const first = await opened();
    await first.write('a', next(1), undefined);
    const whole = readFileSync(file);
    await first.write('b', next(2), undefined);
    const both = readFileSync(file);
    await first.close();
    for (let length = whole.length; length < both.length; length++) {
      writeFileSync(file, both.subarray(0, length));
      const again = await opened();
      expect((await again.read('a'))?.record).toEqual({ version: 1, n: 1 });
      expect(await again.read('b')).toBeUndefined();
      expect(await again.write('b', next(length), undefined)).toBe('written');
      await again.close();
      const third = await opened();
      expect((await third.read('b'))?.record).toEqual({ version: 1, n: length });
      await third.close();
    }
  });

  it('begins anew with a first line that was torn', async () => {
    writeFileSync(file, 'interwork st');
    const store = await opened();
    expect(await store.write('a', next(1), undefined)).toBe('written');
  });

  it('keeps a file of few lines, whatever is written', async () => {
    const store = await opened(10, 5);
    for (let n = 0; n < 200; n++)
      await store.write('a', next(n), (await store.read('a'))?.revision);
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(20);
    const seen = (await store.read('a'))?.revision;
    await store.close();
    const again = await opened(10, 5);
    expect(await again.read('a')).toEqual({ record: { version: 1, n: 199 }, revision: seen });
  });

  it('has records longer than what is read at a time, and more of them than that', async () => {
    const first = await opened(2_000);
    const long = 'ü'.repeat(700_000);
    await first.write('long', { record: { version: 1, long }, wakeAt: Infinity }, undefined);
    await Promise.all(
      Array.from({ length: 1_500 }, (_, n) => first.write(`k${n}`, next(n), undefined)),
    );
    await first.write('longer', { record: { version: 1, long }, wakeAt: 5 }, undefined);
    await first.close();
    const torn = readFileSync(file);
    writeFileSync(file, torn.subarray(0, -3));
    const second = await opened(2_000);
    expect((await second.read('long'))?.record['long']).toBe(long);
    expect((await second.read('k1499'))?.record['n']).toBe(1_499);
    expect(await second.read('longer')).toBeUndefined();
  });

  it('gives no revision twice, also when the last one was forgotten with its record', async () => {
    const first = await opened(10, 0);
    await first.write('a', next(1), undefined);
    const seen = (await first.read('a'))?.revision;
    await first.write('a', undefined, seen);
    await first.close();
    const second = await opened(10, 0);
    await second.write('a', next(2), undefined);
    expect(await second.write('a', next(3), seen)).toBe('stale');
  });
});

describe('what it refuses', () => {
  it('a file that another has, until it is let go', async () => {
    const first = await opened();
    await expect(opened()).rejects.toThrow('in use by another process');
    await first.close();
    await opened();
  });

  it('a file of one that stands still, however many have asked before', async () => {
    const holder = new Worker(STANDS_STILL, { eval: true, workerData: `${file}.lock` });
    await once(holder, 'message');
    const asking = Array.from({ length: 4 }, () => connect(`${file}.lock`).on('error', () => {}));
    try {
      await expect(opened()).rejects.toThrow('in use by another process');
      expect(readdirSync(folder)).toEqual(['state.lock']);
    } finally {
      for (const socket of asking) socket.destroy();
      await holder.terminate();
    }
  });

  it.skipIf(process.getuid?.() === 0)('a lock that cannot be asked, and leaves it', async () => {
    await opened();
    chmodSync(`${file}.lock`, 0);
    await expect(opened()).rejects.toThrow(/state\.lock.* EACCES/);
    expect(readdirSync(folder)).toContain('state.lock');
  });

  it('a lock that nobody holds is none', async () => {
    writeFileSync(`${file}.lock`, '');
    await opened();
  });

  it('a file of somebody else', async () => {
    writeFileSync(file, 'the diary of somebody\n');
    await expect(opened()).rejects.toThrow('is not a store');
    expect(readFileSync(file, 'utf8')).toBe('the diary of somebody\n');
  });

  it('a line that was changed, unless it is a torn last one', async () => {
    const first = await opened();
    await first.write('a', next(1), undefined);
    await first.write('b', next(2), undefined);
    await first.close();
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('n\\":1', 'n\\":7'));
    await expect(opened()).rejects.toThrow(/state:2: this line is not as it was written/);
  });

  it('a name that is too long to be locked, since it would be cut', async () => {
    const deep = join(folder, 'd'.repeat(120));
    mkdirSync(deep);
    file = join(deep, 'state');
    await expect(opened()).rejects.toThrow('too long for a lock');
    expect(readdirSync(folder)).toEqual(['d'.repeat(120)]);
    expect(readdirSync(deep)).toEqual([]);
  });

  it('a folder that is not there', async () => {
    file = join(folder, 'nowhere', 'state');
    await expect(opened()).rejects.toThrow('nowhere');
  });

  it('writes more once a write has failed', async () => {
    const store = await opened();
    await store.close();
    await expect(store.write('a', next(1), undefined)).rejects.toThrow();
    await expect(store.write('b', next(1), undefined)).rejects.toThrow();
    await expect(store.read('a')).rejects.toThrow();
  });

  it('nothing that merely follows a line that is whole', async () => {
    const first = await opened();
    await first.write('a', next(1), undefined);
    await first.close();
    appendFileSync(file, 'half a li');
    const again = await opened();
    expect((await again.read('a'))?.record['n']).toBe(1);
  });
});
