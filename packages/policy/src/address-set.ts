// IP addresses and networks as sorted ranges, asked by binary search. The two families are two
// tables, so that ::/0 never means an IPv4 address; an IPv4 address written as IPv6
// (::ffff:192.0.2.1) is the IPv4 address. IPv4 has one notation here, four decimal numbers: shorthand
// (127.1, 0x7f.1, leading zeros) is no address. ipaddr.js reads IPv6; zone ids are refused before.
import ipaddr from 'ipaddr.js';

/** A set of IP addresses. Made by `addressSet`, asked by `addressIn`. */
export interface AddressSet {
  readonly v4: Ranges;
  readonly v6: Ranges;
}

/** Ranges that do not overlap, in order: `words` numbers of 32 bits to an address. */
export interface Ranges {
  readonly words: 1 | 4;
  readonly first: Uint32Array;
  readonly last: Uint32Array;
}

/** One network: its first and its last address. */
export interface AddressRange {
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/**
 * Whether the address is in the set. Text that is no IP address is in no set. Asked for each message: the usual notation
 * of IPv4 is read without a list or a library.
 */
export function addressIn(set: AddressSet, ip: string): boolean {
  const word = dottedWord(ip);
  return word < 0 ? hasAddress(set, ip) : isWordWithin(set.v4, word);
}

function hasAddress(set: AddressSet, ip: string): boolean {
  const address = readAddress(ip);
  if (address === undefined) return false;
  const ranges = address.length === 1 ? set.v4 : set.v6;
  return isWithin(ranges, address);
}

/** The set of some networks, in any order, overlapping or not. */
export function addressSet(networks: readonly AddressRange[]): AddressSet {
  const ofWords = (words: 1 | 4): Ranges =>
    rangesOf(
      words,
      networks.filter(({ first }) => first.length === words),
    );
  return { v4: ofWords(1), v6: ofWords(4) };
}

/** An address or a network as a range, or why it is none. */
export function readNetwork(text: string): AddressRange | 'malformed' | 'host-bits' {
  const [ip = '', bits, ...rest] = text.split('/', 3);
  const address = readAddress(ip);
  if (address === undefined || rest.length > 0) return 'malformed';
  const length = prefixLength(ip, address, bits);
  if (length === undefined) return 'malformed';
  const last = address.map((word, at) => (word | ~mask(length - 32 * at)) >>> 0);
  const first = address.map((word, at) => (word & mask(length - 32 * at)) >>> 0);
  return compare(first, 0, address) === 0 ? { first, last } : 'host-bits';
}

/** One word for IPv4, four for IPv6. */
function readAddress(text: string): readonly number[] | undefined {
  const word = dottedWord(text);
  if (word >= 0) return [word];
  if (text.length > MAX_TEXT || !IPV6.test(text) || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return wordsOf(address.isIPv4MappedAddress() ? address.toIPv4Address() : address);
}

/** The 32 bits of four decimal numbers without leading zeros; -1 for any other text. */
function dottedWord(text: string): number {
  if (text.length > LONGEST_DOTTED) return -1;
  let word = 0;
  let part = -1;
  let parts = 1;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - DIGIT_0;
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    } else {
      if (digit !== DOT || part < 0) return -1;
      word = word * 256 + part;
      part = -1;
      parts += 1;
    }
  }
  return part < 0 || parts !== 4 ? -1 : word * 256 + part;
}

function wordsOf(address: ipaddr.IPv4 | ipaddr.IPv6): readonly number[] {
  const bytes = address.toByteArray();
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(at, at + 4);
    words.push(((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
  }
  return words;
}

/** Bits that are fixed. A mapped network counts its prefix from the front of the IPv6 form. */
function prefixLength(
  ip: string,
  address: readonly number[],
  bits: string | undefined,
): number | undefined {
  const all = 32 * address.length;
  if (bits === undefined) return all;
  if (!PREFIX.test(bits)) return undefined;
  const mapped = address.length === 1 && ip.includes(':');
  const length = Number(bits) - (mapped ? 96 : 0);
  return length >= 0 && length <= all ? length : undefined;
}

/** A word whose first `bits` bits are set; none below zero, all above 32. */
function mask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffffffff : ~(0xffffffff >>> bits);
}

function rangesOf(words: 1 | 4, networks: readonly AddressRange[]): Ranges {
  const merged: AddressRange[] = [];
  for (const range of networks.toSorted((a, b) => compare(a.first, 0, b.first))) {
    const before = merged.at(-1);
    if (before === undefined || compare(before.last, 0, range.first) < 0) merged.push(range);
    else if (compare(before.last, 0, range.last) < 0) {
      merged[merged.length - 1] = { first: before.first, last: range.last };
    }
  }
  const first = Uint32Array.from(merged.flatMap((range) => range.first));
  const last = Uint32Array.from(merged.flatMap((range) => range.last));
  return { words, first, last };
}

function isWithin({ words, first, last }: Ranges, address: readonly number[]): boolean {
  let low = 0;
  let high = first.length / words;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(last, middle * words, address) < 0) low = middle + 1;
    else high = middle;
  }
  return low < first.length / words && compare(first, low * words, address) <= 0;
}

/** The same for one word, which needs no list. */
function isWordWithin({ first, last }: Ranges, word: number): boolean {
  let low = 0;
  let high = first.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((last[middle] as number) < word) low = middle + 1;
    else high = middle;
  }
  return low < first.length && (first[low] as number) <= word;
}

/** Orders the words of `list` at `at` against an address. */
function compare(list: ArrayLike<number>, at: number, address: readonly number[]): number {
  for (let word = 0; word < address.length; word += 1) {
    const difference = (list[at + word] ?? 0) - (address[word] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const DIGIT_0 = 0x30;
/** Of a dot, counted from the digit zero. */
const DOT = 0x2e - DIGIT_0;
const LONGEST_DOTTED = 15;
const IPV6 = /^[0-9A-Fa-f:.]+$/;
const PREFIX = /^(?:0|[1-9]\d{0,2})$/;
/** Longest text of an IPv6 address, its last 32 bits written as IPv4. */
const MAX_TEXT = 45;
