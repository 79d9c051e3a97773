// What can go wrong in a federation, each fault a row: what it does, and what ends it. By seed, many of them: storm.ts.
import type { Authority } from '@interwork/certs/testing';
import type { Random } from '../random.ts';
import type { World, WorldOptions } from '../world.ts';
import type { Company } from './company.ts';
import type { GatewaySite } from './gateway-site.ts';
import type { Names } from './names.ts';

/** How each fault may be shaped. Shares are of one; times in milliseconds; `of` is a domain. */
export interface FaultShapes {
  /** Datagrams are lost. Connections make up for that by themselves. `share`: default 0.3. */
  readonly loss: { readonly share?: number };
  /** Everything takes so long to get there. `ms`: default 500. */
  readonly delay: { readonly ms?: number };
  /** Datagrams arrive twice. `share`: default 0.3. */
  readonly duplication: { readonly share?: number };
  /** Datagrams are late and overtake each other. `share`: default 0.3; `ms`, at most: default 1,000. */
  readonly reordering: { readonly share?: number; readonly ms?: number };
  /** What connections carry arrives in pieces. `octets` at once, at most: default 1. */
  readonly 'split-reads': { readonly octets?: number };
  /** The connections of a company break, at once. */
  readonly reset: { readonly of: string };
  /** The connections of a company carry nothing any more, and nobody is told. */
  readonly stall: { readonly of: string };
  /** Nothing gets from the gateway to a company, or back, or both ways, which is the default. */
  readonly partition: { readonly of: string; readonly way?: 'to' | 'from' | 'both' };
  /** Nobody can say where a domain is. */
  readonly 'dns-fails': { readonly of: string };
  /** DNS says that a domain is where another company is, or nowhere. */
  readonly 'dns-lies': { readonly of: string; readonly to?: string };
  /** The certificate of a company expires, and its connections have to be made anew. */
  readonly 'expired-certificate': { readonly of: string };
  /** The server of a company begins anew and has forgotten every connection and dialog. */
  readonly restart: { readonly of: string };
  /**
   * The gateway ends without a word; when the fault ends, another begins with what the store has. `ahead`: milliseconds
   * by which that one's clock is fast, negative when it is slow. Default 0.
   */
  readonly 'gateway-crash': { readonly ahead?: number };
}

/** The name of a fault. */
export type FaultName = keyof FaultShapes;

/** What a fault is told: nothing, where nothing has to be said. */
export type FaultArguments<Name extends FaultName> =
  Partial<FaultShapes[Name]> extends FaultShapes[Name]
    ? readonly [shape?: FaultShapes[Name]]
    : readonly [shape: FaultShapes[Name]];

/** A fault that goes on until it is ended. */
export interface Fault {
  readonly name: FaultName;
  /** All is well again, as far as this fault goes. Once is enough. */
  end(): void;
}

/** What faults do something to. */
export interface Ground {
  readonly world: World;
  readonly sky: Sky;
  readonly names: Names;
  readonly authority: Authority;
  readonly gateway: GatewaySite;
  /** A company by its domain. */
  readonly company: (domain: string) => Company;
}

/** How bad the network is, by what is wrong with it. */
export interface Weather {
  readonly latency: number;
  readonly split: number;
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  readonly latest: number;
}

/** The weather of a federation: fair, but for what is wrong at this moment; of two alike the later counts. */
export class Sky {
  readonly #wrong = new Set<Partial<Weather>>();
  #now: Weather = FAIR;

  get now(): Weather {
    return this.#now;
  }

  /** Something is wrong until the answer is called. */
  worsen(change: Partial<Weather>): () => void {
    this.#wrong.add(change);
    this.#look();
    return () => {
      this.#wrong.delete(change);
      this.#look();
    };
  }

  #look(): void {
    this.#now = Object.assign({}, FAIR, ...this.#wrong) as Weather;
  }
}

