// What a host may do about presence: requests to see, approvals and documents are asked about as messages are, both ways, with
// the same answers and the same bounds; what takes back is not, and keeps its place. Through a whole gateway in the virtual
// world; that a restart loses nothing of it is
// hook-presence-flows.test.ts, what becomes of it where the hook fails hook-presence-failing.test.ts.
import type { AskedCrossing, CrossingVerdict } from '@interwork/core';
import { policyOf } from '@interwork/policy/testing';
import { pidf } from '@interwork/sip/testing';
import { describe, expect, it } from 'vitest';
import {
  asks,
  IN,
  JULIET,
  looking,
  noteOf,
  of,
  OPEN,
  OUT,
  PASS,
  ROMEO,
  seen,
  SETTLED,
  told,
  watches,
} from './hook-presence-town.ts';

describe('presence that the host looks at', () => {
  it('from XMPP: who asks, with how it came to be; then the contact approves and is seen', () => {
    const values: AskedCrossing[] = [];
    const { town, asked } = looking((crossing) => {
      values.push(crossing);
      return PASS;
    });
    asks(town);
    expect(values[0]).toEqual({
      direction: 'xmpp-to-sip',
      traffic: 'presence',
      what: 'request',
      from: JULIET,
      to: ROMEO,
      subject: undefined,
      text: '',
      mayChange: [],
      proof: 'certificate',
      by: ['friends'],
    });
    expect(asked).toEqual([OUT('request')]);
    town.romeo.allow(JULIET);
    town.pass(SETTLED);
    expect(asked.slice(1)).toEqual([IN('document', 'at lunch')]);
    expect(values.at(-1)?.mayChange).toEqual(['text']);
    expect(seen(town)).toEqual(['at lunch']);
  });

  it('from SIP: who asks, who approves, and each document', () => {
    const { town, asked } = looking(() => PASS);
    watches(town);
    expect(asked).toEqual([IN('request')]);
    town.juliet.approve(ROMEO);
    town.pass(SETTLED);
    expect(asked[1]).toBe(OUT('approval'));
    expect(new Set(asked.slice(2))).toEqual(new Set([OUT('document', 'reading')]));
    asked.length = 0;
    expect(noteOf(town)).toBe('reading');
    town.juliet.clients[0]?.setPresence({ show: 'dnd', status: 'no calls' });
    town.pass(SETTLED);
    expect(asked).toEqual([OUT('document', 'no calls')]);
  });

  it('is not asked about what policy forbids, nor about what takes back', () => {
    const { town, asked } = looking(() => PASS);
    watches(town);
    town.juliet.approve(ROMEO);
    town.pass(SETTLED);
    asked.length = 0;
    town.juliet.clients[0]?.logout();
    town.romeo.unwatch(JULIET);
    town.pass(SETTLED);
    town.juliet.deny(ROMEO);
    town.pass(SETTLED);
    expect(asked).toEqual([]);
    town.replacePolicy(policyOf({ rules: [] }));
    town.romeo.watch(JULIET);
    town.pass(SETTLED);
    expect(asked).toEqual([]);
  });
});

