// What a message must have before anybody acts on it. RFC 3261 §8.1.1, §8.2, §18.1.2.
// Date and Expires are left out: they are not worth a refusal (RFC 4475 §3.1.2.12, RFC 3261 §20.19).

import { fault, type Fault, isFault } from './fault.ts';
import type {
  Headers,
  IncomingRequest,
  IncomingResponse,
  NameAddr,
  CSeq,
  Param,
  Read,
  Request,
  Response,
  Via,
} from './message.ts';
import { param } from './message.ts';
import { parseUri } from './uri.ts';

/**
 * A request with everything a server must have, typed, or the first thing that is wrong with it. Without
 * Max-Forwards, From tag or branch it may be an RFC 2543 peer's, and passes.
 *
 * @spec RFC 3261 §8.1.1
 */
export function checkRequest(request: Request): IncomingRequest | Fault {
  const { headers, method } = request;
  const uri = parseUri(request.uri);
  if (uri.kind === 'fault') return fault('request-uri', uri.at);
  if (uri.kind === 'sip' && uri.headers !== undefined) return fault('request-uri', 'headers');
  const shared = checkShared(headers);
  if (isFault(shared)) return shared;
  const { via, from, to, callId, cseq } = shared;
  const { maxForwards } = headers;
  if (isFault(maxForwards)) return maxForwards;
  if (cseq.method !== method) return fault('cseq-method', 'CSeq');
  if (isBareCookie(via.params)) return fault('branch', 'Via');
  const malformed = malformedIn(headers);
  if (malformed !== undefined) return malformed;
  return { request, method, uri, from, to, callId, cseq, maxForwards, via };
}

/**
 * A response with everything a client must have, typed. A fault in a response has no answer. Headers that
 * a client does not need to know what became of its request may be malformed: they read as faults, and
 * the status is not lost for them.
 *
 * @spec RFC 3261 §8.1.3
 */
export function checkResponse(response: Response): IncomingResponse | Fault {
  const shared = checkShared(response.headers);
  if (isFault(shared)) return { ...shared, answer: undefined };
  const { via, from, to, callId, cseq } = shared;
  return { response, status: response.status, from, to, callId, cseq, via };
}

interface Shared {
  readonly via: Via;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: CSeq;
}

function checkShared(headers: Headers): Shared | Fault {
  const vias = present(headers.via, 'Via');
  if (isFault(vias)) return vias;
  const from = present(headers.from, 'From');
  if (isFault(from)) return from;
  const to = present(headers.to, 'To');
  if (isFault(to)) return to;
  const callId = present(headers.callId, 'Call-ID');
  if (isFault(callId)) return callId;
  const cseq = present(headers.cseq, 'CSeq');
  if (isFault(cseq)) return cseq;
  return { via: vias[0] as Via, from, to, callId, cseq };
}

function present<T>(value: Read<T>, name: string): T | Fault {
  return value === undefined ? fault('missing-header', name) : value;
}

/** What is there must be right, where it decides on routing, support or the meaning of the body. */
function malformedIn(headers: Headers): Fault | undefined {
  return (
    faultIn(headers.contact) ??
    faultIn(headers.route) ??
    faultIn(headers.recordRoute) ??
    faultIn(headers.require) ??
    faultIn(headers.proxyRequire) ??
    faultIn(headers.contentType) ??
    faultIn(headers.contentEncoding) ??
    faultIn(headers.contentDisposition)
  );
}

function faultIn(value: Read<unknown>): Fault | undefined {
  return isFault(value) ? value : undefined;
}

/** The cookie promises a unique branch; on its own it is none. @spec RFC 4475 §3.2.1 */
function isBareCookie(params: readonly Param[]): boolean {
  const branch = param(params, 'branch');
  return branch !== undefined && branch.toLowerCase() === 'z9hg4bk';
}
