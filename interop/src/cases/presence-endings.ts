// Something ends while people watch each other, and comes back: what each sees stays true, nobody is asked again, and
// nothing is doubled.
import type { Presentity, Publisher } from '../agents/people.ts';
import type { GatewayOptions } from '../gateways/gateway.ts';
import { REDIS_URL, startRedis } from '../servers/redis.ts';
import type { World } from '../world.ts';
import { byCertificate, type Case, hold, same } from './case.ts';
import {
  bareOf,
  notify,
  openOf,
  pidf,
  timesAsked,
  typesOf,
  type Watched,
  type Watching,
  watchesPublished,
  watchesSip,
  watchesXmpp,
  xmppSees,
} from './presence.ts';
import { mark, well } from './sending.ts';

/** One who watches in each way there is. */
interface Views {
  readonly watched: Watched;
  readonly own: Watching<Presentity>;
  readonly published: Watching<Publisher>;
}

/** What was missed while somebody was away is asked for within a minute, each at its own moment, milliseconds. */
const AFRESH = 75_000;

export const PRESENCE_ENDINGS: readonly Case[] = (
  [
    {
      id: 'presence-gateway-kill',
      title:
        'the gateway is killed and starts again with its state in a file: every view stays true, nobody is asked again',
      run: async (world) => {
        await withState(world, { file: 'state.db' }, async () => {
          const views = await everybody(world);
          await world.gateway.kill();
          await world.gateway.start();
          await stayTrue(world, views);
        });
      },
    },
    {
      id: 'presence-gateway-kill-redis',
      title: 'the same with its state in Redis',
      on: byCertificate,
      run: async (world) => {
        const stop = await startRedis();
        try {
          await withState(world, { redis: REDIS_URL }, async () => {
            const views = await everybody(world);
            await world.gateway.kill();
            await world.gateway.start();
            await stayTrue(world, views);
          });
        } finally {
          await stop();
        }
      },
    },
    {
      id: 'presence-changes-while-gateway-down',
      on: ({ join }) => join === 'direct',
      title: 'what changes while the gateway is away is seen when it is back',
      run: async (world) => {
        await withState(world, { file: 'state.db' }, async () => {
          const views = await everybody(world);
          await world.gateway.kill();
          const word = mark();
          changes(views, word);
          await world.gateway.start();
          await seen(views, word, AFRESH);
          notDoubled(views);
        });
      },
    },
    {
      id: 'presence-gateway-term',
      title:
        'a gateway that keeps nothing is asked to end: SIP watchers may subscribe again at once, XMPP users see nobody',
      on: ({ join }) => join === 'dialback',
      run: async (world) => {
        const { watched, own } = await everybody(world);
        await well(world);
        const before = watched.watcher.seen.length;
        await world.gateway.terminate();
        const { reason } = await notify(watched.watcher, 'terminated', before);
        same(reason, 'deactivated', 'the reason');
        await xmppSees(own, 'nobody', (view) => view.size === 0);
        await own.presentity.until('the end', ({ event }) => event === 'unsubscribe');
        await world.gateway.start();
      },
    },
    {
      id: 'presence-server-restart',
      title: 'the XMPP server restarts: the views are true again when its users are back',
      run: async (world) => {
        const views = await everybody(world);
        await world.server.stop();
        await world.server.start();
        const login = (one: { readonly jid: string }): ReturnType<World['clients']['login']> =>
          world.clients.login(one.jid.split('@')[0] ?? '');
        const { watched, own, published } = views;
        const [contact, first, second] = await Promise.all([
          login(watched.contact),
          login(own.user),
          login(published.user),
        ]);
        world.bob = await world.clients.login('bob');
        await stayTrue(world, {
          watched: { ...watched, contact },
          own: { ...own, user: first },
          published: { ...published, user: second },
        });
      },
    },
    {
      id: 'sip-presence-server-restart',
      title:
        'Kamailio’s presence server restarts and has forgotten who watches: they watch again, and see what is true',
      run: async (world) => {
        const pair = await watchesPublished(world);
        await world.presence.stop();
        await world.presence.start();
        await publishes(pair, mark());
        hold(!typesOf(pair).includes('unsubscribed'), 'consent was taken back');
      },
    },
  ] satisfies readonly Case[]
).map((one) => ({ ...one, when: 'last', needs: 'presence' }) as const);

async function everybody(world: World): Promise<Views> {
  const [watched, own, published] = await Promise.all([
    watchesXmpp(world),
    watchesSip(world),
    watchesPublished(world),
  ]);
  return { watched, own, published };
}

/** A gateway that keeps its state there, and afterwards one that does not. */
async function withState(
  world: World,
  state: NonNullable<GatewayOptions['state']>,
  use: () => Promise<void>,
): Promise<void> {
  await world.gateway.kill();
  await world.gateway.start({ state });
  await well(world);
  try {
    await use();
  } finally {
    await world.gateway.kill();
    await world.gateway.start({ state: 'memory' });
  }
}

/** All is joined again, everybody changes, and everybody sees it; nobody was asked again. */
async function stayTrue(world: World, views: Views): Promise<void> {
  const word = mark();
  await well(world);
  changes(views, word);
  await seen(views, word);
  notDoubled(views);
}

function changes({ watched, own, published }: Views, word: string): void {
  watched.contact.presence({ status: word });
  own.presentity.state(pidf(own.presentity.address, [{ id: 'ID-desk', note: word }]));
  published.presentity
    .publish(pidf(published.presentity.address, [{ id: 'ID-desk', note: word }]))
    .catch(() => undefined);
}

async function seen(
  { watched, own, published }: Views,
  word: string,
  bound?: number,
): Promise<void> {
  const sees = (pair: Watching<{ readonly address: string }>): Promise<true> =>
    xmppSees(pair, word, (view) => view.get('desk')?.status === word, bound);
  await Promise.all([
    watched.watcher.when(
      `seeing ${word}`,
      (all) => openOf(all).find(({ notes }) => notes.includes(word)),
      bound,
    ),
    sees(own),
    sees(published),
  ]);
}

/** Each has one subscription and was asked once; a state that stayed was not told as a change of consent. */
function notDoubled({ watched, own, published }: Views): void {
  hold(timesAsked(watched) <= 1, `${bareOf(watched.contact)} was asked again`);
  const dialogs = own.presentity.seen.filter(({ event }) => event === 'subscribe').length;
  same(dialogs, 1, 'how many subscriptions the SIP contact has had');
  for (const pair of [own, published])
    hold(!typesOf(pair).includes('unsubscribed'), 'consent was taken back');
}

async function publishes(pair: Watching<Publisher>, word: string): Promise<void> {
  await pair.presentity.publish(pidf(pair.presentity.address, [{ id: 'ID-desk', note: word }]));
  await xmppSees(pair, word, (view) => view.get('desk')?.status === word, AFRESH);
}
