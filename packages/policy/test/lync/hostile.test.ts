// Files that want something else than to be read. What comes back is always a value, an error says where, and nothing is
// larger or slower than its file.
import { DEFAULT_LYNC_LIMITS, importLync, type LyncLimits } from '@interwork/policy/lync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clixml } from './clixml.ts';

const OURS = ['ours.example'];

function errors(
  text: string | Uint8Array,
  limits: Partial<LyncLimits> = {},
  name = 'AllowedDomain',
) {
  const result = importLync([{ name, text }], { localDomains: OURS, limits });
  expect(result.findings.some(({ severity }) => severity === 'error')).toBe(
    result.kind === 'findings',
  );
  return result.findings
    .filter(({ severity }) => severity === 'error')
    .map(({ code, path, line }) => `${code} ${path} ${line ?? '-'}`);
}

const obj = (members: string, id = 0): string => `<Obj RefId="${id}"><MS>${members}</MS></Obj>`;
const DOMAIN = '<S N="Domain">a.example</S>';

describe('Clixml', () => {
  const BILLION = `<!DOCTYPE Objs [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n`;
  const ROWS: readonly (readonly [what: string, text: string, error: string])[] = [
    ['a document type', `${BILLION}${clixml(obj('<S N="Domain">&b;</S>'))}`, 'not-clixml  1'],
    ['an outer entity', `<!DOCTYPE Objs SYSTEM "file:///etc/passwd">${clixml()}`, 'not-clixml  1'],
    ['an entity nobody declared', clixml(obj('<S N="Domain">&b;</S>')), 'not-xml /0/Domain 1'],
    ['a processing instruction', `${clixml()}<?php 1 ?>`, 'not-clixml  1'],
    ['markup that does not end', clixml(obj(DOMAIN)).slice(0, -7), 'not-xml  1'],
    ['markup that does not match', clixml('<Obj></Objs>'), 'not-xml  1'],
    ['an attribute twice', clixml('<S N="a" N="b" />'), 'not-xml  1'],
    ['two roots', `${clixml()}<Objs />`, 'not-xml  1'],
    ['another root', '<html />', 'not-clixml  1'],
    ['another namespace', '<Objs xmlns="urn:x" />', 'not-clixml  1'],
    ['a foreign element', clixml('<x:S xmlns:x="urn:x">a</x:S>'), 'not-clixml  1'],
    ['text between', clixml(obj(`x${DOMAIN}`)), 'not-clixml /0 1'],
    ['members outside an object', clixml('<Props />'), 'not-clixml  1'],
    ['an object within text', clixml('<S><Obj /></S>'), 'not-clixml /0 1'],
    ['a member without a name', clixml(obj('<S>a</S>')), 'not-clixml /0 1'],
    ['a member twice', clixml(obj(DOMAIN + DOMAIN)), 'duplicate-key /0/Domain 1'],
    [
      'a member in both parts',
      clixml(`<Obj><Props>${DOMAIN}</Props><MS>${DOMAIN}</MS></Obj>`),
      'duplicate-key /0/Domain 1',
    ],
    ['true in other words', clixml(obj('<B N="a">True</B>')), 'not-clixml /0/a 1'],
    ['a number in other words', clixml(obj('<I32 N="a">0x10</I32>')), 'not-clixml /0/a 1'],
    ['a number that is none', clixml(obj('<Db N="a">NaN</Db>')), 'not-clixml /0/a 1'],
    ['nothing that is something', clixml(obj('<Nil N="a">x</Nil>')), 'not-clixml /0/a 1'],
    ['a reference to nothing', clixml('<Ref RefId="7" />'), 'unknown-reference /0 1'],
    ['types of nothing', clixml('<Obj><TNRef RefId="7" /></Obj>'), 'unknown-reference /0 1'],
    [
      'an entry without a key',
      clixml('<Obj><DCT><En><S N="Value">a</S></En></DCT></Obj>'),
      'not-clixml /0 1',
    ],
    [
      'an entry twice',
      clixml(`<Obj><DCT>${'<En><S N="Key">k</S><S N="Value">a</S></En>'.repeat(2)}</DCT></Obj>`),
      'duplicate-key /0 1',
    ],
    ['an element of later days', clixml(obj(`<SCT N="Domain">x</SCT>`)), 'missing-field /0 1'],
    [
      'an element of later days with more in it',
      clixml(obj(`<X N="ProxyFqdn"><Objs>x<!-- c --></Objs></X>${DOMAIN}`)),
      'wrong-type /0/ProxyFqdn 1',
    ],
    [
      'an object that is its own member',
      clixml(obj('<Ref N="Domain" RefId="0" />')),
      'missing-field /0 1',
    ],
    ['a member of another sort', clixml(obj('<I32 N="Domain">5</I32>')), 'missing-field /0 1'],
  ];
  it.each(ROWS)('%s', (_, text, error) => {
    expect(errors(text)).toEqual([error]);
  });

  it('tells the line', () => {
    const text = clixml(
      `\n${obj(`\n${DOMAIN}\n<S N="ProxyFqdn">p</S>\n<B N="MarkForMonitoring">x</B>`)}`,
    );
    expect(errors(text)).toEqual(['not-clixml /0/MarkForMonitoring 5']);
  });
});

