// RFC 6121 §3 and §4 as flows between two domains with users: what crosses the wire, in order, what both rosters say
// after it, and what each client sees.
import { describe, expect, test } from 'vitest';
import { delayOf, idleSinceOf, presenceElement } from '@interwork/xmpp';
import { jid } from './net.ts';
import { befriend, heard, rosterOf, said, seen, START, town } from './presence-town.ts';

const ROMEO = 'romeo@example.net';
const JULIET = 'juliet@example.com';

describe('RFC 6121 §3.1 requesting a subscription', () => {
  test('§3.1.2, §3.1.3, §3.1.5, §3.1.6 a request, granted by one of two clients', () => {
    const { romeo, juliet, step, crossed } = town();
    const [foo, bar] = [romeo.login('foo'), romeo.login('bar')];
    const [balcony, chamber] = [juliet.login('balcony'), juliet.login('chamber', { show: 'dnd' })];
    step();
    const [before, later] = [balcony.heard.length, foo.heard.length];
    romeo.subscribe(`${JULIET}/balcony`, 'It is I');
    step();
    expect(crossed()).toEqual([`${ROMEO} to ${JULIET} subscribe It is I`]);
    expect(rosterOf(romeo)).toEqual([`${JULIET} none ask`]);
    expect(rosterOf(juliet)).toEqual([]);
    expect(juliet.requests().map(said)).toEqual([`${ROMEO} to ${JULIET} subscribe It is I`]);
    for (const client of [balcony, chamber])
      expect(heard(client, before)).toEqual([`${ROMEO} to ${JULIET} subscribe It is I`]);

    juliet.approve(ROMEO);
    step();
    expect(crossed()).toEqual([
      `${JULIET} to ${ROMEO} subscribed`,
      `${JULIET}/balcony to ${ROMEO} available`,
      `${JULIET}/chamber to ${ROMEO} available dnd`,
    ]);
    expect(rosterOf(romeo)).toEqual([`${JULIET} to`]);
    expect(rosterOf(juliet)).toEqual([`${ROMEO} from`]);
    expect(juliet.requests()).toEqual([]);
    expect(heard(foo, later)[0]).toBe(`${JULIET} to ${ROMEO} subscribed`);
    for (const client of [foo, bar])
      expect(seen(client, JULIET)).toEqual(['balcony', 'chamber dnd']);
    expect(seen(balcony, ROMEO)).toEqual([]);
  });

  test('§3.1.3 kept for somebody who is offline, one request only, and told at every login', () => {
    const { romeo, juliet, step, crossed } = town();
    romeo.login('orchard');
    romeo.subscribe(JULIET, 'first');
    romeo.subscribe(JULIET, 'second');
    step();
    expect(crossed()).toHaveLength(2);
    for (const resource of ['balcony', 'chamber']) {
      const client = juliet.login(resource);
      expect(heard(client, 0)).toEqual([`${ROMEO} to ${JULIET} subscribe first`]);
      client.logout();
    }
    juliet.deny(ROMEO);
    expect(heard(juliet.login('balcony'), 0)).toEqual([]);
  });

  test('§3.1.3 a client that is connected and not available is not asked', () => {
    const { romeo, juliet, step } = town();
    const silent = juliet.connect('balcony');
    romeo.subscribe(JULIET);
    step();
    expect(silent.heard).toEqual([]);
    silent.setPresence({});
    expect(heard(silent, 0)).toEqual([`${ROMEO} to ${JULIET} subscribe`]);
  });

  test('§3.1.3 one who may see already is granted it again without asking', () => {
    const friends = town();
    befriend(friends);
    const { romeo, juliet, step, crossed } = friends;
    const balcony = juliet.login('balcony');
    step();
    crossed();
    const before = balcony.heard.length;
    romeo.subscribe(JULIET);
    step();
    expect(crossed()).toEqual([
      `${ROMEO} to ${JULIET} subscribe`,
      `${JULIET} to ${ROMEO} subscribed`,
    ]);
    expect(heard(balcony, before)).toEqual([]);
  });

  test('§3.1.2 asked again by every new client until there is an answer', () => {
    const { romeo, step, crossed } = town();
    romeo.subscribe(JULIET);
    romeo.login('foo').logout();
    romeo.login('bar');
    step();
    expect(crossed()).toEqual(Array.from({ length: 3 }, () => `${ROMEO} to ${JULIET} subscribe`));
  });

  test('§3.1.2 what could not be delivered comes back', () => {
    const { romeo, step } = town();
    const foo = romeo.login('foo');
    romeo.subscribe('nobody@nowhere.example');
    step();
    expect(foo.heard.at(-1)?.error).toMatchObject({ condition: 'remote-server-not-found' });
    expect(foo.heard.at(-1)?.from?.bare).toBe('nobody@nowhere.example');
  });

  test('§3.1.3 requests have a bound, and whoever is over it is told', () => {
    const { romeo, juliet, verona, step } = town({ requests: 2 });
    const mercutio = verona.script.user('mercutio');
    const foo = mercutio.login('foo');
    romeo.subscribe(JULIET);
    verona.script.user('benvolio').subscribe(JULIET);
    mercutio.subscribe(JULIET);
    step();
    expect(juliet.requests()).toHaveLength(2);
    expect(foo.heard.at(-1)?.error).toMatchObject({ condition: 'resource-constraint' });
    juliet.deny(ROMEO);
    mercutio.subscribe(JULIET);
    step();
    expect(juliet.requests().map(({ from }) => from?.local)).toEqual(['benvolio', 'mercutio']);
  });

  const habits = [
    { habit: 'approve', mine: 'from', theirs: 'to' },
    { habit: 'deny', mine: undefined, theirs: 'none' },
    { habit: 'approve-and-subscribe', mine: 'from ask', theirs: 'to' },
    { habit: 'ask', mine: undefined, theirs: 'none ask' },
  ] as const;
  for (const isOnline of [true, false])
    test.each(habits)(
      `§3.1.4 a client that has been told to $habit, online at the time: ${isOnline}`,
      ({ habit, mine, theirs }) => {
        const { romeo, juliet, step } = town();
        juliet.answerRequests(habit);
        if (isOnline) juliet.login('balcony');
        romeo.subscribe(JULIET);
        step();
        if (!isOnline) juliet.login('balcony');
        step();
        expect(rosterOf(juliet)).toEqual(mine === undefined ? [] : [`${ROMEO} ${mine}`]);
        expect(rosterOf(romeo)).toEqual([`${JULIET} ${theirs}`]);
      },
    );
});

