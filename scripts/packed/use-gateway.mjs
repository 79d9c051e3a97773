// Talks to the gateway that the file named on the command line starts: one MESSAGE in, one stanza out, one answer back.
import { createSocket } from 'node:dgram';

const { startGateway } = await import(process.argv[2]);
const phone = createSocket('udp4');
await new Promise((resolve) => phone.bind(0, '127.0.0.1', resolve));
const probe = createSocket('udp4');
const port = await new Promise((resolve) =>
  probe.bind(0, '127.0.0.1', () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  }),
);

const stanzas = [];
const gateway = startGateway(port, (stanza) => stanzas.push(stanza));
const answered = new Promise((resolve) => phone.on('message', (bytes) => resolve(String(bytes))));
const { port: from } = phone.address();
phone.send(
  [
    'MESSAGE sip:bob@xmpp.example SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1:${from};branch=z9hG4bKpacked;rport`,
    'From: <sip:alice@sip.example>;tag=1',
    'To: <sip:bob@xmpp.example>',
    'Call-ID: packed',
    'CSeq: 1 MESSAGE',
    'Max-Forwards: 70',
    'Content-Type: text/plain',
    'Content-Length: 5',
    '',
    'Hello',
  ].join('\r\n'),
  port,
  '127.0.0.1',
);
const answer = await answered;
if (!answer.startsWith('SIP/2.0 202 ')) throw new Error(answer);
if (!/<body>Hello<\/body>/.test(stanzas[0] ?? '')) throw new Error(`delivered: ${stanzas[0]}`);
await gateway.close();
phone.close();
