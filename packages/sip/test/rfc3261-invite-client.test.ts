import { describe, expect, it } from 'vitest';
import type { Flow, RequestDraft, SipEndpointOptions, SipOutput, Target } from '@interwork/sip';
import { inviteTable, starts } from './invite-text.ts';
import { message, messageIn, requestIn } from './message-text.ts';
import { draft, kinds, NOTHING, only, sends, stream, type Table, uri } from './one-endpoint.ts';
import { udpFlow } from './virtual.ts';

const CONTEXT = { call: 1 };
const THERE = udpFlow('192.0.2.2', '192.0.2.7');
const ROUTES = ['<sip:p1.b.example;lr>', '<sip:p2.b.example;lr>'].map((value) => ({
  name: 'Route',
  value,
}));

const udp = (address = '192.0.2.7'): Target => ({
  transport: 'udp',
  address,
  port: 5060,
  references: ['b.example'],
});
const tcp: Target = { ...udp(), transport: 'tcp' };
const TCP = stream('out-1', { remote: { address: '192.0.2.7', port: 5060 } });

function invite(but: Partial<RequestDraft> = {}): RequestDraft {
  return draft({ method: 'INVITE', callId: 'c1', cseq: 7, headers: ROUTES, ...but });
}

function called(
  target = udp(),
  more: readonly Target[] = [],
): { readonly table: Table; readonly bytes: Uint8Array; readonly flow: Flow } {
  return calling({}, [target, ...more]);
}

/** An INVITE on its way to the first target. */
function calling(
  options: Partial<SipEndpointOptions>,
  targets: readonly Target[],
  but: Partial<RequestDraft> = {},
): { readonly table: Table; readonly bytes: Uint8Array; readonly flow: Flow } {
  const table = inviteTable(options);
  const asked = table.feed({ kind: 'request', draft: invite(but), targets, context: CONTEXT });
  const flow = targets[0]?.transport === 'tcp' ? TCP : THERE;
  const [bytes] = sends(opened(table, asked, flow));
  return { table, bytes: bytes ?? new Uint8Array(), flow };
}

function opened(table: Table, outputs: readonly SipOutput[], flow: Flow): SipOutput[] {
  const [connect] = only(outputs, 'connect');
  return table.feed({ kind: 'opened', flow, connect: connect?.connect ?? '' });
}

/** A response as a peer would write it. */
function response(
  request: Uint8Array,
  status: number,
  tag: string | undefined = 'p1',
  more: readonly string[] = [],
): Uint8Array {
  const { headers } = messageIn(request);
  const to = `${headers.text('To')}${tag === undefined ? '' : `;tag=${tag}`}`;
  return message([
    `SIP/2.0 ${status} Whatever`,
    `Via: ${headers.text('Via')}`,
    `From: ${headers.text('From')}`,
    `To: ${to}`,
    `Call-ID: ${headers.text('Call-ID')}`,
    `CSeq: ${headers.text('CSeq')}`,
    'Contact: <sip:bob@192.0.2.7>',
    ...more,
    'Content-Length: 0',
  ]);
}

/** The ACK of the host to the 2xx with that tag. */
function acknowledge(table: Table, bytes: Uint8Array, tag: string, target: Target): SipOutput[] {
  const fromTag = /;tag=(.*)$/.exec(messageIn(bytes).headers.text('From') ?? '')?.[1] ?? '';
  const party = (address: string, value: string) => ({
    display: undefined,
    uri: uri(address),
    params: [{ name: 'tag', value }],
  });
  const ack = draft({
    method: 'ACK',
    uri: uri('sip:bob@192.0.2.7'),
    from: party('sip:ann@a.example', fromTag),
    to: party('sip:bob@b.example', tag),
    callId: 'c1',
    cseq: 7,
  });
  return table.feed({ kind: 'request', draft: ack, targets: [target], context: `ack ${tag}` });
}

