// One connection against a peer that stops in the middle: what has come is taken, and then nothing more is sent; and
// against one that does not read: it is not read either, and at last it is cut.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import type { XmppInput } from '@interwork/xmpp';
import { DEFAULT_SOCKET_LIMITS } from '../src/node/options.ts';
import { Wire } from '../src/node/wire.ts';
import { bytesOf, textOfBytes } from './net.ts';

/** A socket whose peer takes nothing of what is written. */
function stuckSocket(): Duplex {
  const duplex = new Duplex({ allowHalfOpen: true, read: () => undefined, write: () => undefined });
  const end = (): void => void duplex.end();
  return Object.assign(duplex, { setNoDelay: () => undefined, destroySoon: end });
}

function wireOn(socket: Duplex): string[] {
  const told: string[] = [];
  const feed = (input: XmppInput): void =>
    void told.push(input.kind === 'bytes' ? textOfBytes(input.bytes) : input.kind);
  const remote = { address: '192.0.2.1', port: 5269 };
  const wire = new Wire(socket as Socket, 's1', remote, DEFAULT_SOCKET_LIMITS, feed);
  wire.watch();
  wire.read();
  wire.write(bytesOf('waits'));
  return told;
}

const goneOf = (socket: Duplex): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()));

test('RFC 6120 §4.4 a peer that ends its half while ours waits: closed at once, after what had come', async () => {
  const socket = stuckSocket();
  const told = wireOn(socket);
  socket.push('one');
  socket.push('two');
  socket.push(null);
  await new Promise<void>((resolve) => void socket.once('end', () => resolve()));
  expect(told.join(' ')).toBe('one two closed');
  expect(socket.destroyed).toBe(false);
  socket.destroy();
  await goneOf(socket);
  expect(told.filter((kind) => kind === 'closed')).toHaveLength(1);
});

test('a connection that breaks: closed once', async () => {
  const socket = stuckSocket();
  const told = wireOn(socket);
  socket.destroy(new Error('reset'));
  await goneOf(socket);
  expect(told).toEqual(['closed']);
});

const LIMITS = { ...DEFAULT_SOCKET_LIMITS, pauseReading: 300, writeBuffer: 500, pausedTime: 1_000 };

/** A wire to a peer that takes what waits when it is told to. */
function slowPeer() {
  const waiting: (() => void)[] = [];
  const socket = new Duplex({
    highWaterMark: 16,
    read: () => undefined,
    write: (_chunk, _encoding, done) => void waiting.push(done),
  });
  const more = { setNoDelay: () => socket, destroySoon: () => socket.end() };
  const fed: XmppInput[] = [];
  const remote = { address: '192.0.2.1', port: 5269 };
  const peer = Object.assign(socket, more) as unknown as Socket;
  const wire = new Wire(peer, 's1', remote, LIMITS, (input) => void fed.push(input));
  wire.watch();
  wire.read();
  const reads = async (): Promise<void> => {
    while (socket.writableLength > 0) {
      waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { wire, socket, fed, reads };
}

const octets = (count: number): Uint8Array => new Uint8Array(count).fill(97);
const CUT = { kind: 'closed', stream: 's1', reason: 'The peer did not read what was sent.' };

describe('RFC 6120 §13.12 a peer that does not read', () => {
  test('is not read above `pauseReading`, and read again when everything is gone', async () => {
    const { wire, socket, fed, reads } = slowPeer();
    wire.write(octets(300));
    expect(socket.isPaused()).toBe(false);
    wire.write(octets(1));
    expect(socket.isPaused()).toBe(true);
    socket.push('asked meanwhile');
    await new Promise((resolve) => setImmediate(resolve));
    expect(fed).toEqual([]);
    await reads();
    expect(socket.isPaused()).toBe(false);
    expect(fed).toMatchObject([{ kind: 'bytes', stream: 's1' }]);
  });

  test('is cut above `writeBuffer`', async () => {
    const { wire, socket, fed } = slowPeer();
    wire.write(octets(500));
    expect(socket.destroyed).toBe(false);
    wire.write(octets(1));
    await goneOf(socket);
    expect(fed).toEqual([CUT]);
  });

  test('is cut after `pausedTime`, for one that is not read cannot tell that it is gone', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { wire, socket, fed, reads } = slowPeer();
    wire.write(octets(400));
    vi.advanceTimersByTime(999);
    await reads();
    vi.advanceTimersByTime(1_000);
    expect(socket.destroyed).toBe(false);
    wire.write(octets(400));
    socket.push(null);
    vi.advanceTimersByTime(1_000);
    vi.useRealTimers();
    await goneOf(socket);
    expect(fed).toEqual([CUT]);
  });

  test('is not kept paused once the connection ends: what it still says is dropped', async () => {
    const { wire, socket, fed } = slowPeer();
    wire.write(octets(400));
    wire.end();
    expect(socket.isPaused()).toBe(false);
    socket.push('too late');
    socket.destroy();
    await goneOf(socket);
    expect(fed).toMatchObject([{ kind: 'closed' }]);
  });
});
