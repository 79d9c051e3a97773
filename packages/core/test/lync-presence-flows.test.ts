// Presence between a Lync-like server, in raw texts, and an XMPP domain with rosters: who sees what, and what is written to
// the server. The gateway may be killed and started again between any two steps.
import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '@interwork/core';
import { policyOf } from '@interwork/policy/testing';
import { type Came, LyncPeer, textOf } from './lync-peer.ts';
import { PresenceTown, SIP, XMPP } from './presence-town.ts';

const AMY = `amy@${SIP}`;
const JULIET = `juliet@${XMPP}`;
const CATEGORIES = 'application/msrtc-event-categories+xml';
const NS_CATEGORIES = 'http://schemas.microsoft.com/2006/09/sip/categories';
const NS_STATE = 'http://schemas.microsoft.com/2006/09/sip/state';
const ACCEPT = `${CATEGORIES}, text/xml+msrtc.pidf, application/xpidf+xml, application/pidf+xml, application/rlmi+xml, multipart/related`;
const EVERY_OPTION = [
  `Accept: ${ACCEPT}`,
  'Supported: com.microsoft.autoextend',
  'Supported: ms-benotify',
  'Proxy-Require: ms-benotify',
  'Supported: ms-piggyback-first-notify',
];

class LyncTown {
  readonly town: PresenceTown;
  readonly #restarts: boolean;
  #peer: LyncPeer | undefined;
  #cseq = 0;

  constructor(gateway: Partial<GatewayOptions> = {}, restarts = false) {
    this.#restarts = restarts;
    this.town = new PresenceTown({
      gateway: { dialects: { [SIP]: 'lync' }, ...gateway },
      company: (world, chain) => {
        this.#peer = new LyncPeer(world, chain);
      },
    });
    this.town.juliet.answerRequests('approve');
  }

