// RFC 7573 without MSRP, through a whole gateway: sessions between a SIP server that wants them, as raw text, and an XMPP
// domain.
import type { CrossingVerdict, StoreAnswer, StoredRecord } from '@interwork/core';
import { virtualStore } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import { element } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { AMY, ChatTown, LyncSession, OFFER, ROMEO, stanzaText, XMPP } from './chat-town.ts';
import { bodyOf, headerOf } from './raw-peer.ts';

const NS_STATES = 'http://jabber.org/protocol/chatstates';
const ACTIVE = element('active', NS_STATES);

/** A conversation that the XMPP user has opened, with its first message delivered. */
function opened(town: ChatTown, more: object = {}): LyncSession {
  town.says('Art thou not Romeo?', { thread: '29377446', ...more });
  const session = LyncSession.accept(town, town.lync.last('INVITE'));
  town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
  town.pass();
  return session;
}

/** One that the SIP user has opened. */
function called(town: ChatTown, headers: readonly string[] = []): LyncSession {
  return LyncSession.invite(town, 'F6989A8C', headers).acknowledge();
}

describe('RFC 7573 §4: the XMPP user opens', () => {
  it('§4 F1 to F16: INVITE, text both ways, BYE', () => {
    const town = new ChatTown();
    const session = opened(town);
    const invite = town.lync.last('INVITE');
    expect(headerOf(invite, 'call-id')).toBe('29377446');
    expect(headerOf(invite, 'content-type')).toBe('application/sdp');
    expect(bodyOf(invite)).toContain('m=message 5061 sip null');
    expect(town.lync.lines.map((line) => line.split(' ')[0])).toEqual(['INVITE', 'ACK', 'MESSAGE']);
    expect(session.texts).toEqual(['Art thou not Romeo?']);
    expect(session.say('Neither, fair saint')).toMatch(/^SIP\/2.0 20/);
    expect(town.heard).toEqual(['Neither, fair saint']);
    expect(session.request('BYE')).toBe('SIP/2.0 200 OK');
    expect(town.errors).toEqual([]);
    expect(town.gateway.open).toBe(0);
  });

  it('§4: a 200 that begins no session leaves nothing delivered, and the user is told', () => {
    const town = new ChatTown();
    town.says('Art thou not Romeo?');
    const nowhere = ['Content-Type: application/sdp'];
    town.lync.reply(town.lync.last('INVITE'), '200 OK', nowhere, OFFER);
    town.pass();
    expect(town.lync.lines.map((line) => line.split(' ')[0])).toEqual(['INVITE', 'ACK', 'BYE']);
    expect(town.errors).toEqual(['recipient-unavailable']);
    expect(town.traces).toMatchObject([
      { outcome: 'failed', reasons: ['session-over', 'sip-200'], answer: 'recipient-unavailable' },
    ]);
  });

  it('§4: a thread whose Call-ID is too long for a dialog is kept, and the session has one of its own', () => {
    const town = new ChatTown();
    const thread = '蜘'.repeat(40);
    const session = opened(town, { thread });
    expect(headerOf(town.lync.last('INVITE'), 'call-id').length).toBeLessThanOrEqual(256);
    expect(session.texts).toEqual(['Art thou not Romeo?']);
    session.say('Neither');
    expect(town.xmpp.inbox('romeo').at(-1)?.message.thread).toBe(thread);
    expect(town.errors).toEqual([]);
  });

  it('§4: what comes back is of the same thread, of type chat, and to the resource that spoke', () => {
    const town = new ChatTown();
    opened(town).say('Neither');
    const [said] = town.xmpp.inbox('romeo');
    const text = said === undefined ? '' : stanzaText(said);
    expect(text).toContain('type="chat"');
    expect(text).toContain('<thread>29377446</thread>');
    expect(said?.message.to?.full).toBe(`${ROMEO}/phone`);
  });

  it('§4: a second message goes by the same session, whatever its thread', () => {
    const town = new ChatTown();
    const session = opened(town);
    town.says('What man art thou?', { thread: 'another' });
    expect(town.lync.all('INVITE')).toHaveLength(1);
    expect(session.texts).toEqual(['Art thou not Romeo?', 'What man art thou?']);
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    session.say('A friend');
    expect(town.xmpp.inbox('romeo').at(-1)?.message.thread).toBe('another');
  });

  it('§4: messages behind an INVITE that rings wait, in their order, longer than one alone would', () => {
    const town = new ChatTown();
    town.says('one');
    town.says('two');
    town.lync.reply(town.lync.last('INVITE'), '180 Ringing');
    town.pass(45_000);
    expect(town.errors).toEqual([]);
    const session = LyncSession.accept(town, town.lync.last('INVITE'));
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    expect(session.texts).toEqual(['one', 'two']);
    expect(town.errors).toEqual([]);
  });

  it('§4: 64 KiB wait behind an INVITE that rings, and who finds no room is told at once (RFC 6120 §8.3.3.17)', () => {
    const town = new ChatTown();
    const page = (n: number): string => `${n}`.padEnd(8_192, '.');
    for (let n = 0; n <= 8; n++) town.says(page(n));
    town.lync.reply(town.lync.last('INVITE'), '180 Ringing');
    expect(town.errors).toEqual([]);
    town.says('no more');
    expect(town.errors).toEqual(['resource-constraint']);
    expect(town.traces.at(-1)).toMatchObject({ outcome: 'refused', reasons: ['queue-full'] });
    const session = LyncSession.accept(town, town.lync.last('INVITE'));
    for (let n = 0; n <= 8; n++) {
      town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
      town.pass();
    }
    expect(session.texts.map((text) => Number.parseInt(text, 10))).toEqual([...Array(9).keys()]);
    town.says('again');
    expect(session.texts.at(-1)).toBe('again');
    expect(town.errors).toHaveLength(1);
  });

  it('§4: nobody answers: CANCEL, and everybody who waits is told', () => {
    const town = new ChatTown();
    town.says('one');
    town.says('two');
    const invite = town.lync.last('INVITE');
    town.lync.reply(invite, '180 Ringing');
    town.pass(62_000);
    expect(town.lync.all('CANCEL')).toHaveLength(1);
    town.lync.reply(town.lync.last('CANCEL'), '200 OK');
    town.lync.reply(invite, '487 Request Terminated');
    town.pass();
    expect(town.errors).toEqual(['recipient-unavailable', 'recipient-unavailable']);
    expect(town.gateway.open).toBe(0);
  });

  const refusals: readonly (readonly [string, readonly string[], string])[] = [
    ['404 Not Found', [], 'item-not-found'],
    ['480 Temporarily Unavailable', [], 'recipient-unavailable'],
    ['488 Not Acceptable Here', [], 'not-acceptable'],
    ['603 Decline', [], 'recipient-unavailable'],
  ];
  it.each(refusals)(
    '§4: %s to the INVITE is told to whoever waits',
    (status, headers, condition) => {
      const town = new ChatTown();
      town.says('one');
      town.says('two');
      town.lync.reply(town.lync.last('INVITE'), status, headers);
      town.pass();
      expect(town.errors).toEqual([condition, condition]);
      expect(town.lync.all('MESSAGE')).toEqual([]);
      expect(town.lync.all('INVITE')).toHaveLength(1);
    },
  );
});

