// Peers that mean harm, or are broken, on real sockets: while they do what they do the others keep their service,
// and behind them every table is empty again.
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { Bell } from '../../../test-kit/bell.ts';
import { Framer, type SipEvent, type SipMessage, type Target } from '@interwork/sip';
import type { ListenOptions, SipEdge } from '@interwork/sip/node';
import { A, edge, open, portOf, rawTcp, to, Watched } from './edges.ts';
import { draft, NOTHING, withStart } from './one-endpoint.ts';
import { utf8 } from './message-text.ts';

const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;

/** Short lives, so that what must end ends within a test. */
const QUICK: Partial<ListenOptions> = {
  timers: { T1: 30, T2: 60, T4: 60 },
  connectTimeout: 500,
  limits: {
    messageTime: 300,
    idleTime: 300,
    fullTime: 300,
    silentTime: 100,
    connectionsPerRemote: 20,
  },
  sockets: { handshakeTime: 300, lingerTime: 50 },
};

/** From another address than the others of a test. */
async function from(localAddress: string, port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  open.push({ close: () => socket.destroy() });
  await once(socket, 'connect');
  return socket;
}

async function answering(options: Partial<ListenOptions>) {
  const texts: string[] = [];
  const b = new Watched(await edge(options), (event: SipEvent) => {
    if (event.kind !== 'request') return;
    texts.push(new TextDecoder().decode(event.request.request.body));
    b.edge.send({ kind: 'respond', to: event.id, draft: { status: 200 } });
  });
  return { b, texts };
}

/** Sends so many and waits for each answer before the next. */
async function converse(a: Watched, target: Target, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    a.edge.send({
      kind: 'request',
      draft: draft({ body: utf8(`${target.transport} ${n}`) }),
      targets: [target],
      context: n,
    });
    expect((await a.event('response')).response.status).toBe(200);
  }
}

/** Resolves when nothing is left in any table; a timer of the edge's own is what makes that true. */
async function emptied(one: SipEdge): Promise<void> {
  const bell = new Bell();
  const nothing = { ...NOTHING, sockets: 0, handshakes: 0, networks: 0, writing: 0 };
  const turn = () => {
    bell.ring();
    immediate = setImmediate(turn);
  };
  let immediate = setImmediate(turn);
  const isEmpty = () => isDeepStrictEqual(one.counts, nothing);
  await bell.until(() => isEmpty() || undefined);
  clearImmediate(immediate);
}

