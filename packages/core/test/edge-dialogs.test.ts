// Dialogs through the SIP edge: followed by their token, both ways, to their end; and what a peer that is not honest makes
// of Route, Via and tokens. Two SIP companies in the virtual world, and single requests written by hand.
import { describe, expect, it } from 'vitest';
import type { Answer, Question } from '@interwork/core';
import type { Flow, SipOutput } from '@interwork/sip';
import { EDGE, EdgeWorld, FEDERATION, fieldIn, TO_EDGE } from './edge-world.ts';

const AMY = 'amy@contoso.example';
const ROMEO = 'romeo@fabrikam.example';
const DOCUMENT = (note: string) => `<presence><note>${note}</note></presence>`;

function watching(watcher: 'contoso' | 'fabrikam', options = {}) {
  const w = new EdgeWorld(options);
  const [amy, romeo] = [w.orgs.contoso.domain.user('amy'), w.orgs.fabrikam.domain.user('romeo')];
  for (const user of [amy, romeo]) user.setDocument(DOCUMENT('first'));
  amy.allow(ROMEO);
  romeo.allow(AMY);
  const [one, other, contact] = watcher === 'contoso' ? [amy, romeo, ROMEO] : [romeo, amy, AMY];
  one.watch(contact, { expires: 600 });
  w.run(() => w.crossings.length > 1);
  return { w, watcher: one, contact: other, address: contact };
}

for (const side of ['contoso', 'fabrikam'] as const)
  describe(`a subscription from ${side}`, () => {
    it('is followed: the first NOTIFY, the next ones, a refresh, and the end', () => {
      const { w, watcher, contact, address } = watching(side);
      expect(watcher.sees(address)).toMatchObject({ state: 'active', document: DOCUMENT('first') });
      contact.setDocument(DOCUMENT('second'));
      w.run(() => watcher.sees(address).document === DOCUMENT('second'));
      const before = w.crossings.length;
      watcher.refresh(address);
      w.run(() => w.crossings.length > before + 2);
      // the last NOTIFY's own end, and the two of the refresh
      expect(w.crossings.slice(before).map(({ traffic }) => traffic)).toEqual([
        'notify',
        'subscribe',
        'notify',
      ]);
      watcher.unwatch(address);
      w.run(() => contact.watchers.length === 0);
      w.pass(1_000);
      expect(contact.watchers).toEqual([]);
      expect(w.orgs.contoso.domain.complaints).toEqual([]);
      expect(w.orgs.fabrikam.domain.complaints).toEqual([]);
      for (const trace of w.crossings)
        expect(trace).toMatchObject({ direction: 'sip-to-sip', outcome: 'delivered', reasons: [] });
      expect(w.gateway.sizes).toMatchObject({ relays: 0, relaysAsking: 0, unsure: 0 });
    });

    it('names the two whatever From and To say', () => {
      const { w, address } = watching(side);
      const [from, to] = side === 'contoso' ? [AMY, address] : [ROMEO, address];
      expect(w.crossings[0]).toMatchObject({ traffic: 'subscribe', from, to });
      expect(w.crossings.find(({ traffic }) => traffic === 'notify')).toMatchObject({
        from: to,
        to: from,
      });
    });

    it('and policy is asked for each request of it', () => {
      const { w, watcher, contact, address } = watching(side);
      w.running.replacePolicy(blockingFabrikam());
      contact.setDocument(DOCUMENT('second'));
      w.pass(10_000);
      expect(watcher.sees(address).document).toBe(DOCUMENT('first'));
      expect(w.crossings.at(-1)).toMatchObject({
        traffic: 'notify',
        outcome: 'refused',
        by: ['blocked-domain:fabrikam.example'],
      });
    });
  });

/** The policy of a world that has come to block its partner. */
function blockingFabrikam() {
  const blockedDomains = [{ domain: 'fabrikam.example' }];
  const allowedDomains =
    FEDERATION.allowedDomains?.filter(({ domain }) => domain !== 'fabrikam.example') ?? [];
  return new EdgeWorld({
    policy: { federation: { ...FEDERATION, blockedDomains, allowedDomains } },
  }).policy;
}

