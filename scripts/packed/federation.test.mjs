// A federation test in fifteen lines, run by vitest in a project that has nothing but the tarballs.
import { federation } from '@interwork/core/testing';
import { matchers } from '@interwork/core/testing/vitest';
import { expect, it } from 'vitest';

expect.extend(matchers);

it('carries a message, and says who refused another', async () => {
  const world = federation();
  const [alice, bob] = [world.user('alice'), world.user('bob')];
  expect(await alice.sends(bob, 'Hello')).toBeDelivered();
  world.replacePolicy({ rules: [{ id: 'closed', effect: 'forbid', domains: ['*'] }] });
  expect(await alice.sends(bob, 'Anybody?')).toBeRefusedBy('closed');
});
