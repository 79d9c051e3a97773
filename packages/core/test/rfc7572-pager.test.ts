// RFC 7572: single messages both ways: rows of our own, then the shared examples.
import { describe, expect, it } from 'vitest';
import {
  checkRequest,
  type IncomingRequest,
  param,
  parseMessage,
  parseUri,
  type RequestDraft,
  writeUri,
} from '@interwork/sip';
import {
  decodeUtf8,
  Jid,
  type Message,
  messageElement,
  parseStanza,
  textOf,
  child,
} from '@interwork/xmpp';
import {
  ACCEPTED_TYPES,
  type Crossing,
  jidToSipUri,
  messageToSip,
  messageToXmpp,
  type Refusal,
  sipUriToJid,
  type Translation,
} from '@interwork/core';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';

const jid = (text: string): Jid => {
  const read = Jid.parse(text);
  if (read.kind !== 'jid') throw new Error(read.text);
  return read;
};
const crossing = (from: string, to: string, more: Partial<Crossing> = {}): Crossing => ({
  kind: 'crossing',
  from: { jid: jid(from), sip: jidToSipUri(jid(from)) },
  to: { jid: jid(to), sip: jidToSipUri(jid(to)) },
  id: 'id-1',
  now: Date.UTC(2026, 10, 23, 12),
  path: [],
  maxPagerOctets: Infinity,
  ...more,
});
const message = (xml: string): Message => {
  const read = parseStanza(xml);
  if (read.kind !== 'message') throw new Error('no message');
  return read;
};
const request = (
  head: readonly string[],
  body = '',
  encoding: BufferEncoding = 'utf8',
): IncomingRequest => {
  const octets = Buffer.from(body, encoding);
  const all = [
    'MESSAGE sip:juliet@xmpp.test SIP/2.0',
    'Via: SIP/2.0/TLS sip.test;branch=z9hG4bKx1',
    'From: <sip:romeo@sip.test;gr=orchard>;tag=1',
    'To: <sip:juliet@xmpp.test>',
    'CSeq: 1 MESSAGE',
    ...(head.some((line) => line.startsWith('Call-ID')) ? [] : ['Call-ID: call-1']),
    ...head,
    `Content-Length: ${octets.length}`,
    '',
    '',
  ].join('\r\n');
  return checked(Buffer.concat([Buffer.from(all), octets]));
};
const checked = (octets: Uint8Array): IncomingRequest => {
  const parsed = parseMessage(octets);
  if (parsed.kind !== 'request') throw new Error(`not a request: ${parsed.kind}`);
  const read = checkRequest(parsed);
  if ('kind' in read) throw new Error(read.text);
  return read;
};
const value = <T>(t: Translation<T> | Refusal): T => {
  if (t.kind === 'refusal') throw new Error(t.text);
  return t.value;
};
const lost = (t: Translation<unknown> | Refusal): readonly string[] =>
  t.kind === 'refusal' ? [`!${t.code}`] : t.lost.map((loss) => loss.what);
const bodyOf = (draft: RequestDraft): string | undefined =>
  decodeUtf8(draft.body ?? new Uint8Array());
const HEAD = "<message xmlns='jabber:client' from='juliet@xmpp.test/balcony' to='romeo@sip.test'";
const toSip = (xml: string, more: Partial<Crossing> = {}) =>
  messageToSip(message(xml), crossing('juliet@xmpp.test/balcony', 'romeo@sip.test', more));
const toXmpp = (r: IncomingRequest, more: Partial<Crossing> = {}) =>
  messageToXmpp(r, crossing('romeo@sip.test/orchard', 'juliet@xmpp.test', more));

