// GeneralName (RFC 5280 §4.2.1.6): one name of a subjectAltName or of name constraints. The two
// otherNames that federation uses are read: SRVName (RFC 4985) and XmppAddr (RFC 6120 §13.7.1.4). A
// name that is not what its type says is kept as refused, with the reason, so that it can neither
// match nor vanish.

import { asciiOf, hasControl } from './bytes.ts';
import { TAG } from './der.ts';
import type { DerNode } from './der.ts';
import { nameOf } from './distinguished-name.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { ipText } from './ip.ts';
import { oidOf, stringOf } from './primitive.ts';

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

/** Reads one GeneralName; total: what is wrong is `refused`. @spec RFC 5280 §4.2.1.6 */
export function generalNameOf(node: DerNode): GeneralName {
  switch (node.tag) {
    case 0xa0:
      return otherNameOf(node);
    case 0x81:
      return ia5(node, 'email');
    case 0x82:
      return ia5(node, 'dns');
    case 0x86:
      return ia5(node, 'uri');
    case 0x87:
      return ipOf(node.content);
    case 0xa4:
      return directoryOf(node);
    case 0x88:
    case 0xa3:
    case 0xa5:
      return { kind: 'other', type: `[${node.tag & 0x1f}]` };
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
function otherNameOf(node: DerNode): GeneralName {
  const type = oidOf(node.children[0]);
  const value = node.children[1];
  const inner = value?.tag === 0xa0 && value.children.length === 1 ? value.children[0] : undefined;
  if (type === undefined || node.children.length !== 2 || inner === undefined)
    return refused('other', 'is malformed');
  if (type === OTHER_NAME.srv) return typed(inner, 'srv', TAG.ia5, 'IA5String');
  if (type === OTHER_NAME.xmppAddr) return typed(inner, 'xmpp-addr', TAG.utf8, 'UTF8String');
  return { kind: 'other', type };
}

function typed(inner: DerNode, kind: TextNameKind, tag: number, wanted: string): GeneralName {
  const text = inner.tag === tag ? stringOf(inner) : undefined;
  return text === undefined ? refused(kind, `is not a well-formed ${wanted}`) : checked(kind, text);
}

function ia5(node: DerNode, kind: TextNameKind): GeneralName {
  const text = asciiOf(node.content);
  return text === undefined ? refused(kind, 'has octets outside ASCII') : checked(kind, text);
}

function checked(kind: TextNameKind, text: string): GeneralName {
  if (text === '') return refused(kind, 'is empty');
  if (text.length > MAX_TEXT) return refused(kind, `has more than ${MAX_TEXT} characters`);
  if (hasControl(text)) return refused(kind, 'holds a NUL or another control character');
  return { kind, text };
}

function ipOf(content: Uint8Array): GeneralName {
  if (content.length !== 4 && content.length !== 16)
    return refused('ip', 'is neither four nor sixteen octets');
  return { kind: 'ip', bytes: content, text: ipText(content) };
}

// [4] is explicit, since Name is a CHOICE
function directoryOf(node: DerNode): GeneralName {
  const name = node.children.length === 1 ? nameOf(node.children[0]) : undefined;
  return name === undefined ? refused('directory', 'is malformed') : { kind: 'directory', name };
}

const refused = (of: GeneralNameKind, text: string): GeneralName => ({ kind: 'refused', of, text });

// longer than any name of a host, an address or a mailbox; what a URI may have
const MAX_TEXT = 2048;
