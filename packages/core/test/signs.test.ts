// The documents of signs: RFC 3994 and RFC 5438, both ways, cut off, and hostile.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '@interwork/xmpp';
import { NS_CPIM, readCpim, writeCpim } from '../src/body/cpim.ts';
import {
  type Imdn,
  NS_IMDN_HEADERS,
  readImdn,
  readImdnRequest,
  writeImdn,
  writeImdnRequest,
} from '../src/body/imdn.ts';
import { type IsComposing, readIsComposing, writeIsComposing } from '../src/body/is-composing.ts';

const composing = (inside: string) =>
  encodeUtf8(
    `<?xml version="1.0" encoding="UTF-8"?><isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing">${inside}</isComposing>`,
  );

describe('RFC 3994 §3.4 isComposing', () => {
  const ROWS: readonly (readonly [string, IsComposing | undefined])[] = [
    ['<state>active</state>', { state: 'active' }],
    ['<state> idle\n</state>', { state: 'idle' }],
    ['<state>pondering</state>', { state: 'idle' }],
    [
      '<state>active</state><lastactive>2027-01-15T08:00:00Z</lastactive><contenttype>text/plain</contenttype><refresh>90</refresh>',
      { state: 'active', lastActive: 1_800_000_000_000, contentType: 'text/plain', refresh: 90 },
    ],
    [
      '<state>active</state><contenttype>audio</contenttype>',
      { state: 'active', contentType: 'audio' },
    ],
    ['<state>active</state><refresh>0</refresh>', { state: 'active' }],
    ['<state>active</state><refresh>-5</refresh>', { state: 'active' }],
    ['<state>active</state><refresh>99999999999</refresh>', { state: 'active' }],
    ['<state>active</state><lastactive>yesterday</lastactive>', { state: 'active' }],
    ['<state>active</state><x xmlns="urn:x">y</x>', { state: 'active' }],
    ['<state xmlns="urn:x">active</state>', undefined],
    ['', undefined],
  ];

  it.each(ROWS)('%s', (inside, said) => {
    expect(readIsComposing(composing(inside))).toEqual(said);
  });

  it.each([
    '<isComposing><state>active</state></isComposing>',
    '<x xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>active</state></x>',
    '<!DOCTYPE x [<!ENTITY a "b">]><isComposing/>',
    'active',
    '',
  ])('%j is none', (text) => {
    expect(readIsComposing(encodeUtf8(text))).toBeUndefined();
  });

  it('one that is too long is none', () => {
    const long = composing(`<state>active</state><x xmlns="urn:x">${'y'.repeat(4096)}</x>`);
    expect(readIsComposing(long)).toBeUndefined();
  });

  it('what is written is read, and cut off anywhere it is none', () => {
    const said: IsComposing = {
      state: 'active',
      contentType: 'text/plain',
      lastActive: 1_800_000_000_000,
      refresh: 120,
    };
    const octets = writeIsComposing(said);
    expect(readIsComposing(octets)).toEqual(said);
    for (let end = 0; end < octets.length; end++) {
      expect(readIsComposing(octets.subarray(0, end))).toBeUndefined();
    }
    expect(readIsComposing(encodeUtf8(`${new TextDecoder().decode(octets)}x`))).toBeUndefined();
    expect(readIsComposing(writeIsComposing({ state: 'idle' }))).toEqual({ state: 'idle' });
  });
});

const T = 1_800_000_000_000;
const imdn = (inside: string) =>
  encodeUtf8(`<imdn xmlns="urn:ietf:params:xml:ns:imdn">${inside}</imdn>`);
const ABOUT = '<message-id>34jk324j</message-id><datetime>2027-01-15T08:00:00Z</datetime>';

