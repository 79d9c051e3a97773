// XEP-0288: one stream for both directions. One stream at a time and either end, then endpoints: who may send what by it,
// that no key is verified on the stream that brought it, order, and the end of it.
import { describe, expect, test } from 'vitest';
import { MisuseError } from '@interwork/xmpp';
import {
  bytesOf,
  faultsOf,
  fatesOf,
  im,
  Net,
  type NodeOptions,
  stanzasOf,
  type TestNode,
} from './net.ts';
import { bidi, initiator, type Kit, receiver, XML } from './stream-kit.ts';

const ASK = "<bidi xmlns='urn:xmpp:bidi'/>";
const BACK = "<message from='romeo@montague.example' to='juliet@capulet.example'/>";

describe('XEP-0288 §2.1, §2.2 the end that opened the stream', () => {
  test('asks after TLS and before its proof', () => {
    const clear = initiator().hear(
      XML.open,
      XML.featuresTls.replace('</stream', `${XML.featuresBidi.slice(17, -18)}</stream`),
    );
    expect(clear.said).not.toContain(ASK);
    const kit = initiator({}, true).secure();
    kit.hear(
      XML.open,
      XML.featuresBidi.replace(
        '</',
        XML.featuresExternal.slice(17).replace('</stream:features>', '') + '</',
      ),
    );
    expect(kit.said).toContain(`${ASK}<auth `);
    expect(bidi().said).toMatch(/<bidi xmlns='urn:xmpp:bidi'\/><db:result /);
  });

  test.each([
    ['not offered', initiator().hear(XML.open, XML.features)],
    [
      'excluded by the rules',
      initiator({ rules: { bidi: false } }).hear(XML.open, XML.featuresBidi),
    ],
  ])('%s: a stanza against the direction ends the stream', (_why, kit) => {
    kit.give({ kind: 'prove' }).hear(XML.dbValid);
    expect(kit.said).not.toContain(ASK);
    expect(kit.hear(BACK).faults).toEqual(['not-authorized']);
  });

  test('takes stanzas once the pair is proved, not before, and of that pair only', () => {
    const early = initiator().hear(XML.open, XML.featuresBidi).give({ kind: 'prove' });
    expect(early.hear(BACK).faults).toEqual(['invalid-from']);
    expect(bidi().hear(BACK).find('stanza')).toMatchObject({ proof: 'dialback' });
    for (const text of [
      BACK.replace('montague', 'verona'),
      BACK.replace("to='juliet@capulet", "to='juliet@verona"),
      BACK.replace("to='juliet@capulet", "to='juliet@montague"),
    ])
      expect(bidi().hear(text).faults).toEqual(['invalid-from']);
  });

  test('a stanza that comes with the answer that proves the pair', () => {
    const kit = initiator().hear(XML.open, XML.featuresBidi).give({ kind: 'prove' });
    expect(kit.hear(XML.dbValid + BACK).kinds).toEqual(['proved', 'stanza']);
  });

  test('another pair is not taken, a key of ours is checked, and the stream stays', () => {
    const kit = bidi().hear(XML.dbRequest, XML.verifyRequest);
    expect(kit.said).toContain(
      "<db:result from='capulet.example' to='montague.example' type='error'>",
    );
    expect(kit.said).toContain(
      "<db:verify from='capulet.example' to='montague.example' id='i' type='invalid'/>",
    );
    expect(kit.stream.state).toBe('ready');
  });
});

