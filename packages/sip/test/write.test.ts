// Messages to octets: relayed as they came, written from typed values, and never with another's structure.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRequest,
  checkResponse,
  headersOf,
  isFault,
  MisuseError,
  type NameAddr,
  type Via,
  type WireRequest,
  type WireResponse,
  writeMessage,
  writeVia,
} from '@interwork/sip';
import { good, message, plainLines, requestIn, responseIn, utf8 } from './message-text.ts';

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const address = (user: string): NameAddr => ({
  display: undefined,
  uri: {
    kind: 'sip',
    scheme: 'sip',
    user,
    password: undefined,
    host: 'a.example',
    port: undefined,
    params: [],
    headers: undefined,
  },
  params: [{ name: 'tag', value: user }],
});
const VIA: Via = {
  transport: 'TLS',
  host: '[::1]',
  port: 5061,
  params: [{ name: 'rport', value: undefined }],
};
const wire = (but: Partial<WireRequest> = {}): WireRequest => ({
  kind: 'wire-request',
  method: 'MESSAGE',
  uri: address('bob').uri,
  via: [VIA],
  from: address('ann'),
  to: address('bob'),
  callId: 'c1',
  cseq: { number: 7, method: 'MESSAGE' },
  maxForwards: 70,
  headers: [{ name: 'Content-Type', value: 'text/plain' }],
  body: utf8('hé'),
  ...but,
});
const answer = (but: Partial<WireResponse> = {}): WireResponse => ({
  kind: 'wire-response',
  status: 400,
  reason: 'Missing header: To',
  via: ['SIP/2.0/UDP  a.example ;x'],
  from: '<sip:ann@a.example>;tag=1',
  to: undefined,
  callId: 'c1',
  cseq: '1 MESSAGE',
  headers: [],
  body: new Uint8Array(),
  ...but,
});

describe('from typed values, RFC 3261 §7', () => {
  it('a request', () => {
    expect(text(writeMessage(wire()))).toBe(
      [
        'MESSAGE sip:bob@a.example SIP/2.0',
        'Via: SIP/2.0/TLS [::1]:5061;rport',
        'Max-Forwards: 70',
        'From: <sip:ann@a.example>;tag=ann',
        'To: <sip:bob@a.example>;tag=bob',
        'Call-ID: c1',
        'CSeq: 7 MESSAGE',
        'Content-Type: text/plain',
        'Content-Length: 3',
        '',
        'hé',
      ].join('\r\n'),
    );
    expect(isFault(checkRequest(requestIn(writeMessage(wire()))))).toBe(false);
  });

  it('a response, without what the request did not have (§8.1.3 reads it)', () => {
    const lines = [
      'SIP/2.0 400 Missing header: To',
      'Via: SIP/2.0/UDP  a.example ;x',
      'From: <sip:ann@a.example>;tag=1',
      'Call-ID: c1',
      'CSeq: 1 MESSAGE',
      'Content-Length: 0',
    ];
    expect(text(writeMessage(answer()))).toBe(`${lines.join('\r\n')}\r\n\r\n`);
    const whole = answer({ to: address('bob'), cseq: { number: 1, method: 'MESSAGE' } });
    expect(isFault(checkResponse(responseIn(writeMessage(whole))))).toBe(false);
  });

  it('§20.14: a Content-Length handed in is not believed', () => {
    const lied = wire({
      headers: [
        { name: 'content-length', value: '999' },
        { name: 'L', value: '999' },
      ],
    });
    expect(requestIn(writeMessage(lied)).headers.contentLength).toBe(3);
  });

  it('misuse is thrown', () => {
    expect(() => writeMessage(wire({ method: 'A B' }))).toThrow(MisuseError);
    expect(() => writeMessage(wire({ cseq: { number: 1, method: '' } }))).toThrow(MisuseError);
    expect(() => writeMessage(wire({ headers: [{ name: 'a\r\nb', value: '' }] }))).toThrow(
      MisuseError,
    );
    for (const status of [99, 700, 200.5, Number.NaN]) {
      expect(() => writeMessage(answer({ status }))).toThrow(MisuseError);
    }
  });

  it('no value handed in becomes structure', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\0',
        'X',
        ': ',
        '"',
        '<',
        '>',
        ';',
        ',',
        'é',
        '\\',
        '\u007f',
      ),
    });
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const party: NameAddr = {
          ...address(b === '' ? 'x' : b),
          display: a,
          params: [{ name: a, value: b }],
        };
        const bytes = writeMessage(
          wire({
            uri: party.uri,
            via: [{ ...VIA, transport: a, params: [{ name: a, value: b }] }, VIA, a],
            from: party,
            to: b,
            callId: a,
            headers: [
              { name: 'X-A', value: b },
              { name: 'Subject', value: a },
            ],
          }),
        );
        const { headers, body } = requestIn(bytes);
        const names = headers.fields().map((one) => one.name);
        expect(names.join()).toBe(
          'Via,Via,Via,Max-Forwards,From,To,Call-ID,CSeq,X-A,Subject,Content-Length',
        );
        expect(text(body)).toBe('hé');
        expect(headers.from).toMatchObject({
          display: a.replaceAll(/[\u0000-\u001f\u007f]/g, ' '),
        });
      }),
    );
  });

  it('nor does what untyped code has for numbers', () => {
    const bad = '1\r\nX: y' as unknown as number;
    const bytes = writeMessage(
      wire({
        uri: { ...address('b').uri, port: bad } as WireRequest['uri'],
        via: [{ ...VIA, port: bad }],
        from: { ...address('a'), uri: { ...address('a').uri, port: bad } as WireRequest['uri'] },
        maxForwards: bad,
        cseq: { number: bad, method: 'MESSAGE' },
      }),
    );
    expect(text(bytes)).not.toMatch(/^X:/m);
  });

  it('nor does a reason phrase', () => {
    const { reason, headers } = responseIn(writeMessage(answer({ reason: 'a\r\nX: b' })));
    expect([reason, headers.text('X')]).toEqual(['a  X: b', undefined]);
  });
});

