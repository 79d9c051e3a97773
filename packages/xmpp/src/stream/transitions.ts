// The two ends of a stream as tables: RFC 6120 §4.3 (negotiation), §5.4 (STARTTLS), §6.4 (SASL),
// XEP-0178 §3 (EXTERNAL between servers), XEP-0220 §2 (dialback).
//
// Row: where we stand. Column: what arrived. Cell: what is done, by the name of a function in initiate.ts or
// answer.ts, which also says where we stand afterwards. A cell that is not there is a fault: FAULT_OF says which.
// Theory: TLS, authentication, proved pairs and a session of stream management (XEP-0198 §3), and
// whether it carries both directions (XEP-0288 §2.2), are facts of the stream, not
// states. A stream passes
// `header` again after TLS and again after SASL, each time with a fresh reader and a fresh id.
// Nothing that arrives is read in `handshake` (all bytes belong to TLS) and in `closed` (fail closed).
import type { StreamFaultName } from './faults.ts';

/** What can arrive from the peer, told by namespace and name. */
export const ARRIVALS = [
  'header',
  'features',
  'starttls',
  'proceed',
  'tls-failure',
  'secured',
  'auth',
  'response',
  'challenge',
  'success',
  'sasl-failure',
  'abort',
  'db-result',
  'db-verify',
  'bidi',
  'sm-enable',
  'sm-enabled',
  'sm-resume',
  'sm-resumed',
  'sm-failed',
  'sm-r',
  'sm-a',
  'stanza',
  'stream-error',
  'stream-close',
  'unknown',
] as const;

/** One of {@link ARRIVALS}. */
export type Arrival = (typeof ARRIVALS)[number];

/** Where the end that opened the stream stands. */
export type InitiatorState =
  | 'idle' // not yet told that the connection is there
  | 'header' // our header is out, theirs is awaited
  | 'features' // theirs is in, features are awaited
  | 'starttls' // asked for TLS
  | 'handshake' // TLS is being set up below us
  | 'auth' // EXTERNAL is out
  | 'ready' // dialback may be spoken, or the stream is authenticated
  | 'closing' // our closing tag is out
  | 'closed';

/** Where the end that was called stands. */
export type ReceiverState =
  | 'idle'
  | 'header' // their header is awaited
  | 'negotiating' // nobody is proved on this stream
  | 'challenged' // EXTERNAL came without a response; it is awaited
  | 'handshake'
  | 'open' // at least one pair of domains is proved
  | 'closing'
  | 'closed';

/** Where a stream stands, either end. */
export type StreamState = InitiatorState | ReceiverState;

/** What either end does. */
export type SharedAction = 'hearError' | 'answerClose' | 'ignore';
/** What either end does about stream management: managing.ts. */
export type ManagementAction = 'enable' | 'resume' | 'refuseEarly' | 'answerRequest' | 'takeAck';
/** What the end that opened the stream does. */
export type InitiatorAction =
  | SharedAction
  | ManagementAction
  | 'greetSecured'
  | 'readAnswer'
  | 'choose'
  | 'beginHandshake'
  | 'giveUpTls'
  | 'greetAgain'
  | 'fallBack'
  | 'abortAuth'
  | 'takeResult'
  | 'takeVerification'
  | 'hearEnabled'
  | 'hearResumed'
  | 'hearFailed'
  | 'deliverBack';
/** What the end that was called does. */
export type ReceiverAction =
  | SharedAction
  | ManagementAction
  | 'awaitHeader'
  | 'answerHeader'
  | 'proceed'
  | 'authenticate'
  | 'aborted'
  | 'hearClaim'
  | 'checkKey'
  | 'allowBidi'
  | 'deliver';

type Row<Action> = Readonly<Partial<Record<Arrival, Action>>>;

/** What ends a stream wherever it stands. */
const ENDS = {
  'stream-error': 'hearError',
  'stream-close': 'answerClose',
} as const satisfies Row<SharedAction>;

/** A question how far we are, and an answer to ours. @spec XEP-0198 §4 */
const ACKS = {
  'sm-r': 'answerRequest',
  'sm-a': 'takeAck',
} as const satisfies Row<ManagementAction>;

/** What a peer of either role may have on its way while a stream that is still negotiated is closed. @spec RFC 6120 §4.4 */
const LATE = { header: 'ignore' } as const satisfies Row<SharedAction>;