/** A partner by hand: octets in, what the edge makes of them out. */
class Hand {
  readonly w: EdgeWorld;
  readonly #flow: Flow;
  readonly inner: string[] = [];
  readonly back: string[] = [];
  readonly events: SipOutput[] = [];

  constructor(w = new EdgeWorld(), but: Partial<Flow> = {}) {
    this.w = w;
    this.#flow = {
      id: `hand-${Math.max(1, w.traces.length)}`,
      transport: 'tls',
      remote: { address: '192.0.2.10', port: 40_000 },
      local: { address: TO_EDGE.address, port: 5061 },
      proved: ['sip.fabrikam.example'],
      ...but,
    };
    w.orgs.contoso.domain.script.addUser('amy');
    this.#drain(() => w.endpoint.receive(w.world.clock.now, { kind: 'opened', flow: this.#flow }));
  }

  /** Hands octets in; what comes of them later comes with `wait`. */
  says(lines: readonly string[], body = ''): this {
    const length = new TextEncoder().encode(body).length;
    const text = [...lines, `Content-Length: ${length}`, '', body].join('\r\n');
    const bytes = new TextEncoder().encode(text);
    this.#drain(() =>
      this.w.endpoint.receive(this.w.world.clock.now, { kind: 'bytes', flow: this.#flow, bytes }),
    );
    return this;
  }

  #drain(feed: () => void): void {
    feed();
    const { endpoint, gateway, world } = this.w;
    for (let out = endpoint.next(); out !== undefined; out = endpoint.next()) {
      if (out.kind === 'send') this.back.push(new TextDecoder().decode(out.bytes));
      else if (out.kind === 'request' || out.kind === 'declined')
        gateway.receive(world.clock.now, { kind: 'sip', event: out });
      else this.events.push(out);
    }
    for (let out = gateway.next(); out !== undefined; out = gateway.next()) this.#perform(out);
  }

  #perform(out: NonNullable<ReturnType<EdgeWorld['gateway']['next']>>): void {
    const { endpoint, gateway, world } = this.w;
    if (out.kind === 'trace') this.w.traces.push(out.trace);
    else if (out.kind === 'sip' && out.input.kind === 'forward') this.forwards.push(out.input);
    else if (out.kind === 'sip')
      this.#drain(() =>
        endpoint.receive(world.clock.now, out.kind === 'sip' ? out.input : { kind: 'tick' }),
      );
    else if (out.kind === 'ask') {
      const { ask } = out;
      const answer = answerTo(out.question);
      if (answer === undefined) return;
      this.#drain(() => gateway.receive(world.clock.now, { kind: 'answer', ask, answer }));
    }
  }

  readonly forwards: Extract<SipOutputOfGateway, { kind: 'forward' }>[] = [];

  get reasons(): readonly string[] {
    return this.w.crossings.flatMap(({ reasons }) => reasons);
  }

  get statuses(): readonly string[] {
    return this.back.map((text) => text.split(' ')[1] ?? '');
  }
}

/** What the host says of policy's questions. */
function answerTo({ kind }: Question): Answer | undefined {
  if (kind === 'srv') return { kind, records: [{ host: 'sip.fabrikam.example', port: 5061 }] };
  if (kind === 'relation') return { kind, relation: 'none' };
  return kind === 'grant' ? { kind, grant: {} } : undefined;
}

type SipOutputOfGateway = Extract<
  NonNullable<ReturnType<EdgeWorld['gateway']['next']>>,
  { kind: 'sip' }
>['input'];

const head = (
  method: string,
  more: readonly string[] = [],
  uri = `sip:${AMY}`,
): readonly string[] => {
  const lines = [
    'Via: SIP/2.0/TLS sip.fabrikam.example:5061;branch=z9hG4bKhand',
    'Max-Forwards: 70',
    `From: <sip:${ROMEO}>;tag=r1`,
    `To: <sip:${AMY}>`,
    'Call-ID: hand-1',
    `CSeq: 1 ${method}`,
  ];
  const nameIn = (line: string) => line.split(':', 1)[0];
  const kept = lines.filter((line) => !more.some((other) => nameIn(other) === nameIn(line)));
  return [`${method} ${uri} SIP/2.0`, ...kept, ...more];
};

