// A proved stream that ends: the host is told which link it was, so that nothing written to it just before counts as
// read; and stanzas that ask for TLS leave by nothing else.
import { describe, expect, test } from 'vitest';
import { A, B, Lone, SHUTDOWN, textOf, US, valid } from './endpoint-kit.ts';
import { im } from './net.ts';

const THEM = 'montague.example';
const lost = (lone: Lone): readonly string[] =>
  lone.all.flatMap((out) => (out.kind === 'link-lost' ? [`${out.from} ${out.to}`] : []));

describe('a proved stream that ends', () => {
  const up = (): { lone: Lone; stream: string } => {
    const lone = new Lone();
    lone.give(im(A, B, 'one'));
    const stream = lone.open(THEM);
    lone.hear(stream, valid(THEM));
    return { lone, stream };
  };

  test('is told after the fates of what was written', () => {
    const { lone, stream } = up();
    lone.give({ kind: 'closed', stream, reason: 'reset' });
    expect(lone.fates).toEqual(['one: sent']);
    expect(lone.all.map((out) => out.kind).indexOf('fate')).toBeLessThan(
      lone.all.map((out) => out.kind).indexOf('link-lost'),
    );
    expect(lost(lone)).toEqual([`${US} ${THEM}`]);
  });

  test('by a stream error too, and once', () => {
    const { lone, stream } = up();
    lone.hear(stream, SHUTDOWN);
    lone.give({ kind: 'closed', stream });
    expect(lost(lone)).toEqual([`${US} ${THEM}`]);
  });

  test('because the two may not talk any more, too', () => {
    const { lone, stream } = up();
    lone.give({ kind: 'part', ours: US, theirs: THEM });
    expect(textOf(lone.all, stream)).toContain('<policy-violation ');
    expect(lost(lone)).toEqual([`${US} ${THEM}`]);
  });

  test('one that was never proved is none', () => {
    const lone = new Lone();
    lone.give(im(A, B, 'one'));
    const stream = lone.open(THEM);
    lone.give({ kind: 'closed', stream });
    expect(lost(lone)).toEqual([]);
  });
});

describe('a stanza that asks for TLS', () => {
  test('does not leave in clear, and its sender is told', () => {
    const lone = new Lone();
    lone.give({ ...im(A, B, 'secret'), need: 'tls' });
    const stream = lone.open(THEM);
    expect(textOf(lone.hear(stream, valid(THEM)))).not.toContain('<message');
    expect(lone.fates).toEqual(['secret: failed policy']);
  });
});
