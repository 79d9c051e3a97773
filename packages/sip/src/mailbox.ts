// im and pres URIs: the mailbox they name. RFC 3860 and RFC 3859, Appendix A, with the mailbox of RFC 2822. What is
// there for one (a SIP URI, by SRV) is not looked for here; as it stands in a message such a URI is an `OtherUri`.
import { fault, type Fault } from './fault.ts';
import { escapedRunEnd, PASSWORD, URI_PARAM, URIC } from './grammar.ts';
import { hostOf } from './host.ts';
import { percentDecode, percentEncode } from './percent.ts';

/** The mailbox of an im or pres URI. @spec RFC 3860 §3 */
export interface MailboxUri {
  readonly kind: 'mailbox';
  readonly scheme: 'im' | 'pres';
  /** Decoded, without quotes; case matters. */
  readonly user: string;
  /** Lower case. */
  readonly host: string;
  /** What follows `?`, as written. */
  readonly headers: string | undefined;
}

/**
 * Reads one whole im or pres URI, with or without a display name before its mailbox. One that names no
 * mailbox is a fault.
 *
 * @spec RFC 3860 §3
 * @spec RFC 3859 §3
 */
export function parseMailbox(text: string): MailboxUri | Fault {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase();
  if (scheme !== 'im' && scheme !== 'pres') return fault('uri', 'scheme');
  if (escapedRunEnd(text, 0, text.length, URIC) < text.length) return fault('uri', 'characters');
  const [to = '', ...query] = text.slice(colon + 1).split('?');
  const mailbox = percentDecode(to);
  if (typeof mailbox !== 'string') return mailbox;
  const address = withoutName(mailbox);
  const at = address.lastIndexOf('@');
  const user = localPart(address.slice(0, Math.max(at, 0)));
  const host = hostOf(address.slice(at + 1));
  if (user === undefined) return fault('uri', 'user');
  if (host === undefined) return fault('uri', 'host');
  return {
    kind: 'mailbox',
    scheme,
    user,
    host,
    headers: query.length > 0 ? query.join('?') : undefined,
  };
}

/** Writes a mailbox so that it reads back as the same one. @spec RFC 3860 §3 */
export function writeMailbox({ scheme, user, host, headers }: MailboxUri): string {
  const local = DOT_ATOM.test(user) ? user : quoted(user);
  const address = percentEncode(local.replaceAll('%', '%25'), PASSWORD);
  const query = headers === undefined ? '' : `?${percentEncode(headers, URIC)}`;
  return `${scheme}:${address}@${percentEncode(host, URI_PARAM)}${query}`;
}

/** `Fred <fred@example.com>` is `fred@example.com`. */
function withoutName(mailbox: string): string {
  return mailbox.endsWith('>') ? mailbox.slice(mailbox.lastIndexOf('<') + 1, -1) : mailbox;
}

/** What stands before the `@`, unquoted; `undefined` when it can be no user. */
function localPart(text: string): string | undefined {
  const isQuoted = text.length > 2 && text.startsWith('"') && text.endsWith('"');
  if (!isQuoted) return DOT_ATOM.test(text) ? text : undefined;
  const inner = text.slice(1, -1);
  return QUOTED.test(inner) ? inner.replaceAll(/\\(.)/gsu, '$1') : undefined;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Beyond ASCII whatever the two domains agree on. */
const ATOM = String.raw`[^\x00-\x20\x7f"(),.:;<>@[\\\]]+`;
const DOT_ATOM = new RegExp(String.raw`^${ATOM}(?:\.${ATOM})*$`, 'u');
const QUOTED = /^(?:[^"\\\0\r\n]|\\[^\0\r\n])+$/u;
