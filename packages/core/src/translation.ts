// What a rule gives back: the thing in the other protocol and what could not be carried, or a
// refusal. Nothing here knows either protocol; the rules under rules/ fill these shapes.

/** Something that could not be carried over. Declared beside the result, never silent. */
export interface Loss {
  /** Stable name of what was lost, such as `type`, `thread-parent`, `alternate-language`. */
  readonly what: string;
  /** The section that says so, or that is silent about it. */
  readonly spec: string;
}

/** The shared answer of a rule that lost nothing. */
export const NOTHING: readonly Loss[] = Object.freeze([]);

/** A translated value, and what its protocol could not hold. */
export interface Translation<T> {
  readonly kind: 'translation';
  readonly value: T;
  readonly lost: readonly Loss[];
}

/**
 * Why something is not carried although nobody broke a protocol. `code` is stable and goes into
 * traces; `text` is the sentence the sender gets; `status` and `condition` are the sender's answer
 * in SIP and in XMPP.
 */
export interface Refusal {
  readonly kind: 'refusal';
  readonly code: RefusalCode;
  readonly status: number;
  readonly condition: string;
  readonly text: string;
  readonly spec: string;
  /** The code of the Warning in a SIP answer, where 399 does not say enough. */
  readonly warning?: number;
  /** Header fields a SIP answer must carry with this status (Accept with 415, and so on). */
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
}

/** Every reason the gateway itself gives for not carrying something. */
export type RefusalCode =
  | 'malformed-address'
  | 'no-user-part'
  | 'secure-scheme'
  | 'unknown-domain'
  | 'unknown-sender'
  | 'own-domain-from-outside'
  | 'same-side'
  | 'identity-not-proved'
  | 'policy'
  | 'not-added'
  | 'obligation-unmet'
  | 'host'
  | 'host-failed'
  | 'links'
  | 'rate-exceeded'
  | 'too-many-contacts'
  | 'insecure-route'
  | 'loop'
  | 'too-many-hops'
  | 'too-large'
  | 'content-type'
  | 'content-encoding'
  | 'malformed-body'
  | 'groupchat'
  | 'room-invitation'
  | 'session'
  | 'msrp'
  | 'no-text'
  | 'session-over'
  | 'not-answered'
  | 'multi-party'
  | 'presence-not-carried'
  | 'home-server'
  | 'event-package'
  | 'state-unavailable'
  | 'queue-full'
  | 'waited-too-long'
  | 'no-answer'
  | 'link-lost'
  | 'content-disposition'
  | 'draining'
  | 'closing'
  | 'call'
  | 'not-routable'
  | 'extension'
  | 'foreign-route'
  | 'stale-route'
  | 'asserted-elsewhere'
  | 'best-effort'
  | 'no-route';

/**
 * The refusals, a row each: what SIP and XMPP senders are told.
 * @spec RFC 7247 §7
 * @spec RFC 7572 §6
 */
