// The 18 ways in which an XMPP partner of Lync may be told to prove itself, with the methods each leaves, as Microsoft's
// table of negotiation settings has them; and policy documents with a partner for each.
import type {
  Negotiation,
  PartnerEntry,
  PolicyDocument,
  XmppPartnerEntry,
} from '@interwork/policy';

/** How two servers may come to a link, the best first. */
export type Method = (typeof METHODS)[number];
export const METHODS = ['SASL over TLS', 'dialback over TLS', 'dialback without TLS'] as const;

/** A row: what is to be negotiated with a partner, and what that leaves. */
export interface Row {
  readonly id: string;
  readonly tls: Negotiation;
  readonly sasl: Negotiation;
  readonly dialback: boolean;
  readonly methods: readonly Method[];
}

const [SASL, TLS_DIALBACK, TCP_DIALBACK] = METHODS;

const TABLE: readonly (readonly [Negotiation, Negotiation, boolean, ...Method[]])[] = [
  ['required', 'required', true, SASL],
  ['required', 'required', false, SASL],
  ['optional', 'required', true, SASL, TLS_DIALBACK, TCP_DIALBACK],
  ['optional', 'required', false, SASL],
  ['notSupported', 'required', true, TCP_DIALBACK],
  ['notSupported', 'required', false],
  ['required', 'optional', true, SASL, TLS_DIALBACK],
  ['required', 'optional', false, SASL],
  ['optional', 'optional', true, SASL, TLS_DIALBACK, TCP_DIALBACK],
  ['optional', 'optional', false, SASL],
  ['notSupported', 'optional', true, TCP_DIALBACK],
  ['notSupported', 'optional', false],
  ['required', 'notSupported', true, TLS_DIALBACK],
  ['required', 'notSupported', false],
  ['optional', 'notSupported', true, TLS_DIALBACK, TCP_DIALBACK],
  ['optional', 'notSupported', false],
  ['notSupported', 'notSupported', true, TCP_DIALBACK],
  ['notSupported', 'notSupported', false],
];

/** All of them. */
export const ROWS: readonly Row[] = TABLE.map(([tls, sasl, dialback, ...methods], n) => ({
  id: `row${n + 1}`,
  tls,
  sasl,
  dialback,
  methods,
}));

/** What a row is called in the name of a test. */
export function titleOf({ tls, sasl, dialback }: Row): string {
  return `TLS ${tls}, SASL ${sasl}, ${dialback ? 'dialback' : 'no dialback'}`;
}

/** A document in which each of these rows is a partner with its domains. */
export type Form = (rows: readonly Row[], domainsOf: DomainsOf) => PolicyDocument;
type DomainsOf = (row: Row) => readonly [string, ...string[]];

/** By the links that our own partners may be told to have: what a row leaves, rather than its words. */
export const ownPartners: Form = (rows, domainsOf) => ({
  version: 1,
  default: 'deny',
  partners: Object.fromEntries(
    rows.map((row) => [row.id, { domains: domainsOf(row), via: 'xmpp', xmpp: linksOf(row) }]),
  ),
  rules: rows.map(({ id }) => ({ id, effect: 'permit', partner: id })),
});

function linksOf({ tls, methods }: Row): NonNullable<PartnerEntry['xmpp']> {
  const dialback = methods.includes(TLS_DIALBACK) || methods.includes(TCP_DIALBACK);
  const external = dialback ? 'optional' : 'required';
  return {
    tls: tls === 'notSupported' ? 'never' : tls,
    sasl: methods.includes(SASL) ? external : 'never',
    dialback,
  };
}

/** By Lync's own objects: the words of the row. */
export const lyncPartners: Form = (rows, domainsOf) => ({
  version: 1,
  default: 'deny',
  rules: [],
  federation: {
    localDomains: ['contoso.test'],
    accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
    xmppPartners: rows.map((row) => partnerOf(row, domainsOf(row))),
    // Nobody blocks anybody.
    recipients: {},
  },
});

function partnerOf(
  { tls, sasl, dialback }: Row,
  [domain, ...additionalDomains]: readonly [string, ...string[]],
): XmppPartnerEntry {
  return {
    domain,
    additionalDomains,
    partnerType: 'federated',
    tlsNegotiation: tls,
    saslNegotiation: sasl,
    supportDialbackNegotiation: dialback,
  };
}
