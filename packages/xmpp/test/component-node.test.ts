// XEP-0114 on loopback: a component with its socket, and a tiny server that says what it is told to.
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { MisuseError, type XmppEvent } from '@interwork/xmpp';
import { type ComponentEdge, connectComponent, nodeDigest } from '@interwork/xmpp/node';
import { Bell } from '../../../test-kit/bell.ts';
import { im } from './net.ts';

const ALICE = 'alice@sip.example';
const BOB = 'bob@im.example';
const OPEN =
  "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='sip.example' id='i1'>";
const HANDSHAKE = nodeDigest.sha1('i1right');
const REFUSED =
  "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";

interface Played {
  readonly server: Server;
  readonly port: number;
  /** What came, one text for each connection. */
  readonly heard: string[];
  readonly sockets: Socket[];
}

const servers: Played[] = [];
const edges: ComponentEdge[] = [];
const bell = new Bell();

/** Answers headers, takes the right handshake, keeps what it hears. */
async function serve(port = 0): Promise<Played> {
  const heard: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const n = heard.push('') - 1;
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const before = heard[n] ?? '';
      heard[n] = before + bytes.toString();
      answer(socket, before, heard[n] ?? '');
      bell.ring();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = server.address();
  const played = {
    server,
    heard,
    sockets,
    port: typeof bound === 'object' ? (bound?.port ?? 0) : 0,
  };
  servers.push(played);
  return played;
}

function answer(socket: Socket, before: string, after: string): void {
  const isNew = (text: string): boolean => after.includes(text) && !before.includes(text);
  if (isNew("to='sip.example'>")) socket.write(OPEN);
  if (isNew('</handshake>')) {
    if (after.includes(HANDSHAKE)) socket.write('<handshake/>');
    else socket.end(REFUSED);
  }
  if (isNew('</stream:stream>')) socket.end('</stream:stream>');
}

async function stop(played: Played): Promise<void> {
  for (const socket of played.sockets) socket.destroy();
  await new Promise<void>((resolve) => void played.server.close(() => resolve()));
}

async function component(port: number, secret = 'right'): Promise<[ComponentEdge, XmppEvent[]]> {
  const timers = { shortestRest: 20, longestRest: 20 };
  const edge = await connectComponent({
    host: '127.0.0.1',
    port,
    name: 'sip.example',
    secret,
    timers,
  });
  edges.push(edge);
  const events: XmppEvent[] = [];
  edge.start((event) => {
    events.push(event);
    bell.ring();
  });
  return [edge, events];
}

afterEach(async () => {
  await Promise.all(edges.splice(0).map((edge) => edge.close()));
  await Promise.all(servers.splice(0).map(stop));
});

const fate = (events: readonly XmppEvent[], context: string): Promise<string> =>
  bell
    .until(() => events.find((e) => e.kind === 'fate' && e.context === context))
    .then((event) => (event.kind === 'fate' ? event.fate : ''));

test('XEP-0114 §3: a stanza each way, and a closing that leaves nothing', async () => {
  const played = await serve();
  const [edge, events] = await component(played.port);
  edge.send(im(ALICE, BOB, 'hello'));
  expect(await fate(events, 'hello')).toBe('sent');
  await bell.until(() => (played.heard[0]?.includes('hello') === true ? true : undefined));
  played.sockets[0]?.write(`<message from='${BOB}' to='${ALICE}'><body>back</body></message>`);
  const came = await bell.until(() => events.find((event) => event.kind === 'stanza'));
  expect(came).toMatchObject({ from: { full: BOB }, link: { proof: 'component', tls: false } });
  await edge.close();
  expect(events.at(-1)).toEqual({ kind: 'closed' });
  expect(played.heard[0]?.endsWith('</stream:stream>')).toBe(true);
  expect(edge.listening).toEqual([]);
});

test('it says where it stands and what it holds, and holds nothing once it is closed', async () => {
  const played = await serve();
  const [edge, events] = await component(played.port);
  expect(edge.state).not.toBe('ready');
  edge.send(im(ALICE, BOB, 'early'));
  expect(edge.counts).toEqual({ queued: 1, sockets: 1 });
  await fate(events, 'early');
  expect(edge.state).toBe('ready');
  expect(edge.counts).toEqual({ queued: 0, sockets: 1 });
  await edge.close();
  expect(edge.state).toBe('closed');
  expect(edge.counts.queued).toBe(0);
});

test('a wrong secret is refused and told', async () => {
  const played = await serve();
  const [edge, events] = await component(played.port, 'wrong');
  edge.send(im(ALICE, BOB, 'x'));
  expect(await fate(events, 'x')).toBe('failed');
  expect(events).toContainEqual(
    expect.objectContaining({ fault: expect.objectContaining({ code: 'not-authorized' }) }),
  );
  expect(played.heard.join('')).not.toContain('wrong');
});

test('a server that is not there yet, goes, and comes back: each stanza once', async () => {
  const first = await serve();
  await stop(first);
  const [edge, events] = await component(first.port);
  edge.send(im(ALICE, BOB, 'one'));
  await bell.until(() => events.find((event) => event.kind === 'fault'));
  const second = await serve(first.port);
  expect(await fate(events, 'one')).toBe('sent');
  await bell.until(() => (second.heard[0]?.includes('>one<') === true ? true : undefined));
  for (const socket of second.sockets) socket.destroy();
  const lost = events.filter((event) => event.kind === 'fault').length;
  await bell.until(() =>
    events.filter((event) => event.kind === 'fault').length > lost ? true : undefined,
  );
  edge.send(im(ALICE, BOB, 'two'));
  expect(await fate(events, 'two')).toBe('sent');
  await bell.until(() => (second.heard.join('').includes('>two<') ? true : undefined));
  expect(second.heard.map((text) => text.match(/<body>\w+/g))).toEqual([
    ['<body>one'],
    ['<body>two'],
  ]);
});

test('a close before anything, and misuse', async () => {
  const options = { host: '127.0.0.1', port: 1, name: 'sip.example', secret: 'right' };
  await (await connectComponent(options)).close();
  await expect(connectComponent({ ...options, secret: '' })).rejects.toThrow(MisuseError);
  const edge = await connectComponent(options);
  expect(() => edge.send({ kind: 'tick' })).toThrow(MisuseError);
  edge.start(() => undefined);
  expect(() => edge.start(() => undefined)).toThrow(MisuseError);
  await edge.close();
});
