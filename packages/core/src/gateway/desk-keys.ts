// The keys of a desk that have something to do: each goes through the table of desk-table.ts, by itself. A key has a
// turn from its first read until nothing is left to do for it, or until it waits for another process.
import type { Instant, Key, Next } from '../store/store.ts';
import type { StoreAnswer, StoreRequest } from '../store/request.ts';
import {
  type Decision,
  type DeskEvent,
  type DeskLimits,
  type DeskOptions,
  type DeskOutput,
  type DeskWaits,
  MAX_ROUNDS,
  type Unable,
} from './desk-options.ts';
import { type Batch, NO_READING, type Reading, readingOf, withBatch } from './desk-outbox.ts';
import { Remembered } from './desk-remembered.ts';
import {
  changesNothing,
  doubt,
  mayOwe,
  nextOf,
  type Slot,
  slotOf,
  type Taken,
} from './desk-slot.ts';
import { type KeyAction, type KeyInput, type KeyState, keyStep } from './desk-table.ts';
import { Line } from './line.ts';

/** What the keys stand on. */
export interface KeysEnv<Event, Effect> {
  readonly options: DeskOptions<Event, Effect>;
  readonly limits: DeskLimits;
  readonly waits: DeskWaits;
  readonly ask: (now: Instant, slot: Slot<Event, Effect>, request: StoreRequest) => void;
  readonly emit: (out: DeskOutput<Event, Effect>) => void;
  /** An event has ended. */
  readonly ended: (taken: Taken<Event>) => void;
}

/** The keys that have something to do. */
export class Keys<Event, Effect> {
  readonly #env: KeysEnv<Event, Effect>;
  /** By this the batches of this process are known. */
  readonly #name: string;
  readonly #slots = new Map<Key, Slot<Event, Effect>>();
  readonly #ready = new Line<Slot<Event, Effect>>();
  readonly #held = new Line<Slot<Event, Effect>>();
  readonly #resting = new Line<Slot<Event, Effect>>();
  readonly #waiting = new Line<Slot<Event, Effect>>();
  readonly #left: Remembered;
  #events = 0;
  #turns = 0;
  #batches = 0;

  constructor(env: KeysEnv<Event, Effect>) {
    this.#env = env;
    this.#name = env.options.drawToken();
    this.#left = new Remembered(env.limits.remembered, LEASES * env.waits.lease);
  }

  /** Events that have not ended. */
  get events(): number {
    return this.#events;
  }

  get size(): number {
    return this.#slots.size;
  }

  get remembered(): number {
    return this.#left.size;
  }

  get wakeAt(): Instant {
    const lines = [this.#held, this.#resting, this.#waiting];
    return Math.min(...lines.map(({ first }) => first?.until ?? Infinity));
  }

  /** Where a key stands. */
  stateOf(key: Key): KeyState {
    return this.#slots.get(key)?.state ?? 'idle';
  }

  /** The events of a key that have not ended. */
  of(key: Key): readonly Taken<Event>[] {
    return this.#slots.get(key)?.events ?? NONE;
  }

  /** Takes an event. */
  take(now: Instant, key: Key, taken: Taken<Event>): void {
    const slot = this.#slots.get(key) ?? slotOf<Event, Effect>(key);
    this.#slots.set(key, slot);
    slot.events.push(taken);
    this.#events += 1;
    this.#step(now, slot, 'put');
  }

  /** The store has answered what a key asked. */
  answered(now: Instant, slot: Slot<Event, Effect>, answer: StoreAnswer): void {
    if (answer.kind === 'read') this.#found(now, slot, readingOf(answer.stored));
    else this.#step(now, slot, answer.kind === 'write' ? answer.written : 'failed');
  }

  /** Reads again what was held, and gives turns. */
  tick(now: Instant): void {
    this.#left.tick(now);
    this.#readAgain(now, this.#held);
    this.#readAgain(now, this.#resting);
    this.#readAgain(now, this.#waiting);
    while (this.#turns < this.#env.limits.openKeys) {
      const slot = this.#ready.first;
      if (slot === undefined) return;
      leaveLine(this.#ready, slot);
      this.#step(now, slot, 'turn');
    }
  }

  /** Gives up everything that is not done. */
  abandon(): void {
    for (const slot of this.#slots.values()) {
      doubt(slot);
      while (slot.events.length > 0) this.#unable(slot, 'closed');
    }
    this.#slots.clear();
    this.#ready.clear();
    this.#held.clear();
    this.#resting.clear();
    this.#waiting.clear();
    this.#left.clear();
    this.#turns = 0;
  }

  #readAgain(now: Instant, line: Line<Slot<Event, Effect>>): void {
    for (let slot = line.first; slot !== undefined; slot = line.first) {
      if (slot.until > now) return;
      leaveLine(line, slot);
      this.#step(now, slot, 'again');
    }
  }

  #step(now: Instant, slot: Slot<Event, Effect>, input: KeyInput): void {
    const action = keyStep(slot.state, input);
    if (action !== undefined) this.#act(now, slot, action, input);
  }