describe('§3.2 cancelling', () => {
  test('§3.2.2, §3.2.3 from every resource, then the bare address', () => {
    const friends = town();
    befriend(friends);
    const { romeo, juliet, step, crossed } = friends;
    const orchard = romeo.login('orchard');
    juliet.login('balcony');
    juliet.login('chamber');
    step();
    expect(seen(orchard, JULIET)).toEqual(['balcony', 'chamber']);
    crossed();
    juliet.deny(ROMEO, 'enough');
    step();
    expect(crossed()).toEqual([
      `${JULIET}/balcony to ${ROMEO} unavailable`,
      `${JULIET}/chamber to ${ROMEO} unavailable`,
      `${JULIET} to ${ROMEO} unsubscribed enough`,
    ]);
    expect(rosterOf(juliet)).toEqual([`${ROMEO} to`]);
    expect(rosterOf(romeo)).toEqual([`${JULIET} from`]);
    expect(seen(orchard, JULIET)).toEqual([]);
  });

  test('§3.2.2 nothing goes out where there is nothing to cancel', () => {
    const { juliet, step, crossed } = town();
    juliet.login('balcony');
    juliet.deny(ROMEO);
    step();
    expect([crossed(), rosterOf(juliet)]).toEqual([[], []]);
  });

  test('§3.2 a request that is turned down tells nothing of the user', () => {
    const { romeo, juliet, step, crossed } = town();
    juliet.login('balcony');
    romeo.subscribe(JULIET);
    step();
    crossed();
    juliet.deny(ROMEO);
    step();
    expect(crossed()).toEqual([`${JULIET} to ${ROMEO} unsubscribed`]);
    expect(rosterOf(romeo)).toEqual([`${JULIET} none`]);
  });
});

