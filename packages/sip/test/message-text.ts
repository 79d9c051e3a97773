// Messages as tests write them: lines in an array, joined with CRLF.
import {
  isFault,
  parseMessage,
  type Request,
  type Response,
  type SipMessage,
} from '@interwork/sip';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Start line and headers, an empty line, a body. */
export const message = (lines: readonly string[], body = ''): Uint8Array =>
  utf8(`${lines.join('\r\n')}\r\n\r\n${body}`);

/** The header lines of a plain MESSAGE without its start line; `but` replaces by name or adds. */
export function plainLines(but: readonly string[] = []): readonly string[] {
  const names = new Set(but.map((line) => line.slice(0, line.indexOf(':')).trim().toLowerCase()));
  const kept = PLAIN.filter((line) => !names.has(line.slice(0, line.indexOf(':')).toLowerCase()));
  return [START, ...kept, ...but];
}

export const START = 'MESSAGE sip:bob@b.example SIP/2.0';

const PLAIN = [
  'Via: SIP/2.0/TLS gw.a.example;branch=z9hG4bKone',
  'Max-Forwards: 70',
  'From: "Ann" <sip:ann@a.example>;tag=f1',
  'To: <sip:bob@b.example>',
  'Call-ID: call-1@a.example',
  'CSeq: 1 MESSAGE',
];

/** The request in these octets; a fault fails the test. */
export function requestIn(bytes: Uint8Array): Request {
  const parsed = messageIn(bytes);
  if (parsed.kind !== 'request') throw new Error('a response');
  return parsed;
}

/** The response in these octets; a fault fails the test. */
export function responseIn(bytes: Uint8Array): Response {
  const parsed = messageIn(bytes);
  if (parsed.kind !== 'response') throw new Error('a request');
  return parsed;
}

export function messageIn(bytes: Uint8Array): SipMessage {
  const parsed = parseMessage(bytes);
  if (isFault(parsed)) throw new Error(`${parsed.code}: ${parsed.text}`);
  return parsed;
}

/** What is not a fault; a fault fails the test. */
export function good<T>(value: T): Exclude<T, { kind: 'fault' } | undefined> {
  if (value === undefined) throw new Error('undefined');
  if (isFault(value)) throw new Error(`${value.code}: ${value.text}`);
  return value as Exclude<T, { kind: 'fault' } | undefined>;
}