/** Lines in which a later one takes the place of one of the same name. */
const instead = (lines: readonly string[], others: readonly string[]): readonly string[] => {
  const nameIn = (line: string) => line.split(':', 1)[0];
  return [
    ...lines.filter((line) => !others.some((other) => nameIn(other) === nameIn(line))),
    ...others,
  ];
};

describe('Record-Route', () => {
  const routeOf = (hand: Hand) =>
    hand.forwards[0]?.forward.headers?.filter(({ name }) => name === 'Record-Route') ?? [];

  it('has one entry where both legs are alike, with our name, and bears no name in the clear', () => {
    const hand = new Hand().says(
      head('SUBSCRIBE', ['Event: presence', 'Contact: <sip:r@h.example>']),
    );
    const [one, ...others] = routeOf(hand);
    expect(others).toEqual([]);
    expect(one?.value).toMatch(
      new RegExp(`^<sip:[A-Za-z0-9_-]+\\.[0-9a-f]{20}@${EDGE}:5061;transport=tls;lr>$`),
    );
  });

  it("RFC 5658 §4: has two where the legs use two transports, the next hop's on top", () => {
    const target = { transport: 'tcp', address: '10.0.0.1', port: 5060, references: [] } as const;
    const edge = { ports: { tls: 5061, tcp: 5060 }, innerHops: [{ target }] };
    const hand = new Hand(new EdgeWorld({ edge })).says(head('SUBSCRIBE', ['Event: presence']));
    const places = routeOf(hand).map(({ value }) => value.replace(/.*@/, ''));
    expect(places).toEqual([`${EDGE}:5060;transport=tcp;lr>`, `${EDGE}:5061;transport=tls;lr>`]);
  });

  for (const method of ['MESSAGE', 'OPTIONS', 'INFO'])
    it(`is none for ${method}`, () => {
      expect(routeOf(new Hand().says(head(method)))).toEqual([]);
    });

  it('cannot be made for names that are too long', () => {
    const long = `sip:${'a'.repeat(1000)}@contoso.example`;
    const hand = new Hand().says(head('SUBSCRIBE', ['Event: presence'], long));
    expect(hand.statuses).toEqual(['400']);
  });
});

describe('a token', () => {
  const subscribe = head('SUBSCRIBE', ['Event: presence']);
  const routeIn = (hand: Hand) =>
    hand.forwards[0]?.forward.headers?.find(({ name }) => name === 'Record-Route')?.value ?? '';
  const within = (route: string, but: readonly string[] = []) =>
    head(
      'SUBSCRIBE',
      instead(
        [
          'Event: presence',
          'To: <sip:x@anything.example>;tag=a1',
          'CSeq: 2 SUBSCRIBE',
          'Via: SIP/2.0/TLS sip.fabrikam.example:5061;branch=z9hG4bKnext',
          `Route: ${route}`,
        ],
        but,
      ),
      'sip:device.contoso.example',
    );

  it('leads a request on, with the rest of its Route as it was', () => {
    const hand = new Hand().says(subscribe);
    const rest = '<sip:fe.contoso.example;opaque=a=`b;lr>;ms-rrsig=Ab/C==;tag=1';
    hand.says(within(`${routeIn(hand)}, ${rest}`));
    expect(hand.reasons).toEqual([]);
    const [, second] = hand.forwards;
    expect(second?.forward.headers?.filter(({ name }) => name === 'Route')).toEqual([
      { name: 'Route', value: rest },
    ]);
    expect(second?.targets.map(({ address }) => address)).toEqual(['10.0.0.1']);
    // our own servers know us by our name, whoever asks
    expect(second?.local).toBe(undefined);
    expect(second?.forward.uri).toBe('sip:device.contoso.example');
  });

  it('leads nowhere with the tags of another dialog', () => {
    const hand = new Hand().says(subscribe);
    hand.says(within(routeIn(hand), [`From: <sip:${ROMEO}>;tag=r2`]));
    expect(hand.statuses).toEqual(['481']);
    expect(hand.reasons).toEqual(['stale-route']);
  });

  it('does not make another server one of the two', () => {
    const w = new EdgeWorld();
    const hand = new Hand(w).says(subscribe);
    const thief = new Hand(w, { id: 'thief', proved: ['sip.litware.example'] });
    thief.says(within(routeIn(hand)));
    expect(thief.statuses).toEqual(['504']);
    expect(w.crossings.at(-1)).toMatchObject({
      reasons: ['policy'],
      diagnostics: 1010,
      from: ROMEO,
    });
  });

  it('does not let one side speak for the other', () => {
    const hand = new Hand().says(subscribe);
    const asCallee = [`From: <sip:${AMY}>;tag=a1`, `To: <sip:${ROMEO}>;tag=r1`];
    hand.says(within(routeIn(hand), asCallee));
    expect(hand.reasons).toEqual(['own-domain-from-outside']);
  });

  it('of another gateway, with another secret, is none', () => {
    const hand = new Hand().says(subscribe);
    const other = new Hand(new EdgeWorld({ gateway: { secret: 'quite another secret' } }));
    other.says(within(routeIn(hand)));
    expect(other.statuses).toEqual(['481']);
  });

  it('is wanted for a NOTIFY: what has no subscription through us has no dialog here', () => {
    const hand = new Hand().says(head('NOTIFY', ['Event: presence', 'Subscription-State: active']));
    expect(hand.statuses).toEqual(['481']);
  });
});