describe('RFC 7573 §5: the SIP user opens', () => {
  it('§5 F17 to F32: INVITE is accepted at once, text both ways, BYE', () => {
    const town = new ChatTown();
    const session = called(town);
    expect(session.answer).toMatch(/^SIP\/2.0 200 OK/);
    expect(bodyOf(session.answer)).toContain(`m=message 5061 sip sip:${ROMEO}`);
    expect(session.say('I take thee at thy word ...')).toMatch(/^SIP\/2.0 20/);
    expect(town.heard).toEqual(['I take thee at thy word ...']);
    expect(town.xmpp.inbox('romeo')[0]?.message.thread).toBe('F6989A8C');
    expect(town.xmpp.inbox('romeo')[0]?.message.to?.full).toBe(ROMEO);
    town.says('What man art thou ...?', { thread: 'F6989A8C' });
    expect(town.lync.all('INVITE')).toEqual([]);
    expect(session.texts).toEqual(['What man art thou ...?']);
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    session.say('locked');
    expect(town.xmpp.inbox('romeo').at(-1)?.message.to?.full).toBe(`${ROMEO}/phone`);
    expect(session.request('BYE')).toBe('SIP/2.0 200 OK');
    expect(town.gateway.sizes.chats).toBe(0);
  });

  it('§5: without an offer, ours is made in the answer', () => {
    const town = new ChatTown();
    const session = LyncSession.invite(town, 'no-offer', [], '');
    expect(session.answer).toMatch(/^SIP\/2.0 200 OK/);
    expect(bodyOf(session.answer)).toContain('m=message');
  });

  const offers: readonly (readonly [string, string, string])[] = [
    ['a call', OFFER.replace('m=message 5060 sip null', 'm=audio 49170 RTP/AVP 0'), '488'],
    ['a call beside text', `${OFFER}m=audio 49170 RTP/AVP 0\r\n`, '488'],
    ['MSRP alone', OFFER.replace('5060 sip null', '7313 TCP/MSRP *'), '488'],
    ['no plain text', OFFER.replace('text/plain text/html', 'image/gif'), '488'],
    ['something that is no description', 'nonsense', '488'],
  ];
  it.each(offers)('§5: %s is refused by name', (_name, offer, status) => {
    const town = new ChatTown();
    const session = LyncSession.invite(town, 'refused', [], offer);
    expect(session.answer).toMatch(new RegExp(`^SIP/2.0 ${status}`));
    expect(headerOf(session.answer, 'warning')).not.toBe('');
    expect(town.gateway.sizes.chats).toBe(0);
  });
});

