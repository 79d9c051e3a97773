// Messages and sessions are apart to policy, through a whole gateway: what permits the one and not the other, in both
// directions, and what whoever is refused is told. What is said within a session is a message as well.
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';
import { AMY, ChatTown, LyncSession, ROMEO, SIP, XMPP } from './chat-town.ts';
import { bodyOf, headerOf } from './raw-peer.ts';

type Kind = 'message' | 'chat';

/** Permits the one by name, forbids the other by name. */
const only = (kind: Kind) =>
  policyOf({
    rules: [
      { id: 'yes', effect: 'permit', domains: [XMPP], traffic: [kind] },
      {
        id: 'no',
        effect: 'forbid',
        domains: [XMPP],
        traffic: [kind === 'chat' ? 'message' : 'chat'],
      },
    ],
  });

/** A town whose SIP side has sessions; `sessions` takes single messages beside them, `lync` does not. */
const townOf = (kind: Kind, dialect: 'lync' | 'sessions') =>
  new ChatTown({ gateway: { policy: only(kind), dialects: { [SIP]: dialect } } });

/** A MESSAGE of the SIP user without a session; the status of its answer. */
function page(town: ChatTown, text: string, user = ROMEO): string {
  town.lync.send(
    [
      `MESSAGE sip:${user} SIP/2.0`,
      'Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bKpage',
      'Max-Forwards: 70',
      `From: <sip:${AMY}>;tag=amy`,
      `To: <sip:${user}>`,
      'Call-ID: page',
      'CSeq: 1 MESSAGE',
      'Content-Type: text/plain;charset=UTF-8',
    ],
    text,
  );
  town.pass();
  return statusOf(town.lync.all('SIP/2.0').find((one) => headerOf(one, 'call-id') === 'page'));
}

const statusOf = (answer = ''): string => answer.split(' ')[1] ?? '';

const REFUSED = { rule: 'RFC 7247 §8', outcome: 'refused', reasons: ['policy'], by: ['no'] };
const TO_SIP = { direction: 'xmpp-to-sip' };
const TO_XMPP = { direction: 'sip-to-xmpp' };

/** The answer to an INVITE that says something. */
function invitedSaying(town: ChatTown, text: string): string {
  const body = Buffer.from(text).toString('base64');
  const first = [`ms-text-format: text/plain; charset=UTF-8; ms-body=${body}`];
  return statusOf(LyncSession.invite(town, 'first', first).answer);
}

