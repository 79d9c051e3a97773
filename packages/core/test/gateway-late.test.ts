// RFC 3428 §7, XEP-0198 §4: what becomes of a message whose link breaks, before its sender is answered and after.
// One outcome for each, at most one word more when that was 202, and never both or neither.
import { describe, expect, it } from 'vitest';
import type { GatewayOptions, GatewayOutput } from '@interwork/core';
import {
  answers,
  Bench,
  message,
  proved,
  requests,
  response,
  stanzas,
  traces,
} from './gateway-bench.ts';

const DOUBT =
  'Your message to bob@xmpp.test may not have arrived: the link ended before it was known to be read';
const GONE = "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

/** What the SIP user is told in messages. */
const notices = (outs: readonly GatewayOutput[]): string[] =>
  requests(outs).map(({ draft }) => Buffer.from(draft.body ?? []).toString());

/** One message that is written. */
class Sent extends Bench {
  readonly context: unknown;
  readonly id: string;

  constructor(how: 'sent' | 'tracked', options: Partial<GatewayOptions> = {}) {
    super(options);
    const [sent] = stanzas(this.sip(message()));
    this.context = sent?.context;
    this.id = sent?.element.attrs['id'] ?? '';
    this.fate(this.context, how);
  }

  error(from = 'bob@xmpp.test'): GatewayOutput[] {
    return this.stanza(
      `<message type='error' from='${from}' to='alice@sip.test' id='${this.id}'>${GONE}</message>`,
    );
  }

  /** Three barriers go unanswered. */
  missThree(): void {
    for (const id of ['m1', 'm2', 'm3']) {
      const [sent] = stanzas(this.sip(message(), proved(), id));
      this.fate(sent?.context, 'tracked');
      expect(stanzas(this.tick(5))).toHaveLength(1);
      this.tick(300);
    }
  }

  pong(id: string): GatewayOutput[] {
    return this.stanza(`<iq type='result' id='${id}' from='xmpp.test' to='sip.test'/>`);
  }

  /** Nothing is said of it any more, whatever comes. */
  expectOver(): void {
    const after = [
      ...this.linkLost(),
      ...this.fate(this.context, 'failed', 'unacknowledged'),
      ...this.fate(this.context, 'acknowledged'),
      ...this.tick(120_000),
    ];
    expect([answers(after), notices(after), traces(after)]).toEqual([[], [], []]);
    expect(this.gateway.wakeAt).toBe(Infinity);
  }
}

