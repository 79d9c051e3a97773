// What a certificate may be used for: key usage and extended key usage, per role in TLS. Public
// authorities stopped putting clientAuth into certificates in February 2026, so an honest server
// that calls us shows serverAuth alone: for a federation initiator that has to do, and it does so
// by a purpose of its own, never by excusing a failed check.

import type { Certificate } from './certificate.ts';
import type { KeyUsage } from './extension.ts';

/**
 * What the leaf of a chain is presented for. `server` and `client` are the roles in TLS; the two
 * initiators are servers that call us, as TLS clients; `sip-server` is a server called for SIP;
 * `any` asks for nothing.
 */
export type Purpose =
  | 'server'
  | 'client'
  | 'any'
  | 'xmpp-s2s-initiator'
  | 'sip-initiator'
  | 'sip-server';

/** A role in TLS. */
export type TlsRole = 'client' | 'server';

/** What servers talk to each other, and are certified for. */
export type Service = 'xmpp-server' | 'sip';

/** What a server of a service is judged for when it plays a role. */
export const JUDGED_FOR: Readonly<Record<Service, Readonly<Record<TlsRole, Purpose>>>> = {
  'xmpp-server': { server: 'server', client: 'xmpp-s2s-initiator' },
  sip: { server: 'sip-server', client: 'sip-initiator' },
};

/** Object identifiers of extended key usages. @spec RFC 5280 §4.2.1.12, RFC 5924 §4.1 */
export const KEY_PURPOSE = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  sipDomain: '1.3.6.1.5.5.7.3.20',
} as const;

/**
 * The extended key usages of which one is needed; `undefined` when none is asked for. Departs from
 * RFC 5924 §5: serverAuth without sipDomain is let in for SIP, since no public authority issues
 * sipDomain.
 */
export const NEEDED: Readonly<Record<Purpose, readonly string[] | undefined>> = {
  any: undefined,
  server: [KEY_PURPOSE.serverAuth],
  client: [KEY_PURPOSE.clientAuth],
  'xmpp-s2s-initiator': [KEY_PURPOSE.clientAuth, KEY_PURPOSE.serverAuth],
  'sip-initiator': [KEY_PURPOSE.clientAuth, KEY_PURPOSE.serverAuth, KEY_PURPOSE.sipDomain],
  'sip-server': [KEY_PURPOSE.serverAuth, KEY_PURPOSE.sipDomain],
};

/**
 * What is left of the wanted usages after a certificate has narrowed them: an authority that may
 * issue for e-mail only leaves nothing. `undefined` means that anything goes, an empty list that
 * nothing does.
 * @spec RFC 5280 §4.2.1.12
 */
export function narrowUsages(
  wanted: readonly string[] | undefined,
  certificate: Certificate,
): readonly string[] | undefined {
  const allowed = certificate.extensions.extKeyUsage;
  if (wanted === undefined || allowed === undefined || allowed.includes(KEY_PURPOSE.any))
    return wanted;
  return wanted.filter((usage) => allowed.includes(usage));
}

/**
 * Whether the leaf's key may be used in a handshake: some key usage of TLS, or none stated.
 * @spec RFC 5280 §4.2.1.3
 */
export function mayDoTls({ extensions }: Certificate): boolean {
  const { keyUsage } = extensions;
  return keyUsage === undefined || TLS_USAGES.some((usage) => keyUsage.includes(usage));
}

/** Whether a certificate may issue others. @spec RFC 5280 §4.2.1.9 */
export function isAuthority({ extensions }: Certificate): boolean {
  return extensions.basicConstraints?.ca === true;
}

/**
 * Whether an authority's key may sign certificates: it says so, or says nothing about its use.
 * @spec RFC 5280 §4.2.1.3
 */
export function maySignCertificates({ extensions }: Certificate): boolean {
  return extensions.keyUsage === undefined || extensions.keyUsage.includes('keyCertSign');
}

/** Extended key usages by name, for people. */
export function usageNames(usages: readonly string[]): string {
  return usages.map((usage) => NAMES[usage] ?? usage).join(', ');
}

const TLS_USAGES: readonly KeyUsage[] = ['digitalSignature', 'keyEncipherment', 'keyAgreement'];

const NAMES: Readonly<Record<string, string>> = {
  [KEY_PURPOSE.any]: 'anyExtendedKeyUsage',
  [KEY_PURPOSE.serverAuth]: 'serverAuth',
  [KEY_PURPOSE.clientAuth]: 'clientAuth',
  [KEY_PURPOSE.emailProtection]: 'emailProtection',
  [KEY_PURPOSE.sipDomain]: 'sipDomain',
};