describe('RFC 6121 §5.1: to whom messages go', () => {
  const to = (town: ChatTown): string | undefined =>
    town.xmpp.inbox('romeo').at(-1)?.message.to?.full;

  it('RFC 6121 §5.1: to the person, then to whatever resource has spoken last', () => {
    const town = new ChatTown();
    const session = called(town);
    session.say('anybody?');
    expect(to(town)).toBe(ROMEO);
    for (const resource of ['phone', 'desk']) {
      town.says('here', { from: `${ROMEO}/${resource}` });
      town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
      town.pass();
      session.say('you');
      expect(to(town)).toBe(`${ROMEO}/${resource}`);
    }
  });

  it('RFC 6121 §5.1: to the person again when a resource has come or gone', () => {
    const town = new ChatTown();
    const session = opened(town);
    town.xmpp.sendElement(
      element('presence', 'jabber:client', {
        from: `${ROMEO}/phone`,
        to: AMY,
        type: 'unavailable',
      }),
    );
    town.pass();
    session.say('still there?');
    expect(to(town)).toBe(ROMEO);
  });
});

describe('RFC 7573 §6.1: the gone state, and BYE', () => {
  it('§6.1: gone ends the session', () => {
    const town = new ChatTown();
    const session = opened(town);
    town.xmpp.send({
      from: `${ROMEO}/phone`,
      to: AMY,
      type: 'chat',
      extra: [element('gone', NS_STATES)],
    });
    town.pass();
    expect(town.lync.all('BYE')).toHaveLength(1);
    expect(headerOf(town.lync.last('BYE'), 'call-id')).toBe(session.callId);
  });

  it('§6.1: BYE is told as gone to whoever takes chat states, and to nobody else', () => {
    for (const [extra, heard] of [
      [[element('active', NS_STATES)], ['<gone/>']],
      [[], []],
    ] as const) {
      const town = new ChatTown();
      opened(town, { extra }).request('BYE');
      town.pass();
      expect(town.heard).toEqual(heard);
      for (const { message } of town.xmpp.inbox('romeo'))
        expect(message.to?.full).toBe(`${ROMEO}/phone`);
    }
  });

  it('§6.1: a user who turns away keeps the session for two minutes more, unless he says something', () => {
    for (const [again, byes] of [
      [false, 1],
      [true, 0],
    ] as const) {
      const town = new ChatTown();
      opened(town);
      const extra = [element('inactive', NS_STATES)];
      town.xmpp.send({ from: `${ROMEO}/phone`, to: AMY, type: 'chat', extra });
      town.pass(60_000);
      if (again) {
        town.says('back');
        town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
      }
      town.pass(2 * 60_000);
      expect(town.lync.all('BYE')).toHaveLength(byes);
    }
  });

  it('§6.1: ten minutes without a word end the session, and the next word opens another', () => {
    const town = new ChatTown();
    opened(town);
    town.pass(9 * 60_000);
    expect(town.lync.all('BYE')).toEqual([]);
    town.pass(2 * 60_000);
    expect(town.lync.all('BYE')).toHaveLength(1);
    town.lync.reply(town.lync.last('BYE'), '200 OK');
    town.says('again');
    expect(town.lync.all('INVITE')).toHaveLength(2);
  });
});

