// RFC 8048 §6: presence documents and stanzas, Tables 1 and 2, aggregated out and diffed in. Rows of our own first,
// then the shared vectors where they are. Authorizations (§5) and polling (§7) are rfc8048-authorization.test.ts.
import { describe, expect, it } from 'vitest';
import {
  type Presence,
  type PresenceDraft,
  parseStanza,
  presenceElement,
  Jid,
  writeXml,
} from '@interwork/xmpp';
import {
  diffResources,
  jidToSipUri,
  languageOfPidf,
  MAX_TUPLE_ID,
  parsePidf,
  type PidfDocument,
  type PidfTuple,
  pidfToResources,
  presenceToResource,
  priorityToPidf,
  priorityToXmpp,
  presenceBetween,
  probeOf,
  type Refusal,
  type ResourceState,
  resourceOfTupleId,
  resourcesToPidf,
  resourceToPresence,
  tupleIdOf,
  STATE_OF_ANSWER,
  SUBSCRIBE_ASKS,
  subscribeKind,
  WATCHER_ASKS,
  wishToFetch,
  wishToWatch,
  writePidf,
} from '@interwork/core';
import { checkRequest, type IncomingRequest, param, parseMessage, writeUri } from '@interwork/sip';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';

const now = Date.UTC(2026, 1, 1, 12);
const minute = 60_000;
const jid = (text: string): Jid => {
  const read = Jid.parse(text);
  if (read.kind !== 'jid') throw new Error(text);
  return read;
};
const juliet = jid('juliet@example.com');
const romeo = jid('romeo@example.net');
const presence = (inner: string, from = 'juliet@example.com/balcony', attrs = ''): Presence => {
  const text = `<presence from='${from}' to='romeo@example.net' ${attrs}>${inner}</presence>`;
  const stanza = parseStanza(text);
  if (stanza.kind !== 'presence') throw new Error(stanza.kind);
  return stanza;
};
const stateOf = (inner: string): ResourceState => presenceToResource(presence(inner), now).value;
const lostOf = (inner: string, attrs = ''): string =>
  presenceToResource(presence(inner, undefined, attrs), now)
    .lost.map(({ what }) => what)
    .join(' ');
const here = { resource: 'balcony', since: now };

describe('RFC 8048 §6.2 a stanza', () => {
  const rows: readonly (readonly [id: string, inner: string, said: Partial<ResourceState>])[] = [
    ['nothing', '', {}],
    ['show', '<show>xa</show>', { show: 'xa' }],
    ['a show nobody knows', '<show>gone</show>', {}],
    [
      'statuses',
      "<status>a</status><status xml:lang='de'>b</status>",
      {
        statuses: [{ text: 'a' }, { lang: 'de', text: 'b' }],
      },
    ],
    ['a blank status', '<status> </status>', {}],
    ['a priority', '<priority>5</priority>', { priority: 5 }],
    ['a priority of 0, said', '<priority>0</priority>', { priority: 0 }],
    ['a negative one', '<priority>-1</priority>', { priority: -1 }],
    [
      'a delay',
      "<delay xmlns='urn:xmpp:delay' stamp='2026-02-01T11:00:00Z'/>",
      { since: now - 60 * minute },
    ],
    ['a delay from the future', "<delay xmlns='urn:xmpp:delay' stamp='2026-02-01T13:00:00Z'/>", {}],
    [
      'idle',
      "<idle xmlns='urn:xmpp:idle:1' since='2026-02-01T11:00:00Z'/>",
      { idleSince: now - 60 * minute },
    ],
  ];
  it.each(rows)('%s', (_id, inner, said) => {
    expect(stateOf(inner)).toEqual({ ...here, ...said });
  });

  it('inherits the language, and may have no resource', () => {
    const p = presence('<status>a</status>', 'juliet@example.com', "xml:lang='it'");
    expect(presenceToResource(p, now).value).toEqual({
      resource: '',
      since: now,
      statuses: [{ lang: 'it', text: 'a' }],
    });
  });

  const losses: readonly (readonly [inner: string, attrs: string, expected: string])[] = [
    ['<show>dnd</show><status>a</status><priority>3</priority>', '', ''],
    ["<idle xmlns='urn:xmpp:idle:1' since='2026-02-01T11:00:00Z'/>", '', ''],
    ["<idle xmlns='urn:x'/>", '', 'element:idle'],
    ['', "id='x'", 'id'],
    ['<priority>-5</priority>', '', 'priority'],
    ['<status>a</status><status>b</status>', '', 'status'],
    [`<status>${'a'.repeat(1025)}</status>`, '', 'status'],
    ["<c xmlns='http://jabber.org/protocol/caps' node='n' ver='v' hash='h'/>", '', 'element:c'],
    ["<x xmlns='vcard-temp:x:update'/><delay xmlns='urn:xmpp:delay' stamp=''/>", '', 'element:x'],
    ['<x xmlns="urn:x"/>'.repeat(40), '', Array(16).fill('element:x').join(' ')],
  ];
  it.each(losses)('%s with %s loses %s', (inner, attrs, expected) => {
    expect(lostOf(inner, attrs)).toBe(expected);
  });

  it('RFC 6121 §4.7.2.2 eight languages at most', () => {
    const many = Array.from({ length: 10 }, (_, n) => `<status xml:lang='aa-${n}'>x</status>`).join(
      '',
    );
    expect(stateOf(many).statuses?.length).toBe(8);
  });
});

