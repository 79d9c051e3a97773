// The connecting end of XEP-0114, without sockets or clock: one domain that sits behind an XMPP server, with the inputs,
// outputs and events of an `XmppEndpoint`, so that a host drives either. It calls the one server it was told, again
// when the connection is lost. There is no TLS: the server and the way to it are trusted with everything.
import { encodeUtf8 } from './bytes.ts';
import {
  deliver,
  expire,
  failFor,
  failWaiting,
  tellFailed,
  waitingFor,
} from './component/queue.ts';
import {
  type ComponentOptions,
  type ComponentState,
  type Failure,
  finishClosing,
  newOwn,
  type Own,
  type Waiting,
  write,
} from './component/record.ts';
import { greet, lose, runOut, takeBytes } from './component/talk.ts';
import type { StanzaCommand, StanzaNeed, XmppInput, XmppOutput } from './endpoint/io.ts';
import { NS } from './namespaces.ts';
import type { Instant, Machine } from './server-link.ts';
import { writeStanza } from './stanza.ts';
import { CLOSING_TAG } from './stream/markup.ts';
import { element, type XmlElement } from './xml/element.ts';

/**
 * A domain behind an XMPP server. A new one is due at once: its first tick calls the server. `sent` is said when the
 * stanza was written to a stream that the server has taken; what the server had not yet read when the connection was
 * lost is gone, and never written again; `link-lost` names the domains it may have been for. Stanzas that come are from whom the server says (proof `component`).
 * @spec XEP-0114 §3
 */
export class XmppComponent implements Machine<XmppInput, XmppOutput> {
  readonly #own: Own;

  /** Throws `MisuseError` for a name that is no domain, or an empty secret. */
  constructor(options: ComponentOptions) {
    this.#own = newOwn(options);
  }

  receive(now: Instant, input: XmppInput): void {
    const own = this.#own;
    expire(own, now);
    take(own, now, input);
    if (own.state === 'resting' && now >= own.retryAt) call(own, now);
  }

  next(): XmppOutput | undefined {
    return this.#own.outputs.shift();
  }

  get wakeAt(): Instant {
    const { state, retryAt, deadline, keepAliveAt, queue } = this.#own;
    if (state === 'closed') return Infinity;
    const due = Math.min(deadline, keepAliveAt, queue[0]?.deadline ?? Infinity);
    return state === 'resting' ? Math.min(due, retryAt) : due;
  }

  /** Where it stands; stanzas go out at once when `ready`. */
  get state(): ComponentState {
    return this.#own.state;
  }

  /** How many stanzas wait for the server. */
  get queued(): number {
    return this.#own.queue.length;
  }
}

function take(own: Own, now: Instant, input: XmppInput): void {
  switch (input.kind) {
    case 'connected':
      return takeConnected(own, now, input);
    case 'connect-failed':
      if (own.state !== 'connecting' || input.connect !== own.connect) return;
      return lose(own, now, input.text ?? `The connection failed: ${input.reason}.`);
    case 'bytes':
      return isCurrent(own, input.stream) ? takeBytes(own, now, input.bytes) : undefined;
    case 'closed':
      return isCurrent(own, input.stream) ? takeClosed(own, now, input.reason) : undefined;
    case 'stanza':
      return takeCommand(own, now, input);
    case 'review':
      return review(own);
    case 'part':
      return input.ours === own.name.ascii ? failFor(own, input.theirs, PARTED) : undefined;
    case 'tick':
      return tick(own, now);
    case 'close':
      return close(own, now);
    case 'accepted':
      return void own.outputs.push({ kind: 'disconnect', stream: input.stream });
    case 'secured':
    case 'tls-failed':
    case 'located':
    case 'handled':
      return undefined; // answers to what a component never asks for
  }
}

function isCurrent(own: Own, stream: string): boolean {
  return stream !== '' && stream === own.stream;
}

function call(own: Own, now: Instant): void {
  own.serial += 1;
  own.connect = `c${own.serial}`;
  own.state = 'connecting';
  own.remote = own.server;
  own.deadline = now + own.timers.connect;
  const target = { ...own.server, direct: false };
  const { ascii: name } = own.name;
  own.outputs.push({ kind: 'connect', connect: own.connect, local: name, domain: name, target });
}

