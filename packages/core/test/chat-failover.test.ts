// A peer that is called into sessions and takes none: what was said goes as single messages, in its order, once, whatever
// dies in between; that it takes none is remembered for an hour, and then it is asked again. RFC 7573 §4, through a whole
// gateway in virtual time.
import { describe, expect, it } from 'vitest';
import { ChatTown, OFFER, SIP } from './chat-town.ts';
import { bodyOf, headerOf } from './raw-peer.ts';

const HOUR = 60 * 60_000;

/** A SIP server that answers an INVITE when it is told to, and takes single messages. */
class Pager {
  /** Texts that it has taken outside of any dialog, in order. */
  readonly taken: string[] = [];
  readonly #town: ChatTown;
  #isDeaf = false;

  constructor(town: ChatTown) {
    this.#town = town;
    town.lync.onMessage = (text) => this.#hear(text);
  }

  get invites(): number {
    return this.#town.lync.all('INVITE').length;
  }

  get ends(): number {
    return this.#town.lync.all('BYE').length;
  }

  /** Does not take single messages either. */
  refusesAll(): void {
    this.#isDeaf = true;
  }

  /** The final answer to the INVITE that came last. */
  answers(status: string, body = ''): void {
    const headers = body === '' ? [] : [CONTACT, 'Content-Type: application/sdp'];
    this.#town.lync.reply(this.#town.lync.last('INVITE'), status, headers, body, 'amy');
    this.#town.pass();
  }

  #hear(text: string): void {
    const { lync } = this.#town;
    if (text.startsWith('BYE')) return lync.reply(text, '200 OK');
    if (!text.startsWith('MESSAGE')) return;
    if (this.#isDeaf) return lync.reply(text, '404 Not Found');
    expect(headerOf(text, 'to')).not.toContain('tag=');
    this.taken.push(bodyOf(text));
    lync.reply(text, '200 OK');
  }
}

const CONTACT = 'Contact: <sip:amy@host.contoso.example>';
const WITHOUT_TEXT = OFFER.replace('m=message 5060 sip null', 'm=audio 40000 RTP/AVP 0');

function townOf(): { readonly town: ChatTown; readonly amy: Pager } {
  const town = new ChatTown({ gateway: { dialects: { [SIP]: 'sessions' } } });
  return { town, amy: new Pager(town) };
}

describe('RFC 7573 §4: a session that is refused as such', () => {
  const refusals: readonly (readonly [string, string])[] = [
    ['405 Method Not Allowed', ''],
    ['415 Unsupported Media Type', ''],
    ['488 Not Acceptable Here', ''],
    ['501 Not Implemented', ''],
    ['606 Not Acceptable', ''],
    ['200 OK', WITHOUT_TEXT],
  ];

  it.each(refusals)(
    'by %s: all that wait go as single messages, in their order, once',
    (...how) => {
      const { town, amy } = townOf();
      for (const text of ['one', 'two', 'three']) town.says(text);
      expect([amy.invites, amy.taken]).toEqual([1, []]);
      amy.answers(...how);
      town.pass(3_000);
      expect([amy.taken, town.errors]).toEqual([['one', 'two', 'three'], []]);
      expect(amy.ends).toBe(how[1] === '' ? 0 : 1);
      town.says('four');
      expect([amy.invites, amy.taken.at(-1)]).toEqual([1, 'four']);
    },
  );

  it.each(['404 Not Found', '480 Temporarily Unavailable', '486 Busy Here', '603 Decline'])(
    'by %s is none: that is about the person, and all who wait are told',
    (status) => {
      const { town, amy } = townOf();
      town.says('one');
      town.says('two');
      amy.answers(status);
      expect([amy.taken, town.errors.length]).toEqual([[], 2]);
      town.says('three');
      expect(amy.invites).toBe(2);
    },
  );

  it('is remembered for an hour from the refusal, and then asked for again', () => {
    const { town, amy } = townOf();
    town.says('one');
    amy.answers('488 Not Acceptable Here');
    const refusedAt = town.world.clock.now;
    town.pass(HOUR - 30_000);
    town.says('two');
    expect([amy.invites, amy.taken]).toEqual([1, ['one', 'two']]);
    town.pass(refusedAt + HOUR - town.world.clock.now);
    town.says('three');
    expect(amy.invites).toBe(2);
    amy.answers('488 Not Acceptable Here');
    expect(amy.taken).toEqual(['one', 'two', 'three']);
  });

  it('leaves nothing behind once the hour is over', () => {
    const { town, amy } = townOf();
    town.says('one');
    amy.answers('501 Not Implemented');
    town.pass(HOUR + 60_000);
    expect(town.gateway.sizes).toMatchObject({ chats: 0, chatWaiting: 0, calls: 0, chatEvents: 0 });
    const left = town.world.clock.now + 10 * HOUR;
    expect(town.gateway.wakeAt - left).toBeLessThan(0);
  });

  it('whose single messages are refused as well is told to each sender', () => {
    const { town, amy } = townOf();
    amy.refusesAll();
    town.says('one');
    town.says('two');
    amy.answers('405 Method Not Allowed');
    town.pass(3_000);
    expect([amy.taken, town.errors]).toEqual([[], ['item-not-found', 'item-not-found']]);
  });

  it('is no refusal of what the peer opens itself: its INVITE is taken, and MESSAGE goes within (RFC 3428 §4)', () => {
    const { town, amy } = townOf();
    town.says('one');
    amy.answers('488 Not Acceptable Here');
    town.lync.onMessage = () => {};
    town.lync.send(
      [
        'INVITE sip:romeo@fabrikam.example SIP/2.0',
        'Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bKhers',
        'Max-Forwards: 70',
        'From: <sip:amy@contoso.example>;tag=hers',
        'To: <sip:romeo@fabrikam.example>',
        'Call-ID: hers',
        'CSeq: 1 INVITE',
        CONTACT,
        'Content-Type: application/sdp',
      ],
      OFFER,
    );
    town.pass();
    const answer = town.lync.last('SIP/2.0 200');
    expect(answer).toContain('CSeq: 1 INVITE');
    expect(bodyOf(answer)).toContain('m=message');
    town.lync.send([
      `ACK ${/<(.*)>/.exec(headerOf(answer, 'contact'))?.[1] ?? ''} SIP/2.0`,
      'Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bKheracks',
      'Max-Forwards: 70',
      'From: <sip:amy@contoso.example>;tag=hers',
      `To: ${headerOf(answer, 'to')}`,
      'Call-ID: hers',
      'CSeq: 1 ACK',
    ]);
    town.pass();
    town.says('two');
    expect(headerOf(town.lync.last('MESSAGE'), 'call-id')).toBe('hers');
  });
});

