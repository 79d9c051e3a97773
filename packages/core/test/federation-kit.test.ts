// The test kit as its users use it: a federation in one call, scripted users, matchers, time, faults and a host's own
// gateway. Everything is virtual, and everything is checked from both ends.
import { describe, expect, it } from 'vitest';
import { Gateway, wire } from '@interwork/core';
import {
  accountOf,
  assertAskedBy,
  assertDelivered,
  assertLost,
  assertReceives,
  assertRefusedBy,
  assertSees,
  type FaultName,
  type Federation,
  federation,
  type FederationOptions,
  type Message,
  type User,
} from '@interwork/core/testing';
import { type FederationMatchers, matchers } from '@interwork/core/testing/vitest';

declare module 'vitest' {
  interface Matchers<T> extends FederationMatchers {
    readonly of?: T;
  }
}
expect.extend(matchers);

/** Over UDP a copy of a request that comes after a crash is a new request. */
const IN_LIFE: readonly FaultName[] = [
  'loss',
  'delay',
  'duplication',
  'reordering',
  'split-reads',
  'reset',
  'stall',
  'partition',
  'dns-fails',
  'dns-lies',
  'expired-certificate',
  'restart',
];
const DAY = 24 * 60 * 60 * 1000;

function people(options?: FederationOptions): {
  readonly f: Federation;
  readonly alice: User;
  readonly bob: User;
} {
  const f = federation(options);
  return { f, alice: f.user('alice'), bob: f.user('bob') };
}

/** A message each way, one after the other. */
async function each(alice: User, bob: User, text: string): Promise<readonly Message[]> {
  return [await alice.sends(bob, `${text} >`), await bob.sends(alice, `${text} <`)];
}

