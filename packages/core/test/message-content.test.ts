// What the body of a MESSAGE becomes: HTML, CPIM and multiparts of RFC 7572 §7, each with what is lost and what
// is refused. The formats themselves are rfc2046-multipart.test.ts, rfc3862-cpim.test.ts, xhtml-im.test.ts.
import * as fc from 'fast-check';
import { SIGN_TYPES } from '../src/rules/sign-in.ts';
import { describe, expect, it } from 'vitest';
import {
  ACCEPTED_TYPES,
  type Crossing,
  jidToSipUri,
  messageToXmpp,
  type Refusal,
  type Translation,
} from '@interwork/core';
import { checkRequest, type IncomingRequest, parseMessage } from '@interwork/sip';
import {
  child,
  delayOf,
  Jid,
  type Message,
  type MessageDraft,
  messageElement,
  parseStanza,
  parseXml,
  writeXml,
} from '@interwork/xmpp';

const NOW = Date.UTC(2026, 10, 23, 12);
const end = (text: string) => {
  const jid = Jid.parse(text);
  if (jid.kind !== 'jid') throw new Error(jid.text);
  return { jid, sip: jidToSipUri(jid) };
};
const CROSSING: Crossing = {
  kind: 'crossing',
  from: end('romeo@sip.test/orchard'),
  to: end('juliet@xmpp.test'),
  id: 'id-1',
  now: NOW,
  path: [],
  maxPagerOctets: Infinity,
};

const request = (head: readonly string[], body: string | Uint8Array): IncomingRequest => {
  const octets = typeof body === 'string' ? Buffer.from(body) : body;
  const lines = [
    'MESSAGE sip:juliet@xmpp.test SIP/2.0',
    'Via: SIP/2.0/TLS sip.test;branch=z9hG4bKx1',
    'From: <sip:romeo@sip.test;gr=orchard>;tag=1',
    'To: <sip:juliet@xmpp.test>',
    'CSeq: 1 MESSAGE',
    'Call-ID: call-1',
    ...head,
    `Content-Length: ${octets.length}`,
    '',
    '',
  ];
  const parsed = parseMessage(Buffer.concat([Buffer.from(lines.join('\r\n')), octets]));
  const checked = parsed.kind === 'request' ? checkRequest(parsed) : undefined;
  if (checked === undefined || 'kind' in checked) throw new Error('no request');
  return checked;
};
const made = (type: string, body: string | Uint8Array, ...head: readonly string[]) =>
  messageToXmpp(request([`Content-Type: ${type}`, ...head], body), CROSSING);
const lostOf = (t: Translation<unknown> | Refusal): readonly string[] =>
  t.kind === 'refusal' ? [`!${t.code}`] : t.lost.map(({ what }) => what);
