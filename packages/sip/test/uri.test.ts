// URIs: what reads, what does not, what is the same, and both ways.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  equalUri,
  isFault,
  type Param,
  parseUri,
  percentDecode,
  type SipUri,
  type Uri,
  uriParam,
  writeUri,
} from '@interwork/sip';
import { good } from './message-text.ts';

const uri = (text: string): Uri => good(parseUri(text));

describe('reads, RFC 3261 §19.1.1 and RFC 5118 §4.10', () => {
  const rows: readonly [text: string, parts: object][] = [
    ['sip:b.example', { user: undefined, host: 'b.example', port: undefined, params: [] }],
    ['SIPS:Ann@B.Example:5061', { scheme: 'sips', user: 'Ann', host: 'b.example', port: 5061 }],
    ['sip:ann:s%3Ax@b', { user: 'ann', password: 's%3Ax' }],
    ['sip:ann:@b', { user: 'ann', password: '' }],
    ['sip:a;b?c/d=e,f&g+$@b', { user: 'a;b?c/d=e,f&g+$' }],
    ['sip:%61nn%40x@b', { user: '%61nn%40x' }],
    ['sip:ann@[2001:DB8::1]:5060', { host: '[2001:db8::1]', port: 5060 }],
    ['sip:ann@[::]', { host: '[::]' }],
    ['sip:ann@[::ffff:192.0.2.1]', { host: '[::ffff:192.0.2.1]' }],
    ['sip:ann@[2001:db8:::192.0.2.1]', { host: '[2001:db8::192.0.2.1]' }],
    ['sip:ann@192.0.2.1', { host: '192.0.2.1' }],
    ['sip:ann@b.example.', { host: 'b.example.' }],
    ['sip:ann@3com.4you', { host: '3com.4you' }],
    [
      'sip:ann@b;LR;x=Y',
      {
        params: [
          { name: 'lr', value: undefined },
          { name: 'x', value: 'Y' },
        ],
      },
    ],
    ['sip:ann@b;gr=a%20b', { params: [{ name: 'gr', value: 'a%20b' }] }],
    ['sip:ann@b;%6C%72', { params: [{ name: 'lr', value: undefined }] }],
    [
      'sip:ann@b;__proto__=1;constructor',
      {
        params: [
          { name: '__proto__', value: '1' },
          { name: 'constructor', value: undefined },
        ],
      },
    ],
    ['sip:b?constructor=1&__proto__=', { headers: 'constructor=1&__proto__=' }],
    [
      'sip:ann@b;a=1?Subject=x&To=y',
      { params: [{ name: 'a', value: '1' }], headers: 'Subject=x&To=y' },
    ],
    ['tel:+1-201-555-0123', { kind: 'other', scheme: 'tel', text: 'tel:+1-201-555-0123' }],
    ['IM:ann@b.example', { kind: 'other', scheme: 'im', text: 'IM:ann@b.example' }],
    ['urn:uuid:f81d4fae', { kind: 'other', scheme: 'urn' }],
  ];
  it.each(rows)('%s', (text, parts) => {
    expect(parseUri(text)).toMatchObject(parts);
  });
});

describe('refuses, RFC 3261 §19.1.1', () => {
  const rows = [
    '',
    ':',
    'sip',
    'sip:',
    'sip:@b',
    'sip:ann@',
    'sip::x@b',
    'sip:a b@c',
    'sip:a@b c',
    ' sip:a@b',
    'sip:a@b ',
    'sip:a\u0000@b',
    'sip:a@b\r\n',
    'sip:a@b\u007f',
    'sip:ä@b',
    'sip:a@ä',
    'sip:a"@b',
    'sip:<a>@b',
    'sip:a@b@c',
    'sip:a%@b',
    'sip:a%4@b',
    'sip:a%4g@b',
    'sip:ann:secret:x@b',
    'sip:a#b@c',
    'sip:a@b:',
    'sip:a@b:0',
    'sip:a@b:65536',
    'sip:a@b:+1',
    'sip:a@b:5060x',
    'sip:a@b:000005060',
    'sip:a@b:5060:5060',
    'sip:a@b..c',
    'sip:a@.b',
    'sip:a@-b',
    'sip:a@b-',
    'sip:a@b_c',
    'sip:a@1.2.3',
    'sip:a@1.2.3.4.5',
    'sip:a@256.1.1.1',
    'sip:a@0x7f.1',
    'sip:a@127.1',
    'sip:a@[',
    'sip:a@[]',
    'sip:a@[1]',
    'sip:a@[::1',
    'sip:a@[::1]x',
    'sip:a@[::1%25eth0]',
    'sip:a@[1:2:3:4:5:6:7:8:9]',
    'sip:a@[1::2::3]',
    'sip:a@[12345::]',
    'sip:a@[:::1]',
    'sip:a@[1:2:3:4:5:6:7:8::]',
    'sip:a@[::1.2.3]',
    'sip:a@2001:db8::1',
    'sip:a@b;',
    'sip:a@b;;c',
    'sip:a@b;=c',
    'sip:a@b;c=',
    'sip:a@b;c=d=e',
    'sip:a@b;c;C',
    'sip:a@b;lr;%6cr',
    'sip:a@b;c="d"',
    'sip:a@b?',
    'sip:a@b?c',
    'sip:a@b?=c',
    'sip:a@b?c=d&',
    'sip:a@b?c=d?&&e=f',
    `sip:a@${'b'.repeat(64)}`,
    `sip:a@${'b.'.repeat(128)}c`,
    `sip:a@b${Array.from({ length: 65 }, (_, i) => `;p${i}`).join('')}`,
    'tel:',
    'tel:a b',
    'x:<y>',
    'x:y%',
    '1x:y',
    'x y:z',
    'http://a/"b"',
  ];
  it.each(rows)('%j', (text) =>
    expect(parseUri(text)).toMatchObject({ kind: 'fault', code: 'uri' }),
  );
});

