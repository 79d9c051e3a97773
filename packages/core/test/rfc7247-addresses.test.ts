// RFC 7247 §6: addresses both ways. Rows of our own first, then the shared vectors where they are.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { writeUri } from '@interwork/sip';
import { Jid } from '@interwork/xmpp';
import { jidToImUri, jidToSipUri, sipUriToJid } from '@interwork/core';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';

const jid = (text: string): Jid => {
  const read = Jid.parse(text);
  if (read.kind !== 'jid') throw new Error(`${text}: ${read.text}`);
  return read;
};
const toJid = (uri: string, telDomain?: string): string => {
  const mapped = sipUriToJid(uri, telDomain === undefined ? {} : { telDomain });
  return mapped.kind === 'jid' ? mapped.full : `!${mapped.code} ${mapped.answer}`;
};

describe('RFC 7247 §6.4 SIP to XMPP', () => {
  const rows: readonly [id: string, sip: string, xmpp: string][] = [
    ['plain', 'sip:alice@sip.test', 'alice@sip.test'],
    [
      'case, port and parameters go',
      'sip:Alice@SIP.Test:5070;transport=tls;user=x',
      'alice@sip.test',
    ],
    ['password goes', 'sip:alice:pa%20ss@sip.test', 'alice@sip.test'],
    ['headers go', 'sip:alice@sip.test?subject=x&body=y', 'alice@sip.test'],
    ['RFC 3986 §2.1 decoded once', 'sip:a%2541@sip.test', 'a%41@sip.test'],
    ['umlaut', 'sip:m%C3%BCller@sip.test', 'müller@sip.test'],
    ['upper case beyond ASCII', 'sip:M%C3%9CLLER@sip.test', 'müller@sip.test'],
    ['decomposed becomes composed', 'sip:mu%CC%88ller@sip.test', 'müller@sip.test'],
    ['full width folds', 'sip:%EF%BD%81%EF%BD%82@sip.test', 'ab@sip.test'],
    ['a folded at sign is escaped', 'sip:a%EF%BC%A0b@sip.test', 'a\\40b@sip.test'],
    ['apostrophe', "sip:d'arc@sip.test", 'd\\27arc@sip.test'],
    ['inner space', 'sip:jean%20luc@sip.test', 'jean\\20luc@sip.test'],
    [
      'XEP-0106 §4.1, §4.2 all that is escaped',
      'sip:a%22%26%27%2F%3A%3C%3E%40z@sip.test',
      'a\\22\\26\\27\\2f\\3a\\3c\\3e\\40z@sip.test',
    ],
    ['a backslash that reads as an escape', 'sip:a%5C20b@sip.test', 'a\\5c20b@sip.test'],
    ['a backslash that does not', 'sip:a%5C2gb@sip.test', 'a\\2gb@sip.test'],
    ['an escape made by folding', 'sip:a%5C3Ab@sip.test', 'a\\5c3ab@sip.test'],
    ['sips is the same person', 'sips:alice@sip.test', 'alice@sip.test'],
    ['im', 'im:alice@sip.test', 'alice@sip.test'],
    ['pres', 'pres:alice@sip.test', 'alice@sip.test'],
    ['gr', 'sip:alice@sip.test;gr=desk', 'alice@sip.test/desk'],
    ['gr is decoded', 'sip:alice@sip.test;gr=my%20desk%2F1', 'alice@sip.test/my desk/1'],
    ['gr without a value', 'sip:alice@sip.test;gr', 'alice@sip.test'],
    ['IDN host', 'sip:alice@xn--bcher-kva.test', 'alice@bücher.test'],
    ['IPv6 host', 'sip:alice@[2001:db8::7]:5060', 'alice@[2001:db8::7]'],
    ['domain alone', 'sip:sip.test', 'sip.test'],
    ['NUL', 'sip:a%00@sip.test', '!control-character 400'],
    ['line break', 'sip:a%0D%0Ab@sip.test', '!control-character 400'],
    ['C1 control', 'sip:a%C2%85b@sip.test', '!control-character 400'],
    ['leading space', 'sip:%20a@sip.test', '!outer-space 400'],
    ['trailing space', 'sip:a%20@sip.test', '!outer-space 400'],
    ['not UTF-8', 'sip:a%FFb@sip.test', '!not-utf-8 400'],
    ['overlong UTF-8', 'sip:a%C0%AFb@sip.test', '!not-utf-8 400'],
    ['surrogate in UTF-8', 'sip:a%ED%A0%80b@sip.test', '!not-utf-8 400'],
    ['gr not UTF-8', 'sip:a@sip.test;gr=%FF', '!not-utf-8 400'],
    ['gr with a control', 'sip:a@sip.test;gr=%07', '!not-a-jid 400'],
    ['no URI', 'alice at sip.test', '!malformed-uri 400'],
    ['other scheme', 'http://sip.test/', '!scheme 416'],
    ['im without a user', 'im:sip.test', '!no-user-part 404'],
    ['over 1023 octets', `sip:${'a'.repeat(1024)}@sip.test`, '!not-a-jid 400'],
  ];
  it.each(rows)('%s', (_id, sip, xmpp) => {
    expect(toJid(sip)).toBe(xmpp);
  });
});

