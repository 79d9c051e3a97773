// What the cmdlets of a Lync site print (`Get-Cs… | ConvertTo-Json`), for a company that federates with one SIP domain and one
// XMPP domain, and that has blocked another: enumerations are numbers, as PowerShell writes them.
import { XMPP } from '../src/places.ts';
import { CONTOSO, PARTNERS } from './companies.ts';

const OBJECTS: Readonly<Record<string, object>> = {
  'Get-CsSipDomain': [{ Identity: CONTOSO.domain, Name: CONTOSO.domain, IsDefault: true }],
  'Get-CsAccessEdgeConfiguration': {
    Identity: 'Global',
    AllowAnonymousUsers: false,
    AllowFederatedUsers: true,
    AllowOutsideUsers: true,
    BeClearingHouse: false,
    EnablePartnerDiscovery: false,
    DiscoveredPartnerVerificationLevel: 2,
    MarkSourceVerifiableOnOutgoingMessages: true,
    OutgoingTlsCountForFederatedPartners: 4,
    RoutingMethod: 0,
  },
  'Get-CsAllowedDomain': [
    {
      Identity: PARTNERS.right.domain,
      Domain: PARTNERS.right.domain,
      ProxyFqdn: null,
      VerificationLevel: 0,
      Comment: 'found by its record',
      MarkForMonitoring: false,
    },
    {
      Identity: PARTNERS['no SRV'].domain,
      Domain: PARTNERS['no SRV'].domain,
      ProxyFqdn: PARTNERS['no SRV'].name,
      VerificationLevel: 0,
      Comment: '',
      MarkForMonitoring: false,
    },
  ],
  'Get-CsBlockedDomain': [
    {
      Identity: PARTNERS['SRV leads to a sub-domain'].domain,
      Domain: PARTNERS['SRV leads to a sub-domain'].domain,
      Comment: 'complaints of May',
    },
  ],
  'Get-CsExternalAccessPolicy': [
    {
      Identity: 'Global',
      Description: null,
      EnableFederationAccess: true,
      EnableXmppAccess: true,
      EnablePublicCloudAccess: false,
      EnablePublicCloudAudioVideoAccess: false,
      EnableOutsideAccess: true,
    },
  ],
  'Get-CsXmppAllowedPartner': [
    {
      Identity: XMPP,
      Domain: XMPP,
      AdditionalDomains: [],
      ConnectionLimit: null,
      Description: 'the other office',
      EnableKeepAlive: true,
      PartnerType: 0,
      ProxyFqdn: null,
      SaslNegotiation: 0,
      SupportDialbackNegotiation: false,
      TlsNegotiation: 0,
    },
  ],
};

/** The files, as an administrator has them. */
export const CMDLETS: readonly { readonly name: string; readonly text: string }[] = Object.entries(
  OBJECTS,
).map(([name, object]) => ({ name: `${name}.json`, text: JSON.stringify(object, undefined, 4) }));
