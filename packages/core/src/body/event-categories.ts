// Documents of type application/msrtc-event-categories+xml: enhanced presence, of which state, notes and the name on the
// card are read. Other categories (calendar, location, legacy …) are named as lost. What the numbers mean for a stanza is
// dialect/lync/presence-categories.ts.
import {
  element,
  encodeUtf8,
  instantOf,
  stampOf,
  textOf,
  writeXml,
  type XmlElement,
} from '@interwork/xmpp';
import type { Loss } from '../translation.ts';
import { given, listed } from './given.ts';
import { isNameable } from './pidf-reading.ts';
import {
  DEFAULT_MSRTC_LIMITS,
  type DocumentFault,
  firstParts,
  named,
  type MsrtcLimits,
  readRoot,
  type RootKind,
  type RootReading,
  short,
  shortText,
  uriIn,
  wholeNumber,
} from './presence-root.ts';

/** The content type of these documents. @spec MS-PRES §2.2 */
export const CATEGORIES_TYPE = 'application/msrtc-event-categories+xml';

/** A document of that type: plain data, with only what is there. @spec MS-PRES §2.2 */
export interface EventCategories {
  readonly kind: 'event-categories';
  /** Whose presence it is: a SIP URI. */
  readonly uri: string;
  /** The state over all devices; without it nothing is known, or the watcher is blocked. */
  readonly state?: CategoryState;
  readonly notes?: readonly CategoryNote[];
  readonly displayName?: string;
  /** What could not be read, or had no room. */
  readonly lost?: readonly Loss[];
}

/** How reachable somebody is. @spec MS-PRES §2.2 */
export interface CategoryState {
  /** 0 to 99999. */
  readonly availability?: number;
  /** What the person does, as a word such as `in-a-meeting`. */
  readonly token?: string;
  /** The same in words of the person's own. */
  readonly custom?: string;
  /** When a device was last used (epoch ms). */
  readonly lastActive?: number;
}

/** What somebody has written, and for which occasion. @spec MS-PRES §2.2 */
export interface CategoryNote {
  readonly type: 'personal' | 'OOF';
  readonly text: string;
}

/** A document of that type; a fault when it is none. @spec MS-PRES §2.2 */
export function parseCategories(
  body: Uint8Array,
  limits: MsrtcLimits = DEFAULT_MSRTC_LIMITS,
): EventCategories | DocumentFault {
  const root = readRoot(body, KIND, limits);
  if ('code' in root) return root;
  const uri = uriIn(root.attrs['uri'], KIND.spec, limits);
  return typeof uri === 'string' ? documentOf(root, uri, { limits, lost: new Map() }) : uri;
}

function documentOf(root: XmlElement, uri: string, r: RootReading): EventCategories {
  const categories = firstParts(named(root, 'category'), 'category', r);
  const of = (name: string): readonly XmlElement[] =>
    categories.filter((el) => el.attrs['name'] === name).flatMap((el) => named(el, name));
  const state = stateOf(of('state'), r);
  const notes = listed(of('note').flatMap((el) => notesOf(el, r)));
  const displayName = nameOn(of('contactCard')[0], r);
  for (const { attrs } of categories) loseUnread(attrs['name'] ?? '', r);
  const lost = listed([...r.lost.values()]);
  return { kind: 'event-categories', uri, ...given({ state, notes, displayName, lost }) };
}

function loseUnread(name: string, r: RootReading): void {
  const what = `category:${name}`.slice(0, 64);
  if (!READ.has(name)) r.lost.set(what, { what, spec: KIND.spec });
}

/** Of several states the one over all devices counts, else the first that says something. */
function stateOf(states: readonly XmlElement[], r: RootReading): CategoryState | undefined {
  const whole = states.filter((el) => (el.attrs[XSI_TYPE] ?? '').endsWith('aggregateState'));
  const read = [...whole, ...states].map((el) => readState(el, r));
  return read.find((state) => state.availability !== undefined || state.token !== undefined);
}

