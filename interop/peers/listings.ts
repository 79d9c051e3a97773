// The ways in which a policy may speak of the partners: each is a whole document by Lync's objects, and what it makes of
// every partner is a row, as Microsoft's documents and what is observed of its edges have it.
import { CONTOSO, PARTNERS, type PartnerKind } from './companies.ts';

/** Passes; is forbidden; or the number of Lync's diagnostics for why its server is not what it should be. */
export type Expected = 'passes' | 'forbidden' | 1008 | 1009 | 1010;

/** One way. */
export interface Listing {
  readonly id: string;
  /** What of `federation` it has. */
  readonly objects: Readonly<Record<string, unknown>>;
  readonly edge?: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<PartnerKind, Expected>>;
  /** The id of the object that decides. */
  readonly by: (domain: string) => string;
  /** What our own servers are told of the partners that pass. */
  readonly source: 'AutoFederation' | 'DirectPartner' | 'AuthorizedServer';
}

/** Its users are believed without a mark. */
const VOUCHED = { verificationLevel: 'alwaysVerifiable' };

const partners = Object.values(PARTNERS);
const HOSTED = PARTNERS['SRV leads to another domain'];

/** Only a partner whose records and certificate are right is found. */
const FOUND: Listing['expected'] = {
  right: 'passes',
  'SRV leads to another domain': 1009,
  'certificate is another name’s': 1010,
  'SRV leads to a sub-domain': 1009,
  'no SRV': 1008,
};

const FORBIDDEN: Listing['expected'] = {
  right: 'forbidden',
  'SRV leads to another domain': 'forbidden',
  'certificate is another name’s': 'forbidden',
  'SRV leads to a sub-domain': 'forbidden',
  'no SRV': 'forbidden',
};

export const LISTINGS: readonly Listing[] = [
  {
    id: 'discovered',
    by: () => 'discovery',
    edge: { enablePartnerDiscovery: true },
    objects: {},
    expected: FOUND,
    source: 'AutoFederation',
  },
  {
    id: 'allowed domain',
    by: (domain) => `allowed-domain:${domain}`,
    objects: { allowedDomains: partners.map(({ domain }) => ({ domain, ...VOUCHED })) },
    expected: FOUND,
    source: 'AutoFederation',
  },
  {
    id: 'allowed domain with ProxyFqdn',
    by: (domain) => `allowed-domain:${domain}`,
    objects: {
      allowedDomains: partners.map(({ domain, name }) => ({
        domain,
        proxyFqdn: name,
        ...VOUCHED,
      })),
    },
    expected: {
      right: 'passes',
      'SRV leads to another domain': 'passes',
      'certificate is another name’s': 1010,
      'SRV leads to a sub-domain': 'passes',
      'no SRV': 'passes',
    },
    source: 'DirectPartner',
  },
  {
    id: 'blocked, and otherwise discovered',
    by: (domain) => `blocked-domain:${domain}`,
    edge: { enablePartnerDiscovery: true },
    objects: { blockedDomains: partners.map(({ domain }) => ({ domain })) },
    expected: FORBIDDEN,
    source: 'AutoFederation',
  },
  {
    id: 'not listed, and no discovery',
    by: () => 'default',
    objects: {},
    expected: FORBIDDEN,
    source: 'AutoFederation',
  },
  {
    id: 'behind a hosting provider, and otherwise discovered',
    by: (domain) => (domain === HOSTED.domain ? 'hosting-provider:hoster' : 'discovery'),
    edge: { enablePartnerDiscovery: true },
    objects: {
      hostingProviders: [
        {
          identity: 'hoster',
          proxyFqdn: HOSTED.name,
          enabled: true,
          ...VOUCHED,
        },
      ],
    },
    expected: { ...FOUND, 'SRV leads to another domain': 'passes' },
    source: 'AuthorizedServer',
  },
];

/** The document of a way. */
export function policyOf({ objects, edge }: Pick<Listing, 'objects' | 'edge'>): object {
  return {
    version: 1,
    default: 'deny',
    rules: [],
    federation: {
      localDomains: [CONTOSO.domain],
      accessEdge: {
        routing: 'useDnsSrvRouting',
        allowFederatedUsers: true,
        discoveredPartnerVerificationLevel: 'alwaysVerifiable',
        ...edge,
      },
      recipients: {},
      ...objects,
    },
  };
}
