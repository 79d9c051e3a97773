// RFC 7572 §7 from XMPP: what a stanza with XHTML-IM becomes for a next hop that reads HTML, and for one that
// does not; and how the gateway finds out which it is.
import { describe, expect, it } from 'vitest';
import {
  type Crossing,
  htmlToXhtml,
  jidToSipUri,
  messageToSip,
  messageToXmpp,
  readMultipart,
  toPlainText,
} from '@interwork/core';
import { checkRequest, parseMessage, type RequestDraft } from '@interwork/sip';
import {
  child,
  decodeUtf8,
  encodeUtf8,
  Jid,
  type Message,
  parseStanza,
  writeXml,
} from '@interwork/xmpp';
import { Bench, condition, requests, response, stanzas, traces } from './gateway-bench.ts';

const end = (text: string) => {
  const jid = Jid.parse(text);
  if (jid.kind !== 'jid') throw new Error(jid.text);
  return { jid, sip: jidToSipUri(jid) };
};
const crossing = (more: Partial<Crossing> = {}): Crossing => ({
  kind: 'crossing',
  from: end('bob@xmpp.test/r'),
  to: end('alice@sip.test'),
  id: 'id-1',
  now: 0,
  path: [],
  maxPagerOctets: Infinity,
  html: { boundary: 'b-0' },
  ...more,
});
const rich = (inner: string, body = '<body>hi &amp; ho</body>'): string =>
  `<message from='bob@xmpp.test/r' to='alice@sip.test' id='m1'>${body}<html xmlns='http://jabber.org/protocol/xhtml-im'>${inner}</html></message>`;
const xhtml = (inner: string, attrs = ''): string =>
  `<body xmlns='http://www.w3.org/1999/xhtml'${attrs}>${inner}</body>`;
const stanza = (xml: string): Message =>
  parseStanza(xml.replace('<message', "<message xmlns='jabber:client'")) as Message;
const crossed = (xml: string, more: Partial<Crossing> = {}) => {
  const made = messageToSip(stanza(xml), crossing(more));
  if (made.kind === 'refusal') throw new Error(made.text);
  return { draft: made.value, lost: made.lost.map(({ what }) => what) };
};
const textOf = (octets: Uint8Array | undefined): string =>
  decodeUtf8(octets ?? new Uint8Array()) ?? '?';
const partsOf = ({ body, contentType }: RequestDraft): readonly (readonly string[])[] => {
  const boundary = /boundary="([^"]*)"/.exec(contentType ?? '')?.[1] ?? '';
  const parts = readMultipart(body ?? new Uint8Array(), boundary) ?? [];
  return parts.map(({ headers, content }) => [headers.text('content-type') ?? '', textOf(content)]);
};
const BOLD = rich(xhtml('<p onclick="x">hi &amp; <strong>ho</strong></p>'));
const PLAIN = 'text/plain;charset=UTF-8';

