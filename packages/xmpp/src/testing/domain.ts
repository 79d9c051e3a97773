// An XMPP domain in memory: a script on an endpoint of its own, as one machine with octets on its outside. It speaks
// the real protocol between servers. A virtual network plays the wire; over real sockets use `playOn` with an edge.
import { XmppEndpoint } from '../endpoint.ts';
import type { XmppEndpointOptions, XmppEvent, XmppInput, XmppOutput } from '../endpoint/io.ts';
import type { Instant, Machine } from '../server-link.ts';
import type { XmlElement } from '../xml/element.ts';
import { type DomainMessage, type Sent, XmppScript } from './script.ts';

/** What an `XmppDomain` is made of: its name, and what its endpoint is handed. */
export interface XmppDomainOptions extends Omit<XmppEndpointOptions, 'domains'> {
  /** A-labels, lower case. */
  readonly domain: string;
  /** Default: `domain` alone. */
  readonly domains?: XmppEndpointOptions['domains'];
}

/** What an `XmppDomain` does on its wire. */
export type WireOutput = Exclude<XmppOutput, XmppEvent>;

/** A domain with users, an endpoint, and the wire outside. */
export class XmppDomain implements Machine<XmppInput, WireOutput> {
  readonly script: XmppScript;
  readonly endpoint: XmppEndpoint;
  readonly #out: WireOutput[] = [];

  constructor(options: XmppDomainOptions) {
    const { domain } = options;
    this.script = new XmppScript(domain);
    this.endpoint = new XmppEndpoint({ domains: (name) => name === domain, ...options });
  }

  get wakeAt(): Instant {
    return this.endpoint.wakeAt;
  }

  /** Octets, connections, DNS answers and the clock, as an endpoint takes them. */
  receive(now: Instant, input: XmppInput): void {
    this.endpoint.receive(now, input);
    this.#settle(now);
  }

  next(): WireOutput | undefined {
    return this.#out.shift();
  }

  /** Sends a message; drain `next` afterwards. */
  send(now: Instant, message: DomainMessage): Sent {
    const sent = this.script.send(message);
    this.#settle(now);
    return sent;
  }

  /** Sends any stanza; drain `next` afterwards. */
  sendElement(now: Instant, element: XmlElement): Sent {
    const sent = this.script.sendElement(element);
    this.#settle(now);
    return sent;
  }

  /** Events to the script and its commands back, until both are still. */
  #settle(now: Instant): void {
    this.#drain();
    for (let input = this.script.next(); input !== undefined; input = this.script.next()) {
      this.endpoint.receive(now, input);
      this.#drain();
    }
  }

  #drain(): void {
    for (let out = this.endpoint.next(); out !== undefined; out = this.endpoint.next()) {
      if (isWire(out)) this.#out.push(out);
      else this.script.take(out);
    }
  }
}

function isWire(out: XmppOutput): out is WireOutput {
  return (
    out.kind === 'send' ||
    out.kind === 'locate' ||
    out.kind === 'connect' ||
    out.kind === 'start-tls' ||
    out.kind === 'disconnect'
  );
}

/** An edge, or anything that takes commands as one does. */
export interface EdgeLike {
  start(take: (event: XmppEvent) => void): void;
  send(input: XmppInput): void;
}

/** Plays a script on an edge. The function it returns hands in what the script was told to send. */
export function playOn(edge: EdgeLike, script: XmppScript): () => void {
  const flush = (): void => {
    for (let input = script.next(); input !== undefined; input = script.next()) edge.send(input);
  };
  edge.start((event) => {
    script.take(event);
    flush();
  });
  return flush;
}
