import { describe, expect, it } from 'vitest';
import type { Flow, SipOutput, Target } from '@interwork/sip';
import {
  draft,
  kinds,
  only,
  plain,
  reply,
  responses,
  sends,
  statuses,
  stream,
  Table,
  withStart,
  NOTHING,
} from './one-endpoint.ts';
import { udpFlow } from './virtual.ts';

const NEVER = Number.POSITIVE_INFINITY;
const TCP: Target = { transport: 'tcp', address: '192.0.2.7', port: 5060, references: [] };
const via = (branch: string) => `Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bK${branch};rport`;
const fresh = (n: number) => plain([via(`n${n}`), `CSeq: ${n} MESSAGE`]);
const ask = (table: Table, targets: readonly Target[] = [TCP], context: unknown = 1) =>
  table.feed({ kind: 'request', draft: draft(), targets, context });
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const connectOf = (outputs: readonly SipOutput[]) => only(outputs, 'connect')[0]?.connect ?? '';
const respond = (table: Table, outputs: readonly SipOutput[], status = 200) =>
  table.feed({ kind: 'respond', to: only(outputs, 'request')[0]?.id ?? '', draft: { status } });

describe('bounds: when full, 503 to the peer, overload to the host', () => {
  const expectFull = (outputs: readonly SipOutput[]) => {
    const [response] = responses(outputs);
    expect([response?.status, response?.headers.text('Retry-After')]).toEqual([503, '10']);
    expect(only(outputs, 'fault')[0]?.fault.code).toBe('overload');
  };

  it('server transactions', () => {
    const table = new Table({ limits: { serverTransactions: 2 } });
    respond(table, table.bytes(fresh(1)));
    table.bytes(fresh(2));
    expectFull(table.bytes(fresh(3)));
    expect(statuses(table.bytes(fresh(1)))).toEqual([200]);
    table.at(32_000);
    expect(kinds(table.bytes(fresh(3)))).toEqual(['request']);
  });

  it('requests of one remote address, which others do not feel', () => {
    const table = new Table({ limits: { requestsPerRemote: 1 } });
    const first = table.bytes(fresh(1));
    expectFull(table.bytes(fresh(2)));
    expect(kinds(table.bytes(fresh(3), udpFlow('192.0.2.2', '192.0.2.9')))).toEqual(['request']);
    respond(table, first);
    expect(kinds(table.bytes(fresh(4)))).toEqual(['request']);
  });

  it('bytes kept for retransmissions', () => {
    const table = new Table({ limits: { keptBytes: 300 } });
    respond(table, table.bytes(fresh(1)));
    respond(table, table.bytes(fresh(2)));
    expectFull(table.bytes(fresh(3)));
  });

  it('connections in all and from one address', () => {
    const table = new Table({ limits: { connections: 3, connectionsPerRemote: 2 } });
    const open = (id: string, address: string) =>
      kinds(table.feed({ kind: 'opened', flow: stream(id, { remote: { address, port: 1 } }) }));
    expect(open('a', '192.0.2.1')).toEqual([]);
    expect(open('b', '192.0.2.1')).toEqual([]);
    expect(open('c', '192.0.2.1')).toEqual(['fault', 'disconnect']);
    expect(open('d', '192.0.2.2')).toEqual([]);
    expect(open('e', '192.0.2.3')).toEqual(['fault', 'disconnect']);
    expect(only(ask(table), 'failed')[0]?.reason).toBe('overload');
    table.feed({ kind: 'closed', flow: stream('a') });
    expect(open('f', '192.0.2.1')).toEqual([]);
  });

  it('requests handed in', () => {
    const table = new Table({ limits: { clientTransactions: 2 } });
    ask(table);
    ask(table);
    expect(only(ask(table, [TCP], 'third'), 'failed')).toMatchObject([
      { context: 'third', reason: 'overload' },
    ]);
  });

  it('requests that wait for one connection', () => {
    const table = new Table({ limits: { waitingPerConnect: 1 } });
    ask(table);
    expect(only(ask(table), 'failed')[0]?.reason).toBe('overload');
    expect(kinds(ask(table, [TCP, { ...TCP, port: 5070 }]))).toEqual(['connect']);
  });

  it('outputs that are not drained are misuse', () => {
    const table = new Table({ limits: { outputs: 1 } });
    const feed = () =>
      table.endpoint.receive(0, { kind: 'bytes', flow: udpFlow('a', 'b'), bytes: fresh(1) });
    const options = withStart('OPTIONS sip:b.example SIP/2.0');
    for (let i = 0; i < 2; i += 1) {
      table.endpoint.receive(0, { kind: 'bytes', flow: udpFlow('a', 'b'), bytes: options });
    }
    expect(feed).toThrow(expect.objectContaining({ code: 'not-drained' }));
  });

  it('a finished server transaction over UDP costs under 1 kB, however large its request was', async () => {
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const table = new Table();
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    let octets = 0;
    const take = (from: number, count: number) => {
      for (let n = from; n < from + count; n += 1) {
        const large = plain([via(`n${n}`), `CSeq: ${n} MESSAGE`, `X-Large: ${'x'.repeat(4_000)}`]);
        octets = sends(respond(table, table.bytes(large)))[0]?.length ?? 0;
      }
    };
    take(1, 2_000);
    const before = used();
    take(10_000, 20_000);
    expect(octets + (used() - before) / 20_000).toBeLessThan(1024);
    expect(table.endpoint.counts.server).toBe(22_000);
  });
});

