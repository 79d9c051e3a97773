// A session of stream management: two counts each way, and what was written and not yet acknowledged. XEP-0198 §4, §5.
// A plain record: it outlives its stream when it is resumed on another. What is said on a stream, and when, is
// managing.ts; how long a session waits for another stream is ../endpoint/sessions.ts.
import { utf8Length } from '../bytes.ts';

/** A stanza that was written, and what its owner knows it by. */
export interface Unacknowledged {
  readonly text: string;
  readonly bytes: number;
  readonly tag: unknown;
}

/** One session. Counts run on; on the wire they are modulo 2^32. */
export interface Session {
  /** Ours, for receipts; on the end that was called also the one by which the peer resumes. */
  readonly id: string;
  /** On the end that was called: theirs, a blank, ours; empty when the peer may not resume it. */
  readonly pair: string;
  /** On the end that opened the stream: the peer's, by which we resume; undefined when it keeps nothing. */
  resumeId: string | undefined;
  /** Milliseconds for which the peer keeps it; Infinity when it does not say. */
  keptFor: number;
  /** Where the peer would like to be called, as it wrote it. */
  location: string | undefined;
  sent: number;
  acked: number;
  /** What had been acknowledged when it went on last on another stream; -1 before that. */
  resumedAt: number;
  readonly unacknowledged: Unacknowledged[];
  unacknowledgedBytes: number;
  received: number;
  /** All up to here are handled. */
  handled: number;
  /** Handled before their turn. */
  readonly early: Set<number>;
  /** What the peer was told last. */
  told: number;
  /** How many had come when the peer last asked. */
  owed: number;
}

/** A session in which nothing was said. */
export function newSession(id: string, pair = ''): Session {
  return {
    id,
    pair,
    resumeId: undefined,
    keptFor: Infinity,
    location: undefined,
    sent: 0,
    acked: 0,
    resumedAt: -1,
    unacknowledged: [],
    unacknowledgedBytes: 0,
    received: 0,
    handled: 0,
    early: new Set(),
    told: 0,
    owed: 0,
  };
}

/** A stanza is written. */
export function noteSent(session: Session, text: string, tag: unknown): void {
  const bytes = utf8Length(text);
  session.sent += 1;
  session.unacknowledged.push({ text, bytes, tag });
  session.unacknowledgedBytes += bytes;
}

/** The peer says how far it is: those it took, in order; undefined when it claims more than was sent. @spec XEP-0198 §4 */
export function acknowledge(session: Session, h: number): readonly Unacknowledged[] | undefined {
  const more = (h - session.acked) >>> 0; // modulo 2^32, as the counts on the wire are
  if (more > session.unacknowledged.length) return undefined;
  session.acked += more;
  const taken = session.unacknowledged.splice(0, more);
  for (const { bytes } of taken) session.unacknowledgedBytes -= bytes;
  return taken;
}

/** Everything that was not acknowledged; the session forgets it. */
export function abandon(session: Session): readonly Unacknowledged[] {
  session.unacknowledgedBytes = 0;
  return session.unacknowledged.splice(0);
}

/** What was given up may have come all the same: sent is then what the peer says it took. @spec XEP-0198 §5 */
export function catchUp(session: Session, h: number): void {
  const { sent, acked, unacknowledged } = session;
  const more = (h - acked) >>> 0;
  if (unacknowledged.length > 0 || more > sent - acked) return;
  session.acked = acked + more;
  session.sent = session.acked;
}

/** A stanza has come; its number. */
export function noteReceived(session: Session): number {
  session.received += 1;
  return session.received;
}

/** A stanza is done with; counts as soon as all before it are. @spec XEP-0198 §4 */
export function noteHandled(session: Session, number: number): void {
  if (number <= session.handled || number > session.received) return;
  session.early.add(number);
  while (session.early.delete(session.handled + 1)) session.handled += 1;
}

/** A count as it goes on the wire. @spec XEP-0198 §4 */
export function wireCount(count: number): number {
  return count % 2 ** 32;
}

/** A count as it came; undefined when it is none. @spec XEP-0198 §4 */
export function readCount(text: string | undefined): number | undefined {
  if (text === undefined || !COUNT.test(text)) return undefined;
  const count = Number(text);
  return count < 2 ** 32 ? count : undefined;
}

const COUNT = /^[0-9]{1,10}$/;