describe('RFC 3261 §19.1.4, the rows for comparing', () => {
  const same: readonly [string, string][] = [
    ['sip:%61lice@atlanta.example;transport=TCP', 'sip:alice@AtLanTa.example;Transport=tcp'],
    ['sip:carol@chicago.example', 'sip:carol@chicago.example;newparam=5'],
    ['sip:carol@chicago.example', 'sip:carol@chicago.example;security=on'],
    [
      'sip:b.example;transport=tcp;method=REGISTER?to=sip:bob%40b.example',
      'sip:b.example;method=REGISTER;transport=tcp?to=sip:bob%40b.example',
    ],
    ['sip:a@b?subject=project%20x&priority=urgent', 'sip:a@b?priority=urgent&subject=project%20x'],
    ['sip:a%3bb@c', 'sip:a%3Bb@c'],
    ['TEL:+1', 'tel:+1'],
  ];
  const different: readonly [string, string][] = [
    ['SIP:ALICE@AtLanTa.example;Transport=udp', 'sip:alice@AtLanTa.example;Transport=UDP'],
    ['sip:bob@biloxi.example', 'sip:bob@biloxi.example:5060'],
    ['sip:bob@biloxi.example', 'sip:bob@biloxi.example;transport=udp'],
    ['sip:bob@biloxi.example:6000;transport=tcp', 'sip:bob@biloxi.example'],
    ['sip:carol@chicago.example', 'sip:carol@chicago.example?Subject=next%20meeting'],
    ['sip:carol@chicago.example;security=on', 'sip:carol@chicago.example;security=off'],
    ['sip:bob@phone21.example', 'sip:bob@192.0.2.4'],
    ['sip:bob@b', 'sips:bob@b'],
    ['sip:bob@b', 'sip:b'],
    ['sip:bob@b', 'sip:bob:x@b'],
    ['sip:bob@b', 'sip:bob@b;maddr=c'],
    ['sip:bob@b;user=phone', 'sip:bob@b'],
    ['sip:a%3bb@c', 'sip:a;b@c'],
    ['im:a@b', 'pres:a@b'],
    ['im:a@b', 'sip:a@b'],
  ];
  it.each(same)('%s is %s', (a, b) => {
    expect([equalUri(uri(a), uri(b)), equalUri(uri(b), uri(a))]).toEqual([true, true]);
  });
  it.each(different)('%s is not %s', (a, b) => {
    expect([equalUri(uri(a), uri(b)), equalUri(uri(b), uri(a))]).toEqual([false, false]);
  });
});

