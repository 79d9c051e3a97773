// The small parts presence is made of: keys of pairs, tokens in Contacts, octets as text, and the next hop of a dialog.
import { wishToWatch } from '@interwork/core';
import { mac } from '@interwork/core/node';
import { parseUri, type RequestDraft, type Target, type Uri } from '@interwork/sip';
import { Jid } from '@interwork/xmpp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../src/base64url.ts';
import { contactUri } from '../src/gateway/presence-contact.ts';
import { PresencePairs } from '../src/gateway/presence-pairs.ts';
import { presenceTargets } from '../src/gateway/presence-route.ts';
import { presenceToken, presenceTokenIn } from '../src/gateway/presence-token.ts';
import { peopleOf } from '../src/ledger/people.ts';
import { peopleIn, presenceKey } from '../src/ledger/presence-people.ts';

const SEALING = { mac, secret: 'a secret of these tests' };

function jid(text: string): Jid {
  const parsed = Jid.parse(text);
  if (parsed.kind === 'fault') throw new Error(parsed.text);
  return parsed;
}

function uri(text: string): Uri {
  const parsed = parseUri(text);
  if (parsed.kind === 'fault') throw new Error(parsed.text);
  return parsed;
}

describe('the key of two people', () => {
  it.each([
    [
      'romeo@example.net',
      'juliet@example.com',
      'presence/sip:romeo@example.net/juliet@example.com',
    ],
    [
      'romeo@example.net/phone',
      'juliet@example.com/balcony',
      'presence/sip:romeo@example.net/juliet@example.com',
    ],
    ['a\\2fb@example.net', 'c\\2fd@example.com', 'presence/sip:a/b@example.net/c\\2fd@example.com'],
    [
      'd\\27arc@example.net',
      'juliet@example.com',
      "presence/sip:d'arc@example.net/juliet@example.com",
    ],
  ])('%s and %s', (contact, user, key) => {
    const people = peopleOf(jid(contact), jid(user));
    expect(presenceKey(people)).toBe(key);
    const read = peopleIn(key);
    expect([read?.contact.bare, read?.user.bare]).toEqual([people.contact.bare, people.user.bare]);
  });

  it('a telephone says so, and has the same key', () => {
    const phones = new Set(['example.net']);
    const people = peopleOf(jid('+12015550123@example.net'), jid('juliet@example.com'), phones);
    const { remote } = wishToWatch(people.user, people.contact, people);
    expect(remote).toBe('sip:+12015550123@example.net;user=phone');
    expect(presenceKey(people)).toBe('presence/sip:+12015550123@example.net/juliet@example.com');
    expect(peopleIn(presenceKey(people), phones)).toEqual(people);
  });

  it.each([
    '',
    'presence/',
    'presence/x',
    'gateway/identity',
    'presence/sip:a@b',
    'presence/sip:a@b/',
    'presence//c@d',
  ])('%j is none', (key) => {
    expect(peopleIn(key)).toBeUndefined();
  });
});

describe('RFC 4648 §5 octets as text', () => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('%j is %j', (text, encoded) => {
    expect(toBase64url(new TextEncoder().encode(text))).toBe(encoded);
    expect(fromBase64url(encoded)).toEqual(new TextEncoder().encode(text));
  });

  it.each(['A', 'AAAAA', 'Zg==', 'Z+', 'Zh', 'Zm9vé', 'Zm 9'])('%j is none', (text) => {
    expect(fromBase64url(text)).toBeUndefined();
  });

  it('is the same as the one of the platform, and leads back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = toBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64url(text)).toEqual(bytes);
      }),
    );
  });
});