describe('XEP-0288 §2.1, §2.2 the end that was called', () => {
  const send = (kit: Kit) => kit.give({ kind: 'stanza', text: '<message/>' });
  const asked = (options = {}): Kit => receiver(options, true).secure().hear(XML.open, ASK);

  test('it is offered until somebody is proved, and only where TLS may be done without or is done', () => {
    const kit = receiver({}, true).secure().hear(XML.open);
    expect(kit.said).toContain("<bidi xmlns='urn:xmpp:features:bidi'/>");
    expect(receiver({ rules: { tls: 'required' } }).hear(XML.open).said).not.toContain('bidi');
    expect(
      receiver({ rules: { bidi: false } }, true)
        .secure()
        .hear(XML.open).said,
    ).not.toContain('bidi');
  });

  test('it sends once the peer is proved, not before', () => {
    expect(() => send(asked())).toThrow(MisuseError);
    const kit = send(asked().hear(XML.auth, XML.open));
    expect(kit.said.endsWith('<message/>')).toBe(true);
    expect(() => send(receiver({}, true).secure().hear(XML.open, XML.auth, XML.open))).toThrow(
      MisuseError,
    );
  });

  test.each([
    ['twice', () => asked().hear(ASK)],
    ['after the proof', () => receiver({}, true).secure().hear(XML.open, XML.auth, XML.open, ASK)],
    ['against the rules', () => asked({ rules: { bidi: false } })],
    [
      'in the clear, where TLS is required',
      () => receiver({ rules: { tls: 'required' } }).hear(XML.open, ASK),
    ],
  ])('asked for %s: a fault', (_when, make) => expect(make().stream.state).toBe('closed'));

  test('what was agreed in the clear is forgotten under TLS', () => {
    const kit = receiver()
      .hear(XML.open, ASK, XML.starttls)
      .secure()
      .hear(XML.open, XML.auth, XML.open);
    expect(kit.stream.isBidi).toBe(false);
  });
});

const A = 'juliet@capulet.example';
const B = 'romeo@montague.example';

function two(more: Partial<NodeOptions> = {}, own: Partial<NodeOptions> = {}) {
  const net = new Net();
  const rules = { bidi: true };
  const a = net.add('a', { rules, ...own, domains: ['capulet.example'] });
  const b = net.add('b', { rules, ...more, domains: ['montague.example', 'verona.example'] });
  return { net, a, b };
}

