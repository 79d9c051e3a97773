// XEP-0203: when a stanza was first sent, in the format of XEP-0082 §3.2. The instant is handed in.
import { MisuseError } from '../fault.ts';
import { NS } from '../namespaces.ts';
import { child, element, type XmlElement } from '../xml/element.ts';

/** The delay element for an instant in epoch milliseconds. @spec XEP-0203 §2 */
export function delayElement(sent: number, from?: string): XmlElement {
  return element('delay', NS.delay, { from, stamp: stampOf(sent) });
}

/** An instant (epoch milliseconds) as a UTC stamp. @spec XEP-0082 §3.2 */
export function stampOf(instant: number): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) throw new MisuseError('bad-instant', 'Not an instant.');
  return date.toISOString();
}

/** Whether a stamp can name an instant: years 0 to 9999 have four digits. @spec XEP-0082 §3.2 */
export function isStampable(instant: number | undefined): instant is number {
  return instant !== undefined && instant >= FIRST && instant <= LAST;
}

const FIRST = Date.UTC(-1, 12);
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** When a stanza says it was first sent, epoch milliseconds; undefined when it does not. @spec XEP-0203 §2 */
export function delayOf(stanza: XmlElement): number | undefined {
  const stamp = child(stanza, 'delay', NS.delay)?.attrs['stamp'];
  return stamp === undefined ? undefined : instantOf(stamp);
}

const STAMP =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** A stamp as epoch milliseconds; undefined when it is not one. @spec XEP-0082 §3.2 */
export function instantOf(stamp: string): number | undefined {
  if (!STAMP.test(stamp)) return undefined;
  const day = Number(stamp.slice(8, 10));
  const midnight = new Date(
    Date.UTC(Number(stamp.slice(0, 4)), Number(stamp.slice(5, 7)) - 1, day),
  );
  return midnight.getUTCDate() === day ? Date.parse(stamp) : undefined;
}
