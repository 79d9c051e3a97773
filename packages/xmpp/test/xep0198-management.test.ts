// XEP-0198 between servers: counts, one stream at a time and either end; then two endpoints whose wires break.
import { describe, expect, test } from 'vitest';
import { DEFAULT_STREAM_TIMERS, type Receipt, type StreamSurroundings } from '@interwork/xmpp';
import {
  acknowledge,
  newSession,
  noteHandled,
  noteReceived,
  noteSent,
  readCount,
  type Session,
  wireCount,
} from '../src/stream/management.ts';
import { header, Lone, textOf, valid } from './endpoint-kit.ts';
import { fatesOf, im, Net, type NodeOptions, stanzasOf, type TestNode } from './net.ts';
import {
  called,
  enabling,
  initiator,
  type Kit,
  managed,
  receiver,
  resuming,
  XML,
} from './stream-kit.ts';

const R = "<r xmlns='urn:xmpp:sm:3'/>";
const a = (h: number | string): string => `<a xmlns='urn:xmpp:sm:3' h='${h}'/>`;
const stanza = (kit: Kit, ...tags: string[]): Kit => {
  for (const tag of tags) kit.give({ kind: 'stanza', text: `<message id='${tag}'/>`, tag });
  return kit;
};
const tagsOf = (kit: Kit): unknown[] =>
  kit.outputs.flatMap((out) => (out.kind === 'acknowledged' ? out.tags : []));
const said = (kit: Kit, act: () => unknown): string => {
  const before = kit.said.length;
  act();
  return kit.said.slice(before);
};

describe('XEP-0198 §4 counts', () => {
  test.each([
    ['0', 0],
    ['4294967295', 4294967295],
    ['4294967296', undefined],
    ['-1', undefined],
    ['1.0', undefined],
    ['', undefined],
    [' 1', undefined],
    ['99999999999', undefined],
    [undefined, undefined],
  ])('a count of %j', (text, count) => expect(readCount(text)).toBe(count));

  test('they are modulo 2^32 on the wire, and go on behind it', () => {
    const session: Session = { ...newSession('s'), sent: 2 ** 32 - 1, acked: 2 ** 32 - 1 };
    for (const tag of ['a', 'b', 'c']) noteSent(session, tag, tag);
    expect(wireCount(session.sent)).toBe(2);
    expect(acknowledge(session, 1)?.map(({ tag }) => tag)).toEqual(['a', 'b']);
    expect(session).toMatchObject({ acked: 2 ** 32 + 1, unacknowledgedBytes: 1 });
    expect(acknowledge(session, 3)).toBe(undefined);
    expect(acknowledge(session, 0)).toBe(undefined);
    expect(acknowledge(session, 2)?.length).toBe(1);
  });

  test('what is handled before its turn waits for its turn', () => {
    const session = newSession('s');
    for (let i = 0; i < 4; i += 1) noteReceived(session);
    const counts = [3, 2, 9, 1, 1, 4].map((number) => {
      noteHandled(session, number);
      return session.handled;
    });
    expect(counts).toEqual([0, 0, 0, 3, 3, 4]);
    expect(session.early.size).toBe(0);
  });
});

