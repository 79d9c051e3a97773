// Whatever comes in, the endpoint does not throw, every context ends exactly once, and after `close` and
// the longest wait nothing is held and nothing waits.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow, SipInput, SipOutput, Target } from '@interwork/sip';
import { draft, plain, reply, stream, Table, NOTHING } from './one-endpoint.ts';
import { udpFlow } from './virtual.ts';
import { utf8 } from './message-text.ts';

const TARGETS: readonly Target[] = (['udp', 'tcp', 'tls'] as const).map((transport, n) => ({
  transport,
  address: '192.0.2.7',
  port: 5060 + n,
  references: ['b.example'],
}));

/** One endpoint in a world that does what the numbers say. */
class World {
  readonly table = new Table({
    keepAlive: 60_000,
    limits: { connections: 4, serverTransactions: 3, clientTransactions: 5 },
  });
  readonly handedIn: number[] = [];
  readonly ended: unknown[] = [];
  readonly flows: Flow[] = [udpFlow('192.0.2.2', '192.0.2.1')];
  readonly connects: { readonly id: string; readonly target: Target }[] = [];
  readonly requests: string[] = [];
  readonly sent: Uint8Array[] = [];

  feed(input: SipInput): void {
    for (const out of this.table.feed(input)) this.#note(out);
  }

  step(what: number, which: number, noise: Uint8Array): void {
    const flow = this.flows[which % this.flows.length] ?? stream('none');
    switch (what) {
      case 0:
        this.feed({ kind: 'bytes', flow, bytes: noise });
        return;
      case 1:
        this.feed({
          kind: 'bytes',
          flow,
          bytes: plain([
            `Via: SIP/2.0/TCP a.example;branch=z9hG4bK${which}`,
            `CSeq: ${which} MESSAGE`,
          ]),
        });
        return;
      case 2:
        this.feed({ kind: 'bytes', flow, bytes: cut(plain(), noise, which) });
        return;
      case 3:
        this.handedIn.push(this.handedIn.length);
        this.feed({
          kind: 'request',
          draft: draft(),
          targets: TARGETS.slice(which % 4),
          context: this.handedIn.length - 1,
        });
        return;
      case 4:
        this.#connected(which);
        return;
      case 5:
        this.feed({ kind: 'closed', flow });
        return;
      case 6:
        this.feed({
          kind: 'respond',
          to: this.requests[which % this.requests.length] ?? '',
          draft: { status: 200 + (which % 3) * 100 },
        });
        return;
      case 7:
        this.#answer(which);
        return;
      case 8:
        this.#open(
          stream(`in-${which}`, {
            transport: which % 2 === 0 ? 'tcp' : 'tls',
            proved: which % 3 === 0 ? ['a.example'] : [],
          }),
        );
        return;
      default:
        this.table.now += which * 100;
        this.feed({ kind: 'tick' });
    }
  }

  #connected(which: number): void {
    const connect = this.connects.splice(which % Math.max(1, this.connects.length), 1)[0];
    if (connect === undefined) return;
    if (which % 3 === 0) {
      this.feed({ kind: 'connect-failed', connect: connect.id, reason: 'refused' });
      return;
    }
    const { transport, address, port } = connect.target;
    const flow = stream(`out-${connect.id}`, {
      transport,
      remote: { address, port },
      proved: which % 3 === 1 ? ['b.example'] : [],
    });
    this.flows.push(flow);
    this.feed({ kind: 'opened', flow, connect: connect.id });
  }

  #answer(which: number): void {
    const bytes = this.sent[which % Math.max(1, this.sent.length)];
    const flow = this.flows[which % this.flows.length];
    if (bytes === undefined || flow === undefined) return;
    this.feed({
      kind: 'bytes',
      flow,
      bytes: reply(bytes, [100, 200, 404, 503][which % 4] ?? 200, ['Retry-After: 7']),
    });
  }

  #open(flow: Flow): void {
    this.flows.push(flow);
    this.feed({ kind: 'opened', flow });
  }

  #note(out: SipOutput): void {
    if (out.kind === 'connect') this.connects.push({ id: out.connect, target: out.target });
    else if (out.kind === 'request') this.requests.push(out.id);
    else if (out.kind === 'response' || out.kind === 'failed') this.ended.push(out.context);
    else if (out.kind === 'send' && new TextDecoder().decode(out.bytes).startsWith('MESSAGE'))
      this.sent.push(out.bytes);
  }
}

function cut(bytes: Uint8Array, noise: Uint8Array, at: number): Uint8Array {
  const place = (at * 7) % bytes.length;
  return new Uint8Array([
    ...bytes.subarray(0, place),
    ...noise,
    ...bytes.subarray(place + noise.length),
  ]);
}

const noise = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .constantFrom(
      '\r\n',
      '\r\n\r\n',
      'Content-Length: 9\r\n',
      'SIP/2.0 200 OK\r\n',
      ';',
      '\0',
      '"',
      '<',
      ',',
    )
    .map(utf8),
);
const steps = fc.array(fc.tuple(fc.nat(9), fc.nat(40), noise), { maxLength: 60 });

describe('whatever comes in', () => {
  it('ends each context once and leaves nothing behind', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const world = new World();
        for (const [what, which, bytes] of list) world.step(what, which, bytes);
        world.feed({ kind: 'close' });
        world.table.now += 60_000;
        world.feed({ kind: 'tick' });
        expect(world.ended.toSorted((a, b) => Number(a) - Number(b))).toEqual(world.handedIn);
        expect(world.table.endpoint.counts).toEqual(NOTHING);
        expect(world.table.endpoint.wakeAt).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 400 },
    );
  });

  it('goes silent by itself when all peers do', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const world = new World();
        for (const [what, which, bytes] of list) world.step(what, which, bytes);
        const end = world.table.now + 1_300_000;
        for (let turn = 0; world.table.endpoint.wakeAt <= end && turn < 2_000; turn += 1) {
          world.table.now = Math.max(world.table.now, world.table.endpoint.wakeAt);
          world.feed({ kind: 'tick' });
        }
        expect(world.ended.length).toBe(world.handedIn.length);
        expect(world.table.endpoint.counts).toEqual(NOTHING);
      }),
      { numRuns: 200 },
    );
  });
});
