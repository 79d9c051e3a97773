// Documents that do not load, and where they say so. One row for each code, then what is hostile.
import { loadPolicy, type Finding, type PolicyLimits } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const RULE = '{"id":"a","effect":"permit","domains":["a.example"]}';

function findings(document: unknown, limits?: Partial<PolicyLimits>): readonly Finding[] {
  const loaded = loadPolicy(document, limits);
  return loaded.kind === 'findings' ? loaded.findings : loaded.warnings;
}

function rules(...text: readonly string[]): string {
  return `{"version":1,\n"default":"deny",\n"rules":[\n${text.join(',\n')}]}`;
}

function partners(text: string): string {
  return `{"version":1,"default":"deny","rules":[],"partners":{\n${text}}}`;
}

describe('findings: code, place and line', () => {
  const ROWS: readonly (readonly [text: string, code: string, path: string, line: number])[] = [
    ['', 'not-json', '', 1],
    ['\n\n{"version":1,}', 'not-json', '', 3],
    ['{"version":1 "default":"deny"}', 'not-json', '', 1],
    ['{"version"\n1}', 'not-json', '/version', 2],
    ['{"version":01}', 'not-json', '/version', 1],
    ['{"version":1.}', 'not-json', '/version', 1],
    ['{"version":NaN}', 'not-json', '/version', 1],
    ['{"version":truely}', 'not-json', '/version', 1],
    ['{"version":"\\x41"}', 'not-json', '/version', 1],
    ['{"version":"\\u12G4"}', 'not-json', '/version', 1],
    ['{"version":"a\nb"}', 'not-json', '/version', 1],
    ['{"version":"open', 'not-json', '/version', 1],
    [`${rules()}x`, 'not-json', '', 4],
    ['[1,\n2', 'not-json', '', 2],
    ["{'version':1}", 'not-json', '', 1],
    ['{"version":1} // one', 'not-json', '', 1],
    ['[]', 'wrong-type', '', 1],
    ['null', 'wrong-type', '', 1],
    ['{"version":1,\n"version":1,"default":"deny","rules":[]}', 'duplicate-key', '/version', 2],
    ['{"version":1,"rules":[]}', 'missing-field', '/default', 1],
    ['{"version":2,"default":"deny","rules":[]}', 'unknown-value', '/version', 1],
    ['{"version":"1","default":"deny","rules":[]}', 'unknown-value', '/version', 1],
    ['{"version":1,"default":"allow","rules":[]}', 'unknown-value', '/default', 1],
    ['{"version":1,"default":"deny","rules":[],\n"rule":[]}', 'unknown-field', '/rule', 2],
    ['{"version":1,"default":"deny","rules":[],"__proto__":{}}', 'unknown-field', '/__proto__', 1],
    [
      '{"version":1,"default":"deny","rules":[],"constructor":1}',
      'unknown-field',
      '/constructor',
      1,
    ],
    ['{"version":1,"default":"deny","rules":[],"a/b~c":1}', 'unknown-field', '/a~1b~0c', 1],
    ['{"version":1,"default":"deny","rules":{}}', 'wrong-type', '/rules', 1],
    [rules(RULE, '5'), 'wrong-type', '/rules/1', 5],
    [rules(RULE.replace('"a"', '""')), 'malformed-id', '/rules/0/id', 4],
    [rules(RULE.replace('"a"', '"a b"')), 'malformed-id', '/rules/0/id', 4],
    [rules(RULE.replace('"a"', '"default"')), 'reserved-id', '/rules/0/id', 4],
    [rules(RULE, RULE), 'duplicate-id', '/rules/1/id', 5],
    [rules(RULE.replace('a.example', 'a example')), 'malformed-domain', '/rules/0/domains/0', 4],
    [rules(RULE.replace('a.example', '192.0.2.1')), 'malformed-domain', '/rules/0/domains/0', 4],
    [
      rules(RULE.replace('"a.example"', '"a.example","A.EXAMPLE."')),
      'duplicate-domain',
      '/rules/0/domains/1',
      4,
    ],
    [rules(RULE.replace('"a.example"', '')), 'empty-list', '/rules/0/domains', 4],
    [rules('{"id":"a","effect":"permit"}'), 'subject-missing', '/rules/0', 4],
    [
      rules('{"id":"a","effect":"permit","domains":["*"],"to":["*"]}'),
      'subject-twice',
      '/rules/0',
      4,
    ],
    [rules('{"id":"a","effect":"permit","partner":"b"}'), 'unknown-partner', '/rules/0/partner', 4],
    [
      rules('{"id":"a","effect":"permit","from":["*"],"to":["-"]}'),
      'malformed-domain',
      '/rules/0/to/0',
      4,
    ],
    [
      rules('{"id":"a","effect":"permit","domains":["*"],"traffic":["mail"]}'),
      'unknown-value',
      '/rules/0/traffic/0',
      4,
    ],
    [
      rules('{"id":"a","effect":"permit","domains":["*"],"must":["dtls"]}'),
      'unknown-value',
      '/rules/0/must/0',
      4,
    ],
    [
      rules(RULE, '{"id":"b","effect":"forbid","domains":["A.example"]}'),
      'permit-and-forbid',
      '/rules/0',
      4,
    ],
    [partners('"a":{}'), 'missing-field', '/partners/a/domains', 2],
    [partners('"__proto__":{"domains":["a.example"]}'), 'malformed-id', '/partners/__proto__', 2],
    [
      partners('"a":{"domains":["x"]},\n"b":{"domains":["X."]}'),
      'domain-in-two-partners',
      '/partners/b/domains/0',
      3,
    ],
    [
      partners('"a":{"domains":["x"],"addresses":["10.0.0.256"]}'),
      'malformed-address',
      '/partners/a/addresses/0',
      2,
    ],
    [
      partners('"a":{"domains":["x"],"addresses":["10.0.0.1/8"]}'),
      'address-has-host-bits',
      '/partners/a/addresses/0',
      2,
    ],
    [
      partners('"a":{"domains":["x"],"prove":"address"}'),
      'no-addresses',
      '/partners/a/addresses',
      2,
    ],
    [
      partners('"a":{"domains":["x"],"certificateNames":["*.x"]}'),
      'malformed-domain',
      '/partners/a/certificateNames/0',
      2,
    ],
    [
      partners('"a":{"domains":["x"],"limits":{"messagesPerMinute":20}}'),
      'unknown-field',
      '/partners/a/limits/messagesPerMinute',
      2,
    ],
    [
      partners('"a":{"domains":["x"],"limits":{"messagesPerSecond":0}}'),
      'out-of-range',
      '/partners/a/limits/messagesPerSecond',
      2,
    ],
    [
      partners('"a":{"domains":["x"],\n"limits":{"connections":2,\n"messageBurst":20}}'),
      'burst-without-rate',
      '/partners/a/limits/messageBurst',
      4,
    ],
    [
      partners('"a":{"domains":["x"],"limits":{"subscriptionBurst":20}}'),
      'burst-without-rate',
      '/partners/a/limits/subscriptionBurst',
      2,
    ],
    [
      partners('"a":{"domains":["x"],"limits":{"messagesPerSecond":1,"perUserBurst":20}}'),
      'burst-without-rate',
      '/partners/a/limits/perUserBurst',
      2,
    ],
    [
      partners(`"a":{"domains":["x"],"note":"${'n'.repeat(2001)}"}`),
      'wrong-type',
      '/partners/a/note',
      2,
    ],
  ];
  for (const [text, code, path, line] of ROWS) {
    it(`${code} ${path} ${text.slice(0, 40)}`, () => {
      expect(findings(text).map(({ code, path, line }) => ({ code, path, line }))).toEqual([
        { code, path, line },
      ]);
    });
  }
});

