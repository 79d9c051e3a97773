// B1, B3, B6, S7 over real sockets: strangers write garbage to every port while two companies talk. Each honest
// message arrives, once and in order; what the gateway says to strangers is little; closing leaves no handle.
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '@interwork/certs/testing';
import { type CrossingTrace, Gateway } from '@interwork/core';
import { drawToken, judgesFor, mac, run, steadyClock } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import { nodeCrypto } from '@interwork/certs/node';
import type { Target } from '@interwork/sip';
import { listenSip } from '@interwork/sip/node';
import { playOn as playSip, SipScript } from '@interwork/sip/testing';
import type { XmppTarget } from '@interwork/xmpp';
import { listenXmpp } from '@interwork/xmpp/node';
import { playOn as playXmpp, XmppScript } from '@interwork/xmpp/testing';
import { Bell } from '../../../test-kit/bell.ts';

const SIP = 'contoso.example';
const XMPP = 'gtalk.example';
/** Where the strangers live; the companies are at 127.0.0.1. */
const STRANGE = '127.0.0.2';

const random = (length: number, seed: number): Buffer => {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
};
const MESSAGE = [
  `MESSAGE sip:bob@${XMPP} SIP/2.0`,
  'Via: SIP/2.0/TCP 127.0.0.2;branch=z9hG4bKstranger',
  `From: <sip:alice@${SIP}>;tag=1`,
  `To: <sip:bob@${XMPP}>`,
  'Call-ID: c',
  'CSeq: 1 MESSAGE',
  'Content-Type: text/plain',
  'Content-Length: 5',
  '',
  'FALSE',
].join('\r\n');
const STREAM = `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' from='${XMPP}' to='${SIP}' version='1.0'>`;
const STANZA = `<message from='bob@${XMPP}' to='alice@${SIP}'><body>FALSE</body></message>`;
const HELLO = Buffer.concat([
  Buffer.from('160301020001 0001fc0303'.replace(' ', ''), 'hex'),
  random(508, 3),
]);

/** What strangers write; the last ones fall silent in the middle and stay. */
const GARBAGE: readonly (readonly [string, readonly (string | Buffer)[]])[] = [
  ['random octets', [random(4_096, 1)]],
  ['random octets, many', Array.from({ length: 40 }, (_, n) => random(8_192, n))],
  ['HTTP', ['GET / HTTP/1.1\r\nHost: a\r\n\r\n']],
  ['a ClientHello', [HELLO]],
  ['a message', [MESSAGE]],
  ['a message, octet by octet', MESSAGE.split('')],
  ['a stream and a stanza', [STREAM, STANZA]],
  ['a stream, octet by octet', (STREAM + STANZA).split('')],
  ['lines without end', [`MESSAGE sip:${'a'.repeat(100_000)}`]],
  ['an element without end', [STREAM, `<message ${"a='b' ".repeat(20_000)}`]],
  ['a doctype', ["<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]],
  ['a length beyond all', [MESSAGE.replace('Content-Length: 5', 'Content-Length: 4294967301')]],
  ['line ends', ['\r\n'.repeat(2_000)]],
  ['nul', [Buffer.alloc(5_000)]],
  ['nothing', []],
  ['half a message', [MESSAGE.slice(0, 100)]],
  ['half a body', [MESSAGE.slice(0, -3)]],
  ['half a stream', [STREAM.slice(0, 40)]],
];

interface Stranger {
  readonly socket: Socket;
  readonly heard: Buffer[];
}

/** Writes piece by piece, each as a segment of its own as far as the system allows. */
function stranger(port: number, pieces: readonly (string | Buffer)[], inTls: boolean): Stranger {
  const options = { host: '127.0.0.1', port, localAddress: STRANGE };
  const plain = connect(options);
  plain.setNoDelay(true);
  plain.on('error', () => {});
  const socket = inTls
    ? connectTls({ socket: plain, servername: SIP, rejectUnauthorized: false })
    : plain;
  const heard: Buffer[] = [];
  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => void heard.push(data));
  const write = (at: number): void => {
    const piece = pieces[at];
    if (piece !== undefined && socket.writable) socket.write(piece, () => write(at + 1));
  };
  socket.once(inTls ? 'secureConnect' : 'connect', () => write(0));
  return { socket, heard };
}

const handles = (): number =>
  process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|UDP/i.test(kind)).length;

