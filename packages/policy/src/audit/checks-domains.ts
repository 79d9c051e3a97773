// The audit of allowed and blocked domains and of providers: what is believed of them, what reaches further than its
// name, and what one list says in vain because of another.
import { normalizeDomain } from '../domain.ts';
import { listedAbove } from '../federation/addresses.ts';
import type { FederationEntry, VerificationLevel } from '../federation/document.ts';
import { filled, filledPublicProvider } from '../federation/filled.ts';
import { keysOf } from '../pointer.ts';
import type { Check, Sight } from './check.ts';

/** The checks of domains and providers. */
export const DOMAIN_CHECKS: readonly Check[] = [
  {
    code: 'look-alike',
    severity: 'high',
    risk: 'One of two names may be somebody else, who is let in and taken for the other.',
    remedy: 'Make sure that both names are meant, and remove the one that is not.',
    *find({ set }) {
      for (const { code, path, text } of set.warnings)
        if (code === 'look-alike') yield { at: keysOf(path), evidence: text };
    },
  },
  {
    code: 'believes-everybody',
    severity: 'medium',
    risk: 'Senders count as verified even where their own edge says that they are not, or says nothing.',
    remedy:
      'Set "verificationLevel" to "useSourceVerification", or to "alwaysUnverifiable" for the public.',
    *find({ document }) {
      for (const [at, level] of levelsOf(document.federation)) {
        if (level === 'alwaysVerifiable')
          yield { at, evidence: 'verificationLevel is alwaysVerifiable' };
      }
    },
  },
  {
    code: 'hosting-believed',
    severity: 'low',
    risk: 'All senders of all domains at the provider count as verified, which is what Lync does by itself.',
    remedy:
      'Set "verificationLevel" to "useSourceVerification" if you do not trust its other customers.',
    *find({ document }) {
      for (const [key, entry] of (document.federation?.hostingProviders ?? []).entries()) {
        const { enabled, verificationLevel, identity } = filled('hostingProvider', entry);
        if (enabled && verificationLevel === 'alwaysVerifiable')
          yield {
            at: ['federation', 'hostingProviders', key],
            evidence: `hosting provider ${identity} is on and alwaysVerifiable`,
          };
      }
    },
  },
  {
    code: 'shared-address-space',
    severity: 'low',
    risk: 'Whoever can send from the provider can send as one of your own users.',
    remedy: 'Keep it only while some of your users live there.',
    *find({ document }) {
      for (const [key, entry] of (document.federation?.hostingProviders ?? []).entries()) {
        if (entry.enabled === true && entry.enabledSharedAddressSpace === true)
          yield {
            at: ['federation', 'hostingProviders', key],
            evidence: `hosting provider ${entry.identity} shares your address space`,
          };
      }
    },
  },
  {
    code: 'retired-provider',
    severity: 'medium',
    risk: 'The service is gone; whoever gets its name in DNS one day gets what your users still send there.',
    remedy: 'Set "enabled" to false, or remove the provider.',
    *find({ document, today }) {
      for (const [key, entry] of (document.federation?.publicProviders ?? []).entries()) {
        const { enabled, retiredOn, identity } = filledPublicProvider(entry);
        if (enabled && retiredOn !== undefined && (today === undefined || retiredOn <= today))
          yield {
            at: ['federation', 'publicProviders', key],
            evidence: `public provider ${identity} is on, retired on ${retiredOn}`,
          };
      }
    },
  },
  {
    code: 'allowed-below',
    severity: 'low',
    risk: 'Whoever is given a name below the domain, also by delegation, is allowed with it.',
    remedy: 'List the domains below it one by one.',
    *find({ document }) {
      for (const [key, { domain, includeSubdomains }] of (
        document.federation?.allowedDomains ?? []
      ).entries()) {
        if (includeSubdomains === true)
          yield {
            at: ['federation', 'allowedDomains', key],
            evidence: `allowed domain ${domain} includes subdomains`,
          };
      }
    },
  },
  {
    code: 'allowed-but-blocked',
    severity: 'medium',
    risk: 'The entry looks as if it let somebody in, and a blocked domain above it keeps them out.',
    remedy: 'Remove the entry, or the blocked domain if the entry is what was meant.',
    *find({ document, set }) {
      const blocked = set.federation?.blocked ?? new Set();
      for (const [at, domain] of listedIn(document.federation)) {
        const above = listedAbove(blocked, normalizeDomain(domain) ?? domain);
        if (above !== undefined) yield { at, evidence: `${domain} is here, ${above} is blocked` };
      }
    },
  },
  {
    code: 'blocked-twice',
    severity: 'low',
    risk: 'Nothing now; but whoever unblocks the one finds that the other still blocks.',
    remedy: 'Keep the wider of the two.',
    *find({ document, set }) {
      const blocked = set.federation?.blocked ?? new Set();
      for (const [key, { domain }] of (document.federation?.blockedDomains ?? []).entries()) {
        const name = normalizeDomain(domain) ?? '';
        const above = listedAbove(blocked, name.slice(name.indexOf('.') + 1));
        if (above !== undefined && above !== name)
          yield {
            at: ['federation', 'blockedDomains', key],
            evidence: `${name} lies below ${above}`,
          };
      }
    },
  },
];

type At = Sight['at'];

/** The verification levels that are written, of what is on. */
function* levelsOf(entry: FederationEntry | undefined): Iterable<readonly [At, VerificationLevel]> {
  if (entry === undefined) return;
  const { accessEdge, allowedDomains = [], publicProviders = [] } = entry;
  if (accessEdge.routing === 'useDefaultRouting')
    yield [['federation', 'accessEdge'], filled('defaultRouteEdge', accessEdge).verificationLevel];
  for (const [key, allowed] of allowedDomains.entries())
    yield [
      ['federation', 'allowedDomains', key],
      filled('allowedDomain', allowed).verificationLevel,
    ];
  for (const [key, provider] of publicProviders.entries()) {
    const { enabled, verificationLevel } = filledPublicProvider(provider);
    if (enabled) yield [['federation', 'publicProviders', key], verificationLevel];
  }
}

/** Domains that are let in by a list. */
function* listedIn(entry: FederationEntry | undefined): Iterable<readonly [At, string]> {
  for (const [key, { domain }] of (entry?.allowedDomains ?? []).entries())
    yield [['federation', 'allowedDomains', key], domain];
  for (const [key, { domain, additionalDomains = [] }] of (entry?.xmppPartners ?? []).entries())
    for (const name of [domain, ...additionalDomains])
      yield [['federation', 'xmppPartners', key], name];
}
