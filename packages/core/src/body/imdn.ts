// Documents of type message/imdn+xml: what became of a message; and the CPIM headers that ask for them. RFC 5438, both
// ways. What they mean for a stanza is rules/receipt.ts.
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
import type { BareElement, BareFormat } from './bare-document.ts';
import type { CpimHeader } from './cpim.ts';
import { readDocument } from './document.ts';
import { given } from './given.ts';

/** The content type of these documents. @spec RFC 5438 §15.3 */
export const IMDN_TYPE = 'message/imdn+xml';

/** The namespace of its headers. @spec RFC 5438 §6 */
export const NS_IMDN_HEADERS = 'urn:ietf:params:imdn';

/** What a sender may ask to be told. @spec RFC 5438 §6.2 */
export type Disposition = 'positive-delivery' | 'negative-delivery' | 'display' | 'processing';

/** What became of a message, as far as a recipient says. @spec RFC 5438 §11.1 */
export type ImdnStatus =
  | 'delivered'
  | 'displayed'
  | 'processed'
  | 'stored'
  | 'failed'
  | 'forbidden'
  | 'error';

/** One notification. @spec RFC 5438 §11.1 */
export interface Imdn {
  readonly messageId: string;
  /** Of the message it is about, epoch ms. */
  readonly sentAt: number;
  readonly kind: 'delivery' | 'display' | 'processing';
  readonly status: ImdnStatus;
  /** A URI. */
  readonly recipient?: string;
  /** A URI. */
  readonly originalRecipient?: string;
  readonly subject?: string;
}

/** What a message asks for. @spec RFC 5438 §7.1.1 */
export interface ImdnRequest {
  readonly messageId: string;
  readonly dispositions: readonly Disposition[];
}

/** What a document says; `undefined` when it is none. @spec RFC 5438 §11 */
export function readImdn(body: Uint8Array): Imdn | undefined {
  if (body.length > MAX_OCTETS) return undefined;
  const root = readDocument(body, { depth: 8, stanzaBytes: MAX_OCTETS });
  if (!('children' in root) || root.name !== 'imdn' || root.ns !== NS) return undefined;
  const messageId = idIn(textIn(root, 'message-id'));
  const said = KINDS.flatMap((kind) => saidIn(root, kind))[0];
  if (messageId === undefined || said === undefined) return undefined;
  const recipient = textIn(root, 'recipient-uri');
  const originalRecipient = textIn(root, 'original-recipient-uri');
  const subject = textIn(root, 'subject');
  const sentAt = instantOf(textIn(root, 'datetime') ?? '') ?? 0;
  return { messageId, sentAt, ...said, ...given({ recipient, originalRecipient, subject }) };
}

/** What it has words for; the subject of a message is its writer's words, and no part of that. @spec RFC 5438 §11.1 */
export function bareImdn(): BareFormat {
  const children = {
    'message-id': { text: (text: string) => text.length <= MAX_ID && ONE_WORD.test(text) },
    datetime: { text: (text: string) => instantOf(text) !== undefined },
    'recipient-uri': { text: isAddress },
    'original-recipient-uri': { text: isAddress },
    ...Object.fromEntries(KINDS.map((kind) => [`${kind}-notification`, bareStatus(kind)])),
  };
  return { name: 'imdn', ns: NS, octets: MAX_OCTETS, children };
}

function bareStatus(kind: Imdn['kind']): BareElement {
  const children = Object.fromEntries(STATUSES[kind].map((status) => [status, {}]));
  return { children: { status: { children } } };
}

function isAddress(text: string): boolean {
  return text.length <= MAX_TEXT && ADDRESS.test(text);
}

/** A document. @spec RFC 5438 §11 */
export function writeImdn(said: Imdn): Uint8Array {
  const { messageId, sentAt, recipient, originalRecipient, subject, kind, status } = said;
  const children = [
    text('message-id', messageId),
    text('datetime', stampOf(sentAt)),
    ...(recipient === undefined ? [] : [text('recipient-uri', recipient)]),
    ...(originalRecipient === undefined ? [] : [text('original-recipient-uri', originalRecipient)]),
    ...(subject === undefined ? [] : [text('subject', subject)]),
    element(`${kind}-notification`, NS, undefined, [
      element('status', NS, undefined, [element(status, NS)]),
    ]),
  ];
  const root = element('imdn', NS, undefined, children);
  return encodeUtf8(`<?xml version="1.0" encoding="UTF-8"?>${writeXml(root, '')}`);
}

