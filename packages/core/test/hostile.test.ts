// S1, S5 and the attack names: a whole gateway in the virtual world. The SIP company is octets by hand, the
// XMPP company an endpoint whose octets are seen and added to. What leaves the gateway is read by strangers:
// saxes for XML, a splitter of a few lines for SIP. Rows are attacks, columns the fields that cross.
import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority } from '@interwork/certs/testing';
import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { type CrossingTrace, Gateway, type GatewayOptions, type Running } from '@interwork/core';
import { mac } from '@interwork/core/node';
import { type Pipe, World } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import { parseMessage, SipEndpoint } from '@interwork/sip';
import {
  parseXml,
  type XmlElement,
  XmppEndpoint,
  type XmppInput,
  type XmppOutput,
} from '@interwork/xmpp';
import { nodeDigest } from '@interwork/xmpp/node';
import { playOn, XmppScript } from '@interwork/xmpp/testing';

const SIP = 'contoso.example';
const XMPP = 'gtalk.example';
const EPOCH = Date.UTC(2026, 10, 23);

/** One SIP message as the splitter sees it. */
interface Unit {
  readonly start: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Splits octets into messages, knowing nothing of SIP but its lines and one length. */
function unitsOf(octets: Uint8Array): readonly Unit[] {
  const units: Unit[] = [];
  let rest = Buffer.from(octets).toString('latin1');
  for (;;) {
    rest = rest.replace(/^(?:\r\n)+/, '');
    if (rest === '') return units;
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`no end of a head: ${JSON.stringify(rest)}`);
    const [start = '', ...lines] = rest.slice(0, end).split('\r\n').map(lineOf);
    const fields = lines.map((line) => {
      const colon = line.indexOf(': ');
      if (!/^[A-Za-z-]+$/.test(line.slice(0, colon))) throw new Error(`no field: ${line}`);
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    });
    const [length, more] = fields.filter(([name]) => name === 'Content-Length');
    if (length === undefined || more !== undefined) throw new Error('not one length');
    const after = end + 4 + Number(length[1]);
    if (!(after <= rest.length)) throw new Error('a body is cut');
    const body = Buffer.from(rest.slice(end + 4, after), 'latin1').toString('utf8');
    units.push({ start, fields, body });
    rest = rest.slice(after);
  }
}

function lineOf(line: string): string {
  if (/[\r\n\0-\x08\x0b-\x1f\x7f]/.test(line))
    throw new Error(`a control: ${JSON.stringify(line)}`);
  return Buffer.from(line, 'latin1').toString('utf8');
}

const valueOf = (unit: Unit | undefined, name: string): string | undefined =>
  unit?.fields.find(([one]) => one === name)?.[1];

/** An element as saxes sees it: `{namespace}name`. */
interface Tree {
  readonly name: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: (Tree | string)[];
}

/** The stanzas in what a stream carried since a moment at which it stood between two. */
function stanzasOf(octets: Uint8Array): readonly Tree[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(octets);
  const parser = new SaxesParser({ xmlns: true });
  const root: Tree = { name: '', attrs: {}, children: [] };
  const open: Tree[] = [root];
  let failed: Error | undefined;
  parser.on('error', (error) => {
    failed ??= new Error(`${error.message} in ${JSON.stringify(text)}`);
  });
  const add = (piece: Tree | string): void => void open.at(-1)?.children.push(piece);
  parser.on('text', (piece) => add(piece));
  parser.on('opentag', (tag) => {
    const attrs = Object.fromEntries(Object.values(tag.attributes).map((a) => [a.name, a.value]));
    const tree: Tree = { name: `{${tag.uri}}${tag.local}`, attrs, children: [] };
    add(tree);
    open.push(tree);
  });
  parser.on('closetag', () => void open.pop());
  for (const name of ['comment', 'doctype', 'processinginstruction', 'cdata'] as const)
    parser.on(name, () => {
      failed ??= new Error(`${name} in ${JSON.stringify(text)}`);
    });
  parser.write(`${HEADER}${text}${text.endsWith(END) ? '' : END}`);
  parser.close();
  if (failed !== undefined) throw failed;
  return trees(trees(root)[0]);
}

const HEADER =
  "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>";
const END = '</stream:stream>';
const trees = (of: Tree | undefined): readonly Tree[] =>
  (of?.children ?? []).filter((child): child is Tree => typeof child !== 'string');
const inner = (of: Tree | undefined, name: string): Tree | undefined =>
  trees(of).find((child) => child.name.endsWith(`}${name}`));
const textIn = (of: Tree | undefined): string | undefined =>
  of?.children.filter((child) => typeof child === 'string').join('');
const namesIn = (of: Tree): readonly string[] => [of.name, ...trees(of).flatMap(namesIn)];

