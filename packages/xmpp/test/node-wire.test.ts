// One connection against a peer that stops in the middle: what has come is taken, and then nothing more is sent.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
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
