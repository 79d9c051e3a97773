// Stanzas, RFC 6120 §8 and RFC 6121 §4.7 and §5.2: views of elements, drafts, and errors both ways.
import { describe, expect, test } from 'vitest';
import {
  CONDITIONS,
  element,
  errorElement,
  errorReply,
  isCondition,
  isFault,
  Jid,
  messageElement,
  NS,
  parseStanza,
  parseXml,
  readStanzaError,
  writeStanza,
  writeXml,
  type Condition,
  type Message,
  type StanzaErrorDraft,
  type XmlElement,
} from '@interwork/xmpp';

function stanza(text: string, lang?: string) {
  const parsed = parseStanza(text, lang === undefined ? {} : { lang });
  if (isFault(parsed)) throw new Error(parsed.text);
  return parsed;
}

function xml(text: string): XmlElement {
  const parsed = parseXml(text, {}, NS.client);
  if (isFault(parsed)) throw new Error(parsed.text);
  return parsed;
}

describe('message', () => {
  test('every field', () => {
    const text =
      "<message from='a@b/c' to='d@e' id='1' type='chat' xml:lang='cs'>" +
      "<subject>S</subject><body>B</body><body xml:lang='en'>E</body><thread parent='p'>t</thread>" +
      "<body xmlns='urn:other'>not this</body></message>";
    expect(stanza(text)).toEqual({
      kind: 'message',
      from: Jid.parse('a@b/c'),
      to: Jid.parse('d@e'),
      id: '1',
      type: 'chat',
      hasType: true,
      lang: 'cs',
      bodies: [
        { lang: 'cs', text: 'B' },
        { lang: 'en', text: 'E' },
      ],
      subjects: [{ lang: 'cs', text: 'S' }],
      thread: 't',
      error: undefined,
      element: xml(text),
    });
  });
  test('no field', () => {
    const bare = {
      from: undefined,
      to: undefined,
      id: undefined,
      lang: undefined,
      thread: undefined,
    };
    expect(stanza('<message/>')).toMatchObject({
      ...bare,
      type: 'normal',
      hasType: false,
      bodies: [],
    });
  });
  test.each([
    ['normal', 'normal'],
    ['headline', 'headline'],
    ['groupchat', 'groupchat'],
    ['error', 'error'],
    ['constructor', 'normal'],
    ['', 'normal'],
  ])('RFC 6121 §5.2.2 type %j is %s', (type, read) => {
    expect(stanza(`<message type='${type}'/>`)).toMatchObject({ type: read, hasType: true });
  });
  test('language: of the child, of the stanza, of the stream', () => {
    const body = "<body>B</body><body xml:lang='x'>X</body>";
    const langs = (message: unknown) => (message as Message).bodies.map(({ lang }) => lang);
    expect(langs(stanza(`<message xml:lang='y'>${body}</message>`, 'z'))).toEqual(['y', 'x']);
    expect(langs(stanza(`<message>${body}</message>`, 'z'))).toEqual(['z', 'x']);
    expect(langs(stanza(`<message>${body}</message>`))).toEqual([undefined, 'x']);
  });
  test.each([NS.client, NS.server, NS.component])('RFC 6120 §4.8.3 in %s', (ns) => {
    expect(stanza(`<message xmlns='${ns}'><body>B</body></message>`)).toMatchObject({
      bodies: [{ text: 'B' }],
    });
  });
});

describe('presence', () => {
  test('every field', () => {
    const text =
      "<presence from='a@b/c' id='1'><show>xa</show><status>S</status><status xml:lang='de'>T</status><priority>-5</priority></presence>";
    expect(stanza(text)).toMatchObject({
      kind: 'presence',
      from: { full: 'a@b/c' },
      to: undefined,
      id: '1',
      type: 'available',
      show: 'xa',
      statuses: [{ text: 'S' }, { lang: 'de', text: 'T' }],
      priority: -5,
    });
  });
  test.each([
    'unavailable',
    'subscribe',
    'subscribed',
    'unsubscribe',
    'unsubscribed',
    'probe',
    'error',
  ])('RFC 6121 §4.7.1 type %s', (type) => {
    expect(stanza(`<presence type='${type}'/>`)).toMatchObject({ type });
  });
  test.each(['', 'available', 'invisible', 'SUBSCRIBE', 'toString'])(
    'RFC 6121 §4.7.1 type %j is refused',
    (type) => {
      expect(parseStanza(`<presence type='${type}'/>`)).toMatchObject({
        kind: 'fault',
        code: 'bad-stanza',
        at: 'type',
        answer: { condition: 'bad-request' },
      });
    },
  );
  test.each([
    ['away', 'away'],
    ['chat', 'chat'],
    ['dnd', 'dnd'],
    ['', undefined],
    ['busy', undefined],
    ['Away', undefined],
  ])('RFC 6121 §4.7.2.1 show %j is %s', (text, show) => {
    expect(stanza(`<presence><show>${text}</show></presence>`)).toMatchObject({ show });
  });
  test.each([
    ['0', 0],
    ['127', 127],
    ['-128', -128],
    ['+7', 7],
    ['007', 7],
    ['128', 0],
    ['-129', 0],
    ['1.5', 0],
    ['1e1', 0],
    ['0x1', 0],
    ['', 0],
    ['9'.repeat(400), 0],
  ])('RFC 6121 §4.7.2.3 priority %j is %d', (text, priority) => {
    expect(stanza(`<presence><priority>${text}</priority></presence>`)).toMatchObject({ priority });
  });
});

