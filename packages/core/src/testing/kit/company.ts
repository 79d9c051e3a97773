// One company of a federation: a domain with users on an endpoint of its own in the virtual world. What is different
// between the two kinds is a `Nature`, made in sip-company.ts and xmpp-company.ts.
import type { Issued } from '@interwork/certs/testing';
import type { Judge, Transport } from '@interwork/sip';
import type { SipDomain } from '@interwork/sip/testing';
import type { XmppScript } from '@interwork/xmpp/testing';
import type { World } from '../world.ts';
import type { Around } from './around.ts';
import type { FederationCrypto } from './options.ts';
import type { User } from './user.ts';

/** What a company stands on. */
export interface Site {
  readonly world: World;
  readonly crypto: FederationCrypto;
  readonly around: Around;
  readonly judges: Readonly<Record<'sip' | 'xmpp', Judge>>;
  readonly domain: string;
  readonly address: string;
  readonly certificate: Issued;
  readonly transport: Transport;
}

/** What is different between companies that speak one protocol and the other. */
export interface Nature {
  readonly speaks: 'sip' | 'xmpp';
  readonly model: SipDomain | XmppScript;
  readonly person: (name: string) => Person;
  /** Puts it on the network; the answer lets out what its users have done. */
  readonly open: (chain: () => readonly Uint8Array[]) => () => void;
}

/** A user as a company has one. */
export interface Person {
  readonly user: User;
  /** Tells the post of what has come to this user. */
  readonly look: () => void;
  /** Comes back after the server has begun anew. */
  readonly back: () => void;
}

/** A company with its users. */
export class Company {
  readonly domain: string;
  readonly speaks: 'sip' | 'xmpp';
  /** Where its server stands in the virtual network. */
  readonly address: string;
  /** The domain behind, for what users have no words for. */
  readonly model: SipDomain | XmppScript;
  /** What it has to show in TLS. */
  readonly honest: Issued;
  /** What it shows from now on; connections that stand are left alone. */
  certificate: Issued;
  readonly #world: World;
  readonly #nature: Nature;
  readonly #people = new Map<string, Person>();
  readonly #leave: () => void;

  constructor(site: Site, nature: Nature) {
    this.domain = site.domain;
    this.address = site.address;
    this.honest = site.certificate;
    this.certificate = site.certificate;
    this.speaks = nature.speaks;
    this.model = nature.model;
    this.#world = site.world;
    this.#nature = nature;
    this.#leave = nature.open(() => this.certificate.chain);
  }

  /** A user, made when first named. */
  user(name: string): User {
    const known = this.#people.get(name);
    if (known !== undefined) return known.user;
    const person = this.#nature.person(name);
    this.#people.set(name, person);
    return person.user;
  }

  /** Whether it has a user of that name. */
  has(name: string): boolean {
    return this.#people.has(name);
  }

  /** Lets out what its users have done. */
  step(): void {
    this.#leave();
  }

  /** Tells the post of what has come to its users. */
  look(): void {
    for (const { look } of this.#people.values()) look();
  }

  /** Its server begins anew: connections and dialogs are gone and nobody is told; its users come back at once. */
  restart(): void {
    this.#world.network.cut(this.address);
    this.model.restart();
    for (const { back } of this.#people.values()) back();
    this.step();
  }
}
