// A TCP port of the loopback where nobody listens, and nobody begins to: a connection of ours has it as its own end, so the
// system gives it to nobody else while that stands. A port that was closed just now may be somebody else's at once.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** Until it is closed. */
export interface DeafPort {
  readonly port: number;
  close(): void;
}

export async function deafPort(): Promise<DeafPort> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const { localPort: port = 0 } = socket;
  return {
    port,
    close: () => {
      socket.destroy();
      server.close();
    },
  };
}
