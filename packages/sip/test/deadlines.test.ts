import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deadlines, type Timed } from '../src/transaction/deadlines.ts';

const item = (): Timed => ({ at: Number.POSITIVE_INFINITY, slot: -1 });

describe('deadlines', () => {
  it('is idle when empty', () => {
    const heap = new Deadlines<Timed>();
    expect(heap.next).toBe(Number.POSITIVE_INFINITY);
    expect(heap.takeDue(1e12)).toBeUndefined();
  });

  it('takes nothing that is not due', () => {
    const heap = new Deadlines<Timed>();
    heap.set(item(), 10);
    expect(heap.takeDue(9)).toBeUndefined();
    expect(heap.takeDue(10)).toBeDefined();
    expect(heap.size).toBe(0);
  });

  it('drops an item twice, and one that never was in it', () => {
    const heap = new Deadlines<Timed>();
    const one = item();
    heap.drop(one);
    heap.set(one, 1);
    heap.drop(one);
    heap.drop(one);
    expect(heap.size).toBe(0);
  });

  it('Infinity takes an item out; clear takes all', () => {
    const heap = new Deadlines<Timed>();
    const [one, two] = [item(), item()];
    heap.set(one, 1);
    heap.set(two, 2);
    heap.set(one, Number.POSITIVE_INFINITY);
    expect(heap.next).toBe(2);
    heap.clear();
    expect([heap.size, two.slot]).toEqual([0, -1]);
  });

  it('an item leaves its line before its time, whoever stands before or behind it', () => {
    const deadlines = new Deadlines<Timed>();
    const line = deadlines.line();
    const [one, two, three] = [item(), item(), item()];
    for (const [at, each] of [one, two, three].entries()) deadlines.queue(each, at, line);
    deadlines.drop(one);
    deadlines.set(two, 5);
    expect([deadlines.size, deadlines.next]).toEqual([2, 2]);
    expect(deadlines.takeDue(9)).toBe(three);
    expect(deadlines.takeDue(9)).toBe(two);
    expect([deadlines.size, deadlines.next]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('what has no place at the end of a line is woken in time all the same', () => {
    const deadlines = new Deadlines<Timed>();
    const line = deadlines.line();
    const [late, early] = [item(), item()];
    deadlines.queue(late, 8, line);
    deadlines.queue(early, 3, line);
    expect(deadlines.takeDue(3)).toBe(early);
    deadlines.clear();
    expect([deadlines.size, late.slot, late.at]).toEqual([0, -1, Number.POSITIVE_INFINITY]);
  });

  it('lines and heap together behave as a sorted list', () => {
    const command = fc.tuple(fc.constantFrom(-1, 0, 1), fc.nat(9), fc.boolean());
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const deadlines = new Deadlines<Timed>();
        const lines = [deadlines.line(), deadlines.line()];
        const model = new Map<Timed, number>();
        for (const [now, [which, wait, drops]] of commands.entries()) {
          const [chosen, line] = [item(), lines[which]];
          if (line === undefined) deadlines.set(chosen, now + wait);
          else deadlines.queue(chosen, now + wait, line);
          model.set(chosen, now + wait);
          const [gone] = drops ? model.keys() : [];
          if (gone !== undefined) deadlines.drop(gone);
          if (gone !== undefined) model.delete(gone);
          for (let due = deadlines.takeDue(now); due !== undefined; due = deadlines.takeDue(now)) {
            expect(model.get(due)).toBeLessThanOrEqual(now);
            model.delete(due);
          }
          expect(deadlines.next).toBe(Math.min(...model.values()));
          expect(deadlines.size).toBe(model.size);
        }
      }),
    );
  });

  it('behaves as a sorted list, whatever is set, moved and dropped', () => {
    const command = fc.tuple(fc.nat(15), fc.option(fc.nat(50)));
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const items = Array.from({ length: 16 }, item);
        const heap = new Deadlines<Timed>();
        const model = new Map<Timed, number>();
        for (const [index, at] of commands) {
          const chosen = items[index] ?? item();
          if (at === null) {
            heap.drop(chosen);
            model.delete(chosen);
          } else {
            heap.set(chosen, at);
            model.set(chosen, at);
          }
          expect(heap.next).toBe(Math.min(...model.values()));
        }
        const taken: number[] = [];
        for (let at = heap.next; heap.takeDue(1_000) !== undefined; at = heap.next) taken.push(at);
        expect(taken).toEqual([...model.values()].toSorted((a, b) => a - b));
      }),
    );
  });
});
