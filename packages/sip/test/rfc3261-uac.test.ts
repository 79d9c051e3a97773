import { describe, expect, it } from 'vitest';
import {
  isFault,
  parseMessage,
  type Flow,
  type RequestDraft,
  type SipEndpointOptions,
  type SipEvent,
  type SipOutput,
  type Target,
} from '@interwork/sip';
import {
  draft,
  eventKinds,
  kinds,
  only,
  plain,
  reply,
  sends,
  stream,
  Table,
  NOTHING,
} from './one-endpoint.ts';
import { Network, targetOf, udpFlow } from './virtual.ts';

const PEER = '192.0.2.7';
const target = (transport: Target['transport'], but: Partial<Target> = {}): Target => ({
  transport,
  address: PEER,
  port: transport === 'tls' ? 5061 : 5060,
  references: ['b.example'],
  ...but,
});
const tlsFlow = (id: string, but: Partial<Flow> = {}): Flow =>
  stream(id, {
    transport: 'tls',
    remote: { address: PEER, port: 5061 },
    proved: ['b.example'],
    ...but,
  });

/** A request handed in. */
function ask(
  table: Table,
  targets: readonly Target[],
  but: Partial<RequestDraft> = {},
  context: unknown = 1,
) {
  return table.feed({ kind: 'request', draft: draft(but), targets, context });
}

/** A request that has gone out on a flow of its own; the octets sent. */
function sentOn(
  table: Table,
  flow: Flow,
  targets: readonly Target[],
  but: Partial<RequestDraft> = {},
) {
  const [connect] = only(ask(table, targets, but), 'connect');
  const outputs = table.feed({ kind: 'opened', flow, connect: connect?.connect ?? '' });
  return sends(outputs)[0] ?? new Uint8Array();
}

const failures = (outputs: readonly SipOutput[]) =>
  only(outputs, 'failed').map((one) => one.reason);

