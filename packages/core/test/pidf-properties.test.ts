// Presence documents over all there can be: what is written is read again, an independent strict reader finds it
// well-formed and in the order of RFC 3863 §4.4, and no octets make the reader throw.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { Jid } from '@interwork/xmpp';
import {
  DEFAULT_PIDF_LIMITS,
  diffResources,
  NS_DATA_MODEL,
  NS_PIDF,
  NS_RPID,
  parsePidf,
  type PidfDocument,
  pidfToResources,
  type ResourceState,
  resourceOfTupleId,
  resourcesToPidf,
  tupleIdOf,
  writePidf,
} from '@interwork/core';

const now = Date.UTC(2026, 1, 1);
const user = Jid.parse('juliet@example.com') as Jid;

/** Text as XML can hold it, with something to be seen in it. */
const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .map((all) =>
    all.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '&<>"\''),
  )
  .filter((all) => all.trim() !== '');
const lang = fc.constantFrom(undefined, 'de', 'en-GB', 'zh-Hant');
const statuses = fc
  .uniqueArray(fc.record({ lang, text }), {
    selector: (one) => one.lang,
    minLength: 1,
    maxLength: 4,
  })
  .map((all) =>
    all.map((one) => (one.lang === undefined ? { text: one.text } : { ...one, lang: one.lang })),
  );
const instant = fc.integer({ min: 0, max: now });
const resource = fc
  .oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.constantFrom('', '_x41', 'ID-', 'a b', '_', '__x_'),
    fc.string({ minLength: 130, maxLength: 300 }),
  )
  .map((name) => (name === '' ? '' : Jid.of(user.local, user.domain, name)))
  .map((jid) => (typeof jid === 'string' ? jid : jid.kind === 'jid' ? jid.resource : 'desk'))
  .filter((name) => !name.startsWith('pidf:'));

/** What a document can hold: no negative priority, and no idle device that says it is there. */
const state: fc.Arbitrary<ResourceState> = fc
  .record(
    {
      resource,
      show: fc.constantFrom('away', 'chat', 'dnd', 'xa'),
      statuses,
      priority: fc.integer({ min: 0, max: 127 }),
      since: instant,
      idleSince: instant,
    },
    { requiredKeys: ['resource'] },
  )
  .map(({ idleSince, ...rest }) =>
    idleSince === undefined || rest.show === undefined ? rest : { ...rest, idleSince },
  );
const states = fc.uniqueArray(state, { selector: (one) => one.resource, maxLength: 6 });
const byName = (all: readonly ResourceState[]): readonly ResourceState[] =>
  all.toSorted((a, b) => (a.resource < b.resource ? -1 : 1));

