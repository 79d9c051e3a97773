// One medium of a description: what its m= line says. RFC 8866 §5.14. What a format means is the host's.
import { fault, type Fault } from '../fault.ts';
import { readNumber, runEnd, TOKEN } from '../grammar.ts';
import { isInOrder } from './order.ts';
import type { SdpLine, SdpMedia } from './types.ts';

/** @spec RFC 8866 §5.14 */
export function readMedia(value: string, lines: readonly SdpLine[]): SdpMedia | Fault {
  const [media = '', ports = '', proto = '', ...formats] = value.split(' ');
  const slash = ports.indexOf('/');
  const port = plainNumber(slash < 0 ? ports : ports.slice(0, slash), MOST_PORT);
  const count = slash < 0 ? undefined : plainNumber(ports.slice(slash + 1), MOST_PORT);
  const isRead = port >= 0 && (count === undefined || count > 0) && formats.length > 0;
  const areWords = isToken(media) && proto.split('/').every(isToken) && !formats.includes('');
  if (!isRead || !areWords) return fault('sdp', 'm');
  if (!isInOrder(lines, 'media')) return fault('sdp', 'medium');
  return { media, port, count, proto, formats, lines };
}

export function mediaText({ media, port, count, proto, formats }: SdpMedia): string {
  const ports = count === undefined ? String(port) : `${port}/${count}`;
  return [media, ports, proto, ...formats].join(' ');
}

/** A number that is written as we would write it. */
function plainNumber(text: string, most: number): number {
  const number = readNumber(text, 0, text.length, most);
  return String(number) === text ? number : -1;
}

function isToken(text: string): boolean {
  return text !== '' && runEnd(text, 0, text.length, TOKEN) === text.length;
}

const MOST_PORT = 65_535;