describe('RFC 5438 §11 imdn', () => {
  it.each([
    ['delivery', 'delivered'],
    ['delivery', 'failed'],
    ['delivery', 'forbidden'],
    ['delivery', 'error'],
    ['display', 'displayed'],
    ['display', 'error'],
    ['processing', 'processed'],
    ['processing', 'stored'],
  ] as const)('§11.1 %s %s both ways', (kind, status) => {
    const said: Imdn = { messageId: 'a', sentAt: T, kind, status };
    expect(readImdn(writeImdn(said))).toEqual(said);
  });

  it('§15.3 with every field, and cut off anywhere it is none', () => {
    const said: Imdn = {
      messageId: '34jk324j',
      sentAt: T,
      kind: 'delivery',
      status: 'delivered',
      recipient: 'im:bob@example.com',
      originalRecipient: 'im:bob@example.org',
      subject: 'a < b & "c"',
    };
    const octets = writeImdn(said);
    expect(readImdn(octets)).toEqual(said);
    for (let end = 0; end < octets.length; end++) {
      expect(readImdn(octets.subarray(0, end))).toBeUndefined();
    }
  });

  it('as others write it, with blanks, and words of their own within', () => {
    const text =
      '\n <message-id>SM55</message-id>\n<datetime>2027-01-15T08:00:00+0000</datetime>' +
      '<recipient-uri>sip:1@10.0.0.1;tgrp=1</recipient-uri><delivery-notification><status><delivered/>' +
      '<reason xmlns="urn:x">0</reason></status><reason-code xmlns="urn:y">0</reason-code></delivery-notification>\n';
    expect(readImdn(imdn(text))).toMatchObject({
      messageId: 'SM55',
      kind: 'delivery',
      status: 'delivered',
      recipient: 'sip:1@10.0.0.1;tgrp=1',
    });
  });

  it.each([
    ['no id', '<delivery-notification><status><delivered/></status></delivery-notification>'],
    ['nothing said', ABOUT],
    ['no status', `${ABOUT}<delivery-notification/>`],
    [
      'one of another kind',
      `${ABOUT}<display-notification><status><delivered/></status></display-notification>`,
    ],
    [
      'one that is not known',
      `${ABOUT}<delivery-notification><status><lost/></status></delivery-notification>`,
    ],
    [
      'a long id',
      `<message-id>${'x'.repeat(513)}</message-id><delivery-notification><status><delivered/></status></delivery-notification>`,
    ],
  ])('%s is none', (_, inside) => {
    expect(readImdn(imdn(inside))).toBeUndefined();
  });

  it('one that is too long is none', () => {
    const said: Imdn = { messageId: 'a', sentAt: T, kind: 'delivery', status: 'delivered' };
    const long = new TextDecoder()
      .decode(writeImdn(said))
      .replace('<message', `${' '.repeat(8192)}<message`);
    expect(readImdn(encodeUtf8(long))).toBeUndefined();
  });
});

describe('RFC 5438 §6 and §7.1.1 what asks for it', () => {
  const of = (name: string, value: string, ns: string = NS_IMDN_HEADERS) => ({
    ns,
    name,
    lang: undefined,
    value,
  });
  const ID = of('Message-ID', '34jk');
  const ASK = of('Disposition-Notification', 'positive-delivery, Display,unknown');

  it('§6.2 the known ones, in order', () => {
    expect(readImdnRequest([ID, ASK])).toEqual({
      messageId: '34jk',
      dispositions: ['positive-delivery', 'display'],
    });
  });

  it.each([
    ['no id', [ASK]],
    ['nothing asked', [ID]],
    ['nothing known', [ID, of('Disposition-Notification', 'x')]],
    ['another namespace', [ID, of('Disposition-Notification', 'display', NS_CPIM)]],
    ['a long id', [of('Message-ID', 'x'.repeat(513)), ASK]],
  ])('%s asks for nothing', (_, headers) => {
    expect(readImdnRequest(headers)).toBeUndefined();
  });

  it('RFC 3862 §2.3 both ways through a wrapper', () => {
    const request = { messageId: 'a b', dispositions: ['negative-delivery', 'display'] } as const;
    const content = {
      fields: [{ name: 'Content-Type', value: 'text/plain' }],
      content: encodeUtf8('hello'),
    };
    const octets = writeCpim({ headers: writeImdnRequest(request), content });
    expect(readImdnRequest(readCpim(octets)?.headers ?? [])).toEqual(request);
    expect(writeImdnRequest({ messageId: 'a', dispositions: [] })).toHaveLength(1);
  });
});

describe('hostile documents', () => {
  const piece = fc.constantFrom(
    '<state>',
    '</state>',
    'active',
    '<imdn xmlns="urn:ietf:params:xml:ns:imdn">',
    '</imdn>',
    '<message-id>x</message-id>',
    '<delivery-notification>',
    '<status>',
    '<delivered/>',
    '</status>',
    '</delivery-notification>',
    '<!--',
    '-->',
    '&amp;',
    '&x;',
    '<![CDATA[',
    ']]>',
    '<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing">',
    '</isComposing>',
    '\0',
    '<a'.repeat(20),
    '<a>'.repeat(20),
  );

  it('never throw', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const octets = encodeUtf8(pieces.join(''));
        readIsComposing(octets);
        readImdn(octets);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (octets) => {
        readIsComposing(octets);
        readImdn(octets);
      }),
    );
  });
});
