// The example as its reader runs it: a PBX that is a second SIP stack, an XMPP server that takes a component, and a message
// each way between them.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createSocket } from 'node:dgram';
import type { CrossingTrace, Running, Trace } from '@interwork/core';
import { create, makeResponse, type SipMessage, type SipStack } from 'sip';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startGateway } from './main.ts';

const PASSWORD = 'a password of this test';

/** As much of a server as a component needs: a stream, a handshake, and stanzas. */
class ComponentServer {
  readonly stanzas: string[] = [];
  readonly #server: Server = createServer((socket) => this.#serve(socket));
  #socket: Socket | undefined;
  #wake = (): void => {};

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  send(stanza: string): void {
    this.#socket?.write(stanza);
  }

  async stanza(): Promise<string> {
    while (this.stanzas.length === 0)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.stanzas.shift() ?? '';
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    this.#socket = socket;
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (octets) => {
      text += octets.toString();
      for (;;) {
        const unit = UNIT.exec(text)?.[0];
        if (unit === undefined) return;
        text = text.slice(unit.length);
        this.#take(socket, unit);
      }
    });
  }

  #take(socket: Socket, unit: string): void {
    if (unit.includes('<stream:stream')) socket.write(OPEN);
    else if (unit.startsWith('<handshake')) {
      const digest = createHash('sha1').update(`s1${PASSWORD}`).digest('hex');
      socket.write(unit.includes(digest) ? '<handshake/>' : '</stream:stream>');
    } else if (unit.startsWith('</stream')) socket.end('</stream:stream>');
    else if (unit.startsWith('<iq')) socket.write(resultOf(unit));
    else {
      this.stanzas.push(unit);
      this.#wake();
    }
  }
}

/** The answer to a ping, which says that all before it was read. */
function resultOf(ping: string): string {
  const attribute = (name: string): string =>
    new RegExp(`\\s${name}="([^"]*)"`).exec(ping)?.[1] ?? '';
  return `<iq type='result' id='${attribute('id')}' from='${attribute('to')}' to='${attribute('from')}'/>`;
}

const OPEN =
  "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' id='s1' from='office.example'>";
const UNIT =
  /^\s*(?:<\?xml[^>]*\?>\s*<stream:stream[^>]*>|<\?xml[^>]*\?>|<stream:stream[^>]*>|<\/stream:stream>|<(\w+)\b[^]*?(?:<\/\1>))/;

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

let running: Running;
let server: ComponentServer;
let pbx: SipStack;
let gatewayPort: number;
let received: Promise<SipMessage>;
let trace: Promise<CrossingTrace>;

beforeEach(async () => {
  server = new ComponentServer();
  const [xmpp, port, pbxPort] = [await server.listen(), await freePort(), await freePort()];
  gatewayPort = port;
  received = new Promise((resolve) => {
    const publicAddress = 'pbx.office.example';
    pbx = create({ address: '127.0.0.1', publicAddress, port: pbxPort, tcp: false }, (request) => {
      pbx.send(makeResponse(request, 200, 'OK'));
      resolve(request);
    });
  });
  let tell = (_trace: Trace): void => {};
  trace = new Promise((resolve) => {
    tell = (one) => one.kind === 'crossing' && resolve(one);
  });
  const places = { port, pbx: pbxPort, xmpp, password: PASSWORD };
  running = await startGateway(places, (one) => tell(one));
});
afterEach(async () => {
  await running.close();
  pbx.destroy();
  server.close();
});

it('carries a message from the XMPP server to the PBX, in Unicode', async () => {
  server.send(
    "<message from='carol@friends.example/phone' to='alice@office.example' id='m1' type='chat'><body>Tous pour un ✔</body></message>",
  );
  const request = await received;
  expect(request).toMatchObject({ method: 'MESSAGE', uri: 'sip:alice@office.example' });
  expect(Buffer.from(request.content ?? '', 'latin1').toString()).toBe('Tous pour un ✔');
  expect(await trace).toMatchObject({ outcome: 'delivered', proof: 'component' });
});

/** The final response to a message of Alice's. */
function send(text: string): Promise<SipMessage> {
  return new Promise((resolve) => {
    const headers = {
      from: { uri: 'sip:alice@office.example', params: { tag: '1' } },
      to: { uri: 'sip:carol@friends.example', params: {} },
      'call-id': 'c1',
      cseq: { method: 'MESSAGE', seq: 1 },
      'max-forwards': 70,
      'content-type': 'text/plain',
      route: [{ uri: `sip:127.0.0.1:${gatewayPort};lr` }],
    };
    const content = Buffer.from(text).toString('latin1');
    const request = { method: 'MESSAGE', uri: 'sip:carol@friends.example', headers, content };
    pbx.send(request, (response) => (response.status ?? 0) >= 200 && resolve(response));
  });
}

it('carries a message from the PBX to the XMPP server, and answers 202', async () => {
  const answer = send('Un pour tous ✔');
  expect(await server.stanza()).toContain('Un pour tous ✔');
  expect((await answer).status).toBe(202);
  expect(await trace).toMatchObject({ outcome: 'handed-over', answer: '202' });
});

it('tells the PBX of an error', async () => {
  const answer = send('Anybody there?');
  const id = /\sid="([^"]*)"/.exec(await server.stanza())?.[1] ?? '';
  server.send(
    `<message from='carol@friends.example' to='alice@office.example' type='error' id='${id}'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
  expect((await answer).status).toBe(604);
  expect(await trace).toMatchObject({ outcome: 'failed', reasons: ['item-not-found'] });
});

it('answers a domain that policy does not know by a stanza error', async () => {
  server.send(
    "<message from='mallory@spam.example' to='alice@office.example' id='m2'><body>Buy</body></message>",
  );
  expect(await server.stanza()).toContain('policy-violation');
  expect(await trace).toMatchObject({ outcome: 'refused', by: ['default'] });
});
