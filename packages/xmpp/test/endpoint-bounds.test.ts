// What one peer may take of an endpoint: claims, streams and call-backs, by address, by network and by domain.
import { describe, expect, test } from 'vitest';
import type { XmppOutput } from '@interwork/xmpp';
import { A, B, claim, CLOSE, header, Lone, textOf, US, valid } from './endpoint-kit.ts';
import { bytesOf, im } from './net.ts';
import { networkOf } from '../src/endpoint/network.ts';

const THEM = 'montague.example';

describe('RFC 4291 §2.5.5.2 what counts as one place', () => {
  const rows = [
    { id: 'IPv4', address: '192.0.2.1', network: '192.0.2.1' },
    { id: 'mapped, dotted', address: '::ffff:192.0.2.1', network: '192.0.2.1' },
    { id: 'mapped, in hex', address: '::FFFF:c000:201', network: '192.0.2.1' },
    { id: 'short', address: '2001:db8::1', network: '2001:db8:0:0' },
    { id: 'its neighbour, whole', address: '2001:0DB8:0:0:ffff:1:2:3', network: '2001:db8:0:0' },
    { id: 'the next network', address: '2001:db8:0:1::1', network: '2001:db8:0:1' },
    { id: 'nothing but zeros', address: '::', network: '0:0:0:0' },
    { id: 'loopback', address: '::1', network: '0:0:0:0' },
    { id: 'zone', address: 'fe80::1%eth0', network: 'fe80:0:0:0' },
    { id: 'zeros at the end', address: '2001:db8:1:2::', network: '2001:db8:1:2' },
    { id: 'no address', address: 'x', network: 'x' },
    { id: 'too short', address: '1:2:3', network: '1:2:3' },
    { id: 'too long', address: '1:2:3:4:5:6:7:8:9', network: '1:2:3:4:5:6:7:8:9' },
    { id: 'two gaps', address: '1::2::3', network: '1::2::3' },
    { id: 'no hex', address: 'x::1', network: 'x::1' },
  ];
  for (const row of rows)
    test(row.id, () => {
      expect(networkOf(row.address)).toBe(row.network);
    });
});

describe('claims of one place', () => {
  const claims = (from: number, count: number): string =>
    Array.from({ length: count }, (_, i) => claim(`d${from + i}.evil.example`)).join('');
  const places = [
    { id: 'one address', address: () => '10.6.6.6' },
    { id: 'one /64', address: (n: number) => `2001:db8::${n.toString(16)}` },
  ];
  for (const place of places)
    test(`${place.id} does not take every verification there is`, () => {
      const lone = new Lone();
      for (let n = 0; n < 20; n += 1)
        lone.accept(`in${n}`, place.address(n), header('evil.example'), claims(n * 50, 50));
      expect(lone.endpoint.counts.verifications).toBe(100);
      expect(textOf(lone.all, 'in19')).toContain('resource-constraint');
      const out = lone.accept('honest', '10.7.7.7', header(THEM), claim(THEM));
      expect(out).toContainEqual({ kind: 'locate', domain: THEM });
    });

  test('a share that was given back can be taken again', () => {
    const lone = new Lone({ verificationsPerAddress: 2 });
    lone.accept('a', '10.6.6.6', header('evil.example'), claims(0, 3));
    expect(lone.endpoint.counts.verifications).toBe(2);
    lone.give({ kind: 'closed', stream: 'a' });
    lone.accept('b', '10.6.6.6', header('evil.example'), claims(3, 3));
    expect(lone.endpoint.counts.verifications).toBe(2);
  });
});

