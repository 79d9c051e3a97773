// Two sessions that talk to each other: every message is delivered by hand, so that any two may cross, and both records
// go through JSON between any two steps. RFC 3261 §13 to §15, RFC 3311, RFC 4028.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type IncomingRequest,
  isFault,
  partFrom,
  requestInSession,
  type Response,
  type ResponseDraft,
  type Session,
  type SessionEnv,
  type SessionInput,
  type SessionState,
  type SessionStep,
  type SessionTag,
} from '@interwork/sip';
import { T0 } from './subscriptions.ts';
import { good } from './message-text.ts';
import {
  answeredBy,
  draftOf,
  End,
  OLD,
  OFFER,
  peerInvite,
  peerRequest,
  peerResponse,
  wired,
} from './sessions.ts';

type Side = 'a' | 'b';
const OTHER: Readonly<Record<Side, Side>> = { a: 'b', b: 'a' };

/** What is on its way to a side. */
type Letter =
  | {
      readonly kind: 'request';
      readonly tag: SessionTag | 'within';
      readonly request: IncomingRequest;
    }
  | { readonly kind: 'response'; readonly tag: SessionTag | 'within'; readonly response: Response }
  | { readonly kind: 'CANCEL' };

interface Owed {
  readonly tag: SessionTag | 'within';
  readonly request: IncomingRequest;
}

/** Both ends, the transactions between them as far as they matter, and what is on its way. */
class Call {
  readonly a: End;
  readonly b: End;
  readonly mail: Readonly<Record<Side, Letter[]>> = { a: [], b: [] };
  /** Requests that the host of a side has not answered; its INVITE among them. */
  readonly unanswered: Readonly<Record<Side, Owed[]>> = { a: [], b: [] };
  /** What went over the wire, in order of delivery. */
  readonly log: string[] = [];

  constructor(a: Partial<SessionEnv> = {}, b: Partial<SessionEnv> = {}) {
    this.a = new End('a', a);
    this.b = new End('b', b);
    this.take('a', this.a.start());
  }

  /** Both have said that it stands. */
  static standing(a: Partial<SessionEnv> = {}, b: Partial<SessionEnv> = {}): Call {
    const call = new Call(a, b);
    call.deliver('b');
    call.act('b', { kind: 'answer', status: 200 });
    call.settle();
    expect([call.a.state, call.b.state]).toEqual(['active', 'active']);
    call.log.length = 0;
    call.a.told.length = 0;
    call.b.told.length = 0;
    return call;
  }

  /** Time goes by for both. */
  pass(ms: number): void {
    this.a.now += ms;
    this.b.now += ms;
  }

  act(side: Side, input: SessionInput): SessionStep {
    const step = this[side].step(input);
    this.take(side, step);
    return step;
  }

  /** Posts what a step wants; an answer without a request is for the INVITE. */
  take(side: Side, step: SessionStep, owed?: Owed): void {
    if (step.answer !== undefined) this.#answer(side, owed ?? this.#invite(side), step.answer);
    if (step.refusal !== undefined) this.#answer(side, this.#invite(side), step.refusal);
    for (const { tag, draft } of step.requests) {
      this.mail[OTHER[side]].push({ kind: 'request', tag, request: wired(draft) });
    }
    if (step.cancel === true) this.mail[OTHER[side]].push({ kind: 'CANCEL' });
  }

  /** Delivers the oldest letter to a side. */
  deliver(side: Side): void {
    const letter = good(this.mail[side].shift());
    if (letter.kind === 'CANCEL') this.#cancel(side);
    else if (letter.kind === 'response') this.#respond(side, letter.tag, letter.response);
    else this.#request(side, letter);
  }

  /** Delivers everything, in turn. */
  settle(): void {
    for (let turns = 0; this.mail.a.length + this.mail.b.length > 0; turns++) {
      if (turns > 100) throw new Error('no end');
      for (const side of ['a', 'b'] as const) if (this.mail[side].length > 0) this.deliver(side);
    }
  }

