// All server-to-server streams of some domains, without sockets, DNS or clock: RFC 6120 §3 and §10, XEP-0220, XEP-0178.
// One `receive`, then `next` until undefined, then wait for input or `wakeAt`. Links (a pair of domains, outbound)
// and streams share no state but endpoint/board.ts; each stream is a machine of its own (stream/stream.ts).
// Not here: what a stanza means, whether the pair may talk, TLS itself.
import { utf8Length } from './bytes.ts';
import {
  type Board,
  earliest,
  feed,
  type Held,
  type Kept,
  type Queued,
  wakeBy,
} from './endpoint/board.ts';
import { accept, leave, takeClaimed, takeRefused, takeStanza } from './endpoint/inbound.ts';
import type { StanzaCommand, XmppEndpointOptions, XmppInput, XmppOutput } from './endpoint/io.ts';
import { DEFAULT_XMPP_LIMITS, DEFAULT_XMPP_TIMERS } from './endpoint/limits.ts';
import { forgetCallBacks, linkFor } from './endpoint/link.ts';
import {
  deliver,
  failLink,
  leaveWay,
  sendByWay,
  sendWaiting,
  takeConnected,
  takeConnectFailed,
  takeEnded,
  takeLocated,
  takeProved,
  takeUnproved,
  takeWay,
  tellFailed,
  tickLink,
} from './endpoint/outbound.ts';
import { pairsOf, part } from './endpoint/parting.ts';
import {
  forgetKept,
  releaseSession,
  sessionFor,
  takeHandled,
  takeManaged,
  tellAcknowledged,
  tellUnacknowledged,
  tickSessions,
} from './endpoint/sessions.ts';
import {
  beginVerification,
  dropVerifications,
  takeVerified,
  tickVerifications,
} from './endpoint/verifications.ts';
import { closeWays, linksBy } from './endpoint/ways.ts';
import { NS } from './namespaces.ts';
import { DEFAULT_LINK_RULES, type Instant, type Machine } from './server-link.ts';
import { writeStanza } from './stanza.ts';
import { dialbackKeys } from './stream/dialback.ts';
import { domainOf } from './stream/domain.ts';
import type { StreamInput, StreamOutput } from './stream/io.ts';
import { element, type XmlElement } from './xml/element.ts';

/** Counts of what an endpoint holds at the moment; all zero when nobody speaks and nothing waits. */
export interface XmppCounts {
  readonly links: number;
  readonly streams: number;
  readonly inbound: number;
  readonly unproved: number;
  readonly verifications: number;
  readonly queued: number;
  /** Stanzas that were written and that the peer may still acknowledge. @spec XEP-0198 §4 */
  readonly unacknowledged: number;
  /** Sessions of stream management without a stream. @spec XEP-0198 §5 */
  readonly resumable: number;
}

/** The machine a host drives: opens, answers, proves and closes streams. @spec RFC 6120 §4; XEP-0220 §2 */
export class XmppEndpoint implements Machine<XmppInput, XmppOutput> {
  readonly #board: Board;

  constructor(options: XmppEndpointOptions) {
    this.#board = newBoard(options);
  }

  receive(now: Instant, input: XmppInput): void {
    const board = this.#board;
    board.now = now;
    take(board, now, input);
    performAll(board, now);
    while (board.fates.length > 0) board.outputs.push(...board.fates.splice(0, 64));
    finishClosing(board);
  }

  next(): XmppOutput | undefined {
    return this.#board.outputs.shift();
  }

  get wakeAt(): Instant {
    const { links, streams, verifications, kept, closing } = this.#board;
    const isIdle =
      links.size === 0 && streams.size === 0 && verifications.size === 0 && kept.size === 0;
    return isIdle && closing !== 'draining' ? Infinity : this.#board.wakeAt;
  }

  /** What is held at the moment. */
  get counts(): XmppCounts {
    const { links, streams, inbound, unproved, verifications, sessions } = this.#board;
    let queued = 0;
    for (const link of links.values()) queued += link.queue.length;
    return {
      links: links.size,
      streams: streams.size,
      inbound,
      unproved: unproved.size,
      verifications: verifications.size,
      queued,
      ...countSessions(sessions),
    };
  }
}

function countSessions(
  sessions: ReadonlyMap<string, Kept>,
): Pick<XmppCounts, 'unacknowledged' | 'resumable'> {
  let unacknowledged = 0;
  let resumable = 0;
  for (const { session, held } of sessions.values()) {
    unacknowledged += session.unacknowledged.length;
    if (held === undefined) resumable += 1;
  }
  return { unacknowledged, resumable };
}

