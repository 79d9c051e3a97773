// A gateway alone, without edges: events go in as bytes of SIP and text of stanzas, and what leaves is kept to be
// looked at. Its store is a table that answers at once, or does not, as a test says. No sockets and no clock.
import {
  type CrossingTrace,
  Gateway,
  type GatewayEvent,
  type GatewayOptions,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import {
  checkRequest,
  type FailedReason,
  type Flow,
  type IncomingRequest,
  isFault,
  param,
  parseMessage,
  type RequestDraft,
  type Response,
  type ResponseDraft,
  SipEndpoint,
  type Target,
  writeUri,
} from '@interwork/sip';
import { parseStanza, type Stanza, type XmlElement } from '@interwork/xmpp';
import type { StoreAnswer, StoreRequest } from '../src/store/request.ts';
import { RecordTable } from '../src/store/table.ts';

export const GATEWAY = 'gw.example.net';
export const START = Date.UTC(2026, 10, 27, 12);

/** What a request of the gateway went out with. */
export interface SentRequest {
  readonly draft: RequestDraft;
  readonly context: unknown;
  readonly targets: readonly Target[];
}

/** How the store is: `down` fails, `lost` does and says that it failed, `silent` does not answer. */
export type StoreMood = 'up' | 'down' | 'lost' | 'silent';

export class PresenceMachine {
  now = START;
  mood: StoreMood = 'up';
  /** Milliseconds until the store answers. */
  slow = 0;
  readonly gateway: Gateway;
  readonly table = new RecordTable(100_000);
  readonly traces: CrossingTrace[] = [];
  readonly #requests: SentRequest[] = [];
  readonly #stanzas: XmlElement[] = [];
  readonly #answers = new Map<string, ResponseDraft[]>();
  #answered: { readonly at: number; readonly op: string; readonly answer: StoreAnswer }[] = [];
  #drawn = 0;
  #came = 0;
  isClosed = false;

  constructor(options: Partial<GatewayOptions> = {}) {
    const target: Target = {
      transport: 'tls',
      address: '192.0.2.1',
      port: 5061,
      references: ['example.net'],
    };
    this.gateway = new Gateway({
      sipDomains: SIP_DOMAINS,
      xmppDomains: ['*'],
      policy: policyOf({ rules: [{ id: 'all', effect: 'permit', domains: ['*'] }] }),
      routes: Object.fromEntries(SIP_DOMAINS.map((domain) => [domain, [target]])),
      instance: 'gw',
      secret: 'a secret of these tests',
      mac,
      drawToken: () => this.draw(),
      lastingStore: true,
      traces: 'full',
      presence: { host: GATEWAY, ports: { tls: 5061 }, jitter: () => 0.5 },
      ...options,
    });
  }

  draw(): string {
    return `t${++this.#drawn}`;
  }

  /** One event, and everything it sets off at once. */
  feed(event: GatewayEvent): this {
    this.gateway.receive(this.now, event);
    this.#drain();
    return this;
  }

  /** Lets time pass: every moment the gateway asked for, and every late answer of the store. */
  pass(duration: number): this {
    const end = this.now + duration;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const next = Math.min(this.gateway.wakeAt, ...this.#answered.map(({ at }) => at));
      if (next > end) {
        this.now = end;
        return this;
      }
      this.now = Math.max(this.now, next);
      this.#tell();
      this.feed({ kind: 'tick' });
    }
    throw new Error('the gateway wants to be woken without end');
  }

  /** SIP bytes come in by a connection; what they are known by. */
  sip(text: string, proved = 'example.net'): string {
    const id = `in${++this.#came}`;
    const request = requestIn(text);
    this.feed({ kind: 'sip', event: { kind: 'request', id, request, flow: flowOf(proved) } });
    return id;
  }

  /** A stanza comes in by the link of its sender's domain. */
  stanza(text: string): this {
    const stanza = stanzaIn(text);
    const { from, to } = stanza;
    if (from === undefined || to === undefined) throw new Error('from and to');
    const link = { proof: 'dialback', tls: true, remote: REMOTE, stream: 's' } as const;
    return this.feed({ kind: 'xmpp', event: { kind: 'stanza', stanza, from, to, link } });
  }

  /** A request of the gateway is answered. */
  respond({ draft, context }: SentRequest, status: number, headers: readonly string[] = []): this {
    return this.feed({
      kind: 'sip',
      event: { kind: 'response', response: responseTo(draft, status, headers), context },
    });
  }

  /** A request of the gateway is answered with bytes that are not ours. */
  respondText({ context }: SentRequest, text: string): this {
    const response = responseIn(text);
    return this.feed({ kind: 'sip', event: { kind: 'response', response, context } });
  }

  /** A request of the gateway came to nothing. */
  fail({ context }: SentRequest, reason: FailedReason): this {
    return this.feed({ kind: 'sip', event: { kind: 'failed', context, reason, text: '' } });
  }

  /** What was answered to a request that came in. */
  answer(id: string): ResponseDraft | undefined {
    const all = this.#answers.get(id) ?? [];
    if (all.length > 1) throw new Error(`${id} was answered ${all.length} times`);
    return all[0];
  }

  /** How many requests that came in have an answer. */
  get answers(): number {
    return this.#answers.size;
  }

  /** The requests that left since the last time. */
  requests(): readonly SentRequest[] {
    return this.#requests.splice(0);
  }

  /** The one request that left since the last time. */
  request(): SentRequest {
    const all = this.requests();
    const [one] = all;
    if (one === undefined || all.length > 1) throw new Error(`${all.length} requests left`);
    return one;
  }

  /** The stanzas that left since the last time. */
  stanzas(): readonly XmlElement[] {
    return this.#stanzas.splice(0);
  }

  /** The same, as `type resource show`. */
  said(): readonly string[] {
    return this.stanzas().map((element) => {
      const stanza = parseStanza(element);
      if (stanza.kind !== 'presence') throw new Error(stanza.kind);
      const { type, from, show, error } = stanza;
      return [type, from?.resource, show, error?.type].filter(Boolean).join(' ');
    });
  }

  #drain(): void {
    for (;;) {
      for (let out = this.gateway.next(); out !== undefined; out = this.gateway.next()) {
        if (out.kind === 'store') this.#ask(out.op, out.request);
        else if (out.kind === 'trace' && out.trace.kind === 'crossing') this.traces.push(out.trace);
        else if (out.kind === 'closed') this.isClosed = true;
        else if (out.kind === 'sip' && out.input.kind === 'request') this.#requests.push(out.input);
        else if (out.kind === 'sip' && out.input.kind === 'respond') this.#note(out.input);
        else if (out.kind === 'xmpp' && out.input.kind === 'stanza')
          this.#stanzas.push(out.input.element);
      }
      if (!this.#tell()) return;
    }
  }

  #note({ to, draft }: { readonly to: string; readonly draft: ResponseDraft }): void {
    this.#answers.set(to, [...(this.#answers.get(to) ?? []), draft]);
  }

  #ask(op: string, request: StoreRequest): void {
    if (this.mood === 'silent') return;
    const done = this.mood === 'down' ? FAILED : this.#done(request);
    const answer = this.mood === 'lost' ? FAILED : done;
    this.#answered.push({ at: this.now + this.slow, op, answer });
  }

  #tell(): boolean {
    const due = this.#answered.filter(({ at }) => at <= this.now);
    this.#answered = this.#answered.filter(({ at }) => at > this.now);
    for (const { op, answer } of due)
      this.gateway.receive(this.now, { kind: 'stored', op, answer });
    return due.length > 0;
  }

  #done(request: StoreRequest): StoreAnswer {
    const { table } = this;
    switch (request.kind) {
      case 'read':
        return { kind: 'read', stored: table.read(request.key) };
      case 'write': {
        const written = table.judge(request.key, request.next, request.seen);
        if (written === 'written') table.put(request.key, request.next);
        return { kind: 'write', written };
      }
      case 'due':
        return {
          kind: 'due',
          keys: table.due(request.of, request.now, request.lease, request.limit),
        };
      case 'keys':
        return { kind: 'keys', page: table.keys(request.prefix, request.cursor, request.limit) };
    }
  }
}