  #request(side: Side, { tag, request }: Owed): void {
    const end = this[side];
    this.log.push(`${OTHER[side]} ${request.method}`);
    if (request.method === 'ACK') {
      if (end.s !== undefined) this.act(side, { kind: 'acknowledged', request });
      return;
    }
    const owed = { tag, request };
    if (end.s === undefined && end.told.length > 0) {
      this.#answer(side, owed, { status: 481 });
      return;
    }
    if (request.method === 'INVITE') this.unanswered[side].push(owed);
    const step = end.s === undefined ? end.open(request) : end.step({ kind: 'request', request });
    this.take(side, step, owed);
    if (step.told.some(({ kind }) => kind === 'content')) this.#answer(side, owed, { status: 200 });
  }

  #respond(side: Side, tag: SessionTag | 'within', response: Response): void {
    const end = this[side];
    const { cseq } = response.headers;
    const method = cseq === undefined || isFault(cseq) ? '' : cseq.method;
    this.log.push(`${OTHER[side]} ${response.status} ${method}`);
    if (end.s === undefined) {
      const isTaken = tag === 'invite' && response.status >= 200 && response.status < 300;
      const requests = isTaken ? partFrom(response) : [];
      this.take(side, { next: undefined, requests, told: [] });
    } else if (response.status < 200) this.act(side, { kind: 'provisional', response });
    else this.act(side, { kind: 'response', tag, response });
  }

  /** The endpoint answers 487 where nothing final was said. @see RFC 3261 §9.2 */
  #cancel(side: Side): void {
    this.log.push(`${OTHER[side]} CANCEL`);
    const owed = this.unanswered[side].find(({ request }) => request.method === 'INVITE');
    if (owed === undefined) return;
    this.#answer(side, owed, { status: 487 });
    this.act(side, { kind: 'cancelled' });
  }

  #invite(side: Side): Owed {
    return good(this.unanswered[side].find(({ request }) => request.method === 'INVITE'));
  }

  #answer(side: Side, { tag, request }: Owed, draft: ResponseDraft): void {
    const response = answeredBy(request, draft);
    this.mail[OTHER[side]].push({ kind: 'response', tag, response });
    const at = this.unanswered[side].findIndex((one) => one.request === request);
    if (draft.status >= 200 && at >= 0) this.unanswered[side].splice(at, 1);
  }
}

/** A request of the host of one side, in the session it has. */
function say(call: Call, side: Side, method = 'MESSAGE'): void {
  const { next, draft } = requestInSession(call[side].record, method, {});
  call[side].s = JSON.parse(JSON.stringify(next)) as Session;
  const request = wired(draft);
  call.mail[OTHER[side]].push({ kind: 'request', tag: 'within', request });
}

const TAKE: SessionInput = { kind: 'answer', status: 200 };
const END: SessionInput = { kind: 'end' };

describe('RFC 3261 §13 and §15 a whole session', () => {
  it('is rung, taken, used both ways, and ended by the called', () => {
    const call = new Call();
    call.deliver('b');
    call.act('b', { kind: 'answer', status: 180 });
    call.settle();
    call.act('b', TAKE);
    call.settle();
    say(call, 'a');
    say(call, 'b', 'INFO');
    call.settle();
    call.act('b', END);
    call.settle();
    expect(call.log).toEqual([
      'a INVITE',
      'b 180 INVITE',
      'b 200 INVITE',
      'a ACK',
      'b INFO',
      'a MESSAGE',
      'b 200 MESSAGE',
      'a 200 INFO',
      'b BYE',
      'a 200 BYE',
    ]);
    expect(call.a.words).toEqual(['ringing', 'established', 'content', 'ended by peer']);
    expect(call.b.words).toEqual(['established', 'content', 'ended by us']);
    expect([call.a.state, call.b.state]).toEqual(['over', 'over']);
  });

  it('§13.3.1.4 the caller may say something before its ACK has come', () => {
    const call = new Call();
    call.deliver('b');
    call.act('b', TAKE);
    call.deliver('a');
    say(call, 'a');
    call.mail.b.reverse();
    call.settle();
    expect(call.b.words).toEqual(['content', 'established']);
  });

  it('§15 the called that wants to end it waits for the ACK', () => {
    const call = new Call();
    call.deliver('b');
    call.act('b', TAKE);
    call.act('b', END);
    expect([call.b.state, call.b.words]).toEqual(['leaving', ['ended by us']]);
    call.settle();
    expect(call.log.slice(1)).toEqual(['b 200 INVITE', 'a ACK', 'b BYE', 'a 200 BYE']);
    expect([call.a.state, call.b.state]).toEqual(['over', 'over']);
  });

  it('§15.1.2 two BYEs cross', () => {
    const call = Call.standing();
    call.act('a', END);
    call.act('b', END);
    call.settle();
    expect([call.a.state, call.b.state]).toEqual(['over', 'over']);
    expect([call.a.words, call.b.words]).toEqual([['ended by us'], ['ended by us']]);
  });

  it('§15.1.2 the caller ends it while it is being answered', () => {
    const call = new Call();
    call.deliver('b');
    call.act('b', { kind: 'answer', status: 180 });
    const bye = peerRequest(call.b.record, 'BYE', 2);
    const step = call.b.step({ kind: 'request', request: bye });
    expect([step.answer?.status, step.refusal?.status]).toEqual([200, 487]);
  });
});