describe('RFC 6120 §13.12 claims for domains that have no server', () => {
  /** One stranger, one address: each domain is claimed once more as soon as it may be called again. */
  const besieged = (links: number): Lone => {
    const lone = new Lone({ links });
    for (let round = 0; round < 7; round += 1) {
      for (let n = 0; n < links; n += 1) {
        lone.accept('in', '10.6.6.6', header('evil.example'), claim(`d${n}.evil.example`));
        lone.give({ kind: 'located', domain: `d${n}.evil.example`, targets: 'not-found' });
        lone.give({ kind: 'closed', stream: 'in' });
      }
      lone.pass(round < 6 ? 1_000 * 2 ** round : 500);
    }
    return lone;
  };

  test('the links that rest for them make room', () => {
    const lone = besieged(100);
    expect(lone.endpoint.counts.links).toBe(100);
    expect(lone.give(im(A, B, 'one'))).toContainEqual({ kind: 'locate', domain: THEM });
    lone.accept('honest', '10.7.7.7', header('verona.example'), claim('verona.example'));
    expect(lone.endpoint.counts).toMatchObject({ links: 100, queued: 1, verifications: 1 });
    expect(lone.fates).toEqual([]);
  });

  /** One link was proved of late, another one called in vain, and there is room for no more. */
  const resting = (): Lone => {
    const lone = new Lone({ links: 2 });
    lone.give(im(A, B, 'one'));
    const stream = lone.open(THEM);
    lone.hear(stream, valid(THEM));
    lone.hear(stream, CLOSE);
    lone.give(im(A, 'x@verona.example', 'two'));
    lone.give({ kind: 'located', domain: 'verona.example', targets: 'not-found' });
    return lone;
  };
  const next = (lone: Lone, domain: string, body: string): readonly XmppOutput[] =>
    lone.give(im(A, `x@${domain}`, body)).filter(({ kind }) => kind === 'locate');

  test('one that was proved of late makes room last, one in use never', () => {
    const lone = resting();
    for (const domain of ['padua.example', 'pisa.example'])
      expect(next(lone, domain, domain)).toHaveLength(1);
    expect(next(lone, 'siena.example', 'three')).toHaveLength(0);
    expect(lone.fates.slice(1)).toEqual(['two: failed not-found', 'three: failed overload']);
  });

  test('one that was proved of late is not forgotten for one that was not', () => {
    const lone = resting();
    next(lone, 'padua.example', 'three');
    lone.give({ kind: 'part', ours: US, theirs: THEM });
    expect(lone.endpoint.counts.links).toBe(1);
  });

  test('those that rest are no links that a host could end', () => {
    const lone = resting();
    expect(lone.give({ kind: 'review' })).toEqual([{ kind: 'links', pairs: [] }]);
    next(lone, 'padua.example', 'three');
    const pairs = [{ ours: US, theirs: 'padua.example' }];
    expect(lone.give({ kind: 'review' })).toEqual([{ kind: 'links', pairs }]);
  });
});

describe('RFC 6120 §4.9.3.17 streams of one peer', () => {
  /** A stream on which a certificate speaks for a domain, and the domain has claimed to do so. */
  const prove = (lone: Lone, stream: string, address: string, ...domains: string[]): void => {
    lone.give({ kind: 'accepted', stream, remote: { address, port: 1 }, direct: true });
    lone.give({ kind: 'secured', stream, presented: [bytesOf(domains.join())] });
    lone.hear(stream, header(domains[0] ?? ''), ...domains.map((domain) => claim(domain)));
  };

  test('one address, each stream proved', () => {
    const lone = new Lone({ inboundPerAddress: 20 });
    for (let n = 0; n < 30; n += 1) prove(lone, `in${n}`, '10.6.6.6', `d${n}.example`);
    expect(lone.endpoint.counts).toMatchObject({ inbound: 20, unproved: 0 });
    prove(lone, 'honest', '10.7.7.7', THEM);
    expect(lone.endpoint.counts.inbound).toBe(21);
    lone.give({ kind: 'closed', stream: 'in3' });
    prove(lone, 'again', '10.6.6.6', 'd31.example');
    expect(lone.endpoint.counts.inbound).toBe(21);
  });

  test('one /64, unproved and proved', () => {
    const lone = new Lone({ inboundPerAddress: 5 });
    for (let n = 0; n < 100; n += 1) lone.accept(`in${n}`, `2001:db8::${n.toString(16)}`);
    expect(lone.endpoint.counts).toMatchObject({ inbound: 5, unproved: 1 });
    const other = new Lone();
    for (let n = 0; n < 100; n += 1) other.accept(`in${n}`, `2001:db8::${n.toString(16)}`);
    expect(other.endpoint.counts).toMatchObject({ inbound: 50, unproved: 1 });
  });

  test('one domain from many addresses: the stream too many is told and ended', () => {
    const lone = new Lone({ inboundPerDomain: 3 });
    for (let n = 0; n < 5; n += 1) prove(lone, `in${n}`, `10.6.6.${n}`, 'evil.example');
    expect(lone.endpoint.counts.inbound).toBe(3);
    expect(textOf(lone.all, 'in4')).toContain('<resource-constraint');
    const faults = lone.all.flatMap((out) => (out.kind === 'fault' ? [out.fault.code] : []));
    expect(faults).toEqual(['resource-constraint', 'resource-constraint']);
    prove(lone, 'honest', '10.7.7.7', THEM);
    lone.give({ kind: 'closed', stream: 'in0' });
    prove(lone, 'again', '10.6.6.9', 'evil.example');
    expect(lone.endpoint.counts.inbound).toBe(4);
  });

  test('two pairs of a domain on one stream are one stream', () => {
    const lone = new Lone({ inboundPerDomain: 1 });
    prove(lone, 'in', '10.6.6.6', THEM, 'verona.example');
    lone.hear('in', claim(THEM, `chat.${US}`));
    expect(lone.endpoint.counts.inbound).toBe(1);
    prove(lone, 'more', '10.6.6.6', 'verona.example');
    expect(lone.endpoint.counts.inbound).toBe(1);
  });
});

