// A scripted SIP company in memory: a script on an endpoint of its own, as one machine with octets on
// its outside. A virtual network plays the wire; over real sockets use `playOn` with an edge.
import { SipEndpoint } from '../endpoint.ts';
import type {
  DrawToken,
  Instant,
  Machine,
  SipEndpointOptions,
  SipInput,
  SipOutput,
  Target,
} from '../endpoint/types.ts';
import { type PeerMessage, type Sent, SipScript } from './script.ts';

/** What a `SipPeer` is told: its domain, and whatever an endpoint may be told. */
export interface SipPeerOptions extends Partial<SipEndpointOptions> {
  /** The domain of its users; also what stands in its Via, unless `host` says otherwise. */
  readonly domain: string;
  readonly drawToken: DrawToken;
}

/** What a `SipPeer` does on its wire. */
export type WireOutput = Extract<SipOutput, { kind: 'send' | 'connect' | 'disconnect' }>;

/** A scripted company with a wire. */
export class SipPeer implements Machine<SipInput, WireOutput> {
  readonly script: SipScript;
  readonly endpoint: SipEndpoint;
  readonly #out: WireOutput[] = [];

  constructor(options: SipPeerOptions) {
    this.script = new SipScript(options.domain);
    this.endpoint = new SipEndpoint({ host: options.domain, ports: {}, ...options });
  }

  /** When to hand in a `tick`; `Infinity` when nothing waits. */
  get wakeAt(): Instant {
    return Math.min(this.endpoint.wakeAt, this.script.wakeAt);
  }

  /** Octets, connections and the clock, as an endpoint takes them. */
  receive(now: Instant, input: SipInput): void {
    this.endpoint.receive(now, input);
    this.script.receive(now, { kind: 'tick' });
    this.#settle(now);
  }

  /** The next thing to do on the wire, in order. */
  next(): WireOutput | undefined {
    return this.#out.shift();
  }

  /** Sends a MESSAGE; drain `next` afterwards. */
  send(now: Instant, message: PeerMessage, targets: readonly Target[]): Sent {
    const sent = this.script.send(message, targets);
    this.#settle(now);
    return sent;
  }

  /** Events to the script and its commands back, until both are still. */
  #settle(now: Instant): void {
    this.#drain(now);
    for (let input = this.script.next(); input !== undefined; input = this.script.next()) {
      this.endpoint.receive(now, input);
      this.#drain(now);
    }
  }

  #drain(now: Instant): void {
    for (let out = this.endpoint.next(); out !== undefined; out = this.endpoint.next()) {
      if (out.kind === 'send' || out.kind === 'connect' || out.kind === 'disconnect') {
        this.#out.push(out);
      } else this.script.receive(now, out);
    }
  }
}