describe('RFC 7572 §7, RFC 2046 §5.1.4 a stanza with XHTML-IM', () => {
  it('becomes text and HTML as alternatives, the best last, both clean', () => {
    const { draft, lost } = crossed(BOLD);
    expect(draft.contentType).toBe('multipart/alternative;boundary="b-0"');
    expect(partsOf(draft)).toEqual([
      [PLAIN, 'hi & ho'],
      [
        'text/html;charset=UTF-8',
        `<html>${xhtml('<p>hi &amp; <strong>ho</strong></p>').replaceAll("'", '"')}</html>`,
      ],
    ]);
    expect(lost).toEqual([]);
  });

  it('is text alone where the next hop is not known to read HTML, and the rest is lost', () => {
    const { draft, lost } = crossed(BOLD, { html: undefined });
    expect([draft.contentType, textOf(draft.body), lost]).toEqual([
      PLAIN,
      'hi & ho',
      ['element:html'],
    ]);
  });

  const plain: readonly [string, string, Partial<Crossing>][] = [
    ['whose text holds the boundary', rich(xhtml('<b>x</b>'), '<body>--b-0</body>'), {}],
    ['for a boundary that is none', BOLD, { html: { boundary: 'é' } }],
    ['with nothing in it', rich(xhtml('<script>x</script>')), {}],
    ['without a body of XHTML', rich('<body>x</body>'), {}],
    [
      'that is too much',
      rich(
        xhtml(
          Array.from(
            { length: 5000 },
            (_, n) => `<b style='color: #${String(n).padStart(6, '0')}'>${n}</b>`,
          ).join('') + 'x'.repeat(1),
        ),
      ),
      {},
    ],
    [
      'that fits a datagram as text only',
      rich(xhtml(`<p>${'x'.repeat(900)}</p>`)),
      { maxPagerOctets: 1300 },
    ],
  ];
  it.each(plain)('is text alone: one %s', (_what, xml, more) => {
    const { draft, lost } = crossed(xml, more);
    expect([draft.contentType, lost]).toEqual([PLAIN, ['element:html']]);
  });

  it('says what of the HTML is lost', () => {
    expect(
      crossed(rich(xhtml('<a href="javascript:x">a</a><img src="cid:x" alt="b"/>'))).lost,
    ).toEqual(['html:href', 'html:img']);
  });

  it('is in the language of the stanza, else the first', () => {
    const two = xhtml('en', " xml:lang='en'") + xhtml('de', " xml:lang='de'");
    expect(partsOf(crossed(rich(two)).draft)[1]?.[1]).toContain('>en<');
    expect(partsOf(crossed(rich(two).replace("id='m1'", "xml:lang='de'")).draft)[1]?.[1]).toContain(
      '>de<',
    );
  });

  it('gives its text where it has no body', () => {
    expect(
      textOf(crossed(rich(xhtml('<p>a</p><p>b</p>'), ''), { html: undefined }).draft.body),
    ).toBe('a\nb');
  });

  it('is refused when even its text does not fit', () => {
    const large = rich(xhtml('<b>x</b>'), `<body>${'x'.repeat(1300)}</body>`);
    expect(messageToSip(stanza(large), crossing({ maxPagerOctets: 1300 }))).toMatchObject({
      code: 'too-large',
    });
  });

  it('comes back as it was', () => {
    const { draft } = crossed(BOLD);
    const head = [
      'MESSAGE sip:bob@xmpp.test SIP/2.0',
      'Via: SIP/2.0/TLS a;branch=z9hG4bKx',
      'From: <sip:alice@sip.test>;tag=1',
      'To: <sip:bob@xmpp.test>',
      'Call-ID: x',
      'CSeq: 1 MESSAGE',
      `Content-Type: ${draft.contentType}`,
      `Content-Length: ${draft.body?.length}`,
      '',
      '',
    ].join('\r\n');
    const parsed = parseMessage(Buffer.concat([encodeUtf8(head), draft.body ?? new Uint8Array()]));
    const request = parsed.kind === 'request' ? checkRequest(parsed) : undefined;
    if (request === undefined || 'kind' in request) throw new Error('no request');
    const back = messageToXmpp(request, crossing());
    if (back.kind === 'refusal') throw new Error(back.text);
    const html = back.value.extra?.find(({ name }) => name === 'html');
    const body = html && child(html, 'body', 'http://www.w3.org/1999/xhtml');
    expect([back.value.bodies[0]?.text, body]).toEqual([
      'hi & ho',
      htmlToXhtml('<p>hi &amp; <b>ho</b>')?.body,
    ]);
    expect(body && writeXml(body)).toContain('<strong>ho</strong>');
  });
});

describe('RFC 7572 §4 the address of what is shared', () => {
  const shared = (url: string, body = '<body>look</body>'): string =>
    `<message from='bob@xmpp.test/r' to='alice@sip.test' id='m1'>${body}<x xmlns='jabber:x:oob'><url>${url}</url></x></message>`;
  const rows: readonly [string, string, string, readonly string[]][] = [
    ['stands behind the text', shared('https://a.test/b'), 'look\nhttps://a.test/b', []],
    [
      'not twice',
      shared('https://a.test/b', '<body>https://a.test/b</body>'),
      'https://a.test/b',
      [],
    ],
    ['alone', shared('https://a.test/b', ''), 'https://a.test/b', []],
    ['not when it is none that is known', shared('javascript:x'), 'look', ['element:x']],
  ];
  it.each(rows)('%s', (_what, xml, text, losses) => {
    const { draft, lost } = crossed(xml);
    expect([textOf(draft.body), lost]).toEqual([text, losses]);
    expect(textOf(requests(new Bench().stanza(xml))[0]?.draft.body)).toBe(text);
  });
});

