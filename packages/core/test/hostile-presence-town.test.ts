// S6: two domains with bad manners and a network that breaks, around a whole gateway in virtual time. Both sides end
// with what is true, nobody sees more than he was let see, and in the end nothing is left.
import { describe, expect, it } from 'vitest';
import { policyOf } from '@interwork/policy/testing';
import { DECENT, type PresentityManners, pidf } from '@interwork/sip/testing';
import { PresenceTown, SIP, type TownOptions, XMPP } from './presence-town.ts';

const ROMEO = `romeo@${SIP}`;
const JULIET = `juliet@${XMPP}`;
const MINUTE = 60_000;
const phone = (show?: string): string =>
  pidf(ROMEO, [{ id: 'ID-orchard', basic: 'open', ...(show === undefined ? {} : { show }) }]);

const rosterOf = (town: PresenceTown): string | undefined =>
  town.juliet.roster().find(({ jid }) => jid === ROMEO)?.subscription;

function seen(town: PresenceTown): readonly string[] {
  const client = town.juliet.clients[0];
  return (client?.sees(ROMEO) ?? []).map(({ from, show }) =>
    `${from?.resource} ${show ?? ''}`.trim(),
  );
}

function shown(town: PresenceTown): string {
  const { state, document = '' } = town.romeo.sees(JULIET);
  const tuples = [...document.matchAll(/<basic>(.*?)<\/basic>/g)].map(([, basic]) => basic);
  return `${state} ${tuples.join(' ')}`.trim();
}

function heardOfRomeo(town: PresenceTown): number {
  const heard = town.juliet.clients[0]?.heard ?? [];
  return heard.filter((one) => one.from?.bare === ROMEO).length;
}

/** Both watch one another, and both agree. */
function friends(options: TownOptions = {}): PresenceTown {
  const town = new PresenceTown(options);
  town.romeo.setDocument(phone('chat'));
  town.romeo.allow(JULIET);
  town.juliet.answerRequests('approve');
  town.juliet.login('balcony');
  town.juliet.subscribe(ROMEO);
  town.romeo.watch(JULIET);
  town.pass(MINUTE);
  expect([rosterOf(town), seen(town), shown(town)]).toEqual([
    'both',
    ['orchard chat'],
    'active open',
  ]);
  return town;
}

const EMPTY: PresenceTown['gateway']['sizes'] = {
  queued: 0,
  waiting: 0,
  unconfirmed: 0,
  lanes: 0,
  replies: 0,
  barriers: 0,
  outstanding: 0,
  asking: 0,
  relays: 0,
  relaysAsking: 0,
  behind: 0,
  pairs: 0,
  told: 0,
  typing: 0,
  receipts: 0,
  unsure: 0,
  known: 0,
  duties: 0,
  presence: 0,
  records: 0,
  routing: 0,
  chats: 0,
  chatWaiting: 0,
  invites: 0,
  calls: 0,
  chatEvents: 0,
};

type Manners = readonly [
  title: string,
  manners: Partial<PresentityManners>,
  roster: string,
  seen: readonly string[],
];

const MANNERS: readonly Manners[] = [
  ['202 as of old', { accepted: 202 }, 'to', ['orchard chat']],
  ['the NOTIFY before the 200', { lateAnswer: 500 }, 'to', ['orchard chat']],
  ['three forks', { forks: 3 }, 'to', ['orchard chat']],
  ['a shorter time', { longest: 90 }, 'to', ['orchard chat']],
  ['a longer time than asked', { shortest: 5_000, longest: 7_200 }, 'to', ['orchard chat']],
  ['no NOTIFY at all', { notifies: false }, 'none', []],
  ['403', { refusal: { status: 403 } }, 'none', []],
  ['603', { refusal: { status: 603 } }, 'none', []],
  ['404', { refusal: { status: 404 } }, 'none', []],
  ['480 for ten minutes', { refusal: { status: 480, retryAfter: 600 } }, 'none', []],
  ['481', { refusal: { status: 481 } }, 'none', []],
  ['500', { refusal: { status: 500 } }, 'none', []],
  ['a refusal by NOTIFY', { policy: 'deny', denial: 'notify' }, 'none', []],
  ['a refusal by 403', { policy: 'deny', denial: 'status' }, 'none', []],
  ['a polite block', { policy: 'polite' }, 'to', []],
];

