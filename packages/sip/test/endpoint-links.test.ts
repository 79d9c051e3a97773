// Links that hold, in the machine: which failure lets a request go elsewhere and which does not (RFC 3263 §4.3),
// what is too long for a datagram (RFC 3261 §18.1.1), what is held back from a full connection, and the way of a
// response whose connection is gone (RFC 3261 §18.2.2).
import { describe, expect, it } from 'vitest';
import {
  type Flow,
  isFault,
  parseMessage,
  type SipEndpointOptions,
  type SipOutput,
  type Target,
} from '@interwork/sip';
import { draft, kinds, NOTHING, only, plain, reply, sends, stream, Table } from './one-endpoint.ts';
import { utf8 } from './message-text.ts';
import { udpFlow } from './virtual.ts';

const PEER = '192.0.2.7';
const target = (transport: Target['transport'], port = 5060): Target => ({
  transport,
  address: PEER,
  port,
  references: ['b.example'],
});
const flowOf = (id: string, { transport, port }: Target): Flow =>
  transport === 'udp'
    ? udpFlow('192.0.2.2', PEER, port)
    : stream(id, { transport, remote: { address: PEER, port }, proved: ['b.example'] });

const LONG = utf8('x'.repeat(1_300));
const ask = (table: Table, targets: readonly Target[], body = utf8('hi'), context: unknown = 1) =>
  table.feed({ kind: 'request', draft: draft({ body }), targets, context });
const connectOf = (outputs: readonly SipOutput[]) => {
  const [connect] = only(outputs, 'connect');
  if (connect === undefined) throw new Error(`no connect in ${kinds(outputs).join()}`);
  return connect;
};
const stands = (table: Table, outputs: readonly SipOutput[], id = 's') => {
  const { connect, target: to } = connectOf(outputs);
  return table.feed({ kind: 'opened', connect, flow: flowOf(id, to) });
};
const fails = (
  table: Table,
  outputs: readonly SipOutput[],
  reason: 'refused' | 'timeout' | 'unreachable' | 'tls' | 'certificate',
) => table.feed({ kind: 'connect-failed', connect: connectOf(outputs).connect, reason });
const place = (outputs: readonly SipOutput[]) => {
  const { transport, port } = connectOf(outputs).target;
  return `${transport} ${port}`;
};
const failed = (outputs: readonly SipOutput[]) => only(outputs, 'failed').map((one) => one.reason);
const callOf = (bytes: Uint8Array | undefined) => {
  const message = parseMessage(bytes ?? new Uint8Array());
  return isFault(message) ? message.text : `${message.headers.text('Via')}`;
};
const branchIn = (bytes: Uint8Array | undefined) => /branch=([^;]+)/.exec(callOf(bytes))?.[1];