describe('RFC 3261 §9 CANCEL', () => {
  it('comes in time', () => {
    const call = new Call();
    call.deliver('b');
    call.act('a', END);
    call.settle();
    expect(call.log).toEqual(['a INVITE', 'a CANCEL', 'b 487 INVITE']);
    expect([call.a.words, call.b.words]).toEqual([['ended by us'], ['ended by cancelled']]);
    expect([call.a.state, call.b.state]).toEqual(['over', 'over']);
  });

  it('§9.1 crosses the 2xx, which is acknowledged and ended', () => {
    const call = new Call();
    call.deliver('b');
    call.act('b', TAKE);
    call.act('a', END);
    call.settle();
    expect(call.log).toEqual([
      'a INVITE',
      'b 200 INVITE',
      'a CANCEL',
      'a ACK',
      'a BYE',
      'b 200 BYE',
    ]);
    expect([call.a.words, call.b.words]).toEqual([
      ['ended by us'],
      ['established', 'ended by peer'],
    ]);
  });

  it('§9.1 the 2xx comes when nothing is kept any more', () => {
    const call = new Call();
    call.deliver('b');
    call.act('b', TAKE);
    call.act('a', END);
    call.act('a', { kind: 'failed', tag: 'invite', reason: 'timeout' });
    expect(call.a.state).toBe('over');
    call.settle();
    expect(call.log.slice(-3)).toEqual(['a ACK', 'a BYE', 'b 200 BYE']);
    expect(call.b.state).toBe('over');
  });

  it('§13.3.1 nobody answers: the called gives up first, else the caller takes it back', () => {
    const called = new Call();
    called.deliver('b');
    called.pass(60_000);
    called.act('b', { kind: 'wake' });
    called.settle();
    expect([called.log.at(-1), called.b.words]).toEqual(['b 480 INVITE', ['ended by timeout']]);
    const caller = new Call({}, { times: { holdTime: 600_000 } });
    caller.deliver('b');
    caller.pass(180_000);
    caller.act('a', { kind: 'wake' });
    caller.settle();
    expect(caller.log.slice(1)).toEqual(['a CANCEL', 'b 487 INVITE']);
    expect([caller.a.words, caller.b.words]).toEqual([
      ['ended by timeout'],
      ['ended by cancelled'],
    ]);
  });
});

