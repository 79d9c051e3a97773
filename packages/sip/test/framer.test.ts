// Streams: the same things come out however the octets were cut, limits hold before the octets are there,
// and after lost framing nothing comes out at all.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer, type FramerEvent, type SipLimits } from '@interwork/sip';
import { haveVectors, vectorBytes, vectorJson } from '../../../test-kit/vectors.ts';
import { message, plainLines, START, utf8 } from './message-text.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const one = (id: string, body: string): Uint8Array =>
  message(plainLines([`Call-ID: ${id}`, `Content-Length: ${utf8(body).length}`]), body);
const whole = (...parts: (string | Uint8Array)[]): Uint8Array =>
  new Uint8Array(parts.flatMap((part) => [...(typeof part === 'string' ? utf8(part) : part)]));

function told(event: FramerEvent): string {
  if (event.kind === 'ping') return 'ping';
  if (event.kind === 'broken') {
    return `${event.fault.code}${event.fatal ? '!' : ''} ${event.salvage?.callId ?? '-'}`;
  }
  return `${event.message.headers.text('Call-ID')} ${text(event.message.body)}`;
}

function drain(framer: Framer): string[] {
  const found: string[] = [];
  for (let event = framer.next(); event !== undefined; event = framer.next())
    found.push(told(event));
  return found;
}

function framed(bytes: Uint8Array, cuts: readonly number[], limits?: Partial<SipLimits>): string[] {
  const framer = new Framer(limits);
  const found: string[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    framer.push(bytes.slice(from, cut));
    found.push(...drain(framer));
    from = cut;
  }
  return found;
}

const byteByByte = (bytes: Uint8Array): readonly number[] => Array.from(bytes.keys()).slice(1);
const without = (name: string): readonly string[] =>
  plainLines().filter((line) => !line.startsWith(name));

const ROWS: readonly [id: string, bytes: Uint8Array, events: readonly string[]][] = [
  ['one message', one('1', 'ab'), ['1 ab']],
  ['two, back to back', whole(one('1', 'ab'), one('2', '')), ['1 ab', '2 ']],
  ['a body with UTF-8 and an empty line', one('1', 'é\r\n\r\n😀'), ['1 é\r\n\r\n😀']],
  ['a body that looks like a message', one('1', text(one('2', 'x'))), [`1 ${text(one('2', 'x'))}`]],
  ['line ends in front', whole('\r\n', one('1', '')), ['1 ']],
  ['a ping', utf8('\r\n\r\n'), ['ping']],
  ['a pong', utf8('\r\n'), []],
  [
    'pings between messages',
    whole(one('1', ''), '\r\n\r\n', one('2', ''), '\r\n\r\n\r\n\r\n'),
    ['1 ', 'ping', '2 ', 'ping', 'ping'],
  ],
  ['a message not yet whole', one('1', 'ab').slice(0, -1), []],
  ['a head not yet whole', utf8(`${START}\r\nTo: <sip:a@b>\r\n`), []],
  [
    'a broken value costs one message',
    whole(message(plainLines(['Call-ID: 1', 'l: 2', 'X-A: \u0001']), 'ab'), one('2', '')),
    ['control-character 1', '2 '],
  ],
  [
    'doubled From costs one message',
    whole(message([...plainLines(['Call-ID: 1']), 'f: <sip:a@b>', 'l: 2'], 'ab'), one('2', '')),
    ['duplicate-header 1', '2 '],
  ],
  [
    'another version costs one message',
    whole(
      message([START.replace('2.0', '3.0'), ...plainLines(['l: 2']).slice(1)], 'ab'),
      one('2', ''),
    ),
    ['version call-1@a.example', '2 '],
  ],
  [
    'a bad status line costs one message',
    whole(message(['SIP/2.0 999 x', ...plainLines(['l: 0']).slice(1)]), one('2', '')),
    ['status-line -', '2 '],
  ],
  [
    'no Content-Length',
    whole(message(plainLines()), one('2', '')),
    ['content-length-missing! call-1@a.example'],
  ],
  [
    'two Content-Length',
    whole(message(plainLines(['l: 0', 'Content-Length: 0'])), one('2', '')),
    ['duplicate-header! call-1@a.example'],
  ],
  [
    'a signed Content-Length',
    whole(message(plainLines(['l: +0'])), one('2', '')),
    ['content-length! call-1@a.example'],
  ],
  [
    'a body too large, told by its length',
    message(plainLines(['l: 65536'])),
    ['message-too-large! call-1@a.example'],
  ],
  [
    'a bare LF',
    whole(message(plainLines(['l: 0', 'X: a\nb'])), one('2', '')),
    ['bare-line-end! call-1@a.example'],
  ],
  ['a bare CR between messages', whole('\r', one('1', '')), ['bare-line-end! -']],
  [
    'HTTP',
    whole(message(['POST / HTTP/1.1', 'Content-Length: 0']), one('2', '')),
    ['start-line! -'],
  ],
  [
    'a bad header line',
    whole(message(plainLines(['l: 0', 'X A: b'])), one('2', '')),
    ['header-line! call-1@a.example'],
  ],
  [
    'ACK is not answered',
    message(['ACK sip:a@b SIP/2.0', ...without('x').slice(1)]),
    ['content-length-missing! -'],
  ],
];

