// RFC 3863: presence documents read and written, with RFC 4479's person and RFC 4480's activities; bounds and
// broken ones. What they mean for a stanza is rfc8048-presence.test.ts.
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_PIDF_LIMITS,
  NS_DATA_MODEL,
  NS_PIDF,
  NS_RPID,
  parsePidf,
  PIDF_TYPE,
  type PidfDocument,
  type PidfTuple,
  writePidf,
} from '@interwork/core';

const octets = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const root = (inner: string, attrs = ''): string =>
  `<presence xmlns='${NS_PIDF}' xmlns:p='${NS_PIDF}' xmlns:dm='${NS_DATA_MODEL}' xmlns:r='${NS_RPID}'` +
  ` xmlns:x='urn:x' entity='pres:a@b.test' ${attrs}>${inner}</presence>`;
const read = (text: string, limits = DEFAULT_PIDF_LIMITS): PidfDocument => {
  const document = parsePidf(octets(text), limits);
  if (document.kind === 'fault') throw new Error(`${document.code}: ${document.text}`);
  return document;
};
const code = (body: Uint8Array | string): string => {
  const document = parsePidf(typeof body === 'string' ? octets(body) : body);
  return document.kind === 'fault' ? `${document.code} ${document.answer}` : 'read';
};
const tuple = (inner: string, status = '<basic>open</basic>'): string =>
  `<tuple id='t'><status>${status}</status>${inner}</tuple>`;
const firstTuple = (text: string): PidfTuple | undefined => read(root(text)).tuples[0];
const lost = (d: PidfDocument): readonly string[] => (d.lost ?? []).map(({ what }) => what);