describe('RFC 3261 §13.3.1.1 an INVITE that is not decided', () => {
  const long = (holdTime = 600_000) => new End('b', { times: { holdTime } });
  const since = (end: End): number => end.wakeAt - T0;

  it('is said to go on at every minute, as long as the host may take, and then refused', () => {
    const end = long(150_000);
    expect(end.open(peerInvite()).answer).toBeUndefined();
    const answers: (readonly [number, number | undefined, string | undefined])[] = [];
    while (end.s !== undefined) {
      const at = since(end);
      const { answer } = end.wake();
      answers.push([at, answer?.status, answer?.toTag]);
    }
    const [[, , tag] = []] = answers;
    expect(tag).toMatch(/./);
    expect(answers).toEqual([
      [60_000, 183, tag],
      [120_000, 183, tag],
      [150_000, 480, tag],
    ]);
    expect(end.words).toEqual(['ended by timeout']);
  });

  it('says so a minute after the last word of the host, not of the INVITE', () => {
    const end = long();
    end.open(peerInvite());
    end.now += 45_000;
    expect(end.step({ kind: 'answer', status: 180 }).answer?.status).toBe(180);
    expect(since(end)).toBe(105_000);
    const early = end.step({ kind: 'wake' });
    expect([early.answer, since(end)]).toEqual([undefined, 105_000]);
    expect(end.wake().answer?.headers?.map(({ name }) => name)).toContain('Contact');
    expect(since(end)).toBe(165_000);
  });

  it.each([
    ['accepted', 200],
    ['refused', 486],
  ])('says nothing of it any more once it is %s', (_how, status) => {
    const end = long();
    end.open(peerInvite());
    end.wake();
    end.step({ kind: 'answer', status });
    if (status === 200) {
      expect(since(end)).toBe(124_000);
      expect(end.record.refreshAt).toBe(0);
    } else expect(end.s).toBeUndefined();
  });

  it('is not put off by a process that slept: one word, and the next a minute later', () => {
    const end = long();
    end.open(peerInvite());
    expect(end.wake(T0 + 400_000).answer?.status).toBe(183);
    expect(since(end)).toBe(460_000);
  });

  it('of a record of a former release waits in silence, as it did', () => {
    const end = long();
    end.open(peerInvite());
    end.s = { ...end.record, refreshAt: 0 };
    expect(since(end)).toBe(600_000);
    expect(end.wake().answer?.status).toBe(480);
  });
});

describe('RFC 3261 §13.2.2.4 forks', () => {
  it('the first of fifty that take it has it, the others are acknowledged and ended', () => {
    const end = new End('a');
    const draft = draftOf(end.start(), 'invite');
    const at = (tag: string) => peerResponse(draft, 200, { tag });
    end.step({ kind: 'response', tag: 'invite', response: at('t0') });
    for (let i = 1; i < 50; i++) {
      const step = end.step({ kind: 'forked', response: at(`t${i}`) });
      const tags = step.requests.map(({ draft: { method, to } }) => [method, to.params[0]?.value]);
      expect(tags).toEqual([
        ['ACK', `t${i}`],
        ['BYE', `t${i}`],
      ]);
    }
    expect([end.state, end.record.dialog.remoteTag, end.words]).toEqual([
      'active',
      't0',
      ['established'],
    ]);
  });

  it('what is no 2xx to an INVITE parts from nobody', () => {
    const { draft } = requestInSession(Call.standing().a.record, 'MESSAGE');
    expect(partFrom(peerResponse(draft, 200))).toEqual([]);
  });
});

/** Both ask at once; what is said then, and who comes first. */
function glare(a: Partial<SessionEnv>, b: Partial<SessionEnv>): Call {
  const call = Call.standing(a, b);
  call.act('a', { kind: 'refresh' });
  call.act('b', { kind: 'refresh' });
  call.settle();
  return call;
}

