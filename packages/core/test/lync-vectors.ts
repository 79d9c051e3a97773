// The Lync vectors, shared ones and our own: one loader, so that each test names a vector by its id and gets it parsed. The
// shared ones may be missing; then their tests are skipped, each by name.
import { readFileSync } from 'node:fs';
import { checkRequest, type IncomingRequest, parseMessage, type Response } from '@interwork/sip';
import { encodeUtf8 } from '@interwork/xmpp';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';

/** One message, and what a reader or a gateway makes of it. */
export interface LyncVector {
  readonly id: string;
  readonly title: string;
  readonly kind: 'request' | 'response';
  /** The whole message; lines end in CRLF. */
  readonly raw: string;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** Every shared vector, by the file it is in; a test is missing where one of these has none. */
export const SHARED_IDS: readonly string[] = [
  'av-01-invite-two-sdp-required-encryption',
  'av-02-invite-optional-encryption',
  'av-03-answer-accepts-optional-encryption',
  'av-04-answer-declines-encryption',
  'av-05-invite-legacy-k-line',
  'err-01-504-1009-srv-not-in-domain',
  'err-02-504-1010-certificate-name',
  'err-03-504-no-diagnostics-to-partner',
  'err-04-404-1034-two-diagnostics-and-public',
  'err-05-403-1002-user-not-enabled-for-federation',
  'err-06-403-1001-user-not-enabled-for-public-im',
  'err-07-403-1017-split-domain',
  'err-08-504-1047-tls-negotiation',
  'err-09-504-1027-cannot-route',
  'err-10-diagnostics-quoting-edge-cases',
  'err-11-488-encryption-old',
  'err-12-488-encryption-lync',
  'err-13-415-multipart-archiving',
  'im-01-invite-lync2013-embedded-first-message',
  'im-02-invite-200-first-message-not-taken',
  'im-03-invite-200-first-message-taken',
  'im-04-invite-ocs2007r2',
  'im-05-invite-lcs2005-x-ms-message',
  'im-06-message-plain',
  'im-07-message-msgr',
  'im-08-message-multipart-alternative',
  'im-09-message-html-crlf',
  'im-10-message-200',
  'im-11-info-typing',
  'im-12-info-idle',
  'im-13-message-iscomposing',
  'im-14-imdn-conference',
  'im-15-message-481-dangling-session',
  'im-16-message-606-content-policy',
  'im-17-invite-480-do-not-disturb',
  'misc-01-options-probe',
  'pres-01-subscribe-single',
  'pres-02-subscribe-420-no-benotify',
  'pres-03-subscribe-200-pending',
  'pres-04-subscribe-200-piggyback-categories',
  'pres-05-benotify-categories-busy',
  'pres-06-notify-pidf-away',
  'pres-07-notify-pidf-aol-entity-without-scheme',
  'pres-08-notify-pidf-offline',
  'pres-09-benotify-msrtc-pidf-busy',
  'pres-10-notify-msrtc-pidf-offline',
  'pres-11-notify-xpidf-onthephone',
  'pres-12-benotify-terminated',
  'pres-13-wpending-watcher',
  'route-01-header-params-outside-brackets',
  'route-02-split-domain-internal',
  'trust-01-directpartner-verified',
  'trust-02-autofederation-unverified',
  'trust-03-publiccloud',
  'trust-04-header-from-partner-must-be-dropped',
];

/** Whether the shared ones are there. */
export const haveLync: boolean = haveVectors;

/** The shared vector whose id begins so, such as `im-01`. */
export function lyncVector(short: string): LyncVector {
  const id = SHARED_IDS.find((one) => one.startsWith(`${short}-`));
  if (id === undefined) throw new Error(`there is no vector ${short}`);
  return vectorJson<LyncVector>(`lync/${id}.json`, MISSING);
}

/** A file of our own vectors, by its id. */
export function ownVectors(id: string): unknown {
  const text = readFileSync(new URL(`../vectors/lync/${id}.json`, import.meta.url), 'utf8');
  return JSON.parse(text);
}

/** What a row of our own vectors says of a request; the rest is the same for all. */
export interface RequestRow {
  readonly method?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly type?: string;
  readonly body?: string;
}

/** A request of a Lync client with what the row says. */
export function requestWith(row: RequestRow): IncomingRequest {
  const { method = 'INVITE', headers = [], type, body = '' } = row;
  const octets = encodeUtf8(body);
  const contact = headers.some(([name]) => name === 'Contact')
    ? []
    : ['Contact: <sip:amy@contoso.com>'];
  const lines = [
    `${method} sip:romeo@fabrikam.com SIP/2.0`,
    'Via: SIP/2.0/TLS 203.0.113.10:5061;branch=z9hG4bK1',
    'Max-Forwards: 67',
    'From: <sip:amy@contoso.com>;tag=a;epid=9b6f316d27',
    'To: <sip:romeo@fabrikam.com>',
    'Call-ID: 1',
    `CSeq: 1 ${method}`,
    ...contact,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${octets.length}`,
  ];
  return requestOf({ ...MISSING, id: 'own', raw: `${lines.join('\r\n')}\r\n\r\n${body}` });
}

/** A response with what a row says. */
export function responseWith(status: number, headers: RequestRow['headers'] = []): Response {
  const lines = [`SIP/2.0 ${status} x`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return responseOf({
    ...MISSING,
    id: 'own',
    raw: `${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`,
  });
}

/** A vector as the request it is. */
export function requestOf({ raw, id }: LyncVector): IncomingRequest {
  const parsed = parseMessage(encodeUtf8(raw));
  if (parsed.kind !== 'request') throw new Error(`${id}: ${JSON.stringify(parsed)}`);
  const checked = checkRequest(parsed);
  if ('kind' in checked) throw new Error(`${id}: ${checked.text}`);
  return checked;
}

/** A vector as the response it is. */
export function responseOf({ raw, id }: LyncVector): Response {
  const parsed = parseMessage(encodeUtf8(raw));
  if (parsed.kind !== 'response') throw new Error(`${id}: ${JSON.stringify(parsed)}`);
  return parsed;
}

const MISSING: LyncVector = { id: '', title: '', kind: 'request', raw: '', expect: {} };
