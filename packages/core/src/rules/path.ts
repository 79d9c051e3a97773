// Loop defence: every gateway a message has passed leaves an opaque name on it, and one that meets its
// own name, or too many, stops. In SIP a header of ours, in XMPP an element of ours; nothing else is
// read from either.
import type { HeaderField, Request } from '@interwork/sip';
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

/** A path as the children a stanza gets; none for an empty one. */
export function pathElements(path: readonly string[]): readonly XmlElement[] {
  return path.length === 0 ? NONE : [element('path', NS_PATH, {}, [path.join(' ')])];
}

/** A path as the header fields a request gets; none for an empty one. */
export function pathHeaders(path: readonly string[]): readonly HeaderField[] {
  return path.length === 0 ? NONE : [{ name: PATH_HEADER, value: path.join(' ') }];
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
const NONE: readonly never[] = Object.freeze([]);
