// Every way a SIP peer can be wrong: a code, the section it breaks, and what the protocol says to answer. One
// code is about the host: what it is asked for while a peer waits.
// Faults are values; the one thing thrown in this package is `MisuseError`, and only at the host.

import { remedyOf } from './remedies.ts';

/** What to send back. `undefined` in its place means: send nothing. */
export interface FaultAnswer {
  readonly status: number;
  readonly reason: string;
}

/** Something a peer did that SIP does not allow; `host-callback` alone is the host's own doing. Codes are API: they are never reworded. */
export interface Fault {
  readonly kind: 'fault';
  readonly code: FaultCode;
  /** The section that was broken, such as `RFC 3261 §7.3`. */
  readonly spec: string;
  /** Where: a header name, or a part of the message. */
  readonly at?: string;
  /** One English sentence. Never quotes more than a name of what the peer sent. */
  readonly text: string;
  /** The response a request with this fault deserves; never sent for an ACK or a response. */
  readonly answer: FaultAnswer | undefined;
}

/** The names of all faults. */
export type FaultCode = keyof typeof FAULTS;

/** Makes the fault of that code; `at` tells the header or part. */
export function fault(code: FaultCode, at?: string): Fault {
  const row: Row = FAULTS[code];
  const text = at === undefined ? row.text : `${row.text}: ${at}`;
  const answer =
    row.status === 0
      ? undefined
      : { status: row.status, reason: reasonOf(row.status, row.text, at) };
  return at === undefined
    ? { kind: 'fault', code, spec: row.spec, text: `${text}.`, answer }
    : { kind: 'fault', code, spec: row.spec, at, text: `${text}.`, answer };
}

/** Something the host was asked for by a callback, which threw or gave what cannot be meant. */
export function hostFault(callback: string, error: unknown): Fault {
  const plain = fault('host-callback', callback);
  if (!(error instanceof Error)) return plain;
  const text = `${plain.text.slice(0, -1)}: ${error.message.slice(0, MAX_ERROR)}.`;
  return { ...plain, text };
}

/** Characters told of what a host's callback threw. */
const MAX_ERROR = 200;

/** Whether a value is a fault. It is asked of every value that is read, so `kind` is looked up but once. */
export function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object') return false;
  const one: Partial<Fault> | null = value;
  return one?.kind === 'fault';
}

/** The host used the library in a way it cannot mean. */
export class MisuseError extends Error {
  override readonly name: string = 'MisuseError';
  readonly code: string;
  /** What to do about it. */
  readonly remedy: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
    this.remedy = remedyOf(code) ?? 'Do as the message says.';
  }
}

/**
 * The reason phrase says what was wrong, as a 400 should.
 *
 * @spec RFC 3261 §21.4.1
 */
function reasonOf(status: number, text: string, at: string | undefined): string {
  const known = REASONS.get(status);
  if (known !== undefined) return known;
  return at === undefined ? text : `${text}: ${at}`;
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [405, 'Method Not Allowed'],
  [413, 'Request Entity Too Large'],
  [416, 'Unsupported URI Scheme'],
  [420, 'Bad Extension'],
  [482, 'Loop Detected'],
  [489, 'Bad Event'],
  [500, 'Server Internal Error'],
  [501, 'Not Implemented'],
  [503, 'Service Unavailable'],
  [505, 'Version Not Supported'],
  [513, 'Message Too Large'],
]);

interface Row {
  readonly spec: string;
  readonly status: number;
  readonly text: string;
}

