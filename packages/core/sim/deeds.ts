// What people do, each deed a row: by chance one person of each side is chosen, and a number for what else there is to
// choose. A deed that makes no sense at the moment does nothing, so that steps can be left out of a script.
import type { SipUser } from '@interwork/sip/testing';
import type { XmppUser } from '@interwork/xmpp/testing';
import type { Random } from '@interwork/core/testing';
import type { Town } from './town.ts';
import { strangerActs } from './stranger.ts';
import { documentOf } from './views.ts';

/** Who and what a deed is about. */
export interface Scene {
  readonly town: Town;
  readonly sip: SipUser;
  readonly xmpp: XmppUser;
  readonly chance: Random;
}

/** A deed and how often it is chosen. */
export interface Deed {
  readonly weight: number;
  readonly act: (scene: Scene) => void;
}

const RESOURCES = ['desk', 'phone'];

/** Everything that people do. */
export const DEEDS = {
  'sip watches': {
    weight: 6,
    act: ({ town, sip, xmpp }) => {
      town.chronicle.away.delete(sip);
      sip.watch(xmpp.address);
    },
  },
  'sip unwatches': { weight: 2, act: ({ sip, xmpp }) => sip.unwatch(xmpp.address) },
  'sip polls': { weight: 2, act: ({ sip, xmpp }) => sip.poll(xmpp.address) },
  'sip refreshes': { weight: 1, act: ({ sip, xmpp }) => sip.refresh(xmpp.address) },
  'sip allows': { weight: 6, act: ({ sip, xmpp }) => sip.allow(xmpp.address) },
  'sip denies': { weight: 2, act: ({ sip, xmpp }) => sip.deny(xmpp.address) },
  'sip undecides': { weight: 1, act: ({ sip, xmpp }) => sip.undecide(xmpp.address) },
  'sip shows': { weight: 6, act: show },
  'sip keeps changing': {
    weight: 3,
    act: (scene) => {
      for (let times = 0; times < 4; times++) {
        show(scene);
        scene.town.learn();
        scene.town.step();
      }
    },
  },
  'sip ends dialogs': {
    weight: 1,
    act: ({ sip, chance }) =>
      sip.terminate(chance.pick(['deactivated', 'probation', 'timeout', 'giveup']), {
        retryAfter: 5 + chance.below(60),
      }),
  },
  'sip logs out': {
    weight: 1,
    act: ({ town, sip }) => {
      town.chronicle.away.add(sip);
      sip.logout();
    },
  },
  'sip logs in': {
    weight: 3,
    act: ({ town, sip }) => {
      town.chronicle.away.delete(sip);
      sip.login();
    },
  },
  'sip device crashes': {
    weight: 1,
    act: ({ town, sip }) => {
      sip.crash();
      town.chronicle.crashed(sip);
      town.chronicle.away.delete(sip);
      sip.login();
    },
  },
  'sip sends': { weight: 8, act: ({ town, sip, xmpp }) => town.mail.sipSends(sip, xmpp) },
  'xmpp sends': { weight: 8, act: ({ town, sip, xmpp }) => town.mail.xmppSends(xmpp, sip) },
  'both keep sending': {
    weight: 2,
    act: ({ town, sip, xmpp }) => {
      for (let times = 0; times < 3; times++) {
        town.mail.xmppSends(xmpp, sip);
        town.mail.sipSends(sip, xmpp);
      }
    },
  },
  'a stranger misbehaves': {
    weight: 2,
    act: ({ town, sip, xmpp, chance }) => strangerActs(town, sip.address, xmpp.address, chance),
  },
  'xmpp logs in': {
    weight: 5,
    act: ({ town, xmpp, chance }) => {
      const resource = chance.pick(RESOURCES);
      const number = town.chronicle.nextNumber();
      if (xmpp.clients.every(({ address }) => !address.endsWith(`/${resource}`)))
        town.chronicle.says(xmpp, xmpp.login(resource, { status: `n${number}` }), number);
    },
  },
  'xmpp logs out': {
    weight: 2,
    act: ({ town, xmpp, chance }) => {
      const client = chance.pick(xmpp.clients);
      if (client === undefined) return;
      town.chronicle.saysNothing(xmpp, client);
      client.logout();
    },
  },
  'xmpp shows': {
    weight: 6,
    act: ({ town, xmpp, chance }) => {
      const client = chance.pick(xmpp.clients);
      if (client === undefined) return;
      const number = town.chronicle.nextNumber();
      const show = chance.pick(['away', 'dnd', 'chat', 'xa'] as const);
      client.setPresence({ status: `n${number}`, ...(chance.chance(0.5) ? { show } : {}) });
      town.chronicle.says(xmpp, client, number);
    },
  },
  'xmpp subscribes': {
    weight: 6,
    act: ({ town, sip, xmpp }) => {
      town.chronicle.starts(xmpp, sip);
      xmpp.subscribe(sip.address);
    },
  },
  'xmpp unsubscribes': {
    weight: 2,
    act: ({ town, sip, xmpp }) => {
      town.chronicle.stops(xmpp, sip);
      xmpp.unsubscribe(sip.address);
    },
  },
  'xmpp approves': { weight: 6, act: ({ sip, xmpp }) => xmpp.approve(sip.address) },
  'xmpp denies': { weight: 2, act: ({ sip, xmpp }) => xmpp.deny(sip.address) },
  'xmpp removes': {
    weight: 1,
    act: ({ town, sip, xmpp }) => {
      town.chronicle.stops(xmpp, sip);
      xmpp.remove(sip.address);
    },
  },
} as const satisfies Readonly<Record<string, Deed>>;

function show({ town, sip, chance }: Scene): void {
  const shown = RESOURCES.filter(() => chance.chance(0.6));
  const numbers = shown.map((name) => [name, town.chronicle.nextNumber()] as const);
  sip.setDocument(documentOf(sip, Object.fromEntries(numbers)));
}

/** The name of a deed. */
export type DeedName = keyof typeof DEEDS;