describe('RFC 8048 §6.2, Table 1 the document', () => {
  const one = (state: Partial<ResourceState>): PidfTuple | undefined =>
    resourcesToPidf({ jid: juliet }, [{ resource: 'balcony', ...state }]).tuples[0];
  const uri = 'sip:juliet@example.com;gr=balcony';
  const rows: readonly (readonly [id: string, Partial<ResourceState>, Partial<PidfTuple>])[] = [
    ['type', {}, {}],
    ['show', { show: 'dnd' }, { show: 'dnd' }],
    ['priority', { priority: 1 }, { contact: { uri, priority: 0.007 } }],
    ['a negative priority', { priority: -1 }, {}],
    ['status', { statuses: [{ lang: 'de', text: 'a' }] }, { notes: [{ lang: 'de', text: 'a' }] }],
    ['delay', { since: 5 }, { timestamp: 5 }],
    ['idle', { idleSince: 7 }, { userInput: { state: 'idle', lastInput: 7 } }],
  ];
  it.each(rows)('%s', (_id, state, tuple) => {
    expect(one(state)).toEqual({ id: 'ID-balcony', basic: 'open', contact: { uri }, ...tuple });
  });

  it('names the presentity, whose address may need escapes', () => {
    expect(resourcesToPidf({ jid: jid('d\\27artagnan@bücher.test') }, []).entity).toBe(
      "pres:d'artagnan@xn--bcher-kva.test",
    );
  });

  it('without devices there is one closed tuple', () => {
    const last = {
      resource: 'balcony',
      statuses: [{ text: 'bye' }],
      since: 3,
      show: 'dnd' as const,
    };
    expect(resourcesToPidf({ jid: juliet }, []).tuples).toEqual([{ id: 'ID-', basic: 'closed' }]);
    expect(resourcesToPidf({ jid: juliet, last }, []).tuples).toEqual([
      { id: 'ID-balcony', basic: 'closed', notes: [{ text: 'bye' }], timestamp: 3 },
    ]);
  });

  const order: readonly ResourceState[] = [
    { resource: 'b', priority: 10 },
    { resource: 'chat', show: 'chat' },
    { resource: 'here', since: 2 },
    { resource: 'earlier', since: 1 },
    { resource: 'a' },
    { resource: 'c', priority: 0 },
    { resource: 'away', show: 'away' },
    { resource: 'xa', show: 'xa' },
    { resource: 'dnd', show: 'dnd' },
    { resource: 'negative', priority: -1, show: 'chat' },
  ];
  it('one language of all notes is that of the document', () => {
    const said = (...langs: readonly string[]): string | undefined => {
      const statuses = langs.map((lang) => ({ ...(lang && { lang }), text: 'x' }));
      return languageOfPidf(resourcesToPidf({ jid: juliet }, [{ resource: 'a', statuses }]));
    };
    expect([said('de'), said('de', 'fr'), said('de', ''), said(''), said()]).toEqual([
      'de',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('best first, whatever the order was', () => {
    const ids = (states: readonly ResourceState[]): readonly string[] =>
      resourcesToPidf({ jid: juliet }, states).tuples.map(({ id }) => id.slice(3));
    expect(ids(order.toReversed())).toEqual(order.map(({ resource }) => resource));
  });

  const persons: readonly (readonly [shows: readonly ResourceState['show'][], activity: string])[] =
    [
      [['away'], 'away'],
      [['xa'], 'away'],
      [['dnd'], 'busy'],
      [['dnd', 'away'], 'away'],
      [['away', undefined], ''],
      [['dnd', 'chat'], ''],
      [[], ''],
    ];
  it.each(persons)('RFC 4479 §5 with %j the person is %s', (shows, activity) => {
    const states = shows.map((show, n) => ({ resource: `r${n}`, ...(show && { show }) }));
    const document = resourcesToPidf({ jid: juliet }, states);
    expect(document.persons?.[0]?.activities?.[0]?.names.join() ?? '').toBe(activity);
  });

  it('has room for the best 32, and says that others are lost', () => {
    const many = Array.from({ length: 33 }, (_, n) => ({ resource: `r${n}`, priority: n }));
    const document = resourcesToPidf({ jid: juliet }, many);
    expect([document.tuples.length, document.tuples[0]?.id, document.lost]).toEqual([
      32,
      'ID-r32',
      [{ what: 'resource', spec: 'RFC 8048 §6.2' }],
    ]);
  });

  it('gives up texts before devices, and never grows beyond what SIP carries', () => {
    const text = '&'.repeat(1024);
    const statuses = Array.from({ length: 8 }, (_, n) => ({ lang: `a${n}`, text }));
    const texts = resourcesToPidf({ jid: juliet }, [
      { resource: 'a', statuses },
      { resource: 'b', priority: 1 },
    ]);
    expect([texts.tuples.map(({ id, notes }) => [id, notes?.length]), texts.lost?.length]).toEqual([
      [
        ['ID-b', undefined],
        ['ID-a', undefined],
      ],
      1,
    ]);
    for (const unit of ['&', '"', '\r', 'ü', '\u{1F600}']) {
      const notes = [{ text: unit.repeat(1024 / unit.length) }];
      const all = Array.from({ length: 32 }, (_, n) => ({ resource: `r${n}`, statuses: notes }));
      expect(writePidf(resourcesToPidf({ jid: juliet }, all)).length, unit).toBeLessThan(33_000);
    }
    const long = jid(`${'ü'.repeat(300)}@${'a.'.repeat(100)}test`);
    const devices = Array.from({ length: 32 }, (_, n) => ({ resource: `${n}${'ä'.repeat(500)}` }));
    const document = resourcesToPidf({ jid: long }, devices);
    expect(writePidf(document).length).toBeLessThan(40_000);
    expect(document.lost?.map(({ what }) => what)).toEqual(['resource']);
  });
});

describe('RFC 8048 §6.2 note 2 identifiers of tuples', () => {
  const rows: readonly (readonly [resource: string, id: string])[] = [
    ['balcony', 'ID-balcony'],
    ['', 'ID-'],
    ['1.2-3_4', 'ID-1.2-3_4'],
    ['my phone', 'ID-my_x20phone'],
    ['a/b:c', 'ID-a_x2Fb_x3Ac'],
    ['é', 'ID-_xC3_xA9'],
    ['😀', 'ID-_xF0_x9F_x98_x80'],
    ['_x41', 'ID-_x5Fx41'],
    ['__x', 'ID-__x5Fx'],
    ['_', 'ID-_'],
    ['_é', 'ID-__xC3_xA9'],
  ];
  it.each(rows)('%s is %s', (resource, id) => {
    expect([tupleIdOf(resource), resourceOfTupleId(id)]).toEqual([id, resource]);
  });

  it.each(['balcony', 'id-x', 'ID-_xFF', 'ID-_xC3', '', 'ID'])('%s is none of ours', (id) => {
    expect(resourceOfTupleId(id)).toBe(undefined);
  });

  it('what others may write is read', () => {
    expect([resourceOfTupleId('ID-é_xc3_xa9'), resourceOfTupleId('ID-_x4')]).toEqual(['éé', '_x4']);
  });

  it('a long one is cut, stays a name of its own, and is not read back', () => {
    const ids = ['é', 'è', 'a', 'b'].flatMap((end) => [
      tupleIdOf('x'.repeat(200) + end),
      tupleIdOf('ü'.repeat(200) + end),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toMatch(/^ID-[A-Za-z0-9._-]+$/);
      expect(id.length).toBeLessThanOrEqual(MAX_TUPLE_ID);
      expect(resourceOfTupleId(id)).toBe(undefined);
    }
    expect(tupleIdOf('x'.repeat(125)).length).toBe(MAX_TUPLE_ID);
    expect(tupleIdOf('x'.repeat(126))).toMatch(/^ID-x{106}_x_[0-9A-F]{16}$/);
    expect(tupleIdOf('é'.repeat(63))).toMatch(/^ID-(?:_xC3_xA9){13}_x_[0-9A-F]{16}$/);
  });
});

describe('RFC 8048 §6.2 note 6, §6.3 note 2 priorities', () => {
  it('0 is 0 and 127 is 1; the figures of the text; all differ and come back', () => {
    const all = Array.from({ length: 128 }, (_, n) => priorityToPidf(n));
    expect([0, 1, 2, 126, 127].map((n) => all[n])).toEqual([0, 0.007, 0.015, 0.992, 1]);
    expect(new Set(all).size).toBe(128);
    expect(all.map(priorityToXmpp)).toEqual(all.map((_, n) => n));
  });
});

const pidf = (inner: string, entity = 'pres:romeo@example.net'): PidfDocument => {
  const document = parsePidf(
    Buffer.from(
      `<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:dm='urn:ietf:params:xml:ns:pidf:data-model' xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' xmlns:x='urn:x' entity='${entity}'>${inner}</presence>`,
    ),
  );
  if (document.kind === 'fault') throw new Error(document.text);
  return document;
};
const open = (inner = '', id = 'ID-orchard', status = ''): string =>
  `<tuple id='${id}'><status><basic>open</basic>${status}</status>${inner}</tuple>`;
const resources = (
  document: PidfDocument,
  language?: string,
): { states: readonly ResourceState[]; lost: string } => {
  const read = pidfToResources(document, { presentity: romeo, now, language });
  if (read.kind === 'refusal') throw new Error(read.text);
  return { states: read.value, lost: read.lost.map(({ what }) => what).join(' ') };
};

describe('RFC 8048 §6.3, Table 2 the resources', () => {
  type Row = readonly [id: string, inner: string, said: Partial<ResourceState>];
  const person = (activities: string): string =>
    `<dm:person id='p'><r:activities>${activities}</r:activities></dm:person>`;
  const away = "<show xmlns='jabber:client'>away</show>";
  const rows: readonly Row[] = [
    ['open', open(), {}],
    [
      'priority',
      open("<contact priority='0.007'>sip:romeo@example.net</contact>"),
      { priority: 1 },
    ],
    ['no priority', open('<contact>sip:romeo@example.net</contact>'), {}],
    ['note', open('<note>n</note>'), { statuses: [{ text: 'n' }] }],
    [
      'notes, the first of a language',
      open("<note xml:lang='DE'>a</note><note xml:lang='de'>b</note>"),
      {
        statuses: [{ lang: 'DE', text: 'a' }],
      },
    ],
    ['a note in no language', open("<note xml:lang='?'>a</note>"), { statuses: [{ text: 'a' }] }],
    ['note of the document', `${open()}<note>d</note>`, { statuses: [{ text: 'd' }] }],
    [
      'note of the person',
      `${open()}<dm:person id='p'><dm:note>p</dm:note></dm:person>`,
      { statuses: [{ text: 'p' }] },
    ],
    [
      'the nearest note',
      `${open('<note>t</note>')}<note>d</note><dm:person id='p'><dm:note>p</dm:note></dm:person>`,
      { statuses: [{ text: 't' }] },
    ],
    ['show', open('', 'ID-orchard', away), { show: 'away' }],
    [
      'RFC 4480 §3.2 show before activities',
      open('', 'ID-orchard', away) + person('<r:busy/>'),
      { show: 'away' },
    ],
    ['RFC 4480 §3.2 activities of the person', open() + person('<r:busy/>'), { show: 'dnd' }],
    [
      'RFC 4480 §3.2 the tuple’s own before the person’s',
      open('<r:activities><r:lunch/></r:activities>') + person('<r:busy/>'),
      { show: 'away' },
    ],
    [
      'RFC 4480 §3.2 the first row counts',
      open() + person('<r:away/><r:vacation/><r:meeting/>'),
      { show: 'dnd' },
    ],
    ['RFC 4480 §3.2 the second row', open() + person('<r:away/><r:vacation/>'), { show: 'xa' }],
    ['RFC 4480 §3.2 working is being there', open() + person('<r:working/>'), {}],
    [
      'RFC 4480 §3.1 an activity that is over',
      `${open()}<dm:person id='p'><r:activities until='2026-02-01T12:00:00Z'><r:busy/></r:activities></dm:person>`,
      {},
    ],
    [
      'RFC 4480 §3.1 one that is to come',
      `${open()}<dm:person id='p'><r:activities from='2026-02-01T12:00:01Z'><r:busy/></r:activities></dm:person>`,
      {},
    ],
    ['RFC 4480 §3.16 idle', open('<r:user-input>idle</r:user-input>'), { show: 'away' }],
    [
      'RFC 4480 §3.16 idle since',
      open("<r:user-input last-input='2026-02-01T11:00:00Z'>idle</r:user-input>"),
      { show: 'away', idleSince: now - 60 * minute },
    ],
    [
      'RFC 4480 §3.16 idle, but at work',
      open('<r:user-input>idle</r:user-input>') + person('<r:working/>'),
      {},
    ],
    [
      'RFC 4480 §3.16 the person idle',
      `${open()}<dm:person id='p'><r:user-input>idle</r:user-input></dm:person>`,
      { show: 'away' },
    ],
    [
      'RFC 4480 §3.16 in use',
      open("<r:user-input last-input='2026-02-01T11:00:00Z'>active</r:user-input>"),
      {},
    ],
    [
      'a timestamp',
      open('<timestamp>2026-02-01T11:00:00Z</timestamp>'),
      { since: now - 60 * minute },
    ],
    ['a timestamp from the future', open('<timestamp>2026-02-01T13:00:00Z</timestamp>'), {}],
  ];
  it.each(rows)('%s', (_id, inner, said) => {
    expect(resources(pidf(inner)).states).toEqual([{ resource: 'orchard', ...said }]);
  });

  const RPID: Readonly<Record<string, string>> = {
    dnd: 'busy on-the-phone meeting presentation performance worship steering',
    xa: 'vacation holiday sleeping permanent-absence travel',
    away: 'away appointment lunch dinner breakfast meal in-transit shopping spectator tv playing looking-for-work other',
    '': 'working unknown',
  };
  it.each(
    Object.entries(RPID).flatMap(([show, names]) => names.split(' ').map((name) => [name, show])),
  )('RFC 4480 §3.2 %s is %s', (name = '', show = '') => {
    const [state] = resources(pidf(open() + person(`<r:${name}/>`))).states;
    expect(state?.show ?? '').toBe(show);
  });

  it('Content-Language is that of notes that name none', () => {
    const document = pidf(open("<note>a</note><note xml:lang='de'>b</note>"));
    expect(resources(document, 'fr').states[0]?.statuses).toEqual([
      { lang: 'fr', text: 'a' },
      { lang: 'de', text: 'b' },
    ]);
  });

  const none: readonly (readonly [id: string, inner: string, lost: string])[] = [
    ['no tuple', '', ''],
    ['closed', open().replace('open', 'closed'), ''],
    ['closed, with a last word', open('<note>bye</note>').replace('open', 'closed'), 'note'],
    ['a status that says nothing', "<tuple id='ID-a'><status/></tuple>", 'tuple'],
  ];
  it.each(none)('%s is nobody there', (_id, inner, lost) => {
    expect(resources(pidf(inner))).toEqual({ states: [], lost });
  });

  it('a status without a basic one is open if it says anything', () => {
    const status = (inner: string): string => `<tuple id='ID-a'><status>${inner}</status></tuple>`;
    expect(resources(pidf(status('<x:y/>')))).toEqual({
      states: [{ resource: 'a' }],
      lost: 'status-extension',
    });
    expect(resources(pidf(status("<show xmlns='jabber:client'>xa</show>"))).states).toEqual([
      { resource: 'a', show: 'xa' },
    ]);
  });

  it.each([
    ['pres:romeo@example.net', true],
    ['sip:romeo@example.net', true],
    ['sips:ROMEO@Example.Net', true],
    ['sip:romeo@example.net;gr=x', true],
    ['pres:juliet@example.com', false],
    ['romeo@example.net', false],
    ['mailto:romeo@example.net', false],
    ['pres:romeo@example.net.evil.test', false],
    ['tel:+1', false],
  ])('a document of %s is of the presentity: %s', (entity, isTheirs) => {
    const read = pidfToResources(pidf(open(), entity), { presentity: romeo, now });
    expect(read.kind).toBe(isTheirs ? 'translation' : 'refusal');
    if (!isTheirs) expect((read as Refusal).status).toBe(400);
  });
});

describe('RFC 8048 §6.3 names of resources, RFC 5627 §4', () => {
  const contact = (uri: string): string => `<contact>${uri}</contact>`;
  const rows: readonly (readonly [id: string, inner: string, names: string])[] = [
    ['ours', open('', 'ID-orchard'), 'orchard'],
    ['ours, escaped', open('', 'ID-my_x20phone'), 'my phone'],
    ['ours, without a resource', open('', 'ID-'), ''],
    ['the device of the contact', open(contact('sip:romeo@example.net;gr=desk'), 'x1'), 'desk'],
    [
      'the identifier before the contact',
      open(contact('sip:romeo@example.net;gr=desk')),
      'orchard',
    ],
    [
      'a cut one, by its contact',
      open(contact('sip:romeo@example.net;gr=desk'), 'ID-a_x_0'),
      'desk',
    ],
    ['a cut one alone', open('', 'ID-a_x_0'), 'pidf:ID-a_x5Fx_0'],
    ['the device of somebody else', open(contact('sip:x@example.net;gr=desk'), 'x1'), 'pidf:x1'],
    ['a telephone', open(contact('tel:+15551234'), 'x1'), 'pidf:x1'],
    ['a contact that is no URI', open(contact('???'), 'x1'), 'pidf:x1'],
    ['a number', open('', '0'), 'pidf:0'],
    ['no ASCII', open('', 'tüte'), 'pidf:t_xC3_xBCte'],
    ['what no resource may hold', open('', 'ID-a_x07'), 'pidf:ID-a_x5Fx07'],
    [
      'two of one device',
      open(contact('sip:romeo@example.net;gr=a'), 'ID-a') +
        open(contact('sip:romeo@example.net;gr=a'), 'b'),
      'a pidf:b',
    ],
    ['a long identifier', open('', 'i'.repeat(2000)), `pidf:${'i'.repeat(200)}`],
  ];
  it.each(rows)('%s', (_id, inner, names) => {
    const { states } = resources(pidf(inner));
    expect(states.map(({ resource }) => resource).join(' ')).toBe(names);
  });

  it('a name that two tuples would have is lost with the second', () => {
    const long = 'i'.repeat(2000);
    const { states, lost } = resources(pidf(open('', `${long}a`) + open('', `${long}b`)));
    expect([states.length, lost]).toEqual([1, 'tuple']);
  });

  it('a name made of a tuple is no device: nothing is sent to it', () => {
    expect([
      writeUri(jidToSipUri(jid('romeo@example.net/pidf:x1'))),
      writeUri(jidToSipUri(jid('romeo@example.net/orchard'))),
    ]).toEqual(['sip:romeo@example.net', 'sip:romeo@example.net;gr=orchard']);
  });
});

describe('RFC 3856 §6.8 what has changed', () => {
  const said = (before: readonly ResourceState[], after: readonly ResourceState[]): string =>
    diffResources(before, after)
      .map((one) => (one.kind === 'available' ? `+${one.state.resource}` : `-${one.resource}`))
      .join(' ');
  const a: ResourceState = { resource: 'a', show: 'away', since: 1 };
  const b: ResourceState = { resource: 'b', statuses: [{ lang: 'de', text: 'x' }] };
  const rows: readonly (readonly [readonly ResourceState[], readonly ResourceState[], string])[] = [
    [[], [], ''],
    [[], [a, b], '+a +b'],
    [[a, b], [b, a], ''],
    [[a, b], [a], '-b'],
    [[a, b], [], '-a -b'],
    [[a], [{ ...a, since: 99 }], ''],
    [[a], [{ ...a, priority: 0 }], ''],
    [[a], [{ ...a, priority: 1 }], '+a'],
    [[a], [{ ...a, show: 'dnd' }], '+a'],
    [[a], [{ ...a, idleSince: 5 }], '+a'],
    [[b], [{ ...b, statuses: [{ lang: 'fr', text: 'x' }] }], '+b'],
    [[b], [{ ...b, statuses: [{ text: 'x', lang: 'de' }] }], ''],
    [[b], [{ resource: 'b' }], '+b'],
    [[a], [b], '+b -a'],
  ];
  it.each(rows)('%j to %j', (before, after, expected) => {
    expect(said(before, after)).toBe(expected);
  });
});

describe('RFC 8048 §6.3 the stanza of a device', () => {
  const written = (draft: PresenceDraft): string =>
    writeXml(presenceElement(draft), 'jabber:client');
  const to = jid('juliet@example.com');
  const rows: readonly (readonly [
    id: string,
    ResourceState | { gone: string },
    expected: string,
  ])[] = [
    ['there', { resource: 'x' }, '<presence from="romeo@example.net/x" to="juliet@example.com"/>'],
    [
      'gone',
      { gone: 'x' },
      '<presence from="romeo@example.net/x" to="juliet@example.com" type="unavailable"/>',
    ],
    [
      'gone, without a resource',
      { gone: '' },
      '<presence from="romeo@example.net" to="juliet@example.com" type="unavailable"/>',
    ],
    [
      'all of it; XEP-0203 §4 a minute is worth saying',
      {
        resource: 'x',
        show: 'dnd',
        statuses: [{ text: 'a' }, { lang: 'de', text: 'b' }],
        priority: 5,
        since: now - minute - 1,
        idleSince: now - 2 * minute,
      },
      '<presence from="romeo@example.net/x" to="juliet@example.com"><show>dnd</show><status>a</status>' +
        '<status xml:lang="de">b</status><priority>5</priority>' +
        '<delay xmlns="urn:xmpp:delay" from="example.net" stamp="2026-02-01T11:58:59.999Z"/>' +
        '<idle xmlns="urn:xmpp:idle:1" since="2026-02-01T11:58:00.000Z"/></presence>',
    ],
    [
      'lately',
      { resource: 'x', since: now - minute },
      '<presence from="romeo@example.net/x" to="juliet@example.com"/>',
    ],
    [
      'idle since a time to come',
      { resource: 'x', idleSince: now + minute },
      '<presence from="romeo@example.net/x" to="juliet@example.com">' +
        '<idle xmlns="urn:xmpp:idle:1" since="2026-02-01T12:00:00.000Z"/></presence>',
    ],
    [
      'a name that no JID can have',
      { resource: 'a\0b' },
      '<presence from="romeo@example.net" to="juliet@example.com"/>',
    ],
  ];
  it.each(rows)('%s', (_id, state, expected) => {
    expect(written(resourceToPresence(state, romeo, to, now))).toBe(expected);
  });
});

interface Vector {
  readonly id: string;
  readonly sip: string;
  readonly xmpp: string | readonly string[] | null;
}

describe.skipIf(!haveVectors)('RFC 8048 shared vectors', () => {
  const { vectors } = vectorJson<{ vectors: Vector[] }>('stox/rfc8048.json', { vectors: [] });
  const of = (id: string): Vector => vectors.find((row) => row.id === id) ?? expect.fail(id);
  const sipOf = (id: string): IncomingRequest => {
    const message = parseMessage(Buffer.from(of(id).sip, 'utf8'));
    if (message.kind !== 'request') throw new Error(message.kind);
    const read = checkRequest(message);
    if ('kind' in read) throw new Error(read.text);
    return read;
  };
  const xmppOf = (id: string): readonly Presence[] =>
    [of(id).xmpp ?? []].flat().map((text) => {
      const stanza = parseStanza(text);
      if (stanza.kind !== 'presence') throw new Error(stanza.kind);
      return stanza;
    });
  const first = (id: string): Presence => xmppOf(id)[0] ?? expect.fail(id);
  const documentOf = (id: string): PidfDocument => {
    const document = parsePidf(sipOf(id).request.body);
    if (document.kind === 'fault') throw new Error(document.text);
    return document;
  };
  const bare = (address: Jid | undefined): Jid => Jid.bareOf(address ?? expect.fail('no address'));
  const sameStanza = (draft: PresenceDraft, expected: Presence): void => {
    const read = parseStanza(presenceElement(draft));
    if (read.kind !== 'presence') throw new Error(read.kind);
    const said = (p: Presence): unknown => [
      p.type,
      p.from?.full,
      p.to?.full,
      p.show,
      p.statuses,
      p.priority,
    ];
    expect(said(read)).toEqual(said(expected));
  };

  /** Documents and what they say; the dialogs around them are the gateway's flows. */
  const documents: Readonly<Record<string, (id: string) => void>> = {
    '8048-03': (id) => {
      const [subscribed, shown] = xmppOf(id);
      if (subscribed === undefined || shown === undefined) throw new Error('two stanzas');
      const from = bare(shown.from);
      const read = pidfToResources(documentOf(id), { presentity: from, now });
      const state = read.kind === 'translation' ? read.value[0] : undefined;
      sameStanza(presenceBetween(from, bare(shown.to), 'subscribed'), subscribed);
      sameStanza(resourceToPresence(state ?? expect.fail(), from, bare(shown.to), now), shown);
    },
    '8048-10b': (id) => {
      const expected = documentOf(id);
      const last = { resource: 'yn0cl4bnw0yr3vym', show: 'away' } as const;
      const made = resourcesToPidf({ jid: juliet, last }, []);
      expect(made).toEqual(expected);
    },
    '8048-11': (id) => {
      const shown = first(id);
      const { value } = presenceToResource(shown, now);
      const made = resourcesToPidf({ jid: bare(shown.from) }, [value]);
      const expected = documentOf(id);
      expect(made.entity).toBe(expected.entity);
      expect(made.tuples).toEqual([
        {
          ...expected.tuples[0],
          contact: { uri: 'sip:juliet@example.com;gr=yn0cl4bnw0yr3vym' },
          timestamp: now,
        },
      ]);
    },
    '8048-12': (id) => {
      const gone = first(id);
      const from = bare(gone.from);
      const read = pidfToResources(documentOf(id), { presentity: from, now });
      const before = [{ resource: gone.from?.resource ?? '' }];
      const changes = diffResources(before, read.kind === 'translation' ? read.value : before);
      expect(changes).toEqual([{ kind: 'unavailable', resource: 'dr4hcr0st3lup4c' }]);
      sameStanza(resourceToPresence({ gone: 'dr4hcr0st3lup4c' }, from, bare(gone.to), now), gone);
    },
  };

  const users = (id: string): { from: string; to: string } => {
    const { from, to } = sipOf(id);
    return { from: writeUri(from.uri), to: writeUri(to.uri) };
  };

  /** What asks for what; Call-ID, tags, CSeq, routes and targets are those of dialogs, in the gateway's flows. */
  const questions: Readonly<Record<string, (id: string) => void>> = {
    '8048-01': (id) => {
      const { from, to, type } = first(id);
      const { local, remote, expires } = wishToWatch(bare(from), bare(to));
      expect([WATCHER_ASKS[type as 'subscribe'].none.dialog, local, remote, expires]).toEqual([
        'run',
        users(id).from,
        users(id).to,
        sipOf(id).request.headers.expires,
      ]);
    },
    '8048-04': (id) => {
      expect(WATCHER_ASKS[first(id).type as 'unsubscribe'].granted.dialog).toBe('end');
      expect(subscribeKind(sipOf(id))).toBe('end');
    },
    '8048-05': (id) => {
      const { from, to, type } = first(id);
      expect(WATCHER_ASKS.unsubscribe.granted.tell).toEqual([type]);
      sameStanza(presenceBetween(bare(from), bare(to), 'unsubscribed'), first(id));
    },
    '8048-07': (id) => {
      const { from, to } = first(id);
      expect([subscribeKind(sipOf(id)), SUBSCRIBE_ASKS.open.none]).toEqual(['open', 'subscribe']);
      sameStanza(presenceBetween(bare(from), bare(to), 'subscribe'), first(id));
    },
    '8048-08': (id) => expect(stateSent(id, 'subscribed')).toBe('active'),
    '8048-09': (id) => expect(stateSent(id, 'unsubscribed')).toBe('terminated;reason=rejected'),
    '8048-10': (id) => {
      const { from, to } = first(id);
      const kind = subscribeKind(sipOf(id));
      expect([kind, SUBSCRIBE_ASKS.end.granted]).toEqual(['end', 'unavailable']);
      sameStanza(presenceBetween(bare(from), bare(to), 'unavailable'), first(id));
    },
    '8048-13': (id) => {
      const { from, to, type } = first(id);
      const { local, remote, expires } = wishToFetch(bare(from), bare(to));
      expect([WATCHER_ASKS[type as 'probe'].none.dialog, local, remote, expires]).toEqual([
        'fetch',
        users(id).from,
        users(id).to,
        sipOf(id).request.headers.expires,
      ]);
    },
    '8048-14': (id) => {
      const { from, to } = first(id);
      expect([subscribeKind(sipOf(id)), SUBSCRIBE_ASKS.fetch.none]).toEqual(['fetch', 'probe']);
      sameStanza(probeOf(bare(from), bare(to)), first(id));
    },
  };

  /** The state an answer makes, as the vector's NOTIFY says it, without the seconds that are left. */
  function stateSent(id: string, answer: 'subscribed' | 'unsubscribed'): string {
    expect(first(id).type).toBe(answer);
    const said = STATE_OF_ANSWER[answer];
    const written = said.state === 'terminated' ? `terminated;reason=${said.reason}` : said.state;
    const sent = sipOf(id).request.headers.text('subscription-state') ?? '';
    expect(sent.replace(/;expires=\d+$/, '')).toBe(written);
    return written;
  }

  /** Nothing of a document or a single translation in them: a dialog alone, tested with the gateway's flows. */
  const DIALOGS_ALONE: readonly string[] = ['8048-02', '8048-06'];

  it.each(Object.entries(documents))('%s the document', (id, check) => check(id));
  it.each(Object.entries(questions))('%s the question', (id, check) => check(id));

  it('every vector is here, or is named as one of dialogs alone', () => {
    const here = [...Object.keys(documents), ...Object.keys(questions), ...DIALOGS_ALONE];
    expect(here.toSorted()).toEqual(vectors.map(({ id }) => id).toSorted());
    const tag = param(sipOf('8048-06').to.params, 'tag');
    expect([xmppOf('8048-06'), tag]).toEqual([[], 'j89d']);
  });

  it('priorities are those of the shared table', () => {
    const table = vectorJson<{
      vectors: { xmpp: number; pidf: number | null }[];
      all: number[];
    }>('stox/presence-priority.json', { vectors: [], all: [] });
    expect(table.all.map((_, n) => priorityToPidf(n))).toEqual(table.all);
    expect(table.all.map(priorityToXmpp)).toEqual(table.all.map((_, n) => n));
    for (const { xmpp, pidf: expected } of table.vectors) {
      const [tuple] = resourcesToPidf({ jid: juliet }, [{ resource: 'x', priority: xmpp }]).tuples;
      expect(tuple?.contact?.priority ?? null, String(xmpp)).toBe(expected);
    }
  });
});