describe('§3.3 unsubscribing', () => {
  test('§3.3.2, §3.3.3 the contact is told, and every resource of it goes', () => {
    const friends = town();
    befriend(friends);
    const { romeo, juliet, step, crossed } = friends;
    const orchard = romeo.login('orchard');
    const balcony = juliet.login('balcony');
    step();
    crossed();
    const before = balcony.heard.length;
    romeo.unsubscribe(JULIET);
    expect(seen(orchard, JULIET)).toEqual([]);
    step();
    expect(crossed()).toEqual([
      `${ROMEO} to ${JULIET} unsubscribe`,
      `${JULIET}/balcony to ${ROMEO} unavailable`,
      `${JULIET} to ${ROMEO} unsubscribed`,
    ]);
    expect(heard(balcony, before)).toEqual([`${ROMEO} to ${JULIET} unsubscribe`]);
    expect(rosterOf(romeo)).toEqual([`${JULIET} from`]);
    expect(rosterOf(juliet)).toEqual([`${ROMEO} to`]);
  });

  test('§3.3.3 a request that was taken back is forgotten', () => {
    const { romeo, juliet, step } = town();
    romeo.subscribe(JULIET);
    romeo.unsubscribe(JULIET);
    step();
    expect(juliet.requests()).toEqual([]);
    expect(heard(juliet.login('balcony'), 0)).toEqual([]);
  });

  test('§2.5.2 off the roster: both subscriptions end, and so does what was approved', () => {
    const friends = town();
    befriend(friends);
    const { romeo, juliet, step, crossed } = friends;
    romeo.remove(JULIET);
    step();
    expect(crossed()).toEqual([
      `${ROMEO} to ${JULIET} unsubscribe`,
      `${ROMEO} to ${JULIET} unsubscribed`,
      `${JULIET} to ${ROMEO} unsubscribed`,
    ]);
    expect(rosterOf(romeo)).toEqual([]);
    expect(rosterOf(juliet)).toEqual([`${ROMEO} none`]);
    romeo.remove(JULIET);
    step();
    expect(crossed()).toEqual([]);
  });
});

describe('§3.4.2 approval in advance', () => {
  test('granted when it is asked for, with the presence that goes along', () => {
    const { romeo, juliet, step, crossed } = town();
    const balcony = juliet.login('balcony');
    juliet.approve(ROMEO);
    step();
    expect(crossed()).toEqual([]);
    expect(rosterOf(juliet)).toEqual([`${ROMEO} none approved`]);
    romeo.subscribe(JULIET);
    step();
    expect(crossed()).toEqual([
      `${ROMEO} to ${JULIET} subscribe`,
      `${JULIET} to ${ROMEO} subscribed`,
      `${JULIET}/balcony to ${ROMEO} available`,
    ]);
    expect(heard(balcony, 0)).toEqual([]);
    expect(rosterOf(juliet)).toEqual([`${ROMEO} from approved`]);
  });
  test('§3.2.2 taken back', () => {
    const { romeo, juliet, step } = town();
    juliet.approve(ROMEO);
    juliet.deny(ROMEO);
    romeo.subscribe(JULIET);
    step();
    expect(juliet.requests()).toHaveLength(1);
  });
});

describe('§4.2 initial presence', () => {
  test('§4.2.2, §4.2.3 told to who may see, asked of who may be seen', () => {
    const friends = town();
    befriend(friends);
    const { romeo, juliet, step, crossed } = friends;
    const orchard = romeo.login('orchard');
    step();
    crossed();
    const balcony = juliet.login('balcony', { show: 'chat', status: 'here', priority: 5 });
    step();
    expect(crossed()).toEqual([
      `${JULIET}/balcony to ${ROMEO} available chat 5 here`,
      `${JULIET} to ${ROMEO} probe`,
      `${ROMEO}/orchard to ${JULIET} available`,
    ]);
    expect(seen(orchard, JULIET)).toEqual(['balcony chat here']);
    expect(seen(balcony, ROMEO)).toEqual(['orchard']);
  });

  test('§4.2.2 its own resources see each other, and themselves', () => {
    const { juliet } = town();
    const balcony = juliet.login('balcony', { show: 'away' });
    const chamber = juliet.login('chamber');
    for (const client of [balcony, chamber])
      expect([...seen(client, JULIET)].toSorted()).toEqual(['balcony away', 'chamber']);
  });

  test('only who may see is told', () => {
    const { romeo, juliet, step, crossed } = town();
    romeo.login('orchard');
    juliet.login('balcony');
    step();
    expect(crossed()).toEqual([]);
  });
});

