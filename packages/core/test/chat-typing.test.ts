// Signs within sessions: RFC 7573 §6 where a peer has a form of its own for typing (KeyboardActivity) and RFC 3994 beside
// it, and XEP-0184 §5 where a 200 is the receipt. Through a whole gateway, against a raw peer.
import { describe, expect, it } from 'vitest';
import { element } from '@interwork/xmpp';
import { AMY, ChatTown, LyncSession, ROMEO, stanzaText } from './chat-town.ts';
import { bodyOf, headerOf } from './raw-peer.ts';

const NS_STATES = 'http://jabber.org/protocol/chatstates';
const XML = ['Content-Type: application/xml'];
const activity = (status: string) =>
  `<?xml version="1.0"?><KeyboardActivity><status status="${status}"/></KeyboardActivity>`;
const ISCOMPOSING = ['Content-Type: application/im-iscomposing+xml'];
const composing = (state: string) =>
  `<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>${state}</state></isComposing>`;

/** A session that Amy has opened, and Romeo has answered within, with a state or without. */
function talking(town: ChatTown, state?: string): LyncSession {
  const session = LyncSession.invite(town, 'F6989A8C').acknowledge();
  session.say('Romeo');
  town.says('Amy', state === undefined ? {} : { extra: [element(state, NS_STATES)] });
  town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
  town.pass();
  return session;
}

/** Romeo says something of himself without words. */
function shows(town: ChatTown, state: string): void {
  town.says('', { text: undefined as never, extra: [element(state, NS_STATES)] });
}

const words = (town: ChatTown) =>
  town.traces
    .filter(({ traffic }) => traffic === 'composing' || traffic === 'receipt')
    .map(({ direction, traffic, outcome, reasons }) =>
      [direction, traffic, outcome, ...reasons].join(' '),
    );

describe('RFC 7573 §6: the SIP user composes', () => {
  it('as KeyboardActivity, to the resource that spoke, and paused when it stops', () => {
    const town = new ChatTown();
    const session = talking(town, 'active');
    expect(session.request('INFO', XML, activity('type'))).toBe('SIP/2.0 200 OK');
    expect(session.request('INFO', XML, activity('idle'))).toBe('SIP/2.0 200 OK');
    expect(town.heard.slice(1)).toEqual(['<composing/>', '<paused/>']);
    const last = town.xmpp.inbox('romeo').at(-1);
    expect([last?.message.to?.full, last?.message.type]).toEqual([`${ROMEO}/phone`, 'chat']);
    expect(last === undefined ? '' : stanzaText(last)).toContain('<thread>');
    expect(words(town)).toEqual([
      'sip-to-xmpp composing handed-over composing',
      'sip-to-xmpp composing handed-over idle',
    ]);
  });

  it('RFC 3994 §3.3: what is not taken back is over after half a minute', () => {
    const town = new ChatTown();
    talking(town, 'active').request('INFO', XML, activity('type'));
    town.pass(31_000);
    expect(town.heard.slice(1)).toEqual(['<composing/>', '<paused/>']);
  });

  it('RFC 3994 §3.4: as isComposing, which they send too', () => {
    const town = new ChatTown();
    const session = talking(town, 'active');
    expect(session.request('MESSAGE', ISCOMPOSING, composing('active'))).toBe('SIP/2.0 200 OK');
    expect(town.heard.slice(1)).toEqual(['<composing/>']);
  });

  it('XEP-0085 §5.1: who has not shown that he knows chat states is not told', () => {
    const town = new ChatTown();
    expect(talking(town).request('INFO', XML, activity('type'))).toBe('SIP/2.0 200 OK');
    expect([town.heard.slice(1), words(town)]).toEqual([
      [],
      ['sip-to-xmpp composing dropped no-chat-states'],
    ]);
  });

  it('whoever has shown it once is told after a restart too', () => {
    const town = new ChatTown();
    const session = talking(town, 'active');
    town.pass(120_000);
    town.restart();
    session.request('INFO', XML, activity('type'));
    expect(town.heard.at(-1)).toBe('<composing/>');
  });

  it.each([
    ['of another type', ['Content-Type: text/plain'], 'x'],
    ['of another document', XML, '<x/>'],
    ['without a body', [], ''],
  ])('an INFO %s is answered, and says nothing', (_, headers, body) => {
    const town = new ChatTown();
    expect(talking(town, 'active').request('INFO', headers, body)).toBe('SIP/2.0 200 OK');
    expect([town.heard.slice(1), words(town)]).toEqual([[], []]);
  });
});