describe('RFC 3261 §14.1 and §14.2 both change it at once', () => {
  it('two INVITEs are both refused, and the one who began waits longer', () => {
    const call = glare({ allow: OLD }, { allow: OLD });
    expect(call.log.toSorted()).toEqual(['a 491 INVITE', 'a INVITE', 'b 491 INVITE', 'b INVITE']);
    expect([call.a.wakeAt - call.a.now, call.b.wakeAt - call.b.now]).toEqual([3050, 1000]);
    call.pass(1000);
    call.act('b', { kind: 'wake' });
    call.settle();
    expect(call.log.slice(4)).toEqual(['b INVITE', 'a 200 INVITE', 'b ACK']);
    call.pass(2050);
    call.act('a', { kind: 'wake' });
    call.settle();
    expect(call.log.slice(7)).toEqual(['a INVITE', 'b 200 INVITE', 'a ACK']);
    expect([call.a.wakeAt, call.b.wakeAt]).toEqual([Infinity, Infinity]);
  });

  it.each([
    [0, 2100, 0],
    [1, 4000, 2000],
    [7, 4000, 2000],
  ])('§14.1 the waits with %s drawn', (drawn, owner, other) => {
    const call = glare({ allow: OLD, jitter: () => drawn }, { allow: OLD, jitter: () => drawn });
    const waits = [call.a.record.refreshAt - call.a.now, call.b.record.refreshAt - call.b.now];
    expect(waits).toEqual([owner, other]);
  });

  it('RFC 3311 §5.2 two UPDATEs with offers', () => {
    const call = glare({}, {});
    expect(call.log.toSorted()).toEqual(['a 491 UPDATE', 'a UPDATE', 'b 491 UPDATE', 'b UPDATE']);
    call.pass(4000);
    call.act('b', { kind: 'wake' });
    call.settle();
    expect(call.log.slice(4)).toEqual(['b UPDATE', 'a 200 UPDATE']);
  });

  it('RFC 3311 §5.2 an UPDATE against an INVITE', () => {
    const call = glare({}, { allow: OLD });
    expect(call.log.toSorted()).toEqual(['a 491 UPDATE', 'a INVITE', 'b 491 INVITE', 'b UPDATE']);
    call.pass(1000);
    const step = call.act('b', { kind: 'wake' });
    expect(new TextDecoder().decode(draftOf(step, 'update').body)).toBe(OFFER);
  });

  it('RFC 3311 §5.2 our offer in a 2xx has no answer yet', () => {
    const { a } = Call.standing();
    a.step({ kind: 'request', request: peerRequest(a.record, 'INVITE', 2) });
    const update = peerRequest(a.record, 'UPDATE', 3, { body: OFFER });
    expect(a.step({ kind: 'request', request: update }).answer?.status).toBe(491);
  });

  it('§14.1 while the ACK of the peer is waited for, nothing is asked', () => {
    const { a } = Call.standing();
    a.step({ kind: 'request', request: peerRequest(a.record, 'INVITE', 2, { body: OFFER }) });
    expect(a.step({ kind: 'refresh' }).requests).toEqual([]);
    expect(a.wakeAt).toBe(a.now + 10_000);
  });

  it('RFC 3311 §5.1 a peer that does not take UPDATE after all is asked by INVITE', () => {
    const { a } = Call.standing();
    const update = draftOf(a.step({ kind: 'refresh' }), 'update');
    const response = peerResponse(update, 405, { allow: OLD });
    const invite = draftOf(a.step({ kind: 'response', tag: 'update', response }), 'invite');
    expect([invite.cseq, a.record.updates]).toEqual([good(update.cseq) + 1, false]);
  });

  it('§14.1 what is offered to our empty INVITE is answered in the ACK, or the session ends', () => {
    let said: Uint8Array | undefined;
    const describes = {
      allow: OLD,
      describe: (offer?: Uint8Array) => (offer === undefined ? undefined : said),
    };
    for (const answer of [new Uint8Array([65]), undefined]) {
      said = answer;
      const { a } = Call.standing(describes, { allow: OLD });
      const invite = draftOf(a.step({ kind: 'refresh' }), 'invite');
      expect(invite.body).toBeUndefined();
      const response = peerResponse(invite, 200, { body: OFFER });
      const step = a.step({ kind: 'response', tag: 'invite', response });
      expect(draftOf(step, 'ack').body).toEqual(answer);
      expect(a.state).toBe(answer === undefined ? 'ending' : 'active');
    }
  });
});

describe('RFC 3261 §13 a restart between any two steps', () => {
  const LOST: SessionInput = { kind: 'lost' };

  it('what stood goes on', () => {
    const call = Call.standing();
    call.act('a', LOST);
    call.act('b', LOST);
    say(call, 'a');
    call.settle();
    expect(call.log).toEqual(['a MESSAGE', 'b 200 MESSAGE']);
  });

  it('what was being asked is asked again, by the next number', () => {
    const call = Call.standing();
    const first = call.act('a', { kind: 'refresh' });
    call.mail.b.length = 0;
    const again = call.act('a', LOST);
    call.settle();
    expect(draftOf(again, 'update').cseq).toBe(good(draftOf(first, 'update').cseq) + 1);
    expect(draftOf(again, 'update').body).toEqual(draftOf(first, 'update').body);
    expect(call.log).toEqual(['a UPDATE', 'b 200 UPDATE']);
  });

  it('a BYE that may not have left goes again', () => {
    const call = Call.standing();
    call.act('a', END);
    call.act('a', LOST);
    call.settle();
    expect(call.log).toEqual(['a BYE', 'b 200 BYE', 'a BYE', 'b 481 BYE']);
  });

  it('our 2xx may have arrived: the first request tells', () => {
    const call = new Call();
    call.deliver('b');
    call.act('b', TAKE);
    call.act('b', LOST);
    call.settle();
    expect([call.a.state, call.b.state, call.b.words]).toEqual([
      'active',
      'active',
      ['established'],
    ]);
  });
});