describe('RFC 3263 §4.3: when another target gets the request', () => {
  const FIRST = target('tcp', 5071);
  const SECOND = target('tcp', 5072);
  const both = [FIRST, SECOND];

  for (const reason of ['refused', 'timeout', 'unreachable', 'tls', 'certificate'] as const) {
    it(`a connection that does not come to be: ${reason}`, () => {
      const table = new Table();
      const next = fails(table, ask(table, both), reason);
      expect(place(next)).toBe('tcp 5072');
      expect(sends(stands(table, next)).length).toBe(1);
    });
  }

  it('a connection nobody answers', () => {
    const table = new Table();
    ask(table, both);
    expect(place(table.at(30_000))).toBe('tcp 5072');
  });

  it('503, with a branch of its own', () => {
    const table = new Table();
    const [first] = sends(stands(table, ask(table, both), 'a'));
    const next = table.bytes(reply(first ?? utf8(''), 503), flowOf('a', FIRST));
    const [second] = sends(stands(table, next, 'b'));
    expect(branchIn(second)).not.toBe(branchIn(first));
    const end = table.bytes(reply(second ?? utf8(''), 200), flowOf('b', SECOND));
    expect(only(end, 'response').map(({ response }) => response.status)).toEqual([200]);
    expect(kinds(table.bytes(reply(first ?? utf8(''), 200), flowOf('a', FIRST)))).not.toContain(
      'response',
    );
  });

  it('RFC 3261 §17.1.4: a datagram that the system did not take', () => {
    const table = new Table();
    const targets = [target('udp', 5071), target('udp', 5072)];
    const flow = flowOf('', target('udp', 5071));
    const [bytes] = sends(stands(table, ask(table, targets)));
    const unsent = {
      kind: 'unsent',
      flow,
      bytes: bytes ?? utf8(''),
      reason: 'ENETUNREACH',
    } as const;
    const next = table.feed(unsent);
    expect(place(next)).toBe('udp 5072');
    expect(table.feed(unsent)).toEqual([]);
    expect(sends(stands(table, next)).length).toBe(1);
    const only1 = new Table();
    const [alone] = sends(stands(only1, ask(only1, [target('udp', 5071)])));
    expect(only(only1.feed({ ...unsent, bytes: alone ?? utf8('') }), 'failed')).toMatchObject([
      { reason: 'transport', text: expect.stringContaining('ENETUNREACH') },
    ]);
  });

  it('not a datagram of which another copy has gone out, nor what was not ours', () => {
    const table = new Table();
    const flow = flowOf('', target('udp', 5071));
    const [bytes] = sends(stands(table, ask(table, [target('udp', 5071), target('udp', 5072)])));
    const unsent = { kind: 'unsent', flow, bytes: bytes ?? utf8('') } as const;
    for (const other of [plain(), utf8('junk'), reply(plain(), 200)]) {
      expect(table.feed({ ...unsent, bytes: other })).toEqual([]);
    }
    expect(table.feed({ ...unsent, flow: udpFlow('192.0.2.2', PEER, 9) })).toEqual([]);
    expect(sends(table.at(500)).length).toBe(1);
    expect(table.feed(unsent)).toEqual([]);
  });

  it('not a timeout: it is an error to the sender', () => {
    const table = new Table();
    stands(table, ask(table, both));
    const end = table.at(32_000);
    expect([only(end, 'connect'), failed(end)]).toEqual([[], ['timeout']]);
  });

  it('not a connection that broke with the request on it', () => {
    const table = new Table();
    stands(table, ask(table, both), 'a');
    const end = table.feed({ kind: 'closed', flow: flowOf('a', FIRST) });
    expect([kinds(end), failed(end)]).toEqual([['failed'], ['transport']]);
  });

  for (const status of [400, 404, 408, 480, 486, 500, 502, 504, 600]) {
    it(`not a ${status}`, () => {
      const table = new Table();
      const [sent] = sends(stands(table, ask(table, both), 'a'));
      const end = table.bytes(reply(sent ?? utf8(''), status), flowOf('a', FIRST));
      expect(only(end, 'response').map(({ response }) => response.status)).toEqual([status]);
      expect(only(end, 'connect')).toEqual([]);
    });
  }

  it('a target that was started again is connected to again', () => {
    const table = new Table();
    const [sent] = sends(stands(table, ask(table, [FIRST]), 'a'));
    table.bytes(reply(sent ?? utf8(''), 200), flowOf('a', FIRST));
    table.feed({ kind: 'closed', flow: flowOf('a', FIRST) });
    const next = ask(table, [FIRST]);
    expect(place(next)).toBe('tcp 5071');
    const [again] = sends(stands(table, next, 'b'));
    const end = table.bytes(reply(again ?? utf8(''), 200), flowOf('b', FIRST));
    expect(kinds(end)).toContain('response');
  });

  it('nothing is sent once its sender has been told: 32 s in all', () => {
    const table = new Table();
    const three = [FIRST, SECOND, target('tcp', 5073)];
    const second = table.at(0) && ask(table, three);
    table.now = 20_000;
    const third = fails(table, second, 'timeout');
    table.now = 32_000;
    expect(failed(fails(table, third, 'timeout'))).toEqual(['transport']);
    const late = new Table({ limits: { connectTime: 60_000 } });
    const begun = ask(late, [FIRST]);
    late.now = 32_000;
    const end = stands(late, begun);
    expect([sends(end).length, failed(end)]).toEqual([0, ['transport']]);
  });
});

