// The recipes of testers, as tests.
// #region test
import { federation } from '@interwork/core/testing';
import { expect, it } from 'vitest';

it('carries a message, and says so when it cannot', async () => {
  const world = federation(); // contoso.example speaks SIP, gtalk.example XMPP
  const [alice, bob] = [world.user('alice'), world.user('bob')];
  expect((await alice.sends(bob, 'Lunch?')).outcome).toBe('delivered');
  expect(bob.inbox.map(({ text }) => text)).toEqual(['Lunch?']);
  world.fault('partition', { of: 'gtalk.example' });
  expect((await alice.sends(bob, 'Still there?')).outcome).toBe('failed');
  await world.close();
});
// #endregion

// #region storm
it.each([1, 2, 3])('loses nothing silently in storm %i', async (seed) => {
  const world = federation({ seed }); // the same seed, the same storm
  world.storm(60_000, { faults: ['reset', 'delay', 'split-reads'] });
  const messages = [];
  for (let at = 0; at < 5; at++)
    messages.push(await world.user('alice').sends('bob@gtalk.example', `message ${at}`));
  expect(messages.map(({ outcome }) => outcome)).not.toContain('lost');
  await world.close();
});
// #endregion
