// A site's trace run against the dialect: every form of a trace gives the same messages, and whatever is otherwise is told
// where it stands.
import {
  DEFAULT_REPLAY_LIMITS,
  readTrace,
  replay,
  replayText,
  type Replay,
} from '@interwork/core/testing';
import { describe, expect, it } from 'vitest';
import { LYNC } from '../src/dialect/lync.ts';

const SDP = [
  'v=0',
  'o=- 0 0 IN IP4 192.0.2.57',
  's=session',
  'c=IN IP4 192.0.2.57',
  't=0 0',
  'm=message 5060 sip null',
  'a=accept-types:text/plain',
  '',
].join('\r\n');

interface Said {
  readonly start: string;
  readonly cseq: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly toTag?: string;
}

function sip({ start, cseq, headers = [], body = '', toTag = ';tag=t2' }: Said): string {
  return [
    start,
    'Via: SIP/2.0/TLS 203.0.113.10:5061;branch=z9hG4bK1.1',
    'Max-Forwards: 67',
    'From: <sip:amy@contoso.example>;tag=t1;epid=9b6f316d27',
    `To: <sip:romeo@fabrikam.example>${toTag}`,
    'Call-ID: 4b07',
    `CSeq: ${cseq}`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

const INVITE = sip({
  start: 'INVITE sip:romeo@fabrikam.example SIP/2.0',
  cseq: '1 INVITE',
  toTag: '',
  headers: [
    'Record-Route: <sip:sip.contoso.example:5061;transport=tls;lr>;tag=4C1F',
    'Contact: <sip:amy@contoso.example;opaque=user:epid:NXZdAA;gruu>',
    'Supported: ms-delayed-accept',
    'ms-text-format: text/plain; charset=UTF-8; ms-body=SGVsbG8=',
    'Content-Type: application/sdp',
  ],
  body: SDP,
});
const OK = (headers: readonly string[]): string =>
  sip({
    start: 'SIP/2.0 200 OK',
    cseq: '1 INVITE',
    headers: ['Contact: <sip:gw.fabrikam.example>', 'Content-Type: application/sdp', ...headers],
    body: SDP.replace('sip null', 'sip sip:romeo@fabrikam.example'),
  });
const MESSAGE = (text: string, cseq = 2, headers: readonly string[] = []): string =>
  sip({
    start: 'MESSAGE sip:gw.fabrikam.example SIP/2.0',
    cseq: `${cseq} MESSAGE`,
    headers: ['Content-Type: text/plain; charset=UTF-8', ...headers],
    body: text,
  });
const BYE = sip({ start: 'BYE sip:gw.fabrikam.example SIP/2.0', cseq: '9 BYE' });

const played = (...messages: readonly string[]): Replay =>
  replay(readTrace(messages.join('\r\n\r\n')), LYNC);
const told = (...messages: readonly string[]): readonly string[] =>
  played(...messages).differences.map(({ code, found }) => `${code} ${found}`);

describe('what is otherwise than expected', () => {
  const TAKEN = 'Supported: ms-text-format';
  it.each<[string, readonly string[], readonly string[]]>([
    ['nothing, where all is as it was seen', [INVITE, OK([TAKEN]), MESSAGE('and again'), BYE], []],
    [
      'a message that cannot be read',
      [INVITE.replace('CSeq: 1 INVITE', 'CSeq: 1 BYE')],
      ['unreadable'],
    ],
    ['a header nobody has seen', [MESSAGE('a', 2, ['ms-new: 1'])], ['header ms-new']],
    ['an option nobody has seen', [MESSAGE('a', 2, ['Supported: ms-new'])], ['option-tag ms-new']],
    [
      'a type nobody has seen',
      [MESSAGE('a').replace('text/plain', 'text/new')],
      ['content-type text/new'],
    ],
    [
      'diagnostics without a number',
      [
        sip({
          start: 'SIP/2.0 504 Server time-out',
          cseq: '1 INVITE',
          headers: ['ms-diagnostics: none'],
        }),
      ],
      ['diagnostics none'],
    ],
    [
      'a number that is not known',
      [
        sip({
          start: 'SIP/2.0 504 Server time-out',
          cseq: '1 INVITE',
          headers: ['ms-diagnostics: 1016;reason="x"'],
        }),
      ],
      ['diagnostics 1016'],
    ],
    [
      'a document that cannot be read',
      [
        sip({
          start: 'NOTIFY sip:gw.fabrikam.example SIP/2.0',
          cseq: '3 NOTIFY',
          headers: [
            'Event: presence',
            'Subscription-State: active',
            'Content-Type: application/pidf+xml',
          ],
          body: '<presence',
        }),
      ],
      ['document'],
    ],
    [
      'an answer without an address',
      [INVITE, OK([TAKEN]).replace('sip sip:romeo@fabrikam.example', 'sip null')],
      ['session-line'],
    ],
    [
      'a first message that was taken and comes again',
      [INVITE, OK([TAKEN]), MESSAGE('Hello')],
      ['first-message a MESSAGE with the same text'],
    ],
    [
      'a first message that was not taken and never comes',
      [INVITE, OK([]), MESSAGE('other'), BYE],
      ['first-message BYE without it'],
    ],
    ['a first message that was not taken and comes', [INVITE, OK([]), MESSAGE('Hello'), BYE], []],
    [
      'a route that nobody handed out',
      [INVITE, MESSAGE('a', 2, ['Route: <sip:sip.contoso.example:5061;transport=tls;lr>'])],
      ['route'],
    ],
    [
      'a route as it was handed out',
      [
        INVITE,
        MESSAGE('a', 2, ['Route: <sip:sip.contoso.example:5061;transport=tls;lr>;tag=4C1F']),
      ],
      [],
    ],
    [
      'an endpoint that changes',
      [INVITE, MESSAGE('a').replace('epid=9b6f316d27', 'epid=000')],
      ['epid 000'],
    ],
    [
      'an answer to a BENOTIFY',
      [sip({ start: 'SIP/2.0 200 OK', cseq: '4 BENOTIFY' })],
      ['benotify-answered 200'],
    ],
  ])('%s', (_, messages, expected) => {
    const found = told(...messages);
    expect(found).toHaveLength(expected.length);
    for (const [index, one] of expected.entries()) expect(found[index]).toContain(one);
  });

  it('an answer that we would not have given', () => {
    const many = INVITE.replace(
      'Supported: ms-delayed',
      'Require: com.microsoft.rtc-multiparty\r\nSupported: ms-delayed',
    );
    expect(told(many, OK([])).join()).toContain('answer 200 OK');
  });

  it('tells habits by name, and prints one line a message', () => {
    const found = played(INVITE, OK([]), MESSAGE('a', 2, ['ms-new: 1']));
    expect(found.steps.map(({ what }) => what)).toEqual([
      'INVITE sip:romeo@fabrikam.example',
      '200 OK (INVITE)',
      'MESSAGE sip:gw.fabrikam.example',
    ]);
    expect(found.steps[0]?.habits).toContain('first-message');
    expect(replayText(found)).toContain('! header: expected one that is known, found ms-new');
    expect(replayText(found)).toContain('3 messages, 1 differences');
  });
});

describe('the forms of a trace', () => {
  const messages = [INVITE, OK([]), MESSAGE('two\r\nlines')];
  const starts = (text: string): readonly string[] =>
    replay(readTrace(text), LYNC).steps.map(({ what }) => what);
  const expected = starts(messages.join('\r\n'));

  it.each<[string, string]>([
    ['one behind another', messages.join('')],
    [
      'with lines of a tool between',
      messages.map((one) => `U 2026-01-01 10.0.0.1:5061 -> 10.0.0.2:5061\n${one}`).join('\n\n'),
    ],
    ['with line feeds alone', messages.join('\n').replaceAll('\r\n', '\n')],
    [
      'indented, as a followed stream is',
      messages.map((one) => one.replaceAll(/^|(?<=\n)/g, '\t')).join('\n'),
    ],
    ['lines of JSON', messages.map((raw) => JSON.stringify({ direction: 'in', raw })).join('\n')],
    ['records of a server', messages.map(record).join('\n')],
  ])('%s', (_, text) => {
    expect(starts(text)).toEqual(expected);
    expect(expected).toHaveLength(3);
  });

  it('say which way a message went where they know', () => {
    const direction = (text: string): string | undefined => readTrace(text).messages[0]?.direction;
    expect(direction(record(INVITE))).toBe('in');
    expect(direction(JSON.stringify({ raw: INVITE, direction: 'out' }))).toBe('out');
    expect(direction(INVITE)).toBe('unknown');
  });

  it('have their length mended, and say so', () => {
    const found = replay(
      readTrace(
        MESSAGE('two\r\nlines')
          .replaceAll('\r\n', '\n')
          .replace(/Content-Length: \d+/, 'Content-Length: 900'),
      ),
      LYNC,
    );
    expect(found.recounted).toBe(1);
    expect(found.differences).toEqual([]);
  });

  it.each([
    '',
    '\n',
    '{',
    '{}\n[',
    '$$begin_record',
    'MESSAGE',
    'SIP/2.0 200 OK',
    'x'.repeat(10_000),
  ])('that are none, such as %j, never throw', (text) => {
    expect(replay(readTrace(text), LYNC).steps.length).toBeLessThanOrEqual(1);
  });

  it('are read as far as the bound, and say that there was more', () => {
    const many = 'OPTIONS sip:a@b.example SIP/2.0\n\n'.repeat(DEFAULT_REPLAY_LIMITS.messages + 1);
    const trace = readTrace(many);
    expect(trace.messages).toHaveLength(DEFAULT_REPLAY_LIMITS.messages);
    expect(trace.cut).toBe('too-many');
    const found = replay(trace, LYNC);
    expect(found.differences).toHaveLength(DEFAULT_REPLAY_LIMITS.differences);
    expect(found.untold).toBe(DEFAULT_REPLAY_LIMITS.messages - DEFAULT_REPLAY_LIMITS.differences);
  });
});

function record(message: string): string {
  const [head = '', body = ''] = message.split('\r\n\r\n');
  const [start, ...headers] = head.split('\r\n');
  return [
    'TL_INFO(TF_PROTOCOL) [0]0A38.0E94::01/01/2026-13:05:20.120 (SIPStack)[3274906586] $$begin_record',
    'Trace-Correlation-Id: 3274906586',
    'Direction: incoming;source="external edge";destination="internal edge"',
    'Message-Type: request',
    `Start-Line: ${start}`,
    ...headers,
    `Message-Body: ${body}`,
    '$$end_record',
  ].join('\n');
}
