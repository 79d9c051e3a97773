// A peer that asks much and reads late, on real sockets: it is not read meanwhile, so that what waits for it stays within
// its bound; others keep their service; and when it reads it finds every answer.
import { createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { connectComponent } from '@interwork/xmpp/node';
import { im } from './net.ts';
import {
  bodyOf,
  closeEdges,
  dialled,
  edge,
  HEADER,
  heard,
  JULIET,
  keys,
  PLAIN,
  portOf,
  PROCEED,
  ROMEO,
  STARTTLS,
} from './node-edges.ts';

afterEach(closeEdges);

/** Far less than all answers, of which the kernel keeps 4 MiB, and more than two reads of 64 KiB bring. */
const sockets = { pauseReading: 65_536, writeBuffer: 1_048_576 };
const limits = { unprovedBytes: Infinity };
const COUNT = 18_000;
const LONG = 'i'.repeat(256);
const ASKED = `<db:verify from='montague.example' to='capulet.example' id='${LONG}'>00</db:verify>`;
const ANSWERED = "type='invalid'";

/** A connection on which keys may be asked about; it reads nothing any more. */
const peers: Readonly<Record<string, (port: number) => Promise<Socket>>> = {
  plain: async (port) => {
    const socket = await dialled(port);
    socket.write(HEADER);
    await heard(socket, '</stream:features>');
    return socket;
  },
  TLS: async (port) => {
    const socket = await dialled(port);
    socket.write(HEADER + STARTTLS);
    await heard(socket, PROCEED);
    const tls = connectTls({ socket, rejectUnauthorized: false, ...keys.b });
    tls.write(HEADER);
    await heard(tls, '</stream:features>');
    return tls;
  },
};

for (const [id, call] of Object.entries(peers))
  test(`RFC 6120 §13.12 a peer that asks much over ${id} and reads late loses nothing, nor do others`, async () => {
    const options = id === 'plain' ? PLAIN : {};
    const a = await edge('capulet.example', { ...options, sockets, limits });
    const b = await edge('montague.example', options);
    const socket = await call(a.port);
    for (let n = 0; n < COUNT; n += 1_000) socket.write(ASKED.repeat(1_000));
    for (let n = 0; n < 20; n += 1) {
      a.own.send(im(JULIET, ROMEO, `there ${n}`));
      await b.until((event) => bodyOf(event) === `there ${n}`);
    }
    expect(await heard(socket, ANSWERED, COUNT)).toBe(COUNT);
    expect(a.events.filter((event) => event.kind === 'fault')).toEqual([]);
    socket.destroy();
  });

const COMPONENT_HEADER =
  "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='sip.example' id='i1'>";
const SAID = "<message from='bob@im.example' to='alice@sip.example'><body>x</body></message>";

test('XEP-0114 §3 a server that says much to a component and reads late loses nothing', async () => {
  const server = createServer();
  const port = await portOf(server);
  const called = new Promise<Socket>((resolve) => void server.once('connection', resolve));
  const told: string[] = [];
  const own = await connectComponent({
    host: '127.0.0.1',
    port,
    name: 'sip.example',
    secret: 'right',
    sockets,
  });
  own.start((event) => {
    if (event.kind === 'stanza') own.send(im('alice@sip.example', 'bob@im.example', `echo${LONG}`));
    else if (event.kind !== 'fate' || event.fate !== 'sent') told.push(event.kind);
  });
  const socket = await called;
  await heard(socket, '<stream:stream');
  socket.write(COMPONENT_HEADER);
  await heard(socket, '</handshake>');
  socket.write('<handshake/>');
  for (let n = 0; n < COUNT; n += 1_000) socket.write(SAID.repeat(1_000));
  expect(await heard(socket, '>echo', COUNT)).toBe(COUNT);
  expect(told).toEqual([]);
  socket.destroy();
  await own.close();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
});
