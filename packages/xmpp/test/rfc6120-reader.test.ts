// Reader, RFC 6120 §11: what is refused and as what, the same however the bytes are cut.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { parseXml, textOf, XmlReader, type XmlEvent, type XmlLimits } from '@interwork/xmpp';

const HEADER =
  "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' to='b.example' version='1.0'>";

function bytesOf(input: string | readonly number[]): Uint8Array {
  return typeof input === 'string' ? new TextEncoder().encode(input) : Uint8Array.from(input);
}

function read(bytes: Uint8Array, cuts: (at: number) => number, limits?: Partial<XmlLimits>) {
  const reader = new XmlReader(limits);
  const events: XmlEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = at + cuts(at);
    reader.push(bytes.subarray(at, next));
    for (let event = reader.next(); event; event = reader.next()) events.push(event);
    at = next;
  }
  return events;
}

const whole = (bytes: Uint8Array, limits?: Partial<XmlLimits>) =>
  read(bytes, () => bytes.length, limits);
const byteByByte = (bytes: Uint8Array, limits?: Partial<XmlLimits>) => read(bytes, () => 1, limits);
const lastCode = (events: readonly XmlEvent[]) => {
  const last = events.at(-1);
  return last?.kind === 'fault' ? last.code : undefined;
};

const NWF = 'not-well-formed';
const RESTRICTED = 'restricted-xml';
const ENCODING = 'unsupported-encoding';

