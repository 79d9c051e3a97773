// What is said on the stream of a component: header, handshake, stanzas, errors, closing tags. XEP-0114 §3, RFC 6120
// §4.4 and §4.9. When the server is called, and what waits for it, is ../component.ts and queue.ts.
import { encodeUtf8 } from '../bytes.ts';
import { type Fault, isFault, streamFault } from '../fault.ts';
import { Jid } from '../jid.ts';
import { NS } from '../namespaces.ts';
import type { Instant, LinkFacts } from '../server-link.ts';
import { errorReply } from '../stanza-error.ts';
import { stanzaOf, writeStanza } from '../stanza.ts';
import { readStreamError, streamErrorText } from '../stream/conditions.ts';
import { domainName } from '../stream/domain.ts';
import { faultNamed } from '../stream/faults.ts';
import { attribute, CLOSING_TAG } from '../stream/markup.ts';
import { element, type XmlElement } from '../xml/element.ts';
import type { StreamOpen, XmlEvent } from '../xml/tree-reader.ts';
import { deliver, failWaiting, sendWaiting } from './queue.ts';
import { type Own, rest, tell, write } from './record.ts';

/** Our header; its `to` is our own name. @spec XEP-0114 §3 */
export function greet(own: Own, now: Instant): void {
  own.state = 'header';
  own.unproved = 0;
  own.deadline = now + own.timers.negotiation;
  const to = attribute('to', own.name.text);
  const spaces = `xmlns='${NS.component}' xmlns:stream='${NS.streams}'`;
  write(own, `<?xml version='1.0'?><stream:stream ${spaces}${to}>`);
}

/** Reads on; what waits goes out after all that came is read, unless the server left with it. */
export function takeBytes(own: Own, now: Instant, bytes: Uint8Array): void {
  if (!own.isTaken) own.unproved += bytes.length;
  const { reader, stream } = own;
  reader.push(bytes);
  while (own.stream === stream) {
    const event = reader.next();
    if (event === undefined) break;
    readEvent(own, now, event);
  }
  if (own.state === 'ready') return sendWaiting(own, now);
  if (own.stream === stream && !own.isTaken && own.unproved > own.limits.unprovedBytes)
    fail(own, now, faultNamed('too-much-unproved'));
}

function readEvent(own: Own, now: Instant, event: XmlEvent): void {
  if (event.kind === 'fault') fail(own, now, event);
  else if (event.kind === 'stream-open') readHeader(own, now, event);
  else if (event.kind === 'stream-close') hearClose(own, now);
  else takeElement(own, now, event.element);
}

/** A server that refuses our name may answer without an id; the error comes next. @spec XEP-0114 §3 */
function readHeader(own: Own, now: Instant, open: StreamOpen): void {
  if (open.name !== 'stream' || open.ns !== NS.streams)
    return fail(own, now, faultNamed('not-a-stream'));
  if (own.state === 'closing') return;
  if (open.defaultNs !== NS.component) return fail(own, now, WRONG_NAMESPACE);
  const { id, from } = open.attrs;
  own.lang = open.attrs['xml:lang'];
  const isOurs = from === undefined || domainName(from)?.ascii === own.name.ascii;
  if (id === undefined || id === '' || !isOurs) own.state = 'doomed';
  else shakeHands(own, id);
}

/** @spec XEP-0114 §3 */
function shakeHands(own: Own, id: string): void {
  own.state = 'handshake';
  write(own, `<handshake>${own.digest.sha1(id + own.secret)}</handshake>`);
}

function takeElement(own: Own, now: Instant, el: XmlElement): void {
  if (el.ns === NS.streams && el.name === 'error') return hearError(own, now, el);
  if (own.state === 'doomed') return fail(own, now, NO_ERROR);
  const isContent = el.ns === NS.component;
  if (isContent && el.name === 'handshake' && own.state === 'handshake') return beReady(own, now);
  if (isContent && isStanza(el.name) && own.isTaken) return takeStanza(own, now, el);
  if (own.state !== 'closing') fail(own, now, faultNamed('unexpected-element'));
}

function isStanza(name: string): boolean {
  return name === 'message' || name === 'presence' || name === 'iq';
}

/** The server has taken us. @spec XEP-0114 §3 */
function beReady(own: Own, now: Instant): void {
  own.state = 'ready';
  own.isTaken = true;
  own.failures = 0;
  own.failure = undefined;
  own.isRefused = false;
  own.deadline = Infinity;
  own.keepAliveAt = now + own.timers.keepAlive;
  own.reader.setLimits(own.limits.proved);
}

/**
 * A stanza for one of ours. Who sent it is what the server says, and that is the boundary of trust of a component.
 * @spec XEP-0114 §3, §4
 */
