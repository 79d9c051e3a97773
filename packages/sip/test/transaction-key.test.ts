import { describe, expect, it } from 'vitest';
import { checkRequest, type IncomingRequest } from '@interwork/sip';
import { ackKey, clientKey, mergeKey, serverKey } from '../src/transaction/key.ts';
import { good, message, plainLines, requestIn } from './message-text.ts';

const VIA = 'Via: SIP/2.0/UDP a.example:5060';
const START = 'MESSAGE sip:bob@b.example SIP/2.0';

/** A request with that branch; lines given replace those of their name. */
function request(branch: string, but: readonly string[] = [], start = START): IncomingRequest {
  const cseq = but.some((line) => line.startsWith('CSeq:'))
    ? []
    : [`CSeq: 1 ${start.split(' ')[0]}`];
  const lines = plainLines([`${VIA}${branch}`, ...cseq, ...but]);
  return good(checkRequest(requestIn(message([start, ...lines.slice(1)]))));
}

/** Like `request`, but given another Via. */
function by(via: string, but: readonly string[] = []): IncomingRequest {
  const lines = plainLines([`Via: ${via}`, ...but]);
  return good(checkRequest(requestIn(message(lines))));
}

const NEW = request(';branch=z9hG4bKabc');
const OLD = request(';branch=1');
const LIKE_NEW = ';branch=z9hG4bKabc';

/** [id, one, other, whether they are one transaction] */
const ROWS: readonly (readonly [string, IncomingRequest, IncomingRequest, boolean])[] = [
  [
    'branch alone decides',
    NEW,
    request(LIKE_NEW, ['Call-ID: c2', 'CSeq: 7 MESSAGE'], 'MESSAGE sip:x@y SIP/2.0'),
    true,
  ],
  ['another Via parameter', NEW, request(`${LIKE_NEW};rport`), true],
  ['another branch', NEW, request(';branch=z9hG4bKabd'), false],
  ['a branch in other letters', NEW, request(';branch=z9hG4bKABC'), false],
  ['another port', NEW, by('SIP/2.0/UDP a.example:5070;branch=z9hG4bKabc'), false],
  ['no port', NEW, by('SIP/2.0/UDP a.example;branch=z9hG4bKabc'), false],
  ['another host', NEW, by('SIP/2.0/UDP b.example:5060;branch=z9hG4bKabc'), false],
  ['another method', NEW, request(LIKE_NEW, [], 'OPTIONS sip:bob@b.example SIP/2.0'), false],
  [
    'ACK is its INVITE',
    request(LIKE_NEW, [], 'INVITE sip:bob@b.example SIP/2.0'),
    request(LIKE_NEW, [], 'ACK sip:bob@b.example SIP/2.0'),
    true,
  ],
  ['2543: the same', OLD, request(';branch=1'), true],
  ['2543: no branch at all', request(''), request(''), true],
  ['2543: a branch and none', OLD, request(''), false],
  [
    '2543: another Request-URI',
    OLD,
    request(';branch=1', [], 'MESSAGE sip:carol@b.example SIP/2.0'),
    false,
  ],
  ['2543: another To tag', OLD, request(';branch=1', ['To: <sip:bob@b.example>;tag=x']), false],
  ['2543: another From tag', OLD, request(';branch=1', ['From: <sip:ann@a.example>;tag=x']), false],
  ['2543: another Call-ID', OLD, request(';branch=1', ['Call-ID: x']), false],
  ['2543: another CSeq', OLD, request(';branch=1', ['CSeq: 2 MESSAGE']), false],
  [
    '2543: another method',
    OLD,
    request(';branch=1', [], 'OPTIONS sip:bob@b.example SIP/2.0'),
    false,
  ],
  ['2543: another Via', OLD, by('SIP/2.0/UDP c.example:5060;branch=1'), false],
];

describe('RFC 3261 §17.2.3 server keys', () => {
  for (const [id, one, other, same] of ROWS) {
    it(id, () => expect(serverKey(one) === serverKey(other)).toBe(same));
  }

  it('hold within their scope, and for the method that is asked about', () => {
    expect(serverKey(NEW, '192.0.2.1')).not.toBe(serverKey(NEW, '192.0.2.2'));
    const cancel = request(LIKE_NEW, [], 'CANCEL sip:bob@b.example SIP/2.0');
    expect(serverKey(cancel)).not.toBe(serverKey(NEW));
    expect(serverKey(cancel, '', 'MESSAGE')).toBe(serverKey(NEW));
  });
});

describe('RFC 3261 §17.1.3 client keys', () => {
  it('branch and method', () => {
    expect(clientKey('z9hG4bKa', 'MESSAGE')).toBe(clientKey('z9hG4bKa', 'MESSAGE'));
    expect(clientKey('z9hG4bKa', 'MESSAGE')).not.toBe(clientKey('z9hG4bKa', 'OPTIONS'));
    expect(clientKey('z9hG4bKa', 'MESSAGE')).not.toBe(clientKey('z9hG4bKb', 'MESSAGE'));
  });
});

describe('RFC 3261 §8.2.2.2 merge keys', () => {
  it('hold over another way, and over nothing else', () => {
    expect(mergeKey(by('SIP/2.0/TLS p.example;branch=z9hG4bKother'))).toBe(mergeKey(NEW));
    expect(mergeKey(request(LIKE_NEW, ['CSeq: 2 MESSAGE']))).not.toBe(mergeKey(NEW));
    expect(mergeKey(request(LIKE_NEW, ['Call-ID: x']))).not.toBe(mergeKey(NEW));
    expect(mergeKey(request(LIKE_NEW, ['From: <sip:ann@a.example>;tag=x']))).not.toBe(
      mergeKey(NEW),
    );
  });

  it('there is none within a dialog', () => {
    expect(mergeKey(request(LIKE_NEW, ['To: <sip:bob@b.example>;tag=x']))).toBeUndefined();
  });
});

describe('RFC 3261 §13.2.2.4 what an ACK has in common with its INVITE', () => {
  it('is Call-ID, tags and number, each in its place', () => {
    const key = ackKey('c', 'f', 't', 1);
    expect(ackKey('c', 'f', 't', 1)).toBe(key);
    const others = [
      ackKey('d', 'f', 't', 1),
      ackKey('c', 't', 'f', 1),
      ackKey('c', 'f', '', 1),
      ackKey('c', 'f', 't', 11),
    ];
    expect(new Set([key, ...others]).size).toBe(5);
  });
});
