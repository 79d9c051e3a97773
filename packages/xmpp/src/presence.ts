// Presence to be sent, as plain data, and the element of it. RFC 6121 §4.7. Reading presence is stanza.ts; a presence
// of type error is made by `errorReply`, and what a server does with the rest is subscription.ts.
import type { Jid } from './jid.ts';
import { NS } from './namespaces.ts';
import type { LangText, PresenceType, Show } from './stanza.ts';
import { delayElement, isStampable } from './xep/delay.ts';
import { idleElement } from './xep/idle.ts';
import { element, type XmlElement } from './xml/element.ts';

/** What a presence to be sent is made of: plain data that a record can keep. */
export interface PresenceDraft {
  readonly from: Jid;
  readonly to: Jid;
  readonly id?: string | undefined;
  /** `available` is written as no type at all. */
  readonly type: Exclude<PresenceType, 'error'>;
  /** Written with `available` only. */
  readonly show?: Show | undefined;
  /** The first of each language is written. */
  readonly statuses?: readonly LangText[] | undefined;
  /** Written with `available` only, as the nearest integer that a priority can be. */
  readonly priority?: number | undefined;
  readonly lang?: string | undefined;
  /** When this was so (epoch ms), for a presence that tells of the past. */
  readonly delay?: number | undefined;
  /** When the user last did something (epoch ms); written with `available` only. */
  readonly idleSince?: number | undefined;
}

/**
 * A presence element of a draft, in `jabber:client`. An instant that no stamp can name is left out.
 * @spec RFC 6121 §4.7
 */
export function presenceElement(draft: PresenceDraft): XmlElement {
  const { from, to, id, type, lang, delay } = draft;
  const isAvailable = type === 'available';
  const children: XmlElement[] = [];
  if (isAvailable && draft.show !== undefined) children.push(leaf('show', draft.show));
  addStatuses(children, draft.statuses ?? [], lang);
  if (isAvailable) addPriority(children, draft.priority);
  if (isStampable(delay)) children.push(delayElement(delay, from.domain));
  if (isAvailable && isStampable(draft.idleSince)) children.push(idleElement(draft.idleSince));
  const written = isAvailable ? undefined : type;
  const attrs = { from: from.full, to: to.full, id, type: written, 'xml:lang': lang };
  return element('presence', NS.client, attrs, children);
}

/** @spec RFC 6121 §4.7.2.2 */
function addStatuses(
  children: XmlElement[],
  statuses: readonly LangText[],
  lang: string | undefined,
): void {
  const said = new Set<string | undefined>();
  for (const status of statuses) {
    const own = status.lang ?? lang;
    const key = own?.toLowerCase();
    if (said.has(key)) continue;
    said.add(key);
    const written = own === lang ? undefined : own;
    children.push(element('status', NS.client, { 'xml:lang': written }, [status.text]));
  }
}

/** @spec RFC 6121 §4.7.2.3 */
function addPriority(children: XmlElement[], priority: number | undefined): void {
  if (priority === undefined || Number.isNaN(priority)) return;
  const nearest = Math.min(HIGHEST, Math.max(LOWEST, Math.round(priority)));
  children.push(leaf('priority', String(nearest)));
}

function leaf(name: string, text: string): XmlElement {
  return element(name, NS.client, {}, [text]);
}

const LOWEST = -128;
const HIGHEST = 127;
