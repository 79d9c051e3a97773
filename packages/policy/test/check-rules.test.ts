// Rules that can never decide, and ids that are Lync's: severity, place and line, and what is near to it and right.
import { loadPolicy, type Finding } from '@interwork/policy';
import { describe, expect, it } from 'vitest';
import { blocked, domain, SRV } from './check-rows.ts';

const FEDERATION = `"federation":{"localDomains":["ours.example"],"accessEdge":${SRV},${blocked(domain('bad.example'))}}`;

/** What is told of these rules, each on a line of its own, the first on line 2. */
function told(rules: readonly string[], more = '"partners":{}'): readonly Finding[] {
  const text = `{"version":1,"default":"deny",${more},"rules":[\n${rules.join(',\n')}]}`;
  const loaded = loadPolicy(text);
  return loaded.kind === 'findings' ? loaded.findings : loaded.warnings;
}

const rule = (effect: string, subject: string, more = '') =>
  `{"id":"${effect}-${`${subject}${more}`.replaceAll(/[^a-z]/g, '')}","effect":"${effect}",${subject}${more}}`;
const permit = (subject: string, more = '') => rule('permit', subject, more);
const forbid = (subject: string, more = '') => rule('forbid', subject, more);

describe('permits that never decide', () => {
  const ROWS: readonly (readonly [
    what: string,
    rules: readonly string[],
    key: number,
    words: string,
  ])[] = [
    [
      'at the same name',
      [forbid('"domains":["a.b"]'), permit('"domains":["A.B."]')],
      1,
      '"a.b" is permitted',
    ],
    [
      'below a forbidden name',
      [permit('"domains":["x.y.a.b"]'), forbid('"domains":["a.b"]')],
      0,
      '"x.y.a.b"',
    ],
    [
      'below, and what lies below is forbidden',
      [permit('"domains":["x.a.b"]'), forbid('"domains":["*.a.b"]')],
      0,
      '"x.a.b"',
    ],
    [
      '*.name below a forbidden name',
      [permit('"domains":["*.a.b"]'), forbid('"domains":["a.b"]')],
      0,
      '"a.b"',
    ],
    [
      'everything is forbidden',
      [permit('"domains":["a.b"]'), forbid('"domains":["*"]')],
      0,
      '"a.b"',
    ],
    ['of one end', [permit('"from":["a.b"]'), forbid('"from":["b"]')], 0, '"a.b"'],
    [
      'of one end, forbidden at either',
      [permit('"to":["a.b"]'), forbid('"domains":["b"]')],
      0,
      '"a.b"',
    ],
    [
      'of two ends, one forbidden',
      [permit('"from":["a.b"],"to":["c.d"]'), forbid('"from":["b"]')],
      0,
      '"a.b"',
    ],
    [
      'of one kind, and it is forbidden',
      [
        permit('"domains":["a.b"]', ',"traffic":["chat"]'),
        forbid('"domains":["b"]', ',"traffic":["chat","audio"]'),
      ],
      0,
      '"a.b"',
    ],
    [
      'by two forbids together',
      [permit('"domains":["a.b"]'), forbid('"from":["b"]'), forbid('"to":["a.b"]')],
      0,
      '"a.b"',
    ],
    [
      'three names of a rule',
      [permit('"domains":["x.b","c.d","y.b","b"]'), forbid('"domains":["b"]')],
      0,
      '"x.b" and 2 more are',
    ],
  ];
  it.each(ROWS)('%s', (_what, rules, key, words) => {
    expect(told(rules)).toMatchObject([
      {
        severity: 'warning',
        code: 'permit-and-forbid',
        path: `/rules/${key}`,
        line: key + 2,
        text: expect.stringContaining(words) as string,
      },
    ]);
  });

  const QUIET: readonly (readonly [what: string, rules: readonly string[]])[] = [
    ['above a forbidden name', [permit('"domains":["b"]'), forbid('"domains":["a.b"]')]],
    ['a suffix that is none', [permit('"domains":["xa.b"]'), forbid('"domains":["a.b"]')]],
    [
      'a name whose subdomains are forbidden',
      [permit('"domains":["a.b"]'), forbid('"domains":["*.a.b"]')],
    ],
    [
      'of another kind',
      [permit('"domains":["a.b"]'), forbid('"domains":["b"]', ',"traffic":["audio"]')],
    ],
    ['of the other end', [permit('"from":["a.b"]'), forbid('"to":["b"]')]],
    [
      'forbidden towards one domain alone',
      [permit('"from":["a.b"]'), forbid('"from":["a.b"],"to":["c.d"]')],
    ],
    ['forbids within each other', [forbid('"domains":["a.b"]'), forbid('"domains":["b"]')]],
  ];
  it.each(QUIET)('%s: nothing', (_what, rules) => {
    expect(told(rules)).toEqual([]);
  });

  it('because Lync’s list blocks them', () => {
    expect(told([permit('"domains":["x.bad.example"]')], FEDERATION)).toMatchObject([
      { severity: 'warning', code: 'permit-and-forbid', path: '/rules/0', line: 2 },
    ]);
  });
});

describe('permits and the master switch of the edge', () => {
  const closed = FEDERATION.replace('true', 'false');
  const PLACE = '/federation/accessEdge/allowFederatedUsers';

  it('that is off: nobody is let in', () => {
    expect(told([permit('"domains":["a.b"]')], closed)).toMatchObject([
      { severity: 'warning', code: 'federation-off', path: PLACE, line: 1 },
    ]);
  });

  it('that is on, or without permits: nothing', () => {
    expect(told([permit('"domains":["a.b"]')], FEDERATION)).toEqual([]);
    expect(told([forbid('"domains":["a.b"]')], closed)).toEqual([]);
  });
});

describe('ids that verdicts use for Lync’s objects', () => {
  const IDS: readonly string[] = [
    'access-edge',
    'default-route',
    'discovery',
    'local-domain',
    'clearing-house',
    'allowed-domain:a',
    'blocked-domain:a',
    'public-provider:a',
    'hosting-provider:a',
    'xmpp-partner:a',
    'external-access:global',
    'recipient:block',
  ];
  const one = (id: string) => `{"id":"${id}","effect":"permit","domains":["a.b"]}`;
  it.each(IDS)('%s', (id) => {
    expect(told([one('fine'), one(id)], FEDERATION)).toMatchObject([
      { severity: 'error', code: 'reserved-id', path: '/rules/1/id', line: 3 },
    ]);
    expect(told([one(id)])).toEqual([]);
  });

  it('are not those that merely begin alike', () => {
    const ids = ['access-edge-2', 'discovery:a', 'recipients', 'allowed-domain', 'my:recipient:a'];
    expect(told(ids.map(one), FEDERATION)).toEqual([]);
  });
});
