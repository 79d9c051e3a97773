// The example as its reader runs it: each verdict with the rule that gave it, and a document that does not load.
import type { Query } from '@interwork/policy';
import { expect, it } from 'vitest';
import { answer, policyFrom } from './main.ts';

const query = (from: string, traffic: Query['traffic'] = 'message'): Query => ({
  from,
  to: 'gtalk.example',
  via: 'sip',
  traffic,
});

it.each([
  ['contoso.example', 'message', 'permit (contoso-im)'],
  ['im.contoso.example', 'presence', 'permit (contoso-im)'],
  ['contoso.example', 'audio', 'forbid (default)'],
  ['spam.example', 'message', 'forbid (abuse-7)'],
  ['other.example', 'message', 'forbid (default)'],
] as const)('%s with %s: %s', (from, traffic, said) => {
  expect(answer(policyFrom(), query(from, traffic))).toContain(said);
});

it('says what is wrong with a document, and where', () => {
  const rules = [{ id: 'x', effect: 'permitt', domains: ['a.example'] }];
  expect(() => policyFrom({ version: 1, default: 'deny', rules })).toThrow('/rules/0/effect');
});
