// Desks over one virtual store, with a counter as their record: what every event adds is written, and leaves as an
// effect that says which number it became.
import {
  type AskStore,
  type Decision,
  Desk,
  type DeskEvent,
  type DeskOptions,
  type DeskOutput,
  type DeskSizes,
  drive,
  type JsonValue,
  type Key,
  type Recheck,
  type StoreAnswer,
  type StoredRecord,
  type StoreRequest,
  type Tick,
  type Unable,
} from '@interwork/core';
import {
  type StoreFate,
  VirtualClock,
  virtualStore,
  type VirtualStoreOptions,
} from '@interwork/core/testing';

/** What is told a counter. */
export type Told =
  | { readonly kind: 'add'; readonly name: string }
  | { readonly kind: 'wake-at'; readonly at: number }
  | { readonly kind: 'forget'; readonly name: string };

/** Adds one. */
export function add(name: string): Told {
  return { kind: 'add', name };
}

/** What left a desk, in order. */
export interface Seen {
  readonly desk: string;
  readonly key: Key;
  readonly at: number;
  readonly event: Told | DeskEvent;
  readonly effects: readonly string[];
  /** Why nothing did. */
  readonly unable?: Unable;
  readonly isInDoubt?: boolean;
}

/** What a desk with nothing to do has. */
export const IDLE: DeskSizes = { events: 0, keys: 0, operations: 0, rechecks: 0, remembered: 0 };

/** Adds; every effect names the number that was written with it. */
export function count(
  now: number,
  _key: Key,
  record: StoredRecord | undefined,
  event: Told | DeskEvent,
): Decision<string> {
  const n = Number(record?.['n'] ?? 0);
  const wakeAt = Number(record?.['wakeAt'] ?? Infinity);
  const next = (more: number, at = wakeAt): Decision<string>['next'] => ({
    record: { version: 1, n: n + more, ...(at === Infinity ? {} : { wakeAt: at }) },
    wakeAt: at,
  });
  switch (event.kind) {
    case 'add':
      return { next: next(1), effects: [`${event.name}=${n + 1}`, `?${event.name}`] };
    case 'wake-at':
      return { next: next(0, event.at), effects: [] };
    case 'forget':
      return { next: undefined, effects: [`${event.name} forgot ${n}`] };
    case 'recovered':
      return { next: 'unchanged', effects: event.kept.map(String) };
    case 'due':
      if (wakeAt > now) return { next: 'unchanged', effects: [] };
      return { next: next(1, Infinity), effects: [`due=${n + 1}`] };
  }
}

/** Effects that begin with a question mark are answers: nobody keeps them. */
export function keep(effect: string): JsonValue | undefined {
  return effect.startsWith('?') ? undefined : effect;
}

/** A desk that runs in virtual time. */
export interface RunningDesk {
  readonly desk: Desk<Told, string>;
  readonly put: (key: Key, event: Told) => 'taken' | 'full';
  readonly recheck: (recheck: Recheck<Told>) => 'taken' | 'full';
  /** Ends what has not ended. */
  readonly abandon: () => void;
  /** Its process ends: nothing of it is heard any more. */
  readonly kill: () => void;
}

type In = Tick | { readonly kind: 'do'; readonly run: (now: number) => void };

