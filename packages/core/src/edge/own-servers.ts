// Our own servers behind the edge, as the rest of the gateway sees them: what crosses to XMPP for one of our domains comes
// from them and goes to them, although their certificates carry their own names and not the domain's.
import type { Flow, Target } from '@interwork/sip';
import { normalizeDomain } from '@interwork/xmpp';
import type { EdgeOptions, EdgeSettings } from './options.ts';

/** How a connection proves one of our own domains: by being one of our own servers'. `undefined`: it does not. */
export type InnerProof = (flow: Flow, domain: string) => 'certificate' | 'address' | undefined;

/** By these settings. */
export function innerProofBy(settings: EdgeSettings, believesDatagrams: boolean): InnerProof {
  return (flow, domain) => {
    if (!settings.own.has(domain) || settings.legOf(flow, believesDatagrams) === 'outer')
      return undefined;
    return flow.transport === 'tls' ? 'certificate' : 'address';
  };
}

/** The next hops of our own domains, where no others are written. */
export function innerRoutes({
  ownDomains,
  innerHops,
}: EdgeOptions): Readonly<Record<string, readonly Target[]>> {
  const targets = innerHops.map(({ target }) => target);
  return Object.fromEntries(ownDomains.map((name) => [normalizeDomain(name) ?? name, targets]));
}
