// Does this certificate speak for that domain? XMPP by RFC 6120 §13.7 and RFC 9525, SIP by RFC 5922
// §7. One reference is compared with the names presented; the common name never counts, nor does a
// name that DNS led us to. The verdict is a value: what matched, or which field failed and what
// stood there. Chains and validity are not looked at here.

import { equalBytes } from './bytes.ts';
import type { Certificate } from './certificate.ts';
import { normalizeDomain } from './domain.ts';
import { parseIp } from './ip.ts';
import { presentedNames } from './names.ts';
import type { PresentedNames } from './names.ts';
import { shown } from './shown.ts';
import { sipDomainOf } from './uri.ts';

/** What a name is wanted for. */
export type IdentityPurpose = 'xmpp-server' | 'xmpp-client' | 'sip';

/** Whom we meant to reach, or who somebody says to be. */
export interface IdentityReference {
  readonly service: IdentityPurpose;
  /** A-labels or U-labels, any case; for XMPP also an IP address, IPv6 in brackets. */
  readonly domain: string;
}

/** The identifier type that matched. @spec RFC 9525 §1.4 */
export type IdentifierType = 'DNS-ID' | 'SRV-ID' | 'XmppAddr' | 'IP-ID' | 'URI' | 'DNS';

/** The outcome of a comparison. */
export interface IdentityVerdict {
  readonly match: boolean;
  /** Set when it matched. */
  readonly by?: IdentifierType;
  /** The field that failed, set when it did not match: `reference`, `subjectAltName`. */
  readonly field?: string;
  /** The names that were there to match, as written. */
  readonly presented: readonly string[];
  /** One English sentence. */
  readonly text: string;
}

/** Compares the names of a certificate with one reference. @spec RFC 6120 §13.7, RFC 5922 §7.2 */
export function matchIdentity(
  certificate: Certificate,
  reference: IdentityReference,
): IdentityVerdict {
  const names = presentedNames(certificate);
  const presented = presentedTexts(names);
  const wanted = referenceOf(reference);
  if (wanted === undefined)
    return failed(
      'reference',
      presented,
      `"${reference.domain}" is neither a domain nor an address.`,
    );
  const by =
    reference.service === 'sip'
      ? bySip(names, wanted)
      : byXmpp(names, wanted, reference.service, certificate);
  if (by !== undefined)
    return { match: true, by, presented, text: `It speaks for ${reference.domain} (${by}).` };
  const list =
    presented.length === 0
      ? 'no name that counts'
      : presented.slice(0, SHOWN).map(shown).join(', ');
  return failed(
    'subjectAltName',
    presented,
    `It does not speak for ${reference.domain}; it presents ${list}.`,
  );
}

/**
 * The domains that a certificate speaks for, as A-labels in lower case, each once, in the order
 * presented. Wildcards stand for no domain of their own and are left out; so are addresses.
 * @spec RFC 6120 §13.7.1, RFC 5922 §7.1
 */
export function identitiesOf(
  certificate: Certificate,
  purpose: IdentityPurpose,
): readonly string[] {
  const names = presentedNames(certificate);
  const domains = purpose === 'sip' ? sipDomains(names) : xmppDomains(names, purpose);
  const found = new Set<string>();
  for (const domain of domains) if (domain !== undefined) found.add(domain);
  return [...found];
}

/** A reference in the form that is compared. */
interface Wanted {
  readonly domain: string | undefined;
  readonly address: Uint8Array | undefined;
}

function referenceOf({ domain }: IdentityReference): Wanted | undefined {
  const address = parseIp(domain);
  if (address !== undefined) return { domain: undefined, address };
  const normal = normalizeDomain(domain);
  return normal === undefined ? undefined : { domain: normal, address: undefined };
}

/** @spec RFC 6120 §13.7.2.1, RFC 9525 §6.3 */
function byXmpp(
  names: PresentedNames,
  wanted: Wanted,
  purpose: 'xmpp-server' | 'xmpp-client',
  certificate: Certificate,
): IdentifierType | undefined {
  const { domain, address } = wanted;
  if (address !== undefined) return hasAddress(certificate, address) ? 'IP-ID' : undefined;
  if (domain === undefined) return undefined;
  for (const name of names.srv) if (srvDomain(name, purpose) === domain) return 'SRV-ID';
  for (const name of names.dns) if (matchesDns(name, domain)) return 'DNS-ID';
  for (const name of names.xmppAddr) if (xmppDomain(name) === domain) return 'XmppAddr';
  return undefined;
}

/**
 * No wildcards, no suffixes; DNS names count only where there is no `sip:` domain.
 * @spec RFC 5922 §7.2
 */
function bySip(names: PresentedNames, { domain }: Wanted): IdentifierType | undefined {
  if (domain === undefined) return undefined;
  const type = hasSipUri(names) ? 'URI' : 'DNS';
  return sipDomains(names).includes(domain) ? type : undefined;
}

/** A wildcard is the whole left-most label and stands for exactly one. @spec RFC 9525 §6.3 */
function matchesDns(name: string, domain: string): boolean {
  if (!name.startsWith('*.')) return dnsDomain(name) === domain;
  const below = dnsDomain(name.slice(2));
  const dot = domain.indexOf('.');
  return below !== undefined && below.includes('.') && domain.slice(dot + 1) === below;
}

function sipDomains(names: PresentedNames): readonly (string | undefined)[] {
  if (!hasSipUri(names)) return names.dns.map(dnsDomain);
  return names.uri.map((uri) => normalizeDomain(sipDomainOf(uri) ?? ''));
}

// A sip: URI with a host we cannot read still hides the DNS names: doubt never widens.
const hasSipUri = (names: PresentedNames): boolean =>
  names.uri.some((uri) => sipDomainOf(uri) !== undefined);

function xmppDomains(
  names: PresentedNames,
  purpose: 'xmpp-server' | 'xmpp-client',
): readonly (string | undefined)[] {
  return [
    ...names.srv.map((name) => srvDomain(name, purpose)),
    ...names.dns.map(dnsDomain),
    ...names.xmppAddr.map(xmppDomain),
  ];
}

// As written in a certificate: a name that ends in a dot, or a wildcard, is no domain.
const dnsDomain = (name: string): string | undefined =>
  name.endsWith('.') ? undefined : normalizeDomain(name);

/** @spec RFC 4985 §2 */
function srvDomain(name: string, purpose: 'xmpp-server' | 'xmpp-client'): string | undefined {
  const dot = name.indexOf('.');
  return name.slice(0, dot).toLowerCase() === `_${purpose}`
    ? dnsDomain(name.slice(dot + 1))
    : undefined;
}

/** An address of a user or of a resource does not speak for its domain. @spec RFC 6120 §13.7.1.4 */
const xmppDomain = (name: string): string | undefined =>
  name.includes('@') || name.includes('/') ? undefined : dnsDomain(name);

function hasAddress(certificate: Certificate, address: Uint8Array): boolean {
  for (const name of certificate.extensions.subjectAltName ?? []) {
    if (name.kind === 'ip' && equalBytes(name.bytes, address)) return true;
  }
  return false;
}

function presentedTexts(names: PresentedNames): readonly string[] {
  return [...names.srv, ...names.dns, ...names.xmppAddr, ...names.uri, ...names.ip];
}

function failed(field: string, presented: readonly string[], text: string): IdentityVerdict {
  return { match: false, field, presented, text };
}

// a sentence for a log names only so many names
const SHOWN = 8;
