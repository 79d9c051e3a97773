// A MESSAGE in a datagram becomes a stanza, and its sender gets an answer; so does a SUBSCRIBE, and the contact's word
// comes back as a NOTIFY. Once as `run` does it, once by a loop of the host's own.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  askStore,
  drive,
  type GatewayEvent,
  memoryStore,
  type Trace,
  type XmppCommand,
} from '@interwork/core';
import { nodeTiming } from '@interwork/core/node';
import type { SipInput } from '@interwork/sip';
import { writeStanza } from '@interwork/xmpp';
import { type OwnGateway, ownGateway, performAll, startGateway } from './gateway.ts';
import { ownSip } from './main.ts';

/** A telephone on a socket: sends, keeps what comes, and answers NOTIFY. */
class Phone {
  readonly #socket: Socket = createSocket('udp4');
  readonly #heard: string[] = [];
  #wake = (): void => {};

  async bind(): Promise<number> {
    this.#socket.on('message', (bytes, from) => {
      const text = bytes.toString();
      this.#heard.push(text);
      if (text.startsWith('NOTIFY')) this.#socket.send(okTo(text), from.port, from.address);
      this.#wake();
    });
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return this.#socket.address().port;
  }

  send(port: number, method: string, more: readonly string[], body = ''): void {
    const own = this.#socket.address().port;
    const lines = [
      `${method} sip:bob@xmpp.example SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${own};rport;branch=z9hG4bK${method}`,
      'From: <sip:alice@sip.example>;tag=1',
      'To: <sip:bob@xmpp.example>',
      'Call-ID: own',
      `CSeq: 1 ${method}`,
      `Contact: <sip:alice@127.0.0.1:${own}>`,
      ...more,
      `Content-Length: ${body.length}`,
    ];
    this.#socket.send(`${lines.join('\r\n')}\r\n\r\n${body}`, port, '127.0.0.1');
  }

  /** The first that fits, now or later. */
  async heard(fits: RegExp): Promise<string> {
    for (;;) {
      const found = this.#heard.find((text) => fits.test(text));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#socket.close();
  }
}

function okTo(request: string): string {
  const kept = request.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line));
  return ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
}

let phone: Phone;
let port: number;
let own: number;
const stanzas: string[] = [];
beforeEach(async () => {
  stanzas.length = 0;
  const free = new Phone();
  port = await free.bind();
  free.close();
  phone = new Phone();
  own = await phone.bind();
});
afterEach(() => phone.close());

const TEXT = ['Content-Type: text/plain'];
const WATCH = ['Event: presence', 'Accept: application/pidf+xml', 'Expires: 3600'];

async function expectMessage(): Promise<void> {
  phone.send(port, 'MESSAGE', TEXT, 'hello');
  expect(await phone.heard(/MESSAGE/)).toMatch(/^SIP\/2\.0 202 /);
  expect(stanzas[0]).toContain('<body>hello</body>');
}

it('takes a MESSAGE from a datagram, gives a stanza, and answers', async () => {
  const gateway = startGateway(port, own, (stanza) => void stanzas.push(stanza));
  try {
    await expectMessage();
  } finally {
    await gateway.close();
  }
});

it('takes a SUBSCRIBE, asks the contact, and tells that nothing is known yet', async () => {
  const gateway: OwnGateway = startGateway(port, own, (stanza) => void stanzas.push(stanza));
  try {
    phone.send(port, 'SUBSCRIBE', WATCH);
    expect(await phone.heard(/^SIP\/2\.0 200/)).toContain('CSeq: 1 SUBSCRIBE');
    expect(await phone.heard(/^NOTIFY/)).toContain('Subscription-State: pending');
    expect(stanzas[0]).toMatch(/<presence [^>]*type=['"]subscribe['"]/);
    gateway.take('<presence from="bob@xmpp.example" to="alice@sip.example" type="unsubscribed"/>');
    expect(await phone.heard(/rejected/)).toMatch(/^NOTIFY/);
  } finally {
    await gateway.close();
  }
});

it('does the same in a loop of the host’s own', async () => {
  const edge = ownSip(port);
  const sip = (input: SipInput): void => edge.send(input);
  const store = askStore(memoryStore({ max: 100 }));
  const xmpp = (command: XmppCommand): void => {
    if (command.kind === 'stanza') stanzas.push(writeStanza(command.element));
  };
  const traces: Trace[] = [];
  const trace = (one: Trace): void => void traces.push(one);
  const feed: (event: GatewayEvent) => void = drive(
    ownGateway(port, own),
    (out) => performAll(out, { sip, xmpp, store, trace, feed }),
    nodeTiming,
  );
  edge.start((event) => feed({ kind: 'sip', event }));
  phone.send(port, 'SUBSCRIBE', WATCH);
  expect(await phone.heard(/^NOTIFY/)).toContain('Subscription-State: pending');
  expect(stanzas[0]).toMatch(/type=['"]subscribe['"]/);
  expect(traces).toContainEqual(expect.objectContaining({ reasons: ['watch:ask'] }));
  feed({ kind: 'close' });
  await edge.close();
});