describe('RFC 6120 §8.2.3 iq', () => {
  test.each([
    ["<iq id='1' type='get'><query xmlns='u'/></iq>", 'query'],
    ["<iq id='1' type='set'> <a xmlns='u'/> </iq>", 'a'],
    ["<iq id='1' type='result'/>", undefined],
    ["<iq id='1' type='result'><a xmlns='u'/></iq>", 'a'],
    ["<iq id='1' type='error'><error type='cancel'/></iq>", undefined],
    ["<iq id='1' type='error'><a xmlns='u'/><error type='cancel'/></iq>", 'a'],
  ])('%s', (text, name) => {
    const iq = stanza(text);
    expect(iq).toMatchObject({ kind: 'iq', id: '1' });
    expect(iq.kind === 'iq' && iq.payload?.name).toBe(name);
  });
  test.each([
    ['no id', "<iq type='get'><a xmlns='u'/></iq>", 'id'],
    ['empty id', "<iq id='' type='get'><a xmlns='u'/></iq>", 'id'],
    ['no type', "<iq id='1'><a xmlns='u'/></iq>", 'type'],
    ['unknown type', "<iq id='1' type='put'><a xmlns='u'/></iq>", 'type'],
    ['get of nothing', "<iq id='1' type='get'/>", 'payload'],
    ['set of nothing', "<iq id='1' type='set'>text</iq>", 'payload'],
    ['two payloads', "<iq id='1' type='get'><a xmlns='u'/><b xmlns='u'/></iq>", 'payload'],
    ['two results', "<iq id='1' type='result'><a xmlns='u'/><b xmlns='u'/></iq>", 'payload'],
  ])('%s is refused', (_id, text, at) => {
    expect(parseStanza(text)).toMatchObject({
      code: 'bad-stanza',
      at,
      answer: { condition: 'bad-request' },
    });
  });
});

describe('RFC 6120 §4.9.3.7, §4.9.3.24, §8.3.3.8 not a stanza', () => {
  test.each([
    ['another element', '<route/>', 'unsupported-stanza-type'],
    ['another namespace', "<message xmlns='urn:x'/>", 'unsupported-stanza-type'],
    ['to', "<message to='a@@b'/>", 'bad-jid'],
    ['empty to', "<message to=''/>", 'bad-jid'],
    ['from', "<message from='a b@c'/>", 'improper-addressing'],
    ['not XML', '<message>', 'not-well-formed'],
  ])('%s', (_id, text, code) => {
    expect(parseStanza(text)).toMatchObject({ kind: 'fault', code });
  });
});

describe('drafts', () => {
  test('a message with everything', () => {
    const el = messageElement({
      from: 'a@b/c',
      to: 'd@e',
      id: '1',
      type: 'chat',
      lang: 'en',
      bodies: [
        { lang: 'en', text: 'x < y' },
        { lang: 'de', text: '\0' },
      ],
      subjects: [{ lang: undefined, text: 'S' }],
      thread: 't',
      extra: [element('x', 'u')],
    });
    expect(writeStanza(el, NS.client)).toBe(
      '<message from="a@b/c" to="d@e" id="1" type="chat" xml:lang="en"><subject>S</subject><body>x &lt; y</body>' +
        '<body xml:lang="de">\ufffd</body><thread>t</thread><x xmlns="u"/></message>',
    );
  });
  test('a message with little, read back', () => {
    const draft = { from: 'a@b', to: 'c@d', bodies: [{ lang: undefined, text: 'hello' }] };
    const text = writeStanza(messageElement(draft));
    expect(text).toBe(
      '<message xmlns="jabber:client" from="a@b" to="c@d"><body>hello</body></message>',
    );
    expect(stanza(text)).toMatchObject({ type: 'normal', hasType: false, bodies: draft.bodies });
  });
});

/** RFC 6120 §8.3.3, in its order. */
const TYPES: readonly (readonly [Condition, string])[] = [
  ['bad-request', 'modify'],
  ['conflict', 'cancel'],
  ['feature-not-implemented', 'cancel'],
  ['forbidden', 'auth'],
  ['gone', 'cancel'],
  ['internal-server-error', 'cancel'],
  ['item-not-found', 'cancel'],
  ['jid-malformed', 'modify'],
  ['not-acceptable', 'modify'],
  ['not-allowed', 'cancel'],
  ['not-authorized', 'auth'],
  ['policy-violation', 'modify'],
  ['recipient-unavailable', 'wait'],
  ['redirect', 'modify'],
  ['registration-required', 'auth'],
  ['remote-server-not-found', 'cancel'],
  ['remote-server-timeout', 'wait'],
  ['resource-constraint', 'wait'],
  ['service-unavailable', 'cancel'],
  ['subscription-required', 'auth'],
  ['undefined-condition', 'cancel'],
  ['unexpected-request', 'wait'],
];

