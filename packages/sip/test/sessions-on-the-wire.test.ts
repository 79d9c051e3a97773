// Two sessions over two endpoints and a network that loses datagrams: whichever of them is lost, both ends are told the
// same, and neither session nor endpoint keeps anything. RFC 3261 §13 to §17, RFC 6026.
import { describe, expect, it } from 'vitest';
import {
  type DialogRequestParts,
  type IncomingRequest,
  openSession,
  partFrom,
  requestInSession,
  type Response,
  type Session,
  type SessionEnv,
  type SessionEvent,
  type SessionInput,
  type SessionRequest,
  type SessionStep,
  sessionWakeAt,
  type SessionTag,
  type SipEvent,
  startSession,
  stepSession,
} from '@interwork/sip';
import { good, utf8 } from './message-text.ts';
import { NOTHING } from './one-endpoint.ts';
import { ALLOW, OFFER, OLD, sessionEnv } from './sessions.ts';
import { tokens } from './virtual.ts';
import { type Host, Network, targetOf } from './virtual.ts';

/** What rides with a request and comes back with its end. */
interface Ride {
  readonly tag: SessionTag | 'within';
}

/** Milliseconds in which every call here is over, however often it must be repeated. */
const CALL_TIME = 120_000;
const STEP = 50;

/** One end: an endpoint, a session and a host that does what the session wants. */
class Phone {
  readonly host: Host;
  readonly env: SessionEnv;
  readonly words: string[] = [];
  readonly #network: Network;
  readonly #peer: () => Host;
  s: Session | undefined;
  #seen = 0;
  /** Our INVITE, and the INVITE of the peer. */
  #calling: Ride | undefined;
  #called = '';

  constructor(network: Network, name: string, peer: () => Host, but: Partial<SessionEnv>) {
    this.#network = network;
    this.#peer = peer;
    this.host = network.add(name, { methods: ALLOW });
    const contact = `sip:${name}@${this.host.address}`;
    this.env = sessionEnv(name, { contact, draw: tokens(`s${name}`), ...but });
  }

  call(): void {
    const [local, remote] = [`sip:${this.host.name}@x.example`, 'sip:bob@y.example'];
    this.#take(startSession(this.#network.now, { local, remote, offer: utf8(OFFER) }, this.env));
  }

  act(input: SessionInput): void {
    if (this.s !== undefined) this.#take(stepSession(this.s, this.#network.now, input, this.env));
  }

  say(method: string, parts: DialogRequestParts = {}): void {
    const { next, draft } = requestInSession(good(this.s), method, parts);
    this.s = next;
    this.#send({ tag: 'within', draft });
  }

  /** Everything that the endpoint has told since, and what is due. */
  settle(): void {
    for (let event = this.#next(); event !== undefined; event = this.#next()) this.#enter(event);
    const isDue = this.s !== undefined && sessionWakeAt(this.s) <= this.#network.now;
    if (isDue) this.act({ kind: 'wake' });
  }

  #next(): SipEvent | undefined {
    return this.host.events[this.#seen++] ?? void (this.#seen = this.host.events.length);
  }

  #enter(event: SipEvent): void {
    switch (event.kind) {
      case 'request':
        return this.#request(event.id, event.request);
      case 'provisional':
      case 'forked':
        return this.act({ kind: event.kind, response: event.response });
      case 'response':
        return this.#response(event.response, (event.context as Ride).tag);
      case 'failed':
        return this.act({
          kind: 'failed',
          tag: (event.context as Ride).tag,
          reason: event.reason,
        });
      case 'acknowledged':
        return this.act({ kind: 'acknowledged', request: event.request });
      case 'unacknowledged':
      case 'cancelled':
        return this.act({ kind: event.kind });
      default:
        return;
    }
  }

