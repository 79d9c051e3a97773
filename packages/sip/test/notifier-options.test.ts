// What a notifier agrees to beyond RFC 6665: the type of its documents, notifying without answers, a time that each NOTIFY
// begins anew. The options' names are the host's.
import { describe, expect, it } from 'vitest';
import { type NotifierEnv, type NotifierInput, openNotifier } from '@interwork/sip';
import { good, utf8 } from './message-text.ts';
import { Presentity, type SubscribeParts, subscribe, told } from './presentity.ts';
import { headerOf, PIDF, T0 } from './subscriptions.ts';

const RICH = 'application/rich+xml';
const POOR = 'text/poor';
const TYPES: Partial<NotifierEnv> = {
  accept: [RICH, PIDF, POOR],
  packageType: PIDF,
  document: (_end, type) => ({ contentType: type ?? 'none', body: utf8('here') }),
};
const OPTIONS: Partial<NotifierEnv> = {
  options: {
    unanswered: { option: 'best-effort', method: 'BENOTIFY' },
    extend: 'auto-extend',
  },
};
const BEST: SubscribeParts = { lines: ['Supported: other', 'Supported: Best-Effort'] };

function agreed(p: Presentity): string | undefined {
  return p.opened.answer?.headers?.find(({ name }) => name === 'Supported')?.value;
}

describe('RFC 6665 §4.1.2.1 RFC 3261 §20.1 the type of the documents', () => {
  const rows: readonly (readonly [accept: string | undefined, type: string | undefined])[] = [
    [undefined, PIDF],
    ['*/*', RICH],
    ['application/*', RICH],
    [`${PIDF}, ${RICH}`, RICH],
    [`${PIDF}, ${RICH};q=0.5`, PIDF],
    [`*/*;q=0.1, ${POOR}`, POOR],
    [`*/*, ${RICH};q=0`, PIDF],
    [`application/*;q=0, ${PIDF};q=0.2, text/*`, POOR],
    [`${RICH};q=nonsense`, RICH],
    [RICH.toUpperCase(), RICH],
    ['application/rlmi+xml, multipart/related', undefined],
    [`${RICH};q=0`, undefined],
  ];
  it.each(rows)('Accept %s: %s', (accept, type) => {
    const lines = accept === undefined ? [] : [`Accept: ${accept}`];
    if (type === undefined) {
      const env = { ...new Presentity().env, ...TYPES };
      expect(openNotifier(T0, subscribe({ lines }), 'active', env)).toEqual({
        kind: 'refused',
        answer: { status: 406 },
      });
      return;
    }
    const presentity = new Presentity('active', { lines }, TYPES);
    expect(presentity.notified?.contentType).toBe(type);
  });

  it('stays for the dialog, whatever a refresh accepts', () => {
    const presentity = new Presentity('active', { lines: [`Accept: ${POOR}`] }, TYPES);
    presentity.response(200);
    presentity.subscribe({ lines: [`Accept: ${RICH}`] });
    expect(presentity.notified?.contentType).toBe(POOR);
    expect(presentity.record.documentType).toBe(POOR);
  });

  it('is not kept where there is one', () => {
    expect(new Presentity().record).not.toHaveProperty('documentType');
  });
});

