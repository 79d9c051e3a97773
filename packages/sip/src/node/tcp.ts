// TCP: listening and connecting. What a connection is once it stands is wire.ts.
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Target } from '../endpoint/types.ts';

/** A listening socket whose connections stand still until they are read. */
export function tcpServer(maxConnections: number, take: (socket: Socket) => void): Server {
  const server = createServer({ noDelay: true, pauseOnConnect: true }, take);
  server.maxConnections = maxConnections;
  return server;
}

/** Binds; resolves with the port. */
export async function bind(
  server: Server,
  port: number,
  address: string | undefined,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address === undefined ? { port } : { port, host: address }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address();
  return bound === null || typeof bound === 'string' ? port : bound.port;
}

export function connectTcp(target: Target): Socket {
  return connect({ host: target.address, port: target.port, noDelay: true });
}