describe('RFC 3263 §4.3: a target that does not answer is passed over for a while', () => {
  const FIRST = target('tcp', 5071);
  const both = [FIRST, target('tcp', 5072)];
  /** Where a request to both goes first. */
  const first = (table: Table) => only(ask(table, both), 'connect')[0]?.target.port;

  it('after a connect that was not answered', () => {
    for (const edgeGivesUp of [true, false]) {
      const table = new Table({ limits: { connectTime: 10_000 } });
      const begun = ask(table, both);
      const next = edgeGivesUp ? fails(table, begun, 'timeout') : table.at(10_000);
      fails(table, next, 'refused');
      const since = table.now;
      for (const later of [0, 29_999]) {
        table.at(since + later);
        expect(table.endpoint.counts.blocked).toBe(1);
        const again = ask(table, both);
        expect(place(again)).toBe('tcp 5072');
        fails(table, fails(table, again, 'refused'), 'refused');
      }
      table.at(since + 30_000);
      expect(table.endpoint.counts.blocked).toBe(0);
      expect(first(table)).toBe(5071);
    }
  });

  it('but when no other takes it, it is tried before the request fails', () => {
    const table = new Table();
    fails(table, fails(table, ask(table, both), 'timeout'), 'refused');
    const back = fails(table, ask(table, both), 'refused');
    expect(place(back)).toBe('tcp 5071');
    expect(sends(stands(table, back)).length).toBe(1);
    const gone = new Table();
    fails(gone, fails(gone, ask(gone, both), 'timeout'), 'refused');
    const none = fails(gone, fails(gone, ask(gone, both), 'refused'), 'refused');
    expect([failed(none), kinds(none)]).toEqual([['transport'], ['failed']]);
  });

  it('not behind one that has no room', () => {
    const table = new Table();
    fails(table, fails(table, ask(table, both), 'timeout'), 'refused');
    const [sent] = sends(stands(table, ask(table, both)));
    const flow = flowOf('s', target('tcp', 5072));
    const end = table.bytes(reply(sent ?? utf8(''), 503), flow);
    expect(only(end, 'response').map(({ response }) => response.status)).toEqual([503]);
  });

  it('after a request that was not answered at all, not after one that got a 100', () => {
    for (const [status, port] of [
      [undefined, 5072],
      [100, 5071],
    ] as const) {
      const table = new Table();
      const [sent] = sends(stands(table, ask(table, [target('udp', 5071)])));
      const flow = flowOf('', target('udp', 5071));
      if (status !== undefined) table.bytes(reply(sent ?? utf8(''), status), flow);
      table.at(32_000);
      const next = ask(table, [target('udp', 5071), target('udp', 5072)]);
      expect(only(next, 'connect').length).toBe(port === 5072 ? 1 : 0);
      expect(only(next, 'send').length).toBe(port === 5071 ? 1 : 0);
    }
  });

  it('not after one that was refused: it may be there again at once', () => {
    const table = new Table();
    fails(table, fails(table, ask(table, both), 'refused'), 'refused');
    expect(first(table)).toBe(5071);
  });

  it('and is tried all the same where no other is left', () => {
    const table = new Table();
    fails(table, ask(table, [FIRST]), 'timeout');
    expect(only(ask(table, [FIRST]), 'connect')[0]?.target.port).toBe(5071);
  });
});

describe('RFC 3261 §18.1.1: a request that is too long for a datagram', () => {
  it('takes TCP to the same place, and says so in its Via', () => {
    const table = new Table();
    const next = stands(table, ask(table, [target('udp')], LONG));
    expect([sends(next).length, place(next)]).toEqual([0, 'tcp 5060']);
    const [sent] = sends(stands(table, next, 't'));
    expect(callOf(sent)).toMatch(/^SIP\/2.0\/TCP /);
    expect(kinds(table.bytes(reply(sent ?? utf8(''), 200), flowOf('t', target('tcp'))))).toContain(
      'response',
    );
    expect(kinds(ask(table, [target('udp')], LONG))).toEqual(['send']);
    expect(kinds(ask(table, [target('udp')]))).toEqual(['send']);
  });

  it('the limit is inclusive', () => {
    const sized = new Table();
    const length = sends(stands(sized, ask(sized, [target('udp')])))[0]?.length ?? 0;
    const came = (datagramRequest: number) => {
      const table = new Table({ limits: { datagramRequest } });
      return kinds(stands(table, ask(table, [target('udp')])));
    };
    expect([came(length), came(length - 1)]).toEqual([['send'], ['connect']]);
  });

  it('goes as a datagram all the same where TCP is refused, and no other target is left', () => {
    const table = new Table();
    const targets = [target('udp', 5071), target('tcp', 5072)];
    const tcp = stands(table, ask(table, targets, LONG));
    expect(place(tcp)).toBe('tcp 5071');
    const other = fails(table, tcp, 'refused');
    expect(place(other)).toBe('tcp 5072');
    const [sent] = sends(fails(table, other, 'timeout'));
    expect(callOf(sent)).toMatch(/^SIP\/2.0\/UDP /);
    expect(sent?.length).toBeGreaterThan(1_300);
  });

  for (const reason of ['timeout', 'unreachable'] as const) {
    it(`not where TCP came to nothing in another way: ${reason}`, () => {
      const table = new Table();
      const tcp = stands(table, ask(table, [target('udp')], LONG));
      const end = fails(table, tcp, reason);
      expect([sends(end).length, failed(end)]).toEqual([0, ['transport']]);
    });
  }

  it('fails where no datagram could hold it', () => {
    const table = new Table();
    const body = utf8('x'.repeat(65_507));
    const tcp = stands(table, ask(table, [target('udp')], body));
    expect(failed(fails(table, tcp, 'refused'))).toEqual(['transport']);
    expect(table.endpoint.counts.requests).toBe(0);
  });
});

