// What goes wrong, each fault a row. One that lasts is over after a while; at the end of the script all are.
import type { Random } from '@interwork/core/testing';
import type { GatewayPlace } from './gateway-place.ts';
import { SIP_AT, XMPP_AT } from './places.ts';
import type { Town } from './town.ts';
import { fair, type Weather } from './weather.ts';

/** What a fault is about. */
export interface FaultScene {
  readonly town: Town;
  readonly gateway: GatewayPlace;
  readonly chance: Random;
}

/** A fault and how often it is chosen. */
export interface Fault {
  readonly weight: number;
  readonly act: (scene: FaultScene) => void;
}

/** Everything that goes wrong. */
export const FAULTS = {
  'datagrams are lost': foul(3, (chance) => ({ lost: 0.1 + chance.next() * 0.5 })),
  'datagrams are doubled and late': foul(3, (chance) => ({
    doubled: chance.next() * 0.5,
    late: chance.next() * 0.6,
  })),
  'the store fails': foul(3, (chance) => ({ storeFails: 0.05 + chance.next() * 0.6 })),
  'the store is slow': foul(2, (chance) => ({ storeDelay: 50 + chance.below(3_000) })),
  'a gateway crashes': {
    weight: 5,
    act: ({ town, gateway, chance }) => {
      const ahead = chance.chance(0.5) ? 0 : chance.below(60_000) - 30_000;
      const rest = chance.chance(0.5) ? 10 : chance.below(120_000);
      later(town, chance.chance(0.5) ? chance.below(60) : chance.below(5_000), () => {
        if (!gateway.isRunning) return;
        town.tell(`-- the gateway at ${gateway.address} crashes`);
        gateway.crash();
        town.chronicle.forgot();
        town.chronicle.wrong(rest);
        later(town, rest, () => {
          town.tell(`-- the gateway at ${gateway.address} starts, ${ahead} ms ahead`);
          gateway.start(ahead);
        });
      });
    },
  },
  'a gateway is suspended': {
    weight: 1,
    act: ({ town, gateway, chance }) => {
      town.chronicle.wrong(0);
      town.chronicle.forgot();
      gateway.leap(1_000 + chance.below(600_000));
    },
  },
  'gateway and sip are parted': parted(2, SIP_AT),
  'gateway and xmpp are parted': parted(2, XMPP_AT),
  'connections break': {
    weight: 2,
    act: ({ town, gateway, chance }) => {
      town.chronicle.wrong(0);
      town.chronicle.broke(0);
      town.world.network.cut(chance.pick([gateway.address, SIP_AT, XMPP_AT]));
    },
  },
  'the sip domain restarts': {
    weight: 2,
    act: ({ town, chance }) => {
      town.world.network.cut(SIP_AT);
      town.chronicle.wrong(0);
      town.chronicle.forgot();
      town.sip.restart();
      for (const user of town.sipUsers) {
        town.chronicle.crashed(user);
        later(town, chance.below(30_000), () => {
          if (!town.chronicle.away.has(user)) user.login();
          town.step();
        });
      }
    },
  },
  'the xmpp domain restarts': {
    weight: 2,
    act: ({ town }) => {
      town.chronicle.wrong(0);
      town.chronicle.forgot();
      town.world.network.cut(XMPP_AT);
      town.xmpp.restart();
      town.chronicle.said.clear();
    },
  },
} as const satisfies Readonly<Record<string, Fault>>;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

function foul(weight: number, worse: (chance: Random) => Partial<Weather>): Fault {
  return {
    weight,
    act: ({ town, chance }) => {
      const change = worse(chance);
      Object.assign(town.weather, change);
      const duration = 1_000 + chance.below(180_000);
      town.chronicle.wrong(duration);
      later(town, duration, () => {
        const names = Object.keys(change) as (keyof Weather)[];
        for (const name of names) town.weather[name] = fair()[name];
      });
    },
  };
}

function parted(weight: number, other: string): Fault {
  return {
    weight,
    act: ({ town, gateway, chance }) => {
      const ways = [
        [gateway.address, other],
        [other, gateway.address],
      ] as const;
      const chosen = chance.chance(0.5) ? ways : [chance.pick(ways)];
      for (const [from, to] of chosen) {
        const duration = 500 + chance.below(150_000);
        town.chronicle.wrong(duration);
        town.chronicle.broke(duration);
        town.partings.part(from, to);
        later(town, duration, () => town.partings.heal(from, to));
      }
    },
  };
}

function later(town: Town, delay: number, run: () => void): void {
  town.world.clock.after(delay, run);
}