/**
 * What the headers of a message ask for; `undefined` where that is nothing, or cannot be told apart from other messages.
 * @spec RFC 5438 §7.1.1
 */
export function readImdnRequest(headers: readonly CpimHeader[]): ImdnRequest | undefined {
  const ours = headers.filter(({ ns }) => ns === NS_IMDN_HEADERS);
  const messageId = ours.find(({ name }) => name === 'Message-ID')?.value.trim() ?? '';
  const asked = ours.find(({ name }) => name === 'Disposition-Notification')?.value ?? '';
  const names = new Set(asked.split(',').map((one) => one.trim().toLowerCase()));
  const dispositions = DISPOSITIONS.filter((one) => names.has(one));
  return isMessageId(messageId) && dispositions.length > 0
    ? { messageId, dispositions }
    : undefined;
}

/** Whether a message may be named so: in ASCII, since ids of stanzas have it in them, which have a length. @spec RFC 5438 §6.3 */
export function isMessageId(text: string): boolean {
  return text.length <= MAX_ID && ASCII.test(text);
}

/** The headers that ask for it. @spec RFC 5438 §7.1.1 */
export function writeImdnRequest({ messageId, dispositions }: ImdnRequest): readonly CpimHeader[] {
  return [
    header('Message-ID', messageId),
    ...(dispositions.length === 0
      ? []
      : [header('Disposition-Notification', dispositions.join(', '))]),
  ];
}

function header(name: string, value: string): CpimHeader {
  return { ns: NS_IMDN_HEADERS, name, lang: undefined, value };
}

function saidIn(root: XmlElement, kind: Imdn['kind']): readonly Pick<Imdn, 'kind' | 'status'>[] {
  const notification = child(root, `${kind}-notification`, NS);
  const status = notification && child(notification, 'status', NS);
  const name = status?.children.find((one) => typeof one !== 'string' && one.ns === NS);
  if (name === undefined || typeof name === 'string') return [];
  const said = STATUSES[kind].find((one) => one === name.name);
  return said === undefined ? [] : [{ kind, status: said }];
}

function textIn(root: XmlElement, name: string): string | undefined {
  const found = child(root, name, NS);
  return found === undefined ? undefined : textOf(found).trim().slice(0, MAX_TEXT);
}

function idIn(text: string | undefined): string | undefined {
  return text !== undefined && text !== '' && text.length <= MAX_ID ? text : undefined;
}

function text(name: string, value: string): XmlElement {
  return element(name, NS, undefined, [value]);
}

const NS = 'urn:ietf:params:xml:ns:imdn';
/** Octets: a whole one with every field has under a kB. */
const MAX_OCTETS = 8192;
const MAX_TEXT = 1024;
/** Characters of a Message-ID: gateways put into it what they are to know when a notification comes. */
const MAX_ID = 512;
/** Without blanks, as a header of it is. @spec RFC 5438 §6.3 */
const ONE_WORD = /^[\x21-\x7e]+$/;
const ASCII = /^[\x20-\x7e]+$/;
const ADDRESS = /^(?:im|pres|sips?|tel|mailto|xmpp):[\x21-\x7e]+$/i;
const KINDS = ['delivery', 'display', 'processing'] as const;
const DISPOSITIONS: readonly Disposition[] = [
  'positive-delivery',
  'negative-delivery',
  'display',
  'processing',
];
/** @spec RFC 5438 §11.1 */
const STATUSES: Readonly<Record<Imdn['kind'], readonly ImdnStatus[]>> = {
  delivery: ['delivered', 'failed', 'forbidden', 'error'],
  display: ['displayed', 'forbidden', 'error'],
  processing: ['processed', 'stored', 'forbidden', 'error'],
};