describe('a connection that is full', () => {
  const TCP = target('tcp');
  const flow = flowOf('s', TCP);
  const opened = (options: Partial<SipEndpointOptions> = {}) => {
    const table = new Table(options);
    stands(table, ask(table, [TCP]));
    table.feed({ kind: 'full', flow });
    return table;
  };
  const contexts = (outputs: readonly SipOutput[]) =>
    only(outputs, 'failed').map(({ context, reason }) => `${String(context)} ${reason}`);

  it('gets no request until it has drained, and then all of them in order', () => {
    const table = opened();
    for (const text of ['one', 'two', 'three']) {
      expect(ask(table, [TCP], utf8(text), text)).toEqual([]);
    }
    expect(table.endpoint.counts.heldBack).toBe(3);
    const texts = sends(table.feed({ kind: 'drained', flow })).map(
      (bytes) => new TextDecoder().decode(bytes).split('\r\n\r\n')[1],
    );
    expect(texts).toEqual(['one', 'two', 'three']);
    expect(table.endpoint.counts.heldBack).toBe(0);
  });

  it('is filled again piece by piece, so that it can say in time that it is full', () => {
    const table = opened();
    const body = utf8('x'.repeat(40_000));
    for (let n = 0; n < 5; n += 1) ask(table, [TCP], body, n);
    expect(sends(table.feed({ kind: 'drained', flow })).length).toBe(2);
    expect(ask(table, [TCP], body, 5)).toEqual([]);
    expect(sends(table.at(table.endpoint.wakeAt)).length).toBe(2);
    table.feed({ kind: 'full', flow });
    expect(sends(table.at(1_000)).length).toBe(0);
    expect(sends(table.feed({ kind: 'drained', flow })).length).toBe(2);
    expect(table.endpoint.counts.heldBack).toBe(0);
  });

  it('when it breaks, what was written has failed, and what was held back goes by another one', () => {
    const table = opened();
    ask(table, [TCP], utf8('held'), 'held');
    const next = table.feed({ kind: 'closed', flow });
    expect(contexts(next)).toEqual(['1 transport']);
    expect(place(next)).toBe('tcp 5060');
    expect(sends(stands(table, next, 'again')).length).toBe(1);
  });

  it('what was held back goes to the next target where the first is gone', () => {
    const table = opened();
    ask(table, [TCP, target('tcp', 5072)], utf8('held'), 'held');
    const next = fails(table, table.feed({ kind: 'closed', flow }), 'refused');
    expect(place(next)).toBe('tcp 5072');
  });

  it('for too long is closed, and what was held back goes by another one', () => {
    const table = opened();
    ask(table, [TCP], utf8('held'), 'held');
    expect(kinds(table.at(19_999))).toEqual([]);
    const next = table.at(20_000);
    expect(kinds(next)).toEqual(['disconnect', 'failed', 'connect']);
    expect(sends(stands(table, next, 'again')).length).toBe(1);
  });

  it('does not wait for ever, however often it drains a little', () => {
    const table = opened();
    ask(table, [TCP], utf8('x'.repeat(65_000)), 'first');
    ask(table, [TCP], utf8('x'.repeat(65_000)), 'second');
    ask(table, [TCP], utf8('x'.repeat(65_000)), 'third');
    table.now = 19_000;
    table.feed({ kind: 'drained', flow });
    table.feed({ kind: 'full', flow });
    table.at(32_000);
    table.now = 32_500;
    const end = table.feed({ kind: 'drained', flow });
    expect(contexts(end)).toContain('third transport');
  });

  it('is not taken for dead because it is not read: no pong is missed, no message unfinished', () => {
    const table = new Table({
      keepAlive: 100_000,
      limits: { messageTime: 5_000, fullTime: 60_000 },
    });
    stands(table, ask(table, [TCP]));
    table.bytes('\r\n', flow);
    table.now = table.endpoint.wakeAt;
    table.bytes('SIP/2.0 200', flow);
    table.feed({ kind: 'full', flow });
    table.feed({ kind: 'full', flow });
    expect(kinds(table.at(table.now + 50_000))).not.toContain('disconnect');
    table.feed({ kind: 'drained', flow });
    expect(only(table.at(table.now + 4_999), 'disconnect')).toEqual([]);
    expect(only(table.at(table.now + 1), 'disconnect').length).toBe(1);
  });

  it('answers go out all the same', () => {
    const table = opened();
    const [request] = only(table.bytes(plain(), flow), 'request');
    const draft200 = { status: 200 };
    const outputs = table.feed({ kind: 'respond', to: request?.id ?? '', draft: draft200 });
    expect(kinds(outputs)).toEqual(['send']);
  });

  it('on closing what is held back fails at once', () => {
    const table = opened();
    ask(table, [TCP], utf8('held'), 'held');
    expect(contexts(table.feed({ kind: 'close' }))).toEqual(['held closed']);
  });

  it('a flow that is not there is full of nothing', () => {
    const table = new Table();
    for (const kind of ['full', 'drained'] as const) {
      expect(table.feed({ kind, flow })).toEqual([]);
    }
    expect(table.endpoint.counts).toEqual(NOTHING);
  });
});

