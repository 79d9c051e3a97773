// The public providers that Lync shipped with, as data. None exists any more: a document may still name one, for a
// laboratory or a configuration brought over, and is warned where one is switched on.
import type { PublicProviderEntry } from './document.ts';

/** A provider of old. */
export type Preset = NonNullable<PublicProviderEntry['preset']>;

/** What a preset says of a provider. */
export type PresetFields = Pick<
  PublicProviderEntry,
  'verificationLevel' | 'nameDecorationRoutingDomain' | 'nameDecorationExcludedDomainList'
> & { readonly proxyFqdn: string; readonly retiredOn: string };

/** The presets by name; where an entry says something else, the entry holds. */
export const PRESETS: Readonly<Record<Preset, PresetFields>> = {
  aol: {
    proxyFqdn: 'sip.oscar.aol.com',
    verificationLevel: 'alwaysUnverifiable',
    retiredOn: '2014-06-30',
  },
  // Messenger became Skype in April 2013, behind the same server and with names decorated, until Skype's own end.
  windowsLive: {
    proxyFqdn: 'federation.messenger.msn.com',
    verificationLevel: 'alwaysUnverifiable',
    nameDecorationRoutingDomain: 'msn.com',
    nameDecorationExcludedDomainList: ['msn.com', 'outlook.com', 'live.com', 'hotmail.com'],
    retiredOn: '2025-05-05',
  },
  yahoo: {
    proxyFqdn: 'lcsap.msg.yahoo.com',
    verificationLevel: 'alwaysUnverifiable',
    retiredOn: '2014-06-30',
  },
};