describe('what a session lives through', () => {
  it.each(['481', '480', '408'])('%s to a message: it is sent again in a new session', (status) => {
    const town = new ChatTown();
    opened(town);
    town.says('still there?');
    town.lync.reply(town.lync.last('MESSAGE'), `${status} Gone`);
    town.pass();
    expect(town.lync.all('INVITE')).toHaveLength(2);
    const again = LyncSession.accept(town, town.lync.last('INVITE'), 'second');
    expect(again.texts).toEqual(['still there?']);
    town.lync.reply(town.lync.last('MESSAGE'), `${status} Gone`);
    town.pass();
    expect(town.errors).toHaveLength(1);
    expect(town.lync.all('INVITE')).toHaveLength(2);
  });

  it('a second INVITE of the same contact takes the place of the first', () => {
    const town = new ChatTown();
    const first = called(town);
    const second = LyncSession.invite(town, 'second').acknowledge();
    expect(first.say('old')).toBe('SIP/2.0 481 Call/Transaction Does Not Exist');
    expect(second.say('new')).toMatch(/^SIP\/2.0 20/);
    town.says('to the new one');
    expect(second.texts).toEqual(['to the new one']);
    expect(town.gateway.sizes.chats).toBe(1);
  });

  it('two INVITEs that cross: theirs is accepted, ours is cancelled, and what waits goes by theirs', () => {
    const town = new ChatTown();
    town.says('crossing');
    const invite = town.lync.last('INVITE');
    town.lync.reply(invite, '180 Ringing');
    town.pass();
    const theirs = LyncSession.invite(town, 'theirs').acknowledge();
    expect(town.lync.all('CANCEL')).toHaveLength(1);
    expect(theirs.texts).toEqual(['crossing']);
    town.lync.reply(
      invite,
      '200 OK',
      ['Contact: <sip:amy@contoso.example>', 'Content-Type: application/sdp'],
      OFFER,
    );
    town.pass();
    expect(town.lync.lines.filter((line) => line.startsWith('BYE'))).toHaveLength(1);
    expect(headerOf(town.lync.last('BYE'), 'call-id')).toBe(headerOf(invite, 'call-id'));
  });

  it('policy that forbids the two ends the session, and says so', () => {
    const town = new ChatTown();
    opened(town);
    const feud = { id: 'feud', effect: 'forbid', domains: [XMPP] } as const;
    town.replacePolicy(policyOf({ rules: [feud] }));
    town.pass();
    expect(town.lync.all('BYE')).toHaveLength(1);
    expect(town.traces.at(-1)).toMatchObject({
      traffic: 'chat',
      outcome: 'refused',
      reasons: expect.arrayContaining(['policy']),
      by: ['feud'],
    });
    town.says('Art thou gone so?');
    expect(town.errors).toEqual(['policy-violation']);
    expect(town.traces.at(-1)).toMatchObject({
      direction: 'xmpp-to-sip',
      outcome: 'refused',
      reasons: ['policy'],
      by: ['feud'],
      answer: 'policy-violation',
    });
  });

  it.each(['user', 'contact'] as const)(
    '§6.1: policy that ends a session opened by the %s tells the user at once, in its thread, that the contact is gone',
    (side) => {
      const town = new ChatTown();
      if (side === 'user') opened(town, { extra: [ACTIVE] });
      else {
        called(town);
        town.says('Art thou gone so?', { thread: '29377446', extra: [ACTIVE] });
        town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
        town.pass();
      }
      const feud = { id: 'feud', effect: 'forbid', domains: [XMPP] } as const;
      town.replacePolicy(policyOf({ rules: [feud] }));
      town.pass();
      expect([town.lync.all('BYE').length, town.heard]).toEqual([1, ['<gone/>']]);
      const [said] = town.xmpp.inbox('romeo');
      expect(said?.message.thread).toBe('29377446');
      expect([said?.message.from?.bare, said?.message.to?.full]).toEqual([AMY, `${ROMEO}/phone`]);
      expect(town.traces.at(-1)).toMatchObject({
        outcome: 'refused',
        reasons: expect.arrayContaining(['policy', 'told-gone']),
        by: ['feud'],
      });
    },
  );

  it('XEP-0085 §5.1: nor is that told to a user who has shown no chat state', () => {
    const town = new ChatTown();
    opened(town);
    town.replacePolicy(policyOf({ rules: [] }));
    town.pass();
    expect([town.lync.all('BYE').length, town.heard]).toEqual([1, []]);
    expect(town.traces.at(-1)?.reasons).not.toContain('told-gone');
  });

  it('a gateway that keeps nothing ends its sessions when it closes', () => {
    const town = new ChatTown({ gateway: { lastingStore: false } });
    opened(town);
    void town.close();
    town.pass();
    expect(town.lync.all('BYE')).toHaveLength(1);
    town.lync.reply(town.lync.last('BYE'), '200 OK');
    town.pass();
    expect(town.gateway.wakeAt).toBe(Infinity);
  });

  it('the session outlives the process, from either side', () => {
    for (const side of ['user', 'contact'] as const) {
      const town = new ChatTown();
      const session = opened(town);
      const before = Number.parseInt(headerOf(town.lync.last('MESSAGE'), 'cseq'), 10);
      town.restart();
      town.pass();
      if (side === 'contact') {
        expect(session.say('hello again')).toMatch(/^SIP\/2.0 20/);
        expect(town.heard).toEqual(['hello again']);
      }
      town.says('still here');
      expect(town.lync.all('INVITE')).toHaveLength(1);
      expect(session.texts.at(-1)).toBe('still here');
      expect(Number.parseInt(headerOf(town.lync.last('MESSAGE'), 'cseq'), 10)).toBeGreaterThan(
        before,
      );
    }
  });
});

