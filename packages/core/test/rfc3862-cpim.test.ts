// RFC 3862: the format of CPIM messages, read and written. What its headers mean for a stanza is
// message-content.test.ts.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CpimHeader,
  DEFAULT_PART_LIMITS,
  NS_CPIM,
  readCpim,
  writeCpim,
} from '@interwork/core';
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';

const WRAPPED = 'Content-Type: text/plain\r\n\r\nhello';
const cpim = (...lines: readonly string[]): Uint8Array =>
  encodeUtf8([...lines, '', WRAPPED].join('\r\n'));
const headersOf = (...lines: readonly string[]): readonly CpimHeader[] | undefined =>
  readCpim(cpim(...lines))?.headers;
const own = (name: string, value: string, lang?: string): CpimHeader => ({
  ns: NS_CPIM,
  name,
  lang,
  value,
});

describe('RFC 3862 §2 the parts of a message', () => {
  it('reads headers, the wrapped header and the content', () => {
    const read = readCpim(
      cpim('From: A <im:a@a.test>', 'To: <im:b@b.test>', 'DateTime: 2026-11-01T10:00:00Z'),
    );
    expect(read?.headers).toEqual([
      own('From', 'A <im:a@a.test>'),
      own('To', '<im:b@b.test>'),
      own('DateTime', '2026-11-01T10:00:00Z'),
    ]);
    expect(read?.content.headers.contentType).toMatchObject({ type: 'text', subtype: 'plain' });
    expect(decodeUtf8(read?.content.content ?? new Uint8Array())).toBe('hello');
  });

  it('reads a message without headers of its own', () => {
    expect(readCpim(encodeUtf8(`\r\n${WRAPPED}`))?.headers).toEqual([]);
  });

  const broken: readonly [string, Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['no blank line', encodeUtf8('From: <im:a@b>\r\n')],
    ['no wrapped header', encodeUtf8('From: <im:a@b>\r\n\r\nContent-Type: text/plain')],
    ['no colon', cpim('From <im:a@b>')],
    ['no space behind the colon', cpim('From:<im:a@b>')],
    ['a fold', cpim('Subject: a', ' b')],
    ['a control', cpim('Subject: a\tb')],
    ['a blank in the name', cpim('Sub ject: a')],
    ['two prefixes', cpim('a.b.c: x')],
    ['line feeds alone', encodeUtf8('From: <im:a@b>\n\nContent-Type: text/plain\n\nx')],
    ['a prefix without a URI', cpim('NS: a')],
    ['no UTF-8', new Uint8Array([0x41, 0x3a, 0x20, 0xff, 0x0d, 0x0a, 0x0d, 0x0a])],
    [
      'too many headers',
      cpim(...Array.from({ length: DEFAULT_PART_LIMITS.fields + 1 }, (_, n) => `H${n}: x`)),
    ],
    ['too large a header', cpim(`Subject: ${'x'.repeat(DEFAULT_PART_LIMITS.headerOctets)}`)],
    [
      'too many wrapped fields',
      encodeUtf8(`\r\n${'A: b\r\n'.repeat(DEFAULT_PART_LIMITS.fields + 1)}\r\nx`),
    ],
    ['a wrapped header that is none', encodeUtf8('\r\n(a): b\r\n\r\nx')],
  ];
  it.each(broken)('is undefined: %s', (_what, octets) => {
    expect(readCpim(octets)).toBeUndefined();
  });
});