describe('XEP-0198 §4: a stream that acknowledges', () => {
  it('ends the wait when it does, where no barrier is sent', () => {
    const bench = new Sent('tracked', { noBarrier: ['xmpp.test'] });
    expect([stanzas(bench.tick(5)), bench.gateway.sizes.barriers]).toEqual([[], 0]);
    expect(answers(bench.fate(bench.context, 'acknowledged'))).toEqual([202]);
    bench.expectOver();
  });

  it('says nothing of errors, which come by another stream: the barrier does', () => {
    for (const end of ['error', 'pong', 'wait'] as const) {
      const bench = new Sent('tracked');
      const [ping] = stanzas(bench.tick(5));
      expect(answers(bench.fate(bench.context, 'acknowledged'))).toEqual([]);
      if (end === 'error') expect(answers(bench.error())).toEqual([410]);
      else if (end === 'wait') expect(answers(bench.tick(295))).toEqual([202]);
      else expect(answers(bench.pong(ping?.element.attrs['id'] ?? ''))).toEqual([202]);
      expect(bench.gateway.sizes.unconfirmed).toBe(0);
      bench.expectOver();
    }
  });

  it('a barrier that comes back before it says that no error is coming, and no more', () => {
    const bench = new Sent('tracked');
    const [ping] = stanzas(bench.tick(5));
    expect(answers(bench.pong(ping?.element.attrs['id'] ?? ''))).toEqual([]);
    expect(answers(bench.fate(bench.context, 'acknowledged'))).toEqual([202]);
    bench.expectOver();
  });

  it('XEP-0198 §5: a barrier by another stream proves nothing of one that waits to be resumed', () => {
    const bench = new Sent('tracked');
    const [ping] = stanzas(bench.tick(5));
    expect(answers(bench.tick(300))).toEqual([202]);
    bench.pong(ping?.element.attrs['id'] ?? '');
    expect(bench.gateway.sizes.unconfirmed).toBe(1);
    expect(notices(bench.fate(bench.context, 'failed', 'unacknowledged'))).toHaveLength(1);
    bench.expectOver();
  });

  it('and whose domain answers no barriers ends the wait with the acknowledgement', () => {
    const bench = new Sent('tracked');
    bench.missThree();
    const [last] = stanzas(bench.sip(message(), proved(), 'last'));
    bench.fate(last?.context, 'tracked');
    expect(stanzas(bench.tick(5))).toEqual([]);
    expect(answers(bench.fate(last?.context, 'acknowledged'))).toEqual([202]);
  });

  it('that ended is no reason to ask its domain no more', () => {
    const bench = new Sent('tracked');
    bench.missThree();
    bench.fate(bench.context, 'failed', 'unacknowledged');
    const [sent] = stanzas(bench.sip(message(), proved(), 't5'));
    bench.fate(sent?.context, 'tracked');
    expect(stanzas(bench.tick(5)).map(({ element }) => element.name)).toEqual(['iq']);
  });

  it('an acknowledgement may come before the word that it was sent', () => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    expect(answers(bench.fate(sent?.context, 'acknowledged'))).toEqual([202]);
    expect(bench.fate(sent?.context, 'tracked')).toEqual([]);
    expect([bench.gateway.open, bench.gateway.wakeAt]).toEqual([0, Infinity]);
  });

  it('that ends before the answer is 504, and nothing more', () => {
    const bench = new Sent('tracked');
    const outs = bench.fate(bench.context, 'failed', 'unacknowledged');
    expect([answers(outs), traces(outs)[0]]).toMatchObject([
      [504],
      { outcome: 'failed', reasons: ['unacknowledged'] },
    ]);
    bench.expectOver();
  });

  it('one that waited too long in the queue is 504', () => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    const outs = bench.fate(sent?.context, 'failed', 'expired');
    expect([answers(outs), traces(outs)[0]?.reasons]).toEqual([[504], ['expired']]);
  });

  it('that ends after the 202 is told in a message, once', () => {
    const bench = new Sent('tracked');
    expect(answers(bench.tick(300))).toEqual([202]);
    const outs = bench.fate(bench.context, 'failed', 'unacknowledged');
    expect([answers(outs), notices(outs), traces(outs)]).toEqual([[], [DOUBT], []]);
    const done = bench.feed({
      kind: 'sip',
      event: { kind: 'response', response: response(200), context: requests(outs)[0]?.context },
    });
    expect(traces(done)).toMatchObject([{ outcome: 'late-failure', reasons: ['unacknowledged'] }]);
    bench.expectOver();
  });

  it('that ends long after the 202, when nothing is kept of it any more, is told all the same', () => {
    const bench = new Sent('tracked');
    bench.tick(300);
    bench.tick(60_000);
    expect([bench.gateway.sizes.unconfirmed, bench.gateway.wakeAt]).toEqual([0, Infinity]);
    expect(notices(bench.fate(bench.context, 'failed', 'unacknowledged'))).toEqual([DOUBT]);
    bench.expectOver();
  });

  it('is not spoken for by a link without it that ends', () => {
    const bench = new Sent('tracked', { noBarrier: ['xmpp.test'] });
    expect(answers(bench.linkLost())).toEqual([]);
    expect(answers(bench.fate(bench.context, 'acknowledged'))).toEqual([202]);
  });
});

