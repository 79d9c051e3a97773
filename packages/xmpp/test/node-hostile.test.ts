// Peers that mean harm, or are broken, on real sockets: while they do what they do the others keep their service,
// and behind them every table is empty again.
import { createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import type { ListenOptions } from '@interwork/xmpp/node';
import { im } from './net.ts';
import {
  bodyOf,
  closeEdges,
  dialled,
  type Edge,
  edge,
  goneOf,
  HEADER,
  JULIET,
  keys,
  portOf,
  ports,
  ROMEO,
  STARTTLS,
} from './node-edges.ts';

afterEach(closeEdges);

/** Short lives, so that what must end ends within a test. */
const QUICK: Partial<ListenOptions> = {
  timers: {
    negotiation: 1_500,
    closing: 100,
    acknowledgement: 2_000,
    queue: 5_000,
    idle: 1_000,
    known: 50,
    resumption: 100,
    shortestRest: 50,
    longestRest: 50,
  },
  connectTimeout: 500,
  limits: { unprovedPerAddress: 20 },
  sockets: { handshakeTime: 1_000, lingerTime: 50 },
};

/** From another address than the others of a test, as far as it comes. */
async function from(localAddress: string, port: number): Promise<Socket> {
  return (await dialled(port, localAddress)).on('error', () => undefined);
}

/** Sends so many and waits for each before the next. */
async function converse(a: Edge, b: Edge, name: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    a.own.send(im(JULIET, ROMEO, `${name} ${n}`));
    await b.until((event) => bodyOf(event) === `${name} ${n}`);
  }
}

/** Resolves when nothing is left in any table; a timer of the edge's own is what makes that true. */
async function emptied({ own }: Edge): Promise<void> {
  while (Object.values(own.counts).some((count) => count > 0))
    await new Promise((resolve) => setImmediate(resolve));
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
  HEADER,
  STARTTLS,
  "<?xml version='1.0'?>",
  '<message><body>',
  '</stream:stream>',
  "<db:result from='montague.example'",
  '&lol;',
  '<!DOCTYPE x>',
  '\0',
  '\u{d7}',
];

function garbage(random: () => number): Buffer {
  const pieces = Array.from({ length: 20 }, () => {
    const at = Math.floor(random() * (PIECES.length + 1));
    return Buffer.from(PIECES[at] ?? Array.from({ length: 30 }, () => random() * 256));
  });
  return Buffer.concat(pieces);
}

test('RFC 6120 §13.12 garbage on every port, silence, drips and half-open links: others keep their service, and all ends', async () => {
  const host = { address: '127.0.0.1', port: 0 };
  const listen = [host, { ...host, direct: true }];
  const b = await edge('montague.example', { ...QUICK, listen });
  const a = await edge('capulet.example', QUICK);
  const [plain = 0, direct = 0] = b.own.listening.map(({ port }) => port);
  const random = seeded(5);
  const drips: Socket[] = [];
  // as many half-open links from one address as there may be, and more
  const halfOpen = Array.from({ length: 30 }, (_, n) => from('127.0.0.2', n % 2 ? plain : direct));
  const hostile = await Promise.all(halfOpen);
  const crowded = await b.until((event) => event.kind === 'fault');
  expect(crowded).toMatchObject({
    remote: { address: '127.0.0.2' },
    fault: { code: 'resource-constraint' },
  });
  for (let n = 0; n < 10; n += 1) {
    drips.push(await from('127.0.0.3', plain));
    for (const drip of drips) if (drip.writable) drip.write(HEADER.charAt(n));
    for (const port of [plain, direct]) {
      const junk = await from('127.0.0.4', port);
      junk.write(garbage(random));
      hostile.push(junk);
    }
    const socket = await from('127.0.0.5', direct);
    const shaken = connectTls({ socket, rejectUnauthorized: false, ...keys.a });
    shaken.on('error', () => undefined);
    shaken.write(garbage(random));
    hostile.push(shaken);
    await converse(a, b, `round ${n}`, 5);
  }
  expect(b.events.filter((event) => event.kind === 'stanza')).toHaveLength(50);
  expect(b.own.counts.inbound).toBeGreaterThan(0);
  await Promise.all([...hostile, ...drips].map(goneOf));
  await Promise.all([emptied(a), emptied(b)]);
});

const THEIRS = HEADER.replace('montague', 'verona');

/** How far a server that was called comes before it falls silent. */
const silences = [
  { id: 'says nothing', say: '' },
  { id: 'stops after its header', say: THEIRS },
  { id: 'offers TLS and stops', say: `${THEIRS}<stream:features>${STARTTLS}</stream:features>` },
];

for (const { id, say } of silences)
  test(`RFC 6120 §13.12 a server that takes our call and ${id} costs its own stanzas only, and each is told`, async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      if (say !== '') socket.write(say);
    });
    ports.set('verona.example', { port: await portOf(server), direct: false });
    const b = await edge('montague.example', QUICK);
    const a = await edge('capulet.example', QUICK);
    for (let n = 0; n < 20; n += 1) a.own.send(im(JULIET, 'friar@verona.example', `silent ${n}`));
    await converse(a, b, 'meanwhile', 50);
    for (let n = 0; n < 20; n += 1) {
      const fate = await a.until((e) => e.kind === 'fate' && e.context === `silent ${n}`);
      expect(fate).toMatchObject({ fate: 'failed', reason: 'timeout' });
    }
    await Promise.all([emptied(a), emptied(b)]);
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });
