// Mutual TLS handshakes, with the check of the peer's certificate off, with it on for a peer that is known, and for one whose
// chain is new each time. Both ends are in this process, so that CPU is that of both. Run with `npm run bench certs`; compare
// ratios of one run.
import { constants } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { type Judge, judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { type KeyKind, makeAuthority } from '@interwork/certs/testing';

const COUNT = 300;
const AT_ONCE = 8;
const ROUNDS = 5;

type Check = (socket: TLSSocket) => void;

/** What a peer showed, leaf first. */
function presentedBy(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && chain.length < 16) {
    chain.push(new Uint8Array(certificate.raw));
    if (certificate.issuerCertificate === certificate) break;
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

function checkBy(judge: Judge, role: 'client' | 'server'): Check {
  return (socket) => {
    const { accepted } = judge(presentedBy(socket), role, 'example.com');
    if (!accepted) throw new Error('refused');
  };
}

interface Stage {
  readonly shake: (checks: Checks) => Promise<void>;
  readonly judges: (maxRemembered: number) => Checks;
  readonly close: () => Promise<void>;
}

/** What both ends do with what they were shown. */
interface Checks {
  readonly server: Check;
  readonly client: Check;
}

const OFF: Checks = { server: () => undefined, client: () => undefined };

async function stage(kind: KeyKind): Promise<Stage> {
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now(), key: kind });
  const { keyPem: key, certPem: cert } = authority.issue({ key: kind });
  const pair = { key, cert, secureOptions: constants.SSL_OP_NO_TICKET, rejectUnauthorized: false };
  let checks = OFF;
  const server = createServer({ ...pair, requestCert: true }, (socket) => {
    checks.server(socket);
    socket.on('error', () => undefined);
    socket.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const one = async (): Promise<void> => {
    const socket = connect({ ...pair, port, host: '127.0.0.1' });
    await once(socket, 'secureConnect');
    checks.client(socket);
    socket.resume().end();
    await once(socket, 'close');
  };
  return {
    shake: async (wanted) => {
      checks = wanted;
      for (let done = 0; done < COUNT; done += AT_ONCE)
        await Promise.all(Array.from({ length: AT_ONCE }, one));
    },
    judges: (maxRemembered) => {
      const judge = judgeFor({
        service: 'xmpp-server',
        anchors: [authority.certificate.der],
        clock: () => Date.now(),
        crypto: nodeCrypto,
        limits: { maxRemembered },
      });
      return { server: checkBy(judge, 'client'), client: checkBy(judge, 'server') };
    },
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Handshakes in a second of CPU time of both ends, the best of some rounds. */
async function rate(on: Stage, checks: Checks): Promise<number> {
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = process.cpuUsage();
    await on.shake(checks);
    const { user, system } = process.cpuUsage(begun);
    best = Math.max(best, (COUNT * 1e6) / (user + system));
  }
  return best;
}

console.log(
  'handshakes a second of CPU     check off  peer known       ratio  chain new       ratio',
);
for (const kind of ['p256', 'rsa2048'] as const) {
  const on = await stage(kind);
  await on.shake(OFF);
  const off = await rate(on, OFF);
  const known = await rate(on, on.judges(10));
  const fresh = await rate(on, on.judges(0));
  const cells = [off, known, known / off, fresh, fresh / off].map((value) =>
    (value < 10 ? value.toFixed(2) : value.toFixed(0)).padStart(12),
  );
  console.log(`mutual TLS 1.3, ${kind.padEnd(12)}${cells.join('')}`);
  await on.close();
}
