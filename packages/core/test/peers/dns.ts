// A DNS server for the namespace the tests run in: a table of records, over UDP, and nothing else.
import { createSocket } from 'node:dgram';
import { decode, encode, type Answer } from 'dns-packet';

/** Records by name and type: `_xmpp-server._tcp.a.test SRV`. */
export type Zone = Record<string, Answer['data']>;

/** Serves a zone on port 53 of the loopback; every other question has no such name. */
export async function serveDns(zone: Zone): Promise<{ close(): Promise<void> }> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const query = decode(bytes);
    const [question] = query.questions ?? [];
    if (question === undefined) return;
    const data = zone[`${question.name.toLowerCase()} ${question.type}`];
    const known = Object.keys(zone).some((key) =>
      key.startsWith(`${question.name.toLowerCase()} `),
    );
    const answers =
      data === undefined
        ? []
        : [{ name: question.name, type: question.type, ttl: 60, data } as Answer];
    const flags = 0x0580 | (answers.length > 0 || known ? 0 : 3);
    socket.send(
      encode({ type: 'response', id: query.id ?? 0, flags, questions: [question], answers }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(53, '127.0.0.1', resolve));
  return { close: () => new Promise((resolve) => socket.close(() => resolve())) };
}