describe('RFC 3261 §19.1.6 numbers', () => {
  const rows: readonly [string, string | undefined, string][] = [
    ['tel:+1-201-555-0123', 'phone.test', '+12015550123@phone.test'],
    ['tel:+1(201)555.0123', 'phone.test', '+12015550123@phone.test'],
    ['tel:0123;phone-context=+49', 'phone.test', '0123;phone-context=+49@phone.test'],
    ['tel:0123', 'phone.test', '!no-domain 416'],
    ['tel:+12015550123', undefined, '!no-domain 416'],
    ['tel:call-me', 'phone.test', '!malformed-uri 400'],
    ['TEL:+1-201', 'phone.test', '+1201@phone.test'],
    ['tel:+1201;ext=5;isub=2', 'phone.test', '+1201@phone.test'],
    ['tel:+1*2', 'phone.test', '!malformed-uri 400'],
    ['tel:+', 'phone.test', '!malformed-uri 400'],
    ['tel:-', 'phone.test', '!malformed-uri 400'],
    [`tel:+${'1'.repeat(33)}`, 'phone.test', '!malformed-uri 400'],
    ['tel:+1201', 'no domain', '!not-a-jid 400'],
  ];
  it.each(rows)('%s', (uri, domain, expected) => {
    expect(toJid(uri, domain)).toBe(expected);
  });

  const local: readonly [string, string][] = [
    ['tel:1-2-3;phone-context=+1-914-555', '123;phone-context=+1914555@phone.test'],
    ['tel:*2%23;Phone-Context=PBX.Sip.Test', '*2#;phone-context=pbx.sip.test@phone.test'],
    ['tel:7AB;ext=1;phone-context=+49', '7ab;phone-context=+49@phone.test'],
    ['tel:7;phone-context=', '!malformed-uri 400'],
    ['tel:7;phone-context=+', '!malformed-uri 400'],
    ['tel:7;phone-context=+4x', '!malformed-uri 400'],
    ['tel:7;phone-context=a_b', '!malformed-uri 400'],
    ['tel:7;phone-contextual=+49', '!no-domain 416'],
  ];
  it.each(local)('RFC 3966 §5.1.5 %s', (uri, expected) => {
    expect(toJid(uri, 'phone.test')).toBe(expected);
  });

  it('RFC 3966 §5.1.1, §5.1.4: a number is the same however its digits are divided', () => {
    const spelled = ['tel:+12015550123', 'tel:+1-201-555-0123', 'tel:+1.(201).555.0123'];
    expect(new Set(spelled.map((uri) => toJid(uri, 'phone.test'))).size).toBe(1);
  });

  const phones: readonly [string, boolean, string][] = [
    ['+1201@phone.test', true, 'sip:+1201@phone.test;user=phone'],
    ['+1201@phone.test/r', true, 'sip:+1201@phone.test;gr=r;user=phone'],
    ['+1201@phone.test', false, 'sip:+1201@phone.test'],
    ['1201@phone.test', true, 'sip:1201@phone.test'],
    ['+1201x@phone.test', true, 'sip:+1201x@phone.test'],
    ['123;phone-context=+49@phone.test', true, 'sip:123;phone-context=+49@phone.test'],
  ];
  it.each(phones)('%s where numbers are telephones: %s', (xmpp, phone, sip) => {
    expect(writeUri(jidToSipUri(jid(xmpp), { phone }))).toBe(sip);
    expect(toJid(sip)).toBe(xmpp);
  });
});