describe('RFC 3428 §7: a stream that does not acknowledge', () => {
  it('that ends after the 202, before a barrier came back, is told in a message, once', () => {
    const bench = new Sent('sent');
    expect(answers(bench.tick(300))).toEqual([202]);
    expect([bench.gateway.open, bench.gateway.sizes.unconfirmed]).toEqual([0, 1]);
    const outs = bench.linkLost();
    expect([answers(outs), notices(outs)]).toEqual([[], [DOUBT]]);
    const done = bench.feed({
      kind: 'sip',
      event: { kind: 'response', response: response(200), context: requests(outs)[0]?.context },
    });
    expect(traces(done)).toMatchObject([{ outcome: 'late-failure', reasons: ['link-lost'] }]);
    bench.expectOver();
  });

  it('another link that ends says nothing of it', () => {
    const bench = new Sent('sent');
    bench.tick(300);
    expect(bench.linkLost('far.test')).toEqual([]);
    expect(notices(bench.linkLost())).toEqual([DOUBT]);
  });

  it('a barrier that comes back after the 202 takes the doubt away', () => {
    const bench = new Sent('sent');
    const [ping] = stanzas(bench.tick(5));
    expect(answers(bench.tick(295))).toEqual([202]);
    expect(bench.pong(ping?.element.attrs['id'] ?? '')).toEqual([]);
    expect(bench.gateway.sizes).toMatchObject({ unconfirmed: 0, lanes: 0, barriers: 0 });
    bench.expectOver();
  });

  it('a later barrier speaks for everything before it', () => {
    const bench = new Sent('sent');
    bench.tick(5);
    expect(answers(bench.tick(300))).toEqual([202]);
    const [second] = stanzas(bench.sip(message(), proved(), 't2'));
    bench.fate(second?.context, 'sent');
    const [ping] = stanzas(bench.tick(5));
    expect(answers(bench.pong(ping?.element.attrs['id'] ?? ''))).toEqual([202]);
    bench.expectOver();
  });

  it('a barrier says nothing of what was written behind it', () => {
    const bench = new Sent('sent');
    const [ping] = stanzas(bench.tick(5));
    const [second] = stanzas(bench.sip(message(), proved(), 't2'));
    bench.fate(second?.context, 'sent');
    expect(answers(bench.pong(ping?.element.attrs['id'] ?? ''))).toEqual([202]);
    expect(answers(bench.linkLost())).toEqual([504]);
  });

  it('is in doubt no longer than its bound, and beyond it nothing is told', () => {
    const bench = new Sent('sent', { waits: { confirm: 1_000 } });
    bench.tick(300);
    expect(bench.tick(1_000)).toEqual([]);
    expect([bench.linkLost(), bench.gateway.wakeAt]).toEqual([[], Infinity]);
  });

  it('and where no barrier is sent at all the doubt lasts as long', () => {
    const bench = new Sent('sent', { noBarrier: ['xmpp.test'] });
    bench.tick(300);
    expect(stanzas(bench.tick(59_999))).toEqual([]);
    expect(notices(bench.linkLost())).toEqual([DOUBT]);
  });

  it('of more than may be in doubt the oldest is forgotten', () => {
    const bench = new Bench({ limits: { unconfirmed: 2 }, noBarrier: ['xmpp.test'] });
    for (const user of ['a', 'b', 'c']) {
      const [sent] = stanzas(bench.sip(message(`sip:${user}@xmpp.test`), proved(), user));
      bench.fate(sent?.context, 'sent');
    }
    expect(answers(bench.tick(300))).toEqual([202, 202, 202]);
    expect(bench.gateway.sizes.unconfirmed).toBe(2);
    expect(notices(bench.linkLost()).map((text) => text.slice(16, 17))).toEqual(['b', 'c']);
  });

  it('an error that came after the 202 is all that is told', () => {
    const bench = new Sent('sent');
    bench.tick(300);
    expect(notices(bench.error())).toEqual([
      'Your message to bob@xmpp.test could not be delivered: gone',
    ]);
    bench.expectOver();
  });

  it('RFC 6120 §8.3.1: an error by the domain in the place of its user is told like one of the user, once', () => {
    const bench = new Sent('sent');
    expect(answers(bench.tick(300))).toEqual([202]);
    expect([notices(bench.error('far.test')), notices(bench.error('eve@xmpp.test'))]).toEqual([
      [],
      [],
    ]);
    expect(notices(bench.error('xmpp.test'))).toEqual([
      'Your message to bob@xmpp.test could not be delivered: gone',
    ]);
    expect([notices(bench.error('xmpp.test')), notices(bench.error())]).toEqual([[], []]);
    expect(bench.gateway.sizes.unconfirmed).toBe(0);
  });

  it('an error that comes after the doubt was told is not told too', () => {
    const bench = new Sent('sent');
    bench.tick(300);
    expect(notices(bench.linkLost())).toEqual([DOUBT]);
    expect(notices(bench.error())).toEqual([]);
  });

  it.each([
    ['its link has ended', (bench: Sent) => bench.linkLost()],
    ['its fate was a failure', (bench: Sent) => bench.fate(bench.context, 'failed', 'expired')],
  ])('an error that comes after its sender was told that %s is not told too', (_what, fail) => {
    const bench = new Sent('sent');
    expect(answers(fail(bench))).toEqual([504]);
    const outs = bench.error();
    expect([notices(outs), traces(outs)]).toMatchObject([[], [{ reasons: ['stray-error'] }]]);
  });

  it('an error that comes after its sender was told that no link came about is not told too', () => {
    const bench = new Bench();
    const [sent] = stanzas(bench.sip(message()));
    expect(answers(bench.tick(24_000))).toEqual([480]);
    const id = sent?.element.attrs['id'];
    const outs = bench.stanza(
      `<message type='error' from='bob@xmpp.test' to='alice@sip.test' id='${id}'>${GONE}</message>`,
    );
    expect(notices(outs)).toEqual([]);
  });

  it('RFC 6120 §8.3.3.21: an error that does not say which is one all the same, before and after the 202', () => {
    for (const late of [false, true]) {
      const bench = new Sent('sent');
      if (late) bench.tick(300);
      const outs = bench.stanza(
        `<message type='error' from='bob@xmpp.test' to='alice@sip.test' id='${bench.id}'/>`,
      );
      expect([answers(outs).length, notices(outs).length]).toEqual(late ? [0, 1] : [1, 0]);
      bench.expectOver();
    }
  });

  it('of what is in doubt when the gateway closes the operator is told, if its time is over', () => {
    const said = (outs: readonly GatewayOutput[]): string[] =>
      outs.flatMap((out) =>
        out.kind === 'trace' && out.trace.kind === 'fault' ? [out.trace.code] : [],
      );
    for (const answered of [true, false]) {
      const bench = new Sent('sent', { noBarrier: ['xmpp.test'], waits: { close: 200 } });
      if (answered) bench.tick(300);
      bench.feed({ kind: 'close' });
      const outs = bench.tick(200);
      expect([said(outs), outs.at(-1)?.kind]).toEqual([['in-doubt-at-close'], 'closed']);
    }
    const sure = new Sent('sent');
    const [ping] = stanzas(sure.tick(5));
    sure.pong(ping?.element.attrs['id'] ?? '');
    expect(said(sure.feed({ kind: 'close' }))).toEqual([]);
  });

  it('is a trace alone where the host says so', () => {
    const bench = new Sent('sent', { lateFailure: 'trace' });
    bench.tick(300);
    const outs = bench.linkLost();
    expect([notices(outs), traces(outs)]).toMatchObject([
      [],
      [{ outcome: 'late-failure', reasons: ['not-told', 'link-lost'] }],
    ]);
    bench.expectOver();
  });

  it('tells each sender of each message, and counts both words', () => {
    const bench = new Bench();
    const users = ['a', 'b', 'c', 'd', 'e'];
    for (const user of users) {
      const from = `sip:${user}@sip.test`;
      const [sent] = stanzas(bench.sip(message('sip:bob@xmpp.test', from), proved(), user));
      bench.fate(sent?.context, 'sent');
    }
    bench.tick(300);
    for (const { context } of requests(bench.linkLost())) {
      const event = { kind: 'response', response: response(200), context } as const;
      bench.feed({ kind: 'sip', event });
    }
    expect(bench.gateway.counts).toMatchObject({ 'handed-over': 5, 'late-failure': 5, failed: 0 });
    expect(bench.gateway.tally).toEqual([
      { direction: 'sip-to-xmpp', outcome: 'handed-over', reason: '', count: 5 },
      { direction: 'xmpp-to-sip', outcome: 'late-failure', reason: 'link-lost', count: 5 },
    ]);
  });
});