function playedOut(table: Table, until = Number.POSITIVE_INFINITY): string[] {
  const seen: string[] = [];
  for (let at = table.endpoint.wakeAt; at <= until && at !== Infinity; at = table.endpoint.wakeAt) {
    const outputs = table.at(at);
    for (const start of starts(outputs)) seen.push(`${at} ${start}`);
    for (const out of outputs) {
      if (out.kind === 'failed') seen.push(`${at} failed ${out.reason}`);
      else if (out.kind !== 'send' && out.kind !== 'disconnect') seen.push(`${at} ${out.kind}`);
    }
  }
  return seen;
}

for (const [name, target] of [
  ['datagrams', udp()],
  ['a stream', tcp],
] as const) {
  describe(`INVITE of ours over ${name}`, () => {
    it('§17.1.1.2 is sent again in datagrams only, and fails after Timer B', () => {
      const again = [500, 1500, 3500, 7500, 15_500, 31_500].map((at) => `${at} INVITE`);
      const { table } = called(target, [udp('192.0.2.8')]);
      expect(playedOut(table, 40_000)).toEqual([
        ...(target.transport === 'udp' ? again : []),
        '32000 failed timeout',
      ]);
    });

    it('§13.2.2.1 provisional responses are told, but 100', () => {
      const { table, bytes, flow } = called(target);
      expect(table.bytes(response(bytes, 100, undefined), flow)).toEqual([]);
      for (const status of [180, 183, 180]) {
        const outputs = table.bytes(response(bytes, status), flow);
        expect(only(outputs, 'provisional').map((one) => one.response.status)).toEqual([status]);
        expect(only(outputs, 'provisional')[0]?.context).toBe(CONTEXT);
      }
      expect(playedOut(table, 60_000)).toEqual([]);
    });

    it('§13.2.2.4 a 2xx is acknowledged by the host, and each copy by the same octets', () => {
      const { table, bytes, flow } = called(target);
      const first = table.bytes(response(bytes, 200), flow);
      expect(kinds(first)).toEqual(['response']);
      expect(only(first, 'response')[0]?.context).toBe(CONTEXT);
      expect(table.bytes(response(bytes, 200), flow)).toEqual([]);
      const acked = acknowledge(table, bytes, 'p1', target);
      expect(kinds(acked)).toEqual(['send', 'sent']);
      expect(only(acked, 'sent')[0]?.context).toBe('ack p1');
      for (let copy = 0; copy < 3; copy += 1) {
        const outputs = table.bytes(response(bytes, 200), flow);
        expect(kinds(outputs)).toEqual(['send']);
        expect(sends(outputs)).toEqual(sends(acked));
      }
      const { headers, uri: to } = requestIn(sends(acked)[0] ?? bytes);
      expect([to, headers.text('CSeq')]).toEqual(['sip:bob@192.0.2.7', '7 ACK']);
      expect(headers.text('Via')).not.toBe(messageIn(bytes).headers.text('Via'));
      expect(playedOut(table, 40_000)).toEqual([]);
      expect(kinds(table.bytes(response(bytes, 200), flow))).toEqual(['fault']);
      expect(table.endpoint.counts).toMatchObject({ client: 0, requests: 0 });
    });

    it('§13.2.2.4 a 2xx of another fork is told, and each has its own ACK', () => {
      const { table, bytes, flow } = called(target);
      table.bytes(response(bytes, 200, 'p1'), flow);
      const forked = table.bytes(response(bytes, 200, 'p2'), flow);
      expect(only(forked, 'forked').map((one) => one.context)).toEqual([CONTEXT]);
      expect(table.bytes(response(bytes, 200, 'p2'), flow)).toEqual([]);
      const one = sends(acknowledge(table, bytes, 'p1', target));
      const two = sends(acknowledge(table, bytes, 'p2', target));
      expect(sends(table.bytes(response(bytes, 200, 'p2'), flow))).toEqual(two);
      expect(sends(table.bytes(response(bytes, 200, 'p1'), flow))).toEqual(one);
    });

    it('§17.1.1.3 a refusal is acknowledged on its hop, once for each copy, and told once', () => {
      const { table, bytes, flow } = called(target);
      const outputs = table.bytes(response(bytes, 486), flow);
      expect(kinds(outputs)).toEqual(['send', 'response']);
      const [sent] = only(outputs, 'send');
      expect(sent?.flow.id).toBe(flow.id);
      const ack = requestIn(sent?.bytes ?? bytes);
      const asked = requestIn(bytes);
      expect([ack.method, ack.uri]).toEqual(['ACK', asked.uri]);
      expect(ack.headers.all('Via')).toEqual(asked.headers.all('Via'));
      expect(ack.headers.all('Route')).toEqual(ROUTES.map(({ value }) => value));
      expect(ack.headers.text('From')).toBe(asked.headers.text('From'));
      expect(ack.headers.text('To')).toBe(`${asked.headers.text('To')};tag=p1`);
      expect(ack.headers.text('CSeq')).toBe('7 ACK');
      expect(ack.headers.text('Max-Forwards')).toBe('70');
      expect(ack.body.length).toBe(0);
      if (target.transport === 'udp') {
        expect(sends(table.bytes(response(bytes, 486), flow))).toEqual(sends(outputs));
      }
      playedOut(table);
      expect(table.endpoint.counts).toEqual(NOTHING);
    });

    it('§9.1 a CANCEL waits for a provisional response, and goes the way of the INVITE', () => {
      const { table, bytes, flow } = called(target);
      expect(table.feed({ kind: 'cancel', context: CONTEXT })).toEqual([]);
      const outputs = table.bytes(response(bytes, 100, undefined), flow);
      expect(starts(outputs)).toEqual(['CANCEL']);
      const cancel = requestIn(sends(outputs)[0] ?? bytes);
      const asked = requestIn(bytes);
      expect(cancel.uri).toBe(asked.uri);
      for (const field of ['Via', 'From', 'To', 'Call-ID', 'Route']) {
        expect(cancel.headers.all(field)).toEqual(asked.headers.all(field));
      }
      expect(cancel.headers.text('CSeq')).toBe('7 CANCEL');
      expect(table.feed({ kind: 'cancel', context: CONTEXT })).toEqual([]);
      expect(table.bytes(response(sends(outputs)[0] ?? bytes, 200), flow)).toEqual([]);
      const ended = table.bytes(response(bytes, 487), flow);
      expect(starts(ended)).toEqual(['ACK']);
      expect(only(ended, 'response').map((one) => one.response.status)).toEqual([487]);
    });

    it('§9.1 a 2xx that crosses the CANCEL is the response', () => {
      const { table, bytes, flow } = called(target);
      table.bytes(response(bytes, 180), flow);
      expect(starts(table.feed({ kind: 'cancel', context: CONTEXT }))).toEqual(['CANCEL']);
      const outputs = table.bytes(response(bytes, 200), flow);
      expect(only(outputs, 'response').map((one) => one.response.status)).toEqual([200]);
      expect(table.feed({ kind: 'cancel', context: CONTEXT })).toEqual([]);
      expect(kinds(acknowledge(table, bytes, 'p1', target))).toEqual(['send', 'sent']);
    });

    it('§9.1 one that nobody ends although it was cancelled is over 64*T1 later', () => {
      const { table, bytes, flow } = called(target);
      table.bytes(response(bytes, 180), flow);
      table.feed({ kind: 'cancel', context: CONTEXT });
      const seen = playedOut(table, 40_000).filter((one) => !one.endsWith('CANCEL'));
      expect(seen).toEqual(['32000 failed cancelled']);
    });

    it('one that rings for ever is cancelled, and then given up', () => {
      const { table, bytes, flow } = called(target);
      table.bytes(response(bytes, 180), flow);
      const seen = playedOut(table, 300_000);
      expect(seen[0]).toBe('180000 CANCEL');
      expect(seen.at(-1)).toBe('212000 failed timeout');
    });

    it('`close` cancels what rings, and takes its end', () => {
      const { table, bytes, flow } = called(target);
      table.bytes(response(bytes, 180), flow);
      expect(starts(table.feed({ kind: 'close' }))).toEqual(['CANCEL']);
      const outputs = table.bytes(response(bytes, 487), flow);
      expect(starts(outputs)).toEqual(['ACK']);
      expect(kinds(outputs)).toEqual(expect.arrayContaining(['response', 'closed']));
      expect(table.endpoint.counts).toEqual(NOTHING);
      expect(table.endpoint.wakeAt).toBe(Infinity);
    });

    it('`close` fails what does not end in time', () => {
      const { table, bytes, flow } = called(target);
      table.bytes(response(bytes, 180), flow);
      table.feed({ kind: 'close' });
      const seen = playedOut(table);
      expect(seen.filter((one) => !one.endsWith('CANCEL'))).toEqual([
        '5000 failed closed',
        '5000 closed',
      ]);
      expect(table.endpoint.counts).toEqual(NOTHING);
    });
  });
}

