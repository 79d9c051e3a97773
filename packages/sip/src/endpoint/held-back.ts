// Requests on their way into one connection, in order: written at once, or held back while the connection is
// full or others wait before them. A burst goes out in pieces, so that a flow can say in time that it is full.
// Where a request goes that cannot be written is uac.ts.
import type { Connection, Connections, HeldBack } from './connections.ts';
import type { Ground } from './ground.ts';
import type { RequestWriter } from './request-writer.ts';
import { isTooLate, type Sending } from './sending.ts';
import type { Instant, Target } from './types.ts';

/** Told of a request whose turn came and that was not written: its time is over, or it is too long. */
export type NotWritten = (now: Instant, held: HeldBack) => void;

export class HeldRequests {
  readonly #ground: Ground;
  readonly #connections: Connections;
  readonly #writer: RequestWriter;
  readonly #notWritten: NotWritten;

  constructor(
    ground: Ground,
    connections: Connections,
    writer: RequestWriter,
    notWritten: NotWritten,
  ) {
    this.#ground = ground;
    this.#connections = connections;
    this.#writer = writer;
    this.#notWritten = notWritten;
  }

  /** Writes it, or holds it back; false when it is too long for the datagram it would be. */
  send(now: Instant, sending: Sending, target: Target, connection: Connection): boolean {
    if (connection.fullSince === NEVER && connection.heldBack.length === 0) {
      return this.#writer.send(now, sending, target, connection) > 0;
    }
    connection.heldBack.push({ sending, target });
    return true;
  }

  /** A flow can be written to again. */
  drained(now: Instant, connection: Connection): void {
    this.#connections.drained(now, connection);
    this.flush(now, connection);
  }

  /** The next piece; the rest follows a moment later, when the flow has said whether it is full. */
  flush(now: Instant, connection: Connection): void {
    const { heldBack } = connection;
    let octets = 0;
    let done = 0;
    while (octets < PIECE && done < heldBack.length) {
      octets += this.#write(now, heldBack[done] as HeldBack, connection);
      done += 1;
    }
    heldBack.splice(0, done);
    this.#connections.flushAt(connection, heldBack.length > 0 ? now + 1 : NEVER);
  }

  #write(now: Instant, held: HeldBack, connection: Connection): number {
    const { sending, target } = held;
    const isOver = isTooLate(now, sending, this.#ground.timers);
    const octets = isOver ? 0 : this.#writer.send(now, sending, target, connection);
    if (octets === 0) this.#notWritten(now, held);
    return octets;
  }
}

const NEVER = Number.POSITIVE_INFINITY;

/** Octets written at once; a flow says that it is full at some times as much. */
const PIECE = 65_536;
