// Values by name, where a million names are no trouble: names lie behind one another in one run of octets, and two small
// tables say where. Asking touches a few octets of each; a Map touches the string of every name it passes on the way, and a
// million strings are in no cache. Names are domains as domain.ts normalises them; any other name is nowhere.
//
// Open addressing, at most two thirds full. Names are added, their values replaced; nothing is taken out.

/** Values by normalised domain name, in the order in which the names were added. */
export class NameTable<T> implements ReadonlyMap<string, T> {
  /** Seven bits of each name's hash and one that says that there is a name: where these differ, nothing else is read. */
  #tags = new Uint8Array(FIRST_SLOTS);
  /** Where each name's entry begins. */
  #places = new Uint32Array(FIRST_SLOTS);
  #mask = FIRST_SLOTS - 1;
  /** An entry a name: which value it has, its length, its octets. The first octet is none, so that 0 is no place. */
  #octets = new Uint8Array(FIRST_OCTETS);
  #end = 1;
  readonly #values: T[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(name: string): T | undefined {
    const place = this.placeOf(name);
    return place === 0 ? undefined : this.#valueAt(place);
  }

  has(name: string): boolean {
    return this.placeOf(name) !== 0;
  }

  /** Puts a value at a name, in place of the one there. */
  set(name: string, value: T): this {
    const hash = hashOf(name);
    let slot = this.#find(name, hash);
    if (this.#tags[slot] === 0) {
      if (3 * (this.#size + 1) > 2 * (this.#mask + 1)) {
        this.#widen();
        slot = this.#find(name, hash);
      }
      this.#tags[slot] = tagOf(hash);
      this.#places[slot] = this.#keep(name);
      this.#size += 1;
    }
    this.#putValue(this.#places[slot] as number, this.#numberOf(value));
    return this;
  }

  /** Where a name stands, for `nameAt`; 0 when it does not. */
  placeOf(name: string): number {
    return this.#places[this.#find(name, hashOf(name))] as number;
  }

  /** The name at a place that `placeOf` gave. */
  nameAt(place: number): string {
    const begin = place + BEFORE_NAME;
    return String.fromCharCode(...this.#octets.subarray(begin, begin + this.#lengthAt(place)));
  }

  /** Gives back room that no name needs yet. */
  trim(): void {
    this.#octets = this.#octets.slice(0, this.#end);
  }

  *keys(): MapIterator<string> {
    for (let place = 1; place < this.#end; place += BEFORE_NAME + this.#lengthAt(place))
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
    const tags = this.#tags;
    const tag = tagOf(hash);
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const there = tags[at];
      if (there === 0 || (there === tag && this.#isAt(this.#places[at] as number, name))) return at;
    }
  }

  #isAt(place: number, name: string): boolean {
    const octets = this.#octets;
    if (octets[place + LENGTH] !== name.length) return false;
    const begin = place + BEFORE_NAME;
    for (let at = 0; at < name.length; at += 1)
      if (octets[begin + at] !== name.charCodeAt(at)) return false;
    return true;
  }

  #lengthAt(place: number): number {
    return this.#octets[place + LENGTH] ?? 0;
  }

  #valueAt(place: number): T {
    const octets = this.#octets;
    let number = 0;
    for (let at = place; at < place + LENGTH; at += 1)
      number = (number << 8) | (octets[at] as number);
    return this.#values[number] as T;
  }

  #putValue(place: number, number: number): void {
    for (let at = 0; at < LENGTH; at += 1)
      this.#octets[place + at] = number >>> (8 * (LENGTH - 1 - at));
  }

  /** Names that were read from one list mostly share a value. */
  #numberOf(value: T): number {
    const last = this.#values.length - 1;
    return last >= 0 && this.#values[last] === value ? last : this.#values.push(value) - 1;
  }

  #keep(name: string): number {
    const place = this.#end;
    this.#end += BEFORE_NAME + name.length;
    if (this.#end > this.#octets.length) {
      const wider = new Uint8Array(Math.max(2 * this.#octets.length, this.#end));
      wider.set(this.#octets);
      this.#octets = wider;
    }
    const begin = place + BEFORE_NAME;
    this.#octets[place + LENGTH] = name.length;
    for (let at = 0; at < name.length; at += 1) this.#octets[begin + at] = name.charCodeAt(at);
    return place;
  }

  #widen(): void {
    const [tags, places] = [this.#tags, this.#places];
    const count = 2 * (this.#mask + 1);
    this.#tags = new Uint8Array(count);
    this.#places = new Uint32Array(count);
    this.#mask = count - 1;
    for (const [slot, place] of places.entries()) if (tags[slot] !== 0) this.#move(place);
  }

  #move(place: number): void {
    const hash = hashOf(this.nameAt(place));
    let at = hash & this.#mask;
    while (this.#tags[at] !== 0) at = (at + 1) & this.#mask;
    this.#tags[at] = tagOf(hash);
    this.#places[at] = place;
  }
}

/** FNV-1a over the units of a name, then mixed, since the low bits say where it lies. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1)
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** The high bits, which say nothing of where it lies. */
function tagOf(hash: number): number {
  return 0x80 | (hash >>> 25);
}

/** Of an entry: octets of the value's number, then the name's length, then the name. */
const LENGTH = 4;
const BEFORE_NAME = LENGTH + 1;
/** Both powers of two. */
const FIRST_SLOTS = 8;
const FIRST_OCTETS = 64;