describe('INVITE of ours', () => {
  it('is read byte by byte', () => {
    const { table, bytes, flow } = called(tcp);
    const fed = (octets: Uint8Array): string[] =>
      [...octets].flatMap((one) => kinds(table.bytes(new Uint8Array([one]), flow)));
    expect(fed(response(bytes, 100, undefined))).toEqual([]);
    expect(fed(response(bytes, 180))).toEqual(['provisional']);
    expect(fed(response(bytes, 200))).toEqual(['response']);
    expect(fed(response(bytes, 200, 'p2'))).toEqual(['forked']);
    acknowledge(table, bytes, 'p1', tcp);
    expect(fed(response(bytes, 200))).toEqual(['send']);
  });

  it('forks are bounded: one more is a fault, and nothing is kept of it', () => {
    const { table, bytes, flow } = calling({ limits: { forks: 2 } }, [udp()]);
    const told = ['p1', 'p2', 'p3', 'p4', 'p2'].map((tag) =>
      kinds(table.bytes(response(bytes, 200, tag), flow)),
    );
    expect(told).toEqual([['response'], ['forked'], ['fault'], ['fault'], []]);
    expect(kinds(acknowledge(table, bytes, 'p3', udp()))).toEqual(['send', 'sent']);
    expect(kinds(table.bytes(response(bytes, 200, 'p3'), flow))).toEqual(['fault']);
  });

  it('§8.1.3.3 responses with more Vias, of another peer or another transport are strays', () => {
    const { table, bytes, flow } = called(tcp);
    const more = ['Via: SIP/2.0/TCP else.example;branch=z9hG4bKx'];
    expect(kinds(table.bytes(response(bytes, 200, 'p1', more), flow))).toEqual(['fault']);
    const other = stream('in-9', { remote: { address: '192.0.2.9', port: 1 } });
    table.feed({ kind: 'opened', flow: other });
    expect(kinds(table.bytes(response(bytes, 200), other))).toEqual(['fault']);
    expect(kinds(table.bytes(response(bytes, 200), THERE))).toEqual(['fault']);
    expect(kinds(table.bytes(response(bytes, 200), flow))).toEqual(['response']);
  });

  it('a 503 is acknowledged and leads to the next target, the last one is told', () => {
    const second = udp('192.0.2.8');
    const { table, bytes, flow } = called(udp(), [second]);
    table.bytes(response(bytes, 180), flow);
    const outputs = table.bytes(response(bytes, 503, 'p1', ['Retry-After: 5']), flow);
    expect(starts(outputs)).toEqual(['ACK']);
    const there = udpFlow('192.0.2.2', '192.0.2.8');
    const [again] = sends(opened(table, outputs, there));
    expect(requestIn(again ?? bytes).method).toBe('INVITE');
    expect(messageIn(again ?? bytes).headers.text('Via')).not.toBe(
      messageIn(bytes).headers.text('Via'),
    );
    const last = table.bytes(response(again ?? bytes, 503), there);
    expect(only(last, 'response').map((one) => one.response.status)).toEqual([503]);
  });

  it('a target that certainly did not get it leads to the next one', () => {
    const { table, bytes, flow } = called(udp(), [udp('192.0.2.8')]);
    const outputs = table.feed({ kind: 'unsent', flow, bytes });
    expect(only(outputs, 'connect').map((one) => one.target.address)).toEqual(['192.0.2.8']);
    expect(table.endpoint.counts.client).toBe(0);
  });

  it('one that may have been taken goes nowhere else', () => {
    const { table, flow } = called(tcp, [udp('192.0.2.8')]);
    const outputs = table.feed({ kind: 'closed', flow });
    expect(only(outputs, 'failed').map((one) => one.reason)).toEqual(['transport']);
    expect(kinds(outputs)).toEqual(['failed']);
  });

  it('§18.1.1 one too long for a datagram goes over a stream', () => {
    const table = inviteTable();
    const long = invite({ body: new Uint8Array(2000) });
    const asked = table.feed({ kind: 'request', draft: long, targets: [udp()], context: 1 });
    const outputs = opened(table, asked, THERE);
    expect(only(outputs, 'connect').map((one) => one.target.transport)).toEqual(['tcp']);
    expect(starts(opened(table, outputs, TCP))).toEqual(['INVITE']);
  });

  it('one that is cancelled before it left never leaves', () => {
    const table = inviteTable();
    const targets = [tcp, udp('192.0.2.8')];
    const asked = table.feed({ kind: 'request', draft: invite(), targets, context: CONTEXT });
    const outputs = table.feed({ kind: 'cancel', context: CONTEXT });
    expect(only(outputs, 'failed').map((one) => [one.context, one.reason])).toEqual([
      [CONTEXT, 'cancelled'],
    ]);
    expect(opened(table, asked, TCP)).toEqual([]);
    expect(table.endpoint.counts).toMatchObject({ requests: 0, client: 0, waiting: 0 });
  });

  it('one that is cancelled while it is held back never leaves', () => {
    const { table, flow } = called(tcp);
    table.feed({ kind: 'full', flow });
    const other = invite({ callId: 'c2' });
    table.feed({ kind: 'request', draft: other, targets: [tcp], context: 'second' });
    const outputs = table.feed({ kind: 'cancel', context: 'second' });
    expect(only(outputs, 'failed').map((one) => one.reason)).toEqual(['cancelled']);
    expect(table.feed({ kind: 'drained', flow })).toEqual([]);
  });

  it('a cancelled one goes to no other target, whatever the first one says', () => {
    const { table, bytes, flow } = called(udp(), [udp('192.0.2.8')]);
    table.bytes(response(bytes, 180), flow);
    table.feed({ kind: 'cancel', context: CONTEXT });
    const outputs = table.bytes(response(bytes, 503), flow);
    expect(kinds(outputs)).toEqual(['send', 'response']);
  });

  it('a CANCEL of nothing that goes on is nothing', () => {
    const table = inviteTable();
    expect(table.feed({ kind: 'cancel', context: undefined })).toEqual([]);
    table.feed({ kind: 'request', draft: draft(), targets: [udp()], context: 'message' });
    expect(table.feed({ kind: 'cancel', context: 'message' })).toEqual([]);
    expect(table.endpoint.counts.requests).toBe(1);
  });

  describe('§18.2.2 one that rings, and whose connection breaks', () => {
    /** It rings, and its connection is gone. */
    function stranded(more: readonly Target[] = []) {
      const call = called(tcp, more);
      call.table.bytes(response(call.bytes, 180), call.flow);
      expect(call.table.feed({ kind: 'closed', flow: call.flow })).toEqual([]);
      return call;
    }
    const back = stream('in-2', { remote: { address: '192.0.2.7', port: 50_000 } });
    const other = stream('out-2', { remote: { address: '192.0.2.7', port: 5060 } });

    it('is accepted by another connection of the same peer', () => {
      const { table, bytes } = stranded([udp('192.0.2.8')]);
      expect(playedOut(table, 100_000)).toEqual([]);
      table.feed({ kind: 'opened', flow: back });
      expect(kinds(table.bytes(response(bytes, 200), back))).toEqual(['response']);
      const acked = acknowledge(table, bytes, 'p1', tcp);
      expect(starts(opened(table, acked, other))).toEqual(['ACK']);
    });

    it('is refused there, and the ACK goes there', () => {
      const { table, bytes } = stranded();
      table.feed({ kind: 'opened', flow: back });
      const outputs = table.bytes(response(bytes, 486), back);
      expect(kinds(outputs)).toEqual(['send', 'response']);
      expect(only(outputs, 'send').map((one) => one.flow)).toEqual([back]);
      expect(starts(outputs)).toEqual(['ACK']);
      expect(table.endpoint.counts).toMatchObject({ requests: 0, client: 0 });
    });

    it('rings on there, and breaks with that as with the first', () => {
      const { table, bytes } = stranded();
      table.feed({ kind: 'opened', flow: back });
      expect(kinds(table.bytes(response(bytes, 183), back))).toEqual(['provisional']);
      const cancelled = table.feed({ kind: 'cancel', context: CONTEXT });
      expect(only(cancelled, 'send').map((one) => one.flow)).toEqual([back]);
      expect(table.feed({ kind: 'closed', flow: back })).toEqual([]);
      table.feed({ kind: 'opened', flow: other });
      expect(kinds(table.bytes(response(bytes, 487), other))).toEqual(['send', 'response']);
    });

    it('is cancelled by a connection that is opened for that (§9.1), and ends with what comes', () => {
      const { table, bytes } = stranded();
      const asked = table.feed({ kind: 'cancel', context: CONTEXT });
      expect(kinds(asked)).toEqual(['connect']);
      const outputs = opened(table, asked, other);
      expect(starts(outputs)).toEqual(['CANCEL']);
      const [cancel] = sends(outputs);
      expect(messageIn(cancel ?? bytes).headers.text('Via')).toBe(
        messageIn(bytes).headers.text('Via'),
      );
      expect(table.bytes(response(cancel ?? bytes, 200), other)).toEqual([]);
      expect(kinds(table.bytes(response(bytes, 487), other))).toEqual(['send', 'response']);
      expect(table.endpoint.counts).toMatchObject({ requests: 0, client: 0 });
      playedOut(table);
      expect(table.endpoint.counts).toEqual(NOTHING);
    });

    it('is cancelled by one that is open already', () => {
      const { table, bytes, flow } = called(tcp);
      table.bytes(response(bytes, 180), flow);
      table.feed({ kind: 'closed', flow });
      const asked = table.feed({ kind: 'request', draft: draft(), targets: [tcp], context: 2 });
      opened(table, asked, other);
      const outputs = table.feed({ kind: 'cancel', context: CONTEXT });
      expect(only(outputs, 'send').map((one) => one.flow)).toEqual([other]);
      expect(starts(outputs)).toEqual(['CANCEL']);
    });

    it('is not cancelled any more once its answer was faster than the connection', () => {
      const { table, bytes } = stranded();
      const asked = table.feed({ kind: 'cancel', context: CONTEXT });
      table.feed({ kind: 'opened', flow: back });
      expect(kinds(table.bytes(response(bytes, 200), back))).toEqual(['response']);
      expect(starts(opened(table, asked, other))).toEqual([]);
    });

    it('rings no longer than any other: cancelled at its time, given up 64*T1 later', () => {
      const { table } = stranded();
      const seen = playedOut(table, 200_000);
      expect(seen).toEqual(['180000 connect']);
      expect(playedOut(table, 190_000)).toEqual([]);
      expect(playedOut(table)).toEqual(['212000 failed timeout']);
      expect(table.endpoint.counts).toEqual(NOTHING);
    });

    it('that cannot be reached to be cancelled is given up as cancelled', () => {
      const { table } = stranded();
      const asked = table.feed({ kind: 'cancel', context: CONTEXT });
      const [connect] = only(asked, 'connect');
      table.feed({
        kind: 'connect-failed',
        connect: connect?.connect ?? '',
        reason: 'refused',
        text: '',
      });
      expect(playedOut(table)).toEqual(['32000 failed cancelled']);
      expect(table.endpoint.counts).toEqual(NOTHING);
    });

    it.each([
      ['another address', stream('in-2', { remote: { address: '192.0.2.99', port: 5060 } })],
      ['another transport', THERE],
    ])('is answered by nobody else: %s', (_who, flow) => {
      const { table, bytes } = stranded();
      table.feed({ kind: 'opened', flow });
      expect(only(table.bytes(response(bytes, 200), flow), 'response')).toEqual([]);
      expect(table.endpoint.counts.requests).toBe(1);
    });

    it('`close` cancels it too, by another connection', () => {
      const { table, bytes } = stranded();
      const outputs = table.feed({ kind: 'close' });
      expect(kinds(outputs)).toContain('connect');
      expect(starts(opened(table, outputs, other))).toEqual(['CANCEL']);
      const last = table.bytes(response(bytes, 487), other);
      expect(only(last, 'response').map((one) => one.response.status)).toEqual([487]);
    });
  });

  it('§18.2.2 a 2xx that comes again by another connection has its ACK there', () => {
    const { table, bytes, flow } = called(tcp);
    table.bytes(response(bytes, 200), flow);
    const acked = sends(acknowledge(table, bytes, 'p1', tcp));
    table.feed({ kind: 'closed', flow });
    const back = stream('in-2', { remote: { address: '192.0.2.7', port: 50_000 } });
    table.feed({ kind: 'opened', flow: back });
    const outputs = table.bytes(response(bytes, 200), back);
    expect(kinds(outputs)).toEqual(['connect']);
    const again = stream('out-2', { remote: { address: '192.0.2.7', port: 5060 } });
    const sent = opened(table, outputs, again);
    expect(kinds(sent)).toEqual(['send']);
    expect(messageIn(sends(sent)[0] ?? bytes).headers.text('CSeq')).toBe('7 ACK');
    expect(sends(table.bytes(response(bytes, 200), back))).toEqual(sends(sent));
    expect(acked).toHaveLength(1);
  });

  it('an ACK and a BYE still leave while the endpoint ends', () => {
    const { table, bytes, flow } = called();
    table.bytes(response(bytes, 200), flow);
    table.feed({ kind: 'request', draft: draft(), targets: [udp()], context: 'open' });
    table.feed({ kind: 'close' });
    expect(kinds(acknowledge(table, bytes, 'p1', udp()))).toEqual(['send', 'sent']);
    const refused = table.feed({ kind: 'request', draft: invite(), targets: [udp()], context: 2 });
    expect(only(refused, 'failed').map((one) => one.reason)).toEqual(['closed']);
  });

  it('what is open of ours is bounded', () => {
    const { table } = calling({ limits: { clientTransactions: 1 } }, [udp()]);
    const outputs = table.feed({ kind: 'request', draft: invite(), targets: [udp()], context: 2 });
    expect(only(outputs, 'failed').map((one) => one.reason)).toEqual(['overload']);
  });
});