/** A connection stands; one that nobody waits for any more is given back. */
function takeConnected(
  own: Own,
  now: Instant,
  input: XmppInput & { readonly kind: 'connected' },
): void {
  const { stream, remote } = input;
  if (own.state !== 'connecting' || input.connect !== own.connect)
    return void own.outputs.push({ kind: 'disconnect', stream });
  own.stream = stream;
  own.remote = remote;
  greet(own, now);
}

/** The connection is gone, so there is nothing left to end. */
function takeClosed(own: Own, now: Instant, reason: string | undefined): void {
  own.isGone = true;
  lose(own, now, reason ?? 'The connection to the server was lost.');
}

/** Deliver this, or say why not. @spec XEP-0114 §3 */
function takeCommand(own: Own, now: Instant, command: StanzaCommand): void {
  const { from, to, context, need } = command;
  const bytes = encodeUtf8(writeStanza(addressed(command), NS.component));
  const deadline = now + own.timers.queue;
  const isPresence = command.element.name === 'presence';
  const item: Waiting = {
    bytes,
    to: to.asciiDomain,
    context,
    silent: false,
    isPresence,
    deadline,
  };
  const { ascii } = own.name;
  if (own.state === 'closing' || own.state === 'closed') return tellFailed(own, item, CLOSING);
  if (from.asciiDomain !== ascii || to.asciiDomain === ascii)
    return tellFailed(own, item, NOT_OURS);
  if (need !== undefined) return tellFailed(own, item, UNMET[need]);
  if (bytes.length > own.limits.sentBytes) return tellFailed(own, item, TOO_LARGE);
  deliver(own, now, item);
}

/** What goes out carries the addresses of the command. @spec XEP-0114 §3 */
function addressed({ element: stanza, from, to }: StanzaCommand): XmlElement {
  const { attrs } = stanza;
  if (attrs['from'] === from.full && attrs['to'] === to.full) return stanza;
  const own = { ...attrs, from: from.full, to: to.full };
  return element(stanza.name, stanza.ns, own, stanza.children);
}

/** The one stream is shared by all and no pair's: what there is between two domains is what waits. */
function review(own: Own): void {
  const { ascii: ours } = own.name;
  const pairs = waitingFor(own).map((theirs) => ({ ours, theirs }));
  own.outputs.push({ kind: 'links', pairs });
}

/** Deadlines, and the blank that keeps the connection awake. @spec RFC 6120 §4.6.1 */
function tick(own: Own, now: Instant): void {
  if (now >= own.deadline) return runOut(own, now);
  if (now < own.keepAliveAt) return;
  write(own, ' ');
  own.keepAliveAt = now + own.timers.keepAlive;
}

/** Everyone who waits is told; a stream that stands is closed as streams are. @spec RFC 6120 §4.4 */
function close(own: Own, now: Instant): void {
  if (own.state === 'closing' || own.state === 'closed') return;
  failWaiting(own, CLOSING);
  if (own.stream === '') return finishClosing(own);
  own.state = 'closing';
  own.deadline = now + own.timers.closing;
  own.keepAliveAt = Infinity;
  write(own, CLOSING_TAG);
}

const CLOSING: Failure = { reason: 'closed', text: 'The component is closing.' };
const NOT_OURS: Failure = {
  reason: 'policy',
  text: 'A component sends from its own domain, and to others.',
};
const PARTED: Failure = { reason: 'policy', text: 'The two domains may not talk any more.' };
/** Nothing that may be asked of a stream is had here. */
const UNMET: Readonly<{ [need in StanzaNeed]: Failure }> = {
  certificate: {
    reason: 'certificate',
    text: 'Behind a server no domain is proved by a certificate.',
  },
  tls: { reason: 'policy', text: 'The stream to the server is not encrypted.' },
};
const TOO_LARGE: Failure = { reason: 'policy', text: 'The stanza is too large.' };
