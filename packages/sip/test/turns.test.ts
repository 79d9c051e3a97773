// What a turn does, with a machine that only writes down what happens to it.
import { describe, expect, it } from 'vitest';
import { Turns } from '../src/node/turns.ts';

/** Answers each input with one output; `bad` is misuse. */
function scene(perform: (output: string) => void = () => undefined) {
  const log: string[] = [];
  const waiting: string[] = [];
  const machine = {
    wakeAt: Infinity,
    receive: (_now: number, input: { readonly kind: string }): void => {
      if (input.kind === 'bad') throw new RangeError('bad');
      log.push(`in ${input.kind}`);
      waiting.push(input.kind);
    },
    next: () => waiting.shift(),
  };
  const turns = new Turns<{ readonly kind: string }, string>(machine, (output) => {
    log.push(`out ${output}`);
    perform(output);
  });
  return { log, machine, turns };
}

/** Until what was set for the end of this turn has happened. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe('a turn of the loop', () => {
  it('takes what has come in together, and then does what follows', async () => {
    const { log, turns } = scene();
    for (const kind of ['a', 'b', 'c']) turns.take({ kind });
    expect(log).toEqual([]);
    await turn();
    expect(log).toEqual(['in a', 'in b', 'in c', 'out a', 'out b', 'out c']);
  });

  it('does not wait for the end of the turn with much: 64 KiB', async () => {
    const { log, turns } = scene();
    turns.take({ kind: 'a' }, 65_535);
    expect(log).toEqual([]);
    turns.take({ kind: 'b' }, 1);
    expect(log).toEqual(['in a', 'in b', 'out a', 'out b']);
    turns.take({ kind: 'c' }, 1);
    expect(log).toHaveLength(4);
    await turn();
    expect(log.slice(4)).toEqual(['in c', 'out c']);
  });

  it('takes no more than 64 before what follows is done', async () => {
    const { log, turns } = scene();
    for (let n = 1; n <= 130; n += 1) turns.take({ kind: `${n}` });
    await turn();
    const shape = log.map((line) => line.split(' ')[0]).join(',');
    const rounds = [64, 64, 2].flatMap((n) => [...Array(n).fill('in'), ...Array(n).fill('out')]);
    expect(shape).toBe(rounds.join(','));
    expect(log.filter((line) => line.startsWith('out')).at(-1)).toBe('out 130');
  });

  it('takes a command at once, and does what follows when the host has spoken', async () => {
    const { log, turns } = scene();
    turns.command({ kind: 'a' });
    turns.command({ kind: 'b' });
    expect(log).toEqual(['in a', 'in b']);
    await Promise.resolve();
    expect(log).toEqual(['in a', 'in b', 'out a', 'out b']);
  });

  it('lets no more than 64 things wait for a host that goes on speaking', () => {
    const { log, turns } = scene();
    for (let n = 1; n <= 64; n += 1) turns.command({ kind: `${n}` });
    expect(log.at(-1)).toBe('out 64');
  });

  it('throws to the host what its command throws, and goes on', async () => {
    const { log, turns } = scene();
    expect(() => turns.command({ kind: 'bad' })).toThrow(RangeError);
    turns.command({ kind: 'a' });
    await turn();
    expect(log).toEqual(['in a', 'out a']);
  });

  it('takes what is said from within an event after the events of this round', async () => {
    const { log, turns } = scene((output) => {
      if (output === 'a') turns.command({ kind: 'answer to a' });
    });
    turns.take({ kind: 'a' });
    turns.take({ kind: 'b' });
    await turn();
    expect(log).toEqual(['in a', 'in b', 'out a', 'out b', 'in answer to a', 'out answer to a']);
  });

  it('ticks when the machine wants it, and no more once it is stopped', async () => {
    const { log, machine, turns } = scene();
    const ticked = new Promise((resolve) => {
      const { receive } = machine;
      machine.receive = (now, input) => {
        machine.wakeAt = Infinity;
        receive(now, input);
        if (input.kind === 'tick') resolve(undefined);
      };
    });
    machine.wakeAt = 0;
    turns.command({ kind: 'a' });
    machine.wakeAt = 0;
    await ticked;
    expect(log).toContain('in tick');
    turns.stop();
    machine.wakeAt = 0;
    turns.command({ kind: 'b' });
    await turn();
    expect(log.at(-1)).toBe('out b');
  });
});
