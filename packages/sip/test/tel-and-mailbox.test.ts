// tel URIs (RFC 3966) and the mailboxes of im and pres URIs (RFC 3860, RFC 3859): what reads, what does not, what is
// the same, and both ways.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  equalUri,
  isFault,
  type MailboxUri,
  parseMailbox,
  parseTel,
  parseUri,
  type TelUri,
  writeMailbox,
  writeTel,
} from '@interwork/sip';
import { good } from './message-text.ts';

const tel = (but: Partial<TelUri>): TelUri => ({
  kind: 'tel',
  number: '+1',
  context: undefined,
  params: [],
  ...but,
});

describe('tel URIs read, RFC 3966 §3', () => {
  const rows: readonly (readonly [text: string, parts: Partial<TelUri>, written: string])[] = [
    ['tel:+1-201-555-0123', { number: '+12015550123' }, 'tel:+12015550123'],
    ['TEL:+1(201)555.0123', { number: '+12015550123' }, 'tel:+12015550123'],
    ['tel:+%31', {}, 'tel:+1'],
    [
      'tel:7042;phone-context=Example.COM.',
      { number: '7042', context: 'example.com' },
      'tel:7042;phone-context=example.com',
    ],
    [
      'tel:863-1234;phone-context=+1-914-555',
      { number: '8631234', context: '+1914555' },
      'tel:8631234;phone-context=+1914555',
    ],
    ['tel:*#06#;phone-context=b', { number: '*#06#', context: 'b' }, 'tel:*#06#;phone-context=b'],
    ['tel:ABC;phone-context=+4', { number: 'abc', context: '+4' }, 'tel:abc;phone-context=+4'],
    [
      'tel:+1;b=2;A;ext=1-2.3;isub=x/y?z',
      {
        params: [
          { name: 'b', value: '2' },
          { name: 'a', value: undefined },
          { name: 'ext', value: '123' },
          { name: 'isub', value: 'x/y?z' },
        ],
      },
      'tel:+1;ext=123;isub=x/y?z;a;b=2',
    ],
    [
      'tel:1;z=%41b;phone-context=+1;constructor=__proto__',
      {
        number: '1',
        context: '+1',
        params: [
          { name: 'z', value: 'Ab' },
          { name: 'constructor', value: '__proto__' },
        ],
      },
      'tel:1;phone-context=+1;constructor=__proto__;z=Ab',
    ],
  ];
  for (const [text, parts, written] of rows) {
    it(text, () => {
      const read = good(parseTel(text));
      expect(read).toEqual(tel(parts));
      expect(writeTel(read)).toBe(written);
      expect(parseTel(written)).toMatchObject({ number: read.number, context: read.context });
    });
  }
});

describe('tel URIs refused, RFC 3966 §3', () => {
  const rows = [
    '',
    'tel',
    'tel:',
    'tel:+',
    'tel:+-',
    'tel:-',
    'tel:%2B1',
    'tel:+1*2',
    'tel:+1a',
    'tel:++1',
    'tel:1+2;phone-context=b',
    'tel:call-me',
    'tel:ring;phone-context=b',
    'tel:+1 2',
    'sip:+1@b',
    'tel:0123',
    'tel:0123;phone-context',
    'tel:0123;phone-context=',
    'tel:0123;phone-context=+',
    'tel:0123;phone-context=192.0.2.1',
    'tel:0123;phone-context=[::1]',
    'tel:0123;phone-context=a_b',
    'tel:+1;phone-context=b',
    'tel:+1;',
    'tel:+1;;a',
    'tel:+1;a=',
    'tel:+1;=a',
    'tel:+1;a_b',
    'tel:+1;a=b=c',
    'tel:+1;a="b"',
    'tel:+1;a=%4',
    'tel:+1;a;A=1',
    'tel:+1;ext',
    'tel:+1;ext=',
    'tel:+1;ext=1a',
    'tel:+1;isub',
    'tel:+1;isub=',
    `tel:+1${Array.from({ length: 65 }, (_, n) => `;p${n}`).join('')}`,
  ];
  it.each(rows)('%j', (text) => {
    expect(parseTel(text)).toMatchObject({ kind: 'fault', code: 'uri' });
  });
});

const uri = (text: string) => good(parseUri(text));

