// The sockets of one edge: the places it listens at, the connections that stand, the ones that are being made. Each is
// known from its first moment, so that none outlives the edge. What is said over them is the endpoint's.
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { XmppOutput } from '../endpoint/io.ts';
import { DEFAULT_XMPP_LIMITS } from '../endpoint/limits.ts';
import {
  DEFAULT_CONNECT_TIMEOUT,
  DEFAULT_SOCKET_LIMITS,
  type ListenOptions,
  type ListenPlace,
  type SocketLimits,
  type TlsCredentials,
} from './options.ts';
import { checkCredentials } from './credentials.ts';
import type { Handshake } from './tls.ts';
import { type Feed, remoteOf, Wire } from './wire.ts';

/** A connection that is asked for. */
type XmppConnect = Omit<Extract<XmppOutput, { kind: 'connect' }>, 'kind'>;

/** All sockets of one edge. */
export class Sockets {
  readonly places: Required<ListenPlace>[] = [];
  readonly #limits: SocketLimits;
  readonly #connectTime: number;
  readonly #maxConnections: number;
  readonly #feed: Feed;
  readonly #servers: Server[] = [];
  readonly #wires = new Map<string, Wire>();
  readonly #open = new Set<Socket>();
  /** Connections that stood before `start`. */
  #early: (() => void)[] | undefined = [];
  #tls: TlsCredentials | undefined;
  #serial = 0;

  constructor(options: ListenOptions, feed: Feed) {
    this.#tls = options.tls;
    this.#limits = { ...DEFAULT_SOCKET_LIMITS, ...options.sockets };
    this.#connectTime = options.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT;
    this.#maxConnections = options.limits?.inbound ?? DEFAULT_XMPP_LIMITS.inbound;
    this.#feed = feed;
  }

  /** Sockets, from the first moment of each to its last. */
  get size(): number {
    return this.#open.size;
  }

  async listen(place: ListenPlace): Promise<void> {
    const { address = '::', direct = false } = place;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      this.#track(socket);
      this.#whenStarted(() => this.#accept(socket, direct));
    });
    server.maxConnections = this.#maxConnections;
    this.#servers.push(server);
    this.places.push({ address, direct, port: await bind(server, place.port, address) });
  }

  /** Begins to take connections. */
  start(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const accept of early) accept();
  }

  write(stream: string, bytes: Uint8Array): void {
    this.#wires.get(stream)?.write(bytes);
  }

  end(stream: string): void {
    this.#wires.get(stream)?.end();
  }

  startTls(stream: string, handshake: Omit<Handshake, 'direct'>): void {
    this.#wires.get(stream)?.secure(this.#tls, { ...handshake, direct: false });
  }

  connect({ connect: id, local, domain, target }: XmppConnect): void {
    const socket = connect({ host: target.address, port: target.port, allowHalfOpen: true });
    this.#track(socket);
    const fail = (reason: 'refused' | 'timeout' | 'unreachable', text: string): void => {
      settle();
      socket.destroy();
      this.#feed({ kind: 'connect-failed', connect: id, reason, text });
    };
    const onError = (error: NodeJS.ErrnoException): void =>
      fail(error.code === 'ECONNREFUSED' ? 'refused' : 'unreachable', error.message);
    const onConnect = (): void => {
      settle();
      this.#connected(socket, id, target.direct, { role: 'client', local, peer: domain });
    };
    const timer = setTimeout(
      () => fail('timeout', 'The server did not answer.'),
      this.#connectTime,
    );
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('error', onError).off('connect', onConnect).off('close', onClose);
    };
    const onClose = (): void => fail('unreachable', 'The connection closed.');
    socket.on('error', onError).on('connect', onConnect).on('close', onClose);
  }

  replaceTls(tls: TlsCredentials): void {
    checkCredentials(tls);
    this.#tls = tls;
  }

  /** Takes no new connections. Resolves when the last one is gone. */
  async stopListening(): Promise<void> {
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => void server.close(() => resolve())),
    );
    await Promise.all(closed);
  }

  /** Lets what was written last go out, within the bound each connection has, and cuts the rest. */
  async close(): Promise<void> {
    for (const wire of this.#wires.values()) wire.end();
    const gone = [...this.#wires.values()].map((wire) => this.#goneOf(wire));
    await Promise.all(gone);
    for (const socket of this.#open) socket.destroy();
  }

  #goneOf(wire: Wire): Promise<void> {
    return new Promise((resolve) => wire.whenGone(resolve));
  }

  #accept(socket: Socket, direct: boolean): void {
    const wire = this.#wireOn(socket);
    if (wire === undefined) return void socket.destroy();
    const { id: stream, remote } = wire;
    this.#feed({ kind: 'accepted', stream, remote, direct });
    if (direct) wire.secure(this.#tls, { role: 'server', local: '', peer: undefined, direct });
    else wire.read();
  }

  #connected(
    socket: Socket,
    connect: string,
    direct: boolean,
    handshake: Omit<Handshake, 'direct'>,
  ): void {
    const wire = this.#wireOn(socket);
    if (wire === undefined) return;
    const { id: stream, remote } = wire;
    this.#feed({ kind: 'connected', connect, stream, remote });
    if (direct) wire.secure(this.#tls, { ...handshake, direct });
    else wire.read();
  }

  #wireOn(socket: Socket): Wire | undefined {
    const remote = remoteOf(socket);
    if (remote === undefined) return undefined;
    this.#serial += 1;
    const id = `s${this.#serial}`;
    const wire = new Wire(socket, id, remote, this.#limits, this.#feed);
    this.#wires.set(id, wire);
    socket.once('close', () => this.#wires.delete(id));
    wire.watch();
    return wire;
  }

  #whenStarted(accept: () => void): void {
    if (this.#early === undefined) accept();
    else this.#early.push(accept);
  }

  #track(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#open.delete(socket));
  }
}

function bind(server: Server, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}
