// Habit: trust-header
// They do: an edge tells inner servers in ms-edge-proxy-message-trust where a message came from and whether its sender is
//   believed ([MS-SIPRE] 2.2.15); clients and partners must not. Between edges there is a mark, whose name no document has.
// Vectors: trust-01 D, trust-02 D, trust-03 D, trust-04 D, own im-headers D.
// We do: take it away from whatever comes from a partner before anything is decided; as an edge, write it inward, each of five
//   values by what is known. The name of the mark is a setting, and of two that differ the cautious one counts.
import type { HeaderField, Headers } from '@interwork/sip';
import type { FederationObligation, Mark } from '@interwork/policy';

/** What inner servers are told of a sender. */
export type TrustMark = Extract<FederationObligation, { readonly kind: 'mark' }>;

/** The header that inner servers believe, and that no peer may bring. */
export const TRUST_HEADER = 'ms-edge-proxy-message-trust';

/** What an edge of theirs says of a sender. Believed by nobody here: for those who look at what inner servers get. */
export interface EdgeTrust {
  readonly sourceType: string;
  readonly epFqdn: string;
  readonly verifiedUser: boolean;
  readonly sourceNetwork: string | undefined;
  readonly remoteFqdn: string | undefined;
}

/** Reads the header: in any order, with blanks, and with members missing. */
export function trustIn(headers: Headers): EdgeTrust | undefined {
  const said = new Map<string, string>();
  for (const part of headers.text(TRUST_HEADER)?.split(';', 16) ?? []) {
    const [, name, value] =
      /^[ \t]*([\w-]{1,40})[ \t]*=[ \t]*([^\s=]{1,255})[ \t]*$/.exec(part) ?? [];
    if (name !== undefined && value !== undefined) said.set(name.toLowerCase(), value);
  }
  const sourceType = said.get('ms-source-type');
  if (sourceType === undefined) return undefined;
  return {
    sourceType,
    epFqdn: said.get('ms-ep-fqdn') ?? '',
    verifiedUser: said.get('ms-source-verified-user') === 'verified',
    sourceNetwork: said.get('ms-source-network'),
    remoteFqdn: said.get('ms-remote-fqdn'),
  };
}

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
