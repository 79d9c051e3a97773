// What is saved of a broken request, and when nothing may be said at all.
import { describe, expect, it } from 'vitest';
import { checkRequest, isFault, salvage, writeMessage } from '@interwork/sip';
import { message, plainLines, requestIn, responseIn, START, utf8 } from './message-text.ts';

const lines = (...but: string[]): Uint8Array => message(plainLines(but));

describe('RFC 3261 §8.2.6.2: saves what a response needs', () => {
  const all = {
    method: 'MESSAGE',
    via: { transport: 'TLS', host: 'gw.a.example' },
    vias: ['SIP/2.0/TLS gw.a.example;branch=z9hG4bKone'],
    from: '"Ann" <sip:ann@a.example>;tag=f1',
    to: '<sip:bob@b.example>',
    callId: 'call-1@a.example',
    cseq: '1 MESSAGE',
  };
  const rows: readonly [id: string, bytes: Uint8Array, saved: object][] = [
    ['a stray control', lines('X-A: \u0000'), all],
    ['a bad header line in between', lines('X A: b', 'Subject: c'), all],
    ['no empty line', utf8(`${plainLines().join('\r\n')}\r\n`), all],
    ['a broken To', lines('To: <sip:b'), { ...all, to: '<sip:b' }],
    ['two From: the first', message([...plainLines(), 'f: <sip:eve@e>']), all],
    ['folds', lines('Call-ID:\r\n a\r\n\t@b'), { callId: 'a @b' }],
    ['controls', lines('Call-ID: a\u0001b'), { callId: 'a b' }],
    [
      'several Via',
      lines('Via: SIP/2.0/UDP a, SIP/2.0/UDP b', 'v: SIP/2.0/UDP c'),
      {
        via: { host: 'a' },
        vias: ['SIP/2.0/UDP a, SIP/2.0/UDP b', 'SIP/2.0/UDP c'],
      },
    ],
    [
      'another version',
      message(['OPTIONS sip:a SIP/9.0', 'Via: SIP/9.0/TCP a.example:5070']),
      {
        method: 'OPTIONS',
        via: { transport: 'TCP', host: 'a.example', port: 5070 },
        from: undefined,
        cseq: undefined,
      },
    ],
    ['a malformed start line', message(['MESSAGE  sip:a  SIP/2.0', ...plainLines().slice(1)]), all],
    ['line ends in front', message([`\r\n${START}`, ...plainLines(['X A: b']).slice(1)]), all],
  ];
  it.each(rows)('%s', (_, bytes, saved) => expect(salvage(bytes)).toMatchObject(saved));

  it('a request that failed its check', () => {
    const request = requestIn(lines('To: <sip:b'));
    expect(isFault(checkRequest(request))).toBe(true);
    expect(salvage(request)).toMatchObject({ ...all, to: '<sip:b' });
  });

  it('enough for a 400 that reads', () => {
    const saved = salvage(lines('X-A: \u0000', 'To:'));
    if (saved === undefined) throw new Error('nothing');
    const response = responseIn(
      writeMessage({
        kind: 'wire-response',
        status: 400,
        reason: 'x',
        via: saved.vias,
        from: saved.from,
        to: saved.to,
        callId: saved.callId,
        cseq: saved.cseq,
        headers: [],
        body: new Uint8Array(),
      }),
    );
    expect(response.headers.all('Via')).toEqual(saved.vias);
    expect(response.headers.callId).toBe(saved.callId);
  });
});

describe('says nothing', () => {
  const rows: readonly [id: string, bytes: Uint8Array][] = [
    ['to nothing', utf8('')],
    ['to a keep-alive', utf8('\r\n\r\n')],
    ['to a response', message(['SIP/2.0 999 x', ...plainLines().slice(1)])],
    ['to an ACK', message(['ACK sip:a@b SIP/2.0', ...plainLines().slice(1)])],
    ['without Via', message(plainLines().filter((line) => !line.startsWith('Via')))],
    ['to a Via that leads nowhere', lines('Via: SIP/2.0/UDP ;;,')],
    ['to more Via than can be', lines(...Array.from({ length: 71 }, () => 'v: SIP/2.0/UDP a'))],
    ['to noise', new Uint8Array(2000).fill(0xff)],
    ['to HTTP', message(['GET / HTTP/1.1', 'Host: a'])],
  ];
  it.each(rows)('%s', (_, bytes) => expect(salvage(bytes)).toBeUndefined());
});
