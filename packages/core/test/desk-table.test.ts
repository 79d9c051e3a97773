// What a desk does with one key, each state by each input: where the key stands afterwards and what was done.
import { describe, expect, it } from 'vitest';
import {
  type DeskEvent,
  DEFAULT_DESK_LIMITS,
  DEFAULT_DESK_WAITS,
  type DeskOutput,
  type StoreAnswer,
  type StoreRequest,
  type StoredRecord,
} from '@interwork/core';
import { Keys } from '../src/gateway/desk-keys.ts';
import type { Slot } from '../src/gateway/desk-slot.ts';
import { KEY_STEPS, type KeyInput, type KeyState, keyStep } from '../src/gateway/desk-table.ts';
import { count, keep, type Told } from './desk-world.ts';

const NOW = 1000;
const KEY = 'k';
const INPUTS: readonly KeyInput[] = [
  'put',
  'turn',
  'clear',
  'left',
  'owed',
  'theirs',
  'again',
  'written',
  'stale',
  'full',
  'failed',
];

/** One key, brought to a state. What left of its first event is not struck out: the store failed. */
class Bench {
  readonly log: string[] = [];
  readonly keys: Keys<Told, string>;
  turns = 1;
  #now = NOW;
  #written: StoredRecord | undefined;
  #slot: Slot<Told, string> | undefined;
  #asked: StoreRequest | undefined;

  constructor(state: KeyState) {
    const turns = (): number => this.turns;
    this.keys = new Keys<Told, string>({
      options: { decide: count, keep, drawToken: () => 'me', kind: '', outbox: true },
      limits: {
        ...DEFAULT_DESK_LIMITS,
        get openKeys() {
          return turns();
        },
      },
      waits: DEFAULT_DESK_WAITS,
      ask: (_now, slot, request) => this.#ask(slot, request),
      emit: (out) => this.log.push(said(out)),
      ended: () => {},
    });
    this.apply('put', 'turn', 'clear', 'written', 'left', 'failed');
    this.apply(...WAYS[state]);
    this.log.length = 0;
  }

  apply(...inputs: readonly KeyInput[]): this {
    for (const input of inputs) this.#apply(input);
    return this;
  }

  #apply(input: KeyInput): void {
    if (input === 'put')
      this.keys.take(this.#now, KEY, { event: PUT, since: this.#now, from: 'host' });
    else if (input === 'turn') this.#turn();
    else if (input === 'again') this.#again();
    else if (this.#slot !== undefined)
      this.keys.answered(this.#now, this.#slot, this.#answer(input));
  }

  /** With a turn to give; without one afterwards. */
  #turn(): void {
    this.turns = 10;
    this.keys.tick(this.#now);
  }

  #again(): void {
    this.turns = 0;
    this.#now += DEFAULT_DESK_WAITS.hold;
    this.keys.tick(this.#now);
  }

  #answer(input: KeyInput): StoreAnswer {
    if (input === 'failed') return { kind: 'store-failed' };
    if (input === 'written' || input === 'stale' || input === 'full') {
      if (input === 'written' && this.#asked?.kind === 'write')
        this.#written = this.#asked.next?.record;
      return { kind: 'write', written: input };
    }
    const until = input === 'theirs' ? this.#now + 1 : this.#now;
    const others = { by: 'other', id: 7, until, kept: ['old'], wakeAt: null, gone: false };
    const outbox = input === 'left' ? this.#written?.['outbox'] : others;
    const record = { version: 1, n: 1, ...(input === 'clear' ? {} : { outbox }) };
    return { kind: 'read', stored: { revision: 'r', record: record as StoredRecord } };
  }

  #ask(slot: Slot<Told, string>, request: StoreRequest): void {
    this.#slot = slot;
    this.#asked = request;
    if (request.kind !== 'write') this.log.push('read');
    else this.log.push(request.next?.record['outbox'] === undefined ? 'strike out' : 'write');
  }
}

const PUT: Told = { kind: 'add', name: 'x' };

/** How a key that has nothing to do comes to stand where it is to stand. */
const WAYS: Readonly<Record<KeyState, readonly KeyInput[]>> = {
  idle: [],
  queued: ['put'],
  reading: ['put', 'turn'],
  holding: ['put', 'turn', 'theirs'],
  writing: ['put', 'turn', 'clear'],
  looking: ['put', 'turn', 'clear', 'written'],
  acking: ['put', 'turn', 'clear', 'written', 'left'],
};

function said(out: DeskOutput<Told, string>): string {
  const { kind } = (out as { event?: Told | DeskEvent }).event ?? { kind: '' };
  return out.kind === 'unable' ? `unable: ${out.why}` : `${out.kind} ${kind}`;
}

/** Row: where the key stands. Column: what happens. The cells that are not here change nothing and do nothing. */
const EXPECTED: Readonly<Record<KeyState, Readonly<Partial<Record<KeyInput, string>>>>> = {
  idle: { put: 'queued' },
  queued: { put: 'queued', turn: 'reading: read' },
  reading: {
    put: 'reading',
    clear: 'writing: write',
    left: 'writing: write',
    owed: 'writing: write',
    theirs: 'holding',
    failed: 'looking: unable: store, read',
  },
  holding: { put: 'holding', again: 'queued' },
  writing: {
    put: 'writing',
    written: 'looking: release add, read',
    stale: 'reading: read',
    full: 'idle: unable: full',
    failed: 'looking: unable: store, read',
  },
  looking: {
    put: 'reading',
    clear: 'idle',
    left: 'acking: strike out',
    owed: 'writing: write',
    theirs: 'idle',
    failed: 'idle',
  },
  acking: {
    put: 'acking',
    written: 'idle',
    stale: 'looking: read',
    full: 'idle',
    failed: 'idle',
  },
};

describe('one key', () => {
  const states = Object.keys(KEY_STEPS) as KeyState[];
  const cells = states.flatMap((state) => INPUTS.map((input) => [state, input] as const));

  it.each(states)('comes to stand at %s', (state) => {
    expect(new Bench(state).keys.stateOf(KEY)).toBe(state);
  });

  it.each(cells)('%s, %s', (state, input) => {
    const bench = new Bench(state).apply(input);
    const done = bench.log.length === 0 ? '' : `: ${bench.log.join(', ')}`;
    const stands = bench.keys.stateOf(KEY) + done;
    expect(stands).toBe(EXPECTED[state][input] ?? state);
    expect(keyStep(state, input) !== undefined).toBe(EXPECTED[state][input] !== undefined);
  });
});
