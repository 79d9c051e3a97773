// Desks over one virtual store, with a counter as their record: what every event adds is written, and leaves as an
// effect that says which number it became.
import {
  type AskStore,
  type Decision,
  Desk,
  type DeskEvent,
  type DeskOptions,
  drive,
} from '@interwork/core';
import type { JsonValue, Key, StoredRecord, Tick, StoreAnswer, Unable } from '@interwork/core';
import type { VirtualClock } from '@interwork/core/testing';

/** What is told a counter. */
export type Told =
  | { readonly kind: 'add'; readonly name: string }
  | { readonly kind: 'wake-at'; readonly at: number }
  | { readonly kind: 'forget'; readonly name: string };

/** What left a desk, in order. */
export interface Seen {
  readonly desk: string;
  readonly key: Key;
  readonly at: number;
  readonly event: Told | DeskEvent;
  /** What left, or why nothing did. */
  readonly effects: readonly string[];
  readonly unable?: Unable;
}

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
  /** Its process ends: nothing of it is heard any more. */
  readonly kill: () => void;
}

/** Runs a desk over a store; `seen` is told what leaves. */
export function runDesk(
  clock: VirtualClock,
  name: string,
  store: AskStore,
  seen: (one: Seen) => void,
  options: Partial<DeskOptions<Told, string>> = {},
): RunningDesk {
  let alive = true;
  const desk = new Desk<Told, string>({
    decide: count,
    keep,
    drawToken: () => name,
    outbox: true,
    ...options,
  });
  type In =
    | Tick
    | { kind: 'put'; key: Key; event: Told }
    | { kind: 'stored'; op: string; answer: StoreAnswer };
  let put: 'taken' | 'full' = 'full';
  const machine = {
    receive(now: number, input: In): void {
      if (!alive) return;
      if (input.kind === 'tick') desk.tick(now);
      else if (input.kind === 'stored') desk.stored(now, input.op, input.answer);
      else put = desk.put(now, input.key, input.event);
    },
    next: () => (alive ? desk.next() : undefined),
    get wakeAt() {
      return alive ? desk.wakeAt : Infinity;
    },
  };
  const feed = drive<In, Exclude<ReturnType<typeof desk.next>, undefined>>(
    machine,
    (out) => {
      if (out.kind === 'store')
        return store(out.request, (answer) => feed({ kind: 'stored', op: out.op, answer }));
      const { key, event } = out;
      const one = { desk: name, key, at: clock.now, event };
      seen(
        out.kind === 'release'
          ? { ...one, effects: out.effects }
          : { ...one, effects: [], unable: out.why },
      );
    },
    clock.timing,
  );
  feed({ kind: 'tick' });
  return {
    desk,
    put: (key, event) => (feed({ kind: 'put', key, event }), put),
    kill: () => {
      alive = false;
    },
  };
}