describe('RFC 7572 §4 XMPP to SIP', () => {
  it('carries each row of Table 1', () => {
    const draft = value(
      toSip(
        `${HEAD} id='a' xml:lang='fr'><subject>Un mot</subject><thread>t-1</thread><body>Où es-tu ?</body></message>`,
      ),
    );
    expect(draft).toMatchObject({
      method: 'MESSAGE',
      callId: 't-1',
      subject: 'Un mot',
      language: 'fr',
      branch: 'id-1',
      contentType: 'text/plain;charset=UTF-8',
    });
    expect(bodyOf(draft)).toBe('Où es-tu ?');
    expect([writeUri(draft.uri), writeUri(draft.to.uri), writeUri(draft.from.uri)]).toEqual([
      'sip:romeo@sip.test',
      'sip:romeo@sip.test',
      'sip:juliet@xmpp.test;gr=balcony',
    ]);
    expect(draft.headers).toEqual([]);
  });

  const losses: readonly [string, string, readonly string[]][] = [
    ['nothing of a plain one', '><body>x</body></message>', []],
    ['nothing of type normal', " type='normal'><body>x</body></message>", []],
    ['the type chat', " type='chat'><body>x</body></message>", ['type']],
    ['the type headline', " type='headline'><body>x</body></message>", ['type']],
    [
      'other languages',
      "><body>x</body><body xml:lang='de'>y</body></message>",
      ['alternate-languages'],
    ],
    [
      'extensions by name',
      "><body>x</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>",
      ['element:active'],
    ],
    [
      'a thread too long',
      `><thread>${'t'.repeat(300)}</thread><body>x</body></message>`,
      ['thread'],
    ],
  ];
  it.each(losses)('declares lost: %s', (_what, rest, expected) => {
    expect(lost(toSip(HEAD + rest))).toEqual(expected);
  });

  it('lists no more than sixteen losses', () => {
    const many = Array.from({ length: 100 }, (_, n) => `<e${n} xmlns='urn:x'/>`).join('');
    expect(lost(toSip(`${HEAD}><body>x</body>${many}</message>`))).toHaveLength(16);
  });

  it('refuses groupchat by name', () => {
    expect(lost(toSip(`${HEAD} type='groupchat'><body>x</body></message>`))).toEqual([
      '!groupchat',
    ]);
  });

  const languages: readonly [string, string, string, string | undefined][] = [
    [
      'the stanza’s own',
      " xml:lang='de'><body xml:lang='en'>en</body><body xml:lang='de'>de</body></message>",
      'de',
      'de',
    ],
    [
      'the one without',
      " ><body xml:lang='en'>en</body><body>none</body></message>",
      'none',
      undefined,
    ],
    [
      'else the first',
      "><body xml:lang='en'>en</body><body xml:lang='fr'>fr</body></message>",
      'en',
      'en',
    ],
    ['and no tag that is none', " xml:lang='not a tag'><body>x</body></message>", 'x', undefined],
  ];
  it.each(languages)('RFC 7572 §8, RFC 5646 §2.1 chooses %s', (_what, rest, body, language) => {
    const draft = value(toSip(HEAD + rest));
    expect([bodyOf(draft), draft.language]).toEqual([body, language]);
  });

  it('makes one line of a subject', () => {
    expect(
      value(
        toSip(`${HEAD}><subject>a&#13;&#10;Via: SIP/2.0&#9;b</subject><body>x</body></message>`),
      ).subject,
    ).toBe('a Via: SIP/2.0 b');
  });

  it('RFC 7572 §6: refuses what is too large for the transport, and says the limit', () => {
    const large = `${HEAD}><body>${'x'.repeat(1200)}</body></message>`;
    const refusal = toSip(large, { maxPagerOctets: 1300 });
    expect(refusal).toMatchObject({
      kind: 'refusal',
      code: 'too-large',
      condition: 'policy-violation',
      status: 413,
    });
    expect(toSip(large).kind).toBe('translation');
    expect(
      toSip(`${HEAD}><body>${'x'.repeat(600)}</body></message>`, { maxPagerOctets: 1300 }).kind,
    ).toBe('translation');
  });
});

