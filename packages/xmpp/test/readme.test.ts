// The program in the README runs, and says what it says it says.
import { afterEach, expect, test, vi } from 'vitest';

const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
afterEach(() => log.mockClear());

test('the README reads a stream and writes a message', async () => {
  await import('./readme/read.ts');
  expect(log.mock.calls).toEqual([
    ['romeo@montague.example', 'Art thou not Romeo?'],
    ['restricted-xml', 'RFC 6120 §11.1'],
    [
      '<message xmlns="jabber:client" from="juliet@capulet.example" to="romeo@montague.example">' +
        '<body>Neither, fair saint</body></message>',
    ],
  ]);
});
