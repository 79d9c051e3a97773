// S1, S5 and the attack names: a whole gateway in the virtual world. The SIP company is octets by hand, the
// XMPP company an endpoint whose octets are seen and added to. What leaves the gateway is read by strangers:
// saxes for XML, a splitter of a few lines for SIP. Rows are attacks, columns the fields that cross.
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
import { XmppEndpoint, type XmppInput, type XmppOutput } from '@interwork/xmpp';
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

const field = (unit: Unit | undefined, name: string): string | undefined =>
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
  parser.write(
    `<s xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>${text}</s>`,
  );
  parser.close();
  if (failed !== undefined) throw failed;
  return trees(trees(root)[0]);
}

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
    return { ...this.#since(before), answers: unitsOf(Buffer.concat(came)) };
  }

  /** A stanza of the XMPP company, octets as given, on its proved stream. */
  stanza(xml: string): Seen {
    if (this.#way === '') this.#open();
    const before = this.#mark();
    this.#added.push({ kind: 'send', stream: this.#way, bytes: new Uint8Array(Buffer.from(xml)) });
    this.#nudge();
    this.world.clock.advance(2_000);
    return { ...this.#since(before), answers: [] };
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
    const sent = this.xmpp.send({ from: `bob@${XMPP}`, to: `alice@${SIP}`, text: 'first' });
    this.#flush();
    this.world.clock.runUntil(() => sent.fate !== undefined);
    this.world.clock.advance(1_000);
    if (sent.fate !== 'sent' || this.#way === '') throw new Error('the companies have no link');
  }

  #serve(pipe: Pipe): void {
    pipe.listen({
      closed: () => {},
      bytes: (bytes) => {
        this.#toSip.push(bytes);
        for (const unit of unitsOf(bytes)) {
          const [start, ...more] = this.answer(unit);
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
      if (out?.kind === 'send' && Buffer.from(out.bytes).includes('<message'))
        this.#way = out.stream;
      return out;
    };
    return endpoint;
  }

  #mark(): { readonly streams: ReadonlyMap<string, number>; readonly traces: number } {
    this.#toSip = [];
    return {
      streams: new Map([...this.#written].map(([id, list]) => [id, list.length])),
      traces: this.traces.length,
    };
  }

  #since(mark: ReturnType<Town['mark']>): Omit<Seen, 'answers'> {
    const messages = [...this.#written].flatMap(([id, list]) => {
      const from = mark.streams.get(id);
      // A stream that is new begins with its header and features; it is read from its first message.
      const fresh = Buffer.concat(list.slice(from ?? 0));
      return stanzasOf(from === undefined ? fresh.subarray(stanzaAt(fresh)) : fresh);
    });
    return {
      messages: messages.filter(({ name }) => name === '{jabber:server}message'),
      requests: unitsOf(Buffer.concat(this.#toSip)),
      traces: this.traces.slice(mark.traces),
    };
  }

  readonly mark = (): ReturnType<Town['_']> => this.#mark();
  readonly _ = (): { readonly streams: ReadonlyMap<string, number>; readonly traces: number } =>
    this.#mark();
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
export { afterAll, beforeAll, describe, expect, it, parseMessage, field, inner, textIn, namesIn };
it('probe', () => {
  const t = new Town();
  const s = t.sip(rawMessage());
  console.log(JSON.stringify(s, null, 1));
  const x = t.stanza(
    `<message from='bob@${XMPP}/r' to='alice@${SIP}' id='1'><body>a&#xD;b</body></message>`,
  );
  console.log(JSON.stringify(x, null, 1));
  t.answer = () => ['SIP/2.0 404 Nope\u0085 "x"', 'Warning: 399 a "b\\"<c>"'];
  console.log(
    JSON.stringify(
      t.stanza(
        `<message from='bob@${XMPP}/r' to='alice@${SIP}' id='1'><body>a&#xD;b</body></message>`,
      ),
      null,
      1,
    ),
  );
});
