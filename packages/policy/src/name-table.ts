// Values by name, where a million names are no trouble: names lie behind one another in one run of octets, and a table of
// numbers says where. Asking touches one place of each; a Map touches the string of every name it passes on the way, and a
// million strings are in no cache. Names are domains as domain.ts normalises them; any other name is nowhere.
//
// Open addressing, at most two thirds full. Names are added, their values replaced; nothing is taken out.

/** Values by normalised domain name, in the order in which the names were added. */
export class NameTable<T> implements ReadonlyMap<string, T> {
  /** Three numbers a name: its hash, where its octets begin (0: nothing here), and which value it has. */
  #slots = new Int32Array(3 * FIRST_SLOTS);
  #mask = FIRST_SLOTS - 1;
  /** A length and so many octets for each name. The first octet is none, so that 0 is no place. */
  #octets = new Uint8Array(FIRST_OCTETS);
  #end = 1;
  readonly #values: T[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(name: string): T | undefined {
    const slot = this.#find(name, hashOf(name));
    return this.#slots[slot + PLACE] === 0 ? undefined : this.#valueAt(slot);
  }

  has(name: string): boolean {
    return this.#slots[this.#find(name, hashOf(name)) + PLACE] !== 0;
  }

  /** Puts a value at a name, in place of the one there. */
  set(name: string, value: T): this {
    const hash = hashOf(name);
    let slot = this.#find(name, hash);
    if (this.#slots[slot + PLACE] === 0) {
      if (3 * (this.#size + 1) > 2 * (this.#mask + 1)) {
        this.#widen();
        slot = this.#find(name, hash);
      }
      this.#slots[slot] = hash;
      this.#slots[slot + PLACE] = this.#keep(name);
      this.#size += 1;
    }
    this.#slots[slot + VALUE] = this.#numberOf(value);
    return this;
  }

  /** Where a name stands, for `nameAt`; 0 when it does not. */
  placeOf(name: string): number {
    return this.#slots[this.#find(name, hashOf(name)) + PLACE] as number;
  }

  /** The name at a place that `placeOf` gave. */
  nameAt(place: number): string {
    const begin = place + 1;
    return String.fromCharCode(...this.#octets.subarray(begin, begin + (this.#octets[place] ?? 0)));
  }

  /** Gives back room that no name needs yet. */
  trim(): void {
    this.#octets = this.#octets.slice(0, this.#end);
  }

  *keys(): MapIterator<string> {
    for (let place = 1; place < this.#end; place += 1 + (this.#octets[place] ?? 0))
      yield this.nameAt(place);
  }

  *values(): MapIterator<T> {
    for (const [, value] of this.entries()) yield value;
  }

  *entries(): MapIterator<[string, T]> {
    for (const name of this.keys()) yield [name, this.get(name) as T];
  }

  [Symbol.iterator](): MapIterator<[string, T]> {
    return this.entries();
  }

  forEach(each: (value: T, name: string, table: ReadonlyMap<string, T>) => void): void {
    for (const [name, value] of this.entries()) each(value, name, this);
  }

  /** The slot of a name, or the free one where it would be. */
  #find(name: string, hash: number): number {
    const slots = this.#slots;
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = 3 * at;
      const place = slots[slot + PLACE] as number;
      if (place === 0 || (slots[slot] === hash && this.#isAt(place, name))) return slot;
    }
  }

  #isAt(place: number, name: string): boolean {
    const octets = this.#octets;
    if (octets[place] !== name.length) return false;
    for (let at = 0; at < name.length; at += 1)
      if (octets[place + 1 + at] !== name.charCodeAt(at)) return false;
    return true;
  }

  #valueAt(slot: number): T {
    return this.#values[this.#slots[slot + VALUE] as number] as T;
  }

  /** Names that were read from one list mostly share a value. */
  #numberOf(value: T): number {
    const last = this.#values.length - 1;
    return last >= 0 && this.#values[last] === value ? last : this.#values.push(value) - 1;
  }

  #keep(name: string): number {
    const place = this.#end;
    this.#end += 1 + name.length;
    if (this.#end > this.#octets.length) {
      const wider = new Uint8Array(Math.max(2 * this.#octets.length, this.#end));
      wider.set(this.#octets);
      this.#octets = wider;
    }
    this.#octets[place] = name.length;
    for (let at = 0; at < name.length; at += 1) this.#octets[place + 1 + at] = name.charCodeAt(at);
    return place;
  }

  #widen(): void {
    const before = this.#slots;
    const count = 2 * (this.#mask + 1);
    this.#slots = new Int32Array(3 * count);
    this.#mask = count - 1;
    for (let slot = 0; slot < before.length; slot += 3)
      if (before[slot + PLACE] !== 0) this.#move(before, slot);
  }

  #move(before: Int32Array, slot: number): void {
    const slots = this.#slots;
    let at = (before[slot] as number) & this.#mask;
    while (slots[3 * at + PLACE] !== 0) at = (at + 1) & this.#mask;
    for (let n = 0; n < 3; n += 1) slots[3 * at + n] = before[slot + n] as number;
  }
}

/** FNV-1a over the units of a name, then mixed, since the low bits say where it lies. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1)
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15);
}

const PLACE = 1;
const VALUE = 2;
/** Both powers of two. */
const FIRST_SLOTS = 8;
const FIRST_OCTETS = 64;
