// A subscriber and a notifier between two endpoints in virtual time: octets both ways, some of them lost, and both
// records through JSON whenever they are not in use.
import { describe, expect, it } from 'vitest';
import {
  type IncomingRequest,
  type Notifier,
  type NotifierEnv,
  type NotifierInput,
  type NotifierStep,
  notifierWakeAt,
  openNotifier,
  type RequestDraft,
  type ResponseDraft,
  type SipEvent,
  startSubscriber,
  stepNotifier,
  stepSubscriber,
  type Subscriber,
  type SubscriberEvent,
  type SubscriberInput,
  type SubscriberStep,
  subscriberWakeAt,
} from '@interwork/sip';
import { good, utf8 } from './message-text.ts';
import { ANN, BOB, PIDF, subscriberEnv, T0 } from './subscriptions.ts';
import { type Host, Network, targetOf, tokens } from './virtual.ts';

const METHODS = ['OPTIONS', 'SUBSCRIBE', 'NOTIFY'];
const HOUR = 3_600_000;

const stored = <T>(record: T | undefined): T | undefined =>
  record === undefined ? undefined : (JSON.parse(JSON.stringify(record)) as T);

class World {
  readonly net = new Network();
  readonly ann: Host;
  readonly bob: Host;
  watcher: Subscriber | undefined;
  presentity: Notifier | undefined;
  document = 'one';
  decision: 'pending' | 'active' = 'active';
  readonly told: SubscriberEvent[] = [];
  readonly ends: string[] = [];
  readonly #watching = subscriberEnv({ contact: 'sip:token@ann.example' });
  readonly #notifying: NotifierEnv;

  constructor(loses: (text: string) => boolean = () => false) {
    this.net.loses = loses;
    this.ann = this.net.add('ann', { methods: METHODS });
    this.bob = this.net.add('bob', { methods: METHODS, events: ['presence'] });
    this.#notifying = {
      contact: 'sip:token@bob.example',
      event: 'presence',
      accept: [PIDF],
      draw: tokens('n'),
      minExpires: 60,
      maxExpires: 3600,
      interval: 5000,
      fetchHold: 2000,
      document: () => ({ contentType: PIDF, body: utf8(this.document) }),
    };
  }

  get documents(): readonly string[] {
    return this.told.flatMap((one) =>
      one.kind === 'document' ? [new TextDecoder().decode(one.body)] : [],
    );
  }

  begin(expires = 3600): void {
    const wish = { local: ANN, remote: BOB, expires };
    this.#watched(startSubscriber(this.#now, wish, this.#watching));
  }

  watch(input: SubscriberInput): void {
    this.#watched(stepSubscriber(good(this.watcher), this.#now, input, this.#watching));
  }

  notify(input: NotifierInput): void {
    this.#notified(stepNotifier(good(this.presentity), this.#now, input, this.#notifying));
  }

  /** Lets time pass. */
  pass(ms: number): void {
    const until = this.net.now + ms;
    while (this.net.now < until) {
      const wakes = [
        this.watcher === undefined ? until : subscriberWakeAt(this.watcher) - T0,
        this.presentity === undefined ? until : notifierWakeAt(this.presentity) - T0,
        ...this.net.hosts.map((host) => host.endpoint.wakeAt),
      ];
      const next = Math.max(this.net.now + 20, Math.min(...wakes));
      this.net.run(Math.min(this.#isBusy ? this.net.now + 20 : next, until));
      this.#hear();
      if (this.watcher !== undefined) this.watch({ kind: 'wake' });
      if (this.presentity !== undefined) this.notify({ kind: 'wake' });
    }
  }

  get #now(): number {
    return T0 + this.net.now;
  }

  get #isBusy(): boolean {
    return this.net.hosts.some(({ endpoint }) => {
      const { requests, unanswered, connecting } = endpoint.counts;
      return requests + unanswered + connecting > 0;
    });
  }

  #hear(): void {
    for (const event of this.ann.events.splice(0)) this.#heardByAnn(event);
    for (const event of this.bob.events.splice(0)) this.#heardByBob(event);
  }

  #heardByAnn(event: SipEvent): void {
    if (event.kind === 'request') {
      const { watcher } = this;
      if (watcher === undefined) return this.#answer(this.ann, event.id, { status: 481 });
      const input = { kind: 'notify', request: event.request } as const;
      const step = stepSubscriber(watcher, this.#now, input, this.#watching);
      this.#answer(this.ann, event.id, step.answer);
      this.#watched(step);
    } else this.#ended(event, (input) => this.watcher !== undefined && this.watch(input));
  }

  #heardByBob(event: SipEvent): void {
    if (event.kind === 'request') this.#subscribed(event.id, event.request);
    else this.#ended(event, (input) => this.presentity !== undefined && this.notify(input));
  }

  #subscribed(id: string, request: IncomingRequest): void {
    const { presentity } = this;
    if (presentity?.dialog.callId === request.callId) {
      const input = { kind: 'subscribe', request } as const;
      const step = stepNotifier(presentity, this.#now, input, this.#notifying);
      this.#answer(this.bob, id, step.answer);
      this.#notified(step);
      return;
    }
    const opening = openNotifier(this.#now, request, this.decision, this.#notifying);
    if (opening.kind === 'refused') return this.#answer(this.bob, id, opening.answer);
    this.#answer(this.bob, id, opening.step.answer);
    this.#notified(opening.step);
  }

  #ended(event: SipEvent, step: (input: Ended) => unknown): void {
    if (event.kind === 'response') step({ kind: 'response', response: event.response });
    else if (event.kind === 'failed') step({ kind: 'failed', reason: event.reason });
  }

  #watched({ next, request, told }: SubscriberStep): void {
    this.watcher = stored(next);
    this.told.push(...told);
    if (request !== undefined) this.#send(this.ann, this.bob, request);
  }

  #notified({ next, notify, ended }: NotifierStep): void {
    this.presentity = stored(next);
    if (ended !== undefined) this.ends.push(ended);
    if (notify !== undefined) this.#send(this.bob, this.ann, notify);
  }

  #send(from: Host, to: Host, draft: RequestDraft): void {
    this.net.feed(from, { kind: 'request', draft, targets: [targetOf(to)], context: draft.cseq });
  }

  #answer(host: Host, to: string, draft: ResponseDraft | undefined): void {
    this.net.feed(host, { kind: 'respond', to, draft: good(draft) });
  }
}