const FAIR: Weather = { latency: 1, split: Infinity, lost: 0, doubled: 0, late: 0, latest: 0 };

/** A world under that sky, where chance decides which datagrams suffer. */
export function worldUnder(
  sky: Sky,
  { chance, start, tap }: Pick<WorldOptions, 'start' | 'tap'> & { readonly chance: Random },
): WorldOptions {
  return {
    ...(start === undefined ? {} : { start }),
    ...(tap === undefined ? {} : { tap }),
    get latency() {
      return sky.now.latency;
    },
    get split() {
      return sky.now.split;
    },
    scatter: () => copiesIn(sky.now, chance),
  };
}

function copiesIn({ lost, doubled, late, latest }: Weather, chance: Random): readonly number[] {
  if (lost + doubled + late === 0) return IN_TIME;
  if (chance.chance(lost)) return [];
  const copies = chance.chance(doubled) ? [0, 1 + chance.below(1_000)] : IN_TIME;
  return copies.map((delay) => delay + (chance.chance(late) ? chance.below(latest) : 0));
}

/** Each fault: it happens, and the answer ends it. */
export const FAULTS: { readonly [Name in FaultName]: Happens<Name> } = {
  loss: ({ share = 0.3 }, { sky }) => sky.worsen({ lost: share }),
  delay: ({ ms = 500 }, { sky }) => sky.worsen({ latency: ms }),
  duplication: ({ share = 0.3 }, { sky }) => sky.worsen({ doubled: share }),
  reordering: ({ share = 0.3, ms = 1_000 }, { sky }) => sky.worsen({ late: share, latest: ms }),
  'split-reads': ({ octets = 1 }, { sky }) => sky.worsen({ split: octets }),
  reset: ({ of }, { world: { network }, company }) => once(() => network.cut(company(of).address)),
  stall: ({ of }, { world: { network }, company }) => {
    network.stall(company(of).address);
    return () => network.cut(company(of).address);
  },
  partition: ({ of, way = 'both' }, { world: { network }, company, gateway }) => {
    const [near, far] = [gateway.address, company(of).address];
    const ways = [
      [near, far],
      [far, near],
    ] as const;
    const parted = ways.filter((_, at) => way === 'both' || (way === 'to') === (at === 0));
    for (const [from, to] of parted) network.part(from, to);
    return () => {
      for (const [from, to] of parted) network.heal(from, to);
    };
  },
  'dns-fails': ({ of }, { names }) => {
    names.says(of, 'fails');
    return () => names.says(of, 'truth');
  },
  'dns-lies': ({ of, to }, { names, company }) => {
    names.says(of, to === undefined ? 'nothing' : { address: company(to).address });
    return () => names.says(of, 'truth');
  },
  'expired-certificate': ({ of }, { world: { network, clock }, company, authority }) => {
    const one = company(of);
    const notAfter = clock.now - 1_000;
    one.certificate = authority.issue({ ...namesFor(one), notBefore: notAfter - 1, notAfter });
    network.cut(one.address);
    return () => {
      one.certificate = one.honest;
      network.cut(one.address);
    };
  },
  restart: ({ of }, { company }) => once(() => company(of).restart()),
  'gateway-crash': ({ ahead }, { gateway }) => {
    gateway.crash();
    return () => gateway.start(ahead);
  },
};

type Happens<Name extends FaultName> = (shape: FaultShapes[Name], ground: Ground) => () => void;

/** What an honest certificate of a company says. */
export function namesFor({ domain, speaks }: Pick<Company, 'domain' | 'speaks'>): {
  readonly dns: readonly string[];
  readonly uri?: readonly string[];
} {
  return speaks === 'sip' ? { dns: [domain], uri: [`sip:${domain}`] } : { dns: [domain] };
}

function once(act: () => void): () => void {
  act();
  return NOTHING;
}

const NOTHING = (): void => {};
const IN_TIME: readonly number[] = [0];