describe('XEP-0198 §3 enabling, the end that opened the stream', () => {
  test('it is asked for after the proof, and stanzas go out once the answer is in', () => {
    const kit = enabling();
    expect(kit.said).toContain("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    expect(kit.kinds).not.toContain('proved');
    expect(kit.hear(XML.enabled).kinds.slice(-2)).toEqual(['managed', 'proved']);
    expect(kit.stream.session).toMatchObject({ resumeId: 'theirs', keptFor: 20_000 });
  });

  test('after EXTERNAL as after dialback', () => {
    const kit = initiator({}, true).secure().hear(XML.open, XML.featuresExternal, XML.success);
    kit.hear(XML.open, XML.featuresManagement);
    expect(kit.kinds).not.toContain('proved');
    expect(kit.hear(XML.enabled).kinds.slice(-2)).toEqual(['managed', 'proved']);
    kit.give({ kind: 'prove' });
    expect(kit.said).not.toContain('db:result');
  });

  test.each([
    ['not offered', initiator().hear(XML.open, XML.features)],
    [
      'excluded by the rules',
      initiator({ rules: { management: false } }).hear(XML.open, XML.featuresManagement),
    ],
  ])('%s: none', (_why, kit) => {
    kit.give({ kind: 'prove' }).hear(XML.dbValid);
    expect(kit.kinds).toContain('proved');
    expect(kit.said).not.toContain('urn:xmpp:sm:3');
  });

  test('refused: the stream is proved without', () => {
    const kit = enabling().hear(XML.failed);
    expect(kit.kinds.slice(-1)).toEqual(['proved']);
    expect(said(kit, () => stanza(kit, 'one'))).toBe("<message id='one'/>");
  });

  test('a peer that offers it and never answers is no peer', () => {
    expect(enabling().pass(30_000).find('ended')).toMatchObject({ reason: 'timeout' });
  });

  test.each([
    ["<enabled xmlns='urn:xmpp:sm:3'/>", undefined],
    ["<enabled xmlns='urn:xmpp:sm:3' resume='true'/>", undefined],
    ["<enabled xmlns='urn:xmpp:sm:3' id='x'/>", undefined],
    ["<enabled xmlns='urn:xmpp:sm:3' id='x' resume='1'/>", 'x'],
    [`<enabled xmlns='urn:xmpp:sm:3' id='${'x'.repeat(4001)}' resume='1'/>`, undefined],
  ])('%.60s', (text, id) => expect(enabling().hear(text).stream.session?.resumeId).toBe(id));

  test.each([XML.enabled, XML.failed, XML.resumed, XML.r, XML.a])(
    'not agreed: %s ends the stream',
    (text) => expect(initiator().hear(XML.open, XML.features, text).stream.state).toBe('closed'),
  );
});

describe('XEP-0198 §4 acknowledgement, the end that sends', () => {
  test('one question is out at a time, and asked again while something is open', () => {
    const kit = managed();
    expect(said(kit, () => stanza(kit, 'one', 'two'))).toBe(
      `<message id='one'/>${R}<message id='two'/>`,
    );
    expect(said(kit, () => kit.hear(a(1)))).toBe(R);
    expect(said(kit, () => kit.hear(a(2)))).toBe('');
    expect(tagsOf(kit)).toEqual(['one', 'two']);
    expect(kit.stream.session?.unacknowledgedBytes).toBe(0);
  });

  test('a peer that answers with less than was written is asked again after a while, not at once', () => {
    const kit = stanza(managed(), 'one');
    expect(said(kit, () => kit.hear(a(0), a(0)))).toBe('');
    expect(said(kit, () => kit.pass(DEFAULT_STREAM_TIMERS.askAgain))).toBe(R);
    expect(said(kit, () => kit.hear(a(0)))).toBe('');
    expect(said(kit, () => stanza(kit, 'two'))).toBe(`<message id='two'/>${R}`);
    kit.hear(a(2));
    expect(said(kit, () => kit.pass(60_000))).toBe('');
    expect(kit.stream.state).toBe('ready');
  });

  test('an answer cut anywhere, byte by byte, with the next behind it', () => {
    const kit = stanza(managed(), 'one', 'two');
    for (const byte of a(1) + a(2)) kit.hear(byte);
    expect(tagsOf(kit)).toEqual(['one', 'two']);
  });

  test('XEP-0198 §6: more than was sent ends the stream and says both counts', () => {
    const kit = stanza(managed(), 'one').hear(a(2));
    expect(kit.said).toContain(
      "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>" +
        "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='2' send-count='1'/></stream:error></stream:stream>",
    );
    expect(kit.faults).toEqual(['undefined-condition']);
    expect(kit.stream.isResumable).toBe(false);
  });

  test('less than before is more by almost 2^32', () => {
    const kit = stanza(managed(), 'one').hear(a(1), a(0));
    expect(kit.stream.state).toBe('closed');
  });

  test.each(["<a xmlns='urn:xmpp:sm:3'/>", a('x'), a('4294967296'), a('-1')])('%s', (text) =>
    expect(managed().hear(text).faults).toEqual(['bad-format']),
  );

  test('a question without an answer ends the stream after its time', () => {
    const kit = stanza(managed(), 'one');
    expect(kit.stream.wakeAt).toBe(DEFAULT_STREAM_TIMERS.acknowledgement);
    kit.pass(DEFAULT_STREAM_TIMERS.acknowledgement);
    expect(kit.faults).toEqual(['connection-timeout']);
    expect(kit.stream.isResumable).toBe(true);
  });

  test('there is room within two bounds', () => {
    const kit = managed({ limits: { unacknowledgedStanzas: 2, unacknowledgedBytes: 1000 } });
    expect(stanza(kit, 'one').stream.hasRoom).toBe(true);
    expect(stanza(kit, 'two').stream.hasRoom).toBe(false);
    expect(kit.hear(a(1)).stream.hasRoom).toBe(true);
    kit.give({ kind: 'stanza', text: 'x'.repeat(1000) });
    expect(kit.hear(a(2)).stream.hasRoom).toBe(false);
  });
});

describe('XEP-0198 §2, §3, §4 the end that was called', () => {
  test('it is offered where somebody is proved, and where dialback may prove somebody', () => {
    const kit = receiver({}, true).secure().hear(XML.open);
    expect(kit.said).toContain("<sm xmlns='urn:xmpp:sm:3'/></stream:features>");
    expect(said(kit, () => kit.hear(XML.auth, XML.open))).toContain("<sm xmlns='urn:xmpp:sm:3'/>");
    const without = receiver({ rules: { management: false } }, true).secure();
    expect(without.hear(XML.open, XML.auth, XML.open).said).not.toContain('urn:xmpp:sm:3');
  });

  test.each([XML.enable, XML.resume])('before anybody is proved: %s', (text) => {
    const kit = receiver().hear(XML.open);
    expect(said(kit, () => kit.hear(text))).toBe(
      "<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
    );
    expect(kit.stream.state).toBe('negotiating');
  });

  test('enabled once; a second time is a fault', () => {
    const kit = called();
    expect(kit.said).toContain("<enabled xmlns='urn:xmpp:sm:3'/>");
    expect(kit.hear(XML.enable).faults).toEqual(['policy-violation']);
    expect(called().hear(XML.resume).faults).toEqual(['policy-violation']);
  });

  test('what is taken is counted, and nothing else', () => {
    const kit = called().hear(XML.stanza, XML.dbRequest, ' ', XML.stanza);
    expect(said(kit, () => kit.hear(R))).toBe(a(2));
    expect(kit.outputs.flatMap((out) => (out.kind === 'stanza' ? [out.number] : []))).toEqual([
      1, 2,
    ]);
  });

  test('told to wait for the host, it counts in order, and tells a peer that asked as it goes', () => {
    const kit = called({ surroundings: { acknowledge: 'handled' } }).hear(
      XML.stanza,
      XML.stanza,
      XML.stanza,
    );
    const done = (number: number) => said(kit, () => kit.give({ kind: 'handled', number }));
    expect(said(kit, () => kit.hear(R))).toBe(a(0));
    expect([done(2), done(1), done(3), done(3)]).toEqual(['', a(2), a(3), '']);
    kit.hear(XML.stanza);
    expect(done(4)).toBe('');
    expect(said(kit, () => kit.give({ kind: 'close' }))).toBe(`${a(4)}</stream:stream>`);
  });

  test('a stanza whose sender is no address is done with at once', () => {
    const kit = called({ surroundings: { acknowledge: 'handled' } });
    kit.hear(XML.stanza.replace('romeo@', 'ro meo@'));
    expect(said(kit, () => kit.hear(R))).toBe(a(1));
  });

  test('more than can be answered for ends the stream, and nothing more is taken', () => {
    const limits = { unhandledStanzas: 2 };
    const kit = called({ limits, surroundings: { acknowledge: 'handled' } });
    kit.hear(XML.stanza, XML.stanza, XML.stanza);
    expect(kit.faults).toEqual(['resource-constraint']);
    expect(kit.kinds.filter((kind) => kind === 'stanza')).toHaveLength(2);
  });
});

describe('XEP-0198 §5 resumption, the end that was called', () => {
  const back = (resume: NonNullable<StreamSurroundings['resume']>): Kit =>
    receiver({ surroundings: { resume } }, true).secure().hear(XML.open, XML.auth, XML.open);

  test('kept only where sessions are kept, and asked for', () => {
    const kit = called({ surroundings: { resume: () => undefined } });
    expect(kit.said).toContain(" resume='true' max='30'/>");
    expect(kit.stream.session?.pair).toBe('montague.example capulet.example');
    kit.give({ kind: 'lost', text: 'reset' });
    expect(kit.stream.isResumable).toBe(true);
    expect(called().give({ kind: 'lost', text: 'reset' }).stream.isResumable).toBe(false);
  });

  test('the count goes on, and the peer is told how far it is', () => {
    const session = newSession('x', 'montague.example capulet.example');
    noteHandled(session, noteReceived(session));
    const asked: string[] = [];
    const kit = back((id, ours, theirs) => {
      asked.push(`${id} ${ours.ascii} ${theirs.ascii}`);
      return session;
    });
    expect(said(kit, () => kit.hear(XML.resume))).toBe(
      "<resumed xmlns='urn:xmpp:sm:3' h='1' previd='x'/>",
    );
    expect(asked).toEqual(['x capulet.example montague.example']);
    expect(said(kit, () => kit.hear(XML.stanza, R))).toBe(a(2));
  });

  test('XEP-0288 §2.2: what we wrote is not written again but given back, and counts as never sent', () => {
    const session = newSession('x', 'montague.example capulet.example');
    for (const tag of ['one', 'two']) noteSent(session, '<message/>', tag);
    const kit = back(() => session);
    expect(said(kit, () => kit.hear(XML.resume))).not.toContain('<message');
    expect(kit.find('unacknowledged')).toEqual({ kind: 'unacknowledged', tags: ['one', 'two'] });
    expect(said(kit, () => kit.hear(a(2)))).toContain(" h='2' send-count='0'");
  });

  test('one that nobody knows: said so, and another may be begun', () => {
    const kit = back(() => undefined);
    expect(said(kit, () => kit.hear(XML.resume))).toContain('<item-not-found ');
    expect(said(kit, () => kit.hear(XML.enable))).toContain('<enabled ');
  });

  test('a stream whose session goes on elsewhere is closed, and does not have it any more', () => {
    const kit = called({ surroundings: { resume: () => undefined } }).give({ kind: 'replaced' });
    expect(kit.said).toContain('<conflict ');
    expect([kit.stream.state, kit.stream.session]).toEqual(['closed', undefined]);
  });
});

describe('XEP-0198 §5 resumption, one stream', () => {
  const broken = (): Session => {
    const kit = stanza(managed(), 'one', 'two').hear(a(1)).give({ kind: 'lost', text: 'reset' });
    expect(kit.stream.isResumable).toBe(true);
    return kit.stream.session ?? newSession('none');
  };

  test('what the peer did not get goes out again', () => {
    const kit = resuming(broken());
    expect(kit.said).toContain("<resume xmlns='urn:xmpp:sm:3' h='0' previd='theirs'/>");
    const text = said(kit, () => kit.hear(XML.resumed.replace("h='0'", "h='1'")));
    expect(text).toBe(`<message id='two'/>${R}`);
    expect(kit.kinds.slice(-2)).toEqual(['managed', 'proved']);
    expect(tagsOf(kit.hear(a(2)))).toEqual(['two']);
  });

  test('what it did get is told, and does not', () => {
    const kit = resuming(broken());
    expect(said(kit, () => kit.hear(XML.resumed.replace("h='0'", "h='2'")))).toBe('');
    expect(tagsOf(kit)).toEqual(['two']);
  });

  test('refused: what it says it got is told, and a new session is asked for', () => {
    const session = broken();
    const kit = resuming(session);
    const text = said(kit, () => kit.hear(XML.failed.replace('>', " h='2'>")));
    expect([text, tagsOf(kit)]).toEqual(["<enable xmlns='urn:xmpp:sm:3' resume='true'/>", ['two']]);
    expect(kit.hear(XML.enabled).kinds.slice(-2)).toEqual(['managed', 'proved']);
    expect(kit.stream.session === session).toBe(false);
  });

  test.each([
    ['another session', XML.resumed.replace('theirs', 'other')],
    ['no count', XML.resumed.replace("h='0'", '')],
    ['a count too high', XML.resumed.replace("h='0'", "h='3'")],
    ['a new one instead', XML.enabled],
  ])('%s ends the stream', (_why, text) =>
    expect(resuming(broken()).hear(text).stream.state).toBe('closed'),
  );

  test('a stream that was closed, by either side, is not gone on with', () => {
    const ended = [
      stanza(managed(), 'one').give({ kind: 'close' }).give({ kind: 'lost', text: '' }),
      stanza(managed(), 'one').hear(XML.close),
      stanza(managed(), 'one').hear(XML.streamError),
    ];
    for (const { stream } of ended) expect(stream.isResumable).toBe(false);
  });
});

const A = 'juliet@capulet.example';
const B = 'romeo@montague.example';
const NOTHING = {
  links: 0,
  streams: 0,
  inbound: 0,
  unproved: 0,
  verifications: 0,
  queued: 0,
  unacknowledged: 0,
  resumable: 0,
};
const ON = { rules: { management: true } } as const;

interface Two {
  readonly net: Net;
  readonly a: TestNode;
  readonly b: TestNode;
}

function two(more: Partial<NodeOptions> = {}, own: Partial<NodeOptions> = {}): Two {
  const net = new Net();
  const a = net.add('a', { ...ON, ...own, domains: ['capulet.example'] });
  return { net, a, b: net.add('b', { ...ON, ...more, domains: ['montague.example'] }) };
}

/** Everything `a` writes from now on is lost with the wire. */
function cutNext({ net, a }: Two): void {
  net.onSend = (from, text) => {
    if (from !== a || !text.includes('<message')) return text;
    net.onSend = (_from, later) => later;
    return undefined;
  };
}

const texts = (node: TestNode): string[] =>
  stanzasOf(node).map((line) => /: (.*) \(/.exec(line)?.[1] ?? '');
const lostLinks = (node: TestNode) => node.events.filter((event) => event.kind === 'link-lost');

describe('XEP-0198 §4, §5 two endpoints', () => {
  test.each(['capulet.example', ''])(
    'with certificate %j: sent, then acknowledged',
    (certificate) => {
      const { net, a: node } = two({}, { certificate });
      net.give(node, im(A, B, 'one'));
      net.give(node, im(A, B, 'two'));
      expect(fatesOf(node)).toEqual([
        'one: sent',
        'one: acknowledged',
        'two: sent',
        'two: acknowledged',
      ]);
      expect(node.events.find((event) => event.kind === 'fate')).toMatchObject({
        willAcknowledge: true,
      });
      expect(node.endpoint.counts.unacknowledged).toBe(0);
    },
  );

  test('a wire that breaks on the way: the session goes on, nothing is lost or doubled, order holds', () => {
    const world = two();
    world.net.give(world.a, im(A, B, 'one'));
    cutNext(world);
    world.net.give(world.a, im(A, B, 'two'));
    world.net.give(world.a, im(A, B, 'three'));
    expect(texts(world.b)).toEqual(['one', 'two', 'three']);
    expect(fatesOf(world.a).filter((fate) => fate.startsWith('two'))).toEqual([
      'two: sent',
      'two: acknowledged',
    ]);
    expect(lostLinks(world.a)).toEqual([]);
  });

  test('a wire that breaks on the way back: what was taken is not sent again', () => {
    const world = two();
    const { net, b } = world;
    net.give(world.a, im(A, B, 'one'));
    net.onSend = (from, text) => {
      if (from !== b || !text.includes('<a ')) return text;
      net.onSend = (_from, later) => later;
      return undefined;
    };
    net.give(world.a, im(A, B, 'two'));
    expect(texts(b)).toEqual(['one', 'two']);
    expect(fatesOf(world.a)).toContain('two: acknowledged');
  });

  test('a peer that is gone for good: unacknowledged, once, after the time of resumption', () => {
    const world = two();
    world.net.give(world.a, im(A, B, 'one'));
    cutNext(world);
    world.net.down.set(world.b.address, 'silent');
    world.net.give(world.a, im(A, B, 'two'));
    expect(world.a.endpoint.counts).toMatchObject({ unacknowledged: 1, resumable: 1 });
    world.net.pass(30_000);
    expect(fatesOf(world.a).slice(2)).toEqual(['two: sent', 'two: failed unacknowledged']);
    world.net.pass(10_000_000);
    expect(world.a.endpoint.counts).toEqual(NOTHING);
    expect(world.b.endpoint.counts).toEqual(NOTHING);
    expect(world.a.endpoint.wakeAt).toBe(Infinity);
  });

  test('a network that is away for a while: the session waits and goes on', () => {
    const world = two();
    world.net.give(world.a, im(A, B, 'one'));
    cutNext(world);
    world.net.down.set(world.b.address, 'refused');
    world.net.give(world.a, im(A, B, 'two'));
    world.net.give(world.a, im(A, B, 'three'));
    world.net.pass(2_500);
    expect(world.a.endpoint.counts).toMatchObject({ unacknowledged: 1, resumable: 1, queued: 1 });
    world.net.down.clear();
    world.net.pass(10_000);
    expect(texts(world.b)).toEqual(['one', 'two', 'three']);
    expect(fatesOf(world.a)).toContain('three: acknowledged');
  });

  test('a peer that has forgotten the session: unacknowledged, and the next stanza goes its way', () => {
    const world = two({ limits: { resumable: 0 } });
    world.net.give(world.a, im(A, B, 'one'));
    cutNext(world);
    world.net.give(world.a, im(A, B, 'two'));
    world.net.give(world.a, im(A, B, 'three'));
    expect(fatesOf(world.a).slice(2)).toEqual([
      'two: sent',
      'two: failed unacknowledged',
      'three: sent',
      'three: acknowledged',
    ]);
    expect(texts(world.b)).toEqual(['one', 'three']);
  });

  test('no more than may be unacknowledged is written; the rest waits and goes in order', () => {
    const { net, a: node, b } = two({}, { limits: { unacknowledgedStanzas: 2, queuedStanzas: 3 } });
    net.give(node, im(A, B, 'zero'));
    for (const body of ['1', '2', '3', '4', '5', '6']) net.begin(node, im(A, B, body));
    expect(node.endpoint.counts).toMatchObject({ unacknowledged: 2, queued: 3 });
    net.settle();
    expect(texts(b)).toEqual(['zero', '1', '2', '3', '4', '5']);
    expect(fatesOf(node)).toContain('6: failed overload');
    expect(node.endpoint.counts).toMatchObject({ unacknowledged: 0, queued: 0 });
  });

  test('a host that counts when it is done: the peer is told then, also when the stream is another', () => {
    const world = two({ acknowledge: 'handled' });
    const { net, b } = world;
    net.give(world.a, im(A, B, 'one'));
    net.give(world.a, im(A, B, 'two'));
    expect(fatesOf(world.a)).toEqual(['one: sent', 'two: sent']);
    const receipts = b.events.flatMap((event): Receipt[] =>
      event.kind === 'stanza' && event.receipt !== undefined ? [event.receipt] : [],
    );
    const [first, second] = receipts;
    if (first === undefined || second === undefined) throw new Error('no receipts');
    net.give(b, { kind: 'handled', receipt: second });
    expect(fatesOf(world.a)).toHaveLength(2);
    net.give(b, { kind: 'handled', receipt: first });
    expect(fatesOf(world.a).slice(2)).toEqual(['one: acknowledged', 'two: acknowledged']);
    net.give(b, { kind: 'handled', receipt: { ...first, session: 'none' } });
  });

  test('a host that dies with stanzas in hand leaves them unacknowledged', () => {
    const { net, a: node, b } = two({ acknowledge: 'handled' });
    net.give(node, im(A, B, 'one'));
    net.give(b, { kind: 'close' });
    net.pass(10_000);
    expect(fatesOf(node)).toEqual(['one: sent', 'one: failed unacknowledged']);
  });

  test('closing waits for what the peer still says it took', () => {
    const { net, a: node } = two();
    net.give(node, im(A, B, 'one'));
    net.begin(node, im(A, B, 'two'));
    net.give(node, { kind: 'close' });
    expect(fatesOf(node).slice(2)).toEqual(['two: sent', 'two: acknowledged']);
    expect(node.events.at(-1)).toEqual({ kind: 'closed' });
  });

  test('a session whose peer does not come back is forgotten', () => {
    const world = two();
    world.net.give(world.a, im(A, B, 'one'));
    world.net.cut();
    expect(world.b.endpoint.counts.resumable).toBe(1);
    world.net.pass(30_000);
    expect(world.b.endpoint.counts.resumable).toBe(0);
  });
});

describe('XEP-0198 §5 a peer that hangs up whenever its session goes on', () => {
  const THEM = 'montague.example';
  const FEATURES = "<stream:features><sm xmlns='urn:xmpp:sm:3'/></stream:features>";
  const resumed = (h: number): string =>
    `<resumed xmlns='urn:xmpp:sm:3' previd='theirs' h='${h}'/>`;

  /** Two stanzas are written, and the connection is reset. */
  const broken = (): { lone: Lone; stream: string } => {
    const lone = new Lone();
    lone.give(im(A, B, 'one'));
    lone.give(im(A, B, 'two'));
    const stream = lone.connect(lone.locate(THEM));
    lone.hear(stream, header(THEM, 'i'), FEATURES, valid(THEM), XML.enabled);
    lone.give({ kind: 'closed', stream, reason: 'reset' });
    return { lone, stream };
  };
  /** The next stream goes on with the session, and its connection is reset. */
  const again = (lone: Lone, h: number): void => {
    const stream = lone.connect(lone.locate(THEM));
    lone.hear(stream, header(THEM, 'i'), FEATURES, valid(THEM), resumed(h));
    lone.give({ kind: 'closed', stream, reason: 'reset' });
  };

  test('is not called again and again, and the senders are told', () => {
    const { lone } = broken();
    again(lone, 0);
    expect(lone.fates.slice(2)).toEqual([
      'one: failed unacknowledged',
      'two: failed unacknowledged',
    ]);
    expect(lone.locate(THEM)).toBe(undefined);
    expect(lone.calls).toBe(2);
    lone.pass(10_000_000);
    expect(lone.endpoint.counts).toEqual(NOTHING);
  });

  test('one that takes something each time is', () => {
    const { lone } = broken();
    again(lone, 1);
    again(lone, 2);
    expect(lone.fates.slice(2)).toEqual(['one: acknowledged', 'two: acknowledged']);
  });
});

describe('XEP-0198 §5 a session that is given up while the next stream is negotiated', () => {
  const THEM = 'montague.example';
  const FEATURES = "<stream:features><sm xmlns='urn:xmpp:sm:3'/></stream:features>";

  /** Two stanzas of a session are told as failed; then the peer goes on with it, if `h` is not negative. */
  const late = (h: number): { lone: Lone; stream: string } => {
    const lone = new Lone();
    for (const body of ['one', 'two']) lone.give(im(A, B, body));
    const first = lone.connect(lone.locate(THEM));
    lone.hear(first, header(THEM, 'i'), FEATURES, valid(THEM), XML.enabled);
    lone.pass(1_000);
    lone.give({ kind: 'closed', stream: first, reason: 'reset' });
    const stream = lone.connect(lone.locate(THEM));
    lone.hear(stream, header(THEM, 'i'), FEATURES);
    lone.pass(15_000);
    lone.give(im(A, B, 'three'));
    lone.pass(6_000);
    expect(lone.fates.slice(2)).toEqual([
      'one: failed unacknowledged',
      'two: failed unacknowledged',
    ]);
    lone.hear(stream, valid(THEM));
    if (h >= 0) lone.hear(stream, `<resumed xmlns='urn:xmpp:sm:3' previd='theirs' h='${h}'/>`);
    return { lone, stream };
  };

  test.each([0, 1, 2])('a peer that took %i of what was given up is right to say so', (h) => {
    const { lone, stream } = late(h);
    expect(lone.all.filter(({ kind }) => kind === 'fault')).toEqual([]);
    expect(textOf(lone.all, stream).match(/<body>/g)).toHaveLength(1);
    lone.hear(stream, a(h + 1));
    expect(lone.fates.slice(4)).toEqual(['three: sent', 'three: acknowledged']);
  });

  test('also where it does not go on', () => {
    const { lone, stream } = late(-1);
    lone.hear(stream, XML.failed.replace('>', " h='2'>"), XML.enabled);
    expect(lone.all.filter(({ kind }) => kind === 'fault')).toEqual([]);
    expect(lone.fates.slice(4)).toEqual(['three: sent']);
  });

  test('one that says it took more is not', () => {
    const codes = late(3).lone.all.flatMap((out) => (out.kind === 'fault' ? [out.fault.code] : []));
    expect(codes).toEqual(['undefined-condition']);
  });
});