describe('RFC 7573 §6: the XMPP user composes', () => {
  it('is an INFO within the session, and another when it stops', () => {
    const town = new ChatTown();
    talking(town, 'active');
    shows(town, 'composing');
    const first = town.lync.last('INFO');
    expect([headerOf(first, 'content-type'), bodyOf(first)]).toEqual([
      'application/xml',
      activity('type').replaceAll("'", '"'),
    ]);
    expect(headerOf(first, 'call-id')).toBe('F6989A8C');
    town.lync.reply(first, '200 OK');
    shows(town, 'paused');
    expect(bodyOf(town.lync.last('INFO'))).toContain('status="idle"');
    town.lync.reply(town.lync.last('INFO'), '200 OK');
    town.pass();
    expect(words(town)).toEqual([
      'xmpp-to-sip composing delivered composing',
      'xmpp-to-sip composing delivered idle',
    ]);
    expect(town.errors).toEqual([]);
  });

  it('opens no session', () => {
    const town = new ChatTown();
    shows(town, 'composing');
    town.pass(10_000);
    expect([town.lync.lines, words(town)]).toEqual([
      [],
      ['xmpp-to-sip composing dropped no-session'],
    ]);
  });

  it('is not said again by another session, when the session is not there any more', () => {
    const town = new ChatTown();
    talking(town, 'active');
    shows(town, 'composing');
    town.lync.reply(town.lync.last('INFO'), '481 Call Leg Does Not Exist');
    town.pass(200_000);
    expect([town.lync.all('INVITE').length, town.lync.all('INFO').length]).toEqual([0, 1]);
    expect(town.errors).toEqual([]);
  });

  it('RFC 7573 §6.1: gone ends the session, and nothing is said of typing', () => {
    const town = new ChatTown();
    talking(town, 'active');
    shows(town, 'gone');
    expect(town.lync.lines.map((line) => line.split(' ')[0])).toContain('BYE');
    expect(town.lync.all('INFO')).toEqual([]);
  });
});

describe('XEP-0184 §5: a 200 is the receipt', () => {
  it('for who asks', () => {
    const town = new ChatTown();
    talking(town);
    town.says('well', { id: 'w1', extra: [element('request', 'urn:xmpp:receipts')] });
    const before = town.xmpp.inbox('romeo').length;
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    const told = town.xmpp.inbox('romeo').slice(before);
    expect(
      told.map((one) => stanzaText(one).includes('<received xmlns="urn:xmpp:receipts" id="w1"/>')),
    ).toEqual([true]);
    expect([told[0]?.message.from?.full, told[0]?.message.to?.full]).toEqual([
      AMY,
      `${ROMEO}/phone`,
    ]);
    const lost = town.traces.flatMap((one) => one.lost.map(({ what }) => what));
    expect(lost).not.toContain('element:request');
  });

  it('and not for who is refused', () => {
    const town = new ChatTown();
    talking(town);
    town.says('well', { extra: [element('request', 'urn:xmpp:receipts')] });
    const before = town.xmpp.inbox('romeo').length;
    town.lync.reply(town.lync.last('MESSAGE'), '606 Not Acceptable');
    town.pass();
    expect(town.xmpp.inbox('romeo')).toHaveLength(before);
  });
});