describe('what a discovered partner may begin', () => {
  const accessEdge = {
    routing: 'useDnsSrvRouting',
    allowFederatedUsers: true,
    enablePartnerDiscovery: true,
    discoveredPartnerVerificationLevel: 'alwaysVerifiable',
    maxContactsPerDiscoveredPartner: 1,
  } as const;
  const asks = (user: string, at: number) =>
    head(
      'SUBSCRIBE',
      [
        'Event: presence',
        `Via: SIP/2.0/TLS sip.fabrikam.example:5061;branch=z9hG4bK${at}`,
        `Call-ID: c${at}`,
      ],
      `sip:${user}@contoso.example`,
    );

  it('is counted by whom it is about, requests to see somebody too', () => {
    const federation = { ...FEDERATION, accessEdge, allowedDomains: [] };
    const hand = new Hand(new EdgeWorld({ policy: { federation } }));
    hand.says(asks('amy', 1)).says(asks('amy', 2)).says(asks('bob', 3));
    expect(hand.forwards).toHaveLength(2);
    expect(hand.w.crossings).toMatchObject([{ outcome: 'refused', traffic: 'subscribe' }]);
  });
});

describe('BENOTIFY', () => {
  it('follows its dialog, and nobody is answered', () => {
    const hand = new Hand().says(
      head('SUBSCRIBE', [
        'Event: presence',
        'Proxy-Require: ms-benotify',
        'Supported: ms-benotify',
      ]),
    );
    expect(hand.reasons).toEqual([]);
    const route = hand.forwards[0]?.forward.headers?.find(({ name }) => name === 'Record-Route');
    const inner = new Hand(hand.w, {
      id: 'inner',
      proved: ['pool.contoso.example'],
      remote: { address: '10.0.0.1', port: 40_000 },
    });
    const lines = [
      `Route: ${route?.value}`,
      'Event: presence',
      'Subscription-State: active',
      `From: <sip:${AMY}>;tag=a1`,
      `To: <sip:${ROMEO}>;tag=r1`,
    ];
    inner.says(head('BENOTIFY', lines, 'sip:sip.fabrikam.example:5061;transport=tls'));
    expect(inner.back).toEqual([]);
    expect(hand.w.endpoint.counts.unanswered).toBe(1); // the SUBSCRIBE
  });

  it('is dropped where it is not agreed, and Proxy-Require for it is 420', () => {
    const policy = {
      rules: [{ id: 'fabrikam', effect: 'permit', domains: ['fabrikam.example'] }],
      partners: {
        fabrikam: { domains: ['fabrikam.example'], certificateNames: ['sip.fabrikam.example'] },
      },
    } as const;
    const hand = new Hand(new EdgeWorld({ policy }));
    hand.says(head('SUBSCRIBE', ['Event: presence', 'Proxy-Require: ms-benotify']));
    expect(hand.statuses).toEqual(['420']);
    expect(fieldIn(hand.back[0], 'Unsupported')).toBe('ms-benotify');
    const again = new Hand(new EdgeWorld({ policy }));
    again.says(head('SUBSCRIBE', ['Event: presence']));
    const route = again.forwards[0]?.forward.headers?.find(({ name }) => name === 'Record-Route');
    again.says(
      head('BENOTIFY', [`Route: ${route?.value}`, 'Event: presence', `To: <sip:${AMY}>;tag=a1`]),
    );
    expect(again.back).toEqual([]);
    expect(again.w.crossings).toMatchObject([{ outcome: 'dropped', reasons: ['best-effort'] }]);
  });
});

