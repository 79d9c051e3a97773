// Messages on their way through a proxy, as octets: what was received goes on as it was written, and only what is said
// in the draft is put before it or left out. RFC 3261 §16.6 and §16.7. Who may pass, and where to, is the host's.
import { join } from './bytes.ts';
import { cursorOf, take } from './cursor.ts';
import { COMMA } from './grammar.ts';
import { writeField, writeFields } from './header/field.ts';
import { fieldNames } from './header/field-names.ts';
import type { ForwardDraft, Headers, PassedResponse } from './message.ts';
import { takeRoute } from './route.ts';
import { linesOf, requestLine, safeUri, statusLine } from './write.ts';

/**
 * A request that is sent on, with our Via on top of those it came with.
 * @spec RFC 3261 §16.6
 */
export function writeForward(
  draft: ForwardDraft,
  via: string,
  vias: readonly string[],
): Uint8Array {
  const { request } = draft.request;
  return written(
    requestLine(request.method, safeUri(draft.uri ?? request.uri)) +
      writeField('Via', via) +
      viaLines(vias) +
      `Max-Forwards: ${draft.maxForwards}\r\n` +
      writeFields(draft.headers ?? []) +
      linesOf(request.headers, OURS_OF_REQUEST, draft.without),
    draft.body ?? request.body,
  );
}

/**
 * A response that is sent back, with the Vias of the request it answers.
 * @spec RFC 3261 §16.7
 */
export function writePassed(passed: PassedResponse, vias: readonly string[]): Uint8Array {
  const { response } = passed;
  return written(
    statusLine(passed.status ?? response.status, passed.reason ?? response.reason) +
      viaLines(vias) +
      writeFields(passed.headers ?? []) +
      linesOf(response.headers, OURS_OF_RESPONSE, passed.without),
    response.body,
  );
}

/**
 * The values of Route, or of Record-Route, one by one and topmost first, each as it was written.
 * @spec RFC 3261 §16.4
 */
export function routeTexts(
  headers: Headers,
  name: 'Route' | 'Record-Route' = 'Route',
): readonly string[] {
  const values: string[] = [];
  for (const line of headers.all(name)) {
    const c = cursorOf(line);
    do {
      const start = c.at;
      if (takeRoute(c) === undefined) return values;
      values.push(line.slice(start, c.at).trim());
    } while (take(c, COMMA));
  }
  return values;
}

function viaLines(vias: readonly string[]): string {
  let out = '';
  for (let i = 0; i < vias.length; i++) out += writeField('Via', vias[i] as string);
  return out;
}

/** @spec RFC 3261 §20.14 */
function written(head: string, body: Uint8Array): Uint8Array {
  return join(`${head}Content-Length: ${body.length}\r\n\r\n`, body);
}

const OURS_OF_REQUEST = fieldNames(['Via', 'Max-Forwards']);
const OURS_OF_RESPONSE = fieldNames(['Via']);
