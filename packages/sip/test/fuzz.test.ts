// Mutated messages: reading never throws; what reads is written again and then reads and is written the
// same; the framer agrees with itself however the octets are cut. Seeded, and bounded in time.
import { describe, expect, it } from 'vitest';
import {
  checkRequest,
  checkResponse,
  Framer,
  type Headers,
  isFault,
  parseMessage,
  salvage,
  type SipMessage,
  writeMessage,
} from '@interwork/sip';
import { haveVectors, vectorBytes, vectorJson } from '../../../test-kit/vectors.ts';
import { message, plainLines, utf8 } from './message-text.ts';

const SEED = 20_261_123;
const MILLISECONDS = 3000;

const own: readonly Uint8Array[] = [
  message(
    plainLines(['Content-Length: 2', 'Contact: "A, b" <sip:a@[::1]:5060;lr?x=y>;q=0.5, sip:c@d']),
    'ab',
  ),
  message([
    'SIP/2.0 200 OK',
    ...plainLines(['Warning: 399 a "b\\"c"', 'Retry-After: 5 (x);duration=1']).slice(1),
  ]),
  message(
    plainLines([
      'v: SIP / 2.0 / UDP\r\n a:5060 ; branch=x, SIP/2.0/TCP b;received=[::1]',
      'Subject: \u00e9\r\n b',
    ]),
  ),
];
const dictionary = [
  '\r\n',
  '\r\n ',
  '\r',
  '\n',
  '\0',
  '"',
  '\\',
  '<',
  '>',
  ';',
  ',',
  ':',
  '@',
  '%',
  '%00',
  '[',
  ']',
  '=',
  '*',
  'l: 5\r\n',
  'Content-Length: 0\r\n',
  '__proto__: x\r\n',
  ';tag=',
  ';branch=z9hG4bK',
  'SIP/2.0',
  '\u00e9',
  '9999999999',
].map(utf8);

describe('mutations', () => {
  it('keep every promise', () => {
    const draw = generator(SEED);
    const seeds = [...own, ...vectors()];
    const end = performance.now() + MILLISECONDS;
    let runs = 0;
    for (; performance.now() < end && runs < 200_000; runs++) {
      let bytes = seeds[draw(seeds.length)] as Uint8Array;
      for (let n = draw(4); n >= 0; n--) bytes = mutated(bytes, draw);
      check(bytes, draw);
    }
    expect(runs).toBeGreaterThan(500);
  });
});

function check(bytes: Uint8Array, draw: (below: number) => number): void {
  const parsed = parseMessage(bytes);
  salvage(bytes);
  checkFramer(bytes, draw(bytes.length + 1));
  if (isFault(parsed)) return;
  touch(parsed);
  const once = writeMessage(parsed);
  const again = parseMessage(once);
  if (isFault(again)) throw new Error(`${again.code}: ${JSON.stringify(latin(bytes))}`);
  if (latin(writeMessage(again)) !== latin(once)) throw new Error(JSON.stringify(latin(bytes)));
}

/** Every typed value, and the checks. */
function touch(message: SipMessage): void {
  const { headers } = message;
  for (const key of GETTERS) void headers[key];
  for (const field of headers.fields()) headers.all(field.name);
  if (message.kind === 'request') checkRequest(message);
  else checkResponse(message);
}

const GETTERS = [
  'from',
  'to',
  'via',
  'cseq',
  'callId',
  'maxForwards',
  'contact',
  'route',
  'recordRoute',
  'replyTo',
  'contentType',
  'contentLength',
  'contentEncoding',
  'contentLanguage',
  'contentDisposition',
  'subject',
  'require',
  'supported',
  'proxyRequire',
  'unsupported',
  'allow',
  'allowEvents',
  'accept',
  'expires',
  'minExpires',
  'retryAfter',
  'date',
  'warning',
  'reason',
  'event',
  'subscriptionState',
  'userAgent',
  'server',
] as const satisfies readonly (keyof Headers)[];

function checkFramer(bytes: Uint8Array, cut: number): void {
  const whole = events([bytes]);
  const split = events([bytes.slice(0, cut), bytes.slice(cut)]);
  if (whole !== split) throw new Error(`cut at ${cut}: ${JSON.stringify(latin(bytes))}`);
}

function events(pieces: readonly Uint8Array[]): string {
  const framer = new Framer();
  let found = '';
  for (const piece of pieces) {
    framer.push(piece);
    for (let event = framer.next(); event !== undefined; event = framer.next()) {
      found += event.kind === 'broken' ? event.fault.code : event.kind;
      if (event.kind === 'message') found += latin(writeMessage(event.message));
    }
  }
  return found;
}

function mutated(bytes: Uint8Array, draw: (below: number) => number): Uint8Array {
  const at = draw(bytes.length + 1);
  const length = draw(3) === 0 ? draw(40) : draw(3);
  const other = dictionary[draw(dictionary.length)] as Uint8Array;
  switch (draw(5)) {
    case 0:
      return spliced(bytes, at, 0, other);
    case 1:
      return spliced(bytes, at, length, new Uint8Array());
    case 2:
      return spliced(bytes, at, other.length, other);
    case 3:
      return spliced(bytes, at, 1, new Uint8Array([draw(256)]));
    default:
      return spliced(bytes, at, 0, bytes.slice(at, at + length));
  }
}

function spliced(bytes: Uint8Array, at: number, gone: number, put: Uint8Array): Uint8Array {
  return new Uint8Array([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + gone)]);
}

function vectors(): readonly Uint8Array[] {
  if (!haveVectors) return [];
  const torture = vectorJson<{ vectors: { file: string }[] }>('rfc4475/index.json', {
    vectors: [],
  });
  const seeds = vectorJson<{ sets: { sip: { raw: string }[] } }>('fuzz-seeds/pjsip-seeds.json', {
    sets: { sip: [] },
  });
  const texts = seeds.sets.sip.map((seed) => Buffer.from(seed.raw, 'base64').toString('latin1'));
  return [
    ...torture.vectors.map((row) => vectorBytes(`rfc4475/${row.file}`)),
    ...texts.map((text) => Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'latin1')),
  ];
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Mulberry32. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
