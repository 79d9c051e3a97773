// Presence in floods and presence that means harm: what waits keeps its bounds and leaves room for messages, what is no
// presence costs that stanza, what is too large costs the stream, and nothing is remembered of any of it.
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_LIMITS,
  delayOf,
  element,
  idleSinceOf,
  isFault,
  NS,
  parseStanza,
  type Presence,
  type StanzaCommand,
  XmppComponent,
  type XmlElement,
  type XmppEvent,
} from '@interwork/xmpp';
import {
  fatesOf,
  faultsOf,
  im,
  jid,
  Net,
  type NodeOptions,
  stanzasOf,
  testDigest,
  type TestNode,
} from './net.ts';

const A = 'juliet@capulet.example';
const B = 'romeo@montague.example';

interface Pair {
  readonly net: Net;
  readonly a: TestNode;
  readonly b: TestNode;
}

function pair(a: Partial<NodeOptions> = {}, b: Partial<NodeOptions> = {}): Pair {
  const net = new Net();
  return {
    net,
    a: net.add('a', { domains: ['capulet.example'], ...a }),
    b: net.add('b', { domains: ['montague.example'], ...b }),
  };
}

interface Hostile {
  readonly type?: string;
  readonly children?: readonly XmlElement[];
}

/** Any presence, from a to b. */
function presence(id: string, { type, children }: Hostile = {}): StanzaCommand {
  const el = element('presence', NS.client, { from: A, to: B, id, type }, children);
  return { kind: 'stanza', element: el, from: jid(A), to: jid(B), context: id };
}

const leaf = (name: string, text: string, ns: string = NS.client): XmlElement =>
  element(name, ns, {}, [text]);

function presencesAt(node: TestNode): Presence[] {
  return node.events.flatMap((event) =>
    event.kind === 'stanza' && event.stanza.kind === 'presence' ? [event.stanza] : [],
  );
}

const count = (fates: readonly string[], what: string): number =>
  fates.filter((fate) => fate.endsWith(what)).length;

describe('a storm on its way out', () => {
  test('waits within its share, and messages find room behind it', () => {
    const { net, a } = pair();
    net.dns.set('montague.example', 'silent');
    for (let i = 0; i < 2_000; i += 1) net.give(a, presence(`p${i}`));
    expect(a.endpoint.counts.queued).toBe(900);
    expect(count(fatesOf(a), 'failed overload')).toBe(1_100);
    for (let i = 0; i < 101; i += 1) net.give(a, im(A, B, `m${i}`));
    expect(a.endpoint.counts.queued).toBe(1_000);
    expect(fatesOf(a).at(-1)).toBe('m100: failed overload');
    net.pass(20_000);
    expect(a.endpoint.counts).toMatchObject({ queued: 0, links: 0 });
    expect(fatesOf(a)).toHaveLength(2_101);
  });

  test('of fewer stanzas than its share it gets no more than there are', () => {
    const { net, a } = pair({ limits: { queuedStanzas: 3 } });
    net.dns.set('montague.example', 'silent');
    for (let i = 0; i < 5; i += 1) net.give(a, presence(`p${i}`));
    expect(a.endpoint.counts.queued).toBe(3);
  });

  test('what waited arrives in order once there is a stream', () => {
    const { net, a, b } = pair();
    const ids = Array.from({ length: 900 }, (_, i) => `p${i}`);
    for (const id of ids) net.begin(a, presence(id));
    net.settle();
    expect(presencesAt(b).map(({ id }) => id)).toEqual(ids);
  });

  test('XEP-0198 §4 no more is unacknowledged than may be', () => {
    const limits = { unacknowledgedStanzas: 5, queuedStanzas: 20, queuedPresence: 10 };
    const { net, a, b } = pair(
      { limits, rules: { management: true } },
      { rules: { management: true } },
    );
    net.give(a, im(A, B, 'first'));
    for (let i = 0; i < 40; i += 1) net.begin(a, presence(`p${i}`));
    expect(a.endpoint.counts).toMatchObject({ unacknowledged: 5, queued: 10 });
    net.settle();
    expect(a.endpoint.counts).toMatchObject({ unacknowledged: 0, queued: 0 });
    expect(presencesAt(b)).toHaveLength(15);
    expect(count(fatesOf(a), 'failed overload')).toBe(25);
  });

  test('XEP-0114 behind a server: half the room', () => {
    const component = new XmppComponent({
      name: 'capulet.example',
      secret: 's',
      server: { address: '127.0.0.1', port: 5347 },
      digest: testDigest,
      limits: { queuedStanzas: 10, queuedPresence: 4 },
    });
    const failed: unknown[] = [];
    const give = (command: StanzaCommand): void => {
      component.receive(0, command);
      for (let out = component.next(); out !== undefined; out = component.next())
        if (out.kind === 'fate') failed.push(out.context);
    };
    for (let i = 0; i < 5; i += 1) give(presence(`p${i}`));
    for (let i = 0; i < 7; i += 1) give(im(A, B, `m${i}`));
    expect(failed).toEqual(['p4', 'm6']);
  });
});