describe('RFC 6120 §4.9.3.14 domains that may not talk any more', () => {
  /** Streams of one stranger, each with as many domains and those that all have; all of them under certificates. */
  const strangers = (lone: Lone, streams: number, domains: number, ...all: string[]): void => {
    for (let n = 0; n < streams; n += 1) {
      const own = Array.from({ length: domains }, (_, i) => `d${n}-${i}.example`);
      const names = [...own, ...all];
      lone.give({
        kind: 'accepted',
        stream: `in${n}`,
        remote: { address: '10.6.6.6', port: 1 },
        direct: true,
      });
      lone.give({ kind: 'secured', stream: `in${n}`, presented: [bytesOf(names.join())] });
      lone.hear(`in${n}`, header(names[0] ?? ''), ...names.map((name) => claim(name)));
    }
  };
  const ended = (out: readonly XmppOutput[]): string[] =>
    out.flatMap((one) => (one.kind === 'disconnect' ? [one.stream] : []));
  const part = (lone: Lone, theirs: string): string[] =>
    ended(lone.give({ kind: 'part', ours: US, theirs }));

  test('the streams that carry the pair end, and no other', () => {
    const lone = new Lone();
    strangers(lone, 3, 2, 'all.example');
    expect(part(lone, 'd1-1.example')).toEqual(['in1']);
    expect(part(lone, 'd1-0.example')).toEqual([]);
    expect(part(lone, THEM)).toEqual([]);
    expect(part(lone, 'all.example')).toEqual(['in0', 'in2']);
    expect(lone.give({ kind: 'review' })).toEqual([{ kind: 'links', pairs: [] }]);
  });

  test('ending all of a stranger costs no more than taking them did', () => {
    const lone = new Lone();
    const begun = performance.now();
    strangers(lone, 500, 20);
    const taken = performance.now();
    const [links] = lone.give({ kind: 'review' });
    const pairs = links?.kind === 'links' ? links.pairs : [];
    expect(pairs).toHaveLength(500 * 20);
    for (const pair of pairs) lone.give({ kind: 'part', ...pair });
    expect(lone.endpoint.counts.inbound).toBe(0);
    expect(performance.now() - taken).toBeLessThan(5 * (taken - begun));
  });
});

describe('XEP-0220 §2.5 what a claimant is told', () => {
  const told = (out: readonly XmppOutput[], stream: string): string =>
    /<error type='cancel'><([a-z-]*)/.exec(textOf(out, stream))?.[1] ?? '';

  for (const isUp of [false, true])
    test(`more questions of a domain than one stream takes, ${isUp ? 'up' : 'on its way'}`, () => {
      const lone = new Lone({ verifications: 2 });
      const ask = (n: number): XmppOutput[] =>
        lone.accept(`in${n}`, `10.6.6.${n}`, header(THEM), claim(THEM));
      ask(0);
      if (isUp) lone.open(THEM);
      ask(1);
      expect(told(ask(2), 'in2')).toBe('resource-constraint');
      expect(lone.endpoint.counts.verifications).toBe(2);
    });

  test('an error of the authoritative server, whichever', () => {
    for (const condition of ['resource-constraint', 'item-not-found', 'x']) {
      const lone = new Lone();
      lone.accept('in', '10.6.6.6', header(THEM), claim(THEM));
      const stream = lone.open(THEM);
      const id = /<db:verify[^>]* id='([^']*)'/.exec(textOf(lone.all, stream))?.[1] ?? '';
      const error = `<error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;
      const answer = `<db:verify from='${THEM}' to='${US}' id='${id}' type='error'>${error}</db:verify>`;
      expect(told(lone.hear(stream, answer), 'in')).toBe('remote-server-not-found');
    }
  });
});