/** Behind a good header; each must end the stream. */
const REFUSED: readonly (readonly [id: string, input: string, code: string])[] = [
  ['attribute twice', "<message to='a' to='b'/>", NWF],
  ['attribute twice by namespace', "<m xmlns:a='u' xmlns:b='u' a:x='1' b:x='2'/>", NWF],
  ['less-than in a value', "<message to='a<b'/>", NWF],
  ['no space between attributes', "<message to='a'from='b'/>", NWF],
  ['junk before a value', "<message to=junk'a'/>", NWF],
  ['junk before equals', "<message to junk='a'/>", NWF],
  ['attribute on a closing tag', "<message></message to='a'>", NWF],
  ['less-than in an attribute name', "<message a<b='1'/>", NWF],
  ['unquoted value', '<message to=a></message>', NWF],
  ['no value', '<message to></message>', NWF],
  ['no attribute name', "<message ='a'/>", NWF],
  ['name begins with a digit', '<1a/>', NWF],
  ['name with a dollar', '<a$b/>', NWF],
  ['name with a quote', '<a"b/>', NWF],
  ['no name', '<></>', NWF],
  ['two less-than', '<<message/>', NWF],
  ['space before the name', '< message/>', NWF],
  ['space after the slash', '<a></ a>', NWF],
  ['slash not at the end', "<a / b='c'>", NWF],
  ['closing nothing', '</a>', NWF],
  ['closing another', '<a><b></a></b>', NWF],
  ['closing in another case', '<a></A>', NWF],
  ['NUL in text', '<a>\0</a>', NWF],
  ['U+0001 in text', '<a>\u0001</a>', NWF],
  ['U+0008 in a tag', '<a \u0008/>', NWF],
  ['U+000C between stanzas', '\u000c', NWF],
  ['U+001F in a value', "<a b='\u001f'/>", NWF],
  ['U+FFFE in text', '<a>\ufffe</a>', NWF],
  ['U+FFFF in a value', "<a b='\uffff'/>", NWF],
  ['U+FFFE in a CDATA section', '<a><![CDATA[\ufffe]]></a>', NWF],
  ['U+FFFE in a name', '<a\ufffe/>', NWF],
  ['multiplication sign in a name', '<a\u00d7/>', NWF],
  ['private plane in a name', '<a\u{f0000}/>', NWF],
  ['end of CDATA in text', '<a>]]></a>', NWF],
  ['end of CDATA with more brackets', '<a>x]]]]></a>', NWF],
  ['bare ampersand', '<a>a & b</a>', NWF],
  ['ampersand at the end', '<a>&</a>', NWF],
  ['no semicolon', '<a>&lt b</a>', NWF],
  ['no semicolon in a value', "<a b='&amp'/>", NWF],
  ['number with junk', '<a>&#65junk;</a>', NWF],
  ['hexadecimal with junk', '<a>&#x41zz;</a>', NWF],
  ['capital X', '<a>&#X41;</a>', NWF],
  ['no digits', '<a>&#;</a>', NWF],
  ['no hexadecimal digits', '<a>&#x;</a>', NWF],
  ['reference to NUL', '<a>&#0;</a>', NWF],
  ['reference to U+0001', '<a>&#x1;</a>', NWF],
  ['reference to a surrogate', '<a>&#xD800;</a>', NWF],
  ['reference to U+FFFE', "<a b='&#xFFFE;'/>", NWF],
  ['reference above Unicode', '<a>&#x110000;</a>', NWF],
  ['reference far above Unicode', '<a>&#99999999999999999999;</a>', NWF],
  ['unknown entity', '<a>&nbsp;</a>', RESTRICTED],
  ['entity named like a member of every object', '<a>&constructor;</a>', RESTRICTED],
  ['entity with a longer name', '<a>&ampx;</a>', RESTRICTED],
  ['entity in a value', "<a b='&foo;'/>", RESTRICTED],
  ['prefix not declared', '<a:b/>', NWF],
  ['attribute prefix not declared', "<a x:y='1'/>", NWF],
  ['prefix declared on a sibling', "<a><b xmlns:x='u'/><x:c/></a>", NWF],
  ['two colons', "<a:b:c xmlns:a='u'/>", NWF],
  ['colon first', '<:m/>', NWF],
  ['colon last', "<a: xmlns:a='u'/>", NWF],
  ['digit after the colon', "<a:1 xmlns:a='u'/>", NWF],
  ['prefix undeclared again', "<a xmlns:foo=''/>", NWF],
  ['prefix declared twice', "<a xmlns:x='u' xmlns:x='v'/>", NWF],
  ['default declared twice', "<a xmlns='u' xmlns='v'/>", NWF],
  ['xml bound elsewhere', "<a xmlns:xml='u'/>", NWF],
  ['another prefix for xml', "<a xmlns:x='http://www.w3.org/XML/1998/namespace'/>", NWF],
  ['xml as default', "<a xmlns='http://www.w3.org/XML/1998/namespace'/>", NWF],
  ['xmlns declared', "<a xmlns:xmlns='u'/>", NWF],
  ['a prefix for xmlns', "<a xmlns:x='http://www.w3.org/2000/xmlns/'/>", NWF],
  ['xmlns as default', "<a xmlns='http://www.w3.org/2000/xmlns/'/>", NWF],
  ['element called xmlns:', '<xmlns:a/>', NWF],
  ['comment', '<!-- x -->', RESTRICTED],
  ['comment in a stanza', '<a>a<!-- x -->b</a>', RESTRICTED],
  ['comment that hides', "<!--><message to='smuggled'/>-->", RESTRICTED],
  ['processing instruction', '<?php x ?>', RESTRICTED],
  ['processing instruction in a stanza', '<a><?b?></a>', RESTRICTED],
  ['second XML declaration', "<?xml version='1.0'?>", RESTRICTED],
  ['document type', '<!DOCTYPE a>', RESTRICTED],
  ['unknown declaration', '<!X>', NWF],
  ['declaration that hides', '<!foo><message/>]]>', NWF],
  ['cdata in lower case', '<a><![cdata[x]]></a>', NWF],
  ['CDATA cut short', '<a><![CDAT[x]]></a>', NWF],
  ['§4.9.3.1, §11.7 CDATA between stanzas', '<![CDATA[ ]]>', 'bad-format'],
  ['§4.9.3.1, §11.7 reference between stanzas', '&#32;', 'bad-format'],
  ['§4.9.3.1, §11.7 text between stanzas', ' x ', 'bad-format'],
  ['second root', '</stream:stream><a/>', NWF],
  ['second stream', `</stream:stream>${HEADER}`, NWF],
  ['text after the end', '</stream:stream>x', NWF],
  ['comment after the end', '</stream:stream><!-- -->', RESTRICTED],
];

describe('§11.1, §11.3 refused behind a good header', () => {
  test.each(REFUSED)('%s', (_id, input, code) => {
    const bytes = bytesOf(HEADER + input + "<message id='never seen'/>");
    const events = whole(bytes);
    expect(lastCode(events)).toBe(code);
    expect(events.filter((event) => event.kind === 'fault')).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain('never seen');
    expect(byteByByte(bytes)).toEqual(events);
  });
});