const FAULTS = {
  // framing: on a stream nothing after one of these can be trusted
  'bare-line-end': { spec: 'RFC 3261 §7', status: 400, text: 'CR or LF on its own' },
  'header-line': { spec: 'RFC 3261 §7.3.1', status: 400, text: 'Malformed header line' },
  'head-unterminated': {
    spec: 'RFC 3261 §7',
    status: 400,
    text: 'No empty line after the headers',
  },
  'head-too-large': { spec: 'RFC 3261 §21.5.7', status: 513, text: 'Headers too large' },
  'message-too-large': { spec: 'RFC 3261 §21.4.11', status: 413, text: 'Message too large' },
  'too-many-fields': { spec: 'RFC 3261 §21.5.7', status: 513, text: 'Too many header lines' },
  'content-length': { spec: 'RFC 3261 §20.14', status: 400, text: 'Bad Content-Length' },
  'content-length-missing': { spec: 'RFC 3261 §18.3', status: 400, text: 'Missing Content-Length' },
  'body-truncated': {
    spec: 'RFC 3261 §18.3',
    status: 400,
    text: 'Body shorter than Content-Length',
  },
  'message-unfinished': {
    spec: 'RFC 3261 §18.3',
    status: 0,
    text: 'Message not ended in time',
  },
  // the message as a whole
  empty: { spec: 'RFC 5626 §3.5.1', status: 0, text: 'Only a keep-alive' },
  'start-line': { spec: 'RFC 3261 §7.1', status: 400, text: 'Malformed start line' },
  'status-line': { spec: 'RFC 3261 §7.2', status: 0, text: 'Malformed status line' },
  version: { spec: 'RFC 3261 §7.1', status: 505, text: 'Version not supported' },
  utf8: { spec: 'RFC 3261 §7', status: 400, text: 'Headers are not UTF-8' },
  'control-character': {
    spec: 'RFC 3261 §25.1',
    status: 400,
    text: 'Control character in a header',
  },
  'duplicate-header': { spec: 'RFC 3261 §7.3.1', status: 400, text: 'More than one' },
  'missing-header': { spec: 'RFC 3261 §8.1.1', status: 400, text: 'Missing header' },
  'header-value': { spec: 'RFC 3261 §20', status: 400, text: 'Malformed header' },
  'too-many-values': { spec: 'RFC 3261 §7.3.1', status: 400, text: 'Too many values' },
  'cseq-method': { spec: 'RFC 3261 §8.1.1.5', status: 400, text: 'CSeq method does not match' },
  branch: { spec: 'RFC 3261 §8.1.1.7', status: 400, text: 'Via branch is empty behind its cookie' },
  // addresses
  uri: { spec: 'RFC 3261 §19.1', status: 400, text: 'Malformed URI' },
  'request-uri': { spec: 'RFC 3261 §19.1.1', status: 400, text: 'Malformed Request-URI' },
  'percent-escape': { spec: 'RFC 3261 §19.1.2', status: 400, text: 'Malformed percent escape' },
  'name-addr': { spec: 'RFC 3261 §20.10', status: 400, text: 'Malformed address' },
  // what begins or belongs to a dialog
  contact: {
    spec: 'RFC 3261 §8.1.1.8',
    status: 400,
    text: 'Contact must be one SIP URI',
  },
  'dialog-bounds': { spec: 'RFC 3261 §12.1', status: 400, text: 'Too long to keep for a dialog' },
  'subscription-state': {
    spec: 'RFC 6665 §4.1.3',
    status: 400,
    text: 'Missing or malformed Subscription-State',
  },
  'session-expires': {
    spec: 'RFC 4028 §4',
    status: 400,
    text: 'Malformed Session-Expires or Min-SE',
  },
  sdp: { spec: 'RFC 8866 §5', status: 400, text: 'Malformed session description' },
  event: { spec: 'RFC 6665 §4.2.1.1', status: 489, text: 'Bad Event' },
  // what a well-formed request may still ask of us
  'method-not-allowed': { spec: 'RFC 3261 §8.2.1', status: 405, text: 'Method not allowed' },
  'method-unknown': { spec: 'RFC 3261 §8.2.1', status: 501, text: 'Method not known' },
  scheme: { spec: 'RFC 3261 §8.2.2.1', status: 416, text: 'URI scheme not supported' },
  merged: { spec: 'RFC 3261 §8.2.2.2', status: 482, text: 'Request seen on another path' },
  extension: { spec: 'RFC 3261 §8.2.2.3', status: 420, text: 'Extension not supported' },
  'stray-response': { spec: 'RFC 3261 §17.1.3', status: 0, text: 'Response to no request of ours' },
  forks: { spec: 'RFC 3261 §13.2.2.4', status: 0, text: 'Too many forks took one INVITE' },
  'host-callback': { spec: 'RFC 3261 §21.5.1', status: 500, text: 'A callback of the host failed' },
  'response-lost': {
    spec: 'RFC 3261 §17.2.4',
    status: 0,
    text: 'A response had no way back, since the connection was gone',
  },
  overload: { spec: 'RFC 3261 §21.5.4', status: 503, text: 'Too much at once' },
} as const;