/** A request as the parser gives it. */
export function requestIn(text: string): IncomingRequest {
  const read = parseMessage(Buffer.from(text, 'utf8'));
  if (isFault(read) || read.kind !== 'request') throw new Error(JSON.stringify(read));
  const checked = checkRequest(read);
  if (isFault(checked)) throw new Error(checked.text);
  return checked;
}

export function stanzaIn(text: string | XmlElement): Stanza {
  const stanza = parseStanza(text);
  if (stanza.kind === 'fault') throw new Error(stanza.text);
  return stanza;
}

/** The bytes a draft goes out as, read again: what a peer is sent. */
export function onTheWire(draft: RequestDraft): IncomingRequest {
  const endpoint = new SipEndpoint({ drawToken: () => 'w', host: GATEWAY, ports: { tcp: 5060 } });
  const target: Target = { transport: 'tcp', address: '192.0.2.1', port: 5060, references: [] };
  endpoint.receive(START, { kind: 'request', draft, targets: [target], context: undefined });
  for (let out = endpoint.next(); out !== undefined; out = endpoint.next()) {
    if (out.kind === 'send') return requestIn(Buffer.from(out.bytes).toString('utf8'));
    if (out.kind === 'connect')
      endpoint.receive(START, {
        kind: 'opened',
        connect: out.connect,
        flow: { ...flowOf('example.net'), transport: 'tcp' },
      });
  }
  throw new Error('nothing was written');
}

/** The lines of one request with CRLF, and a body. */
export function sipText(lines: readonly string[], body = ''): string {
  const isTyped = body === '' || lines.some((line) => line.startsWith('Content-Type:'));
  const type = isTyped ? [] : ['Content-Type: application/pidf+xml'];
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return [...lines, ...type, length, '', body].join('\r\n');
}

