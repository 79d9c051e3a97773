// A whole gateway without sockets: what it puts out is taken by a peer that says 200 to every request, and its store is
// in memory, asked as gateways on Node ask it.
import {
  askStore,
  Gateway,
  type GatewayEvent,
  type GatewayOptions,
  type GatewayOutput,
  memoryStore,
  type Store,
} from '@interwork/core';
import { drawToken, mac } from '@interwork/core/node';
import { loadPolicy } from '@interwork/policy';
import type { Flow, RequestDraft } from '@interwork/sip';
import { type LinkFacts, parseStanza, writeStanza } from '@interwork/xmpp';
import { okTo, requestOf } from './messages.ts';
import { NOW } from './records.ts';

export const [SIP, XMPP] = ['sip.example.com', 'xmpp.example.org'];
const FLOW: Flow = {
  id: 'f',
  transport: 'tls',
  remote: { address: '192.0.2.17', port: 5061 },
  local: { address: '192.0.2.2', port: 5061 },
  proved: [SIP],
};
const LINK: LinkFacts = { proof: 'certificate', tls: true, remote: FLOW.remote, stream: 's' };

/** A gateway, its store, and what it has let out. */
export class Rig {
  readonly sent: RequestDraft[] = [];
  stanzas = 0;
  now = NOW;
  readonly #gateway: Gateway;
  readonly #ask: ReturnType<typeof askStore>;
  #open = 0;
  #idle: (() => void) | undefined;
  #serial = 0;

  constructor(store: Store = memoryStore({ max: 1_000_000 }), more: Partial<GatewayOptions> = {}) {
    this.#ask = askStore(store);
    this.#gateway = new Gateway({ ...OPTIONS, policy: policyOf(), ...more });
  }

  /** Octets of a SIP request come in. */
  sip(octets: Buffer): void {
    const id = String((this.#serial += 1));
    this.#take({
      kind: 'sip',
      event: { kind: 'request', id, request: requestOf(octets), flow: FLOW },
    });
  }

  /** The text of a stanza comes in. */
  xmpp(text: string): void {
    const stanza = parseStanza(text);
    if (!('element' in stanza) || stanza.from === undefined || stanza.to === undefined)
      throw new Error(text);
    const { from, to } = stanza;
    this.#take({ kind: 'xmpp', event: { kind: 'stanza', link: LINK, stanza, from, to } });
  }

  /** Time passes, and the gateway looks at it. */
  tick(ms: number): void {
    this.now += ms;
    this.#take({ kind: 'tick' });
  }

  /** Resolves once the store owes no answer. */
  async settle(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #take(event: GatewayEvent): void {
    this.#gateway.receive(this.now, event);
    for (let out = this.#gateway.next(); out !== undefined; out = this.#gateway.next())
      this.#put(out);
  }

  #put(out: GatewayOutput): void {
    if (out.kind === 'store') return this.#store(out);
    if (out.kind === 'xmpp' && out.input.kind === 'stanza') {
      writeStanza(out.input.element);
      this.stanzas += 1;
      this.#gateway.receive(this.now, {
        kind: 'xmpp',
        event: { kind: 'fate', context: out.input.context, fate: 'sent' },
      });
    } else if (out.kind === 'sip' && out.input.kind === 'request') {
      const { draft, context } = out.input;
      this.sent.push(draft);
      const event = { kind: 'response', response: okTo(draft), context } as const;
      this.#gateway.receive(this.now, { kind: 'sip', event });
    }
  }

  #store({ op, request }: Extract<GatewayOutput, { kind: 'store' }>): void {
    this.#open += 1;
    this.#ask(request, (answer) => {
      this.#open -= 1;
      this.#take({ kind: 'stored', op, answer });
      if (this.#open > 0) return;
      this.#idle?.();
      this.#idle = undefined;
    });
  }
}

const OPTIONS = {
  sipDomains: [SIP],
  xmppDomains: [XMPP],
  routes: {
    [SIP]: [{ transport: 'tls', address: '192.0.2.17', port: 5061, references: [SIP] }],
  },
  instance: 'bench',
  secret: 'a secret of this bench',
  mac,
  drawToken,
  presence: {
    host: 'gateway.example.net',
    ports: { tls: 5061 },
    jitter: Math.random,
  },
} as const satisfies Partial<GatewayOptions>;

function policyOf() {
  const rule = { id: 'r', effect: 'permit', domains: [XMPP] };
  const policy = loadPolicy(JSON.stringify({ version: 1, default: 'deny', rules: [rule] }));
  if (policy.kind === 'findings') throw new Error(policy.findings[0]?.text);
  return policy;
}
