// Many messages: each arrives once, in the order it was sent, both ways.
import { statusOf } from '../agents/sip-message.ts';
import { SIP, XMPP } from '../places.ts';
import type { World } from '../world.ts';
import { type Case, hold, same } from './case.ts';
import { mark, textsFrom } from './sending.ts';

const MANY = 1000;
/** How many of one sender may be on their way at once; below what a pair's queue takes. */
const AT_ONCE = 50;
/** For a thousand on two busy cores, milliseconds. */
const LONG = 60_000;

export const ORDER: readonly Case[] = [
  {
    id: 'thousand-to-xmpp',
    title: '1,000 messages from SIP arrive in order, none lost, none twice',
    run: thousandToXmpp,
  },
  {
    id: 'thousand-to-sip',
    title: '1,000 messages from XMPP arrive in order, none lost, none twice',
    run: thousandToSip,
  },
];

async function thousandToXmpp(world: World): Promise<void> {
  const word = mark();
  const finals = await world.agents.send({
    from: `sip:many@${SIP}`,
    to: `sip:bob@${XMPP}`,
    body: `${word} [call_number]`,
    times: MANY,
    atOnce: AT_ONCE,
  });
  const refused = finals.filter((one) => statusOf(one) >= 300);
  hold(refused.length === 0, `${refused.length} were refused, the first with ${refused[0]?.start}`);
  const find = (): readonly string[] | undefined => {
    const texts = textsFrom(world.bob, `many@${SIP}`).filter((text) => text.startsWith(word));
    return texts.length >= MANY ? texts : undefined;
  };
  inOrder(await world.bob.when('a thousand', find, LONG), word);
}

/** Bob sends the next when one has arrived, so that no more than a queue's worth is on its way. */
async function thousandToSip(world: World): Promise<void> {
  const word = mark();
  const arrived = (): readonly string[] =>
    world.agents.received.filter((one) => one.body.startsWith(`${word} `)).map((one) => one.body);
  for (let sent = 0; sent < MANY; sent++) {
    if (sent >= AT_ONCE)
      await world.agents.when('the next', () =>
        arrivedAtLeast(world, word, sent - AT_ONCE + 1) ? true : undefined,
      );
    world.bob.send({ to: `many@${SIP}`, id: `${word}-${sent}`, body: `${word} ${sent + 1}` });
  }
  await world.agents.when('a thousand', () => (arrived().length >= MANY ? true : undefined), LONG);
  inOrder(arrived(), word);
}

function arrivedAtLeast(world: World, word: string, count: number): boolean {
  let found = 0;
  for (let at = world.agents.received.length - 1; at >= 0 && found < count; at--)
    if (world.agents.received[at]?.body.startsWith(`${word} `) === true) found++;
  return found >= count;
}

function inOrder(texts: readonly string[], word: string): void {
  const expected = Array.from({ length: MANY }, (_, n) => `${word} ${n + 1}`);
  same(texts.length, MANY, 'the count');
  const at = texts.findIndex((text, n) => text !== expected[n]);
  hold(at < 0, `number ${at + 1} is ${texts[at]}`);
}