describe('RFC 3863 §4.1 documents', () => {
  it('RFC 3863 §4.1.1, §3.1 the least there is', () => {
    expect(read(root(''))).toEqual({ kind: 'pidf', entity: 'pres:a@b.test', tuples: [] });
    expect(PIDF_TYPE).toBe('application/pidf+xml');
  });

  const rows: readonly (readonly [id: string, document: string, expected: Partial<PidfTuple>])[] = [
    ['RFC 3863 §4.1.4 open', tuple(''), { basic: 'open' }],
    [
      'RFC 3863 §4.1.4 closed, in white space',
      tuple('', '<basic> closed\n</basic>'),
      { basic: 'closed' },
    ],
    ['RFC 3863 §4.1.4 another word is none', tuple('', '<basic>OPEN</basic>'), {}],
    ['RFC 3863 §4.1.3 a status with words unknown', tuple('', '<x:y/>'), { extended: true }],
    ['show', tuple('', "<show xmlns='jabber:client'>dnd</show>"), { show: 'dnd' }],
    ['a show nobody knows', tuple('', "<show xmlns='jabber:client'>busy</show>"), {}],
    ['a show of no namespace', tuple('', '<show>dnd</show>'), { extended: true }],
    [
      'RFC 3863 §4.1.5 a contact',
      tuple('<contact>\n sip:a@b.test </contact>'),
      { basic: 'open', contact: { uri: 'sip:a@b.test' } },
    ],
    ['RFC 3863 §4.1.5 an empty contact', tuple('<contact/>'), { basic: 'open' }],
    [
      'RFC 3863 §4.1.6 notes in their languages, inherited or not',
      tuple("<note>a</note><note xml:lang='de'>b</note><note xml:lang=''>c</note>").replace(
        '<tuple',
        "<tuple xml:lang='fr'",
      ),
      {
        basic: 'open',
        notes: [{ lang: 'fr', text: 'a' }, { lang: 'de', text: 'b' }, { text: 'c' }],
      },
    ],
    ['RFC 3863 §4.1.6 a blank note is none', tuple('<note> \n</note>'), { basic: 'open' }],
    [
      'RFC 3863 §4.1.7 a timestamp with an offset',
      tuple('<timestamp>2026-02-01T02:00:00.5+02:00</timestamp>'),
      { basic: 'open', timestamp: Date.UTC(2026, 1, 1, 0, 0, 0, 500) },
    ],
    [
      'RFC 3863 §4.1.7 one in small letters',
      tuple('<timestamp>2026-02-01t00:00:00z</timestamp>'),
      { basic: 'open' },
    ],
    [
      'RFC 3863 §4.1.7 one of no day',
      tuple('<timestamp>2026-02-30T00:00:00Z</timestamp>'),
      { basic: 'open' },
    ],
    [
      'RFC 4480 §3.2 activities in a status, as some write them',
      tuple('', '<basic>open</basic><r:activities><r:away/></r:activities>'),
      { basic: 'open', activities: [{ names: ['away'] }] },
    ],
    [
      'RFC 4480 §3.16 use',
      tuple(
        "<r:user-input idle-threshold='600' last-input='2026-02-01T00:00:00Z'>idle</r:user-input>",
      ),
      {
        basic: 'open',
        userInput: { state: 'idle', lastInput: Date.UTC(2026, 1, 1), idleThreshold: 600 },
      },
    ],
    [
      'RFC 4480 §3.16 use without attributes that can be read',
      tuple("<r:user-input idle-threshold='-1' last-input='noon'>active</r:user-input>"),
      { basic: 'open', userInput: { state: 'active' } },
    ],
    [
      'RFC 4480 §3.16 a use nobody knows',
      tuple('<r:user-input>busy</r:user-input>'),
      { basic: 'open' },
    ],
    [
      'RFC 3863 §4.2.3 elements nobody knows',
      tuple('<x:y><contact>sip:c@d</contact></x:y><r:mood/>'),
      { basic: 'open' },
    ],
  ];
  it.each(rows)('RFC 3863 §4.1.2 %s', (_id, document, expected) => {
    expect(firstTuple(document)).toEqual({ id: 't', ...expected });
  });

  const priorities: readonly (readonly [text: string, expected: number | undefined])[] = [
    ['0', 0],
    ['1', 1],
    ['1.0', 1],
    ['1.000', 1],
    ['0.021', 0.021],
    ['0.5', 0.5],
    ['0.', 0],
    [' 0.8 ', 0.8],
    ['0.1239', 0.123],
    ['0.30000000000', 0.3],
    ['1.001', undefined],
    ['1.1', undefined],
    ['2', undefined],
    ['-0.1', undefined],
    ['.5', undefined],
    ['0,5', undefined],
    ['5e-1', undefined],
    ['', undefined],
    ['0.00000000000000000', undefined],
  ];
  it.each(priorities)('RFC 3863 §4.1.5 priority %s', (text, expected) => {
    const contact = firstTuple(
      tuple(`<contact priority='${text}'>sip:a@b.test</contact>`),
    )?.contact;
    expect(contact?.priority).toBe(expected);
  });

  it('RFC 4479 §5, §5.1.2 persons, and notes of the document', () => {
    const d = read(
      root(
        "<dm:person id='p' xml:lang='de'><r:activities from='2026-01-01T00:00:00Z' until='2026-01-02T00:00:00Z'>" +
          '<r:note>mm</r:note><r:vacation/><r:breakfast/><r:breakfast/><r:juggling/><r:other>reading</r:other></r:activities>' +
          '<r:user-input>active</r:user-input><dm:note>weg</dm:note><dm:timestamp>2026-01-01T00:00:00Z</dm:timestamp></dm:person>' +
          "<dm:device id='d'><r:user-input>idle</r:user-input></dm:device><note>out</note>",
      ),
    );
    expect(d).toEqual({
      kind: 'pidf',
      entity: 'pres:a@b.test',
      tuples: [],
      notes: [{ text: 'out' }],
      persons: [
        {
          id: 'p',
          activities: [
            {
              names: ['vacation', 'breakfast', 'other'],
              from: Date.UTC(2026, 0, 1),
              until: Date.UTC(2026, 0, 2),
            },
          ],
          userInput: { state: 'active' },
          notes: [{ lang: 'de', text: 'weg' }],
          timestamp: Date.UTC(2026, 0, 1),
        },
      ],
    });
  });

  it('RFC 3863 §4.2.2 the namespace may have a prefix', () => {
    const text = `<i:presence xmlns:i='${NS_PIDF}' entity='pres:a@b.test'><i:tuple id='t'><i:status><i:basic>open</i:basic></i:status></i:tuple></i:presence>`;
    expect(read(text).tuples).toEqual([{ id: 't', basic: 'open' }]);
  });

  it('RFC 3629 §6 a byte order mark, a declaration and a line end behind', () => {
    const text = `\uFEFF<?xml version='1.0' encoding='utf-8'?>\r\n${root(tuple(''))}\r\n`;
    expect(read(text).tuples.length).toBe(1);
  });
});