describe('streams', () => {
  const opened = (
    options: ConstructorParameters<typeof Table>[0] = {},
    flow: Flow = stream('s'),
  ) => {
    const table = new Table(options);
    table.feed({ kind: 'opened', flow });
    return table;
  };
  const flow = stream('s');

  it('octets of a flow that was never opened are not read', () => {
    expect(new Table().bytes(plain(), flow)).toEqual([]);
  });

  it('messages are found however they are cut', () => {
    const both = `${text(fresh(1))}${text(fresh(2))}`;
    for (const step of [1, 7, 100, both.length]) {
      const table = opened();
      const found: string[] = [];
      for (let at = 0; at < both.length; at += step) {
        found.push(...kinds(table.bytes(both.slice(at, at + step), flow)));
      }
      expect(found).toEqual(['request', 'request']);
    }
  });

  it('RFC 5626 §4.4.1: a ping gets a pong, a single CRLF nothing', () => {
    const table = opened();
    expect(sends(table.bytes('\r\n\r\n', flow)).map(text)).toEqual(['\r\n']);
    expect(table.bytes('\r\n', flow)).toEqual([]);
  });

  it('a fatal fault is answered where it can be, and ends the connection', () => {
    const table = opened();
    const broken = text(plain()).replace(
      /Content-Length: 2/,
      'Content-Length: 2\r\nContent-Length: 3',
    );
    const outputs = table.bytes(broken, flow);
    expect(kinds(outputs)).toEqual(['fault', 'send', 'disconnect']);
    expect(statuses(outputs)).toEqual([400]);
    expect(table.bytes(plain(), flow)).toEqual([]);
    expect(table.endpoint.counts.connections).toBe(0);
  });

  it('garbage ends the connection without an answer', () => {
    const outputs = opened().bytes('GET / HTTP/1.1\r\nHost: x\r\n\r\n', flow);
    expect(kinds(outputs)).toEqual(['fault', 'disconnect']);
  });

  it('too many malformed messages in a row end the connection', () => {
    const table = opened({ limits: { faultsPerFlow: 2 } });
    const bad = plain(['CSeq: x']);
    expect(kinds(table.bytes(bad, flow))).toEqual(['fault', 'send']);
    expect(kinds(table.bytes(fresh(1), flow))).toEqual(['request']);
    expect(kinds(table.bytes(bad, flow))).toEqual(['fault', 'send']);
    expect(kinds(table.bytes(bad, flow))).toEqual(['fault', 'send', 'disconnect']);
  });

  it('RFC 3261 §18.3: a message that stays half is told as such, in its head or in its body', () => {
    const whole = text(plain([], 'hello'));
    for (const there of [1, whole.indexOf('\r\n\r\n'), whole.length - 1]) {
      const table = opened();
      table.bytes(whole.slice(0, there), flow);
      const outputs = table.at(30_000);
      expect(kinds(outputs)).toEqual(['fault', 'disconnect']);
      expect(only(outputs, 'fault')[0]?.fault).toMatchObject({
        code: 'message-unfinished',
        spec: 'RFC 3261 §18.3',
        answer: undefined,
      });
    }
  });

  it('a message that stays half ends the connection; one that is whole does not', () => {
    const table = opened();
    table.bytes(text(plain()).slice(0, 40), flow);
    table.now = 20_000;
    table.bytes(text(plain()).slice(40, 60), flow);
    expect(kinds(table.at(29_999))).toEqual([]);
    expect(kinds(table.at(30_000))).toEqual(['fault', 'disconnect']);
    const other = opened();
    other.bytes(text(plain()).slice(0, 40), flow);
    other.now = 29_000;
    other.bytes(text(plain()).slice(40) + text(fresh(2)).slice(0, 9), flow);
    expect(only(other.at(30_000), 'disconnect')).toEqual([]);
    expect(kinds(other.at(59_000))).toContain('disconnect');
  });

  it('an idle connection is closed, one with an open request is not', () => {
    const table = opened();
    table.bytes('\r\n', flow);
    expect(kinds(table.at(599_999))).toEqual([]);
    expect(kinds(table.at(600_000))).toEqual(['disconnect']);
    const busy = new Table({ limits: { idleTime: 1_000 } });
    busy.feed({ kind: 'opened', flow, connect: connectOf(ask(busy)) });
    expect(kinds(busy.at(1_000))).toEqual([]);
    busy.now = 31_500;
    busy.bytes('\r\n', flow);
    expect(kinds(busy.at(32_000))).toEqual(['failed']);
    expect(kinds(busy.at(33_000))).toEqual(['disconnect']);
  });

  it('RFC 5626 §4.4.1: pings on what we opened, between 80 and 100 % of the interval', () => {
    const table = new Table({ keepAlive: 100_000, drawToken: () => 'zzzzzz'.padEnd(26, '0') });
    table.feed({ kind: 'opened', flow, connect: connectOf(ask(table)) });
    table.now = 1;
    table.bytes('\r\n', flow);
    const pings: number[] = [];
    for (let i = 0; i < 8 && table.endpoint.wakeAt !== NEVER; i += 1) {
      const outputs = table.at(table.endpoint.wakeAt);
      if (sends(outputs).some((bytes) => text(bytes) === '\r\n\r\n')) pings.push(table.now);
      table.bytes('\r\n', flow);
    }
    expect(pings[0]).toBeGreaterThan(80_000);
    expect(pings[0]).toBeLessThanOrEqual(100_000);
    expect(pings.length).toBeGreaterThan(2);
  });

  it('a peer that has answered pings and stops is given up; one that never did is not', () => {
    const play = (answersFirst: boolean) => {
      const table = new Table({ keepAlive: 100_000 });
      table.feed({ kind: 'opened', flow, connect: connectOf(ask(table)) });
      table.now = 1;
      table.bytes('\r\n', flow);
      const seen: string[] = [];
      for (let pings = 0; pings < 3; ) {
        const outputs = table.at(table.endpoint.wakeAt);
        seen.push(...kinds(outputs).filter((kind) => kind === 'disconnect'));
        if (seen.length > 0) break;
        if (sends(outputs).length > 0) {
          pings += 1;
          if (answersFirst && pings === 1) table.bytes('\r\n', flow);
        }
      }
      return seen;
    };
    expect(play(true)).toEqual(['disconnect']);
    expect(play(false)).toEqual([]);
  });

  it('no pings on what the peer opened, nor without an interval', () => {
    const table = opened({ keepAlive: 1_000 });
    expect(table.endpoint.wakeAt).toBe(600_000);
  });
});