describe('relaying', () => {
  it('keeps every header line octet for octet', () => {
    const odd = ['X-Odd  :  ;;"a\r\n\t b",é  ', 'l : 2', 'x-more:y'];
    const bytes = message([...plainLines(), ...odd], 'ab');
    const kept = `${[...plainLines(), odd[0], odd[2]].join('\r\n')}\r\nContent-Length: 2\r\n\r\nab`;
    expect(text(writeMessage(requestIn(bytes)))).toBe(kept);
  });

  it('is stable', () => {
    const once = writeMessage(requestIn(message(plainLines(), 'ab')));
    expect(writeMessage(requestIn(once))).toEqual(once);
  });

  it('counts a body that was put in its place', () => {
    const request = requestIn(message(plainLines(['Content-Length: 2']), 'ab'));
    const bytes = writeMessage({ ...request, body: utf8('longer é') });
    expect(text(requestIn(bytes).body)).toBe('longer é');
  });

  it('writes headers that were made', () => {
    const request = requestIn(message(plainLines()));
    const headers = headersOf([...request.headers.fields(), { name: 'Subject', value: 'a\r\nb' }]);
    expect(requestIn(writeMessage({ ...request, headers })).headers.subject).toBe('a  b');
  });

  it('a Request-URI that was changed holds no blank', () => {
    const request = requestIn(message(plainLines()));
    const { uri } = requestIn(writeMessage({ ...request, uri: 'sip:a b\r\nX: y@c SIP/2.0' }));
    expect(uri).toBe('sip:a%20b%0D%0AX:%20y@c%20SIP/2.0');
  });

  it('a response with its status and reason', () => {
    const bytes = message(['SIP/2.0 200 Gut so', ...plainLines().slice(1), 'Content-Length: 0']);
    expect(text(writeMessage(responseIn(bytes)))).toBe(text(bytes));
  });
});

it('writeVia reads back', () => {
  const line = `Via: ${writeVia(VIA)}`;
  expect(good(requestIn(message(plainLines([line]))).headers.via)).toEqual([VIA]);
});

it('a message without any header is whole, and checked it is not', () => {
  const request = requestIn(utf8('OPTIONS sip:a SIP/2.0\r\n\r\n'));
  expect(text(writeMessage(request))).toBe('OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n');
  expect(checkRequest(request)).toMatchObject({ code: 'missing-header', at: 'Via' });
});
