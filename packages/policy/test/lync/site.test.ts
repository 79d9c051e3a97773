// One site, as its cmdlets give it: by ConvertTo-Json, by Export-Clixml, in each encoding that PowerShell writes. What comes
// of it is one document, and a gateway's policy.
import { readdirSync, readFileSync } from 'node:fs';
import {
  evaluate,
  loadPolicy,
  type Facts,
  type PolicyDocument,
  type Query,
} from '@interwork/policy';
import { exportLync, importLync, type LyncFile } from '@interwork/policy/lync';
import { describe, expect, it } from 'vitest';

const folder = (name: string): readonly LyncFile[] => {
  const place = new URL(`site/${name}/`, import.meta.url);
  return readdirSync(place).map((file) => ({
    name: file,
    text: readFileSync(new URL(file, place), 'utf8'),
  }));
};

function imported(files: readonly LyncFile[]): PolicyDocument {
  const result = importLync(files);
  expect(result.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (result.kind !== 'imported') throw new Error('not imported');
  return result.document;
}

const JSON_FILES = folder('json');
const CLIXML = folder('clixml');

/** What each encoding makes of a text. */
const ENCODINGS: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  'text with a mark': (text) => `\uFEFF${text}`,
  'UTF-8': (text) => Buffer.from(text, 'utf8'),
  'UTF-8 with a mark': (text) => Buffer.from(`\uFEFF${text}`, 'utf8'),
  'UTF-16 little endian': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16 big endian': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  'lines that end in CR LF': (text) => text.replaceAll('\n', '\r\n'),
};

describe('a site', () => {
  it('has the same document by JSON and by Clixml', () => {
    expect(imported(CLIXML)).toEqual(imported(JSON_FILES));
    expect(JSON_FILES).toHaveLength(13);
  });

  it('has it in both at once, and says so', () => {
    const result = importLync([...JSON_FILES, ...CLIXML]);
    expect(result).toMatchObject({ kind: 'imported', document: imported(JSON_FILES) });
    const twice = result.findings.filter(({ code }) => code === 'given-twice');
    expect(twice.map(({ file }) => file)).toEqual(CLIXML.map(({ name }) => name));
  });

  it.each(Object.entries(ENCODINGS))('is read in %s', (_, encode) => {
    for (const files of [JSON_FILES, CLIXML]) {
      const encoded = files.map(({ name, text }) => ({ name, text: encode(String(text)) }));
      expect(imported(encoded)).toEqual(imported(JSON_FILES));
    }
  });

  it('says what was left out, with its place', () => {
    const { findings } = importLync(CLIXML);
    expect(findings).toContainEqual({
      severity: 'warning',
      code: 'no-counterpart',
      file: 'ImFilterConfiguration.xml',
      path: '/0/BlockFileExtension',
      line: 37,
      text: '"BlockFileExtension" of ImFilterConfiguration was left out: files do not cross',
    });
    expect(JSON.stringify([findings, imported(CLIXML)])).not.toContain('passphrase"');
    expect(JSON.stringify([findings, imported(CLIXML)])).not.toContain('not a real');
  });

  it('reads words without a word where Clixml has them, and numbers with one', () => {
    const codes = (files: readonly LyncFile[]) =>
      importLync(files).findings.map(({ code }) => code);
    expect(codes(CLIXML)).not.toContain('number-by-order');
    expect(codes(JSON_FILES).filter((code) => code === 'number-by-order')).toHaveLength(7);
  });

  const SALES: Facts = {
    grants: new Map([['ann@litware.example', { policy: 'Sales' }]]),
    relations: new Map([['ann@litware.example bob@fabrikam.example', 'none']]),
  };
  const NOBODY = { grants: new Map([['ann@litware.example', {}]]) };
  const server = { peerNames: ['sip.fabrikam.example'] };
  const people = { fromUser: 'bob', toUser: 'ann' };
  type Row = readonly [
    from: string,
    more: Partial<Query>,
    facts: Facts,
    effect: string,
    by: string,
  ];
  const CROSSINGS: readonly Row[] = [
    [
      'fabrikam.example',
      { ...server, mark: 'verified' },
      {},
      'permit',
      'allowed-domain:fabrikam.example',
    ],
    ['fabrikam.example', server, {}, 'forbid', 'allowed-domain:fabrikam.example'],
    [
      'fabrikam.example',
      { peerNames: ['sip.other.example'], mark: 'verified' },
      {},
      'forbid',
      'allowed-domain:fabrikam.example',
    ],
    [
      'fabrikam.example',
      { ...server, ...people, mark: 'verified' },
      NOBODY,
      'forbid',
      'external-access:global',
    ],
    [
      'fabrikam.example',
      { ...server, ...people, mark: 'verified' },
      SALES,
      'permit',
      'external-access:user:Sales',
    ],
    ['mail.spam.example', { mark: 'verified' }, {}, 'forbid', 'blocked-domain:spam.example'],
    ['gmail.com', { via: 'xmpp' }, {}, 'permit', 'xmpp-partner:gmail.com'],
    ['gmail.com', { via: 'xmpp', ...people }, NOBODY, 'forbid', 'external-access:global'],
    ['research.wingtip.example', { via: 'xmpp' }, {}, 'permit', 'xmpp-partner:wingtip.example'],
    ['sub.wingtip.example', { via: 'xmpp' }, {}, 'forbid', 'default'],
  ];
  it.each(CROSSINGS)('decides as it was configured: %s %j', (from, more, facts, effect, by) => {
    const set = loadPolicy(imported(CLIXML));
    if (set.kind !== 'policy') throw new Error(JSON.stringify(set.findings));
    const query: Query = {
      from,
      to: 'litware.example',
      via: 'sip',
      toward: 'sip',
      traffic: 'message',
    };
    const verdict = evaluate(set, { ...query, ...more }, facts);
    expect(verdict.effect).toBe(effect);
    expect(verdict.by).toContain(by);
  });

  it('comes back from what is exported of it', () => {
    const { files, findings } = exportLync(imported(JSON_FILES));
    expect(findings).toEqual([]);
    expect(imported(files)).toEqual(imported(JSON_FILES));
  });
});
