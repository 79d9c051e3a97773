// The measure of what sockets alone cost: it takes each message, hands the same octets to the other side, and answers
// a request with itself, as the gateway answers one; the answers to what it hands to the SIP side it takes and drops.
// It cuts streams by counting and reads one octet of a message. It writes no more often than the gateway does.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { bind, callTls, cutUnread, HOST } from './ends.ts';
import { type Send, speakOn, type Take } from './frames.ts';
import { XMPP } from './messages.ts';
import type { Subject, SubjectPlan } from './words.ts';

export async function startEcho(plan: SubjectPlan): Promise<Subject> {
  let answered = 0;
  let toSip: Send = () => {};
  const socket = await xmppSocket(plan);
  const toXmpp = speakOn(socket, cutUnread(plan.kind), (bytes) => toSip(bytes));
  const atSip: Take = (bytes, reply) => {
    if (bytes[0] === ANSWER) return void (answered += 1);
    toXmpp(bytes);
    reply(bytes);
  };
  const sip = plan.kind === 'udp-component' ? await datagrams(plan, atSip) : await tls(plan, atSip);
  toSip = (bytes) => sip.send(bytes);
  return {
    ports: { sip: sip.port, xmpp: 0 },
    read: () => ({ answered, open: 0 }),
    close: async () => {
      socket.destroy();
      sip.close();
    },
  };
}

interface SipSide {
  readonly port: number;
  readonly send: Send;
  close(): void;
}

async function xmppSocket({ kind, tls: pair, load }: SubjectPlan): Promise<Socket> {
  if (kind === 'tls-s2s') return callTls(load.xmpp, pair, XMPP, ['xmpp-server']);
  const socket = connect(load.xmpp, HOST);
  await once(socket, 'connect');
  return socket;
}

async function datagrams({ load }: SubjectPlan, take: Take): Promise<SipSide> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
  const send: Send = (bytes) => socket.send(bytes, load.sip, HOST, () => {});
  socket.on('message', (bytes) => take(bytes, send));
  socket.bind(0, HOST);
  await once(socket, 'listening');
  return { port: socket.address().port, send, close: () => socket.close() };
}

async function tls({ kind, tls: pair }: SubjectPlan, take: Take): Promise<SipSide> {
  let socket: Socket | undefined;
  let send: Send = () => {};
  const server = createTlsServer({ ...pair, requestCert: true }, (accepted) => {
    socket = accepted;
    send = speakOn(accepted, cutUnread(kind), take);
  });
  const port = await bind(server);
  const close = (): void => {
    server.close();
    socket?.destroy();
  };
  return { port, send: (bytes) => send(bytes), close };
}

const ANSWER = 'S'.charCodeAt(0);
