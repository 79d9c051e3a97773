// One endpoint against peers written by hand: what it is given, what it put out, under a clock that moves when told.
import { XmppEndpoint, type XmppInput, type XmppLimits, type XmppOutput } from '@interwork/xmpp';
import { bytesOf, drawTestToken, testDigest, testJudge, textOfBytes } from './net.ts';

export const US = 'capulet.example';
export const A = 'juliet@capulet.example';
export const B = 'romeo@montague.example';

/** A header of a server, answered when it has an id. */
export function header(from: string, id?: string, to = US): string {
  const own = id === undefined ? '' : ` id='${id}'`;
  return `<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback' from='${from}' to='${to}'${own} version='1.0'>`;
}

/** A claim of a pair. */
export const claim = (from: string, to = US): string =>
  `<db:result from='${from}' to='${to}'>k</db:result>`;
/** The answer to ours. */
export const valid = (from: string): string =>
  `<db:result from='${from}' to='${US}' type='valid'/>`;
export const FEATURES = '<stream:features/>';
export const CLOSE = '</stream:stream>';
export const SHUTDOWN =
  "<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";

/** An endpoint that serves `capulet.example` and its subdomains, TLS optional, and everything it said. */
export class Lone {
  readonly endpoint: XmppEndpoint;
  readonly all: XmppOutput[] = [];
  now = 0;
  #serial = 0;

  constructor(limits: Partial<XmppLimits> = {}) {
    this.endpoint = new XmppEndpoint({
      drawToken: drawTestToken,
      digest: testDigest,
      secret: 'secret',
      judge: testJudge,
      domains: (domain) => domain === US || domain.endsWith(`.${US}`),
      rules: () => ({ tls: 'optional', sasl: 'optional', dialback: true }),
      limits,
    });
  }

  /** Gives one input; returns what follows from it. */
  give(input: XmppInput): XmppOutput[] {
    this.endpoint.receive(this.now, input);
    const out: XmppOutput[] = [];
    for (let said = this.endpoint.next(); said !== undefined; said = this.endpoint.next())
      out.push(said);
    this.all.push(...out);
    return out;
  }

  /** A peer calls; with texts, it speaks at once. */
  accept(stream: string, address: string, ...texts: string[]): XmppOutput[] {
    const out = this.give({ kind: 'accepted', stream, remote: { address, port: 1 } });
    return texts.length === 0 ? out : [...out, ...this.hear(stream, ...texts)];
  }

  hear(stream: string, ...texts: string[]): XmppOutput[] {
    return this.give({ kind: 'bytes', stream, bytes: bytesOf(texts.join('')) });
  }

  /** DNS finds a domain; the call that follows. */
  locate(domain: string, targets = 1): string | undefined {
    const found = Array.from({ length: targets }, (_, port) => ({
      address: 'x',
      port,
      direct: false,
    }));
    return connectOf(this.give({ kind: 'located', domain, targets: found }));
  }

  /** The call is taken; the name of the stream. */
  connect(connect: string | undefined): string {
    this.#serial += 1;
    const stream = `out${this.#serial}`;
    const remote = { address: 'x', port: 1 };
    this.give({ kind: 'connected', connect: connect ?? '', stream, remote });
    return stream;
  }

  /** From DNS to a stream on which the peer has answered. */
  open(domain: string, id = 'i'): string {
    const stream = this.connect(this.locate(domain));
    this.hear(stream, header(domain, id), FEATURES);
    return stream;
  }

  /** Lets time pass; how often it had to be woken. Fails when a tick leaves it due at once. */
  pass(ms: number): number {
    const until = this.now + ms;
    let ticks = 0;
    for (; this.endpoint.wakeAt <= until; ticks += 1) {
      this.now = Math.max(this.now, this.endpoint.wakeAt);
      this.give({ kind: 'tick' });
      if (this.endpoint.wakeAt <= this.now) throw new Error(`due again at ${this.now}`);
    }
    this.now = until;
    return ticks;
  }

  /** The fates told so far, as `context: fate [reason]`. */
  get fates(): string[] {
    return this.all.flatMap((out) =>
      out.kind === 'fate'
        ? [`${String(out.context)}: ${out.fate}${out.reason === undefined ? '' : ` ${out.reason}`}`]
        : [],
    );
  }

  /** Calls made so far. */
  get calls(): number {
    return this.all.filter((out) => out.kind === 'connect').length;
  }
}

/** The last call in some outputs. */
export function connectOf(outputs: readonly XmppOutput[]): string | undefined {
  return outputs.flatMap((out) => (out.kind === 'connect' ? [out.connect] : [])).at(-1);
}

/** What was written in some outputs, to one stream or to all. */
export function textOf(outputs: readonly XmppOutput[], stream?: string): string {
  return outputs
    .map((out) =>
      out.kind === 'send' && (stream ?? out.stream) === out.stream ? textOfBytes(out.bytes) : '',
    )
    .join('');
}
