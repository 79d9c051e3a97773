// A DNS server on a port of the loopback, by dns-packet: a table of records, which a test may change while it runs.
import { createSocket } from 'node:dgram';
import { decode, encode } from 'dns-packet';

/** Records by name and type, such as `_xmpp-server._tcp.gtalk.example SRV`. */
export type Records = Map<string, unknown>;

/** Serves records; what is not among them does not exist. */
export async function serveDns(records: Records): Promise<{
  readonly server: string;
  readonly close: () => Promise<void>;
}> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, { port, address }) => {
    const { id = 0, questions = [] } = decode(bytes);
    const answers = questions.flatMap(({ name, type }) => {
      const data = records.get(`${name.toLowerCase()} ${type}`);
      return data === undefined ? [] : [{ name, type, ttl: 60, data }];
    });
    const flags = answers.length > 0 ? AUTHORITATIVE : AUTHORITATIVE | NO_SUCH_NAME;
    socket.send(encode({ type: 'response', id, flags, questions, answers }), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

const AUTHORITATIVE = 0x0580;
const NO_SUCH_NAME = 3;
