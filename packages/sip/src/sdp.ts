// Session descriptions, RFC 8866: read into lines and media, and written back octet for octet. What an attribute
// means, and whether an offer can be answered, is the host's; nothing here is sent.
//
// A line is kept as it was written, what nobody here knows as well. Only where the RFC asks for it is a reader lenient:
// a line may end in LF alone. It is written with CRLF.
import { bytesOf, isUtf8, textOf } from './bytes.ts';
import { fault, type Fault, isFault } from './fault.ts';
import { SDP_LIMITS } from './limits.ts';
import { linesIn } from './sdp/lines.ts';
import { mediaText, readMedia } from './sdp/media.ts';
import { isInOrder } from './sdp/order.ts';
import type { SdpDocument, SdpLine, SdpMedia, SdpOrigin } from './sdp/types.ts';

/**
 * Reads a whole description. What stands in another order than the RFC's, or is not UTF-8, is a fault.
 * @spec RFC 8866 §5
 * @spec RFC 8866 §9
 */
export function parseSdp(bytes: Uint8Array): SdpDocument | Fault {
  if (bytes.length > SDP_LIMITS.bytes) return fault('sdp', 'length');
  const text = textOf(bytes, 0, bytes.length);
  if (!isUtf8(bytes, 0, bytes.length, text)) return fault('sdp', 'UTF-8');
  const all = linesIn(text);
  if (isFault(all)) return all;
  const first = all.findIndex(({ type }) => type === 'm');
  const lines = first < 0 ? all : all.slice(0, first);
  if (!isSession(lines)) return fault('sdp', 'session');
  const media = first < 0 ? [] : mediaIn(all.slice(first));
  return isFault(media) ? media : { kind: 'sdp', lines, media };
}

/**
 * Writes a description. What would end a line in a value becomes a blank, so that no value becomes a line.
 * @spec RFC 8866 §5
 */
export function writeSdp({ lines, media }: SdpDocument): Uint8Array {
  let out = linesText(lines);
  for (const one of media) out += `m=${plain(mediaText(one))}\r\n${linesText(one.lines)}`;
  return bytesOf(out);
}

/**
 * The value of the first attribute of that name among lines; empty where it has none, `undefined` where there is no such
 * attribute. Names compare letter by letter.
 * @spec RFC 8866 §5.13
 */
export function sdpAttribute(lines: readonly SdpLine[], name: string): string | undefined {
  for (const { type, value } of lines) {
    if (type !== 'a' || !value.startsWith(name)) continue;
    if (value.length === name.length) return '';
    if (value.charAt(name.length) === ':') return value.slice(name.length + 1);
  }
  return undefined;
}

/**
 * Who made a description, and which one it is; or what is wrong with that line.
 * @spec RFC 8866 §5.2
 */
export function sdpOrigin({ lines }: SdpDocument): SdpOrigin | Fault {
  const words = lines.find(({ type }) => type === 'o')?.value.split(' ') ?? [];
  const [user, id, version, network, addressType, address] = words;
  const isWhole = words.length === 6 && !words.includes('');
  if (!isWhole || !DIGITS.test(id ?? '') || !DIGITS.test(version ?? '')) return fault('sdp', 'o');
  return { user, id, version, network, addressType, address } as SdpOrigin;
}

/** The lines before the media: the version is 0, and what there must be is there. */
function isSession(lines: readonly SdpLine[]): boolean {
  return lines[0]?.value === '0' && isInOrder(lines, 'session');
}

function mediaIn(lines: readonly SdpLine[]): readonly SdpMedia[] | Fault {
  const media: SdpMedia[] = [];
  let from = 0;
  while (from < lines.length) {
    const next = lines.findIndex(({ type }, at) => type === 'm' && at > from);
    const end = next < 0 ? lines.length : next;
    const one = readMedia(lines[from]?.value ?? '', lines.slice(from + 1, end));
    if (isFault(one)) return one;
    media.push(one);
    if (media.length > SDP_LIMITS.media) return fault('sdp', 'media');
    from = end;
  }
  return media;
}

function linesText(lines: readonly SdpLine[]): string {
  let out = '';
  for (const { type, value } of lines) out += `${plain(type)}=${plain(value)}\r\n`;
  return out;
}

function plain(text: string): string {
  return text.replaceAll('\0', ' ').replaceAll('\r', ' ').replaceAll('\n', ' ');
}

const DIGITS = /^\d+$/;
