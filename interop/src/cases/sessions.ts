// Chat in sessions: INVITE with MESSAGE within its dialog on the one side, one-to-one chat with threads on the other, as
// RFC 7573 has it without MSRP. The gateway is set up for them at the first of these cases, and stays so.
import { childOf, conditionOf, textOf } from '../agents/xmpp-clients.ts';
import type { World } from '../world.ts';
import { type Case, hold, same } from './case.ts';
import { mark, well } from './sending.ts';
import {
  bothTalk,
  calledBySip,
  calledByXmpp,
  farewell,
  forSessions,
  goes,
  isMessage,
  readBySip,
  readByXmpp,
  reads,
  strangers,
  type Talk,
  toSip,
  toXmpp,
  writes,
} from './talking.ts';

/** How a SIP user refuses a session, and the conditions that say so to an XMPP user. RFC 7247 §7.2, Table 3. */
const REFUSALS: readonly (readonly [status: number, conditions: readonly string[]])[] = [
  [486, ['recipient-unavailable', 'service-unavailable']],
  [603, ['recipient-unavailable', 'forbidden']],
];
const HUNDRED = 100;
/** How many of the XMPP user's may be on their way at once; below what a pair's queue takes. */
const AT_ONCE = 50;
/** For a hundred each way on two busy cores, milliseconds. */
const LONG = 60_000;

export const SESSIONS: readonly Case[] = (
  [
    {
      id: 'session-from-sip',
      title:
        'a SIP user opens a session: both talk in it, in one thread; her BYE is gone to the XMPP user',
      run: fromSip,
    },
    {
      id: 'session-from-xmpp',
      title:
        'an XMPP user’s first message opens a session, and is said in it: both talk, in his thread',
      run: fromXmpp,
    },
    ...REFUSALS.map(([status, conditions]) => ({
      id: `session-refused-${status}`,
      title: `a SIP user answers INVITE with ${status}: the XMPP user gets ${conditions.join(' or ')}`,
      run: (world: World) => refused(world, status, conditions),
    })),
    {
      id: 'session-not-taken',
      title: 'a SIP user takes no sessions (488): the message arrives by itself',
      run: notTaken,
    },
    {
      id: 'session-gone',
      title: 'an XMPP user is gone: the SIP user gets BYE, and what is said next opens a session',
      run: gone,
    },
    {
      id: 'session-forgotten',
      title:
        'a SIP user has forgotten the session (481): what was not taken arrives in another one, once',
      run: forgotten,
    },
    {
      id: 'session-hundred',
      title: 'a hundred messages each way at once in a session: in order, none lost, none twice',
      run: hundred,
    },
    {
      id: 'session-gateway-kill',
      title:
        'the gateway is killed within sessions that either opened: the same dialogs go on, with a higher CSeq, and end',
      run: killed,
    },
  ] satisfies readonly Case[]
).map((one: Case) => ({
  ...one,
  when: 'last' as const,
  needs: 'sessions' as const,
  run: async (world: World) => {
    await forSessions(world);
    return one.run(world);
  },
}));

async function fromSip(world: World): Promise<void> {
  const talk = await calledBySip(world);
  const thread = textOf(childOf(await toXmpp(talk, mark()), 'thread'));
  hold(thread !== '', 'her first message is in no thread');
  await toSip(talk, mark(), thread);
  const again = await toXmpp(talk, mark());
  same(textOf(childOf(again, 'thread')), thread, 'the thread');
  await ends(talk);
}

async function fromXmpp(world: World): Promise<void> {
  const thread = `plans of ${mark()}`;
  const talk = await calledByXmpp(world, thread);
  const answer = await toXmpp(talk, mark());
  same(textOf(childOf(answer, 'thread')), thread, 'the thread');
  await bothTalk(talk, thread);
  await ends(talk);
}

/** The SIP user leaves, and the XMPP user is told. */
async function ends(talk: Talk): Promise<void> {
  const [{ status }] = await Promise.all([talk.talker.leave(), farewell(talk)]);
  same(status, 200, 'the answer to BYE');
}

