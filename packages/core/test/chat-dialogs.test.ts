// What a SIP peer may do with a session beside saying something, through a whole gateway: routes and contacts that come
// back octet for octet, OPTIONS, re-INVITE and UPDATE, session timers, answers that come late; each also with the gateway
// killed in between.
import { describe, expect, it } from 'vitest';
import { ChatTown, LyncSession, OFFER, ROMEO } from './chat-town.ts';
import { bodyOf, headerOf } from './raw-peer.ts';

const GRUU = 'sip:amy@contoso.example;opaque=user:epid:NXZdJKkTh4E717cpQ6kfjgAA;gruu';
const ROUTES = [
  '<sip:fe.contoso.example:5061;transport=tls;opaque=state:T:F;lr>;ms-rrsig=eaAb%C+xyz.AA ; Tag="7 F"',
  '<sip:edge.contoso.example:5061;transport=tls;ms-route-sig=aaX;lr>',
  '<sip:odd.contoso.example;lr;ftag=a`b%;did=x==>;sig=a/b==@{c}|d ; x=',
];
const RECORD_ROUTES = ROUTES.map((route) => `Record-Route: ${route}`);
const AUDIO = OFFER.replace('m=message 5060 sip null', 'm=audio 40000 RTP/AVP 0');

/** All values of a header, in order, as they were written. */
function allOf(text: string, name: string): readonly string[] {
  const head = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
  return head
    .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    .map((line) => line.slice(name.length + 1).trim());
}

/** A session that the contact has opened. */
function called(
  headers: readonly string[] = [],
  callId = 'theirs',
): {
  readonly town: ChatTown;
  readonly session: LyncSession;
} {
  const town = new ChatTown();
  const session = LyncSession.invite(town, callId, headers);
  expect(session.answer).toMatch(/^SIP\/2.0 200/);
  return { town, session: session.acknowledge() };
}

/** The answer to the request that was sent last. */
function lastAnswer(town: ChatTown): string {
  return town.lync.last('SIP/2.0');
}

const ENDS: readonly (readonly [string, (town: ChatTown) => void])[] = [
  ['lives on', () => {}],
  [
    'is killed',
    (town) => {
      town.restart();
      town.pass();
    },
  ],
];

describe.each(ENDS)('a gateway that %s', (_how, then) => {
  it('RFC 3261 §12.1.1: echoes signed Record-Routes and goes to a GRUU by them, octet for octet', () => {
    const { town, session } = called(RECORD_ROUTES);
    expect(allOf(session.answer, 'Record-Route')).toEqual(ROUTES);
    then(town);
    town.says('well');
    const message = town.lync.last('MESSAGE');
    expect(allOf(message, 'Route')).toEqual(ROUTES);
    expect(message.split('\r\n')[0]).toBe(`MESSAGE ${GRUU} SIP/2.0`);
    expect(headerOf(message, 'to')).toContain(';epid=9b6f316d27');
  });

  it('RFC 3261 §12.1.2: of a session that it opened it goes by them the other way round', () => {
    const town = new ChatTown();
    town.says('well');
    LyncSession.accept(town, town.lync.last('INVITE'), 'amy-tag', RECORD_ROUTES);
    expect(allOf(town.lync.last('ACK'), 'Route')).toEqual(ROUTES.toReversed());
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    then(town);
    town.says('again');
    expect(allOf(town.lync.last('MESSAGE'), 'Route')).toEqual(ROUTES.toReversed());
  });

  it('RFC 3261 §11.2: answers OPTIONS within a session, and what it does not know, and the session goes on', () => {
    const { town, session } = called();
    then(town);
    expect(session.request('OPTIONS')).toBe('SIP/2.0 200 OK');
    expect(headerOf(lastAnswer(town), 'allow')).toContain('MESSAGE');
    expect(session.request('REFER', ['Refer-To: <sip:eve@contoso.example>'])).toMatch(
      /^SIP\/2.0 (?:405|501)/,
    );
    expect(session.say('still here')).toMatch(/^SIP\/2.0 20/);
    expect(town.heard).toEqual(['still here']);
  });

  it('RFC 3261 §14.2: answers a re-INVITE for text, refuses one for a call, and the session goes on', () => {
    const { town, session } = called();
    then(town);
    const sdp = ['Content-Type: application/sdp', `Contact: <${GRUU}2>`];
    expect(session.request('INVITE', sdp, OFFER)).toBe('SIP/2.0 200 OK');
    const answer = lastAnswer(town);
    expect(bodyOf(answer)).toContain(`m=message 5061 sip sip:${ROMEO}`);
    const cseq = Number.parseInt(headerOf(answer, 'cseq'), 10);
    town.lync.send(session.head('ACK', cseq));
    town.pass(40_000);
    expect(town.lync.all('BYE')).toEqual([]);
    expect(session.request('INVITE', sdp, AUDIO)).toMatch(/^SIP\/2.0 488/);
    town.says('well');
    expect(town.lync.last('MESSAGE').split('\r\n')[0]).toBe(`MESSAGE ${GRUU}2 SIP/2.0`);
  });

  it('RFC 3311 §5.2: answers an UPDATE', () => {
    const { town, session } = called();
    then(town);
    expect(session.request('UPDATE')).toBe('SIP/2.0 200 OK');
    expect(session.say('still here')).toMatch(/^SIP\/2.0 20/);
    expect(town.heard).toEqual(['still here']);
  });

  it('RFC 4028 §10: ends a session that its peer was to refresh and did not', () => {
    const { town, session } = called(['Supported: timer', 'Session-Expires: 90;refresher=uac']);
    expect(headerOf(session.answer, 'session-expires')).toBe('90;refresher=uac');
    then(town);
    town.pass(50_000);
    expect(town.lync.all('BYE')).toEqual([]);
    town.pass(40_000);
    expect(town.lync.all('BYE')).toHaveLength(1);
  });

  it('RFC 4028 §9: keeps one that its peer refreshes', () => {
    const { town, session } = called(['Supported: timer', 'Session-Expires: 90;refresher=uac']);
    then(town);
    const timer = ['Supported: timer', 'Session-Expires: 90;refresher=uac'];
    for (let times = 0; times < 3; times++) {
      town.pass(45_000);
      expect(session.request('UPDATE', timer)).toBe('SIP/2.0 200 OK');
    }
    expect(town.lync.all('BYE')).toEqual([]);
  });

  it('RFC 4028 §7.4: refreshes one itself where the peer leaves that to it', () => {
    const { town, session } = called([
      'Supported: timer',
      'Session-Expires: 120;refresher=uas',
      'Allow: INVITE, ACK, BYE, CANCEL, UPDATE, MESSAGE',
    ]);
    expect(headerOf(session.answer, 'session-expires')).toBe('120;refresher=uas');
    then(town);
    town.lync.onMessage = (text) => {
      const timer = [
        'Supported: timer',
        'Session-Expires: 120;refresher=uac',
        `Contact: <${GRUU}>`,
      ];
      if (text.startsWith('UPDATE')) town.lync.reply(text, '200 OK', timer);
    };
    town.pass(65_000);
    expect(town.lync.all('UPDATE')).toHaveLength(1);
    town.pass(65_000);
    expect(town.lync.all('UPDATE')).toHaveLength(2);
    expect(town.lync.all('BYE')).toEqual([]);
  });
});

