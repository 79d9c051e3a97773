// The certificate trap, over real TLS on loopback: Node's own verdict cannot tell an honest
// server-only certificate of a calling server from a self-signed or a forged one; ours can.
// `rejectUnauthorized` is off, as at a federation listener.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { judgeFor } from '@interwork/certs';
import type { Judgement } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import type { Issued, Variety } from '@interwork/certs/testing';
import { describe, expect, test } from 'vitest';

const now = Date.now();
const ours = makeAuthority({ crypto: nodeCrypto, now });
const judge = judgeFor({
  service: 'xmpp-server',
  anchors: [ours.certificate.pem],
  clock: () => now,
  crypto: nodeCrypto,
});

const ROWS: readonly (readonly [id: string, as: Variety, code: string])[] = [
  ['honest, serverAuth alone', 'server-auth-only', 'ok'],
  ['honest, both usages', 'good', 'ok'],
  ['self-signed', 'self-signed', 'self-signed'],
  ['forged chain with its own root sent along', 'forged-chain', 'untrusted-root'],
  ['of another authority', 'unknown-issuer', 'unknown-issuer'],
];

describe('who calls us', () => {
  for (const [id, as, code] of ROWS) {
    test(id, async () => {
      const { judgement, authorized } = await call(ours.issue({ as, usages: ['serverAuth'] }));
      expect(judgement.faults[0]?.code ?? 'ok').toBe(code);
      expect(judgement.proved).toEqual(code === 'ok' ? ['example.com'] : []);
      // what the socket itself says is the same for the honest and the rest
      if (as !== 'good') expect(authorized).toBe(false);
    });
  }
});

async function call(client: Issued): Promise<{ judgement: Judgement; authorized: boolean }> {
  const { keyPem: key, certPem: cert } = ours.issue();
  const server = createServer({ key, cert, requestCert: true, rejectUnauthorized: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const caller = connect({
    port,
    host: '127.0.0.1',
    key: client.keyPem,
    cert: client.certPem,
    rejectUnauthorized: false,
  });
  const [socket] = (await once(server, 'secureConnection')) as [TLSSocket];
  const judgement = judge(presentedBy(socket), 'client', 'example.com');
  const { authorized } = socket;
  caller.destroy();
  socket.destroy();
  server.close();
  return { judgement, authorized };
}

function presentedBy(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let one: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (
    one?.raw !== undefined &&
    !chain.some((der) => Buffer.compare(der, one?.raw ?? der) === 0)
  ) {
    chain.push(new Uint8Array(one.raw));
    one = one.issuerCertificate;
  }
  return chain;
}
