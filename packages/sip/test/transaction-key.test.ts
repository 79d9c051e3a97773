import { describe, expect, it } from 'vitest';
import { clientKey, mergeKey, type RequestKeyParts, serverKey } from '../src/transaction/key.ts';

const NEW: RequestKeyParts = {
  method: 'MESSAGE',
  branch: 'z9hG4bKabc',
  sentBy: 'a.example:5060',
  uri: 'sip:bob@b.example',
  toTag: undefined,
  fromTag: 'ft',
  callId: 'c1',
  cseq: 1,
  via: 'SIP/2.0/UDP a.example:5060;branch=z9hG4bKabc',
};
const OLD: RequestKeyParts = { ...NEW, branch: '1', via: 'SIP/2.0/UDP a.example:5060;branch=1' };

/** [id, one, other, whether they are one transaction] */
const ROWS: readonly (readonly [string, RequestKeyParts, RequestKeyParts, boolean])[] = [
  ['branch alone decides', NEW, { ...NEW, callId: 'c2', cseq: 7, uri: 'sip:x@y', via: 'z' }, true],
  ['another branch', NEW, { ...NEW, branch: 'z9hG4bKabd' }, false],
  ['a branch in other letters', NEW, { ...NEW, branch: 'z9hG4bKABC' }, false],
  ['another sent-by', NEW, { ...NEW, sentBy: 'a.example:5070' }, false],
  ['another method', NEW, { ...NEW, method: 'OPTIONS' }, false],
  ['ACK is its INVITE', { ...NEW, method: 'INVITE' }, { ...NEW, method: 'ACK' }, true],
  ['2543: the same', OLD, { ...OLD }, true],
  ['2543: no branch at all', { ...OLD, branch: undefined }, { ...OLD, branch: undefined }, true],
  ['2543: another Request-URI', OLD, { ...OLD, uri: 'sip:carol@b.example' }, false],
  ['2543: another To tag', OLD, { ...OLD, toTag: 'x' }, false],
  ['2543: another From tag', OLD, { ...OLD, fromTag: 'x' }, false],
  ['2543: another Call-ID', OLD, { ...OLD, callId: 'x' }, false],
  ['2543: another CSeq', OLD, { ...OLD, cseq: 2 }, false],
  ['2543: another method', OLD, { ...OLD, method: 'INFO' }, false],
  ['2543: another Via', OLD, { ...OLD, via: 'SIP/2.0/UDP c.example' }, false],
  [
    'a bare cookie is no branch',
    { ...NEW, branch: 'z9hG4bK' },
    { ...NEW, branch: 'z9hG4bK', cseq: 2 },
    false,
  ],
];

describe('RFC 3261 §17.2.3 server keys', () => {
  for (const [id, one, other, same] of ROWS) {
    it(id, () => expect(serverKey(one) === serverKey(other)).toBe(same));
  }
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
    expect(mergeKey({ ...NEW, branch: 'z9hG4bKother', sentBy: 'p', via: 'v' })).toBe(mergeKey(NEW));
    expect(mergeKey({ ...NEW, cseq: 2 })).not.toBe(mergeKey(NEW));
    expect(mergeKey({ ...NEW, callId: 'x' })).not.toBe(mergeKey(NEW));
    expect(mergeKey({ ...NEW, fromTag: 'x' })).not.toBe(mergeKey(NEW));
  });
});
