// Links of an endpoint with peers that leave, answer half, or never: fates are true, nothing stays, nothing spins.
import { describe, expect, test } from 'vitest';
import { A, B, CLOSE, FEATURES, header, Lone, SHUTDOWN, textOf, valid } from './endpoint-kit.ts';
import { bytesOf, im } from './net.ts';
import { XML } from './stream-kit.ts';

const THEM = 'montague.example';

describe('a proof and a goodbye in one segment', () => {
  const ends = [
    { id: 'closing tag', text: CLOSE },
    { id: 'stream error', text: SHUTDOWN },
    { id: 'not XML', text: '<<' },
  ];
  for (const row of ends)
    test(`dialback, ${row.id}: what was never written is not told as sent`, () => {
      const lone = new Lone();
      for (const body of ['one', 'two']) lone.give(im(A, B, body));
      const stream = lone.open(THEM);
      const out = lone.hear(stream, valid(THEM), row.text);
      expect(textOf(out)).not.toContain('<message');
      expect(lone.fates.map((fate) => fate.replace(/failed .*/, 'failed'))).toEqual([
        'one: failed',
        'two: failed',
      ]);
    });

  test('certificate: the stanzas go by the next target', () => {
    const lone = new Lone();
    lone.give(im(A, B, 'one'));
    const connect = lone.locate(THEM, 2);
    const stream = lone.connect(connect);
    lone.hear(stream, header(THEM, 'i'), XML.featuresTls, XML.proceed);
    lone.give({ kind: 'secured', stream, presented: [bytesOf(THEM)] });
    lone.hear(stream, header(THEM, 'j'), XML.featuresExternal);
    const out = lone.hear(stream, XML.success, header(THEM, 'k'), FEATURES, SHUTDOWN);
    expect(lone.fates).toEqual([]);
    const next = lone.connect(out.flatMap((o) => (o.kind === 'connect' ? [o.connect] : []))[0]);
    lone.hear(next, header(THEM, 'l'), FEATURES);
    expect(textOf(lone.hear(next, valid(THEM)))).toContain('<message');
    expect(lone.fates).toEqual(['one: sent']);
  });
});
