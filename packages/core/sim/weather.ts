// What goes wrong on the way: of datagrams, between addresses, and with the store. It is fair until a fault makes it
// foul, and fair again when that is over. Chance is its own, so that the same script meets the same weather.
import type { StoreFate, VirtualClock, VirtualNetwork } from '@interwork/core/testing';
import type { Random } from '@interwork/core/testing';

/** How bad it is. */
export interface Weather {
  /** Of datagrams: how many are lost, doubled, and late, of one. */
  lost: number;
  doubled: number;
  late: number;
  /** Of the store: how many requests go wrong, and how long one takes at most. */
  storeFails: number;
  storeDelay: number;
}

/** Fair weather. */
export const fair = (): Weather => ({
  lost: 0,
  doubled: 0,
  late: 0,
  storeFails: 0,
  storeDelay: 2,
});

/** The delays of the copies of one datagram. */
export function scattered(weather: Weather, random: Random): readonly number[] {
  if (random.chance(weather.lost)) return [];
  const copies = random.chance(weather.doubled) ? [0, random.below(3_000)] : [0];
  return copies.map((delay) => delay + (random.chance(weather.late) ? random.below(2_000) : 0));
}

/** What becomes of one request to the store. */
export function fateOf(weather: Weather, random: Random): StoreFate {
  return random.chance(weather.storeFails) ? random.pick(FOUL) : 'answered';
}

/** Addresses that nothing passes between for a while. */
export class Partings {
  readonly #network: VirtualNetwork;
  readonly #clock: VirtualClock;
  readonly #parted = new Set<string>();
  /** When what an address had sent last got through. */
  readonly #healed = new Map<string, number>();

  constructor(network: VirtualNetwork, clock: VirtualClock) {
    this.#network = network;
    this.#clock = clock;
  }

  /** Whether something from that address waits, or did until `within` milliseconds ago. */
  holdsBack(from: string, within: number): boolean {
    const healed = this.#healed.get(from) ?? -Infinity;
    const waits = [...this.#parted].some((way) => way.startsWith(`${from} `));
    return waits || this.#clock.now <= healed + within;
  }

  part(from: string, to: string): void {
    this.#parted.add(`${from} ${to}`);
    this.#network.part(from, to);
  }

  heal(from: string, to: string): void {
    if (!this.#parted.delete(`${from} ${to}`)) return;
    this.#healed.set(from, this.#clock.now);
    this.#network.heal(from, to);
  }

  healAll(): void {
    for (const way of this.#parted) {
      const [from = '', to = ''] = way.split(' ');
      this.heal(from, to);
    }
  }
}

const FOUL: readonly StoreFate[] = ['failed', 'answer-lost', 'unanswered', 'vanished'];
