// What to do about each code of this package: faults of peers, and misuse by hosts. One line each, for whoever reads a log.
import type { FaultCode } from './fault.ts';

const PEER =
  'The peer wrote this wrongly: tell its operator, with the section; nothing here can change it.';
const LIMIT =
  'The peer sent more than is taken: raise the limit of that name if the partner is honest, else leave it.';

/** For each fault. A row that is missing does not compile. */
export const FAULT_REMEDIES: Readonly<Record<FaultCode, string>> = {
  'bare-line-end': PEER,
  'header-line': PEER,
  'head-unterminated': PEER,
  'head-too-large': LIMIT,
  'message-too-large': LIMIT,
  'too-many-fields': LIMIT,
  'content-length': PEER,
  'content-length-missing': PEER,
  'body-truncated':
    'The peer counted its body wrongly, or the datagram was cut: use TCP or TLS for long messages.',
  'message-unfinished':
    'The peer stopped in the middle of a message: look at its network, or whether it is an attack.',
  empty: 'Nothing: it is a keep-alive.',
  'start-line': 'What came is not SIP: look at who connects to this port, and with what.',
  'status-line': 'What came is not SIP: look at who connects to this port, and with what.',
  version: PEER,
  utf8: PEER,
  'control-character': PEER,
  'duplicate-header': PEER,
  'missing-header': PEER,
  'header-value': PEER,
  'too-many-values': LIMIT,
  'cseq-method': PEER,
  branch: PEER,
  uri: PEER,
  'request-uri': PEER,
  'percent-escape': PEER,
  'name-addr': PEER,
  contact: PEER,
  'dialog-bounds': LIMIT,
  'subscription-state': PEER,
  'session-expires': PEER,
  sdp: PEER,
  event:
    'The peer asks for an event package that is not served: list it in `events` if you serve it.',
  'method-not-allowed': 'List the method in `methods` if you take it, or answer it by `decline`.',
  'method-unknown': 'List the method in `methods` if you take it, or answer it by `decline`.',
  scheme: 'List the scheme in `schemes` if you take it.',
  merged: 'A proxy before this gateway forks a request to it twice: route it once.',
  extension: 'List the option tag in `supported` if you do what it stands for.',
  'stray-response':
    'An answer came too late, or to somebody else: look at timers and at how the network delays.',
  forks: 'A proxy forks an INVITE to more places than are followed: let it fork less.',
  'host-callback':
    'A callback that you handed in threw: its message stands in the text of the fault.',
  'response-lost': 'The connection ended before the answer: the peer will send again.',
  overload: 'A bound of the endpoint is full: the fault names it; raise it, or find who floods.',
};

const OPTIONS = 'Correct the option: the message says what it must be.';
const DRAFT = 'Correct the draft that you hand in: the message says what the field must be.';

/** For each code of a `MisuseError`. */
export const MISUSE_REMEDIES: Readonly<Record<string, string>> = {
  ack: DRAFT,
  address: 'Give an IP address or a host name.',
  body: DRAFT,
  cseq: DRAFT,
  dialog: DRAFT,
  expires: DRAFT,
  'header-field': DRAFT,
  'header-name': DRAFT,
  'header-value': DRAFT,
  headers: DRAFT,
  host: OPTIONS,
  limit: OPTIONS,
  listen: OPTIONS,
  mark: DRAFT,
  'max-forwards': DRAFT,
  method: DRAFT,
  'no-misdeed': 'Name one of the misdeeds that the message of the adversary lists.',
  'not-drained':
    'Call next() until it gives undefined, after each receive(); or let `drive` do it.',
  'not-started': 'Call start() before anything is sent.',
  offer: DRAFT,
  port: OPTIONS,
  reason: DRAFT,
  'retry-after': DRAFT,
  routes: OPTIONS,
  session: 'Look at the state of the session before the input is handed in.',
  started: 'Start an edge once; a second gateway needs an edge of its own.',
  status: DRAFT,
  tag: DRAFT,
  targets: DRAFT,
  'tls-options': 'Hand in `tls` and `judge`, or listen without TLS.',
  transport: OPTIONS,
  uri: DRAFT,
};

/** What to do about a code of a fault or of misuse; `undefined` for a code that is not of this package. */
export function remedyOf(code: string): string | undefined {
  const table: Readonly<Record<string, string>> = Object.hasOwn(FAULT_REMEDIES, code)
    ? FAULT_REMEDIES
    : MISUSE_REMEDIES;
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
