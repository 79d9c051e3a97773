// What an endpoint does for a host that sends requests on: octets kept, Vias put on and taken off, extensions and
// methods left to the host. Which requests those are, and where they go, is the host's.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRequest,
  fieldNames,
  type Flow,
  type ForwardDraft,
  headersOf,
  type IncomingRequest,
  MisuseError,
  type PassedResponse,
  routeTexts,
  type SipEndpointOptions,
  type SipOutput,
  type Target,
} from '@interwork/sip';
import { good, message, plainLines, requestIn, responseIn } from './message-text.ts';
import {
  kinds,
  NOTHING,
  only,
  plain,
  sends,
  statuses,
  stream,
  Table,
  UDP,
  withStart,
} from './one-endpoint.ts';

const TEXT = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const TARGET: Target = { transport: 'tcp', address: '192.0.2.9', port: 5060, references: [] };
const OUT: Flow = stream('out', { remote: { address: '192.0.2.9', port: 5060 } });
const IN: Flow = stream('in');

/** A table whose host sends everything on. */
function proxy(options: Partial<SipEndpointOptions> = {}): Table {
  const table = new Table({ proxies: () => true, ...options });
  table.feed({ kind: 'opened', flow: IN });
  return table;
}

const came = (bytes: Uint8Array): IncomingRequest => good(checkRequest(requestIn(bytes)));

/** Octets received and sent on; what left. */
function forwarded(
  bytes: Uint8Array,
  but: Partial<ForwardDraft> = {},
  table = proxy(),
): { readonly sent: string; readonly outputs: readonly SipOutput[] } {
  const forward = { request: came(bytes), cameFrom: IN.remote, maxForwards: 69, ...but };
  const asked = table.feed({ kind: 'forward', forward, targets: [TARGET], context: 'c' });
  const [connect] = only(asked, 'connect');
  const outputs =
    connect === undefined
      ? asked
      : table.feed({ kind: 'opened', flow: OUT, connect: connect.connect });
  return { sent: TEXT(sends(outputs)[0]), outputs };
}

const lines = (text: string): readonly string[] => text.split('\r\n');

