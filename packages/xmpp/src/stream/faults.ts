// What a peer can do wrong on a stream above XML, and what RFC 6120 §4.9.3 has us answer. Faults of XML itself are
// the reader's. One row per fault; the row's name is for our code, the fault
// carries the condition as its code, but for what an operator must tell from everything else: a forged dialback.
import type { Fault, FaultCode, StreamCondition } from '../fault.ts';
import { streamFault } from '../fault.ts';

interface FaultRow {
  /** Its own code, where the condition says too little. */
  readonly code?: FaultCode;
  readonly condition: StreamCondition;
  readonly spec: string;
  readonly text: string;
}

/** Every fault of a stream above XML. */
export const STREAM_FAULTS = {
  'not-a-stream': {
    condition: 'invalid-namespace',
    spec: 'RFC 6120 §4.8.1',
    text: 'The root element is not a stream.',
  },
  'wrong-content-namespace': {
    condition: 'invalid-namespace',
    spec: 'RFC 6120 §4.8.2',
    text: 'The content namespace is not jabber:server.',
  },
  'bad-version': {
    condition: 'unsupported-version',
    spec: 'RFC 6120 §4.7.5',
    text: 'The version of the stream is not a version number.',
  },
  'unknown-host': {
    condition: 'host-unknown',
    spec: 'RFC 6120 §4.9.3.6',
    text: 'The stream or stanza is for a domain that is not served here.',
  },
  'bad-header-address': {
    condition: 'improper-addressing',
    spec: 'RFC 6120 §4.7.1',
    text: 'An address in the stream header is not a domain.',
  },
  'other-header': {
    condition: 'invalid-from',
    spec: 'RFC 6120 §4.7.1',
    text: 'The stream was reopened for other domains than it was authenticated for.',
  },
  'wrong-answerer': {
    condition: 'invalid-from',
    spec: 'RFC 6120 §4.7.1',
    text: 'The answering header is from another domain than the one that was called.',
  },
  'no-stream-id': {
    condition: 'bad-format',
    spec: 'RFC 6120 §4.7.3',
    text: 'The answering header has no id.',
  },
  'unexpected-element': {
    condition: 'unsupported-stanza-type',
    spec: 'RFC 6120 §4.9.3.24',
    text: 'An element came that has no meaning at this point of the stream.',
  },
  'unexpected-tls': {
    condition: 'policy-violation',
    spec: 'RFC 6120 §5.4.3',
    text: 'TLS began without having been agreed.',
  },
  'bytes-across-starttls': {
    condition: 'policy-violation',
    spec: 'RFC 6120 §5.4.3.1',
    text: 'Something was sent in the clear after TLS had been agreed.',
  },
  'stanza-before-authentication': {
    condition: 'not-authorized',
    spec: 'RFC 6120 §4.9.3.12',
    text: 'A stanza came on a stream, or in a direction, that nobody is authenticated for.',
  },
  'unproved-from': {
    condition: 'invalid-from',
    spec: 'RFC 6120 §4.9.3.9',
    text: 'A stanza is from a domain that is not proved on this stream.',
  },
  'no-addresses': {
    condition: 'improper-addressing',
    spec: 'RFC 6120 §8.1.1.2',
    text: 'A stanza between servers lacks a from or to, or the domain of one cannot be read.',
  },
  'too-many-misaddressed': {
    condition: 'policy-violation',
    spec: 'RFC 6120 §4.9.3.14',
    text: 'Too many stanzas in a row were from or to what is no address.',
  },
  'bad-dialback': {
    condition: 'improper-addressing',
    spec: 'XEP-0220 §2.1',
    text: 'A dialback element lacks an address, has a wrong one, or an unknown type.',
  },
  'unsolicited-dialback': {
    code: 'unsolicited-dialback',
    condition: 'not-authorized',
    spec: 'XEP-0220 §3.1',
    text: 'A dialback answer came that was not asked for on this stream, or a request the wrong way.',
  },
  unmanaged: {
    condition: 'unsupported-stanza-type',
    spec: 'XEP-0198 §4',
    text: 'An element of stream management came on a stream that has none.',
  },
  'managed-twice': {
    condition: 'policy-violation',
    spec: 'XEP-0198 §3',
    text: 'Stream management was asked for twice on one stream.',
  },
  'bad-count': {
    condition: 'bad-format',
    spec: 'XEP-0198 §4',
    text: 'An acknowledgement has no count, or one that is no number.',
  },
  'count-too-high': {
    condition: 'undefined-condition',
    spec: 'XEP-0198 §6',
    text: 'More stanzas were acknowledged than were sent.',
  },
  'too-many-unhandled': {
    condition: 'resource-constraint',
    spec: 'RFC 6120 §4.9.3.17',
    text: 'More stanzas came than can be answered for at once.',
  },
  'no-acknowledgement': {
    condition: 'connection-timeout',
    spec: 'XEP-0198 §4',
    text: 'The peer was asked how far it is and did not answer in time.',
  },
  'too-many-auths': {
    condition: 'policy-violation',
    spec: 'RFC 6120 §6.4.5',
    text: 'Authentication failed too often on one stream.',
  },
  'too-much-unproved': {
    condition: 'policy-violation',
    spec: 'RFC 6120 §13.12',
    text: 'Too many bytes came before anybody was proved.',
  },
  'too-slow': {
    condition: 'connection-timeout',
    spec: 'RFC 6120 §4.9.3.4',
    text: 'The stream was not negotiated in time.',
  },
  'idle-too-long': {
    condition: 'connection-timeout',
    spec: 'RFC 6120 §4.9.3.4',
    text: 'Nothing came for too long.',
  },
} as const;

/** The name of a row of {@link STREAM_FAULTS}. */
export type StreamFaultName = keyof typeof STREAM_FAULTS;

/** The fault as a value. */
export function faultNamed(name: StreamFaultName): Fault {
  const row: FaultRow = STREAM_FAULTS[name];
  return streamFault(row.code ?? row.condition, row.condition, row.spec, row.text);
}