describe('RFC 3261 §21.4.13 back to text', () => {
  it('keeps everything but the HTML, as a request of its own', () => {
    const { draft } = crossed(BOLD);
    const again = toPlainText(draft) as RequestDraft;
    const plain = crossed(BOLD, { html: undefined }).draft;
    const said = (of: RequestDraft): object => ({
      ...of,
      branch: undefined,
      body: textOf(of.body),
    });
    expect(said(again)).toEqual(said(plain));
    expect(toPlainText(again)).toBeUndefined();
  });

  it.each([undefined, 'text/plain', 'multipart/alternative', 'multipart/mixed;boundary=x', 'a'])(
    'is undefined for a body of type %s',
    (contentType) => {
      expect(toPlainText({ ...crossed(BOLD).draft, contentType })).toBeUndefined();
    },
  );
});

describe('the gateway', () => {
  const answer = (bench: Bench, status: number, context: unknown) =>
    bench.feed({ kind: 'sip', event: { kind: 'response', response: response(status), context } });
  const typeOf = (draft: RequestDraft | undefined): string =>
    draft?.contentType?.split(';')[0] ?? '';

  it('sends HTML to the domains that are named, divided by a drawn boundary', () => {
    const [sent] = requests(new Bench({ htmlDomains: ['SIP.test'] }).stanza(BOLD));
    expect(sent?.draft.contentType).toMatch(/^multipart\/alternative;boundary="iw-token\d+"$/);
    const [other] = requests(new Bench().stanza(BOLD));
    expect(typeOf(other?.draft)).toBe('text/plain');
  });

  it.each([413, 415, 488])(
    'RFC 3261 §21.4.13: after a %d sends the text once, and says that HTML is lost',
    (status) => {
      const bench = new Bench({ htmlDomains: ['sip.test'] });
      const [first] = requests(bench.stanza(BOLD));
      const [second] = requests(answer(bench, status, first?.context));
      expect([typeOf(second?.draft), textOf(second?.draft.body), second?.draft.branch]).toEqual([
        'text/plain',
        'hi & ho',
        undefined,
      ]);
      const last = answer(bench, 200, second?.context);
      expect(traces(last)[0]).toMatchObject({
        outcome: 'delivered',
        lost: [{ what: 'element:html' }],
      });
      expect([stanzas(bench.out), bench.gateway.open]).toEqual([[], 0]);
    },
  );

  it('tells the sender when the text is refused too', () => {
    const bench = new Bench({ htmlDomains: ['sip.test'] });
    const [first] = requests(bench.stanza(BOLD));
    const [second] = requests(answer(bench, 415, first?.context));
    const last = answer(bench, 415, second?.context);
    expect([condition(last), requests(last), bench.gateway.open]).toEqual([
      'not-acceptable',
      [],
      0,
    ]);
  });

  it('sends the text where the HTML does not fit the transport that was found', () => {
    const bench = new Bench({ htmlDomains: ['sip.test'] });
    const [first] = requests(bench.stanza(BOLD));
    const failed = {
      kind: 'failed',
      context: first?.context,
      reason: 'too-large',
      text: 'x',
    } as const;
    const [second] = requests(bench.feed({ kind: 'sip', event: failed }));
    expect(typeOf(second?.draft)).toBe('text/plain');
  });

  it('follows the person after the device, with the text only once', () => {
    const bench = new Bench({ htmlDomains: ['sip.test'] });
    const [first] = requests(
      bench.stanza(BOLD.replace("to='alice@sip.test'", "to='alice@sip.test/gone'")),
    );
    const [second] = requests(answer(bench, 404, first?.context));
    const [third] = requests(answer(bench, 488, second?.context));
    expect([typeOf(second?.draft), typeOf(third?.draft)]).toEqual([
      'multipart/alternative',
      'text/plain',
    ]);
    expect(third?.draft.uri).toMatchObject({ user: 'alice', params: [] });
    expect(condition(answer(bench, 404, third?.context))).toBe('item-not-found');
  });

  it('carries what has rich text alone, and drops what says nothing', () => {
    const [sent] = requests(new Bench().stanza(rich(xhtml('<p>a</p>'), '')));
    expect(textOf(sent?.draft.body)).toBe('a');
    const outs = new Bench().stanza(rich(xhtml('<p></p>'), ''));
    expect([requests(outs), traces(outs)[0]?.outcome]).toEqual([[], 'dropped']);
  });
});