/** Numbers that are always the same. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const PIECES = [
  'SIP/2.0 200 OK\r\n',
  'MESSAGE sip:b SIP/2.0\r\n',
  'Via: x\r\n',
  '\r\n\r\n',
  '\0',
  'é',
];

function garbage(random: () => number): Buffer {
  const pieces = Array.from({ length: 20 }, () => {
    const at = Math.floor(random() * (PIECES.length + 1));
    return Buffer.from(PIECES[at] ?? Array.from({ length: 30 }, () => random() * 256));
  });
  return Buffer.concat(pieces);
}

it('garbage on every port, silence, drips and half-open links: others keep their service, and all ends', async () => {
  const { b, texts } = await answering(QUICK);
  const a = new Watched(await edge({ ...QUICK, host: 'a.example', tls: { both: A } }));
  const random = seeded(3);
  const udp = createSocket('udp4');
  open.push({ close: () => udp.close() });
  const hostile: Socket[] = [];
  const ports = {
    udp: portOf(b.edge, 'udp'),
    tcp: portOf(b.edge, 'tcp'),
    tls: portOf(b.edge, 'tls'),
  };
  // as many half-open links from one address as there may be, and more
  for (let n = 0; n < 30; n += 1)
    hostile.push(await from('127.0.0.2', n % 2 ? ports.tcp : ports.tls));
  for (let n = 0; n < 10; n += 1) {
    const drip = await from('127.0.0.3', ports.tcp);
    hostile.push(drip);
    drip.write('M');
    udp.send(garbage(random), ports.udp, '127.0.0.1');
    for (const port of [ports.tcp, ports.tls]) {
      const junk = await from('127.0.0.4', port);
      junk.write(garbage(random));
      hostile.push(junk);
    }
    const shaken = connectTls({
      socket: await from('127.0.0.5', ports.tls),
      rejectUnauthorized: false,
      ...A,
    });
    shaken.on('error', () => undefined);
    shaken.write(garbage(random));
    for (const transport of TRANSPORTS) await converse(a, to(b.edge, transport), 2);
    if (!drip.destroyed) drip.write('E');
  }
  expect(texts.length).toBe(60);
  expect(b.events.some((event) => event.kind === 'fault')).toBe(true);
  for (const socket of hostile) if (!socket.closed) await once(socket.resume(), 'close');
  await Promise.all([emptied(a.edge), emptied(b.edge)]);
});

it('a peer that accepts and never answers costs its own requests only', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined));
  open.push({ close: () => server.close() });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const { b } = await answering(QUICK);
  const a = new Watched(await edge({ ...QUICK, host: 'a.example', tls: { both: A } }));
  for (const transport of ['tcp', 'tls', 'udp'] as const) {
    const silent: Target = { transport, address: '127.0.0.1', port, references: ['x.example'] };
    for (let n = 0; n < 20; n += 1) {
      a.edge.send({ kind: 'request', draft: draft(), targets: [silent], context: 'silent' });
    }
  }
  for (const transport of TRANSPORTS) await converse(a, to(b.edge, transport), 20);
  for (let n = 0; n < 60; n += 1) {
    expect(['timeout', 'transport']).toContain((await a.event('failed')).reason);
  }
  await Promise.all([emptied(a.edge), emptied(b.edge)]);
});

it('a peer that does not read is held back, then given up; requests to others pass, and none is lost silently', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) =>
    sockets.push(socket.pause().on('error', () => undefined)),
  );
  open.push({ close: () => server.close() });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const { b, texts } = await answering(QUICK);
  const bounds = { holdBack: 64_000, pauseReading: 128_000 };
  const patient = {
    ...QUICK,
    timers: { ...QUICK.timers, T1: 60 },
    limits: { ...QUICK.limits, fullTime: 2_000 },
  };
  const a = new Watched(
    await edge({
      ...patient,
      host: 'a.example',
      tls: { both: A },
      sockets: { ...QUICK.sockets, ...bounds },
    }),
  );
  const deaf: Target = { transport: 'tcp', address: '127.0.0.1', port, references: [] };
  const body = utf8('x'.repeat(50_000));
  for (let context = 0; context < 400; context += 1) {
    a.edge.send({ kind: 'request', draft: draft({ body }), targets: [deaf], context });
  }
  await converse(a, to(b.edge, 'tcp'), 50);
  expect(texts.length).toBe(50);
  expect(a.edge.counts.heldBack).toBeGreaterThan(0);
  expect(a.edge.counts.writing).toBeLessThan(64_000 + 2 * 65_536 + 51_000);
  const ended = new Set<unknown>();
  while (ended.size < 400) ended.add((await a.event('failed')).context);
  for (const socket of sockets) socket.destroy();
  await Promise.all([emptied(a.edge), emptied(b.edge)]);
});

it('a peer that asks much and reads late is not read meanwhile, and loses nothing', async () => {
  const { b } = await answering({ sockets: { pauseReading: 64_000, holdBack: 32_000 } });
  const socket = await rawTcp(portOf(b.edge, 'tcp'));
  socket.pause();
  const via = 'Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKsame';
  const options = withStart('OPTIONS sip:b.example SIP/2.0', [via]);
  const count = 40_000;
  for (let n = 0; n < count; n += 1000) socket.write(Buffer.alloc(options.length * 1000, options));
  await converse(
    new Watched(await edge({ host: 'a.example', tls: { both: A } })),
    to(b.edge, 'tcp'),
    100,
  );
  expect(b.edge.counts.writing).toBeLessThan(1_000_000);
  const statuses: number[] = [];
  const framer = new Framer();
  const all = new Promise<void>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      framer.push(bytes);
      for (let event = framer.next(); event !== undefined; event = framer.next()) {
        if (event.kind === 'message') statuses.push(statusOf(event.message));
      }
      if (statuses.length === count) resolve();
    });
  });
  socket.resume();
  await all;
  expect(new Set(statuses)).toEqual(new Set([200]));
});

const statusOf = (message: SipMessage) => (message.kind === 'response' ? message.status : 0);
