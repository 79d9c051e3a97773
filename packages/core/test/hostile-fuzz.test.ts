// S4, B3: whole SIP requests and whole stanzas, changed at random, go into a gateway whose edges do what the
// numbers say. Nothing is thrown; each request is answered once, each message gets exactly one of a request,
// an error and a word in the trace; the counts add up; and after the longest wait nothing is left.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gateway, type GatewayEvent, type GatewayOutput } from '@interwork/core';
import { mac } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import {
  checkRequest,
  type Flow,
  type IncomingRequest,
  parseMessage,
  type Response,
  type Target,
} from '@interwork/sip';
import { isFault, type Jid, parseStanza, parseXml, type Stanza } from '@interwork/xmpp';

const TARGET: Target = { transport: 'udp', address: '192.0.2.7', port: 5060, references: [] };
const REMOTE = { address: '192.0.2.1', port: 40_000 };
const FLOW: Flow = {
  id: 'f',
  transport: 'tls',
  remote: REMOTE,
  local: { address: '192.0.2.9', port: 5061 },
  proved: ['sip.test'],
};

const REQUEST = [
  'MESSAGE sip:bob%40home@xmpp.test;gr=a SIP/2.0',
  'Via: SIP/2.0/TLS sip.test;branch=z9hG4bKx1',
  'From: "Al" <sip:alice@sip.test;gr=desk>;tag=1',
  'To: <sip:bob@xmpp.test>',
  'Call-ID: iwt%a%20b@c',
  'CSeq: 1 MESSAGE',
  'Max-Forwards: 70',
  'Subject: =?utf-8?Q?x?=',
  'Date: Sat, 13 Nov 2010 23:29:00 GMT',
  'Interwork-Path: gw-9',
  'Content-Language: de-CH, en',
  'Content-Type: text/plain;charset=utf-8',
  '',
  'hällo',
].join('\r\n');

const MESSAGE =
  "<message xmlns='jabber:server' from='bob@xmpp.test/r' to='d\\27arc@sip.test/g' id='m1' type='chat' " +
  "xml:lang='en'><body>hi</body><body xml:lang='de'>hallo</body><subject>s</subject><thread>t u</thread>" +
  "<path xmlns='urn:interwork:path:0'>gw-9 gw-8</path></message>";
const PLAIN =
  "<message xmlns='jabber:server' from='bob@xmpp.test' to='alice@sip.test' id='m2'><body>hi</body></message>";
const ERROR =
  "<message xmlns='jabber:server' from='bob@xmpp.test' to='alice@sip.test' id='ID' type='error'><error " +
  "type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:a@b</gone></error></message>";
const IQ =
  "<iq xmlns='jabber:server' from='xmpp.test' to='sip.test' id='ID' type='result'><ping xmlns='urn:xmpp:ping'/></iq>";
const PRESENCE =
  "<presence xmlns='jabber:server' from='bob@xmpp.test' to='alice@sip.test' type='subscribe'/>";
const INVITATION = PLAIN.replace('</body>', "</body><x xmlns='jabber:x:conference' jid='r@c'/>");
const ELSEWHERE = PLAIN.replace('@sip.test', '@other.test');
const SEEDS = [PLAIN, MESSAGE, ERROR, PLAIN, IQ, ELSEWHERE, ERROR, MESSAGE, PRESENCE, INVITATION];

/** One change: what to put where, in place of how much. */
type Change = readonly [at: number, take: number, put: string];

const piece = fc.oneof(
  fc.string({ maxLength: 6, unit: 'binary' }),
  fc.constantFrom(
    ...'sip.test xmpp.test spam.test @ % %00 %FF \\20 __proto__ gw-1 groupchat error headline'.split(
      ' ',
    ),
    ...'gr= constructor sips: tel:+1 " < ; xn-- [::1] gzip text/html 0 70 -1'.split(' '),
    "'",
    '\r\n',
    '\0',
    '\u202e',
    '',
  ),
);
const change = fc.tuple(fc.nat(600), fc.nat(12), piece);
/** Most arrive whole: an exchange of spoilt ones alone would get nowhere. */
const changes: fc.Arbitrary<readonly Change[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
);

function changed(text: string, list: readonly Change[]): string {
  let so = text;
  for (const [where, take, put] of list) {
    const at = where % (so.length + 1);
    so = so.slice(0, at) + put + so.slice(at + take);
  }
  return so;
}

/** One step of a world: what comes, which of the open things it is about, and how it is spoilt. */
const steps = fc.array(fc.tuple(fc.nat(10), fc.nat(1_000), changes), {
  maxLength: 40,
  size: 'max',
});

const responseOf = (status: number): Response => {
  const text = `SIP/2.0 ${status} x\r\nContact: <sip:a@b>\r\nWarning: 399 a "b"\r\nContent-Length: 0\r\n\r\n`;
  const read = parseMessage(new Uint8Array(Buffer.from(text)));
  if (read.kind !== 'response') throw new Error('no response');
  return read;
};
const RESPONSES = [200, 202, 302, 404, 480, 503, 603].map(responseOf);

