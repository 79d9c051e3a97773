// RFC 7573 §6  Chat states (XEP-0085) and isComposing (RFC 3994), as one small machine for each direction of two people:
// what is known of who composes, and what of it the other side was told. It tells changes only, not faster than once in a
// while, and nothing that a message says by itself; it repeats where the other side forgets, and forgets where its own side
// does not repeat. How the two are written is body/is-composing.ts and gateway/signs.ts.
import type { ChatState } from './chat-state.ts';

/** What both protocols can say. */
export type Composing = 'composing' | 'idle';

/** Plain data. Moments are epoch ms. */
export interface Typing {
  /** Whether somebody composes. */
  readonly isOn: boolean;
  /** Whether the other side was told so last. */
  readonly isTold: boolean;
  /** When it was told anything. */
  readonly toldAt: number;
  /** When it is over unless it is said again. */
  readonly until: number;
  /** When it is to be told again. */
  readonly repeatAt: number;
}

/** What may happen. `message`: one goes to the other side, which says that nothing is composed any more. */
export type TypingInput = Composing | 'message' | 'wake';

/** Milliseconds. */
export interface TypingTimes {
  /** From one thing told to the next. */
  readonly gap: number;
  /** That somebody composes unless it is said again. */
  readonly lasts: number;
  /** After which the other side is told again; `Infinity`: never. */
  readonly repeat: number;
}

/** A step; without `next` there is nothing to remember. */
export interface TypingStep {
  readonly next: Typing | undefined;
  readonly tell?: Composing;
}

/**
 * The waits from SIP to XMPP: a state holds for as long as its document says, else for this long.
 * @spec RFC 3994 §3.3
 */
export const HEARD_TIMES: TypingTimes = { gap: 1000, lasts: 120_000, repeat: Infinity };

/**
 * The waits from XMPP to SIP: nobody repeats a chat state, and the other side forgets one after 120 seconds.
 * @spec RFC 3994 §3.2
 */
export const SAID_TIMES: TypingTimes = { gap: 1000, lasts: 600_000, repeat: 90_000 };

/**
 * Chat states as SIP has them. Whoever has gone composes no more; that he has gone is no state there.
 * @spec RFC 7573 §6
 * @spec RFC 7573 §6.1
 */
export const COMPOSING_OF: Readonly<Record<ChatState, Composing>> = {
  active: 'idle',
  inactive: 'idle',
  composing: 'composing',
  paused: 'idle',
  gone: 'idle',
};

/** The other way. @spec RFC 7573 §6 */
export const STATE_OF: Readonly<Record<Composing, ChatState>> = {
  composing: 'composing',
  idle: 'active',
};

/** Row: whether somebody composes. Column: what happens. @spec RFC 3994 §3.2 */
export const TYPING_MOVES: Readonly<Record<Composing, Readonly<Record<TypingInput, Move>>>> = {
  idle: { composing: 'begin', idle: 'stay', message: 'said', wake: 'stay' },
  composing: { composing: 'begin', idle: 'end', message: 'said', wake: 'late' },
};

type Move = 'begin' | 'end' | 'said' | 'late' | 'stay';

/** One input, and what is to be told. @spec RFC 3994 §3.3 */
export function stepTyping(
  before: Typing | undefined,
  now: number,
  input: TypingInput,
  times: TypingTimes,
): TypingStep {
  const typing = before ?? NOTHING_YET;
  const move = TYPING_MOVES[typing.isOn ? 'composing' : 'idle'][input];
  return flush(MOVES[move](typing, now, times), now, times);
}

/** When to hand in `wake`; `Infinity` where nothing is remembered. */
export function typingWakeAt(typing: Typing | undefined, times: TypingTimes): number {
  if (typing === undefined) return Infinity;
  const { isOn, isTold, toldAt, until, repeatAt } = typing;
  const free = toldAt + times.gap;
  return isOn ? Math.min(until, isTold ? repeatAt : free) : free;
}

/** What is not known to the other side is told, as soon as may be. */
function flush(typing: Typing, now: number, times: TypingTimes): TypingStep {
  const { isOn, isTold, toldAt, repeatAt } = typing;
  const isFree = now >= toldAt + times.gap;
  const isDue = isOn && isTold && now >= repeatAt;
  if (isOn === isTold && !isDue) return isOn || !isFree ? { next: typing } : { next: undefined };
  if (!isFree) return { next: typing };
  const next = { ...typing, isTold: isOn, toldAt: now, repeatAt: now + times.repeat };
  return { next, tell: isOn ? 'composing' : 'idle' };
}

const MOVES: Readonly<Record<Move, (typing: Typing, now: number, times: TypingTimes) => Typing>> = {
  begin: (typing, now, { lasts }) => ({ ...typing, isOn: true, until: now + lasts }),
  end: (typing) => ({ ...typing, isOn: false }),
  said: (typing) => ({ ...typing, isOn: false, isTold: false }),
  late: (typing, now) => (now >= typing.until ? { ...typing, isOn: false } : typing),
  stay: (typing) => typing,
};

const NOTHING_YET: Typing = {
  isOn: false,
  isTold: false,
  toldAt: -Infinity,
  until: 0,
  repeatAt: Infinity,
};
