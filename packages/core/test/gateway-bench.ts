// A gateway as a machine, without edges: what tests put in by the door, and all that comes out.
import { createHmac } from 'node:crypto';
import { checkRequest, type Flow, type IncomingRequest, parseMessage } from '@interwork/sip';
import {
  type Jid,
  type LinkFacts,
  parseStanza,
  type Receipt,
  type SendFailure,
  type Stanza,
  type XmlElement,
} from '@interwork/xmpp';
import { policyOf } from '@interwork/policy/testing';
import {
  type CrossingTrace,
  Gateway,
  type GatewayOptions,
  type GatewayOutput,
  type SipCommand,
} from '@interwork/core';
import type { GatewayMachine } from '@interwork/core/ladder';

export const START = Date.UTC(2026, 5, 1);
export const target = {
  transport: 'tls',
  address: '127.0.0.1',
  port: 5061,
  references: ['sip.test'],
} as const;
export const permit = policyOf({
  rules: [
    { id: 'friends', effect: 'permit', domains: ['xmpp.test', 'far.test'] },
    { id: 'spam', effect: 'forbid', domains: ['spam.test'] },
  ],
});

export class Bench {
  now = START;
  tokens = 0;
  readonly gateway: Gateway;
  /** The gateway, or what stands around it. */
  machine: GatewayMachine;
  readonly out: GatewayOutput[] = [];

  constructor(more: Partial<GatewayOptions> = {}) {
    this.gateway = new Gateway({
      sipDomains: ['sip.test'],
      xmppDomains: ['*'],
      policy: permit,
      routes: { 'sip.test': [target] },
      instance: 'gw-1',
      secret: '0123456789abcdef',
      mac: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
      drawToken: () => `token${++this.tokens}`,
      ...more,
    });
    this.machine = this.gateway;
  }

  feed(event: Parameters<Gateway['receive']>[1]): GatewayOutput[] {
    this.machine.receive(this.now, event);
    const came: GatewayOutput[] = [];
    for (let out = this.machine.next(); out !== undefined; out = this.machine.next())
      came.push(out);
    this.out.push(...came);
    return came;
  }

  sip(request: IncomingRequest, flow: Flow = proved(), id = 't1'): GatewayOutput[] {
    return this.feed({ kind: 'sip', event: { kind: 'request', id, request, flow } });
  }

  stanza(xml: string, link: LinkFacts = dialback, receipt?: Receipt): GatewayOutput[] {
    const stanza = parseStanza(xml.replace(/^<(\w+)/, "<$1 xmlns='jabber:server'")) as Stanza;
    return this.feed({
      kind: 'xmpp',
      event: {
        kind: 'stanza',
        stanza,
        from: stanza.from as Jid,
        to: stanza.to as Jid,
        link,
        receipt,
      },
    });
  }

  /** The edge says what became of a stanza; `tracked` for a stream with stream management. */
  fate(
    context: unknown,
    fate: 'sent' | 'tracked' | 'acknowledged' | 'failed',
    reason: SendFailure = 'closed',
  ): GatewayOutput[] {
    const event =
      fate === 'failed'
        ? ({ kind: 'fate', context, fate, reason, text: `it failed by ${reason}` } as const)
        : fate === 'acknowledged'
          ? ({ kind: 'fate', context, fate } as const)
          : ({
              kind: 'fate',
              context,
              fate: 'sent',
              willAcknowledge: fate === 'tracked',
            } as const);
    return this.feed({ kind: 'xmpp', event });
  }

  /** Every error that has left is written, and read at once. */
  takeAll(): void {
    for (const { context, element } of stanzas(this.out.splice(0)))
      if (element.attrs['type'] === 'error') this.fate(context, 'acknowledged');
  }

  /** The link to a domain is over. */
  linkLost(to = 'xmpp.test'): GatewayOutput[] {
    const event = { kind: 'link-lost', from: 'sip.test', to, text: 'reset' } as const;
    return this.feed({ kind: 'xmpp', event });
  }

  tick(ms: number): GatewayOutput[] {
    this.now += ms;
    return this.feed({ kind: 'tick' });
  }
}

export const proved = (...names: string[]): Flow => ({
  id: 'f1',
  transport: 'tls',
  remote: { address: '192.0.2.1', port: 40000 },
  local: { address: '192.0.2.9', port: 5061 },
  proved: names.length === 0 ? ['sip.test'] : names.filter((name) => name !== ''),
});
export const dialback: LinkFacts = {
  proof: 'dialback',
  tls: true,
  remote: { address: '192.0.2.2', port: 40001 },
  stream: 's1',
};
export const message = (
  to = 'sip:bob@xmpp.test',
  from = 'sip:alice@sip.test',
  more: readonly string[] = [],
  body = 'hello',
): IncomingRequest => {
  const text = [
    `MESSAGE ${to} SIP/2.0`,
    'Via: SIP/2.0/TLS sip.test;branch=z9hG4bKx1',
    `From: <${from}>;tag=1`,
    `To: <${to}>`,
    'Call-ID: call-1',
    'CSeq: 1 MESSAGE',
    ...(more.some((line) => line.startsWith('Max-Forwards')) ? [] : ['Max-Forwards: 70']),
    ...(more.some((line) => line.startsWith('Content-Type')) ? [] : ['Content-Type: text/plain']),
    ...more,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  const parsed = parseMessage(Buffer.from(text));
  const checked = parsed.kind === 'request' ? checkRequest(parsed) : parsed;
  if ('code' in checked) throw new Error(checked.text);
  if (!('via' in checked)) throw new Error('not a request');
  return checked;
};
export const answers = (outs: readonly GatewayOutput[]): number[] =>
  outs.flatMap((out) =>
    out.kind === 'sip' && out.input.kind === 'respond' ? [out.input.draft.status] : [],
  );
export const stanzas = (
  outs: readonly GatewayOutput[],
): { element: XmlElement; context: unknown; need?: string }[] =>
  outs.flatMap((out) => (out.kind === 'xmpp' && out.input.kind === 'stanza' ? [out.input] : []));
export const requests = (
  outs: readonly GatewayOutput[],
): Extract<SipCommand, { kind: 'request' }>[] =>
  outs.flatMap((out) => (out.kind === 'sip' && out.input.kind === 'request' ? [out.input] : []));
export const traces = (outs: readonly GatewayOutput[]): CrossingTrace[] =>
  outs.flatMap((out) => (out.kind === 'trace' && out.trace.kind === 'crossing' ? [out.trace] : []));
export const condition = (outs: readonly GatewayOutput[]): string | undefined => {
  const error = stanzas(outs)[0]?.element;
  const parsed = error === undefined ? undefined : parseStanza(error);
  return parsed !== undefined && 'error' in parsed ? parsed.error?.condition : undefined;
};
export const response = (status: number, reason = 'x', more: readonly string[] = []) => {
  const read = parseMessage(
    Buffer.from(
      [
        `SIP/2.0 ${status} ${reason}`,
        'Via: SIP/2.0/TLS gw;branch=z9hG4bKy',
        'From: <sip:a@b>;tag=1',
        'To: <sip:c@d>;tag=2',
        'Call-ID: c',
        'CSeq: 1 MESSAGE',
        ...more,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    ),
  );
  if (read.kind !== 'response') throw new Error('not a response');
  return read;
};
export const CHAT =
  "<message from='bob@xmpp.test/r' to='alice@sip.test' id='m1' type='chat'><body>hi</body></message>";