describe('RFC 3862 §3, §3.6 headers', () => {
  it('§2.2: names are compared letter by letter, and kept in order', () => {
    expect(headersOf('from: <im:a@b>', 'From: <im:c@d>')).toEqual([
      own('from', '<im:a@b>'),
      own('From', '<im:c@d>'),
    ]);
  });

  const escapes: readonly [string, string][] = [
    ['a\\\\b', 'a\\b'],
    ['\\b\\t\\n\\r', '\b\t\n\r'],
    ['\\u00e9\\u000A', 'é\n'],
    ['\\"\\\'', '"\''],
    ['\\q', 'q'],
    ['\\u12', 'u12'],
    ['a\\', 'a'],
    ['é', 'é'],
  ];
  it.each(escapes)('§2.3: %j is %j', (written, value) => {
    expect(headersOf(`Subject: ${written}`)).toEqual([own('Subject', value)]);
  });

  it('§3.3, §4.5: a language, and other parameters', () => {
    expect(headersOf('Subject:;lang=fr Objet', 'Subject:;x="a;b";lang=de-CH Betreff')).toEqual([
      own('Subject', 'Objet', 'fr'),
      own('Subject', 'Betreff', 'de-CH'),
    ]);
  });

  it('§3.3: what looks like a language within the value of another parameter is none', () => {
    expect(headersOf('Subject:;x=";lang=fr" A', 'Subject:;x=";lang=fr";lang=de B')).toEqual([
      own('Subject', 'A'),
      own('Subject', 'B', 'de'),
    ]);
  });

  it('§3.4, §4.6: a prefix stands for what was declared before it', () => {
    expect(
      headersOf('a.X: 1', 'NS: a <urn:a>', 'a.X: 2', 'NS: a <urn:b>', 'a.X: 3')?.map(
        ({ ns }) => ns,
      ),
    ).toEqual(['', 'urn:a', 'urn:b']);
    expect(headersOf('NS: <urn:c>', 'From: x')).toEqual([
      { ns: 'urn:c', name: 'From', lang: undefined, value: 'x' },
    ]);
    expect(headersOf('NS: __proto__ <urn:a>', '__proto__.constructor: x')?.[0]?.ns).toBe('urn:a');
  });

  it('§4.7: what is required, by namespace', () => {
    const read = readCpim(cpim('NS: a <urn:a>', 'Require: From, a.X', 'Require: b.Y'));
    expect(read?.required).toEqual([
      { ns: NS_CPIM, name: 'From' },
      { ns: 'urn:a', name: 'X' },
      { ns: '', name: 'Y' },
    ]);
    expect(read?.headers).toEqual([]);
  });
});

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/);
const header: fc.Arbitrary<CpimHeader> = fc.record({
  ns: fc.constantFrom(NS_CPIM, 'urn:a', 'urn:b'),
  name: name.filter((one) => one !== 'NS' && one !== 'Require'),
  lang: fc.constantFrom(undefined, 'en', 'fr-CA'),
  value: fc.string({ unit: 'binary', maxLength: 20 }),
});

describe('both ways', () => {
  const draft = (headers: readonly CpimHeader[], content: Uint8Array) => ({
    headers,
    content: { fields: [{ name: 'Content-Type', value: 'text/plain' }], content },
  });

  it('RFC 3862 §2: reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.array(header, { maxLength: 6 }),
        fc.uint8Array({ maxLength: 40 }),
        (headers, content) => {
          const read = readCpim(writeCpim(draft(headers, content)));
          expect(read?.headers).toEqual(headers);
          expect([...(read?.content.content ?? [])]).toEqual([...content]);
        },
      ),
    );
  });

  const unwritable: readonly CpimHeader[] = [
    own('a b', 'x'),
    own('', 'x'),
    own('a.b', 'x'),
    own('A: x\r\nB', 'x'),
    own('NS', 'a <urn:a>'),
    own('Require', 'X'),
    own('A', 'x', 'en us'),
    { ...own('A', 'x'), ns: 'urn:a>\r\nB: <' },
  ];
  it.each(unwritable)('will not write %j', (header) => {
    expect(() => writeCpim(draft([header], new Uint8Array()))).toThrow(
      expect.objectContaining({ name: 'MisuseError', code: 'header-name' }),
    );
  });

  it('takes every prefix without throwing, and what follows as content', () => {
    const octets = writeCpim(
      draft([own('Subject', 'a', 'fr'), { ...own('X', 'y'), ns: 'urn:a' }], encodeUtf8('hello')),
    );
    const from = octets.length - 'hello'.length;
    for (let end = 0; end <= octets.length; end++) {
      const read = readCpim(octets.subarray(0, end));
      expect(read === undefined).toBe(end < from);
      if (read !== undefined) expect(read.content.content.length).toBe(end - from);
    }
    const more = readCpim(new Uint8Array([...octets, 0x0d, 0x0a, 0xff]));
    expect([...(more?.content.content ?? [])].slice(-3)).toEqual([0x0d, 0x0a, 0xff]);
  });

  it('takes any octets without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        readCpim(octets);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'NS: ',
            'a',
            '<u>',
            ':',
            ' ',
            '\r\n',
            '.',
            ';lang=',
            '\\u',
            '"',
            'Require: ',
          ),
        ),
        (pieces) => {
          readCpim(encodeUtf8(pieces.join('')));
        },
      ),
    );
  });
});