describe('an INVITE of ours', () => {
  it('lync 6.5: is held back for ten seconds by who asks at several places, and then accepted at one', () => {
    const town = new ChatTown();
    town.says('one');
    const invite = town.lync.last('INVITE');
    for (const tag of ['phone', 'desk'])
      town.lync.reply(invite, '183 Session Progress', [], '', tag);
    town.pass(10_000);
    expect(town.errors).toEqual([]);
    const session = LyncSession.accept(town, invite, 'desk');
    expect(session.texts).toEqual(['one']);
    expect(town.lync.all('CANCEL')).toEqual([]);
  });
});

describe('an INVITE of the contact', () => {
  it('RFC 4028 §8: with a session timer that is too short is told the shortest', () => {
    const town = new ChatTown();
    const { answer } = LyncSession.invite(town, 'short', [
      'Supported: timer',
      'Session-Expires: 30',
    ]);
    expect(answer).toMatch(/^SIP\/2.0 422/);
    expect(headerOf(answer, 'min-se')).toBe('90');
  });

  it('RFC 3261 §14.2: that meets a refresh of ours without an answer is 491, and the other way round waits', () => {
    const { town, session } = called([
      'Supported: timer',
      'Session-Expires: 120;refresher=uas',
      'Allow: INVITE, ACK, BYE, CANCEL, MESSAGE',
    ]);
    town.pass(62_000);
    const refresh = town.lync.last('INVITE');
    expect(headerOf(refresh, 'call-id')).toBe('theirs');
    const sdp = ['Content-Type: application/sdp', `Contact: <${GRUU}>`];
    expect(session.request('INVITE', sdp, OFFER)).toMatch(/^SIP\/2.0 491/);
    town.lync.reply(refresh, '491 Request Pending');
    town.pass(10_000);
    const again = town.lync.last('INVITE');
    expect(headerOf(again, 'cseq')).not.toBe(headerOf(refresh, 'cseq'));
    const timer = ['Supported: timer', 'Session-Expires: 120;refresher=uac', ...sdp];
    town.lync.reply(again, '200 OK', timer, OFFER);
    town.pass();
    expect(town.lync.all('ACK').map((text) => headerOf(text, 'cseq').split(' ')[0])).toContain(
      headerOf(again, 'cseq').split(' ')[0],
    );
    expect(town.lync.all('BYE')).toEqual([]);
  });
});
