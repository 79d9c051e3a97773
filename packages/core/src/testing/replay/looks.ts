// What is looked at in each message of a trace, one function a look: what the dialect expects there, and what is there.
// Looks know one message alone; what several say together is conversation.ts.
import { type Headers, type IncomingRequest, type MediaType, parseSdp } from '@interwork/sip';
import type { Dialect } from '../../dialect/types.ts';
import {
  DIAGNOSTICS_HEADER,
  PUBLIC_DIAGNOSTICS_HEADER,
  readDiagnostics,
} from '../../dialect/lync/diagnostics.ts';
import { isText } from '../../rules/chat-offer.ts';
import { KNOWN_DIAGNOSTICS, KNOWN_HEADERS, KNOWN_TAGS, KNOWN_TYPES } from './known-words.ts';
import type { Sight } from './types.ts';

/** A message as looks see it. */
export interface Looked {
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly request: IncomingRequest | undefined;
  readonly dialect: Dialect;
}

/** Every look, in the order in which differences are told. */
export const LOOKS: readonly ((message: Looked) => readonly Sight[])[] = [
  names,
  tags,
  type,
  diagnostics,
  document,
  offer,
];

function names({ headers }: Looked): readonly Sight[] {
  const unknown = new Set(
    headers
      .fields()
      .map(({ name }) => name.toLowerCase())
      .filter((name) => !KNOWN_HEADERS.has(name)),
  );
  return [...unknown].map((found) => ({ code: 'header', expected: A_KNOWN_ONE, found }));
}

function tags({ headers }: Looked): readonly Sight[] {
  const lists = [headers.supported, headers.require, headers.proxyRequire];
  const said = lists.flatMap((list) => (Array.isArray(list) ? (list as readonly string[]) : []));
  const unknown = new Set(
    said.map((tag) => tag.toLowerCase()).filter((tag) => !KNOWN_TAGS.has(tag)),
  );
  return [...unknown].map((found) => ({ code: 'option-tag', expected: A_KNOWN_ONE, found }));
}

function type({ headers }: Looked): readonly Sight[] {
  const found = typeIn(headers);
  if (found === undefined || KNOWN_TYPES.has(found)) return NOTHING;
  return [{ code: 'content-type', expected: A_KNOWN_ONE, found }];
}

function diagnostics({ headers }: Looked): readonly Sight[] {
  const said = [DIAGNOSTICS_HEADER, PUBLIC_DIAGNOSTICS_HEADER].flatMap((name) => headers.all(name));
  return said.flatMap((found): readonly Sight[] => {
    const read = readDiagnostics(found);
    if (read === undefined)
      return [{ code: 'diagnostics', expected: 'number;name="value"', found }];
    if (KNOWN_DIAGNOSTICS.has(read.id)) return NOTHING;
    return [{ code: 'diagnostics', expected: 'a number that is known', found: String(read.id) }];
  });
}

/** Presence that this dialect reads. An empty body says nothing, and is not a document. */
function document({ headers, body, dialect }: Looked): readonly Sight[] {
  const form = dialect.documents.find((one) => one.type === typeIn(headers));
  if (form === undefined || body.length === 0) return NOTHING;
  const read = form.read(body);
  if (!('code' in read)) return NOTHING;
  return [{ code: 'document', expected: `a document of ${form.type}`, found: read.code }];
}

/** The line of a session in text: `null` in an offer, an address in the answer. A call has no such line. */
function offer({ headers, body, request }: Looked): readonly Sight[] {
  if (typeIn(headers) !== 'application/sdp') return NOTHING;
  const sdp = parseSdp(body);
  if (sdp.kind === 'fault')
    return [{ code: 'session-line', expected: 'a description', found: sdp.text }];
  const medium = sdp.media.find(isText);
  if (medium === undefined) return NOTHING;
  const { media, port, proto, formats } = medium;
  const isRight =
    proto === 'sip' && formats.every((one) => (request ? one === 'null' : /^sips?:/.test(one)));
  const expected = `m=${media} PORT sip ${request === undefined ? 'ADDRESS' : 'null'}`;
  const found = `m=${media} ${port} ${proto} ${formats.join(' ')}`;
  return isRight ? NOTHING : [{ code: 'session-line', expected, found }];
}

function typeIn({ contentType }: Headers): string | undefined {
  const type = contentType as MediaType | { readonly kind: string } | undefined;
  return type === undefined || !('subtype' in type) ? undefined : `${type.type}/${type.subtype}`;
}

const A_KNOWN_ONE = 'one that is known';
const NOTHING: readonly Sight[] = [];
