// What a host may do about conversations: a session in which nothing is said yet, what is said first, what is said within, who
// composes; both ways. Asked about as messages are, with the same answers. Through a whole gateway in the virtual world.
import type { CrossingVerdict } from '@interwork/core';
import { element } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { type ChatTown, LyncSession } from './chat-town.ts';
import {
  activity,
  FIRST,
  looking,
  NS_STATES,
  of,
  PASS,
  REFUSED,
  type Say,
  shows,
  talking,
  told,
  XML,
} from './hook-chat-town.ts';

describe('a session in which nothing is said yet', () => {
  it('is asked about before anybody answers it, and what is said within as a message', () => {
    const { town, asked } = looking(() => PASS);
    talking(town);
    expect(asked).toEqual([
      'sip-to-xmpp chat session',
      'sip-to-xmpp message message Romeo',
      'xmpp-to-sip message message Amy',
    ]);
    expect(town.heard).toEqual(['Romeo']);
  });

  it('is refused with a reason', () => {
    const { town } = looking(of('session', REFUSED));
    const session = LyncSession.invite(town, 'F6989A8C');
    expect(session.answer).toMatch(/^SIP\/2.0 403 /);
    expect(session.answer).toContain('not on Sundays');
    expect(told(town)).toEqual(['sip-to-xmpp chat refused host 403']);
    expect(town.gateway.sizes).toMatchObject({ chats: 0, invites: 0, duties: 0 });
  });

  it.each<[string, Say]>([
    ['says that it cannot say', () => ({ result: 'failed' })],
    ['says nothing in time', () => new Promise(() => {})],
    ['would have it say something', () => ({ result: 'rewrite', text: 'x' })],
    ['would have it go elsewhere', () => ({ result: 'rewrite', to: 'x@fabrikam.example' })],
  ])('is refused by name where the host %s', (_what, say) => {
    const { town } = looking(say);
    const session = LyncSession.invite(town, 'F6989A8C');
    town.pass(6_000);
    expect(session.answer).toMatch(/^SIP\/2.0 480 /);
    expect(told(town)).toEqual(['sip-to-xmpp chat refused host-failed 480']);
  });

  it('RFC 3261 §9.2: may be taken back meanwhile, and begins nothing then', async () => {
    let answer: (verdict: CrossingVerdict) => void = () => {};
    const { town } = looking(() => new Promise((resolve) => (answer = resolve)));
    const session = LyncSession.invite(town, 'F6989A8C');
    town.lync.send(session.head('CANCEL', 1).map((line) => line.replace('CANCEL1', 'INVITE1')));
    town.pass();
    answer(PASS);
    await new Promise((resolve) => setImmediate(resolve));
    town.pass();
    expect(session.answer).toMatch(/^SIP\/2.0 487 /);
    expect(told(town)).toEqual(['sip-to-xmpp chat refused cancelled 487']);
    expect(town.gateway.sizes).toMatchObject({ chats: 0, invites: 0 });
  });

  it('is asked about by the next process, where the peer comes again after a restart', () => {
    let isSilent = true;
    const { town, asked } = looking(() => (isSilent ? new Promise(() => {}) : PASS));
    LyncSession.invite(town, 'one');
    isSilent = false;
    town.restart();
    town.pass();
    expect(LyncSession.invite(town, 'two').answer).toMatch(/^SIP\/2.0 200 /);
    expect(asked).toEqual(['sip-to-xmpp chat session', 'sip-to-xmpp chat session']);
  });
});

