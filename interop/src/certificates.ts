// The certificates of one world: everybody's good one, and the wrong ones, all made when the world starts.
import { nodeCrypto } from '@interwork/certs/node';
import { type Authority, makeAuthority, type Variety } from '@interwork/certs/testing';
import { NAME, OURS, SIP, XMPP } from './places.ts';

/** A key and its certificate with the chain, PEM. */
export interface Credential {
  readonly keyPem: string;
  readonly certPem: string;
}

/** What may be wrong, or special, about a certificate that a peer shows. */
export const ODDITIES = [
  'expired',
  'other-name',
  'self-signed',
  'unknown-issuer',
  'xmpp-addr-only',
  'server-auth-only',
] as const satisfies readonly Variety[];

/** A word of {@link ODDITIES}, a certificate with nothing wrong, or one of an authority nobody trusts. */
export type Kind = (typeof ODDITIES)[number] | 'good';

/** Who has certificates. */
export type Holder = 'gateway-sip' | 'gateway-xmpp' | 'proxy' | 'server';

/** An authority that all trust, with the names each holder needs. */
export interface Certificates {
  /** PEM of the root. */
  readonly root: string;
  issue(holder: Holder, kind?: Kind): Credential;
  /** A good one for a domain that is nobody's here. */
  issueTo(domain: string): Credential;
}

const NAMES: Readonly<Record<Holder, readonly [domain: string, ...names: readonly string[]]>> = {
  'gateway-sip': [XMPP, NAME.gateway],
  'gateway-xmpp': OURS,
  proxy: [SIP, NAME.proxy],
  server: [XMPP, NAME.xmpp],
};

/** Makes an authority. */
export function makeCertificates(): Certificates {
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  return {
    root: authority.certificate.pem,
    issue: (holder, kind = 'good') => issue(authority, NAMES[holder], kind),
    issueTo: (domain) => issue(authority, [domain], 'good'),
  };
}

function issue(
  authority: Authority,
  names: readonly [string, ...(readonly string[])],
  kind: Kind,
): Credential {
  const [domain] = names;
  const { keyPem, certPem } =
    kind === 'good' ||
    kind === 'expired' ||
    kind === 'self-signed' ||
    kind === 'unknown-issuer' ||
    kind === 'server-auth-only'
      ? authority.issue({ domain, dns: names, as: kind })
      : authority.issue({ domain, as: kind });
  return { keyPem, certPem };
}