describe('RFC 3863 §4.1 comments say nothing, and hide nothing', () => {
  const text = root(tuple('<note>a</note>'));
  const plain = read(text);
  const rows: readonly (readonly [id: string, document: string])[] = [
    ['before the root', `<!-- a --><!---->\n${text}`],
    ['behind a declaration', `<?xml version='1.0'?>\n<!-- a -->\n${text}`],
    ['behind the root', `${text}\n<!-- a -->\n<!-- b -->`],
    ['between elements', text.replace('<note>', '<!-- <tuple id="x"> --><note>')],
    ['in a text', text.replace('open', 'op<!-- closed -->en')],
    ['beside a section', text.replace('>a<', '><!-- b --><![CDATA[a]]><!-- c --><')],
  ];
  it.each(rows)('%s', (_id, document) => {
    expect(read(document)).toEqual(plain);
  });

  it('what looks like one in a section is text', () => {
    const d = read(text.replace('>a<', '><!-- b --><![CDATA[<!-- c -->]]><'));
    expect(d.tuples[0]?.notes).toEqual([{ text: '<!-- c -->' }]);
  });

  const broken: readonly (readonly [id: string, document: string])[] = [
    ['in a tag', text.replace("id='t'", "<!-- a --> id='t'")],
    ['in a closing tag', text.replace('</note>', '</note<!-- a -->>')],
    ['in a value', text.replace("id='t'", "id='t<!-- a -->'")],
    ['in the declaration', `<?xml <!-- a --> version='1.0'?>${text}`],
    ['that never ends', `${text}<!-- a --`],
    ['with two hyphens inside', text.replace('<note>', '<!-- a -- b --><note>')],
    ['that ends in three hyphens', text.replace('<note>', '<!-- a ---><note>')],
    ['with a NUL', text.replace('<note>', '<!-- \0 --><note>')],
    ['with a document type inside', text.replace('<note>', '<!-- a --><!DOCTYPE x><note>')],
    ['before a document type', `<!-- a --><!DOCTYPE presence>${text}`],
    ['around a section without a root', `<!-- a --><![CDATA[]]>${text}`],
    ['behind a root that never ends', `${text.slice(0, -11)}<!-- a -->`],
    ['and a processing instruction', `<!-- a --><?x <!-- b --> ?>${text}`],
    ['alone', '<!-- a -->'],
  ];
  it.each(broken)('%s it is none', (_id, document) => {
    expect(code(document)).toBe('not-xml 400');
  });
});

