// Which transaction a message belongs to, as one string. The parts come from header values, which
// hold no line break, so a line break keeps them apart. Branches are compared as they are written:
// peers count in base 62, and a retransmission repeats its octets.
import { type IncomingRequest, type NameAddr, param } from '../message.ts';
import { writeVia } from '../write.ts';

/** What starts every branch that is unique by itself. */
export const COOKIE = 'z9hG4bK';

/**
 * The key of a client transaction: the branch we drew and the method we asked for.
 * @spec RFC 3261 §17.1.3
 */
export function clientKey(branch: string, cseqMethod: string): string {
  return joined([branch, cseqMethod]);
}

/**
 * The key of a server transaction. A branch without the cookie is not unique, and the whole of what
 * RFC 2543 compared stands in for it. `scope` keeps the transactions of one stream's peer from those
 * of another, who could otherwise answer for them by taking their key first. `method` is another one for
 * the request that a CANCEL means.
 * @spec RFC 3261 §17.2.3
 */
export function serverKey(
  request: IncomingRequest,
  scope = '',
  method: string = request.method,
): string {
  const { via } = request;
  const own = method === 'ACK' ? 'INVITE' : method;
  const branch = param(via.params, 'branch');
  if (branch !== undefined && hasCookie(branch)) {
    return joined([scope, branch, via.host, via.port, own]);
  }
  const { from, to, callId, cseq } = request;
  const [toTag, fromTag] = [tagOf(to), tagOf(from)];
  const { uri } = request.request;
  return joined([scope, '', uri, toTag, fromTag, callId, cseq.number, own, writeVia(via)]);
}

/**
 * What two copies of one request share that came by different ways: the caller looks for another
 * transaction with the same. `undefined` within a dialog, where there is nothing to merge.
 * @spec RFC 3261 §8.2.2.2
 */
export function mergeKey(request: IncomingRequest): string | undefined {
  const { from, to, callId, cseq, method } = request;
  if (tagOf(to) !== undefined) return undefined;
  return joined([tagOf(from), callId, cseq.number, method]);
}

/**
 * What an ACK has in common with the INVITE of ours or of the peer's that it acknowledges: Call-ID, the tags of From and
 * To, and the number.
 * @spec RFC 3261 §13.2.2.4
 */
export function ackKey(callId: string, fromTag: string, toTag: string, cseq: number): string {
  return joined([callId, fromTag, toTag, cseq]);
}

function tagOf(party: NameAddr): string | undefined {
  return param(party.params, 'tag');
}

/** A bare cookie identifies nothing: it is treated as no branch. */
function hasCookie(branch: string): boolean {
  return branch.length > COOKIE.length && branch.startsWith(COOKIE);
}

/**
 * By `join`, which copies: a key outlives its message, and a slice or a template of slices would keep
 * the whole head alive with it.
 */
function joined(parts: readonly (string | number | undefined)[]): string {
  return parts.join('\n');
}