describe('a storm that comes in', () => {
  test('is handed on in order, and leaves nothing behind', () => {
    const { net, a, b } = pair();
    net.give(a, im(A, B, 'first'));
    const before = b.endpoint.counts;
    for (let i = 0; i < 3_000; i += 1) net.begin(a, presence(`p${i}`));
    net.settle();
    expect(presencesAt(b)).toHaveLength(3_000);
    expect(presencesAt(b).at(-1)?.id).toBe('p2999');
    expect(b.endpoint.counts).toEqual(before);
    expect(faultsOf(b)).toEqual([]);
  });

  test('XEP-0198 §4 one that the host does not keep up with ends the stream', () => {
    const managed = { rules: { management: true } } as const;
    const limits = { unhandledStanzas: 50 };
    const { net, a, b } = pair(managed, { ...managed, limits, acknowledge: 'handled' });
    for (let i = 0; i < 80; i += 1) net.begin(a, presence(`p${i}`));
    net.settle();
    expect(presencesAt(b)).toHaveLength(50);
    expect(faultsOf(b)).toEqual(['resource-constraint']);
  });
});

describe('RFC 6121 §4.7.1 what is no presence', () => {
  test.each(['available', 'Unavailable', 'constructor', '', 'x'.repeat(99)])(
    'type %j is a bad request, and the stream goes on',
    (type) => {
      const { net, a, b } = pair();
      net.give(a, presence('bad', { type }));
      net.give(a, presence('good'));
      expect(presencesAt(b).map(({ id }) => id)).toEqual(['good']);
      expect(presencesAt(a)).toMatchObject([
        { id: 'bad', type: 'error', error: { type: 'modify', condition: 'bad-request' } },
      ]);
      expect(presencesAt(a)[0]?.from?.full).toBe(B);
      expect(faultsOf(b)).toEqual(['bad-stanza']);
      expect(a.endpoint.counts.streams).toBe(1);
    },
  );

  test('each costs one answer and no more', () => {
    const { net, a, b } = pair();
    for (let i = 0; i < 500; i += 1) net.give(a, presence(`p${i}`, { type: 'bogus' }));
    expect(presencesAt(a)).toHaveLength(500);
    expect(presencesAt(b)).toEqual([]);
    expect(b.endpoint.counts).toMatchObject({ queued: 0, links: 0, streams: 1 });
  });

  test('RFC 6120 §8.3.1 an error is answered by nobody', () => {
    const { net, a, b } = pair();
    net.give(a, presence('e', { type: 'error' }));
    expect(presencesAt(b).map(({ type }) => type)).toEqual(['error']);
    expect(presencesAt(a)).toEqual([]);
  });

  test('answers to a server that is away keep their bound', () => {
    const { net, a, b } = pair({}, { limits: { queuedPresence: 5 }, rules: { bidi: false } });
    net.give(a, presence('first'));
    net.dns.set('capulet.example', 'silent');
    for (let i = 0; i < 50; i += 1) net.give(a, presence(`p${i}`, { type: 'bogus' }));
    expect(b.endpoint.counts.queued).toBe(5);
    expect(fatesOf(b)).toEqual([]);
  });

  test('RFC 6120 §8.3.3.8 an address that is none: a hundred in a row end the stream', () => {
    const { net, a, b } = pair();
    net.give(a, presence('first'));
    net.onSend = (from, text) =>
      from === a ? text.replaceAll(`to="${B}"`, 'to="@montague.example/"') : text;
    for (let i = 0; i < 100; i += 1) net.give(a, presence(`p${i}`));
    expect(faultsOf(b)).toEqual(Array.from({ length: 100 }, () => 'bad-jid'));
    net.give(a, presence('more'));
    expect(faultsOf(b).at(-1)).toBe('policy-violation');
  });
});

