// The inbound half: streams that peers opened, within bounds, and the stanzas they bring. RFC 6120 §8.1.2, §8.3.1.
// What they prove, and how, is ../stream/answer.ts.
import { type Fault, isFault, stanzaFault, streamFault } from '../fault.ts';
import type { Jid } from '../jid.ts';
import { NS } from '../namespaces.ts';
import type { Instant, LinkFacts, Remote } from '../server-link.ts';
import { errorReply } from '../stanza-error.ts';
import { parseStanza, writeStanza } from '../stanza.ts';
import { domainName, domainOf } from '../stream/domain.ts';
import type { StreamOutput } from '../stream/io.ts';
import { XmppStream } from '../stream/stream.ts';
import { element, type XmlElement } from '../xml/element.ts';
import { type Board, feed, type Held } from './board.ts';
import type { XmppInput } from './io.ts';
import { linkFor } from './link.ts';
import { deliver } from './outbound.ts';

/** A peer has connected. */
export function accept(
  board: Board,
  now: Instant,
  input: XmppInput & { readonly kind: 'accepted' },
): void {
  const { stream: id, remote } = input;
  const unproved = board.unproved.get(remote.address) ?? 0;
  const crowded = board.inbound >= board.limits.inbound;
  if (crowded || unproved >= board.limits.unprovedPerAddress || board.closing !== 'no')
    return turnAway(board, id, remote);
  const end = { role: 'receiver', direct: input.direct === true } as const;
  const stream = new XmppStream(end, board.with);
  const held: Held = {
    id,
    remote,
    stream,
    link: undefined,
    isInbound: true,
    countsUnproved: true,
    isGone: false,
  };
  board.streams.set(id, held);
  board.inbound += 1;
  board.unproved.set(remote.address, unproved + 1);
  feed(board, now, held, { kind: 'start' });
}

function turnAway(board: Board, stream: string, remote: Remote): void {
  const fault = board.closing === 'no' ? CROWDED : CLOSING;
  board.outputs.push({ kind: 'fault', fault, stream, remote }, { kind: 'disconnect', stream });
}

/** A stream that is proved does not count against its address any more. */
export function countProved(board: Board, held: Held): void {
  if (!held.countsUnproved) return;
  held.countsUnproved = false;
  const left = (board.unproved.get(held.remote.address) ?? 1) - 1;
  if (left > 0) board.unproved.set(held.remote.address, left);
  else board.unproved.delete(held.remote.address);
}

/** A stanza whose sender is proved: to the host, or back to the sender with an error. */
export function takeStanza(
  board: Board,
  now: Instant,
  held: Held,
  said: StreamOutput & { readonly kind: 'stanza' },
): void {
  const { from, to } = said;
  const stanza = isFault(to) ? malformed(to) : parseStanza(said.element, langOf(held));
  if (!isFault(stanza) && !isFault(to)) {
    const link = factsOf(held, said.proof);
    board.outputs.push({ kind: 'stanza', stanza, from, to, link });
  } else if (isFault(stanza)) refuse(board, now, held, said.element, from, stanza);
}

function langOf(held: Held): { readonly lang?: string } {
  return held.stream.lang === undefined ? {} : { lang: held.stream.lang };
}

function factsOf(held: Held, proof: LinkFacts['proof']): LinkFacts {
  const { id: stream, remote } = held;
  const { tls, judgement } = held.stream;
  if (proof === 'dialback' || judgement === undefined) return { proof, tls, remote, stream };
  return { proof, tls, remote, stream, certificate: judgement.certificate };
}

/** A user's slip must not cut the link that everyone shares. @spec RFC 6120 §8.3.3.8 */
function malformed(to: Fault): Fault {
  return stanzaFault('bad-jid', 'jid-malformed', 'modify', 'RFC 6120 §8.3.3.8', to.text, 'to');
}

function refuse(
  board: Board,
  now: Instant,
  held: Held,
  stanza: XmlElement,
  from: Jid,
  fault: Fault,
): void {
  board.outputs.push({ kind: 'fault', fault, stream: held.id, remote: held.remote });
  if (fault.answer.kind === 'stream-error')
    feed(board, now, held, { kind: 'close', condition: fault.answer.condition });
  else bounce(board, now, held, stanza, from, fault);
}

/** Answers with an error, on our own stream to the sender's domain; nobody waits for its fate. */
function bounce(
  board: Board,
  now: Instant,
  held: Held,
  stanza: XmlElement,
  from: Jid,
  fault: Fault,
): void {
  const reply = errorReply(stanza, fault);
  const called = domainName(stanza.attrs['to']?.replace(LOCAL_AND_RESOURCE, ''));
  const isOurs = called !== undefined && board.with.hosts(called.ascii);
  const ours = isOurs ? called : held.stream.ours;
  if (reply === undefined || ours === undefined) return;
  const link = linkFor(board, ours, domainOf(from));
  const attrs = { ...reply.attrs, from: ours.text };
  const text = writeStanza(element(reply.name, reply.ns, attrs, reply.children), NS.server);
  const deadline = now + board.timers.queue;
  const item = {
    text,
    bytes: text.length,
    context: undefined,
    need: undefined,
    silent: true,
    deadline,
  };
  if (link !== undefined) deliver(board, now, link, item);
}

const LOCAL_AND_RESOURCE = /^[^@/]*@|\/.*$/gs;
const CROWDED = streamFault(
  'resource-constraint',
  'resource-constraint',
  'RFC 6120 §13.12',
  'Too many streams are open, or too many unproved ones from this address.',
);
const CLOSING = streamFault(
  'system-shutdown',
  'system-shutdown',
  'RFC 6120 §4.9.3.20',
  'A connection came while the endpoint was closing.',
);
