// Stanzas on their way to the server: written when the stream is ready, waiting until then, in the one order in which
// they were handed in. A stanza leaves the queue before it is written, so that none is written twice.
import type { XmppOutput } from '../endpoint/io.ts';
import type { Instant } from '../server-link.ts';
import { type Failure, type Own, type Waiting, writeBytes } from './record.ts';

/** Writes a stanza, lets it wait, or says why neither. */
export function deliver(own: Own, now: Instant, item: Waiting): void {
  if (own.state === 'ready') return send(own, now, item);
  if (own.state === 'resting' && own.isRefused) return tellFailed(own, item, own.failure ?? WAITED);
  if (isFull(own, item)) return tellFailed(own, item, QUEUE_FULL);
  own.queue.push(item);
  own.queuedBytes += item.bytes.length;
}

function isFull(own: Own, item: Waiting): boolean {
  const { queuedStanzas, queuedPresence, queuedBytes } = own.limits;
  const room = item.isPresence ? Math.min(queuedPresence, queuedStanzas) : queuedStanzas;
  return own.queue.length >= room || own.queuedBytes + item.bytes.length > queuedBytes;
}

/** What waits goes out, in order. */
export function sendWaiting(own: Own, now: Instant): void {
  own.queuedBytes = 0;
  for (const item of own.queue.splice(0)) send(own, now, item);
}

function send(own: Own, now: Instant, item: Waiting): void {
  writeBytes(own, item.bytes);
  note(own, now, item.to);
  own.keepAliveAt = now + own.timers.keepAlive;
  if (item.silent) return;
  const { context } = item;
  own.outputs.push({ kind: 'fate', context, fate: 'sent', willAcknowledge: false });
}

/** Remembers whom to tell of when the connection is lost, and forgets who is sure by now. */
function note(own: Own, now: Instant, to: string): void {
  const { written, timers, limits } = own;
  if (to !== own.lastWritten) written.delete(to);
  own.lastWritten = to;
  written.set(to, now);
  for (const [domain, at] of written) {
    if (now - at <= timers.unsure && written.size <= limits.writtenDomains) return;
    written.delete(domain);
  }
}

/** What waited too long is told, and why the server was not there. */
export function expire(own: Own, now: Instant): void {
  const text = own.failure?.text ?? WAITED.text;
  for (let item = own.queue[0]; item !== undefined && now >= item.deadline; item = own.queue[0]) {
    own.queue.shift();
    own.queuedBytes -= item.bytes.length;
    tellFailed(own, item, { reason: WAITED.reason, text });
  }
}

/** Everyone who waits is told. */
export function failWaiting(own: Own, failure: Failure): void {
  own.queuedBytes = 0;
  for (const item of own.queue.splice(0)) tellFailed(own, item, failure);
}

/** The domains that something waits to be sent to, in A-labels. */
export function waitingFor(own: Own): readonly string[] {
  return [...new Set(own.queue.map(({ to }) => to))];
}

/** Everyone who waits for a domain is told. */
export function failFor(own: Own, domain: string, failure: Failure): void {
  for (const item of own.queue.splice(0)) {
    if (item.to !== domain) own.queue.push(item);
    else {
      own.queuedBytes -= item.bytes.length;
      tellFailed(own, item, failure);
    }
  }
}

/** One stanza is not handed over. */
export function tellFailed(own: Own, item: Waiting, failure: Failure): void {
  if (item.silent) return;
  const fate: XmppOutput = { kind: 'fate', context: item.context, fate: 'failed', ...failure };
  own.outputs.push(fate);
}

const QUEUE_FULL: Failure = { reason: 'overload', text: 'Too many stanzas wait for the server.' };
const WAITED: Failure = { reason: 'expired', text: 'The server did not take us in time.' };
