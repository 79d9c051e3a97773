// What conversations in sessions cost: the octets of a record, the heap of fifty thousand sessions that are open in one
// process, and a message within a session beside a single one, both ways, in the same run. No sockets: octets are parsed,
// the machine decides, what leaves is handed back. Run with `npm run bench core`.
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Gateway, type GatewayOutput, type StoreAnswer, type StoreRequest } from '@interwork/core';
import { drawToken, mac } from '@interwork/core/node';
import { loadPolicy } from '@interwork/policy';
import {
  checkRequest,
  type Flow,
  parseMessage,
  type RequestDraft,
  type Response,
} from '@interwork/sip';
import { type LinkFacts, parseStanza, writeStanza } from '@interwork/xmpp';

const SESSIONS = 50_000;
const MESSAGES = 20_000;
const ROUNDS = 7;
const FLOW: Flow = {
  id: 'f',
  transport: 'tls',
  remote: { address: '192.0.2.1', port: 5061 },
  local: { address: '192.0.2.2', port: 5061 },
  proved: ['sip.example'],
};
const LINK: LinkFacts = { proof: 'certificate', tls: true, remote: FLOW.remote, stream: 's' };
const TARGET = { transport: 'tls', address: '192.0.2.1', port: 5061, references: [] } as const;
const BODY = 'x'.repeat(100);
const ANSWER = [
  'v=0',
  'o=- 0 0 IN IP4 192.0.2.57',
  's=session',
  'c=IN IP4 192.0.2.57',
  't=0 0',
  'm=message 5060 sip sip:alice@sip.example',
  'a=accept-types:text/plain text/html',
  '',
].join('\r\n');
const ROUTE =
  '<sip:edge.sip.example:5061;transport=tls;epid=9b6f316d27;lr;ms-key-info=jAEAAexampleKeyInfoAA;ms-route-sig=epBexampleRouteSigAA>;tag=4C1F6B0E9B7A2D3355A1C0FFEE010203';
const CONTACT = '<sip:alice@sip.example;opaque=user:epid:NXZdJKkTh4E717cpQ6kfjgAA;gruu>';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** A gateway whose peer wants sessions, or does not, with a store that answers at once. */
class Bench {
  readonly gateway: Gateway;
  readonly records = new Map<string, { readonly json: Buffer; readonly revision: string }>();
  /** Requests that have left, by method. */
  readonly left: { readonly draft: RequestDraft; readonly context: unknown }[] = [];
  now = 1_000_000;
  #writes = 0;

  constructor(isChat: boolean) {
    const policy = loadPolicy(
      '{"version":1,"default":"deny","rules":[{"id":"r","effect":"permit","domains":["xmpp.example"]}]}',
    );
    if (policy.kind === 'findings') throw new Error(policy.findings[0]?.text);
    this.gateway = new Gateway({
      sipDomains: ['sip.example'],
      xmppDomains: ['xmpp.example'],
      policy,
      routes: { 'sip.example': [TARGET] },
      instance: 'b',
      secret: drawToken(),
      mac,
      drawToken,
      lastingStore: true,
      ...(isChat ? { dialects: { 'sip.example': 'lync' } } : {}),
      chat: {
        host: 'gw.xmpp.example',
        ports: { tls: 5061 },
        jitter: Math.random,
        limits: { sessionsPerDomain: SESSIONS },
      },
    });
  }

  /** Everything that comes of an event. */
  feed(event: Parameters<Gateway['receive']>[1]): void {
    this.gateway.receive(this.now, event);
    for (let out = this.gateway.next(); out !== undefined; out = this.gateway.next())
      this.#perform(out);
  }

