// What edges tell of senders: inward the trust header of Microsoft's edges, outward and between edges the mark of the
// sender's own edge. Both are written by whoever believes; the form of the first is [MS-SIPRE] 2.2.15, the name of the
// second is a setting, since no document has it.
import type { HeaderField, Headers } from '@interwork/sip';
import type { FederationObligation, Mark } from '@interwork/policy';

/** What inner servers are told of a sender. */
export type TrustMark = Extract<FederationObligation, { readonly kind: 'mark' }>;

/** The header that inner servers believe, and that no peer may bring. */
export const TRUST_HEADER = 'ms-edge-proxy-message-trust';

/** The trust header for something that came from outside; `peer` is the name the other server proved. */
export function trustHeader(
  { source, user, network }: TrustMark,
  edge: string,
  peer: string | undefined,
): HeaderField {
  const parts = [
    `ms-source-type=${SOURCE_TYPE[source]}`,
    `ms-ep-fqdn=${edge}`,
    `ms-source-verified-user=${user}`,
    `ms-source-network=${network}`,
  ];
  if (peer !== undefined) parts.push(`ms-remote-fqdn=${peer}`);
  return { name: TRUST_HEADER, value: parts.join(';') };
}

/** The trust header for what the edge itself says to an inner server. */
export function ownTrustHeader(edge: string): HeaderField {
  const value = `ms-source-type=EdgeProxyGenerated;ms-ep-fqdn=${edge};ms-source-verified-user=verified`;
  return { name: TRUST_HEADER, value };
}

const SOURCE_TYPE: Readonly<Record<TrustMark['source'], string>> = {
  directPartner: 'DirectPartner',
  autoFederation: 'AutoFederation',
  authorizedServer: 'AuthorizedServer',
};

/** The mark that the sender's own edge has put on something; of two that differ the cautious one. */
export function markIn(headers: Headers, name: string): Mark | undefined {
  let mark: Mark | undefined;
  for (const value of headers.all(name)) {
    const said = MARK.exec(value.toLowerCase())?.[1] as Mark | undefined;
    if (said !== undefined && mark !== 'unverified') mark = said;
  }
  return mark;
}

/** The mark that our edge puts on what leaves. */
export function markHeader(name: string, user: Mark): HeaderField {
  return { name, value: `ms-source-verified-user=${user}` };
}

const MARK = /(?:^|;)[ \t]*ms-source-verified-user[ \t]*=[ \t]*(verified|unverified)[ \t]*(?:;|$)/;