const stanza = (t: Translation<MessageDraft> | Refusal): Message => {
  if (t.kind === 'refusal') throw new Error(t.text);
  return parseStanza(messageElement(t.value)) as Message;
};
const seen = (t: Translation<MessageDraft> | Refusal) => {
  const { bodies, element } = stanza(t);
  const html = child(element, 'html', 'http://jabber.org/protocol/xhtml-im');
  const body = html && child(html, 'body', 'http://www.w3.org/1999/xhtml');
  return [bodies.map(({ text }) => text), body && writeXml(body).replace(/ xmlns="[^"]*"/, '')];
};
const part = (type: string, content: string, ...more: readonly string[]): string =>
  [`Content-Type: ${type}`, ...more, '', content].join('\r\n');
const multipart = (...parts: readonly string[]): string =>
  [...parts.map((one) => `--b\r\n${one}`), '--b--\r\n'].join('\r\n');
const alternative = (...parts: readonly string[]) =>
  made('multipart/alternative;boundary=b', multipart(...parts));
const mixed = (...parts: readonly string[]) =>
  made('multipart/mixed;boundary="b"', multipart(...parts));
const cpim = (headers: readonly string[], wrapped = part('text/plain', 'hi')): string =>
  [...headers, '', wrapped].join('\r\n');

describe('RFC 7572 §7 text/html', () => {
  it('XEP-0071 §5, §8: becomes XHTML-IM and the same as text', () => {
    expect(
      seen(made('text/html;charset=UTF-8', '<p>Où <b onclick=x>es-tu</b></p><script>x</script>')),
    ).toEqual([['Où es-tu'], '<body><p>Où <strong>es-tu</strong></p></body>']);
  });

  it('says what of it is lost', () => {
    expect(lostOf(made('text/html', '<script>x</script>a<a href=javascript:y>b</a>'))).toEqual([
      'html:script',
      'html:href',
    ]);
    expect(lostOf(made('text/html', '<b>a</b>'))).toEqual([]);
  });

  it('is decoded by its charset', () => {
    expect(
      seen(made('text/html;charset=iso-8859-1', Buffer.from('<i>\u00fc</i>', 'latin1')))[0],
    ).toEqual(['ü']);
    expect(lostOf(made('text/html;charset=koi8-r', 'x'))).toEqual(['!content-type']);
    expect(lostOf(made('text/html', Buffer.from('\u00fc', 'latin1')))).toEqual(['!malformed-body']);
  });

  it('is refused when it costs too much, or when nothing of it is left', () => {
    expect(made('text/html', '<div>'.repeat(500))).toMatchObject({
      code: 'too-large',
      status: 413,
    });
    expect(made('text/html', '<script>x</script>')).toMatchObject({
      code: 'content-type',
      status: 415,
    });
    expect(seen(made('text/html', '<p></p>'))).toEqual([[''], undefined]);
  });

  it('writes what parses as a stanza and holds no element of the sender’s in another namespace', () => {
    const hostile =
      '</body></html></message><message xmlns="jabber:client"><body>spoof</body>]]>&lt;x';
    const { element } = stanza(made('text/html', hostile));
    expect(parseXml(writeXml(element))).toEqual(element);
    expect(
      element.children.filter((node) => typeof node !== 'string' && node.name === 'body'),
    ).toHaveLength(1);
  });
});

describe('RFC 2046 §5.1.4 multipart/alternative', () => {
  const plain = part('text/plain', 'plain');
  const html = part('text/html', '<b>rich</b>');
  const rows: readonly [string, Translation<MessageDraft> | Refusal, unknown][] = [
    [
      'text and html are both used',
      alternative(plain, html),
      [['plain'], '<body><strong>rich</strong></body>'],
    ],
    [
      'in whatever order',
      alternative(html, plain),
      [['plain'], '<body><strong>rich</strong></body>'],
    ],
    [
      'html alone gives its text',
      alternative(html),
      [['rich'], '<body><strong>rich</strong></body>'],
    ],
    [
      'the last of a kind wins',
      alternative(part('text/plain', 'a'), part('text/plain', 'b')),
      [['b'], undefined],
    ],
    [
      'what nobody understands is passed over',
      alternative(plain, part('text/rtf', 'x')),
      [['plain'], undefined],
    ],
    [
      'so is what is malformed',
      alternative(plain, part('text/html;charset=utf-7', 'x')),
      [['plain'], undefined],
    ],
    [
      'so is html that costs too much',
      alternative(plain, part('text/html', '<i>'.repeat(300))),
      [['plain'], undefined],
    ],
    ['a part without a type is text', alternative('\r\nx'), [['x'], undefined]],
    [
      'one within another',
      alternative(plain, part('multipart/related;boundary=c', `--c\r\n${html}\r\n--c--`)),
      [['plain'], '<body><strong>rich</strong></body>'],
    ],
  ];
  it.each(rows)('%s', (_what, t, expected) => {
    expect(seen(t)).toEqual(expected);
  });

  it('is refused when no part is understood, by the last one’s name', () => {
    expect(alternative(part('text/rtf', 'x'), part('image/png', 'y'))).toMatchObject({
      code: 'content-type',
      status: 415,
      text: expect.stringContaining('image/png') as string,
      headers: [{ name: 'Accept', value: ACCEPTED_TYPES.join(', ') }],
    });
  });

  it('says which alternatives were passed over', () => {
    expect(lostOf(alternative(plain, part('text/rtf', 'x')))).toEqual(['part:text/rtf']);
    expect(lostOf(alternative(plain, html))).toEqual([]);
  });

  it('RFC 7572 §8: takes the language of the part that gives the text', () => {
    const t = alternative(part('text/plain', 'Où', 'Content-Language: fr'), html);
    expect(stanza(t).lang).toBe('fr');
  });
});

describe('RFC 2046 §5.1.3 multipart/mixed, RFC 5621 §8', () => {
  it('takes the first part that is understood, and says what is lost; RFC 3261 §20.11 inline is shown', () => {
    const t = mixed(part('image/png', 'x'), part('text/plain', 'a'), part('text/plain', 'b'));
    expect(seen(t)).toEqual([['a'], undefined]);
    expect(lostOf(t)).toEqual(['part:image/png', 'part:text/plain']);
    const shown = part('text/plain', 'b', 'Content-Disposition: inline');
    expect(seen(mixed(shown))[0]).toEqual(['b']);
  });

  it('takes what was signed, and says that the signature is lost', () => {
    const body = multipart(part('text/plain', 'a'), part('application/pkcs7-signature', 'x'));
    const t = made(
      'multipart/signed;boundary=b;micalg=sha-256;protocol="application/pkcs7-signature"',
      body,
    );
    expect([seen(t)[0], lostOf(t)]).toEqual([['a'], ['part:application/pkcs7-signature']]);
  });

  it('is refused when a part that must be handled is not understood', () => {
    const needed = part('image/png', 'x', 'Content-Disposition: attachment;handling=required');
    expect(lostOf(mixed(part('text/plain', 'a'), needed))).toEqual(['!content-disposition']);
    const optional = part('image/png', 'x', 'Content-Disposition: attachment;handling=optional');
    expect(seen(mixed(part('text/plain', 'a'), optional))[0]).toEqual(['a']);
    const session = part('text/plain', 'x', 'Content-Disposition: session;handling=required');
    expect(lostOf(mixed(part('text/plain', 'a'), session))).toEqual(['!content-disposition']);
  });

  it('is refused when no part is understood', () => {
    expect(lostOf(mixed(part('image/png', 'x')))).toEqual(['!content-type']);
    expect(
      lostOf(made('multipart/encrypted;boundary=b', multipart(part('text/plain', 'x')))),
    ).toEqual(['!content-type']);
  });

  it('RFC 3261 §21.4.13: understands no part that is encoded', () => {
    expect(
      seen(
        mixed(
          part('text/plain', 'eA==', 'Content-Transfer-Encoding: base64'),
          part('text/plain', 'y', 'Content-Transfer-Encoding: 8BIT'),
        ),
      )[0],
    ).toEqual(['y']);
    expect(lostOf(mixed(part('text/plain', 'x', 'Content-Encoding: gzip')))).toEqual([
      '!content-encoding',
    ]);
  });

  it.each([
    ['without a boundary', 'multipart/mixed', multipart(part('text/plain', 'x'))],
    ['with another boundary', 'multipart/mixed;boundary=c', multipart(part('text/plain', 'x'))],
    ['that does not end', 'multipart/alternative;boundary=b', '--b\r\n\r\nx'],
  ])('RFC 2046 §5.1.1: one %s is refused with 400', (_what, type, body) => {
    expect(made(type, body)).toMatchObject({ code: 'malformed-body', status: 400 });
  });

  it('three within each other are read, four are not', () => {
    const nested = (depth: number): string =>
      depth === 0
        ? part('text/plain', 'x')
        : part(
            `multipart/mixed;boundary=b${depth}`,
            `--b${depth}\r\n${nested(depth - 1)}\r\n--b${depth}--`,
          );
    const of = (depth: number) => made('multipart/mixed;boundary=b', multipart(nested(depth - 1)));
    expect(seen(of(3))[0]).toEqual(['x']);
    expect(lostOf(of(4))).toEqual(['!content-type']);
  });
});

describe('RFC 3862 §4 message/cpim', () => {
  const wrap = (headers: readonly string[], wrapped?: string, ...head: readonly string[]) =>
    made('Message/CPIM', cpim(headers, wrapped), ...head);

  it('is unwrapped: text, subjects in their languages, what is wrapped', () => {
    const t = wrap(
      [
        'From: R <sip:romeo@sip.test>',
        'To: <im:juliet@xmpp.test>',
        'Subject: Word',
        'Subject:;lang=fr Mot',
      ],
      part('text/html', '<i>hi</i>'),
    );
    expect(seen(t)).toEqual([['hi'], '<body><em>hi</em></body>']);
    expect(stanza(t).subjects).toEqual([
      { lang: undefined, text: 'Word' },
      { lang: 'fr', text: 'Mot' },
    ]);
    expect(lostOf(t)).toEqual([]);
  });

  it('§4.5: its subject is nearer than that of the request', () => {
    expect(stanza(wrap(['Subject: in'], undefined, 'Subject: out')).subjects[0]?.text).toBe('in');
    expect(
      stanza(wrap(['From: <sip:romeo@sip.test>'], undefined, 'Subject: out')).subjects[0]?.text,
    ).toBe('out');
    expect(stanza(wrap(['Subject: a\\nb\\u0000'])).subjects[0]?.text).toBe('a\nb\ufffd');
  });

  it('§4.1: whom it is from and for is what the request has proved; another claim is lost', () => {
    const t = wrap(['From: <sip:mallory@evil.test>', 'To: <sip:nurse@xmpp.test>']);
    expect([stanza(t).from?.full, stanza(t).to?.full]).toEqual([
      'romeo@sip.test/orchard',
      'juliet@xmpp.test',
    ]);
    expect(lostOf(t)).toEqual(['cpim:From', 'cpim:To']);
  });

  it('§4.3, RFC 5438 §6.1: copies, reports and unknown headers are lost, each named once', () => {
    const t = wrap([
      'cc: <im:a@b>',
      'cc: <im:c@d>',
      'NS: imdn <urn:ietf:params:imdn>',
      'imdn.Message-ID: x',
      'imdn.Disposition-Notification: display',
      'X: y',
      'from: z',
    ]);
    expect(lostOf(t)).toEqual(['cpim:cc', 'imdn', 'cpim:unknown']);
  });

  it('RFC 3862 §4.4: DateTime is a delay when it lies well in the past, and goes before Date', () => {
    const sent = (stamp: string) =>
      delayOf(
        stanza(wrap([`DateTime: ${stamp}`], undefined, 'Date: Mon, 23 Nov 2026 10:00:00 GMT'))
          .element,
      );
    expect(sent('2026-11-23T12:59:00+01:00')).toBe(NOW - 60_000);
    expect(sent('2026-11-23T11:59:55Z')).toBeUndefined();
    expect(sent('yesterday')).toBe(NOW - 7_200_000);
  });

  it.each([
    ['From, To', undefined],
    ['Subject,DateTime,cc,NS,Require', undefined],
    ['from', '!content-type'],
    ['x.Y', '!content-type'],
    ['imdn.Message-ID', '!content-type'],
  ])('RFC 3862 §4.7: a message that requires %s', (names, refusal) => {
    const t = wrap(['NS: imdn <urn:ietf:params:imdn>', `Require: ${names}`]);
    expect(t.kind === 'refusal' ? lostOf(t)[0] : undefined).toBe(refusal);
    if (t.kind === 'refusal') expect(t.status).toBe(415);
  });

  it('refuses one within another, one whose content has no type, and one that is malformed', () => {
    expect(lostOf(wrap([], part('message/cpim', cpim(['Subject: x']))))).toEqual(['!content-type']);
    const indirect = part(
      'multipart/mixed;boundary=b',
      multipart(part('message/cpim', cpim(['Subject: x']))),
    );
    expect(lostOf(wrap(['Subject: y'], indirect))).toEqual(['!content-type']);
    expect(lostOf(wrap(['Subject: y'], 'X: y\r\n\r\nhi'))).toEqual(['!content-type']);
    expect(wrap(['Subject:x'])).toMatchObject({ code: 'malformed-body', status: 400 });
  });

  it('is read as a part, and with parts in it', () => {
    const inner = part(
      'multipart/alternative;boundary=b',
      multipart(part('text/plain', 'a'), part('text/html', '<b>a</b>')),
    );
    expect(seen(wrap(['Subject: x'], inner))).toEqual([['a'], '<body><strong>a</strong></body>']);
    const t = mixed(part('message/cpim', cpim(['Subject: x'])));
    expect([seen(t)[0], stanza(t).subjects[0]?.text]).toEqual([['hi'], 'x']);
  });
});

describe('RFC 3428 §9 what is accepted', () => {
  it('is said in every 415, and is read', () => {
    const refusal = made('application/x-ms-ink', 'x');
    expect(refusal).toMatchObject({
      status: 415,
      headers: [{ name: 'Accept', value: ACCEPTED_TYPES.join(', ') }],
    });
    const words = ACCEPTED_TYPES.filter((type) => !SIGN_TYPES.includes(type));
    for (const type of words) {
      const t = made(`${type};boundary=b`, 'x');
      expect(t.kind === 'refusal' ? t.code : 'read').not.toBe('content-type');
    }
  });

  it('every body cut short is read or refused, never thrown', () => {
    const body = multipart(
      part('message/cpim', cpim(['Subject: x'], part('text/html', '<b>a</b>'))),
      part('text/plain', 'b'),
    );
    for (let at = 0; at < body.length; at++) {
      const t = made('multipart/mixed;boundary=b', body.slice(0, at));
      expect(at === 0 || at >= body.length - 2 ? 'read' : lostOf(t)[0]).toBe(
        at === 0 || at >= body.length - 2 ? 'read' : '!malformed-body',
      );
    }
  });
});

describe('whatever comes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '--b\r\n',
      '\r\n--b\r\n',
      '\r\n--b--\r\n',
      '\r\n',
      'Content-Type: text/html\r\n\r\n',
      'Content-Type: text/plain;charset=iso-8859-1\r\n\r\n',
      'Content-Type: multipart/alternative;boundary=b\r\n\r\n',
      'Content-Type: message/cpim\r\n\r\n',
      'Content-Disposition: x;handling=required\r\n',
      'Subject:;lang=fr a\\u0000]]>\r\n',
      'NS: <urn:x>\r\n',
      '<b><p>',
      '</body></html><script>',
      '<a href=http://a.test/?&lt;>',
      '&#0;]]>',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const body = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
    fc.uint8Array({ minLength: 1, maxLength: 60 }).map((octets) => Buffer.from(octets)),
  );

  it('RFC 6120 §11.1: is refused with a status, or becomes a stanza that every reader takes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ACCEPTED_TYPES), body, (type, octets) => {
        const t = made(`${type};boundary=b`, octets);
        if (t.kind === 'refusal') {
          expect([400, 413, 415]).toContain(t.status);
          return;
        }
        const element = messageElement(t.value);
        expect(parseXml(writeXml(element))).toEqual(element);
        expect((parseStanza(element) as Message).bodies).toHaveLength(1);
      }),
      { numRuns: 1000 },
    );
  });
});