describe('the message that an INVITE brings', () => {
  const first = [
    `ms-text-format: text/plain; charset=UTF-8; ms-body=${Buffer.from('Hello Romeo').toString('base64')}`,
  ];

  it('RFC 3261 §13.3.1.1: while the host looks at it for minutes, each minute says that it goes on', async () => {
    let decide: (verdict: CrossingVerdict) => void = () => {};
    const onCrossing = (): Promise<CrossingVerdict> =>
      new Promise((resolve) => {
        decide = resolve;
      });
    const town = new ChatTown({
      hooks: { onCrossing },
      chat: { waits: { hold: 170_000 } },
      gateway: { waits: { duty: 160_000 } },
    });
    const session = LyncSession.invite(town, 'first', first);
    const progress = (): number => town.lync.all('SIP/2.0 183').length;
    town.pass(58_000);
    expect([progress(), town.traces.length]).toEqual([0, 0]);
    town.pass(3_000);
    expect(progress()).toBe(1);
    town.pass(60_000);
    expect(progress()).toBe(2);
    expect([session.answer, town.traces.length]).toEqual(['', 0]);
    decide({ result: 'pass' });
    await new Promise((resolve) => setImmediate(resolve));
    town.pass();
    expect(session.answer).toMatch(/^SIP\/2.0 200 OK/);
    expect(toTagIn(session.answer)).toBe(toTagIn(town.lync.last('SIP/2.0 183')));
    session.acknowledge();
    town.pass(70_000);
    expect([progress(), town.heard]).toEqual([2, ['Hello Romeo']]);
  });

  it('RFC 7573 §5: is passed on, and the answer says that it was taken', () => {
    const town = new ChatTown();
    const session = LyncSession.invite(town, 'first', first);
    expect(town.heard).toEqual(['Hello Romeo']);
    expect(session.answer).toMatch(/^SIP\/2.0 200 OK/);
    expect(session.answer).toMatch(
      /Supported: .*ms-text-format|Supported: .*ms-embedded-first-message/,
    );
    session.acknowledge();
    town.says('Hello Amy');
    expect(session.texts).toEqual(['Hello Amy']);
  });

  it('is refused with the INVITE where it cannot be passed on', () => {
    const town = new ChatTown();
    town.xmpp.answer('romeo', 'policy-violation');
    const session = LyncSession.invite(town, 'first', first);
    expect(session.answer).toMatch(/^SIP\/2.0 4/);
    expect(town.gateway.sizes.chats).toBe(0);
  });
});

