// A SIP user has an XMPP contact: asks, sees, is refused, fetches, ends it. RFC 8048 §5.3, §6.2, §7.2.
import { XMPP } from '../places.ts';
import { type Case, hold, same } from './case.ts';
import {
  answers,
  asksXmpp,
  bareOf,
  freshContact,
  freshUser,
  jidOf,
  notify,
  openOf,
  requested,
  sipSees,
  subscribes,
  subscription,
  timesAsked,
  watchesXmpp,
} from './presence.ts';

/** How many NOTIFYs four changes at once may become. */
const FEW = 3;

export const SIP_WATCHES: readonly Case[] = (
  [
    {
      id: 'sip-adds-xmpp',
      title: 'a SIP user adds an XMPP contact: pending until she approves, then her state',
      run: async (world) => {
        const pair = await asksXmpp(world);
        hold(openOf(pair.watcher.seen).length === 0, 'something was shown before consent');
        answers(pair, 'subscribed');
        const active = await notify(pair.watcher, 'active');
        hold((active.expires ?? 0) > 0, 'NOTIFY active without expires');
        await sipSees(pair.watcher, 'her online', (open) => open.length === 1);
        const { entity } = pair.watcher.seen.findLast(({ document }) => document)?.document ?? {};
        same(entity?.replace(/^\w+:/, ''), bareOf(pair.contact), 'whose presence it is');
        await subscription(pair.contact, jidOf(pair.watcher), 'from');
        same(timesAsked(pair), 1, 'how often she was asked');
      },
    },
    {
      id: 'sip-refused-by-xmpp',
      title: 'the XMPP contact refuses: the SIP user’s subscription ends as rejected',
      run: async (world) => {
        const pair = await asksXmpp(world);
        answers(pair, 'unsubscribed');
        same((await notify(pair.watcher, 'terminated')).reason, 'rejected', 'the reason');
      },
    },
    {
      id: 'sip-revoked-by-xmpp',
      title:
        'the XMPP contact takes her consent back: rejected, and the next SUBSCRIBE asks her anew',
      run: async (world) => {
        const pair = await watchesXmpp(world);
        const before = pair.watcher.seen.length;
        answers(pair, 'unsubscribed');
        same((await notify(pair.watcher, 'terminated', before)).reason, 'rejected', 'the reason');
        const ended = pair.watcher.seen.length;
        await subscribes(pair.watcher, bareOf(pair.contact));
        await notify(pair.watcher, 'pending', ended);
        await pair.contact.when('being asked again', () =>
          timesAsked(pair) > 1 ? true : undefined,
        );
      },
    },
    {
      id: 'sip-sees-xmpp-states',
      title:
        'show, status and priority of the XMPP contact reach the SIP user; of changes at once the newest',
      run: async (world) => {
        const { watcher, contact } = await watchesXmpp(world);
        const before = watcher.seen.length;
        for (const show of ['away', 'xa', 'chat'])
          contact.presence({ show, status: `not ${show}`, priority: 3 });
        contact.presence({ show: 'dnd', status: 'do not', priority: 64 });
        await sipSees(
          watcher,
          'dnd',
          ([only]) => only?.show === 'dnd' && only.notes.includes('do not'),
        );
        const [tuple] = openOf(watcher.seen);
        same(Number(tuple?.priority).toFixed(2), '0.50', 'the priority');
        const many = watcher.seen.slice(before).filter(({ event }) => event === 'notify').length;
        hold(many <= FEW, `four changes at once were ${many} NOTIFYs`);
      },
    },
    {
      id: 'sip-sees-two-resources',
      title:
        'an XMPP contact with two clients is two tuples in one document, and one when one leaves',
      run: async (world) => {
        const { watcher, contact } = await watchesXmpp(world);
        const other = await world.clients.login(bareOf(contact).split('@')[0] ?? '', 'tower');
        await sipSees(watcher, 'two', (open) => open.length === 2);
        await other.close();
        await sipSees(watcher, 'one', (open) => open.length === 1);
      },
    },
    {
      id: 'sip-sees-xmpp-leave',
      title:
        'the XMPP contact goes offline and returns: closed, then open, and nobody is asked again',
      run: async (world) => {
        const { watcher, contact } = await watchesXmpp(world);
        await contact.close();
        await sipSees(watcher, 'her offline', (open) => open.length === 0);
        const [name = ''] = bareOf(contact).split('@');
        const again = await world.clients.login(name);
        await sipSees(watcher, 'her online', (open) => open.length === 1);
        same(timesAsked({ watcher, contact: again }), 0, 'how often she was asked again');
      },
    },
    {
      id: 'sip-asks-while-xmpp-offline',
      title: 'asked while offline: pending, and the XMPP user has the request when she comes',
      run: async (world) => {
        const name = freshContact();
        const watcher = await world.people.watcher(freshUser());
        await subscribes(watcher, `${name}@${XMPP}`);
        await notify(watcher, 'pending');
        const contact = await world.clients.login(name);
        await requested({ watcher, contact });
        answers({ watcher, contact }, 'subscribed');
        await sipSees(watcher, 'her online', (open) => open.length === 1);
      },
    },
    {
      id: 'sip-refreshes-and-ends',
      title:
        'a SIP user refreshes, ends and begins again: each answered by a NOTIFY, and consent outlives it',
      run: async (world) => {
        const pair = await watchesXmpp(world);
        const { watcher, contact } = pair;
        let before = watcher.seen.length;
        same((await watcher.again()).status, 200, 'the answer to the refresh');
        hold(
          (await notify(watcher, 'active', before)).document !== null,
          'a refresh without state',
        );
        before = watcher.seen.length;
        same((await watcher.again(0)).status, 200, 'the answer to the end');
        same((await notify(watcher, 'terminated', before)).reason, 'timeout', 'the reason');
        before = watcher.seen.length;
        await subscribes(watcher, bareOf(contact));
        await watcher.when('her state again', (all) => openOf(all.slice(before))[0]);
        same(timesAsked(pair), 1, 'how often she was asked');
      },
    },
    {
      id: 'sip-fetches-xmpp',
      title:
        'a fetch shows the XMPP contact’s state to whom she approved, and nothing to a stranger',
      run: async (world) => {
        const pair = await watchesXmpp(world);
        const { watcher, contact } = pair;
        const before = watcher.seen.length;
        await subscribes(watcher, bareOf(contact), 0);
        const fetched = await notify(watcher, 'terminated', before);
        same(openOf([fetched]).length, 1, 'how many tuples are open');
        const stranger = await world.people.watcher(freshUser('mallory'));
        await subscribes(stranger, bareOf(contact), 0);
        same(openOf([await notify(stranger, 'terminated')]).length, 0, 'what a stranger sees');
        same(timesAsked({ watcher: stranger, contact }), 0, 'how often she was asked for a fetch');
      },
    },
  ] satisfies readonly Case[]
).map((one) => ({ ...one, when: 'beside', needs: 'presence' }) as const);