type Ended = Extract<SubscriberInput & NotifierInput, { kind: 'response' | 'failed' }>;

/** Loses the first copy of everything, or nothing. */
const FIRST_COPIES = (): ((text: string) => boolean) => {
  const seen = new Set<string>();
  return (text) => {
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  };
};

describe.each([
  ['nothing is lost', () => () => false],
  ['every first copy is lost', FIRST_COPIES],
])('RFC 6665 §4.1 and §4.2 when %s', (_, loses) => {
  it('a subscription lives, is refreshed, tells changes, and ends', () => {
    const world = new World(loses());
    world.decision = 'pending';
    world.begin();
    world.pass(10_000);
    expect(world.told).toEqual([{ kind: 'pending' }]);
    world.notify({ kind: 'state', state: 'active' });
    world.pass(10_000);
    world.document = 'two';
    world.notify({ kind: 'changed' });
    world.pass(10_000);
    expect(world.documents).toEqual(['one', 'two']);
    world.pass(3 * HOUR);
    expect(world.documents.length).toBeGreaterThan(4);
    expect(world.ends).toEqual([]);
    world.watch({ kind: 'stop' });
    world.pass(30_000);
    expect([world.watcher, world.presentity, world.ends]).toEqual([
      undefined,
      undefined,
      ['unsubscribed'],
    ]);
    expect(world.told.at(-1)).toEqual({ kind: 'ended', cause: { by: 'stop' }, again: 'never' });
  });

  it('a fetch is told once', () => {
    const world = new World(loses());
    world.begin(0);
    world.pass(20_000);
    expect(world.told.map(({ kind }) => kind)).toEqual(['document', 'ended']);
    expect([world.watcher, world.presentity, world.ends]).toEqual([
      undefined,
      undefined,
      ['fetched'],
    ]);
  });

  it('a notifier that hands over is asked again at once', () => {
    const world = new World(loses());
    world.begin();
    world.pass(90_000);
    world.notify({ kind: 'terminate', reason: 'deactivated' });
    world.pass(10_000);
    expect(world.told.map(({ kind }) => kind)).toEqual([
      'active',
      'document',
      'ended',
      'active',
      'document',
    ]);
    expect([world.watcher?.state, world.presentity?.state]).toEqual(['active', 'active']);
  });
});

describe('RFC 6665 §4.1 and §4.2 when nothing gets through any more', () => {
  it('the notifier gives up, the watcher says so in time, and both find each other again', () => {
    let isDown = false;
    const world = new World(() => isDown);
    world.begin();
    world.pass(60_000);
    isDown = true;
    world.notify({ kind: 'changed' });
    world.pass(40_000);
    expect([world.presentity, world.ends]).toEqual([undefined, ['notify-failed']]);
    expect(world.watcher?.state).toBe('active');
    world.pass(HOUR);
    expect(['resting', 'notify-wait']).toContain(world.watcher?.state);
    expect(world.told.at(-1)).toMatchObject({ kind: 'ended', again: 'later' });
    isDown = false;
    world.pass(HOUR);
    expect([world.watcher?.state, world.presentity?.state]).toEqual(['active', 'active']);
  });
});
