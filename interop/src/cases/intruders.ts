// Those who are not who they say, or say it in the clear, or are not wanted: nothing of theirs arrives.
import { connect as secure } from 'node:tls';
import { statusOf } from '../agents/sip-message.ts';
import { RawStream } from '../agents/raw-stream.ts';
import { within } from '../process.ts';
import { HOST, PORT, SIP, XMPP } from '../places.ts';
import type { World } from '../world.ts';
import { type Case, hold, overSipTls, overStreams } from './case.ts';
import { deliverToSip, mark, refusedToSip, refusedToXmpp, textsFrom } from './sending.ts';

export const INTRUDERS: readonly Case[] = [
  {
    id: 'spoofed-sip',
    title: 'a SIP sender who does not come from the domain in From is answered 403',
    run: async (world) => {
      const body = mark();
      const [response] = await world.agents.send({
        from: `sip:alice@${SIP}`,
        to: `sip:bob@${XMPP}`,
        body,
        place: `${HOST.gateway}:${PORT.sip}`,
      });
      hold(response !== undefined && statusOf(response) === 403, `it was ${response?.start}`);
      hold(!textsFrom(world.bob, 'alice').includes(body), 'it arrived');
    },
  },
  {
    id: 'spoofed-sip-certificate',
    title: 'a SIP sender whose certificate is another domain’s is answered 403',
    on: overSipTls,
    run: spoofedByCertificate,
  },
  {
    id: 'spoofed-xmpp',
    title: 'a stanza from another domain than the stream was proved for ends the stream',
    on: overStreams,
    run: async (world) => {
      const stream = await provedAs(world, 'other.example');
      stream.say(stanza(`bob@${XMPP}`, 'spoofed'));
      await ended(world, stream, 'spoofed');
    },
  },
  {
    id: 'stanza-before-proof',
    title: 'a stanza on a stream that has proved nothing ends the stream',
    on: overStreams,
    run: async (world) => {
      const clear = new RawStream(HOST.gateway, PORT.server);
      clear.open(XMPP, SIP);
      await clear.until(/<\/stream:features>/);
      clear.say(stanza(`bob@${XMPP}`, 'unproved'));
      await ended(world, clear, 'unproved');
      const encrypted = new RawStream(HOST.gateway, PORT.server);
      await encrypted.startTls(XMPP, SIP);
      encrypted.say(stanza(`bob@${XMPP}`, 'unproved'));
      await ended(world, encrypted, 'unproved');
    },
  },
  {
    id: 'wrong-dialback-key',
    title: 'a dialback key that the domain’s own server does not know proves nothing',
    on: overStreams,
    run: async (world) => {
      const stream = new RawStream(HOST.gateway, PORT.server);
      await stream.startTls(XMPP, SIP);
      stream.say(`<db:result from='${XMPP}' to='${SIP}'>${'0'.repeat(64)}</db:result>`);
      const said = await stream.until(/<db:result[^>]*type=|<stream:error/);
      hold(said === 'over' || !/type=['"]valid/.test(stream.said), 'it was taken');
      stream.say(stanza(`bob@${XMPP}`, 'called back'));
      await ended(world, stream, 'called back');
    },
  },
  {
    id: 'no-tls-in',
    title: 'a server that wants to prove itself without TLS is refused',
    on: overStreams,
    run: async (world) => {
      const stream = new RawStream(HOST.gateway, PORT.server);
      stream.open(XMPP, SIP);
      await stream.until(/<\/stream:features>/);
      stream.say(`<db:result from='${XMPP}' to='${SIP}'>${'0'.repeat(64)}</db:result>`);
      const said = await stream.until(/<db:result[^>]*type=|<stream:error/);
      hold(said === 'over' || !/type=['"]valid/.test(stream.said), 'it was taken');
      stream.say(stanza(`bob@${XMPP}`, 'in the clear'));
      await ended(world, stream, 'in the clear');
    },
  },
  {
    id: 'blocked-from-sip',
    title: 'a domain that policy blocks: the SIP sender gets 403',
    run: (world) => refusedToSip(world, 'sip:x@blocked.example', [403]),
  },
  {
    id: 'blocked-from-xmpp',
    title: 'a domain that policy blocks: the XMPP sender gets an error that says so',
    on: overStreams,
    run: async (world) => {
      const condition = await refusedToXmpp(world, `x@blocked.${SIP}`);
      const wanted = ['forbidden', 'policy-violation', 'not-allowed'];
      hold(wanted.includes(condition ?? ''), `the sender was told ${condition}`);
    },
  },
];

function stanza(from: string, text: string): string {
  return `<message from='${from}' to='alice@${SIP}'><body>${text}</body></message>`;
}

/** A stream that was proved by certificate, as another domain than the companies'. */
async function provedAs(world: World, domain: string): Promise<RawStream> {
  const stream = new RawStream(HOST.gateway, PORT.server);
  await stream.startTls(domain, SIP, world.certificates.issueTo(domain));
  hold(stream.said.includes('EXTERNAL'), `no EXTERNAL was offered: ${stream.said.slice(-300)}`);
  const name = Buffer.from(domain).toString('base64');
  stream.say(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>${name}</auth>`);
  hold((await stream.until(/<success|<failure/)) === 'said', 'the stream ended');
  hold(stream.said.includes('<success'), 'the certificate was refused');
  stream.said = '';
  stream.open(domain, SIP);
  await stream.until(/<\/stream:features>|<stream:features\/>/);
  return stream;
}

/** The stream ends, and what it carried is nowhere: a message sent after it has arrived, it has not. */
async function ended(world: World, stream: RawStream, text: string): Promise<void> {
  await stream.until(/<stream:error|<\/stream:stream>/);
  stream.close();
  await deliverToSip(world, 'alice', mark());
  hold(!world.agents.received.some((one) => one.body.includes(text)), 'it arrived');
}

async function spoofedByCertificate(world: World): Promise<void> {
  const { keyPem: key, certPem: cert } = world.certificates.issueTo('other.example');
  const socket = secure({
    host: HOST.gateway,
    port: PORT.sips,
    rejectUnauthorized: false,
    key,
    cert,
  });
  const answer = new Promise<string>((resolve) => {
    let said = '';
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes('\r\n\r\n')) resolve(said);
    });
    for (const end of ['close', 'error']) socket.on(end, () => resolve(said));
  });
  socket.write(
    [
      `MESSAGE sip:bob@${XMPP} SIP/2.0`,
      `Via: SIP/2.0/TLS ${HOST.intruder}:5061;branch=z9hG4bK-intruder`,
      `From: <sip:alice@${SIP}>;tag=1`,
      `To: <sip:bob@${XMPP}>`,
      `Call-ID: ${mark()}`,
      'CSeq: 1 MESSAGE',
      'Max-Forwards: 70',
      'Content-Type: text/plain',
      'Content-Length: 7',
      '',
      'spoofed',
    ].join('\r\n'),
  );
  const said = await within('an answer', answer);
  socket.destroy();
  hold(said.startsWith('SIP/2.0 403'), `the answer was ${said.split('\r\n')[0]}`);
}