/** Everything a row may look at: what crossed, what was answered, what was said of it. */
interface Seen {
  readonly messages: readonly Tree[];
  readonly requests: readonly Unit[];
  readonly answers: readonly Unit[];
  readonly traces: readonly CrossingTrace[];
  /** Whether it cost the stream. */
  readonly cut: boolean;
}

/** What the gateway of these tests stands between. */
class Town {
  readonly world = new World({ start: EPOCH });
  readonly xmpp = new XmppScript(XMPP);
  readonly traces: CrossingTrace[] = [];
  readonly gateway: Gateway;
  readonly #running: Running;
  readonly #flush: () => void;
  readonly #chains: Record<'sip' | 'xmpp', readonly Uint8Array[]>;
  /** What the gateway has written to the XMPP company, stream by stream, and to the SIP company. */
  readonly #written = new Map<string, Uint8Array[]>();
  #toSip: Uint8Array[] = [];
  readonly #added: XmppOutput[] = [];
  #cut = (): void => {};
  #way = '';
  readonly #nudge: () => void;
  /** What the SIP company answers, after the five fields that every answer repeats. */
  answer: (request: Unit) => readonly [start: string, ...fields: string[]] = () => [
    'SIP/2.0 200 OK',
  ];

  constructor(options: Partial<GatewayOptions> = {}, proves: readonly string[] = [SIP]) {
    const { world } = this;
    const authority = makeAuthority({ crypto: nodeCrypto, now: EPOCH });
    const shared = { anchors: [authority.certificate.der], clock: () => EPOCH, crypto: nodeCrypto };
    const judge = judgeFor({ service: 'xmpp-server', ...shared });
    const gatewayChain = authority.issue({ dns: [`gw.${SIP}`, SIP] }).chain;
    this.#chains = {
      sip: authority.issue({ dns: [...proves] }).chain,
      xmpp: authority.issue({ dns: [XMPP] }).chain,
    };
    const link = { drawToken: world.drawToken, digest: nodeDigest, judge };
    const sip = world.sip({
      address: '192.0.2.2',
      endpoint: new SipEndpoint({
        drawToken: world.drawToken,
        host: `gw.${SIP}`,
        ports: { tls: 5061 },
      }),
      listen: [{ transport: 'tls', port: 5061 }],
      judge: judgeFor({ service: 'sip', ...shared }),
      chain: gatewayChain,
    });
    const xmpp = world.xmpp({
      address: '192.0.2.2',
      port: 5269,
      endpoint: new XmppEndpoint({
        ...link,
        domains: (name) => proves.includes(name),
        secret: 's'.repeat(20),
      }),
      chain: gatewayChain,
    });
    const company = world.xmpp({
      address: '192.0.2.3',
      port: 5269,
      endpoint: this.#tapped(
        new XmppEndpoint({ ...link, domains: (name) => name === XMPP, secret: 't'.repeat(20) }),
      ),
      chain: this.#chains.xmpp,
    });
    for (const name of proves)
      world.dns.set(name, [{ address: '192.0.2.2', port: 5269, direct: false }]);
    world.dns.set(XMPP, [{ address: '192.0.2.3', port: 5269, direct: false }]);
    const targets = [
      { transport: 'tls', address: '192.0.2.1', port: 5061, references: [SIP] },
    ] as const;
    this.gateway = new Gateway({
      sipDomains: [SIP],
      xmppDomains: [XMPP],
      policy: policyOf({ rules: [{ id: 'all', effect: 'permit', domains: ['*'] }] }),
      routes: { [SIP]: targets },
      instance: 'gw-town',
      secret: 'a secret of this town',
      mac,
      drawToken: world.drawToken,
      traces: 'full',
      ...options,
    });
    this.#running = world.run(
      this.gateway,
      { sip, xmpp },
      {
        onTrace: (trace) => {
          if (trace.kind === 'crossing') this.traces.push(trace);
        },
      },
    );
    world.network.listen({ address: '192.0.2.1', port: 5061 }, (pipe) => this.#serve(pipe));
    this.xmpp.addUser('bob');
    this.#flush = playOn(company, this.xmpp);
    this.#nudge = () => company.send({ kind: 'tick' });
  }

  /** Octets from the SIP company on a connection of their own; the answers to them. */
  sip(octets: string | Uint8Array): Seen {
    const before = this.#mark();
    const came: Uint8Array[] = [];
    let gone = false;
    this.world.network.connect('192.0.2.1', { address: '192.0.2.2', port: 5061 }, (pipe) => {
      this.#cut = () => pipe?.close();
      pipe?.listen({
        bytes: (bytes) => came.push(bytes),
        closed: () => {
          gone = true;
        },
        secured: () => pipe.send(typeof octets === 'string' ? Buffer.from(octets) : octets),
      });
      pipe?.secure(this.#chains.sip);
    });
    this.world.clock.runUntil(() => gone || came.length > 0, 40_000);
    this.world.clock.advance(50);
    if (!gone && came.length === 0) throw new Error('neither answered nor cut');
    this.#cut();
    return { ...this.#since(before), answers: unitsOf(Buffer.concat(came)), cut: false };
  }

  /** A stanza of the XMPP company, octets as given, on its proved stream. */
  stanza(xml: string, wait = 2_000): Seen {
    if (this.#way === '') this.#open();
    const before = this.#mark();
    this.#added.push({ kind: 'send', stream: this.#way, bytes: new Uint8Array(Buffer.from(xml)) });
    this.#nudge();
    this.world.clock.advance(wait);
    return { ...this.#since(before), answers: [], cut: this.#way === '' };
  }

  async close(): Promise<void> {
    const closed = this.#running.close();
    for (let turn = 0; turn < 50; turn++) {
      this.world.clock.advance(1_000);
      await Promise.resolve();
    }
    await closed;
  }

  #open(): void {
    const sent = this.xmpp.send({ from: `opener@${XMPP}`, to: `opener@${SIP}`, text: 'first' });
    this.#flush();
    this.world.clock.runUntil(() => sent.fate !== undefined);
    this.world.clock.advance(1_000);
    if (sent.fate !== 'sent' || this.#way === '') throw new Error('the companies have no link');
    this.world.clock.advance(1_000);
  }

  #serve(pipe: Pipe): void {
    pipe.listen({
      closed: () => {},
      bytes: (bytes) => {
        this.#toSip.push(bytes);
        for (const unit of unitsOf(bytes)) {
          const isFirst = unit.start.includes('opener@');
          const [start, ...more] = isFirst ? (['SIP/2.0 200 OK'] as const) : this.answer(unit);
          const same = unit.fields.filter(([name]) => REPEATED.has(name));
          const lines = same.map(
            ([name, value]) => `${name}: ${value}${name === 'To' ? ';tag=9' : ''}`,
          );
          pipe.send(
            Buffer.from([start, ...lines, ...more, 'Content-Length: 0', '', ''].join('\r\n')),
          );
        }
      },
    });
    pipe.secure(this.#chains.sip);
  }

  /** Sees what comes in to an endpoint, and can add to what it sends. */
  #tapped(endpoint: XmppEndpoint): XmppEndpoint {
    const receive = endpoint.receive.bind(endpoint);
    const next = endpoint.next.bind(endpoint);
    endpoint.receive = (now: number, input: XmppInput): void => {
      if (input.kind === 'bytes') {
        const list = this.#written.get(input.stream) ?? [];
        list.push(input.bytes);
        this.#written.set(input.stream, list);
      } else if (input.kind === 'closed' && input.stream === this.#way) this.#way = '';
      receive(now, input);
    };
    endpoint.next = (): XmppOutput | undefined => {
      const out = this.#added.shift() ?? next();
      if (out?.kind === 'disconnect' && out.stream === this.#way) this.#way = '';
      if (out?.kind === 'send' && Buffer.from(out.bytes).includes('<message'))
        this.#way = out.stream;
      return out;
    };
    return endpoint;
  }

  #mark(): Mark {
    this.#toSip = [];
    for (const list of this.#written.values()) list.length = 0;
    return { streams: new Set(this.#written.keys()), traces: this.traces.length };
  }

  #since(mark: Mark): Omit<Seen, 'answers' | 'cut'> {
    const messages = [...this.#written].flatMap(([id, list]) => {
      if (list.length === 0) return [];
      const octets = Buffer.concat(list);
      // A stream that is new begins with its header and features; it is read from its first message.
      return stanzasOf(mark.streams.has(id) ? octets : octets.subarray(stanzaAt(octets)));
    });
    return {
      messages: messages.filter(({ name }) => name === '{jabber:server}message'),
      requests: unitsOf(Buffer.concat(this.#toSip)),
      traces: this.traces.slice(mark.traces),
    };
  }
}

/** What there was when a row began. */
interface Mark {
  readonly streams: ReadonlySet<string>;
  readonly traces: number;
}

const REPEATED = new Set(['Via', 'From', 'To', 'Call-ID', 'CSeq']);
function stanzaAt(octets: Buffer): number {
  const at = octets.indexOf('<message');
  return at < 0 ? octets.length : at;
}

/** A MESSAGE, with what a row changes. */
interface Parts {
  readonly uri: string;
  readonly from: string;
  readonly callId: string;
  readonly body: string;
  readonly more: readonly string[];
}
let serial = 0;
const rawMessage = (parts: Partial<Parts> = {}): string => {
  const n = ++serial;
  const { uri = `sip:bob@${XMPP}`, from = `<sip:alice@${SIP}>`, body = 'hello', more = [] } = parts;
  return [
    `MESSAGE ${uri} SIP/2.0`,
    `Via: SIP/2.0/TLS ${SIP};branch=z9hG4bKraw${n}`,
    `From: ${from};tag=t${n}`,
    `To: <sip:bob@${XMPP}>`,
    `Call-ID: ${parts.callId ?? `call-${n}`}`,
    `CSeq: ${n} MESSAGE`,
    'Max-Forwards: 70',
    'Content-Type: text/plain;charset=UTF-8',
    ...more,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
};

/** What may leave, and nothing else. */
const ELEMENTS = new Set([
  '{jabber:server}message',
  '{jabber:server}body',
  '{jabber:server}subject',
  '{jabber:server}thread',
  '{urn:interwork:path:0}path',
  '{urn:xmpp:delay}delay',
]);
const REQUEST_FIELDS = new Set([
  'Via',
  'Max-Forwards',
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Subject',
  'Interwork-Path',
  'Content-Type',
  'Content-Language',
  'Content-Length',
]);
const ANSWER_FIELDS = new Set([
  ...REPEATED,
  'Warning',
  'Contact',
  'Allow',
  'Accept',
  'Accept-Encoding',
  'Retry-After',
  'Content-Length',
]);

/** Each text that has broken a gateway, or might. */
const ATTACKS: readonly (readonly [string, string])[] = [
  ['cr', 'a\rX-Evil: 1'],
  ['lf', 'a\nX-Evil: 1'],
  ['crlf', 'a\r\nX-Evil: 1'],
  ['a whole request', 'a\r\n\r\nMESSAGE sip:x@y SIP/2.0\r\nContent-Length: 0\r\n\r\n'],
  ['folding', 'a\r\n X-Evil: 1'],
  ['nul', 'a\0b'],
  ['esc', 'a\u001B[2Jb'],
  ['del', 'a\u007Fb'],
  ['nel', 'a\u0085X-Evil: 1'],
  ['line separator', 'a\u2028X-Evil: 1'],
  ['paragraph separator', 'a\u2029b'],
  ['bidi override', 'a\u202Eb\u202C'],
  ['bidi isolate', 'a\u2067b\u2069'],
  ['noncharacter', 'a\uFFFEb'],
  ['byte order mark', '\uFEFFa'],
  ['astral', 'a😀b'],
  ['end of cdata', 'a]]>b'],
  ['cdata', '<![CDATA[a]]>'],
  ['comment', '<!-- a -->'],
  ['processing instruction', '<?xml version="1.0"?>'],
  ['doctype', '<!DOCTYPE a [<!ENTITY b "c">]>&b;'],
  ['entities', '&lt;&amp;&#13;&#x0;&b;'],
  ['end of stanza', '</body></message><message to="eve@gtalk.example"><body>b'],
  ['end of stream', '</stream:stream>'],
  ['double quote', 'a"b'],
  ['single quote', "a'b"],
  ['backslash', 'a\\b'],
  ['quote and backslash', 'a\\" <sip:eve@contoso.example>;tag=1'],
  ['angle brackets', '<sip:eve@contoso.example>'],
  ['parameters', 'a;tag=2;x="y"'],
  ['comma', 'a, <sip:eve@contoso.example>'],
  ['percent', 'a%0D%0AX-Evil:%201'],
  ['half a percent', 'a%b%'],
  ['xep-0106', 'a\\40b\\5c40'],
  ['at and slash', 'a@b/c'],
  ['blank', ' a '],
  ['tab', 'a\tb'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['toString', 'toString'],
  ['hasOwnProperty', 'hasOwnProperty'],
];
/** What a peer's octets of this text are, as the value of a field: folded lines are one, others end it. */
const oneField = (text: string): string =>
  (text.replace(/\r\n[ \t]+/g, ' ').split('\r\n')[0] ?? '').replace(/^[ \t]+|[ \t]+$/g, '');
const escaped = (text: string): string =>
  text.replace(/[&<>'"\r\n\t]/g, (char) => `&#${char.charCodeAt(0)};`);
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

describe('S5: what SIP users write becomes one stanza, or none', () => {
  let town: Town;
  beforeAll(() => {
    town = new Town();
  });
  afterAll(() => town.close());

  /** Where it is put, and what must then be seen of it in the stanza; without that it is not carried. */
  const fields: readonly (readonly [
    string,
    (attack: string) => Partial<Parts>,
    ((stanza: Tree | undefined) => string | undefined)?,
    ((attack: string) => string)?,
  ])[] = [
    [
      'body',
      (body) => ({ body }),
      (s) => textIn(inner(s, 'body')),
      (t) => t.replace(/\r\n?/g, '\n'),
    ],
    ['Subject', (t) => ({ more: [`Subject: ${t}`] }), (s) => textIn(inner(s, 'subject')), oneField],
    ['Call-ID', (callId) => ({ callId }), (s) => textIn(inner(s, 'thread')), oneField],
    ['display name', (t) => ({ from: `"${t}" <sip:alice@${SIP}>` })],
    ['gr', (t) => ({ from: `<sip:alice@${SIP};gr=${t}>` })],
    [
      'gr in percent form',
      (t) => ({ from: `<sip:alice@${SIP};gr=${encodeURIComponent(t)}>` }),
      (s) => s?.attrs['from']?.slice(`alice@${SIP}/`.length),
    ],
    ['user', (t) => ({ uri: `sip:${t}@${XMPP}` })],
    [
      'user in percent form',
      (t) => ({ uri: `sip:${encodeURIComponent(t)}@${XMPP}` }),
      (s) => unescaped106(s?.attrs['to']?.split('@')[0] ?? ''),
      (t) => unescaped106(escaped106(t.toLowerCase())),
    ],
    [
      'a parameter of the address',
      (t) => ({ uri: `sip:bob@${XMPP};${encodeURIComponent(t)}=${encodeURIComponent(t)}` }),
    ],
    [
      'a header of the address',
      (t) => ({ uri: `sip:bob@${XMPP}?${encodeURIComponent(t)}=${encodeURIComponent(t)}` }),
    ],
    ['Content-Language', (t) => ({ more: [`Content-Language: ${t}`] })],
    ['Interwork-Path', (t) => ({ more: [`Interwork-Path: ${t}`] })],
    ['Date', (t) => ({ more: [`Date: ${t}`] })],
    ['a field of its own', (t) => ({ more: [`X-Own: ${t}`] })],
    ['the name of a field', (t) => ({ more: [`${t}: x`] })],
    ['a parameter of a type', (t) => ({ more: [`Content-Disposition: render;x="${t}"`] })],
  ];
  const rows = fields.flatMap(([field, ...how]) =>
    ATTACKS.map(([id, text]) => [field, id, text, how] as const),
  );

  it.each(rows)('%s: %s', (_field, _id, attack, [partsOf, seen, wanted]) => {
    const { messages, answers, traces, requests } = town.sip(rawMessage(partsOf(attack)));
    expect(requests).toEqual([]);
    expect(messages.length).toBeLessThanOrEqual(1);
    expect(messages.flatMap(namesIn).filter((name) => !ELEMENTS.has(name))).toEqual([]);
    expect(
      answers.flatMap((unit) => unit.fields).filter(([name]) => !ANSWER_FIELDS.has(name)),
    ).toEqual([]);
    for (const { attrs } of messages) {
      expect(Object.keys(attrs).filter((name) => !ATTRIBUTES.has(name))).toEqual([]);
      expect(attrs['from']).toMatch(/^alice@contoso\.example(?:\/|$)/);
    }
    const [trace] = traces;
    if (messages.length === 0) {
      expect(answers.every(({ start }) => /^SIP\/2\.0 [45]/.test(start))).toBe(true);
    } else if (seen !== undefined && trace?.lost.length === 0) {
      expect(seen(messages[0])).toBe(wanted?.(attack) ?? attack);
    }
  });

  it('and afterwards honest messages cross', () => {
    const { answers, messages } = town.sip(rawMessage({ body: 'honest' }));
    expect([answers[0]?.start, textIn(inner(messages[0], 'body'))]).toEqual([
      'SIP/2.0 202 Accepted',
      'honest',
    ]);
    expect(town.gateway.open).toBe(0);
  });
});

const ATTRIBUTES = new Set(['from', 'to', 'id', 'type', 'xml:lang']);
const FORMS: readonly (readonly [string, string])[] = [
  [' ', '20'],
  ['"', '22'],
  ['&', '26'],
  ["'", '27'],
  ['/', '2f'],
  [':', '3a'],
  ['<', '3c'],
  ['>', '3e'],
  ['@', '40'],
];
const escaped106 = (text: string): string =>
  FORMS.reduce(
    (so, [char, hex]) => so.replaceAll(char, `\\${hex}`),
    text.replaceAll(/\\(?=20|22|26|27|2f|3a|3c|3e|40|5c)/g, '\\5c'),
  );
const unescaped106 = (text: string): string =>
  text.replaceAll(/\\(20|22|26|27|2f|3a|3c|3e|40|5c)/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

describe('S5: what XMPP users write becomes one request, or none', () => {
  let town: Town;
  beforeAll(() => {
    town = new Town();
  });
  afterAll(() => town.close());

  const chat = (more: {
    attrs?: string;
    body?: string;
    inner?: string;
    to?: string;
    resource?: string;
  }): string =>
    `<message from='bob@${XMPP}/${more.resource ?? 'r'}' to='${more.to ?? `alice@${SIP}`}' ${more.attrs ?? ''}>` +
    `<body>${more.body ?? 'hello'}</body>${more.inner ?? ''}</message>`;
  const fields: readonly (readonly [
    string,
    (attack: string) => string,
    ((request: Unit | undefined) => string | undefined)?,
    ((attack: string) => string)?,
  ])[] = [
    ['body', (t) => chat({ body: t }), (r) => r?.body],
    [
      'subject',
      (t) => chat({ inner: `<subject>${t}</subject>` }),
      (r) => valueOf(r, 'Subject'),
      (t) =>
        t
          .replace(/[\r\n\t]+/g, ' ')
          .replace(/[\0-\x1f\x7f]/g, ' ')
          .trim(),
    ],
    ['thread', (t) => chat({ inner: `<thread>${t}</thread>` })],
    ['id', (t) => chat({ attrs: `id='${t}'` })],
    ['resource', (t) => chat({ resource: t })],
    ['resource of the recipient', (t) => chat({ to: `alice@${SIP}/${t}` })],
    ['localpart of the recipient', (t) => chat({ to: `${t}@${SIP}` })],
    ['xml:lang', (t) => chat({ attrs: `xml:lang='${t}'` })],
    ['type', (t) => chat({ attrs: `type='${t}'` })],
    ['an attribute of its own', (t) => chat({ attrs: `x='${t}'` })],
    ['path', (t) => chat({ inner: `<path xmlns='urn:interwork:path:0'>${t}</path>` })],
    ['a namespace', (t) => chat({ inner: `<x xmlns='${t}'/>` })],
    ['an element of its own', (t) => chat({ inner: `<x xmlns='urn:x'>${t}</x>` })],
  ];
  const rows = fields.flatMap(([field, ...how]) =>
    ATTACKS.filter(([, text]) => !NOT_XML.test(text)).map(
      ([id, text]) => [field, id, text, how] as const,
    ),
  );

  it.each(rows)('%s: %s', (field, _id, attack, [xmlOf, seen, wanted]) => {
    const { messages, requests, traces, cut } = town.stanza(xmlOf(escaped(attack)));
    expect(requests.length + messages.length).toBe(cut ? 0 : 1);
    // Only a server can spoil a sender's address, or send here what is for another domain.
    if (cut) expect(field === 'resource' || /[@/]/.test(attack)).toBe(true);
    for (const unit of requests) {
      expect(unit.fields.filter(([name]) => !REQUEST_FIELDS.has(name))).toEqual([]);
      expect(new Set(unit.fields.map(([name]) => name)).size).toBe(unit.fields.length);
      expect(unit.start).toMatch(/^MESSAGE sip:[^\s<>"]*@contoso\.example[^\s<>"]* SIP\/2\.0$/);
      expect(valueOf(unit, 'From')).toMatch(/^<sip:bob@gtalk\.example[^\s<>"]*>;tag=\w+$/);
      expect(parseMessage(Buffer.from(wireOf(unit))).kind).toBe('request');
    }
    for (const { attrs } of messages) expect(attrs['type']).toBe('error');
    if (seen !== undefined && requests.length > 0 && traces[0]?.lost.length === 0)
      expect(seen(requests[0])).toBe(wanted?.(attack) ?? attack);
  });

  it.each(ATTACKS.filter(([, text]) => NOT_XML.test(text)))(
    'RFC 6120 §11.1: %s is no XML, and costs the stream',
    (_id, attack) => {
      const { messages, requests } = town.stanza(chat({ body: attack }));
      expect([messages, requests]).toEqual([[], []]);
    },
  );

  it('and afterwards honest messages cross', () => {
    expect(town.stanza(chat({ body: 'honest' })).requests[0]?.body).toBe('honest');
    expect([town.gateway.open, town.gateway.wakeAt]).toEqual([0, Infinity]);
  });
});

/** A unit as octets again, for the reader of the package. */
function wireOf(unit: Unit): string {
  return [
    unit.start,
    ...unit.fields.map(([name, value]) => `${name}: ${value}`),
    '',
    unit.body,
  ].join('\r\n');
}

const NS_STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';

describe('S5: what SIP servers answer becomes one error', () => {
  let town: Town;
  beforeAll(() => {
    town = new Town();
  });
  afterAll(() => town.close());

  const fields: readonly (readonly [string, (attack: string) => readonly [string, ...string[]]])[] =
    [
      ['reason phrase', (t) => [`SIP/2.0 404 ${t}`]],
      [
        'Warning',
        (t) => ['SIP/2.0 404 Not Found', `Warning: 399 a "${t.replace(/["\\]/g, '\\$&')}"`],
      ],
      ['Warning, raw', (t) => ['SIP/2.0 404 Not Found', `Warning: 399 ${t} "${t}"`]],
      ['Contact', (t) => ['SIP/2.0 302 Moved', `Contact: <sip:${t}@new.example>`]],
      [
        'Contact in percent form',
        (t) => ['SIP/2.0 302 Moved', `Contact: "${t}" <sip:${encodeURIComponent(t)}@new.example>`],
      ],
      [
        'Contact of a scheme',
        (t) => ['SIP/2.0 301 Moved', `Contact: <mailto:${encodeURIComponent(t)}>`],
      ],
      ['the name of a field', (t) => ['SIP/2.0 404 Not Found', `${t}: x`]],
    ];
  const rows = fields.flatMap(([field, how]) =>
    ATTACKS.map(([id, text]) => [field, id, text, how] as const),
  );
  const chat = `<message from='bob@${XMPP}/r' to='alice@${SIP}' id='m'><body>x</body></message>`;

  it.each(rows)('%s: %s', (_field, _id, attack, answerOf) => {
    town.answer = () => answerOf(attack);
    const { messages, requests } = town.stanza(chat, 40_000);
    expect([requests.length, messages.length]).toEqual([1, 1]);
    const [error] = messages;
    expect(error?.attrs).toEqual({
      from: `alice@${SIP}`,
      to: `bob@${XMPP}/r`,
      id: 'm',
      type: 'error',
    });
    const [named, ...more] = trees(inner(error, 'error'));
    expect(named?.name.startsWith(`{${NS_STANZAS}}`)).toBe(true);
    expect(more.map(({ name }) => name)).toEqual(more.length === 0 ? [] : [`{${NS_STANZAS}}text`]);
    expect(error?.children).toHaveLength(1);
    const said = `${textIn(more[0]) ?? ''}${textIn(named) ?? ''}`;
    expect(said).not.toMatch(/[\0-\x1f\x7f-\x9f\ufffe]/);
    expect(said.length).toBeLessThan(700);
  });

  it('and afterwards honest messages cross', () => {
    town.answer = () => ['SIP/2.0 200 OK'];
    expect([town.stanza(chat).messages, town.gateway.open]).toEqual([[], 0]);
  });
});

describe('S5: what XMPP servers answer becomes one response', () => {
  let town: Town;
  beforeAll(() => {
    town = new Town();
  });
  afterAll(() => town.close());

  const fields: readonly (readonly [string, (attack: string) => string])[] = [
    [
      'text',
      (t) => `<item-not-found xmlns='${NS_STANZAS}'/><text xmlns='${NS_STANZAS}'>${t}</text>`,
    ],
    ['gone', (t) => `<gone xmlns='${NS_STANZAS}'>xmpp:${t}@new.example</gone>`],
    ['redirect to SIP', (t) => `<redirect xmlns='${NS_STANZAS}'>sip:${t}@new.example</redirect>`],
    ['redirect, as it is', (t) => `<redirect xmlns='${NS_STANZAS}'>${t}</redirect>`],
    [
      'an own condition',
      (t) => `<undefined-condition xmlns='${NS_STANZAS}'/><x xmlns='${t}'>${t}</x>`,
    ],
  ];
  const rows = fields.flatMap(([field, how]) =>
    ATTACKS.filter(([, text]) => !NOT_XML.test(text)).map(
      ([id, text]) => [field, id, text, how] as const,
    ),
  );

  it.each(rows)('%s: %s', (_field, _id, attack, xmlOf) => {
    town.xmpp.answer('bob', ({ element: { attrs } }) => [
      stanzaOf(
        `<message xmlns='jabber:server' type='error' id='${attrs['id']}' to='${attrs['from']}' ` +
          `from='${attrs['to']}'><error type='cancel'>${xmlOf(escaped(attack))}</error></message>`,
      ),
    ]);
    const { answers, messages, traces } = town.sip(rawMessage());
    town.xmpp.answer('bob', undefined);
    expect([messages.length, answers.length]).toEqual([1, 1]);
    const [answer] = answers;
    expect(answer?.start).toMatch(/^SIP\/2\.0 [3-6]\d\d [A-Za-z ]+$/);
    expect(answer?.fields.filter(([name]) => !ANSWER_FIELDS.has(name))).toEqual([]);
    expect(traces[0]?.outcome).toBe('failed');
    const contact = answer === undefined ? undefined : valueOf(answer, 'Contact');
    if (contact !== undefined) expect(contact).toMatch(/^<sips?:[^\s<>"]+>$/);
    const warned = answer === undefined ? undefined : valueOf(answer, 'Warning');
    expect(warned).toMatch(/^399 interwork "(?:[^"\\]|\\.)*"$/);
    expect(warned).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
    if (answer !== undefined) {
      const read = parseMessage(Buffer.from(wireOf(answer)));
      expect(read.kind).toBe('response');
      if (read.kind === 'response')
        expect(read.headers.warning).not.toHaveProperty('code', 'fault');
    }
  });

  it.each(rows.filter(([field]) => field === 'text'))(
    'RFC 3428 §7: late, in a message: %s: %s',
    (_field, _id, attack, xmlOf) => {
      const [stanza] = town.sip(rawMessage()).messages;
      const { requests } = town.stanza(
        `<message type='error' id='${stanza?.attrs['id']}' to='alice@${SIP}' from='bob@${XMPP}'>` +
          `<error type='cancel'>${xmlOf(escaped(attack))}</error></message>`,
      );
      expect(requests).toHaveLength(1);
      expect(requests[0]?.fields.filter(([name]) => !REQUEST_FIELDS.has(name))).toEqual([]);
      expect(requests[0]?.body.startsWith(`Your message to bob@${XMPP} could not be`)).toBe(true);
    },
  );
});

function stanzaOf(xml: string): XmlElement {
  const read = parseXml(xml);
  if ('code' in read) throw new Error(read.text);
  return read;
}

describe('S1, S4, S5: whole messages changed at random', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 4, unit: 'binary' }),
    fc.constantFrom(...ATTACKS.map(([, text]) => text)),
    fc.constantFrom(
      SIP,
      XMPP,
      'evil.example',
      '\r\n',
      '\r\n\r\n',
      ';',
      ':',
      '<',
      '>',
      '"',
      '',
      ' ',
    ),
  );
  const changes = fc.array(fc.tuple(fc.nat(2_000), fc.nat(20), piece), {
    minLength: 1,
    maxLength: 4,
  });
  const changed = (text: string, list: readonly (readonly [number, number, string])[]): string =>
    list.reduce((so, [where, take, put]) => {
      const at = where % (so.length + 1);
      return so.slice(0, at) + put + so.slice(at + take);
    }, text);

  it('from a SIP peer become stanzas of its own domain, or answers', async () => {
    const town = new Town({ sipDomains: ['*'] });
    const more = ['Subject: s', 'Content-Language: de', 'Date: Sat, 13 Nov 2010 23:29:00 GMT'];
    fc.assert(
      fc.property(changes, (list) => {
        const octets = `${changed(rawMessage({ more }), list)}${rawMessage({ uri: 'sip:x' })}\r\n\r\n`;
        const { messages, answers } = town.sip(octets);
        expect(messages.flatMap(namesIn).filter((name) => !ELEMENTS.has(name))).toEqual([]);
        for (const { attrs } of messages) expect(attrs['from']).toMatch(OF_SIP);
        for (const unit of answers)
          expect(unit.fields.filter(([name]) => !ANSWER_FIELDS.has(name))).toEqual([]);
      }),
      { numRuns: 500 },
    );
    town.world.clock.advance(60_000);
    expect([town.gateway.open, town.gateway.wakeAt]).toEqual([0, Infinity]);
    expect(town.sip(rawMessage()).answers[0]?.start).toBe('SIP/2.0 202 Accepted');
    await town.close();
  });

  it('from an XMPP peer become requests of its own domain, or one error each', async () => {
    const town = new Town();
    const stanza =
      `<message from='bob@${XMPP}/r' to='alice@${SIP}/g' id='m' type='chat' xml:lang='en'>` +
      `<body>hi</body><subject>s</subject><thread>t u</thread></message>`;
    fc.assert(
      fc.property(changes, (list) => {
        const { messages, requests, cut } = town.stanza(changed(stanza, list));
        expect(cut || messages.length + requests.length <= 1).toBe(true);
        for (const { attrs } of messages) expect(attrs['type']).toBe('error');
        for (const unit of requests) {
          expect(valueOf(unit, 'From')).toMatch(
            /^<sip:[^\s<>"@]*@?gtalk\.example[^\s<>"]*>;tag=\w+$/,
          );
          expect(unit.fields.filter(([name]) => !REQUEST_FIELDS.has(name))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
    town.world.clock.advance(120_000);
    expect([town.gateway.open, town.gateway.wakeAt]).toEqual([0, Infinity]);
    await town.close();
  });
});

const OF_SIP = /^[^@/]+@contoso\.example(?:\/|$)/;
