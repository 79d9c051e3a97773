// Documents of type application/im-iscomposing+xml: whether somebody is composing a message. RFC 3994, both ways. What
// they mean for a stanza, and how long they hold, is rules/typing.ts.
import {
  child,
  element,
  encodeUtf8,
  instantOf,
  stampOf,
  textOf,
  writeXml,
  type XmlElement,
} from '@interwork/xmpp';
import { type BareFormat, type Fits, oneOf, SCHEMA_LOCATION } from './bare-document.ts';
import { readDocument } from './document.ts';
import { given } from './given.ts';

/** The content type of these documents. @spec RFC 3994 §3.4 */
export const IS_COMPOSING_TYPE = 'application/im-iscomposing+xml';

/** Whether a message is being composed. @spec RFC 3994 §3.4 */
export interface IsComposing {
  readonly state: 'active' | 'idle';
  /** Of the message to come: a type, or the first half of one. */
  readonly contentType?: string;
  /** When something was last entered, epoch ms. */
  readonly lastActive?: number;
  /** Seconds after which it no longer holds unless it is said again. */
  readonly refresh?: number;
}

/**
 * What a document says; `undefined` when it is none. A state that is not known is as good as idle.
 * @spec RFC 3994 §3.4
 */
export function readIsComposing(body: Uint8Array): IsComposing | undefined {
  if (body.length > MAX_OCTETS) return undefined;
  const root = readDocument(body, { depth: 4, stanzaBytes: MAX_OCTETS });
  if (!('children' in root) || root.name !== 'isComposing' || root.ns !== NS) return undefined;
  const state = textIn(root, 'state');
  if (state === undefined) return undefined;
  const said = textIn(root, 'lastactive');
  const lastActive = said === undefined ? undefined : instantOf(said);
  const contentType = typeIn(textIn(root, 'contenttype'));
  const refresh = secondsIn(textIn(root, 'refresh'));
  const isActive = state === 'active';
  return { state: isActive ? 'active' : 'idle', ...given({ contentType, lastActive, refresh }) };
}

/** What it has words for; `types` are those of messages that may be composed. @spec RFC 3994 §3.4 */
export function bareIsComposing(types: Fits): BareFormat {
  const children = {
    state: { text: oneOf('active', 'idle') },
    lastactive: { text: (text: string) => instantOf(text) !== undefined },
    contenttype: { text: types },
    refresh: { text: (text: string) => SECONDS.test(text) },
  };
  const attrs = { [SCHEMA_LOCATION]: (text: string) => SCHEMA.test(text) };
  return { name: 'isComposing', ns: NS, octets: MAX_OCTETS, attrs, children };
}

/** A document. @spec RFC 3994 §3.4 */
export function writeIsComposing(said: IsComposing): Uint8Array {
  const { state, lastActive, contentType, refresh } = said;
  const children = [
    element('state', NS, undefined, [state]),
    ...(lastActive === undefined
      ? []
      : [element('lastactive', NS, undefined, [stampOf(lastActive)])]),
    ...(contentType === undefined ? [] : [element('contenttype', NS, undefined, [contentType])]),
    ...(refresh === undefined ? [] : [element('refresh', NS, undefined, [String(refresh)])]),
  ];
  const root = element('isComposing', NS, undefined, children);
  return encodeUtf8(`<?xml version="1.0" encoding="UTF-8"?>${writeXml(root, '')}`);
}

function textIn(root: XmlElement, name: string): string | undefined {
  const found = child(root, name, NS);
  return found === undefined ? undefined : textOf(found).trim();
}

function typeIn(text: string | undefined): string | undefined {
  return text !== undefined && TYPE.test(text) ? text : undefined;
}

function secondsIn(text: string | undefined): number | undefined {
  return text !== undefined && SECONDS.test(text) ? Number(text) : undefined;
}

const NS = 'urn:ietf:params:xml:ns:im-iscomposing';
/** Octets: a whole one has under 500. */
const MAX_OCTETS = 4096;
const TYPE = /^[\w.+-]{1,64}(?:\/[\w.+-]{1,64})?$/;
const SECONDS = /^[1-9]\d{0,8}$/;
/** As the example of the text has it, whose namespace is another. */
const SCHEMA = /^urn:ietf:params:xml:ns:im-(?:is)?composing\s+iscomposing\.xsd$/;
