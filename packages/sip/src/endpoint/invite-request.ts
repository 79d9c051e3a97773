// The two requests that an INVITE of ours brings with it, made of it: the ACK to a refusal, and CANCEL. Both go where it
// went, with its Request-URI, its Via and its Routes. The ACK to a 2xx is the host's.
import { type HeaderField, type IncomingResponse, type NameAddr, param } from '../message.ts';
import type { Via, WireRequest } from '../message.ts';
import { writeMessage } from '../write.ts';
import type { OwnContent } from './wire-request.ts';

/**
 * The ACK to a final response that is no 2xx.
 * @spec RFC 3261 §17.1.1.3
 */
export function ackOf(content: OwnContent, via: Via, refusal: IncomingResponse): Uint8Array {
  const to = refusal.response.headers.text('To') ?? refusal.to;
  return writeMessage(requestOf('ACK', content, via, to));
}

/**
 * The CANCEL. Its To has no tag but the INVITE's own.
 * @spec RFC 3261 §9.1
 */
export function cancelOf(content: OwnContent, via: Via): Uint8Array {
  return writeMessage(requestOf('CANCEL', content, via, content.draft.to));
}

function requestOf(
  method: 'ACK' | 'CANCEL',
  { draft, identity }: OwnContent,
  via: Via,
  to: NameAddr | string,
): WireRequest {
  return {
    kind: 'wire-request',
    method,
    uri: draft.uri,
    via: [via],
    from: identity.from,
    to,
    callId: identity.callId,
    cseq: { number: identity.cseq.number, method },
    maxForwards: draft.maxForwards ?? 70,
    headers: draft.headers?.filter(isRoute) ?? [],
    body: NO_BODY,
  };
}

function isRoute({ name }: HeaderField): boolean {
  return name.toLowerCase() === 'route';
}

/** The branch of our Via. */
export function branchIn(via: Via): string {
  return param(via.params, 'branch') ?? '';
}

const NO_BODY = new Uint8Array();
