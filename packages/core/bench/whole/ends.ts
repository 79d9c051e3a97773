// The two ends of the load, on real sockets: a SIP end (UDP, or mutual TLS) and an XMPP end (the server of a
// component, or a server that federates over TLS). Towards an echo the same sockets are used and nothing is negotiated.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { type Cut, cutByFirst, cutSip, cutXml, type Send, speakOn, type Take } from './frames.ts';
import { answering, calling, type Greeting } from './greetings.ts';
import { OK_TO_ECHO, requestOf, SIP, stanzaOf, XMPP } from './messages.ts';
import type { Kind, Tls } from './words.ts';

/** One end of the load. */
export interface End {
  /** Where the subject reaches it. */
  readonly port: number;
  /** Reaches the subject. */
  open(port: number): Promise<void>;
  readonly send: Send;
  close(): void;
}

/** What an end is made of. */
export interface EndPlan {
  readonly kind: Kind;
  readonly isEcho: boolean;
  readonly tls: Tls;
  readonly take: Take;
}

export const HOST = '127.0.0.1';

/** Cuts what an echo does not read: requests, answers and stanzas by their first octet. */
export function cutUnread(kind: Kind): Cut {
  const [M, S] = [requestOf(0, viaOf(kind, 10_000)).length, OK_TO_ECHO.length];
  return cutByFirst({ M, S, '<': stanzaOf(0).length });
}

/** What stands in the Via of the load's requests. */
export function viaOf(kind: Kind, port: number): string {
  return kind === 'udp-component' ? `UDP ${HOST}:${port}` : `TLS ${SIP}:${port}`;
}

export function openSipEnd(plan: EndPlan): Promise<End> {
  return plan.kind === 'udp-component' ? openDatagrams(plan.take) : openSipTls(plan);
}

/** Datagrams: one message each. */
async function openDatagrams(take: Take): Promise<End> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
  let to = 0;
  const send: Send = (bytes) => socket.send(bytes, to, HOST);
  socket.on('message', (bytes) => take(bytes, send));
  socket.bind(0, HOST);
  await once(socket, 'listening');
  const open = async (port: number): Promise<void> => void (to = port);
  return { port: socket.address().port, open, send, close: () => socket.close() };
}

/** A connection of ours for what we ask; what we are asked comes by one of the subject's. */
async function openSipTls({ kind, isEcho, tls, take }: EndPlan): Promise<End> {
  const cut: Cut = isEcho ? cutUnread(kind) : cutSip;
  const sockets: Socket[] = [];
  const server = createTlsServer({ ...tls, requestCert: true }, (socket) => {
    sockets.push(socket);
    speakOn(socket, cut, take);
  });
  let send: Send = () => {};
  const open = async (port: number): Promise<void> => {
    const socket = await callTls(port, tls, `gw.${SIP}`);
    sockets.push(socket);
    send = speakOn(socket, cut, take);
  };
  const port = await bind(server);
  return { port, open, send: (bytes) => send(bytes), close: closing(server, sockets) };
}

/**
 * A component or an echo has one stream, and is waited for. A server that federates has one for each way, and opens
 * its own when it has something to say.
 */
export async function openXmppEnd(plan: EndPlan): Promise<End> {
  const sockets: Socket[] = [];
  const isTls = plan.kind === 'tls-s2s';
  const isTwoWay = plan.isEcho || !isTls;
  let join = (_back: Send): void => {};
  const joined = new Promise<Send>((resolve) => void (join = resolve));
  const accept = (socket: Socket): void => {
    sockets.push(socket);
    if (plan.isEcho) join(stanzasOn(socket, plan, undefined, () => {}));
    else stanzasOn(socket, plan, answering(plan.kind), join);
  };
  const options = { ...plan.tls, requestCert: true, ALPNProtocols: ['xmpp-server'] };
  const server = isTls ? createTlsServer(options, accept) : createServer(accept);
  const call = async (port: number): Promise<Send> => {
    const socket = await callTls(port, plan.tls, SIP, ['xmpp-server']);
    sockets.push(socket);
    return new Promise((resolve) => void stanzasOn(socket, plan, calling(XMPP, SIP), resolve));
  };
  let send: Send = () => {};
  const open = async (port: number): Promise<void> => {
    send = await (isTwoWay ? joined : call(port));
  };
  const port = await bind(server);
  return { port, open, send: (bytes) => send(bytes), close: closing(server, sockets) };
}

/** First the greeting, then stanzas. */
function stanzasOn(
  socket: Socket,
  { kind, take, isEcho }: EndPlan,
  greeting: Greeting | undefined,
  ready: (send: Send) => void,
): Send {
  let greet = greeting;
  const takeFrame: Take = (frame, reply) => {
    if (frame.equals(CLOSING)) return reply(CLOSING);
    if (greet === undefined) return take(frame, reply);
    const next = greet(frame.toString());
    if (next.say !== '') reply(next.say);
    if (!next.isReady) return;
    greet = undefined;
    ready(reply);
  };
  const send = speakOn(socket, isEcho ? cutUnread(kind) : cutXml, takeFrame);
  const opening = greeting?.('');
  if (opening !== undefined && opening.say !== '') send(opening.say);
  return send;
}

/** A connection that has shown its certificate. */
export async function callTls(
  port: number,
  tls: Tls,
  servername: string,
  alpn: string[] = [],
): Promise<Socket> {
  const socket = connectTls({ ...tls, host: HOST, port, servername, ALPNProtocols: alpn });
  await once(socket, 'secureConnect');
  return socket;
}

/** The port it listens at. */
export async function bind(server: Server): Promise<number> {
  server.listen(0, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A stream that is closed is closed both ways. @spec RFC 6120 §4.4 */
const CLOSING = Buffer.from('</stream:stream>');

function closing(server: Server, sockets: readonly Socket[]): () => void {
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}
