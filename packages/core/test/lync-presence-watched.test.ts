// A user of a Lync-like server watches an XMPP user: who sees what, and what is written to the server. The gateway may be
// killed and started again between any two steps. The other direction is lync-presence-flows.test.ts.
import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '@interwork/core';
import { policyOf } from '@interwork/policy/testing';
import { type Came } from './lync-peer.ts';
import {
  ACCEPT,
  asked,
  CATEGORIES,
  EVERY_OPTION,
  LyncTown,
  OK_PENDING,
  one,
  state,
  target,
  watched,
  watching,
} from './lync-presence-town.ts';
import { SIP } from './presence-town.ts';

const KNOWN: Partial<GatewayOptions> = { dialects: { [SIP]: 'lync' } };

describe.each([
  ['in one process', false, KNOWN],
  ['with a restart between any two steps', true, KNOWN],
  ['who is known by what his requests show', false, { dialects: {} }],
  ['who is known by that, with a restart between any two steps', true, { dialects: {} }],
])('a Lync user watches an XMPP user %s', (_title, restarts, options) => {
  it('by every option: enhanced presence by BENOTIFY, agreed to in each 200', () => {
    const at = new LyncTown(options, restarts);
    const news = watched(at, EVERY_OPTION);
    const ok = one(news, '200');
    expect(ok.headers('Supported')).toEqual(['ms-benotify']);
    expect(ok.header('ms-piggyback-cseq')).toBeUndefined();
    expect(ok.body).toBe('');
    expect(news.map(({ kind }) => kind).filter((kind) => kind === 'NOTIFY')).toEqual([]);
    const notified = news.filter(({ kind }) => kind === 'BENOTIFY');
    expect(notified[0]?.header('Subscription-State')).toMatch(/^pending;/);
    const last = [...notified, ...at.pass()].findLast(({ kind }) => kind === 'BENOTIFY');
    expect(last?.header('Content-Type')).toBe(CATEGORIES);
    expect(last?.body).toContain('<availability>3500</availability>');
    expect(last?.header('Subscription-State')).toMatch(/^active;expires=\d+$/);

    at.town.juliet.clients[0]?.setPresence({ show: 'dnd', status: 'busy & so on' });
    const busy = one(at.pass(), 'BENOTIFY');
    expect(busy.body).toContain('<availability>6500</availability>');
    expect(busy.body).toContain('busy &amp; so on');
    expect(busy.header('To')).toContain('tag=9ffb800e76');

    at.subscribe(EVERY_OPTION, { to: ok.header('To') ?? '', uri: target(ok) });
    const again = at.pass();
    expect(one(again, '200').headers('Supported')).toEqual(['ms-benotify']);
    expect(one(again, 'BENOTIFY').body).toContain('6500');

    at.subscribe(['Expires: 0'], { to: ok.header('To') ?? '', uri: target(ok) });
    const end = at.pass().findLast(({ kind }) => kind === 'BENOTIFY');
    expect(end?.header('Subscription-State')).toMatch(/^terminated;/);
    expect(end?.body).toContain('18500');
    at.town.juliet.clients[0]?.setPresence({});
    expect(at.kinds()).toEqual([]);
  });

  it('the end leaves even where policy has changed its mind', () => {
    const at = new LyncTown(options, restarts);
    watched(at, EVERY_OPTION);
    at.pass();
    const news: Came[] = [];
    at.town.replacePolicy(policyOf({ rules: [] }));
    news.push(...at.pass());
    expect(one(news, 'BENOTIFY').header('Subscription-State')).toBe('terminated;reason=rejected');
  });

  it('whom she does not let see him he does not', () => {
    const at = new LyncTown(options, restarts);
    at.town.juliet.answerRequests('deny');
    const news = [...watched(at, EVERY_OPTION), ...at.pass()];
    const notified = news.filter(({ kind }) => kind === 'BENOTIFY');
    expect(notified.map((came) => came.header('Subscription-State')?.split(';expires')[0])).toEqual(
      ['pending', 'terminated;reason=rejected'],
    );
    expect(notified.map(({ body }) => body)).toEqual(['', '']);
  });
});

