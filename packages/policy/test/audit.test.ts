// What a security officer is told: each check with a document that trips it and one that does not.
import { audit, type Audit, type AuditCode, type PolicyDocument } from '@interwork/policy';
import { describe, expect, it } from 'vitest';

type Part = Partial<PolicyDocument>;
type Row = readonly [trips: Part, passes: Part, path?: string];

const permit = (id: string, ...domains: readonly string[]) => ({
  id,
  effect: 'permit' as const,
  domains,
});
const forbid = (id: string, ...domains: readonly string[]) => ({
  id,
  effect: 'forbid' as const,
  domains,
});
const partner = (more: object): Part => ({
  partners: { p: { domains: ['p.example'], ...more } },
  rules: [{ id: 'r', effect: 'permit', partner: 'p' }],
});

const ROWS: Readonly<Record<AuditCode, readonly Row[]>> = {
  'default-permit': [[{ default: 'permit' }, { default: 'deny' }, '/default']],
  'permit-everybody': [
    [{ rules: [permit('r', 'a.example', '*')] }, { rules: [forbid('r', '*')] }, '/rules/0'],
    [
      { rules: [{ id: 'r', effect: 'permit', from: ['*'], to: ['*'] }] },
      { rules: [{ id: 'r', effect: 'permit', from: ['*'], to: ['us.example'] }] },
    ],
    [
      { partners: { p: { domains: ['*'] } }, rules: [{ id: 'r', effect: 'permit', partner: 'p' }] },
      partner({}),
    ],
  ],
  'permit-whole-zone': [
    [{ rules: [permit('r', '*.com')] }, { rules: [permit('r', '*.x.com')] }, '/rules/0'],
  ],
  'permit-below': [
    [
      { rules: [permit('r', '*.x.com')] },
      { rules: [permit('r', 'x.com'), forbid('f', '*.x.com')] },
    ],
  ],
  'permit-never-decides': [
    [
      { rules: [permit('r', 'a.x.example'), forbid('f', 'x.example')] },
      { rules: [permit('r', 'x.example'), forbid('f', 'a.x.example')] },
      '/rules/0',
    ],
    [
      { rules: [permit('r', '*.x.example'), forbid('f', '*.x.example')] },
      { rules: [permit('r', '*.x.example', 'y.example'), forbid('f', '*.x.example')] },
    ],
    [
      {
        rules: [
          permit('r', 'x.example'),
          { ...forbid('f', 'x.example'), traffic: ['message', 'presence', 'composing', 'receipt'] },
          { ...forbid('g', '*'), traffic: ['chat', 'audio', 'video'] },
        ],
      },
      { rules: [permit('r', 'x.example'), { ...forbid('f', 'x.example'), traffic: ['video'] }] },
    ],
    [
      {
        rules: [
          { id: 'r', effect: 'permit', from: ['x.example'], to: ['us.example'] },
          { id: 'f', effect: 'forbid', from: ['x.example'] },
        ],
      },
      {
        rules: [
          { id: 'r', effect: 'permit', from: ['x.example'] },
          { id: 'f', effect: 'forbid', to: ['x.example'] },
          { id: 'g', effect: 'forbid', from: ['x.example'], to: ['y.example'] },
        ],
      },
    ],
  ],
  'forbid-twice': [
    [
      { rules: [forbid('r', 'a.x.example'), forbid('f', 'x.example')] },
      { rules: [forbid('r', 'a.x.example'), forbid('f', 'y.example')] },
      '/rules/0',
    ],
  ],
  'partner-without-proof': [
    [partner({}), partner({ prove: 'certificate' }), '/partners/p'],
    [partner({ xmpp: { sasl: 'optional' } }), partner({ xmpp: { sasl: 'required' } })],
    [
      { partners: { p: { domains: ['*.p.example'] } }, rules: [permit('r', '*.p.example')] },
      {
        partners: { p: { domains: ['*.p.example'] } },
        rules: [{ ...permit('r', '*.p.example'), must: ['certificate'] }, forbid('f', 'p.example')],
      },
    ],
  ],
  'proof-by-address': [
    [
      partner({ prove: 'address', addresses: ['192.0.2.1'] }),
      partner({ addresses: ['192.0.2.1'] }),
      '/partners/p',
    ],
  ],
  'tls-never': [[partner({ xmpp: { tls: 'never' } }), partner({ xmpp: { tls: 'optional' } })]],
  'tls-optional': [
    [partner({ xmpp: { tls: 'optional' } }), partner({ xmpp: { tls: 'required' } })],
  ],
  'dialback-alone': [[partner({ xmpp: { sasl: 'never' } }), partner({ prove: 'dialback' })]],
};

function looked(part: Part, options?: Parameters<typeof audit>[1]): Audit {
  const done = audit({ version: 1, default: 'deny', rules: [], ...part }, options);
  if (done.kind === 'findings') throw new Error(JSON.stringify(done.findings));
  return done;
}

describe('the checks', () => {
  const rows = Object.entries(ROWS).flatMap(([code, list]) =>
    list.map((row) => [code, ...row] as const),
  );
  for (const [code, trips, passes, path] of rows) {
    it(`${code}: ${JSON.stringify(trips)}`, () => {
      const found = looked(trips).findings.filter((finding) => finding.code === code);
      expect(found).toHaveLength(1);
      if (path !== undefined) expect(found[0]?.path).toBe(path);
      expect(looked(passes).findings.map((finding) => finding.code)).not.toContain(code);
    });
  }
});

describe('the audit', () => {
  it('finds nothing in the smallest document', () => {
    expect(looked({})).toEqual({ kind: 'audit', findings: [], untold: {} });
  });

  it('tells the worst first, with evidence, risk and remedy', () => {
    const { findings } = looked({
      default: 'permit',
      rules: [permit('r', '*.x.example', '*.com')],
    });
    expect(findings.map(({ severity }) => severity)).toEqual(['high', 'medium', 'low']);
    expect(findings[1]).toEqual({
      code: 'permit-whole-zone',
      severity: 'medium',
      path: '/rules/0',
      evidence: 'rule r permits *.com',
      risk: 'Anybody can register a name there, and is permitted with it.',
      remedy: 'Name the domains that the rule is meant for.',
    });
  });

  it('tells some of many and counts the rest', () => {
    const names = Array.from({ length: 30 }, (_, n) => `*.x${n}.example`);
    const { findings, untold } = looked({ rules: [permit('r', ...names)] });
    expect(findings).toHaveLength(20);
    expect(untold).toEqual({ 'permit-below': 10 });
    expect(looked({ rules: [permit('r', ...names)] }, { each: 30 }).untold).toEqual({});
  });

  it('tells the findings of a document that does not load', () => {
    expect(audit({ version: 1, default: 'deny' } as PolicyDocument)).toMatchObject({
      kind: 'findings',
    });
  });
});
