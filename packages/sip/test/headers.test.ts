// Typed headers, one by one: what each reads as and what it refuses; and the table of names.
import { describe, expect, it } from 'vitest';
import { type HeaderField, type Headers, headersOf, isFault, MisuseError } from '@interwork/sip';
import { HEADER, HEADER_ROWS, headerId, headerName, UNKNOWN } from '../src/header/names.ts';
import { message, plainLines, requestIn } from './message-text.ts';

type Typed = Exclude<keyof Headers, 'text' | 'all' | 'fields'>;
const typed = (line: string, key: Typed): unknown =>
  requestIn(message(plainLines([line]))).headers[key];

// RFC 3261 §20.1 Accept, §20.10 Contact, §20.15 Content-Type, §20.17 Date, §20.19 Expires, §20.33 Retry-After,
// §20.43 Warning; RFC 3326 §2 Reason; RFC 3581 §3 rport
describe('reads', () => {
  const rows: readonly [line: string, key: Typed, expected: unknown][] = [
    ['Contact: *', 'contact', '*'],
    [
      'Record-Route: <sip:a;lr>, "x, y" <sip:b;lr>;z',
      'recordRoute',
      [{ uri: { host: 'a' } }, { display: 'x, y', params: [{ name: 'z' }] }],
    ],
    ['Route: a<sip:a;lr>', 'route', [{ display: 'a' }]],
    ['Reply-To: sip:a@b', 'replyTo', { uri: { user: 'a' } }],
    [
      'Content-Type: Text/PLAIN ; Charset = "UTF-8"',
      'contentType',
      { type: 'text', subtype: 'plain', params: [{ name: 'charset', value: 'UTF-8' }] },
    ],
    ['Content-Encoding: GZIP, x', 'contentEncoding', ['gzip', 'x']],
    ['Content-Language: en, de-AT', 'contentLanguage', ['en', 'de-AT']],
    [
      'Content-Disposition: session;handling=optional',
      'contentDisposition',
      { value: 'session', params: [{ name: 'handling', value: 'optional' }] },
    ],
    ['Supported: A, b', 'supported', ['a', 'b']],
    ['Supported:', 'supported', []],
    ['Allow:', 'allow', []],
    ['Allow: INVITE,ACK', 'allow', ['INVITE', 'ACK']],
    ['Accept:', 'accept', []],
    [
      'Accept: text/*;q=0.5, */*',
      'accept',
      [
        { type: 'text', subtype: '*' },
        { type: '*', subtype: '*' },
      ],
    ],
    ['Expires: 0', 'expires', 0],
    ['Expires: 4294967295', 'expires', 4_294_967_295],
    ['Min-Expires: 60', 'minExpires', 60],
    ['Retry-After: 120 (in a (short) while) ;duration=60', 'retryAfter', 120],
    ['Retry-After: 5;duration=1', 'retryAfter', 5],
    ['Date: Sat, 13 Nov 2010 23:29:00 GMT', 'date', Date.UTC(2010, 10, 13, 23, 29)],
    ['Date: Thu, 29 Feb 2024 00:00:00 GMT', 'date', Date.UTC(2024, 1, 29)],
    [
      'Warning: 307 isi.edu "a, \\"b\\"", 399 [::1]:5060 "c"',
      'warning',
      [
        { code: 307, agent: 'isi.edu', text: 'a, "b"' },
        { code: 399, agent: '[::1]:5060', text: 'c' },
      ],
    ],
    [
      'Reason: SIP ;cause=200 ;text="Call completed elsewhere", Q.850;cause=16',
      'reason',
      [
        { value: 'SIP', params: [{ name: 'cause', value: '200' }, { name: 'text' }] },
        { value: 'Q.850' },
      ],
    ],
    [
      'Subscription-State: active;expires=60',
      'subscriptionState',
      { value: 'active', params: [{ name: 'expires', value: '60' }] },
    ],
    ['Event: presence;id=1', 'event', { value: 'presence' }],
    ['User-Agent: x/1 (y)', 'userAgent', 'x/1 (y)'],
    ['Server: x', 'server', 'x'],
    ['Via: SIP/2.0/UDP a;rport=5061', 'via', [{ params: [{ name: 'rport', value: '5061' }] }]],
    ['Via: SIP/2.0/ UDP a', 'via', [{ transport: 'UDP', host: 'a' }]],
    ['Via: sip / 2.0 / udp a', 'via', [{ transport: 'UDP', host: 'a' }]],
    [
      'Via: SIP/2.0/UDP a, SIP/2.0/\tTCP b ',
      'via',
      [{ host: 'a' }, { transport: 'TCP', host: 'b' }],
    ],
    ['Unsupported: a', 'unsupported', ['a']],
  ];
  it.each(rows)('%s', (line, key, expected) => {
    const value = typed(line, key);
    if (typeof expected === 'object') expect(value).toMatchObject(expected as object);
    else expect(value).toBe(expected);
  });
});

