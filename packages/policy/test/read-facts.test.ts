// Facts as people write them: any spelling in, the keys that are asked by out; and what is wrong, where.
import { evaluate, loadFacts, type Facts } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';
import { access, FEDERATION, IN, OUT, UNLISTED } from './federated.ts';

function read(value: unknown): Facts {
  const loaded = loadFacts(JSON.stringify(value));
  if (loaded.kind === 'findings') throw new Error(JSON.stringify(loaded.findings));
  return loaded.facts;
}

describe('facts from JSON', () => {
  it('have the keys that are asked by', () => {
    expect(
      read({
        srv: {
          'Fabrikam.Example.': ['sip.fabrikam.example'],
          'gone.example': 'unanswered',
          'none.example': [],
        },
        grants: { 'Amy@Contoso.Example': { policy: 'Everything' } },
        relations: {
          'Amy@contoso.example': {
            'Bob@FABRIKAM.example': 'added',
            'x%y@fabrikam.example': 'blocked',
          },
        },
      }),
    ).toEqual({
      srv: new Map<string, unknown>([
        ['fabrikam.example', ['sip.fabrikam.example']],
        ['gone.example', undefined],
        ['none.example', []],
      ]),
      grants: new Map([['amy@contoso.example', { policy: 'Everything' }]]),
      relations: new Map([
        ['amy@contoso.example bob@fabrikam.example', 'added'],
        ['amy@contoso.example x%25;y@fabrikam.example', 'blocked'],
      ]),
    });
    expect(read({})).toEqual({ srv: new Map(), grants: new Map(), relations: new Map() });
  });

  it('are what a verdict asks for', () => {
    const srv = {
      'fabrikam.example': ['sip.fabrikam.example'],
      'public.example': ['edge.public.example'],
    };
    const relations = { 'AMY@contoso.example': { 'bob@fabrikam.example': 'blocked' } };
    expect(evaluate(policyOf(UNLISTED), IN, read({ srv })).unknown).toBeDefined();
    expect(evaluate(policyOf(UNLISTED), IN, read({ srv, relations })).by).toEqual([
      'recipient:block',
    ]);
    const { users } = FEDERATION.externalAccess ?? {};
    const policy = policyOf({
      federation: { ...FEDERATION, externalAccess: { users: users ?? {} } },
    });
    const query = { ...OUT, to: 'public.example' };
    const grants = { 'AMY@contoso.example': { policy: 'Everything' } };
    expect(evaluate(policy, query, read({ srv })).unknown).toBeDefined();
    expect(evaluate(policy, query, read({ srv, grants })).effect).toBe('permit');
    expect(evaluate(policyOf(access({})), query, read({ srv })).effect).toBe('permit');
  });

  const ROWS: readonly (readonly [value: unknown, path: string, code: string])[] = [
    [{ dns: {} }, '/dns', 'unknown-field'],
    [{ srv: { 'bad name': [] } }, '/srv/bad name', 'malformed-text'],
    [{ srv: { 'x.example': ['*.x.example'] } }, '/srv/x.example/0', 'malformed-domain'],
    [{ srv: { 'x.example': 'perhaps' } }, '/srv/x.example', 'unknown-value'],
    [
      { grants: { 'amy@contoso.example': { role: 'x' } } },
      '/grants/amy@contoso.example/role',
      'unknown-field',
    ],
    [{ relations: { amy: {} } }, '/relations/amy', 'malformed-address'],
    [
      { relations: { 'a@x.example': { 'b@x.example': 'liked' } } },
      '/relations/a@x.example/b@x.example',
      'unknown-value',
    ],
  ];
  for (const [value, path, code] of ROWS) {
    it(`${path} is ${code}`, () => {
      expect(loadFacts(JSON.stringify(value))).toMatchObject({
        kind: 'findings',
        findings: [{ path, code }],
      });
    });
  }
});