describe('RFC 3261 §16.6 a request that is sent on', () => {
  const odd = message(
    [
      'MESSAGE sip:bob@b.example;x=%41 SIP/2.0',
      'v: SIP/2.0/TLS  gw.a.example ;branch=z9hG4bKone;branched=FALSE;ms-internal-info="a;b, c"',
      'Via: SIP/2.0/TLS 10.0.0.1;branch=z9hG4bKtwo;Odd=Case, SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKthree',
      'Max-Forwards: 70',
      'f: "Ann \\"A\\"" <sip:ann@a.example>;tag=f1;epid=9b6f316d27',
      'to: <sip:bob@b.example>;epid="q"',
      'Call-ID: call-1@a.example',
      'CSeq: 1 MESSAGE',
      'X-Unknown:   spaced  value',
      'x-folded: one',
      '  two',
      'm: <sip:ann@a.example;opaque=user:epid:NXZdJKkTh4E717cpQ6kfjgAA;gruu>',
      'Record-Route: <sip:p.a.example:5061;transport=tls;opaque=state:T;lr>;ms-rrsig=AbC;tag=1',
      'Content-Length:  2',
    ],
    'hi',
  );

  it('is as it was, with our Via on top, one hop less and its own Via stamped', () => {
    const before = lines(TEXT(odd));
    const after = lines(forwarded(odd).sent);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toMatch(/^Via: SIP\/2\.0\/TCP gw\.b\.example:5060;branch=z9hG4bKt\d+$/);
    expect(after[2]).toBe(`Via: ${before[1]?.slice(3)};received=192.0.2.1`);
    expect(after[3]).toBe(before[2]);
    expect(after[4]).toBe('Max-Forwards: 69');
    expect(after.slice(5)).toEqual([...before.slice(4, -3), 'Content-Length: 2', '', 'hi']);
  });

  it('has what is put before, and not what goes no further, in any spelling', () => {
    const { sent } = forwarded(odd, {
      uri: 'sip:other@b.example',
      without: fieldNames(['x-UNKNOWN', 'Contact', 'X-Folded', 'never-there']),
      headers: [{ name: 'Record-Route', value: '<sip:gw.b.example;lr>' }],
    });
    expect(sent).toContain('MESSAGE sip:other@b.example SIP/2.0\r\n');
    expect(sent).not.toMatch(/x-unknown|x-folded|  two|\r\nm:/i);
    const request = requestIn(new TextEncoder().encode(sent));
    expect(request.headers.all('Record-Route')).toHaveLength(2);
    expect(request.headers.all('Record-Route')[0]).toBe('<sip:gw.b.example;lr>');
  });

  it('may have another body, of which the octets are counted', () => {
    const { sent } = forwarded(odd, {
      body: new TextEncoder().encode('höher'),
      headers: [{ name: 'Content-Type', value: 'text/plain;charset=utf-8' }],
    });
    expect(sent).toMatch(/Content-Length: 6\r\n\r\nhöher$/);
  });

  it('a Via that asks for its port is told it, and one at its own address is left alone', () => {
    const rport = forwarded(plain()).sent;
    expect(rport).toContain(
      'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKone;received=192.0.2.1;rport=40000\r\n',
    );
    const own = 'Via: SIP/2.0/TCP 192.0.2.1:9;branch=z9hG4bKo;X="y"';
    expect(forwarded(plain([own])).sent).toContain(`${own}\r\n`);
  });

  it('a first line of several Vias is stamped in its first value', () => {
    const both =
      'Via: SIP/2.0/TCP a.example;branch=z9hG4bK1 , SIP/2.0/TCP b.example;branch=z9hG4bK2';
    const request = requestIn(new TextEncoder().encode(forwarded(plain([both])).sent));
    expect(request.headers.all('Via').slice(1)).toEqual([
      'SIP/2.0/TCP a.example;branch=z9hG4bK1;received=192.0.2.1',
      'SIP/2.0/TCP b.example;branch=z9hG4bK2',
    ]);
  });

  it('§16.6 step 8: each try has a branch of its own, with the mark behind', () => {
    const table = proxy();
    const branch = (text: string) => /branch=([^;\r]*)/.exec(text)?.[1];
    const first = branch(forwarded(odd, { mark: 'm1' }, table).sent);
    const second = branch(forwarded(odd, { mark: 'm1' }, table).sent);
    expect(first).toMatch(/^z9hG4bKt\d+\.m1$/);
    expect(second).not.toBe(first);
  });

  it('whatever is in a message, all but what is named goes on as it is', () => {
    const name = fc.stringMatching(/^X-[A-Za-z0-9]{1,12}$/);
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const fields = fc.array(fc.record({ name, value }), { maxLength: 20 });
    fc.assert(
      fc.property(fields, fc.array(name, { maxLength: 5 }), (given, dropped) => {
        const bytes = plain(given.map((field) => `${field.name}: ${field.value}`));
        const names = new Set(dropped.map((one) => one.toLowerCase()));
        const sent = requestIn(
          new TextEncoder().encode(forwarded(bytes, { without: fieldNames(dropped) }).sent),
        );
        const others = (all: readonly { name: string; value: string }[]) =>
          all.filter((field) => field.name.startsWith('X-'));
        expect(others(sent.headers.fields())).toEqual(
          given.filter((field) => !names.has(field.name.toLowerCase())),
        );
      }),
    );
  });

  const MISUSE: readonly [string, Partial<ForwardDraft>][] = [
    ['a blank in the Request-URI', { uri: 'sip:a b@c.example' }],
    ['hops below none', { maxForwards: -1 }],
    ['half a hop', { maxForwards: 1.5 }],
    ['a mark that is no token', { mark: 'a;b' }],
    ['a header name that is none', { headers: [{ name: 'a b', value: '' }] }],
    ['a body that is no octets', { body: 'text' as unknown as Uint8Array }],
  ];
  for (const [id, but] of MISUSE)
    it(`misuse: ${id}`, () => expect(() => forwarded(odd, but)).toThrow(MisuseError));

  it('misuse: INVITE has no transaction here', () => {
    const invite = withStart('INVITE sip:b@b.example SIP/2.0');
    expect(() => forwarded(invite)).toThrow(MisuseError);
  });
});

