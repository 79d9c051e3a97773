// The program over its example company and over files that are wrong: what it prints, what it writes, how it ends.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyChange,
  evaluate,
  loadPolicy,
  type Change,
  type PolicyDocument,
} from '@interwork/policy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { over, run } from './main.ts';
import { COMPANY, filled } from './page.ts';

interface Done {
  readonly code: number;
  readonly text: string;
  readonly complaint: string;
}

async function tool(line: string, folder = COMPANY): Promise<Done> {
  const printed: string[] = [];
  const complaints: string[] = [];
  const around = over(
    folder,
    (text) => void printed.push(text),
    (text) => void complaints.push(text),
  );
  const code = await run(line.split(' '), { ...around, today: '2026-01-01' });
  return { code, text: printed.join('\n'), complaint: complaints.join('\n') };
}

const OUT = '--from bert@contoso.example --to bob@fabrikam.example --toward sip';
const CARL = '--from carl@contoso.example --to bob@fabrikam.example --toward sip';
const IN =
  '--from bob@fabrikam.example --to amy@contoso.example --toward sip --srv fabrikam.example=sip.fabrikam.example';

const SRV = '--srv fabrikam.example=sip.fabrikam.example';
const AMY = '--grant amy@contoso.example=Everything';

describe('over the company', () => {
  const ROWS: readonly (readonly [line: string, code: number, says: string])[] = [
    ['check policy.json', 1, 'warning retired-provider at /federation/publicProviders/0/enabled:'],
    ['check next.json', 0, 'It loads, and nothing in it is odd.'],
    [`explain policy.json ${OUT} --facts facts.json`, 0, 'Permitted down to the user level'],
    [`explain policy.json ${OUT} --srv fabrikam.example=sip.fabrikam.example`, 0, 'Permitted'],
    [`explain policy.json ${OUT} --srv fabrikam.example=`, 1, 'its SRV record was not found'],
    [
      'explain policy.json --from amy@contoso.example --to bob@fabrikam.example --toward sip',
      1,
      'It is not known which hosts',
    ],
    [`explain policy.json ${CARL} --facts facts.json`, 1, 'In ms-diagnostics it is 1012'],
    [`explain policy.json ${IN} --mark verified`, 0, 'Permitted'],
    [`explain policy.json ${IN} --mark unverified`, 1, 'neither allowed nor added'],
    [
      `explain policy.json ${IN} --mark verified --peer-name sip.wrong.example`,
      1,
      'ms-diagnostics it is 1010',
    ],
    [
      'explain policy.json --from contoso.example --to tailspin.example',
      0,
      'Rule tailspin-im permits',
    ],
    [
      'explain policy.json --from contoso.example --to tailspin.example --traffic video',
      1,
      'Forbidden',
    ],
    [
      'explain policy.json --from a@chat.fabrikam.example --to contoso.example',
      1,
      'Note: ticket 7',
    ],
    [
      `what-if policy.json ${CARL} --facts facts.json`,
      0,
      'Grant the external access policy "Partners" to "carl@contoso.example". (touches one user)',
    ],
    [
      'what-if policy.json --from bad..example --to contoso.example',
      1,
      'No change of the document was found',
    ],
    ['diff policy.json policy.json', 0, '0 of '],
    [
      'diff policy.json next.json',
      1,
      'PERMITTED NOW (31): default -> allowed-domain:clinic.example',
    ],
    ['audit policy.json', 1, 'HIGH tls-never at /federation/xmppPartners/0'],
    [
      'export policy.json',
      0,
      "New-CsAllowedDomain -Identity 'litware.example' -ProxyFqdn 'edge.litware.example'",
    ],
    ['may edit --group Users', 0, 'editor'],
    ['may publish --group Users', 1, 'may not publish'],
    ['may publish --group RTCUniversalServerAdmins --group DomainAdmins', 0, 'publisher'],
  ];
  for (const [line, code, says] of ROWS) {
    test(line, async () => {
      const done = await tool(line);
      expect(done.text).toContain(says);
      expect(done.code).toBe(code);
    });
  }

  test('a change that is told as JSON flips the verdict where it is made', async () => {
    const { text } = await tool(`what-if policy.json ${CARL} --facts facts.json --json`);
    const told = JSON.parse(text) as { ways: { changes: Change[] }[] };
    const before = JSON.parse(
      await readFile(join(COMPANY, 'policy.json'), 'utf8'),
    ) as PolicyDocument;
    const after = (told.ways[0]?.changes ?? []).reduce(applyChange, before);
    const set = loadPolicy(after);
    if (set.kind === 'findings') throw new Error(JSON.stringify(set.findings));
    const facts = { srv: new Map([['fabrikam.example', ['sip.fabrikam.example']]]) };
    const query = {
      from: 'contoso.example',
      fromUser: 'carl',
      to: 'fabrikam.example',
      toUser: 'bob',
      via: 'sip',
      toward: 'sip',
      traffic: 'message',
    } as const;
    expect(evaluate(set, query, facts).effect).toBe('permit');
    expect(evaluate(set, { ...query, fromUser: 'dora' }, facts).effect).toBe('forbid');
  });

  const VALUES: readonly (readonly [line: string, value: object])[] = [
    ['check policy.json', { findings: [{ code: 'retired-provider', severity: 'warning' }] }],
    [
      `explain policy.json ${CARL} --facts facts.json`,
      { verdict: { effect: 'forbid', by: ['external-access:global'], diagnostics: 1012 } },
    ],
    [
      'diff policy.json next.json',
      {
        kind: 'diff',
        differences: expect.arrayContaining([expect.objectContaining({ kind: 'permitted' })]),
      },
    ],
    ['audit policy.json', { kind: 'audit', findings: [{ code: 'tls-never' }, {}, {}, {}, {}] }],
    ['may publish --group Users', { effect: 'forbid', missing: [{ role: 'publisher' }] }],
  ];
  for (const [line, value] of VALUES) {
    test(`${line} --json`, async () => {
      expect(JSON.parse((await tool(`${line} --json`)).text)).toMatchObject(value);
    });
  }
});