describe('a federation', () => {
  it('carries messages both ways, and says what became of each', async () => {
    const { f, alice, bob } = people();
    const [there, back] = await Promise.all([
      alice.sends(bob, 'Hello', { subject: 'Lunch' }),
      bob.sends(alice, 'Hi'),
    ]);
    expect(there).toBeDelivered();
    expect(back).toBeDelivered();
    expect([there.answer, back.answer]).toEqual(['202', undefined]);
    expect(there.by).toEqual(['everybody']);
    expect(bob.inbox).toMatchObject([{ from: alice.address, text: 'Hello', subject: 'Lunch' }]);
    expect(alice.inbox).toMatchObject([{ from: bob.address, text: 'Hi', subject: undefined }]);
    expect(f.messages).toEqual([there, back]);
    await expect(bob).toReceive('Hello');
    await f.close();
  });

  it('keeps a conversation in its thread', async () => {
    const { alice, bob } = people();
    const thread = 'a thread of ours';
    expect(await bob.sends(alice, 'one', { thread })).toBeDelivered();
    expect(await bob.sends(alice, 'two', { thread })).toBeDelivered();
    expect(await alice.sends(bob, 'three', { thread: 'w1' })).toBeDelivered();
  });

  it('carries contacts and presence both ways', async () => {
    const { alice, bob } = people();
    alice.adds(bob);
    await expect(bob).toBeAskedBy(alice);
    expect(alice.sees(bob)).toEqual({ show: 'offline', note: undefined });
    bob.accepts(alice);
    await expect(alice).toSee(bob, 'available');
    bob.shows('away', 'lunch');
    await expect(alice).toSee(bob, 'away', 'lunch');
    bob.adds(alice);
    await expect(alice).toBeAskedBy(bob);
    alice.accepts(bob);
    alice.shows('dnd');
    await expect(bob).toSee(alice, 'dnd');
    alice.shows('offline');
    bob.shows('offline');
    await expect(alice).toSee(bob, 'offline');
    bob.shows('available');
    await expect(alice).toSee(bob, 'available');
    bob.declines(alice);
    await expect(alice).toSee(bob, 'offline');
    bob.removes(alice);
    alice.removes(bob);
  });

  it('names users by address, and by name where that is enough', () => {
    const f = federation({
      companies: {
        'a.example': { speaks: 'sip', users: ['eve'] },
        'b.example': { speaks: 'xmpp', users: ['eve', 'dan'] },
      },
    });
    expect(f.user('dan').address).toBe('dan@b.example');
    expect(f.user('new@a.example').address).toBe('new@a.example');
    expect(() => f.user('eve')).toThrow(/2 companies have a user eve/);
    expect(() => f.user('nobody')).toThrow(/0 companies/);
    expect(() => f.user('x@c.example')).toThrow(/no company c\.example/);
  });

  it('has as many companies as are named, and a policy between them', async () => {
    const f = federation({
      companies: {
        'contoso.example': { speaks: 'sip', users: ['alice'] },
        'litware.example': { speaks: 'sip', users: ['dave'] },
        'gtalk.example': { speaks: 'xmpp', users: ['bob'] },
        'spam.example': { speaks: 'xmpp', users: ['mallory'] },
      },
      policy: {
        rules: [
          { id: 'no-spam', effect: 'forbid', domains: ['spam.example'] },
          { id: 'partners', effect: 'permit', domains: ['*'] },
        ],
      },
    });
    const [alice, bob, dave] = [f.user('alice'), f.user('bob'), f.user('dave')];
    const spam = await f.user('mallory').sends(alice, 'buy');
    expect(spam).toBeRefusedBy('no-spam');
    expect(spam).toBeRefusedBy('policy');
    expect(spam).not.toBeRefusedBy('partners');
    expect(await alice.sends('mallory@spam.example', 'no')).toBeRefusedBy('no-spam');
    for (const [from, to] of [
      [alice, bob],
      [dave, bob],
      [bob, dave],
    ] as const)
      expect(await from.sends(to, 'Hello')).toBeDelivered();
    f.replacePolicy({ rules: [{ id: 'shut', effect: 'forbid', domains: ['*'] }] });
    expect(await dave.sends(bob, 'Hello again')).toBeRefusedBy('shut');
  });

  it('plays the same bytes for the same script', async () => {
    const run = async (): Promise<unknown> => {
      const { f, alice, bob } = people({ transport: 'udp', seed: 3 });
      f.storm(30_000);
      for (const at of [1, 2, 3]) await each(alice, bob, `${at}`);
      return f.sent;
    };
    const [one, other] = [await run(), await run()];
    expect(one).toEqual(other);
  });

  it('lets days pass at once', async () => {
    const { f, alice, bob } = people();
    alice.adds(bob);
    bob.accepts(alice);
    await expect(alice).toSee(bob, 'available');
    const before = f.now;
    await f.passes(DAY / 4);
    expect(f.now - before).toBe(DAY / 4);
    bob.shows('xa');
    await expect(alice).toSee(bob, 'xa');
  });
});