describe('close', () => {
  it('with nothing open it is closed at once, and stays so', () => {
    const table = new Table();
    table.feed({ kind: 'opened', flow: stream('s') });
    expect(kinds(table.feed({ kind: 'close' }))).toEqual(['disconnect', 'closed']);
    expect(table.feed({ kind: 'close' })).toEqual([]);
    expect(table.bytes(plain())).toEqual([]);
    expect(kinds(table.feed({ kind: 'opened', flow: stream('t') }))).toEqual(['disconnect']);
    expect(only(ask(table), 'failed')[0]?.reason).toBe('closed');
    expect(table.endpoint.wakeAt).toBe(NEVER);
  });

  it('what waits for a connection fails at once; what was sent may end', () => {
    const table = new Table();
    const flow = stream('s', { remote: { address: TCP.address, port: TCP.port } });
    const [bytes] = sends(
      table.feed({ kind: 'opened', flow, connect: connectOf(ask(table, [TCP], 'sent')) }),
    );
    ask(table, [{ ...TCP, port: 5070 }], 'waits');
    const closing = table.feed({ kind: 'close' });
    expect(only(closing, 'failed')).toMatchObject([{ context: 'waits', reason: 'closed' }]);
    expect(only(ask(table, [TCP], 'new'), 'failed')[0]?.reason).toBe('closed');
    const outputs = table.bytes(reply(bytes ?? new Uint8Array(), 200), flow);
    expect(kinds(outputs)).toEqual(['response', 'disconnect', 'closed']);
  });

  it('new requests get 503, the open one its answer', () => {
    const table = new Table();
    const open = table.bytes(fresh(1));
    expect(table.feed({ kind: 'close' })).toEqual([]);
    expect(statuses(table.bytes(fresh(2)))).toEqual([503]);
    expect(kinds(table.feed({ kind: 'opened', flow: stream('s') }))).toEqual(['disconnect']);
    const outputs = respond(table, open);
    expect([statuses(outputs), kinds(outputs)]).toEqual([[200], ['send', 'closed']]);
  });

  it('ends within its bound, whatever is open', () => {
    const table = new Table();
    const flow = stream('s', { remote: { address: TCP.address, port: TCP.port } });
    table.feed({ kind: 'opened', flow, connect: connectOf(ask(table)) });
    table.bytes(fresh(1));
    table.feed({ kind: 'close' });
    expect(table.endpoint.wakeAt).toBeLessThanOrEqual(5_000);
    table.at(3_500);
    const outputs = table.at(5_000);
    expect(statuses(outputs)).toEqual([503]);
    expect(only(outputs, 'failed')[0]?.reason).toBe('closed');
    expect(kinds(outputs).at(-1)).toBe('closed');
    expect(table.endpoint.counts).toEqual(NOTHING);
    expect(table.endpoint.wakeAt).toBe(NEVER);
  });

  it('a refused peer is told on', () => {
    const judgement = { accepted: false, proved: [], certificate: 'x', faults: [] };
    const refused = { kind: 'refused-peer', remote: { address: 'a', port: 1 }, judgement } as const;
    expect(new Table().feed(refused)).toEqual([refused]);
  });

  it('a refused server is told once, whatever waited for it', () => {
    const table = new Table();
    const target = { transport: 'tls', address: 'a', port: 1, references: ['a.example'] } as const;
    const connect = connectOf(ask(table, [target]));
    ask(table, [target]);
    const judgement = { accepted: false, proved: [], certificate: 'x', faults: [] };
    const outputs = table.feed({
      kind: 'connect-failed',
      connect,
      reason: 'certificate',
      judgement,
    });
    expect(kinds(outputs)).toEqual(['refused-peer', 'failed', 'failed']);
    expect(outputs[0]).toMatchObject({ called: 'a.example', remote: { address: 'a', port: 1 } });
  });
});

describe('options an endpoint cannot mean', () => {
  const MISTAKES: readonly (readonly [options: object, code: string])[] = [
    [{ host: 'two words' }, 'host'],
    [{ ports: { udp: 0 } }, 'port'],
    [{ ports: { tls: 65_536 } }, 'port'],
    [{ ports: { tcp: 5060.5 } }, 'port'],
    [{ drawToken: undefined }, 'draw-token'],
    [{ supported: [1] }, 'supported'],
    [{ schemes: 'sip' }, 'schemes'],
  ];
  for (const [options, code] of MISTAKES) {
    it(`are misuse when it is made: ${JSON.stringify(options)}`, () => {
      expect(() => new Table(options)).toThrow(
        expect.objectContaining({ name: 'MisuseError', code }),
      );
    });
  }

  it('a port left out is no mistake', () => {
    expect(() => new Table({ ports: { udp: undefined } as object })).not.toThrow();
  });
});