describe('RFC 7247 §6.5 XMPP to SIP', () => {
  const rows: readonly [id: string, xmpp: string, sip: string][] = [
    ['plain', 'alice@xmpp.test', 'sip:alice@xmpp.test'],
    ['umlaut', 'müller@xmpp.test', 'sip:m%C3%BCller@xmpp.test'],
    ['XEP-0106 §4.3 escapes are undone', 'd\\27arc@xmpp.test', "sip:d'arc@xmpp.test"],
    ['what sip allows stays', 'a\\26b+c=d,e;f?g\\2fh@xmpp.test', 'sip:a&b+c=d,e;f?g/h@xmpp.test'],
    [
      'what sip forbids is percent',
      'a#b%c[d]^e`{|}@xmpp.test',
      'sip:a%23b%25c%5Bd%5D%5Ee%60%7B%7C%7D@xmpp.test',
    ],
    ['at sign', 'a\\40b@xmpp.test', 'sip:a%40b@xmpp.test'],
    ['upper-case escape is none', 'a\\2Fb@xmpp.test', 'sip:a/b@xmpp.test'],
    ['resource', 'alice@xmpp.test/balcony', 'sip:alice@xmpp.test;gr=balcony'],
    [
      'resource that would break the URI',
      'alice@xmpp.test/a;b=c?d"e<f>',
      'sip:alice@xmpp.test;gr=a%3Bb%3Dc%3Fd%22e%3Cf%3E',
    ],
    ['resource with slash and at', 'alice@xmpp.test/x/y@z', 'sip:alice@xmpp.test;gr=x/y%40z'],
    ['IDN', 'alice@bücher.test', 'sip:alice@xn--bcher-kva.test'],
    ['domain alone', 'xmpp.test', 'sip:xmpp.test'],
  ];
  it.each(rows)('%s', (_id, xmpp, sip) => {
    expect(writeUri(jidToSipUri(jid(xmpp)))).toBe(sip);
  });

  it('writes im and pres URIs without what breaks a URI', () => {
    expect(jidToImUri(jid('a(b);c@xmpp.test'))).toBe('im:a%28b%29%3Bc@xmpp.test');
    expect(jidToImUri(jid('a.b@xmpp.test'), 'pres')).toBe('pres:a.b@xmpp.test');
  });
});

describe('RFC 7247 §6 round trips', () => {
  const local = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const resource = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 20 });

  it('a JID comes back as itself', () => {
    fc.assert(
      fc.property(local, resource, (l, r) => {
        const made = Jid.of(l, 'xmpp.test', r === '' ? undefined : r);
        fc.pre(made.kind === 'jid');
        if (made.kind !== 'jid' || outerSpace(made.local)) return;
        const back = sipUriToJid(writeUri(jidToSipUri(made)));
        expect(back.kind === 'jid' ? back.full : back.code).toBe(made.full);
      }),
      { numRuns: 2000 },
    );
  });

  it('a SIP URI reaches one JID and stays there', () => {
    fc.assert(
      fc.property(local, (l) => {
        const uri = `sip:${encodeURIComponent(l.replace(/\p{Cs}/gu, ''))}@sip.test`;
        const once = sipUriToJid(uri);
        fc.pre(once.kind === 'jid');
        if (once.kind !== 'jid') return;
        const twice = sipUriToJid(writeUri(jidToSipUri(once)));
        expect(twice.kind === 'jid' ? twice.full : twice.code).toBe(once.full);
      }),
      { numRuns: 2000 },
    );
  });

  /** A localpart that begins or ends with an escaped space is valid XMPP, but XEP-0106 §3.2 forbids making one. */
  const outerSpace = (text: string): boolean => text.startsWith('\\20') || text.endsWith('\\20');
});

describe.skipIf(!haveVectors)('RFC 7247 §6 shared vectors', () => {
  interface Row {
    readonly id: string;
    readonly direction: string;
    readonly sip: string;
    readonly xmpp: string;
  }
  const file = vectorJson<{ vectors: Row[]; reject: { sip: string }[] }>(
    'stox/rfc7247-addresses.json',
    { vectors: [], reject: [] },
  );
  const ways = {
    'sip-to-xmpp': (row: Row) => expect(toJid(row.sip)).toBe(row.xmpp),
    'xmpp-to-sip': (row: Row) =>
      expect(
        row.sip.startsWith('im:')
          ? jidToImUri(jid(row.xmpp))
          : writeUri(jidToSipUri(jid(row.xmpp))),
      ).toBe(row.sip),
  };

  it.each(file.vectors.map((row) => [row.id, row] as const))('%s', (_id, row) => {
    ways[row.direction as keyof typeof ways](row);
  });
  it.each(file.reject.filter((row) => row.sip !== 'sip:example.net').map((row) => [row.sip]))(
    '%s is refused',
    (sip) => {
      expect(toJid(sip)).toMatch(/^!/);
    },
  );
});