describe('S6: a presence server with manners of its own', () => {
  it.each(MANNERS)('%s', (_title, manners, roster, expected) => {
    const town = new PresenceTown();
    town.romeo.setDocument(phone('chat'));
    town.romeo.behave({ policy: 'allow', ...manners });
    town.juliet.login('balcony');
    town.juliet.subscribe(ROMEO);
    town.pass(5 * MINUTE);
    expect([rosterOf(town), seen(town)]).toEqual([roster, expected]);
    expect(town.sip.complaints).toEqual([]);
  });

  it.each(
    MANNERS.filter(([, { refusal, notifies }]) => refusal !== undefined || notifies === false),
  )('%s, and later a good one: who asks again sees', (_title, manners) => {
    const town = new PresenceTown();
    town.romeo.setDocument(phone('chat'));
    town.romeo.behave({ policy: 'allow', ...manners });
    town.juliet.login('balcony');
    town.juliet.subscribe(ROMEO);
    town.pass(MINUTE);
    town.romeo.behave({ ...DECENT, policy: 'allow' });
    town.juliet.subscribe(ROMEO);
    town.pass(30 * MINUTE);
    expect([rosterOf(town), seen(town)]).toEqual(['to', ['orchard chat']]);
  });

  it.each(['after-end', 'out-of-order', 'no-dialog'] as const)(
    'a NOTIFY %s changes nothing',
    (kind) => {
      const town = friends();
      town.romeo.stray(kind, JULIET);
      town.pass(MINUTE);
      expect([seen(town), shown(town)]).toEqual([['orchard chat'], 'active open']);
    },
  );

  it('the server forgets everything: the gateway finds it out and watches anew', () => {
    const town = friends();
    town.sip.restart();
    town.romeo.setDocument(phone('dnd'));
    town.pass(2 * 60 * MINUTE);
    expect(seen(town)).toEqual(['orchard dnd']);
  });

  it('a document that is none leaves what was seen', () => {
    const town = friends();
    town.romeo.setDocument('<presence');
    town.pass(10 * MINUTE);
    expect(seen(town)).toEqual(['orchard chat']);
    town.romeo.setDocument(phone('away'));
    town.pass(2 * 60 * MINUTE);
    expect(seen(town)).toEqual(['orchard away']);
  });
});

describe('S6: the XMPP server goes away', () => {
  it('for good and without a word: Romeo sees nobody in the end, and his authorization stands', () => {
    const town = friends();
    town.world.network.down('192.0.2.3');
    town.pass(4 * MINUTE);
    expect(shown(town)).toBe('active open');
    town.pass(40 * MINUTE);
    expect(shown(town)).toBe('active closed');
    town.romeo.refresh(JULIET);
    town.pass(MINUTE);
    expect(shown(town)).toBe('active closed');
  });

  it('for two minutes: Romeo sees Juliet all the time, and what she did meanwhile after', () => {
    const town = friends();
    const { network } = town.world;
    network.part('192.0.2.3', '192.0.2.2');
    network.part('192.0.2.2', '192.0.2.3');
    town.juliet.clients[0]?.setPresence({ show: 'dnd' });
    town.romeo.setDocument(phone('dnd'));
    town.pass(2 * MINUTE);
    expect(shown(town)).toBe('active open');
    network.heal('192.0.2.3', '192.0.2.2');
    network.heal('192.0.2.2', '192.0.2.3');
    town.pass(2 * 60 * MINUTE);
    expect([shown(town), seen(town)]).toEqual(['active open', ['orchard dnd']]);
    expect(town.romeo.sees(JULIET).document).toContain('dnd');
  });
});

describe('S6: policy changes its mind while both watch', () => {
  const never = policyOf({
    rules: [
      { id: 'not-them', effect: 'forbid', domains: [XMPP] },
      { id: 'friends', effect: 'permit', domains: [XMPP] },
    ],
  });

  it('both ends hear of it, and nothing crosses after', () => {
    const town = friends();
    town.replacePolicy(never);
    town.pass(MINUTE);
    expect(town.romeo.sees(JULIET)).toMatchObject({ state: 'terminated', reason: 'rejected' });
    expect([seen(town), town.romeo.watchers]).toEqual([[], []]);
    const { count } = town.romeo.sees(JULIET);
    const heard = heardOfRomeo(town);
    town.romeo.setDocument(phone('dnd'));
    town.juliet.clients[0]?.setPresence({ show: 'dnd' });
    town.pass(2 * 60 * MINUTE);
    expect(town.romeo.sees(JULIET).document ?? '').not.toContain('dnd');
    expect([town.romeo.sees(JULIET).count - count, seen(town)]).toEqual([0, []]);
    expect(heardOfRomeo(town)).toBe(heard);
  });
});

describe('S6: a gateway whose store does not outlive it closes', () => {
  it('watchers hear deactivated, Juliet sees nobody, and every table is empty', async () => {
    const town = friends({ gateway: { lastingStore: false } });
    const closing = town.close();
    for (let n = 0; n < 20; n++) {
      town.pass(1_000);
      await Promise.resolve();
    }
    await closing;
    town.pass(MINUTE);
    expect(town.romeo.sees(JULIET)).toMatchObject({ state: 'terminated', reason: 'deactivated' });
    expect([seen(town), town.romeo.watchers]).toEqual([[], []]);
    expect(town.gateway.sizes).toEqual(EMPTY);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 8])(
    'watchers hear deactivated although a NOTIFY is on its way (%d ms)',
    async (after) => {
      const town = friends({ gateway: { lastingStore: false } });
      town.juliet.clients[0]?.setPresence({ show: 'dnd' });
      town.pass(after);
      const closing = town.close();
      for (let n = 0; n < 200; n++) {
        town.pass(100);
        await Promise.resolve();
      }
      await closing;
      town.pass(MINUTE);
      const { state, reason } = town.romeo.sees(JULIET);
      expect([state, reason]).toEqual(['terminated', 'deactivated']);
      expect(town.gateway.sizes).toEqual(EMPTY);
    },
  );

  it('one whose store does says nothing, and every table is empty', async () => {
    const town = friends();
    const closing = town.close();
    for (let n = 0; n < 20; n++) {
      town.pass(1_000);
      await Promise.resolve();
    }
    await closing;
    expect([shown(town), seen(town)]).toEqual(['active open', ['orchard chat']]);
    expect(town.gateway.sizes).toEqual(EMPTY);
  });
});
