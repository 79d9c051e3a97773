// A peer that restarts in the middle: RFC 6120 §3.2, §10.1. What was accepted meanwhile is delivered in order when it is
// back, or its sender is told within the time a stanza may wait.
import { describe, expect, test } from 'vitest';
import { DEFAULT_XMPP_TIMERS } from '@interwork/xmpp';
import { fatesOf, im, Net, stanzasOf, type TestNode } from './net.ts';

const A = 'juliet@capulet.example';
const B = 'romeo@montague.example';

function talking(): { net: Net; a: TestNode; b: TestNode } {
  const net = new Net();
  const a = net.add('a', { domains: ['capulet.example'] });
  const b = net.add('b', { domains: ['montague.example'] });
  net.give(a, im(A, B, 'before'));
  return { net, a, b };
}

function stop(net: Net, b: TestNode): void {
  net.down.set(b.address, 'refused');
  net.cut();
}

const later = (node: TestNode): string[] => fatesOf(node).slice(1);
const texts = (node: TestNode): string[] =>
  stanzasOf(node).map((line) => /: (.*) \(/.exec(line)?.[1] ?? '');

describe('RFC 6120 §10.1 an outage', () => {
  test('what comes meanwhile waits, and goes in order when the peer is back', () => {
    const { net, a, b } = talking();
    stop(net, b);
    for (const body of ['1', '2']) net.give(a, im(A, B, body));
    net.pass(4_000);
    net.give(a, im(A, B, '3'));
    expect(later(a)).toEqual([]);
    net.down.clear();
    net.pass(8_000);
    expect(texts(b)).toEqual(['before', '1', '2', '3']);
    expect(later(a)).toEqual(['1: sent', '2: sent', '3: sent']);
  });

  test('a peer that does not come back: told within the time, with the last reason in words', () => {
    const { net, a, b } = talking();
    stop(net, b);
    net.give(a, im(A, B, '1'));
    net.pass(DEFAULT_XMPP_TIMERS.queue);
    expect(later(a)).toMatchObject([expect.stringMatching(/^1: failed (?:expired|unreachable)$/)]);
    net.pass(10_000_000);
    expect(a.endpoint.counts).toMatchObject({ links: 0, queued: 0 });
    expect(a.endpoint.wakeAt).toBe(Infinity);
  });

  test('no more waits than may, and the rest is told at once', () => {
    const { net, a, b } = talking();
    stop(net, b);
    for (let i = 0; i < 1_001; i += 1) net.give(a, im(A, B, `n${i}`));
    expect(later(a)).toEqual(['n1000: failed overload']);
  });

  test('when the endpoint closes in the middle, who waits is told', () => {
    const { net, a, b } = talking();
    stop(net, b);
    net.give(a, im(A, B, '1'));
    net.give(a, { kind: 'close' });
    expect(later(a)).toEqual(['1: failed closed']);
  });

  test('a peer that has lost its name is no outage', () => {
    const { net, a } = talking();
    net.dns.set('montague.example', 'not-found');
    net.cut();
    net.give(a, im(A, B, '1'));
    expect(later(a)).toEqual(['1: failed not-found']);
  });

  test('nor is one that was never reached, or not for long', () => {
    const { net, a, b } = talking();
    net.down.set(b.address, 'refused');
    net.cut();
    net.pass(DEFAULT_XMPP_TIMERS.known);
    net.give(a, im(A, B, '1'));
    expect(later(a)).toEqual(['1: failed unreachable']);
  });
});