describe('garbage on every port', () => {
  it('leaves honest messages alone, and nothing behind', async () => {
    const before = handles();
    const town = await townOf();
    const { bell, gateway, ports, sip, xmpp, send } = town;
    const strangers = ports.flatMap(({ port, isTls }) =>
      GARBAGE.flatMap(([, pieces]) => [
        stranger(port, pieces, false),
        ...(isTls ? [stranger(port, pieces, true)] : []),
      ]),
    );
    const numbers = Array.from({ length: 50 }, (_, n) => `n${n}`);
    const sent = numbers.map((text) => send.sip(text));
    for (const text of numbers) send.xmpp(text);
    await bell.until(() => (sip.texts('alice').length >= 50 ? true : undefined));
    await bell.until(() => (sent.every((one) => one.response !== undefined) ? true : undefined));
    expect(sent.map((one) => one.response?.status)).toEqual(numbers.map(() => 202));
    expect([xmpp.texts('bob'), sip.texts('alice')]).toEqual([numbers, numbers]);
    await bell.until(() => (gateway.open === 0 ? true : undefined));
    expect(gateway.counts).toMatchObject({ 'handed-over': 50, delivered: 50, failed: 0 });
    await bell.until(() => (gateway.counts.refused >= 2 ? true : undefined));
    const told = town.traces.filter((trace) => trace.outcome === 'refused');
    expect(told.every((trace) => trace.reasons[0] === 'identity-not-proved')).toBe(true);

    expect(handles()).toBeGreaterThan(before);
    const gone = strangers.map(
      ({ socket }) =>
        new Promise<void>((resolve) =>
          socket.destroyed ? resolve() : socket.once('close', () => resolve()),
        ),
    );
    await town.close();
    for (const { socket } of strangers) socket.destroy();
    await Promise.all(gone);
    for (const { heard } of strangers) expect(Buffer.concat(heard).length).toBeLessThan(4_096);
    for (let turn = 0; turn < 20 && handles() > before; turn++)
      await new Promise<void>((resolve) => void setImmediate(resolve));
    expect(handles()).toBeLessThanOrEqual(before);
  });
});

/** Two companies and a gateway on the loopback. */
async function townOf() {
  const bell = new Bell();
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const judges = judgesFor([authority.certificate.der]);
  const tlsOf = (...dns: string[]) => {
    const { keyPem, certPem } = authority.issue({ dns });
    return { key: keyPem, cert: certPem };
  };
  const loopback = { address: '127.0.0.1', port: 0 };
  const places: Record<string, readonly XmppTarget[]> = {};
  const sipOf = (host: string, dns: string, transports: readonly ('tls' | 'tcp')[]) =>
    listenSip({
      host,
      listen: transports.map((transport) => ({ ...loopback, transport })),
      tls: tlsOf(host, dns),
      judge: judges.sip,
    });
  const xmppOf = (domain: string) =>
    listenXmpp({
      domains: [domain],
      listen: [loopback],
      tls: tlsOf(domain),
      judge: judges.xmpp,
      secret: `a secret of ${domain}`,
      locate: async (name) => places[name] ?? 'not-found',
    });
  const company = await sipOf(SIP, SIP, ['tls']);
  const gatewaySip = await sipOf(`gw.${SIP}`, SIP, ['tls', 'tcp']);
  const gatewayXmpp = await xmppOf(SIP);
  const server = await xmppOf(XMPP);
  const portOf = (
    edge: { readonly listening: readonly { readonly port: number }[] },
    at = 0,
  ): number => edge.listening[at]?.port ?? 0;
  places[SIP] = [{ address: '127.0.0.1', port: portOf(gatewayXmpp), direct: false }];
  places[XMPP] = [{ address: '127.0.0.1', port: portOf(server), direct: false }];
  const target = (port: number, name: string): Target => ({
    transport: 'tls',
    address: '127.0.0.1',
    port,
    references: [name],
  });
  const traces: CrossingTrace[] = [];
  const gateway = new Gateway({
    sipDomains: [SIP],
    xmppDomains: [XMPP],
    policy: policyOf({ rules: [{ id: 'all', effect: 'permit', domains: [XMPP] }] }),
    routes: { [SIP]: [target(portOf(company), SIP)] },
    instance: 'gw',
    secret: 'a secret of the gateway',
    mac,
    drawToken,
  });
  const running = run(
    gateway,
    { sip: gatewaySip, xmpp: gatewayXmpp },
    {
      onTrace: (trace) => {
        if (trace.kind === 'crossing') traces.push(trace);
        bell.ring();
      },
    },
  );
  const sip = new SipScript(SIP);
  const xmpp = new XmppScript(XMPP);
  sip.addUser('alice');
  xmpp.addUser('bob');
  const steps = {
    sip: playSip(
      {
        send: (input) => company.send(input),
        start: (take) =>
          company.start((event) => {
            take(event);
            bell.ring();
          }),
      },
      sip,
      steadyClock,
    ),
    xmpp: playXmpp(server, xmpp),
  };
  const tlsPort = portOf(gatewaySip);
  return {
    bell,
    gateway,
    sip,
    xmpp,
    traces,
    ports: [
      { port: tlsPort, isTls: true },
      { port: portOf(gatewaySip, 1), isTls: false },
      { port: portOf(gatewayXmpp), isTls: false },
    ],
    send: {
      sip: (text: string) => {
        const sent = sip.send({ from: `alice@${SIP}`, to: `bob@${XMPP}`, text }, [
          target(tlsPort, `gw.${SIP}`),
        ]);
        steps.sip();
        return sent;
      },
      xmpp: (text: string) => {
        xmpp.send({ from: `bob@${XMPP}`, to: `alice@${SIP}`, text });
        steps.xmpp();
      },
    },
    close: async () => {
      await Promise.all([running.close(), company.close(), server.close()]);
    },
  };
}