describe('whatever comes, in whatever order', () => {
  const TAGS = ['invite', 'update', 'bye', 'within', 'fork-bye', 'ack'] as const;
  const METHODS = ['BYE', 'INVITE', 'UPDATE', 'MESSAGE', 'OPTIONS', 'PRACK'];
  const STATUSES = [180, 200, 200, 302, 405, 408, 422, 481, 486, 491, 500];
  const move = fc.record({
    what: fc.nat(12),
    status: fc.constantFrom(...STATUSES),
    tag: fc.constantFrom(...TAGS),
    method: fc.constantFrom(...METHODS),
    cseq: fc.nat(30),
    body: fc.constantFrom('', OFFER, 'x'),
    wait: fc.nat(200_000),
    peer: fc.constantFrom('peer', 'ann', 'other'),
    line: fc.constantFrom(
      'X: 1',
      'Session-Expires: 90',
      'Session-Expires: 1;refresher=uac',
      'Min-SE: 3600',
      'Supported: timer',
    ),
  });
  type Move = typeof move extends fc.Arbitrary<infer M> ? M : never;

  /** The last request of ours, for a response to answer. */
  let last: SessionStep['requests'] = [];

  function inputOf(end: End, m: Move): SessionInput {
    const { record } = end;
    const draft = last[0]?.draft ?? good(new End('z').start().requests[0]).draft;
    const response = peerResponse(draft, m.status, { tag: m.peer, lines: [m.line], body: m.body });
    const tag = record.dialog.remoteTag || m.peer;
    const request = (method: string) =>
      peerRequest(record, method, m.cseq, { tag, body: m.body, lines: [m.line] });
    const all: readonly (() => SessionInput)[] = [
      () => ({ kind: 'provisional', response }),
      () => ({ kind: 'response', tag: m.tag, response }),
      () => ({ kind: 'forked', response }),
      () => ({ kind: 'failed', tag: m.tag, reason: m.status === 200 ? 'transport' : 'timeout' }),
      () => ({ kind: 'acknowledged', request: request('ACK') }),
      () => ({ kind: 'unacknowledged' }),
      () => ({ kind: 'cancelled' }),
      () => ({ kind: 'request', request: request(m.method) }),
      () => ({ kind: 'answer', status: m.status }),
      () => ({ kind: 'end' }),
      () => ({ kind: 'refresh' }),
      () => ({ kind: 'wake' }),
      () => ({ kind: 'lost' }),
    ];
    return good(all[m.what])();
  }

  it('nothing throws, an end is told once and last, and everything but a session that stands is waited for', () => {
    const STANDS: readonly SessionState[] = ['active'];
    fc.assert(
      fc.property(fc.boolean(), fc.array(move, { maxLength: 25 }), (isCaller, moves) => {
        const end = new End('x', isCaller ? { interval: 1800 } : {});
        const begun = isCaller ? end.start() : end.open(peerInvite());
        last = begun.requests;
        for (const m of moves) {
          if (end.s === undefined) break;
          end.now += m.wait;
          const step = end.step(inputOf(end, m));
          if (step.requests.length > 0) last = step.requests;
          const ends = end.told.findIndex(({ kind }) => kind === 'ended');
          expect(ends === -1 || ends === end.told.length - 1).toBe(true);
          if (end.s === undefined) expect(ends >= 0).toBe(true);
          else {
            expect(JSON.stringify(end.s).length).toBeLessThan(8000);
            expect(end.wakeAt < Infinity || STANDS.includes(end.record.state)).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('a usual record is under a kilobyte', () => {
    const { a, b } = Call.standing({ interval: 1800 });
    expect(JSON.stringify(a.record).length).toBeLessThan(800);
    expect(JSON.stringify(b.record).length).toBeLessThan(800);
  });
});
