// The words of a message, taken out of what is about to leave and put back changed: what filters and hosts look at. Where
// they are changed, the text alone goes on: rich text would still say what was there before.
import type { Obligation } from '@interwork/policy';
import type { RequestDraft } from '@interwork/sip';
import {
  child,
  childrenOf,
  decodeUtf8,
  encodeUtf8,
  type Jid,
  textOf,
  type XmlElement,
} from '@interwork/xmpp';
import { NS_XHTML_IM } from '../body/markup.ts';
import { filterLinks, type LinkText } from '../rules/link-filter.ts';
import { toPlainText } from '../rules/rich-message.ts';
import { type Loss, refused } from '../translation.ts';
import { hostDutiesOf, wantsWords } from './duties.ts';
import type { GatewayEnv } from './env.ts';
import type { DutyMessage } from './event.ts';
import type { DutyEnd } from './host-duties.ts';
import type { Said } from './look.ts';
import { LOST_RENDERING, requestSaysMore, stanzaSaysMore } from './rich-beside.ts';

/** How it ended for the words: they stay, they are other ones, or the message does not go on. */
export type WordsEnd =
  | (Extract<DutyEnd, { readonly kind: 'go' }> & { readonly subject?: string | undefined })
  | Extract<DutyEnd, { readonly kind: 'stop' }>;

/** Where a message comes from and goes to. */
export interface Ends {
  readonly direction: DutyMessage['direction'];
  readonly from: Jid;
  readonly to: Jid;
}

/**
 * Does everything that policy wants done with words: at once where nobody is asked, later where the host is. Messages of
 * two people that come behind one the host has are done behind it.
 */
export function carryWords(
  env: GatewayEnv,
  now: number,
  must: readonly Obligation[],
  ends: Ends,
  words: LinkText,
  then: (now: number, end: WordsEnd) => void,
): void {
  const filtered = filterBy(env, must, words);
  if ('refusal' in filtered) return then(now, filtered);
  const { text = words.text, subject = words.subject } = filtered;
  const pair = pairOf(ends.from, ends.to);
  const duties = hostDutiesOf(must, env.duties);
  if (duties.length === 0 && !env.hostDuties.holds(pair)) return then(now, filtered);
  const message = {
    direction: ends.direction,
    from: ends.from.bare,
    to: ends.to.bare,
    subject,
    text,
  };
  const whose = { pair, asker: ends.from.asciiDomain };
  const taken = env.hostDuties.carryOut(now, whose, duties, message, (later, end) =>
    then(later, end.kind === 'stop' ? end : { ...end, text: end.text ?? filtered.text, subject }),
  );
  if (taken === 'full') then(now, { kind: 'stop', refusal: refused('queue-full') });
}

/** What is carried, with its stanza as the host has it say; rich text that it has not seen is lost. */
export function carriedAsSaid<
  T extends { readonly element: XmlElement; readonly lost: readonly Loss[] },
>(carried: T, said: Said): T {
  const { element, lost } = carried;
  return {
    ...carried,
    element: stanzaAsSaid(element, said),
    lost: stanzaSaysMore(element) ? [...lost, LOST_RENDERING] : lost,
  };
}

function stanzaAsSaid(element: XmlElement, { text, subject }: Said): XmlElement {
  const isSame = text === undefined && subject === undefined;
  if (isSame && !stanzaSaysMore(element)) return element;
  return stanzaSaying(element, text ?? wordsOfStanza(element).text, subject);
}

/** A request as the host has it say, and without what it has not seen. */
export function requestAsSaid(draft: RequestDraft, { text, subject }: Said): RequestDraft {
  const isSame = text === undefined && subject === undefined;
  if (isSame && !requestSaysMore(draft)) return draft;
  return requestSaying(draft, text ?? wordsOfRequest(draft).text, subject);
}

/** Whether anything is to be done with the words at all, or with those before them: mostly not, and it costs nothing. */
export function speaksOfWords(
  env: GatewayEnv,
  must: readonly Obligation[],
  { from, to }: Pick<Ends, 'from' | 'to'>,
): boolean {
  if (env.hostDuties.size > 0 && env.hostDuties.holds(pairOf(from, to))) return true;
  return wantsWords(must);
}

function pairOf(from: Jid, to: Jid): string {
  return `${from.bare} ${to.bare}`;
}

/** Our own filter, where the host has not said that it looks. */
function filterBy(env: GatewayEnv, must: readonly Obligation[], words: LinkText): WordsEnd {
  const filter = env.duties.has('filter') ? undefined : must.find(({ kind }) => kind === 'filter');
  if (filter?.kind !== 'filter') return UNCHANGED;
  const found = filterLinks(words, filter);
  if (found.kind === 'same') return UNCHANGED;
  if (found.kind === 'blocked') return { kind: 'stop', refusal: refused('links') };
  return { kind: 'go', text: found.text, subject: found.subject, notes: FILTERED };
}

/** The words of a stanza; of subjects in several languages a line each. */
export function wordsOfStanza(element: XmlElement): LinkText {
  const [body, html] = [child(element, 'body'), child(element, 'html', NS_XHTML_IM)];
  const subjects = childrenOf(element, 'subject');
  return {
    text: body === undefined ? '' : textOf(body),
    subject: subjects.length === 0 ? undefined : subjects.map(textOf).join('\n'),
    hidden: html === undefined ? [] : [...hiddenIn(html)],
  };
}

/** A stanza with other words; one subject in place of all. */
export function stanzaSaying(element: XmlElement, text: string, subject?: string): XmlElement {
  const first = child(element, 'subject');
  const children = element.children.flatMap((one): readonly (XmlElement | string)[] => {
    if (typeof one === 'string') return [one];
    if (one.name === 'html' && one.ns === NS_XHTML_IM) return [];
    if (one.name === 'body') return [{ ...one, children: [text] }];
    if (one.name !== 'subject' || subject === undefined) return [one];
    return one === first ? [{ ...one, children: [subject] }] : [];
  });
  return { ...element, children };
}

/** The words of a request. */
export function wordsOfRequest(draft: RequestDraft): LinkText {
  const plain = toPlainText(draft);
  const text = textIn((plain ?? draft).body);
  const hidden = plain === undefined ? [] : [textIn(draft.body).replace(text, '')];
  return { text, subject: draft.subject, hidden };
}

/** A request with other words. */
export function requestSaying(draft: RequestDraft, text: string, subject?: string): RequestDraft {
  const plain = toPlainText(draft) ?? draft;
  return { ...plain, body: encodeUtf8(text), subject: subject ?? plain.subject };
}

/** Every text and every attribute below an element: its depth was bounded when it was read. */
function* hiddenIn(element: XmlElement): Iterable<string> {
  for (const value of Object.values(element.attrs)) if (value !== undefined) yield value;
  for (const one of element.children) {
    if (typeof one === 'string') yield one;
    else yield* hiddenIn(one);
  }
}

function textIn(body: Uint8Array | undefined): string {
  return body === undefined ? '' : (decodeUtf8(body) ?? '');
}

const UNCHANGED: WordsEnd = { kind: 'go', notes: [] };
const FILTERED: readonly string[] = ['links-filtered'];
