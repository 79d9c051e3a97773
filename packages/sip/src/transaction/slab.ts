// Copies of octets side by side in larger pieces: a buffer for each of some hundred thousand small
// responses would cost more than the responses. A piece is freed when the last copy in it is, and since
// all are kept equally long, that is soon after the first.

export class Slab {
  #piece = new Uint8Array(0);
  #used = 0;

  /** A copy that shares nothing with what was given. */
  copy(octets: Uint8Array): Uint8Array {
    if (octets.length > PIECE / 4) return new Uint8Array(octets);
    if (octets.length > this.#piece.length - this.#used) {
      this.#piece = new Uint8Array(PIECE);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += octets.length;
    this.#piece.set(octets, start);
    return this.#piece.subarray(start, this.#used);
  }
}

/** Octets: a hundred responses and more. */
const PIECE = 65_536;