describe('RFC 8048 §6.2 and §6.3', () => {
  it('devices to a document to octets and back are the same devices', () => {
    fc.assert(
      fc.property(states, (devices) => {
        const document = resourcesToPidf({ jid: user }, devices);
        const read = parsePidf(writePidf(document));
        expect(read).toEqual(document);
        if (read.kind === 'fault') return;
        const back = pidfToResources(read, { presentity: user, now });
        expect(back.kind === 'translation' && byName(back.value)).toEqual(byName(devices));
        expect(back.kind === 'translation' && back.lost).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('a resource is read from its identifier, unless it is long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
        const id = tupleIdOf(name);
        expect(id).toMatch(/^ID-[A-Za-z0-9._-]{0,125}$/);
        const read = resourceOfTupleId(id);
        if (read === undefined) expect(id.length).toBeGreaterThan(100);
        else expect(read).toBe(name.replace(/\p{Cs}/gu, '\uFFFD'));
      }),
      { numRuns: 2000 },
    );
  });

  it('what has changed, applied, is what is there now', () => {
    fc.assert(
      fc.property(states, states, (before, after) => {
        const shown = new Map(before.map((one) => [one.resource, one]));
        for (const change of diffResources(before, after)) {
          if (change.kind === 'available') shown.set(change.state.resource, change.state);
          else shown.delete(change.resource);
        }
        expect(diffResources([...shown.values()], after)).toEqual([]);
        expect(shown.size).toBe(after.length);
      }),
      { numRuns: 500 },
    );
  });
});

/** An element as the other reader gives it. */
interface Seen {
  readonly name: string;
  readonly ns: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: Seen[];
  text: string;
}

const seen = (octets: Uint8Array): Seen => {
  const top: Seen = { name: '', ns: '', attrs: {}, children: [], text: '' };
  const open = [top];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    const attrs = Object.fromEntries(Object.values(attributes).map((one) => [one.name, one.value]));
    const el: Seen = { name: local, ns: uri, attrs, children: [], text: '' };
    open.at(-1)?.children.push(el);
    open.push(el);
  });
  parser.on('text', (piece) => {
    (open.at(-1) ?? top).text += piece;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(Buffer.from(octets).toString('utf8')).close();
  return top.children[0] ?? top;
};

/** The children of each element of the format, in order; `*` is any of another namespace. RFC 3863 §4.4. */
const ORDER: Readonly<Record<string, RegExp>> = {
  presence: /^(tuple )*(note )*(\* )*$/,
  tuple: /^status (\* )*(contact )?(note )*(timestamp )?$/,
  status: /^(basic )?(\* )*$/,
};
const check = (el: Seen, ids: string[]): void => {
  if (el.ns === NS_PIDF) {
    const names = el.children.map(({ name, ns }) => `${ns === NS_PIDF ? name : '*'} `).join('');
    expect(names).toMatch(ORDER[el.name] ?? /^$/);
  } else if (el.ns === NS_DATA_MODEL && el.name === 'person') {
    const names = el.children
      .map(({ name, ns }) => `${ns === NS_DATA_MODEL ? name : '*'} `)
      .join('');
    expect(names).toMatch(/^(\* )*(note )*(timestamp )?$/);
  }
  if (el.name === 'contact' && el.attrs['priority'] !== undefined)
    expect(el.attrs['priority']).toMatch(/^(0(\.[0-9]{0,3})?|1(\.0{0,3})?)$/);
  if (el.name === 'timestamp') expect(el.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  if (el.attrs['id'] !== undefined) ids.push(el.attrs['id']);
  for (const inner of el.children) check(inner, ids);
};

describe('RFC 3863 §4.1 what is written', () => {
  it('is what an independent reader reads, in order, under names of their own', () => {
    fc.assert(
      fc.property(states, (devices) => {
        const octets = writePidf(resourcesToPidf({ jid: user }, devices));
        expect(Buffer.from(octets).toString('utf8').startsWith('<?xml version="1.0" enc')).toBe(
          true,
        );
        const root = seen(octets);
        const ids: string[] = [];
        check(root, ids);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.every((id) => /^[A-Za-z_][A-Za-z0-9._-]*$/.test(id))).toBe(true);
        const notes = root.children.flatMap((tuple) =>
          tuple.children.filter((el) => el.name === 'note'),
        );
        const said = devices.flatMap((one) => (one.statuses ?? []).map((note) => note.text));
        expect(notes.map((note) => note.text).toSorted()).toEqual(said.toSorted());
      }),
      { numRuns: 300 },
    );
  });

  const person = fc.record(
    {
      id: fc.constantFrom('p', 'q'),
      activities: fc.constant([{ names: ['tv', 'lunch'], from: 5, until: now }]),
      userInput: fc.constantFrom(
        { state: 'idle' as const, lastInput: 7, idleThreshold: 9 },
        { state: 'active' as const },
      ),
      notes: statuses,
      timestamp: instant,
    },
    { requiredKeys: ['id'] },
  );
  const document = fc
    .record(
      {
        tuples: fc.uniqueArray(
          fc.record(
            {
              id: fc.constantFrom('a', 'b', 'c', '0', 'ü'),
              basic: fc.constantFrom('open' as const, 'closed' as const),
              show: fc.constantFrom('away' as const, 'xa' as const),
              contact: fc.record({
                uri: fc.constantFrom('sip:a@b', 'tel:+1', 'x'),
                priority: fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000),
              }),
              notes: statuses,
              timestamp: instant,
            },
            { requiredKeys: ['id'] },
          ),
          { selector: ({ id }) => id },
        ),
        notes: statuses,
        persons: fc.array(person, { minLength: 1, maxLength: 4 }),
      },
      { requiredKeys: ['tuples'] },
    )
    .map((parts): PidfDocument => ({ kind: 'pidf', entity: 'pres:a@b.test', ...parts }));

  it('is read again as it was, whoever made it', () => {
    fc.assert(
      fc.property(document, (made) => {
        expect(parsePidf(writePidf(made))).toEqual(made);
        seen(writePidf(made));
      }),
      { numRuns: 300 },
    );
  });
});

