// Which pair is shown on a connection, and the context of OpenSSL that it becomes: made once for each pair, since reading
// a key costs more than a handshake should. What is chosen from is the host's (`choose`); what a peer shows is tls.ts.
import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { TlsCredentials, TlsOccasion, TlsPair } from './options.ts';

/** What is shown on such an occasion. */
export function pairFor(credentials: TlsCredentials, occasion: TlsOccasion): TlsPair {
  return credentials.choose?.(occasion) ?? usualPair(credentials, occasion.role);
}

/** What everybody is shown in a role whom no other pair is for. */
export function usualPair(credentials: TlsCredentials, role: TlsOccasion['role']): TlsPair {
  return 'both' in credentials ? credentials.both : credentials[role];
}

/** The context of a pair. Throws what OpenSSL says of a bad one. */
export function contextOf(pair: TlsPair): SecureContext {
  const known = CONTEXTS.get(pair);
  if (known !== undefined) return known;
  const made = createSecureContext(contextOptions(pair));
  CONTEXTS.set(pair, made);
  return made;
}

/** Throws what OpenSSL says of a bad pair, of either; used before anything is begun or replaced. */
export function checkCredentials(credentials: TlsCredentials): void {
  contextOf(usualPair(credentials, 'server'));
  contextOf(usualPair(credentials, 'client'));
}

/** What a server shows to whoever calls it by a name. @spec RFC 6066 §3 */
export function contextByName(
  credentials: TlsCredentials | undefined,
  name: string,
  tell: (error: Error | null, context?: SecureContext) => void,
): void {
  if (credentials === undefined) return tell(null);
  try {
    tell(null, contextOf(pairFor(credentials, { role: 'server', local: name, peer: undefined })));
  } catch (error) {
    tell(error instanceof Error ? error : new Error('no credential'));
  }
}

/**
 * No tickets: a resumed session shows only the leaf of what the peer presented. No renegotiation: it
 * could bring another certificate after the judge has spoken.
 */
export function contextOptions(pair: TlsPair): SecureContextOptions {
  return {
    key: pair.key,
    cert: pair.cert,
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}

const CONTEXTS = new WeakMap<TlsPair, SecureContext>();