describe('what goes wrong', () => {
  it.each([
    ['loss', {}],
    ['delay', { ms: 90 }],
    ['duplication', { share: 0.9 }],
    ['reordering', {}],
    ['split-reads', {}],
  ] as const)('%s of the network is made up for', async (name, shape) => {
    const { f, alice, bob } = people({ transport: 'udp' });
    const fault = f.fault(name, shape);
    for (const text of ['one', 'two', 'three'])
      for (const message of await each(alice, bob, text)) expect(message).toBeDelivered();
    fault.end();
    expect(await alice.sends(bob, 'calm')).toBeDelivered();
  });

  it.each(['contoso.example', 'gtalk.example'])(
    '%s: reset, and a restart, are got over',
    async (of) => {
      const { f, alice, bob } = people();
      await each(alice, bob, 'before');
      f.fault('reset', { of });
      await f.passes(100);
      for (const message of await each(alice, bob, 'after the reset'))
        expect(message).toBeDelivered();
      alice.adds(bob);
      bob.accepts(alice);
      await expect(alice).toSee(bob, 'available');
      f.fault('restart', { of });
      await f.passes(100);
      for (const message of await each(alice, bob, 'after the restart'))
        expect(message).toBeDelivered();
      bob.shows('away');
      await expect(alice).toSee(bob, 'away');
    },
  );

  it('a partition is told to the sender, if late, and a stall is got over', async () => {
    const { f, alice, bob } = people();
    await each(alice, bob, 'before');
    const fault = f.fault('partition', { of: 'gtalk.example' });
    const message = await alice.sends(bob, 'Is anybody there?');
    expect(message).toMatchObject({ outcome: 'failed', answer: '202', received: 0 });
    expect(alice.inbox.at(-1)?.text).toMatch(/may not have arrived/);
    fault.end();
    await f.passes(60_000);
    f.fault('stall', { of: 'gtalk.example' });
    expect(await alice.sends(bob, 'Now?')).toBeDelivered();
  });

  it('one way of a partition is enough', async () => {
    const { f, alice, bob } = people();
    f.fault('partition', { of: 'contoso.example', way: 'to' });
    expect(await bob.sends(alice, 'Hello')).toMatchObject({ outcome: 'failed', received: 0 });
    f.calm();
    await f.passes(60_000);
    expect(await bob.sends(alice, 'Hello again')).toBeDelivered();
  });

  it('DNS fails, lies, and says the truth again', async () => {
    const { f, alice, bob } = people();
    const fails = f.fault('dns-fails', { of: 'gtalk.example' });
    expect(await alice.sends(bob, 'one')).toMatchObject({ outcome: 'failed' });
    fails.end();
    f.dns.says('contoso.example', 'nothing');
    expect(await bob.sends(alice, 'two')).toMatchObject({ outcome: 'failed' });
    f.dns.says('contoso.example', 'truth');
    await f.passes(60_000);
    expect(await bob.sends(alice, 'three')).toBeDelivered();
  });

  it('DNS that leads to somebody else gives nothing away', async () => {
    const f = federation({
      companies: {
        'contoso.example': { speaks: 'sip', users: ['alice'] },
        'gtalk.example': { speaks: 'xmpp', users: ['bob'] },
        'evil.example': { speaks: 'xmpp', users: ['bob'] },
      },
    });
    f.fault('dns-lies', { of: 'gtalk.example', to: 'evil.example' });
    const message = await f.user('alice').sends('bob@gtalk.example', 'a secret');
    expect(message.outcome).toBe('failed');
    expect(f.user('bob@evil.example').inbox).toEqual([]);
  });

  it('a certificate expires, by a fault or in time', async () => {
    const { f, alice, bob } = people();
    expect(await alice.sends(bob, 'one')).toBeDelivered();
    const fault = f.fault('expired-certificate', { of: 'contoso.example' });
    await f.passes(100);
    expect(await alice.sends(bob, 'two')).toMatchObject({ outcome: 'failed' });
    expect(f.traces.flatMap((one) => (one.kind === 'peer' ? one.faults : []))).toMatchObject([
      { field: 'validity.notAfter' },
    ]);
    fault.end();
    await f.passes(60_000);
    expect(await alice.sends(bob, 'three')).toBeDelivered();
  });

  it.each(['self-signed', 'other-name', 'forged-chain'] as const)(
    'a company with a certificate %s is not believed',
    async (certificate) => {
      const { alice, bob } = people({
        companies: {
          'contoso.example': { speaks: 'sip', users: ['alice'], certificate },
          'gtalk.example': { speaks: 'xmpp', users: ['bob'] },
        },
      });
      expect((await alice.sends(bob, 'Hello')).outcome).not.toBe('delivered');
      expect(bob.inbox).toEqual([]);
    },
  );

  it('a gateway crashes, and the next one goes on with what the store has', async () => {
    const { f, alice, bob } = people();
    alice.adds(bob);
    bob.accepts(alice);
    await expect(alice).toSee(bob, 'available');
    f.fault('gateway-crash').end();
    bob.shows('dnd');
    await expect(alice).toSee(bob, 'dnd');
    for (const message of await each(alice, bob, 'again')) expect(message).toBeDelivered();
  });

  it.each(Array.from({ length: 12 }, (_, at) => at + 1))(
    'storm %i ends, and then everything is carried',
    async (seed) => {
      const { f, alice, bob } = people({ seed, transport: 'udp' });
      f.storm(60_000, { faults: IN_LIFE });
      for (const text of ['one', 'two', 'three', 'four'])
        for (const message of await each(alice, bob, text)) {
          expect(message.received, accountOf(message)).toBeLessThan(2);
          await f.passes(5_000);
        }
      await f.passes(120_000);
      for (const message of await each(alice, bob, 'fair')) expect(message).toBeDelivered();
    },
  );
});

