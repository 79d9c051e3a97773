// What the load is made of: message number n of each way, all of one length, so that an echo can cut them by
// counting; and the reading of what comes back, down to the last character.
// It is no parser: it reads what a gateway or an echo on this machine writes, and calls everything else strange.

export const SIP = 'sip.example';
export const XMPP = 'xmpp.example';
/** Pairs of people, each with an order of its own. */
export const PAIRS = 100;

export type Way = 'sip-to-xmpp' | 'xmpp-to-sip';

/** Something that came in. `number` is NaN where none can be read. */
export type Read =
  | {
      readonly kind: 'message';
      readonly number: number;
      readonly from: string;
      readonly to: string;
      readonly text: string;
      readonly branch: string;
    }
  | { readonly kind: 'answer'; readonly number: number; readonly status: number }
  | { readonly kind: 'ping'; readonly pong: string }
  | { readonly kind: 'strange'; readonly text: string };

/** The two people of message `n`, by the way it goes. */
export function peopleOf(way: Way, n: number): { readonly from: string; readonly to: string } {
  const pair = padded(n % PAIRS, 4);
  const [sip, xmpp] = [`a${pair}@${SIP}`, `b${pair}@${XMPP}`];
  return way === 'sip-to-xmpp' ? { from: sip, to: xmpp } : { from: xmpp, to: sip };
}

/** The text of message `n`: a hundred characters, some of which XML escapes and UTF-8 lengthens. */
export function textOf(way: Way, n: number): string {
  return `${way} ${padded(n, 9)} ${FILLING}`.slice(0, 100);
}

/** A MESSAGE request. @spec RFC 3428 §4 */
export function requestOf(n: number, via: string): Buffer {
  const { from, to } = peopleOf('sip-to-xmpp', n);
  const text = textOf('sip-to-xmpp', n);
  const id = padded(n, 9);
  return Buffer.from(
    `MESSAGE sip:${to} SIP/2.0\r\nVia: SIP/2.0/${via};branch=z9hG4bK-load-${id}\r\nMax-Forwards: 70\r\n` +
      `From: <sip:${from}>;tag=t${id}\r\nTo: <sip:${to}>\r\nCall-ID: ${id}@${SIP}\r\nCSeq: 1 MESSAGE\r\n` +
      `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

/** A message stanza. */
export function stanzaOf(n: number): Buffer {
  const { from, to } = peopleOf('xmpp-to-sip', n);
  const text = textOf('xmpp-to-sip', n).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return Buffer.from(
    `<message from='${from}/desk' to='${to}' id='m${padded(n, 9)}' type='chat'><body>${text}</body></message>`,
  );
}

/** The 200 to a request, as short as a user agent may write it. @spec RFC 3261 §8.2.6 */
export function okTo(request: string): string {
  const kept = request.match(/^(?:Via|From|Call-ID|CSeq):.*\r\n/gim)?.join('') ?? '';
  const to = /^To:(.*)\r\n/im.exec(request)?.[1] ?? '';
  return `SIP/2.0 200 OK\r\n${kept}To:${to};tag=load\r\nContent-Length: 0\r\n\r\n`;
}

/** Answers to an echo, which reads none of it: as long as a real one. */
export const OK_TO_ECHO: Buffer = Buffer.from('SIP/2.0 200 OK\r\n'.padEnd(300, '.'));

/** What octets of one message say. */
export function read(bytes: Buffer): Read {
  const text = bytes.toString();
  if (text.startsWith('SIP/2.0 ')) return readAnswer(text);
  if (text.startsWith('MESSAGE ')) return readRequest(text);
  if (text.startsWith('<message')) return readStanza(text);
  return text.startsWith('<iq') ? readQuery(text) : { kind: 'strange', text };
}

function readAnswer(text: string): Read {
  const status = Number(text.slice(8, 11));
  return { kind: 'answer', number: Number(/^Call-ID: (\d+)@/im.exec(text)?.[1]), status };
}

function readRequest(text: string): Read {
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  const from = /^From:.*?<sip:([^;>]+)/im.exec(text)?.[1] ?? '';
  const to = /^To:.*?<sip:([^;>]+)/im.exec(text)?.[1] ?? '';
  const branch = /branch=([^;\r]+)/i.exec(text)?.[1] ?? '';
  return { kind: 'message', number: numberOf(body), from, to, text: body, branch };
}

function readStanza(text: string): Read {
  if (/^<message\b[^>]*\stype=["']error/.test(text)) return { kind: 'strange', text };
  const escaped = /<body[^>]*>([^<]*)<\/body>/.exec(text)?.[1] ?? '';
  const body = escaped.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const [from = '', to = ''] = [attribute(text, 'from'), attribute(text, 'to')];
  const bare = (address: string): string => address.split('/', 1)[0] ?? '';
  return {
    kind: 'message',
    number: numberOf(body),
    from: bare(from),
    to: bare(to),
    text: body,
    branch: '',
  };
}

/** The answer to a ping; other questions are strange. @spec XEP-0199 §4.1 */
function readQuery(text: string): Read {
  if (!text.includes('urn:xmpp:ping') || attribute(text, 'type') !== 'get')
    return { kind: 'strange', text };
  const [from, to, id] = ['to', 'from', 'id'].map((name) => attribute(text, name) ?? '');
  return { kind: 'ping', pong: `<iq type='result' from='${from}' to='${to}' id='${id}'/>` };
}

function attribute(text: string, name: string): string | undefined {
  return new RegExp(`^<[^>]*?\\s${name}=["']([^"']*)`).exec(text)?.[1];
}

function numberOf(body: string): number {
  return Number(/^\S+ (\d{9}) /.exec(body)?.[1]);
}

function padded(n: number, digits: number): string {
  return String(n).padStart(digits, '0');
}

const FILLING =
  'Grüße & <so> weiter: the quick brown fox jumps over the lazy dog, twice a day, every day.';
