// The flows that are open: streams in both directions, and datagram flows we asked for. Found by id,
// found again for a target, counted in all and for each remote address, closed when idle, when half a
// message stays half, when full for too long, and when a keep-alive that used to be answered is not. What
// flows through them is read in ../endpoint.ts; what is held back from one that is full is sent by uac.ts.
import { fault } from '../fault.ts';
import { Framer } from '../framer.ts';
import type { SipLimits } from '../limits.ts';
import type { Timed } from '../transaction/deadlines.ts';
import type { ConnectAttempt } from './attempts.ts';
import type { Ground } from './ground.ts';
import type { Flow, Instant, Target } from './types.ts';
import type { ClientTransaction } from './client-table.ts';
import type { InviteClient } from './invite-table.ts';
import type { Sending } from './sending.ts';

/** A request that is not written yet. */
export interface HeldBack {
  readonly sending: Sending;
  readonly target: Target;
}

export interface Connection extends Timed {
  readonly kind: 'connection';
  readonly flow: Flow;
  /** Streams only. */
  readonly framer: Framer | undefined;
  /** Whether we opened it. */
  readonly isOurs: boolean;
  /** The places under which it can be found for a target. */
  readonly places: string[];
  /** Our requests that wait for an answer on it. */
  readonly clients: Set<ClientTransaction | InviteClient>;
  /** Our requests that are not written yet, in order. */
  readonly heldBack: HeldBack[];
  /** When the next of these are to be written; `Infinity` while full. */
  flushAt: Instant;
  /** Since when too much waits for the peer; `Infinity` when not. */
  fullSince: Instant;
  heardAt: Instant;
  partialSince: Instant;
  pingAt: Instant;
  pongBy: Instant;
  hasPonged: boolean;
  faults: number;
}

/** What a connection was asked for. */
export type Asked = Pick<ConnectAttempt, 'target' | 'local'>;

/** The place of a target: one for all names it may prove. */
export function placeOf(target: Pick<Target, 'transport' | 'address' | 'port'>): string {
  return `${target.transport}/${target.address}/${target.port}`;
}

/** The same of a connection that the peer of this flow has opened. */
function offered(target: Pick<Target, 'transport' | 'address' | 'port'>, flow: Flow): string {
  return placeOf(target) + (flow.shown ?? '');
}

export class Connections {
  readonly #ground: Ground;
  readonly #message: SipLimits;
  readonly #keepAlive: number;
  readonly #byId = new Map<string, Connection>();
  readonly #byPlace = new Map<string, Connection[]>();
  readonly #perRemote = new Map<string, number>();

  constructor(ground: Ground, message: SipLimits, keepAlive: number | undefined) {
    this.#ground = ground;
    this.#message = message;
    this.#keepAlive = keepAlive ?? NEVER;
  }

  get size(): number {
    return this.#byId.size;
  }

  get hasRoom(): boolean {
    return this.#byId.size < this.#ground.limits.connections;
  }

  all(): IterableIterator<Connection> {
    return this.#byId.values();
  }

  get(flow: Flow): Connection | undefined {
    return this.#byId.get(flow.id);
  }

