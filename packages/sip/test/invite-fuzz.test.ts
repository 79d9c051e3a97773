// Whatever order INVITEs, answers, ACKs, CANCELs, connections and time come in, the endpoint does not throw, what it
// holds stays within its limits, every context ends exactly once, every 2xx of ours is acknowledged or not exactly once,
// and nothing is held when all is over.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Flow,
  isFault,
  parseMessage,
  type SipInput,
  type SipOutput,
  type Target,
} from '@interwork/sip';
import { ack, cancel, invite, inviteTable, within } from './invite-text.ts';
import { message } from './message-text.ts';
import { draft, NOTHING, stream, uri } from './one-endpoint.ts';
import { udpFlow } from './virtual.ts';

const LIMITS = {
  connections: 5,
  serverTransactions: 6,
  clientTransactions: 6,
  invitesPerRemote: 3,
  forks: 2,
  ringTime: 20_000,
};

const TARGETS: readonly Target[] = (['udp', 'tcp'] as const).map((transport, n) => ({
  transport,
  address: `192.0.2.${7 + n}`,
  port: 5060,
  references: ['b.example'],
}));

class World {
  readonly table = inviteTable({ limits: LIMITS });
  readonly handedIn: unknown[] = [];
  readonly ended: unknown[] = [];
  readonly ids: string[] = [];
  /** What was told of INVITEs that we took: acknowledged, unacknowledged. */
  readonly told: string[] = [];
  /** INVITEs that have no final response, and those that the host took. */
  readonly open = new Set<string>();
  readonly taken = new Set<string>();
  readonly seen = new Set<string>();
  readonly flows: Flow[] = [udpFlow('192.0.2.2', '192.0.2.1')];
  readonly connects: { readonly id: string; readonly target: Target }[] = [];
  /** Our requests and our responses, as octets. */
  readonly sent: { readonly flow: Flow; readonly bytes: Uint8Array }[] = [];

  feed(input: SipInput): void {
    for (const out of this.table.feed(input)) this.#note(out);
    const { server, client, connections } = this.table.endpoint.counts;
    expect(server).toBeLessThanOrEqual(LIMITS.serverTransactions);
    // Each INVITE has one CANCEL at most.
    expect(client).toBeLessThanOrEqual(2 * LIMITS.clientTransactions);
    expect(connections).toBeLessThanOrEqual(LIMITS.connections);
  }