/** Runs a desk over a store; `seen` is told what leaves. */
export function runDesk(
  clock: VirtualClock,
  name: string,
  store: AskStore,
  seen: (one: Seen) => void,
  options: Partial<DeskOptions<Told, string>> = {},
): RunningDesk {
  const all = { decide: count, keep, drawToken: () => name, kind: '', outbox: true, ...options };
  const desk = new Desk<Told, string>(all);
  let alive = true;
  const machine = {
    receive(now: number, input: In): void {
      if (alive && input.kind === 'tick') desk.tick(now);
      else if (alive && input.kind === 'do') input.run(now);
    },
    next: () => (alive ? desk.next() : undefined),
    get wakeAt() {
      return alive ? desk.wakeAt : Infinity;
    },
  };
  const perform = (out: DeskOutput<Told, string>): void => {
    if (out.kind === 'store') return store(out.request, (answer) => answered(out.op, answer));
    const { key, event } = out;
    const one = { desk: name, key, at: clock.now, event };
    if (out.kind === 'release') seen({ ...one, effects: out.effects });
    else seen({ ...one, effects: [], unable: out.why, isInDoubt: out.isInDoubt });
  };
  const feed = drive<In, DeskOutput<Told, string>>(machine, perform, clock.timing);
  const answered = (op: string, answer: StoreAnswer): void =>
    feed({ kind: 'do', run: (now) => desk.stored(now, op, answer) });
  const done = (act: (now: number) => 'taken' | 'full'): 'taken' | 'full' => {
    let taken: 'taken' | 'full' = 'full';
    feed({ kind: 'do', run: (now) => (taken = act(now)) });
    return taken;
  };
  feed({ kind: 'tick' });
  return {
    desk,
    put: (key, event) => done((now) => desk.put(now, key, event)),
    recheck: (recheck) => done((now) => desk.recheck(now, recheck)),
    abandon: () => feed({ kind: 'do', run: () => desk.abandon() }),
    kill: () => {
      alive = false;
    },
  };
}

/** Desks over one virtual store that takes a millisecond to do and another to answer, and what comes of them. */
export class Office {
  readonly clock = new VirtualClock(1_000_000);
  readonly seen: Seen[] = [];
  readonly asked: StoreRequest[] = [];
  fate: (request: StoreRequest) => StoreFate;
  /** Whether a write is told that others were faster. */
  spoil: (request: StoreRequest) => boolean = () => false;
  onAsk: () => void = () => {};
  readonly #store: AskStore;
  readonly #desks: RunningDesk[] = [];

  constructor(options: Partial<VirtualStoreOptions> = {}) {
    const { fate = () => 'answered' } = options;
    this.fate = fate;
    this.#store = virtualStore({
      clock: this.clock,
      max: 1_000,
      delay: () => 1,
      ...options,
      fate: (request) => this.fate(request),
    });
  }

  desk(name: string, options: Partial<DeskOptions<Told, string>> = {}): RunningDesk {
    const desk = runDesk(this.clock, name, this.#ask, (one) => this.seen.push(one), options);
    this.#desks.push(desk);
    return desk;
  }

  killAll(): void {
    for (const desk of this.#desks) desk.kill();
  }

  /** What left, and why nothing did, in order. */
  get left(): readonly string[] {
    return this.seen.flatMap(({ effects, unable }) => (unable === undefined ? effects : [unable]));
  }

  /** The numbers that left of a key, in order. */
  numbers(key: Key): readonly number[] {
    return this.seen
      .filter((one) => one.key === key)
      .flatMap(({ effects }) => effects.filter((effect) => effect.includes('=')))
      .map((effect) => Number(effect.split('=')[1]));
  }

  get kinds(): readonly string[] {
    return this.asked.map(({ kind }) => kind);
  }

  /** What is stored. */
  read(key: Key): StoredRecord | undefined {
    const answer = this.#answer({ kind: 'read', key });
    return answer?.kind === 'read' ? answer.stored?.record : undefined;
  }

  write(key: Key, record: StoredRecord, wakeAt = Infinity): void {
    this.#answer({ kind: 'write', key, next: { record, wakeAt }, seen: undefined });
  }

  #answer(request: StoreRequest): StoreAnswer | undefined {
    let answer: StoreAnswer | undefined;
    this.#store(request, (came) => (answer = came));
    this.clock.runUntil(() => answer !== undefined);
    return answer;
  }

  readonly #ask: AskStore = (request, reply) => {
    this.asked.push(request);
    this.onAsk();
    if (this.spoil(request)) this.clock.after(1, () => reply({ kind: 'write', written: 'stale' }));
    else this.#store(request, reply);
  };
}
