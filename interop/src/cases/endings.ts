// Something ends in the middle of the traffic and comes back: the XMPP server, the SIP proxy, the gateway by SIGTERM,
// the gateway without a word. Every message arrives, or its sender is told; after a crash, but for a stated window.
import { SIP, XMPP } from '../places.ts';
import type { World } from '../world.ts';
import {
  type Account,
  AFTER_CRASH,
  accountToSip,
  accountToXmpp,
  type Batch,
  noneLost,
  noneTwice,
  sendBatchToSip,
  SETTLING,
  untilBobHas,
  untilManyHas,
} from './accounts.ts';
import { type Case, hold, same } from './case.ts';
import { mark, well } from './sending.ts';

/** How many, and how many of them may wait for an answer at once. */
const COUNT = 200;
const AT_ONCE = 20;
/** Below what a pair's queue takes. */
const TO_SIP = 90;
/** What a server may have taken and not handed to its client when it is stopped. */
const FROM_SERVER = 3;
/** What has arrived when it happens. */
const BEFORE = 30;

export const ENDINGS: readonly Case[] = [
  {
    id: 'server-restart',
    title:
      'the XMPP server restarts in the middle: what it did not take is told, what it took and lost is little, then all is well',
    when: 'last',
    run: async (world) => {
      const clients = [world.bob];
      const account = await throughToXmpp(world, clients, async () => {
        await world.server.stop();
        await world.server.start();
        world.bob = await world.clients.login('bob');
        clients.push(world.bob);
      });
      // What was on its way from the server to its client when it stopped, nobody else can tell of.
      const { length } = account.lost;
      hold(length <= FROM_SERVER, `${length} were lost without a word (number ${account.lost[0]})`);
      noneTwice(account);
      await well(world);
      return measured(account, COUNT);
    },
  },
  {
    id: 'proxy-restart',
    title: 'the SIP proxy restarts in the middle: what does not arrive is told, then all is well',
    when: 'last',
    run: async (world) => {
      const account = await throughToSip(world, async () => {
        await world.proxy.stop();
        await world.proxy.start();
        await world.agents.register();
      });
      noneLost(account);
      noneTwice(account);
      await well(world);
    },
  },
  {
    id: 'gateway-term-to-xmpp',
    title: 'the gateway is asked to end while SIP sends: each message arrives once or is refused',
    when: 'last',
    run: async (world) => {
      const account = await throughToXmpp(world, [world.bob], () => restart(world));
      noneLost(account);
      noneTwice(account);
      await well(world);
    },
  },
  {
    id: 'gateway-term-to-sip',
    title: 'the gateway is asked to end while XMPP sends: each message arrives once or is refused',
    when: 'last',
    run: async (world) => {
      const account = await throughToSip(world, () => restart(world));
      noneLost(account);
      noneTwice(account);
      await well(world);
    },
  },
  {
    id: 'gateway-kill-to-xmpp',
    title: 'the gateway is killed while SIP sends: no more is lost than was on its way',
    when: 'last',
    run: async (world) => {
      const account = await throughToXmpp(world, [world.bob], () => killed(world), AFTER_CRASH);
      const { length } = account.lost;
      hold(length <= AT_ONCE, `${length} were lost, and ${AT_ONCE} were on their way`);
      await well(world);
      return measured(account, COUNT);
    },
  },
  {
    id: 'gateway-kill-to-sip',
    title: 'the gateway is killed while XMPP sends: no more is lost than was on its way',
    when: 'last',
    run: async (world) => {
      const before = { last: 0 };
      const account = await throughToSip(
        world,
        async (batch) => {
          before.last = Math.max(...accountToSip(world, batch, [world.bob]).arrived);
          await killed(world);
        },
        AFTER_CRASH,
      );
      const early = account.lost.filter((n) => n <= before.last);
      hold(early.length === 0, `${early.length} that were not on their way were lost`);
      if (isAcknowledged(world)) noneLost(account);
      await well(world);
      return measured(account, TO_SIP);
    },
  },
];

/** Where stanzas are acknowledged (XEP-0198), a server tells the sender what a crash of ours took; not after dialback. */
function isAcknowledged({ link }: World): boolean {
  return link.server === 'prosody' && (link.join === 'external' || link.join === 'direct');
}

function measured({ arrived, refused, lost }: Account, count: number): string {
  return `of ${count}, ${new Set(arrived).size} arrived, ${refused.size} were refused, ${lost.length} were lost`;
}

/** Many from SIP, with `happens` in the middle; the account when every answer is there. */
async function throughToXmpp(
  world: World,
  clients: World['bob'][],
  happens: (batch: Batch) => Promise<void>,
  settling = SETTLING,
): Promise<Account> {
  const batch: Batch = { word: mark(), count: COUNT };
  const finals = world.agents.send({
    from: `sip:many@${SIP}`,
    to: `sip:bob@${XMPP}`,
    body: `${batch.word} [call_number]`,
    times: batch.count,
    atOnce: AT_ONCE,
    rate: 100,
    // Kamailio closes a sender's connection when the next hop's breaks; a datagram has none.
    transport: 'udp',
  });
  finals.catch(() => undefined);
  await untilBobHas(world, batch, BEFORE);
  await happens(batch);
  const answers = await finals;
  const account = (): Account => accountToXmpp(world, batch, answers, clients);
  return settled(world, account, settling);
}

/** Many from XMPP, with `happens` in the middle. */
async function throughToSip(
  world: World,
  happens: (batch: Batch) => Promise<void>,
  settling = SETTLING,
): Promise<Account> {
  const batch: Batch = { word: mark(), count: TO_SIP };
  sendBatchToSip(world, batch);
  await untilManyHas(world, batch, BEFORE);
  await happens(batch);
  return settled(world, () => accountToSip(world, batch, [world.bob]), settling);
}

/** The account when nothing is open any more, or as it stands when nothing moves within the bound. */
async function settled(world: World, account: () => Account, settling: number): Promise<Account> {
  const complete = (): Account | undefined => {
    const now = account();
    return now.lost.length === 0 ? now : undefined;
  };
  const told = world.bob.when('every outcome', complete, settling);
  const arrived = world.agents.when('every outcome', complete, settling);
  return Promise.any([told, arrived]).catch(account);
}

async function restart(world: World): Promise<void> {
  const exit = await world.gateway.terminate();
  await world.gateway.start();
  same(exit, { code: 0, signal: null }, 'the end');
}

async function killed(world: World): Promise<void> {
  await world.gateway.kill();
  await world.gateway.start();
  await well(world);
}