interface Step {
  readonly does: string;
  readonly act: (town: ChatTown, amy: Pager) => void;
  readonly taken: readonly string[];
}

const STEPS: readonly Step[] = [
  {
    does: 'one is refused',
    act: (town, amy) => {
      town.says('one');
      amy.answers('488 Not Acceptable Here');
    },
    taken: ['one'],
  },
  { does: 'two', act: (town) => town.says('two'), taken: ['one', 'two'] },
  { does: 'three', act: (town) => town.says('three'), taken: ['one', 'two', 'three'] },
];

describe('RFC 7573 §4: killed between two steps of a failover', () => {
  it.each([0, 1, 2])('before step %i: what was learned is still known', (cut) => {
    const { town, amy } = townOf();
    for (const [n, { act, taken, does }] of STEPS.entries()) {
      if (n === cut) town.restart();
      town.pass();
      act(town, amy);
      town.pass(3_000);
      expect([does, amy.taken, amy.invites]).toEqual([does, taken, 1]);
    }
    expect(town.errors).toEqual([]);
  });

  it('while messages wait: none was taken from their server, which knows it; the next find out again', () => {
    const { town, amy } = townOf();
    const lost = ['one', 'two'].map((text) => town.says(text));
    town.restart();
    town.pass(40_000);
    expect(lost.map(({ fate }) => fate)).toEqual(['unacknowledged', 'unacknowledged']);
    for (const text of ['one', 'two']) town.says(text);
    expect(amy.invites).toBe(2);
    amy.answers('488 Not Acceptable Here');
    town.pass(3_000);
    expect([amy.taken, town.errors]).toEqual([['one', 'two'], []]);
  });

  it('after the refusal came, while single messages leave: each is taken, or its server knows it was not', () => {
    const { town, amy } = townOf();
    const sent = ['one', 'two', 'three'].map((text) => town.says(text));
    town.lync.onMessage = () => {};
    amy.answers('488 Not Acceptable Here');
    expect(town.lync.all('MESSAGE').map(bodyOf)).toEqual(['one']);
    town.restart();
    const again = new Pager(town);
    town.pass(40_000);
    expect(sent.map(({ fate }) => fate)).toEqual(Array(3).fill('unacknowledged'));
    town.says('four');
    expect([again.invites, again.taken]).toEqual([1, ['four']]);
  });
});
