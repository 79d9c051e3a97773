// L4, S4, B3: closing. Whatever state a message is in at that moment, it ends once and within the bound; what is new is
// refused so that it may go elsewhere; and every table is empty when the gateway says that it has closed.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GatewayOutput } from '@interwork/core';
import {
  answers,
  Bench,
  CHAT,
  condition,
  message,
  proved,
  requests,
  response,
  stanzas,
  traces,
} from './gateway-bench.ts';

/** Each puts one message into one state; the answer is how many outcomes it is still owed. */
type State = (bench: Bench, id: string) => number;

const written = (bench: Bench, id: string, how: 'sent' | 'tracked'): unknown => {
  const [sent] = stanzas(bench.sip(message(`sip:${id}@xmpp.test`), proved(), id));
  bench.fate(sent?.context, how);
  return sent?.context;
};
const chat = (bench: Bench, id: string, domain = 'sip.test'): GatewayOutput[] =>
  bench.stanza(CHAT.replace('alice@sip.test', `${id}@${domain}`));

const STATES: Readonly<Record<string, State>> = {
  queued: (bench, id) => (bench.sip(message(`sip:${id}@xmpp.test`), proved(), id), 1),
  waiting: (bench, id) => (written(bench, id, 'sent'), 1),
  'waiting for an acknowledgement': (bench, id) => (written(bench, id, 'tracked'), 1),
  'answered and in doubt': (bench, id) => (written(bench, id, 'sent'), bench.tick(300), 0),
  'answered and not acknowledged': (bench, id) => (
    written(bench, id, 'tracked'), bench.tick(300), 0
  ),
  outstanding: (bench, id) => (chat(bench, id), 1),
  behind: (bench, id) => (chat(bench, id), chat(bench, id), 2),
  asking: (bench, id) => (chat(bench, id, 'asked.test'), 1),
};

const made = (): Bench => new Bench({ sipDomains: ['sip.test', 'asked.test'] });
const isClosed = (bench: Bench): boolean => bench.out.at(-1)?.kind === 'closed';
/** Outcomes, words after a 202 apart. */
const outcomes = (outs: readonly GatewayOutput[]): number =>
  traces(outs).filter(({ outcome }) => outcome !== 'late-failure').length;

describe('L4: closing', () => {
  it.each(Object.entries(STATES))('a message that is %s ends once, in time', (_what, put) => {
    const bench = made();
    put(bench, 'x');
    const before = outcomes(bench.out);
    const total = before + bench.gateway.open;
    bench.feed({ kind: 'close' });
    for (let at = 0; at < 5_000 && !isClosed(bench); at += 100) bench.tick(100);
    expect([isClosed(bench), outcomes(bench.out)]).toEqual([true, total]);
    expect(Object.values(bench.gateway.sizes).filter((size) => size > 0)).toEqual([]);
    expect([bench.gateway.open, bench.gateway.wakeAt]).toEqual([0, Infinity]);
  });

  it('waits for the proof of what is in doubt, and for no longer', () => {
    const bench = made();
    const tracked = written(bench, 'a', 'tracked');
    written(bench, 'b', 'sent');
    const [ping] = stanzas(bench.tick(5));
    bench.tick(300);
    expect(bench.gateway.sizes.unconfirmed).toBe(2);
    expect(bench.feed({ kind: 'close' })).toEqual([]);
    bench.fate(tracked, 'acknowledged');
    expect(isClosed(bench)).toBe(false);
    bench.stanza(
      `<iq type='result' id='${ping?.element.attrs['id']}' from='xmpp.test' to='sip.test'/>`,
    );
    expect(isClosed(bench)).toBe(true);
  });

  it('a link that breaks meanwhile is still told, and the telling waited for', () => {
    const bench = made();
    written(bench, 'a', 'sent');
    bench.tick(300);
    bench.feed({ kind: 'close' });
    const event = { kind: 'link-lost', from: 'sip.test', to: 'xmpp.test', text: '' } as const;
    const [notice] = requests(bench.feed({ kind: 'xmpp', event }));
    expect([notice?.draft.method, isClosed(bench)]).toEqual(['MESSAGE', false]);
    const done = { kind: 'response', response: response(200), context: notice?.context } as const;
    expect(traces(bench.feed({ kind: 'sip', event: done }))[0]?.outcome).toBe('late-failure');
    expect(isClosed(bench)).toBe(true);
  });

  it('a pair whose message was given up lets a notice go', () => {
    const bench = made();
    bench.stanza(CHAT.replace('alice@sip.test', 'alice@asked.test'));
    const [sent] = stanzas(
      bench.sip(message('sip:bob@xmpp.test', 'sip:alice@asked.test'), proved('asked.test')),
    );
    bench.fate(sent?.context, 'tracked');
    bench.tick(300);
    bench.feed({ kind: 'close' });
    const outs = bench.fate(sent?.context, 'failed', 'unacknowledged');
    expect(outs.map((out) => out.kind)).toEqual(['ask']);
  });

  it('RFC 3261 §21.5.4: what is new meanwhile may go elsewhere, and is told for how long', () => {
    const bench = made();
    bench.sip(message());
    bench.feed({ kind: 'close' });
    const sip = bench.sip(message(), proved(), 't2');
    expect([answers(sip), traces(sip)[0]]).toMatchObject([
      [503],
      { outcome: 'refused', reasons: ['draining'] },
    ]);
    expect(JSON.stringify(sip)).toContain('{"name":"Retry-After","value":"5"}');
    const xmpp = bench.stanza(CHAT);
    expect([condition(xmpp), traces(xmpp)[0]?.reasons]).toEqual([
      'recipient-unavailable',
      ['draining'],
    ]);
    expect(requests(xmpp)).toEqual([]);
  });

  it('one that a link may still take is never told 503: another gateway would deliver it too', () => {
    const bench = made();
    bench.sip(message());
    bench.feed({ kind: 'close' });
    const outs = bench.tick(5_000);
    expect([answers(outs), traces(outs)[0]?.reasons]).toEqual([[480], ['closing']]);
  });

  it('S4, B3: of many messages in any states each ends once', () => {
    const names = Object.keys(STATES);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(400)), { maxLength: 20 }),
        fc.array(fc.nat(3), { maxLength: 20 }),
        (list, after) => {
          const bench = made();
          for (const [n, [name, wait]] of list.entries()) {
            STATES[name]?.(bench, `u${n}`);
            bench.tick(wait);
          }
          const owed = bench.gateway.open;
          const before = outcomes(bench.out);
          bench.feed({ kind: 'close' });
          const began = bench.now;
          for (const what of after) {
            if (what === 0) bench.linkLost();
            else
              for (const { context } of requests(bench.out).slice(-what)) {
                const event = { kind: 'response', response: response(200), context } as const;
                bench.feed({ kind: 'sip', event });
              }
            bench.tick(100);
          }
          while (!isClosed(bench) && bench.now - began < 6_000) bench.tick(100);
          expect([isClosed(bench), bench.now - began <= 5_000]).toEqual([true, true]);
          expect(outcomes(bench.out) - before).toBe(owed);
          expect(new Set(Object.values(bench.gateway.sizes))).toEqual(new Set([0]));
        },
      ),
      { numRuns: 300 },
    );
  });
});
