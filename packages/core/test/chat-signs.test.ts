// What goes beside words between people in sessions: switched off for one peer, never answered by another sign, lost where
// there is no word for it and told so; and where no session is open, alone. XEP-0085, XEP-0184, RFC 3994, RFC 5438.
import { policyOf } from '@interwork/policy/testing';
import { element, encodeUtf8, type XmlElement } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { readCpim, writeCpim } from '../src/body/cpim.ts';
import { readImdn, writeImdn, writeImdnRequest } from '../src/body/imdn.ts';
import { readIsComposing } from '../src/body/is-composing.ts';
import { AMY, ChatTown, LyncSession, ROMEO, SIP, XMPP } from './chat-town.ts';
import { bodyOf, headerOf } from './raw-peer.ts';

const NS_STATES = 'http://jabber.org/protocol/chatstates';
const NS_RECEIPTS = 'urn:xmpp:receipts';
const PHONE = `${ROMEO}/phone`;
const CPIM = ['Content-Type: message/cpim'];
const ACTIVITY = ['Content-Type: application/xml'];
const TYPING = "<KeyboardActivity><status status='type'/></KeyboardActivity>";

/** What Romeo shows without words. */
function shows(town: ChatTown, ...extra: readonly XmlElement[]): void {
  town.xmpp.send({ from: PHONE, to: AMY, type: 'chat', extra });
  town.pass();
}

/** A session that Romeo has opened, with a first message that has arrived. */
function opened(town: ChatTown, extra: readonly XmlElement[] = []): LyncSession {
  town.says('well', { extra: [element('active', NS_STATES), ...extra] });
  const session = LyncSession.accept(town, town.lync.last('INVITE'));
  town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
  town.pass();
  return session;
}

const standard = (more: object = {}): ChatTown =>
  new ChatTown({ gateway: { dialects: { [SIP]: 'sessions' }, imdnDomains: [SIP], ...more } });

/** Amy asks for word of what she says. */
const ASKING = new TextDecoder().decode(
  writeCpim({
    headers: writeImdnRequest({ messageId: 'amy-1', dispositions: ['positive-delivery'] }),
    content: { fields: [{ name: 'Content-Type', value: 'text/plain' }], content: encodeUtf8('hi') },
  }),
);

describe('switched off for one peer (RFC 7247 §8)', () => {
  const off = (...traffic: readonly ('message' | 'chat' | 'composing' | 'receipt')[]) =>
    policyOf({ rules: [{ id: 'some', effect: 'permit', domains: [XMPP], traffic }] });

  it('typing: nothing of it crosses either way, and words do', () => {
    const town = new ChatTown({ gateway: { policy: off('message', 'chat', 'receipt') } });
    const session = opened(town);
    shows(town, element('composing', NS_STATES));
    session.request('INFO', ACTIVITY, TYPING);
    expect([town.lync.all('INFO'), town.heard]).toEqual([[], []]);
    session.say('words');
    expect(town.heard).toEqual(['words']);
  });

  it('typing: what is forbidden while a session is open is not told any more', () => {
    const town = new ChatTown();
    const session = opened(town);
    session.request('INFO', ACTIVITY, TYPING);
    expect(town.heard).toEqual(['<composing/>']);
    town.replacePolicy(off('message', 'chat', 'receipt'));
    town.pass();
    shows(town, element('composing', NS_STATES));
    session.request('INFO', ACTIVITY, TYPING);
    expect([town.lync.all('INFO'), town.heard]).toEqual([[], ['<composing/>']]);
    expect(town.lync.all('BYE')).toEqual([]);
  });

  it('receipts: nobody is asked, nothing is told, and the words cross', () => {
    const town = standard({ policy: off('message', 'chat', 'composing') });
    const session = opened(town, [element('request', NS_RECEIPTS)]);
    expect(town.lync.last('MESSAGE')).toContain('text/plain');
    expect(session.request('MESSAGE', CPIM, ASKING)).toMatch(/^SIP\/2.0 20/);
    const [{ message } = { message: undefined }] = town.xmpp.inbox('romeo');
    expect(
      message?.element.children.some((one) => typeof one !== 'string' && one.ns === NS_RECEIPTS),
    ).toBe(false);
    expect(town.heard).toEqual(['hi <active/>']);
  });
});

