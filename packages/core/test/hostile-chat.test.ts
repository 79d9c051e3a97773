// Conversations under fire. Invariants of every run: no text arrives twice (S3), none is lost without a word to its sender
// (S4), those that arrive keep their order (S7), and when everybody is silent nothing is kept (B3). Seeds are printed.
import { element } from '@interwork/xmpp';
import type { Sent } from '@interwork/xmpp/testing';
import { describe, expect, it } from 'vitest';
import { AMY, ChatTown, OFFER, ROMEO, SIP } from './chat-town.ts';
import { LyncModel, type Mood } from './lync-model.ts';
import { headerOf } from './raw-peer.ts';

const NS_STATES = 'http://jabber.org/protocol/chatstates';

/** Numbers by a seed, from 0 up to 1. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Run {
  readonly town: ChatTown;
  readonly amy: LyncModel;
  readonly sent: Map<string, Sent>;
  /** Texts whose fate a lost connection or process has made uncertain. */
  readonly unsure: Set<string>;
  serial: number;
}

type Deed = (run: Run) => void;

const say: Deed = ({ town, sent }) => {
  const text = `user ${sent.size}`;
  const from = `${ROMEO}/phone`;
  sent.set(text, town.xmpp.send({ from, to: AMY, text, type: 'chat', id: text.replace(' ', '-') }));
};
const answer: Deed = (run) => {
  run.serial += 1;
  run.amy.says(`contact ${run.serial}`);
};
const mood =
  (to: Mood): Deed =>
  ({ amy }) => {
    amy.mood = to;
  };
const everythingIsUnsure: Deed = ({ amy, sent, unsure }) => {
  for (const text of sent.keys()) unsure.add(text);
  for (const { text } of amy.said) unsure.add(text);
};

const DEEDS: Readonly<Record<string, Deed>> = {
  say,
  'say again': say,
  answer,
  'answer again': answer,
  leave: ({ amy }) => amy.leaves(),
  forget: ({ amy }) => amy.forgets(),
  gone: ({ town }) => {
    const extra = [element('gone', NS_STATES)];
    town.xmpp.send({ from: `${ROMEO}/phone`, to: AMY, type: 'chat', extra });
  },
  accept: mood('accept'),
  late: mood('late'),
  ring: mood('ring'),
  refuse: mood('refuse'),
  wait: ({ town }) => town.pass(30_000),
  'wait long': ({ town }) => town.pass(11 * 60_000),
};

const HARD: Readonly<Record<string, Deed>> = {
  ...DEEDS,
  drop: (run) => {
    everythingIsUnsure(run);
    run.town.lync.drop();
  },
  restart: (run) => {
    everythingIsUnsure(run);
    run.town.restart();
  },
};

function play(seed: number, deeds: Readonly<Record<string, Deed>>): Run & { readonly log: string } {
  const draw = numbers(seed);
  const town = new ChatTown();
  const run: Run = {
    town,
    amy: new LyncModel(town),
    sent: new Map(),
    unsure: new Set(),
    serial: 0,
  };
  const names = Object.keys(deeds);
  const log: string[] = [];
  for (let step = 0; step < 40; step += 1) {
    const name = names[Math.floor(draw() * names.length)] ?? 'say';
    log.push(name);
    deeds[name]?.(run);
    town.pass(draw() < 0.5 ? 20 : 2_000);
  }
  run.amy.mood = 'accept';
  town.pass(20 * 60_000);
  return { ...run, log: `seed ${seed}: ${log.join(', ')}` };
}

/** How often a text is in a list. */
function times(list: readonly string[], text: string): number {
  return list.filter((one) => one === text).length;
}

function judge({ town, amy, sent, unsure, log }: ReturnType<typeof play>): void {
  const told = new Set(town.xmpp.errors('romeo').map(({ id }) => id?.replace('-', ' ')));
  for (const [text, { fate }] of sent) {
    const taken = times(amy.taken, text);
    const isTold = told.has(text) || (fate !== 'sent' && fate !== undefined);
    if (!unsure.has(text)) expect([text, taken + (isTold ? 1 : 0)], log).toEqual([text, 1]);
    else expect(taken > 0 || isTold, `${text} is lost; ${log}`).toBe(true);
  }
  const inbox = town.xmpp.texts('romeo').filter((text) => text.startsWith('contact'));
  for (const { text, status } of amy.said) {
    const heard = times(inbox, text);
    if (!unsure.has(text))
      expect([text, heard], log).toEqual([text, status >= 200 && status < 300 ? 1 : 0]);
    else if (status >= 200 && status < 300) expect(heard > 0, `${text} is lost; ${log}`).toBe(true);
  }
  if (unsure.size === 0) {
    const order = (list: readonly string[]): readonly number[] =>
      list.map((text) => Number(text.split(' ')[1]));
    for (const list of [order(amy.taken), order(inbox)])
      expect(list, log).toEqual(list.toSorted((a, b) => a - b));
  }
  const { chats, chatWaiting, invites, calls, chatEvents } = town.gateway.sizes;
  expect({ chats, chatWaiting, invites, calls, chatEvents }, log).toEqual({
    chats: 0,
    chatWaiting: 0,
    invites: 0,
    calls: 0,
    chatEvents: 0,
  });
}

describe('S3, S4, S7: whatever the contact does', () => {
  it.each(Array.from({ length: 30 }, (_, n) => n + 1))('seed %i', (seed) => {
    judge(play(seed, DEEDS));
  });
});