describe('§4.3.2 probes', () => {
  const probe = (from: string, to: string) =>
    presenceElement({ from: jid(from), to: jid(to), type: 'probe', id: 'probe1' });

  test('who may not see: §4.3.2.1 the id of the probe, and no approval is lost by it', () => {
    const { verona, mantua, juliet, step, crossed } = town();
    juliet.login('balcony');
    mantua.script.user('juliet').approve(ROMEO);
    verona.script.sendElement(probe(ROMEO, JULIET));
    step();
    expect(crossed()[1]).toBe(`${JULIET} to ${ROMEO} unsubscribed`);
    expect(rosterOf(juliet)).toEqual([`${ROMEO} none approved`]);
  });
  test('§8.5.1 of nobody', () => {
    const { verona, step, crossed } = town();
    verona.script.sendElement(probe(ROMEO, 'nobody@example.com/x'));
    step();
    expect(crossed()[1]).toBe(`nobody@example.com to ${ROMEO} unsubscribed`);
  });
  test('a user who is gone, and since when', () => {
    const friends = town();
    befriend(friends);
    const { net, romeo, juliet, step } = friends;
    juliet.login('balcony').logout();
    step();
    net.pass(60_000);
    const orchard = romeo.login('orchard');
    step();
    const last = orchard.heard.at(-1);
    expect(last === undefined ? '' : said(last)).toBe(`${JULIET} to ${ROMEO} unavailable`);
    expect(delayOf(last?.element ?? probe(ROMEO, JULIET))).toBe(START);
  });
  test('each resource as it last said it, §4.3.2.1 under the id it said it with', () => {
    const friends = town();
    befriend(friends);
    const { romeo, juliet, step } = friends;
    const orchard = romeo.login('orchard');
    step();
    const chamber = juliet.login('chamber');
    juliet.login('balcony').setPresence({ show: 'xa', status: 'stepped away', idleSince: START });
    chamber.setPresence({ show: 'dnd' });
    step();
    const ids = new Set(orchard.sees(JULIET).map(({ id }) => id));
    orchard.logout();
    const garden = romeo.login('garden');
    step();
    expect(seen(garden, JULIET)).toEqual(['chamber dnd', 'balcony xa stepped away']);
    expect(new Set(garden.sees(JULIET).map(({ id }) => id))).toEqual(ids);
    const [, balcony] = garden.sees(JULIET);
    expect(balcony === undefined ? undefined : idleSinceOf(balcony.element)).toBe(START);
  });
  test.each([
    ['balcony', 'available'],
    ['attic', 'unavailable'],
  ])('§4.3.2 of a full address, %s: %s and no more', (resource, answer) => {
    const friends = town();
    befriend(friends);
    const { verona, juliet, step, crossed } = friends;
    juliet.login('balcony', { show: 'dnd' });
    juliet.login('chamber');
    step();
    crossed();
    verona.script.sendElement(probe(ROMEO, `${JULIET}/${resource}`));
    step();
    expect(crossed()[1]).toBe(`${JULIET}/${resource} to ${ROMEO} ${answer}`);
  });
  test('after a restart: the other side is asked, and the ghost is gone', () => {
    const friends = town();
    befriend(friends);
    const { romeo, juliet, mantua, step, crossed } = friends;
    const balcony = juliet.login('balcony');
    const orchard = romeo.login('orchard');
    step();
    mantua.script.restart();
    step();
    crossed();
    expect(balcony.isConnected).toBe(false);
    expect(() => balcony.setPresence({})).toThrow('is not connected');
    expect(seen(orchard, JULIET)).toEqual(['balcony']);
    romeo.login('garden');
    step();
    expect(crossed()).toContain(`${JULIET} to ${ROMEO} unavailable`);
    expect(seen(orchard, JULIET)).toEqual([]);
    expect(rosterOf(juliet)).toEqual([`${ROMEO} both`]);
    expect(seen(juliet.login('balcony'), ROMEO)).toEqual([]);
    step();
    expect(juliet.clients.map((client) => seen(client, ROMEO))).toEqual([['orchard', 'garden']]);
  });
});