describe('over files of its own', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'policy-'));
    const files = {
      'broken.json': '{ "version": 1,\n "default": "perhaps", "rules": [] }',
      'binary.json': '\u00ff',
      'facts.json': '{ "srv": { "bad name": [] } }',
      'roles.json':
        '{ "version": 1, "lync": false, "roles": [{ "id": "us", "groups": ["Federation"], "may": ["publish"] }] }',
      'no-roles.json': '{ "version": 1, "roles": [] }',
      'Get-CsSipDomain.json': '[{ "Identity": "us.example", "Name": "us.example" }]',
    };
    const policy = JSON.parse(
      await readFile(join(COMPANY, 'policy.json'), 'utf8'),
    ) as PolicyDocument;
    const { recipients: _recipients, ...federation } = { ...policy.federation };
    const {
      granted: _granted,
      siteOf: _siteOf,
      ...externalAccess
    } = {
      ...federation.externalAccess,
    };
    const asking = { ...policy, federation: { ...federation, externalAccess } };
    await writeFile(join(folder, 'asking.json'), JSON.stringify(asking));
    for (const [name, text] of Object.entries(files))
      await writeFile(join(folder, name), text, name === 'binary.json' ? 'latin1' : 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const BROKEN = 'error unknown-value at /default:2: Expected the value "deny" or "permit"';
  const QUERY = '--from a.example --to b.example';
  const ROWS: readonly (readonly [line: string, code: number, says: string])[] = [
    ['check broken.json', 1, BROKEN],
    [`explain broken.json ${QUERY}`, 1, BROKEN],
    [`what-if broken.json ${QUERY}`, 1, BROKEN],
    ['diff broken.json broken.json', 1, BROKEN],
    ['audit broken.json', 1, BROKEN],
    ['export broken.json', 1, BROKEN],
    ['import broken.json', 1, 'error unknown-object'],
    ['import Get-CsSipDomain.json', 0, '"localDomains": [\n      "us.example"\n    ]'],
    ['import Get-CsSipDomain.json --local-domain more.example', 0, '"more.example"'],
    [
      `explain asking.json ${CARL} ${SRV}`,
      1,
      'It is not known which external access policy "carl@contoso.example" has.',
    ],
    [
      `explain asking.json ${CARL} ${SRV} --grant Carl@contoso.example=Everything`,
      0,
      'user "Everything" agrees',
    ],
    [
      `explain asking.json ${IN} ${AMY} --mark verified`,
      1,
      'It is not known whether "amy@contoso.example" has blocked',
    ],
    [
      `explain asking.json ${IN} ${AMY} --mark verified --relation amy@contoso.example=bob@fabrikam.example=none`,
      0,
      'Permitted',
    ],
    [
      `explain asking.json ${IN} ${AMY} --mark unverified --relation amy@contoso.example=bob@fabrikam.example=added`,
      0,
      'on the contact list',
    ],
    [
      `explain asking.json ${IN} ${AMY} --mark verified --relation amy@contoso.example=bob@fabrikam.example=blocked`,
      1,
      'The recipient blocks',
    ],
    ['may publish --group Federation --roles roles.json', 0, 'us'],
    [
      'may publish --group DomainAdmins --group RTCUniversalServerAdmins --roles roles.json',
      1,
      'Federation',
    ],
    ['may publish --group Users --roles no-roles.json', 1, 'missing-field'],
  ];
  for (const [line, code, says] of ROWS) {
    test(line, async () => {
      const done = await tool(line, folder);
      expect(done.text).toContain(says);
      expect(done.code).toBe(code);
    });
  }

  test('what was imported is exported, and imported again the same', async () => {
    const copy = join(COMPANY, 'lync');
    const files = [
      'SipDomain',
      'AccessEdgeConfiguration',
      'AllowedDomain',
      'BlockedDomain',
      'XmppAllowedPartner',
      'ExternalAccessPolicy',
      'User',
    ].map((noun) => `Get-Cs${noun}.json`);
    const first = await tool(
      `import ${files.map((name) => join(copy, name)).join(' ')} --out policy.json`,
      folder,
    );
    expect(first).toMatchObject({ code: 0, text: 'policy.json' });
    expect(first.complaint).toContain('warning no-counterpart at');
    for (const [user, code] of [
      ['amy', 0],
      ['carl', 1],
    ] as const) {
      const line = `explain policy.json --from ${user}@contoso.example --to x@jabber.example`;
      expect(await tool(line, folder)).toMatchObject({ code });
    }
    expect(await tool('check policy.json', folder)).toMatchObject({ code: 0 });
    const { text, code } = await tool('export policy.json --out lync', folder);
    expect(code).toBe(0);
    const written = text.split('\n').filter((name) => name.endsWith('.json'));
    expect(await tool(`import ${written.join(' ')} --out again.json`, folder)).toMatchObject({
      code: 0,
    });
    expect(await tool('diff policy.json again.json', folder)).toMatchObject({ code: 0 });
    const [one, other] = await Promise.all(
      ['policy.json', 'again.json'].map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(JSON.parse(other ?? '')).toEqual(JSON.parse(one ?? ''));
  });

  const UNDONE: readonly (readonly [line: string, says: string])[] = [
    ['', 'No command.'],
    ['guess policy.json', 'guess is no command.'],
    ['check', 'check wants 1 file(s).'],
    ['diff broken.json', 'diff wants 2 file(s).'],
    ['import', 'import wants files.'],
    ['check missing.json', 'no such file'],
    ['check binary.json', 'not valid'],
    ['check broken.json --loud', "Unknown option '--loud'"],
    ['explain broken.json --from a.example', 'A crossing has --from and --to.'],
    [`explain broken.json ${QUERY} --via mail`, 'mail is no side: sip, xmpp.'],
    [`explain broken.json ${QUERY} --traffic fax`, 'fax is no traffic: message, presence'],
    [`explain broken.json ${QUERY} --mark maybe`, 'maybe is no mark: verified, unverified.'],
    [`explain broken.json ${QUERY} --srv d.example`, 'd.example should have 1 "=".'],
    ['may dance --group Users', 'dance is none of edit, publish'],
  ];
  for (const [line, says] of UNDONE) {
    test(`cannot do: ${line}`, async () => {
      const done = await tool(line, folder);
      expect(done.complaint).toContain(says);
      expect(done.complaint).toContain('usage: policy-tool');
      expect(done.code).toBe(2);
    });
  }

  test('facts that are none are told before anything is decided', async () => {
    const done = await tool(
      `explain ${join(COMPANY, 'policy.json')} ${QUERY} --facts facts.json`,
      folder,
    );
    expect(done.code).toBe(2);
    expect(done.complaint).toContain('error malformed-text at /srv/bad name');
  });
});

describe('a page', () => {
  const page = [
    'Before.',
    '```console\n$ policy-tool check next.json\nstale\n```',
    '```console\n$ other check next.json\nleft alone\n```',
    '```console\n$ policy-tool may publish --group "Domain Admins"\n```',
    'After.',
  ].join('\n\n');

  test('is filled with what is printed, and then stays', async () => {
    const made = await filled(page, COMPANY);
    expect(made).toContain(
      '$ policy-tool check next.json\nIt loads, and nothing in it is odd.\n(ends with 0)\n```',
    );
    expect(made).toContain('$ other check next.json\nleft alone\n');
    expect(made).toContain('not in RTCUniversalServerAdmins (publisher)');
    expect(await filled(made, COMPANY)).toBe(made);
  });

  test('keeps what one run wrote for the next', async () => {
    const runs = ['import lync/Get-CsSipDomain.json --out made.json', 'export made.json'];
    const blocks = runs.map((line) => `\`\`\`console\n$ policy-tool ${line}\n\`\`\``).join('\n');
    expect(await filled(blocks, COMPANY)).toContain('made.json\n(ends with 0)');
    await expect(readFile(join(COMPANY, 'made.json'))).rejects.toThrow('no such file');
  });
});
