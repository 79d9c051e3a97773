// Whatever two users of two domains do, the one after the other: both rosters say the same of them, and each available
// client sees exactly those of the other whom it may see. (What crosses on the wire may leave servers at odds: a denial
// that meets a second request. That is XMPP's own way.)
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Availability, RequestHabit, XmppClient, XmppUser } from '@interwork/xmpp/testing';
import { town } from './presence-town.ts';

const RESOURCES = ['a', 'b'] as const;
const SHOWS: readonly Availability[] = [{}, { show: 'away' }, { show: 'dnd', priority: -3 }];
const HABITS: readonly RequestHabit[] = ['ask', 'approve', 'deny', 'approve-and-subscribe'];

type Act = (self: XmppUser, other: string) => void;

const clientOf = (user: XmppUser, resource: string): XmppClient | undefined =>
  user.clients.find(({ address }) => address.endsWith(`/${resource}`));

/** What a user may do at any moment. */
const ACTS: readonly (readonly [name: string, act: Act])[] = [
  ['subscribe', (self, other) => self.subscribe(other)],
  ['unsubscribe', (self, other) => self.unsubscribe(other)],
  ['approve', (self, other) => self.approve(other)],
  ['deny', (self, other) => self.deny(other)],
  ['remove', (self, other) => self.remove(other)],
  ...HABITS.map((habit): [string, Act] => [habit, (self) => self.answerRequests(habit)]),
  ...RESOURCES.flatMap((resource): [string, Act][] => [
    ['logout', (self) => clientOf(self, resource)?.logout()],
    ['go', (self) => clientOf(self, resource)?.setUnavailable()],
    ...SHOWS.map((what): [string, Act] => [
      `say ${JSON.stringify(what)}`,
      (self) => (clientOf(self, resource) ?? self.connect(resource)).setPresence(what),
    ]),
  ]),
];

/** Who is available, as the user's own clients are seen by themselves. */
function truth(user: XmppUser): readonly string[] {
  return user.clients.flatMap((client) =>
    client.sees(client.address).flatMap(({ from, show }) => {
      return from?.full === client.address ? [`${from.full} ${show ?? ''}`] : [];
    }),
  );
}

function sight(client: XmppClient, other: XmppUser): readonly string[] {
  return client.sees(other.address).map(({ from, show }) => `${from?.full ?? ''} ${show ?? ''}`);
}

function relation(
  self: XmppUser,
  other: XmppUser,
): { sees: boolean; asks: boolean; seen: boolean } {
  const item = self.roster().find(({ jid }) => jid === other.address);
  const { subscription = 'none', ask = false } = item ?? {};
  return {
    sees: subscription === 'to' || subscription === 'both',
    seen: subscription === 'from' || subscription === 'both',
    asks: ask,
  };
}

function isAvailable(client: XmppClient): boolean {
  return client.sees(client.address).some(({ from }) => from?.full === client.address);
}

function expectAgreement(self: XmppUser, other: XmppUser): void {
  const [mine, theirs] = [relation(self, other), relation(other, self)];
  expect(theirs.seen).toBe(mine.sees);
  expect(other.requests()).toHaveLength(mine.asks ? 1 : 0);
  for (const client of self.clients)
    expect(new Set(sight(client, other))).toEqual(
      new Set(mine.sees && isAvailable(client) ? truth(other) : []),
    );
}

test('RFC 6121 §3, §4 rosters agree and sight is true', () => {
  const act = fc.record({ who: fc.boolean(), what: fc.nat({ max: ACTS.length - 1 }) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60, size: 'max' }), (acts) => {
      const { romeo, juliet, step } = town();
      for (const { who, what } of acts) {
        const [self, other] = who ? [romeo, juliet] : [juliet, romeo];
        ACTS[what]?.[1](self, other.address);
        step();
        expectAgreement(romeo, juliet);
        expectAgreement(juliet, romeo);
      }
    }),
    { numRuns: 100 },
  );
});
