// Messages to octets. RFC 3261 §7, §20. One string, encoded once; Content-Length is always counted here.
// A received message is written with its header lines octet for octet; typed values are written afresh.

import { join } from './bytes.ts';
import { writeParams, tokenOf } from './cursor.ts';
import { MisuseError } from './fault.ts';
import { isControl, runEnd, scrubControls, SPACE, TOKEN, URI_PARAM, URIC } from './grammar.ts';
import { headersOf, writeFields } from './header/field.ts';
import type { FieldNames } from './header/field-names.ts';
import { HeaderTable } from './header/table.ts';
import type {
  CSeq,
  Headers,
  NameAddr,
  SipMessage,
  Via,
  WireRequest,
  WireResponse,
} from './message.ts';
import { writeNameAddr } from './name-addr.ts';
import { percentEncode } from './percent.ts';
import { writeUri } from './uri.ts';

/**
 * Writes a message. Control characters in values become spaces, so that nothing handed in becomes
 * structure; a method or header name that is no token, or a status beyond 100 to 699, throws `MisuseError`.
 *
 * @spec RFC 3261 §7
 * @spec RFC 3261 §20.14
 */
export function writeMessage(message: SipMessage | WireRequest | WireResponse): Uint8Array {
  const lines = `${headOf(message)}Content-Length: ${message.body.length}\r\n\r\n`;
  return join(lines, message.body);
}

/** Writes one Via value. @spec RFC 3261 §20.42 */
export function writeVia(via: Via): string {
  const port = via.port === undefined ? '' : `:${Number(via.port)}`;
  const host = percentEncode(via.host, URI_PARAM);
  return `SIP/2.0/${tokenOf(via.transport)} ${host}${port}${writeParams(via.params)}`;
}

function headOf(message: SipMessage | WireRequest | WireResponse): string {
  switch (message.kind) {
    case 'request':
      return requestLine(message.method, safeUri(message.uri)) + linesOf(message.headers);
    case 'response':
      return statusLine(message.status, message.reason) + linesOf(message.headers);
    case 'wire-request':
      return requestHead(message);
    case 'wire-response':
      return responseHead(message);
  }
}

function requestHead(request: WireRequest): string {
  return (
    requestLine(request.method, writeUri(request.uri)) +
    viaLines(request.via) +
    `Max-Forwards: ${Number(request.maxForwards)}\r\n` +
    partyLine('From', request.from) +
    partyLine('To', request.to) +
    lineOf('Call-ID', request.callId) +
    cseqLine(request.cseq) +
    writeFields(request.headers)
  );
}

function responseHead(response: WireResponse): string {
  return (
    statusLine(response.status, response.reason) +
    viaLines(response.via) +
    partyLine('From', response.from) +
    partyLine('To', response.to) +
    (response.callId === undefined ? '' : lineOf('Call-ID', response.callId)) +
    cseqLine(response.cseq) +
    writeFields(response.headers)
  );
}

/** The first line of a request, with its Request-URI as text. */
export function requestLine(method: string, uri: string): string {
  return `${checkedMethod(method)} ${uri} SIP/2.0\r\n`;
}

/** The first line of a response. */
export function statusLine(status: number, reason: string): string {
  if (!Number.isInteger(status) || status < 100 || status > 699) {
    throw new MisuseError('status', 'A status must be an integer from 100 to 699.');
  }
  return `SIP/2.0 ${status} ${scrubControls(reason)}\r\n`;
}

function checkedMethod(method: string): string {
  if (method === '' || runEnd(method, 0, method.length, TOKEN) !== method.length) {
    throw new MisuseError('method', 'A method must be a token.');
  }
  return method;
}

/** The lines of headers, octet for octet where they were received, without Content-Length and what is named. */
export function linesOf(headers: Headers, one?: FieldNames, other?: FieldNames): string {
  if (headers instanceof HeaderTable) return headers.lines(one, other);
  if (one === undefined) return writeFields(headers.fields());
  return linesOf(headersOf(headers.fields()), one, other);
}

function viaLines(vias: readonly (Via | string)[]): string {
  let out = '';
  for (let i = 0; i < vias.length; i++) {
    const via = vias[i] as Via | string;
    out += typeof via === 'string' ? lineOf('Via', via) : `Via: ${writeVia(via)}\r\n`;
  }
  return out;
}

function partyLine(name: string, party: NameAddr | string | undefined): string {
  if (party === undefined) return '';
  return typeof party === 'string' ? lineOf(name, party) : `${name}: ${writeNameAddr(party)}\r\n`;
}

/**
 * A header line whose name is our own. What is written of typed values holds no control, whatever untyped code puts in
 * them: numbers are written as numbers. What is a text may.
 */
function lineOf(name: string, text: string): string {
  return `${name}: ${scrubControls(text)}\r\n`;
}

function cseqLine(cseq: CSeq | string | undefined): string {
  if (cseq === undefined) return '';
  if (typeof cseq === 'string') return lineOf('CSeq', cseq);
  return `CSeq: ${Number(cseq.number)} ${checkedMethod(cseq.method)}\r\n`;
}

/** A received Request-URI goes out as it came; one that a host changed may hold no blank. */
export function safeUri(uri: string): string {
  for (let i = 0; i < uri.length; i++) {
    const code = uri.charCodeAt(i);
    if (code === SPACE || code === 9 || isControl(code)) return percentEncode(uri, URIC);
  }
  return uri;
}
