// The desk: nothing leaves before it is written, each event ends once, in order for each key, within every bound.
import { describe, expect, it } from 'vitest';
import type { AskStore, DeskOptions, StoreRequest } from '@interwork/core';
import { VirtualClock, virtualStore, type VirtualStoreOptions } from '@interwork/core/testing';
import { type RunningDesk, runDesk, type Seen, type Told } from './desk-world.ts';

const add = (name: string): Told => ({ kind: 'add', name });

class Office {
  readonly clock = new VirtualClock(1_000_000);
  readonly seen: Seen[] = [];
  readonly asked: StoreRequest[] = [];
  readonly #store: AskStore;

  constructor(options: Partial<VirtualStoreOptions> = {}) {
    this.#store = virtualStore({ clock: this.clock, max: 100, delay: () => 1, ...options });
  }

  desk(name: string, options: Partial<DeskOptions<Told, string>> = {}): RunningDesk {
    const store: AskStore = (request, reply) => {
      this.asked.push(request);
      this.#store(request, reply);
    };
    return runDesk(this.clock, name, store, (one) => this.seen.push(one), options);
  }

  /** What left, and why nothing did, in order. */
  get left(): readonly string[] {
    return this.seen.flatMap(({ effects, unable }) => (unable === undefined ? effects : [unable]));
  }

  read(key: string): unknown {
    let found: unknown;
    this.#store({ kind: 'read', key }, (answer) => {
      found = answer.kind === 'read' ? answer.stored?.record : undefined;
    });
    this.clock.advance(2);
    return found;
  }
}

const IDLE = { events: 0, keys: 0, operations: 0, rechecks: 0, remembered: 0 };

describe('one desk', () => {
  it('lets leave what is written, in order, and strikes it out', () => {
    const office = new Office();
    const { desk, put } = office.desk('a');
    put('k', add('x'));
    put('k', add('y'));
    expect(office.left).toEqual([]);
    office.clock.advance(100);
    expect(office.left).toEqual(['x=1', '?x', 'y=2', '?y']);
    expect(office.read('k')).toEqual({ version: 1, n: 2 });
    expect(desk.sizes).toEqual(IDLE);
  });
});
