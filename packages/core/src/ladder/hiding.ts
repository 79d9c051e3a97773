// What of a message may be kept in a ladder. Unless the host asks for more, addresses are shortened and words withheld,
// and of header fields and elements only those are shown that are known to say nothing of people. What proves an
// identity to somebody else (credentials) is never kept, whatever the host asks for.
import type { HeaderField } from '@interwork/sip';
import { decodeUtf8, type XmlElement } from '@interwork/xmpp';
import { shortened } from '../gateway/trace.ts';
import { PATH_HEADER } from '../rules/path.ts';

/** What a host may ask for beyond what is shown to everybody. */
export interface Shows {
  /** `full` keeps whole addresses. Default `redacted`. */
  readonly addresses?: 'redacted' | 'full';
  /** `full` keeps what people wrote and what they showed of themselves. Default `withheld`. */
  readonly words?: 'withheld' | 'full';
}

/** Takes out of values what may not be shown. */
export interface Hiding {
  /** Any text with addresses in it. */
  readonly address: (text: string) => string;
  /** What somebody wrote; `undefined` where it may not be shown. */
  readonly words: (text: string) => string | undefined;
  /** A field line. */
  readonly field: (field: HeaderField) => string;
  /** A body of a content type. */
  readonly body: (body: Uint8Array, type: string) => string;
  readonly element: (element: XmlElement) => XmlElement;
}

/** The hiding that a host has asked for. */
export function hidingOf({ addresses = 'redacted', words = 'withheld' }: Shows): Hiding {
  const isBare = addresses === 'full';
  const address = isBare ? (text: string): string => text : hideAddresses;
  const said = (text: string): string | undefined => (words === 'full' ? address(text) : undefined);
  const valueOf = (name: string, value: string): string => {
    if (SECRET.has(name)) return WITHHELD;
    if (isBare && words === 'full') return value;
    if (PEOPLE.has(name)) return isBare ? value : address(withoutNames(value));
    if (PLAIN.has(name)) return address(value);
    return said(value) ?? WITHHELD;
  };
  return {
    address,
    words: said,
    field: ({ name, value }) => `${name}: ${valueOf(name.toLowerCase(), value)}`,
    body: (body, type) => said(decodeUtf8(body) ?? '') ?? withheldBody(body, type),
    element: (element) => hiddenElement(element, { jid: isBare ? address : shortened, said }),
  };
}

/** Every user part before an `@` cut to its first character, every telephone number to its scheme, and no device. */
function hideAddresses(text: string): string {
  let out = '';
  let done = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > done && !STOPS.has(text[start - 1] ?? '')) start -= 1;
    out += text.slice(done, start);
    if (start < at) out += `${String.fromCodePoint(text.codePointAt(start) ?? 0x3f)}…`;
    done = at;
  }
  return (out + text.slice(done)).replaceAll(NUMBER, '$1…').replaceAll(DEVICE, '$1…');
}

/** An address list without display names: all that stands in quotes, or before an angle bracket. */
function withoutNames(value: string): string {
  if (!value.includes('<')) return value;
  let out = '';
  let inside = false;
  let after = false;
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at] ?? '';
    if (!inside && char === '"') at = endOfQuoted(value, at);
    else if (char === '<') [inside, after, out] = [true, false, `${out}<`];
    else if (char === '>') [inside, after, out] = [false, true, `${out}>`];
    else if (!inside && char === ',') [after, out] = [false, `${out}, `];
    else if (inside || after) out += char;
  }
  return out;
}

function endOfQuoted(value: string, start: number): number {
  for (let at = start + 1; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === '"') return at;
  }
  return value.length;
}

function withheldBody(body: Uint8Array, type: string): string {
  return body.length === 0 ? '' : `[${body.length} octets of ${type || 'no type'}]`;
}

interface Ways {
  readonly jid: (text: string) => string;
  readonly said: (text: string) => string | undefined;
}

function hiddenElement(element: XmlElement, ways: Ways): XmlElement {
  const attrs = Object.fromEntries(
    Object.entries(element.attrs).map(([name, value]) => [name, attribute(name, value, ways)]),
  );
  const isPlain = PLAIN_ELEMENTS.has(element.name);
  const children = element.children.map((one) => {
    if (typeof one !== 'string') return hiddenElement(one, ways);
    return one.trim() === '' || isPlain ? one : (ways.said(one) ?? `[${one.length} characters]`);
  });
  return { ...element, attrs, children };
}

function attribute(name: string, value: string, { jid, said }: Ways): string {
  if (ADDRESSES.has(name)) return jid(value);
  return PLAIN_ATTRIBUTES.has(name) ? value : (said(value) ?? WITHHELD);
}

const WITHHELD = '[withheld]';
/** What cannot stand in a user part, and so ends it. */
const STOPS: ReadonlySet<string> = new Set(' \t\r\n<>"\'@;:,()[]{}|');
const NUMBER = /(tel:)[+\d][\d().-]*/gi;
const DEVICE = /(;gr=)[^;>,\s]+/gi;
/** Fields that prove an identity. */
const SECRET: ReadonlySet<string> = new Set([
  'authorization',
  'authentication-info',
  'identity',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'www-authenticate',
]);
/** Fields that hold addresses, and names beside them. */
const PEOPLE: ReadonlySet<string> = new Set([
  'contact',
  'f',
  'from',
  'history-info',
  'm',
  'p-asserted-identity',
  'p-preferred-identity',
  'path',
  'record-route',
  'refer-to',
  'referred-by',
  'reply-to',
  'route',
  't',
  'to',
]);
/** Fields that say nothing of people but perhaps an address. */
const PLAIN: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'allow',
  'allow-events',
  'c',
  'call-id',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'cseq',
  'date',
  'e',
  'event',
  'expires',
  PATH_HEADER.toLowerCase(),
  'i',
  'k',
  'l',
  'max-forwards',
  'mime-version',
  'min-expires',
  'ms-diagnostics',
  'ms-diagnostics-public',
  'o',
  'proxy-require',
  'reason',
  'require',
  'retry-after',
  'server',
  'subscription-state',
  'supported',
  'unsupported',
  'user-agent',
  'v',
  'via',
  'warning',
]);
const ADDRESSES: ReadonlySet<string> = new Set(['from', 'to', 'jid', 'by']);
const PLAIN_ATTRIBUTES: ReadonlySet<string> = new Set(['code', 'id', 'stamp', 'type', 'xml:lang']);
/** Elements whose text says nothing of people. */
const PLAIN_ELEMENTS: ReadonlySet<string> = new Set(['path', 'priority', 'thread']);
