// What a MESSAGE body may be: RFC 7572 §7 obliges to text/plain, and this gateway carries that alone.
// Everything else is answered 415 with Accept; nothing is guessed from the octets.
import { type MediaType, param, type Request } from '@interwork/sip';
import { decodeText, xmlText } from '../body/text.ts';
import { NOTHING, type Loss, type Refusal, refused } from '../translation.ts';

/** The content types a MESSAGE may have, as Accept names them. */
export const ACCEPTED = 'text/plain';

/** A body that can be carried. */
export interface ReadBody {
  readonly kind: 'body';
  readonly text: string;
  readonly lost: readonly Loss[];
}

/**
 * The text of a MESSAGE, or why it is not carried.
 * @spec RFC 7572 §7
 * @spec RFC 3428 §9
 */
export function readBody(request: Request): ReadBody | Refusal {
  const { headers } = request;
  if (request.body.length === 0) return { kind: 'body', text: '', lost: NOTHING };
  if (!isIdentity(headers.contentEncoding)) {
    return refused('content-encoding', undefined, [{ name: 'Accept-Encoding', value: 'identity' }]);
  }
  if (mustBeHandled(request)) return disposed();
  const type = headers.contentType;
  if (type === undefined) return unsupported('no Content-Type');
  if ('kind' in type) return unsupported('Content-Type cannot be read');
  if (type.type !== 'text' || type.subtype !== 'plain')
    return unsupported(`${type.type}/${type.subtype}`);
  return plainText(request.body, charsetOf(type));
}

/** A body that must be handled for a purpose other than to be shown. @spec RFC 5621 §8 */
function mustBeHandled({ headers }: Request): boolean {
  const disposition = headers.contentDisposition;
  if (disposition === undefined) return false;
  if (!('value' in disposition)) return true;
  if (disposition.value.toLowerCase() === 'render') return false;
  return param(disposition.params, 'handling')?.toLowerCase() !== 'optional';
}

function disposed(): Refusal {
  return refused('content-disposition', undefined, [{ name: 'Accept', value: ACCEPTED }]);
}

function plainText(octets: Uint8Array, charset: string): ReadBody | Refusal {
  const text = decodeText(octets, charset);
  if (typeof text === 'object') {
    return text.kind === 'malformed'
      ? refused('malformed-body', charset)
      : unsupported(`charset ${charset}`);
  }
  const carried = xmlText(text);
  const changed = carried.includes('\uFFFD') && !text.includes('\uFFFD');
  return { kind: 'body', text: carried, lost: changed ? LOST_CONTROLS : NOTHING };
}

function unsupported(what: string): Refusal {
  return refused('content-type', what, [{ name: 'Accept', value: ACCEPTED }]);
}

/** @spec RFC 3261 §7.4.1 */
function charsetOf(type: MediaType): string {
  return param(type.params, 'charset')?.toLowerCase() ?? 'utf-8';
}

function isIdentity(encodings: Request['headers']['contentEncoding']): boolean {
  return (
    encodings === undefined ||
    ('every' in encodings && encodings.every((coding) => coding === 'identity'))
  );
}

/** What is lost when characters that XML cannot hold were replaced. */
export const LOST_CONTROLS: readonly Loss[] = [
  { what: 'control-characters', spec: 'RFC 6120 §11.1' },
];
