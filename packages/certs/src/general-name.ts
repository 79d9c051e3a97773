// GeneralName (RFC 5280 §4.2.1.6): one name of a subjectAltName or of name constraints. The two
// otherNames that federation uses are read: SRVName (RFC 4985) and XmppAddr (RFC 6120 §13.7.1.4). A
// name that is not what its type says is kept as refused, with the reason, so that it can neither
// match nor vanish.

import { hasControl, hasControlOctet, isAscii, textOf } from './bytes.ts';
import { NONE, TAG, contentAt, contentOf, endAt, firstIn, nextOf, tagAt } from './der.ts';
import { nameAt } from './distinguished-name.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { ipText } from './ip.ts';
import { oidAt } from './oid.ts';
import { stringAt } from './primitive.ts';

/** Names that are a text. */
export type TextNameKind = 'dns' | 'email' | 'uri' | 'srv' | 'xmpp-addr';

/** One presented name. */
export type GeneralName =
  | { readonly kind: TextNameKind; readonly text: string }
  | { readonly kind: 'ip'; readonly bytes: Uint8Array; readonly text: string }
  | { readonly kind: 'directory'; readonly name: DistinguishedName }
  | { readonly kind: 'other'; readonly type: string }
  | { readonly kind: 'refused'; readonly of: GeneralNameKind; readonly text: string };

/** The kinds of names, the refused ones left out. */
export type GeneralNameKind = TextNameKind | 'ip' | 'directory' | 'other';

/** Reads the GeneralName at `at`; total: what is wrong is `refused`. @spec RFC 5280 §4.2.1.6 */
export function generalNameAt(bytes: Uint8Array, at: number): GeneralName {
  const tag = tagAt(bytes, at);
  switch (tag) {
    case 0xa0:
      return otherNameAt(bytes, at);
    case 0x81:
      return ia5(bytes, at, 'email');
    case 0x82:
      return ia5(bytes, at, 'dns');
    case 0x86:
      return ia5(bytes, at, 'uri');
    case 0x87:
      return ipOf(contentOf(bytes, at));
    case 0xa4:
      return directoryAt(bytes, at);
    case 0x88:
    case 0xa3:
    case 0xa5:
      return { kind: 'other', type: `[${tag & 0x1f}]` };
    default:
      return refused('other', 'is of no known type');
  }
}

/** Object identifiers of the two otherNames that are read. */
export const OTHER_NAME = {
  srv: '1.3.6.1.5.5.7.8.7',
  xmppAddr: '1.3.6.1.5.5.7.8.5',
} as const;

/** @spec RFC 4985 §2, RFC 6120 §13.7.1.4 */
function otherNameAt(bytes: Uint8Array, at: number): GeneralName {
  const first = firstIn(bytes, at);
  const type = oidAt(bytes, first);
  if (type === undefined) return refused('other', 'is malformed');
  const value = endAt(bytes, first);
  const end = endAt(bytes, at);
  const inner = value < end && tagAt(bytes, value) === 0xa0 ? firstIn(bytes, value) : NONE;
  if (inner < 0 || endAt(bytes, inner) !== endAt(bytes, value) || endAt(bytes, value) !== end)
    return refused('other', 'is malformed');
  if (type === OTHER_NAME.srv) return typed(bytes, inner, 'srv', TAG.ia5);
  if (type === OTHER_NAME.xmppAddr) return typed(bytes, inner, 'xmpp-addr', TAG.utf8);
  return { kind: 'other', type };
}

function typed(bytes: Uint8Array, inner: number, kind: TextNameKind, tag: number): GeneralName {
  const text = tagAt(bytes, inner) === tag ? stringAt(bytes, inner) : undefined;
  const wanted = tag === TAG.ia5 ? 'IA5String' : 'UTF8String';
  return text === undefined ? refused(kind, `is not a well-formed ${wanted}`) : checked(kind, text);
}

/** Looked at as octets, so that only what is kept becomes a text. */
function ia5(bytes: Uint8Array, at: number, kind: TextNameKind): GeneralName {
  const from = contentAt(bytes, at);
  const to = endAt(bytes, at);
  if (!isAscii(bytes, from, to)) return refused(kind, 'has octets outside ASCII');
  if (to === from) return refused(kind, 'is empty');
  if (to - from > MAX_TEXT) return refused(kind, TOO_LONG);
  if (hasControlOctet(bytes, from, to)) return refused(kind, CONTROL);
  return { kind, text: textOf(bytes, from, to) };
}

function checked(kind: TextNameKind, text: string): GeneralName {
  if (text === '') return refused(kind, 'is empty');
  if (text.length > MAX_TEXT) return refused(kind, TOO_LONG);
  if (hasControl(text)) return refused(kind, CONTROL);
  return { kind, text };
}

function ipOf(content: Uint8Array): GeneralName {
  if (content.length !== 4 && content.length !== 16)
    return refused('ip', 'is neither four nor sixteen octets');
  return { kind: 'ip', bytes: content, text: ipText(content) };
}

// [4] is explicit, since Name is a CHOICE
function directoryAt(bytes: Uint8Array, at: number): GeneralName {
  const only = firstIn(bytes, at);
  const name = nextOf(bytes, only, endAt(bytes, at)) < 0 ? nameAt(bytes, only) : undefined;
  return name === undefined ? refused('directory', 'is malformed') : { kind: 'directory', name };
}

const refused = (of: GeneralNameKind, text: string): GeneralName => ({ kind: 'refused', of, text });

// longer than any name of a host, an address or a mailbox; what a URI may have
const MAX_TEXT = 2048;
const TOO_LONG = `has more than ${MAX_TEXT} characters`;
const CONTROL = 'holds a NUL or another control character';