describe('policy that permits messages and no sessions', () => {
  it('from SIP: INVITE is refused, MESSAGE is delivered', () => {
    const town = townOf('message', 'lync');
    const { answer } = LyncSession.invite(town, 'session');
    expect(statusOf(answer)).toBe('403');
    expect(headerOf(answer, 'warning')).toContain('Not permitted');
    expect(town.traces).toMatchObject([{ ...REFUSED, ...TO_XMPP, traffic: 'chat', answer: '403' }]);
    expect(page(town, 'Alone')).toBe('200');
    expect(town.heard).toEqual(['Alone']);
    expect(town.traces.at(-1)).toMatchObject({ ...TO_XMPP, traffic: 'message', by: ['yes'] });
  });

  it('from SIP: MESSAGE is delivered to a person who is named as our Contacts begin', () => {
    const town = townOf('message', 'lync');
    town.xmpp.addUser('chat.support', ['desk']);
    expect(page(town, 'Help', `chat.support@${XMPP}`)).toBe('200');
    expect(town.xmpp.inbox('chat.support').map(({ text }) => text)).toEqual(['Help']);
  });

  it('from SIP: what an INVITE brings is refused with it', () => {
    const town = townOf('message', 'lync');
    expect(invitedSaying(town, 'First')).toBe('403');
    expect(town.heard).toEqual([]);
  });

  it('from XMPP: what wants a session goes alone, to a peer that takes that', () => {
    const town = townOf('message', 'sessions');
    town.says('In a session');
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.says('Alone', { type: 'normal' });
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    expect(town.lync.lines.map((line) => line.split(' ')[0])).toEqual(['MESSAGE', 'MESSAGE']);
    expect(town.errors).toEqual([]);
    const delivered = { ...TO_SIP, traffic: 'message', outcome: 'delivered', by: ['yes'] };
    expect(town.traces).toMatchObject([delivered, delivered]);
  });

  it('from XMPP: a session ends where policy comes to forbid it, and what follows goes alone', () => {
    const town = new ChatTown({ gateway: { dialects: { [SIP]: 'sessions' } } });
    town.says('one');
    LyncSession.accept(town, town.lync.last('INVITE'));
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    town.replacePolicy(only('message'));
    town.pass();
    expect(town.lync.all('BYE')).toHaveLength(1);
    town.lync.reply(town.lync.last('BYE'), '200 OK');
    const before = town.lync.all('MESSAGE').length;
    town.says('two');
    const alone = town.lync.last('MESSAGE');
    expect(town.lync.all('MESSAGE')).toHaveLength(before + 1);
    expect(headerOf(alone, 'to')).not.toContain('tag=');
    expect(bodyOf(alone)).toBe('two');
    town.lync.reply(alone, '200 OK');
    town.pass();
    expect(town.errors).toEqual([]);
    expect(town.traces.at(-1)).toMatchObject({ ...TO_SIP, outcome: 'delivered', by: ['yes'] });
  });

  it('from XMPP: to a peer that takes nothing without a session, all is refused', () => {
    const town = townOf('message', 'lync');
    town.says('In a session');
    town.says('Alone', { type: 'normal' });
    expect(town.lync.lines).toEqual([]);
    expect(town.errors).toEqual(['policy-violation', 'policy-violation']);
    expect(town.traces).toMatchObject([REFUSED, REFUSED]);
    expect(town.gateway.open).toBe(0);
  });

  it('from XMPP: told to whoever waits, where policy changes while an INVITE rings', () => {
    const town = new ChatTown();
    town.says('one');
    town.says('two');
    const invite = town.lync.last('INVITE');
    town.lync.reply(invite, '180 Ringing');
    town.pass();
    town.replacePolicy(only('message'));
    town.pass();
    expect(town.lync.all('CANCEL')).toHaveLength(1);
    town.lync.reply(invite, '487 Request Terminated');
    town.pass();
    expect(town.errors).toEqual(['policy-violation', 'policy-violation']);
    expect(town.traces.at(-1)).toMatchObject({ ...REFUSED, ...TO_SIP });
  });

  it('a domain without a way is told as one, not as forbidden', () => {
    const town = new ChatTown({ gateway: { routes: { [SIP]: [] } } });
    town.says('In a session');
    expect(town.errors).toEqual(['remote-server-not-found']);
    expect(town.traces).toMatchObject([{ outcome: 'failed', by: ['friends'] }]);
  });
});

describe('policy that permits sessions and no messages', () => {
  it('from SIP: INVITE is accepted, MESSAGE is refused, within it too', () => {
    const town = townOf('chat', 'lync');
    const session = LyncSession.invite(town, 'session').acknowledge();
    expect(statusOf(session.answer)).toBe('200');
    const accepted = { ...TO_XMPP, traffic: 'chat', outcome: 'delivered', by: ['yes'] };
    expect(town.traces).toMatchObject([accepted]);
    const refusal = { ...REFUSED, ...TO_XMPP, traffic: 'message', answer: '403' };
    expect(session.say('Within')).toBe('SIP/2.0 403 Forbidden');
    expect(town.traces.at(-1)).toMatchObject(refusal);
    expect(page(town, 'Alone')).toBe('403');
    expect(town.traces.at(-1)).toMatchObject(refusal);
    expect(town.heard).toEqual([]);
    expect(session.request('BYE')).toBe('SIP/2.0 200 OK');
  });

  it('from SIP: an INVITE whose first message is refused is refused with it', () => {
    const town = townOf('chat', 'lync');
    expect(invitedSaying(town, 'First')).toBe('403');
    expect(town.heard).toEqual([]);
    expect(town.traces).toContainEqual(
      expect.objectContaining({ ...REFUSED, ...TO_XMPP, traffic: 'message' }),
    );
  });

  it('from XMPP: no session is asked for, since there is nothing to say in it', () => {
    const town = townOf('chat', 'sessions');
    town.says('In a session');
    town.says('Alone', { type: 'normal' });
    expect(town.lync.lines).toEqual([]);
    expect(town.errors).toEqual(['policy-violation', 'policy-violation']);
    const refusal = { ...REFUSED, ...TO_SIP, traffic: 'message', answer: 'policy-violation' };
    expect(town.traces).toMatchObject([refusal, refusal]);
  });
});
