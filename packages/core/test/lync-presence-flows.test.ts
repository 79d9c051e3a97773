// An XMPP user watches a user of a Lync-like server: who sees what, and what is written to the server. The gateway may be
// killed and started again between any two steps. The other direction is lync-presence-watched.test.ts.
import { describe, expect, it } from 'vitest';
import {
  AMY,
  asked,
  CATEGORIES,
  LyncTown,
  NS_CATEGORIES,
  OK_PENDING,
  one,
  state,
  watching,
} from './lync-presence-town.ts';

describe.each([
  ['in one process', false],
  ['with a restart between any two steps', true],
])('an XMPP user watches a Lync user %s', (_title, restarts) => {
  it('asks for PIDF alone, for eight hours, and without best effort', () => {
    const subscribe = asked(new LyncTown({}, restarts));
    expect(subscribe.headers('Accept')).toEqual(['application/pidf+xml']);
    expect(subscribe.header('Expires')).toBe('28800');
    expect(subscribe.headers('Supported')).toEqual(['com.microsoft.autoextend']);
    expect(subscribe.header('Proxy-Require')).toBeUndefined();
  });

  it('the 200 is no consent, nor is a notification that shows nothing; the first state is', () => {
    const at = new LyncTown({}, restarts);
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, OK_PENDING);
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['none', []]);
    at.notify(subscribe, {});
    at.notify(subscribe, {
      type: CATEGORIES,
      body: `<categories xmlns="${NS_CATEGORIES}" uri="sip:${AMY}"/>`,
    });
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['none', []]);
    at.notify(subscribe, state(6500, 'Budget review', 'in-a-meeting'));
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['to', ['dnd Budget review']]);
  });

  it('one that says she is offline is consent too', () => {
    const at = new LyncTown({}, restarts);
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, OK_PENDING);
    at.notify(subscribe, state(18_500));
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['to', []]);
  });

  it('BENOTIFY is read as NOTIFY and never answered', () => {
    const at = new LyncTown({}, restarts);
    const subscribe = watching(at);
    at.notify(subscribe, state(15_500, '', 'out-of-office'));
    expect([at.kinds(), at.seen()]).toEqual([[], ['xa']]);
    const told = at.town.traces.findLast(({ reasons }) => reasons.includes('best-effort'));
    expect([told?.outcome, told?.answer]).toEqual(['handed-over', undefined]);
    at.notify(subscribe, { ...state(9500), method: 'NOTIFY' });
    expect([at.kinds(), at.seen()]).toEqual([['200'], ['dnd']]);
    at.notify(subscribe, { ...state(3500), cseq: 1 });
    expect([at.kinds(), at.seen()]).toEqual([[], ['dnd']]);
    const late = at.town.traces.at(-1);
    expect([late?.outcome, late?.reasons]).toEqual(['dropped', ['sip-500', 'best-effort']]);
    at.notify(subscribe, { type: CATEGORIES, body: '<categories' });
    at.notify(subscribe, { type: 'text/other', body: 'x' });
    expect([at.kinds(), at.seen()]).toEqual([[], ['dnd']]);
  });

  it('an end without a reason keeps what was shown, and another dialog takes over', () => {
    const at = new LyncTown({}, restarts);
    const first = watching(at);
    at.town.pass(120_000);
    at.peer.take();
    const before = at.heard();
    at.notify(first, {
      state: 'terminated;expires=0',
      lines: ['ms-diagnostics-public: 2139;reason="Terminating old subscription"'],
    });
    const second = one(at.pass(1_000), 'SUBSCRIBE');
    expect(at.town.traces.some(({ reasons }) => reasons.includes('taken-over'))).toBe(true);
    expect(second.header('Call-ID')).not.toBe(first.header('Call-ID'));
    expect([at.seen(), at.heard()]).toEqual([['here At my desk'], before]);
    at.peer.answer(second, 200, OK_PENDING);
    at.notify(second, state(12_500));
    at.pass();
    expect(at.seen()).toEqual(['away']);
  });

  it('but what was shown goes when nothing comes of the other dialog', () => {
    const at = new LyncTown({}, restarts);
    const first = watching(at);
    at.town.pass(120_000);
    at.peer.take();
    at.notify(first, { state: 'terminated;expires=0' });
    one(at.pass(1_000), 'SUBSCRIBE');
    expect(at.seen()).toEqual(['here At my desk']);
    at.pass(80_000);
    expect([at.roster(), at.seen()]).toEqual(['to', []]);
  });

  it('an end with a reason means what it says', () => {
    const at = new LyncTown({}, restarts);
    at.notify(watching(at), { state: 'terminated;reason=rejected' });
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['none', []]);
  });

  it('a blocked watcher sees nobody any more, and stays subscribed', () => {
    const at = new LyncTown({}, restarts);
    at.notify(watching(at), {
      type: CATEGORIES,
      body: `<categories xmlns="${NS_CATEGORIES}" uri="sip:${AMY}"/>`,
    });
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['to', []]);
  });
});

