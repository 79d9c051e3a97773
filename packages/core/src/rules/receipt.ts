// XEP-0184 and XEP-0333 against IMDN (RFC 5438): what a message asks to be told, what a notice says, and what each is on
// the other side. There is never a notice for a notice. What both know of it in between is gateway/receipt-token.ts.
import { child, element, type Message, type XmlElement } from '@interwork/xmpp';
import type { Disposition, Imdn, ImdnRequest } from '../body/imdn.ts';

/** What became of a message, as far as an XMPP contact tells. */
export interface Notice {
  readonly kind: 'delivered' | 'displayed';
  /** Of the message it is about. */
  readonly id: string;
}

/**
 * What a stanza asks to be told, as SIP has it. Nothing where it has no id to tell it of, or tells something itself.
 * @spec XEP-0184 §5.1
 * @spec XEP-0333 §3
 */
export function dispositionsOf(m: Message): readonly Disposition[] {
  if (m.id === undefined || m.type === 'groupchat' || m.type === 'error') return NONE;
  if (noticeIn(m) !== undefined) return NONE;
  const isAsked = child(m.element, 'request', NS_RECEIPTS) !== undefined;
  const isMarked = child(m.element, 'markable', NS_MARKERS) !== undefined;
  if (!isAsked) return isMarked ? DISPLAY : NONE;
  return isMarked ? [...DELIVERY, ...DISPLAY] : DELIVERY;
}

/**
 * What a SIP message asks to be told, as a stanza has it. That only a failure is to be told needs no element.
 * @spec XEP-0184 §5.1
 * @spec XEP-0333 §3
 */
export function wishesOf({ dispositions }: ImdnRequest): readonly XmlElement[] {
  const wishes: XmlElement[] = [];
  if (dispositions.includes('positive-delivery')) wishes.push(element('request', NS_RECEIPTS));
  if (dispositions.includes('display')) wishes.push(element('markable', NS_MARKERS));
  return wishes;
}

/**
 * The notice in a stanza. Markers of older clients say the same under other names.
 * @spec XEP-0184 §5.4
 * @spec XEP-0333 §3
 */
export function noticeIn({ element: root }: Message): Notice | undefined {
  for (const one of root.children) {
    if (typeof one === 'string') continue;
    const kind = KINDS.get(`${one.ns} ${one.name}`);
    const id = one.attrs['id'] ?? '';
    if (kind !== undefined && id !== '' && id.length <= MAX_ID) return { kind, id };
  }
  return undefined;
}

/** A notice as a stanza has it. @spec XEP-0184 §5.4 */
export function noticeElement({ kind, id }: Notice): XmlElement {
  return kind === 'delivered'
    ? element('received', NS_RECEIPTS, { id })
    : element('displayed', NS_MARKERS, { id });
}

/**
 * What a notice is to whoever asked: what was not asked for is not told. That it was displayed says that it was delivered.
 * @spec RFC 5438 §7.2.1
 */
export function imdnOfNotice(
  { kind }: Notice,
  { dispositions }: ImdnRequest,
): Pick<Imdn, 'kind' | 'status'> | undefined {
  if (kind === 'displayed' && dispositions.includes('display'))
    return { kind: 'display', status: 'displayed' };
  return dispositions.includes('positive-delivery')
    ? { kind: 'delivery', status: 'delivered' }
    : undefined;
}

/** What an IMDN is to whoever asked: a notice, an error, or nothing that a stanza has a word for. @spec RFC 5438 §7.1.3 */
export function noticeOfImdn({ kind, status }: Imdn): Notice['kind'] | 'failed' | 'nothing' {
  if (status === 'delivered' || status === 'displayed') return status;
  const isFailure = status === 'failed' || status === 'error';
  return isFailure && kind === 'delivery' ? 'failed' : 'nothing';
}

/** Of XEP-0184. */
export const NS_RECEIPTS = 'urn:xmpp:receipts';
/** Of XEP-0333. */
export const NS_MARKERS = 'urn:xmpp:chat-markers:0';

/** By namespace and name. */
const KINDS: ReadonlyMap<string, Notice['kind']> = new Map([
  [`${NS_RECEIPTS} received`, 'delivered'],
  [`${NS_MARKERS} displayed`, 'displayed'],
  [`${NS_MARKERS} received`, 'delivered'],
  [`${NS_MARKERS} acknowledged`, 'displayed'],
]);
const NONE: readonly Disposition[] = [];
const DELIVERY: readonly Disposition[] = ['positive-delivery', 'negative-delivery'];
const DISPLAY: readonly Disposition[] = ['display'];
/** Characters of an id that is repeated: ours may bear another (gateway/late.ts). */
const MAX_ID = 1024;