describe('§4.4 to §4.5 later presence', () => {
  test('§4.4.2, §4.4.3 a change is told to contacts and to the own resources', () => {
    const friends = town();
    befriend(friends);
    const { romeo, juliet, step, crossed } = friends;
    const orchard = romeo.login('orchard');
    const balcony = juliet.login('balcony');
    const chamber = juliet.login('chamber');
    step();
    crossed();
    balcony.setPresence({ show: 'away', priority: -1 });
    step();
    expect(crossed()).toEqual([`${JULIET}/balcony to ${ROMEO} available away -1`]);
    expect(seen(orchard, JULIET)).toEqual(['chamber', 'balcony away']);
    expect(seen(chamber, JULIET)).toContain('balcony away');
  });

  test('§4.5.2, §4.5.3 going, with a reason', () => {
    const friends = town();
    befriend(friends);
    const { romeo, juliet, step, crossed } = friends;
    const orchard = romeo.login('orchard');
    const balcony = juliet.login('balcony');
    const chamber = juliet.login('chamber');
    step();
    crossed();
    balcony.setUnavailable('gone to mass');
    step();
    expect(crossed()).toEqual([`${JULIET}/balcony to ${ROMEO} unavailable gone to mass`]);
    expect(seen(orchard, JULIET)).toEqual(['chamber']);
    expect(seen(chamber, JULIET)).toEqual(['chamber']);
    expect(orchard.last(`${JULIET}/balcony`)?.type).toBe('unavailable');
    expect(balcony.isConnected).toBe(true);
    expect(juliet.clients).toHaveLength(2);
    balcony.logout();
    step();
    expect(crossed()).toEqual([]);
    expect(juliet.clients).toEqual([chamber]);
  });

  test('§4.5.4 what comes from the bare address is about every resource', () => {
    const friends = town();
    befriend(friends);
    const { mantua, romeo, juliet, step } = friends;
    const orchard = romeo.login('orchard');
    juliet.login('balcony');
    juliet.login('chamber');
    step();
    mantua.script.sendElement(
      presenceElement({ from: jid(JULIET), to: jid(ROMEO), type: 'unavailable' }),
    );
    step();
    expect(seen(orchard, JULIET)).toEqual([]);
  });
});

describe('§4.6 directed presence', () => {
  test('§4.6.1, §4.6.3 told alone: no changes, but that it goes', () => {
    const { romeo, juliet, step, crossed } = town();
    const orchard = romeo.login('orchard');
    const balcony = juliet.login('balcony');
    balcony.direct(`${ROMEO}/orchard`, { show: 'chat' });
    step();
    balcony.setPresence({ show: 'dnd' });
    step();
    expect(seen(orchard, JULIET)).toEqual(['balcony chat']);
    balcony.logout('away');
    step();
    expect(crossed()).toEqual([
      `${JULIET}/balcony to ${ROMEO}/orchard available chat`,
      `${JULIET}/balcony to ${ROMEO}/orchard unavailable away`,
    ]);
    expect(seen(orchard, JULIET)).toEqual([]);
  });
  test('§4.6.3 from a client that is not available, and taken back', () => {
    const { romeo, juliet, step, crossed } = town();
    romeo.login('orchard');
    const balcony = juliet.connect('balcony');
    balcony.direct(ROMEO);
    balcony.direct(ROMEO, 'unavailable');
    balcony.logout();
    step();
    expect(crossed()).toEqual([
      `${JULIET}/balcony to ${ROMEO} available`,
      `${JULIET}/balcony to ${ROMEO} unavailable`,
    ]);
  });
  test('§4.6.3 one who may see is told of the end once', () => {
    const friends = town();
    befriend(friends);
    const { juliet, step, crossed } = friends;
    const balcony = juliet.login('balcony');
    balcony.direct(`${ROMEO}/orchard`);
    step();
    crossed();
    balcony.logout();
    step();
    expect(crossed()).toEqual([`${JULIET}/balcony to ${ROMEO} unavailable`]);
  });
  test('§4.6.6 a probe of one who was told learns that, and a stranger nothing', () => {
    const { verona, juliet, step, crossed } = town();
    const balcony = juliet.login('balcony', { show: 'dnd' });
    juliet.login('chamber');
    balcony.direct(ROMEO);
    for (const [from, to] of [
      [ROMEO, `${JULIET}/balcony`],
      [ROMEO, JULIET],
      [ROMEO, `${JULIET}/chamber`],
      ['mercutio@example.net', `${JULIET}/balcony`],
    ] as const)
      verona.script.sendElement(
        presenceElement({ from: jid(from), to: jid(to), type: 'probe', id: `to ${to}` }),
      );
    step();
    expect(crossed().filter((line) => line.startsWith(JULIET))).toEqual([
      `${JULIET}/balcony to ${ROMEO} available`,
      `${JULIET}/balcony to ${ROMEO} available`,
      `${JULIET}/balcony to ${ROMEO} available`,
      `${JULIET} to ${ROMEO} unsubscribed`,
      `${JULIET} to mercutio@example.net unsubscribed`,
    ]);
  });
});

