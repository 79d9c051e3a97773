// What a server shows when it is called: TLS is spoken only to fetch the certificates, and nothing is
// sent behind the handshake. Node's own verdict is not asked for; the doctor has the last word.
import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { Service } from '@interwork/certs';

export interface Address {
  readonly scheme: 'xmpp' | 'xmpps' | 'sips';
  readonly host: string;
  readonly port: number;
  /** Whom we mean to reach there. */
  readonly domain: string;
}

/** Reads `xmpp://HOST:PORT/DOMAIN`; throws an Error with a sentence for people. */
export function addressOf(text: string): Address {
  const parts =
    /^(xmpp|xmpps|sips):\/\/(\[[\da-fA-F:.]+\]|[^/:[\]]+):(\d{1,5})(?:\/([^/]+))?$/.exec(text);
  const [, scheme, named = '', port, domain] = parts ?? [];
  if (scheme !== 'xmpp' && scheme !== 'xmpps' && scheme !== 'sips')
    throw new Error(`${text} is no address: xmpp, xmpps or sips://HOST:PORT/DOMAIN.`);
  const host = named.startsWith('[') ? named.slice(1, -1) : named;
  return { scheme, host, port: Number(port), domain: domain ?? host };
}

export const serviceAt = ({ scheme }: Address): Service =>
  scheme === 'sips' ? 'sip' : 'xmpp-server';

/** DER as presented, leaf first; rejects with an Error when there is no handshake in time. */
export async function presentedAt(
  address: Address,
  waitMs = 10_000,
): Promise<readonly Uint8Array[]> {
  const socket = connectTcp({ host: address.host, port: address.port });
  const late = setTimeout(() => socket.destroy(new Error(`no answer within ${waitMs} ms`)), waitMs);
  try {
    await once(socket, 'connect');
    if (address.scheme === 'xmpp') await startTls(socket, address.domain);
    const tls = connectTls({
      socket,
      // nothing is trusted, so nothing of ours is mixed into what the peer has sent
      ca: [],
      rejectUnauthorized: false,
      ...(isIP(address.domain) === 0 ? { servername: address.domain } : {}),
      ...(address.scheme === 'xmpps' ? { ALPNProtocols: ['xmpp-server'] } : {}),
    });
    await once(tls, 'secureConnect');
    return chainOf(tls);
  } finally {
    clearTimeout(late);
    socket.on('error', () => {});
    socket.destroy();
  }
}

/** The opening of a stream between servers, as far as TLS. */
async function startTls(socket: Socket, domain: string): Promise<void> {
  const to = domain.replaceAll(/[<>&'"]/g, '');
  socket.write(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' to='${to}' version='1.0'>`,
  );
  await heard(socket, /<starttls\b[\s\S]*<\/stream:features>/);
  socket.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  await heard(socket, /<proceed\b[^>]*>$/);
}

/** Waits until all that has come matches; what is too long or ends is an Error. */
function heard(socket: Socket, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (error?: Error): void => {
      socket.off('data', take).off('error', end).off('close', gone);
      socket.pause();
      if (error === undefined) resolve();
      else reject(error);
    };
    const gone = (): void => end(new Error('the server closed before TLS'));
    const take = (octets: Buffer): void => {
      text += octets.toString('latin1');
      if (pattern.test(text)) end();
      else if (text.length > MAX_HEARD) end(new Error('the server says too much before TLS'));
      else if (/<(?:failure|stream:error)\b/.test(text)) end(new Error('the server refuses TLS'));
    };
    socket.on('data', take).on('error', end).on('close', gone).resume();
  });
}

function once(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed')));
  });
}

function chainOf(tls: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let one: DetailedPeerCertificate | undefined = tls.getPeerCertificate(true);
  const seen = new Set<string>();
  while (one?.raw !== undefined && !seen.has(one.fingerprint256)) {
    seen.add(one.fingerprint256);
    chain.push(new Uint8Array(one.raw));
    one = one.issuerCertificate;
  }
  return chain;
}

// a stream header and its features have a few hundred
const MAX_HEARD = 16_384;
