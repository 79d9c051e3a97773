// B1, B3, B6, S7 over real sockets: strangers write garbage to every port, say nothing, speak an octet at a time, leave
// a thousand links half open, and partners take connections and never answer, while two companies talk. Each honest
// message arrives, once and in order; the strangers are cut off and hear little; behind them every table is empty.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Sent } from '@interwork/sip/testing';
import { describe, expect, it } from 'vitest';
import type { Bell } from '../../../test-kit/bell.ts';
import {
  LOOPBACK,
  MUTE,
  type Port,
  SILENT,
  SIP,
  sockets,
  STUCK,
  type Town,
  townOf,
  XMPP,
} from './town.ts';

/** Where the strangers live; the companies are at 127.0.0.1. */
const STRANGE = '127.0.0.2';

const random = (length: number, seed: number): Buffer => {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
};
const MESSAGE = [
  `MESSAGE sip:bob@${XMPP} SIP/2.0`,
  'Via: SIP/2.0/TCP 127.0.0.2;branch=z9hG4bKstranger',
  `From: <sip:alice@${SIP}>;tag=1`,
  `To: <sip:bob@${XMPP}>`,
  'Call-ID: c',
  'CSeq: 1 MESSAGE',
  'Content-Type: text/plain',
  'Content-Length: 5',
  '',
  'FALSE',
].join('\r\n');
const STREAM = `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' from='${XMPP}' to='${SIP}' version='1.0'>`;
const STANZA = `<message from='bob@${XMPP}' to='alice@${SIP}'><body>FALSE</body></message>`;
const HELLO = Buffer.concat([
  Buffer.from('160301020001 0001fc0303'.replace(' ', ''), 'hex'),
  random(508, 3),
]);

