// Loops: each branch of ours ends in a mark made of what decides where a request goes. One that comes back with the mark
// it had has looped; one that comes back changed is on a way of its own, and Max-Forwards ends that.
import { type IncomingRequest, isFault, param } from '@interwork/sip';

/** The mark of a request, for our branch. @spec RFC 3261 §16.6 */
export function loopMark(request: IncomingRequest, instance: string): string {
  const { from, to, callId, cseq, request: raw } = request;
  const parts = [
    instance,
    raw.uri,
    param(from.params, 'tag'),
    param(to.params, 'tag'),
    callId,
    cseq.number,
    cseq.method,
    raw.headers.text('Route'),
    raw.headers.text('Proxy-Require'),
  ].join('\n');
  return `${hashed(parts, 0x811c9dc5)}${hashed(parts, 0x1000193)}`;
}

/** Whether a request has been here before, unchanged. @spec RFC 3261 §16.3 */
export function hasLooped({ request }: IncomingRequest, mark: string): boolean {
  const { via } = request.headers;
  if (via === undefined || isFault(via)) return false;
  return via.some((one) => param(one.params, 'branch')?.endsWith(`.${mark}`) === true);
}

/** 32 bits in eight characters. Who makes one up stops his own request. */
function hashed(text: string, seed: number): string {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
