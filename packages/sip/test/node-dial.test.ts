// One connect, and what is told of one that came to nothing.
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { deafPort } from '../../../test-kit/deaf-port.ts';
import { dial } from '../src/node/dial.ts';

it('tells of a name with several addresses what each of them came to', async () => {
  const deaf = await deafPort();
  const two = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  const socket = connect({
    host: 'two.example',
    port: deaf.port,
    autoSelectFamily: true,
    lookup: (_name, _options, found) => found(null, two),
  });
  const text = await new Promise((resolve) => {
    dial(socket, 'connect', 10_000, {
      stands: () => resolve('stands'),
      fails: (_reason, said) => resolve(said),
    });
  });
  deaf.close();
  expect(text).toMatch(/ 127\.0\.0\.1:\d+(;.* ::1:\d+.*)$/);
});
