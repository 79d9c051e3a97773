// Habit: media-descriptions
// They do: send a call's description twice, as alternatives of which the last is meant: one with the candidates of an ICE draft
//   for servers of 2007, one with those of RFC 5245. Encryption that is wished but not demanded is RTP/AVP with keys, which
//   RFC 4568 does not have; clients of 2005 write the key in clear, in k=.
// Vectors: av-01 D, av-02 D, av-03 D, av-04 D, av-05 D, own im-sessions D.
// We do: read what is offered and how it is to be encrypted, so that a trace names what was refused. Nothing of it is answered.
import { param, parseSdp, type Request, type SdpMedia } from '@interwork/sip';
import type { Part } from '../../body/mime.ts';
import { readMultipart } from '../../body/multipart.ts';

/** One description of a call. */
export interface CallDescription {
  /** For whom it is: servers of 2007 take the fallback. */
  readonly role: '2007fallback' | 'primary';
  readonly ice: 'draft-6' | 'v19' | 'none';
  /** `required`: the media line says so; `optional`: keys without; `off`: neither. */
  readonly encryption: 'required' | 'optional' | 'off';
  /** A key stands there in clear. */
  readonly hasClearKey: boolean;
  readonly media: readonly SdpMedia[];
}

/** The descriptions in a body, the one that is meant last; none where it describes no call. */
export function callsIn(message: Pick<Request, 'headers' | 'body'>): readonly CallDescription[] {
  return sdpParts({ headers: message.headers, content: message.body }).flatMap(describe);
}

/** The values of an attribute of a medium, in order. */
export function attributesOf({ lines }: SdpMedia, name: string): readonly string[] {
  const head = `${name}:`;
  const values = lines.filter(({ type, value }) => type === 'a' && value.startsWith(head));
  return values.map(({ value }) => value.slice(head.length));
}

/** What the keys of a medium are called: tag, and what groups packets by key, where that is said. */
export function cryptoOf(medium: SdpMedia): readonly { tag: number; mki: string | null }[] {
  return attributesOf(medium, 'crypto').map((line) => {
    const [, mki = null] = /\|2\^\d{1,2}\|(\d{1,10}:\d{1,3})/.exec(line) ?? [];
    return { tag: Number(/^\d{1,9}/.exec(line)?.[0] ?? 0), mki };
  });
}

function sdpParts(part: Part): readonly Part[] {
  const { contentType: type } = part.headers;
  if (type === undefined || 'kind' in type) return [];
  if (type.type === 'application' && type.subtype === 'sdp') return [part];
  if (type.type !== 'multipart') return [];
  const parts = readMultipart(part.content, param(type.params, 'boundary') ?? '') ?? [];
  return parts.flatMap((one) => (isMultipart(one) ? [] : sdpParts(one)));
}

function isMultipart({ headers: { contentType: type } }: Part): boolean {
  return type !== undefined && !('kind' in type) && type.type === 'multipart';
}

function describe({ headers, content }: Part): readonly CallDescription[] {
  const sdp = parseSdp(content);
  if (sdp.kind !== 'sdp') return [];
  const { lines, media } = sdp;
  const disposition = headers.contentDisposition;
  const params = disposition === undefined || 'kind' in disposition ? [] : disposition.params;
  const all = [...lines, ...media.flatMap((one) => one.lines)];
  return [
    {
      role: param(params, 'ms-proxy-2007fallback') === undefined ? 'primary' : '2007fallback',
      ice: iceOf(media),
      encryption: encryptionOf(media),
      hasClearKey: all.some(({ type }) => type === 'k'),
      media,
    },
  ];
}

/** The seventh word of a candidate is typ where it is RFC 5245's. */
function iceOf(media: readonly SdpMedia[]): CallDescription['ice'] {
  const [first] = media.flatMap((one) => attributesOf(one, 'candidate'));
  if (first === undefined) return 'none';
  return first.split(' ')[6] === 'typ' ? 'v19' : 'draft-6';
}

function encryptionOf(media: readonly SdpMedia[]): CallDescription['encryption'] {
  if (media.some(({ proto }) => proto.startsWith('RTP/SAVP'))) return 'required';
  const said = media.flatMap((one) => attributesOf(one, 'encryption'));
  if (said.includes('required')) return 'required';
  const keys = media.flatMap((one) => KEYS.flatMap((name) => attributesOf(one, name)));
  return keys.length > 0 || said.includes('optional') ? 'optional' : 'off';
}

const KEYS = ['crypto', 'cryptoscale'];
