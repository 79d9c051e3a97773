// The few pieces of a stream that are not elements of their own: RFC 6120 §4.2 (header) and §4.4 (closing tag).
// Written by hand because prefixes matter here: exactly `stream:` (§4.8.5) and `db:` (XEP-0220 §2.4.1).
import { NS } from '../namespaces.ts';

/** What a stream header says. Addresses as they go on the wire; an empty `from` is left out. */
export interface HeaderText {
  readonly from: string;
  readonly to: string;
  readonly id?: string;
  readonly version: boolean;
}

/** Our opening tag. @spec RFC 6120 §4.7; XEP-0220 §2.4.1 */
export function headerText(header: HeaderText): string {
  return (
    `<?xml version='1.0'?><stream:stream xmlns='${NS.server}'` +
    ` xmlns:stream='${NS.streams}' xmlns:db='${NS.dialback}'` +
    (header.from === '' ? '' : attribute('from', header.from)) +
    (header.to === '' ? '' : attribute('to', header.to)) +
    (header.id === undefined ? '' : attribute('id', header.id)) +
    (header.version ? " version='1.0'" : '') +
    " xml:lang='en'>"
  );
}

/** Our closing tag. @spec RFC 6120 §4.4 */
export const CLOSING_TAG = '</stream:stream>';

/** One attribute, a blank before it. */
export function attribute(name: string, value: string): string {
  const safe = value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll("'", '&apos;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;');
  return ` ${name}='${safe}'`;
}
