// Presence drafts, RFC 6121 §4.7: what is written, what is not, and that it reads back as what it was.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  delayOf,
  idleElement,
  idleSinceOf,
  isFault,
  Jid,
  NS,
  parseStanza,
  presenceElement,
  writeXml,
  type Presence,
  type PresenceDraft,
} from '@interwork/xmpp';

function jid(text: string): Jid {
  const parsed = Jid.parse(text);
  if (isFault(parsed)) throw new Error(parsed.text);
  return parsed;
}

const FROM = jid('juliet@example.com/balcony');
const TO = jid('romeo@example.net');
const NOON = Date.UTC(2026, 10, 27, 12);

type Row = Omit<PresenceDraft, 'from' | 'to'>;

function written(row: Row): string {
  return writeXml(presenceElement({ from: FROM, to: TO, ...row }), NS.client);
}

function readBack(row: Row): Presence {
  const stanza = parseStanza(written(row));
  if (isFault(stanza) || stanza.kind !== 'presence') throw new Error('not a presence');
  return stanza;
}

const ADDRESSES = 'from="juliet@example.com/balcony" to="romeo@example.net"';

describe('RFC 6121 §4.7 what is written', () => {
  const rows: readonly { id: string; draft: Row; xml: string }[] = [
    { id: '§4.7.1 available has no type', draft: { type: 'available' }, xml: '/>' },
    { id: 'an id', draft: { type: 'available', id: 'p1' }, xml: ' id="p1"/>' },
    ...(
      ['unavailable', 'subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'probe'] as const
    ).map((type) => ({ id: `§4.7.1 ${type}`, draft: { type }, xml: ` type="${type}"/>` })),
    {
      id: '§4.7.2.1 show',
      draft: { type: 'available', show: 'xa' },
      xml: '><show>xa</show></presence>',
    },
    {
      id: '§4.7.2.2 statuses with their languages',
      draft: {
        type: 'available',
        lang: 'en',
        statuses: [
          { lang: 'en', text: 'Wooing' },
          { lang: 'cs', text: 'Dvo\u0159\u00edm se' },
        ],
      },
      xml:
        ' xml:lang="en"><status>Wooing</status>' +
        '<status xml:lang="cs">Dvo\u0159\u00edm se</status></presence>',
    },
    {
      id: '§4.7.2.2 one status for each language, however it is spelled',
      draft: {
        type: 'available',
        lang: 'en',
        statuses: [
          { lang: undefined, text: 'a' },
          { lang: 'EN', text: 'b' },
          { lang: 'cs', text: 'c' },
          { lang: 'CS', text: 'd' },
        ],
      },
      xml: ' xml:lang="en"><status>a</status><status xml:lang="cs">c</status></presence>',
    },
    {
      id: '§4.7.2.2 a status says why with unavailable',
      draft: { type: 'unavailable', statuses: [{ lang: undefined, text: 'gone' }] },
      xml: ' type="unavailable"><status>gone</status></presence>',
    },
    {
      id: 'XEP-0203 §2 delay, XEP-0319 §2.1 idle, in order after the others',
      draft: {
        type: 'available',
        show: 'away',
        priority: 1,
        delay: NOON,
        idleSince: NOON - 60_000,
      },
      xml:
        '><show>away</show><priority>1</priority>' +
        '<delay xmlns="urn:xmpp:delay" from="example.com" stamp="2026-11-27T12:00:00.000Z"/>' +
        '<idle xmlns="urn:xmpp:idle:1" since="2026-11-27T11:59:00.000Z"/></presence>',
    },
    {
      id: 'how available one is goes with available only',
      draft: { type: 'unavailable', show: 'away', priority: 5, idleSince: NOON },
      xml: ' type="unavailable"/>',
    },
    {
      id: 'XEP-0203 §2 when somebody went',
      draft: { type: 'unavailable', delay: NOON },
      xml:
        ' type="unavailable">' +
        '<delay xmlns="urn:xmpp:delay" from="example.com" stamp="2026-11-27T12:00:00.000Z"/></presence>',
    },
    {
      id: 'characters that XML cannot carry',
      draft: { type: 'available', statuses: [{ lang: undefined, text: 'a\u0000<b\ud800' }] },
      xml: '><status>a\ufffd&lt;b\ufffd</status></presence>',
    },
  ];
  test.each(rows)('$id', ({ draft, xml }) => {
    expect(written(draft)).toBe(`<presence ${ADDRESSES}${xml}`);
  });
});

describe('§4.7.2.3 priority', () => {
  test.each([
    [0, 0],
    [-128, -128],
    [127, 127],
    [-129, -128],
    [128, 127],
    [1e9, 127],
    [Number.NEGATIVE_INFINITY, -128],
    [1.4, 1],
    [-0.2, 0],
  ])('%d is written as %d', (priority, expected) => {
    expect(written({ type: 'available', priority })).toContain(`<priority>${expected}</priority>`);
    expect(readBack({ type: 'available', priority }).priority).toBe(expected);
  });
  test('what is no number is left out', () => {
    expect(written({ type: 'available', priority: Number.NaN })).not.toContain('priority');
  });
});

describe('XEP-0082 §3.2 instants that no stamp can name are left out', () => {
  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Date.UTC(9999, 11, 31, 23, 59, 59, 999) + 1,
    Date.UTC(-1, 11, 31),
    8.65e15,
  ])('%d', (instant) => {
    expect(written({ type: 'available', delay: instant, idleSince: instant })).toBe(
      `<presence ${ADDRESSES}/>`,
    );
  });
  test.each([Date.UTC(9999, 11, 31, 23, 59, 59, 999), 0, Date.UTC(1970, 0, 1) - 1])(
    '%d is named',
    (instant) => {
      const { element } = readBack({ type: 'available', delay: instant, idleSince: instant });
      expect([delayOf(element), idleSinceOf(element)]).toEqual([instant, instant]);
    },
  );
});