async function refused(world: World, status: number, conditions: readonly string[]): Promise<void> {
  const talk = await strangers(world);
  talk.talker.refuse(status);
  const id = writes(talk, mark());
  const error = await talk.user.until(
    'an error',
    ({ attrs }) => attrs['id'] === id && attrs['type'] === 'error',
  );
  const condition = conditionOf(error) ?? '';
  hold(conditions.includes(condition), `the sender was told ${condition}`);
  same(readBySip(talk), [], 'what the SIP user has read');
}

async function notTaken(world: World): Promise<void> {
  const talk = await strangers(world);
  talk.talker.refuse(488);
  const word = mark();
  writes(talk, word);
  const sight = await talk.talker.until('the message', (one) => isMessage(one, word));
  same(sight.isWithin, false, 'whether it came within a session');
  hold(talk.talker.seen[1]?.event === 'refused', 'no session was asked for first');
}

async function gone(world: World): Promise<void> {
  const talk = await calledByXmpp(world, `t${mark()}`);
  goes(talk);
  await talk.talker.until('BYE', ({ event }) => event === 'left');
  const seen = talk.talker.seen.length;
  const word = mark();
  writes(talk, word, `t${mark()}`);
  const { call } = await talk.talker.when('INVITE', (all) =>
    all.slice(seen).find(({ event }) => event === 'invited'),
  );
  hold(call !== talk.call, 'it is called by the same Call-ID');
  await reads({ ...talk, call }, word);
}

async function forgotten(world: World): Promise<void> {
  const talk = await calledByXmpp(world, `t${mark()}`);
  talk.talker.forget();
  const seen = talk.talker.seen.length;
  const word = mark();
  writes(talk, word);
  const { call } = await talk.talker.when('INVITE', (all) =>
    all.slice(seen).find(({ event }) => event === 'invited'),
  );
  const again = { ...talk, call };
  await reads(again, word);
  await bothTalk(again, `t${mark()}`);
  const isStray = talk.talker.seen.some(({ event, text }) => event === 'stray' && text === word);
  hold(isStray, 'nothing was answered 481');
  same(readBySip(talk).filter((text) => text === word).length, 1, 'how often it was read');
}

async function hundred(world: World): Promise<void> {
  const talk = await calledBySip(world);
  await bothTalk(talk, `t${mark()}`);
  const word = mark();
  const texts = Array.from({ length: HUNDRED }, (_, n) => `${word} ${n + 1}`);
  await Promise.all([talk.talker.say(...texts), writesAll(talk, texts)]);
  const last = texts.at(-1) ?? '';
  await reads(talk, last);
  await talk.user.when('the last', () => (readByXmpp(talk).includes(last) ? true : undefined));
  const ofThese = (all: readonly string[]): readonly string[] =>
    all.filter((text) => text.startsWith(`${word} `));
  same(ofThese(readBySip(talk)), texts, 'what the SIP user has read');
  same(ofThese(readByXmpp(talk)), texts, 'what the XMPP user has read');
}

/** The next when one has arrived, so that no more than a queue's worth is on its way. */
async function writesAll(talk: Talk, texts: readonly string[]): Promise<void> {
  for (const [n, text] of texts.entries()) {
    const before = texts[n - AT_ONCE];
    if (before !== undefined)
      await talk.talker.until('the next', (one) => isMessage(one, before), LONG);
    writes(talk, text);
  }
}

async function killed(world: World): Promise<void> {
  const thread = `t${mark()}`;
  const talks = [await calledBySip(world), await calledByXmpp(world, thread)];
  await Promise.all(talks.map((talk) => bothTalk(talk, thread)));
  const before = await Promise.all(talks.map((talk) => toSip(talk, mark(), thread)));
  await world.gateway.kill();
  await world.gateway.start();
  await well(world);
  for (const [n, talk] of talks.entries()) {
    const after = await toSip(talk, mark(), thread);
    hold((after.cseq ?? 0) > (before[n]?.cseq ?? 0), `CSeq ${after.cseq}`);
    await toXmpp(talk, mark());
    same(talk.talker.seen.filter(({ event }) => event === 'invited').length, n, 'how often called');
    await ends(talk);
  }
}
