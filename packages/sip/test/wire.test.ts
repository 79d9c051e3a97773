// What waits for a peer that reads slowly, mark by mark: requests are held back, then it is not read, and at last
// it is cut. A socket that is only a buffer stands in for the peer.
import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { SipInput } from '@interwork/sip';
import { DEFAULT_SOCKET_LIMITS } from '@interwork/sip/node';
import { Wire } from '../src/node/wire.ts';
import { stream } from './one-endpoint.ts';

const LIMITS = { ...DEFAULT_SOCKET_LIMITS, holdBack: 100, pauseReading: 300, writeBuffer: 500 };

/** A wire to a peer that takes what waits when it is told to. */
function wired(limits = LIMITS, highWaterMark = 16) {
  const waiting: (() => void)[] = [];
  const taken: string[] = [];
  const socket = new Duplex({
    highWaterMark,
    read: () => undefined,
    write(chunk: Uint8Array, _encoding, done) {
      waiting.push(() => {
        taken.push(new TextDecoder().decode(chunk));
        done();
      });
    },
  });
  const more = { setNoDelay: () => socket, destroySoon: () => socket.end(() => socket.destroy()) };
  const fed: SipInput['kind'][] = [];
  const wire = new Wire(Object.assign(socket, more) as unknown as Socket, stream('w'), limits);
  wire.read((input) => fed.push(input.kind), undefined);
  const reads = async () => {
    while (socket.writableLength > 0) {
      waiting.shift()?.();
      await new Promise(setImmediate);
    }
  };
  return { wire, socket, fed, reads, taken };
}

const octets = (count: number) => new Uint8Array(count).fill(97);

describe('a peer that does not read', () => {
  it('below the first mark nothing is said', async () => {
    const { wire, fed, reads } = wired();
    wire.write(octets(100));
    await reads();
    expect(fed).toEqual(['opened']);
  });

  it('is full above it, once, until everything is gone; then it may be filled again', async () => {
    const { wire, fed, reads, taken } = wired();
    for (const _ of [1, 2, 3]) wire.write(octets(60));
    expect([fed, wire.writing]).toEqual([['opened', 'full'], 180]);
    await reads();
    expect(fed).toEqual(['opened', 'full', 'drained']);
    expect(taken.join('').length).toBe(180);
    wire.write(octets(101));
    expect(fed.at(-1)).toBe('full');
  });

  it('is not read above the second mark, and read again when everything is gone', async () => {
    const { wire, socket, reads } = wired();
    wire.write(octets(300));
    expect(socket.isPaused()).toBe(false);
    wire.write(octets(1));
    expect(socket.isPaused()).toBe(true);
    await reads();
    expect(socket.isPaused()).toBe(false);
  });

  it('is read again where it was paused before anything was held back', async () => {
    const { wire, socket, reads } = wired({ ...LIMITS, holdBack: 400 });
    wire.write(octets(301));
    expect(socket.isPaused()).toBe(true);
    await reads();
    expect(socket.isPaused()).toBe(false);
  });

  it('is waited for only where the socket says when it has drained', () => {
    const { wire, socket, fed } = wired(LIMITS, 1_000);
    wire.write(octets(301));
    expect([socket.isPaused(), fed]).toEqual([false, ['opened']]);
  });

  it('is cut above the third', async () => {
    const { wire, socket, fed } = wired();
    wire.write(octets(500));
    expect(socket.destroyed).toBe(false);
    wire.write(octets(1));
    expect(socket.destroyed).toBe(true);
    await wire.gone;
    expect(fed.at(-1)).toBe('closed');
  });
});

it('a peer that says no more is closed at once, and told so once', async () => {
  const { wire, socket, fed } = wired();
  const ended = new Promise((resolve) => socket.once('end', resolve));
  socket.push(null);
  await ended;
  expect(fed).toEqual(['opened', 'closed']);
  await wire.gone;
  expect(fed).toEqual(['opened', 'closed']);
});