describe('XEP-0319 §2.1 reading', () => {
  test.each([
    ["<idle xmlns='urn:xmpp:idle:1' since='1969-07-21T02:56:15Z'/>", -14_159_025_000],
    ["<idle xmlns='urn:xmpp:idle:1' since='2026-11-27T13:00:00+01:00'/>", NOON],
    ["<idle xmlns='urn:xmpp:idle:1' since='yesterday'/>", undefined],
    ["<idle xmlns='urn:xmpp:idle:1'/>", undefined],
    ["<idle since='1969-07-21T02:56:15Z'/>", undefined],
    ['', undefined],
  ])('%s', (child, since) => {
    const stanza = parseStanza(`<presence from='a@b/c'>${child}</presence>`);
    if (isFault(stanza)) throw new Error(stanza.text);
    expect(idleSinceOf(stanza.element)).toBe(since);
  });
  test('no element for what is no instant', () => {
    expect(() => idleElement(Number.NaN)).toThrow('Not an instant.');
  });
});

test('whatever is drafted is read as it was drafted', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((s) => s.replaceAll('\r', ''));
  const instant = fc.integer({ min: 0, max: Date.UTC(9999, 0) });
  const draft = fc.record({
    type: fc.constant('available' as const),
    show: fc.constantFrom('away' as const, 'chat' as const, 'dnd' as const, 'xa' as const),
    priority: fc.integer({ min: -128, max: 127 }),
    statuses: fc.tuple(text, text).map(([a, b]) => [
      { lang: undefined, text: a },
      { lang: 'cs', text: b },
    ]),
    delay: instant,
    idleSince: instant,
  });
  fc.assert(
    fc.property(draft, (row) => {
      const { show, priority, statuses, element } = readBack(row);
      expect({ show, priority, statuses }).toEqual({
        show: row.show,
        priority: row.priority,
        statuses: row.statuses.map(({ lang, text }) => ({ lang, text: clean(text) })),
      });
      expect([delayOf(element), idleSinceOf(element)]).toEqual([row.delay, row.idleSince]);
    }),
  );
});

/** What is left of a text that goes through XML. */
function clean(text: string): string {
  let kept = '';
  for (const c of text) kept += c < ' ' && c !== '\n' && c !== '\t' ? '\ufffd' : c;
  return kept;
}
