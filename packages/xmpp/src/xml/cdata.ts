// A CDATA section, XML 1.0 §2.7, from behind its `<![` to behind its `]]>`: text in which `<` and `&` are themselves.
import { CR, GT, LF } from './characters.ts';
import type { Input } from './input.ts';
import { cdataRun } from './runs.ts';

/** What reading came to: `open` once the section has begun, `none` when it is no section. */
export type CdataState = 'more' | 'open' | 'none' | 'done' | 'bad';

const OPENING = 'CDATA[';

/** Reads one section after another. */
export class Cdata {
  /** What stands in the section; empty until it is done. */
  text = '';
  #opened = 0;
  #held = '';

  begin(): void {
    this.text = '';
    this.#opened = 0;
    this.#held = '';
  }

  /** Reads as far as the chunk goes, or to the next state. */
  read(input: Input): CdataState {
    if (this.#opened < OPENING.length) return this.#open(input);
    this.#held += cdataRun(input);
    const { chunk, at } = input;
    return at === chunk.length ? 'more' : this.#endRun(input, chunk.charCodeAt(at));
  }

  #open(input: Input): CdataState {
    if (input.chunk.charCodeAt(input.at) !== OPENING.charCodeAt(this.#opened)) return 'none';
    input.at += 1;
    this.#opened += 1;
    return this.#opened === OPENING.length ? 'open' : 'more';
  }

  #endRun(input: Input, c: number): CdataState {
    if (c !== LF && c !== CR && c !== GT) return 'bad';
    input.at += 1;
    if (c === LF) return 'more';
    if (c === GT) return this.#end();
    this.#held += '\n';
    input.noteReturn();
    return 'more';
  }

  #end(): CdataState {
    this.text = this.#held.slice(0, -2);
    return 'done';
  }
}
