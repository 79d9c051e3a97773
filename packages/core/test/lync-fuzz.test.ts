// Whatever stands in what Lync's clients send: every reader gives a value, in a time that its length bounds, and what is read is
// text that XML can hold and no longer than what was sent allows. A run that fails prints its seed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LYNC } from '../src/dialect/lync.ts';
import { diagnosticsIn } from '../src/dialect/lync/diagnostics.ts';
import { readConferenceImdn } from '../src/dialect/lync/imdn.ts';
import { keepAliveIn } from '../src/dialect/lync/keep-alive.ts';
import { callsIn } from '../src/dialect/lync/media.ts';
import { readMsgr } from '../src/dialect/lync/msgr.ts';
import { trustIn } from '../src/dialect/lync/trust.ts';
import { readBody } from '../src/rules/content.ts';
import { requestWith, responseWith } from './lync-vectors.ts';

const SESSION = 'v=0\r\no=- 0 0 IN IP4 192.0.2.57\r\ns=session\r\nt=0 0\r\n';
const RUNS = { numRuns: 400 };
/** What these bodies and headers are made of, so that chance comes near to them. */
const PIECES = [
  '{\\rtf1',
  '{',
  '}',
  '\\par',
  "\\'e9",
  '\\u8364?',
  '\\bin9',
  '\\*',
  '<DIV>',
  '</DIV>',
  '<b',
  '<script>',
  '&lt;',
  '&#0;',
  '<!--',
  'X-MMS-IM-Format: FN=',
  ';',
  '=',
  ',',
  '"',
  '\\',
  '--b',
  '\r\n',
  '\r\n\r\n',
  'ms-body=',
  'SGk=',
  'text/plain',
  'text/html',
  'charset=UTF-8',
  '1009',
  'reason',
  'm=audio 1 RTP/AVP 0',
  'm=message 1 sip null',
  'a=crypto:1',
  'k=base64:',
  '<imdn',
  'xmlns="http://schemas.microsoft.com/rtc/2005/08/imdn"',
  '<KeyboardActivity>',
  '<status status="type"/>',
  'UAC',
  'timeout=300',
  '\0',
  '\u{1F600}',
  '\ud800',
  ' ',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })), { maxLength: 60 })
  .map((all) => all.join(''));
/** A header field has one line. */
const line = text.map((all) => all.replaceAll(/[\r\n\0]/g, ' '));
const TYPES = [
  'text/plain',
  'text/html',
  'text/rtf',
  'multipart/alternative;boundary=b',
  'multipart/related;boundary=b',
  'image/gif',
];

describe('bodies', () => {
  it('of any type are read as text that XML holds, or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), text, (type, body) => {
        const read = readBody(requestWith({ method: 'MESSAGE', type, body }).request, LYNC.traits);
        if (read.kind === 'refusal') {
          expect([400, 413, 415]).toContain(read.status);
          return;
        }
        expect(read.text).not.toMatch(
          /[^\t\n\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u,
        );
        // An address may stand twice: in a link's text and behind it.
        expect(read.text.length).toBeLessThanOrEqual(4 * body.length + 16);
      }),
      RUNS,
    );
  });

  it('of other readers give a value', () => {
    fc.assert(
      fc.property(text, (body) => {
        const r = requestWith({ method: 'INFO', type: 'application/xml', body });
        expect([undefined, 'composing', 'paused']).toContain(LYNC.typing?.read(r));
        const recipients = readConferenceImdn(r.request.body)?.recipients ?? [];
        expect(recipients.length).toBeLessThanOrEqual(250);
        expect(readMsgr(body)?.raw ?? '').not.toContain('\n');
        expect(LYNC.session?.read(r.request.body)?.acceptTypes.length ?? 0).toBeLessThanOrEqual(32);
      }),
      RUNS,
    );
  });
});

describe('an INVITE', () => {
  it('of any headers and any description is refused by name, or has a first message that is whole or none', () => {
    fc.assert(
      fc.property(line, line, text, (format, copy, body) => {
        const headers = [
          ['ms-text-format', format],
          ['ms-im-format', copy],
        ] as const;
        const r = requestWith({ headers, type: 'application/sdp', body });
        const { first, refusal } = LYNC.request(r);
        expect(['call', undefined]).toContain(refusal?.code);
        if (first === undefined) return;
        expect(first.taken.length).toBe(2);
        expect(first.message.request.body.length).toBeLessThanOrEqual(
          2 * (format.length + copy.length) + 300,
        );
      }),
      RUNS,
    );
  });

  it('of any parts is described within bounds', () => {
    fc.assert(
      fc.property(text, (body) => {
        const type = 'multipart/alternative;boundary=b';
        const whole = `--b\r\nContent-Type: application/sdp\r\n\r\n${SESSION}${body}\r\n--b--\r\n`;
        const calls = callsIn(requestWith({ type, body: whole }).request);
        expect(calls.length).toBeLessThanOrEqual(20);
      }),
      RUNS,
    );
  });
});

describe('headers', () => {
  it('of any text are read, or are not', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 100, max: 699 }), (value, status) => {
        const { headers } = requestWith({
          headers: [
            ['ms-keep-alive', value],
            ['ms-edge-proxy-message-trust', value],
          ],
        }).request;
        expect(['UAC', 'UAS', undefined]).toContain(keepAliveIn(headers)?.role);
        expect(trustIn(headers)?.sourceType).not.toBe('');
        const response = responseWith(status, [
          ['ms-diagnostics', value],
          ['Warning', value],
        ]);
        for (const one of diagnosticsIn(response.headers))
          expect(Number.isInteger(one.id)).toBe(true);
        const { meaning } = LYNC.response(response, 'INVITE');
        if (status < 400) expect(meaning).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('cost no more than their length', () => {
    for (const piece of [
      ';',
      ';a=',
      ';a="',
      '\\"',
      ' ',
      ';ms-body=',
      'A',
      '=',
      ';ms-source-type=a',
      '1009;',
    ]) {
      const value = `x${piece.repeat(8_000 / piece.length)}`;
      const headers = [
        ['ms-text-format', value],
        ['ms-keep-alive', value],
        ['ms-edge-proxy-message-trust', value],
      ] as const;
      const begun = performance.now();
      const r = requestWith({
        headers,
        type: 'application/sdp',
        body: `${SESSION}m=message 1 sip null\r\n`,
      });
      LYNC.request(r);
      trustIn(r.request.headers);
      keepAliveIn(r.request.headers);
      LYNC.response(responseWith(504, [['ms-diagnostics', `1009${value.slice(1)}`]]), 'INVITE');
      expect(performance.now() - begun, piece).toBeLessThan(500);
    }
  });
});