const calls = (net: Net): number => net.wires.size;
const texts = (node: TestNode): string[] =>
  stanzasOf(node).map((line) => /: (.*) \(/.exec(line)?.[1] ?? '');

describe('XEP-0288 §2.2 two endpoints', () => {
  test.each([
    ['EXTERNAL', {}],
    ['dialback', { certificate: '' }],
  ])('by %s: answers go back by the stream that brought the question', (_proof, own) => {
    const { net, a, b } = two({}, own);
    net.give(a, im(A, B, 'one'));
    const before = calls(net);
    for (const body of ['two', 'three']) net.give(b, im(B, A, body));
    expect([texts(b), texts(a)]).toEqual([['one'], ['two', 'three']]);
    expect(fatesOf(b)).toEqual(['two: sent', 'three: sent']);
    expect(calls(net)).toBe(before);
    expect(b.endpoint.counts.queued).toBe(0);
  });

  test('a key is never verified on the stream that brought it', () => {
    const { net, a, b } = two({}, { certificate: '' });
    net.give(a, im(A, B, 'one'));
    const claim = a.sent.find(({ text }) => text.includes('<db:result'))?.stream;
    const verify = b.sent.find(({ text }) => text.includes('<db:verify'))?.stream;
    expect([claim, verify]).toEqual([expect.any(String), expect.any(String)]);
    expect(verify).not.toBe(claim);
  });

  test('another of our domains opens its own stream', () => {
    const { net, a, b } = two();
    net.give(a, im(A, B, 'one'));
    const before = calls(net);
    net.give(b, im('romeo@verona.example', A, 'two'));
    expect([texts(a), faultsOf(a), calls(net)]).toEqual([['two'], [], before + 1]);
  });

  test('a stream that breaks: who used it hears so, and the next stanza gets another', () => {
    const { net, a, b } = two();
    net.give(a, im(A, B, 'one'));
    net.give(b, im(B, A, 'two'));
    net.cut();
    expect(b.events).toContainEqual(
      expect.objectContaining({
        kind: 'link-lost',
        from: 'montague.example',
        to: 'capulet.example',
      }),
    );
    net.give(b, im(B, A, 'three'));
    expect(texts(a)).toEqual(['two', 'three']);
  });

  test('one that nobody used is lost without a word', () => {
    const { net, a, b } = two();
    net.give(a, im(A, B, 'one'));
    net.cut();
    expect(b.events.filter(({ kind }) => kind === 'link-lost')).toEqual([]);
  });

  test('with stream management: acknowledged, within the bound, in order', () => {
    const rules = { bidi: true, management: true };
    const limits = { unacknowledgedStanzas: 2, queuedStanzas: 3 };
    const { net, a, b } = two({ rules, limits }, { rules });
    net.give(a, im(A, B, 'zero'));
    for (const body of ['1', '2', '3', '4', '5', '6']) net.begin(b, im(B, A, body));
    expect(b.endpoint.counts).toMatchObject({ unacknowledged: 2, queued: 3 });
    net.settle();
    expect(texts(a)).toEqual(['1', '2', '3', '4', '5']);
    expect(fatesOf(b)).toContain('6: failed overload');
    expect(fatesOf(b)).toContain('5: acknowledged');
    expect(b.endpoint.counts).toMatchObject({ unacknowledged: 0, queued: 0 });
  });

  test('what went before the peer asked for stream management is told of', () => {
    const rules = { bidi: true, management: true };
    const { net, a, b } = two({ rules }, { rules });
    net.onSend = (from, text) => {
      if (from === a && text.includes('<enable ')) net.begin(b, im(B, A, 'early'));
      return text;
    };
    net.give(a, im(A, B, 'one'));
    expect(fatesOf(b)).toEqual(['early: sent']);
    net.cut();
    expect(b.events.filter(({ kind }) => kind === 'link-lost')).toHaveLength(1);
  });

  /** Cuts the wire under the next message of `b`. */
  function cutUnder(net: Net, b: TestNode): void {
    net.onSend = (from, text) => {
      if (from !== b || !text.includes('<message')) return text;
      net.onSend = (_from, later) => later;
      return undefined;
    };
  }

  const managed = { rules: { bidi: true, management: true } } as const;

  test('XEP-0198 §5: a session of ours that waits to go on keeps its pair off the stream of the peer', () => {
    const { net, a, b } = two(managed, managed);
    net.give(b, im(B, A, 'one'));
    cutUnder(net, b);
    net.down.set(a.address, 'refused');
    net.give(b, im(B, A, 'two'));
    net.give(a, im(A, B, 'other way'));
    net.give(b, im(B, A, 'three'));
    expect([texts(b), texts(a)]).toEqual([['other way'], ['one']]);
    net.down.clear();
    net.pass(10_000);
    expect(texts(a)).toEqual(['one', 'two', 'three']);
    expect(fatesOf(b)).toContain('two: acknowledged');
  });

  test('XEP-0198 §5: what went by the stream of a peer that breaks is not written again, and its sender is told', () => {
    const { net, a, b } = two(managed, managed);
    net.give(a, im(A, B, 'one'));
    net.give(b, im(B, A, 'two'));
    cutUnder(net, b);
    net.give(b, im(B, A, 'three'));
    net.give(b, im(B, A, 'four'));
    net.pass(30_000);
    expect(texts(a)).toEqual(['two', 'four']);
    expect(fatesOf(b)).toEqual([
      'two: sent',
      'two: acknowledged',
      'three: sent',
      'four: sent',
      'four: acknowledged',
      'three: failed unacknowledged',
    ]);
  });

  test('XEP-0198 §5: a peer that goes on with its session: each is told, and later ones are counted anew', () => {
    const { net, a, b } = two(managed, managed);
    net.give(a, im(A, B, 'one'));
    net.onSend = (from, text) => (from === b && text.includes('<message') ? undefined : text);
    net.begin(b, im(B, A, 'two'));
    net.begin(a, im(A, B, 'three'));
    net.settle();
    net.onSend = (_from, text) => text;
    expect(fatesOf(b)).toEqual(['two: sent', 'two: failed unacknowledged']);
    expect(fatesOf(a)).toContain('three: acknowledged');
    for (const body of ['four', 'five']) net.give(b, im(B, A, body));
    expect([texts(a), faultsOf(b)]).toEqual([['four', 'five'], []]);
    expect(fatesOf(b)).toContain('five: acknowledged');
    expect(b.endpoint.counts).toMatchObject({ unacknowledged: 0, resumable: 0 });
  });

  test('RFC 6120 §10.1: the stream of the peer that is used goes on being used when one of ours is proved', () => {
    const { net, a, b } = two({ ...managed, limits: { unacknowledgedStanzas: 1 } }, managed);
    net.dns.set('capulet.example', 'silent');
    net.give(b, im(B, A, 'one'));
    net.give(a, im(A, B, 'other way'));
    let held = { stream: '', text: '' };
    net.onSend = (from, text, stream) => {
      if (from !== a || !text.includes('<a ')) return text;
      held = { stream, text };
      return '';
    };
    for (const body of ['two', 'three']) net.give(b, im(B, A, body));
    const targets = [{ address: a.address, port: 5269, direct: false }];
    net.give(b, { kind: 'located', domain: 'capulet.example', targets });
    expect([calls(net), fatesOf(b)]).toEqual([2, ['one: sent']]);
    net.onSend = (_from, text) => text;
    net.give(b, { kind: 'bytes', stream: held.stream, bytes: bytesOf(held.text) });
    const byPeer = b.sent.filter(({ text }) => text.includes('<message'));
    expect(new Set(byPeer.map(({ stream }) => stream)).size).toBe(1);
    net.give(a, { kind: 'closed', stream: held.stream, reason: 'reset' });
    net.give(b, { kind: 'closed', stream: held.stream, reason: 'reset' });
    net.give(b, im(B, A, 'four'));
    expect([calls(net), texts(a)]).toEqual([2, ['one', 'two', 'three', 'four']]);
  });

  test('what waits for room on the stream of a peer that ends goes by the one of ours that stands', () => {
    const { net, a, b } = two({ ...managed, limits: { unacknowledgedStanzas: 1 } }, managed);
    net.dns.set('capulet.example', 'silent');
    net.give(b, im(B, A, 'one'));
    net.give(a, im(A, B, 'other way'));
    let by = '';
    net.onSend = (from, text, stream) => {
      if (from !== a || !text.includes('<a ')) return text;
      by = stream;
      return '';
    };
    net.give(b, im(B, A, 'two'));
    const targets = [{ address: a.address, port: 5269, direct: false }];
    net.give(b, { kind: 'located', domain: 'capulet.example', targets });
    net.onSend = (_from, text) => text;
    for (const node of [a, b]) net.give(node, { kind: 'closed', stream: by, reason: 'reset' });
    expect(texts(a)).toEqual(['one', 'two']);
    net.pass(30_000);
    expect(fatesOf(b)).toContain('one: failed unacknowledged');
    expect(fatesOf(b)).toContain('two: acknowledged');
  });

  test('a stanza that needs a certificate goes by a stream that is proved by one, and by no other', () => {
    const own = two();
    own.net.give(own.a, im(A, B, 'one'));
    own.net.give(own.b, { ...im(B, A, 'two'), need: 'certificate' });
    expect(texts(own.a)).toEqual(['two']);
    const bare = two({}, { certificate: '' });
    bare.net.give(bare.a, im(A, B, 'one'));
    bare.net.give(bare.b, { ...im(B, A, 'two'), need: 'certificate' });
    expect(fatesOf(bare.b)).toEqual(['two: failed certificate']);
  });

  test('a stream on which only the other side speaks is not idle', () => {
    const { net, a, b } = two();
    net.give(a, im(A, B, 'one'));
    for (let minutes = 0; minutes < 60; minutes += 5) {
      net.pass(300_000);
      net.give(b, im(B, A, `${minutes}`));
    }
    expect(calls(net)).toBe(1);
  });

  test('everything ends, and nothing is left', () => {
    const { net, a, b } = two();
    net.give(a, im(A, B, 'one'));
    net.give(b, im(B, A, 'two'));
    net.pass(100_000_000);
    for (const node of [a, b]) {
      expect(node.endpoint.counts).toMatchObject({ links: 0, streams: 0, inbound: 0, queued: 0 });
      expect(node.endpoint.wakeAt).toBe(Infinity);
    }
  });
});
