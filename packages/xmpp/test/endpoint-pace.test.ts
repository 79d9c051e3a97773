// How often an endpoint calls because others claim: a domain that failed rests, and no domain is called in a storm.
import { describe, expect, test } from 'vitest';
import type { XmppOutput } from '@interwork/xmpp';
import {
  A,
  B,
  claim,
  CLOSE,
  connectOf,
  FEATURES,
  header,
  Lone,
  textOf,
  US,
} from './endpoint-kit.ts';
import { im } from './net.ts';

const THEM = 'montague.example';
const error = (condition: string): string =>
  `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`;

describe('XEP-0220 §2.5 a domain that was called in vain rests', () => {
  const rows = [
    { id: 'no such domain', answer: undefined, says: 'remote-server-not-found' },
    {
      id: 'unknown host',
      answer: header(THEM, 'i') + error('host-unknown'),
      says: 'remote-server-not-found',
    },
    { id: 'policy', answer: header(THEM, 'i') + error('policy-violation') },
    { id: 'closed', answer: header(THEM, 'i') + CLOSE },
    { id: 'no XMPP', answer: 'HTTP/1.1 400' },
    { id: 'answers in another name', answer: header('verona.example', 'i') + FEATURES },
  ];
  for (const row of rows)
    test(row.id, () => {
      const lone = new Lone();
      lone.accept('in', '10.6.6.6', header(THEM), claim(THEM));
      if (row.answer === undefined)
        lone.give({ kind: 'located', domain: THEM, targets: 'not-found' });
      else lone.hear(lone.connect(lone.locate(THEM)), row.answer);
      const calls = lone.calls;
      lone.pass(700);
      const out = lone.hear('in', claim(THEM));
      expect(textOf(out, 'in')).toContain(row.says ?? 'remote-connection-failed');
      expect(out).toHaveLength(1);
      expect(lone.calls).toBe(calls);
      lone.pass(500);
      expect(lone.hear('in', claim(THEM))).toEqual([{ kind: 'locate', domain: THEM }]);
    });

  test('one that refused our pair alone can still be asked', () => {
    const lone = new Lone();
    lone.give(im(A, B, 'one'));
    const stream = lone.open(THEM);
    const refusal =
      "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    lone.hear(stream, `<db:result from='${THEM}' to='${US}' type='error'>${refusal}</db:result>`);
    expect(lone.fates).toEqual(['one: failed not-found']);
    const out = lone.accept('in', '10.6.6.6', header(THEM), claim(THEM));
    expect(out).toContainEqual({ kind: 'locate', domain: THEM });
  });
});

describe('a flood of claims', () => {
  /** Follows every lookup and call; each stream of ours hears a text. */
  function answer(lone: Lone, first: readonly XmppOutput[], said: (id: string) => string): void {
    const queue = [...first];
    for (let out = queue.shift(); out !== undefined; out = queue.shift()) {
      const from = lone.all.length;
      if (out.kind === 'locate') lone.locate(out.domain);
      if (out.kind === 'connect') lone.hear(lone.connect(out.connect), said('i'));
      queue.push(...lone.all.slice(from));
    }
  }

  test('64 KB of claims of a domain that hangs up', () => {
    const lone = new Lone();
    const hangUp = (id: string): string => header(THEM, id) + error('policy-violation');
    lone.accept('in', '10.6.6.6', header(THEM));
    for (let n = 0; n < 1_150; n += 1) answer(lone, lone.hear('in', claim(THEM)), hangUp);
    expect(lone.calls).toBe(1);
  });

  test('claims of one domain for many of ours, and claimants that leave', () => {
    const lone = new Lone();
    for (let n = 0; n < 100; n += 1) {
      const out = lone.accept('in', '10.6.6.6', header(THEM), claim(THEM, `c${n}.${US}`));
      answer(lone, out, () => '');
      lone.give({ kind: 'closed', stream: 'in' });
      if (n % 10 === 9) lone.pass(100);
    }
    expect(lone.calls).toBeLessThanOrEqual(2);
    lone.pass(60_000);
    expect(lone.endpoint.counts.links).toBe(0);
  });

  test('claims that have to wait are asked in their turn', () => {
    const lone = new Lone();
    const ours = [US, `a.${US}`, `b.${US}`, `c.${US}`];
    const claims = ours.map((to) => claim(THEM, to)).join('');
    expect(connectOf(lone.accept('in', '10.6.6.6', header(THEM), claims))).toBeUndefined();
    const locates = (): number => lone.all.filter((out) => out.kind === 'locate').length;
    expect(locates()).toBe(1);
    for (let n = 2; n <= 4; n += 1) {
      lone.locate(THEM);
      lone.pass(499);
      expect(locates()).toBe(n - 1);
      lone.pass(1);
      expect(locates()).toBe(n);
    }
    expect(lone.endpoint.counts.verifications).toBe(4);
  });

  test('a stanza of ours does not wait for a turn', () => {
    const lone = new Lone();
    lone.accept('in', '10.6.6.6', header(THEM), claim(THEM, `a.${US}`), claim(THEM));
    lone.locate(THEM);
    expect(lone.give(im(A, B, 'one'))).toEqual([{ kind: 'locate', domain: THEM }]);
  });
});
