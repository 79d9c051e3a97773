// The sockets of one edge: the places it listens at, the connections that stand, the ones that are
// being made. Each is known from its first moment, so that none outlives the edge. What is said over
// them is the endpoint's.
import type { Server, Socket } from 'node:net';
import type { Server as TlsServer, TLSSocket } from 'node:tls';
import { DEFAULT_ENDPOINT_LIMITS } from '../endpoint/limits.ts';
import type { ConnectFailure, Flow, Target } from '../endpoint/types.ts';
import { MisuseError } from '../fault.ts';
import type { Judge } from '../judge.ts';
import { filled } from '../limits.ts';
import {
  checkCredentials,
  contextByName,
  contextOptions,
  pairFor,
  usualPair,
} from './credentials.ts';
import { dial } from './dial.ts';
import { Gate } from './gate.ts';
import {
  DEFAULT_CONNECT_TIMEOUT,
  DEFAULT_SOCKET_LIMITS,
  type ListenOptions,
  type ListenPlace,
  type SipEdgeCounts,
  type SocketLimits,
  type TlsCredentials,
  type TlsOccasion,
} from './options.ts';
import { bind, connectTcp, tcpServer } from './tcp.ts';
import { connectTls, judgeClient, judgeServer, tlsServer } from './tls.ts';
import { resolveUdp, UdpPlace } from './udp.ts';
import { type Feed, flowOf, type SocketEnds, Wire } from './wire.ts';

export class Sockets {
  readonly places: Required<ListenPlace>[] = [];
  readonly #judge: Judge | undefined;
  readonly #limits: SocketLimits;
  readonly #connectTime: number;
  readonly #maxConnections: number;
  readonly #gate: Gate;
  readonly #feed: Feed;
  readonly #servers: Server[] = [];
  readonly #tlsServers: TlsServer[] = [];
  readonly #udp: UdpPlace[] = [];
  readonly #wires = new Map<string, Wire>();
  readonly #open = new Set<Socket>();
  /** Connections that stood before `start`. */
  #early: (() => void)[] | undefined = [];
  #tls: TlsCredentials | undefined;
  /** Flows named so far. */
  #named = 0;

