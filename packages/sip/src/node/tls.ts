// TLS: sockets, the chain a peer presented, and asking the judge. OpenSSL's own opinion of a peer is
// never read: it knows neither SIP names nor what a federation accepts. RFC 5922 §7, RFC 9325.
import { isIP } from 'node:net';
import { connect, createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Target } from '../endpoint/types.ts';
import type { Judge, Judgement, TlsRole } from '../judge.ts';
import { contextOf, contextOptions } from './credentials.ts';
import type { SocketLimits, TlsPair } from './options.ts';

/**
 * A listening TLS socket. Every client is asked for its certificate; no list of CA names goes out, so
 * that OpenSSL turns nobody away before the judge has looked.
 * @spec RFC 5922 §7.4
 */
export function tlsServer(
  pair: TlsPair,
  byName: NonNullable<TlsOptions['SNICallback']>,
  maxConnections: number,
  limits: SocketLimits,
  take: (socket: TLSSocket) => void,
): Server {
  const server = createServer(
    {
      ...contextOptions(pair),
      SNICallback: byName,
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: limits.handshakeTime,
    },
    take,
  );
  server.maxConnections = maxConnections;
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** @spec RFC 5922 §7.8 */
export function connectTls(target: Target, pair: TlsPair): TLSSocket {
  const name = target.references.find((reference) => isIP(reference) === 0);
  return connect({
    secureContext: contextOf(pair),
    host: target.address,
    port: target.port,
    rejectUnauthorized: false,
    ...(name === undefined ? {} : { servername: name }),
  });
}

/** A TLS client: whoever its certificate says, if the judge takes it. */
export function judgeClient(judge: Judge, socket: TLSSocket): Judgement {
  return ask(judge, socket, 'client', undefined);
}

/**
 * A TLS server: it must be one of the names we looked for. What it proved includes the name that was
 * found.
 * @spec RFC 5922 §7.3
 */
export function judgeServer(judge: Judge, socket: TLSSocket, target: Target): Judgement {
  let first: Judgement | undefined;
  for (const reference of target.references) {
    const judgement = ask(judge, socket, 'server', reference);
    if (judgement.accepted) return withName(judgement, reference.toLowerCase());
    first ??= judgement;
  }
  return first ?? refused('no-reference', 'No name was given that the peer could prove.');
}

function withName(judgement: Judgement, name: string): Judgement {
  const proved = judgement.proved.includes(name) ? judgement.proved : [name, ...judgement.proved];
  return { ...judgement, proved };
}

/** A judge that throws has not accepted. */
function ask(
  judge: Judge,
  socket: TLSSocket,
  role: TlsRole,
  reference: string | undefined,
): Judgement {
  if (socket.isSessionReused()) return refused('session-reused', 'The TLS session was resumed.');
  const presented = presentedBy(socket);
  if (presented.length === 0) return refused('no-certificate', 'The peer showed no certificate.');
  try {
    return judge(presented, role, reference);
  } catch {
    return refused('judge-failed', 'The certificate could not be judged.');
  }
}

/** The chain as far as Node tells it, leaf first. A self-issued certificate points at itself. */
export function presentedBy(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  let certificate = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && chain.length < MAX_CHAIN) {
    if (seen.has(certificate.fingerprint256)) break;
    seen.add(certificate.fingerprint256);
    chain.push(new Uint8Array(certificate.raw));
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

function refused(code: string, text: string): Judgement {
  return {
    accepted: false,
    proved: [],
    certificate: 'none',
    faults: [{ code, field: 'certificate', text }],
  };
}

const MAX_CHAIN = 16;
