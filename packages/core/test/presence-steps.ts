// Contacts and presence between a SIP user and an XMPP user, as both see it: the flows of RFC 8048 §5 to §7, step by step.
import type { Hooks } from '@interwork/core';
import { pidf } from '@interwork/sip/testing';
import type { XmppClient } from '@interwork/xmpp/testing';
import { expect } from 'vitest';
import { PresenceTown } from './presence-town.ts';

const ROMEO = 'romeo@example.net';
const JULIET = 'juliet@example.com';

/** What an XMPP client sees of the SIP user, a line for each resource. */
function seen(client: XmppClient): readonly string[] {
  return client
    .sees(ROMEO)
    .map(({ from, show, statuses }) =>
      [from?.resource, show, ...statuses.map(({ text }) => text)].filter(Boolean).join(' '),
    );
}

/** The tuples of the last document a SIP user was shown, as `open show` and so on. */
function shown(town: PresenceTown): readonly string[] {
  const { document = '' } = town.romeo.sees(JULIET);
  return [...document.matchAll(/<tuple.*?<\/tuple>/gs)].map(([tuple]) => {
    const basic = /<basic>(.*?)<\/basic>/.exec(tuple)?.[1];
    const show = /<show[^>]*>(.*?)<\/show>/.exec(tuple)?.[1];
    const note = /<note[^>]*>(.*?)<\/note>/.exec(tuple)?.[1];
    return [basic, show, note].filter((word) => word !== undefined).join(' ');
  });
}

/** What one of them does, and what both see then. */
export interface Step {
  readonly does: string;
  readonly act: (town: PresenceTown) => void;
  /** What who has been told that it failed does again. */
  readonly again?: (town: PresenceTown) => void;
  readonly expected: (town: PresenceTown) => void;
}

/** Steps in their order. */
export interface Flow {
  readonly title: string;
  readonly steps: readonly Step[];
}

const phone = (show?: string): string =>
  pidf(ROMEO, [
    show === undefined
      ? { id: 'ID-orchard', basic: 'open' }
      : { id: 'ID-orchard', basic: 'open', show },
  ]);
const closed = pidf(ROMEO, [{ id: 'ID-orchard', basic: 'closed' }]);
const balcony = (town: PresenceTown): XmppClient => {
  const client = town.juliet.clients.find(({ address }) => address.endsWith('/balcony'));
  if (client === undefined) throw new Error('nobody is on the balcony');
  return client;
};
const rosterOf = (town: PresenceTown): string | undefined =>
  town.juliet.roster().find(({ jid }) => jid === ROMEO)?.subscription;