  get peer(): LyncPeer {
    if (this.#peer === undefined) throw new Error('no peer');
    return this.#peer;
  }

  /** What came within some time, by kind. */
  pass(duration = 6_000): readonly Came[] {
    this.town.pass(duration);
    const news = this.peer.take();
    if (this.#restarts) {
      this.town.restart();
      this.town.pass(100);
    }
    return news;
  }

  /** The same by its kinds. */
  kinds(duration?: number): readonly string[] {
    return this.pass(duration).map(({ kind }) => kind);
  }

  roster(): string | undefined {
    return this.town.juliet.roster().find(({ jid }) => jid === AMY)?.subscription;
  }

  seen(): readonly string[] {
    const client = this.town.juliet.clients[0];
    return (client?.sees(AMY) ?? []).map(({ show, statuses }) =>
      [show ?? 'here', ...statuses.map(({ text }) => text)].join(' '),
    );
  }

  heard(): number {
    const heard = this.town.juliet.clients[0]?.heard ?? [];
    return heard.filter((one) => one.from?.bare === AMY).length;
  }

  /** A SUBSCRIBE of Amy's, who watches Juliet. */
  subscribe(
    lines: readonly string[],
    parts: { to?: string; uri?: string; callId?: string; device?: string } = {},
  ): void {
    this.#cseq += 1;
    const { to = `<sip:${JULIET}>`, uri = `sip:${JULIET}`, callId = 'bdb7de77064a674d' } = parts;
    const { device = 'NXZdJKkTh4E717cpQ6kfjgAA' } = parts;
    this.peer.send(
      textOf([
        `SUBSCRIBE ${uri} SIP/2.0`,
        `Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK99BB.${this.#cseq};branched=FALSE;ms-internal-info="dAe0_opaque_AA"`,
        'Max-Forwards: 67',
        `From: "Amy Alberts"<sip:${AMY}>;tag=9ffb800e76;epid=9b6f316d27`,
        `To: ${to}`,
        `Call-ID: ${callId}`,
        `CSeq: ${this.#cseq} SUBSCRIBE`,
        `Contact: <sip:${AMY};opaque=user:epid:${device};gruu>`,
        'User-Agent: UCCAPI/15.0.4569.1503 OC/15.0.4569.1503 (Microsoft Lync)',
        ...(lines.some((line) => line.startsWith('Event:')) ? [] : ['Event: presence']),
        ...lines,
      ]),
    );
  }

  /** A notification of Amy's state within the dialog of a SUBSCRIBE of the gateway's. */
  notify(asked: Came, parts: Notice): void {
    this.#cseq += 1;
    const { method = 'BENOTIFY', type, body = '', cseq = this.#cseq, lines = [] } = parts;
    const { state = 'active;expires=25800' } = parts;
    this.peer.send(
      textOf(
        [
          `${method} ${target(asked)} SIP/2.0`,
          `Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bKn.${this.#cseq}`,
          'Max-Forwards: 67',
          `From: <sip:${AMY}>;tag=95078d5823`,
          `To: ${asked.header('From')}`,
          `Call-ID: ${asked.header('Call-ID')}`,
          `CSeq: ${cseq} ${method}`,
          'Contact: <sip:sip.example.net:5061;transport=tls>',
          ...(lines.some((line) => line.startsWith('Event:')) ? [] : ['Event: presence']),
          ...(state === '' ? [] : [`subscription-state: ${state}`]),
          ...(type === undefined ? [] : [`Content-Type: ${type}`]),
          ...lines,
        ],
        body,
      ),
    );
  }
}

interface Notice {
  readonly method?: string;
  readonly state?: string;
  readonly type?: string;
  readonly body?: string;
  readonly cseq?: number;
  readonly lines?: readonly string[];
}

function target(asked: Came): string {
  return /<([^>]*)>/.exec(asked.header('Contact') ?? '')?.[1] ?? '';
}

function one(news: readonly Came[], kind: string): Came {
  const found = news.filter((came) => came.kind === kind);
  expect(news.map((came) => came.kind)).toContain(kind);
  return found[0] as Came;
}

const state = (availability: number, note = '', token = ''): Notice => ({
  type: CATEGORIES,
  body:
    `<categories xmlns="${NS_CATEGORIES}" uri="sip:${AMY}"><category name="state" instance="1">` +
    `<state xmlns="${NS_STATE}"><availability>${availability}</availability>` +
    `${token === '' ? '' : `<activity token="${token}"/>`}</state></category>` +
    (note === ''
      ? ''
      : `<category name="note"><note><body type="personal">${note}</body></note></category>`) +
    '</categories>',
});

const OK_PENDING = [
  'Expires: 28800',
  'Event: presence',
  'subscription-state: active;expires=28800',
];

/** Juliet asks to see Amy; the SUBSCRIBE that comes of it. */
function asked(at: LyncTown): Came {
  at.town.juliet.login('balcony');
  at.town.juliet.subscribe(AMY);
  return one(at.pass(1_000), 'SUBSCRIBE');
}

/** The same, and Amy lets her see. */
function watching(at: LyncTown): Came {
  const subscribe = asked(at);
  at.peer.answer(subscribe, 200, OK_PENDING);
  at.notify(subscribe, state(3500, 'At my desk'));
  at.pass(1_000);
  expect([at.roster(), at.seen()]).toEqual(['to', ['here At my desk']]);
  return subscribe;
}

/** Amy watches Juliet with these lines; what came of it until Juliet has agreed. */
function watched(at: LyncTown, lines: readonly string[]): readonly Came[] {
  at.town.juliet.login('balcony');
  at.subscribe(lines);
  return at.pass(1_000);
}

describe.each([
  ['in one process', false],
  ['with a restart between any two steps', true],
])('an XMPP user watches a Lync user %s', (_title, restarts) => {
  it('asks for PIDF alone, for eight hours, and without best effort', () => {
    const subscribe = asked(new LyncTown({}, restarts));
    expect(subscribe.headers('Accept')).toEqual(['application/pidf+xml']);
    expect(subscribe.header('Expires')).toBe('28800');
    expect(subscribe.headers('Supported')).toEqual(['com.microsoft.autoextend']);
    expect(subscribe.header('Proxy-Require')).toBeUndefined();
  });

  it('the 200 is no consent, nor is a notification that shows nothing; the first state is', () => {
    const at = new LyncTown({}, restarts);
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, OK_PENDING);
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['none', []]);
    at.notify(subscribe, {});
    at.notify(subscribe, {
      type: CATEGORIES,
      body: `<categories xmlns="${NS_CATEGORIES}" uri="sip:${AMY}"/>`,
    });
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['none', []]);
    at.notify(subscribe, state(6500, 'Budget review', 'in-a-meeting'));
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['to', ['dnd Budget review']]);
  });

  it('one that says she is offline is consent too', () => {
    const at = new LyncTown({}, restarts);
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, OK_PENDING);
    at.notify(subscribe, state(18_500));
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['to', []]);
  });

  it('BENOTIFY is read as NOTIFY and never answered', () => {
    const at = new LyncTown({}, restarts);
    const subscribe = watching(at);
    at.notify(subscribe, state(15_500, '', 'out-of-office'));
    expect([at.kinds(), at.seen()]).toEqual([[], ['xa']]);
    const told = at.town.traces.findLast(({ reasons }) => reasons.includes('best-effort'));
    expect([told?.outcome, told?.answer]).toEqual(['handed-over', undefined]);
    at.notify(subscribe, { ...state(9500), method: 'NOTIFY' });
    expect([at.kinds(), at.seen()]).toEqual([['200'], ['dnd']]);
    at.notify(subscribe, { ...state(3500), cseq: 1 });
    expect([at.kinds(), at.seen()]).toEqual([[], ['dnd']]);
    const late = at.town.traces.at(-1);
    expect([late?.outcome, late?.reasons]).toEqual(['dropped', ['sip-500', 'best-effort']]);
    at.notify(subscribe, { type: CATEGORIES, body: '<categories' });
    at.notify(subscribe, { type: 'text/other', body: 'x' });
    expect([at.kinds(), at.seen()]).toEqual([[], ['dnd']]);
  });

  it('an end without a reason keeps what was shown, and another dialog takes over', () => {
    const at = new LyncTown({}, restarts);
    const first = watching(at);
    at.town.pass(120_000);
    at.peer.take();
    const before = at.heard();
    at.notify(first, {
      state: 'terminated;expires=0',
      lines: ['ms-diagnostics-public: 2139;reason="Terminating old subscription"'],
    });
    const second = one(at.pass(1_000), 'SUBSCRIBE');
    expect(at.town.traces.some(({ reasons }) => reasons.includes('taken-over'))).toBe(true);
    expect(second.header('Call-ID')).not.toBe(first.header('Call-ID'));
    expect([at.seen(), at.heard()]).toEqual([['here At my desk'], before]);
    at.peer.answer(second, 200, OK_PENDING);
    at.notify(second, state(12_500));
    at.pass();
    expect(at.seen()).toEqual(['away']);
  });

  it('but what was shown goes when nothing comes of the other dialog', () => {
    const at = new LyncTown({}, restarts);
    const first = watching(at);
    at.town.pass(120_000);
    at.peer.take();
    at.notify(first, { state: 'terminated;expires=0' });
    one(at.pass(1_000), 'SUBSCRIBE');
    expect(at.seen()).toEqual(['here At my desk']);
    at.pass(80_000);
    expect([at.roster(), at.seen()]).toEqual(['to', []]);
  });

  it('an end with a reason means what it says', () => {
    const at = new LyncTown({}, restarts);
    at.notify(watching(at), { state: 'terminated;reason=rejected' });
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['none', []]);
  });

  it('a blocked watcher sees nobody any more, and stays subscribed', () => {
    const at = new LyncTown({}, restarts);
    at.notify(watching(at), {
      type: CATEGORIES,
      body: `<categories xmlns="${NS_CATEGORIES}" uri="sip:${AMY}"/>`,
    });
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['to', []]);
  });
});

