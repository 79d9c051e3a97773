// What becomes of presence where the host fails to look at it, or takes its time: whoever waits is told within a bound, what
// two people send keeps its order, and nothing stays behind.
import type { CrossingVerdict } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { policyOf } from '@interwork/policy/testing';
import {
  asks,
  JULIET,
  looking,
  noteOf,
  of,
  OPEN,
  openStore,
  OUT,
  PASS,
  ROMEO,
  SETTLED,
  told,
  watches,
} from './hook-presence-town.ts';
import type { PresenceTown } from './presence-town.ts';

describe('a hook that fails', () => {
  const HOOKS: readonly [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
    ['answers nothing', () => undefined],
    ['never answers', () => new Promise(() => {})],
  ];
  it.each(HOOKS)('that %s: who asks is told within the bound, either way', (_what, hook) => {
    const { town } = looking(of('request', hook));
    asks(town);
    town.romeo.watch(JULIET);
    town.pass(6_000);
    expect(town.romeo.pendingWatchers).toEqual([]);
    expect(town.juliet.requests()).toEqual([]);
    expect(told(town)).toContain('xmpp-to-sip refused host-failed resource-constraint');
    expect(told(town)).toContain('sip-to-xmpp refused host-failed 480');
    expect(town.gateway.sizes.duties).toBe(0);
  });

  it('RFC 5057 §5.1: within a dialog the answer leaves that dialog as it is', () => {
    const { town } = looking(({ text }) => (text === 'secret' ? { result: 'failed' } : PASS));
    asks(town);
    town.romeo.allow(JULIET);
    town.pass(SETTLED);
    town.romeo.setDocument(OPEN.replace('at lunch', 'secret'));
    town.pass(SETTLED);
    expect(told(town)).toContain('sip-to-xmpp refused host-failed 500');
  });

  it('whose answer comes too late changes nothing any more', async () => {
    let answer: (verdict: CrossingVerdict) => void = () => {};
    const { town } = looking(({ what }) =>
      what === 'request' ? new Promise((resolve) => (answer = resolve)) : PASS,
    );
    asks(town);
    town.pass(6_000);
    answer(PASS);
    await new Promise((resolve) => setImmediate(resolve));
    town.pass(SETTLED);
    expect(town.romeo.pendingWatchers).toEqual([]);
    expect(told(town)).toEqual(['xmpp-to-sip refused host-failed resource-constraint']);
  });

  it('is not waited for at the end: everything has its outcome', async () => {
    const { town } = looking(() => new Promise(() => {}));
    asks(town);
    const closed = town.close();
    for (let at = 0; at < 20; at++) {
      town.pass(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;
    expect(told(town)).toEqual(['xmpp-to-sip refused host-failed resource-constraint']);
  });
});

describe('order', () => {
  it('what is shown and what takes it back arrive as they were sent, however long the host looks', async () => {
    const waiting: ((verdict: CrossingVerdict) => void)[] = [];
    let isSlow = false;
    const { town } = looking(() =>
      isSlow ? new Promise((resolve) => void waiting.push(resolve)) : PASS,
    );
    watches(town);
    town.juliet.approve(ROMEO);
    town.pass(SETTLED);
    isSlow = true;
    town.juliet.clients[0]?.setPresence({ status: 'one' });
    town.pass(10);
    town.juliet.clients[0]?.setPresence({ status: 'two' });
    town.pass(10);
    town.juliet.clients[0]?.logout();
    town.pass();
    expect([noteOf(town), waiting.length]).toEqual(['reading', 1]);
    for (let at = 0; at < 2; at++) {
      waiting[at]?.(PASS);
      await new Promise((resolve) => setImmediate(resolve));
      town.pass();
    }
    town.pass(SETTLED);
    expect([waiting.length, noteOf(town)]).toEqual([2, undefined]);
    expect(town.romeo.sees(JULIET).document).toContain('closed');
  });

  it('each pair of people waits by itself', () => {
    const { town, asked } = looking(({ from }) => (from === JULIET ? new Promise(() => {}) : PASS));
    const nurse = town.xmpp.user('nurse');
    asks(town);
    nurse.login('kitchen');
    nurse.subscribe(ROMEO);
    town.pass();
    expect(asked).toHaveLength(2);
    expect(town.romeo.pendingWatchers).toEqual(['nurse@example.com']);
  });
});

describe('where there is no room to wait', () => {
  const FULL = { gateway: { limits: { waiting: 1 } } };

  it('who asks is told, and nothing of it stays', () => {
    const { records, store } = openStore();
    const { town } = looking(({ from }) => (from === JULIET ? PASS : new Promise(() => {})), {
      ...FULL,
      store,
    });
    const nurse = town.xmpp.user('nurse');
    nurse.login('kitchen');
    nurse.subscribe(ROMEO);
    town.pass(10);
    asks(town);
    expect(told(town)).toEqual(['xmpp-to-sip refused queue-full resource-constraint']);
    town.pass(SETTLED);
    expect(records(town)).toBe(0);
  });

  it('what takes back passes at once', () => {
    let isSlow = false;
    const { town } = looking(() => (isSlow ? new Promise(() => {}) : PASS), FULL);
    watches(town);
    town.juliet.approve(ROMEO);
    town.pass(SETTLED);
    isSlow = true;
    town.juliet.clients[0]?.setPresence({ status: 'secret' });
    town.pass(10);
    town.juliet.clients[0]?.logout();
    town.pass(4_000);
    expect(town.romeo.sees(JULIET).document).toContain('closed');
  });
});

describe('a request that is kept while the host looks', () => {
  /** A process that has kept what Juliet asks, and ends. */
  function ended(more: (town: PresenceTown) => void = () => {}) {
    const { records, store } = openStore();
    let isSilent = true;
    const { town, asked } = looking(() => (isSilent ? new Promise(() => {}) : PASS), { store });
    asks(town);
    more(town);
    expect(records(town)).toBe(1);
    isSilent = false;
    town.restart();
    return { asked, records, town };
  }

  it('is asked about by the next process', () => {
    const { asked, town } = ended();
    town.pass(SETTLED);
    expect(asked).toEqual([OUT('request'), OUT('request')]);
    expect(town.romeo.pendingWatchers).toHaveLength(1);
  });

  it('is refused by it where policy has changed, and stays no longer', () => {
    const { asked, records, town } = ended();
    town.replacePolicy(policyOf({ rules: [] }));
    town.pass(SETTLED);
    expect([asked.length, records(town)]).toEqual([1, 0]);
    expect(town.romeo.pendingWatchers).toEqual([]);
  });

  it('is forgotten where it was taken back meanwhile', () => {
    const { asked, records, town } = ended((before) => {
      before.juliet.unsubscribe(ROMEO);
      before.pass(10);
    });
    town.pass(SETTLED);
    expect([asked.length, town.romeo.pendingWatchers]).toEqual([1, []]);
    expect(records(town)).toBe(0);
  });

  it.each(['keys', 'read'] as const)(
    'nor is it where the next process is told so before it has found it: slow %s',
    (slow) => {
      let isSlow = false;
      let isSilent = true;
      const { records, store } = openStore();
      const slowly: typeof store = (world) => {
        const ask = store(world);
        return (request, reply) =>
          void world.clock.after(isSlow && request.kind === slow ? 3_000 : 0, () =>
            ask(request, reply),
          );
      };
      const { town } = looking(() => (isSilent ? new Promise(() => {}) : PASS), { store: slowly });
      asks(town);
      [isSilent, isSlow] = [false, true];
      town.restart();
      town.pass(500);
      town.juliet.unsubscribe(ROMEO);
      town.pass(2 * SETTLED);
      expect([town.romeo.pendingWatchers, records(town)]).toEqual([[], 0]);
    },
  );

  it('is still known where another one like it goes on before', async () => {
    const { records, store } = openStore();
    const waiting: ((verdict: CrossingVerdict) => void)[] = [];
    let isSilent = true;
    const { asked, town } = looking(
      () => (isSilent ? new Promise((resolve) => void waiting.push(resolve)) : PASS),
      { store },
    );
    asks(town);
    town.juliet.unsubscribe(ROMEO);
    town.pass(50);
    town.juliet.subscribe(ROMEO);
    town.pass(50);
    waiting[0]?.(PASS);
    await new Promise((resolve) => setImmediate(resolve));
    town.pass();
    expect([asked.length, records(town)]).toEqual([2, 1]);
    isSilent = false;
    town.restart();
    town.pass(SETTLED);
    expect(asked).toHaveLength(3);
    expect(town.romeo.pendingWatchers).toEqual([JULIET]);
  });

  it('is left to the next process where it takes back, and this one closes', async () => {
    const { records, store } = openStore();
    const { town } = looking(() => new Promise(() => {}), { store });
    asks(town);
    town.juliet.unsubscribe(ROMEO);
    town.pass(10);
    const closed = town.close();
    for (let at = 0; at < 20; at++) {
      town.pass(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;
    expect(records(town)).toBe(1);
    town.restart();
    town.pass(SETTLED);
    expect(records(town)).toBe(0);
  });

  it('is not asked about again once it was refused', () => {
    const { records, store } = openStore();
    const { town } = looking(of('request', { result: 'refuse' }), { store });
    asks(town);
    expect(records(town)).toBe(0);
  });

  it('nor where it was refused for want of room, once the host had looked', async () => {
    const { records, store } = openStore();
    let isSlow = false;
    const slowly: typeof store = (world) => {
      const ask = store(world);
      return (request, reply) =>
        void (isSlow ? world.clock.after(3_000, () => ask(request, reply)) : ask(request, reply));
    };
    let pass: () => void = () => {};
    const first = new Promise<CrossingVerdict>((resolve) => (pass = () => resolve(PASS)));
    const { town } = looking(({ from }) => (from === JULIET ? first : PASS), {
      store: slowly,
      gateway: { limits: { perLink: 2 } },
    });
    asks(town);
    isSlow = true;
    for (const name of ['nurse', 'tybalt']) {
      const other = town.xmpp.user(name);
      other.login('kitchen');
      other.subscribe(ROMEO);
      town.pass(20);
    }
    pass();
    await new Promise((resolve) => setImmediate(resolve));
    town.pass(100);
    isSlow = false;
    town.pass(SETTLED);
    expect(told(town)).toContain('xmpp-to-sip refused state-unavailable resource-constraint');
    expect(records(town)).toBe(2);
    town.restart();
    town.pass(SETTLED);
    expect(town.romeo.pendingWatchers).not.toContain(JULIET);
  });
});
