// Every misdeed of a hostile peer, by name, against the gateway: what is forged arrives nowhere, what is merely odd
// arrives once, from whom it is, the gateway throws nothing, and everybody is served as before.
import { describe, expect, it } from 'vitest';
import { federation } from '@interwork/core/testing';
import { FORGED, SIP_MISDEEDS } from '@interwork/sip/testing';
import { XMPP_MISDEEDS } from '@interwork/xmpp/testing';

const COMPANIES = {
  'contoso.example': { speaks: 'sip', users: ['alice'] },
  'gtalk.example': { speaks: 'xmpp', users: ['bob'] },
  'litware.example': { speaks: 'sip', users: ['dave'] },
  'fabrikam.example': { speaks: 'xmpp', users: ['carol'] },
} as const;

describe.each([
  ['SIP', SIP_MISDEEDS, 'litware.example', 'dave@litware.example', 'carol@fabrikam.example'],
  ['XMPP', XMPP_MISDEEDS, 'fabrikam.example', 'carol@fabrikam.example', 'dave@litware.example'],
] as const)('a hostile %s peer', (_side, misdeeds, _domain, from, to) => {
  it.each(Object.keys(misdeeds))('%s', async (name) => {
    const f = federation({ companies: COMPANIES });
    const everybody = ['alice', 'bob', 'dave', 'carol'].map((who) => f.user(who));
    const [alice, bob] = [f.user('alice'), f.user('bob')];
    const reaction = await f.misbehaves(from, to, name);
    expect(reaction.hasDone).toBe(true);
    const got = everybody.flatMap(({ address, inbox }) =>
      inbox.map((one) => ({ address, ...one })),
    );
    const forged = got.filter(({ text }) => text.includes(FORGED));
    expect(forged).toHaveLength(misdeeds[name]?.mayArrive === true ? 1 : 0);
    for (const one of forged) {
      expect(one.address).toBe(to);
      expect(one.from.slice(one.from.indexOf('@'))).toBe(from.slice(from.indexOf('@')));
    }
    expect((await alice.sends(bob, 'Hello')).outcome).toBe('delivered');
    expect((await bob.sends(alice, 'Hi')).outcome).toBe('delivered');
    expect((await f.user(from).sends(to, 'honest after all')).outcome).toBe('delivered');
  });
});

describe('misdeeds', () => {
  it('are there of every class of hostile input', () => {
    const classes = (
      all: Readonly<Record<string, { readonly class: string }>>,
    ): readonly string[] => [...new Set(Object.values(all).map((one) => one.class))].toSorted();
    expect(classes(SIP_MISDEEDS)).toEqual([
      'authentication',
      'exhaustion',
      'filter-bypass',
      'framing',
      'language-traps',
      'loops',
      'malformed-message',
      'spoofed-sender',
      'translation',
    ]);
    expect(classes(XMPP_MISDEEDS)).toEqual([
      'compression',
      'dialback',
      'exhaustion',
      'expansion',
      'language-traps',
      'loops',
      'smuggling',
      'spoofed-sender',
      'tls-and-sasl',
      'translation',
    ]);
  });

  it('that do not exist are the mistake of whoever names them', async () => {
    const f = federation();
    const [alice, bob] = [f.user('alice'), f.user('bob')];
    await expect(f.misbehaves(alice, bob, 'constructor')).rejects.toThrow(/no misdeed constructor/);
    await expect(f.misbehaves(bob, alice, 'constructor')).rejects.toThrow(/no misdeed constructor/);
  });
});
