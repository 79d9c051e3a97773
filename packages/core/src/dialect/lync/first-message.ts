// Habit: first-message
// They do: put the first message into headers of the INVITE: the text in ms-text-format, richer copies of it in ms-im-format,
//   each a content type with the body in base64 as its last parameter. A 2xx that does not say the message was taken makes
//   them send it again.
// Vectors: im-01 O, im-02 O, im-03 O, im-04 O, im-05 O, own im-first-message O.
// We do: read it like any MESSAGE of that sender, and say by both tokens that it was taken; or ignore it, and say nothing. A
//   message that cannot be read whole is ignored whole. None is sent in an INVITE of ours.
import { type HeaderField, headersOf, type IncomingRequest, type Request } from '@interwork/sip';
import { fromBase64 } from '../../base64.ts';
import { readMediaType, type PartDraft } from '../../body/mime.ts';
import { writeMultipart } from '../../body/multipart.ts';
import type { FirstMessage } from '../types.ts';

/** The message within an INVITE; `undefined` where there is none, or none that can be taken whole. */
export function firstMessageOf(r: IncomingRequest): FirstMessage | undefined {
  const { headers } = r.request;
  const texts = headers.all('ms-text-format');
  const copies = headers.all('ms-im-format');
  if (texts.length + copies.length === 0) return undefined;
  if (texts.length > 1 || copies.length > MAX_COPIES) return undefined;
  const parts = [...texts, ...copies].map(embedded);
  const body = bodyOf(parts.filter((part) => part !== undefined));
  if (body === undefined || (texts.length > 0 && parts[0] === undefined)) return undefined;
  return { message: messageOf(r, body), taken: TAKEN };
}

/** The header that carries a text in an INVITE, for those who play them. */
export function textFormat(contentType: string, base64: string): HeaderField {
  return { name: 'ms-text-format', value: `${contentType}; ms-body=${base64}` };
}

interface Body {
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** One header: a content type, and behind it what it is the type of. */
function embedded(value: string): Body | undefined {
  const [, contentType, base64] =
    /^([^\0]*?);[ \t]*ms-body[ \t]*=[ \t]*([A-Za-z0-9+/=]*)$/i.exec(value) ?? [];
  if (contentType === undefined || base64 === undefined) return undefined;
  const type = readMediaType(contentType);
  const content = fromBase64(base64);
  return type?.type !== 'text' || content === undefined ? undefined : { contentType, content };
}

/** The text, or it and its copies as alternatives. */
function bodyOf(parts: readonly Body[]): Body | undefined {
  const [first] = parts;
  if (parts.length < 2 || first === undefined) return first;
  const drafts = parts.map(({ contentType, content }): PartDraft => {
    return { fields: [{ name: 'Content-Type', value: contentType }], content };
  });
  for (let n = 0; n < MAX_BOUNDARIES; n += 1) {
    const content = writeMultipart(drafts, `first-message-${n}`);
    if (content === undefined) continue;
    return { contentType: `multipart/alternative;boundary=first-message-${n}`, content };
  }
  return first;
}

/** A MESSAGE with what the INVITE says of its sender, its way and its language. */
function messageOf(r: IncomingRequest, { contentType, content }: Body): IncomingRequest {
  const kept = r.request.headers.fields().filter(({ name }) => !BODY_FIELDS.test(name));
  const headers = headersOf([...kept, { name: 'Content-Type', value: contentType }]);
  const request: Request = { ...r.request, method: 'MESSAGE', headers, body: content };
  return { ...r, method: 'MESSAGE', cseq: { ...r.cseq, method: 'MESSAGE' }, request };
}

/** What says of an INVITE what its body is; `c`, `e` and `l` are short for three of them. */
const BODY_FIELDS =
  /^(?:c|e|l|content-(?:type|encoding|length|disposition)|ms-(?:text|im)-format|accept|require)$/i;
/** One for each form that is known. */
const MAX_COPIES = 4;
/** Boundaries that are tried; a text that holds all of them wants to. */
const MAX_BOUNDARIES = 4;
const TAKEN: readonly HeaderField[] = [
  { name: 'Supported', value: 'ms-text-format' },
  { name: 'Supported', value: 'ms-embedded-first-message' },
];
