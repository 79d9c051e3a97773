// The fields of public and hosting providers, as New-CsPublicProvider and New-CsHostingProvider have them. Which
// flags go together, and that no two providers share a server, is check-providers.ts.
import { defaulting, type FieldsOf, type Shape } from '../shape.ts';
import { LYNC_DEFAULTS } from './defaults.ts';
import type { HostingProviderEntry, PublicProviderEntry } from './document.ts';
import { VERIFICATION_LEVEL } from './shapes-edge.ts';
import { DAY, DOMAIN, FQDN, NAME, WEB_ADDRESS } from './words.ts';

const FLAG: Shape = { kind: 'flag' };
const IDENTITY: Shape = { kind: 'words', ...NAME };

const PUBLIC: FieldsOf<PublicProviderEntry> = {
  identity: { shape: IDENTITY, required: true, about: 'Its name, one among all providers.' },
  preset: {
    shape: { kind: 'choice', of: ['aol', 'windowsLive', 'yahoo'] },
    about: 'A provider of old whose fields hold where none are written; all are retired.',
  },
  proxyFqdn: { shape: FQDN, about: 'Its server, by which it is recognised.' },
  enabled: { shape: FLAG, required: true, about: 'Whether it is in use.' },
  verificationLevel: {
    shape: VERIFICATION_LEVEL,
    about: 'How far the provider vouches for its users.',
  },
  iconUrl: { shape: WEB_ADDRESS, about: 'A picture shown beside its contacts.' },
  nameDecorationDomain: {
    shape: DOMAIN,
    about: 'The domain of decorated names, kept for the product; nothing here follows from it.',
  },
  nameDecorationRoutingDomain: {
    shape: DOMAIN,
    about: 'The domain that user@contoso.com is written into, as user(contoso.com)@ this domain.',
  },
  nameDecorationExcludedDomainList: {
    shape: { kind: 'list', of: DOMAIN },
    about: 'Domains whose addresses are not decorated.',
  },
  enableSkypeIdRouting: { shape: FLAG, about: 'Whether Skype names are routed to it.' },
  enableSkypeDirectorySearch: { shape: FLAG, about: "Whether users may search Skype's directory." },
  retiredOn: { shape: DAY, about: 'The day from which it no longer exists.' },
};

const HOSTING: FieldsOf<HostingProviderEntry> = {
  identity: { shape: IDENTITY, required: true, about: 'Its name, one among all providers.' },
  proxyFqdn: { shape: FQDN, required: true, about: 'Its server, by which it is recognised.' },
  enabled: { shape: FLAG, about: 'Whether it is in use.' },
  enabledSharedAddressSpace: {
    shape: FLAG,
    about: 'Whether some users of our own domain live there: a split domain.',
  },
  hostsOCSUsers: {
    shape: FLAG,
    about: 'Whether it hosts SIP users; false is other services, such as voice mail.',
  },
  isLocal: { shape: FLAG, about: 'Whether its server belongs to our own topology.' },
  verificationLevel: {
    shape: VERIFICATION_LEVEL,
    about: 'How far the provider vouches for its users.',
  },
  autodiscoverUrl: {
    shape: WEB_ADDRESS,
    about: 'Where its clients find it; no matter of a gateway.',
  },
  sipClientPort: {
    shape: { kind: 'count', min: 1, max: 65_535 },
    about: 'The port of its clients; no matter of a gateway.',
  },
};

/** A public provider. */
export const PUBLIC_PROVIDER: Shape = {
  kind: 'object',
  fields: defaulting(PUBLIC, LYNC_DEFAULTS.publicProvider),
};
/** A hosting provider. */
export const HOSTING_PROVIDER: Shape = {
  kind: 'object',
  fields: defaulting(HOSTING, LYNC_DEFAULTS.hostingProvider),
};