describe('loading', () => {
  it('tells everything at once, with a sentence each', () => {
    const found = findings('{"version":2,"default":"x","rules":[{}],"y":1}');
    expect(found.map(({ code }) => code)).toEqual([
      'unknown-value',
      'unknown-value',
      'missing-field',
      'missing-field',
      'unknown-field',
    ]);
    for (const { text, severity } of found) {
      expect(text).toMatch(/^[A-Z"].{9,}/);
      expect(severity).toBe('error');
    }
  });

  it('loads with warnings, and keeps them', () => {
    const set = policyOf({ rules: [{ id: 'a', effect: 'permit', domains: [] }] });
    expect(set.warnings).toEqual([
      {
        severity: 'warning',
        code: 'empty-list',
        path: '/rules/0/domains',
        text: 'An empty list matches nothing',
      },
    ]);
  });

  const NOTHING: readonly (readonly [rule: Record<string, unknown>, path: string])[] = [
    [{ domains: [] }, '/rules/0/domains'],
    [{ from: [] }, '/rules/0/from'],
    [{ to: [] }, '/rules/0/to'],
    [{ from: ['x.example'], to: [] }, '/rules/0/to'],
    [{ domains: ['x.example'], traffic: [] }, '/rules/0/traffic'],
    [{ partner: 'nobody' }, '/rules/0/partner'],
  ];
  for (const [rule, path] of NOTHING) {
    it(`does not load a forbid that forbids nothing: ${JSON.stringify(rule)}`, () => {
      const document = (effect: string) => ({
        version: 1,
        default: 'permit',
        partners: { nobody: { domains: [] } },
        rules: [{ id: 'a', effect, ...rule }],
      });
      const partner = { severity: 'warning', code: 'empty-list', path: '/partners/nobody/domains' };
      const about = { code: 'empty-list', path };
      expect(loadPolicy(document('forbid'))).toMatchObject({
        kind: 'findings',
        findings: [partner, { ...about, severity: 'error' }],
      });
      expect(loadPolicy(document('permit'))).toMatchObject({
        kind: 'policy',
        warnings: [partner, { ...about, severity: 'warning' }],
      });
    });
  }

  it('does not warn where a permit still has something to decide', () => {
    const set = policyOf({
      rules: [
        { id: 'a', effect: 'permit', domains: ['x.example'], traffic: ['message'] },
        { id: 'b', effect: 'forbid', domains: ['x.example'], traffic: ['audio'] },
        { id: 'c', effect: 'permit', domains: ['y.example'] },
        { id: 'd', effect: 'forbid', from: ['y.example'], to: ['z.example'] },
        { id: 'e', effect: 'permit', domains: ['*'] },
      ],
    });
    expect(set.warnings).toEqual([]);
  });

  it('reads escapes, a byte order mark and any white space', () => {
    const text = '\uFEFF\r\n\t{"\\u0076ersion" : 1 , "default" : "\\u0064eny" , "rules" : [ ] } ';
    expect(loadPolicy(text).kind).toBe('policy');
  });

  it('knows no lines of a value, but places', () => {
    expect(findings({ version: 1, default: 'deny', rules: [5] })).toEqual([
      expect.not.objectContaining({ line: expect.anything() as unknown }),
    ]);
  });

  it('throws for a test whose policy is wrong', () => {
    expect(() => policyOf({ rules: [{ id: 'a', effect: 'permit' }] })).toThrow(
      expect.objectContaining({ name: 'MisuseError', code: 'bad-policy' }) as Error,
    );
  });
});

describe('hostile documents', () => {
  it('that are deep', () => {
    expect(findings('['.repeat(1e6)).map(({ code }) => code)).toEqual(['too-deep']);
    const ring: unknown[] = [];
    ring.push(ring);
    expect(findings(ring).map(({ code }) => code)).toEqual(['too-deep']);
  });

  it('that are large', () => {
    expect(findings(' '.repeat(11), { characters: 10 })[0]?.code).toBe('too-large');
    expect(findings('[1,2,3]', { values: 3 })[0]?.code).toBe('too-large');
    expect(findings([1, 2, 3], { values: 3 })[0]?.code).toBe('too-large');
    expect(findings(Object.assign([], { length: 2 ** 31 }), { values: 10 })[0]?.code).toBe(
      'not-json',
    );
  });

  it('that are wrong in more places than anybody reads', () => {
    const found = findings(`[${'{"a":1},'.repeat(500)}1]`, { findings: 3 });
    expect(found).toHaveLength(1);
    const many = findings(rules(...Array.from({ length: 500 }, () => '{}')), { findings: 3 });
    expect(many.map(({ code }) => code)).toEqual([
      'missing-field',
      'missing-field',
      'missing-field',
      'more-findings',
    ]);
    expect(many.at(-1)?.text).toBe('997 more are not listed');
  });

  it('that JSON cannot say', () => {
    for (const value of [undefined, Number.NaN, 1n, Symbol.iterator, () => 1]) {
      expect(findings(value)[0]?.code).toBe('not-json');
    }
  });

  it('that are any JSON, or any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.jsonValue()), (any) => {
        expect(['policy', 'findings']).toContain(loadPolicy(any).kind);
      }),
    );
  });

  it('that are a good one with a piece of it changed', () => {
    const good = rules(RULE, RULE.replace('"a"', '"b"'));
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(9), fc.string({ maxLength: 3 }), (at, cut, text) => {
        const changed = good.slice(0, at) + text + good.slice(at + cut);
        const loaded = loadPolicy(changed);
        if (loaded.kind === 'policy') expect(() => JSON.parse(changed) as unknown).not.toThrow();
        else expect(loaded.findings.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('that JSON.parse reads are read, and no others', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((text) => text.slice(1)),
        ),
        (text) => {
          const isJson = !findings(text).some(({ code }) => code === 'not-json');
          expect(isJson).toBe(parses(text));
        },
      ),
      { numRuns: 500 },
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