  constructor(options: ListenOptions, feed: Feed) {
    this.#judge = options.judge;
    this.#tls = options.tls;
    this.#limits = filled(DEFAULT_SOCKET_LIMITS, options.sockets);
    this.#connectTime = options.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT;
    const endpoint = filled(DEFAULT_ENDPOINT_LIMITS, options.limits);
    this.#maxConnections = endpoint.connections;
    this.#gate = new Gate({ ...endpoint, ...this.#limits }, (socket, bound) => {
      this.#turnedAway(socket, bound);
    });
    this.#feed = feed;
  }

  get counts(): Pick<SipEdgeCounts, 'sockets' | 'handshakes' | 'networks' | 'writing'> {
    let writing = 0;
    for (const wire of this.#wires.values()) writing += wire.writing;
    return { sockets: this.#open.size, ...this.#gate.counts, writing };
  }

  async listen(place: ListenPlace): Promise<void> {
    const { transport, address = transport === 'udp' ? '0.0.0.0' : '::' } = place;
    const port =
      transport === 'udp' ? await this.#listenUdp(place) : await this.#listenStream(place);
    this.places.push({ transport, address, port });
  }

  /** Begins to read. */
  start(): void {
    for (const place of this.#udp) place.read(this.#feed);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const adopt of early) adopt();
  }

  write(flow: Flow, bytes: Uint8Array): void {
    if (flow.transport === 'udp') this.#placeOf(flow)?.send(flow, bytes);
    else this.#wires.get(flow.id)?.write(bytes);
  }

  end(flow: Flow): void {
    this.#wires.get(flow.id)?.end();
  }

  connect(connect: string, target: Target, local: string | undefined): void {
    if (target.transport === 'udp') void this.#connectUdp(connect, target);
    else if (target.transport === 'tcp') this.#connectTcp(connect, target);
    else this.#connectTls(connect, target, local);
  }

  replaceTls(tls: TlsCredentials): void {
    checkCredentials(tls);
    this.#tls = tls;
    for (const server of this.#tlsServers)
      server.setSecureContext(contextOptions(usualPair(tls, 'server')));
  }

  /** What a target is shown, by the name of its pair; nothing where it is what everybody is shown. */
  shownTo(target: Target, local: string | undefined): string {
    if (target.transport !== 'tls' || this.#tls?.choose === undefined) return '';
    return this.#tls.choose(calling(target, local))?.name ?? '';
  }

  /** Takes no new connections. Resolves when the last one is gone. */
  async stopListening(): Promise<void> {
    const servers = [...this.#servers, ...this.#tlsServers];
    await Promise.all(
      servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
    );
  }

  /** Lets what was written last go out, within the bound each connection has, and cuts the rest. */
  async close(): Promise<void> {
    await this.#allWiresGone();
    await new Promise((resolve) => setImmediate(resolve));
    for (const socket of this.#open) socket.destroy();
    for (const place of this.#udp) await place.close();
  }

  async #allWiresGone(): Promise<void> {
    const wires = [...this.#wires.values()];
    await Promise.all(wires.map((wire) => wire.gone));
  }

  async #listenUdp(place: ListenPlace): Promise<number> {
    const udp = new UdpPlace(place.address, this.#limits.writeBuffer);
    this.#udp.push(udp);
    await udp.bind(place.port, place.address);
    return udp.local.port;
  }

  async #listenStream(place: ListenPlace): Promise<number> {
    const server = place.transport === 'tls' ? this.#addTlsServer() : this.#addTcpServer();
    const port = await bind(server, place.port, place.address);
    server.on('error', () => undefined);
    server.on('drop', (dropped) => {
      if (dropped !== undefined) this.#turnedAway(dropped, 'connections');
    });
    return port;
  }

  /** Those that come before `start` are not told of: nobody listens yet. */
  #turnedAway(ends: SocketEnds, bound: string): void {
    if (this.#early !== undefined) return;
    const flow = flowOf((this.#named += 1), ends, 'tcp', []);
    if (flow !== undefined) this.#feed({ kind: 'turned-away', flow, bound });
  }

  #addTcpServer(): Server {
    const server = tcpServer(this.#maxConnections, (socket) => {
      this.#track(socket);
      if (!this.#gate.admit(socket)) return;
      this.#whenStarted(() => this.#adopt(socket, this.#flowOf(socket, 'tcp', [])));
    });
    this.#servers.push(server);
    return server;
  }

  #addTlsServer(): TlsServer {
    const judge = this.#judge;
    if (this.#tls === undefined || judge === undefined) {
      throw new MisuseError('tls-options', 'listening on tls needs `tls` and `judge`');
    }
    const byName: Parameters<typeof tlsServer>[1] = (name, tell) =>
      contextByName(this.#tls, name, tell);
    const pair = usualPair(this.#tls, 'server');
    const server = tlsServer(pair, byName, this.#maxConnections, this.#limits, (socket) => {
      this.#track(socket);
      this.#gate.shaken(socket);
      this.#whenStarted(() => this.#adoptClient(socket, judge));
    });
    server.on('connection', (socket: Socket) => {
      this.#track(socket);
      this.#gate.admitHandshake(socket);
    });
    this.#tlsServers.push(server);
    return server;
  }

  #whenStarted(adopt: () => void): void {
    if (this.#early === undefined) adopt();
    else this.#early.push(adopt);
  }

  #track(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#open.delete(socket));
  }

  /** @spec RFC 5922 §7.4 */
  #adoptClient(socket: TLSSocket, judge: Judge): void {
    const judgement = judgeClient(judge, socket);
    const proved = judgement.accepted ? judgement.proved : [];
    const flow = this.#flowOf(socket, 'tls', proved, this.#shownBy(socket));
    if (judgement.accepted) {
      this.#adopt(socket, flow);
      return;
    }
    socket.destroy();
    if (flow !== undefined) this.#feed({ kind: 'refused-peer', remote: flow.remote, judgement });
  }

  /** What a client was shown that has called us by a name. */
  #shownBy({ servername }: TLSSocket): string {
    if (typeof servername !== 'string') return '';
    return this.#tls?.choose?.({ role: 'server', local: servername, peer: undefined })?.name ?? '';
  }

  #flowOf(
    socket: Socket,
    transport: 'tcp' | 'tls',
    proved: readonly string[],
    shown?: string,
  ): Flow | undefined {
    this.#named += 1;
    return flowOf(this.#named, socket, transport, proved, shown);
  }

  #adopt(socket: Socket, flow: Flow | undefined, connect?: string): void {
    if (flow === undefined || socket.destroyed) {
      socket.destroy();
      if (connect !== undefined) this.#failed(connect, 'unreachable', 'The connection closed.');
      return;
    }
    const wire = new Wire(socket, flow, this.#limits);
    this.#wires.set(flow.id, wire);
    socket.once('close', () => this.#wires.delete(flow.id));
    wire.read(this.#feed, connect);
  }

  #placeOf(flow: Flow): UdpPlace | undefined {
    return this.#udp.find(
      ({ local }) => local.port === flow.local.port && local.address === flow.local.address,
    );
  }

  async #connectUdp(connect: string, target: Target): Promise<void> {
    const flow = await resolveUdp(target, this.#udp);
    if (flow !== undefined) this.#feed({ kind: 'opened', flow, connect });
    else this.#failed(connect, 'unreachable', 'No UDP socket or no address for it.');
  }

  #connectTcp(connect: string, target: Target): void {
    const socket = this.#begin(connect, () => connectTcp(target));
    if (socket === undefined) return;
    dial(socket, 'connect', this.#connectTime, {
      stands: () => this.#adopt(socket, this.#flowOf(socket, 'tcp', []), connect),
      fails: (reason, text) => this.#failed(connect, reason, text),
    });
  }

  /** @spec RFC 5922 §7.3 */
  #connectTls(connect: string, target: Target, local: string | undefined): void {
    const tls = this.#tls;
    const judge = this.#judge;
    if (tls === undefined || judge === undefined) {
      this.#failed(connect, 'tls', 'There are no credentials or no judge for TLS.');
      return;
    }
    const socket = this.#begin(connect, () =>
      connectTls(target, pairFor(tls, calling(target, local))),
    );
    if (socket === undefined) return;
    dial(socket, 'secureConnect', this.#connectTime, {
      stands: () => this.#judgeServer(connect, socket, target, judge),
      fails: (reason, text) => this.#failed(connect, reason, text),
    });
  }

  #judgeServer(connect: string, socket: TLSSocket, target: Target, judge: Judge): void {
    const judgement = judgeServer(judge, socket, target);
    if (judgement.accepted) {
      this.#adopt(socket, this.#flowOf(socket, 'tls', judgement.proved), connect);
      return;
    }
    socket.destroy();
    const text = judgement.faults[0]?.text ?? 'The certificate was refused.';
    this.#feed({ kind: 'connect-failed', connect, reason: 'certificate', judgement, text });
  }

  /** Node throws for ports and names that cannot be; they may come out of somebody's DNS. */
  #begin<S extends Socket>(connect: string, make: () => S): S | undefined {
    try {
      const socket = make();
      this.#track(socket);
      return socket;
    } catch (error) {
      const text = error instanceof Error ? error.message : 'It cannot be connected to.';
      this.#failed(connect, 'unreachable', text);
      return undefined;
    }
  }

  #failed(connect: string, reason: ConnectFailure, text: string): void {
    this.#feed({ kind: 'connect-failed', connect, reason, text });
  }
}

/** Whom a target stands for: the name that is looked for first. */
function calling({ references }: Target, local: string | undefined): TlsOccasion {
  return { role: 'client', local, peer: references[0] };
}
