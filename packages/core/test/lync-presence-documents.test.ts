// The presence documents of the dialect `lync`, by its own vectors: what each shows, what each says of somebody, and what is
// refused. Which of them crosses when is lync-presence-flows.test.ts.
import { readFileSync } from 'node:fs';
import { Jid } from '@interwork/xmpp';
import { pidfToResources, type ResourceState, resourcesToPidf } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MSRTC_LIMITS } from '../src/body/presence-root.ts';
import { parseCategories } from '../src/body/event-categories.ts';
import { parseMsrtcPidf } from '../src/body/msrtc-pidf.ts';
import { parseXpidf } from '../src/body/xpidf.ts';
import { LYNC } from '../src/dialect/lync.ts';
import type { DocumentFacts, DocumentForm } from '../src/dialect/types.ts';

const now = Date.UTC(2026, 1, 1);
const FACTS: DocumentFacts = { now, doNotDisturb: 'busy' };
const amy = jid('amy@contoso.com');
const NS_CATEGORIES = 'http://schemas.microsoft.com/2006/09/sip/categories';

interface Shown {
  readonly type?: 'unavailable' | null;
  readonly show?: ResourceState['show'] | null;
  readonly status?: string;
  readonly idleSince?: number;
  readonly idle?: true;
  readonly nobody?: true;
  readonly lost?: readonly string[];
}
interface Words {
  readonly availability?: number;
  readonly activity?: number;
  readonly token?: string;
  readonly status?: string;
  readonly substatus?: string;
  readonly doNotDisturb?: DocumentFacts['doNotDisturb'];
}
interface Vector {
  readonly title: string;
  readonly read?: readonly (Shown & Words)[];
  readonly written?: readonly (Shown & Words)[];
  readonly documents?: readonly (Shown & {
    readonly type: string;
    readonly point?: string;
    readonly body: string;
  })[];
}

