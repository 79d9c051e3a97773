// Lync's objects as they are asked: names normalised, defaults filled in, found by what a crossing shows. Types alone;
// compile.ts makes them of what was read, steps.ts asks them.
import type { XmppLinkRules } from '../link-rules.ts';
import type {
  HostingProviderEntry,
  PublicProviderEntry,
  VerificationLevel,
  XmppPartnerType,
} from './document.ts';
import type { Filled, FilledAccessEdge } from './filled.ts';
import type { Outcome } from './steps.ts';

/** The federation part of a policy, ready to be asked. */
export interface Federation {
  readonly localDomains: ReadonlySet<string>;
  readonly edge: FilledAccessEdge;
  /** By domain. Entries that say the same are one value. */
  readonly allowed: ReadonlyMap<string, AllowedDomain>;
  /** Whether any of them reaches below its name. */
  readonly allowsBelow: boolean;
  readonly blocked: ReadonlySet<string>;
  /** By the name of their server; those that are switched off too. */
  readonly publicProviders: ReadonlyMap<string, PublicProvider>;
  /** By the name of their server; those that are switched off are left out. */
  readonly hostingProviders: ReadonlyMap<string, HostingProvider>;
  /** By each of their domains. */
  readonly xmppPartners: ReadonlyMap<string, XmppPartner>;
  readonly xmppGateway: Filled<'xmppGateway'>;
  /** Absent: nothing is decided for users. */
  readonly access: ExternalAccess | undefined;
  /** By address. Absent: not known here. */
  readonly recipients: ReadonlyMap<string, Recipient> | undefined;
  readonly archiving: Filled<'archiving'> | undefined;
  readonly imFilter: Filled<'imFilter'> | undefined;
  readonly mediaEncryption: 'requireEncryption' | 'supportEncryption' | 'doNotSupportEncryption';
}

/** An allowed domain without its name. */
export interface AllowedDomain {
  /** Its server, normalised. */
  readonly proxyFqdn: string | undefined;
  readonly verificationLevel: VerificationLevel;
  readonly includeSubdomains: boolean;
  readonly markForMonitoring: boolean;
  readonly comment: string | undefined;
}

/** A public provider, its preset filled in. */
export interface PublicProvider {
  readonly id: string;
  readonly preset: PublicProviderEntry['preset'];
  readonly proxyFqdn: string;
  readonly enabled: boolean;
  readonly verificationLevel: VerificationLevel;
  /** The domain that addresses are written into. */
  readonly routingDomain: string | undefined;
  /** Domains that are not written so. */
  readonly excluded: readonly string[];
}

/** A hosting provider. */
export interface HostingProvider
  extends Required<
    Pick<HostingProviderEntry, 'proxyFqdn' | 'enabledSharedAddressSpace' | 'hostsOCSUsers'>
  > {
  readonly id: string;
  readonly verificationLevel: VerificationLevel;
}

/** An XMPP partner with every default filled in. */
export interface XmppPartner {
  /** Its first domain, by which it is called. */
  readonly domain: string;
  /** All of them. */
  readonly domains: readonly string[];
  readonly partnerType: XmppPartnerType;
  readonly enableKeepAlive: boolean;
  /** Connections with it: its own limit, or the gateway's for one partner. */
  readonly connectionLimit: number;
  /** Its server, connected to without SRV. */
  readonly proxyFqdn: string | undefined;
  /** What its links may and must use. */
  readonly links: XmppLinkRules;
}

/** External access policies, each as bits of access.ts, under the id that verdicts give. */
export interface ExternalAccess {
  readonly global: AccessPolicy;
  readonly sites: ReadonlyMap<string, AccessPolicy>;
  readonly users: ReadonlyMap<string, AccessPolicy>;
  /** One policy for each thing that somebody's policy can say. */
  readonly possible: readonly AccessPolicy[];
  /** By address. Absent, with `siteOf`: who has which is not known here. */
  readonly granted: ReadonlyMap<string, string> | undefined;
  /** By address or domain. */
  readonly siteOf: ReadonlyMap<string, string> | undefined;
}

/** What one policy lets its users do. */
export interface AccessPolicy {
  readonly id: string;
  /** What the step says when this policy alone agrees. Made once: it is asked for with each crossing. */
  readonly agrees: Outcome & { readonly by: readonly string[] };
  /** Bits of `ACCESS`. */
  readonly bits: number;
}

/** What a user has set. */
export interface Recipient {
  readonly block: People;
  readonly allow: People;
  readonly contacts: ReadonlySet<string>;
}

/** Whom a list names. */
export interface People {
  readonly everybody: boolean;
  readonly addresses: ReadonlySet<string>;
  readonly domains: ReadonlySet<string>;
}
