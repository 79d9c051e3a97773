import { describe, expect, it } from 'vitest';
import { type Flow, MisuseError, type SipOutput } from '@interwork/sip';
import { ack, cancel, idIn, invite, inviteTable, starts, tagIn, within } from './invite-text.ts';
import { kinds, NOTHING, only, responses, sends, stream, type Table, UDP } from './one-endpoint.ts';

const TCP = stream('tcp-1');
const OFFER = { contentType: 'application/sdp', body: new TextEncoder().encode('v=0\r\n') };
const CONTACT = { name: 'Contact', value: '<sip:bob@192.0.2.2>' };

/** A table with an open connection, the INVITE on it, and its id. */
function called(flow: Flow = UDP, options = {}): { table: Table; id: string } {
  const table = inviteTable(options);
  if (flow.transport !== 'udp') table.feed({ kind: 'opened', flow });
  return { table, id: idIn(table.bytes(invite(), flow)) };
}

function answer(table: Table, id: string, status: number, toTag?: string): SipOutput[] {
  const draft = { status, toTag, headers: [CONTACT], ...(status === 200 ? OFFER : {}) };
  return table.feed({ kind: 'respond', to: id, draft });
}

/** The instants at which something was sent, and what, until nothing waits. */
function playedOut(table: Table, until = Number.POSITIVE_INFINITY): string[] {
  const seen: string[] = [];
  for (let at = table.endpoint.wakeAt; at <= until && at !== Infinity; at = table.endpoint.wakeAt) {
    const outputs = table.at(at);
    for (const start of starts(outputs)) seen.push(`${at} ${start}`);
    for (const kind of kinds(outputs)) if (kind !== 'send') seen.push(`${at} ${kind}`);
  }
  return seen;
}

const AGAIN = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];

