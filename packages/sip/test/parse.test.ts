// One datagram to one message: rows of our own. What is refused names its code; what passes names a value.
import { describe, expect, it } from 'vitest';
import { checkRequest, DEFAULT_LIMITS, isFault, parseMessage, type Request } from '@interwork/sip';
import { message, plainLines, requestIn, responseIn, START, utf8 } from './message-text.ts';

const request = (...but: string[]): Request => requestIn(message(plainLines(but)));
const codeOf = (bytes: Uint8Array): string => {
  const parsed = parseMessage(bytes);
  return isFault(parsed) ? parsed.code : parsed.kind;
};
const lines = (...but: string[]): Uint8Array => message(plainLines(but));

describe('RFC 3261 §7.1, §7.2, §7.3, §25.1: refused before anybody looks at a value', () => {
  const rows: readonly [id: string, bytes: Uint8Array, code: string][] = [
    ['nothing', utf8(''), 'empty'],
    ['a keep-alive', utf8('\r\n\r\n'), 'empty'],
    ['no empty line', utf8(`${START}\r\nTo: <sip:a@b>\r\n`), 'head-unterminated'],
    ['bare LF line ends', utf8(`${plainLines().join('\n')}\n\n`), 'head-unterminated'],
    ['one bare LF', lines('X-A: a\nInjected: b'), 'bare-line-end'],
    ['one bare CR', lines('X-A: a\rInjected: b'), 'bare-line-end'],
    [
      'bare LF in the start line',
      message([`${START}\nX: y`, ...plainLines().slice(1)]),
      'start-line',
    ],
    ['a space in a header name', lines('X A: b'), 'header-line'],
    ['no header name', lines(': b'), 'header-line'],
    ['no colon', lines('Subject'), 'header-line'],
    ['a fold before the colon', lines('Subject\r\n : a'), 'header-line'],
    ['a fold as first line', message([START, ' a', ...plainLines().slice(1)]), 'header-line'],
    ['a control in a header name', lines('X\u0001A: b'), 'header-line'],
    ['a NUL in a value', lines('Subject: a\u0000b'), 'control-character'],
    ['a DEL in a value', lines('Subject: a\u007fb'), 'control-character'],
    ['a NUL in a quoted string', lines('X-A: "a\u0000b"'), 'control-character'],
    ['a backslash outside quotes hides nothing', lines('X-A: \\\u0000'), 'control-character'],
    ['a control in the Request-URI', message(['MESSAGE sip:a\u0001@b SIP/2.0']), 'start-line'],
    ['a tab for a space', message(['MESSAGE\tsip:a@b\tSIP/2.0']), 'start-line'],
    ['two spaces', message(['MESSAGE  sip:a@b SIP/2.0']), 'start-line'],
    ['a space behind the version', message(['MESSAGE sip:a@b SIP/2.0 ']), 'start-line'],
    ['no Request-URI', message(['MESSAGE SIP/2.0']), 'start-line'],
    ['no version', message(['MESSAGE sip:a@b']), 'start-line'],
    ['a method that is no token', message(['MES@GE sip:a@b SIP/2.0']), 'start-line'],
    ['HTTP', message(['POST / HTTP/1.1', 'Host: a']), 'start-line'],
    ['SIP/3.0', message([START.replace('2.0', '3.0')]), 'version'],
    ['SIP/02.0', message([START.replace('2.0', '02.0')]), 'version'],
    ['SIP/2', message([START.replace('2.0', '2')]), 'start-line'],
    ['a status beyond 699', message(['SIP/2.0 700 No']), 'status-line'],
    ['a status of two digits', message(['SIP/2.0 99 No']), 'status-line'],
    ['a status of four digits', message(['SIP/2.0 2000 No']), 'status-line'],
    ['a status without its space', message(['SIP/2.0 200']), 'status-line'],
    ['a signed status', message(['SIP/2.0 +20 OK']), 'status-line'],
    ['a control in a reason', message(['SIP/2.0 200 a\u0007']), 'status-line'],
    ['two From', message([...plainLines(), 'f: <sip:eve@e.example>;tag=1']), 'duplicate-header'],
    ['two To', message([...plainLines(), 'To: <sip:eve@e.example>']), 'duplicate-header'],
    ['two Call-ID', message([...plainLines(), 'i: two']), 'duplicate-header'],
    ['two CSeq', message([...plainLines(), 'cseq: 1 MESSAGE']), 'duplicate-header'],
    ['two Max-Forwards', message([...plainLines(), 'Max-Forwards: 70']), 'duplicate-header'],
    ['two Content-Type', lines('Content-Type: text/plain', 'c: text/html'), 'duplicate-header'],
    ['two Content-Length', lines('Content-Length: 0', 'l: 5'), 'duplicate-header'],
    ['the same Content-Length twice', lines('Content-Length: 0', 'l: 0'), 'duplicate-header'],
    ['Content-Length 0x5', lines('Content-Length: 0x5'), 'content-length'],
    ['Content-Length +5', lines('Content-Length: +5'), 'content-length'],
    ['Content-Length -5', lines('Content-Length: -5'), 'content-length'],
    ['Content-Length 5.0', lines('Content-Length: 5.0'), 'content-length'],
    ['Content-Length 1e1', lines('Content-Length: 1e1'), 'content-length'],
    ['Content-Length 0,0', lines('Content-Length: 0,0'), 'content-length'],
    ['Content-Length 0 0', lines('Content-Length: 0 0'), 'content-length'],
    ['Content-Length over a fold', lines('Content-Length: 0\r\n 5'), 'content-length'],
    ['Content-Length in other digits', lines('Content-Length: \u0665'), 'content-length'],
    ['an empty Content-Length', lines('Content-Length:'), 'content-length'],
    ['Content-Length 2^32', lines('Content-Length: 4294967296'), 'content-length'],
    ['Content-Length 10^30', lines(`Content-Length: 1${'0'.repeat(30)}`), 'content-length'],
    ['a Content-Length beyond the datagram', lines('Content-Length: 1'), 'body-truncated'],
    ['201 header lines', lines(...Array.from({ length: 195 }, () => 'X-A: a')), 'too-many-fields'],
    ['a long header', lines(`Subject: ${'a'.repeat(8200)}`), 'head-too-large'],
    [
      'a long head',
      lines(...Array.from({ length: 9 }, (_, i) => `X-${i}: ${'a'.repeat(4000)}`)),
      'head-too-large',
    ],
    [
      'a long start line',
      message([`MESSAGE sip:${'a'.repeat(40_000)}@b SIP/2.0`]),
      'head-too-large',
    ],
    ['more than 64 KiB', message(plainLines(), 'a'.repeat(65_536)), 'message-too-large'],
  ];
  it.each(rows)('%s', (_, bytes, code) => expect(codeOf(bytes)).toBe(code));
});