describe('RFC 3261 §18.3, RFC 5626 §4.4.1: whole, byte by byte, and cut anywhere', () => {
  it.each(ROWS)('%s', (_, bytes, events) => {
    expect(framed(bytes, [])).toEqual(events);
    expect(framed(bytes, byteByByte(bytes))).toEqual(events);
  });

  it('cuts change nothing', () => {
    const row = fc.constantFrom(...ROWS);
    const cuts = fc.array(fc.nat(), { maxLength: 12 });
    fc.assert(
      fc.property(row, row, cuts, ([, a], [, b], at) => {
        const bytes = whole(a, b);
        const sorted = at.map((cut) => cut % bytes.length).toSorted((x, y) => x - y);
        expect(framed(bytes, sorted)).toEqual(framed(bytes, []));
      }),
    );
  });

  it('octets behind a message wait for the next', () => {
    const framer = new Framer();
    framer.push(whole(one('1', ''), START));
    expect(drain(framer)).toEqual(['1 ']);
    expect(framer.pending).toBe(START.length);
    framer.push(one('2', 'x').slice(START.length));
    expect([drain(framer), framer.pending]).toEqual([['2 x'], 0]);
  });
});

describe('limits', () => {
  it('a head that does not end is refused before a second one fits', () => {
    const framer = new Framer();
    let pushed = 0;
    let found: string[] = [];
    while (found.length === 0 && pushed < 200_000) {
      framer.push(utf8('X: a\r\n'.repeat(20)));
      pushed += 120;
      found = drain(framer);
    }
    expect(found).toEqual(['head-too-large! -']);
    expect(pushed).toBeLessThanOrEqual(32_768 + 120);
  });

  it('a limit can be moved by name', () => {
    expect(framed(one('1', 'abc'), [], { messageBytes: 200 })).toEqual(['message-too-large! 1']);
  });

  it('nothing is read or kept after the framing is lost', () => {
    const framer = new Framer();
    framer.push(message(plainLines()));
    expect(drain(framer)).toHaveLength(1);
    framer.push(one('2', ''));
    expect([drain(framer), framer.pending]).toEqual([[], 0]);
  });

  it('bodies that were handed out stay as they were', () => {
    const framer = new Framer();
    const bodies: Uint8Array[] = [];
    const bytes = whole(one('1', 'aaaa'), one('2', 'bbbb'), one('3', 'cccc'));
    for (const octet of bytes) {
      framer.push(new Uint8Array([octet]));
      const event = framer.next();
      if (event?.kind === 'message') bodies.push(event.message.body);
    }
    expect(bodies.map(text)).toEqual(['aaaa', 'bbbb', 'cccc']);
  });

  it('octets one at a time cost in proportion', () => {
    const took = (length: number): number => {
      const bytes = one('1', 'x'.repeat(length));
      const start = performance.now();
      framed(bytes, byteByByte(bytes));
      return performance.now() - start;
    };
    // six times the octets: some six times the work if it is linear, thirty-six if it is quadratic
    let [small, large] = [Infinity, Infinity];
    for (let run = 0; run < 8; run++) {
      small = Math.min(small, took(10_000));
      large = Math.min(large, took(60_000));
    }
    expect(large / small).toBeLessThan(18);
  });
});

describe.skipIf(!haveVectors)('the torture messages as streams', () => {
  const index = vectorJson<{ vectors: { file: string }[] }>('rfc4475/index.json', { vectors: [] });
  it.each(index.vectors.map((row) => row.file))('%s', (file) => {
    const bytes = whole(vectorBytes(`rfc4475/${file}`), one('after', ''));
    const events = framed(bytes, []);
    expect(framed(bytes, byteByByte(bytes))).toEqual(events);
    expect(framed(bytes, [bytes.length >> 2, bytes.length >> 1])).toEqual(events);
  });

  it('dblreq is two messages, and octets that belong to neither', () => {
    const found = framed(vectorBytes('rfc4475/dblreq.dat'), []);
    expect(found.map((event) => event.slice(0, 20))).toEqual([
      'dblreq.0ha0isndaksdj',
      'dblreq.0ha0isnda9776',
      'content-length-missi',
    ]);
  });
});