  step(what: number, which: number, other: number): void {
    const flow = this.flows[other % this.flows.length] ?? stream('none');
    const call = {
      branch: `z9hG4bKf${which % 3}`,
      callId: `f${which % 3}@a.example`,
      transport: flow.transport === 'udp' ? ('UDP' as const) : ('TCP' as const),
    };
    switch (what) {
      case 0:
        this.#bytes(flow, invite({ ...call, more: which % 7 === 0 ? ['Expires: 3'] : [] }));
        return;
      case 1:
        this.#bytes(flow, cancel(call));
        return;
      case 2:
        this.#bytes(
          flow,
          ack({ ...call, branch: `${call.branch}${other % 2}`, toTag: tagOf(other) }),
        );
        return;
      case 3:
        this.#respond(which, other);
        return;
      case 4:
        this.#call(which);
        return;
      case 5:
        this.#answer(which, other);
        return;
      case 6:
        this.feed({ kind: 'cancel', context: this.handedIn[which % (this.handedIn.length + 1)] });
        return;
      case 7:
        this.#connected(which);
        return;
      case 8:
        this.#flow(which, flow);
        return;
      case 9:
        this.#bytes(
          flow,
          within('BYE', { ...call, branch: `z9hG4bKb${other}`, toTag: tagOf(other) }),
        );
        return;
      case 10:
        this.#acknowledge(other);
        return;
      default:
        this.table.now += which * 100;
        this.feed({ kind: 'tick' });
    }
  }

  /** Lets time pass until nothing waits. */
  settle(): void {
    for (let turn = 0; this.table.endpoint.wakeAt !== Infinity && turn < 5000; turn += 1) {
      this.table.now = Math.max(this.table.now, this.table.endpoint.wakeAt);
      this.feed({ kind: 'tick' });
    }
  }

  #bytes(flow: Flow, bytes: Uint8Array): void {
    this.feed({ kind: 'bytes', flow, bytes });
  }

  #respond(which: number, other: number): void {
    const to = this.ids[which % Math.max(1, this.ids.length)];
    if (to === undefined) return;
    const status = [100, 180, 183, 200, 200, 302, 486, 603][other % 8] ?? 200;
    if (!to.startsWith('invite-') && status < 200 && status !== 100) return;
    if (status === 200 && this.open.has(to)) this.taken.add(to);
    if (status >= 200) this.open.delete(to);
    this.feed({ kind: 'respond', to, draft: { status, toTag: tagOf(other) } });
  }

  #call(which: number): void {
    const context = { call: this.handedIn.length };
    this.handedIn.push(context);
    const targets = TARGETS.slice(which % 3);
    const call = draft({ method: 'INVITE', callId: `o${which}`, cseq: 1, branch: `f${which % 4}` });
    this.feed({ kind: 'request', draft: call, targets, context });
  }

  /** The host acknowledges something that it has sent or not. */
  #acknowledge(other: number): void {
    const context = { ack: this.handedIn.length };
    this.handedIn.push(context);
    const party = (tag: string) => ({
      display: undefined,
      uri: uri('sip:x@b.example'),
      params: [{ name: 'tag', value: tag }],
    });
    const from = /From: .*;tag=(\S+)/.exec(this.#text(other))?.[1] ?? 'none';
    const callId = /Call-ID: (\S+)/.exec(this.#text(other))?.[1] ?? 'none';
    this.feed({
      kind: 'request',
      draft: draft({ method: 'ACK', cseq: 1, callId, from: party(from), to: party(tagOf(other)) }),
      targets: TARGETS.slice(other % 2),
      context,
    });
  }

  #text(which: number): string {
    const bytes = this.sent.at(-1 - (which % 2))?.bytes ?? new Uint8Array();
    return new TextDecoder().decode(bytes);
  }

  /** The peer answers something that we sent, on the connection it came on or on another. */
  #answer(which: number, other: number): void {
    const sent = this.sent.at(-1 - (which % Math.min(4, this.sent.length || 1)));
    const parsed = sent === undefined ? undefined : parseMessage(sent.bytes);
    if (sent === undefined || parsed === undefined || isFault(parsed)) return;
    const { headers } = parsed;
    const status = [100, 180, 200, 200, 200, 486, 487, 503][other % 8] ?? 200;
    const flow =
      other % 11 === 0 ? (this.flows[which % this.flows.length] ?? sent.flow) : sent.flow;
    const lines = ['Via', 'From', 'Call-ID', 'CSeq'].map(
      (name) => `${name}: ${headers.text(name)}`,
    );
    const to = `To: ${headers.text('To')};tag=${tagOf(other)}`;
    this.#bytes(flow, message([`SIP/2.0 ${status} X`, ...lines, to, 'Content-Length: 0']));
  }

  #connected(which: number): void {
    const connect = this.connects.splice(which % Math.max(1, this.connects.length), 1)[0];
    if (connect === undefined) return;
    if (which % 5 === 0) {
      this.feed({ kind: 'connect-failed', connect: connect.id, reason: 'refused' });
      return;
    }
    const { transport, address, port } = connect.target;
    const remote = { address, port };
    const flow =
      transport === 'udp'
        ? udpFlow('192.0.2.2', address)
        : stream(`out-${connect.id}`, { transport, remote });
    this.flows.push(flow);
    this.feed({ kind: 'opened', flow, connect: connect.id });
  }

  #flow(which: number, flow: Flow): void {
    const kind = (['closed', 'full', 'drained', 'opened', 'opened'] as const)[which % 5] ?? 'full';
    if (kind !== 'opened') this.feed({ kind, flow });
    else {
      const opened = stream(`in-${which}`);
      this.flows.push(opened);
      this.feed({ kind, flow: opened });
    }
  }

  #note(out: SipOutput): void {
    this.seen.add(out.kind);
    if (out.kind === 'connect') this.connects.push({ id: out.connect, target: out.target });
    else if (out.kind === 'request') this.#take(out.id);
    else if (out.kind === 'cancelled') this.open.delete(out.id);
    else if (out.kind === 'closed') this.open.clear();
    else if (out.kind === 'response' || out.kind === 'failed' || out.kind === 'sent') {
      this.ended.push(out.context);
    } else if (out.kind === 'acknowledged' || out.kind === 'unacknowledged') {
      this.told.push(out.id);
    } else if (out.kind === 'send') this.#noteSent(out.flow, out.bytes);
  }

  #take(id: string): void {
    this.ids.push(id);
    if (id.startsWith('invite-')) this.open.add(id);
  }

  #noteSent(flow: Flow, bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    if (text.startsWith('INVITE') || text.startsWith('CANCEL')) {
      this.sent.push({ flow, bytes: new Uint8Array(bytes) });
    }
  }
}

function tagOf(other: number): string {
  return `t${other % 3}`;
}

function expectEnded(world: World): void {
  expect(new Set(world.ended).size).toBe(world.ended.length);
  expect(world.ended.length).toBe(world.handedIn.length);
  expect(world.told.toSorted()).toEqual([...world.taken].toSorted());
  expect(world.table.endpoint.counts).toEqual(NOTHING);
  expect(world.table.endpoint.wakeAt).toBe(Number.POSITIVE_INFINITY);
}

/** What leads somewhere more often than the rest. */
const what = fc.constantFrom(0, 0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5, 6, 7, 7, 7, 8, 9, 10, 10, 11);
const steps = fc.array(fc.tuple(what, fc.nat(40), fc.nat(40)), { maxLength: 150, size: 'max' });

/** Everything that INVITE brings is seen in these worlds, or they would show nothing. */
const SEEN = ['provisional', 'response', 'forked', 'failed', 'sent', 'fault'];
const SEEN_OF_PEERS = ['request', 'acknowledged', 'unacknowledged', 'cancelled'];

describe('INVITE in any order', () => {
  it('comes to rest by itself', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(steps, (list) => {
        const world = new World();
        for (const one of list) world.step(...one);
        world.settle();
        expectEnded(world);
        for (const kind of world.seen) seen.add(kind);
      }),
      { numRuns: 200 },
    );
    expect([...seen]).toEqual(expect.arrayContaining([...SEEN, ...SEEN_OF_PEERS]));
  });

  it('is ended by `close` at any moment', () => {
    fc.assert(
      fc.property(steps, steps, (list, behind) => {
        const world = new World();
        for (const one of list) world.step(...one);
        world.feed({ kind: 'close' });
        for (const one of behind.slice(0, 20)) world.step(...one);
        world.settle();
        expectEnded(world);
      }),
      { numRuns: 100 },
    );
  });
});