function newBoard(options: XmppEndpointOptions): Board {
  const { digest, drawToken, judge, domains } = options;
  const limits = { ...DEFAULT_XMPP_LIMITS, ...options.limits };
  const timers = { ...DEFAULT_XMPP_TIMERS, ...options.timers };
  const rulesFor = options.rules ?? (() => DEFAULT_LINK_RULES);
  const keys = dialbackKeys(digest, options.secret);
  const rules = (partner: string | undefined) => rulesFor(partner ?? '');
  const { acknowledge = 'taken' } = options;
  const own = {
    drawToken,
    digest,
    keys,
    judge,
    rules,
    hosts: domains,
    limits,
    timers,
    acknowledge,
  };
  const board: Board = {
    with: { ...own, resume: (id, ours, theirs) => sessionFor(board, id, ours, theirs) },
    limits,
    timers,
    random: options.random ?? (() => 0.5),
    outputs: [],
    fates: [],
    fed: [],
    links: new Map(),
    connecting: new Map(),
    locating: new Map(),
    streams: new Map(),
    verifications: new Map(),
    unproved: new Map(),
    callers: new Map(),
    proved: new Map(),
    carriers: new Map(),
    claims: new Map(),
    callBacks: new Map(),
    ways: new Map(),
    sessions: new Map(),
    kept: new Map(),
    inbound: 0,
    now: 0,
    serial: 0,
    closing: 'no',
    closeBy: Infinity,
    wakeAt: Infinity,
  };
  return board;
}

function take(board: Board, now: Instant, input: XmppInput): void {
  switch (input.kind) {
    case 'bytes':
      return feedStream(board, now, input.stream, { kind: 'bytes', bytes: input.bytes });
    case 'secured':
      return feedStream(board, now, input.stream, { kind: 'secured', presented: input.presented });
    case 'tls-failed':
      return feedStream(board, now, input.stream, { kind: 'tls-failed', text: input.text });
    case 'closed':
      return lose(board, now, input.stream, input.reason);
    case 'accepted':
      return accept(board, now, input);
    case 'connected':
      if (takeConnected(board, now, input) === undefined)
        board.outputs.push({ kind: 'disconnect', stream: input.stream });
      return;
    case 'connect-failed':
      return takeConnectFailed(board, now, input.connect, input.reason, input.text);
    case 'located':
      return takeLocated(board, now, input.domain, input.targets);
    case 'stanza':
      return takeCommand(board, now, input);
    case 'handled':
      return takeHandled(board, now, input.receipt);
    case 'review':
      return void board.outputs.push({ kind: 'links', pairs: pairsOf(board) });
    case 'part':
      return part(board, now, input);
    case 'tick':
      return tick(board, now);
    case 'close':
      return close(board, now);
  }
}

function feedStream(board: Board, now: Instant, id: string, input: StreamInput): void {
  const held = board.streams.get(id);
  if (held !== undefined) feed(board, now, held, input);
}

function lose(board: Board, now: Instant, id: string, reason: string | undefined): void {
  const held = board.streams.get(id);
  if (held === undefined) return;
  held.isGone = true;
  feed(board, now, held, { kind: 'lost', text: reason ?? 'The connection was lost.' });
}

/** Deliver this, or say why not. */
function takeCommand(board: Board, now: Instant, command: StanzaCommand): void {
  const { from, to, context, need } = command;
  const text = writeStanza(addressed(command), NS.server);
  const deadline = now + board.timers.queue;
  const bytes = utf8Length(text);
  const isPresence = command.element.name === 'presence';
  const item: Queued = { text, bytes, context, need, silent: false, isPresence, deadline };
  const { hosts } = board.with;
  if (board.closing !== 'no') return tellFailed(board, item, CLOSING);
  if (!hosts(from.asciiDomain) || hosts(to.asciiDomain)) return tellFailed(board, item, NOT_OURS);
  if (bytes > board.limits.sentBytes) return tellFailed(board, item, TOO_LARGE);
  const link = linkFor(board, domainOf(from), domainOf(to));
  if (link === undefined) tellFailed(board, item, TOO_MANY);
  else deliver(board, now, link, item);
}

/** What goes out carries the addresses of the command. @spec RFC 6120 §8.1.1.2, §8.1.2.2 */
function addressed(command: StanzaCommand): XmlElement {
  const { element: stanza, from, to } = command;
  const { attrs } = stanza;
  if (attrs['from'] === from.full && attrs['to'] === to.full) return stanza;
  const own = { ...attrs, from: from.full, to: to.full };
  return element(stanza.name, stanza.ns, own, stanza.children);
}