describe('an XMPP user watches a Lync user', () => {
  it('the first notification may ride in the 200', () => {
    const at = new LyncTown();
    const { type = '', body = '' } = state(3500, 'At my desk');
    const lines = [
      'Contact: <sip:sip.example.net:5061;transport=tls>',
      'Record-Route: <sip:inner.example.net;lr;ms-route-sig=aa>, <sip:outer.example.net;lr>',
      'Expires: 26123',
      'Event: presence',
      'subscription-state: active;expires=26123',
      'ms-piggyback-cseq: 1',
      'Supported: com.microsoft.autoextend, ms-piggyback-first-notify, ms-benotify',
      `Content-Type: ${type}`,
    ];
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, lines, body);
    expect([at.kinds(), at.roster(), at.seen()]).toEqual([[], 'to', ['here At my desk']]);
    at.notify(subscribe, { ...state(6500), cseq: 2 });
    expect([at.kinds(), at.seen()]).toEqual([[], ['dnd']]);
    at.town.juliet.unsubscribe(AMY);
    const end = one(at.pass(), 'SUBSCRIBE');
    expect(end.headers('Route')).toEqual([
      '<sip:outer.example.net;lr>',
      '<sip:inner.example.net;lr;ms-route-sig=aa>',
    ]);
    expect(end.start).toBe('SUBSCRIBE sip:sip.example.net:5061;transport=tls SIP/2.0');
  });

  it('one that rides in the 200 and cannot be read changes nothing', () => {
    const at = new LyncTown();
    const subscribe = asked(at);
    at.peer.answer(
      subscribe,
      200,
      [...OK_PENDING, 'ms-piggyback-cseq: one', `Content-Type: ${CATEGORIES}`],
      '<categories/>',
    );
    expect([at.kinds(), at.roster()]).toEqual([[], 'none']);
    at.notify(subscribe, state(3500));
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['to', ['here']]);
  });

  const FORMS: readonly (readonly [string, string, string, string])[] = [
    [
      'text/xml+msrtc.pidf',
      `<presentity uri="${AMY}" xmlns="http://schemas.microsoft.com/2002/09/sip/presence"><availability aggregate="300"/><activity aggregate="600"/></presentity>`,
      'active;expires=900',
      'dnd',
    ],
    [
      'application/xpidf+xml',
      `<?xml version="1.0"?>\r\n<!DOCTYPE presence PUBLIC "-//IETF//DTD RFCxxxx XPIDF 1.0//EN" "xpidf.dtd">\r\n<presence><presentity uri="sip:${AMY};method=SUBSCRIBE"/><atom id="1"><address uri="sip:${AMY}" priority="0.6"><status status="inuse"/><msnsubstatus substatus="onthephone"/></address></atom></presence>`,
      '',
      'dnd',
    ],
    [
      'application/pidf+xml; charset=utf-8',
      `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:ep="urn:ietf:params:xml:ns:pidf:status:rpid-status" entity="${AMY}"><tuple id="0"><status><basic>open</basic><ep:activities><ep:activity>away</ep:activity></ep:activities></status></tuple></presence>`,
      'active;expires=900',
      'away',
    ],
  ];
  it.each(FORMS)('NOTIFY with %s is read and answered', (type, body, said, expected) => {
    const at = new LyncTown();
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, OK_PENDING);
    at.notify(subscribe, { method: 'NOTIFY', type, body, state: said });
    expect([at.kinds(), at.roster(), at.seen()]).toEqual([['200'], 'to', [expected]]);
  });

  it('a list of states is refused, or where nothing is answered ignored', () => {
    const at = new LyncTown();
    const subscribe = watching(at);
    const list = {
      type: 'multipart/related;type="application/rlmi+xml";boundary=x',
      body: '--x--',
    };
    at.notify(subscribe, { ...list, method: 'NOTIFY' });
    expect([at.kinds(), at.seen()]).toEqual([['415'], ['here At my desk']]);
    at.notify(subscribe, list);
    expect([at.kinds(), at.seen()]).toEqual([[], ['here At my desk']]);
  });

  it('autoextend, where it is agreed, puts the refresh off', () => {
    const refreshedAt = (agreed: readonly string[]): number => {
      const at = new LyncTown();
      const subscribe = asked(at);
      at.peer.answer(subscribe, 200, ['Expires: 1200', ...agreed]);
      at.notify(subscribe, { ...state(3500), state: 'active;expires=1200' });
      const began = at.town.world.clock.now;
      at.pass(600_000);
      at.notify(subscribe, { ...state(6500), state: 'active;expires=1200' });
      for (;;) if (at.kinds(10_000).includes('SUBSCRIBE')) return at.town.world.clock.now - began;
    };
    expect(refreshedAt(['Supported: com.microsoft.autoextend'])).toBeGreaterThan(1_600_000);
    expect(refreshedAt([])).toBeLessThan(1_200_000);
  });
});

