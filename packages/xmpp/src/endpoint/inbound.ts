// The inbound half: streams that peers opened, within bounds, and the stanzas they bring. RFC 6120 §8.1.2, §8.3.1.
// What they prove, and how, is ../stream/answer.ts.
import { utf8Length } from '../bytes.ts';
import { type Fault, isFault, streamFault } from '../fault.ts';
import { NS } from '../namespaces.ts';
import type { Instant, LinkFacts, Remote } from '../server-link.ts';
import { errorReply } from '../stanza-error.ts';
import { stanzaOf, writeStanza } from '../stanza.ts';
import { type DomainName, domainOf, pairKey } from '../stream/domain.ts';
import type { StreamOutput } from '../stream/io.ts';
import { XmppStream } from '../stream/stream.ts';
import { element, type XmlElement } from '../xml/element.ts';
import { type Board, count, feed, type Held, type Queued } from './board.ts';
import type { XmppInput } from './io.ts';
import { linkFor } from './link.ts';
import { networkOf } from './network.ts';
import { deliver } from './outbound.ts';
import { receiptOf } from './sessions.ts';

/** A peer has connected; a name that is taken already is no other connection. */
export function accept(
  board: Board,
  now: Instant,
  input: XmppInput & { readonly kind: 'accepted' },
): void {
  const { stream: id, remote } = input;
  if (board.streams.has(id)) return;
  const network = networkOf(remote.address);
  if (isCrowded(board, network) || board.closing !== 'no') return turnAway(board, id, remote);
  const end = { role: 'receiver', direct: input.direct === true } as const;
  const stream = new XmppStream(end, board.with);
  const held: Held = {
    id,
    remote,
    stream,
    link: undefined,
    isInbound: true,
    network,
    countsUnproved: true,
    proved: new Set(),
    ways: new Map(),
    isGone: false,
  };
  board.streams.set(id, held);
  board.inbound += 1;
  count(board.callers, network, 1);
  count(board.unproved, network, 1);
  feed(board, now, held, { kind: 'start' });
}

function isCrowded(board: Board, network: string): boolean {
  const { inbound, inboundPerAddress, unprovedPerAddress } = board.limits;
  if (board.inbound >= inbound) return true;
  if ((board.callers.get(network) ?? 0) >= inboundPerAddress) return true;
  return (board.unproved.get(network) ?? 0) >= unprovedPerAddress;
}

function turnAway(board: Board, stream: string, remote: Remote): void {
  const fault = board.closing === 'no' ? CROWDED : CLOSING;
  board.outputs.push({ kind: 'fault', fault, stream, remote }, { kind: 'disconnect', stream });
}

/** A peer has proved a domain; one that has too many streams loses the new one. @spec RFC 6120 §4.9.3.17 */
export function takeClaimed(
  board: Board,
  now: Instant,
  held: Held,
  domain: DomainName,
  ours: DomainName,
): void {
  countProved(board, held);
  if (!held.isInbound) return;
  carry(board, held, pairKey(domain, ours));
  if (held.proved.has(domain.ascii)) return;
  if ((board.proved.get(domain.ascii) ?? 0) < board.limits.inboundPerDomain) {
    held.proved.add(domain.ascii);
    return count(board.proved, domain.ascii, 1);
  }
  const { id: stream, remote } = held;
  board.outputs.push({ kind: 'fault', fault: CROWDED, stream, remote });
  feed(board, now, held, { kind: 'close', condition: 'resource-constraint' });
}

function carry(board: Board, held: Held, pair: string): void {
  const others = board.carriers.get(pair);
  if (others === undefined) board.carriers.set(pair, new Set([held]));
  else others.add(held);
}

/** A stream of a peer is over. */
export function leave(board: Board, held: Held): void {
  board.inbound -= 1;
  count(board.callers, held.network, -1);
  countProved(board, held);
  for (const domain of held.proved) count(board.proved, domain, -1);
  for (const pair of held.stream.pairKeys) {
    const carriers = board.carriers.get(pair);
    carriers?.delete(held);
    if (carriers?.size === 0) board.carriers.delete(pair);
  }
}

/** A stream that is proved does not count against its address any more. */
function countProved(board: Board, held: Held): void {
  if (!held.countsUnproved) return;
  held.countsUnproved = false;
  count(board.unproved, held.network, -1);
}

/** A stanza whose sender is proved: to the host, or back to the sender with an error. */
export function takeStanza(
  board: Board,
  now: Instant,
  held: Held,
  said: StreamOutput & { readonly kind: 'stanza' },
): void {
  const { element, from, to, proof } = said;
  if (held.link !== undefined) held.link.idleAt = now + board.timers.idle;
  const stanza = stanzaOf(element, from, to, held.stream.lang);
  if (isFault(stanza)) {
    const back = { element, from: domainOf(from), to: domainOf(to), fault: stanza };
    refuse(board, now, held, back, to.full);
    if (said.number !== undefined) feed(board, now, held, { kind: 'handled', number: said.number });
  } else {
    const receipt = receiptOf(held, said.number);
    const link = factsOf(held, proof);
    board.outputs.push({ kind: 'stanza', stanza, from, to, link, receipt });
  }
}

/** A stanza from or to what is no address; there is nobody but our domain to answer it. */
export function takeRefused(
  board: Board,
  now: Instant,
  held: Held,
  said: StreamOutput & { readonly kind: 'refused-stanza' },
): void {
  refuse(board, now, held, said, said.to.text);
}

function factsOf(held: Held, proof: LinkFacts['proof']): LinkFacts {
  const { id: stream, remote } = held;
  const { tls, judgement } = held.stream;
  if (proof === 'dialback' || judgement === undefined) return { proof, tls, remote, stream };
  return { proof, tls, remote, stream, certificate: judgement.certificate };
}

/** A stanza that is not taken, and the domains it was between. */
interface Refused {
  readonly element: XmlElement;
  readonly from: DomainName;
  readonly to: DomainName;
  readonly fault: Fault;
}

/** Tells the host, and the sender by an error on our own stream to its proved domain. @spec RFC 6120 §8.3.1 */
function refuse(board: Board, now: Instant, held: Held, refused: Refused, speaker: string): void {
  const { element: stanza, from, to, fault } = refused;
  board.outputs.push({ kind: 'fault', fault, stream: held.id, remote: held.remote });
  const reply = errorReply(stanza, fault);
  const link = reply && linkFor(board, to, from);
  if (reply === undefined || link === undefined) return;
  const attrs = { ...reply.attrs, from: speaker };
  const answer = element(reply.name, reply.ns, attrs, reply.children);
  deliver(board, now, link, unattended(answer, now + board.timers.queue));
}

/** Nobody waits for the fate of an error of our own. */
function unattended(answer: XmlElement, deadline: Instant): Queued {
  const text = writeStanza(answer, NS.server);
  const bytes = utf8Length(text);
  const isPresence = answer.name === 'presence';
  const [context, need] = [undefined, undefined];
  return { text, bytes, context, need, silent: true, isPresence, deadline };
}

const CROWDED = streamFault(
  'resource-constraint',
  'resource-constraint',
  'RFC 6120 §13.12',
  'Too many streams are open, in all, from this address or network, or for this domain.',
);
const CLOSING = streamFault(
  'system-shutdown',
  'system-shutdown',
  'RFC 6120 §4.9.3.20',
  'A connection came while the endpoint was closing.',
);