  #request(id: string, request: IncomingRequest): void {
    if (request.method === 'INVITE') this.#called = id;
    if (this.s !== undefined) {
      const step = stepSession(this.s, this.#network.now, { kind: 'request', request }, this.env);
      this.#take(step, id);
      if (step.told.some(({ kind }) => kind === 'content')) this.#respond(id, { status: 200 });
    } else if (request.method === 'INVITE') {
      const opening = openSession(this.#network.now, request, this.env);
      if (opening.kind === 'opened') this.#take(opening.step);
      else this.#respond(id, opening.answer);
    } else this.#respond(id, { status: 481 });
  }

  /** A 2xx that comes when there is nothing left to begin is parted from all the same. */
  #response(response: Response, tag: Ride['tag']): void {
    const isTaken = tag === 'invite' && response.status < 300;
    if (this.s !== undefined) this.act({ kind: 'response', tag, response });
    else if (isTaken) for (const one of partFrom(response)) this.#send(one);
  }

  #take(step: SessionStep, id: string = this.#called): void {
    this.s = step.next && (JSON.parse(JSON.stringify(step.next)) as Session);
    if (step.answer !== undefined) this.#respond(id, step.answer);
    if (step.refusal !== undefined) this.#respond(this.#called, step.refusal);
    for (const one of step.requests) this.#send(one);
    if (step.cancel === true)
      this.#network.feed(this.host, { kind: 'cancel', context: this.#calling });
    this.words.push(...step.told.map(wordOf));
  }

  #send({ tag, draft }: Pick<SessionRequest, 'draft'> & Ride): void {
    const ride: Ride = { tag };
    if (tag === 'invite') this.#calling = ride;
    const targets = [targetOf(this.#peer())];
    this.#network.feed(this.host, { kind: 'request', draft, targets, context: ride });
  }

  #respond(to: string, draft: NonNullable<SessionStep['answer']>): void {
    this.#network.feed(this.host, { kind: 'respond', to, draft });
  }
}

const wordOf = (event: SessionEvent): string =>
  event.kind === 'ended' ? `ended by ${event.by}` : event.kind;

type Script = Readonly<Record<number, (ann: Phone, bob: Phone) => void>>;

/** Plays what people do at their moments, and lets everything come to its end. */
function play(
  script: Script,
  loses: (text: string, nth: number) => boolean,
  but: Partial<SessionEnv> = {},
) {
  const network = new Network();
  const ann: Phone = new Phone(network, 'ann', () => bob.host, but);
  const bob: Phone = new Phone(network, 'bob', () => ann.host, but);
  let nth = 0;
  network.loses = (text) => loses(text, (nth += 1));
  ann.call();
  for (let until = STEP; until <= CALL_TIME; until += STEP) {
    network.run(until);
    for (const phone of [ann, bob]) phone.settle();
    script[until]?.(ann, bob);
  }
  network.run();
  for (const phone of [ann, bob]) {
    phone.settle();
    expect([phone.s, phone.host.endpoint.counts]).toEqual([undefined, NOTHING]);
  }
  return { ann: ann.words, bob: bob.words, datagrams: nth };
}

const RINGS: SessionInput = { kind: 'answer', status: 180 };
const TAKES: SessionInput = { kind: 'answer', status: 200, body: utf8(OFFER) };
const END: SessionInput = { kind: 'end' };
const REFRESH: SessionInput = { kind: 'refresh' };

/** As long as a request may be lost and come again: T1, and twice that. */
const SOON = 4000;

const WHOLE: Script = {
  [SOON]: (_, bob) => bob.act(RINGS),
  [2 * SOON]: (_, bob) => bob.act(TAKES),
  [10 * SOON]: (ann) => ann.say('MESSAGE'),
  [11 * SOON]: (_, bob) => bob.say('INFO'),
  [15 * SOON]: (_, bob) => bob.act(END),
};

