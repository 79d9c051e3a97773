// Telling what the rules of a partner exclude, seldom: RFC 6120 §13.9. Whoever calls chooses what to try and for which
// domain, so each kind is told of once on a stream. What the peer is answered is answer.ts.
import type { Fault } from '../fault.ts';
import { type Core, put } from './core.ts';
import type { DomainName } from './domain.ts';

/** What a peer tried that its rules exclude. */
export type Excluded = 'tls' | 'claim without TLS' | 'dialback';

const TEXTS: Readonly<Record<Excluded, string>> = {
  tls: 'asked for TLS, which its rules exclude.',
  'claim without TLS': 'is claimed without TLS, which its rules require.',
  dialback: 'is claimed by dialback, which its rules exclude.',
};

/** Tells it, unless it was told of already on this stream. @spec RFC 6120 §13.9 */
export function tellExcluded(
  core: Core,
  domain: Pick<DomainName, 'ascii'> | undefined,
  what: Excluded,
): void {
  if (core.refusals.has(what)) return;
  core.refusals.add(what);
  put(core, { kind: 'fault', fault: faultOf(domain?.ascii ?? 'A peer without a name', what) });
}

/** The stream or the claim is refused by what answer.ts writes; there is nothing else to answer. */
function faultOf(domain: string, what: Excluded): Fault {
  const text = `${domain} ${TEXTS[what]}`;
  return {
    kind: 'fault',
    code: 'excluded-by-rules',
    spec: 'RFC 6120 §13.9',
    text,
    answer: { kind: 'none' },
  };
}
