// SIP messages of a peer, as octets: SUBSCRIBEs and NOTIFYs, and 200s to what a gateway sends.
import {
  checkRequest,
  type IncomingRequest,
  isFault,
  param,
  parseMessage,
  type RequestDraft,
  type Response,
  writeUri,
} from '@interwork/sip';

/** A document with a tuple for each device. */
export function documentOf(of: string, note: string, devices: readonly string[]): string {
  const tuple = (id: string): string =>
    `<tuple id="${id}"><status><basic>open</basic><show xmlns="jabber:client">away</show></status><note xml:lang="en">${note}</note></tuple>`;
  const tuples = devices.map(tuple).join('');
  return `<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:${of}">${tuples}</presence>`;
}

/** A SUBSCRIBE outside any dialog, or within the one of a NOTIFY of ours. */
export function subscribeTo(x: {
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly expires?: number;
  readonly cseq?: number;
  readonly within?: RequestDraft;
}): Buffer {
  const { from, to, callId, expires = 3_600, cseq = 1, within } = x;
  const ours = within === undefined ? '' : `;tag=${tagIn(within, 'from')}`;
  return octetsOf([
    `SUBSCRIBE ${within === undefined ? `sip:${to}` : contactOf(within)} SIP/2.0`,
    ...PATH,
    `From: <sip:${from}>;tag=theirs-${callId.slice(0, 12)}`,
    `To: <sip:${to}>${ours}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} SUBSCRIBE`,
    'Contact: <sip:client@192.0.2.17:5061;transport=tls;ob>',
    'Record-Route: <sip:edge-1.sip.example.com;lr>, <sip:core-7.sip.example.com;lr>',
    'Event: presence',
    'Accept: application/pidf+xml',
    `Expires: ${expires}`,
  ]);
}

/** A NOTIFY in the dialog of a SUBSCRIBE of ours. */
export function notifyFor(
  asked: RequestDraft,
  x: { readonly cseq: number; readonly state: string; readonly body?: string },
): Buffer {
  const { cseq, state, body = '' } = x;
  const lines = [
    `NOTIFY ${contactOf(asked)} SIP/2.0`,
    ...PATH,
    `From: <${writeUri(asked.to.uri)}>;tag=${THEIRS}`,
    `To: <${writeUri(asked.from.uri)}>;tag=${tagIn(asked, 'from')}`,
    `Call-ID: ${asked.callId}`,
    `CSeq: ${cseq} NOTIFY`,
    'Contact: <sip:presence@192.0.2.17:5061;transport=tls;ob>',
    'Record-Route: <sip:edge-1.sip.example.com;lr>, <sip:core-7.sip.example.com;lr>',
    'Event: presence',
    `Subscription-State: ${state}`,
    ...(body === '' ? [] : ['Content-Type: application/pidf+xml']),
  ];
  return octetsOf(lines, body);
}

/** The peer's 200 to a request of ours. */
export function okTo(draft: RequestDraft): Response {
  const message = parseMessage(
    octetsOf([
      'SIP/2.0 200 OK',
      'Via: SIP/2.0/TLS gateway.example.net:5061;branch=z9hG4bKabcdefghijklmnop;rport',
      `From: <${writeUri(draft.from.uri)}>;tag=${tagIn(draft, 'from')}`,
      `To: <${writeUri(draft.to.uri)}>;tag=${tagIn(draft, 'to') ?? THEIRS}`,
      `Call-ID: ${draft.callId}`,
      `CSeq: ${draft.cseq} ${draft.method}`,
      'Contact: <sip:presence@192.0.2.17:5061;transport=tls;ob>',
      ...(draft.method === 'SUBSCRIBE' ? [`Expires: ${headerOf(draft, 'Expires')}`] : []),
    ]),
  );
  if (isFault(message) || message.kind !== 'response') throw new Error(JSON.stringify(message));
  return message;
}

/** A request that was read. */
export function requestOf(octets: Buffer): IncomingRequest {
  const message = parseMessage(octets);
  if (isFault(message) || message.kind !== 'request') throw new Error(JSON.stringify(message));
  const request = checkRequest(message);
  if (isFault(request)) throw new Error(JSON.stringify(request));
  return request;
}

/** A header of a draft. */
export function headerOf({ headers = [] }: RequestDraft, wanted: string): string {
  return headers.find(({ name }) => name === wanted)?.value ?? '';
}

function contactOf(draft: RequestDraft): string {
  return headerOf(draft, 'Contact').replace(/^<|>$/g, '');
}

function tagIn(draft: RequestDraft, side: 'from' | 'to'): string | undefined {
  return param(draft[side].params, 'tag');
}

function octetsOf(lines: readonly string[], body = ''): Buffer {
  const octets = Buffer.from(body);
  const head = [...lines, `Content-Length: ${octets.length}`, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), octets]);
}

const THEIRS = 'a-tag-of-theirs';
const PATH = [
  'Via: SIP/2.0/TLS edge-1.sip.example.com:5061;branch=z9hG4bKabcdefghijklmnop;rport',
  'Max-Forwards: 70',
];