describe('what an INVITE says first', () => {
  it.each(['', ' ', '\n'])(
    'is asked about where it is %j: it begins a session all the same',
    (text) => {
      const body = Buffer.from(text).toString('base64');
      const { town, asked } = looking(() => REFUSED);
      const first = [`ms-text-format: text/plain; charset=UTF-8; ms-body=${body}`];
      expect(LyncSession.invite(town, 'first', first).answer).toMatch(/^SIP\/2.0 403 /);
      expect(asked).toHaveLength(1);
      expect(town.gateway.sizes).toMatchObject({ chats: 0, invites: 0, duties: 0 });
    },
  );

  it('RFC 3261 §9.2: is taken back with the INVITE, while the host looks at it', async () => {
    let answer: (verdict: CrossingVerdict) => void = () => {};
    const { town } = looking(() => new Promise((resolve) => (answer = resolve)));
    const session = LyncSession.invite(town, 'first', FIRST);
    town.lync.send(session.head('CANCEL', 1).map((line) => line.replace('CANCEL1', 'INVITE1')));
    town.pass();
    answer(PASS);
    await new Promise((resolve) => setImmediate(resolve));
    town.pass();
    expect([session.answer.split('\r\n')[0], town.heard]).toEqual(['SIP/2.0 487 Rejected', []]);
    expect(told(town)).toEqual([
      'sip-to-xmpp chat refused cancelled 487',
      'sip-to-xmpp message dropped cancelled 487',
    ]);
    expect(town.gateway.sizes).toMatchObject({ chats: 0, invites: 0, duties: 0 });
  });

  it('is asked about as a message, once, and may be another', () => {
    const { town, asked } = looking(({ text }) => ({ result: 'rewrite', text: `[${text}]` }));
    LyncSession.invite(town, 'first', FIRST);
    expect([asked, town.heard]).toEqual([
      ['sip-to-xmpp message message Hello Romeo'],
      ['[Hello Romeo]'],
    ]);
  });

  it('is refused with the INVITE', () => {
    const { town } = looking(of('message', REFUSED));
    const session = LyncSession.invite(town, 'first', FIRST);
    expect([session.answer.split('\r\n')[0], town.heard]).toEqual(['SIP/2.0 403 Forbidden', []]);
  });
});

describe('what is said within a session', () => {
  it('is refused with a reason, either way, and the session stays', () => {
    const { town } = looking(({ text }) => (text === 'secret' ? REFUSED : PASS));
    const session = talking(town);
    expect(session.say('secret')).toBe('SIP/2.0 403 Forbidden');
    town.says('secret');
    expect(town.errors).toEqual(['policy-violation']);
    expect([session.say('well'), town.heard.at(-1)]).toEqual(['SIP/2.0 200 OK', 'well <active/>']);
  });

  it('RFC 5057 §5.1: is refused by a status that leaves the session where the host fails', () => {
    const { town } = looking(({ text }) => (text === 'secret' ? { result: 'failed' } : PASS));
    expect(talking(town).say('secret')).toBe('SIP/2.0 500 Server Internal Error');
    expect(told(town)).toContain('sip-to-xmpp message refused host-failed 500');
  });

  it('keeps its order behind a sign that the host still looks at', async () => {
    const waiting: ((verdict: CrossingVerdict) => void)[] = [];
    const { town, asked } = looking(({ what }) =>
      what === 'composing' ? new Promise((resolve) => void waiting.push(resolve)) : PASS,
    );
    const session = talking(town);
    session.request('INFO', XML, activity('type'));
    session.say('well');
    expect([asked.at(-1), town.heard.at(-1)]).toEqual(['sip-to-xmpp composing composing', 'Romeo']);
    waiting[0]?.(PASS);
    await new Promise((resolve) => setImmediate(resolve));
    town.pass();
    expect(town.heard.slice(1)).toEqual(['<composing/>', 'well <active/>']);
  });

  it('comes before the end of the session, however long the host looks', async () => {
    const waiting: ((verdict: CrossingVerdict) => void)[] = [];
    const { town } = looking(({ text }) =>
      text === 'well' ? new Promise((resolve) => void waiting.push(resolve)) : PASS,
    );
    const session = talking(town);
    session.say('well');
    session.request('BYE');
    expect(town.heard).toEqual(['Romeo']);
    waiting[0]?.(PASS);
    await new Promise((resolve) => setImmediate(resolve));
    town.pass();
    expect(town.heard.slice(1)).toEqual(['well <active/>', '<gone/>']);
    expect(town.gateway.sizes).toMatchObject({ chats: 0, duties: 0 });
  });
});

