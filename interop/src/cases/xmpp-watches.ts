// An XMPP user has a SIP contact: one who notifies by herself, or one whose presence Kamailio's presence server has.
// RFC 8048 §5.2, §6.3, §7.1.
import { PREFIX } from '../places.ts';
import { type Case, hold, same } from './case.ts';
import {
  answers,
  asksPublished,
  asksSip,
  bareOf,
  freshUser,
  jidOf,
  notify,
  openOf,
  pidf,
  requested,
  sipSees,
  subscribes,
  subscription,
  told,
  typesOf,
  viewOf,
  watchesPublished,
  watchesSip,
  xmppSees,
} from './presence.ts';

/** Seconds for which a SIP user may grant a subscription, so that a case sees refreshes. */
const SHORT = 6;

export const XMPP_WATCHES: readonly Case[] = (
  [
    {
      id: 'xmpp-adds-sip',
      title:
        'an XMPP user adds a SIP contact: nothing until she lets her, then subscribed and her state',
      run: async (world) => {
        const pair = await asksSip(world, 'pending');
        await pair.presentity.until('NOTIFY pending', ({ event }) => event === 'notified');
        same(
          (await pair.user.contact(jidOf(pair.presentity)))?.ask,
          'subscribe',
          'the roster’s ask',
        );
        same(typesOf(pair), [], 'what was shown while pending');
        pair.presentity.decide('active');
        await xmppSees(pair, 'her online', (view) => view.get('desk')?.status === 'here');
        same(typesOf(pair), ['subscribed', 'available'], 'what was told');
        await subscription(pair.user, jidOf(pair.presentity), 'to');
      },
    },
    {
      id: 'xmpp-adds-published',
      title: 'the same at Kamailio’s presence server, where a rule decides',
      run: async (world) => {
        const pair = await asksPublished(world);
        same(typesOf(pair), [], 'what was shown while pending');
        await world.presence.rule(pair.presentity.address, `sip:${bareOf(pair.user)}`, 'allow');
        await xmppSees(pair, 'her online', (view) => view.get('desk')?.status === 'here');
        same(typesOf(pair)[0], 'subscribed', 'what was told first');
        await subscription(pair.user, jidOf(pair.presentity), 'to');
      },
    },
    ...([403, 603] as const).map((status) => ({
      id: `xmpp-refused-${status}`,
      title: `a SIP contact answers ${status}: the XMPP user is told unsubscribed`,
      run: async (world: Parameters<Case['run']>[0]) => {
        const pair = await asksSip(world, status);
        await told(pair, 'unsubscribed');
        await subscription(pair.user, jidOf(pair.presentity), 'none');
      },
    })),
    {
      id: 'xmpp-refused-later',
      title:
        'a SIP contact refuses after a while: the XMPP user is told unsubscribed, and saw nothing',
      run: async (world) => {
        const pair = await asksSip(world, 'pending');
        pair.presentity.end('rejected');
        await told(pair, 'unsubscribed');
        hold(!typesOf(pair).includes('available'), 'she was shown');
      },
    },
    {
      id: 'xmpp-revoked-by-sip',
      title: 'a SIP contact takes her consent back: unavailable, and unsubscribed',
      run: async (world) => {
        const pair = await watchesSip(world);
        pair.presentity.end('rejected');
        await told(pair, 'unsubscribed');
        await xmppSees(pair, 'nobody', (view) => view.size === 0);
        await subscription(pair.user, jidOf(pair.presentity), 'none');
      },
    },
    {
      id: 'xmpp-blocked-by-published',
      title: 'the same at Kamailio’s presence server, by a rule that blocks',
      run: async (world) => {
        const pair = await watchesPublished(world);
        await world.presence.rule(pair.presentity.address, `sip:${bareOf(pair.user)}`, 'block');
        await told(pair, 'unsubscribed');
        await xmppSees(pair, 'nobody', (view) => view.size === 0);
      },
    },
    {
      id: 'xmpp-sees-sip-states',
      title:
        'tuples are resources: show, note and priority cross, one closed or gone is unavailable',
      run: async (world) => {
        const pair = await watchesSip(world);
        const { presentity } = pair;
        const say = (...tuples: Parameters<typeof pidf>[1]): void =>
          presentity.state(pidf(presentity.address, tuples));
        const tower = { id: 'ID-tower', show: 'dnd', note: 'do not', priority: '0.5' };
        say({ id: 'ID-desk', note: 'here' }, tower);
        await xmppSees(pair, 'two', (view) => view.size === 2);
        const shown = viewOf(pair, pair.user.stanzas).get('tower');
        same(shown, { show: 'dnd', status: 'do not', priority: '64' }, 'the second');
        say({ id: 'ID-desk', note: 'here' }, { ...tower, basic: 'closed' });
        await xmppSees(pair, 'the first', (view) => view.size === 1 && view.has('desk'));
        const desks = typesOf(pair).filter((type) => type === 'available').length;
        same(desks, 2, 'how often somebody was shown, who changed twice in all');
        say(tower);
        await xmppSees(pair, 'the second', (view) => view.size === 1 && view.has('tower'));
      },
    },
    {
      id: 'xmpp-sees-published-states',
      title: 'publications at Kamailio’s presence server reach the XMPP user, and their end',
      run: async (world) => {
        const pair = await watchesPublished(world);
        const { presentity } = pair;
        const dnd = { id: 'ID-desk', show: 'dnd', note: 'do not' };
        await presentity.publish(pidf(presentity.address, [dnd]));
        await xmppSees(pair, 'dnd', (view) => view.get('desk')?.show === 'dnd');
        await presentity.withdraw();
        await xmppSees(pair, 'nobody', (view) => view.size === 0);
        hold(!typesOf(pair).includes('unsubscribed'), 'consent was taken back');
      },
    },
    {
      id: 'xmpp-removes-sip',
      title: 'an XMPP user takes a SIP contact off her roster: the subscription ends',
      run: async (world) => {
        const pair = await watchesSip(world);
        pair.user.remove(jidOf(pair.presentity));
        await pair.presentity.until('the end', ({ event }) => event === 'unsubscribe');
        await subscription(pair.user, jidOf(pair.presentity), 'none');
      },
    },
    {
      id: 'xmpp-returns',
      title:
        'an XMPP user goes offline and returns: the probe of her server is answered with the state',
      run: async (world) => {
        const pair = await watchesSip(world);
        await pair.user.close();
        const user = await world.clients.login(bareOf(pair.user).split('@')[0] ?? '');
        const again = { ...pair, user };
        await xmppSees(again, 'her online', (view) => view.get('desk')?.status === 'here');
        hold(!typesOf(again).includes('unsubscribed'), 'consent was taken back');
      },
    },
    {
      id: 'xmpp-keeps-watching',
      title: 'the gateway refreshes before a subscription ends, and nothing is shown twice',
      run: async (world) => {
        const pair = await watchesSip(world, { longest: SHORT });
        await pair.presentity.when('two refreshes', (all) =>
          all.filter(({ event }) => event === 'refresh').length >= 2 ? true : undefined,
        );
        same(typesOf(pair), ['subscribed', 'available'], 'what was told');
      },
    },
    {
      id: 'sip-forgets',
      title:
        'a SIP contact has forgotten the subscription (481): the gateway begins another, and the view stays',
      run: async (world) => {
        const pair = await watchesSip(world, { longest: SHORT });
        pair.presentity.forget();
        await pair.presentity.when('another SUBSCRIBE', (all) =>
          all.filter(({ event }) => event === 'subscribe').length >= 2 ? true : undefined,
        );
        pair.presentity.state(pidf(pair.presentity.address, [{ id: 'ID-desk', note: 'anew' }]));
        await xmppSees(pair, 'the new state', (view) => view.get('desk')?.status === 'anew');
        hold(!typesOf(pair).includes('unsubscribed'), 'consent was taken back');
      },
    },
    {
      id: 'both-ways',
      title: 'both watch each other: either way ends without the other',
      run: async (world) => {
        const name = freshUser(PREFIX.own);
        const pair = await watchesSip(world, { user: name });
        const watched = { watcher: await world.people.watcher(name), contact: pair.user };
        await subscribes(watched.watcher, bareOf(pair.user));
        await requested(watched);
        answers(watched, 'subscribed');
        await sipSees(watched.watcher, 'her online', (open) => open.length === 1);
        await subscription(pair.user, jidOf(pair.presentity), 'both');
        const before = watched.watcher.seen.length;
        await watched.watcher.again(0);
        await notify(watched.watcher, 'terminated', before);
        pair.presentity.state(pidf(pair.presentity.address, [{ id: 'ID-desk', note: 'still' }]));
        await xmppSees(pair, 'her still', (view) => view.get('desk')?.status === 'still');
        await subscribes(watched.watcher, bareOf(pair.user));
        pair.presentity.end('rejected');
        await told(pair, 'unsubscribed');
        const changed = watched.watcher.seen.length;
        pair.user.presence({ status: 'still here' });
        await watched.watcher.when('her still', (all) =>
          openOf(all.slice(changed)).find(({ notes }) => notes.includes('still here')),
        );
      },
    },
  ] satisfies readonly Case[]
).map((one) => ({ ...one, when: 'beside', needs: 'presence' }) as const);