describe('RFC 3261 §7: malformed UTF-8 in the head', () => {
  const rows: readonly [id: string, octets: readonly number[]][] = [
    ['a lone continuation', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['cut short', [0xe2, 0x82]],
  ];
  const around = (octets: readonly number[]): Uint8Array => {
    const [before, after] = [utf8(`${plainLines().join('\r\n')}\r\nSubject: a`), utf8('b\r\n\r\n')];
    return new Uint8Array([...before, ...octets, ...after]);
  };
  it.each(rows)('%s', (_, octets) => expect(codeOf(around(octets))).toBe('utf8'));

  it('an honest U+FFFD passes', () => {
    expect(requestIn(around([0xef, 0xbf, 0xbd])).headers.subject).toBe('a\ufffdb');
  });
});

describe('read as RFC 3261 has it', () => {
  it('§7.3.1: blanks before the colon, folds, and empty values', () => {
    const { headers } = request('Subject \t :  a\r\n\tb  \r\n  c  ', 'X-Empty:');
    expect(headers.subject).toBe('a b c');
    expect(headers.text('x-empty')).toBe('');
    expect(headers.text('x-none')).toBeUndefined();
  });

  it('§7.3.3: compact names of known headers', () => {
    const { headers } = requestIn(
      message([
        START,
        'v: SIP/2.0/UDP a.example',
        'f: <sip:a@a.example>;tag=1',
        't: <sip:b@b.example>',
        'i: 1',
        'CSeq: 1 MESSAGE',
        'm: <sip:a@c.example>',
        's: hello',
        'k: path',
        'e: gzip',
        'c: text/plain',
        'o: presence',
        'u: presence, dialog',
        'r: <sip:c@c.example>',
        'l: 0',
      ]),
    );
    expect([headers.subject, headers.supported, headers.contentEncoding]).toEqual([
      'hello',
      ['path'],
      ['gzip'],
    ]);
    expect([headers.event, headers.allowEvents]).toEqual([
      { value: 'presence', params: [] },
      ['presence', 'dialog'],
    ]);
    expect([headers.text('Refer-To'), headers.contentLength]).toEqual(['<sip:c@c.example>', 0]);
    expect(headers.text('VIA')).toBe('SIP/2.0/UDP a.example');
  });

  it('§7.3.1, §20.42: the Via of many lines and many commas is one list', () => {
    const via = 'Via: SIP/2.0/UDP a.example, SIP / 2.0 / tcp\tb.example : 5070 ;branch=z9hG4bK2';
    const { headers } = request(via, 'v: SIP/2.0/TLS [2001:DB8::1]:5061;rport;received=192.0.2.1');
    expect(headers.via).toEqual([
      { transport: 'UDP', host: 'a.example', port: undefined, params: [] },
      {
        transport: 'TCP',
        host: 'b.example',
        port: 5070,
        params: [{ name: 'branch', value: 'z9hG4bK2' }],
      },
      {
        transport: 'TLS',
        host: '[2001:db8::1]',
        port: 5061,
        params: [
          { name: 'rport', value: undefined },
          { name: 'received', value: '192.0.2.1' },
        ],
      },
    ]);
    expect(headers.all('via')).toHaveLength(2);
  });

  it('names of the language are names like any other', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const { headers } = request(...names.map((name) => `${name}: of ${name}`));
    expect(names.map((name) => headers.text(name))).toEqual(names.map((name) => `of ${name}`));
    expect(request().headers.text('constructor')).toBeUndefined();
    const method = requestIn(message(['__proto__ sip:a@b SIP/2.0'])).method;
    expect(method).toBe('__proto__');
  });

  it('unknown headers stay as they were', () => {
    const { headers } = request('X-Raw:  ;;,"a\r\n  b", <  ');
    expect(headers.fields().at(-1)).toEqual({ name: 'X-Raw', value: ';;,"a\r\n  b", <' });
  });

  it('headers with credentials are never split', () => {
    const value = 'Digest realm="a, b", nonce="c", algorithm=MD5';
    expect(request(`WWW-Authenticate: ${value}`).headers.all('www-authenticate')).toEqual([value]);
  });

  it('§7.1, §7.5: a version in another case, and line ends in front', () => {
    expect(requestIn(message(['\r\n\r\nOPTIONS sip:a@b sip/2.0'])).method).toBe('OPTIONS');
  });

  it('§18.3: a body past Content-Length is ignored, one without takes all', () => {
    expect(requestIn(message(plainLines(['Content-Length: 2']), 'abc')).body).toEqual(utf8('ab'));
    expect(requestIn(message(plainLines(), 'abc')).body).toEqual(utf8('abc'));
    expect(
      requestIn(message(plainLines(['l: 0']), '\r\n\r\nINVITE sip:a@b SIP/2.0')).body,
    ).toHaveLength(0);
  });

  it('the body is a view, and octets around a view do not matter', () => {
    const whole = message(plainLines(['Content-Length: 2']), 'ab');
    const wide = new Uint8Array(whole.length + 20).fill(13);
    wide.set(whole, 7);
    const { body } = requestIn(wide.subarray(7, 7 + whole.length));
    expect(body).toEqual(utf8('ab'));
    expect(body.buffer).toBe(wide.buffer);
  });

  it('a body is counted in octets, whatever it holds', () => {
    const body = 'héllo \u{1f600}';
    const bytes = message(plainLines([`Content-Length: ${utf8(body).length}`]), body);
    expect(requestIn(bytes).body).toEqual(utf8(body));
  });

  it('a limit can be moved by name', () => {
    expect(parseMessage(lines(), { fields: 5 })).toMatchObject({ code: 'too-many-fields' });
    expect(parseMessage(lines(), { headBytes: 100 })).toMatchObject({ code: 'head-too-large' });
    const vias = Array.from({ length: 71 }, () => 'Via: SIP/2.0/UDP a.example');
    expect(request(...vias).headers.via).toMatchObject({ code: 'too-many-values' });
    expect(request(...vias.slice(1)).headers.via).toHaveLength(DEFAULT_LIMITS.viaValues);
  });

  it('§7.2: a response', () => {
    const response = responseIn(message(['sip/2.0 404 Nicht gefünden', ...plainLines().slice(1)]));
    expect([response.status, response.reason]).toEqual([404, 'Nicht gefünden']);
  });
});

