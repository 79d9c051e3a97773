// Where the gateway of a federation stands: the edges, certificate and names that it is given, and the host that runs
// one on them. It may end without a word and begin again; what it keeps in the store is then still there.
import type { Issued } from '@interwork/certs/testing';
import type { PolicySet } from '@interwork/policy';
import type { Judge, SipEndpoint, SipEvent, SipInput } from '@interwork/sip';
import { XmppEndpoint, type XmppEvent, type XmppInput } from '@interwork/xmpp';
import { linkRulesBy } from '../../gateway/link-rules.ts';
import type { GatewayOptions } from '../../gateway/options.ts';
import type { Edge, Edges, Running } from '../../gateway/wire.ts';
import type { Recording } from '../../ladder/recording.ts';
import type { AskStore } from '../../store/request.ts';
import { ProcessClock } from '../clock.ts';
import { virtualStore } from '../virtual-store.ts';
import type { World } from '../world.ts';
import { type Names, XMPP_PORT } from './names.ts';
import type { FederationCrypto, Host } from './options.ts';
import type { Post } from './post.ts';
import { SIP_PLACES, sipEndpoint } from './sip-company.ts';

/** What the gateway of a federation is given. */
export interface GatewaySiteOptions {
  readonly world: World;
  readonly crypto: FederationCrypto;
  readonly judges: Readonly<Record<'sip' | 'xmpp', Judge>>;
  readonly names: Names;
  readonly post: Post;
  readonly host: Host;
  readonly address: string;
  readonly name: string;
  readonly sipDomains: readonly string[];
  readonly gateway: (policy: PolicySet) => GatewayOptions;
  readonly recording: Recording;
  readonly onTrace: NonNullable<Parameters<Host>[0]['hooks']['onTrace']>;
}

/** The place of a gateway. */
export class GatewaySite {
  certificate: Issued;
  readonly #options: GatewaySiteOptions;
  readonly #store: AskStore;
  #policy: PolicySet;
  #clock: ProcessClock;
  #running: Running | undefined;

  constructor(options: GatewaySiteOptions, certificate: Issued, policy: PolicySet) {
    this.#options = options;
    this.certificate = certificate;
    this.#policy = policy;
    this.#clock = new ProcessClock(options.world.clock);
    this.#store = virtualStore({ clock: options.world.clock, max: MOST_RECORDS });
  }

  get address(): string {
    return this.#options.address;
  }

  /** Begins, unless it runs, with a clock so many milliseconds ahead. */
  start(ahead = 0): void {
    if (this.#running !== undefined) return;
    const { world, host, names, gateway, address, recording, onTrace } = this.#options;
    const clock = new ProcessClock(world.clock, ahead);
    this.#clock = clock;
    this.#running = host({
      world,
      clock,
      address,
      recording,
      timing: clock.timing,
      options: gateway(this.#policy),
      edges: this.#edges(clock),
      hooks: {
        onTrace,
        route: (domain, reply) => reply(names.sip(domain)),
        store: (request, reply) =>
          this.#store(request, (answer) => clock.after(0, () => reply(answer))),
      },
    });
  }

  /** Ends without a word, with all that it has in memory. */
  crash(): void {
    this.#clock.end();
    this.#running = undefined;
    this.#options.world.network.down(this.address);
  }

  /** Puts another policy in force. */
  replacePolicy(policy: PolicySet): void {
    this.#policy = policy;
    this.#running?.replacePolicy(policy);
  }

  /** Ends as a host ends it. */
  async close(): Promise<void> {
    await this.#running?.close();
    this.#running = undefined;
  }

  #edges(clock: ProcessClock): Edges {
    const { world, judges, address, name, post } = this.#options;
    const chain = (): readonly Uint8Array[] => this.certificate.chain;
    const endpoint: SipEndpoint = sipEndpoint(world, name);
    const sip = world.sip({
      clock,
      address,
      endpoint,
      listen: SIP_PLACES,
      chain,
      judge: judges.sip,
    });
    const xmpp = world.xmpp({ clock, address, port: XMPP_PORT, chain, endpoint: this.#xmpp() });
    return {
      sip: heard<SipEvent, SipInput>(sip, (event) => {
        if (event.kind === 'request')
          post.came(`${event.request.callId} ${event.request.cseq.number}`);
      }),
      xmpp: heard<XmppEvent, XmppInput>(xmpp, (event) => {
        if (event.kind === 'stanza' && event.stanza.id !== undefined) post.came(event.stanza.id);
      }),
    };
  }

  #xmpp(): XmppEndpoint {
    const { world, crypto, judges, sipDomains } = this.#options;
    return new XmppEndpoint({
      drawToken: world.drawToken,
      digest: crypto.digest,
      judge: judges.xmpp,
      domains: (domain) => sipDomains.includes(domain),
      secret: 'a secret of the gateway',
      acknowledge: 'handled',
      rules: linkRulesBy(() => this.#policy),
    });
  }
}

/** An edge of which somebody hears what it tells, before who started it does. */
function heard<Event, Command>(
  edge: Edge<Event, Command>,
  hear: (event: Event) => void,
): Edge<Event, Command> {
  return {
    start: (take) =>
      edge.start((event) => {
        hear(event);
        take(event);
      }),
    send: (command) => edge.send(command),
    close: () => edge.close(),
  };
}

/** Records of one federation, at most: two for each pair of people. */
const MOST_RECORDS = 10_000;
