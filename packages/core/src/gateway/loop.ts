// Loop defence: every gateway a message has passed leaves an opaque name on it, and one that meets its
// own name, or too many, stops. In SIP a header of ours, in XMPP an element of ours; nothing else is
// read from either.
import type { Request } from '@interwork/sip';
import { child, element, textOf, type XmlElement } from '@interwork/xmpp';

/** The header field that carries the path. @spec RFC 7247 §8 */
export const PATH_HEADER = 'Interwork-Path';

/** The namespace of the `<path/>` element. @spec RFC 7247 §8 */
export const NS_PATH = 'urn:interwork:path:0';

/** The gateways a SIP request has passed, oldest first. */
export function pathOfRequest(request: Request): readonly string[] {
  return names(request.headers.text(PATH_HEADER));
}

/** The gateways a stanza has passed, oldest first. */
export function pathOfStanza(stanza: XmlElement): readonly string[] {
  const path = child(stanza, 'path', NS_PATH);
  return path === undefined ? [] : names(textOf(path));
}

/** The path with this gateway added, as the element a stanza carries. */
export function pathElement(path: readonly string[], instance: string): XmlElement {
  return element('path', NS_PATH, {}, [joined(path, instance)]);
}

/** The path with this gateway added, as the header field a request carries. */
export function pathHeader(
  path: readonly string[],
  instance: string,
): { name: string; value: string } {
  return { name: PATH_HEADER, value: joined(path, instance) };
}

function joined(path: readonly string[], instance: string): string {
  return [...path, instance].join(' ');
}

/** Only what a gateway would write is a name; of a long path the end is enough to stop it. */
function names(text: string | undefined): readonly string[] {
  if (text === undefined || text.length > MAX_PATH) return text === undefined ? [] : TOO_LONG;
  return text.split(/[ ,]+/).filter((name) => NAME.test(name));
}

const MAX_PATH = 1024;
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
/** Stands for a path so long that it is over every limit. */
const TOO_LONG: readonly string[] = Array.from({ length: 64 }, () => '-');
