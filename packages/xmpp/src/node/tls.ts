// TLS on a connection that stands, and the chain a peer presented. OpenSSL's own opinion of a peer is never
// read: it knows neither XMPP names nor what a federation accepts. RFC 6120 §5.4.3 and §13.7, RFC 7590.
import type { Socket } from 'node:net';
import { connect, TLSSocket } from 'node:tls';
import { contextByName, contextOf, pairFor } from './credentials.ts';
import type { TlsCredentials } from './options.ts';

/** How TLS begins on a connection. */
export interface Handshake {
  /** Ours. */
  readonly role: 'client' | 'server';
  /** Our domain of the stream; empty where the peer has not said which it calls. */
  readonly local: string;
  /** Client: the domain called, the name to ask for. */
  readonly peer: string | undefined;
  readonly direct: boolean;
}

/** Puts TLS on a socket; `done` is called once, when it stands. */
export function startTls(
  socket: Socket,
  credentials: TlsCredentials,
  handshake: Handshake,
  done: () => void,
): TLSSocket {
  const { direct, role, peer: servername = '' } = handshake;
  const alpn = direct ? { ALPNProtocols: ['xmpp-server'] } : {};
  if (role === 'server') {
    const tls = serverOn(socket, credentials, handshake, alpn);
    tls.once('secure', done);
    return tls;
  }
  const secureContext = contextOf(pairFor(credentials, handshake));
  return connect({ secureContext, rejectUnauthorized: false, socket, servername, ...alpn }, done);
}

/**
 * Every peer is asked for its certificate; no list of CA names goes out, so that OpenSSL turns nobody
 * away before the judge has looked. What we show goes by the domain called in the stream, and by the
 * name in TLS where there is one.
 * @spec RFC 6120 §5.4.3.1
 */
function serverOn(
  socket: Socket,
  credentials: TlsCredentials,
  handshake: Handshake,
  alpn: { readonly ALPNProtocols?: string[] },
): TLSSocket {
  return new TLSSocket(socket, {
    isServer: true,
    secureContext: contextOf(pairFor(credentials, handshake)),
    SNICallback: (name, tell) => contextByName(credentials, name, tell),
    requestCert: true,
    rejectUnauthorized: false,
    ...alpn,
  });
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