/** A SUBSCRIBE that begins a dialog. */
export function subscribeText(more: {
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly expires?: number;
  readonly accept?: string;
  readonly contact?: string;
}): string {
  const { from = 'romeo@example.net', to = 'juliet@example.com', callId = 'c1' } = more;
  const { contact = CONTACT } = more;
  return sipText([
    `SUBSCRIBE sip:${to} SIP/2.0`,
    `Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK${callId}`,
    'Max-Forwards: 70',
    `From: <sip:${from}>;tag=f${callId}`,
    `To: <sip:${to}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 SUBSCRIBE',
    `Contact: <${contact}>`,
    'Event: presence',
    `Accept: ${more.accept ?? 'application/pidf+xml'}`,
    `Expires: ${more.expires ?? 3600}`,
  ]);
}

/** A SUBSCRIBE within the dialog that a NOTIFY of the gateway belongs to. */
export function refreshText(
  notify: RequestDraft,
  cseq: number,
  expires: number,
  contact = CONTACT,
): string {
  return sipText([
    `SUBSCRIBE ${contactOf(notify)} SIP/2.0`,
    `Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bKr${cseq}`,
    'Max-Forwards: 70',
    `From: <${writeUri(notify.to.uri)}>;tag=${tagOf(notify.to)}`,
    `To: <${writeUri(notify.from.uri)}>;tag=${tagOf(notify.from)}`,
    `Call-ID: ${notify.callId ?? ''}`,
    `CSeq: ${cseq} SUBSCRIBE`,
    `Contact: <${contact}>`,
    'Event: presence',
    'Accept: application/pidf+xml',
    `Expires: ${expires}`,
  ]);
}

/** A NOTIFY that answers a SUBSCRIBE of the gateway; `more` changes lines by their names. */
export function notifyText(
  subscribe: RequestDraft,
  cseq: number,
  state: string,
  body = '',
  more: Readonly<Record<string, string>> = {},
): string {
  const fields: Readonly<Record<string, string>> = {
    Via: `SIP/2.0/TLS 192.0.2.1;branch=z9hG4bKn${cseq}`,
    'Max-Forwards': '70',
    From: `<${writeUri(subscribe.to.uri)}>;tag=peer`,
    To: `<${writeUri(subscribe.from.uri)}>;tag=${tagOf(subscribe.from)}`,
    'Call-ID': subscribe.callId ?? '',
    CSeq: `${cseq} NOTIFY`,
    Contact: `<${CONTACT}>`,
    Event: 'presence',
    'Subscription-State': state,
    ...more,
  };
  const { uri = contactOf(subscribe), ...rest } = fields;
  const lines = Object.entries(rest).map(([name, value]) => `${name}: ${value}`);
  return sipText([`NOTIFY ${uri} SIP/2.0`, ...lines], body);
}

/** The URI in the Contact of a request of the gateway. */
export function contactOf({ headers = [] }: RequestDraft): string {
  const field = headers.find(({ name }) => name === 'Contact')?.value ?? '';
  return field.slice(1, field.indexOf('>'));
}

export function tagOf({ params }: RequestDraft['from']): string {
  return param(params, 'tag') ?? '';
}

/** The value of a header of a request of the gateway. */
export function headerOf({ headers = [] }: RequestDraft, wanted: string): string | undefined {
  return headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
}

function responseTo(draft: RequestDraft, status: number, headers: readonly string[]): Response {
  const toTag = tagOf(draft.to) === '' ? ';tag=peer' : `;tag=${tagOf(draft.to)}`;
  const text = sipText([
    `SIP/2.0 ${status} So`,
    `Via: SIP/2.0/TLS ${GATEWAY};branch=z9hG4bKx`,
    `From: <${writeUri(draft.from.uri)}>;tag=${tagOf(draft.from)}`,
    `To: <${writeUri(draft.to.uri)}>${toTag}`,
    `Call-ID: ${draft.callId ?? ''}`,
    `CSeq: ${draft.cseq ?? 1} ${draft.method}`,
    ...headers,
  ]);
  return responseIn(text);
}

function responseIn(text: string): Response {
  const read = parseMessage(Buffer.from(text, 'utf8'));
  if (isFault(read) || read.kind !== 'response') throw new Error(JSON.stringify(read));
  return read;
}

function flowOf(proved: string): Flow {
  const local = { address: '192.0.2.2', port: 5061 };
  return { id: 'f', transport: 'tls', remote: REMOTE, local, proved: [proved] };
}

/** Where a SIP user is reached, unless a test says otherwise. */
const CONTACT = 'sip:romeo@192.0.2.1:5061;transport=tls';
const REMOTE = { address: '192.0.2.1', port: 40_000 };
const SIP_DOMAINS = ['example.net', 'crowd.example', 'west.example'];
const FAILED: StoreAnswer = { kind: 'store-failed' };
const MOST_ROUNDS = 200_000;