/** @spec RFC 6120 §4.3; XEP-0178 §3; XEP-0220 §2.1 */
export const INITIATOR: Readonly<Record<InitiatorState, Row<InitiatorAction>>> = {
  idle: { secured: 'greetSecured' },
  header: { header: 'readAnswer', ...ENDS },
  features: { features: 'choose', ...ENDS },
  starttls: { proceed: 'beginHandshake', 'tls-failure': 'giveUpTls', ...ENDS },
  handshake: { secured: 'greetSecured' },
  auth: { success: 'greetAgain', 'sasl-failure': 'fallBack', challenge: 'abortAuth', ...ENDS },
  ready: {
    features: 'ignore', // a dialback feature offered late
    'db-result': 'takeResult',
    'db-verify': 'takeVerification',
    'sm-enabled': 'hearEnabled',
    'sm-resumed': 'hearResumed',
    'sm-failed': 'hearFailed',
    stanza: 'deliverBack', // where the stream carries both directions
    ...ACKS,
    ...ENDS,
  },
  closing: {
    ...LATE,
    features: 'ignore',
    proceed: 'ignore',
    'tls-failure': 'ignore',
    success: 'ignore',
    'sasl-failure': 'ignore',
    challenge: 'ignore',
    'db-result': 'ignore',
    'db-verify': 'ignore',
    'sm-enabled': 'ignore',
    'sm-resumed': 'ignore',
    'sm-failed': 'ignore',
    stanza: 'deliverBack',
    ...ACKS,
    ...ENDS,
  },
  closed: {},
};

/** @spec RFC 6120 §4.3; XEP-0178 §3; XEP-0220 §2.2 */
export const RECEIVER: Readonly<Record<ReceiverState, Row<ReceiverAction>>> = {
  idle: { secured: 'awaitHeader' },
  header: { header: 'answerHeader', ...ENDS },
  negotiating: {
    starttls: 'proceed',
    auth: 'authenticate',
    abort: 'aborted',
    'db-result': 'hearClaim',
    'db-verify': 'checkKey',
    bidi: 'allowBidi',
    'sm-enable': 'refuseEarly',
    'sm-resume': 'refuseEarly',
    ...ENDS,
  },
  challenged: { response: 'authenticate', abort: 'aborted', ...ENDS },
  handshake: { secured: 'awaitHeader' },
  open: {
    'db-result': 'hearClaim',
    'db-verify': 'checkKey',
    stanza: 'deliver',
    'sm-enable': 'enable',
    'sm-resume': 'resume',
    ...ACKS,
    ...ENDS,
  },
  closing: {
    ...LATE,
    starttls: 'ignore',
    auth: 'ignore',
    response: 'ignore',
    abort: 'ignore',
    bidi: 'ignore',
    stanza: 'deliver',
    'db-result': 'ignore',
    'db-verify': 'ignore',
    'sm-enable': 'ignore',
    'sm-resume': 'ignore',
    ...ACKS,
    ...ENDS,
  },
  closed: {},
};

/** What is wrong when the cell is not there. */
export const FAULT_OF: Readonly<Record<Arrival, StreamFaultName>> = {
  header: 'unexpected-element',
  features: 'unexpected-element',
  starttls: 'unexpected-element',
  proceed: 'unexpected-element',
  'tls-failure': 'unexpected-element',
  secured: 'unexpected-tls',
  auth: 'unexpected-element',
  response: 'unexpected-element',
  challenge: 'unexpected-element',
  success: 'unexpected-element',
  'sasl-failure': 'unexpected-element',
  abort: 'unexpected-element',
  'db-result': 'unsolicited-dialback',
  'db-verify': 'unsolicited-dialback',
  bidi: 'unexpected-element',
  'sm-enable': 'unexpected-element',
  'sm-enabled': 'unmanaged',
  'sm-resume': 'unexpected-element',
  'sm-resumed': 'unmanaged',
  'sm-failed': 'unmanaged',
  'sm-r': 'unmanaged',
  'sm-a': 'unmanaged',
  stanza: 'stanza-before-authentication',
  'stream-error': 'unexpected-element',
  'stream-close': 'unexpected-element',
  unknown: 'unexpected-element',
};