describe('RFC 6665 §4.4.1 the token of a dialog', () => {
  const key = 'presence/sip:romeo@example.net/jülïet@example.com';

  it.each(['watching', 'watched'] as const)('%s leads back', (half) => {
    const token = presenceToken({ half, key }, SEALING);
    expect(presenceTokenIn(token, SEALING)).toEqual({ half, key });
    expect(parseUri(`sip:${token}@gw.example`)).toMatchObject({ kind: 'sip', user: token });
  });

  it('is made up by nobody', () => {
    const token = presenceToken({ half: 'watching', key }, SEALING);
    const [, text = '', seal = ''] = token.split('.');
    const forged = [
      `watched.${text}.${seal}`,
      `watching.${text}.${seal.slice(0, -1)}`,
      `watching.${text}.${seal}0`,
      `watching.${text}.${seal}.x`,
      `watching.${text.slice(0, -2)}.${seal}`,
      `watching..${seal}`,
      'romeo',
      '',
      `watching.${'A'.repeat(5_000)}.${seal}`,
    ];
    for (const one of forged) expect(presenceTokenIn(one, SEALING)).toBeUndefined();
    expect(presenceTokenIn(token, { ...SEALING, secret: 'another secret' })).toBeUndefined();
  });

  it.each([
    [{ tls: 5061, udp: 5060 }, undefined, ':5061;transport=tls'],
    [{ tls: 5061, udp: 5060 }, 'udp', ':5060'],
    [{ tcp: 5070, udp: 5060 }, 'tls', ':5070;transport=tcp'],
  ] as const)('RFC 3261 §8.1.1.8 among %o, by %s, it is reached at %s', (ports, transport, at) => {
    const place = { host: 'gw.example', ports };
    const contact = contactUri(place, transport, 'watched.token');
    expect(contact).toBe(`sip:watched.token@gw.example${at}`);
    const host = '2001:db8::1';
    expect(contactUri({ ...place, host }, transport, 'token')).toBe(`sip:token@[${host}]${at}`);
  });
});

describe('what is remembered of the records at work', () => {
  it('is what their keys say, and what is made of them, however many there are', () => {
    let sealed = 0;
    const mac = (secret: string, text: string): string => {
      sealed += 1;
      return SEALING.mac(secret, text);
    };
    const pairs = new PresencePairs({ ...SEALING, mac }, undefined);
    for (const n of [...Array(5_000).keys(), 0, 4_999]) {
      const one = `presence/sip:juliet-${n}@sip.example/romeo@xmpp.example`;
      expect(pairs.people(one)?.contact.bare).toBe(`juliet-${n}@sip.example`);
      expect(pairs.token('watched', one)).toBe(
        presenceToken({ half: 'watched', key: one }, SEALING),
      );
    }
    expect(sealed).toBe(5_001);
    expect(pairs.people('presence/nobody')).toBeUndefined();
  });
});

describe('RFC 3261 §12.2.1.1 the next hop of a dialog', () => {
  const target = (transport: 'udp' | 'tcp' | 'tls', address: string, port: number): Target => ({
    transport,
    address,
    port,
    references: ['example.net'],
  });
  const draft = (to: string, route?: string): RequestDraft => ({
    method: 'NOTIFY',
    uri: uri(to),
    from: { display: undefined, uri: uri('sip:a@example.com'), params: [] },
    to: { display: undefined, uri: uri('sip:b@example.net'), params: [] },
    ...(route === undefined ? {} : { headers: [{ name: 'Route', value: route }] }),
  });
  const UDP = target('udp', '192.0.2.1', 5060);
  const TLS = target('tls', '192.0.2.1', 5061);

  it.each([
    ['the address of the person', draft('sip:b@example.net'), UDP, UDP],
    [
      'a Contact at the next hop',
      draft('sip:b@192.0.2.1:5070'),
      UDP,
      target('udp', '192.0.2.1', 5070),
    ],
    [
      'its transport',
      draft('sip:b@192.0.2.1;transport=tcp'),
      UDP,
      target('tcp', '192.0.2.1', 5060),
    ],
    ['a Contact elsewhere is the next hop’s to find', draft('sip:b@198.51.100.7'), UDP, UDP],
    [
      'a route at the next hop',
      draft('sip:b@198.51.100.7', '<sip:192.0.2.1:5080;lr>'),
      UDP,
      target('udp', '192.0.2.1', 5080),
    ],
    ['a route elsewhere', draft('sip:b@192.0.2.1:5070', '<sip:198.51.100.7;lr>'), UDP, UDP],
    [
      'a route that is none',
      draft('sip:b@192.0.2.1:5070', '<<'),
      UDP,
      target('udp', '192.0.2.1', 5070),
    ],
    [
      'TLS stays TLS',
      draft('sip:b@192.0.2.1:5070;transport=udp'),
      TLS,
      target('tls', '192.0.2.1', 5070),
    ],
  ])('%s', (_what, request, route, expected) => {
    expect(presenceTargets(request, [route])).toEqual([expected]);
  });

  it('without a route there is none', () => {
    expect(presenceTargets(draft('sip:b@192.0.2.1'), [])).toEqual([]);
  });
});