/** What strangers write; the last ones fall silent in the middle and stay. */
const GARBAGE: readonly (readonly [string, readonly (string | Buffer)[]])[] = [
  ['random octets', [random(4_096, 1)]],
  ['random octets, many', Array.from({ length: 40 }, (_, n) => random(8_192, n))],
  ['HTTP', ['GET / HTTP/1.1\r\nHost: a\r\n\r\n']],
  ['a ClientHello', [HELLO]],
  ['a message', [MESSAGE]],
  ['a message, octet by octet', MESSAGE.split('')],
  ['a stream and a stanza', [STREAM, STANZA]],
  ['a stream, octet by octet', (STREAM + STANZA).split('')],
  ['lines without end', [`MESSAGE sip:${'a'.repeat(100_000)}`]],
  ['an element without end', [STREAM, `<message ${"a='b' ".repeat(20_000)}`]],
  ['a doctype', ["<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]],
  ['a length beyond all', [MESSAGE.replace('Content-Length: 5', 'Content-Length: 4294967301')]],
  ['line ends', ['\r\n'.repeat(2_000)]],
  ['nul', [Buffer.alloc(5_000)]],
  ['nothing', []],
  ['half a message', [MESSAGE.slice(0, 100)]],
  ['half a body', [MESSAGE.slice(0, -3)]],
  ['half a stream', [STREAM.slice(0, 40)]],
];

interface Stranger {
  readonly socket: Socket;
  readonly heard: Buffer[];
}

/** A connection of a stranger. */
function stranger(port: number, inTls: boolean, bell: Bell): Stranger {
  const plain = connect({ host: LOOPBACK, port, localAddress: STRANGE });
  plain.setNoDelay(true);
  plain.on('error', () => {});
  const socket = inTls
    ? connectTls({ socket: plain, servername: SIP, rejectUnauthorized: false })
    : plain;
  const heard: Buffer[] = [];
  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => void heard.push(data));
  socket.once('close', bell.ring);
  return { socket, heard };
}

/** So many at once, as many as the system queues; resolves when each has been connected or turned away. */
async function crowd(port: number, size: number, bell: Bell): Promise<readonly Stranger[]> {
  const all = Array.from({ length: size }, () => stranger(port, false, bell));
  const settled = all.map(
    ({ socket }) =>
      new Promise<void>((resolve) => {
        socket.once('connect', resolve).once('close', () => resolve());
      }),
  );
  await Promise.all(settled);
  return all;
}

/** One that writes piece by piece, each as a segment of its own as far as the system allows. */
function writer(
  port: number,
  inTls: boolean,
  bell: Bell,
  pieces: readonly (string | Buffer)[],
): Stranger {
  const one = stranger(port, inTls, bell);
  const { socket } = one;
  const write = (at: number): void => {
    const piece = pieces[at];
    if (piece !== undefined && socket.writable) socket.write(piece, () => write(at + 1));
  };
  socket.once(inTls ? 'secureConnect' : 'connect', () => write(0));
  return one;
}

/** All garbage, in datagrams. */
function shower(port: number): () => void {
  const socket = createSocket('udp4');
  for (const [, pieces] of GARBAGE)
    for (const piece of pieces) socket.send(piece.slice(0, 60_000), port, LOOPBACK);
  return () => socket.close();
}

const streamsOf = (town: Town): readonly Port[] =>
  town.ports.filter(({ kind }) => kind !== 'sip-udp');

const isGone = ({ socket }: Stranger): boolean => socket.closed;

const isOver = ({ response, failed }: Sent): boolean =>
  response !== undefined || failed !== undefined;

/** The companies talk until something is so; each message is seen to its end. Says how often they spoke. */
async function talkUntil(town: Town, isSo: () => boolean): Promise<number> {
  let turns = 0;
  for (; !isSo(); turns++) await town.converse(`meanwhile ${turns}`);
  return turns;
}

/** What both users were given is what was said, in that order; the gateway holds nothing any more. */
async function expectAllSaid(town: Town, texts: readonly string[]): Promise<void> {
  expect([town.xmpp.texts('bob'), town.sip.texts('alice')]).toEqual([texts, texts]);
  await town.emptied();
  expect(town.held()).toEqual([]);
}

const meanwhile = (turns: number): readonly string[] =>
  Array.from({ length: turns }, (_, n) => `meanwhile ${n}`);

describe('garbage on every port', () => {
  it('leaves honest messages alone, and nothing behind', { timeout: 60_000 }, async () => {
    const before = sockets();
    const town = await townOf();
    const { bell, gateway, sip, xmpp, send } = town;
    const strangers = streamsOf(town).flatMap(({ port, kind }) =>
      GARBAGE.flatMap(([, pieces]) => [
        writer(port, false, bell, pieces),
        ...(kind === 'sip-tls' ? [writer(port, true, bell, pieces)] : []),
      ]),
    );
    const udp = town.ports.find(({ kind }) => kind === 'sip-udp');
    const dry = shower(udp?.port ?? 0);
    const numbers = Array.from({ length: 50 }, (_, n) => `n${n}`);
    const sent = numbers.map((text) => send.sip(text));
    for (const text of numbers) send.xmpp(text);
    await bell.until(() => sip.texts('alice').length >= 50 || undefined);
    await bell.until(() => sent.every((one) => one.response !== undefined) || undefined);
    expect(sent.map((one) => one.response?.status)).toEqual(numbers.map(() => 202));
    expect([xmpp.texts('bob'), sip.texts('alice')]).toEqual([numbers, numbers]);
    await bell.until(() => gateway.open === 0 || undefined);
    expect(gateway.counts).toMatchObject({ 'handed-over': 50, delivered: 50, failed: 0 });
    await bell.until(() => gateway.counts.refused >= 1 || undefined);
    const told = town.traces.filter((trace) => trace.outcome === 'refused');
    expect(new Set(told.flatMap(({ reasons }) => reasons))).toEqual(
      new Set(['identity-not-proved']),
    );

    const turns = await talkUntil(town, () => strangers.every(isGone));
    for (const { heard } of strangers) expect(Buffer.concat(heard).length).toBeLessThan(4_096);
    dry();
    await expectAllSaid(town, [...numbers, ...meanwhile(turns)]);
    await town.close();
    expect(sockets()).toBeLessThanOrEqual(before);
  });
});

/** Beginnings that never become anything, however long they are continued. */
const ENDLESS: Readonly<Record<Exclude<Port['kind'], 'sip-udp'>, readonly string[]>> = {
  'sip-tls': [HELLO.subarray(0, 5).toString('latin1'), ''],
  'sip-tcp': [`MESSAGE sip:bob@${XMPP} SIP/2.0\r\nSubject: `, MESSAGE.slice(0, -5), ''],
  xmpp: ["<?xml version='1.0'?><stream:stream a='", `${STREAM}<message a='`, ''],
};

describe('connections that do not come to an end', () => {
  it('of an octet at a time and of silence are cut off, while others are served', {
    timeout: 60_000,
  }, async () => {
    const town = await townOf();
    await town.converse('before');
    const slow = streamsOf(town).flatMap(({ port, kind }) =>
      Array.from({ length: 4 }, () =>
        (ENDLESS[kind as keyof typeof ENDLESS] ?? []).map((beginning) => ({
          beginning,
          ...writer(port, false, town.bell, [Buffer.from(beginning, 'latin1')]),
        })),
      ).flat(),
    );
    const turns = await talkUntil(town, () => {
      for (const { beginning, socket } of slow)
        if (beginning !== '' && socket.writable && !socket.connecting) socket.write('x');
      return slow.every(isGone);
    });
    expect(turns).toBeGreaterThan(10);
    await expectAllSaid(town, ['before', ...meanwhile(turns)]);
    await town.close();
  });
});

describe('partners that take a connection and never answer', () => {
  it('cost their own messages, whose senders are told, and nobody else', {
    timeout: 60_000,
  }, async () => {
    const deaf = createServer((socket) => void socket.on('error', () => {}).resume());
    deaf.listen(0, LOOPBACK);
    await once(deaf, 'listening');
    const town = await townOf((deaf.address() as AddressInfo).port);
    const { bell, send, xmpp } = town;
    await town.converse('before');
    const users = Array.from({ length: 20 }, (_, n) => `u${n}`);
    const unheard = users.map((user) => send.sip('x', `${user}@${MUTE}`));
    for (const user of users)
      for (const domain of [SILENT, STUCK]) send.xmpp('x', `${user}@${domain}`);
    const isTold = (): boolean =>
      unheard.every(({ response }) => response !== undefined) && xmpp.errors('bob').length === 40;
    const turns = await talkUntil(town, isTold);
    expect(turns).toBeGreaterThan(10);
    expect(new Set(unheard.map(({ response }) => response?.status))).toEqual(new Set([504]));
    const conditions = xmpp.errors('bob').map(({ error }) => error?.condition);
    expect(new Set(conditions)).toEqual(new Set(['remote-server-timeout']));
    await bell.until(() => town.gateway.open === 0 || undefined);
    await expectAllSaid(town, ['before', ...meanwhile(turns)]);
    await town.close();
    deaf.close();
    await once(deaf, 'close');
  });
});

describe('a thousand half-open links from one address', () => {
  it('leave room for those who talk, and for one who comes anew', { timeout: 60_000 }, async () => {
    const town = await townOf();
    await town.converse('before');
    const strangers: Stranger[] = [];
    for (let n = 0; n < 1_000; n += 300)
      for (const { port } of streamsOf(town))
        strangers.push(...(await crowd(port, 100, town.bell)));
    const newcomer = await town.newcomer();
    const sent = newcomer.send('in between');
    const turns = await talkUntil(town, () => isOver(sent) && strangers.every(isGone));
    expect([sent.response?.status, sent.failed?.reason]).toEqual([202, undefined]);
    await newcomer.close();
    const heard = town.xmpp.texts('bob').filter((text) => text !== 'in between');
    expect(heard).toEqual(['before', ...meanwhile(turns)]);
    expect(town.sip.texts('alice')).toEqual(heard);
    await town.emptied();
    expect(town.held()).toEqual([]);
    await town.close();
  });
});