describe('RFC 7572 §5 SIP to XMPP', () => {
  it('carries each row of Table 2', () => {
    const draft = value(
      toXmpp(
        request(
          ['Subject: A word', 'Content-Language: fr, en', 'Content-Type: text/plain'],
          'Où es-tu ?\r\nIci.',
        ),
      ),
    );
    const el = messageElement(draft);
    const back = parseStanza(el) as Message;
    expect([back.from?.full, back.to?.full, back.id, back.hasType, back.lang, back.thread]).toEqual(
      ['romeo@sip.test/orchard', 'juliet@xmpp.test', 'id-1', false, 'fr', 'call-1'],
    );
    expect([back.bodies[0]?.text, back.subjects[0]?.text]).toEqual(['Où es-tu ?\nIci.', 'A word']);
  });

  const types: readonly [string, string, string | undefined][] = [
    ['plain', 'Content-Type: text/plain', undefined],
    ['compact and with a charset', 'c: TEXT/Plain ; charset="utf-8"', undefined],
    ['html', 'Content-Type: text/html', undefined],
    ['cpim without headers', 'Content-Type: message/cpim', 'malformed-body'],
    ['a multipart without parts', 'Content-Type: multipart/mixed;boundary=b', 'malformed-body'],
    ['a multipart of another kind', 'Content-Type: multipart/encrypted;boundary=b', 'content-type'],
    ['composing', 'Content-Type: application/im-iscomposing+xml', 'content-type'],
    ['a charset nobody knows', 'Content-Type: text/plain;charset=koi8-r', 'content-type'],
    ['a charset named as a trap', 'Content-Type: text/plain;charset=__proto__', 'content-type'],
    ['no type', 'X-None: 1', 'content-type'],
    ['gzip', 'Content-Type: text/plain\r\nContent-Encoding: gzip', 'content-encoding'],
    ['identity', 'Content-Type: text/plain\r\nContent-Encoding: identity', undefined],
  ];
  it.each(types)('RFC 7572 §7, RFC 3428 §9: %s', (_what, header, code) => {
    const made = toXmpp(request(header.split('\r\n'), 'x'));
    expect(made.kind === 'refusal' ? made.code : undefined).toBe(code);
    if (code === 'content-type')
      expect(made).toMatchObject({
        status: 415,
        headers: [{ name: 'Accept', value: ACCEPTED_TYPES.join(', ') }],
      });
  });

  it('RFC 3261 §7.4.1: decodes what it can and refuses octets that are not what they say', () => {
    const latin = toXmpp(request(['Content-Type: text/plain;charset=ISO-8859-1'], 'fü', 'latin1'));
    expect(value(latin).bodies[0]?.text).toBe('fü');
    expect(lost(toXmpp(request(['Content-Type: text/plain'], 'f\u00fc', 'latin1')))).toEqual([
      '!malformed-body',
    ]);
    expect(lost(toXmpp(request(['Content-Type: text/plain;charset=us-ascii'], 'ü')))).toEqual([
      '!malformed-body',
    ]);
  });

  it('lets no control character become structure, and says that it replaced it', () => {
    const made = toXmpp(
      request(['Content-Type: text/plain'], 'a\u0000\u001bb\ufffe</body><x/>\tc'),
    );
    expect(value(made).bodies[0]?.text).toBe('a\ufffd\ufffdb\ufffd</body><x/>\tc');
    expect(lost(made)).toEqual(['control-characters']);
    const again = parseStanza(messageElement(value(made))) as Message;
    expect([again.bodies[0]?.text, child(again.element, 'x')]).toEqual([
      'a\ufffd\ufffdb\ufffd</body><x/>\tc',
      undefined,
    ]);
  });

  const dispositions: readonly [string, string | undefined][] = [
    ['render', undefined],
    ['render;handling=required', undefined],
    ['notification', 'content-disposition'],
    ['session;handling=required', 'content-disposition'],
    ['session;handling=optional', undefined],
  ];
  it.each(dispositions)('RFC 5621 §8: Content-Disposition %s', (value, code) => {
    const made = toXmpp(
      request(['Content-Type: text/plain', `Content-Disposition: ${value}`], 'x'),
    );
    expect(made.kind === 'refusal' ? made.code : undefined).toBe(code);
  });

  it('declares what a stanza has no place for', () => {
    const made = toXmpp(
      request(
        ['Content-Type: text/plain', 'Expires: 60', 'Priority: urgent', 'Content-Language: de, fr'],
        'x',
      ),
    );
    expect(lost(made)).toEqual(['expires', 'priority', 'alternate-languages']);
  });

  it('undoes the escape of a thread', () => {
    expect(
      value(toXmpp(request(['Content-Type: text/plain', 'Call-ID: iwt%two%20words'], 'x'))).thread,
    ).toBe('two words');
  });

  it('RFC 3428 §7, XEP-0203 §2: a message long under way carries its date', () => {
    const old = value(
      toXmpp(request(['Content-Type: text/plain', 'Date: Mon, 23 Nov 2026 11:00:00 GMT'], 'x')),
    );
    expect(old.extra?.[0]).toMatchObject({
      name: 'delay',
      attrs: { stamp: expect.stringContaining('2026-11-23T11:00:00') },
    });
    const fresh = value(
      toXmpp(request(['Content-Type: text/plain', 'Date: Mon, 23 Nov 2026 11:59:55 GMT'], 'x')),
    );
    expect(fresh.extra).toEqual([]);
  });

  it('an empty body is an empty body', () => {
    expect(value(toXmpp(request([]))).bodies).toEqual([{ lang: undefined, text: '' }]);
  });
});

