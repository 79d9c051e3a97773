// Values of Route and Record-Route with parameters that are outside the grammar: RFC 3261 §8.2.2, §12.1.1, §16.6 item 4, §20.30.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRequest,
  type Dialog,
  dialogOfRequest,
  headersOf,
  isFault,
  nextHopOf,
  parseNameAddr,
  parseRoute,
  recordRoutesOf,
  requestWithin,
  routeTexts,
  uriParam,
  writeNameAddr,
  writeUri,
} from '@interwork/sip';
import { good, message, requestIn } from './message-text.ts';

/** What is outside the grammar, and what we would write for what we read. */
const READ: readonly (readonly [value: string, written: string])[] = [
  ['<sip:p.example;lr>;sig=a/b+c==', '<sip:p.example;lr>;sig="a/b+c=="'],
  ['<sip:p.example;lr>;ftag=a@b;x=1', '<sip:p.example;lr>;ftag="a@b";x=1'],
  ['<sip:p.example;lr> ; x = {a|b}^(c)?#&$ ; y', '<sip:p.example;lr>;x="{a|b}^(c)?#&$";y'],
  ['<sip:p.example;lr>;x=', '<sip:p.example;lr>;x=""'],
  ['"a>, b" <sip:p.example;lr>;x=a/b', '"a>, b" <sip:p.example;lr>;x="a/b"'],
  ['P two <sip:p.example;lr>;x=a/b', '"P two" <sip:p.example;lr>;x="a/b"'],
  ['<sip:p.example;lr>;x="a \\"b,";y=/', '<sip:p.example;lr>;x="a \\"b,";y="/"'],
  ['<sip:p.example:5070;lr;ftag=a`b%>', '<sip:p.example:5070;lr;ftag=a%60b%25>'],
  ['<sip:u;x@p.example;lr=on;sig=aB/+==>;a=1', '<sip:u;x@p.example;lr=on;sig=aB/+%3D%3D>;a=1'],
  ['<sip:p.example;ftag=;lr>', '<sip:p.example;ftag;lr>'],
  ['<sip:[2001:db8::1];x={%41}|^#;lr>', '<sip:[2001:db8::1];x=%7B%41%7D%7C%5E%23;lr>'],
];

describe('RFC 3261 §20.30 a parameter that is outside the grammar', () => {
  it.each(READ)('%s', (value, written) => {
    const route = good(parseRoute(value));
    expect(isFault(parseNameAddr(value))).toBe(true);
    expect(writeNameAddr(route)).toBe(written);
    expect(good(parseNameAddr(written))).toEqual(route);
  });

  it('what is within the grammar reads as every address does', () => {
    for (const value of ['<sip:p;lr>', '"a" <sips:u@p:1;lr;x=%41>;Y="b c";z', 'A<sip:p?a=b>'])
      expect(parseRoute(value)).toEqual(parseNameAddr(value));
  });
});

/** What would be read in two ways, or separates. */
const REFUSED = [
  'sip:p.example;lr',
  'sip:p.example;x=a/b',
  '<sip:p.example;lr',
  '<sip:p.example;lr>x=a/b',
  '<sip:p.example;lr>;=a/b',
  '<sip:p.example;lr>;a/b',
  '<sip:p.example;lr>;x=a/b;x=c',
  '<sip:p.example;lr>;x=a b/c',
  '<sip:p.example;lr>;x=a/b"c"',
  '<sip:p.example;lr>;x="a/b',
  '<sip:p.example;lr>;x="a"/b',
  '<sip:p.example;lr>;x=a/b>',
  '<sip:p.example;lr>;x=a/<b',
  '<sip:p.example;lr>;x=a/\\b',
  '<sip:p.example;lr>;x=/é',
  '<sip:p.example;lr;x="a">',
  '<sip:p.example;lr;x="a>b">',
  '<sip:p.example;lr;x=a,b=>',
  '<sip:p.example;lr;x=a b>',
  '<sip:p.example;lr;x=\\>',
  '<sip:p.example;lr;x=<a>',
  '<sip:u@p.example;lr;x=a@b>',
  '<sip:p.example;lr;x=a=?b>',
  '<sip:p.example;lr;x==;x=a>',
  '<sip:p.example;;lr;x==>',
  '<sip:p.ex`ample;lr;x==>',
  '<sip:u`@p.example;lr>',
  '<sip:p.example:0;lr;x==>',
  '<sip:p.example;lr>;x=/\u0007',
  `<sip:p.example>${Array.from({ length: 65 }, (_, n) => `;p${n}=/`).join('')}`,
];

describe('RFC 3261 §16.4 what could be taken for something else', () => {
  it.each(REFUSED)('%s', (value) => {
    expect(parseRoute(value)).toMatchObject({ kind: 'fault', code: 'name-addr' });
  });
});

const LINES = [
  'SUBSCRIBE sip:bob@b.example SIP/2.0',
  'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKone',
  'From: <sip:ann@a.example>;tag=f1',
  'To: <sip:bob@b.example>',
  'Call-ID: call-1@a.example',
  'CSeq: 7 SUBSCRIBE',
  'Contact: <sip:ann@192.0.2.1>',
];

/** A request with these lines, as a server takes it; or what is wrong with it. */
const incoming = (lines: readonly string[]) =>
  checkRequest(requestIn(message([...LINES, ...lines, 'Content-Length: 0'])));

const dialogBy = (lines: readonly string[]): Dialog =>
  good(dialogOfRequest(good(incoming(lines)), 'l1'));

const ODD = READ.map(([value]) => value);

