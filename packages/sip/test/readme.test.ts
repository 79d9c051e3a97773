// The programs in the README run, and say what it says they say.
import { afterEach, describe, expect, it, vi } from 'vitest';

const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
afterEach(() => log.mockClear());

describe('the README', () => {
  it('reads a datagram', async () => {
    await import('./readme/parse.ts');
    expect(log.mock.calls).toEqual([['MESSAGE', 'Ann', 'gw.a.example']]);
  });

  it('sends a message', async () => {
    await import('./readme/send.ts');
    expect(log.mock.calls).toEqual([
      ['bob reads', 'Hello'],
      ['my first message', 200],
    ]);
  });
});
