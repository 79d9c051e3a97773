// What a document means where it says nothing, for the commands of a script: Set-Cs… keeps a field that it is not given, and
// some cmdlets of later servers have other defaults. Fields that Lync Server 2013 does not have are not written unasked.
import { LYNC_DEFAULTS } from '../federation/defaults.ts';
import type { Noun } from './cmdlets.ts';

type Defaults = Readonly<Record<string, unknown>>;

/** Defaults of a cmdlet's object; the Access Edge's go by how it routes. Only fields of that cmdlet count. */
export function scriptDefaults(noun: Noun, routing: unknown): Defaults {
  if (noun === 'AccessEdgeConfiguration') {
    const { dnsSrvEdge, defaultRouteEdge } = LYNC_DEFAULTS;
    return { ...(routing === 'useDefaultRouting' ? defaultRouteEdge : dnsSrvEdge) };
  }
  return DEFAULTS[noun] ?? {};
}

const { publicProvider, hostingProvider, xmppPartner } = LYNC_DEFAULTS;

/** SipClientPort, VerificationLevel of an allowed domain and what is about Skype came with later servers. */
const DEFAULTS: Readonly<Partial<Record<Noun, Defaults>>> = {
  PublicProvider: { verificationLevel: publicProvider.verificationLevel },
  HostingProvider: without(hostingProvider, 'sipClientPort'),
  ExternalAccessPolicy: { ...LYNC_DEFAULTS.externalAccessPolicy },
  XmppAllowedPartner: without(xmppPartner, 'additionalDomains'),
  XmppGatewayConfiguration: { ...LYNC_DEFAULTS.xmppGateway },
  ArchivingPolicy: { ...LYNC_DEFAULTS.archiving },
  ArchivingConfiguration: { ...LYNC_DEFAULTS.archiving },
  ImFilterConfiguration: { ...LYNC_DEFAULTS.imFilter },
};

function without(defaults: object, field: string): Defaults {
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => name !== field));
}