describe('octets', () => {
  const ROWS: readonly (readonly [
    what: string,
    octets: readonly number[],
    code: string | undefined,
  ])[] = [
    ['UTF-8', [0x5b, 0x5d], undefined],
    [
      'UTF-8 with an honest replacement character',
      [0x22, 0xef, 0xbf, 0xbd, 0x22],
      'unknown-object',
    ],
    ['Latin-1', [0x22, 0xfc, 0x22], 'not-text'],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22], 'not-text'],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 'not-text'],
    ['half of a character', [0x22, 0xe2, 0x82], 'not-text'],
    ['UTF-16 with an odd octet', [0xff, 0xfe, 0x5b, 0, 0x5d], 'not-text'],
    ['UTF-16 with a lone surrogate', [0xff, 0xfe, 0x22, 0, 0, 0xd8, 0x22, 0], 'not-text'],
    ['UTF-16 without a mark', [0x5b, 0, 0x5d, 0], 'not-json'],
    ['a mark alone', [0xff, 0xfe], undefined],
    ['nothing', [], undefined],
  ];
  it.each(ROWS)('%s', (_, octets, code) => {
    const found = errors(Uint8Array.from(octets)).map((error) => error.split(' ')[0]);
    expect(found).toEqual(code === undefined ? [] : [code]);
  });
});

describe('sizes', () => {
  const many = (count: number): string =>
    JSON.stringify(Array.from({ length: count }, (_, at) => ({ Domain: `d${at}.example` })));
  const deepXml = (depth: number): string =>
    clixml(
      '<Obj><MS>'.repeat(depth).replaceAll('<Obj>', '<Obj N="a">') + '</MS></Obj>'.repeat(depth),
    );
  const ROWS: readonly (readonly [
    what: string,
    text: string,
    limits: Partial<LyncLimits>,
    error: string,
  ])[] = [
    ['characters', '[]      ', { characters: 7 }, 'too-large  -'],
    ['values of JSON', many(3), { values: 6 }, 'too-large /2/Domain 1'],
    ['values of Clixml', clixml(obj(DOMAIN).repeat(2)), { values: 3 }, 'too-large /1/Domain 1'],
    ['depth of JSON', '['.repeat(17), {}, 'too-deep /0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0 1'],
    ['depth of Clixml', deepXml(17), {}, `too-deep /0${'/a'.repeat(16)} 1`],
    ['depth of unknown elements', clixml('<x>'.repeat(17)), {}, 'too-deep /0 1'],
  ];
  it.each(ROWS)('%s', (_, text, limits, error) => {
    expect(errors(text, limits)).toEqual([error]);
  });

  it('counts octets of UTF-16 by twos', () => {
    const text = Buffer.from('\uFEFF[]      ', 'utf16le');
    expect(errors(text, { characters: 9 })).toEqual([]);
    expect(errors(text, { characters: 8 })).toEqual(['too-large  -']);
  });

  it('counts all files together, and files', () => {
    const files = [1, 2, 3].map((at) => ({ name: `AllowedDomain${at}`, text: '[]' }));
    const codes = (limits: Partial<LyncLimits>) =>
      importLync(files, { localDomains: OURS, limits })
        .findings.filter(({ severity }) => severity === 'error')
        .map(({ code, file }) => `${code} ${file}`);
    expect(codes({ characters: 6, files: 3 })).toEqual([]);
    expect(codes({ characters: 5 })).toEqual(['too-large AllowedDomain3']);
    expect(codes({ files: 2 })).toEqual(['too-many-files ']);
  });

  it('does not multiply by references', () => {
    const list = `<Obj RefId="1"><LST>${'<S>a.example</S>'.repeat(1000)}</LST></Obj>`;
    const lists = clixml(list, '<Ref RefId="1" />'.repeat(1000));
    expect(errors(lists, { values: 5000 }).at(-1)).toMatch(/^(?:too-large|more-findings)/);
    const partner = (at: number): string =>
      obj(`<S N="Domain">d${at}.example</S><Ref N="AdditionalDomains" RefId="1" />`, at + 2);
    const partners = clixml(
      obj(`${DOMAIN}<Obj N="AdditionalDomains" ${list.slice(5)}`, 0),
      Array.from({ length: 100 }, (_, at) => partner(at)).join(''),
    );
    expect(errors(partners, { values: 5000 }, 'XmppAllowedPartner')[0]).toBe(
      'too-large /4/AdditionalDomains 1',
    );
  });

  it('tells so many findings and counts the rest', () => {
    const text = JSON.stringify(Array.from({ length: 500 }, () => ({})));
    const result = importLync([{ name: 'AllowedDomain', text }], { limits: { findings: 10 } });
    expect(result.findings).toHaveLength(11);
    expect(result.findings.at(-1)).toMatchObject({ severity: 'error', code: 'more-findings' });
  });

  it('has limits that a large deployment is within', () => {
    expect(errors(many(20_000), DEFAULT_LYNC_LIMITS)).toEqual([]);
  });
});

describe('whatever it is', () => {
  const mangled = fc
    .tuple(
      fc.constantFrom(
        clixml(obj(DOMAIN)),
        clixml(
          '<Obj RefId="0"><TN RefId="0"><T>a</T></TN><ToString>x</ToString><I32>0</I32></Obj>',
        ),
        '[{"Identity":"a.example","Domain":"a.example","ProxyFqdn":null}]',
      ),
      fc.nat(300),
      fc.nat(10),
      fc.string({ unit: 'binary', maxLength: 10 }),
    )
    .map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
  const anything = fc.oneof(
    mangled,
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 60 }),
    mangled.map((text) => Buffer.from(text, 'utf16le')),
  );
  const name = fc.oneof(
    fc.constantFrom('AllowedDomain.json', 'HostingProvider', 'User', 'AccessEdgeConfiguration'),
    fc.string(),
  );

  it('is a value, and no document where something is an error', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name, text: anything }), { maxLength: 3 }), (files) => {
        const result = importLync(files, { localDomains: OURS });
        const isWrong = result.findings.some(({ severity }) => severity === 'error');
        expect(result.kind).toBe(isWrong ? 'findings' : 'imported');
      }),
      { numRuns: 2000 },
    );
  });
});