describe('RFC 3261 §12.2.2: numbers within a session', () => {
  const cseqs = (town: ChatTown): readonly number[] =>
    town.lync.all('MESSAGE').map((text) => Number.parseInt(headerOf(text, 'cseq'), 10));

  it('RFC 3261 §12.2.1.1: they rise over blocks, and no message waits for long', () => {
    const town = new ChatTown({ chat: { limits: { block: 3 } } });
    opened(town);
    for (let n = 0; n < 10; n += 1) {
      town.says(`more ${n}`);
      town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
      town.pass();
    }
    expect(town.lync.all('MESSAGE')).toHaveLength(11);
    expect(cseqs(town)).toEqual(cseqs(town).toSorted((a, b) => a - b));
    expect(new Set(cseqs(town)).size).toBe(11);
  });

  it('a 500 is told, where nobody else uses the session', () => {
    const town = new ChatTown();
    opened(town);
    town.says('refused');
    town.lync.reply(town.lync.last('MESSAGE'), '500 Server Internal Error');
    town.pass();
    expect(town.errors).toEqual(['internal-server-error']);
    expect(town.lync.all('MESSAGE')).toHaveLength(2);
  });

  it('a 500 to a number that another process has gone beyond: a higher one is taken, once', () => {
    let ahead = 0;
    const town = new ChatTown({
      store: (world) => {
        const ask = virtualStore({ clock: world.clock, max: 1_000 });
        return (request, reply) =>
          ask(request, (answer) => reply(ahead === 0 ? answer : beyond(answer, ahead)));
      },
    });
    const session = opened(town);
    town.says('outrun');
    ahead = 500;
    town.lync.reply(town.lync.last('MESSAGE'), '500 CSeq Out of Order');
    town.pass();
    ahead = 0;
    expect(session.texts).toEqual(['Art thou not Romeo?', 'outrun', 'outrun']);
    expect(cseqs(town).at(-1)).toBeGreaterThan(500);
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    expect(town.errors).toEqual([]);
  });
});

/** A record as another process would have written it: with higher numbers. */
function beyond(answer: StoreAnswer, by: number): StoreAnswer {
  if (answer.kind !== 'read' || answer.stored === undefined) return answer;
  const text = JSON.stringify(answer.stored.record);
  const moved = text.replace(
    /"localCseq":(\d+)/,
    (_whole, n: string) => `"localCseq":${Number(n) + by}`,
  );
  return { kind: 'read', stored: { ...answer.stored, record: JSON.parse(moved) as StoredRecord } };
}

function toTagIn(text: string): string {
  return /;tag=([^;]+)/.exec(headerOf(text, 'to'))?.[1] ?? '';
}
