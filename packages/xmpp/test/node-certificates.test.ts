// Certificates that are replaced while streams are open: these stay, and every later handshake shows the new one, by
// whichever end it was called for.
import { afterEach, expect, test } from 'vitest';
import type { Judge } from '@interwork/xmpp';
import { im } from './net.ts';
import { bodyOf, closeEdges, edge, JULIET, judge, keys, ROMEO } from './node-edges.ts';
import { selfSigned } from './self-signed.ts';

afterEach(closeEdges);

const FRIAR = 'friar@verona.example';
const NURSE = 'nurse@padua.example';

/** A judge, and the certificates it saw. */
function watching() {
  const seen: string[] = [];
  const watch: Judge = (presented, ...rest) => {
    seen.push(hex(presented[0] ?? new Uint8Array()));
    return judge(presented, ...rest);
  };
  return { seen, options: { judge: watch } };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

for (const direct of [false, true])
  test(`RFC 6120 §13.7 replaced credentials, ${direct ? 'direct TLS' : 'STARTTLS'}: open streams stay, later handshakes show the new ones`, async () => {
    const listen = [{ address: '127.0.0.1', port: 0, direct }];
    const [first, called, caller] = [watching(), watching(), watching()];
    const b = await edge('montague.example', { listen });
    const a = await edge('capulet.example', first.options);
    a.own.send(im(JULIET, ROMEO, 'before'));
    await b.until((event) => bodyOf(event) === 'before');
    const { inbound, sockets } = b.own.counts;
    const renewed = selfSigned('montague.example');
    b.own.replaceTls({ both: renewed });
    a.own.send(im(JULIET, ROMEO, 'after'));
    await b.until((event) => bodyOf(event) === 'after');
    expect(b.own.counts).toMatchObject({ inbound, sockets });
    expect(new Set(first.seen)).toEqual(new Set([hex(keys.b.der)]));

    const c = await edge('verona.example', {
      ...called.options,
      listen,
      tls: { both: selfSigned('verona.example') },
    });
    b.own.send(im(ROMEO, FRIAR, 'b calls'));
    await c.until((event) => bodyOf(event) === 'b calls');
    const d = await edge('padua.example', {
      ...caller.options,
      tls: { both: selfSigned('padua.example') },
    });
    d.own.send(im(NURSE, ROMEO, 'b is called'));
    await b.until((event) => bodyOf(event) === 'b is called');
    const shown = new Set([...called.seen, ...caller.seen]);
    expect([called.seen.length > 0, caller.seen.length > 0]).toEqual([true, true]);
    expect(shown).toEqual(new Set([hex(renewed.der)]));
    expect(a.events.filter(({ kind }) => kind === 'link-lost' || kind === 'fault')).toEqual([]);
  });