/** From the first byte. */
const BAD_STARTS: readonly (readonly [id: string, input: string, code: string])[] = [
  ['text', 'hello', NWF],
  ['byte order mark', `\ufeff${HEADER}`, NWF],
  ['blank before the declaration', " <?xml version='1.0'?>", RESTRICTED],
  ['version 1.1', "<?xml version='1.1'?>", NWF],
  ['no version', "<?xml encoding='UTF-8'?>", NWF],
  ['another encoding', "<?xml version='1.0' encoding='ISO-8859-1'?>", ENCODING],
  ['no name of an encoding', "<?xml version='1.0' encoding='-'?>", NWF],
  ['encoding first', "<?xml encoding='UTF-8' version='1.0'?>", NWF],
  ['junk in the declaration', "<?xml version='1.0' x='y'?>", NWF],
  ['declaration without its end', "<?xml version='1.0'>", NWF],
  ['stylesheet', "<?xml-stylesheet href='x'?>", RESTRICTED],
  ['XML in capitals', "<?XML version='1.0'?>", RESTRICTED],
  ['comment', '<!-- -->', RESTRICTED],
  ['document type with entities', "<!DOCTYPE a [<!ENTITY a 'b'>]><a>&a;</a>", RESTRICTED],
  ['CDATA', '<![CDATA[]]>', NWF],
  ['closing tag', '</a>', NWF],
  ['SIP', 'OPTIONS sip:a SIP/2.0\r\n', NWF],
];

describe('§11.5 refused from the start', () => {
  test.each(BAD_STARTS)('%s', (_id, input, code) => {
    const bytes = bytesOf(input);
    expect(lastCode(whole(bytes))).toBe(code);
    expect(byteByByte(bytes)).toEqual(whole(bytes));
  });
});