describe('RFC 3863 §4.2.3 what must be understood', () => {
  const must = "p:mustUnderstand='1'";
  const rows: readonly (readonly [id: string, inner: string, tuples: number, persons: number])[] = [
    ['in a status', tuple('', `<basic>open</basic><x:y ${must}/>`), 0, 0],
    ['in a status, as true', tuple('', "<basic>open</basic><x:y p:mustUnderstand='true'/>"), 0, 0],
    [
      'in a status, without a prefix',
      tuple('', "<basic>open</basic><x:y mustUnderstand='1'/>"),
      0,
      0,
    ],
    ['in a tuple', tuple(`<x:y ${must}/>`), 0, 0],
    ['in an extension that is ignored', tuple(`<x:y><x:z ${must}/></x:y>`), 1, 0],
    ['not', tuple('', "<basic>open</basic><x:y p:mustUnderstand='0'/>"), 1, 0],
    ['of what is understood', tuple('', `<basic ${must}>open</basic>`), 1, 0],
    ['in a person', `<dm:person id='p'><x:y ${must}/></dm:person>`, 0, 0],
    ['in none', "<dm:person id='p'><x:y/></dm:person>", 0, 1],
    [
      'of what is understood anywhere',
      `<tuple id='t' ${must}><status ${must}><basic>open</basic><show xmlns='jabber:client' ${must}>xa</show></status>` +
        `<r:user-input ${must}>idle</r:user-input><r:activities ${must}><r:tv ${must}/></r:activities>` +
        `<contact ${must}>sip:a</contact><note ${must}>n</note><timestamp ${must}/></tuple><note ${must}>n</note>` +
        `<dm:person id='p' ${must}><r:activities ${must}><r:tv/></r:activities><r:user-input ${must}>idle</r:user-input>` +
        `<dm:note ${must}>n</dm:note><dm:timestamp ${must}/></dm:person>`,
      1,
      1,
    ],
    [
      'of another name of a known namespace, in a person',
      `<dm:person id='p'><dm:deviceID ${must}/></dm:person>`,
      0,
      0,
    ],
    [
      'of rich presence that is not read, in a person',
      `<dm:person id='p'><r:mood ${must}/></dm:person>`,
      0,
      0,
    ],
    ['of rich presence that is not read, in a tuple', tuple(`<r:class ${must}>x</r:class>`), 0, 0],
    ['of the wrong place, in a tuple', tuple(`<basic ${must}>open</basic>`), 0, 0],
    [
      'of the wrong place, in a status',
      tuple('', `<basic>open</basic><note ${must}>n</note>`),
      0,
      0,
    ],
  ];
  it.each(rows)('%s', (id, inner, tuples, persons) => {
    const d = read(root(inner));
    expect([d.tuples.length, d.persons?.length ?? 0], id).toEqual([tuples, persons]);
    expect(lost(d).includes('must-understand'), id).toBe(tuples + persons === 0);
  });

  it('within rich presence, that alone is unusable', () => {
    const d = read(
      root(
        tuple(
          `<r:activities><r:away/><x:y ${must}/></r:activities><r:user-input>idle<x:y ${must}/></r:user-input>`,
        ),
      ),
    );
    expect([d.tuples, lost(d)]).toEqual([[{ id: 't', basic: 'open' }], ['must-understand']]);
  });

  it('in the document itself, all of it is', () => {
    const inner = [
      `<x:y ${must}/>`,
      `<dm:device id='d' ${must}/>`,
      `<contact ${must}>sip:a</contact>`,
    ];
    expect(inner.map((one) => code(root(one)))).toEqual(inner.map(() => 'must-understand 400'));
  });
});