  #perform(out: GatewayOutput): void {
    if (out.kind === 'store')
      this.feed({ kind: 'stored', op: out.op, answer: this.#stored(out.request) });
    else if (out.kind === 'sip' && out.input.kind === 'request') {
      const { draft, context } = out.input;
      this.left.push({ draft, context });
    } else if (out.kind === 'xmpp' && out.input.kind === 'stanza') {
      writeStanza(out.input.element);
      const { context } = out.input;
      this.feed({ kind: 'xmpp', event: { kind: 'fate', context, fate: 'sent' } });
    }
  }

  #stored(request: StoreRequest): StoreAnswer {
    if (request.kind === 'due') return { kind: 'due', keys: [] };
    if (request.kind === 'keys') return { kind: 'keys', page: { keys: [], cursor: undefined } };
    const { key } = request;
    if (request.kind === 'read') {
      const found = this.records.get(key);
      const record = found && (JSON.parse(found.json.toString()) as { version: number });
      return { kind: 'read', stored: record && { record, revision: found?.revision ?? '' } };
    }
    const { next } = request;
    this.#writes += 1;
    const json = next && Buffer.from(JSON.stringify(next.record));
    if (json === undefined) this.records.delete(key);
    else this.records.set(key, { json, revision: String(this.#writes) });
    return { kind: 'write', written: 'written' };
  }

  /** The XMPP user of a number says something. */
  say(user: number): void {
    const xml = `<message xmlns='jabber:server' from='bob${user}@xmpp.example/phone' to='alice@sip.example' id='a${this.now}' type='chat'><thread>t-${user}</thread><body>${BODY}</body></message>`;
    const stanza = parseStanza(xml);
    if (!('element' in stanza) || stanza.from === undefined || stanza.to === undefined)
      throw new Error('not a stanza');
    const { from, to } = stanza;
    this.feed({ kind: 'xmpp', event: { kind: 'stanza', link: LINK, stanza, from, to } });
  }

  /** The request that has left last is answered. */
  answer(): RequestDraft {
    const sent = this.left.pop();
    if (sent === undefined) throw new Error('nothing has left');
    const { draft, context } = sent;
    if (draft.method === 'ACK') {
      this.feed({ kind: 'sip', event: { kind: 'sent', context } });
      return draft;
    }
    this.feed({ kind: 'sip', event: { kind: 'response', response: okTo(draft), context } });
    return draft;
  }

  /** Opens the session of a user, with its first message. */
  open(user: number): RequestDraft {
    this.say(user);
    const invite = this.answer();
    while (this.left.length > 0) this.answer();
    return invite;
  }

  hear(octets: Buffer, id: string): void {
    const message = parseMessage(octets);
    const request = message.kind === 'request' ? checkRequest(message) : message;
    if (!('via' in request)) throw new Error('not a request');
    this.feed({ kind: 'sip', event: { kind: 'request', id, request, flow: FLOW } });
  }
}

function tagOf(address: RequestDraft['from']): string {
  return address.params.find(({ name }) => name === 'tag')?.value ?? '';
}

const PLAIN_OK = responseOf([
  'SIP/2.0 200 OK',
  'Via: SIP/2.0/TLS a;branch=z9hG4bKa',
  'From: <sip:a@b>;tag=1',
  'To: <sip:c@d>;tag=2',
  'Call-ID: x',
  'CSeq: 1 MESSAGE',
]);

function okTo(draft: RequestDraft): Response {
  if (draft.method !== 'INVITE') return PLAIN_OK;
  return responseOf(
    [
      'SIP/2.0 200 OK',
      'Via: SIP/2.0/TLS a;branch=z9hG4bKa',
      `From: <sip:${draft.from.uri.kind === 'sip' ? draft.from.uri.user : ''}@xmpp.example>;tag=${tagOf(draft.from)}`,
      'To: <sip:alice@sip.example>;tag=fdf0a74ada;epid=9b6f316d27',
      `Call-ID: ${draft.callId}`,
      `CSeq: ${draft.cseq} INVITE`,
      `Contact: ${CONTACT}`,
      `Record-Route: ${ROUTE}`,
      'Content-Type: application/sdp',
    ],
    ANSWER,
  );
}

function responseOf(lines: readonly string[], body = ''): Response {
  const text = [...lines, `Content-Length: ${body.length}`, '', body].join('\r\n');
  const message = parseMessage(Buffer.from(text));
  if (message.kind !== 'response') throw new Error(JSON.stringify(message));
  return message;
}

/** Microseconds for one, in the quickest of some rounds: whatever else the machine does only adds. */
function timed(job: (n: number) => void): number {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    for (let n = 0; n < MESSAGES; n += 1) job(round * MESSAGES + n);
    least = Math.min(least, ((performance.now() - begun) * 1000) / MESSAGES);
  }
  return least;
}

/** A MESSAGE of the SIP user: a single one, or one within the session that an INVITE of ours began. */
function messageOf(invite: RequestDraft | undefined, contact: string, n: number): Buffer {
  const cseq = invite === undefined ? 17 : 100 + n;
  const uri = invite === undefined ? 'sip:bob1@xmpp.example' : contact;
  const to =
    invite === undefined
      ? '<sip:bob1@xmpp.example>'
      : `<sip:bob1@xmpp.example>;tag=${tagOf(invite.from)}`;
  const tag = invite === undefined ? '9fxced76sl' : 'fdf0a74ada;epid=9b6f316d27';
  const lines = [
    `MESSAGE ${uri} SIP/2.0`,
    `Via: SIP/2.0/TLS sip.example:5061;branch=z9hG4bKabcdefghijklmnop${n};rport`,
    'Max-Forwards: 70',
    `From: <sip:alice@sip.example>;tag=${tag}`,
    `To: ${to}`,
    `Call-ID: ${invite?.callId ?? `3848276298220188511@sip.example`}`,
    `CSeq: ${cseq} MESSAGE`,
    'Content-Type: text/plain;charset=UTF-8',
  ];
  return Buffer.from([...lines, `Content-Length: ${BODY.length}`, '', BODY].join('\r\n'));
}

function contactOf({ headers = [] }: RequestDraft): string {
  const value = headers.find(({ name }) => name.toLowerCase() === 'contact')?.value ?? '';
  return /<(.*)>/.exec(value)?.[1] ?? '';
}

function memory(): void {
  const bench = new Bench(true);
  bench.open(0);
  const before = heap();
  for (let user = 1; user <= SESSIONS - 1; user += 1) bench.open(user);
  const [record] = bench.records.values();
  const octets = record?.json.length ?? 0;
  bench.records.clear();
  const own = heap() - before;
  const { chats } = bench.gateway.sizes;
  console.log(`octets of a session's record           ${octets}`);
  console.log(`sessions open in one process           ${chats}`);
  console.log(`heap of each, records elsewhere        ${Math.round(own / SESSIONS)} B`);
}

function speed(): void {
  const [pager, chat] = [new Bench(false), new Bench(true)];
  const invite = chat.open(1);
  const contact = contactOf(invite);
  const toSip = (bench: Bench) => (): void => {
    bench.now += 1;
    bench.say(1);
    while (bench.left.length > 0) bench.answer();
  };
  const toXmpp =
    (bench: Bench, within: RequestDraft | undefined) =>
    (n: number): void => {
      bench.now += 1;
      bench.hear(messageOf(within, contact, n), String(bench.now));
    };
  row('XMPP to SIP', timed(toSip(pager)), timed(toSip(chat)));
  row('SIP to XMPP', timed(toXmpp(pager, undefined)), timed(toXmpp(chat, invite)));
}

function row(name: string, single: number, within: number): void {
  const ratio = (within / single).toFixed(2);
  console.log(
    `${name.padEnd(20)} single ${single.toFixed(1)} us   within ${within.toFixed(1)} us   ${ratio}x`,
  );
}

memory();
speed();