describe('RFC 6120 §13.12 what is too large', () => {
  const status = (bytes: number): Hostile => ({ children: [leaf('status', 'x'.repeat(bytes))] });

  test('is not sent', () => {
    const { net, a, b } = pair();
    net.give(a, presence('big', status(DEFAULT_LIMITS.stanzaBytes)));
    expect(fatesOf(a)).toEqual(['big: failed policy']);
    expect(b.endpoint.counts.streams).toBe(0);
  });

  test('is not taken: the stream ends, and the next goes by another', () => {
    const { net, a, b } = pair({ limits: { sentBytes: 1_000_000 } });
    net.give(a, presence('first'));
    net.give(a, presence('big', status(DEFAULT_LIMITS.stanzaBytes)));
    expect(faultsOf(b)).toEqual(['too-large']);
    net.give(a, presence('next'));
    expect(presencesAt(b).map(({ id }) => id)).toEqual(['first', 'next']);
  });

  test('as large as may be, and cut anywhere, is taken', () => {
    const { net, a, b } = pair();
    const largest = DEFAULT_LIMITS.stanzaBytes - 200;
    net.give(a, presence('largest', status(largest)));
    net.give(a, im(A, B, 'after'));
    expect(presencesAt(b)[0]?.statuses[0]?.text).toHaveLength(largest);
    expect(stanzasOf(b)).toHaveLength(1);
  });
});

describe('RFC 6121 §4.7.2 what is inside', () => {
  const rows: readonly { id: string; children: readonly XmlElement[]; reads: object }[] = [
    {
      id: 'a show that is none',
      children: [leaf('show', 'constructor')],
      reads: { show: undefined },
    },
    {
      id: 'two shows',
      children: [leaf('show', 'dnd'), leaf('show', 'away')],
      reads: { show: 'dnd' },
    },
    {
      id: 'a show of another namespace',
      children: [leaf('show', 'dnd', 'urn:x')],
      reads: { show: undefined },
    },
    ...['1e3', '128', '-129', '0x10', '9'.repeat(5_000), ' '.repeat(5_000), 'NaN', '1.5'].map(
      (text) => ({
        id: `priority ${text.slice(0, 8)}`,
        children: [leaf('priority', text)],
        reads: { priority: 0 },
      }),
    ),
    {
      id: 'nothing but elements',
      children: [element('show', NS.client, {}, [element('dnd', NS.client)])],
      reads: { show: undefined, statuses: [] },
    },
  ];
  test.each(rows)('$id', ({ children, reads }) => {
    const { net, a, b } = pair();
    net.give(a, presence('p', { children }));
    expect(presencesAt(b)).toMatchObject([reads]);
  });

  test.each([
    ['delay', NS.delay, 'stamp'],
    ['idle', NS.idle, 'since'],
  ])('XEP-0203 §2, XEP-0319 §2.1 %s that names no instant', (name, ns, attribute) => {
    for (const stamp of [
      '',
      '0000-00-00T00:00:00Z',
      '+275760-09-13T00:00:00Z',
      '9'.repeat(9_999),
    ]) {
      const stanza = parseStanza(
        presence('p', { children: [element(name, ns, { [attribute]: stamp })] }).element,
      );
      if (isFault(stanza)) throw new Error(stanza.text);
      expect([delayOf(stanza.element), idleSinceOf(stanza.element)]).toEqual([
        undefined,
        undefined,
      ]);
    }
  });

  test('twenty thousand statuses are one stanza like any other', () => {
    const { net, a, b } = pair();
    const children = Array.from({ length: 20_000 }, () => element('status', NS.client));
    net.give(a, presence('p', { children }));
    expect(presencesAt(b)[0]?.statuses).toHaveLength(20_000);
    expect(faultsOf(b)).toEqual([]);
  });
});

test('a subscription request from a domain that is not proved is not taken', () => {
  const { net, a, b } = pair();
  net.give(a, presence('first'));
  net.onSend = (from, text) =>
    from === a ? text.replaceAll(`from="${A}"`, 'from="x@evil.example"') : text;
  net.give(a, presence('forged', { type: 'subscribe' }));
  const forged = b.events.filter((event: XmppEvent) => event.kind === 'stanza');
  expect(forged).toHaveLength(1);
  expect(faultsOf(b)).toEqual(['invalid-from']);
});