describe('RFC 3863 §4.1 what is no document', () => {
  const laughs = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>${root('<note>&b;</note>')}`;
  const rows: readonly (readonly [id: string, body: string | Uint8Array, expected: string])[] = [
    ['nothing', '', 'not-xml 400'],
    ['no XML', 'open', 'not-xml 400'],
    ['half a document', root('').slice(0, -3), 'not-xml 400'],
    ['two of them', root('') + root(''), 'not-xml 400'],
    ['another root', root('').replaceAll('presence', 'present'), 'not-pidf 400'],
    ['another namespace', "<presence xmlns='jabber:client' entity='pres:a@b'/>", 'not-pidf 400'],
    ['no namespace', "<presence entity='pres:a@b'/>", 'not-pidf 400'],
    ['no entity', `<presence xmlns='${NS_PIDF}'/>`, 'no-entity 400'],
    ['a blank entity', `<presence xmlns='${NS_PIDF}' entity=' '/>`, 'no-entity 400'],
    [
      'an endless entity',
      `<presence xmlns='${NS_PIDF}' entity='pres:${'a'.repeat(8188)}'/>`,
      'no-entity 400',
    ],
    ['a billion laughs', laughs, 'not-xml 400'],
    ['a document type alone', `<!DOCTYPE presence>${root('')}`, 'not-xml 400'],
    [
      'a file from here',
      `<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd">]>${root('<note>&f;</note>')}`,
      'not-xml 400',
    ],
    ['an entity nobody has declared', root('<note>&nbsp;</note>'), 'not-xml 400'],
    ['an attribute twice', root('').replace('entity=', "entity='x' entity="), 'not-xml 400'],
    ['Latin-1', Buffer.from(root('<note>ü</note>'), 'latin1'), 'not-xml 400'],
    [
      'Latin-1 that says so',
      `<?xml version='1.0' encoding='ISO-8859-1'?>${root('')}`,
      'not-xml 400',
    ],
    ['UTF-16', Buffer.from(`\uFEFF${root('')}`, 'utf16le'), 'not-xml 400'],
    ['a NUL', root('<note>\0</note>'), 'not-xml 400'],
    [
      'overlong UTF-8',
      Buffer.concat([Buffer.from(root('')), Buffer.from([0xc0, 0xaf])]),
      'not-xml 400',
    ],
    ['too deep', root(`${'<x:y>'.repeat(16)}${'</x:y>'.repeat(16)}`), 'not-xml 400'],
    ['deeper than any stack', root('<x:y>'.repeat(12_000)), 'not-xml 400'],
    ['ten megabytes', Buffer.alloc(10_000_000, 0x3c), 'too-large 413'],
    ['one octet too much', root('').padEnd(65_537), 'too-large 413'],
    ['as much as there may be', root('').padEnd(65_536), 'read'],
    ['as deep as there may be', root(`${'<x:y>'.repeat(15)}${'</x:y>'.repeat(15)}`), 'read'],
  ];
  it.each(rows)('%s', (_id, body, expected) => {
    expect(code(body)).toBe(expected);
  });

  it('a fault says where the text says so', () => {
    expect(parsePidf(octets(''))).toMatchObject({ kind: 'fault', spec: 'RFC 3863 §4.1' });
  });
});

describe('RFC 3863 §4.1 bounds', () => {
  const small = {
    ...DEFAULT_PIDF_LIMITS,
    tuples: 2,
    persons: 1,
    notes: 1,
    noteLength: 3,
    activities: 2,
  };
  const tuples = (count: number): string =>
    Array.from({ length: count }, (_, n) => `<tuple id='t${n}'><status/></tuple>`).join('');
  const rows: readonly (readonly [id: string, inner: string, lost: string])[] = [
    ['two tuples', tuples(2), ''],
    ['three tuples', tuples(3), 'tuple'],
    ['two persons', "<dm:person id='p'/><dm:person id='q'/>", 'person'],
    ['a note', '<note>abc</note>', ''],
    ['two notes', '<note>a</note><note>b</note>', 'note'],
    ['a long note', '<note>abcd</note>', 'note'],
    ['notes of a tuple', tuple('<note>a</note><note>b</note>'), 'note'],
    [
      'notes of a person',
      "<dm:person id='p'><dm:note>a</dm:note><dm:note>b</dm:note></dm:person>",
      'note',
    ],
    ['activities', tuple('<r:activities><r:away/><r:tv/><r:lunch/></r:activities>'), 'activity'],
    ['elements of them', tuple('<r:activities><r:tv/></r:activities>'.repeat(3)), 'activity'],
    ['a tuple without an identifier', '<tuple><status/></tuple>', 'tuple'],
    ['a tuple without a status', "<tuple id='t'/>", 'tuple'],
    ['one identifier twice', tuple('') + tuple('', '<basic>closed</basic>'), 'tuple'],
  ];
  it.each(rows)('%s', (_id, inner, expected) => {
    expect(lost(read(root(inner), small)).join(' ')).toBe(expected);
  });

  it('the first of what is there twice counts', () => {
    const d = read(root(tuple('') + tuple('', '<basic>closed</basic>')));
    expect(d.tuples).toEqual([{ id: 't', basic: 'open' }]);
  });

  it('a cut note is whole characters', () => {
    const d = read(root('<note>ab\u{1F600}</note>'), small);
    expect(d.notes).toEqual([{ text: 'ab' }]);
  });

  it('long names are lost, not cut', () => {
    const long = 'a'.repeat(DEFAULT_PIDF_LIMITS.nameLength + 1);
    const contact = read(root(tuple(`<contact>sip:${long}</contact>`)));
    expect([contact.tuples[0]?.contact, lost(contact)]).toEqual([undefined, ['contact']]);
    expect(lost(read(root(`<tuple id='${long}'><status/></tuple>`)))).toEqual(['tuple']);
  });

  it('a language that is too long is none', () => {
    expect(read(root(`<note xml:lang='${'a'.repeat(65)}'>x</note>`)).notes).toEqual([
      { text: 'x' },
    ]);
  });

  it('the defaults', () => {
    const counts = read(root(tuples(33) + '<note>x</note>'.repeat(9)));
    expect([counts.tuples.length, counts.notes?.length, lost(counts)]).toEqual([
      DEFAULT_PIDF_LIMITS.tuples,
      DEFAULT_PIDF_LIMITS.notes,
      ['tuple', 'note'],
    ]);
  });
});

