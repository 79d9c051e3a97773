// What can be saved of a request that could not be read, so that its sender is told so. RFC 3261 §8.2.6.
// Lenient on purpose: nothing found here is trusted for more than a way back.

import { textOf } from './bytes.ts';
import { COLON, isBlank, runEnd, scrubControls, SPACE, TOKEN } from './grammar.ts';
import { unfold } from './head.ts';
import { HEADER, headerId } from './header/names.ts';
import { readForeignVia } from './header/values.ts';
import { limitsOf, type SipLimits } from './limits.ts';
import type { Request, Salvage } from './message.ts';

/**
 * What a response to a broken request needs. `undefined` when it must not be answered: for a response, an
 * ACK, or where no Via says where to send to. Takes octets, or a request that failed its check.
 *
 * @spec RFC 3261 §8.2.6.2
 */
export function salvage(
  from: Uint8Array | Request,
  limits?: Partial<SipLimits>,
): Salvage | undefined {
  return 'kind' in from ? fromRequest(from) : fromOctets(from, limitsOf(limits));
}

function fromRequest(request: Request): Salvage | undefined {
  const { headers } = request;
  return salvageOf({
    method: request.method,
    vias: [...headers.all('Via')],
    from: headers.text('From'),
    to: headers.text('To'),
    callId: headers.text('Call-ID'),
    cseq: headers.text('CSeq'),
  });
}

function fromOctets(bytes: Uint8Array, limits: SipLimits): Salvage | undefined {
  const text = textOf(bytes, 0, Math.min(bytes.length, limits.headBytes));
  const start = headStart(text);
  const methodEnd = runEnd(text, start, text.length, TOKEN);
  if (methodEnd === start || text.charCodeAt(methodEnd) !== SPACE) return undefined;
  const found: Found = {
    method: text.slice(start, methodEnd),
    vias: [],
    from: undefined,
    to: undefined,
    callId: undefined,
    cseq: undefined,
  };
  readLines(text, text.indexOf('\r\n', methodEnd), limits, found);
  return found.vias.length > limits.viaValues ? undefined : salvageOf(found);
}

interface Found {
  readonly method: string;
  readonly vias: string[];
  from: string | undefined;
  to: string | undefined;
  callId: string | undefined;
  cseq: string | undefined;
}

function salvageOf(found: Found): Salvage | undefined {
  const first = found.vias[0];
  if (first === undefined || found.method === 'ACK') return undefined;
  const via = readForeignVia(first);
  if (via === undefined) return undefined;
  const { method, vias, from, to, callId, cseq } = found;
  return { method, via, vias, from, to, callId, cseq };
}

function headStart(text: string): number {
  let at = 0;
  while (text.startsWith('\r\n', at)) at += 2;
  return at;
}

/** Line by line up to the empty one; what is no header line is passed over. */
function readLines(text: string, lineEnd: number, limits: SipLimits, found: Found): void {
  let at = lineEnd;
  for (let lines = 0; at >= 0 && lines < limits.fields; lines++) {
    const start = at + 2;
    at = lineEndAfter(text, start);
    if (at === start) return;
    const nameEnd = runEnd(text, start, text.length, TOKEN);
    let colon = nameEnd;
    while (isBlank(text.charCodeAt(colon))) colon++;
    if (at < 0 || text.charCodeAt(colon) !== COLON) continue;
    keep(found, headerId(text, start, nameEnd), text.slice(colon + 1, at));
  }
}

function lineEndAfter(text: string, start: number): number {
  let at = text.indexOf('\r\n', start);
  while (at > start && isBlank(text.charCodeAt(at + 2))) at = text.indexOf('\r\n', at + 2);
  return at;
}

/** The first of each counts, but for Via. */
function keep(found: Found, id: number, raw: string): void {
  if (id === HEADER.via) found.vias.push(clean(raw));
  else if (id === HEADER.from) found.from ??= clean(raw);
  else if (id === HEADER.to) found.to ??= clean(raw);
  else if (id === HEADER.callId) found.callId ??= clean(raw);
  else if (id === HEADER.cseq) found.cseq ??= clean(raw);
}

function clean(raw: string): string {
  return scrubControls(unfold(raw)).trim();
}