for (const [name, flow] of [
  ['datagrams', UDP],
  ['a stream', TCP],
] as const) {
  describe(`INVITE of a peer over ${name}`, () => {
    it('§17.2.1 is told once, and gets a 100 without tag after 200 ms', () => {
      const { table } = called(flow);
      expect(table.at(199)).toEqual([]);
      const [trying] = responses(table.at(200));
      expect(trying?.status).toBe(100);
      expect(trying?.headers.text('To')).toBe('<sip:bob@b.example>');
      expect(starts(table.bytes(invite(), flow))).toEqual(['100']);
    });

    it('§17.2.1 a copy before any response is absorbed, one behind gets the last response', () => {
      const { table, id } = called(flow);
      expect(table.bytes(invite(), flow)).toEqual([]);
      answer(table, id, 180);
      expect(starts(table.bytes(invite(), flow))).toEqual(['180']);
      answer(table, id, 183);
      expect(starts(table.bytes(invite(), flow))).toEqual(['183']);
      answer(table, id, 486);
      expect(starts(table.bytes(invite(), flow))).toEqual(['486']);
    });

    it('§8.2.6.2 all responses have one tag, drawn or named', () => {
      const drawn = called(flow);
      const tag = tagIn(answer(drawn.table, drawn.id, 180));
      expect(tagIn(answer(drawn.table, drawn.id, 200))).toBe(tag);
      const named = called(flow);
      expect(tagIn(answer(named.table, named.id, 180, 'mine'))).toBe('mine');
      expect(tagIn(answer(named.table, named.id, 200))).toBe('mine');
    });

    it('§13.3.1.4 a 2xx is sent again until the ACK, which is told once', () => {
      const { table, id } = called(flow);
      const ours = sends(answer(table, id, 200, 'b1'));
      expect(sends(table.at(500))).toEqual(ours);
      expect(sends(table.at(1500))).toEqual(ours);
      const acked = table.bytes(ack({ branch: 'z9hG4bKack', toTag: 'b1' }), flow);
      expect(only(acked, 'acknowledged').map((event) => [event.id, event.request.method])).toEqual([
        [id, 'ACK'],
      ]);
      expect(starts(acked)).toEqual([]);
      expect(table.bytes(ack({ branch: 'z9hG4bKack', toTag: 'b1' }), flow)).toEqual([]);
      expect(table.bytes(invite(), flow)).toEqual([]);
      expect(playedOut(table, 40_000)).toEqual([]);
      expect(table.endpoint.counts).toMatchObject({ server: 0, unanswered: 0, keptBytes: 0 });
    });

    it('§13.3.1.4 without ACK it is sent again for 64*T1, then it is told', () => {
      const { table, id } = called(flow);
      answer(table, id, 200, 'b1');
      expect(playedOut(table, 40_000)).toEqual([
        ...AGAIN.map((at) => `${at} 200`),
        '32000 unacknowledged',
      ]);
      expect(table.bytes(ack({ branch: 'z9hG4bKack', toTag: 'b1' }), flow)).toEqual([]);
      expect(table.endpoint.counts.server).toBe(0);
    });

    it('§17.2.1 a refusal waits for its ACK, which is not told', () => {
      const { table, id } = called(flow);
      answer(table, id, 486, 'b1');
      expect(table.bytes(ack({ toTag: 'b1' }), flow)).toEqual([]);
      if (flow.transport === 'udp') expect(table.bytes(invite(), flow)).toEqual([]);
      expect(playedOut(table, 40_000)).toEqual([]);
      expect(table.endpoint.counts.server).toBe(0);
    });

    it('§17.2.1 a refusal without ACK is sent again in datagrams, and then forgotten', () => {
      const { table, id } = called(flow);
      answer(table, id, 486);
      const again = flow.transport === 'udp' ? AGAIN : [];
      expect(playedOut(table, 40_000)).toEqual(again.map((at) => `${at} 486`));
      expect(table.endpoint.counts.server).toBe(0);
    });

    it('§9.2 a CANCEL has its 200, the INVITE its 487, and the host is told', () => {
      const { table, id } = called(flow);
      const tag = tagIn(answer(table, id, 180));
      const outputs = table.bytes(cancel(), flow);
      expect(kinds(outputs)).toEqual(['send', 'send', 'cancelled']);
      expect(responses(outputs).map((one) => [one.status, one.headers.text('CSeq')])).toEqual([
        [200, '1 CANCEL'],
        [487, '1 INVITE'],
      ]);
      for (const one of responses(outputs)) expect(one.headers.text('To')).toContain(tag);
      const [event] = only(outputs, 'cancelled');
      expect([event?.id, event?.request?.method]).toEqual([id, 'CANCEL']);
      expect(answer(table, id, 200)).toEqual([]);
      expect(starts(table.bytes(cancel(), flow))).toEqual(['200']);
      expect(table.bytes(ack({ toTag: tag }), flow)).toEqual([]);
    });

    it('§9.2 a CANCEL behind the final response has its 200 and no effect', () => {
      const { table, id } = called(flow);
      answer(table, id, 200, 'b1');
      const outputs = table.bytes(cancel(), flow);
      expect(responses(outputs).map((one) => one.headers.text('CSeq'))).toEqual(['1 CANCEL']);
      expect(only(outputs, 'cancelled')).toEqual([]);
      const acked = table.bytes(ack({ branch: 'z9hG4bKa', toTag: 'b1' }), flow);
      expect(kinds(acked)).toEqual(['acknowledged']);
    });

    it('§9.2 a CANCEL of nothing is told so', () => {
      const { table } = called(flow);
      expect(starts(table.bytes(cancel({ branch: 'z9hG4bKother' }), flow))).toEqual(['481']);
    });
  });
}

