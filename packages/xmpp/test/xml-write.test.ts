// Writer: whatever is handed in, what comes out is read back as the same tree, by us and by saxes.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  child,
  childrenOf,
  element,
  elementsOf,
  MisuseError,
  NS,
  parseXml,
  textOf,
  writeXml,
  type XmlElement,
} from '@interwork/xmpp';
import { readBySaxes, sorted } from './saxes.ts';

const ROWS: readonly (readonly [
  id: string,
  el: XmlElement,
  parentNs: string | undefined,
  text: string,
])[] = [
  ['empty', element('a', ''), undefined, '<a/>'],
  ['namespace', element('a', 'u'), undefined, '<a xmlns="u"/>'],
  ['namespace of the parent', element('a', 'u'), 'u', '<a/>'],
  ['no namespace in one', element('a', ''), 'u', '<a xmlns=""/>'],
  [
    'only where it changes',
    element('a', 'u', {}, [
      element('b', 'u'),
      element('c', 'v', {}, [element('d', 'v'), element('e', 'u')]),
    ]),
    undefined,
    '<a xmlns="u"><b/><c xmlns="v"><d/><e xmlns="u"/></c></a>',
  ],
  [
    'escapes',
    element('a', '', { b: '<>&"\'' }, ['<>&"\'']),
    undefined,
    '<a b="&lt;&gt;&amp;&quot;&apos;">&lt;&gt;&amp;"\'</a>',
  ],
  [
    'white space in values',
    element('a', '', { b: '\t\n\r' }),
    undefined,
    '<a b="&#9;&#10;&#13;"/>',
  ],
  ['carriage return in text', element('a', '', {}, ['1\r\n2']), undefined, '<a>1&#13;\n2</a>'],
  [
    'text that looks like an attribute',
    element('a', '', {}, ['="', element('b', ''), '1\n2']),
    undefined,
    '<a>="<b/>1\n2</a>',
  ],
  [
    'illegal characters',
    element('a', '', { b: '\0' }, ['\ud800\u0001\uffff\udc00']),
    undefined,
    '<a b="\ufffd">\ufffd\ufffd\ufffd\ufffd</a>',
  ],
  [
    'attribute of a namespace',
    element('a', 'u', { '{v}b': '1', '{w}b': '2', b: '3' }),
    'u',
    '<a xmlns:a1="v" a1:b="1" xmlns:a2="w" a2:b="2" b="3"/>',
  ],
  ['xml:lang', element('a', '', { 'xml:lang': 'de' }), undefined, '<a xml:lang="de"/>'],
  [
    'element of xml',
    element('a', 'u', {}, [element('b', NS.xml, {}, [element('c', 'u')])]),
    'u',
    '<a><xml:b><c/></xml:b></a>',
  ],
  [
    'undefined is left out',
    element('a', '', { b: undefined }, [undefined, 'x', '', 'y']),
    undefined,
    '<a>xy</a>',
  ],
  [
    'stanza into a server stream',
    element('message', NS.client, {}, [element('body', NS.client)]),
    NS.server,
    '<message><body/></message>',
  ],
  [
    'stanza into a component stream',
    element('iq', NS.server, {}, [element('query', 'u', {}, [element('message', NS.server)])]),
    NS.component,
    '<iq><query xmlns="u"><message xmlns="jabber:server"/></query></iq>',
  ],
  [
    'forwarded stanza keeps its namespace',
    element('message', NS.server, {}, [
      element('forwarded', 'f', {}, [element('message', NS.client)]),
    ]),
    NS.server,
    '<message><forwarded xmlns="f"><message xmlns="jabber:client"/></forwarded></message>',
  ],
];

describe('written', () => {
  test.each(ROWS)('%s', (_id, el, parentNs, text) => {
    expect(writeXml(el, parentNs)).toBe(text);
  });
});

