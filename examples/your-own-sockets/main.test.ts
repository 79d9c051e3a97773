// A MESSAGE in a datagram becomes a stanza, and its sender gets an answer.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startGateway } from './gateway.ts';

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

async function freePort(): Promise<number> {
  const socket = await bound();
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

function message(port: number): string {
  return [
    'MESSAGE sip:bob@xmpp.example SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bKown1`,
    'From: <sip:alice@sip.example>;tag=1',
    'To: <sip:bob@xmpp.example>',
    'Call-ID: own',
    'CSeq: 1 MESSAGE',
    'Content-Type: text/plain',
    'Content-Length: 5',
    '',
    'hello',
  ].join('\r\n');
}

it('takes a MESSAGE from a datagram, gives a stanza, and answers', async () => {
  const stanzas: string[] = [];
  const port = await freePort();
  const gateway = startGateway(port, (stanza) => void stanzas.push(stanza));
  const phone = await bound();
  try {
    phone.send(message(phone.address().port), port, '127.0.0.1');
    const [answer] = (await once(phone, 'message')) as [Buffer];
    expect(answer.toString()).toMatch(/^SIP\/2\.0 202 /);
    expect(stanzas[0]).toContain('<body>hello</body>');
  } finally {
    phone.close();
    await gateway.close();
  }
});
