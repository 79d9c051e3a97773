// The policy: Lync's own objects, as its administrator would have set them for Google Talk, and the same partner as it would
// be set up today.
import { loadPolicy, type PolicySet } from '@interwork/policy';

export const CONTOSO = 'contoso.example';
/** No TLS, no SASL: dialback alone proves who it is. Users of a public service, for whom nobody vouches. */
export const GMAIL = 'gmail.example';
/** The same service with today's TLS and certificates. */
export const TODAY = 'today.example';

/** What an administrator would write as JSON. */
export const POLICY = {
  version: 1,
  default: 'deny',
  rules: [],
  federation: {
    localDomains: [CONTOSO],
    accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
    externalAccess: { global: { enableFederationAccess: true, enableXmppAccess: true } },
    xmppPartners: [
      {
        domain: GMAIL,
        partnerType: 'publicUnverified',
        tlsNegotiation: 'notSupported',
        saslNegotiation: 'notSupported',
        supportDialbackNegotiation: true,
        enableKeepAlive: false,
      },
      {
        domain: TODAY,
        partnerType: 'publicUnverified',
        tlsNegotiation: 'required',
        saslNegotiation: 'required',
        supportDialbackNegotiation: false,
        enableKeepAlive: false,
      },
    ],
  },
} as const;

/** The policy as the gateway asks it. */
export function policy(): PolicySet {
  const loaded = loadPolicy(JSON.stringify(POLICY));
  if (loaded.kind === 'policy') return loaded;
  throw new Error(loaded.findings.map(({ path, text }) => `${path}: ${text}`).join('\n'));
}
