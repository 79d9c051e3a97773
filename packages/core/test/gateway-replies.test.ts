// RFC 6120 §8.3.1, S4: an error that tells an XMPP sender of a failure is itself not lost in silence. It is sent once more
// where its link ended before it was read, not where it was never taken, and never a third time.
import { describe, expect, it } from 'vitest';
import type { GatewayOptions, GatewayOutput } from '@interwork/core';
import { Bench, CHAT, requests, response, stanzas } from './gateway-bench.ts';

const errors = (outs: readonly GatewayOutput[]): { context: unknown; id: string | undefined }[] =>
  stanzas(outs)
    .filter(({ element }) => element.attrs['type'] === 'error')
    .map(({ context, element }) => ({ context, id: element.attrs['id'] }));
const untold = (outs: readonly GatewayOutput[]): string[] =>
  outs.flatMap((out) =>
    out.kind === 'trace' && out.trace.kind === 'fault'
      ? [`${out.trace.code} ${out.trace.remote}`]
      : [],
  );

/** A message whose error is on its way. */
class Failed extends Bench {
  readonly context: unknown;

  constructor(options: Partial<GatewayOptions> = {}) {
    super(options);
    const [sent] = requests(this.stanza(CHAT));
    const event = { kind: 'response', response: response(404), context: sent?.context } as const;
    this.context = errors(this.feed({ kind: 'sip', event }))[0]?.context;
  }

  expectOver(): void {
    const after = [
      ...this.linkLost(),
      ...this.fate(this.context, 'failed', 'unacknowledged'),
      ...this.tick(120_000),
    ];
    expect([errors(after), untold(after)]).toEqual([[], []]);
    expect([this.gateway.sizes.replies, this.gateway.wakeAt]).toEqual([0, Infinity]);
  }
}

describe('RFC 6120 §8.3.1: an error on its way', () => {
  it('that the peer has acknowledged is done with', () => {
    const bench = new Failed();
    expect(bench.gateway.sizes.replies).toBe(1);
    bench.fate(bench.context, 'tracked');
    expect(stanzas(bench.tick(5))).toEqual([]);
    bench.fate(bench.context, 'acknowledged');
    bench.expectOver();
  });

  it('behind which a barrier came back is done with', () => {
    const bench = new Failed();
    bench.fate(bench.context, 'sent');
    const [ping] = stanzas(bench.tick(5));
    bench.stanza(
      `<iq type='result' id='${ping?.element.attrs['id']}' from='xmpp.test' to='sip.test'/>`,
    );
    bench.expectOver();
  });

  it.each([
    ['link that ended', 'sent', (bench: Failed) => bench.linkLost()],
    [
      'stream that ended unacknowledged',
      'tracked',
      (bench: Failed) => bench.fate(bench.context, 'failed', 'unacknowledged'),
    ],
  ] as const)('on a %s is sent once more, and not twice', (_what, how, end) => {
    for (const wait of [0, 1_000]) {
      const bench = new Failed();
      bench.fate(bench.context, how);
      bench.tick(wait);
      const [again, ...more] = errors(end(bench));
      expect([again?.id, more]).toEqual(['m1', []]);
      bench.fate(again?.context, 'tracked');
      const last = bench.fate(again?.context, 'failed', 'unacknowledged');
      expect([errors(last), untold(last)]).toEqual([[], ['error-not-told xmpp.test']]);
      bench.expectOver();
    }
  });

  it('that no link took is not sent again: the edge has tried, and a trace says so', () => {
    const bench = new Failed();
    const outs = bench.fate(bench.context, 'failed', 'unreachable');
    expect([errors(outs), untold(outs)]).toEqual([[], ['error-not-told xmpp.test']]);
    bench.expectOver();
  });

  it('on a link that ends when the error is long read is not sent again', () => {
    const bench = new Failed({ noBarrier: ['xmpp.test'] });
    bench.fate(bench.context, 'sent');
    bench.tick(300);
    bench.tick(60_000);
    expect([bench.linkLost(), bench.gateway.sizes.replies]).toEqual([[], 0]);
  });

  it('is sent unwatched where more are under way than may be', () => {
    const bench = new Failed({ limits: { openFates: 0 } });
    expect([bench.context, bench.gateway.sizes.replies]).toEqual([undefined, 0]);
  });

  it('L4: is waited for by a gateway that closes until a link has it', () => {
    const bench = new Failed();
    expect(bench.feed({ kind: 'close' })).toEqual([]);
    expect(bench.fate(bench.context, 'sent').at(-1)).toEqual({ kind: 'closed' });
    expect(bench.gateway.sizes.replies).toBe(0);
  });

  it('L4: and no longer than its bound', () => {
    const bench = new Failed();
    bench.feed({ kind: 'close' });
    const outs = bench.tick(5_000);
    expect([outs.at(-1), untold(outs)]).toEqual([{ kind: 'closed' }, []]);
  });
});
