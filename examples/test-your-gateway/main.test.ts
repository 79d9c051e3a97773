// Plain vitest. Every promise lets virtual time pass; nothing sleeps. A failing line prints what became of the message
// and the ladder of it.
import { expect, it } from 'vitest';
import { type FederationMatchers, matchers } from '@interwork/core/testing/vitest';
import { town } from './main.ts';

declare module 'vitest' {
  interface Matchers<T> extends FederationMatchers {
    readonly of?: T;
  }
}
expect.extend(matchers);

it('carries messages both ways', async () => {
  const world = town();
  const [alice, bob] = [world.user('alice'), world.user('bob')];
  expect(await alice.sends(bob, 'Lunch?')).toBeDelivered();
  const reply = await bob.sends(alice, 'Yes');
  expect(reply).toBeDelivered();
  expect(reply).toHaveLost('type');
});

it('refuses whom the policy names, and tells who decided', async () => {
  const world = town();
  expect(await world.user('mallory').sends('alice@contoso.example', 'Buy')).toBeRefusedBy(
    'no-spam',
  );
  expect(world.refused).toMatchObject([{ by: ['no-spam'], answer: 'policy-violation' }]);
});

it('shows presence to those whom its owner lets see it, and to them alone', async () => {
  const world = town();
  const [alice, bob] = [world.user('alice'), world.user('bob')];
  alice.adds(bob);
  await expect(bob).toBeAskedBy(alice);
  bob.shows('away', 'at lunch');
  expect(alice.sees(bob).show).toBe('offline');
  bob.accepts(alice);
  await expect(alice).toSee(bob, 'away', 'at lunch');
});

it('believes no certificate that has expired', async () => {
  const world = town();
  const fault = world.fault('expired-certificate', { of: 'contoso.example' });
  const [alice, bob] = [world.user('alice'), world.user('bob')];
  expect(await alice.sends(bob, 'Hello')).not.toBeDelivered();
  fault.end();
  await world.passes(60_000);
  expect(await alice.sends(bob, 'Hello again')).toBeDelivered();
});

it.each([1, 2, 3, 4, 5])('loses nothing silently in storm %i', async (seed) => {
  const world = town({ seed });
  world.storm(60_000, { faults: ['reset', 'partition', 'split-reads', 'delay'] });
  const messages = [];
  for (let at = 0; at < 6; at++)
    messages.push(await world.user('alice').sends('bob@gtalk.example', `message ${at}`));
  expect(messages.filter(({ outcome }) => outcome === 'lost' || outcome === 'doubled')).toEqual([]);
});