describe('RFC 5626 §4.4.1: a connection that is dead', () => {
  it('is found without pings when a request got no answer and nothing else came either', () => {
    const table = new Table();
    const TCP = target('tcp');
    const flow = flowOf('s', TCP);
    stands(table, ask(table, [TCP], utf8('hi'), 'first'));
    table.at(10_000);
    ask(table, [TCP], utf8('hi'), 'second');
    const end = table.at(32_000);
    expect(only(end, 'failed').map(({ context, reason }) => [context, reason])).toEqual([
      ['first', 'timeout'],
      ['second', 'transport'],
    ]);
    expect(only(end, 'disconnect').map((one) => one.flow.id)).toEqual(['s']);
    expect(place(ask(table, [TCP]))).toBe('tcp 5060');
    expect(table.bytes('\r\n', flow)).toEqual([]);
  });

  it('is not one on which anything came meanwhile', () => {
    const table = new Table();
    const TCP = target('tcp');
    stands(table, ask(table, [TCP]));
    table.now = 1;
    table.bytes('\r\n', flowOf('s', TCP));
    expect(kinds(table.at(32_000))).toEqual(['failed']);
    expect(kinds(ask(table, [TCP]))).toEqual(['send']);
  });

  it('is found by its missing pong and replaced; what was written on it has failed', () => {
    const table = new Table({ keepAlive: 10_000 });
    const TCP = target('tcp');
    const flow = flowOf('s', TCP);
    stands(table, ask(table, [TCP]));
    table.at(table.endpoint.wakeAt);
    table.bytes('\r\n', flow);
    const outputs: SipOutput[] = [];
    while (only(outputs, 'disconnect').length === 0) {
      outputs.push(...table.at(table.endpoint.wakeAt));
    }
    expect(failed(outputs)).toEqual(['transport']);
    expect(place(ask(table, [TCP]))).toBe('tcp 5060');
  });
});

