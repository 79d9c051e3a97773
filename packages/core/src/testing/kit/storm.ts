// Many faults by one seed: which, when, how bad and for how long is drawn beforehand, so that the same seed brings the
// same storm whatever happens in it.
import { Random } from '../random.ts';
import type { FaultName, FaultShapes } from './faults.ts';

/** One fault of a storm. Times in milliseconds from its beginning. */
export interface Gust {
  readonly at: number;
  readonly until: number;
  readonly name: FaultName;
  readonly shape: FaultShapes[FaultName];
}

/** What a storm is made of. */
export interface StormOptions {
  /** Default: that of the federation. The same seed brings the same storm. */
  readonly seed?: number;
  /** What happens in it. Default: every fault there is. */
  readonly faults?: readonly FaultName[];
}

/** A storm: so many milliseconds long, over companies with these domains. All ends with it. */
export function stormOf(
  length: number,
  domains: readonly string[],
  { seed = 1, faults = ALL }: StormOptions = {},
): readonly Gust[] {
  const chance = new Random(seed);
  const weights = Object.fromEntries(faults.map((name) => [name, WEIGHTS[name]]));
  const gusts: Gust[] = [];
  for (let at = chance.below(CALM); at < length; at += 1 + chance.below(CALM)) {
    const name = chance.weighted(weights) as FaultName;
    const shape = SHAPES[name](chance, chance.pick(domains));
    gusts.push({ at, until: Math.min(length, at + 1 + chance.below(LONGEST)), name, shape });
  }
  return gusts;
}

/** How often each comes. */
const WEIGHTS: Readonly<Record<FaultName, number>> = {
  loss: 3,
  delay: 2,
  duplication: 2,
  reordering: 2,
  'split-reads': 2,
  reset: 2,
  stall: 1,
  partition: 2,
  'dns-fails': 1,
  'dns-lies': 1,
  'expired-certificate': 1,
  restart: 1,
  'gateway-crash': 1,
};

const ALL = Object.keys(WEIGHTS) as FaultName[];

type Shapes = { readonly [Name in FaultName]: (chance: Random, of: string) => FaultShapes[Name] };

const SHAPES: Shapes = {
  loss: (chance) => ({ share: chance.next() * 0.6 }),
  delay: (chance) => ({ ms: 2 + chance.below(2_000) }),
  duplication: (chance) => ({ share: chance.next() * 0.6 }),
  reordering: (chance) => ({ share: chance.next() * 0.6, ms: 1 + chance.below(3_000) }),
  'split-reads': (chance) => ({ octets: 1 + chance.below(64) }),
  reset: (_chance, of) => ({ of }),
  stall: (_chance, of) => ({ of }),
  partition: (chance, of) => ({ of, way: chance.pick(['to', 'from', 'both'] as const) }),
  'dns-fails': (_chance, of) => ({ of }),
  'dns-lies': (_chance, of) => ({ of }),
  'expired-certificate': (_chance, of) => ({ of }),
  restart: (_chance, of) => ({ of }),
  'gateway-crash': (chance) => ({ ahead: chance.below(10_000) - 5_000 }),
};

/** Milliseconds between two faults, and that one lasts, at most. */
const CALM = 10_000;
const LONGEST = 15_000;