describe('a Lync user watches an XMPP user', () => {
  const ROWS: readonly (readonly [string, readonly string[], string, string, string])[] = [
    [
      'PIDF alone',
      ['Accept: application/pidf+xml'],
      'NOTIFY',
      'application/pidf+xml',
      '<activity>away</activity>',
    ],
    ['no Accept', [], 'NOTIFY', 'application/pidf+xml', '<activity>away</activity>'],
    [
      'what LCS reads',
      ['Accept: text/xml+msrtc.pidf, application/pidf+xml'],
      'NOTIFY',
      'text/xml+msrtc.pidf',
      'aggregate="100"',
    ],
    [
      'what Messenger reads',
      ['Accept: application/xpidf+xml'],
      'NOTIFY',
      'application/xpidf+xml',
      'substatus="away"',
    ],
    [
      'PIDF before the others',
      [`Accept: ${CATEGORIES};q=0.1, application/pidf+xml`],
      'NOTIFY',
      'application/pidf+xml',
      '<basic>open</basic>',
    ],
    [
      'best effort alone',
      ['Supported: ms-benotify', `Accept: ${CATEGORIES}`],
      'BENOTIFY',
      CATEGORIES,
      '15500',
    ],
  ];
  it.each(ROWS)('%s', (_title, lines, method, type, words) => {
    const at = new LyncTown();
    at.town.juliet.login('balcony', { show: 'away' });
    at.subscribe(lines);
    at.town.pass(1_000);
    for (const came of at.peer.take()) if (came.kind === 'NOTIFY') at.peer.answer(came, 200);
    const last = at.pass().findLast((came) => came.kind === method);
    expect(last?.header('Content-Type')).toBe(type);
    expect(last?.body).toContain(words);
  });

  it('who reads none of it is told', () => {
    expect(
      watched(new LyncTown(), ['Accept: application/rlmi+xml, multipart/related']).map(
        ({ kind }) => kind,
      ),
    ).toEqual(['406']);
  });

  it('a list of many is refused where it is required, and else one of it is watched', () => {
    const list = ['Content-Type: application/msrtc-adrl-categorylist+xml', 'Supported: adhoclist'];
    const at = new LyncTown();
    const refused = one(watched(at, [...list, 'Require: adhoclist']), '420');
    expect(refused.header('Unsupported')).toBe('adhoclist');
    at.subscribe(list);
    expect(one(at.pass(1_000), '200').header('Expires')).toBe('3600');
  });

  it('a device that went without a word makes room for itself, another has none', () => {
    const at = new LyncTown();
    at.town.juliet.login('balcony');
    for (let i = 0; i < 8; i++) at.subscribe(EVERY_OPTION, { callId: `call-${i}` });
    expect(at.pass(1_000).filter(({ kind }) => kind === '200')).toHaveLength(8);
    at.subscribe(['Accept: application/pidf+xml'], { callId: 'other', device: 'another' });
    expect(one(at.pass(1_000), '480').header('Retry-After')).toBe('600');
    at.subscribe(EVERY_OPTION, { callId: 'again' });
    one(at.pass(1_000), '200');
    at.town.juliet.clients[0]?.setPresence({ show: 'away' });
    const told = at.pass().filter(({ kind }) => kind === 'BENOTIFY');
    expect(new Set(told.map((came) => came.header('Call-ID')))).toEqual(
      new Set(['again', ...[1, 2, 3, 4, 5, 6, 7].map((i) => `call-${i}`)]),
    );
    expect(at.town.traces.some(({ reasons }) => reasons.includes('superseded'))).toBe(true);
  });

  it('RFC 3261 §21.4.15 where the host wants answers, best effort is refused by name, and not without', () => {
    const habits = { unanswered: false };
    const presence = { host: `gw.${SIP}`, ports: { tls: 5061 }, jitter: () => 0.5, habits };
    const at = new LyncTown({ presence });
    const refused = one(watched(at, EVERY_OPTION), '420');
    expect(refused.header('Unsupported')).toBe('ms-benotify');
    at.subscribe([`Accept: ${ACCEPT}`, 'Supported: com.microsoft.autoextend'], {
      callId: 'another',
    });
    const news = at.pass(1_000);
    expect(one(news, '200').headers('Supported')).toEqual(['com.microsoft.autoextend']);
    expect(one(news, 'NOTIFY').header('Event')).toBe('presence');
    expect(at.town.traces.some(({ reasons }) => reasons.includes('extension'))).toBe(true);
  });

  it('do not disturb is what the host says', () => {
    const habits = { doNotDisturb: 'do-not-disturb' } as const;
    const presence = { host: `gw.${SIP}`, ports: { tls: 5061 }, jitter: () => 0.5, habits };
    const at = new LyncTown({ presence });
    at.town.juliet.login('balcony', { show: 'dnd' });
    at.subscribe(EVERY_OPTION);
    const last = at.pass(12_000).findLast((came) => came.kind === 'BENOTIFY');
    expect(last?.body).toContain('<availability>9500</availability>');
  });

  it('who asks to see him does not cross as a package of its own', () => {
    const at = new LyncTown();
    const news = watched(at, [...EVERY_OPTION, 'Event: presence.wpending']);
    expect(one(news, '489').header('Allow-Events')).toBe('presence');
    expect(at.town.traces.some(({ reasons }) => reasons.includes('event-package'))).toBe(true);
    const subscribe = watching(new LyncTown());
    at.notify(subscribe, {
      lines: ['Event: presence.wpending'],
      type: 'text/xml+msrtc.wpending',
      body: '<watchers/>',
    });
    expect(at.kinds()).toEqual([]);
  });

  it('best effort of somebody who does not speak so is answered by nobody, and changes nothing', () => {
    const at = new LyncTown({ dialects: { [SIP]: 'standard' } });
    const subscribe = asked(at);
    at.peer.answer(subscribe, 200, OK_PENDING);
    at.notify(subscribe, state(3500));
    expect([at.kinds(), at.roster(), at.seen()]).toEqual([[], 'none', []]);
  });
});
