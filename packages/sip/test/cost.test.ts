// What the worst datagram costs: no more than a few times the same octets of ordinary messages.
import { describe, expect, it } from 'vitest';
import { checkRequest, isFault, parseMessage, routeTexts, salvage } from '@interwork/sip';
import { message, plainLines, utf8 } from './message-text.ts';

const ordinary = message(
  plainLines(['Content-Type: text/plain', 'Content-Length: 600']),
  'x'.repeat(600),
);
const list = (length: number, item: (i: number) => string, mark: string): string =>
  Array.from({ length }, (_, i) => item(i)).join(mark);

const ROWS: readonly [id: string, bytes: Uint8Array][] = [
  ['header lines', message(plainLines(Array.from({ length: 12_000 }, () => 'X:y')))],
  [
    'header lines, as many as may be',
    message(plainLines(Array.from({ length: 190 }, (_, i) => `Y${i}: ${'z'.repeat(150)}`))),
  ],
  ['parameters', message(plainLines([`Contact: <sip:a@b>${list(4000, () => ';', 'a')}`]))],
  [
    'parameters, as many as may be',
    message(
      plainLines(Array.from({ length: 95 }, () => `m: <sip:a>${list(64, (i) => `;p${i}`, '')}`)),
    ),
  ],
  [
    'URI parameters',
    message(
      plainLines(Array.from({ length: 95 }, () => `m: <sip:a${list(64, (i) => `;p${i}`, '')}>`)),
    ),
  ],
  ['Via in one line', message(plainLines([`Via: ${list(500, () => 'SIP/2.0/UDP a', ',')}`]))],
  [
    'Via in many lines',
    message(plainLines(Array.from({ length: 190 }, () => 'v: SIP/2.0/UDP a;branch=z9hG4bKx'))),
  ],
  [
    'open quotes',
    message(plainLines(Array.from({ length: 4 }, () => `m: "${'\\"'.repeat(3900)}`))),
  ],
  ['open brackets', message(plainLines(Array.from({ length: 4 }, () => `m: ${'<'.repeat(7900)}`)))],
  ['open comments', message(plainLines([`Retry-After: 1${'('.repeat(8000)}`]))],
  [
    'folds',
    message(plainLines(Array.from({ length: 3 }, (_, i) => `Y${i}: ${'\r\n '.repeat(2600)}`))),
  ],
  ['a folded Via', message(plainLines([`Via: ${'\r\n '.repeat(2600)}`]))],
  ['percent escapes', message(plainLines([`Contact: <sip:${'%41'.repeat(2600)}@a>`]))],
  [
    'quoted controls',
    message(plainLines(Array.from({ length: 3 }, (_, i) => `Y${i}: "${'\\\u0001'.repeat(3900)}"`))),
  ],
  [
    'replacement characters',
    message(plainLines(Array.from({ length: 3 }, (_, i) => `Y${i}: ${'\ufffd'.repeat(2600)}`))),
  ],
  ['colons in a host', message(plainLines([`Contact: <sip:[${':1'.repeat(4000)}]>`]))],
  ['dots in a host', message(plainLines([`Contact: <sip:${'a.'.repeat(4000)}>`]))],
  [
    'digits',
    message(plainLines([`Expires: ${'1'.repeat(8000)}`, `CSeq: ${'0'.repeat(8000)}1 MESSAGE`])),
  ],
  [
    'URIs without a user, before text that is no Latin-1',
    message(
      plainLines([
        `Contact: ${list(100, () => '<sip:a>', ',')}`,
        `Route: ${list(100, () => '<sip:a>;x==', ',')}`,
        `Record-Route: ${list(100, () => '<sip:a>;x==', ',')}`,
        ...Array.from({ length: 12 }, (_, i) => `Y${i}: ${'\u4040'.repeat(600)}`),
      ]),
    ),
  ],
  ['keep-alives', utf8('\r\n'.repeat(30_000))],
  ['one line', utf8('A'.repeat(60_000))],
  ['no line end in the head', utf8(`${plainLines().join('\r\n')}\r\nX: ${'a'.repeat(59_000)}`)],
];

/** Microseconds, the best of several. */
function costOf(bytes: Uint8Array): number {
  let best = Infinity;
  for (let run = 0; run < 12; run++) {
    const start = performance.now();
    for (let i = 0; i < 4; i++) read(bytes);
    best = Math.min(best, (performance.now() - start) / 4);
  }
  return best * 1000;
}

function read(bytes: Uint8Array): void {
  const parsed = parseMessage(bytes);
  if (isFault(parsed) || parsed.kind === 'response') {
    salvage(bytes);
    return;
  }
  checkRequest(parsed);
  void parsed.headers.expires;
  void parsed.headers.retryAfter;
  void parsed.headers.contact;
  routeTexts(parsed.headers, 'Route');
  routeTexts(parsed.headers, 'Record-Route');
  parsed.headers.fields();
}

describe('the worst datagram', () => {
  for (let i = 0; i < 3000; i++) read(ordinary);
  const sixty = (costOf(ordinary) * 60_000) / ordinary.length;
  it.each(ROWS)('%s', (_, bytes) => {
    expect(costOf(bytes) / sixty).toBeLessThan(5);
  });
});