describe('who composes', () => {
  it('is asked about, either way; that somebody does so no more is not', () => {
    const { town, asked } = looking(() => PASS);
    const session = talking(town);
    asked.length = 0;
    session.request('INFO', XML, activity('type'));
    session.request('INFO', XML, activity('idle'));
    shows(town, 'composing');
    town.lync.reply(town.lync.last('INFO'), '200 OK');
    shows(town, 'paused');
    expect(asked).toEqual(['sip-to-xmpp composing composing', 'xmpp-to-sip composing composing']);
    expect(town.heard.slice(1)).toEqual(['<composing/>', '<paused/>']);
    expect(town.lync.all('INFO')).toHaveLength(2);
  });

  it('is refused to a SIP user, and kept from an XMPP user without a word; nothing is said of the end', () => {
    const { town } = looking(of('composing', REFUSED));
    const session = talking(town);
    expect(session.request('INFO', XML, activity('type'))).toBe('SIP/2.0 403 Forbidden');
    expect(session.request('INFO', XML, activity('idle'))).toBe('SIP/2.0 200 OK');
    shows(town, 'composing');
    shows(town, 'paused');
    town.pass(200_000);
    expect([town.heard.slice(1), town.lync.all('INFO'), town.errors]).toEqual([[], [], []]);
    expect(told(town)).toEqual(
      expect.arrayContaining([
        'sip-to-xmpp composing refused host 403',
        'xmpp-to-sip composing dropped host -',
      ]),
    );
  });

  it('is not asked about where nobody would be told', () => {
    const { town, asked } = looking(() => PASS);
    const session = LyncSession.invite(town, 'F6989A8C').acknowledge();
    session.request('INFO', XML, activity('type'));
    session.request('BYE');
    shows(town, 'composing');
    expect(asked).toEqual(['sip-to-xmpp chat session']);
  });

  it.each<[string, string, (town: ChatTown) => void]>([
    [
      'to XMPP',
      'sip-to-xmpp composing dropped not-looked-at 200',
      (town) => {
        const session = LyncSession.invite(town, 'F6989A8C').acknowledge();
        session.say('slow');
        session.request('INFO', XML, activity('type'));
        town.says('Amy', { extra: [element('active', NS_STATES)] });
      },
    ],
    [
      'to SIP',
      'xmpp-to-sip composing dropped not-looked-at -',
      (town) => {
        town.says('slow');
        shows(town, 'composing');
        LyncSession.invite(town, 'F6989A8C').acknowledge();
      },
    ],
  ])(
    '%s: is dropped where it could be told only after it has waited, unlooked',
    async (_way, line, say) => {
      let answer: (verdict: CrossingVerdict) => void = () => {};
      const { town, asked } = looking(({ text, what }) => {
        if (what === 'composing') return REFUSED;
        return text === 'slow' ? new Promise((resolve) => (answer = resolve)) : PASS;
      });
      say(town);
      answer(PASS);
      await new Promise((resolve) => setImmediate(resolve));
      town.pass();
      expect(told(town)).toContain(line);
      expect(asked.some((one) => one.includes('composing'))).toBe(false);
      expect(town.heard.join()).not.toContain('<composing/>');
      expect(town.lync.all('INFO')).toEqual([]);
      expect(town.gateway.sizes.duties).toBe(0);
    },
  );

  it.each<[string, Say]>([
    ['never answers', () => new Promise(() => {})],
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
  ])('comes to nothing within the bound where the hook %s', (_what, fail) => {
    let fails = false;
    const { town } = looking((asked) => (fails ? fail(asked) : PASS));
    const session = talking(town);
    fails = true;
    session.request('INFO', XML, activity('type'));
    shows(town, 'composing');
    town.pass(10_000);
    expect(told(town)).toEqual(
      expect.arrayContaining([
        'sip-to-xmpp composing refused host-failed 500',
        'xmpp-to-sip composing dropped host-failed -',
      ]),
    );
    expect(town.gateway.sizes.duties).toBe(0);
  });
});
