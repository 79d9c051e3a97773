// TLS on a connection that stands: contexts, and the chain a peer presented. OpenSSL's own opinion of a peer is never
// read: it knows neither XMPP names nor what a federation accepts. RFC 6120 §5.4.3 and §13.7, RFC 7590.
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import type { TlsCredentials, TlsPair } from './options.ts';

/** How TLS begins on a connection. */
export interface Handshake {
  /** Ours. */
  readonly role: 'client' | 'server';
  /** Client: the name to ask for. */
  readonly domain: string;
  readonly direct: boolean;
}

/** Puts TLS on a socket; `done` is called once, when it stands. */
export function startTls(
  socket: Socket,
  credentials: TlsCredentials,
  handshake: Handshake,
  done: () => void,
): TLSSocket {
  const alpn = handshake.direct ? { ALPNProtocols: ['xmpp-server'] } : {};
  if (handshake.role === 'server') {
    const tls = serverOn(socket, credentials, alpn);
    tls.once('secure', done);
    return tls;
  }
  const pair = credentials.client ?? credentials;
  const servername = handshake.domain;
  const options = { ...contextOptions(pair), rejectUnauthorized: false, socket, servername };
  return connect({ ...options, ...alpn }, done);
}

/**
 * Every peer is asked for its certificate; no list of CA names goes out, so that OpenSSL turns nobody
 * away before the judge has looked.
 * @spec RFC 6120 §5.4.3.1
 */
function serverOn(
  socket: Socket,
  pair: TlsPair,
  alpn: { readonly ALPNProtocols?: string[] },
): TLSSocket {
  return new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext(contextOptions(pair)),
    requestCert: true,
    rejectUnauthorized: false,
    ...alpn,
  });
}

/** Throws what OpenSSL says of a bad pair, of either; used before anything is begun or replaced. */
export function checkCredentials({ client, ...server }: TlsCredentials): void {
  createSecureContext(contextOptions(server));
  if (client !== undefined) createSecureContext(contextOptions(client));
}

/**
 * No tickets: a resumed session shows only the leaf of what the peer presented. No renegotiation: it
 * could bring another certificate after the judge has spoken.
 */
function contextOptions(pair: TlsPair): SecureContextOptions {
  return {
    key: pair.key,
    cert: pair.cert,
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}

/** The chain as far as Node tells it, leaf first. A self-issued certificate points at itself. */
export function presentedBy(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  if (socket.isSessionReused()) return chain;
  let certificate = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && chain.length < MAX_CHAIN) {
    if (seen.has(certificate.fingerprint256)) break;
    seen.add(certificate.fingerprint256);
    chain.push(new Uint8Array(certificate.raw));
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

const MAX_CHAIN = 16;