describe('RFC 3863 §4.1 any octets are a document or a fault, the same each time', () => {
  const seed = Buffer.from(
    `<?xml version='1.0'?><!-- c --><presence xmlns='${NS_PIDF}' xmlns:dm='${NS_DATA_MODEL}' xmlns:r='${NS_RPID}' entity='pres:a@b.test'>` +
      "<tuple id='ID-x'><status><basic>open</basic><show xmlns='jabber:client'>away</show></status><r:user-input last-input='2026-01-01T00:00:00Z'>idle</r:user-input>" +
      "<contact priority='0.5'>sip:a@b.test;gr=x</contact><note xml:lang='de'>n &amp; m</note><timestamp>2026-01-01T00:00:00Z</timestamp></tuple><note>o</note>" +
      "<dm:person id='p'><r:activities><r:away/></r:activities><dm:note>q</dm:note></dm:person></presence>",
  );
  const pieces = [
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '&a;',
    '<?x?>',
    '\0',
    '\uFEFF',
    "xmlns=''",
    "p:mustUnderstand='1'",
    '<tuple',
    '</tuple>',
    '<x:y/>',
    'ID-_xFF',
    '__proto__',
    '9'.repeat(400),
  ];
  const cut = fc.record({
    at: fc.nat(seed.length),
    length: fc.nat(40),
    put: fc.oneof(
      fc.constantFrom(...pieces).map((one) => Buffer.from(one)),
      fc.uint8Array({ maxLength: 8 }),
    ),
  });
  it('what is broken by chance', () => {
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
        const octets = cuts.reduce(
          (all, { at, length, put }) =>
            Buffer.concat([all.subarray(0, at), put, all.subarray(at + length)]),
          seed,
        );
        const document = parsePidf(octets);
        expect(parsePidf(Uint8Array.from(octets))).toEqual(document);
        if (document.kind === 'fault') return;
        const presentity = Jid.parse('a@b.test') as Jid;
        const read = pidfToResources(document, { presentity, now });
        if (read.kind === 'refusal') return;
        expect(new Set(read.value.map((one) => one.resource)).size).toBe(read.value.length);
        const again = parsePidf(writePidf(document));
        expect(again.kind).toBe('pidf');
      }),
      { numRuns: 5000 },
    );
  });

  it('what is as large as may be is read within its bounds', () => {
    const head = seed.toString().slice(0, seed.indexOf('<tuple'));
    const fill = (piece: string): Buffer => {
      const room = DEFAULT_PIDF_LIMITS.octets - Buffer.byteLength(head) - 20;
      const count = Math.floor(room / Buffer.byteLength(piece));
      return Buffer.from(`${head}${piece.repeat(count)}</presence>`);
    };
    const shapes = [
      '<!---->',
      '<![CDATA[]]>',
      "<tuple id='a'/>",
      '<note>a</note>',
      '_x41',
      '<r:a/>',
      '-',
      ' ',
    ];
    for (const shape of shapes) {
      const document = parsePidf(fill(shape));
      if (document.kind !== 'fault') expect(document.tuples.length, shape).toBeLessThanOrEqual(32);
      else expect([shape, document.code]).toEqual(['<!---->', 'not-xml']);
    }
  });
});