describe('RFC 3261 §8.1.1 the request that goes out', () => {
  it('has what a request must have', () => {
    const bytes = sentOn(new Table(), tlsFlow('f'), [target('tls')], {
      callId: 'thread-1',
      branch: 'abc',
      subject: 'Hi',
      language: 'en',
      cseq: 7,
      headers: [{ name: 'X-One', value: 'a\r\nX-Two: b' }],
    });
    const request = parseMessage(bytes);
    if (isFault(request)) throw new Error(request.text);
    const { headers } = request;
    expect(headers.all('Via')).toEqual(['SIP/2.0/TLS gw.b.example:5061;branch=z9hG4bKabc;alias']);
    expect(headers.text('Max-Forwards')).toBe('70');
    expect(headers.text('From')).toMatch(/^<sip:ann@a.example>;tag=t\d+$/);
    expect(headers.text('To')).toBe('<sip:bob@b.example>');
    expect(headers.text('Call-ID')).toBe('thread-1');
    expect(headers.text('CSeq')).toBe('7 MESSAGE');
    expect(headers.text('Subject')).toBe('Hi');
    expect(headers.text('Content-Language')).toBe('en');
    expect(headers.text('Content-Type')).toBe('text/plain');
    expect(headers.text('Content-Length')).toBe('2');
    expect(headers.text('X-Two')).toBeUndefined();
  });

  it('RFC 5923 §8.1: offers its TLS connections, if it can be found at all, and no others', () => {
    const viaOf = (transport: 'tcp' | 'tls', ports: SipEndpointOptions['ports']) => {
      const flow = stream('f', {
        transport,
        remote: { address: PEER, port: transport === 'tls' ? 5061 : 5060 },
        proved: ['b.example'],
      });
      const bytes = sentOn(new Table({ ports }), flow, [target(transport)], { branch: 'x' });
      const request = parseMessage(bytes);
      return isFault(request) ? request.text : request.headers.text('Via');
    };
    const ours = 'gw.b.example';
    expect(viaOf('tls', { tls: 5071 })).toBe(`SIP/2.0/TLS ${ours}:5071;branch=z9hG4bKx;alias`);
    expect(viaOf('tls', {})).toBe(`SIP/2.0/TLS ${ours};branch=z9hG4bKx`);
    expect(viaOf('tcp', { tcp: 5060 })).toBe(`SIP/2.0/TCP ${ours}:5060;branch=z9hG4bKx`);
  });

  it('RFC 5923 §8.1: takes requests on the connection it offered', () => {
    const table = new Table();
    sentOn(table, tlsFlow('f'), [target('tls')]);
    expect(kinds(table.bytes(plain(), tlsFlow('f')))).toEqual(['request']);
  });

  it('undefined in a draft is the same as left out', () => {
    const bytes = sentOn(new Table(), tlsFlow('f'), [target('tls')], {
      callId: undefined,
      branch: undefined,
      cseq: undefined,
      maxForwards: undefined,
      contentType: undefined,
      language: undefined,
      subject: undefined,
      body: undefined,
      headers: undefined,
    });
    const request = parseMessage(bytes);
    if (isFault(request)) throw new Error(request.text);
    expect(new TextDecoder().decode(bytes)).not.toContain('undefined');
    expect(request.headers.fields().map((field) => field.name)).toEqual([
      'Via',
      'Max-Forwards',
      'From',
      'To',
      'Call-ID',
      'CSeq',
      'Content-Length',
    ]);
  });

  it('asks for the port over UDP', () => {
    const bytes = sentOn(new Table(), udpFlow('192.0.2.2', PEER), [target('udp')]);
    expect(new TextDecoder().decode(bytes)).toMatch(
      /^Via: SIP\/2.0\/UDP gw.b.example:5060;branch=z9hG4bKt\d+;rport\r$/m,
    );
  });

  it('a branch that is no token, or is in use, is drawn instead', () => {
    const table = new Table();
    const flow = tlsFlow('f');
    sentOn(table, flow, [target('tls')], { branch: 'same' });
    for (const branch of ['same', 'a b', 'x;y', '']) {
      const [bytes] = sends(ask(table, [target('tls')], { branch }));
      expect(new TextDecoder().decode(bytes)).toMatch(/branch=z9hG4bKt\d+/);
    }
  });

  it('misuse: CANCEL is not a request of its own, and an ACK names its INVITE', () => {
    expect(() => ask(new Table(), [target('udp')], { method: 'CANCEL' })).toThrow(
      expect.objectContaining({ name: 'MisuseError', code: 'method' }),
    );
    for (const but of [{}, { cseq: 1 }, { cseq: 1, callId: 'c' }]) {
      expect(() => ask(new Table(), [target('udp')], { method: 'ACK', ...but })).toThrow(
        expect.objectContaining({ name: 'MisuseError', code: 'ack' }),
      );
    }
  });

  const BAD: readonly (readonly [draft: object, code: string])[] = [
    [{ method: 'TWO WORDS' }, 'method'],
    [{ headers: [{ name: 'x y', value: '' }] }, 'header-name'],
    [{ subject: 5 }, 'subject'],
    [{ uri: undefined }, 'uri'],
    [{ from: undefined }, 'uri'],
    [{ body: 'text' }, 'body'],
    [{ cseq: '1 MESSAGE\r\nX: y' }, 'cseq'],
    [{ cseq: 2 ** 31 }, 'cseq'],
    [{ cseq: -1 }, 'cseq'],
    [{ maxForwards: '70\r\nX: y' }, 'max-forwards'],
    [{ maxForwards: 256 }, 'max-forwards'],
  ];
  for (const [bad, code] of BAD) {
    it(`misuse before a connection is asked for, and nothing stays open: ${code}`, () => {
      const table = new Table();
      expect(() => ask(table, [target('tcp')], bad)).toThrow(
        expect.objectContaining({ name: 'MisuseError', code }),
      );
      expect(table.endpoint.counts).toEqual(NOTHING);
      expect(kinds(table.feed({ kind: 'close' }))).toEqual(['closed']);
    });
  }
});

