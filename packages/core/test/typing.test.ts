// RFC 7573 §6: chat states and isComposing. The tables, the waits, and that nothing is told twice or too fast.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Message, readMessage } from './stanza-text.ts';
import { type ChatState, stateIn } from '../src/rules/chat-state.ts';
import {
  COMPOSING_OF,
  HEARD_TIMES,
  SAID_TIMES,
  STATE_OF,
  stepTyping,
  type Typing,
  TYPING_MOVES,
  type TypingInput,
  type TypingTimes,
  typingWakeAt,
} from '../src/rules/typing.ts';

const T = 1_800_000_000_000;

/** One direction of two people. */
class Line {
  now = T;
  typing: Typing | undefined;
  readonly told: string[] = [];
  readonly times: TypingTimes;

  constructor(times: TypingTimes = HEARD_TIMES) {
    this.times = times;
  }

  get wakeIn(): number {
    return typingWakeAt(this.typing, this.times) - this.now;
  }

  put(input: TypingInput, lasts = this.times.lasts): this {
    const { next, tell } = stepTyping(this.typing, this.now, input, { ...this.times, lasts });
    this.typing = next;
    if (tell !== undefined) this.told.push(tell);
    return this;
  }

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  wake(): this {
    return this.pass(this.wakeIn).put('wake');
  }
}

describe('RFC 7573 §6 and §6.1 the tables', () => {
  it.each([
    ['active', 'idle'],
    ['inactive', 'idle'],
    ['composing', 'composing'],
    ['paused', 'idle'],
    ['gone', 'idle'],
  ] as const)('§6 %s is %s', (state, composing) => {
    expect(COMPOSING_OF[state]).toBe(composing);
  });

  it.each([
    ['composing', 'composing'],
    ['idle', 'active'],
  ] as const)('§6 %s is %s back', (composing, state) => {
    expect(STATE_OF[composing]).toBe(state);
  });

  it.each(['active', 'composing', 'paused', 'inactive', 'gone'] satisfies ChatState[])(
    'XEP-0085 §2 and §5.1 %s is read',
    (state) => {
      const m = readMessage(`<${state} xmlns='http://jabber.org/protocol/chatstates'/>`);
      expect(stateIn(m)).toBe(state);
    },
  );

  it.each(['<composing/>', '<typing xmlns="http://jabber.org/protocol/chatstates"/>', ''])(
    'XEP-0085 §5.1 %j is no state',
    (inside) => {
      const m: Message = readMessage(inside);
      expect(stateIn(m)).toBeUndefined();
    },
  );
});

describe('RFC 3994 §3.2 and §3.3 each state by each input', () => {
  const OUTCOMES: Readonly<Record<string, readonly [readonly string[], boolean]>> = {
    'idle composing': [['composing'], true],
    'idle idle': [[], false],
    'idle message': [[], false],
    'idle wake': [[], false],
    'composing composing': [[], true],
    'composing idle': [['idle'], false],
    'composing message': [[], false],
    'composing wake': [[], true],
  };
  const CELLS = Object.entries(TYPING_MOVES).flatMap(([state, row]) =>
    Object.keys(row).map((input) => [state, input as TypingInput] as const),
  );

  it.each(CELLS)('§3.2 %s: %s', (state, input) => {
    const line = new Line();
    if (state === 'composing') line.put('composing');
    line.told.length = 0;
    line.pass(5000).put(input);
    expect([line.told, line.typing?.isOn ?? false]).toEqual(OUTCOMES[`${state} ${input}`]);
  });

  it('§3.3 what is not refreshed is over', () => {
    const line = new Line().put('composing');
    expect(line.wakeIn).toBe(120_000);
    line.wake();
    expect(line.told).toEqual(['composing', 'idle']);
    line.wake();
    expect([line.typing, line.wakeIn]).toEqual([undefined, Infinity]);
  });

  it('§3.3 a refresh tells nothing, and holds as long as it says', () => {
    const line = new Line().put('composing').pass(100_000).put('composing', 60_000);
    expect([line.wakeIn, line.told]).toEqual([60_000, ['composing']]);
  });

  it('§3.3 a message says that nothing is composed any more', () => {
    const line = new Line().put('composing').pass(2000).put('message').pass(500).put('idle');
    expect(line.told).toEqual(['composing']);
    line.put('composing');
    expect(line.told).toEqual(['composing', 'composing']);
  });

  it('§3.2 it is told again every 90 seconds, for ten minutes', () => {
    const line = new Line(SAID_TIMES).put('composing');
    const at: number[] = [];
    while (line.typing !== undefined) {
      const before = line.told.length;
      line.wake();
      if (line.told.length > before) at.push((line.now - T) / 1000);
    }
    expect(at).toEqual([90, 180, 270, 360, 450, 540, 600]);
    expect(line.told.at(-1)).toBe('idle');
  });

  it('not more than once in a second, and then what holds by then', () => {
    const line = new Line().put('composing').pass(100).put('idle');
    expect([line.told, line.wakeIn]).toEqual([['composing'], 900]);
    line.pass(100).put('composing');
    expect(line.pass(800).put('wake').told).toEqual(['composing']);
    line.put('idle');
    expect(line.told).toEqual(['composing', 'idle']);
  });

  it('whatever comes: only changes or repeats, never too fast, and it comes to rest', () => {
    const input = fc.constantFrom<TypingInput>('composing', 'idle', 'message', 'wake');
    const step = fc.tuple(fc.nat(3000), input);
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom(HEARD_TIMES, SAID_TIMES),
        (steps, times) => {
          const line = new Line(times);
          let last = -Infinity;
          for (const [ms, one] of steps) {
            const before = line.told.length;
            line.pass(ms).put(one);
            if (line.told.length === before) continue;
            expect(line.now - last).toBeGreaterThanOrEqual(1000);
            last = line.now;
          }
          for (let i = 0; line.typing !== undefined; i++) {
            expect(i).toBeLessThan(20);
            line.wake();
          }
          const ends = line.told.filter(
            (one, i) => one === 'idle' && line.told[i - 1] !== 'composing',
          );
          expect(ends).toEqual([]);
        },
      ),
    );
  });
});