describe('RFC 3261 §12.1.1 a dialog keeps it octet for octet', () => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['a line for each', ODD.map((value) => `Record-Route: ${value}`), ODD],
    ['one line for all', [`Record-Route: ${ODD.join(', ')}`], ODD],
    ['without blanks', [`Record-Route:${ODD.join(',')}`], ODD],
    ['a fold between two', [`Record-Route: ${ODD.join(',\r\n ')}`], ODD],
    [
      'a fold within one, which is a blank',
      ['Record-Route: <sip:p;lr>\r\n ;x=a/b\r\n\t;y=\r\n c@d,<sip:q;lr>'],
      ['<sip:p;lr> ;x=a/b ;y= c@d', '<sip:q;lr>'],
    ],
  ];
  it.each(rows)('%s', (_, lines, values) => {
    const dialog = dialogBy(lines);
    expect(dialog.routes).toEqual(values);
    expect(JSON.parse(JSON.stringify(dialog))).toEqual(dialog);
    const { draft } = requestWithin(dialog, 'NOTIFY');
    expect(draft.headers?.map(({ name, value }) => [name, value])).toEqual(
      values.map((value) => ['Route', value]),
    );
    expect(routeTexts(headersOf(draft.headers ?? []))).toEqual(values);
  });

  it.each(READ)('and goes by it: %s', (value) => {
    const dialog = dialogBy([`Record-Route: ${value}`]);
    const hop = nextHopOf(dialog);
    expect(hop).toMatchObject({ kind: 'sip', host: expect.stringMatching(/^p\.example$|^\[/) });
    expect(uriParam(hop, 'lr')).toBeDefined();
    expect(writeUri(requestWithin(dialog, 'NOTIFY').draft.uri)).toBe('sip:ann@192.0.2.1');
  });

  it('§12.2.1.1 a strict router becomes a Request-URI that is one', () => {
    const { draft } = requestWithin(dialogBy(['Record-Route: <sip:s.example;x=a`=b>;y=/']), 'X');
    expect(writeUri(draft.uri)).toBe('sip:s.example;x=a%60%3Db');
    expect(draft.headers).toEqual([{ name: 'Route', value: '<sip:ann@192.0.2.1>' }]);
  });

  it('§16.6 item 4 and the answer repeats the lines', () => {
    const lines = [`Record-Route: ${ODD.slice(0, 3).join(', ')}`, `Record-Route: ${ODD[7]}`];
    expect(recordRoutesOf(good(incoming(lines)))).toEqual([
      { name: 'Record-Route', value: ODD.slice(0, 3).join(', ') },
      { name: 'Record-Route', value: ODD[7] },
    ]);
  });
});

describe('RFC 3261 §8.2.2 a request with it', () => {
  it.each(ODD)('is taken: %s', (value) => {
    for (const name of ['Route', 'Record-Route'])
      expect(isFault(incoming([`${name}: ${value}`]))).toBe(false);
  });

  it.each(REFUSED.slice(0, -2))('is refused where it is ambiguous: %s', (value) => {
    for (const name of ['Route', 'Record-Route'])
      expect(incoming([`${name}: <sip:a;lr>`, `${name}: ${value}`])).toMatchObject({
        code: 'header-value',
        at: name,
        answer: { status: 400 },
      });
  });

  it.each(['Contact', 'From', 'To', 'Via', 'Reply-To'])('is refused in %s all the same', (name) => {
    const kept = LINES.filter((line) => !line.startsWith(`${name}:`));
    const value = name === 'Via' ? 'SIP/2.0/UDP gw.a.example;x=a/b' : '<sip:a@b>;tag=1;x=a/b';
    const { headers } = requestIn(message([...kept, `${name}: ${value}`]));
    const key = { Contact: 'contact', From: 'from', To: 'to', Via: 'via', 'Reply-To': 'replyTo' }[
      name
    ] as 'contact';
    expect(headers[key]).toMatchObject({ kind: 'fault', code: 'header-value', at: name });
  });

  it.each(['\r', '\n', '\r\nInjected: 1'])('never brings a line: %j', (end) => {
    const bytes = message([...LINES, `Record-Route: <sip:p;lr>;x=a/b${end}`]);
    const texts = [...routesIn(bytes), ...routesIn(bytes, 'Route')];
    expect(texts.join()).not.toMatch(/[\r\n]|Injected/);
  });
});

/** The values of a message that may be no message. */
function routesIn(
  bytes: Uint8Array,
  name: 'Route' | 'Record-Route' = 'Record-Route',
): readonly string[] {
  try {
    return routeTexts(requestIn(bytes).headers, name);
  } catch {
    return [];
  }
}

it('whatever stands in a parameter: it is refused, or one value that comes back as it was', () => {
  const text = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
  const before = '<sip:first.example;lr>';
  fc.assert(
    fc.property(text, text, (within, behind) => {
      const value = `<sip:u@p.example;lr;x=${within}>;y=${behind}`;
      const line = `${before}, ${value}, ${before}`;
      const route = parseRoute(value);
      const read = headersOf([{ name: 'Record-Route', value: line }]);
      if (isFault(route)) return;
      expect(isFault(read.recordRoute)).toBe(false);
      expect(routeTexts(read, 'Record-Route')).toEqual([before, value.trim(), before]);
      expect(route.uri).toMatchObject({ host: 'p.example', user: 'u' });
      expect(good(parseNameAddr(writeNameAddr(route))).params).toEqual(route.params);
    }),
    { numRuns: 2000 },
  );
});