describe.skipIf(!haveVectors)('RFC 7572 shared vectors', () => {
  interface Row {
    readonly id: string;
    readonly direction: string;
    readonly sip: string;
    readonly xmpp: string | null;
  }
  const { vectors } = vectorJson<{ vectors: Row[] }>('stox/rfc7572.json', { vectors: [] });
  const both = vectors.filter((row) => row.xmpp !== null);
  const sipOf = (row: Row) => checked(Buffer.from(row.sip, 'utf8'));
  const xmppOf = (row: Row) =>
    message(String(row.xmpp).replace('<message', "<message xmlns='jabber:client'"));
  const ends = (row: Row): Crossing => {
    const m = xmppOf(row);
    return crossing(m.from?.full ?? '', m.to?.full ?? '');
  };

  it.each(both.map((row) => [row.id, row] as const))('%s to XMPP', (_id, row) => {
    const expected = xmppOf(row);
    const r = sipOf(row);
    const from = sipUriToJid(r.from.uri);
    const to = sipUriToJid(r.uri);
    expect([from.kind === 'jid' && from.full, to.kind === 'jid' && to.full]).toEqual([
      expected.from?.full,
      expected.to?.full,
    ]);
    const came = parseStanza(messageElement(value(messageToXmpp(r, ends(row))))) as Message;
    expect([came.hasType, came.lang, came.bodies, came.subjects]).toEqual([
      false,
      expected.lang,
      expected.bodies,
      expected.subjects,
    ]);
    expect(came.thread).toBe(r.callId);
  });

  it.each(both.map((row) => [row.id, row] as const))('%s to SIP', (_id, row) => {
    const expected = sipOf(row);
    const draft = value(messageToSip(xmppOf(row), ends(row)));
    expect([writeUri(draft.uri), writeUri(draft.to.uri), writeUri(draft.from.uri)]).toEqual([
      writeUri(expected.uri),
      writeUri(expected.to.uri),
      writeUri(expected.from.uri),
    ]);
    expect(bodyOf(draft)?.replace(/\r\n/g, '\n')).toBe(
      decodeUtf8(expected.request.body)?.replace(/\r\n/g, '\n'),
    );
    expect(draft.language).toBe(expected.request.headers.text('content-language'));
    if (xmppOf(row).thread !== undefined) expect(draft.callId).toBe(expected.callId);
    expect(draft.headers ?? []).toEqual([]);
  });

  it('the answer of the second example is a response whose From is the request’s', () => {
    const response = parseMessage(
      Buffer.from(vectors.find((row) => row.id === '7572-02')?.sip ?? '', 'utf8'),
    );
    expect(response.kind).toBe('response');
    if (response.kind !== 'response') return;
    const { from } = response.headers;
    if (from === undefined || 'code' in from) throw new Error('no From');
    expect([response.status, from.uri.kind === 'sip' && param(from.uri.params, 'gr')]).toEqual([
      200,
      'yn0cl4bnw0yr3vym',
    ]);
  });

  it('has texts to compare', () => {
    expect(textOf(child(xmppOf(both[0] as Row).element, 'body') ?? expect.fail())).not.toBe('');
    expect(parseUri('sip:a@b').kind).toBe('sip');
  });
});