  #act(now: Instant, slot: Slot<Event, Effect>, action: KeyAction, input: KeyInput): void {
    switch (action) {
      case 'join':
        return;
      case 'queue':
        return this.#queue(slot);
      case 'adopt':
        if (slot.events.length === 1) slot.state = 'reading';
        return;
      case 'read':
        this.#turns += 1;
        return this.#goOn(now, slot, false);
      case 'decide':
        return this.#decide(now, slot);
      case 'recover':
        return this.#recover(now, slot);
      case 'hold':
        return this.#hold(slot, this.#held, now + this.#env.waits.hold);
      case 'release':
        return this.#release(now, slot);
      case 'retry':
        return this.#retry(now, slot);
      case 'give-up':
        return this.#giveUp(now, slot, input === 'full' ? 'full' : 'store', false);
      case 'doubt':
        doubt(slot);
        return this.#giveUp(now, slot, 'store', mayOwe(slot));
      case 'ack':
        return this.#ack(now, slot);
      case 'settle':
        this.#left.forget(slot.key);
        return this.#goOn(now, slot, false);
      case 'leave':
        return this.#goOn(now, slot, false);
    }
  }

  #queue(slot: Slot<Event, Effect>): void {
    slot.state = 'queued';
    slot.place = this.#ready.join(slot);
  }

  #hold(slot: Slot<Event, Effect>, line: Line<Slot<Event, Effect>>, until: Instant): void {
    slot.state = 'holding';
    slot.row = 0;
    slot.until = until;
    slot.place = line.join(slot);
    this.#turns -= 1;
  }

  /** The next event; without one a look at what may have to be struck out; else the key is done. */
  #goOn(now: Instant, slot: Slot<Event, Effect>, looks: boolean): void {
    slot.rounds = 0;
    slot.writing = undefined;
    this.#dropLate(now, slot);
    const isLong = slot.row >= this.#env.limits.inRow;
    if (looks && (isLong || slot.events.length === 0)) return this.#read(now, slot, 'looking');
    if (slot.events.length > 0) {
      const { hold } = this.#env.waits;
      if (isLong) return this.#hold(slot, this.#resting, now + RESTS * hold);
      return this.#read(now, slot, 'reading');
    }
    slot.state = 'idle';
    this.#slots.delete(slot.key);
    this.#turns -= 1;
  }

  #dropLate(now: Instant, slot: Slot<Event, Effect>): void {
    const { late } = this.#env.waits;
    for (let [first] = slot.events; first !== undefined; [first] = slot.events) {
      if (now < first.since + late) return;
      this.#unable(slot, 'late');
    }
  }

  #read(now: Instant, slot: Slot<Event, Effect>, state: 'reading' | 'looking'): void {
    slot.state = state;
    slot.reading = undefined;
    this.#env.ask(now, slot, { kind: 'read', key: slot.key });
  }

  #found(now: Instant, slot: Slot<Event, Effect>, reading: Reading | undefined): void {
    slot.reading = reading;
    if (reading === undefined) return this.#step(now, slot, 'failed');
    const found = this.#inputOf(now, slot.key, reading.batch);
    if (found !== 'left') this.#left.forget(slot.key);
    this.#step(now, slot, found);
  }

  #inputOf(now: Instant, key: Key, batch: Batch | undefined): KeyInput {
    if (batch === undefined) return 'clear';
    if (batch.by !== this.#name) return batch.until <= now ? 'owed' : 'theirs';
    return this.#left.isLeft(key, batch.id) ? 'left' : 'owed';
  }

  #decide(now: Instant, slot: Slot<Event, Effect>): void {
    const [first] = slot.events;
    if (first !== undefined) this.#write(now, slot, first.event, true);
  }

  #recover(now: Instant, slot: Slot<Event, Effect>): void {
    const kept = slot.reading?.batch?.kept ?? NONE;
    this.#write(now, slot, { kind: 'recovered', kept }, false);
  }

  #write(now: Instant, slot: Slot<Event, Effect>, event: Event | DeskEvent, ends: boolean): void {
    const { key, reading = NO_READING } = slot;
    const decision = this.#env.options.decide(now, key, reading.record, event);
    const batch = this.#batchOf(now, reading, decision);
    const next = nextOf(reading, decision);
    slot.writing = { event, effects: decision.effects, batch, ends };
    slot.state = 'writing';
    if (batch === undefined && changesNothing(reading, decision))
      return this.#step(now, slot, 'written');
    this.#ask(now, slot, withBatch(next, batch));
  }

  #ask(now: Instant, slot: Slot<Event, Effect>, next: Next | undefined): void {
    const seen = slot.reading?.revision;
    this.#env.ask(now, slot, { kind: 'write', key: slot.key, next, seen });
  }

  /** What of the effects is kept until they have left. Beside a record that is not written nothing can be. */
  #batchOf(now: Instant, reading: Reading, decision: Decision<Effect>): Batch | undefined {
    const { outbox, keep } = this.#env.options;
    if (!outbox || (decision.next === 'unchanged' && reading.batch === undefined)) return undefined;
    const kept = decision.effects.map(keep).filter((one) => one !== undefined);
    if (kept.length === 0) return undefined;
    this.#batches += 1;
    return { by: this.#name, id: this.#batches, until: now + this.#env.waits.lease, kept };
  }

  #release(now: Instant, slot: Slot<Event, Effect>): void {
    const { key, writing } = slot;
    if (writing === undefined) return;
    const { event, effects, batch, ends } = writing;
    this.#env.emit({ kind: 'release', key, event, effects });
    if (batch === undefined) this.#left.forget(key);
    else this.#left.add(now, key, batch.id);
    if (batch !== undefined) slot.row += 1;
    if (ends) this.#end(slot);
    this.#goOn(now, slot, batch !== undefined);
  }

  #retry(now: Instant, slot: Slot<Event, Effect>): void {
    slot.rounds += 1;
    if (slot.rounds < MAX_ROUNDS)
      return this.#read(now, slot, slot.events.length > 0 ? 'reading' : 'looking');
    this.#giveUp(now, slot, 'contended', false);
  }

  /** A store that cannot be asked is asked again for who can wait, and has nobody who would come again. */
  #giveUp(now: Instant, slot: Slot<Event, Effect>, why: Unable, looks: boolean): void {
    if (why === 'store' && this.#isPatient(slot))
      return this.#hold(slot, this.#waiting, now + this.#env.waits.retry);
    const had = slot.events.length > 0;
    if (had) this.#unable(slot, why);
    this.#goOn(now, slot, looks || (had && this.#left.has(slot.key)));
  }

  #isPatient({ events: [first] }: Slot<Event, Effect>): boolean {
    const { isPatient } = this.#env.options;
    return first !== undefined && isPatient !== undefined && isPatient(first.event);
  }

  #ack(now: Instant, slot: Slot<Event, Effect>): void {
    slot.state = 'acking';
    this.#ask(now, slot, nextOf(slot.reading ?? NO_READING, UNCHANGED));
  }

  #unable(slot: Slot<Event, Effect>, why: Unable): void {
    const taken = this.#end(slot);
    if (taken === undefined) return;
    const { event, isInDoubt = false } = taken;
    this.#env.emit({ kind: 'unable', key: slot.key, event, why, isInDoubt });
  }

  #end(slot: Slot<Event, Effect>): Taken<Event> | undefined {
    const taken = slot.events.shift();
    if (taken === undefined) return undefined;
    this.#events -= 1;
    this.#env.ended(taken);
    return taken;
  }
}

function leaveLine<Event, Effect>(
  line: Line<Slot<Event, Effect>>,
  slot: Slot<Event, Effect>,
): void {
  if (slot.place !== undefined) line.leave(slot.place);
  slot.place = undefined;
}

const NONE: readonly never[] = Object.freeze([]);
const UNCHANGED = { next: 'unchanged' } as const;
/** How long what has left is remembered, in leases: by then this process or another has looked at its record. */
const LEASES = 4;
/** How long a key is left to others, in waits of theirs. */
const RESTS = 2;