const KNOWN: Partial<GatewayOptions> = { dialects: { [SIP]: 'lync' } };

describe.each([
  ['in one process', false, KNOWN],
  ['with a restart between any two steps', true, KNOWN],
  ['who is known by what his requests show', false, { dialects: {} }],
  ['who is known by that, with a restart between any two steps', true, { dialects: {} }],
])('a Lync user watches an XMPP user %s', (_title, restarts, options) => {
  it('by every option: enhanced presence by BENOTIFY, agreed to in each 200', () => {
    const at = new LyncTown(options, restarts);
    const news = watched(at, EVERY_OPTION);
    const ok = one(news, '200');
    expect(ok.headers('Supported')).toEqual(['ms-benotify']);
    expect(ok.header('ms-piggyback-cseq')).toBeUndefined();
    expect(ok.body).toBe('');
    expect(news.map(({ kind }) => kind).filter((kind) => kind === 'NOTIFY')).toEqual([]);
    const notified = news.filter(({ kind }) => kind === 'BENOTIFY');
    expect(notified[0]?.header('Subscription-State')).toMatch(/^pending;/);
    const last = [...notified, ...at.pass()].findLast(({ kind }) => kind === 'BENOTIFY');
    expect(last?.header('Content-Type')).toBe(CATEGORIES);
    expect(last?.body).toContain('<availability>3500</availability>');
    expect(last?.header('Subscription-State')).toMatch(/^active;expires=\d+$/);

    at.town.juliet.clients[0]?.setPresence({ show: 'dnd', status: 'busy & so on' });
    const busy = one(at.pass(), 'BENOTIFY');
    expect(busy.body).toContain('<availability>6500</availability>');
    expect(busy.body).toContain('busy &amp; so on');
    expect(busy.header('To')).toContain('tag=9ffb800e76');

    at.subscribe(EVERY_OPTION, { to: ok.header('To') ?? '', uri: target(ok) });
    const again = at.pass();
    expect(one(again, '200').headers('Supported')).toEqual(['ms-benotify']);
    expect(one(again, 'BENOTIFY').body).toContain('6500');

    at.subscribe(['Expires: 0'], { to: ok.header('To') ?? '', uri: target(ok) });
    const end = at.pass().findLast(({ kind }) => kind === 'BENOTIFY');
    expect(end?.header('Subscription-State')).toMatch(/^terminated;/);
    expect(end?.body).toContain('18500');
    at.town.juliet.clients[0]?.setPresence({});
    expect(at.kinds()).toEqual([]);
  });

  it('the end leaves even where policy has changed its mind', () => {
    const at = new LyncTown(options, restarts);
    watched(at, EVERY_OPTION);
    at.pass();
    const news: Came[] = [];
    at.town.replacePolicy(policyOf({ rules: [] }));
    news.push(...at.pass());
    expect(one(news, 'BENOTIFY').header('Subscription-State')).toBe('terminated;reason=rejected');
  });

  it('whom she does not let see him he does not', () => {
    const at = new LyncTown(options, restarts);
    at.town.juliet.answerRequests('deny');
    const news = [...watched(at, EVERY_OPTION), ...at.pass()];
    const notified = news.filter(({ kind }) => kind === 'BENOTIFY');
    expect(notified.map((came) => came.header('Subscription-State')?.split(';expires')[0])).toEqual(
      ['pending', 'terminated;reason=rejected'],
    );
    expect(notified.map(({ body }) => body)).toEqual(['', '']);
  });
});