describe('RFC 6120 §8.3.2, §8.3.3 errors', () => {
  test('the 22 conditions with their types', () => {
    expect(Object.entries(CONDITIONS)).toEqual(TYPES);
    expect(isCondition('constructor')).toBe(false);
  });
  test.each(TYPES)('%s both ways', (condition, type) => {
    const error = errorElement({ condition, text: { lang: 'en', text: '<&>' } }, NS.client);
    const read = readStanzaError(element('message', NS.client, { type: 'error' }, [error]));
    expect(read).toEqual({ type, condition, text: { lang: 'en', text: '<&>' } });
  });

  const READ: readonly (readonly [id: string, inside: string, expected: unknown])[] = [
    ['no error', '', undefined],
    ['error of another namespace', "<error xmlns='u'/>", undefined],
    ['empty', '<error/>', { type: 'cancel', condition: 'undefined-condition' }],
    [
      'unknown condition',
      `<error type='wait'><new xmlns='${NS.stanzas}'/></error>`,
      { type: 'wait', condition: 'undefined-condition' },
    ],
    [
      'unknown type',
      `<error type='x'><forbidden xmlns='${NS.stanzas}'/></error>`,
      { type: 'auth', condition: 'forbidden' },
    ],
    [
      'text before the condition',
      `<error><text xmlns='${NS.stanzas}'>T</text><gone xmlns='${NS.stanzas}'> xmpp:a@b </gone></error>`,
      {
        type: 'cancel',
        condition: 'gone',
        text: { lang: undefined, text: 'T' },
        address: 'xmpp:a@b',
      },
    ],
    [
      'address where none belongs',
      `<error><forbidden xmlns='${NS.stanzas}'>xmpp:a</forbidden></error>`,
      { type: 'auth', condition: 'forbidden' },
    ],
    [
      'by, and the application',
      `<error by='c' type='modify'><policy-violation xmlns='${NS.stanzas}'/><spam xmlns='u'/></error>`,
      {
        type: 'modify',
        condition: 'policy-violation',
        by: 'c',
        application: { name: 'spam', ns: 'u', attrs: {}, children: [] },
      },
    ],
  ];
  test.each(READ)('read: %s', (_id, inside, expected) => {
    expect(readStanzaError(xml(`<message type='error'>${inside}</message>`))).toEqual(expected);
  });

  const DRAFTS: readonly (readonly [draft: StanzaErrorDraft, text: string])[] = [
    [{ condition: 'forbidden' }, `<error type="auth"><forbidden xmlns="${NS.stanzas}"/></error>`],
    [
      { condition: 'gone', address: 'xmpp:a' },
      `<error type="cancel"><gone xmlns="${NS.stanzas}">xmpp:a</gone></error>`,
    ],
    [
      { condition: 'forbidden', address: 'xmpp:a' },
      `<error type="auth"><forbidden xmlns="${NS.stanzas}"/></error>`,
    ],
    [
      { condition: 'conflict', type: 'wait', by: 'b', text: 'T', application: element('x', 'v') },
      `<error type="wait" by="b"><conflict xmlns="${NS.stanzas}"/><text xmlns="${NS.stanzas}">T</text><x xmlns="v"/></error>`,
    ],
  ];
  test.each(DRAFTS)('written: %o', (draft, text) => {
    expect(writeXml(errorElement(draft, 'u'), 'u')).toBe(text);
  });
});

describe('RFC 6120 §8.3.1 replies', () => {
  const error = { condition: 'item-not-found' } as const;
  test('swap the addresses, keep the id, return nothing else', () => {
    const reply = errorReply(
      stanza("<message from='a@b' to='c@d' id='1' type='chat'><body>B</body></message>"),
      error,
    );
    expect(reply && writeXml(reply, NS.client)).toBe(
      `<message from="c@d" to="a@b" id="1" type="error"><error type="cancel"><item-not-found xmlns="${NS.stanzas}"/></error></message>`,
    );
  });
  test('stay in the namespace of the stanza', () => {
    expect(errorReply(xml(`<iq xmlns='${NS.server}' type='get' id='1'/>`), error)).toMatchObject({
      ns: NS.server,
    });
  });
  test.each([
    "<message type='error'/>",
    "<presence type='error'/>",
    "<iq id='1' type='error'/>",
    "<iq id='1' type='result'/>",
  ])('never to %s', (text) => {
    expect(errorReply(xml(text), error)).toBeUndefined();
  });
  test('to a fault say what the fault says', () => {
    const el = xml("<presence from='a@b' type='invisible'/>");
    const fault = parseStanza(el);
    const reply = isFault(fault) ? errorReply(el, fault) : undefined;
    expect(reply && readStanzaError(reply)).toMatchObject({
      condition: 'bad-request',
      type: 'modify',
    });
  });
  test('to a fault of the stream there is none', () => {
    const el = xml("<message from='@' to='a'/>");
    const fault = parseStanza(el);
    expect(isFault(fault) && errorReply(el, fault)).toBeUndefined();
  });
});
