// What a subscriber offers beyond RFC 6665, takes without having asked, and gives up where a 420 names it. The options'
// names are the host's.
import { describe, expect, it } from 'vitest';
import type { SubscriberEnv } from '@interwork/sip';
import { headerOf, PIDF, T0, told, Watcher } from './subscriptions.ts';

const OPTIONS: Partial<SubscriberEnv> = {
  options: {
    supported: ['auto-extend', 'best-effort'],
    proxyRequire: ['best-effort'],
    extend: 'auto-extend',
  },
};
const offered = ({ asked }: Watcher): readonly (string | undefined)[] => [
  headerOf(asked, 'Supported'),
  headerOf(asked, 'Proxy-Require'),
];
const OFFER = ['auto-extend, best-effort', 'best-effort'];
const NO_OFFER = [undefined, undefined];

describe('RFC 3261 §8.1.3.5 what is offered', () => {
  it('is in every SUBSCRIBE', () => {
    const watcher = new Watcher({}, OPTIONS);
    expect(offered(watcher)).toEqual(OFFER);
    watcher.response(200);
    watcher.notify('active;expires=600');
    watcher.wake();
    expect(offered(watcher)).toEqual(OFFER);
    expect(offered(new Watcher())).toEqual(NO_OFFER);
  });

  it('is left out once a 420 names one of it, and stays so', () => {
    const watcher = new Watcher({}, OPTIONS);
    const { callId, cseq } = watcher.record;
    const step = watcher.response(420, ['Unsupported: best-effort']);
    expect(step.request?.cseq).toBe(cseq + 1);
    expect([watcher.record.callId, offered(watcher)]).toEqual([callId, NO_OFFER]);
    watcher.response(503);
    expect(watcher.record.state).toBe('resting');
    watcher.wake();
    expect([watcher.record.state, offered(watcher)]).toEqual(['notify-wait', NO_OFFER]);
  });

  it('within a dialog as well', () => {
    const watcher = new Watcher({}, OPTIONS);
    watcher.response(200);
    watcher.notify('active;expires=600');
    watcher.wake();
    const step = watcher.response(420, ['Unsupported: best-effort']);
    expect(step.request?.method).toBe('SUBSCRIBE');
    expect([watcher.record.state, offered(watcher)]).toEqual(['active', NO_OFFER]);
  });

  it('a 420 of anything else, or of nothing, is a failure like others', () => {
    for (const lines of [[], ['Unsupported: other'], ['Unsupported: ,']]) {
      const watcher = new Watcher({}, OPTIONS);
      expect(told(watcher.response(420, lines))).toBe(
        'resting | - | - | ended by status 420 later',
      );
    }
    const again = new Watcher({}, OPTIONS);
    again.response(420, ['Unsupported: best-effort']);
    expect(told(again.response(420, ['Unsupported: best-effort']))).toBe(
      'resting | - | - | ended by status 420 later',
    );
  });
});

describe('RFC 3261 §8.2.3 what is read beside', () => {
  it('is not asked for, and not refused', () => {
    const watcher = new Watcher({}, { reads: ['application/rich+xml'] });
    expect(headerOf(watcher.asked, 'Accept')).toBe(PIDF);
    const rich = { type: 'application/rich+xml', body: '<rich/>' };
    expect(told(watcher.notify('active;expires=600', rich))).toBe(
      'active | - | 200 | active, document',
    );
    const other = watcher.notify('active;expires=600', { type: 'text/other', body: 'x' });
    expect(other.answer).toEqual({ status: 415, headers: [{ name: 'Accept', value: PIDF }] });
  });
});

describe('a time that each NOTIFY begins anew', () => {
  const standing = (lines: readonly string[]): Watcher => {
    const watcher = new Watcher({}, OPTIONS);
    watcher.response(200, ['Expires: 3600', ...lines]);
    watcher.notify('active;expires=3600');
    return watcher;
  };

  it('puts off the next SUBSCRIBE, where it was agreed', () => {
    const watcher = standing(['Supported: Auto-Extend']);
    const first = watcher.wakeAt - T0;
    watcher.now += 1_800_000;
    watcher.notify('active;expires=3600');
    expect(watcher.wakeAt).toBe(T0 + 1_800_000 + first);
    watcher.now += 600_000;
    watcher.notify('active');
    expect(watcher.wakeAt).toBe(T0 + 2_400_000 + first);
  });

  it('and not where it was not, or is no more', () => {
    const watcher = standing([]);
    const first = watcher.wakeAt;
    watcher.now += 1_800_000;
    watcher.notify('active;expires=3600');
    expect(watcher.wakeAt).toBe(first);
    const other = standing(['Supported: auto-extend']);
    other.wake();
    other.response(200, ['Expires: 3600']);
    other.notify('active;expires=3600');
    const next = other.wakeAt;
    other.now += 60_000;
    other.notify('active;expires=3600');
    expect(other.wakeAt).toBe(next);
  });
});