const BAD_UTF8: readonly (readonly [id: string, bytes: readonly number[]])[] = [
  ['continuation alone', [0x80]],
  ['overlong slash', [0xc0, 0xaf]],
  ['overlong less-than', [0xc1, 0xbc]],
  ['overlong in three', [0xe0, 0x80, 0xaf]],
  ['overlong in four', [0xf0, 0x80, 0x80, 0xaf]],
  ['surrogate', [0xed, 0xa0, 0x80]],
  ['surrogate pair', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ['above Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['cut by ASCII', [0xe2, 0x82, 0x41]],
  ['0xFE', [0xfe]],
  ['0xFF', [0xff]],
  ['Latin-1', [0xe9, 0x3c]],
];

describe('§11.6 bytes that are not UTF-8', () => {
  test.each(BAD_UTF8)('%s', (_id, bad) => {
    for (const [before, after] of [
      ["<a b='", "'/>"],
      ['<a>', '</a>'],
      ['<a', '/>'],
    ] as const) {
      const bytes = bytesOf([...bytesOf(HEADER + before), ...bad, ...bytesOf(after)]);
      expect(lastCode(byteByByte(bytes))).toBe(ENCODING);
      expect(whole(bytes)).toEqual(byteByByte(bytes));
    }
  });
  test('UTF-16 from the start', () => {
    expect(lastCode(whole(bytesOf([0xff, 0xfe, 0x3c, 0x00])))).toBe(ENCODING);
  });
  test('what came before is still given', () => {
    const events = whole(bytesOf([...bytesOf(`${HEADER}<a/>`), 0xff]));
    expect(events.map((event) => event.kind)).toEqual(['stream-open', 'element', 'fault']);
  });
});

const READ: readonly (readonly [id: string, input: string, tree: unknown])[] = [
  ['quotes in quotes', `<a b='"' c="'"/>`, tree('a', { b: '"', c: "'" })],
  ['greater-than', "<a b='>'>></a>", tree('a', { b: '>' }, ['>'])],
  ['brackets', '<a>]] ]&gt; ]</a>', tree('a', {}, [']] ]> ]'])],
  [
    'five entities',
    "<a b='&lt;&gt;&amp;&quot;&apos;'>&amp;lt;</a>",
    tree('a', { b: '<>&"\'' }, ['&lt;']),
  ],
  ['numbers', '<a>&#65;&#x1F600;&#x0000000041;&#9;</a>', tree('a', {}, ['A\u{1f600}A\t'])],
  ['CDATA', '<a>a<![CDATA[<b>&amp;]]]]><![CDATA[>]]>c</a>', tree('a', {}, ['a<b>&amp;]]>c'])],
  ['line ends', '<a>1\r\n2\r3\n4\r\r\n5</a>', tree('a', {}, ['1\n2\n3\n4\n\n5'])],
  ['line end by reference', '<a>&#13;&#10;</a>', tree('a', {}, ['\r\n'])],
  ['line ends in CDATA', '<a><![CDATA[1\r\n2\r3]]></a>', tree('a', {}, ['1\n2\n3'])],
  ['white space in values', "<a b='1\t2\r\n3\r4\n5&#10;6'/>", tree('a', { b: '1 2 3 4 5\n6' })],
  ['blanks in tags', "<a\t b = '1'\r\n></a\n>", tree('a', { b: '1' })],
  [
    'names beyond ASCII',
    "<\u00e9l\u00e9 \u{10000}='1'/>",
    tree('\u00e9l\u00e9', { '\u{10000}': '1' }),
  ],
  ['xml:lang', "<a xml:lang='de'/>", tree('a', { 'xml:lang': 'de' })],
  [
    'names of every object',
    "<a constructor='1' __proto__='2'/>",
    tree('a', JSON.parse('{"constructor":"1","__proto__":"2"}')),
  ],
  ['no namespace', "<a xmlns=''/>", { ...tree('a'), ns: '' }],
  [
    'prefix',
    "<x:a xmlns:x='u' x:b='1' b='2'/>",
    { ...tree('a', { '{u}b': '1', b: '2' }), ns: 'u' },
  ],
  [
    'prefix used before it is declared',
    "<x:a x:b='1' xmlns:x='u'/>",
    { ...tree('a', { '{u}b': '1' }), ns: 'u' },
  ],
  [
    'prefix declared anew',
    "<a xmlns:x='u'><x:b xmlns:x='v'/><x:c/></a>",
    tree('a', {}, [
      { ...tree('b'), ns: 'v' },
      { ...tree('c'), ns: 'u' },
    ]),
  ],
  [
    'default undone inside',
    "<a><b xmlns=''><c/></b></a>",
    tree('a', {}, [{ ...tree('b', {}, [{ ...tree('c'), ns: '' }]), ns: '' }]),
  ],
];

function tree(name: string, attrs: Record<string, string> = {}, children: readonly unknown[] = []) {
  return { name, ns: 'jabber:server', attrs, children };
}

describe('read', () => {
  test.each(READ)('%s', (_id, input, expected) => {
    const bytes = bytesOf(
      `<?xml version="1.0" encoding='utf-8' standalone="yes" ?>${HEADER} ${input}\n</stream:stream>\n`,
    );
    const events = whole(bytes);
    expect(events.map((event) => event.kind)).toEqual(['stream-open', 'element', 'stream-close']);
    expect(JSON.parse(JSON.stringify(events[1]))).toEqual(
      JSON.parse(JSON.stringify({ kind: 'element', element: expected })),
    );
    expect(byteByByte(bytes)).toEqual(events);
  });

  test('§4.2 the opening tag with what it declares', () => {
    const bytes = bytesOf(
      "<s:stream xmlns:s='urn:s' xmlns='urn:d' xmlns:db='urn:b' xml:lang='en' id='1'>",
    );
    expect(whole(bytes)).toEqual([
      {
        kind: 'stream-open',
        name: 'stream',
        ns: 'urn:s',
        attrs: { 'xml:lang': 'en', id: '1' },
        defaultNs: 'urn:d',
        prefixes: { s: 'urn:s', db: 'urn:b' },
      },
    ]);
  });

  test('§4.4 an empty stream', () => {
    expect(whole(bytesOf('<a/>')).map((event) => event.kind)).toEqual([
      'stream-open',
      'stream-close',
    ]);
    expect(byteByByte(bytesOf('<a/> \n'))).toEqual(whole(bytesOf('<a/>')));
  });
});

describe('cut anywhere', () => {
  const good = READ.map(([, input]) => input).join(' ');
  test('events depend on the bytes only', () => {
    const bad = fc.constantFrom(...REFUSED.map(([, input]) => input), '');
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(bad, sizes, fc.integer({ min: 30, max: 4000 }), (input, cuts, stanzaBytes) => {
        const bytes = bytesOf(`${HEADER}${good}<z>${good}\u00e9\u20ac\u{1f600}</z>${input}`);
        let turn = 0;
        const next = () => cuts[turn++ % cuts.length] as number;
        expect(read(bytes, next, { stanzaBytes })).toEqual(whole(bytes, { stanzaBytes }));
      }),
      { numRuns: 150 },
    );
  });
});

describe('§13.12 limits', () => {
  const one = (stanza: string, limits: Partial<XmlLimits>) => {
    const bytes = bytesOf(HEADER + stanza);
    expect(byteByByte(bytes, limits)).toEqual(whole(bytes, limits));
    return lastCode(whole(bytes, limits));
  };
  test('bytes of a stanza, to the byte', () => {
    const stanza = `<a>${'\u20ac'.repeat(10)}\u{1f600}\u00e9</a>`;
    const size = bytesOf(stanza).length;
    expect(one(stanza, { stanzaBytes: size })).toBeUndefined();
    expect(one(stanza, { stanzaBytes: size - 1 })).toBe('too-large');
    expect(one(`${stanza}  \n ${stanza}`, { stanzaBytes: size })).toBeUndefined();
  });
  test('bytes of the header', () => {
    const size = HEADER.length;
    expect(lastCode(whole(bytesOf(HEADER), { headerBytes: size }))).toBeUndefined();
    expect(lastCode(whole(bytesOf(HEADER), { headerBytes: size - 1 }))).toBe('too-large');
    expect(lastCode(byteByByte(bytesOf(`<a b='${'x'.repeat(9000)}`)))).toBe('too-large');
    expect(lastCode(byteByByte(bytesOf(`<?xml ${' '.repeat(9000)}`)))).toBe('too-large');
  });
  test('a stanza that never ends', () => {
    for (const start of ['<a>', "<a b='", '<a', '<a>&', '<a><![CDATA[', '<a ', '</stream:stream']) {
      expect(
        one(`${start}${'x'.repeat(3000)}`, {
          stanzaBytes: 2000,
          nameLength: 9000,
          valueLength: 9000,
        }),
      ).toMatch(/too-large|not-well-formed/);
    }
  });
  test('depth', () => {
    expect(one('<a><b><c/></b></a>', { depth: 4 })).toBeUndefined();
    expect(one('<a><b><c/></b></a>', { depth: 3 })).toBe('too-deep');
    expect(one('<a>'.repeat(50_000), {})).toBe('too-deep');
  });
  test('attributes, declarations, names, values', () => {
    expect(one("<a b='' c='' d=''/>", { attributes: 2 })).toBe('too-many-attributes');
    expect(one("<a xmlns:b='u'><a xmlns:c='u'/></a>", { prefixes: 4 })).toBe('too-many-attributes');
    expect(one('<abcdef/>', { nameLength: 5 })).toBe('too-large');
    expect(one("<a abcdef=''/>", { nameLength: 5 })).toBe('too-large');
    expect(one("<a b='123456'/>", { valueLength: 5 })).toBe('too-large');
  });
  test('every limit answers policy-violation', () => {
    const fault = whole(bytesOf(`${HEADER}<a><b/></a>`), { depth: 2 }).at(-1);
    expect(fault).toMatchObject({
      answer: { kind: 'stream-error', condition: 'policy-violation' },
    });
  });
  test('can be changed between stanzas', () => {
    const reader = new XmlReader({ stanzaBytes: 10 });
    reader.push(bytesOf(`${HEADER}<a/><a>${'x'.repeat(50)}</a>`));
    expect([reader.next()?.kind, reader.next()?.kind]).toEqual(['stream-open', 'element']);
    reader.setLimits({ stanzaBytes: 100 });
    expect(reader.next()?.kind).toBe('element');
  });
});

describe('one document after another', () => {
  test('§4.3.3 reads no further than the event it gives', () => {
    const reader = new XmlReader();
    reader.push(bytesOf(`${HEADER}<success/><?xml version='1.0'?>${HEADER}<a/>`));
    expect([reader.next()?.kind, reader.next()?.kind]).toEqual(['stream-open', 'element']);
    expect(reader.isIdle).toBe(false);
    reader.reset();
    expect([reader.next()?.kind, reader.next()?.kind]).toEqual(['stream-open', 'element']);
    expect(reader.isIdle).toBe(true);
  });
  test('§5.4.3.3 discard drops what was not read', () => {
    const reader = new XmlReader();
    reader.push(bytesOf([...bytesOf(`${HEADER}<proceed/><message/>`), 0xc3]));
    reader.next();
    reader.next();
    reader.discard();
    reader.push(bytesOf(HEADER));
    expect(reader.next()?.kind).toBe('stream-open');
  });
  test.each(["<a b='x", '<a b', '<a>x<![CDATA[y]]', '<a><![CDA', '<a>&am', '<a>]]', '<', '</'])(
    '§5.4.3.3 discard behind %s leaves nothing of it',
    (half) => {
      const after = "<?xml version='1.0'?>" + HEADER + "<z c='&lt;'><![CDATA[d]]>e&gt;</z>";
      const reader = new XmlReader();
      reader.push(bytesOf(HEADER + half));
      for (let event = reader.next(); event; event = reader.next())
        expect(event.kind).toBe('stream-open');
      reader.discard();
      reader.push(bytesOf(after));
      expect([reader.next(), reader.next()]).toEqual(whole(bytesOf(after)));
    },
  );
  test('idle only where nothing is half there', () => {
    const rows = [
      [[], true],
      [bytesOf(' '), true],
      [bytesOf('<'), false],
      [bytesOf('<a>'), false],
      [bytesOf('<a/>'), true],
      [[0xc3], false],
    ] as const;
    for (const [input, idle] of rows) {
      const reader = new XmlReader();
      reader.push(bytesOf(HEADER));
      reader.push(bytesOf([...input]));
      for (let event = reader.next(); event; event = reader.next())
        expect(event.kind).not.toBe('fault');
      expect(reader.isIdle, String(input)).toBe(idle);
    }
  });
  test('§4.9.1.1 nothing is read after a fault, not even after a reset', () => {
    const reader = new XmlReader();
    reader.push(bytesOf(`${HEADER}<a b=c/>`));
    reader.next();
    expect(reader.next()?.kind).toBe('fault');
    reader.reset();
    reader.push(bytesOf(HEADER));
    expect(reader.next()).toBeUndefined();
  });
});

describe('parseXml', () => {
  test('one whole document, as text or bytes', () => {
    const text = "<?xml version='1.0'?>\n<a xmlns='u'>\u00e9</a>\n";
    expect(parseXml(text)).toEqual({ name: 'a', ns: 'u', attrs: {}, children: ['\u00e9'] });
    expect(parseXml(bytesOf(text))).toEqual(parseXml(text));
  });
  test.each([
    ['', NWF],
    ['<a>', NWF],
    ['<a/><a/>', NWF],
    ['<a/>x', NWF],
    ['<a/><', NWF],
    ['<a>\ud800</a>', NWF],
    ['<a><!-- --></a>', RESTRICTED],
    ['<a/><?x?>', RESTRICTED],
  ])('%j is refused', (text, code) => {
    expect(parseXml(text)).toMatchObject({ kind: 'fault', code });
  });
  test('bytes that are not UTF-8, or too many', () => {
    expect(parseXml(Uint8Array.of(0x3c, 0x61, 0xff))).toMatchObject({ code: ENCODING });
    expect(parseXml('<a/>', { stanzaBytes: 3 })).toMatchObject({ code: 'too-large' });
  });
  test('in a default namespace', () => {
    expect(parseXml('<a/>', {}, 'u')).toMatchObject({ ns: 'u' });
  });
});

describe('work', () => {
  const stanza = `<a b='${'v'.repeat(9000)}'>${'text &amp; '.repeat(20_000)}<![CDATA[${'>]'.repeat(5000)}]]></a>`;
  const bytes = bytesOf(HEADER + stanza);
  const time = (size: number) => {
    const started = performance.now();
    expect(read(bytes, () => size).map((event) => event.kind)).toEqual(['stream-open', 'element']);
    return performance.now() - started;
  };
  test('is linear in the bytes, however small the pieces', () => {
    const best = (size: number) => Math.min(...[1, 2, 3, 4, 5].map(() => time(size)));
    expect(best(8)).toBeLessThan(Math.max(best(bytes.length) * 20, 250));
  });
  test('50000 nested elements are refused at once', () => {
    const started = performance.now();
    expect(lastCode(whole(bytesOf(HEADER + '<a>'.repeat(50_000))))).toBe('too-deep');
    expect(performance.now() - started).toBeLessThan(500);
  });
  test('many prefixes in scope do not make it slow', () => {
    const declared = Array.from({ length: 30 }, (_, i) => ` xmlns:p${i}='u'`).join('');
    const inside = '<p0:a/>'.repeat(30_000);
    const events = whole(bytesOf(`${HEADER}<a${declared}>${inside}</a>`));
    const element = events[1];
    expect(element?.kind === 'element' && textOf(element.element)).toBe('');
  });
});