describe('refuses', () => {
  const rows: readonly [line: string, key: Typed][] = [
    ['Contact: *;q=1', 'contact'],
    ['Contact: ', 'contact'],
    ['Contact: <sip:a@b>,', 'contact'],
    ['Contact: ,<sip:a@b>', 'contact'],
    ['Content-Type: text/plain, text/html', 'contentType'],
    ['Content-Type: text/plain;charset', 'contentType'],
    ['Supported: a,,b', 'supported'],
    ['Supported: a b', 'supported'],
    ['Require: a;b', 'require'],
    ['Allow: ,', 'allow'],
    ['Accept: text', 'accept'],
    ['Expires: 4294967296', 'expires'],
    ['Expires: -1', 'expires'],
    ['Expires: soon', 'expires'],
    ['Retry-After: 5 (open', 'retryAfter'],
    ['Retry-After: (5)', 'retryAfter'],
    ['Date: Fri, 01 Jan 2010 16:00:00 EST', 'date'],
    ['Date: Fri, 31 Feb 2010 16:00:00 GMT', 'date'],
    ['Date: Fri, 01 Jan 2010 24:00:00 GMT', 'date'],
    ['Date: Xyz, 01 Jan 2010 16:00:00 GMT', 'date'],
    ['Date: Fri, 1 Jan 2010 16:00:00 GMT', 'date'],
    ['Date: Fri, 01-Jan-2010 16:00:00 GMT', 'date'],
    ['Warning: 1812 a "b"', 'warning'],
    ['Warning: 399 a b', 'warning'],
    ['Reason: ;cause=1', 'reason'],
    ['Event:', 'event'],
    ['Via: SIP/2.0/UDP a;rport=0', 'via'],
    ['Via: SIP/2.0/UDP a;rport=x', 'via'],
    ['Via: SIP/2.0/UDP a;branch=', 'via'],
    ['Via: SIP/2.0/UDP a;branch', 'via'],
    ['Via: SIP/2.0/UDP', 'via'],
    ['Via: SIP/2.0 a', 'via'],
    ['Via: SIP/2.0/UDP a b', 'via'],
    ['Via: HTTP/2.0/UDP a', 'via'],
  ];
  it.each(rows)('%s', (line, key) => expect(isFault(typed(line, key))).toBe(true));

  it('a second star', () => {
    const { headers } = requestIn(message(plainLines(['Contact: *', 'Contact: <sip:a@b>'])));
    expect(isFault(headers.contact)).toBe(true);
  });

  it('more than 100 values', () => {
    const list = Array.from({ length: 101 }, () => 'a').join();
    expect(typed(`Supported: ${list}`, 'supported')).toMatchObject({ code: 'too-many-values' });
  });
});

describe('typed values', () => {
  it('are read once', () => {
    const { headers } = requestIn(message(plainLines()));
    expect(headers.from).toBe(headers.from);
    expect(headers.via).toBe(headers.via);
  });

  it('are undefined when they are not there', () => {
    const { headers } = requestIn(message(plainLines()));
    expect([headers.contact, headers.accept, headers.expires, headers.subject]).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe('the table of names', () => {
  it('has each place once, named as its row', () => {
    const ids = HEADER_ROWS.map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted((a, b) => a - b)).toEqual(Object.values(HEADER).toSorted((a, b) => a - b));
    for (const [key, id] of Object.entries(HEADER)) {
      expect(headerName(id).replaceAll('-', '').toLowerCase()).toBe(key.toLowerCase());
    }
  });

  it('finds each by its long and compact name in any case', () => {
    for (const row of HEADER_ROWS) {
      for (const name of [row.name, row.compact ?? row.name]) {
        expect(headerId(name.toUpperCase(), 0, name.length)).toBe(row.id);
        expect(headerId(`x${name.toLowerCase()}y`, 1, name.length + 1)).toBe(row.id);
      }
    }
  });

  it.each([
    '',
    'Vi',
    'Vib',
    'g',
    'Fron',
    'Content-Lengt',
    'Content-Lengtj',
    'Content_Length',
    '\u0141o',
  ])('%j is unknown', (name) => {
    expect(headerId(name, 0, name.length)).toBe(UNKNOWN);
  });
});

describe('headersOf', () => {
  it('reads as received headers do', () => {
    const fields: readonly HeaderField[] = [
      { name: 'Via', value: 'SIP/2.0/UDP a.example' },
      { name: 'X-A', value: 'b\r\nInjected: c' },
      { name: 'f', value: '<sip:a@b>;tag=1' },
    ];
    const headers = headersOf(fields);
    expect(headers.from).toMatchObject({ uri: { user: 'a' } });
    expect(headers.text('X-A')).toBe('b  Injected: c');
    expect(headers.text('Injected')).toBeUndefined();
    expect(headers.fields()).toHaveLength(3);
    expect(headersOf([]).fields()).toEqual([]);
  });

  it.each(['', 'a b', 'a:b', 'a\r\nb', 'ä'])('a name such as %j is misuse', (name) => {
    expect(() => headersOf([{ name, value: '' }])).toThrow(MisuseError);
  });
});