describe('RFC 3261 §16.7 a response that is handed back', () => {
  /** A request in, sent on, answered by the next hop, and what came back of that. */
  function passed(
    response: (via: string, vias: readonly string[]) => readonly string[],
    but: Partial<PassedResponse> = {},
    flow: Flow = UDP,
  ) {
    const table = proxy();
    const [event] = only(table.bytes(plain(), flow), 'request');
    const { sent } = forwarded(plain(), {}, table);
    const vias = requestIn(new TextEncoder().encode(sent)).headers.all('Via');
    const answer = message([...response(vias[0] ?? '', vias.slice(1)), 'Content-Length: 2'], 'ok');
    const [came] = only(table.bytes(answer, OUT), 'response');
    if (came === undefined || event === undefined) return { table, came, back: [] };
    const input = { response: came.response, ...but };
    const back = table.feed({ kind: 'pass', to: event.id, passed: input });
    return { table, came, back, event };
  }
  const HEAD = [
    'From: "Ann" <sip:ann@a.example>;tag=f1;Epid=x',
    'To: <sip:bob@b.example>;tag=b;E="q"',
  ];
  const REST = ['Call-ID: call-1@a.example', 'CSeq: 1 MESSAGE'];
  const ok = (via: string, vias: readonly string[]) => [
    'SIP/2.0 200 Fine, thanks',
    `Via: ${via}`,
    ...vias.map((one) => `Via: ${one}`),
    ...HEAD,
    ...REST,
    'x-odd:  as  is',
    'Contact: <sip:bob@b.example;gruu>;Expires=9',
  ];

  it('is as it was, with the Vias of the request', () => {
    const { back } = passed(ok);
    expect(lines(TEXT(sends(back)[0]))).toEqual([
      'SIP/2.0 200 Fine, thanks',
      'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKone;received=192.0.2.1;rport=40000',
      ...HEAD,
      ...REST,
      'x-odd:  as  is',
      'Contact: <sip:bob@b.example;gruu>;Expires=9',
      'Content-Length: 2',
      '',
      'ok',
    ]);
  });

  it('may have another status, and lack what goes no further', () => {
    const { back } = passed(ok, {
      status: 500,
      without: fieldNames(['X-Odd']),
      headers: [{ name: 'Warning', value: '399 gw "so"' }],
    });
    const response = responseIn(sends(back)[0] as Uint8Array);
    expect([response.status, response.reason]).toEqual([500, 'Server Internal Error']);
    expect(response.headers.text('x-odd')).toBeUndefined();
    expect(response.headers.text('Warning')).toBe('399 gw "so"');
  });

  it('with other Vias below ours is taken, and what answers a request of our own is not', () => {
    expect(
      passed((via) => [`SIP/2.0 200 OK`, `Via: ${via}, SIP/2.0/UDP x.example`, ...HEAD, ...REST])
        .came,
    ).toBeDefined();
    expect(
      passed((_, [other = '']) => [`SIP/2.0 200 OK`, `Via: ${other}`, ...HEAD, ...REST]).came,
    ).toBeUndefined();
  });

  it('§17.2.2 a copy of the request gets it again, and nothing else happens', () => {
    const { table, back } = passed(ok);
    const again = table.bytes(plain());
    expect(kinds(again)).toEqual(['send']);
    expect(sends(again)).toEqual(sends(back));
    table.at(table.now + 40_000);
    table.feed({ kind: 'closed', flow: OUT });
    table.feed({ kind: 'closed', flow: IN });
    expect(table.endpoint.counts).toEqual(NOTHING);
  });

  it('RFC 4320 §4.2: never 408, and nothing provisional', () => {
    for (const status of [408, 183, 700]) expect(() => passed(ok, { status })).toThrow(MisuseError);
  });
});

