// The fields of XMPP partners and of the gateway to them, as New-CsXmppAllowedPartner and
// Set-CsXmppGatewayConfiguration have them. What a negotiation comes to is negotiation.ts.
import { defaulting, type FieldsOf, type Shape } from '../shape.ts';
import { LYNC_DEFAULTS } from './defaults.ts';
import type { XmppGatewayEntry, XmppPartnerEntry } from './document.ts';
import { DOMAIN, FQDN } from './words.ts';

const FLAG: Shape = { kind: 'flag' };
const NEGOTIATION: Shape = { kind: 'choice', of: ['required', 'optional', 'notSupported'] };
const CONNECTIONS: Shape = { kind: 'count', min: 1, max: 1_000_000 };

const PARTNER: FieldsOf<XmppPartnerEntry> = {
  domain: { shape: DOMAIN, required: true, about: 'The XMPP domain that may federate.' },
  additionalDomains: {
    shape: { kind: 'list', of: DOMAIN },
    about: 'Domains beside it; what lies below a domain is not implied.',
  },
  partnerType: {
    shape: { kind: 'choice', of: ['federated', 'publicVerified', 'publicUnverified'] },
    about: 'What it is to us: a partner, or a public service that vouches for its users or not.',
  },
  tlsNegotiation: { shape: NEGOTIATION, about: 'TLS on links with it.' },
  saslNegotiation: {
    shape: NEGOTIATION,
    about: 'SASL EXTERNAL, by certificate, on links with it.',
  },
  supportDialbackNegotiation: { shape: FLAG, about: 'Whether its domains may be called back.' },
  enableKeepAlive: { shape: FLAG, about: 'Whether it must be heard from within the interval.' },
  connectionLimit: { shape: CONNECTIONS, about: 'Connections with it.' },
  proxyFqdn: { shape: FQDN, about: 'Its server, connected to without SRV.' },
  description: { shape: { kind: 'text', max: 2000 }, about: 'For people: who it is.' },
};

const GATEWAY: FieldsOf<XmppGatewayEntry> = {
  connectionLimit: { shape: CONNECTIONS, about: 'Connections with all partners together.' },
  partnerConnectionLimit: {
    shape: CONNECTIONS,
    about: 'Connections with one partner that has no limit of its own.',
  },
  keepAliveInterval: { shape: seconds(86_400), about: 'Seconds within which a partner is heard.' },
  streamEstablishmentTimeout: {
    shape: seconds(3600),
    about: 'Seconds from connecting until a stream is ready.',
  },
  streamInactivityTimeout: {
    shape: seconds(604_800),
    about: 'Seconds after which a stream without traffic is closed.',
  },
  subscriptionRefreshInterval: {
    shape: seconds(604_800),
    about: 'Seconds after which a presence subscription is asked for anew.',
  },
  enableLoggingAllMessageBodies: {
    shape: FLAG,
    about: 'Whether the text of messages may be logged.',
  },
  dialbackPassphrase: {
    shape: { kind: 'id' },
    about: 'The name under which the secret for dialback keys is kept; never the secret.',
  },
};

function seconds(max: number): Shape {
  return { kind: 'count', min: 1, max };
}

/** An XMPP domain that may federate. */
export const XMPP_PARTNER: Shape = {
  kind: 'object',
  fields: defaulting(PARTNER, LYNC_DEFAULTS.xmppPartner),
};
/** What holds for all XMPP partners. */
export const XMPP_GATEWAY: Shape = {
  kind: 'object',
  fields: defaulting(GATEWAY, LYNC_DEFAULTS.xmppGateway),
};