/** A gateway between edges that keep their contract and nothing else. */
class Bench {
  now = Date.UTC(2026, 5, 1);
  readonly answered = new Map<string, number>();
  readonly asked: string[] = [];
  /** What the edges still owe: fates of stanzas, ends of requests, answers of the host. */
  readonly fates: unknown[] = [];
  readonly ends: unknown[] = [];
  readonly ids: string[] = [];
  /** What may still be acknowledged, or lost. */
  readonly tracked: unknown[] = [];
  /** Receipts given out, and those that came back. */
  receipts = 0;
  readonly handled: number[] = [];
  readonly gateway: Gateway;
  tokens = 0;
  crossings = 0;
  replies = 0;
  came: GatewayOutput[] = [];

  constructor() {
    this.gateway = new Gateway({
      sipDomains: ['*'],
      xmppDomains: ['xmpp.test'],
      policy: policyOf({
        rules: [
          { id: 'yes', effect: 'permit', domains: ['*'] },
          { id: 'no', effect: 'forbid', domains: ['spam.test'] },
        ],
      }),
      routes: { 'sip.test': [TARGET] },
      instance: 'gw-1',
      secret: '0123456789abcdef',
      mac,
      drawToken: () => `token${++this.tokens}`,
      limits: { openFates: 3, waitingPerPair: 2, waiting: 4, asks: 2, told: 2, barrierDomains: 1 },
    });
  }

  feed(event: GatewayEvent): readonly GatewayOutput[] {
    this.came = [];
    this.gateway.receive(this.now, event);
    for (let out = this.gateway.next(); out !== undefined; out = this.gateway.next())
      this.#note(out);
    return this.came;
  }

  #note(out: GatewayOutput): void {
    this.came.push(out);
    if (out.kind === 'trace') this.crossings += out.trace.kind === 'crossing' ? 1 : 0;
    else if (out.kind === 'ask') this.asked.push(out.ask);
    else if (out.kind === 'sip' && out.input.kind === 'request') this.ends.push(out.input.context);
    else if (out.kind === 'sip' && out.input.kind === 'respond') {
      const { to } = out.input;
      this.answered.set(to, (this.answered.get(to) ?? 0) + 1);
    } else if (out.kind === 'xmpp' && out.input.kind === 'handled') {
      this.handled.push(out.input.receipt.number);
    } else if (out.kind === 'xmpp' && out.input.kind === 'stanza') {
      const { element, context } = out.input;
      this.fates.push(context);
      this.ids.push(element.attrs['id'] ?? '');
      if (element.attrs['type'] === 'error') this.replies += 1;
    }
  }

  /** Ends what the edges owe, then lets the longest wait pass. */
  settle(): void {
    while (this.ends.length > 0 || this.fates.length > 0 || this.asked.length > 0) {
      for (const context of this.ends.splice(0))
        this.feed({
          kind: 'sip',
          event: { kind: 'failed', context, reason: 'timeout', text: 'none came' },
        });
      for (const context of this.fates.splice(0))
        this.feed({ kind: 'xmpp', event: { kind: 'fate', context, fate: 'sent' } });
      for (const ask of this.asked.splice(0))
        this.feed({ kind: 'answer', ask, answer: { kind: 'sip-route', targets: [TARGET] } });
    }
    for (let turn = 0; turn < 100 && this.gateway.wakeAt < Infinity; turn++) {
      this.now = Math.max(this.now, this.gateway.wakeAt);
      this.feed({ kind: 'tick' });
      while (this.ends.length > 0 || this.fates.length > 0) {
        for (const context of this.fates.splice(0))
          this.feed({ kind: 'xmpp', event: { kind: 'fate', context, fate: 'failed' } });
        for (const context of this.ends.splice(0))
          this.feed({
            kind: 'sip',
            event: { kind: 'response', response: RESPONSES[0] as Response, context },
          });
      }
    }
  }
}

function requestOf(text: string): IncomingRequest | undefined {
  const read = parseMessage(new Uint8Array(Buffer.from(text)));
  if (read.kind !== 'request') return undefined;
  const checked = checkRequest(read);
  return !('via' in checked) ? undefined : checked;
}

function stanzaOf(text: string): (Stanza & { from: Jid; to: Jid }) | undefined {
  const element = parseXml(text);
  const stanza = isFault(element) ? element : parseStanza(element);
  if (isFault(stanza) || stanza.from === undefined || stanza.to === undefined) return undefined;
  return stanza as Stanza & { from: Jid; to: Jid };
}

function take<T>(list: T[], which: number): T | undefined {
  return list.splice(which % Math.max(1, list.length), 1)[0];
}

/** What has entered, for counting what has left. */
interface Entered {
  requests: number;
  messages: number;
}

