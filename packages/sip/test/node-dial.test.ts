// One connect, and what is told of one that came to nothing.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { dial } from '../src/node/dial.ts';

/** A port at which nobody listens any more. */
async function nobodyAt(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  server.close();
  await once(server, 'close');
  return place === null || typeof place === 'string' ? 0 : place.port;
}

it('tells of a name with several addresses what each of them came to', async () => {
  const port = await nobodyAt();
  const two = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  const socket = connect({
    host: 'two.example',
    port,
    autoSelectFamily: true,
    lookup: (_name, _options, found) => found(null, two),
  });
  const text = await new Promise((resolve) => {
    dial(socket, 'connect', 10_000, {
      stands: () => resolve('stands'),
      fails: (_reason, said) => resolve(said),
    });
  });
  expect(text).toMatch(/ 127\.0\.0\.1:\d+(;.* ::1:\d+.*)$/);
});
