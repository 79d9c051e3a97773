// A ladder as lines of text: rails, arrows between them, and under what happened why it ended so. For screens and logs;
// nothing in it moves a cursor, whatever a peer has sent.
import type { Arrow, Ladder, Note, Rail, Step } from './ladder.ts';
import { isBad, whyInOne } from './why.ts';

/** How it is drawn. */
export interface TextOptions {
  /** Columns between two rails. Default 40. */
  readonly gap?: number;
  /** Columns behind the last rail. Default 32. */
  readonly margin?: number;
  /** With the colours of a terminal. Default no. */
  readonly colour?: boolean;
}

/** The whole ladder, its rails named over it. */
export function ladderText(ladder: Ladder, options: TextOptions = {}): string {
  const drawing = new Drawing(ladder.rails, options);
  return [...drawing.heading(), ...ladder.steps.map((step) => drawing.step(step))].join('\n');
}

/** The names over the rails alone, for ladders that are drawn one below the other. */
export function headingText(rails: readonly Rail[], options: TextOptions = {}): string {
  return new Drawing(rails, options).heading().join('\n');
}

/** The steps alone. */
export function stepsText({ rails, steps }: Ladder, options: TextOptions = {}): readonly string[] {
  const drawing = new Drawing(rails, options);
  return steps.map((step) => drawing.step(step));
}

class Drawing {
  readonly #rails: readonly Rail[];
  readonly #edges: readonly number[];
  readonly #width: number;
  readonly #colour: boolean;

  constructor(rails: readonly Rail[], { gap = 40, margin = 32, colour = false }: TextOptions) {
    this.#rails = rails;
    this.#edges = rails.map((_, at) => LEFT + at * gap);
    this.#width = LEFT + (rails.length - 1) * gap + margin;
    this.#colour = colour;
  }

  heading(): readonly string[] {
    const rows = Math.max(0, ...this.#rails.map(({ lines }) => lines.length));
    return Array.from({ length: rows }, (_, row) => {
      let line = '';
      for (const [at, { lines }] of this.#rails.entries())
        line = line.padEnd(this.#edges[at] ?? 0) + printable(lines[row] ?? '');
      return row === 0 ? this.#paint(BOLD, line) : line;
    });
  }

  step(step: Step): string {
    if (step.kind === 'arrow') return this.#arrow(step);
    if (step.kind === 'note') return this.#note(step);
    const mark = isBad(step.trace) ? RED : YELLOW;
    return `  ${this.#paint(mark, 'why')}  ${printable(whyInOne(step.trace))}`;
  }

  #arrow({ from, to, text, failed }: Arrow): string {
    const [a, b] = [this.#edgeOf(from), this.#edgeOf(to)];
    const right = a < b;
    const [left, end] = right ? [a, b] : [b, a];
    const room = end - left - 1;
    const label = ` ${clip(text, room - 5)} `;
    const line = '─'.repeat(Math.max(0, room - widthOf(label) - 2));
    const body = right ? `─${label}${line}▶` : `◀${line}${label}─`;
    return this.#over(left + 1, this.#paint(failed ? RED : CYAN, body), widthOf(body));
  }

  #note({ rail, text }: Note): string {
    const edge = this.#edgeOf(rail);
    const clipped = clip(text, this.#width - edge - 2);
    return this.#over(edge + 2, this.#paint(DIM, clipped), widthOf(clipped));
  }

  #edgeOf(id: string): number {
    return this.#edges[this.#rails.findIndex((rail) => rail.id === id)] ?? LEFT;
  }

  /** The rails with a text over them. */
  #over(from: number, text: string, length: number): string {
    const cell = (column: number): string => (this.#edges.includes(column) ? '│' : ' ');
    const before = Array.from({ length: from }, (_, column) => cell(column)).join('');
    const rest = Math.max(0, (this.#edges.at(-1) ?? 0) + 1 - from - length);
    const after = Array.from({ length: rest }, (_, at) => cell(from + length + at)).join('');
    return (before + text + after).trimEnd();
  }

  #paint(code: number, text: string): string {
    return this.#colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

function clip(text: string, room: number): string {
  const line = printable(text);
  if (widthOf(line) <= room) return line;
  let cut = '';
  let width = 0;
  for (const char of line) {
    width += widthOf(char);
    if (width >= room) break;
    cut += char;
  }
  return `${cut}…`;
}

/** Without what a terminal would obey, and without what turns the direction of reading. */
function printable(text: string): string {
  return text.replaceAll(UNSEEN, ' ');
}

/** Cells of a terminal that a text takes: East Asian characters are two wide. */
function widthOf(text: string): number {
  let cells = 0;
  for (const char of text) cells += WIDE.test(char) ? 2 : 1;
  return cells;
}

/** Where the first rail stands. */
const LEFT = 2;
const [BOLD, DIM, RED, YELLOW, CYAN] = [1, 2, 31, 33, 36] as const;
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u;