function step(
  bench: Bench,
  entered: Entered,
  what: number,
  which: number,
  list: readonly Change[],
): void {
  switch (what) {
    case 0:
    case 1: {
      const request = requestOf(changed(REQUEST, list));
      if (request === undefined) return;
      const id = `r${entered.requests++}`;
      bench.answered.set(id, 0);
      bench.feed({ kind: 'sip', event: { kind: 'request', id, request, flow: FLOW } });
      return;
    }
    case 2:
    case 3:
    case 4: {
      const seed = (SEEDS[which % SEEDS.length] ?? PLAIN).replace(
        "'ID'",
        `'${bench.ids[which % Math.max(1, bench.ids.length)] ?? 'none'}'`,
      );
      const stanza = stanzaOf(changed(seed, list));
      if (stanza === undefined) return;
      const link = {
        proof: 'dialback',
        tls: which % 2 === 0,
        remote: REMOTE,
        stream: 's',
      } as const;
      const { from, to } = stanza;
      const before = { replies: bench.replies, open: bench.gateway.open };
      const receipt = { stream: 's', session: 'x', number: bench.receipts++ };
      const event = { kind: 'stanza', stanza, from, to, link, receipt } as const;
      const came = bench.feed({ kind: 'xmpp', event });
      if (stanza.kind !== 'message' || stanza.type === 'error') return;
      entered.messages += 1;
      const carried = came.some((out) => out.kind === 'sip' || out.kind === 'ask') ? 1 : 0;
      const waits = carried === 0 && bench.gateway.open > before.open ? 1 : 0;
      const replies = bench.replies - before.replies;
      const dropped = came.filter(
        (out) =>
          out.kind === 'trace' && out.trace.kind === 'crossing' && out.trace.outcome === 'dropped',
      ).length;
      expect([carried + waits + replies + dropped, changed(seed, list)]).toEqual([
        1,
        changed(seed, list),
      ]);
      return;
    }
    case 5: {
      if (bench.fates.length === 0) return;
      const context = take(bench.fates, which);
      const fate = which % 3 === 0 ? 'failed' : 'sent';
      const willAcknowledge = which % 2 === 0;
      if (fate === 'sent' && willAcknowledge) bench.tracked.push(context);
      bench.feed({ kind: 'xmpp', event: { kind: 'fate', context, fate, willAcknowledge } });
      return;
    }
    case 9: {
      if (which % 4 === 0) {
        const lost = { kind: 'link-lost', from: 'sip.test', to: 'xmpp.test', text: '' } as const;
        bench.feed({ kind: 'xmpp', event: lost });
        return;
      }
      if (bench.tracked.length === 0) return;
      const context = take(bench.tracked, which);
      const fate = which % 2 === 0 ? 'failed' : 'acknowledged';
      bench.feed({ kind: 'xmpp', event: { kind: 'fate', context, fate } });
      return;
    }
    case 6: {
      if (bench.ends.length === 0) return;
      const context = take(bench.ends, which);
      const response = RESPONSES[which % RESPONSES.length] as Response;
      bench.feed({ kind: 'sip', event: { kind: 'response', response, context } });
      return;
    }
    case 7: {
      const ask = take(bench.asked, which);
      const targets = which % 2 === 0 ? [] : [TARGET];
      bench.feed({ kind: 'answer', ask: ask ?? 'none', answer: { kind: 'sip-route', targets } });
      return;
    }
    default:
      bench.now += which * (what === 8 ? 1 : 50);
      bench.feed({ kind: 'tick' });
  }
}

describe('whatever comes in', () => {
  it('S4, B3: is answered once, is counted once, and leaves nothing', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (list, closes) => {
        const bench = new Bench();
        const entered = { requests: 0, messages: 0 };
        for (const [what, which, spoilt] of list) step(bench, entered, what, which, spoilt);
        if (closes) bench.feed({ kind: 'close' });
        bench.settle();
        expect([...bench.answered.values()].filter((times) => times !== 1)).toEqual([]);
        expect([bench.gateway.open, bench.gateway.wakeAt]).toEqual([0, Infinity]);
        const { unconfirmed, outstanding, asking, pairs, lanes } = bench.gateway.sizes;
        expect([unconfirmed, outstanding, asking, pairs, lanes]).toEqual([0, 0, 0, 0, 0]);
        const back = bench.handled.toSorted((a, b) => a - b);
        expect(back).toEqual(Array.from({ length: bench.receipts }, (_, n) => n));
        const counted = Object.values(bench.gateway.counts).reduce((sum, n) => sum + n, 0);
        expect(counted).toBe(bench.crossings);
        expect(counted).toBeGreaterThanOrEqual(entered.requests + entered.messages);
      }),
      { numRuns: 2_000 },
    );
  });

  it('S9: the same events give the same outputs', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const [one, other] = [0, 1].map(() => {
          const bench = new Bench();
          const said: string[] = [];
          for (const [what, which, spoilt] of list) {
            step(bench, { requests: said.length, messages: 0 }, what, which, spoilt);
            said.push(JSON.stringify(bench.came, (key, value) => (key === 'context' ? 0 : value)));
          }
          return said;
        });
        expect(one).toEqual(other);
      }),
      { numRuns: 100 },
    );
  });
});
