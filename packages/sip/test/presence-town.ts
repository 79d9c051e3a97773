// Two SIP domains with presence and the datagrams between them, in virtual time. A test may lose datagrams and
// reads what crossed, one line a message.
import { type Flow, SipEndpoint, type SipInput, type SipOutput, type Target } from '@interwork/sip';
import {
  pidf,
  PRESENCE_METHODS,
  SipDomain,
  type SipDomainOptions,
  type SipUser,
} from '@interwork/sip/testing';
import { tokens, udpFlow } from './virtual.ts';

interface Place {
  readonly address: string;
  readonly domain: SipDomain;
  readonly endpoint: SipEndpoint;
}

interface Arrival {
  readonly at: number;
  readonly to: Place;
  readonly input: SipInput;
}

export class PresenceTown {
  now = 0;
  /** Whether a datagram is lost. */
  loses: (text: string) => boolean = () => false;
  /** What crossed: `a> SUBSCRIBE`, `b> 200 SUBSCRIBE`. */
  readonly ladder: string[] = [];
  readonly a: SipDomain;
  readonly b: SipDomain;
  readonly romeo: SipUser;
  readonly juliet: SipUser;
  readonly #places: readonly [Place, Place];
  #arrivals: Arrival[] = [];

  constructor(options: Partial<SipDomainOptions> = {}) {
    const [one, other] = [this.#place('a', '192.0.2.1', options), this.#place('b', '192.0.2.2')];
    this.#places = [one, other];
    this.a = one.domain;
    this.b = other.domain;
    this.romeo = this.a.user('romeo');
    this.juliet = this.b.user('juliet');
  }

  /** Lets so many milliseconds pass; with none, what is at hand happens. */
  pass(duration = 1000): void {
    const end = this.now + duration;
    for (;;) {
      for (const place of this.#places) this.#feed(place, { kind: 'tick' });
      const at = Math.min(
        ...this.#arrivals.map((one) => one.at),
        ...this.#places.flatMap(({ domain, endpoint }) => [domain.wakeAt, endpoint.wakeAt]),
      );
      if (at > end) break;
      this.now = Math.max(this.now, at);
      const due = this.#arrivals.filter((one) => one.at <= this.now);
      this.#arrivals = this.#arrivals.filter((one) => one.at > this.now);
      for (const { to, input } of due) this.#feed(to, input);
    }
    this.now = end;
  }

  /** What the other side did wrong, on either side. */
  get complaints(): readonly string[] {
    return [...this.a.complaints, ...this.b.complaints];
  }

  #place(name: 'a' | 'b', address: string, options: Partial<SipDomainOptions> = {}): Place {
    const domain = `${name}.example`;
    return {
      address,
      domain: new SipDomain({ domain, drawToken: tokens(name), route, ...options }),
      endpoint: new SipEndpoint({
        drawToken: tokens(`e${name}`),
        host: domain,
        ports: { udp: 5060 },
        methods: PRESENCE_METHODS,
        accept: ['application/pidf+xml'],
      }),
    };
  }

  #feed(place: Place, input: SipInput): void {
    const { domain, endpoint } = place;
    endpoint.receive(this.now, input);
    if (input.kind === 'tick') domain.receive(this.now, { kind: 'tick' });
    for (let isBusy = true; isBusy; ) {
      const out = endpoint.next();
      const command = out === undefined ? domain.next() : undefined;
      isBusy = out !== undefined || command !== undefined;
      if (out !== undefined) this.#perform(place, out);
      if (command !== undefined) endpoint.receive(this.now, command);
    }
  }

  #perform(place: Place, out: SipOutput): void {
    if (out.kind === 'disconnect') return;
    if (out.kind === 'connect') {
      const flow = udpFlow(place.address, out.target.address);
      this.#later(place, { kind: 'opened', connect: out.connect, flow });
    } else if (out.kind === 'send') this.#send(place, out.flow, out.bytes);
    else place.domain.receive(this.now, out);
  }

  #send(from: Place, flow: Flow, bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    this.ladder.push(`${from.domain.domain.slice(0, 1)}> ${lineOf(text)}`);
    const to = this.#places.find((place) => place.address === flow.remote.address);
    if (to === undefined || this.loses(text)) return;
    this.#later(to, { kind: 'bytes', flow: udpFlow(to.address, from.address), bytes });
  }

  #later(to: Place, input: SipInput): void {
    this.#arrivals.push({ at: this.now + 10, to, input });
  }
}

/** A document that says so much of juliet. */
export function juliet(note: string): string {
  return pidf('juliet@b.example', [{ id: 'balcony', basic: 'open', note }]);
}

/** `SUBSCRIBE 3600`, `NOTIFY active`, `200 NOTIFY`. */
function lineOf(text: string): string {
  const [start = ''] = text.split('\r\n');
  const field = (name: string): string =>
    new RegExp(`^${name}: *([^;\r]*)`, 'm').exec(text)?.[1] ?? '';
  if (start.startsWith('SIP/2.0')) return `${start.split(' ')[1]} ${field('CSeq').split(' ')[1]}`;
  const [method = ''] = start.split(' ');
  return `${method} ${field(method === 'NOTIFY' ? 'Subscription-State' : 'Expires')}`;
}

const ADDRESSES: Readonly<Record<string, string>> = {
  'a.example': '192.0.2.1',
  'b.example': '192.0.2.2',
};

const route: SipDomainOptions['route'] = (hop): readonly Target[] => {
  const host = hop.kind === 'sip' ? hop.host : '';
  const address = ADDRESSES[host.split('.').slice(-2).join('.')];
  return address === undefined
    ? []
    : [{ transport: 'udp', address, port: 5060, references: [host] }];
};