describe('a host’s own gateway', () => {
  it('runs inside unchanged, over the edges it is given', async () => {
    const rewritten: string[] = [];
    const { f, alice, bob } = people({
      host: ({ edges, timing, options, hooks, recording }) =>
        wire(recording.over(new Gateway({ ...options, instance: 'mine' })), edges, timing, {
          ...hooks,
          onTrace: (trace) => {
            rewritten.push(trace.kind);
            hooks.onTrace?.(trace);
          },
        }),
    });
    for (const message of await each(alice, bob, 'Hello')) expect(message).toBeDelivered();
    expect(rewritten).toEqual(['crossing', 'crossing']);
    expect(f.ladder.steps.filter(({ kind }) => kind === 'told')).toHaveLength(2);
    await f.close();
  });

  it('need not tell of what it does', async () => {
    const { alice, bob } = people({
      host: ({ edges, timing, options, hooks: { route, store } }) =>
        wire(new Gateway(options), edges, timing, {
          ...(route === undefined ? {} : { route }),
          ...(store === undefined ? {} : { store }),
        }),
    });
    const message = await alice.sends(bob, 'Hello');
    expect(message).toBeDelivered();
    expect([message.traces, message.ladder]).toEqual([[], '']);
  });

  it('that loses a message is found out', async () => {
    const { alice, bob } = people({
      host: ({ edges, timing, options, hooks }) => {
        const deaf = { ...edges.xmpp, send: () => {} };
        return wire(new Gateway(options), { ...edges, xmpp: deaf }, timing, hooks);
      },
    });
    const message = await alice.sends(bob, 'Hello');
    expect(message.outcome).toBe('failed');
    expect(message).not.toBeDelivered();
  });
});

describe('plain assertions', () => {
  it('hold where the matchers do, and tell what there is instead', async () => {
    const { f, alice, bob } = people();
    const message = await alice.sends(bob, 'Hello');
    assertDelivered(message);
    await assertReceives(bob, 'Hello');
    alice.adds(bob);
    await assertAskedBy(bob, alice);
    bob.accepts(alice);
    await assertSees(alice, bob, 'available');
    expect(() => assertRefusedBy(message, 'no-spam')).toThrow(
      /should be refused by no-spam[^]*outcome: delivered[^]*once[^]*202[^]*by RFC 7572 §5; policy rules everybody; proof certificate[^]*MESSAGE[^]*202/,
    );
    expect(() => assertLost(message, 'type')).toThrow(/should have lost type/);
    await expect(assertReceives(bob, 'Bye')).rejects.toThrow(/did not receive "Bye"[^]*: Hello/);
    await expect(assertAskedBy(alice, bob)).rejects.toThrow(/asked by: nobody/);
    await expect(assertSees(alice, bob, 'dnd')).rejects.toThrow(/as dnd, and sees available/);
    expect(() => expect(message).not.toBeDelivered()).toThrow(/should not be delivered/);
    await f.close();
  });
});