describe('RFC 5438 §7.2.1: never a notice for a notice', () => {
  it('an error that a notice meets at the XMPP user goes nowhere', () => {
    const town = standard();
    const session = opened(town, [element('request', NS_RECEIPTS)]);
    const wrapper = readCpim(encodeUtf8(bodyOf(town.lync.last('MESSAGE'))));
    const messageId = wrapper?.headers.find(({ name }) => name === 'Message-ID')?.value ?? '';
    const told = writeImdn({ messageId, sentAt: 0, kind: 'delivery', status: 'delivered' });
    const content = {
      fields: [{ name: 'Content-Type', value: 'message/imdn+xml' }],
      content: told,
    };
    const asks = writeImdnRequest({ messageId: 'again', dispositions: ['positive-delivery'] });
    const body = new TextDecoder().decode(writeCpim({ headers: asks, content }));
    session.request('MESSAGE', CPIM, body);
    const notice = town.xmpp.inbox('romeo').at(-1)?.message;
    expect(notice?.element.children.map((one) => typeof one === 'object' && one.name)).toContain(
      'received',
    );
    const before = town.lync.received.length;
    const refusal = element('error', 'jabber:server', { type: 'cancel' }, [
      element('service-unavailable', 'urn:ietf:params:xml:ns:xmpp-stanzas'),
    ]);
    const attrs = { type: 'error', id: notice?.id ?? '', from: PHONE, to: AMY };
    town.xmpp.sendElement(element('message', 'jabber:server', attrs, [refusal]));
    shows(town, element('received', NS_RECEIPTS, { id: notice?.id ?? '' }));
    town.pass(3_000);
    expect(town.lync.received).toHaveLength(before);
  });

  it('a refusal that a notice meets at the SIP user goes nowhere', () => {
    const town = standard();
    const session = opened(town);
    session.request('MESSAGE', CPIM, ASKING);
    const id = town.xmpp.inbox('romeo').at(-1)?.message.id ?? '';
    shows(town, element('received', NS_RECEIPTS, { id }));
    const imdn = town.lync.last('MESSAGE');
    const content = readCpim(encodeUtf8(bodyOf(imdn)))?.content.content;
    expect(readImdn(content ?? new Uint8Array())?.status).toBe('delivered');
    const before = town.xmpp.inbox('romeo').length;
    town.lync.reply(imdn, '415 Unsupported Media Type');
    town.pass(3_000);
    expect([town.errors, town.xmpp.inbox('romeo').length]).toEqual([[], before]);
  });
});

describe('RFC 3994 §3: signs to a peer that takes single messages too', () => {
  const composing = (text: string): string | undefined =>
    readIsComposing(encodeUtf8(bodyOf(text)))?.state;

  it('go within the session that is open, and alone where none is', () => {
    const town = standard();
    shows(town, element('composing', NS_STATES));
    const alone = town.lync.last('MESSAGE');
    expect([composing(alone), headerOf(alone, 'to')]).toEqual(['active', `<sip:${AMY}>`]);
    town.lync.reply(alone, '200 OK');
    const session = opened(town);
    shows(town, element('composing', NS_STATES));
    const within = town.lync.last('MESSAGE');
    expect([composing(within), headerOf(within, 'call-id')]).toEqual(['active', session.callId]);
    expect(town.lync.all('INVITE')).toHaveLength(1);
  });
});

describe('XEP-0308 §3 and XEP-0359 §3: a correction, and ids of others, within a session', () => {
  it('are lost, and declared; the words of the correction arrive', () => {
    const town = new ChatTown();
    const session = opened(town);
    const extra = [
      element('replace', 'urn:xmpp:message-correct:0', { id: 'x1' }),
      element('origin-id', 'urn:xmpp:sid:0', { id: 'o' }),
    ];
    town.says('well then', { extra });
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    expect(session.texts.at(-1)).toBe('well then');
    expect(town.traces.at(-1)?.lost.map(({ what }) => what)).toEqual([
      'type',
      'element:replace',
      'element:origin-id',
    ]);
  });
});