describe('RFC 3261 §17.1.2 on the wire', () => {
  it('the final response comes back with its context, once', () => {
    const table = new Table();
    const flow = udpFlow('192.0.2.2', PEER);
    const bytes = sentOn(table, flow, [target('udp')]);
    expect(table.bytes(reply(bytes, 100), flow)).toEqual([]);
    const [response] = only(table.bytes(reply(bytes, 202), flow), 'response');
    expect([response?.context, response?.response.status]).toEqual([1, 202]);
    expect(table.bytes(reply(bytes, 202), flow)).toEqual([]);
    table.at(5_000);
    expect(table.endpoint.counts.client).toBe(0);
  });

  it('retransmits over UDP and fails at Timer F; the response after that is a stray', () => {
    const table = new Table();
    const flow = udpFlow('192.0.2.2', PEER);
    const bytes = sentOn(table, flow, [target('udp')]);
    const seen: number[] = [];
    let failed: string[] = [];
    while (failed.length === 0) {
      const outputs = table.at(table.endpoint.wakeAt);
      for (const copy of sends(outputs)) {
        expect(copy).toEqual(bytes);
        seen.push(table.now);
      }
      failed = failures(outputs);
    }
    expect(seen).toEqual([500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
    expect([failed, table.now]).toEqual([['timeout'], 32_000]);
    expect(kinds(table.bytes(reply(bytes, 200), flow))).toEqual(['fault']);
    expect(table.endpoint.counts.client).toBe(0);
  });

  it('never retransmits on a stream', () => {
    const table = new Table();
    sentOn(table, tlsFlow('f'), [target('tls')]);
    expect(table.endpoint.wakeAt).toBe(32_000);
  });

  const STRAYS: readonly (readonly [string, (text: string) => string, Flow])[] = [
    ['another branch', (text) => text.replace('z9hG4bKt', 'z9hG4bKu'), tlsFlow('f')],
    ['another method', (text) => text.replace('1 MESSAGE', '1 OPTIONS'), tlsFlow('f')],
    ['another peer', (text) => text, tlsFlow('other', { proved: ['c.example'] })],
    [
      'another address',
      (text) => text,
      tlsFlow('other', { remote: { address: '192.0.2.9', port: 5061 } }),
    ],
    ['another sent-by', (text) => text.replace('gw.b.example', 'evil.example'), tlsFlow('f')],
    [
      '§8.1.3.3 two Vias',
      (text) => text.replace('From:', 'Via: SIP/2.0/TLS x;branch=z9hG4bK1\r\nFrom:'),
      tlsFlow('f'),
    ],
  ];
  it('§18.1.2 a response by another connection of the same peer is taken', () => {
    const table = new Table();
    const bytes = sentOn(table, tlsFlow('f'), [target('tls')]);
    table.feed({ kind: 'opened', flow: tlsFlow('other') });
    expect(kinds(table.bytes(reply(bytes, 200), tlsFlow('other')))).toEqual(['response']);
    expect(table.endpoint.counts.client).toBe(0);
  });

  for (const [id, change, flow] of STRAYS) {
    it(`§18.1.2 a stray response: ${id}`, () => {
      const table = new Table();
      const bytes = sentOn(table, tlsFlow('f'), [target('tls')]);
      if (flow.id === 'other') table.feed({ kind: 'opened', flow });
      const text = change(new TextDecoder().decode(reply(bytes, 200)));
      expect(kinds(table.bytes(text, flow))).toEqual(['fault']);
      expect(table.endpoint.counts.client).toBe(1);
    });
  }
});

describe('which target, which connection', () => {
  it('no target', () => {
    expect(failures(ask(new Table(), []))).toEqual(['no-target']);
  });

  it('RFC 5923 §8.1: a connection that proved one of the names is used again, one that did not is not', () => {
    const table = new Table();
    sentOn(table, tlsFlow('f'), [target('tls')]);
    expect(kinds(ask(table, [target('tls')]))).toEqual(['send']);
    expect(kinds(ask(table, [target('tls', { references: ['x.example', 'B.example'] })]))).toEqual([
      'send',
    ]);
    expect(kinds(ask(table, [target('tls', { references: ['c.example'] })]))).toEqual(['connect']);
    expect(kinds(ask(table, [target('tls', { port: 5071 })]))).toEqual(['connect']);
    expect(kinds(ask(table, [target('tcp')]))).toEqual(['connect']);
  });

  it('one connect for all who wait for it', () => {
    const table = new Table();
    const [connect] = only(ask(table, [target('tls')]), 'connect');
    expect(ask(table, [target('tls')])).toEqual([]);
    const outputs = table.feed({
      kind: 'opened',
      flow: tlsFlow('f'),
      connect: connect?.connect ?? '',
    });
    expect(kinds(outputs)).toEqual(['send', 'send']);
  });

  it('a connection that proved another name is closed again', () => {
    const table = new Table();
    const [connect] = only(ask(table, [target('tls')]), 'connect');
    const flow = tlsFlow('f', { proved: ['evil.example'] });
    const outputs = table.feed({ kind: 'opened', flow, connect: connect?.connect ?? '' });
    expect(kinds(outputs)).toEqual(['disconnect', 'failed']);
    expect(failures(outputs)).toEqual(['certificate']);
  });

  it('goes on after a connect that failed; tells the certificate in the end', () => {
    const table = new Table();
    const judgement = { accepted: false, proved: [], certificate: 'x', faults: [] };
    const first = only(ask(table, [target('tls'), target('tcp')]), 'connect')[0]?.connect ?? '';
    const next = table.feed({
      kind: 'connect-failed',
      connect: first,
      reason: 'certificate',
      judgement,
    });
    expect(only(next, 'connect')[0]?.target.transport).toBe('tcp');
    const second = only(next, 'connect')[0]?.connect ?? '';
    const [failed] = only(
      table.feed({ kind: 'connect-failed', connect: second, reason: 'refused' }),
      'failed',
    );
    expect([failed?.reason, failed?.judgement]).toEqual(['certificate', judgement]);
  });

  for (const reason of ['refused', 'timeout', 'tls', 'unreachable'] as const) {
    it(`a connect that failed: ${reason}`, () => {
      const table = new Table();
      const connect = only(ask(table, [target('tcp')]), 'connect')[0]?.connect ?? '';
      expect(failures(table.feed({ kind: 'connect-failed', connect, reason }))).toEqual([
        'transport',
      ]);
      expect(table.feed({ kind: 'connect-failed', connect, reason })).toEqual([]);
    });
  }

  it('a connect nobody answers ends', () => {
    const table = new Table();
    ask(table, [target('tcp')]);
    expect(failures(table.at(30_000))).toEqual(['transport']);
    table.at(60_000);
    expect(table.endpoint.wakeAt).toBe(Number.POSITIVE_INFINITY);
    const late = table.feed({ kind: 'opened', flow: stream('late'), connect: 'connect-1' });
    expect(kinds(late)).toEqual(['disconnect']);
  });

  it('a connection that breaks does not make it be sent again', () => {
    const table = new Table();
    const flow = tlsFlow('f');
    sentOn(table, flow, [target('tls'), target('tcp')]);
    const outputs = table.feed({ kind: 'closed', flow, reason: 'ECONNRESET' });
    expect(only(outputs, 'failed')).toEqual([
      { kind: 'failed', context: 1, reason: 'transport', text: 'ECONNRESET' },
    ]);
    expect(table.endpoint.counts).toEqual(NOTHING);
  });

  it('RFC 3263 §4.3: 503 moves on with another branch and the same Call-ID; Retry-After is remembered', () => {
    const table = new Table();
    const first = sentOn(table, tlsFlow('f'), [target('tls'), target('tcp')], { branch: 'own' });
    const outputs = table.bytes(reply(first, 503, ['Retry-After: 60']), tlsFlow('f'));
    const connect = only(outputs, 'connect')[0]?.connect ?? '';
    const [second] = sends(table.feed({ kind: 'opened', flow: stream('g'), connect }));
    const [one, two] = [first, second ?? first].map((bytes) => parseMessage(bytes));
    if (one === undefined || two === undefined || isFault(one) || isFault(two))
      throw new Error('unreadable');
    expect(two.headers.callId).toBe(one.headers.callId);
    expect(two.headers.text('From')).toBe(one.headers.text('From'));
    expect(two.headers.text('Via')).not.toContain('own');
    const targets = [target('tls'), target('tcp')];
    expect(only(ask(table, targets), 'send')[0]?.flow.id).toBe('g');
    table.at(9_999);
    expect(only(ask(table, targets), 'send')[0]?.flow.id).toBe('g');
    table.at(10_000);
    expect(only(ask(table, targets), 'send')[0]?.flow.id).toBe('f');
  });

  describe('RFC 3261 §21.5.4: a 503 with Retry-After', () => {
    const sentTo = (outputs: readonly SipOutput[]) =>
      only(outputs, 'send').map(({ flow }) => flow.remote.port);
    const at = (port: number) => target('tls', { port });
    /** A table with connections to 5061 and 5062, where 5061 has said 503. */
    const refused = (seconds: number, targets: readonly Target[]) => {
      const table = new Table();
      for (const port of [5062, 5061]) {
        const flow = tlsFlow(`f${port}`, { remote: { address: PEER, port } });
        const sent = sentOn(table, flow, port === 5061 ? targets : [at(port)]);
        if (port === 5061) table.bytes(reply(sent, 503, [`Retry-After: ${seconds}`]), flow);
      }
      return table;
    };

    it('one user’s does not stop the others behind the same proxy', () => {
      const table = refused(300, [at(5061)]);
      expect(sentTo(ask(table, [at(5061)]))).toEqual([5061]);
      expect(sentTo(ask(table, [at(5062), at(5061)]))).toEqual([5062]);
    });

    it('while another target is left, that one is taken, for 10 s at most', () => {
      const table = refused(300, [at(5061), at(5062)]);
      expect(sentTo(ask(table, [at(5061), at(5062)]))).toEqual([5062]);
      table.at(9_999);
      expect(sentTo(ask(table, [at(5061), at(5062)]))).toEqual([5062]);
      table.at(10_000);
      expect(sentTo(ask(table, [at(5061), at(5062)]))).toEqual([5061]);
    });

    it('a shorter one is kept to, and 0 means nothing', () => {
      const table = refused(3, [at(5061), at(5062)]);
      table.at(2_999);
      expect(sentTo(ask(table, [at(5061), at(5062)]))).toEqual([5062]);
      table.at(3_000);
      expect(sentTo(ask(table, [at(5061), at(5062)]))).toEqual([5061]);
      expect(sentTo(ask(refused(0, [at(5061)]), [at(5061), at(5062)]))).toEqual([5061]);
    });

    it('when all have said it, the last is tried', () => {
      const table = refused(300, [at(5061)]);
      const [bytes] = sends(ask(table, [at(5062)]));
      const flow = tlsFlow('f5062', { remote: { address: PEER, port: 5062 } });
      table.bytes(reply(bytes ?? new Uint8Array(), 503, ['Retry-After: 300']), flow);
      expect(sentTo(ask(table, [at(5061), at(5062)]))).toEqual([5062]);
      expect(sentTo(ask(table, [at(5062), at(5061)]))).toEqual([5061]);
    });
  });

  it('503 everywhere is the response', () => {
    const table = new Table();
    const first = sentOn(table, tlsFlow('f'), [target('tls'), target('tcp')]);
    const connect = only(table.bytes(reply(first, 503), tlsFlow('f')), 'connect')[0]?.connect ?? '';
    const outputs = table.feed({ kind: 'connect-failed', connect, reason: 'refused' });
    expect(only(outputs, 'response')[0]?.response.status).toBe(503);
    expect(kinds(ask(table, [target('tls')]))).toEqual(['send']);
  });

  it('Retry-After is bounded in time and in number', () => {
    const table = new Table({ limits: { blockedTime: 1_000, blockedTargets: 1 } });
    for (const id of ['f', 'g']) {
      const flow = tlsFlow(id, { remote: { address: PEER, port: id === 'f' ? 5061 : 5071 } });
      const to = target('tls', { port: flow.remote.port });
      table.bytes(reply(sentOn(table, flow, [to]), 503, ['Retry-After: 9999999']), flow);
    }
    const both = [target('tls'), target('tls', { port: 5071 })];
    const firstOf = (targets: readonly Target[]) =>
      only(ask(table, targets), 'send')[0]?.flow.remote.port;
    expect(firstOf(both)).toBe(5071);
    expect(firstOf(both.toReversed())).toBe(5071);
    table.at(1_000);
    expect(firstOf(both)).toBe(5061);
  });
});

describe('RFC 5923 §8.2 requests on a connection the peer opened', () => {
  const inbound = (but: Partial<Flow>, via: string) => {
    const table = new Table();
    const flow = stream('in', {
      transport: 'tls',
      remote: { address: PEER, port: 40_000 },
      proved: ['b.example'],
      ...but,
    });
    table.feed({ kind: 'opened', flow });
    table.bytes(
      `OPTIONS sip:b.example SIP/2.0\r\nVia: ${via};branch=z9hG4bKo\r\nFrom: <sip:b.example>;tag=1\r\nTo: <sip:a.example>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`,
      flow,
    );
    return table;
  };
  const ROWS: readonly (readonly [string, Partial<Flow>, string, Target, string])[] = [
    ['offered and proved', {}, 'SIP/2.0/TLS b.example:5061;alias', target('tls'), 'send'],
    ['the default port', {}, 'SIP/2.0/TLS b.example;alias', target('tls'), 'send'],
    ['another port', {}, 'SIP/2.0/TLS b.example:5071;alias', target('tls'), 'connect'],
    ['not offered', {}, 'SIP/2.0/TLS b.example:5061', target('tls'), 'connect'],
    [
      'nothing proved',
      { proved: [] },
      'SIP/2.0/TLS b.example:5061;alias',
      target('tls'),
      'connect',
    ],
    [
      'another name',
      {},
      'SIP/2.0/TLS b.example;alias',
      target('tls', { references: ['c.example'] }),
      'connect',
    ],
    [
      'another address',
      {},
      'SIP/2.0/TLS b.example;alias',
      target('tls', { address: '192.0.2.8' }),
      'connect',
    ],
    ['tcp', { transport: 'tcp' }, 'SIP/2.0/TCP b.example:5060;alias', target('tcp'), 'connect'],
  ];
  for (const [id, flow, via, to, kind] of ROWS) {
    it(id, () => expect(kinds(ask(inbound(flow, via), [to]))).toEqual([kind]));
  }

  it('one that is gone is opened anew', () => {
    const table = inbound({}, 'SIP/2.0/TLS b.example;alias');
    table.feed({ kind: 'closed', flow: stream('in', { transport: 'tls' }) });
    expect(kinds(ask(table, [target('tls')]))).toEqual(['connect']);
  });
});

describe('a pair of endpoints', () => {
  const answerAll = (network: Network, host: Network['hosts'][number], status = 200) => {
    for (const event of host.events.splice(0)) {
      if (event.kind !== 'request') continue;
      network.feed(host, { kind: 'respond', to: event.id, draft: { status } });
    }
  };

  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    it(`a MESSAGE crosses over ${transport}`, () => {
      const network = new Network();
      const [a, b] = [network.add('a'), network.add('b')];
      network.feed(a, {
        kind: 'request',
        draft: draft(),
        targets: [targetOf(b, transport)],
        context: 'x',
      });
      network.run(1_000);
      expect(eventKinds(b.events)).toEqual(['request']);
      answerAll(network, b);
      network.run();
      expect(a.events).toMatchObject([
        { kind: 'response', context: 'x', response: { status: 200 } },
      ]);
      expect([a.endpoint.counts.client, b.endpoint.counts.server]).toEqual([0, 0]);
    });
  }

  it('over a lossy UDP each MESSAGE arrives once and each context ends once', () => {
    const network = new Network();
    const [a, b] = [network.add('a'), network.add('b')];
    let seed = 7;
    network.loses = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return seed / 2 ** 32 < 0.6;
    };
    for (let i = 0; i < 100; i += 1) {
      const callId = `call-${i}`;
      network.feed(a, {
        kind: 'request',
        draft: draft({ callId }),
        targets: [targetOf(b)],
        context: i,
      });
    }
    const seen: SipEvent[] = [];
    for (let at = 100; at <= 70_000; at += 100) {
      network.run(at);
      seen.push(...b.events);
      answerAll(network, b);
    }
    const calls = seen.flatMap((event) => (event.kind === 'request' ? [event.request.callId] : []));
    expect(new Set(calls).size).toBe(calls.length);
    const contexts = a.events.flatMap((event) => ('context' in event ? [event.context] : []));
    expect(contexts.toSorted((x, y) => Number(x) - Number(y))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(a.events.filter((event) => event.kind === 'response').length).toBeGreaterThan(80);
    expect([a.endpoint.counts.client, b.endpoint.counts.server]).toEqual([0, 0]);
  });
});