function readState(el: XmlElement, r: RootReading): CategoryState {
  const [available] = named(el, 'availability');
  const activities = named(el, 'activity');
  const availability = wholeNumber(available && textOf(available));
  const token = activities.map(({ attrs }) => short(attrs['token'], r)).find(isThere);
  const customs = activities.flatMap((one) => named(one, 'custom'));
  const custom = customs.map((one) => shortText(one, r)).find(isThere);
  return given({ availability, token, custom, lastActive: universal(el.attrs['lastActive']) });
}

function isThere(text: string | undefined): text is string {
  return text !== undefined;
}

/** Times without a zone are universal ones. */
function universal(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : (instantOf(trimmed) ?? instantOf(`${trimmed}Z`));
}

function notesOf(el: XmlElement, r: RootReading): readonly CategoryNote[] {
  return named(el, 'body').flatMap((body) => {
    const text = shortText(body, r);
    const type = body.attrs['type'] === 'OOF' ? 'OOF' : 'personal';
    return text === undefined ? [] : [{ type, text }];
  });
}

function nameOn(card: XmlElement | undefined, r: RootReading): string | undefined {
  const names = named(card, 'identity').flatMap((el) => named(el, 'name'));
  return shortText(names.flatMap((el) => named(el, 'displayName'))[0], r);
}

/** A document of that type as octets, of the moment `now` (epoch ms). @spec MS-PRES §2.2 */
export function writeCategories(document: EventCategories, now: number): Uint8Array {
  const { uri, state, notes = [], displayName } = document;
  const root = element('categories', NS_CATEGORIES, { uri }, [
    state && category('state', now, stateElement(state)),
    notes.length === 0 ? undefined : category('note', now, noteElement(notes)),
    displayName === undefined ? undefined : category('contactCard', now, cardElement(displayName)),
  ]);
  return encodeUtf8(writeXml(root));
}

function category(name: string, now: number, content: XmlElement): XmlElement {
  const attrs = { name, instance: name === 'state' ? '1' : '0', publishTime: stamp(now) };
  return element('category', NS_CATEGORIES, attrs, [content]);
}

function stateElement({ availability, token, custom, lastActive }: CategoryState): XmlElement {
  const of = (name: string, attrs: Record<string, string>, text: string | undefined): XmlElement =>
    element(name, NS_STATE, attrs, [text]);
  return element(
    'state',
    NS_STATE,
    { [XSI_TYPE]: 'aggregateState', lastActive: stamp(lastActive) },
    [
      availability === undefined ? undefined : of('availability', {}, String(availability)),
      token === undefined ? undefined : of('activity', { token }, undefined),
      custom === undefined
        ? undefined
        : element('activity', NS_STATE, {}, [of('custom', {}, custom)]),
    ],
  );
}

function noteElement(notes: readonly CategoryNote[]): XmlElement {
  const bodies = notes.map(({ type, text }) => element('body', NS_NOTE, { type, uri: '' }, [text]));
  return element('note', NS_NOTE, {}, bodies);
}

function cardElement(displayName: string): XmlElement {
  const of = (name: string, child: XmlElement | string): XmlElement =>
    element(name, NS_CARD, {}, [child]);
  return of('contactCard', of('identity', of('name', of('displayName', displayName))));
}

function stamp(instant: number | undefined): string | undefined {
  return isNameable(instant) ? stampOf(instant) : undefined;
}

const NS_CATEGORIES = 'http://schemas.microsoft.com/2006/09/sip/categories';
const NS_STATE = 'http://schemas.microsoft.com/2006/09/sip/state';
const NS_NOTE = 'http://schemas.microsoft.com/2006/09/sip/note';
const NS_CARD = 'http://schemas.microsoft.com/2006/09/sip/contactcard';
const XSI_TYPE = '{http://www.w3.org/2001/XMLSchema-instance}type';
const READ: ReadonlySet<string> = new Set(['state', 'note', 'contactCard']);

const KIND: RootKind = {
  root: 'categories',
  spec: 'MS-PRES §2.2',
  passes: { encoding: true },
};
