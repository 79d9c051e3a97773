// RFC 6120 §13.9: the XMPP edge is given the link rules of the policy of the moment.
import { linkRulesBy } from '@interwork/core';
import { DEFAULT_XMPP_LINK_RULES } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { DEFAULT_LINK_RULES } from '@interwork/xmpp';
import { expect, it } from 'vitest';

it('RFC 6120 §13.9: both packages mean the same where nothing is said', () => {
  expect(DEFAULT_LINK_RULES).toMatchObject(DEFAULT_XMPP_LINK_RULES);
});

it('RFC 6120 §13.9: a policy that replaces another holds for the next stream', () => {
  let policy = policyOf({ partners: { p: { domains: ['p.example'], prove: 'certificate' } } });
  const rules = linkRulesBy(() => policy);
  expect(rules('p.example')).toEqual({ tls: 'required', sasl: 'required', dialback: false });
  policy = policyOf({ partners: { p: { domains: ['p.example'], xmpp: { tls: 'optional' } } } });
  expect(rules('p.example')).toEqual({ tls: 'optional', sasl: 'optional', dialback: true });
  expect(rules('')).toEqual(DEFAULT_XMPP_LINK_RULES);
});