describe('INVITE of a peer', () => {
  it('is read byte by byte', () => {
    const { table, id } = called(TCP);
    const fed = (bytes: Uint8Array): SipOutput[] =>
      [...bytes].flatMap((one) => table.bytes(new Uint8Array([one]), TCP));
    answer(table, id, 200, 'b1');
    expect(kinds(fed(ack({ branch: 'z9hG4bKa', toTag: 'b1' })))).toEqual(['acknowledged']);
    const second = idIn(fed(invite({ branch: 'z9hG4bKi2', toTag: 'b1', cseq: 2 })));
    expect(second).not.toBe(id);
    expect(starts(fed(cancel({ branch: 'z9hG4bKi2', toTag: 'b1', cseq: 2 })))).toEqual([
      '200',
      '487',
    ]);
  });

  it('§8.2.1 is refused where it is not taken, and the ACK to that is nothing', () => {
    const { table } = called();
    const other = inviteTable({ methods: ['MESSAGE'] });
    expect(starts(other.bytes(invite()))).toEqual(['405']);
    expect(other.bytes(ack({ toTag: 'x' }))).toEqual([]);
    expect(table.bytes(ack({ branch: 'z9hG4bKstray', toTag: 'x' }))).toEqual([]);
  });

  it('§8.2.2.2 a copy by another way is merged, while the first is open', () => {
    const { table } = called();
    const outputs = table.bytes(invite({ branch: 'z9hG4bKother' }));
    expect(starts(outputs)).toEqual(['482']);
    expect(table.bytes(ack({ branch: 'z9hG4bKother', toTag: 'x' }))).toEqual([]);
  });

  it('§17.2.3 the ACK to a refusal may have another tag than ours, one to a 2xx may not', () => {
    const refused = called();
    answer(refused.table, refused.id, 404, 'b1');
    refused.table.bytes(ack({ toTag: 'other' }));
    expect(playedOut(refused.table)).toEqual([]);
    const taken = called();
    answer(taken.table, taken.id, 200, 'b1');
    expect(taken.table.bytes(ack({ toTag: 'other' }))).toEqual([]);
    expect(kinds(taken.table.bytes(ack({ toTag: 'b1' })))).toEqual(['acknowledged']);
  });

  it('§17.2.3 a peer of RFC 2543 has no branch, and its ACK the tag that we gave', () => {
    const { table } = called();
    const id = idIn(table.bytes(invite({ branch: 'old', callId: 'old@a.example' })));
    answer(table, id, 404, 'b1');
    expect(table.bytes(ack({ branch: 'old', callId: 'old@a.example', toTag: 'b1' }))).toEqual([]);
    expect(starts(table.at(40_000)).filter((start) => start === '404')).toEqual([]);
  });

  it('§14.2 a re-INVITE is told as any other, and acknowledged by its own number', () => {
    const { table, id } = called();
    answer(table, id, 200, 'b1');
    table.bytes(ack({ branch: 'z9hG4bKa', toTag: 'b1' }));
    const again = idIn(table.bytes(invite({ branch: 'z9hG4bKr', toTag: 'b1', cseq: 2 })));
    expect(tagIn(answer(table, again, 200, 'ignored'))).toBe('b1');
    const acked = table.bytes(ack({ branch: 'z9hG4bKb', toTag: 'b1', cseq: 2 }));
    expect(only(acked, 'acknowledged').map((event) => event.id)).toEqual([again]);
  });

  it('requests within its dialog reach the host', () => {
    const { table, id } = called();
    answer(table, id, 200, 'b1');
    const bye = table.bytes(within('BYE', { branch: 'z9hG4bKbye', toTag: 'b1', cseq: 2 }));
    expect(only(bye, 'request').map((event) => event.request.method)).toEqual(['BYE']);
  });

  it('§13.3.1 one that expires gets a 487, and the host is told', () => {
    const table = inviteTable();
    const id = idIn(table.bytes(invite({ more: ['Expires: 5'] })));
    expect(starts(table.at(200))).toEqual(['100']);
    const outputs = table.at(5000);
    expect(starts(outputs)).toEqual(['487']);
    expect(only(outputs, 'cancelled')).toEqual([{ kind: 'cancelled', id, request: undefined }]);
    expect(answer(table, id, 200)).toEqual([]);
  });

  it('one that rings for ever gets a 480 after `ringTime`', () => {
    for (const more of [[], ['Expires: 0'], ['Expires: 900']]) {
      const table = inviteTable({ limits: { ringTime: 60_000 } });
      const id = idIn(table.bytes(invite({ more })));
      answer(table, id, 180);
      expect(table.at(59_999)).toEqual([]);
      expect(starts(table.at(60_000))).toEqual(['480']);
    }
  });

  it('§18.2.2 a copy over a new connection brings the answer there', () => {
    const { table, id } = called(TCP);
    table.feed({ kind: 'closed', flow: TCP });
    const other = stream('tcp-2');
    table.feed({ kind: 'opened', flow: other });
    expect(table.bytes(invite(), other)).toEqual([]);
    expect(only(answer(table, id, 200), 'send').map((out) => out.flow.id)).toEqual(['tcp-2']);
  });

  it('§18.2.2 an answer whose connection is gone looks for another way', () => {
    const { table, id } = called(TCP);
    table.feed({ kind: 'closed', flow: TCP });
    const [connect] = only(answer(table, id, 200), 'connect');
    expect(connect?.target).toMatchObject({ address: '192.0.2.1', port: 5060 });
    const back = stream('out-1', { remote: { address: '192.0.2.1', port: 5060 } });
    const opened = table.feed({ kind: 'opened', flow: back, connect: connect?.connect ?? '' });
    expect(starts(opened)).toEqual(['200']);
    expect(starts(table.at(500))).toEqual(['200']);
  });

  it('§21.5.4 one peer may have so many open, and each end makes room', () => {
    const { table, id } = called(UDP, { limits: { invitesPerRemote: 1 } });
    const second = invite({ branch: 'z9hG4bKi2', callId: 'call-2@a.example' });
    expect(starts(table.bytes(second))).toEqual(['503']);
    answer(table, id, 486);
    expect(kinds(table.bytes(second))).toEqual(['request']);
  });

  it('a provisional may be any, and what is misuse answers nothing', () => {
    const { table, id } = called();
    expect(() => answer(table, id, 99)).toThrow(MisuseError);
    expect(() => answer(table, id, 700)).toThrow(MisuseError);
    expect(starts(answer(table, id, 199))).toEqual(['199']);
    expect(starts(answer(table, id, 408))).toEqual(['408']);
    const message = idIn(table.bytes(within('MESSAGE', { branch: 'z9hG4bKm' })));
    expect(() => answer(table, message, 180)).toThrow(MisuseError);
    expect(() => answer(table, message, 408)).toThrow(MisuseError);
  });

  it('`close` answers what rings, tells what nobody acknowledged, and leaves nothing', () => {
    const { table, id } = called();
    const ringing = idIn(table.bytes(invite({ branch: 'z9hG4bKi2', callId: 'c2@a.example' })));
    answer(table, id, 200, 'b1');
    answer(table, ringing, 180);
    table.feed({ kind: 'close' });
    expect(starts(table.bytes(invite({ branch: 'z9hG4bKi3', callId: 'c3@a.example' })))).toEqual([
      '503',
    ]);
    const outputs = table.at(6000);
    expect(starts(outputs)).toContain('503');
    expect(kinds(outputs)).toEqual(expect.arrayContaining(['unacknowledged', 'closed']));
    expect(table.endpoint.counts).toEqual(NOTHING);
    expect(table.endpoint.wakeAt).toBe(Infinity);
  });

  it('what is kept of many is bounded, and nothing stays', () => {
    const { table } = called(UDP, { limits: { serverTransactions: 3 } });
    for (let n = 2; n < 9; n += 1) {
      table.bytes(invite({ branch: `z9hG4bKn${n}`, callId: `c${n}@a.example` }));
    }
    expect(table.endpoint.counts.server).toBe(3);
    playedOut(table);
    expect(table.endpoint.counts).toEqual(NOTHING);
  });
});