function tick(board: Board, now: Instant): void {
  for (const held of board.streams.values())
    if (now >= held.stream.wakeAt) feed(board, now, held, { kind: 'tick' });
  performAll(board, now);
  for (const link of board.links.values()) tickLink(board, now, link);
  tickVerifications(board, now);
  tickSessions(board, now);
  forgetCallBacks(board, now);
  performAll(board, now);
  if (board.closing === 'draining' && now >= board.closeBy)
    for (const held of board.streams.values())
      feed(board, now, held, { kind: 'lost', text: 'Closing.' });
  performAll(board, now);
  board.wakeAt = earliest(board);
}

/** What streams have to say, until all are silent. */
function performAll(board: Board, now: Instant): void {
  for (let held = board.fed.shift(); held !== undefined; held = board.fed.shift()) {
    for (let said = held.stream.next(); said !== undefined; said = held.stream.next())
      perform(board, now, held, said);
    wakeBy(board, held.stream.wakeAt);
  }
}

function perform(board: Board, now: Instant, held: Held, said: StreamOutput): void {
  const { id: stream, remote, link } = held;
  switch (said.kind) {
    case 'send':
      return void (held.isGone || board.outputs.push({ kind: 'send', stream, bytes: said.bytes }));
    case 'start-tls': {
      const { role, domain } = said;
      const local = role === 'server' ? domain : (link?.from.ascii ?? '');
      return void board.outputs.push({ kind: 'start-tls', stream, role, domain, local });
    }
    case 'disconnect':
      return drop(board, now, held);
    case 'proved':
      if (link !== undefined) return takeProved(board, now, link, held);
      takeClaimed(board, now, held, said.from, said.to);
      return takeWay(board, now, held, said.to, said.from);
    case 'unproved':
      return link === undefined ? undefined : takeUnproved(board, now, link, said.verdict);
    case 'claim':
      return beginVerification(board, now, held, said.request);
    case 'verified':
      return takeVerified(board, now, said.request, said.verdict);
    case 'managed':
      return takeManaged(board, held, said.session);
    case 'acknowledged':
      tellAcknowledged(board, said.tags);
      if (link !== undefined) return sendWaiting(board, now, link, held);
      for (const each of linksBy(board, held)) sendByWay(board, now, each);
      return;
    case 'unacknowledged':
      return tellUnacknowledged(board, said.tags);
    case 'stanza':
      return takeStanza(board, now, held, said);
    case 'refused-stanza':
      return takeRefused(board, now, held, said);
    case 'refused-peer': {
      const { domain, judgement } = said;
      return void board.outputs.push({ kind: 'refused-peer', domain, remote, judgement });
    }
    case 'fault':
      return void board.outputs.push({ kind: 'fault', fault: said.fault, stream, remote });
    case 'ended':
      if (link !== undefined) return takeEnded(board, now, link, said);
      for (const each of closeWays(board, held, said.text)) leaveWay(board, now, each);
      return dropVerifications(board, now, held);
  }
}

/** The stream is over and the connection with it. */
function drop(board: Board, now: Instant, held: Held): void {
  board.streams.delete(held.id);
  if (held.isInbound) leave(board, held);
  dropVerifications(board, now, held);
  releaseSession(board, now, held);
  if (!held.isGone) board.outputs.push({ kind: 'disconnect', stream: held.id });
}

/** No more stanzas in or out; streams say goodbye, everyone who waits is told. */
function close(board: Board, now: Instant): void {
  if (board.closing !== 'no') return;
  board.closing = 'draining';
  board.closeBy = now + board.timers.draining;
  wakeBy(board, board.closeBy);
  for (const held of board.streams.values()) feed(board, now, held, { kind: 'close' });
  performAll(board, now);
  for (const link of board.links.values()) failLink(board, now, link, CLOSING);
  forgetKept(board);
}

function finishClosing(board: Board): void {
  if (board.closing !== 'draining' || board.streams.size > 0) return;
  board.closing = 'closed';
  board.links.clear();
  board.verifications.clear();
  board.outputs.push({ kind: 'closed' });
}

const CLOSING = { reason: 'closed', text: 'The endpoint is closing.' } as const;
const NOT_OURS = {
  reason: 'policy',
  text: 'The sender must be of a domain served here, and the recipient of another.',
} as const;
const TOO_LARGE = { reason: 'policy', text: 'The stanza is larger than is sent.' } as const;
const TOO_MANY = { reason: 'overload', text: 'Too many pairs of domains are in use.' } as const;