function jid(text: string): Jid {
  const read = Jid.parse(text);
  if (read.kind !== 'jid') throw new Error(read.text);
  return read;
}
function vector(id: string): Vector {
  const url = new URL(`../vectors/lync/${id}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Vector;
}
function form(type: string): DocumentForm {
  const found = LYNC.documents.find((one) => one.type === type);
  if (found === undefined) throw new Error(type);
  return found;
}
const CATEGORIES = form('application/msrtc-event-categories+xml');
const MSRTC = form('text/xml+msrtc.pidf');
const PIDF = form('application/pidf+xml');
const XPIDF = form('application/xpidf+xml');

/** Who a document shows; a refusal or a fault by its name. */
function shown(by: DocumentForm, body: string | Uint8Array, of: Jid = amy): unknown {
  const document = by.read(typeof body === 'string' ? Buffer.from(body, 'utf8') : body);
  if (document.kind === 'fault') return `${document.code} ${document.answer}`;
  const read = pidfToResources(document, { presentity: of, now });
  return read.kind === 'refusal' ? read.code : read.value;
}
/** The tuples a document has, as a fault by its name. */
function tuples(by: DocumentForm, body: string): unknown {
  const document = by.read(Buffer.from(body, 'utf8'));
  return document.kind === 'fault' ? document.code : document.tuples.length;
}
function expectShown(by: DocumentForm, body: string, row: Shown): void {
  if (row.nobody === true) {
    expect(tuples(by, body)).toBe(0);
    expect(shown(by, body)).toEqual([]);
    return;
  }
  expect(tuples(by, body)).toBe(1);
  if (row.type === 'unavailable') return expect(shown(by, body)).toEqual([]);
  const { show, status, idleSince } = row;
  const expected = {
    resource: 'pidf:0',
    ...(show === null || show === undefined ? {} : { show }),
    ...(status === undefined ? {} : { statuses: [{ text: status }] }),
    ...(idleSince === undefined ? {} : { idleSince }),
  };
  expect(shown(by, body)).toEqual([expected]);
}

const categories = (inner: string): string =>
  `<categories xmlns="${NS_CATEGORIES}" uri="sip:amy@contoso.com">${inner}</categories>`;
const stateOf = ({ availability, token }: Words): string =>
  categories(
    '<category name="state" instance="1"><state xmlns="http://schemas.microsoft.com/2006/09/sip/state">' +
      (availability === undefined ? '' : `<availability>${availability}</availability>`) +
      (token === undefined ? '' : `<activity token="${token}"/>`) +
      '</state></category>',
  );
const aggregatesOf = ({ availability, activity }: Words): string =>
  '<presentity uri="amy@contoso.com" xmlns="http://schemas.microsoft.com/2002/09/sip/presence">' +
  (availability === undefined ? '' : `<availability aggregate="${availability}" description=""/>`) +
  (activity === undefined ? '' : `<activity aggregate="${activity}" description=""/>`) +
  '</presentity>';
const xpidfOf = ({ status, substatus }: Words): string =>
  '<presence><presentity uri="sip:amy@contoso.com;method=SUBSCRIBE"/><atom atomid="7">' +
  '<address uri="sip:amy@contoso.com" priority="0.8">' +
  (status === undefined ? '' : `<status status="${status}"/>`) +
  (substatus === undefined ? '' : `<msnsubstatus substatus="${substatus}"/>`) +
  '</address></atom></presence>';

describe('what a document shows', () => {
  const title = (row: object): string => JSON.stringify(row);
  for (const [id, by, text] of [
    ['pres-availability', CATEGORIES, stateOf],
    ['pres-tokens', CATEGORIES, stateOf],
    ['pres-aggregates', MSRTC, aggregatesOf],
    ['pres-xpidf-words', XPIDF, xpidfOf],
  ] as const) {
    const { title: of, read = [] } = vector(id);
    describe(`MS-PRES §2.2 MS-SIP §2.2.1 §2.2.2 ${id}: ${of}`, () => {
      it.each(read.map((row) => [title(row), row] as const))('%s', (_title, row) => {
        expectShown(by, text(row), id === 'pres-xpidf-words' ? withoutStatus(row) : row);
      });
    });
  }

  it('of somebody idle says so', () => {
    const rows = (vector('pres-availability').read ?? []).filter(({ idle }) => idle === true);
    expect(rows).not.toEqual([]);
    for (const row of rows) {
      const document = CATEGORIES.read(Buffer.from(stateOf(row)));
      expect(document).toMatchObject({ tuples: [{ userInput: { state: 'idle' } }] });
    }
  });

  for (const id of ['pres-categories', 'pres-utf16-claim', 'pres-empty'])
    it.each((vector(id).documents ?? []).map((row) => [row.point ?? row.body, row] as const))(
      `${id}: %s`,
      (_point, row) => {
        const by = id === 'pres-categories' ? CATEGORIES : form(row.type);
        const { type: _type, ...of } = row;
        const expected = id === 'pres-empty' ? { nobody: true as const } : of;
        expectShown(by, row.body, expected);
        const document = by.read(Buffer.from(row.body));
        if (document.kind === 'pidf')
          expect((document.lost ?? []).map(({ what }) => what)).toEqual(row.lost ?? []);
      },
    );
});

/** In that format the word is the format's own. */
function withoutStatus({ status: _status, ...row }: Shown & Words): Shown {
  return row;
}

describe('what is written of somebody', () => {
  const of = ({ show, type }: Shown): readonly ResourceState[] =>
    type === 'unavailable' ? [] : [show ? { resource: 'desk', show } : { resource: 'desk' }];
  const write = (by: DocumentForm, row: Shown & Words, more = {}): string => {
    const states = of(row).map((state) => ({ ...state, ...more }));
    const document = resourcesToPidf({ jid: amy }, states);
    const facts = { now, doNotDisturb: row.doNotDisturb ?? FACTS.doNotDisturb };
    return Buffer.from(by.write(document, facts).value).toString('utf8');
  };

  it.each(
    (vector('pres-availability').written ?? []).map((row) => [JSON.stringify(row), row] as const),
  )('MS-PRES §2.2 categories: %s', (_title, row) => {
    const read = parseCategories(Buffer.from(write(CATEGORIES, row)));
    const { availability, token } = row;
    const state = token === undefined ? { availability } : { availability, token };
    expect(read).toEqual({ kind: 'event-categories', uri: 'sip:amy@contoso.com', state });
  });
  it.each(
    (vector('pres-aggregates').written ?? []).map((row) => [JSON.stringify(row), row] as const),
  )('MS-SIP §2.2.1 aggregates: %s', (_title, row) => {
    const { availability, activity } = row;
    expect(parseMsrtcPidf(Buffer.from(write(MSRTC, row)))).toEqual({
      kind: 'msrtc-pidf',
      uri: 'amy@contoso.com',
      availability,
      activity,
      devices: [{ epid: '1', availability, activity }],
    });
  });
  it.each(
    (vector('pres-xpidf-words').written ?? []).map((row) => [JSON.stringify(row), row] as const),
  )('MS-SIP §2.2.2 words: %s', (_title, row) => {
    const { status, substatus } = row;
    const text = write(XPIDF, row);
    expect(text).toContain(
      '<!DOCTYPE presence PUBLIC "-//IETF//DTD RFCxxxx XPIDF 1.0//EN" "xpidf.dtd">',
    );
    expect(parseXpidf(Buffer.from(text))).toEqual({
      kind: 'xpidf',
      uri: 'sip:amy@contoso.com',
      addresses: [{ uri: 'sip:amy@contoso.com', status, substatus }],
    });
  });

  it('PIDF has the entity as sip: and the activity as text and as the RFC has it', () => {
    const text = write(PIDF, { show: 'dnd' });
    expect(text).toContain('entity="sip:amy@contoso.com"');
    expect(text).toContain(
      '<activities xmlns="urn:ietf:params:xml:ns:pidf:status:rpid-status"><activity>busy</activity></activities>',
    );
    expect(text).toContain(
      '<activities xmlns="urn:ietf:params:xml:ns:pidf:rpid"><busy/></activities>',
    );
    expect(write(PIDF, { show: 'xa' })).toContain('<activity>away</activity>');
    expect(write(PIDF, { show: null })).not.toContain('activities');
    expect(write(PIDF, { type: 'unavailable' })).toContain('<basic>closed</basic>');
  });

  it('is the best of several devices; words in other languages have no place', () => {
    const document = resourcesToPidf({ jid: amy }, [
      { resource: 'phone', show: 'away', priority: 1 },
      {
        resource: 'desk',
        show: 'chat',
        priority: 5,
        statuses: [{ text: 'in' }, { lang: 'de', text: 'da' }],
      },
    ]);
    for (const by of [CATEGORIES, MSRTC]) {
      const { value, lost } = by.write(document, FACTS);
      expect(shown(by, value)).toEqual([{ resource: 'pidf:0', statuses: [{ text: 'in' }] }]);
      expect(lost.map(({ what }) => what)).toEqual(['status', 'show']);
    }
    const { value, lost } = XPIDF.write(document, FACTS);
    expect(shown(XPIDF, value)).toEqual([{ resource: 'pidf:0' }]);
    expect(lost.map(({ what }) => what)).toEqual(['status', 'show']);
  });

  it('and read again it shows the same', () => {
    const statuses = [{ text: 'a <b> & "c" \u{1f600}' }];
    for (const show of [undefined, 'away', 'dnd'] as const)
      for (const by of [CATEGORIES, MSRTC]) {
        const said = show === undefined ? { resource: 'desk' } : { resource: 'desk', show };
        const document = resourcesToPidf({ jid: amy }, [{ ...said, statuses }]);
        const back = shown(by, by.write(document, FACTS).value);
        expect(back).toEqual([{ ...said, resource: 'pidf:0', statuses }]);
      }
  });

  it('a name that needs escapes is the same address in each', () => {
    const odd = jid('a\\26b\\20c@contoso.com');
    const document = resourcesToPidf({ jid: odd }, [{ resource: 'desk' }]);
    for (const by of LYNC.documents)
      expect(shown(by, by.write(document, FACTS).value, odd)).toHaveLength(1);
  });
});

describe('what is no document', () => {
  const NOTES = 'x'.repeat(DEFAULT_MSRTC_LIMITS.textLength + 1);
  const device = '<devicePresence epid="1"/>';
  const rows: readonly (readonly [string, DocumentForm, string, unknown])[] = [
    ['nothing', CATEGORIES, '', 'not-xml 400'],
    ['another root', CATEGORIES, '<presence/>', 'wrong-root 400'],
    ['another root', MSRTC, '<presence/>', 'wrong-root 400'],
    ['another root', XPIDF, '<categories/>', 'wrong-root 400'],
    ['nobody', CATEGORIES, '<categories/>', 'no-entity 400'],
    ['nobody', MSRTC, '<presentity uri=" "/>', 'no-entity 400'],
    ['nobody', XPIDF, '<presence/>', 'no-entity 400'],
    ['a long URI', MSRTC, `<presentity uri="${'a'.repeat(8193)}"/>`, 'no-entity 400'],
    ['somebody else', CATEGORIES, '<categories uri="sip:eve@contoso.com"/>', 'malformed-body'],
    ['no address', MSRTC, '<presentity uri="@"/>', 'malformed-body'],
    ['trailing octets', MSRTC, `${aggregatesOf({ availability: 300 })}x`, 'not-xml 400'],
    ['a second root', CATEGORIES, `${categories('')}<a/>`, 'not-xml 400'],
    [
      'a document type in another format',
      CATEGORIES,
      `<!DOCTYPE categories SYSTEM "x.dtd">${categories('')}`,
      'not-xml 400',
    ],
    [
      'an entity',
      XPIDF,
      `<!DOCTYPE presence [<!ENTITY x "y">]>${xpidfOf({ status: 'open' })}`,
      'not-xml 400',
    ],
    [
      'an entity beside an external subset',
      XPIDF,
      `<!DOCTYPE presence SYSTEM "x.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xpidfOf({})}`,
      'not-xml 400',
    ],
    [
      'a reference to one',
      XPIDF,
      '<!DOCTYPE presence SYSTEM "x.dtd"><presence><presentity uri="sip:&x;@contoso.com"/></presence>',
      'not-xml 400',
    ],
    [
      'two document types',
      XPIDF,
      `<!DOCTYPE a SYSTEM "x"><!DOCTYPE b SYSTEM "y">${xpidfOf({ status: 'open' })}`,
      'not-xml 400',
    ],
    ['too much', CATEGORIES, ' '.repeat(DEFAULT_MSRTC_LIMITS.octets + 1), 'too-large 413'],
    ['too deep', MSRTC, '<presentity uri="amy@contoso.com">'.repeat(17), 'not-xml 400'],
  ];
  it.each(rows)('%s', (_title, by, body, expected) => {
    expect(shown(by, body)).toEqual(expected);
  });

  it('a document type that names an external subset is passed over', () => {
    for (const type of [
      '<!DOCTYPE presence PUBLIC "-//IETF//DTD RFCxxxx XPIDF 1.0//EN" "xpidf.dtd">',
      "<!DOCTYPE presence SYSTEM 'xpidf.dtd'>",
      '<?xml version="1.0" encoding="utf-16"?>\r\n<!DOCTYPE presence>',
    ])
      expect(shown(XPIDF, `${type}${xpidfOf({ status: 'open' })}`)).toEqual([
        { resource: 'pidf:0' },
      ]);
  });

  it('octets that are UTF-16 are not read as anything', () => {
    const body = Buffer.from(`\ufeff${aggregatesOf({ availability: 300 })}`, 'utf16le');
    expect(shown(MSRTC, body)).toBe('not-xml 400');
  });

  it('of what is too much the first is read, and the rest is named', () => {
    const many = MSRTC.read(
      Buffer.from(
        aggregatesOf({ availability: 300 }).replace(
          '</presentity>',
          `<devices>${device.repeat(33)}<devicePresence><activity note="${NOTES}"/></devicePresence></devices></presentity>`,
        ),
      ),
    );
    expect(many).toMatchObject({ tuples: [{}], lost: [{ what: 'device' }] });
    const long = CATEGORIES.read(
      Buffer.from(
        categories(`<category name="note"><note><body>${NOTES}</body></note></category>`),
      ),
    );
    expect(long).toMatchObject({ lost: [{ what: 'text' }] });
    const parts = CATEGORIES.read(Buffer.from(categories('<category name="x"/>'.repeat(40))));
    expect(parts).toMatchObject({
      tuples: [],
      lost: [{ what: 'category' }, { what: 'category:x' }],
    });
  });

  it('nor is any beginning of one', () => {
    for (const by of LYNC.documents) {
      const { value } = by.write(
        resourcesToPidf({ jid: amy }, [{ resource: 'desk', show: 'dnd' }]),
        FACTS,
      );
      for (let end = 0; end < value.length; end++)
        expect(by.read(value.subarray(0, end)), `${by.type} to ${end}`).toMatchObject({
          kind: 'fault',
          code: 'not-xml',
        });
      expect(by.read(value)).toMatchObject({ kind: 'pidf' });
    }
  });
});