  /** Takes a flow in; `undefined` when there is no room for it, and it is told to close. */
  open(now: Instant, flow: Flow, asked: Asked | undefined): Connection | undefined {
    const known = this.#byId.get(flow.id);
    if (known !== undefined) {
      if (asked !== undefined) this.#settle(known, this.#wayOf(asked.target, asked.local));
      return known;
    }
    if (!this.hasRoom || (asked === undefined && this.#isCrowded(flow))) {
      this.#ground.outbox.fault(now, fault('overload', 'connections'), flow);
      this.#ground.outbox.push({ kind: 'disconnect', flow });
      return undefined;
    }
    const connection = this.#make(now, flow, asked !== undefined);
    this.#byId.set(flow.id, connection);
    this.#perRemote.set(flow.remote.address, this.#countOf(flow) + 1);
    if (asked !== undefined) this.#settle(connection, this.#wayOf(asked.target, asked.local));
    this.#schedule(connection);
    return connection;
  }

  /** Forgets a flow; its owner says what becomes of the requests on it. */
  drop(connection: Connection): void {
    const { flow } = connection;
    if (!this.#byId.delete(flow.id)) return;
    const rest = this.#countOf(flow) - 1;
    if (rest > 0) this.#perRemote.set(flow.remote.address, rest);
    else this.#perRemote.delete(flow.remote.address);
    for (const place of connection.places) this.#leave(connection, place);
    this.#ground.deadlines.drop(connection);
  }

  /**
   * An open connection to that target whose peer proved one of the names asked for, and was shown what it would be now.
   * @spec RFC 5923 §8.1
   */
  findFor(target: Target, local: string | undefined): Connection | undefined {
    return this.#provenAt(this.#wayOf(target, local), target);
  }

  /** The same for what goes back to where `flow` led: first what shows the same as that did. */
  findBack(target: Target, flow: Flow): Connection | undefined {
    return this.#provenAt(offered(target, flow), target) ?? this.findFor(target, undefined);
  }

  /**
   * The peer of an inbound connection offers it for requests the other way. Only one that has proved
   * a name is believed, and only for its own address; and only what shows the same as was shown there goes by it.
   * @spec RFC 5923 §8.2
   */
  offerAlias(connection: Connection, port: number): void {
    const { flow } = connection;
    if (flow.transport !== 'tls' || flow.proved.length === 0 || connection.places.length > 0)
      return;
    const place = { transport: 'tls', address: flow.remote.address, port } as const;
    this.#settle(connection, offered(place, flow));
  }

  /** Requests that are held back, on all of them. */
  get heldBack(): number {
    let count = 0;
    for (const connection of this.#byId.values()) count += connection.heldBack.length;
    return count;
  }

  /** Too much waits for the peer. From here on nothing it should have said is missed: it is not read. */
  fill(now: Instant, connection: Connection): void {
    if (connection.fullSince !== NEVER) return;
    connection.fullSince = now;
    connection.flushAt = NEVER;
    connection.pongBy = NEVER;
    this.#schedule(connection);
  }

  /** The peer has read, and is read again. */
  drained(now: Instant, connection: Connection): void {
    connection.fullSince = NEVER;
    connection.heardAt = now;
    if (connection.partialSince !== NEVER) connection.partialSince = now;
    this.#schedule(connection);
  }

  /** What is held back is to be looked at again then. */
  flushAt(connection: Connection, at: Instant): void {
    connection.flushAt = at;
    this.#schedule(connection);
  }

  /** Octets came: the peer lives. A message may be half there, since now if another has `hasEnded`. */
  heard(now: Instant, connection: Connection, isPartial: boolean, hasEnded: boolean): void {
    connection.heardAt = now;
    if (connection.pongBy !== NEVER) connection.hasPonged = true;
    connection.pongBy = NEVER;
    const before = hasEnded ? now : Math.min(connection.partialSince, now);
    const since = isPartial ? before : NEVER;
    if (since === connection.partialSince) return;
    connection.partialSince = since;
    this.#schedule(connection);
  }

  /** Whether it is a stream on which nothing came for as long as a request waits for its response. */
  isDead(now: Instant, connection: Connection): boolean {
    const isOpen = this.#byId.get(connection.flow.id) === connection;
    const isSilent = connection.heardAt + this.#ground.timers.F.reliable <= now;
    return isOpen && isSilent && connection.framer !== undefined;
  }

  /** Its moment came. True when the connection is to be closed. */
  isOver(now: Instant, connection: Connection): boolean {
    const { limits, outbox } = this.#ground;
    if (connection.fullSince !== NEVER) return this.#isStuck(now, connection);
    if (connection.partialSince + limits.messageTime <= now) {
      outbox.fault(now, fault('message-unfinished'), connection.flow);
      return true;
    }
    if (connection.pongBy <= now && connection.hasPonged) return true;
    if (connection.heardAt + limits.idleTime <= now && !isUsed(connection)) return true;
    if (connection.pongBy <= now) connection.pongBy = NEVER;
    if (connection.pingAt <= now) this.#ping(now, connection);
    this.#schedule(connection, now);
    return false;
  }

  #provenAt(place: string, target: Target): Connection | undefined {
    const there = this.#byPlace.get(place);
    if (there === undefined) return undefined;
    for (const connection of there) if (proves(connection.flow, target)) return connection;
    return undefined;
  }

  #wayOf(target: Target, local: string | undefined): string {
    return placeOf(target) + this.#ground.shownTo(target, local);
  }

  #isStuck(now: Instant, connection: Connection): boolean {
    if (connection.fullSince + this.#ground.limits.fullTime <= now) return true;
    this.#schedule(connection);
    return false;
  }

  /** @spec RFC 5626 §4.4.1 */
  #ping(now: Instant, connection: Connection): void {
    this.#ground.outbox.push({ kind: 'send', flow: connection.flow, bytes: PING });
    connection.pongBy = Math.min(connection.pongBy, now + this.#ground.limits.pongTime);
    connection.pingAt = now + this.#pingInterval();
  }

  /** Between four fifths and the whole of the interval, so that a crowd of flows does not beat as one. */
  #pingInterval(): number {
    if (this.#keepAlive === NEVER) return NEVER;
    const drawn = Number.parseInt(this.#ground.draw().slice(0, 6), 36) / 36 ** 6;
    return this.#keepAlive * (0.8 + 0.2 * drawn);
  }

  #make(now: Instant, flow: Flow, isOurs: boolean): Connection {
    const isStream = flow.transport !== 'udp';
    return {
      kind: 'connection',
      at: NEVER,
      slot: -1,
      flow,
      framer: isStream ? new Framer(this.#message) : undefined,
      isOurs,
      places: [],
      clients: new Set(),
      heldBack: [],
      flushAt: NEVER,
      fullSince: NEVER,
      heardAt: now,
      partialSince: NEVER,
      pingAt: isOurs && isStream ? now + this.#pingInterval() : NEVER,
      pongBy: NEVER,
      hasPonged: false,
      faults: 0,
    };
  }

  /** `notBefore` keeps a connection that is past its idle time but still in use from spinning. */
  #schedule(connection: Connection, now = Number.NEGATIVE_INFINITY): void {
    const { limits, deadlines } = this.#ground;
    if (connection.fullSince !== NEVER) {
      deadlines.set(connection, connection.fullSince + limits.fullTime);
      return;
    }
    const idleAt = connection.heardAt + limits.idleTime;
    const at = Math.min(
      idleAt > now ? idleAt : now + limits.idleTime,
      connection.partialSince + limits.messageTime,
      connection.pingAt,
      connection.pongBy,
      connection.flushAt,
    );
    deadlines.set(connection, at);
  }

  #isCrowded(flow: Flow): boolean {
    return this.#countOf(flow) >= this.#ground.limits.connectionsPerRemote;
  }

  #countOf(flow: Flow): number {
    return this.#perRemote.get(flow.remote.address) ?? 0;
  }

  #settle(connection: Connection, place: string): void {
    if (connection.places.includes(place)) return;
    connection.places.push(place);
    const there = this.#byPlace.get(place);
    if (there === undefined) this.#byPlace.set(place, [connection]);
    else there.push(connection);
  }

  #leave(connection: Connection, place: string): void {
    const rest = (this.#byPlace.get(place) ?? []).filter((other) => other !== connection);
    if (rest.length === 0) this.#byPlace.delete(place);
    else this.#byPlace.set(place, rest);
  }
}

/** Whether the peer of a flow proved a name that target may have. Without TLS nothing can be proved. */
export function proves(flow: Flow, target: Target): boolean {
  if (flow.transport !== 'tls') return true;
  for (const reference of target.references) {
    if (flow.proved.includes(reference.toLowerCase())) return true;
  }
  return false;
}

function isUsed(connection: Connection): boolean {
  return connection.clients.size > 0 || connection.heldBack.length > 0;
}

const NEVER = Number.POSITIVE_INFINITY;

const PING = new Uint8Array([13, 10, 13, 10]);