describe('RFC 3863 §4.1 writing', () => {
  it('a declaration, and children in their order', () => {
    const document: PidfDocument = {
      kind: 'pidf',
      entity: 'pres:a@b.test',
      tuples: [
        {
          id: 'ID-x',
          basic: 'open',
          show: 'away',
          userInput: { state: 'idle', lastInput: 0, idleThreshold: 60 },
          activities: [{ names: ['away'], until: 0 }],
          contact: { uri: 'sip:a@b.test;gr=x', priority: 0.007 },
          notes: [{ lang: 'de', text: 'weg & <fort>' }],
          timestamp: 1,
        },
      ],
      notes: [{ text: 'n' }],
      persons: [{ id: 'p', userInput: { state: 'active' }, notes: [{ text: 'm' }], timestamp: 0 }],
    };
    expect(Buffer.from(writePidf(document)).toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        `<presence xmlns="${NS_PIDF}" entity="pres:a@b.test">` +
        '<tuple id="ID-x"><status><basic>open</basic><show xmlns="jabber:client">away</show></status>' +
        `<activities xmlns="${NS_RPID}" until="1970-01-01T00:00:00.000Z"><away/></activities>` +
        `<user-input xmlns="${NS_RPID}" idle-threshold="60" last-input="1970-01-01T00:00:00.000Z">idle</user-input>` +
        '<contact priority="0.007">sip:a@b.test;gr=x</contact><note xml:lang="de">weg &amp; &lt;fort&gt;</note>' +
        '<timestamp>1970-01-01T00:00:00.001Z</timestamp></tuple><note>n</note>' +
        `<person xmlns="${NS_DATA_MODEL}" id="p"><user-input xmlns="${NS_RPID}">active</user-input><note>m</note>` +
        '<timestamp>1970-01-01T00:00:00.000Z</timestamp></person></presence>',
    );
    expect(parsePidf(writePidf(document))).toEqual(document);
  });

  it('leaves out what the format cannot hold', () => {
    const contact = (priority: number): PidfTuple => ({
      id: 't',
      contact: { uri: 'sip:a', priority },
      timestamp: 1e15,
      activities: [{ names: ['tv', 'nonsense" x="'], from: Number.NaN }],
    });
    const written = (priority: number): string =>
      Buffer.from(
        writePidf({ kind: 'pidf', entity: 'pres:a@b.test', tuples: [contact(priority)] }),
      ).toString();
    expect([-1, 1.1, Number.NaN].map((value) => written(value).includes('priority'))).toEqual([
      false,
      false,
      false,
    ]);
    expect(written(0.0079)).toContain('priority="0.007"');
    expect(written(1)).toContain(`<activities xmlns="${NS_RPID}"><tv/></activities>`);
    expect(written(1)).not.toContain('timestamp');
  });
});
