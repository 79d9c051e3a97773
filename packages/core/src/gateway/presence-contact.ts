// Where peers reach this gateway within a dialog: the Contact of everything presence sends and answers.
import type { Transport } from '@interwork/sip';

/** Where a gateway can be reached by SIP. */
export interface PresencePlace {
  /** A host name or address that peers can reach; for processes that share a store, one that leads to any of them. */
  readonly host: string;
  readonly ports: Readonly<Partial<Record<Transport, number>>>;
}

/** The Contact with the token of one record, by the transport a peer uses, or the safest there is. @spec RFC 3261 §8.1.1.8 */
export function contactUri(
  place: PresencePlace,
  transport: Transport | undefined,
  token: string,
): string {
  const by =
    transport !== undefined && place.ports[transport] !== undefined ? transport : safest(place);
  const host =
    place.host.includes(':') && !place.host.startsWith('[') ? `[${place.host}]` : place.host;
  const suffix = by === 'udp' ? '' : `;transport=${by}`;
  return `sip:${token}@${host}:${place.ports[by] ?? 5060}${suffix}`;
}

function safest({ ports }: PresencePlace): Transport {
  return SAFEST.find((one) => ports[one] !== undefined) ?? 'udp';
}

const SAFEST = ['tls', 'tcp', 'udp'] as const;