describe('loops and copies', () => {
  it('a request that comes back is 482', () => {
    const hand = new Hand().says(head('MESSAGE'));
    const mark = hand.forwards[0]?.forward.mark;
    hand.says(
      head('MESSAGE', [
        'Via: SIP/2.0/TLS sip.fabrikam.example:5061;branch=z9hG4bKagain',
        `Via: SIP/2.0/TLS ${EDGE}:5061;branch=z9hG4bKxyz.${mark}`,
      ]),
    );
    expect(hand.statuses).toEqual(['482']);
    expect(hand.reasons).toEqual(['loop']);
  });

  it('70 Vias are carried, more are a fault', () => {
    const vias = (count: number) =>
      Array.from(
        { length: count },
        (_, at) => `Via: SIP/2.0/TLS h${at}.example;branch=z9hG4bK${at}`,
      );
    const hand = new Hand().says(head('MESSAGE', vias(70)));
    expect(hand.forwards).toHaveLength(1);
    const other = new Hand().says(head('MESSAGE', vias(71)));
    expect(other.forwards).toEqual([]);
  });

  it('a copy is absorbed', () => {
    const hand = new Hand().says(head('MESSAGE')).says(head('MESSAGE'));
    expect(hand.forwards).toHaveLength(1);
  });

  it('Require is for the recipient', () => {
    const hand = new Hand().says(head('SUBSCRIBE', ['Event: presence', 'Require: eventlist']));
    expect(hand.forwards).toHaveLength(1);
  });
});

describe('octet for octet', () => {
  const ODD = [
    'x-Unknown:  as   it  is',
    'Ms-Conversation-ID: AdF+Zz==',
    'Contact: <sip:romeo@fabrikam.example;opaque=user:epid:NXZdJKkTh4E717cpQ6kfjgAA;gruu>;Odd="a;b"',
    'Record-Route: <sip:fe.fabrikam.example:5061;transport=tls;opaque=state:T;lr>;ms-rrsig=Ab/C==;tag=1',
    'user-agent: UCCAPI/15.0.4569.1503 OC/15.0.4569.1503 (Microsoft Lync)',
  ];
  it('a request keeps what nobody here has a word about', () => {
    const w = new EdgeWorld();
    w.orgs.contoso.domain.script.addUser('amy');
    const headers = ODD.map((line) => {
      const [name = '', ...rest] = line.split(':');
      return { name, value: rest.join(':').trimStart() };
    });
    const from = {
      display: 'Romeo',
      uri: {
        kind: 'sip',
        scheme: 'sip',
        user: 'romeo',
        password: undefined,
        host: 'fabrikam.example',
        port: undefined,
        params: [],
        headers: undefined,
      },
      params: [{ name: 'epid', value: '9b6f316d27' }],
    } as const;
    w.sends('fabrikam', ROMEO, AMY, 'hi', { headers, from });
    const [request = ''] = w.toldTo('contoso');
    const lines = request.split('\r\n');
    for (const { name, value } of headers) expect(lines).toContain(`${name}: ${value}`);
    expect(fieldIn(request, 'From')).toMatch(
      /^"Romeo" <sip:romeo@fabrikam.example>;epid=9b6f316d27;tag=/,
    );
  });
});
