// What a host may do about presence of a Lync-like server: its documents come by NOTIFY, by BENOTIFY, which has no answer, and
// with the 200 to a SUBSCRIBE. What it may do about presence at all is hook-presence.test.ts.
import { describe, expect, it } from 'vitest';
import type { AskedCrossing, Hooks } from '@interwork/core';
import { policyOf } from '@interwork/policy/testing';
import { asked, LyncTown, PIGGYBACK, state } from './lync-presence-town.ts';

describe('a host that looks at what a Lync server shows', () => {
  const looked: string[] = [];
  const onCrossing: Hooks['onCrossing'] = ({ direction, what, text, mayChange }: AskedCrossing) => {
    looked.push([direction, what, text].filter((word) => word !== '').join(' '));
    if (text.includes('secret')) return { result: 'refuse' };
    return mayChange.includes('text')
      ? { result: 'rewrite', text: `[${text}]` }
      : { result: 'pass' };
  };

  it('by NOTIFY, by BENOTIFY, and by what its 200 brings along', () => {
    looked.length = 0;
    const at = new LyncTown({}, false, onCrossing);
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, PIGGYBACK, state(3500, 'At my desk').body);
    at.pass(1_000);
    expect([at.roster(), at.seen()]).toEqual(['to', ['here [At my desk]']]);
    at.notify(subscribe, { ...state(6500, 'Budget review'), cseq: 2 });
    at.pass(1_000);
    expect(at.seen()).toEqual(['dnd [Budget review]']);
    at.notify(subscribe, { ...state(3500, 'secret'), cseq: 3 });
    expect(at.kinds()).toEqual([]);
    at.notify(subscribe, { ...state(3500, 'secret'), method: 'NOTIFY', cseq: 4 });
    expect(at.kinds()).toEqual(['403']);
    expect(at.seen()).toEqual(['dnd [Budget review]']);
    const host = at.town.traces.filter(({ reasons }) => reasons[0] === 'host');
    expect(host.map(({ outcome, answer }) => [outcome, answer])).toEqual([
      ['dropped', undefined],
      ['refused', '403'],
    ]);
    expect(looked.slice(0, 3)).toEqual([
      'xmpp-to-sip request',
      'sip-to-xmpp document At my desk',
      'sip-to-xmpp document Budget review',
    ]);
  });

  it('and refuses what a 200 brings along', () => {
    const at = new LyncTown({}, false, onCrossing);
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, PIGGYBACK, state(3500, 'secret').body);
    at.pass(1_000);
    expect([at.roster(), at.seen()]).toEqual(['none', []]);
    expect(at.town.traces.at(-1)).toMatchObject({ outcome: 'dropped', reasons: ['host'] });
  });

  it('but is not asked about what policy has forbidden by the time the 200 comes', () => {
    looked.length = 0;
    const at = new LyncTown({}, false, onCrossing);
    const subscribe = asked(at);
    at.town.replacePolicy(policyOf({ rules: [] }));
    at.peer.answer(subscribe, 200, PIGGYBACK, state(3500, 'At my desk').body);
    at.pass(5_000);
    expect(looked).toEqual(['xmpp-to-sip request']);
    expect([at.roster(), at.seen()]).toEqual(['none', []]);
    const { outcome, reasons } = at.town.traces.at(-1) ?? {};
    expect([outcome, reasons]).toEqual(['dropped', ['policy']]);
  });

  it('and refuses the document of a last NOTIFY, but not the end', () => {
    const at = new LyncTown({}, false, onCrossing);
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, PIGGYBACK, state(3500, 'At my desk').body);
    at.pass(1_000);
    const last = { method: 'NOTIFY', state: 'terminated;reason=rejected', cseq: 2 };
    at.notify(subscribe, { ...state(3500, 'secret'), ...last });
    expect(at.kinds(1_000)).toEqual(['200']);
    expect(at.seen()).toEqual([]);
    expect(at.town.traces.map(({ reasons }) => reasons)).toContainEqual(
      expect.arrayContaining(['host']),
    );
  });
});