function takeStanza(own: Own, now: Instant, el: XmlElement): void {
  const from = Jid.parse(el.attrs['from'] ?? '');
  if (isFault(from)) return tell(own, NO_SENDER);
  const to = Jid.parse(el.attrs['to'] ?? '');
  if (!isFault(to) && to.asciiDomain !== own.name.ascii) return tell(own, NOT_FOR_US);
  const stanza = stanzaOf(el, from, to, own.lang);
  if (isFault(stanza)) return refuse(own, now, el, from.asciiDomain, stanza);
  if (isFault(to)) return refuse(own, now, el, from.asciiDomain, to);
  own.outputs.push({ kind: 'stanza', stanza, from, to, link: factsOf(own) });
}

function factsOf(own: Own): LinkFacts {
  const { remote, stream } = own;
  return { proof: 'component', tls: false, remote, stream };
}

/** A user's slip costs that stanza; its sender is told in the name of our domain. @spec RFC 6120 §8.3.1 */
function refuse(own: Own, now: Instant, el: XmlElement, to: string, fault: Fault): void {
  tell(own, fault);
  const reply = errorReply(el, fault);
  if (reply === undefined || own.state !== 'ready') return;
  const attrs = { ...reply.attrs, from: own.name.text };
  const text = writeStanza(element(reply.name, reply.ns, attrs, reply.children), NS.component);
  const deadline = now + own.timers.queue;
  const isPresence = reply.name === 'presence';
  const unattended = { context: undefined, silent: true, isPresence, deadline };
  deliver(own, now, { bytes: encodeUtf8(text), to, ...unattended });
}

/** The server is wrong: says so and hangs up. @spec RFC 6120 §4.9.1 */
function fail(own: Own, now: Instant, fault: Fault): void {
  tell(own, fault);
  const { answer } = fault;
  const condition = answer.kind === 'stream-error' ? answer.condition : 'undefined-condition';
  if (own.state !== 'closing') write(own, streamErrorText(condition) + CLOSING_TAG);
  rest(own, now, { reason: 'stream-error', text: fault.text });
}

/** What the server has against us; some of it nothing but a change of configuration will mend. @spec XEP-0114 §3 */
function hearError(own: Own, now: Instant, el: XmlElement): void {
  const condition = readStreamError(el);
  const text = `The server closed the stream: ${condition}.`;
  tell(own, {
    kind: 'fault',
    code: condition,
    spec: 'XEP-0114 §3',
    text,
    answer: { kind: 'none' },
  });
  const isRefusal = !own.isTaken && REFUSALS.has(condition);
  if (own.state !== 'closing') write(own, CLOSING_TAG);
  const failure = { reason: 'stream-error', text } as const;
  rest(own, now, failure);
  own.isRefused = isRefusal;
  if (isRefusal) failWaiting(own, failure);
}

/** @spec RFC 6120 §4.4 */
function hearClose(own: Own, now: Instant): void {
  if (own.state !== 'closing') write(own, CLOSING_TAG);
  lose(own, now, 'The server closed the stream.');
}

/** The stream is over without a reason; what waits goes on waiting. */
export function lose(own: Own, now: Instant, text: string): void {
  if (own.state !== 'closing') tell(own, gone(text));
  rest(own, now, { reason: 'unreachable', text });
}

/** The server took too long. @spec RFC 6120 §4.9.3.4 */
export function runOut(own: Own, now: Instant): void {
  if (own.state === 'connecting') return lose(own, now, 'The server did not answer the call.');
  if (own.state === 'closing') return rest(own, now, { reason: 'closed', text: '' });
  fail(own, now, faultNamed('too-slow'));
}

function gone(text: string): Fault {
  const code = 'remote-connection-failed';
  return { kind: 'fault', code, spec: 'RFC 6120 §4.9.3.15', text, answer: { kind: 'none' } };
}

/** Calling again changes nothing about these; a `conflict` ends when the older connection does. */
const REFUSALS: ReadonlySet<string> = new Set([
  'not-authorized',
  'host-unknown',
  'host-gone',
  'invalid-namespace',
  'policy-violation',
]);

const WRONG_NAMESPACE = streamFault(
  'invalid-namespace',
  'invalid-namespace',
  'XEP-0114 §3',
  'The content namespace is not jabber:component:accept.',
);
const NO_ERROR = streamFault(
  'bad-format',
  'bad-format',
  'XEP-0114 §3',
  'The header of the server has no id or another name, and no error came after it.',
);
const NO_SENDER: Fault = {
  kind: 'fault',
  code: 'improper-addressing',
  spec: 'XEP-0114 §3',
  at: 'from',
  text: 'A stanza came whose sender is no address; it was dropped.',
  answer: { kind: 'none' },
};
const NOT_FOR_US: Fault = {
  kind: 'fault',
  code: 'host-unknown',
  spec: 'XEP-0114 §3',
  at: 'to',
  text: 'A stanza came for a domain that is not the component; it was dropped.',
  answer: { kind: 'none' },
};
