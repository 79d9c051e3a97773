// A document in which everything is written, and one with too much to tell.
import { loadPolicy } from '@interwork/policy';
import { describe, expect, it } from 'vitest';
import { SRV, blocked, xmpp, domain, partner } from './check-rows.ts';
import { EVERY_FIELD, WITH_DEFAULT_ROUTE } from './every-field.ts';

describe('the whole', () => {
  it.each([EVERY_FIELD, WITH_DEFAULT_ROUTE])('has nothing to be told of document %#', (one) => {
    const loaded = loadPolicy({ version: 1, default: 'deny', rules: [], federation: one });
    expect(loaded).toMatchObject({ kind: 'policy', warnings: [] });
  });

  it('tells errors first when there are too many warnings', () => {
    const text = `{"version":1,"default":"deny","rules":[],"federation":{"localDomains":["o.example"],"accessEdge":${SRV},${blocked(
      ...Array.from({ length: 50 }, () => domain('a.example')),
    )},${xmpp(partner('a.example'))}}}`;
    const loaded = loadPolicy(text, { findings: 10 });
    expect(loaded.kind).toBe('findings');
    const told = loaded.kind === 'findings' ? loaded.findings : [];
    expect(told.map(({ code }) => code)).toContain('allowed-and-blocked');
    expect(told).toHaveLength(11);
    expect(told.at(-1)).toMatchObject({ code: 'more-findings', text: '40 more are not listed' });
  });
});
