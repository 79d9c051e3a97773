// What a gateway asks of its store is performed, and every end of it is told, once.
import { describe, expect, it } from 'vitest';
import {
  type AskStore,
  type Edge,
  type GatewayEvent,
  type GatewayOutput,
  memoryStore,
  type Store,
  wire,
} from '@interwork/core';
import { VirtualClock } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';

/** Asks one thing at a tick, and when its policy changes. */
class Asker {
  readonly came: GatewayEvent[] = [];
  readonly wakeAt = Infinity;
  #out: GatewayOutput[] = [];

  receive(_now: number, event: GatewayEvent): void {
    this.came.push(event);
    if (event.kind === 'close') this.#out.push({ kind: 'closed' });
    if (event.kind !== 'tick' && event.kind !== 'policy') return;
    this.#out.push({ kind: 'store', op: 'one', request: { kind: 'read', key: 'k' } });
  }

  next(): GatewayOutput | undefined {
    return this.#out.shift();
  }
}

const quiet: Edge<never, never> = { start: () => {}, send: () => {}, close: async () => {} };
const edges = { sip: quiet, xmpp: quiet };
const policy = policyOf({ rules: [] });
const { timing } = new VirtualClock();
const failing: Store = {
  ...memoryStore({ max: 1 }),
  read: () => Promise.reject(new Error('gone')),
};
const atOnce: AskStore = (_request, reply) => reply({ kind: 'read', stored: undefined });

describe('a wired store', () => {
  it.each<[string, Store | AskStore, unknown]>([
    ['answers', memoryStore({ max: 1 }), { kind: 'read', stored: undefined }],
    ['fails', failing, { kind: 'store-failed' }],
    ['answers at once', atOnce, { kind: 'read', stored: undefined }],
  ])('%s', async (_how, store, answer) => {
    const asker = new Asker();
    wire(asker, edges, timing, { store });
    await new Promise((resolve) => setImmediate(resolve));
    expect(asker.came).toEqual([{ kind: 'tick' }, { kind: 'stored', op: 'one', answer }]);
  });

  it('that is not there fails', async () => {
    const asker = new Asker();
    const running = wire(asker, edges, timing);
    expect(asker.came).toEqual([]);
    running.replacePolicy(policy);
    await running.close();
    expect(asker.came).toEqual([
      { kind: 'policy', policy },
      { kind: 'stored', op: 'one', answer: { kind: 'store-failed' } },
      { kind: 'close' },
    ]);
  });
});