describe('tel URIs compared, RFC 3966 §4', () => {
  const same: readonly (readonly [string, string])[] = [
    ['tel:+1-201-555-0123', 'tel:+1(201)5550123'],
    ['TEL:+1;EXT=1-2', 'tel:+1;ext=12'],
    ['tel:12;phone-context=B.example', 'tel:1.2;phone-context=b.EXAMPLE.'],
    ['tel:12;phone-context=+1-2', 'tel:12;phone-context=+12'],
    ['tel:+1;a=1;b=X', 'tel:+1;B=x;A=1'],
    ['tel:ABC;phone-context=b', 'tel:abc;phone-context=b'],
    ['tel:+1;a=%7E', 'tel:+1;a=~'],
  ];
  const different: readonly (readonly [string, string])[] = [
    ['tel:+12', 'tel:+13'],
    ['tel:12;phone-context=b', 'tel:+12'],
    ['tel:12;phone-context=b', 'tel:12;phone-context=c'],
    ['tel:12;phone-context=+1', 'tel:12;phone-context=b'],
    ['tel:+1;a', 'tel:+1'],
    ['tel:+1;a=1', 'tel:+1;a=2'],
    ['tel:+1;ext=1', 'tel:+1;isub=1'],
    ['tel:+1', 'sip:+1@b;user=phone'],
    ['tel:call-me', 'tel:callme'],
  ];
  it.each(same)('%s is %s', (a, b) => {
    expect([equalUri(uri(a), uri(b)), equalUri(uri(b), uri(a))]).toEqual([true, true]);
  });
  it.each(different)('%s is not %s', (a, b) => {
    expect([equalUri(uri(a), uri(b)), equalUri(uri(b), uri(a))]).toEqual([false, false]);
  });

  it('what is no number is compared letter by letter', () => {
    expect(equalUri(uri('tel:call-me'), uri('TEL:call-me'))).toBe(true);
  });
});

const mailbox = (but: Partial<MailboxUri>): MailboxUri => ({
  kind: 'mailbox',
  scheme: 'im',
  user: 'fred',
  host: 'b.example',
  headers: undefined,
  ...but,
});

describe('im and pres URIs, RFC 3860 §3 and RFC 3859 §3', () => {
  const reads: readonly (readonly [text: string, parts: Partial<MailboxUri>])[] = [
    ['im:fred@b.example', {}],
    ['PRES:Fred@B.Example', { scheme: 'pres', user: 'Fred' }],
    ['im:fred@b.example?subject=x&a=b', { headers: 'subject=x&a=b' }],
    ['im:%22fred%40x%22@b.example', { user: 'fred@x' }],
    ['im:%22a%5C%22b%22@b.example', { user: 'a"b' }],
    ['im:fr%C3%A9d@b.example', { user: 'fréd' }],
    ['im:fred.smith+x/y@b.example', { user: 'fred.smith+x/y' }],
    ['im:Fred%20Smith%20%3Cfred@b.example%3E', {}],
    ['im:fred@[2001:db8::1]', { host: '[2001:db8::1]' }],
  ];
  for (const [text, parts] of reads) {
    it(`${text} reads, and back again`, () => {
      const read = good(parseMailbox(text));
      expect(read).toEqual(mailbox(parts));
      expect(parseMailbox(writeMailbox(read))).toEqual(read);
      expect(parseUri(writeMailbox(read))).toMatchObject({ kind: 'other', scheme: read.scheme });
    });
  }

  const refused = [
    '',
    'im',
    'im:',
    'im:fred',
    'im:@b.example',
    'im:fred@',
    'im:fred@b_c',
    'im:fred@b@c',
    'im:%66red%40x@b.example',
    'im:a..b@c',
    'im:.a@c',
    'im:a%20b@c',
    'im:a%00@c',
    'im:%22a%0D%0A%22@c',
    'im:%22a%5C%22@c',
    'im:%22%22@c',
    'im:a%FF@c',
    'im:a b@c',
    'im:%3Cfred@b.example',
    'mailto:a@b',
  ];
  it.each(refused)('%j is refused', (text) => expect(isFault(parseMailbox(text))).toBe(true));

  it('any user at all is written so that it reads back', () => {
    const user = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((one) => !/[\0\r\n]/.test(one));
    fc.assert(
      fc.property(user, (one) => {
        const box = mailbox({ user: one });
        expect(parseMailbox(writeMailbox(box))).toEqual(box);
      }),
    );
  });

  const same: readonly (readonly [string, string, boolean])[] = [
    ['im:fred@B.example', 'IM:%66red@b.EXAMPLE', true],
    ['im:Fred%20%3Cfred@b%3E', 'im:fred@b', true],
    ['im:fred@b?a=1&b=2', 'im:fred@b?b=2&a=1', true],
    ['im:fred@b', 'im:Fred@b', false],
    ['im:fred@b', 'im:fred@c', false],
    ['im:fred@b', 'pres:fred@b', false],
    ['im:fred@b', 'im:fred@b?a=1', false],
    ['urn:a', 'urn:A', false],
  ];
  it.each(same)('%s and %s: %s', (a, b, is) => expect(equalUri(uri(a), uri(b))).toBe(is));
});
