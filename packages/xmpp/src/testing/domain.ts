// An XMPP domain in memory: a script on an endpoint of its own, as one machine with octets on its outside. It speaks
// the real protocol between servers. A virtual network plays the wire; over real sockets use `playOn` with an edge.
import { XmppEndpoint } from '../endpoint.ts';
import type { XmppEndpointOptions, XmppEvent, XmppInput, XmppOutput } from '../endpoint/io.ts';
import type { Instant, Machine } from '../server-link.ts';
import type { XmlElement } from '../xml/element.ts';
import type { ModelLimits } from './presence/limits.ts';
import type { XmppUser } from './presence/user.ts';
import { type DomainMessage, type Sent, XmppScript } from './script.ts';

/** What an `XmppDomain` is made of: its name, and what its endpoint is handed. */
export interface XmppDomainOptions extends Omit<XmppEndpointOptions, 'domains'> {
  /** A-labels, lower case. */
  readonly domain: string;
  /** Default: `domain` alone. */
  readonly domains?: XmppEndpointOptions['domains'];
  /** How much users with accounts keep. */
  readonly model?: Partial<ModelLimits>;
}

/** What an `XmppDomain` does on its wire. */
export type WireOutput = Exclude<XmppOutput, XmppEvent>;

/** A domain with users, an endpoint, and the wire outside. */
export class XmppDomain implements Machine<XmppInput, WireOutput> {
  readonly script: XmppScript;
  readonly endpoint: XmppEndpoint;
  readonly #out: WireOutput[] = [];
  #now: Instant = 0;

  constructor(options: XmppDomainOptions) {
    const { domain, model } = options;
    this.script = new XmppScript(domain, { clock: () => this.#now, limits: model });
    this.endpoint = new XmppEndpoint({ domains: (name) => name === domain, ...options });
  }

  get wakeAt(): Instant {
    return this.endpoint.wakeAt;
  }

  /** Octets, connections, DNS answers and the clock, as an endpoint takes them. */
  receive(now: Instant, input: XmppInput): void {
    this.#now = now;
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

  /** The user of that name with an account. What it does goes out with the next `step`. */
  user(local: string): XmppUser {
    return this.script.user(local);
  }

  /** Hands in what users have done; drain `next` afterwards. */
  step(now: Instant): void {
    this.#settle(now);
  }

  /** No client is connected any more, and nobody is told; rosters are kept, and so are streams. */
  restart(): void {
    this.script.restart();
  }

  /** Events to the script and its commands back, until both are still. */
  #settle(now: Instant): void {
    this.#now = now;
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
