// Habit: calls
// They do: offer audio and video in an INVITE of their own, often as two descriptions of which the first is for 2007. An INVITE for
//   text has the same Content-Type: only its media tell.
// Vectors: av-01 O, av-02 D, av-05 D, route-02 O, own im-sessions O.
// We do: refuse with 488 and no hint to try again, by name, whatever else the INVITE says.
import type { IncomingRequest } from '@interwork/sip';
import { trafficOfSession } from '../../body/session-traffic.ts';
import { callsIn } from './media.ts';
import { type Refusal, refused } from '../../translation.ts';

/** An INVITE that is not taken, with words for the trace. */
export interface RefusedCall {
  readonly refusal: Refusal;
  readonly notes: readonly string[];
}

/** The refusal of an INVITE for media; an INVITE that describes nothing is not one. */
export function callRefusal(r: IncomingRequest): RefusedCall | undefined {
  if (r.request.body.length === 0) return undefined;
  const traffic = trafficOfSession(r);
  if (traffic === 'chat') return undefined;
  const meant = callsIn(r.request).at(-1);
  const notes = meant === undefined ? ['calls'] : ['calls', `encryption-${meant.encryption}`];
  return { refusal: refused('call', traffic), notes };
}