describe('writes, RFC 3261 §19.1.2', () => {
  const made = (but: Partial<SipUri>): SipUri => ({
    kind: 'sip',
    scheme: 'sip',
    user: 'ann',
    password: undefined,
    host: 'b.example',
    port: undefined,
    params: [],
    headers: undefined,
    ...but,
  });
  const rows: readonly [id: string, uri: Uri, text: string][] = [
    [
      'what may not stand in a user part',
      made({ user: 'a b@c:d"<>\r\n' }),
      'sip:a%20b%40c%3Ad%22%3C%3E%0D%0A@b.example',
    ],
    ['UTF-8', made({ user: 'é€😀\ud800' }), 'sip:%C3%A9%E2%82%AC%F0%9F%98%80%EF%BF%BD@b.example'],
    ['escapes that are there', made({ user: 'a%20b%' }), 'sip:a%20b%25@b.example'],
    [
      'parameters',
      made({ params: [{ name: 'gr', value: 'a;b=c' }] }),
      'sip:ann@b.example;gr=a%3Bb%3Dc',
    ],
    ['a host with structure', made({ host: 'b>\r\nX: y' }), 'sip:ann@b%3E%0D%0AX:%20y'],
    ['headers with structure', made({ headers: 'a=b> c' }), 'sip:ann@b.example?a=b%3E%20c'],
    ['no empty user', made({ user: '' }), 'sip:b.example'],
    [
      'a scheme and a port of untyped code',
      made({ scheme: 'sip:a\r\nX' as 'sip', port: '1\r\nX: y' as unknown as number }),
      'sip:ann@b.example:NaN',
    ],
    [
      'another scheme',
      { kind: 'other', scheme: 'im', text: 'im:a b>@c\r\n' },
      'im:a%20b%3E@c%0D%0A',
    ],
  ];
  it.each(rows)('%s', (_, given, text) => expect(writeUri(given)).toBe(text));

  it('what was read', () => {
    for (const text of [
      'sip:ann:pw@[::1]:5061;a=b;c?d=e&f=',
      'sips:b',
      'tel:+1',
      'sip:a%3b@b;%6cr=x',
    ]) {
      expect(parseUri(writeUri(uri(text)))).toEqual(uri(text));
    }
  });
});

describe('both ways', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9.!~*-]{0,8}$/);
  const params = fc.uniqueArray(
    fc.record({
      name,
      value: fc.option(fc.stringMatching(/^[A-Za-z0-9/:&+$[\]]{1,9}$/), { nil: undefined }),
    }),
    {
      selector: (one: Param) => one.name,
      maxLength: 5,
    },
  );
  const sipUri: fc.Arbitrary<SipUri> = fc
    .record({
      scheme: fc.constantFrom('sip' as const, 'sips' as const),
      user: fc.option(fc.stringMatching(/^([A-Za-z0-9&=+$,;?/-]|%[0-9A-F]{2}){1,12}$/), {
        nil: undefined,
      }),
      secret: fc.option(fc.stringMatching(/^[a-z0-9&=+$,]{0,6}$/), { nil: undefined }),
      host: fc.constantFrom('b.example', '192.0.2.1', '[2001:db8::1]', 'x'),
      port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
      params,
      headers: fc.option(fc.constantFrom('a=b', 'Subject=x%20y&b='), { nil: undefined }),
    })
    .map(({ secret, ...rest }) => ({
      kind: 'sip',
      ...rest,
      password: rest.user === undefined ? undefined : secret,
    }));

  it('a written URI reads back as itself', () => {
    fc.assert(
      fc.property(sipUri, (one) => {
        expect(parseUri(writeUri(one))).toEqual(one);
      }),
    );
  });

  it('a URI equals itself, however it is spelled', () => {
    fc.assert(
      fc.property(sipUri, (one) => {
        expect(equalUri(one, uri(writeUri(one)))).toBe(true);
      }),
    );
  });

  it('any text at all reads or is a fault, and what reads is stable', () => {
    const piece = fc.constantFrom(
      'sip:',
      'a',
      '@',
      ':',
      ';',
      '=',
      '?',
      '&',
      '[',
      ']',
      '%41',
      '%',
      '.',
      '5',
      ' ',
      '\r\n',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const read = parseUri(pieces.join(''));
        if (!isFault(read)) expect(parseUri(writeUri(read))).toEqual(read);
      }),
    );
  });

  it('whatever a host puts into the parts, no structure comes out', () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (user, value, host) => {
        const written = writeUri({
          kind: 'sip',
          scheme: 'sip',
          user,
          password: undefined,
          host,
          port: undefined,
          params: [{ name: value, value }],
          headers: value,
        });
        expect(written).toMatch(/^[\u0021-\u007e]+$/);
        expect(written).not.toMatch(/[<>"\\]/);
      }),
    );
  });
});

describe('percentDecode', () => {
  it('decodes once, as strict UTF-8', () => {
    expect(percentDecode('a%2541%C3%A9%00')).toBe('a%41é\u0000');
  });
  it.each(['%', '%4', '%4g', '%C3', '%C0%AF', '%ED%A0%80', '%FF'])('%s is a fault', (text) => {
    expect(percentDecode(text)).toMatchObject({ kind: 'fault', code: 'percent-escape' });
  });
});

it('uriParam', () => {
  expect(uriParam(uri('sip:a@b;lr;gr=x'), 'gr')).toBe('x');
  expect(uriParam(uri('sip:a@b;lr;gr=x'), 'lr')).toBe('');
  expect(uriParam(uri('sip:a@b'), 'constructor')).toBeUndefined();
  expect(uriParam(uri('tel:+1;gr=x'), 'gr')).toBeUndefined();
});