describe('§8.5 whom a stanza is for', () => {
  test.each([
    'subscribe',
    'subscribed',
    'unsubscribe',
    'unsubscribed',
    'available',
    'unavailable',
  ] as const)('§8.5.1 %s to nobody is ignored', (type) => {
    const { verona, step, crossed } = town();
    verona.script.sendElement(
      presenceElement({ from: jid(ROMEO), to: jid('nobody@example.com'), type }),
    );
    step();
    expect(crossed()).toHaveLength(1);
  });
  test('§8.5.3.2.2 an approval for a resource that is not there is ignored, a request is not', () => {
    const { verona, juliet, step } = town();
    juliet.subscribe(ROMEO);
    for (const type of ['subscribed', 'subscribe'] as const)
      verona.script.sendElement(
        presenceElement({ from: jid(ROMEO), to: jid(`${JULIET}/attic`), type }),
      );
    step();
    expect(rosterOf(juliet)).toEqual([`${ROMEO} none ask`]);
    expect(juliet.requests()).toHaveLength(1);
  });
  test('§8.5.2 a message finds a client that wants it', () => {
    const { verona, mantua, juliet, step } = town();
    const send = (to: string): void => {
      verona.script.send({ from: ROMEO, to, text: to });
      step();
    };
    verona.script.user('romeo');
    send(JULIET);
    const balcony = juliet.login('balcony', { priority: -1 });
    send(JULIET);
    send(`${JULIET}/balcony`);
    balcony.setPresence({ priority: 0 });
    send(JULIET);
    expect(mantua.script.texts('juliet')).toEqual([`${JULIET}/balcony`, JULIET]);
    expect(verona.script.errors('romeo').map(({ error }) => error?.condition)).toEqual([
      'service-unavailable',
      'service-unavailable',
    ]);
  });
});

describe('two users of one domain', () => {
  test('§3.1.2, §4.3.1 all the same, and nothing on the wire', () => {
    const { mantua, juliet, step, crossed } = town();
    const nurse = mantua.script.user('nurse');
    const hall = nurse.login('hall');
    const balcony = juliet.login('balcony');
    nurse.answerRequests('approve-and-subscribe');
    juliet.answerRequests('approve');
    juliet.subscribe(nurse.address);
    expect([rosterOf(juliet), rosterOf(nurse)]).toEqual([
      ['nurse@example.com both'],
      [`${JULIET} both`],
    ]);
    expect([seen(balcony, nurse.address), seen(hall, JULIET)]).toEqual([['hall'], ['balcony']]);
    balcony.logout();
    expect(seen(hall, JULIET)).toEqual([]);
    expect(seen(juliet.login('balcony'), nurse.address)).toEqual(['hall']);
    step();
    expect(crossed()).toEqual([]);
  });
});

describe('bounds', () => {
  test('what one client keeps of others', () => {
    const { verona, romeo, juliet, step } = town({ view: 3, heard: 4 });
    const balcony = juliet.login('balcony');
    for (let i = 0; i < 10; i += 1) {
      const from = jid(`${ROMEO}/r${i}`);
      verona.script.sendElement(presenceElement({ from, to: jid(JULIET), type: 'available' }));
    }
    step();
    expect(seen(balcony, ROMEO)).toEqual(['r7', 'r8', 'r9']);
    expect(balcony.heard).toHaveLength(4);
    expect(romeo.roster()).toEqual([]);
  });
});

describe('a host that is wrong', () => {
  test('RFC 6120 §7.7.2 a resource that is connected', () => {
    const { juliet } = town();
    juliet.login('balcony');
    expect(() => juliet.login('balcony')).toThrow('juliet@example.com/balcony is connected.');
  });
  test.each(['', '\u0000'])('%j is no resource', (resource) => {
    expect(() => town().juliet.login(resource)).toThrow('No resource is');
  });
  test.each(['', 'a@b', ' '])('%j is no user', (local) => {
    expect(() => town().mantua.script.user(local)).toThrow('No user is');
  });
  test('no address', () => {
    expect(() => town().juliet.subscribe('@')).toThrow('@: ');
  });
  test('RFC 6121 §2.1.2 the same user, by whatever spelling', () => {
    const { mantua, juliet } = town();
    expect(mantua.script.user('JULIET')).toBe(juliet);
  });
});