const REFUSALS: Readonly<Record<RefusalCode, Row>> = {
  'malformed-address': row(
    400,
    'jid-malformed',
    'The address cannot be written in the other protocol',
    'RFC 7247 §6',
  ),
  'no-user-part': row(
    404,
    'item-not-found',
    'A message needs a user, not a domain alone',
    'RFC 7247 §6',
  ),
  'secure-scheme': row(
    416,
    'not-acceptable',
    'sips cannot be promised on every hop',
    'RFC 7247 §8',
  ),
  'unknown-domain': row(
    404,
    'remote-server-not-found',
    'The domain is not served here',
    'RFC 7247 §5',
  ),
  'unknown-sender': row(403, 'forbidden', 'The sender domain is not served here', 'RFC 7247 §5'),
  'own-domain-from-outside': row(
    403,
    'forbidden',
    'The sender domain is one that is served here',
    'RFC 7247 §8',
  ),
  'same-side': row(404, 'item-not-found', 'Both addresses are on the same side', 'RFC 7247 §4'),
  'identity-not-proved': row(
    403,
    'not-authorized',
    'The connection does not prove the sender domain',
    'RFC 5922 §7.4',
  ),
  policy: row(403, 'policy-violation', 'Not permitted', 'RFC 7247 §8'),
  'not-added': row(
    403,
    'forbidden',
    'The recipient has not added the sender, whose service does not vouch for its users',
    'RFC 7247 §8',
  ),
  'obligation-unmet': row(
    403,
    'policy-violation',
    'What policy asks for cannot be carried out',
    'RFC 7247 §8',
  ),
  host: row(
    403,
    'policy-violation',
    'Whoever runs the gateway does not let it pass',
    'RFC 7247 §8',
  ),
  'host-failed': row(
    480,
    'resource-constraint',
    'Whoever runs the gateway could not be asked about it',
    'RFC 3261 §21.4.18',
  ),
  links: {
    ...row(606, 'policy-violation', 'Messages with links are not taken', 'RFC 3261 §20.43'),
    warning: 309,
  },
  'rate-exceeded': row(
    480,
    'resource-constraint',
    'More comes from the sender than is taken',
    'RFC 3261 §20.33',
  ),
  'too-many-contacts': row(
    403,
    'policy-violation',
    'The sender has addressed more people than it may',
    'RFC 7247 §8',
  ),
  'insecure-route': row(
    403,
    'policy-violation',
    'There is no proved way to the recipient',
    'RFC 7247 §8',
  ),
  loop: row(482, 'policy-violation', 'The message has been here before', 'RFC 7247 §8'),
  'too-many-hops': row(483, 'policy-violation', 'Too many hops', 'RFC 3261 §16.3'),
  'too-large': row(413, 'policy-violation', 'Too large for a single message', 'RFC 7572 §6'),
  'content-type': row(415, 'not-acceptable', 'The content type is not carried', 'RFC 7572 §7'),
  'content-encoding': row(
    415,
    'not-acceptable',
    'The content encoding is not carried',
    'RFC 3261 §21.4.13',
  ),
  'malformed-body': row(400, 'bad-request', 'The body is malformed', 'RFC 7572 §7'),
  groupchat: row(
    406,
    'not-acceptable',
    'Group chat is not carried between these domains',
    'RFC 7572 §4',
  ),
  'room-invitation': row(
    406,
    'not-acceptable',
    'Invitations to rooms are not carried',
    'RFC 7572 §4',
  ),
  session: row(405, 'feature-not-implemented', 'Sessions are not carried', 'RFC 7572 §1'),
  msrp: row(488, 'feature-not-implemented', 'MSRP is not carried', 'RFC 7573 §4'),
  'no-text': row(488, 'not-acceptable', 'Nothing that is offered takes plain text', 'RFC 7573 §5'),
  'session-over': row(
    480,
    'recipient-unavailable',
    'The session ended before the message was taken',
    'RFC 7573 §4',
  ),
  'not-answered': row(480, 'recipient-unavailable', 'Nobody answered', 'RFC 7573 §4'),
  'multi-party': row(
    405,
    'feature-not-implemented',
    'Multi-party sessions are not carried',
    'RFC 7572 §1',
  ),
  'home-server': row(
    405,
    'feature-not-implemented',
    'Only the server of a user takes such requests',
    'RFC 3261 §10.3',
  ),
  'presence-not-carried': row(
    405,
    'feature-not-implemented',
    'Presence is not carried',
    'RFC 8048 §5',
  ),
  'event-package': row(
    489,
    'feature-not-implemented',
    'The event package is not carried',
    'RFC 6665 §8.2.1',
  ),
  'state-unavailable': row(
    500,
    'resource-constraint',
    'What is remembered of the two cannot be changed for now',
    'RFC 3261 §21.5.1',
  ),
  'queue-full': row(
    503,
    'resource-constraint',
    'Too many messages are waiting here',
    'RFC 3261 §21.5.4',
  ),
  'waited-too-long': row(
    480,
    'remote-server-timeout',
    'The message waited too long',
    'RFC 3428 §8',
  ),
  'no-answer': row(
    480,
    'remote-server-timeout',
    'The way to the recipient was not found in time',
    'RFC 7247 §5',
  ),
  'link-lost': row(
    504,
    'remote-server-timeout',
    'The link to the recipient ended before the message was known to be read',
    'RFC 3428 §7',
  ),
  'content-disposition': row(
    415,
    'not-acceptable',
    'The body is for a purpose that is not carried',
    'RFC 5621 §8',
  ),
  draining: row(
    503,
    'recipient-unavailable',
    'The gateway takes nothing new: it is closing',
    'RFC 3261 §21.5.4',
  ),
  closing: row(480, 'recipient-unavailable', 'The gateway is closing', 'RFC 3261 §21.4.18'),
  call: row(488, 'service-unavailable', 'Calls are not carried', 'RFC 3261 §21.4.26'),
  'not-routable': row(
    504,
    'feature-not-implemented',
    'Requests of this type are not relayed',
    'RFC 3261 §16.3',
  ),
  extension: row(
    420,
    'feature-not-implemented',
    'An extension that proxies must know is not known',
    'RFC 3261 §16.3',
  ),
  'foreign-route': row(
    403,
    'forbidden',
    'The Route leads where nothing is relayed',
    'RFC 3261 §16.4',
  ),
  'stale-route': row(
    481,
    'item-not-found',
    'The Route belongs to no dialog of these two',
    'RFC 3261 §16.4',
  ),
  'asserted-elsewhere': row(
    403,
    'forbidden',
    'The asserted identity is of another domain than From',
    'RFC 3325 §9.1',
  ),
  'best-effort': row(
    405,
    'feature-not-implemented',
    'Notifications without an answer are not agreed with the partner',
    'RFC 6665 §4.3',
  ),
  'no-route': row(
    504,
    'remote-server-not-found',
    'There is no way to the recipient that policy wants',
    'RFC 3261 §16.5',
  ),
};

/** The refusal of that name; `detail` is appended to its sentence. */
export function refused(code: RefusalCode, detail?: string, headers?: Refusal['headers']): Refusal {
  const { text, ...row } = REFUSALS[code];
  const sentence = detail === undefined ? text : `${text}: ${detail}`;
  const refusal = { kind: 'refusal', code, ...row, text: sentence } as const;
  return headers === undefined ? refusal : { ...refusal, headers };
}

/** A translation with its losses. */
export function translated<T>(value: T, lost: readonly Loss[] = NOTHING): Translation<T> {
  return { kind: 'translation', value, lost };
}

interface Row {
  readonly status: number;
  readonly condition: string;
  readonly text: string;
  readonly spec: string;
  readonly warning?: number;
}

function row(status: number, condition: string, text: string, spec: string): Row {
  return { status, condition, text, spec };
}