describe('RFC 3261 §13 a whole session', () => {
  const expectWhole = (loses: (text: string, nth: number) => boolean): number => {
    const told = play(WHOLE, loses);
    const heard = told.ann.filter((word) => word !== 'ringing');
    expect(heard).toEqual(['established', 'content', 'ended by peer']);
    expect(told.bob).toEqual(['established', 'content', 'ended by us']);
    return told.datagrams;
  };

  it('comes about whichever datagram is lost', () => {
    const all = expectWhole(() => false);
    for (let lost = 1; lost <= all; lost += 1) expectWhole((_, nth) => nth === lost);
  });

  it.each(['INVITE ', 'ACK ', 'BYE ', 'MESSAGE ', 'SIP/2.0 200', 'SIP/2.0 180'])(
    '… and without the first two %s',
    (start) => {
      let lost = 0;
      expectWhole((text) => text.startsWith(start) && (lost += 1) <= 2);
    },
  );

  it('§13.3.1.4 a 2xx that is never acknowledged is ended', () => {
    const told = play({ [SOON]: (_, bob) => bob.act(TAKES) }, (text) => text.startsWith('ACK '));
    expect(told.bob).toEqual(['ended by timeout']);
    expect(told.ann).toEqual(['established', 'ended by peer']);
  });
});

describe('RFC 3261 §9.1 CANCEL', () => {
  const TAKEN_BACK: Script = {
    [SOON]: (_, bob) => bob.act(RINGS),
    [2 * SOON]: (ann) => ann.act(END),
  };
  const CROSSING: Script = {
    [SOON]: (_, bob) => bob.act(RINGS),
    [2 * SOON]: (ann, bob) => {
      bob.act(TAKES);
      ann.act(END);
    },
  };

  it('comes in time, whichever datagram is lost', () => {
    const one = (loses: (text: string, nth: number) => boolean): number => {
      const told = play(TAKEN_BACK, loses);
      expect(told.ann.filter((word) => word !== 'ringing')).toEqual(['ended by us']);
      expect(told.bob).toEqual(['ended by cancelled']);
      return told.datagrams;
    };
    const all = one(() => false);
    for (let lost = 1; lost <= all; lost += 1) one((_, nth) => nth === lost);
  });

  it('crosses the 2xx, whichever datagram is lost: nobody is left with half a session', () => {
    const one = (loses: (text: string, nth: number) => boolean): number => {
      const told = play(CROSSING, loses);
      expect(told.ann.filter((word) => word !== 'ringing')).toEqual(['ended by us']);
      expect(told.bob.at(-1)).toBe('ended by peer');
      return told.datagrams;
    };
    const all = one(() => false);
    for (let lost = 1; lost <= all; lost += 1) one((_, nth) => nth === lost);
  });
});

describe('RFC 3261 §14 both change it at once', () => {
  const AT_ONCE: Script = {
    [SOON]: (_, bob) => bob.act(TAKES),
    [5 * SOON]: (ann, bob) => {
      ann.act(REFRESH);
      bob.act(REFRESH);
    },
    [20 * SOON]: (ann) => ann.act(END),
  };

  it.each([
    ['INVITE', OLD],
    ['UPDATE, RFC 3311 §5.2', ALLOW],
  ])('by %s: each comes through in the end, whichever datagram is lost', (_, allow) => {
    const one = (loses: (text: string, nth: number) => boolean): number => {
      const told = play(AT_ONCE, loses, { allow });
      const changes = (words: readonly string[]) => words.filter((word) => word === 'renegotiated');
      expect([changes(told.ann).length, changes(told.bob).length]).toEqual([2, 2]);
      expect([told.ann.at(-1), told.bob.at(-1)]).toEqual(['ended by us', 'ended by peer']);
      return told.datagrams;
    };
    const all = one(() => false);
    for (let lost = 1; lost <= all; lost += 1) one((_text, nth) => nth === lost);
  });
});

describe('RFC 4028 §10 a peer that is gone', () => {
  it('is noticed by who refreshes, and by who waits', () => {
    const times = { leastInterval: 90_000 };
    const gone: Script = { [SOON]: (_, bob) => bob.act(TAKES) };
    let isGone = false;
    const script: Script = { ...gone, [3 * SOON]: () => void (isGone = true) };
    const told = play(script, () => isGone, { interval: 90, times });
    expect(told.ann.at(-1)).toMatch(/ended by (gone|timeout)/);
    expect(told.bob.at(-1)).toMatch(/ended by (gone|timeout)/);
  });
});
