import { describe, expect, it } from 'vitest';
import type { SipInput, Target } from '@interwork/sip';
import { SipPeer, type WireOutput } from '@interwork/sip/testing';
import { tokens, udpFlow } from './virtual.ts';

/** Two companies and the datagrams between them, in order, without delay. */
class Pair {
  now = 0;
  readonly a = new SipPeer({ domain: 'a.example', drawToken: tokens('a') });
  readonly b = new SipPeer({ domain: 'b.example', drawToken: tokens('b') });

  settle(): void {
    for (let busy = true; busy; )
      busy = this.#carry(this.a, this.b, '1', '2') || this.#carry(this.b, this.a, '2', '1');
  }

  at(now: number): void {
    this.now = now;
    for (const peer of [this.a, this.b]) peer.receive(now, { kind: 'tick' });
    this.settle();
  }

  #carry(from: SipPeer, to: SipPeer, here: string, there: string): boolean {
    let carried = false;
    for (let out = from.next(); out !== undefined; out = from.next()) {
      carried = true;
      const [peer, input] = this.#carried(out, from, to, here, there);
      if (input !== undefined) peer.receive(this.now, input);
    }
    return carried;
  }

  #carried(
    out: WireOutput,
    from: SipPeer,
    to: SipPeer,
    here: string,
    there: string,
  ): [SipPeer, SipInput | undefined] {
    if (out.kind === 'connect') {
      return [
        from,
        {
          kind: 'opened',
          connect: out.connect,
          flow: udpFlow(`192.0.2.${here}`, `192.0.2.${there}`),
        },
      ];
    }
    if (out.kind === 'disconnect') return [from, undefined];
    const flow = udpFlow(`192.0.2.${there}`, `192.0.2.${here}`);
    return [to, { kind: 'bytes', flow, bytes: out.bytes }];
  }
}

const TO_B: readonly Target[] = [
  { transport: 'udp', address: '192.0.2.2', port: 5060, references: [] },
];
const HELLO = { from: 'ann@a.example', to: 'bob@b.example', text: 'Hello, Bób' };

describe('a scripted company', () => {
  it('gives a user his message and the sender his 200', () => {
    const pair = new Pair();
    pair.b.script.addUser('bob');
    const sent = pair.a.send(0, HELLO, TO_B);
    pair.settle();
    expect(sent.response?.status).toBe(200);
    expect(pair.b.script.texts('bob')).toEqual(['Hello, Bób']);
    expect(pair.b.script.inbox('bob')[0]?.request.callId).toMatch(/^a\d+/);
  });

  it('answers 404 for those it does not have', () => {
    const pair = new Pair();
    const sent = pair.a.send(0, HELLO, TO_B);
    pair.settle();
    expect(sent.response?.status).toBe(404);
    expect(pair.b.script.inbox('bob')).toEqual([]);
  });

  it('answers what it is told to, with headers, when it is told to', () => {
    const pair = new Pair();
    pair.b.script.addUser('bob');
    const headers = [{ name: 'Retry-After', value: '9' }];
    pair.b.script.answer('bob', { status: 486, reason: 'Out', after: 250, headers });
    const sent = pair.a.send(0, HELLO, TO_B);
    pair.settle();
    expect([sent.response, pair.b.wakeAt]).toEqual([undefined, 250]);
    pair.at(250);
    expect([sent.response?.status, sent.response?.reason]).toEqual([486, 'Out']);
    expect(sent.response?.headers.retryAfter).toBe(9);
    expect(pair.b.script.inbox('bob')).toEqual([]);
  });

  it('is silent, and the sender gives up', () => {
    const pair = new Pair();
    pair.b.script.addUser('bob');
    pair.b.script.answer('bob', 'silence');
    const sent = pair.a.send(0, HELLO, TO_B);
    pair.settle();
    while (sent.failed === undefined && pair.now < 60_000)
      pair.at(Math.min(pair.a.wakeAt, pair.b.wakeAt));
    expect([sent.failed?.reason, pair.now]).toEqual(['timeout', 32_000]);
    expect(pair.b.script.texts('bob')).toEqual(['Hello, Bób']);
  });

  it('sends what a test wants sent', () => {
    const pair = new Pair();
    pair.b.script.answer('eve@c.example', { status: 202 });
    const draft = { callId: 'thread', headers: [{ name: 'Conversation-ID', value: 'x' }] };
    const sent = pair.a.send(0, { from: 'ann@a.example', to: 'eve@c.example', draft }, TO_B);
    pair.settle();
    expect([sent.response?.status, sent.response?.headers.callId]).toEqual([202, 'thread']);
  });

  it('says what else its endpoint told', () => {
    const pair = new Pair();
    pair.b.receive(0, {
      kind: 'bytes',
      flow: udpFlow('192.0.2.2', '192.0.2.1'),
      bytes: new Uint8Array([1]),
    });
    pair.b.receive(0, { kind: 'close' });
    expect(pair.b.script.events.map((event) => event.kind)).toEqual(['fault', 'closed']);
  });
});
