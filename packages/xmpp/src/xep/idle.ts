// XEP-0319: since when a user has not touched a device, inside presence. The instant is handed in.
import { NS } from '../namespaces.ts';
import { child, element, type XmlElement } from '../xml/element.ts';
import { instantOf, stampOf } from './delay.ts';

/** The idle element for the instant (epoch ms) of the last interaction. @spec XEP-0319 §2.1 */
export function idleElement(since: number): XmlElement {
  return element('idle', NS.idle, { since: stampOf(since) });
}

/**
 * Since when a presence says that its user is idle, epoch milliseconds; undefined when it does not.
 * @spec XEP-0319 §2.1
 */
export function idleSinceOf(presence: XmlElement): number | undefined {
  const since = child(presence, 'idle', NS.idle)?.attrs['since'];
  return since === undefined ? undefined : instantOf(since);
}
