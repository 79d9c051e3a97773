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
