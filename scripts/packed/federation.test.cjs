// The same in CommonJS, by Node's own runner and plain assertions.
const { test } = require('node:test');
const { assertDelivered, assertRefusedBy, federation } = require('@interwork/core/testing');

void test('carries a message, and says who refused another', async () => {
  const world = federation();
  const [alice, bob] = [world.user('alice'), world.user('bob')];
  assertDelivered(await alice.sends(bob, 'Hello'));
  world.replacePolicy({ rules: [{ id: 'closed', effect: 'forbid', domains: ['*'] }] });
  assertRefusedBy(await alice.sends(bob, 'Anybody?'), 'closed');
});