describe('a Lync user watches an XMPP user', () => {
  const ROWS: readonly (readonly [string, readonly string[], string, string, string])[] = [
    [
      'PIDF alone',
      ['Accept: application/pidf+xml'],
      'NOTIFY',
      'application/pidf+xml',
      '<activity>away</activity>',
    ],
    ['no Accept', [], 'NOTIFY', 'application/pidf+xml', '<activity>away</activity>'],
    [
      'what LCS reads',
      ['Accept: text/xml+msrtc.pidf, application/pidf+xml'],
      'NOTIFY',
      'text/xml+msrtc.pidf',
      'aggregate="100"',
    ],
    [
      'what Messenger reads',
      ['Accept: application/xpidf+xml'],
      'NOTIFY',
      'application/xpidf+xml',
      'substatus="away"',
    ],
    [
      'PIDF before the others',
      [`Accept: ${CATEGORIES};q=0.1, application/pidf+xml`],
      'NOTIFY',
      'application/pidf+xml',
      '<basic>open</basic>',
    ],
    [
      'best effort alone',
      ['Supported: ms-benotify', `Accept: ${CATEGORIES}`],
      'BENOTIFY',
      CATEGORIES,
      '15500',
    ],
  ];
  it.each(ROWS)('%s', (_title, lines, method, type, words) => {
    const at = new LyncTown();
    at.town.juliet.login('balcony', { show: 'away' });
    at.subscribe(lines);
    at.town.pass(1_000);
    for (const came of at.peer.take()) if (came.kind === 'NOTIFY') at.peer.answer(came, 200);
    const last = at.pass().findLast((came) => came.kind === method);
    expect(last?.header('Content-Type')).toBe(type);
    expect(last?.body).toContain(words);
  });

  it('who reads none of it is told', () => {
    expect(
      watched(new LyncTown(), ['Accept: application/rlmi+xml, multipart/related']).map(
        ({ kind }) => kind,
      ),
    ).toEqual(['406']);
  });

  it('a list of many is refused where it is required, and else one of it is watched', () => {
    const list = ['Content-Type: application/msrtc-adrl-categorylist+xml', 'Supported: adhoclist'];
    const at = new LyncTown();
    const refused = one(watched(at, [...list, 'Require: adhoclist']), '420');
    expect(refused.header('Unsupported')).toBe('adhoclist');
    at.subscribe(list);
    expect(one(at.pass(1_000), '200').header('Expires')).toBe('3600');
  });

  it('a device that went without a word makes room for itself, another has none', () => {
    const at = new LyncTown();
    at.town.juliet.login('balcony');
    for (let i = 0; i < 8; i++) at.subscribe(EVERY_OPTION, { callId: `call-${i}` });
    expect(at.pass(1_000).filter(({ kind }) => kind === '200')).toHaveLength(8);
    at.subscribe(['Accept: application/pidf+xml'], { callId: 'other', device: 'another' });
    expect(one(at.pass(1_000), '480').header('Retry-After')).toBe('600');
    at.subscribe(EVERY_OPTION, { callId: 'again' });
    one(at.pass(1_000), '200');
    at.town.juliet.clients[0]?.setPresence({ show: 'away' });
    const told = at.pass().filter(({ kind }) => kind === 'BENOTIFY');
    expect(new Set(told.map((came) => came.header('Call-ID')))).toEqual(
      new Set(['again', ...[1, 2, 3, 4, 5, 6, 7].map((i) => `call-${i}`)]),
    );
    expect(at.town.traces.some(({ reasons }) => reasons.includes('superseded'))).toBe(true);
  });

  it('RFC 3261 §21.4.15 where the host wants answers, best effort is refused by name, and not without', () => {
    const habits = { unanswered: false };
    const presence = { host: `gw.${SIP}`, ports: { tls: 5061 }, jitter: () => 0.5, habits };
    const at = new LyncTown({ presence });
    const refused = one(watched(at, EVERY_OPTION), '420');
    expect(refused.header('Unsupported')).toBe('ms-benotify');
    at.subscribe([`Accept: ${ACCEPT}`, 'Supported: com.microsoft.autoextend'], {
      callId: 'another',
    });
    const news = at.pass(1_000);
    expect(one(news, '200').headers('Supported')).toEqual(['com.microsoft.autoextend']);
    expect(one(news, 'NOTIFY').header('Event')).toBe('presence');
    expect(at.town.traces.some(({ reasons }) => reasons.includes('extension'))).toBe(true);
  });

  it('do not disturb is what the host says', () => {
    const habits = { doNotDisturb: 'do-not-disturb' } as const;
    const presence = { host: `gw.${SIP}`, ports: { tls: 5061 }, jitter: () => 0.5, habits };
    const at = new LyncTown({ presence });
    at.town.juliet.login('balcony', { show: 'dnd' });
    at.subscribe(EVERY_OPTION);
    const last = at.pass(12_000).findLast((came) => came.kind === 'BENOTIFY');
    expect(last?.body).toContain('<availability>9500</availability>');
  });

  it('who asks to see him does not cross as a package of its own', () => {
    const at = new LyncTown();
    const news = watched(at, [...EVERY_OPTION, 'Event: presence.wpending']);
    expect(one(news, '489').header('Allow-Events')).toBe('presence');
    expect(at.town.traces.some(({ reasons }) => reasons.includes('event-package'))).toBe(true);
    const subscribe = watching(new LyncTown());
    at.notify(subscribe, {
      lines: ['Event: presence.wpending'],
      type: 'text/xml+msrtc.wpending',
      body: '<watchers/>',
    });
    expect(at.kinds()).toEqual([]);
  });

  it('best effort of somebody who does not speak so is answered by nobody, and changes nothing', () => {
    const at = new LyncTown({ dialects: { [SIP]: 'standard' } });
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, OK_PENDING);
    at.notify(subscribe, state(3500));
    expect([at.kinds(), at.roster(), at.seen()]).toEqual([[], 'none', []]);
  });
});