describe('checkRequest, RFC 3261 §8.1.1', () => {
  it('gives everything typed', () => {
    const checked = checkRequest(request());
    expect(checked).toMatchObject({
      method: 'MESSAGE',
      uri: { user: 'bob', host: 'b.example' },
      from: { display: 'Ann', params: [{ name: 'tag', value: 'f1' }] },
      to: { uri: { user: 'bob' } },
      callId: 'call-1@a.example',
      cseq: { number: 1, method: 'MESSAGE' },
      maxForwards: 70,
      via: { transport: 'TLS', host: 'gw.a.example' },
    });
  });

  // §8.1.1.5 and §20.16 CSeq, §20.22 Max-Forwards, §20.8 Call-ID, §19.3 tags, §8.1.1.7 and §20.42 Via,
  // §20.10 Contact, §20.34 Route, §20.32 Require, §20.15 Content-Type; RFC 4475 §3.2.1 the bare cookie
  const rows: readonly [id: string, line: string, code: string, at: string][] = [
    ['CSeq of another method', 'CSeq: 1 INVITE', 'cseq-method', 'CSeq'],
    ['CSeq in another case', 'CSeq: 1 message', 'cseq-method', 'CSeq'],
    ['CSeq 2^31', 'CSeq: 2147483648 MESSAGE', 'header-value', 'CSeq'],
    ['CSeq without blank', 'CSeq: 1MESSAGE', 'header-value', 'CSeq'],
    ['CSeq signed', 'CSeq: +1 MESSAGE', 'header-value', 'CSeq'],
    ['Max-Forwards 256', 'Max-Forwards: 256', 'header-value', 'Max-Forwards'],
    ['Max-Forwards empty', 'Max-Forwards:', 'header-value', 'Max-Forwards'],
    ['Call-ID with a blank', 'Call-ID: a b', 'header-value', 'Call-ID'],
    ['Call-ID with two at signs', 'Call-ID: a@b@c', 'header-value', 'Call-ID'],
    ['From with two addresses', 'From: <sip:a@b>;tag=1, <sip:c@d>', 'header-value', 'From'],
    ['From with an empty tag', 'From: <sip:a@b>;tag=', 'header-value', 'From'],
    ['From with a tag without value', 'From: <sip:a@b>;tag', 'header-value', 'From'],
    ['From with two tags', 'From: <sip:a@b>;tag=1;TAG=2', 'header-value', 'From'],
    ['From in Latin without quotes', 'From: Bell, A <sip:a@b>;tag=1', 'header-value', 'From'],
    ['To with a control in its URI', 'To: <sip:a%00\t@b>', 'header-value', 'To'],
    ['Via of another version', 'Via: SIP/3.0/UDP a.example', 'header-value', 'Via'],
    ['Via with port 0', 'Via: SIP/2.0/UDP a.example:0', 'header-value', 'Via'],
    ['Via with a broken second value', 'Via: SIP/2.0/UDP a.example, b', 'header-value', 'Via'],
    ['Via ending in a comma', 'Via: SIP/2.0/UDP a.example,', 'header-value', 'Via'],
    ['Via with the bare cookie', 'Via: SIP/2.0/UDP a.example;branch=z9hG4bK', 'branch', 'Via'],
    [
      'Via with a host for received',
      'Via: SIP/2.0/UDP a.example;received=a_b',
      'header-value',
      'Via',
    ],
    ['Contact star and more', 'Contact: *, <sip:a@b>', 'header-value', 'Contact'],
    ['Route without brackets', 'Route: sip:a@b;lr', 'header-value', 'Route'],
    ['Require empty', 'Require:', 'header-value', 'Require'],
    ['Content-Type without subtype', 'Content-Type: text', 'header-value', 'Content-Type'],
    [
      'Content-Type with an empty parameter',
      'Content-Type: text/plain;',
      'header-value',
      'Content-Type',
    ],
    [
      'Content-Type with a doubled parameter',
      'Content-Type: a/b;c=1;C=2',
      'header-value',
      'Content-Type',
    ],
  ];
  it.each(rows)('%s', (_, line, code, at) => {
    expect(checkRequest(request(line))).toMatchObject({ code, at, answer: { status: 400 } });
  });

  it.each(['Via', 'From', 'To', 'Call-ID', 'CSeq'])('no %s', (name) => {
    const without = plainLines().filter((line) => !line.startsWith(`${name}:`));
    const found = checkRequest(requestIn(message(without)));
    const reason = `Missing header: ${name}`;
    expect(found).toMatchObject({
      code: 'missing-header',
      at: name,
      answer: { status: 400, reason },
    });
  });

  it('an RFC 2543 request passes (RFC 3261 §8.2.2, §17.2.3)', () => {
    const old = plainLines(['Via: SIP/2.0/UDP a.example', 'From: <sip:a@b>']).filter(
      (line) => !line.startsWith('Max-Forwards'),
    );
    expect(checkRequest(requestIn(message(old)))).toMatchObject({ maxForwards: undefined });
  });

  const uris: readonly [uri: string, at: string][] = [
    ['<sip:a@b>', 'scheme'],
    ['sip:a@b?Route=%3Csip:c%3E', 'headers'],
    ['sip:a@b:0', 'port'],
    ['sip:2001:db8::1', 'host'],
    ['sip:db8:db8::1', 'port'],
    ['sip:a"b@c', 'user'],
    ['sip:a@b@c', 'host'],
  ];
  it.each(uris)('Request-URI %s', (uri, at) => {
    const lines = [`MESSAGE ${uri} SIP/2.0`, ...plainLines().slice(1)];
    expect(checkRequest(requestIn(message(lines)))).toMatchObject({ code: 'request-uri', at });
  });
});
