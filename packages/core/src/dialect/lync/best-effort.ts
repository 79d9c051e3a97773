// Habit: best-effort
// They do: put ms-benotify into Supported, and into Proxy-Require for all that lie between; where both ends support it,
//   notify by BENOTIFY, which is a NOTIFY that must not be answered. Refused with 420 they ask again without.
// Vectors: pres-01 D, pres-02 D, pres-05 D, pres-09 D, pres-12 O.
// We do: read it as NOTIFY and give no answer; agree where they ask for it and send it too, or refuse by name where the host
//   says so; never ask for it, since a NOTIFY that is answered tells more.
import type { IncomingRequest } from '@interwork/sip';

/** The option tag, and the method. */
export const BEST_EFFORT: { readonly option: string; readonly method: string } = {
  option: 'ms-benotify',
  method: 'BENOTIFY',
};

/** The NOTIFY that one without an answer is; `undefined` for any other request. */
export function notifyOf(r: IncomingRequest): IncomingRequest | undefined {
  if (r.method !== BEST_EFFORT.method) return undefined;
  const method = 'NOTIFY';
  return { ...r, method, cseq: { ...r.cseq, method }, request: { ...r.request, method } };
}
