// A datagram to a message. RFC 3261 §7, §18.3. Only what framing and safety need is done here; values
// are typed when they are asked for, and `checkRequest` asks for all that a server must have.
// Streams are framer.ts; what can be saved of a broken request is salvage.ts.

import { emptyLineAt } from './bytes.ts';
import { fault, type Fault, isFault } from './fault.ts';
import { CR, isControl, isDigit, LF, readNumber, runEnd, SPACE, TOKEN } from './grammar.ts';
import { type Head, readHead } from './head.ts';
import { HeaderTable } from './header/table.ts';
import { limitsOf, type SipLimits } from './limits.ts';
import type { Request, Response, SipMessage } from './message.ts';

/**
 * Reads one message out of one datagram. Octets past Content-Length are ignored; fewer are a fault. The
 * body is a view of `bytes`.
 *
 * @spec RFC 3261 §7
 * @spec RFC 3261 §18.3
 */
export function parseMessage(bytes: Uint8Array, limits?: Partial<SipLimits>): SipMessage | Fault {
  return parseWithin(bytes, limitsOf(limits));
}

/** The same, with bounds that are complete. */
export function parseWithin(bytes: Uint8Array, bounds: SipLimits): SipMessage | Fault {
  if (bytes.length > bounds.messageBytes) return fault('message-too-large');
  const start = afterLineEnds(bytes);
  if (start === bytes.length) return fault('empty');
  const end = emptyLineAt(bytes, start);
  if (end < 0) return fault(unterminated(bytes.length - start, bounds));
  const head = readHead(bytes, start, end + 2, bounds);
  if (head.kind === 'fault') return head;
  const bodyStart = end + 4;
  const there = bytes.length - bodyStart;
  if (head.contentLength > there) return fault('body-truncated');
  const length = head.contentLength < 0 ? there : head.contentLength;
  return messageOf(head, bytes.subarray(bodyStart, bodyStart + length), bounds);
}

/** The message of a scanned head and its body. */
export function messageOf(head: Head, body: Uint8Array, limits: SipLimits): SipMessage | Fault {
  const startLine = isStatusLine(head.text) ? readStatusLine(head) : readRequestLine(head);
  if (isFault(startLine)) return startLine;
  if (head.fault !== undefined) return head.fault;
  const headers = new HeaderTable(head.text, head.marks, limits);
  return startLine.kind === 'request'
    ? { kind: 'request', method: startLine.method, uri: startLine.uri, headers, body }
    : { kind: 'response', status: startLine.status, reason: startLine.reason, headers, body };
}

/** Whether a message is a response; no method can look like that, since `/` is in no token. */
export function isStatusLine(text: string): boolean {
  return text.length > 3 && text.charAt(3) === '/' && text.slice(0, 3).toUpperCase() === 'SIP';
}

/** @spec RFC 3261 §7.5 */
function afterLineEnds(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

function unterminated(length: number, limits: SipLimits): 'head-too-large' | 'head-unterminated' {
  return length > limits.headBytes ? 'head-too-large' : 'head-unterminated';
}

/**
 * Exactly one space between the three parts and none behind them.
 *
 * @spec RFC 3261 §7.1
 */
function readRequestLine(head: Head): Pick<Request, 'kind' | 'method' | 'uri'> | Fault {
  const { text, startLineEnd } = head;
  const methodEnd = runEnd(text, 0, startLineEnd, TOKEN);
  if (methodEnd === 0 || text.charCodeAt(methodEnd) !== SPACE) return fault('start-line');
  const uriEnd = visibleEnd(text, methodEnd + 1, startLineEnd);
  if (uriEnd === methodEnd + 1 || text.charCodeAt(uriEnd) !== SPACE) return fault('start-line');
  const version = versionOf(text.slice(uriEnd + 1, startLineEnd));
  if (version !== '2.0') return fault(version === undefined ? 'start-line' : 'version');
  const method = text.slice(0, methodEnd);
  return { kind: 'request', method, uri: text.slice(methodEnd + 1, uriEnd) };
}

/**
 * The space before an empty reason phrase must be there.
 *
 * @spec RFC 3261 §7.2
 */
function readStatusLine(head: Head): Pick<Response, 'kind' | 'status' | 'reason'> | Fault {
  const { text, startLineEnd } = head;
  if (versionOf(text.slice(0, 7)) !== '2.0' || text.charCodeAt(7) !== SPACE) {
    return fault('status-line');
  }
  const status = readNumber(text, 8, 11, 699);
  if (status < 100 || text.charCodeAt(11) !== SPACE || startLineEnd < 12) {
    return fault('status-line');
  }
  for (let i = 12; i < startLineEnd; i++) {
    if (isControl(text.charCodeAt(i))) return fault('status-line');
  }
  return { kind: 'response', status, reason: text.slice(12, startLineEnd) };
}

function visibleEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charCodeAt(at) > SPACE && text.charCodeAt(at) !== 0x7f) at++;
  return at;
}

/** The version number of `SIP/2.0`, in any case; `undefined` for what is no SIP version at all. */
function versionOf(text: string): string | undefined {
  if (text === 'SIP/2.0') return '2.0';
  if (!isStatusLine(text)) return undefined;
  const dot = text.indexOf('.', 4);
  if (dot < 5 || dot === text.length - 1) return undefined;
  for (let i = 4; i < text.length; i++) {
    if (i !== dot && !isDigit(text.charCodeAt(i))) return undefined;
  }
  return text.slice(4);
}