describe('RFC 3261 §16.3 what is left to a host that sends requests on', () => {
  const ROWS: readonly [string, Uint8Array][] = [
    ['an extension the recipient must know', plain(['Require: eventlist'])],
    ['a method nobody knows', withStart('FROB sip:b@b.example SIP/2.0')],
    ['a scheme', withStart('MESSAGE tel:+123 SIP/2.0')],
    ['OPTIONS', withStart('OPTIONS sip:b@b.example SIP/2.0')],
    ['no hops left', plain(['Max-Forwards: 0'])],
  ];
  for (const [id, bytes] of ROWS)
    it(id, () => expect(kinds(proxy().bytes(bytes))).toEqual(['request']));

  it("the same request by another way is the host's to judge", () => {
    const table = proxy();
    table.bytes(plain());
    const other = plain(['Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKtwo;rport']);
    expect(kinds(table.bytes(other))).toEqual(['request']);
  });

  it('INVITE is declined as ever, with the flow at hand', () => {
    const flows: Flow[] = [];
    const table = proxy({
      decline: (_, flow) => {
        flows.push(flow);
        return { status: 488 };
      },
    });
    expect(statuses(table.bytes(withStart('INVITE sip:b@b.example SIP/2.0')))).toEqual([488]);
    expect(table.bytes(withStart('ACK sip:b@b.example SIP/2.0'))).toEqual([]);
    expect(flows).toEqual([UDP]);
  });

  it('a host that throws is a fault of the host, and 500', () => {
    const table = proxy({
      proxies: () => {
        throw new Error('no');
      },
    });
    const outputs = table.bytes(plain());
    expect(statuses(outputs)).toEqual([500]);
    expect(only(outputs, 'fault')[0]?.fault.code).toBe('host-callback');
  });
});

describe('requests that are never answered', () => {
  const BENOTIFY = withStart('BENOTIFY sip:b@b.example SIP/2.0');
  const options = { unanswered: ['BENOTIFY'] };

  it('are told, keep nothing and get no answer, not even for what is wrong with them', () => {
    const table = proxy(options);
    const outputs = table.bytes(BENOTIFY);
    expect(kinds(outputs)).toEqual(['request']);
    const to = only(outputs, 'request')[0]?.id ?? 'x';
    expect(table.feed({ kind: 'respond', to, draft: { status: 200 } })).toEqual([]);
    const broken = withStart('BENOTIFY sip:b@b.example SIP/2.0', ['From: <sip:ann@']);
    expect(kinds(table.bytes(broken))).toEqual(['fault']);
    expect(table.endpoint.counts).toEqual({ ...NOTHING, connections: 1 });
  });

  it('are sent once, and that ends them', () => {
    const table = proxy(options);
    const { outputs } = forwarded(BENOTIFY, {}, table);
    expect(kinds(outputs)).toEqual(['send', 'sent']);
    expect(only(outputs, 'sent')[0]?.context).toBe('c');
    expect(table.endpoint.counts).toEqual({ ...NOTHING, connections: 2 });
  });

  it('and fail as others do where there is no connection', () => {
    const table = proxy(options);
    const forward = { request: came(BENOTIFY), cameFrom: IN.remote, maxForwards: 1 };
    const asked = table.feed({ kind: 'forward', forward, targets: [TARGET], context: 'c' });
    const connect = only(asked, 'connect')[0]?.connect ?? '';
    const outputs = table.feed({ kind: 'connect-failed', connect, reason: 'refused' });
    expect(only(outputs, 'failed')[0]?.context).toBe('c');
  });
});

describe('RFC 3261 §16.4 Route, value by value', () => {
  const ROWS: readonly [readonly string[], readonly string[]][] = [
    [[], []],
    [
      ['<sip:gwpool.b.example:5061;transport=tls;opaque=state:T;lr>;tag=AB12'],
      ['<sip:gwpool.b.example:5061;transport=tls;opaque=state:T;lr>;tag=AB12'],
    ],
    [
      ['<sip:a;lr>;X="1,2" ,  <sip:b;lr>', '"c, d" <sip:c;lr>'],
      ['<sip:a;lr>;X="1,2"', '<sip:b;lr>', '"c, d" <sip:c;lr>'],
    ],
  ];
  for (const [given, wanted] of ROWS)
    it(wanted.join(' then ') || 'none', () => {
      const headers = headersOf(given.map((value) => ({ name: 'Route', value })));
      expect(routeTexts(headers)).toEqual(wanted);
    });

  it('is what a checked request has', () => {
    const bytes = message([...plainLines(['Route: <sip:a;lr>, <sip:b;lr>']), 'Content-Length: 0']);
    expect(routeTexts(came(bytes).request.headers)).toEqual(['<sip:a;lr>', '<sip:b;lr>']);
  });
});