/** The flows. */
export const FLOWS: readonly Flow[] = [
  {
    title: '§5.2 an XMPP user adds a SIP contact, sees him change, and removes him',
    steps: [
      {
        does: 'juliet asks',
        act: (town) => {
          town.romeo.setDocument(phone());
          town.juliet.login('balcony');
          town.juliet.subscribe(ROMEO);
        },
        expected: (town) => {
          expect(town.romeo.pendingWatchers).toHaveLength(1);
          expect(rosterOf(town)).toBe('none');
          expect(seen(balcony(town))).toEqual([]);
        },
      },
      {
        does: 'romeo says yes',
        act: (town) => town.romeo.allow(JULIET),
        expected: (town) => {
          expect(rosterOf(town)).toBe('to');
          expect(seen(balcony(town))).toEqual(['orchard']);
        },
      },
      {
        does: 'romeo is busy',
        act: (town) => town.romeo.setDocument(phone('dnd')),
        expected: (town) => expect(seen(balcony(town))).toEqual(['orchard dnd']),
      },
      {
        does: 'romeo goes',
        act: (town) => town.romeo.setDocument(closed),
        expected: (town) => expect(seen(balcony(town))).toEqual([]),
      },
      {
        does: 'romeo is back',
        act: (town) => town.romeo.setDocument(phone('away')),
        expected: (town) => expect(seen(balcony(town))).toEqual(['orchard away']),
      },
      {
        does: 'juliet removes him',
        act: (town) => town.juliet.remove(ROMEO),
        expected: (town) => {
          expect(town.juliet.roster()).toEqual([]);
          expect(town.romeo.watchers).toEqual([]);
        },
      },
    ],
  },
  {
    title: '§5.2.1 a SIP contact says no',
    steps: [
      {
        does: 'juliet asks',
        act: (town) => {
          town.romeo.setDocument(phone());
          town.juliet.login('balcony');
          town.juliet.subscribe(ROMEO);
        },
        expected: (town) => expect(town.romeo.pendingWatchers).toHaveLength(1),
      },
      {
        does: 'romeo says no',
        act: (town) => town.romeo.deny(JULIET),
        expected: (town) => {
          expect(rosterOf(town)).toBe('none');
          expect(town.juliet.roster()[0]?.ask ?? false).toBe(false);
          expect(seen(balcony(town))).toEqual([]);
        },
      },
    ],
  },
  {
    title: '§5.3 a SIP user adds an XMPP contact, sees her change, and stops looking',
    steps: [
      {
        does: 'romeo watches',
        act: (town) => {
          town.juliet.login('balcony');
          town.romeo.watch(JULIET);
        },
        expected: (town) => {
          expect(town.juliet.requests()).toHaveLength(1);
          expect(town.romeo.sees(JULIET).state).toBe('pending');
          expect(shown(town)).toEqual([]);
        },
      },
      {
        does: 'juliet says yes',
        act: (town) => town.juliet.approve(ROMEO),
        expected: (town) => {
          expect(rosterOf(town)).toBe('from');
          expect(town.romeo.sees(JULIET).state).toBe('active');
          expect(shown(town)).toEqual(['open']);
        },
      },
      {
        does: 'juliet is busy, and on a second device',
        act: (town) => {
          balcony(town).setPresence({ show: 'dnd', priority: 5 });
          town.juliet.login('chamber', { show: 'away' });
        },
        expected: (town) => expect(shown(town).toSorted()).toEqual(['open away', 'open dnd']),
      },
      {
        does: 'juliet goes',
        act: (town) => {
          for (const client of town.juliet.clients) client.logout();
        },
        expected: (town) => expect(shown(town)).toEqual(['closed']),
      },
      {
        does: 'juliet is back',
        act: (town) => void town.juliet.login('balcony'),
        expected: (town) => expect(shown(town)).toEqual(['open']),
      },
      {
        does: 'romeo stops watching',
        act: (town) => town.romeo.unwatch(JULIET),
        expected: (town) => {
          expect(town.romeo.sees(JULIET).state).toBe('terminated');
          expect(town.romeo.watching).toBe(0);
          expect(rosterOf(town)).toBe('from');
        },
      },
      {
        does: 'romeo watches again, and nobody is asked',
        act: (town) => town.romeo.watch(JULIET),
        expected: (town) => {
          expect(town.juliet.requests()).toEqual([]);
          expect(town.romeo.sees(JULIET).state).toBe('active');
          expect(shown(town)).toEqual(['open']);
        },
      },
      {
        does: 'juliet takes it back',
        act: (town) => town.juliet.deny(ROMEO),
        expected: (town) => {
          expect(town.romeo.sees(JULIET)).toMatchObject({
            state: 'terminated',
            reason: 'rejected',
          });
          expect(rosterOf(town) ?? 'none').toBe('none');
        },
      },
    ],
  },
  {
    title: '§5.3.1 an XMPP contact says no',
    steps: [
      {
        does: 'romeo watches',
        act: (town) => {
          town.juliet.login('balcony');
          town.romeo.watch(JULIET);
        },
        expected: (town) => expect(town.juliet.requests()).toHaveLength(1),
      },
      {
        does: 'juliet says no',
        act: (town) => town.juliet.deny(ROMEO),
        expected: (town) =>
          expect(town.romeo.sees(JULIET)).toMatchObject({
            state: 'terminated',
            reason: 'rejected',
          }),
      },
    ],
  },
  {
    title: '§7 each asks once',
    steps: [
      {
        does: 'they befriend',
        act: (town) => {
          town.romeo.setDocument(phone('chat'));
          town.romeo.allow(JULIET);
          town.juliet.answerRequests('approve');
          town.juliet.login('balcony', { show: 'xa' });
          town.juliet.subscribe(ROMEO);
          town.romeo.watch(JULIET);
        },
        expected: (town) => {
          expect(rosterOf(town)).toBe('both');
          expect(seen(balcony(town))).toEqual(['orchard chat']);
          expect(shown(town)).toEqual(['open xa']);
        },
      },
      {
        does: 'romeo stops watching and asks once',
        act: (town) => {
          town.romeo.unwatch(JULIET);
          town.romeo.poll(JULIET);
        },
        again: (town) => town.romeo.poll(JULIET),
        expected: (town) => {
          expect(shown(town)).toEqual(['open xa']);
          expect(town.romeo.watching).toBe(0);
        },
      },
      {
        does: 'juliet logs in anew',
        act: (town) => {
          balcony(town).logout();
          town.juliet.login('balcony');
        },
        expected: (town) => expect(seen(balcony(town))).toEqual(['orchard chat']),
      },
    ],
  },
];

/** Longer than anything that must settle: what was missed by a process that ended is asked for within a minute. */
export const SETTLED = 120_000;

/** Runs a flow through a whole gateway, which is killed before one of its steps. */
export function run(
  { steps }: Flow,
  restartBefore: number,
  hooks: Partial<Hooks> = {},
): PresenceTown {
  const town = new PresenceTown({ hooks });
  for (const [index, step] of steps.entries()) {
    if (index === restartBefore) {
      town.restart();
      town.pass();
    }
    step.act(town);
    town.pass(SETTLED);
    step.expected(town);
  }
  expect(town.sip.complaints).toEqual([]);
  return town;
}