describe('what the host refuses', () => {
  const REFUSED = { result: 'refuse', why: 'not on Sundays' } as const;
  const OTHERS = pidf('nobody@example.net', [{ id: 'ID-x', basic: 'open', note: 'x' }]);

  it('is refused to who asks from XMPP, who reads why; nothing has left', () => {
    const { town } = looking(of('request', REFUSED));
    asks(town);
    expect(town.romeo.pendingWatchers).toEqual([]);
    expect(told(town)).toEqual(['xmpp-to-sip refused host policy-violation']);
    expect(town.traces[0]).toMatchObject({ by: ['friends'], traffic: 'presence' });
    const error = town.juliet.clients[0]?.heard.find(({ type }) => type === 'error');
    expect(JSON.stringify(error)).toContain('not on Sundays');
    expect(town.gateway.sizes).toMatchObject({ records: 0, duties: 0 });
  });

  it('is refused to who asks from SIP, with 403', () => {
    const { town } = looking(of('request', REFUSED));
    watches(town);
    expect(town.juliet.requests()).toEqual([]);
    expect(told(town)).toContain('sip-to-xmpp refused host 403');
  });

  it('is refused to who asks from SIP, though the request says that something ends', () => {
    const { town } = looking(of('request', REFUSED));
    town.juliet.login('balcony', { status: 'reading' });
    const headers = Object.entries({
      Event: 'presence',
      Expires: '600',
      'Subscription-State': 'terminated',
      Contact: '<sip:romeo@192.0.2.1:5061;transport=tls>',
    }).map(([name, value]) => ({ name, value }));
    const draft = { method: 'SUBSCRIBE', headers, body: new TextEncoder().encode('x') };
    const gateway = { transport: 'tls', address: '192.0.2.2', port: 5061 } as const;
    const asks = town.sip.script.send({ from: ROMEO, to: JULIET, text: '', draft }, [
      { ...gateway, references: ['gw.example.net'] },
    ]);
    town.pass(SETTLED);
    expect([asks.response?.status, town.juliet.requests()]).toEqual([403, []]);
    expect(told(town)).toEqual(['sip-to-xmpp refused host 403']);
  });

  it('leaves a watcher who is not let through waiting: an approval, and who gave it is told', () => {
    const { town } = looking(of('approval', REFUSED));
    watches(town);
    town.juliet.approve(ROMEO);
    town.pass(SETTLED);
    expect(town.romeo.sees(JULIET).state).toBe('pending');
    expect(told(town)[0]).toBe('xmpp-to-sip refused host policy-violation');
  });

  it.each([
    ['a document', OPEN, 'document', 'at lunch'],
    ['no document', undefined, 'approval', ''],
    ['one that nobody can read', '<garbage', 'approval', ''],
    ['one about somebody else', OTHERS, 'approval', ''],
  ])('grants nothing by %s', (_what, document, what, text) => {
    const { asked, town } = looking(({ direction }) =>
      direction === 'sip-to-xmpp' ? REFUSED : PASS,
    );
    asks(town);
    town.romeo.setDocument(document);
    town.romeo.allow(JULIET);
    town.pass(SETTLED);
    expect(town.juliet.roster().map(({ subscription }) => subscription)).not.toContain('to');
    expect(asked).toContain(IN(what, text));
    expect(told(town)).toContain('sip-to-xmpp refused host 403');
  });

  it('shows a document of XMPP to nobody, and the watcher keeps what he saw', () => {
    const { town } = looking(({ text }) => (text === 'secret' ? REFUSED : PASS));
    watches(town);
    town.juliet.approve(ROMEO);
    town.pass(SETTLED);
    town.juliet.clients[0]?.setPresence({ status: 'secret' });
    town.pass(SETTLED);
    expect([noteOf(town), town.romeo.sees(JULIET).state]).toEqual(['reading', 'active']);
    expect(told(town)).toContain('xmpp-to-sip dropped host -');
  });

  it('RFC 6665 §4.2.2: answers a NOTIFY so that its subscription stays', () => {
    const { town } = looking(({ text }) => (text === 'secret' ? REFUSED : PASS));
    asks(town);
    town.romeo.allow(JULIET);
    town.pass(SETTLED);
    const secret = pidf(ROMEO, [{ id: 'ID-orchard', basic: 'open', note: 'secret' }]);
    town.romeo.setDocument(secret);
    town.pass(SETTLED);
    expect(seen(town)).toEqual(['at lunch']);
    expect(told(town)).toContain('sip-to-xmpp refused host 403');
    town.romeo.setDocument(OPEN.replace('at lunch', 'back'));
    town.pass(120_000);
    expect(seen(town)).toEqual(['back']);
  });
});

describe('what the host has it say', () => {
  it('other notes, either way, and the trace says so', () => {
    const { town } = looking(({ mayChange, text }) =>
      mayChange.includes('text') ? { result: 'rewrite', text: `[${text}]` } : PASS,
    );
    asks(town);
    town.romeo.allow(JULIET);
    town.romeo.watch(JULIET);
    town.juliet.approve(ROMEO);
    town.pass(SETTLED);
    town.juliet.clients[0]?.setPresence({ status: 'reading' });
    town.pass(SETTLED);
    expect([seen(town), noteOf(town)]).toEqual([['[at lunch]'], '[reading]']);
    const rewritten = town.traces.filter(({ reasons }) => reasons.includes('rewritten'));
    expect(new Set(rewritten.map(({ direction }) => direction)).size).toBe(2);
  });

  it('none at all', () => {
    const { town } = looking(of('document', { result: 'rewrite', text: '' }));
    watches(town);
    town.juliet.approve(ROMEO);
    town.pass(SETTLED);
    expect([noteOf(town), town.romeo.sees(JULIET).state]).toEqual([undefined, 'active']);
  });

  const WRONG: readonly [string, AskedCrossing['what'], CrossingVerdict][] = [
    ['to somebody else', 'document', { result: 'rewrite', to: 'nurse@example.com' }],
    ['with a subject', 'document', { result: 'rewrite', subject: 'x' }],
    ['with words where there are none', 'request', { result: 'rewrite', text: 'x' }],
  ];
  it.each(WRONG)('not %s: that is its failure', (_what, what, verdict) => {
    const { town } = looking(of(what, verdict));
    asks(town);
    town.romeo.allow(JULIET);
    town.pass(SETTLED);
    expect(seen(town)).toEqual([]);
    expect(told(town).some((line) => line.includes('host-failed'))).toBe(true);
  });

  it('the same values as it was told: that is no change', () => {
    const { town } = looking(({ text, to }) => ({ result: 'rewrite', text, to }));
    asks(town);
    expect(town.romeo.pendingWatchers).toHaveLength(1);
  });
});
