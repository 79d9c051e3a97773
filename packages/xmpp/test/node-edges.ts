// What tests on real sockets share: edges on loopback that find each other by their ports, self-signed certificates, and
// bare sockets that say what they are told to.
import { connect, type Server, type Socket } from 'node:net';
import type { Judge, XmppEvent } from '@interwork/xmpp';
import { type ListenOptions, listenXmpp, type XmppEdge } from '@interwork/xmpp/node';
import { Bell } from '../../../test-kit/bell.ts';
import { domainIn, selfSigned } from './self-signed.ts';

export const JULIET = 'juliet@capulet.example';
export const ROMEO = 'romeo@montague.example';
export const keys = { a: selfSigned('capulet.example'), b: selfSigned('montague.example') };

/** Accepts a certificate that names the domain asked for. */
export const judge: Judge = (presented, _role, reference) => {
  const name = domainIn(presented[0] ?? new Uint8Array());
  const accepted = name !== '' && name === reference;
  return { accepted, proved: accepted ? [name] : [], certificate: name, faults: [] };
};

/** Plaintext and dialback. */
export const PLAIN: Partial<ListenOptions> = {
  rules: () => ({ tls: 'never', sasl: 'never', dialback: true }),
};

/** Where the edges of a test, and servers it plays, are found. */
export const ports = new Map<string, { port: number; direct: boolean }>();
const open: XmppEdge[] = [];

/** An edge and what it told. */
export interface Edge {
  readonly own: XmppEdge;
  readonly events: readonly XmppEvent[];
  readonly port: number;
  until(wanted: (event: XmppEvent) => boolean): Promise<XmppEvent>;
}

export async function edge(domain: string, options: Partial<ListenOptions> = {}): Promise<Edge> {
  const own = await listenXmpp({
    domains: [domain],
    listen: [{ address: '127.0.0.1', port: 0 }],
    tls: { both: domain.startsWith('capulet') ? keys.a : keys.b },
    judge,
    secret: `secret of ${domain}`,
    locate: async (name) => {
      const place = ports.get(name);
      return place === undefined ? 'not-found' : [{ address: '127.0.0.1', ...place }];
    },
    ...options,
  });
  open.push(own);
  const { port = 0, direct = false } = own.listening[0] ?? {};
  ports.set(domain, { port, direct });
  const events: XmppEvent[] = [];
  const bell = new Bell();
  own.start((event) => {
    events.push(event);
    bell.ring();
  });
  return { own, events, port, until: (wanted) => bell.until(() => events.find(wanted)) };
}

/** What a message says that arrived. */
export function bodyOf(event: XmppEvent): string | undefined {
  return event.kind === 'stanza' && event.stanza.kind === 'message'
    ? event.stanza.bodies[0]?.text
    : undefined;
}

/** After each test. */
export async function closeEdges(): Promise<void> {
  await Promise.all(open.splice(0).map((edge) => edge.close()));
  ports.clear();
}

export const HEADER =
  "<stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback'" +
  " xmlns:stream='http://etherx.jabber.org/streams'" +
  " from='montague.example' to='capulet.example' id='1' version='1.0'>";
export const STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
export const PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/** A bare socket to a port, from an address of loopback. */
export function dialled(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', localAddress, allowHalfOpen: true };
    const socket = connect(options, () => resolve(socket)).on('error', reject);
  });
}

export function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}

/** Reads until a text has come so often, and then no more; tells how often. Fails if the connection ends before. */
export function heard(socket: Socket, wanted: string, times = 1): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    let seen = 0;
    const take = (bytes: Uint8Array): void => {
      const parts = (said + new TextDecoder().decode(bytes)).split(wanted);
      seen += parts.length - 1;
      said = parts.at(-1)?.slice(1 - wanted.length) ?? '';
      if (seen < times) return;
      socket.off('data', take).off('close', lost).pause();
      resolve(seen);
    };
    const lost = (): void => reject(new Error(`Closed after ${seen} of ${times}: ${wanted}`));
    if (socket.closed) return lost();
    socket.on('error', () => undefined).on('close', lost);
    socket.on('data', take).resume();
  });
}

/** When the other end has gone, and with it this one. */
export function goneOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) return resolve();
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
    if (socket.readableEnded) return void socket.end();
    socket.once('end', () => socket.end());
    socket.resume();
  });
}