describe('RFC 3261 §18.2.2: a response whose connection is gone', () => {
  const TLS = { transport: 'tls', proved: ['a.example'] } as const;
  const asked = (
    but: Partial<Flow> = {},
    via = 'Via: SIP/2.0/TCP a.example:5070;branch=z9hG4bKg',
  ) => {
    const table = new Table({ limits: { answerConnects: 1, idleTime: 1_000 } });
    const flow = stream('in', but);
    table.feed({ kind: 'opened', flow });
    const [request] = only(table.bytes(plain([via]), flow), 'request');
    table.feed({ kind: 'closed', flow });
    const answer = (id = request?.id ?? '') =>
      table.feed({ kind: 'respond', to: id, draft: { status: 200 } });
    return { table, flow, answer };
  };

  it('goes by a new one to the address it came from and the port of its Via', () => {
    const { table, answer } = asked();
    const outputs = answer();
    expect(connectOf(outputs).target).toEqual({
      transport: 'tcp',
      address: '192.0.2.1',
      port: 5070,
      references: [],
    });
    const flow = stream('out', { remote: { address: '192.0.2.1', port: 5070 } });
    const sent = table.feed({ kind: 'opened', flow, connect: connectOf(outputs).connect });
    expect(new TextDecoder().decode(sends(sent)[0])).toMatch(/^SIP\/2.0 200 /);
    table.at(1_000);
    expect(table.endpoint.counts).toEqual(NOTHING);
  });

  it('the default port where the Via has none; over TLS only to who proved a name, which must be proved again', () => {
    const tls = asked(TLS, 'Via: SIP/2.0/TLS a.example;branch=z9hG4bKg').answer();
    expect(connectOf(tls).target).toMatchObject({ port: 5061, references: ['a.example'] });
    const nobody = asked({ ...TLS, proved: [] }).answer();
    expect(only(nobody, 'connect')).toEqual([]);
    expect(only(nobody, 'fault').map(({ fault }) => fault.code)).toEqual(['response-lost']);
  });

  it('goes by a connection of ours that is there already', () => {
    const { table, answer } = asked();
    const there: Target = { transport: 'tcp', address: '192.0.2.1', port: 5070, references: [] };
    const { connect } = connectOf(ask(table, [there]));
    const flow = stream('ours', { remote: { address: '192.0.2.1', port: 5070 } });
    table.feed({ kind: 'opened', flow, connect });
    expect(only(answer(), 'send').map((one) => one.flow.id)).toEqual(['ours']);
  });

  it('goes by one that the peer has opened and offers, where it was shown the same', () => {
    const { table, answer } = asked({ ...TLS, shown: 'c' });
    for (const [id, shown] of [
      ['usual', undefined],
      ['same', 'c'],
    ] as const) {
      const flow = stream(id, { ...TLS, ...(shown !== undefined && { shown }) });
      table.feed({ kind: 'opened', flow });
      const via = `Via: SIP/2.0/TLS a.example:5070;branch=z9hG4bK${id};alias`;
      table.bytes(plain([via, 'CSeq: 2 MESSAGE']), flow);
    }
    expect(only(answer(), 'send').map((one) => one.flow.id)).toEqual(['same']);
  });

  it('that finds no way is told to the host', () => {
    const { table, answer } = asked();
    const end = table.feed({
      kind: 'connect-failed',
      connect: connectOf(answer()).connect,
      reason: 'refused',
    });
    expect(only(end, 'fault').map(({ fault }) => [fault.code, fault.spec])).toEqual([
      ['response-lost', 'RFC 3261 §17.2.4'],
    ]);
    expect(table.endpoint.counts).toEqual(NOTHING);
  });

  it('strangers make us open only so many', () => {
    const { table, answer } = asked();
    const other = stream('other');
    table.feed({ kind: 'opened', flow: other });
    const via = 'Via: SIP/2.0/TCP a.example:5099;branch=z9hG4bKh';
    const [second] = only(table.bytes(plain([via, 'CSeq: 2 MESSAGE']), other), 'request');
    table.feed({ kind: 'closed', flow: other });
    expect(kinds(answer())).toEqual(['connect']);
    expect(kinds(answer(second?.id))).toEqual(['fault']);
    expect(kinds(table.at(30_000))).toContain('fault');
    table.at(60_000);
    expect(table.endpoint.counts).toEqual(NOTHING);
  });

  it('on closing is told as lost', () => {
    const { table, answer } = asked();
    answer();
    expect(kinds(table.feed({ kind: 'close' }))).toEqual(['fault', 'closed']);
  });

  it('waits where the request was sent again, over a connection of the same peer', () => {
    const { table, answer } = asked();
    const via = 'Via: SIP/2.0/TCP a.example:5070;branch=z9hG4bKg';
    const again = stream('again', { remote: { address: '192.0.2.1', port: 40_001 } });
    table.feed({ kind: 'opened', flow: again });
    expect(table.bytes(plain([via]), again)).toEqual([]);
    expect(only(answer(), 'send').map((one) => one.flow.id)).toEqual(['again']);
  });
});

describe('bounds of the sockets', () => {
  it('a connection that was turned away is told, as often as faults are', () => {
    const table = new Table({ limits: { faultsPerSecond: 2 } });
    const feed = () =>
      table.feed({ kind: 'turned-away', flow: stream('x'), bound: 'connectionsPerRemote' });
    expect(only(feed(), 'fault')[0]).toMatchObject({
      fault: { code: 'overload', at: 'connectionsPerRemote' },
      flow: { id: 'x' },
    });
    expect([kinds(feed()), kinds(feed())]).toEqual([['fault'], []]);
  });
});
