// A Lync-like server, in raw texts, and an XMPP domain with rosters, with a gateway between them that may be killed and
// started again after every step.
import type { GatewayOptions, Hooks } from '@interwork/core';
import { expect } from 'vitest';
import { type Came, LyncPeer, textOf } from './lync-peer.ts';
import { PresenceTown, SIP, XMPP } from './presence-town.ts';

export const AMY = `amy@${SIP}`;
export const JULIET = `juliet@${XMPP}`;
export const CATEGORIES = 'application/msrtc-event-categories+xml';
export const NS_CATEGORIES = 'http://schemas.microsoft.com/2006/09/sip/categories';
const NS_STATE = 'http://schemas.microsoft.com/2006/09/sip/state';
export const ACCEPT = `${CATEGORIES}, text/xml+msrtc.pidf, application/xpidf+xml, application/pidf+xml, application/rlmi+xml, multipart/related`;
export const EVERY_OPTION = [
  `Accept: ${ACCEPT}`,
  'Supported: com.microsoft.autoextend',
  'Supported: ms-benotify',
  'Proxy-Require: ms-benotify',
  'Supported: ms-piggyback-first-notify',
];

/** The town. */
export class LyncTown {
  readonly town: PresenceTown;
  readonly #restarts: boolean;
  #peer: LyncPeer | undefined;
  #cseq = 0;

  constructor(
    gateway: Partial<GatewayOptions> = {},
    restarts = false,
    onCrossing?: Hooks['onCrossing'],
  ) {
    this.#restarts = restarts;
    this.town = new PresenceTown({
      ...(onCrossing === undefined ? {} : { hooks: { onCrossing } }),
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

/** What a notification says. */
export interface Notice {
  readonly method?: string;
  readonly state?: string;
  readonly type?: string;
  readonly body?: string;
  readonly cseq?: number;
  readonly lines?: readonly string[];
}

export function target(asked: Came): string {
  return /<([^>]*)>/.exec(asked.header('Contact') ?? '')?.[1] ?? '';
}

export function one(news: readonly Came[], kind: string): Came {
  const found = news.filter((came) => came.kind === kind);
  expect(news.map((came) => came.kind)).toContain(kind);
  return found[0] as Came;
}

export const state = (availability: number, note = '', token = ''): Notice => ({
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

export const OK_PENDING = [
  'Expires: 28800',
  'Event: presence',
  'subscription-state: active;expires=28800',
];

/** A 200 that brings the first notification along. */
export const PIGGYBACK = [
  'Contact: <sip:sip.example.net:5061;transport=tls>',
  ...OK_PENDING,
  'ms-piggyback-cseq: 1',
  'Supported: com.microsoft.autoextend, ms-piggyback-first-notify, ms-benotify',
  `Content-Type: ${CATEGORIES}`,
];

/** Juliet asks to see Amy; the SUBSCRIBE that comes of it. */
export function asked(at: LyncTown): Came {
  at.town.juliet.login('balcony');
  at.town.juliet.subscribe(AMY);
  return one(at.pass(1_000), 'SUBSCRIBE');
}

/** The same, and Amy lets her see. */
export function watching(at: LyncTown): Came {
  const subscribe = asked(at);
  at.peer.answer(subscribe, 200, OK_PENDING);
  at.notify(subscribe, state(3500, 'At my desk'));
  at.pass(1_000);
  expect([at.roster(), at.seen()]).toEqual(['to', ['here At my desk']]);
  return subscribe;
}

/** Amy watches Juliet with these lines; what came of it until Juliet has agreed. */
export function watched(at: LyncTown, lines: readonly string[]): readonly Came[] {
  at.town.juliet.login('balcony');
  at.subscribe(lines);
  return at.pass(1_000);
}
