// Habit: conference-imdn
// They do: tell what became of a message to a conference in application/ms-imdn+xml, which is not RFC 5438.
// Vectors: im-14 D.
// We do: read it, for a trace of a site; two people never use it, and such a body is refused with 415 as a message.
import { child, childrenOf, textOf, type XmlElement } from '@interwork/xmpp';
import { readDocument } from '../../body/document.ts';
import { type Diagnostics, readDiagnostics } from './diagnostics.ts';

/** What became of one message. */
export interface ConferenceImdn {
  readonly messageId: string;
  readonly recipients: readonly ConferenceFate[];
}

/** What became of it at one recipient. */
export interface ConferenceFate {
  readonly uri: string;
  readonly status: number;
  readonly diagnostics: Diagnostics | undefined;
}

/** Reads such a document; `undefined` when it is none. */
export function readConferenceImdn(body: Uint8Array): ConferenceImdn | undefined {
  const root = readDocument(body, {});
  if (!('children' in root) || root.name !== 'imdn' || root.ns !== NS_MS_IMDN) return undefined;
  const id = child(root, 'message-id', NS_MS_IMDN);
  if (id === undefined) return undefined;
  const fates = childrenOf(root, 'recipient', NS_MS_IMDN).slice(0, MAX_RECIPIENTS);
  return { messageId: textOf(id), recipients: fates.map(fateOf) };
}

function fateOf(recipient: XmlElement): ConferenceFate {
  const status = textIn(recipient, 'status');
  const entries = childrenOf(recipient, 'entry', NS_MS_IMDN);
  const said = entries.find((entry) => textIn(entry, 'key') === 'ms-diagnostics');
  return {
    uri: (recipient.attrs['uri'] ?? '').replace(/^<(.*)>$/, '$1'),
    status: /^\d{3}$/.test(status) ? Number(status) : 0,
    diagnostics: said && readDiagnostics(textIn(said, 'value')),
  };
}

function textIn(parent: XmlElement, name: string): string {
  const found = child(parent, name, NS_MS_IMDN);
  return found === undefined ? '' : textOf(found).trim();
}

const NS_MS_IMDN = 'http://schemas.microsoft.com/rtc/2005/08/imdn';
/** A conference has 250 people at most. */
const MAX_RECIPIENTS = 250;