describe('an XMPP user watches a Lync user', () => {
  it('the first notification may ride in the 200', () => {
    const at = new LyncTown();
    const { type = '', body = '' } = state(3500, 'At my desk');
    const lines = [
      'Contact: <sip:sip.example.net:5061;transport=tls>',
      'Record-Route: <sip:Inner.example.net;lr;ms-route-sig=aa>;Tag=7F;sig=a/b==, <sip:outer.example.net;lr>',
      'Expires: 26123',
      'Event: presence',
      'subscription-state: active;expires=26123',
      'ms-piggyback-cseq: 1',
      'Supported: com.microsoft.autoextend, ms-piggyback-first-notify, ms-benotify',
      `Content-Type: ${type}`,
    ];
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, lines, body);
    expect([at.kinds(), at.roster(), at.seen()]).toEqual([[], 'to', ['here At my desk']]);
    at.notify(subscribe, { ...state(6500), cseq: 2 });
    expect([at.kinds(), at.seen()]).toEqual([[], ['dnd']]);
    at.town.juliet.unsubscribe(AMY);
    const end = one(at.pass(), 'SUBSCRIBE');
    expect(end.headers('Route')).toEqual([
      '<sip:outer.example.net;lr>',
      '<sip:Inner.example.net;lr;ms-route-sig=aa>;Tag=7F;sig=a/b==',
    ]);
    expect(end.start).toBe('SUBSCRIBE sip:sip.example.net:5061;transport=tls SIP/2.0');
  });

  it('one that rides in the 200 and cannot be read changes nothing', () => {
    const at = new LyncTown();
    const subscribe = asked(at);
    at.peer.answer(
      subscribe,
      200,
      [...OK_PENDING, 'ms-piggyback-cseq: one', `Content-Type: ${CATEGORIES}`],
      '<categories/>',
    );
    expect([at.kinds(), at.roster()]).toEqual([[], 'none']);
    at.notify(subscribe, state(3500));
    at.pass();
    expect([at.roster(), at.seen()]).toEqual(['to', ['here']]);
  });

  const FORMS: readonly (readonly [string, string, string, string])[] = [
    [
      'text/xml+msrtc.pidf',
      `<presentity uri="${AMY}" xmlns="http://schemas.microsoft.com/2002/09/sip/presence"><availability aggregate="300"/><activity aggregate="600"/></presentity>`,
      'active;expires=900',
      'dnd',
    ],
    [
      'application/xpidf+xml',
      `<?xml version="1.0"?>\r\n<!DOCTYPE presence PUBLIC "-//IETF//DTD RFCxxxx XPIDF 1.0//EN" "xpidf.dtd">\r\n<presence><presentity uri="sip:${AMY};method=SUBSCRIBE"/><atom id="1"><address uri="sip:${AMY}" priority="0.6"><status status="inuse"/><msnsubstatus substatus="onthephone"/></address></atom></presence>`,
      '',
      'dnd',
    ],
    [
      'application/pidf+xml; charset=utf-8',
      `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:ep="urn:ietf:params:xml:ns:pidf:status:rpid-status" entity="${AMY}"><tuple id="0"><status><basic>open</basic><ep:activities><ep:activity>away</ep:activity></ep:activities></status></tuple></presence>`,
      'active;expires=900',
      'away',
    ],
  ];
  it.each(FORMS)('NOTIFY with %s is read and answered', (type, body, said, expected) => {
    const at = new LyncTown();
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, OK_PENDING);
    at.notify(subscribe, { method: 'NOTIFY', type, body, state: said });
    expect([at.kinds(), at.roster(), at.seen()]).toEqual([['200'], 'to', [expected]]);
  });

  it('a list of states is refused, or where nothing is answered ignored', () => {
    const at = new LyncTown();
    const subscribe = watching(at);
    const list = {
      type: 'multipart/related;type="application/rlmi+xml";boundary=x',
      body: '--x--',
    };
    at.notify(subscribe, { ...list, method: 'NOTIFY' });
    expect([at.kinds(), at.seen()]).toEqual([['415'], ['here At my desk']]);
    at.notify(subscribe, list);
    expect([at.kinds(), at.seen()]).toEqual([[], ['here At my desk']]);
  });

  it('autoextend, where it is agreed, puts the refresh off', () => {
    const refreshedAt = (agreed: readonly string[]): number => {
      const at = new LyncTown();
      const subscribe = asked(at);
      at.peer.answer(subscribe, 200, ['Expires: 1200', ...agreed]);
      at.notify(subscribe, { ...state(3500), state: 'active;expires=1200' });
      const began = at.town.world.clock.now;
      at.pass(600_000);
      at.notify(subscribe, { ...state(6500), state: 'active;expires=1200' });
      for (;;) if (at.kinds(10_000).includes('SUBSCRIBE')) return at.town.world.clock.now - began;
    };
    expect(refreshedAt(['Supported: com.microsoft.autoextend'])).toBeGreaterThan(1_600_000);
    expect(refreshedAt([])).toBeLessThan(1_200_000);
  });
});