describe('S3, S4: with connections and processes that are lost', () => {
  it.each(Array.from({ length: 30 }, (_, n) => n + 101))('seed %i', (seed) => {
    judge(play(seed, HARD));
  });
});

describe('B2, B3: bounds', () => {
  /** An INVITE of one of many people behind one server. */
  const callOf = (town: ChatTown, n: number): void =>
    town.lync.send(
      [
        `INVITE sip:${ROMEO} SIP/2.0`,
        `Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bKcall${n}`,
        'Max-Forwards: 70',
        `From: <sip:amy${n}@${SIP}>;tag=t${n}`,
        `To: <sip:${ROMEO}>`,
        `Call-ID: call-${n}`,
        'CSeq: 1 INVITE',
        `Contact: <sip:amy${n}@${SIP}>`,
        'Content-Type: application/sdp',
      ],
      OFFER,
    );
  const answers = (town: ChatTown, status: number): number =>
    town.lync.all(`SIP/2.0 ${status}`).filter((text) => headerOf(text, 'cseq') === '1 INVITE')
      .length;

  it('a thousand sessions of one server: as many as it may have, and the others are told to come later', () => {
    const town = new ChatTown({ chat: { limits: { sessionsPerDomain: 20 } } });
    for (let n = 0; n < 1_000; n += 1) callOf(town, n);
    town.pass();
    const accepted = new Set(town.lync.all('SIP/2.0 200').map((text) => headerOf(text, 'call-id')));
    expect([accepted.size, answers(town, 503)]).toEqual([20, 980]);
    expect(headerOf(town.lync.last('SIP/2.0 503'), 'retry-after')).toBe('5');
    expect(town.gateway.sizes.chats).toBe(20);
  });

  it('sessions that are never acknowledged end, each with a BYE', () => {
    const town = new ChatTown();
    for (let n = 0; n < 20; n += 1) callOf(town, n);
    town.pass(40_000);
    expect(new Set(town.lync.all('BYE').map((text) => headerOf(text, 'call-id'))).size).toBe(20);
    for (const bye of town.lync.all('BYE')) town.lync.reply(bye, '200 OK');
    town.pass();
    expect(town.gateway.sizes).toMatchObject({ chats: 0, invites: 0, chatEvents: 0 });
  });

  it('an INVITE that is forked to fifty: the first who accepts has the session, the others get ACK and BYE', () => {
    const town = new ChatTown();
    town.xmpp.send({ from: `${ROMEO}/phone`, to: AMY, text: 'who?', type: 'chat', id: 'f' });
    town.pass();
    const invite = town.lync.last('INVITE');
    for (let n = 0; n < 50; n += 1)
      town.lync.reply(
        invite,
        '180 Ringing',
        [`Contact: <sip:amy@fork${n}.${SIP}>`],
        '',
        `fork${n}`,
      );
    for (let n = 0; n < 50; n += 1) {
      const headers = [`Contact: <sip:amy@fork${n}.${SIP}>`, 'Content-Type: application/sdp'];
      town.lync.reply(invite, '200 OK', headers, OFFER, `fork${n}`);
    }
    town.pass();
    const targets = town.lync.all('MESSAGE').map((text) => text.split(' ')[1]);
    expect(targets).toEqual([`sip:amy@fork0.${SIP}`]);
    const byes = town.lync.all('BYE').map((text) => headerOf(text, 'to'));
    expect(byes.length).toBeGreaterThan(0);
    expect(byes.length).toBeLessThan(50);
    expect(byes.some((to) => to.endsWith(';tag=fork0'))).toBe(false);
    expect(town.gateway.sizes.chats).toBe(1);
  });

  it('an INVITE that is taken back before its answer leaves nothing', () => {
    const town = new ChatTown();
    const branch = 'z9hG4bKcall1';
    callOf(town, 1);
    town.lync.send([
      `CANCEL sip:${ROMEO} SIP/2.0`,
      `Via: SIP/2.0/TLS 192.0.2.1:5061;branch=${branch}`,
      'Max-Forwards: 70',
      `From: <sip:amy1@${SIP}>;tag=t1`,
      `To: <sip:${ROMEO}>`,
      'Call-ID: call-1',
      'CSeq: 1 CANCEL',
    ]);
    town.pass(80_000);
    expect(town.gateway.sizes).toMatchObject({ chats: 0, invites: 0, chatEvents: 0 });
  });

  it('a token of ours that is made up, or of another domain, opens nothing', () => {
    const town = new ChatTown();
    const token =
      'chat.Y2hhdC9zaXA6YW15QGNvbnRvc28uZXhhbXBsZS9yb21lb0BmYWJyaWthbS5leGFtcGxl.00000000000000000000';
    for (const method of ['MESSAGE', 'BYE', 'INFO', 'UPDATE', 'INVITE'])
      town.lync.send([
        `${method} sip:${token}@gw.fabrikam.example SIP/2.0`,
        `Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK${method}`,
        'Max-Forwards: 70',
        `From: <sip:${AMY}>;tag=a`,
        `To: <sip:${ROMEO}>;tag=b`,
        'Call-ID: forged',
        `CSeq: 9 ${method}`,
        `Contact: <sip:${AMY}>`,
      ]);
    town.pass();
    const statuses = town.lync.all('SIP/2.0').map((text) => text.split(' ')[1]);
    expect(statuses.every((status) => Number(status) >= 400)).toBe(true);
    expect(town.xmpp.texts('romeo')).toEqual([]);
    expect(town.gateway.sizes.chats).toBe(0);
  });
});