describe('misuse', () => {
  const literal = (name: string, attrs: Record<string, string> = {}, ns = '') => ({
    name,
    ns,
    attrs,
    children: [],
  });
  test.each(['', '1a', 'a b', 'a:b', 'a>', 'a\0', '\u00d7', 'a\ud800', '-'])(
    'element name %j',
    (name) => {
      expect(() => element(name, '')).toThrow(MisuseError);
      expect(() => writeXml(literal(name))).toThrow(MisuseError);
    },
  );
  test.each([
    '',
    'xmlns',
    'xmlns:a',
    'a:b',
    'a=',
    'xml:',
    '{}a',
    '{u}',
    '{u}1',
    `{${NS.xml}}a`,
    `{${NS.xmlns}}a`,
    '{\0}a',
    '{u',
  ])('attribute name %j', (name) => {
    expect(() => element('a', '', { [name]: '' })).toThrow(MisuseError);
    expect(() => writeXml(literal('a', { [name]: '' }))).toThrow(MisuseError);
  });
  test('the namespace of declarations', () => {
    expect(() => element('a', NS.xmlns)).toThrow(MisuseError);
    expect(() => writeXml(literal('a', {}, NS.xmlns))).toThrow(MisuseError);
  });
  test('a tree too deep to write', () => {
    let el = element('a', '');
    for (let i = 0; i < 300; i += 1) el = element('a', '', {}, [el]);
    expect(() => writeXml(el)).toThrow(MisuseError);
  });
});

const name = fc.constantFrom(
  'a',
  'body',
  '\u00e9',
  'x-1',
  '_',
  'constructor',
  '\u{10000}b',
  'xmlnsx',
  'xml',
);
const ns = fc.constantFrom(
  '',
  'u',
  'jabber:client',
  'jabber:server',
  'a&b',
  '<">',
  "it's",
  'u}v',
  '\u20ac',
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\r\n', ']]>', '\t', '<![CDATA[', '&amp;', '\0', '\ud83d', '="', '\ufffe'),
);
const key = fc.oneof(
  name,
  fc.constantFrom('xml:lang', '__proto__'),
  fc
    .tuple(
      ns.filter((uri) => uri !== ''),
      name,
    )
    .map(([uri, local]) => `{${uri}}${local}`),
);
const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
  tree: fc
    .tuple(
      name,
      ns,
      fc.array(fc.tuple(key, text), { maxLength: 4 }),
      fc.array(fc.oneof({ depthSize: 'small' }, text, tie('tree')), { maxLength: 4 }),
    )
    .map(([elementName, uri, attrs, children]) =>
      element(elementName, uri, fromEntries(attrs), children),
    ),
}));

function fromEntries(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const attrs: Record<string, string> = Object.create(null);
  for (const [entryKey, value] of entries) attrs[entryKey] = value;
  return attrs;
}

describe('read back', () => {
  test('is the same tree, for us and for saxes', () => {
    fc.assert(
      fc.property(tree, (el) => {
        const written = writeXml(el);
        expect(written).not.toMatch(/\p{Surrogate}/u);
        const ours = parseXml(written, { stanzaBytes: 10_000_000, valueLength: 1_000_000 });
        expect(ours).not.toHaveProperty('kind');
        expect(sorted(ours as XmlElement)).toBe(sorted(el));
        const theirs = readBySaxes(written);
        expect(theirs && sorted(theirs)).toBe(sorted(el));
      }),
      { numRuns: 1500 },
    );
  });
  test('RFC 6120 §4.8.3 and in the namespace of a parent', () => {
    fc.assert(
      fc.property(tree, (el) => {
        const read = parseXml(writeXml(el, 'u'), {}, 'u');
        expect(sorted(read as XmlElement)).toBe(sorted(el));
      }),
      { numRuns: 300 },
    );
  });
});

describe('looking into a tree', () => {
  const el = element('a', 'u', {}, [
    '1',
    element('b', 'u', { n: '1' }),
    '2',
    element('b', 'v', { n: '2' }),
    element('b', 'u', { n: '3' }),
  ]);
  test('by name, in the namespace of the parent unless told otherwise', () => {
    expect(child(el, 'b')?.attrs['n']).toBe('1');
    expect(child(el, 'b', 'v')?.attrs['n']).toBe('2');
    expect(child(el, 'c')).toBeUndefined();
    expect(childrenOf(el, 'b').map((node) => node.attrs['n'])).toEqual(['1', '3']);
    expect(childrenOf(el, 'b', 'v')).toHaveLength(1);
    expect(elementsOf(el)).toHaveLength(3);
  });
  test('text is that of the element itself', () => {
    expect(textOf(el)).toBe('12');
  });
  test('attributes inherit nothing', () => {
    expect(el.attrs['constructor']).toBeUndefined();
    expect(element('a', '').attrs['__proto__']).toBeUndefined();
  });
});
