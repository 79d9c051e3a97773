// The lines of JSON that a program prints, each about somebody: read as they come, in order.
import { PATIENCE, type Running, within } from '../process.ts';

/** A line, and whom it is about; nobody when that is empty. */
export interface Line {
  readonly as: string;
  readonly event: string;
}

/** What a process has printed. Lines that are not JSON of this kind are its log. */
export class Lines<L extends Line> {
  readonly #running: Running;
  readonly #of = new Map<string, L[]>();
  #read = 0;

  constructor(running: Running) {
    this.#running = running;
  }

  /** The lines about one, until now. */
  of(name: string): readonly L[] {
    this.#take();
    return this.#of.get(name) ?? [];
  }

  /** The first line about one that fits, now or later. */
  until(name: string, what: string, fits: (line: L) => boolean, bound?: number): Promise<L> {
    return this.when(what, () => this.of(name).find(fits), bound);
  }

  /** What `find` makes of them, now or later. */
  when<T>(what: string, find: () => T | undefined, bound = PATIENCE): Promise<T> {
    return within(what, this.#running.until(what, find, bound), bound);
  }

  #take(): void {
    const { log } = this.#running;
    for (let end = log.indexOf('\n', this.#read); end >= 0; end = log.indexOf('\n', this.#read)) {
      const text = log.slice(this.#read, end);
      this.#read = end + 1;
      if (text.startsWith('{"as"')) this.#keep(JSON.parse(text) as L);
    }
  }

  #keep(line: L): void {
    const list = this.#of.get(line.as);
    if (list === undefined) this.#of.set(line.as, [line]);
    else list.push(line);
  }
}
