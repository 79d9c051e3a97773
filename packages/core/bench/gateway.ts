// What the gateway itself costs, both ways, beside what reading and writing the same message costs: ratios of
// one run. No sockets and no streams: octets are parsed, the machine decides, what leaves is written.
// Run with `npm run bench`.
import { Gateway, type GatewayOutput } from '@interwork/core';
import { drawToken, mac } from '@interwork/core/node';
import { loadPolicy } from '@interwork/policy';
import { checkRequest, type Flow, type IncomingRequest, parseMessage } from '@interwork/sip';
import { type Jid, type LinkFacts, parseStanza, type Stanza, writeStanza } from '@interwork/xmpp';

const MESSAGES = 20_000;
const HEAD = [
  'MESSAGE sip:bob@xmpp.example SIP/2.0',
  'Via: SIP/2.0/TLS sip.example:5061;branch=z9hG4bKabcdefghijklmnop;rport',
  'Max-Forwards: 70',
  'From: <sip:alice@sip.example;gr=desk>;tag=9fxced76sl',
  'To: <sip:bob@xmpp.example>',
  'Call-ID: 3848276298220188511@sip.example',
  'CSeq: 17 MESSAGE',
  'Content-Type: text/plain;charset=UTF-8',
];
const BODY = 'x'.repeat(100);
const OCTETS = Buffer.from([...HEAD, `Content-Length: ${BODY.length}`, '', BODY].join('\r\n'));
const XML = `<message xmlns='jabber:server' from='bob@xmpp.example/phone' to='alice@sip.example' id='a1'><thread>t-1</thread><body>${BODY}</body></message>`;
const FLOW: Flow = {
  id: 'f',
  transport: 'tls',
  remote: { address: '192.0.2.1', port: 5061 },
  local: { address: '192.0.2.2', port: 5061 },
  proved: ['sip.example'],
};
const LINK: LinkFacts = { proof: 'certificate', tls: true, remote: FLOW.remote, stream: 's' };
const TARGET = { transport: 'tls', address: '192.0.2.1', port: 5061, references: [] } as const;

function makeGateway(): Gateway {
  const policy = loadPolicy(
    '{"version":1,"default":"deny","rules":[{"id":"r","effect":"permit","domains":["xmpp.example"]}]}',
  );
  if (policy.kind === 'findings') throw new Error(policy.findings[0]?.text);
  const domains = { sipDomains: ['sip.example'], xmppDomains: ['xmpp.example'] };
  const routes = { 'sip.example': [TARGET] };
  return new Gateway({
    ...domains,
    policy,
    routes,
    instance: 'b',
    secret: drawToken(),
    mac,
    drawToken,
  });
}

function readRequest(): IncomingRequest {
  const message = parseMessage(OCTETS);
  const request = message.kind === 'request' ? checkRequest(message) : message;
  if (!('via' in request)) throw new Error('not a request');
  return request;
}

function readStanza(): { stanza: Stanza; from: Jid; to: Jid } {
  const stanza = parseStanza(XML);
  if (!('element' in stanza) || stanza.from === undefined || stanza.to === undefined)
    throw new Error('not a stanza');
  return { stanza, from: stanza.from, to: stanza.to };
}

function sipToXmpp(gateway: Gateway, now: number): void {
  const request = readRequest();
  const event = { kind: 'request', id: String(now), request, flow: FLOW } as const;
  gateway.receive(now, { kind: 'sip', event });
  for (let out = gateway.next(); out !== undefined; out = gateway.next())
    answerFate(gateway, now, out);
}

function answerFate(gateway: Gateway, now: number, out: GatewayOutput): void {
  if (out.kind !== 'xmpp' || out.input.kind !== 'stanza') return;
  writeStanza(out.input.element);
  const { context } = out.input;
  gateway.receive(now, { kind: 'xmpp', event: { kind: 'fate', context, fate: 'sent' } });
}

const OK = parseMessage(
  Buffer.from(
    'SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS a;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n',
  ),
);

function xmppToSip(gateway: Gateway, now: number): void {
  gateway.receive(now, { kind: 'xmpp', event: { kind: 'stanza', link: LINK, ...readStanza() } });
  for (let out = gateway.next(); out !== undefined; out = gateway.next()) {
    if (out.kind !== 'sip' || out.input.kind !== 'request' || OK.kind !== 'response') continue;
    const { context } = out.input;
    gateway.receive(now, { kind: 'sip', event: { kind: 'response', response: OK, context } });
  }
}

/** Messages a second, the best of five runs. */
function rate(job: (now: number) => void): number {
  let best = 0;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    for (let now = 0; now < MESSAGES; now++) job(now);
    best = Math.max(best, (MESSAGES / (performance.now() - start)) * 1000);
  }
  return best;
}

function print(name: string, job: (now: number) => void, beside: number | undefined): number {
  const persecond = rate(job);
  const ratio =
    beside === undefined ? '' : `  ${(beside / persecond).toFixed(2)}x the cost of reading alone`;
  console.log(`${name.padEnd(34)} ${Math.round(persecond / 1000)} k/s${ratio}`);
  return persecond;
}

const [there, back] = [makeGateway(), makeGateway()];
const request = print('read a MESSAGE', () => void readRequest(), undefined);
print('SIP to XMPP, read, decide, write', (now) => sipToXmpp(there, now), request);
const stanza = print('read a stanza', () => void readStanza(), undefined);
print('XMPP to SIP, read, decide', (now) => xmppToSip(back, now), stanza);
