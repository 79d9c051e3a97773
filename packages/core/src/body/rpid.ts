// Rich presence, as far as it says how reachable somebody is: activities and the use of a device. RFC 4480 §3.2
// and §3.16. Its other elements (mood, place, sphere …) are ignored, as RFC 3863 §4.2.3 has it.
import { childrenOf, element, elementsOf, stampOf, textOf, type XmlElement } from '@interwork/xmpp';
import { given, listed } from './given.ts';
import {
  instantOfAttribute,
  isNameable,
  isUnderstood,
  lose,
  NS_RPID,
  type Reading,
  within,
} from './pidf-reading.ts';

/** What somebody does, perhaps within a span of time (epoch ms). @spec RFC 4480 §3.2 */
export interface Activities {
  /** Names of RFC 4480, such as `meeting`; others are not read. */
  readonly names: readonly string[];
  readonly from?: number;
  readonly until?: number;
}

/** Whether a device or a service is in use. @spec RFC 4480 §3.16 */
export interface UserInput {
  readonly state: 'active' | 'idle';
  /** When it was last used (epoch ms). */
  readonly lastInput?: number;
  /** Seconds without use after which it counts as idle. */
  readonly idleThreshold?: number;
}

/**
 * The activities among the children of elements.
 * @spec RFC 4480 §3.2
 */
export function readActivities(
  parents: readonly XmlElement[],
  r: Reading,
): readonly Activities[] | undefined {
  const found = parents.flatMap((parent) => childrenOf(parent, 'activities', NS_RPID));
  const bounded = within(found, r.limits.activities, 'activity', r);
  return listed(bounded.flatMap((el) => activitiesOf(el, r)));
}

function activitiesOf(el: XmlElement, r: Reading): readonly Activities[] {
  if (!isUnderstood(el, isActivity)) {
    lose(r, 'must-understand', 'RFC 3863 §4.2.3');
    return [];
  }
  const names = [
    ...new Set(
      elementsOf(el)
        .filter(isActivity)
        .map(({ name }) => name),
    ),
  ];
  if (names.length === 0) return [];
  const from = instantOfAttribute(el.attrs['from']);
  const until = instantOfAttribute(el.attrs['until']);
  const bounded = within(names, r.limits.activities, 'activity', r);
  return [{ names: bounded, ...given({ from, until }) }];
}

function isActivity({ name, ns }: XmlElement): boolean {
  return ns === NS_RPID && ACTIVITIES.has(name);
}

/**
 * The first use of a device among the children of elements.
 * @spec RFC 4480 §3.16
 */
export function readUserInput(parents: readonly XmlElement[], r: Reading): UserInput | undefined {
  const el = parents.flatMap((parent) => childrenOf(parent, 'user-input', NS_RPID))[0];
  const state = el === undefined ? '' : textOf(el).trim();
  if (el === undefined || (state !== 'idle' && state !== 'active')) return undefined;
  if (!isUnderstood(el, () => false)) {
    lose(r, 'must-understand', 'RFC 3863 §4.2.3');
    return undefined;
  }
  const lastInput = instantOfAttribute(el.attrs['last-input']);
  const seconds = el.attrs['idle-threshold'] ?? '';
  const idleThreshold = SECONDS.test(seconds) ? Number(seconds) : undefined;
  return { state, ...given({ lastInput, idleThreshold }) };
}

/** Elements of activities. */
export function activitiesElements(
  activities: readonly Activities[] | undefined,
): readonly XmlElement[] {
  return (activities ?? []).map(({ names, from, until }) => {
    const children = names
      .filter((name) => ACTIVITIES.has(name))
      .map((name) => element(name, NS_RPID));
    return element('activities', NS_RPID, { from: stamp(from), until: stamp(until) }, children);
  });
}

/** The element of a use. */
export function userInputElement(input: UserInput | undefined): XmlElement | undefined {
  if (input === undefined) return undefined;
  const { state, lastInput, idleThreshold } = input;
  const threshold = idleThreshold === undefined ? undefined : String(idleThreshold);
  const attrs = { 'idle-threshold': threshold, 'last-input': stamp(lastInput) };
  return element('user-input', NS_RPID, attrs, [state]);
}

function stamp(instant: number | undefined): string | undefined {
  return isNameable(instant) ? stampOf(instant) : undefined;
}

/** An element of activities, of those names that the RFC has; undefined without any. */
export function activitiesNamed(names: readonly string[]): XmlElement | undefined {
  const known = names.filter((name) => ACTIVITIES.has(name));
  return known.length === 0 ? undefined : activitiesElements([{ names: known }])[0];
}

const SECONDS = /^[1-9][0-9]{0,8}$/;

/** @spec RFC 4480 §3.2 */
const ACTIVITIES: ReadonlySet<string> = new Set([
  'appointment',
  'away',
  'breakfast',
  'busy',
  'dinner',
  'holiday',
  'in-transit',
  'looking-for-work',
  'lunch',
  'meal',
  'meeting',
  'on-the-phone',
  'other',
  'performance',
  'permanent-absence',
  'playing',
  'presentation',
  'shopping',
  'sleeping',
  'spectator',
  'steering',
  'travel',
  'tv',
  'unknown',
  'vacation',
  'working',
  'worship',
]);