describe('a watcher who gives no answers', () => {
  const best = (state: 'pending' | 'active' = 'active', parts: SubscribeParts = BEST): Presentity =>
    new Presentity(state, parts, OPTIONS);

  it('is told that this is agreed, and notified by that method', () => {
    const presentity = best();
    expect([agreed(presentity), presentity.notified?.method]).toEqual(['best-effort', 'BENOTIFY']);
    expect(presentity.notified?.cseq).toBe(1);
    expect(presentity.record).toMatchObject({ notifying: 0, answerBy: 0, unanswered: 'BENOTIFY' });
    const step = presentity.subscribe();
    expect(step.answer?.headers).toContainEqual({ name: 'Supported', value: 'best-effort' });
    expect([step.notify?.method, step.notify?.cseq]).toEqual(['BENOTIFY', 2]);
  });

  it('but only where both support it', () => {
    for (const [parts, but] of [
      [BEST, {}],
      [{ lines: ['Proxy-Require: best-effort'] }, OPTIONS],
      [{}, OPTIONS],
    ] as const) {
      const presentity = new Presentity('active', parts, but);
      expect([agreed(presentity), presentity.notified?.method]).toEqual([undefined, 'NOTIFY']);
    }
  });

  it('hears of every change, and never more often than others', () => {
    const presentity = best();
    presentity.now += 1000;
    expect(told(presentity.step({ kind: 'changed' }))).toBe('active | - | -');
    presentity.document = 'closed';
    expect(presentity.wakeAt).toBe(T0 + 5000);
    expect(told(presentity.wake())).toBe('active | - | active;expires=3595 closed');
    expect(presentity.wakeAt).toBe(T0 + 3_600_000);
  });

  const ENDS: readonly (readonly [string, NotifierInput | 'expires' | 'unsubscribe', string])[] = [
    [
      'it is rejected',
      { kind: 'terminate', reason: 'rejected' },
      'over terminated | - | terminated;reason=rejected',
    ],
    ['its time is over', 'expires', 'over expired | - | terminated;reason=timeout open'],
    ['it goes', 'unsubscribe', 'over unsubscribed | 200 0 | terminated;reason=timeout open'],
  ];
  it.each(ENDS)('is over with the last word: %s', (_title, how, expected) => {
    const presentity = best();
    const step =
      how === 'expires'
        ? presentity.wake()
        : how === 'unsubscribe'
          ? presentity.subscribe({ expires: 0 })
          : presentity.step(how);
    expect(told(step)).toBe(expected);
    expect(step.notify?.method).toBe('BENOTIFY');
  });

  it('who asks once is answered once', () => {
    const parts = { ...BEST, expires: 0 };
    const known = best('active', parts);
    expect(told(known.opened)).toBe('over fetched | 200 0 | terminated;reason=timeout open');
    const waits = new Presentity('active', parts, OPTIONS, '');
    expect(told(waits.opened)).toBe('ending | 200 0 | -');
    waits.document = 'open';
    expect(told(waits.step({ kind: 'changed' }))).toBe(
      'over fetched | - | terminated;reason=timeout open',
    );
  });

  it('what did not leave is said again, but not for ever', () => {
    const presentity = best();
    let waits: readonly number[] = [];
    for (let failed = presentity.step({ kind: 'failed', reason: 'transport' }); ; ) {
      if (failed.next === undefined) {
        expect(told(failed)).toBe('over notify-failed | - | -');
        break;
      }
      waits = [...waits, presentity.wakeAt - presentity.now];
      presentity.wake();
      failed = presentity.step({ kind: 'failed', reason: 'transport' });
    }
    expect(waits).toEqual([60_000, 120_000, 240_000, 480_000]);
  });

  it('and a SUBSCRIBE shows that it is there again', () => {
    const presentity = best();
    for (let i = 0; i < 4; i++) {
      presentity.step({ kind: 'failed', reason: 'transport' });
      presentity.subscribe();
    }
    expect(presentity.record.failures).toBe(0);
    presentity.step({ kind: 'failed', reason: 'timeout' });
    expect(presentity.record).toMatchObject({ failures: 0, owedAt: 0 });
    const of = { callId: presentity.record.dialog.callId, cseq: 1 };
    presentity.step({ kind: 'failed', reason: 'transport', of });
    expect(presentity.record.failures).toBe(0);
  });

  it('one that may not have left is written again after a crash', () => {
    const presentity = best();
    const step = presentity.step({ kind: 'lost' });
    expect(told(step)).toBe('active | - | active;expires=3600 open');
    expect(step.notify?.cseq).toBe(2);
  });

  it('no answer that comes all the same means anything', () => {
    const presentity = best();
    const before = presentity.record;
    for (const status of [200, 481, 500]) {
      presentity.response(status);
      expect(presentity.record).toEqual(before);
    }
  });
});

describe('a time that each NOTIFY begins anew', () => {
  const extend = (lines: readonly string[]): Presentity =>
    new Presentity('active', { lines }, OPTIONS);

  it('is agreed to where the watcher supports it', () => {
    const presentity = extend(['Supported: auto-extend']);
    expect(agreed(presentity)).toBe('auto-extend');
    presentity.response(200);
    presentity.now += 3_000_000;
    expect(told(presentity.step({ kind: 'changed' }))).toBe(
      'active | - | active;expires=3600 open',
    );
    presentity.response(200);
    expect(presentity.wakeAt).toBe(T0 + 6_600_000);
    expect(told(presentity.wake())).toBe('ending | - | terminated;reason=timeout open');
  });

  it('and never where nobody would notice that the watcher is gone', () => {
    const presentity = extend(['Supported: auto-extend, best-effort']);
    expect(agreed(presentity)).toBe('best-effort');
    presentity.now += 3_000_000;
    presentity.step({ kind: 'changed' });
    expect(good(headerOf(presentity.notified, 'Subscription-State'))).toBe('active;expires=600');
  });
});
