import { expect, it, vi } from 'vitest';

it('prints the stanza, and the request it becomes again', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await import('./main.ts');
    const [stanza, request] = print.mock.calls.map((call) => String(call[0]));
    expect(stanza).toContain('to="d\\27artagnan@xmpp.example"');
    expect(stanza).toContain('from="athos@sip.example/desk"');
    expect(stanza).toContain('<body>Un pour tous ✔ !</body>');
    expect(request).toBe(
      "MESSAGE sip:d'artagnan@xmpp.example with Call-ID 9E97FB43-85F4-4A00@sip.example",
    );
  } finally {
    print.mockRestore();
  }
});
