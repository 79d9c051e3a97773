// A federation in one process: companies that speak SIP, companies that speak XMPP, and the gateway between them, on
// virtual time, sockets, names and certificates. Nothing happens while a test only looks; time passes where it waits.
// What it is made of is parts.ts.
import type { Authority } from '@interwork/certs/testing';
import type { PolicyDocument } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import type { Trace } from '../../gateway/trace.ts';
import type { Ladder } from '../../ladder/ladder.ts';
import { MisuseError } from '../../misuse.ts';
import type { World } from '../world.ts';
import type { Company } from './company.ts';
import {
  type Fault,
  type FaultArguments,
  type FaultName,
  FAULTS,
  type FaultShapes,
} from './faults.ts';
import type { Message } from './message.ts';
import type { Names } from './names.ts';
import type { FederationCrypto, FederationOptions } from './options.ts';
import { type Parts, partsOf } from './parts.ts';
import { type StormOptions, stormOf } from './storm.ts';
import { misbehave, type Reaction } from './mischief.ts';
import { addressOf, type Someone, type User } from './user.ts';
import type { Sending } from './wire.ts';

/** A federation that runs. */
export class Federation {
  /** Where chance begins. */
  readonly seed: number;
  /** Virtual time and network, for what this page has no words for. */
  readonly world: World;
  /** Issues the certificates; whatever it issues is believed. */
  readonly authority: Authority;
  /** The virtual DNS, for both protocols. */
  readonly dns: Names;
  /** Everything the gateway has told, oldest first. */
  readonly traces: readonly Trace[];
  readonly #parts: Parts;
  readonly #faults = new Set<Fault>();
  readonly #crypto: FederationCrypto;
  readonly #isPatient: boolean;

  constructor(options: FederationOptions, crypto: FederationCrypto) {
    const { seed = 1, host } = options;
    const parts = partsOf({ ...options, seed }, crypto, (find) => this.until(find));
    this.#parts = parts;
    this.#crypto = crypto;
    this.#isPatient = host !== undefined;
    this.seed = seed;
    this.world = parts.world;
    this.authority = parts.authority;
    this.dns = parts.names;
    this.traces = parts.traces;
  }

  /** Virtual time (epoch milliseconds). */
  get now(): number {
    return this.world.clock.now;
  }

  /** Every message that users have sent, oldest first. */
  get messages(): readonly Message[] {
    return this.#parts.post.messages;
  }

  /** Everything that was sent between companies and gateway, oldest first. */
  get sent(): readonly Sending[] {
    return this.#parts.tape.sent;
  }

  /** What has passed the gateway, to be drawn by `@interwork/core/ladder`. */
  get ladder(): Ladder {
    return this.#parts.recording.ladder();
  }

  /** A user by address, made when first named; or by name alone, where one company has a user of that name. */
  user(who: string): User {
    const at = who.lastIndexOf('@');
    if (at >= 0) return this.company(who.slice(at + 1)).user(who.slice(0, at));
    const found = [...this.#parts.companies.values()].filter((company) => company.has(who));
    const [only, ...more] = found;
    if (only === undefined || more.length > 0)
      throw new MisuseError('no-user', `${found.length} companies have a user ${who}; say whose`);
    return only.user(who);
  }

  /** A company by its domain. */
  company(domain: string): Company {
    const company = this.#parts.companies.get(domain);
    if (company === undefined) throw new MisuseError('no-company', `there is no company ${domain}`);
    return company;
  }

  /** Lets so many milliseconds pass. */
  async passes(duration: number): Promise<void> {
    const end = this.now + duration;
    await this.#crypto.breathe();
    if (this.#isPatient) while (this.world.clock.turn(end - this.now)) await this.#crypto.breathe();
    this.world.clock.advance(end - this.now);
    this.#look();
  }

  /** Lets time pass until `find` gives something; `undefined` when it has not within so many milliseconds. */
  async until<T>(find: () => T | undefined, limit: number = PATIENCE): Promise<T | undefined> {
    const end = this.now + limit;
    await this.#crypto.breathe();
    for (;;) {
      this.#look();
      const found = find();
      if (found !== undefined || !this.world.clock.turn(end - this.now)) return found;
      if (this.#isPatient) await this.#crypto.breathe();
    }
  }

  /** Something goes wrong until the answer's `end` is called. */
  fault<Name extends FaultName>(name: Name, ...shaped: FaultArguments<Name>): Fault {
    const [shape = {}] = shaped;
    return this.#happens(name, shape as FaultShapes[Name]);
  }

  /**
   * Many things go wrong for so many milliseconds from now, by chance, and the same by the same seed; then all is well
   * again. Time does not pass by this: go on with `passes`, or with what users do.
   */
  storm(duration: number, options: StormOptions = {}): void {
    const { clock } = this.world;
    const domains = [...this.#parts.companies.keys()];
    const gusts = stormOf(duration, domains, { seed: this.seed, ...options });
    for (const { at, until, name, shape } of gusts) {
      let fault: Fault | undefined;
      clock.after(at, () => {
        fault = this.#happens(name, shape);
      });
      clock.after(until, () => fault?.end());
    }
  }

  /** Ends every fault that goes on. */
  calm(): void {
    for (const fault of this.#faults) fault.end();
  }

  /**
   * A hostile peer with the address and the certificate of `from`'s company misbehaves towards `to`, by the name of a
   * misdeed of `SIP_MISDEEDS` or `XMPP_MISDEEDS`, on a connection of its own. A minute passes; then the answer says
   * what came of it.
   */
  async misbehaves(from: Someone, to: Someone, misdeed: string): Promise<Reaction> {
    const { world, gateway } = this.#parts;
    const [sender, recipient] = [addressOf(from), addressOf(to)];
    const company = this.company(sender.slice(sender.indexOf('@') + 1));
    const people = { from: sender, to: recipient };
    const reaction = misbehave({ world, company, gateway: gateway.address, ...people }, misdeed);
    await this.passes(60_000);
    return reaction;
  }

  /** Puts another policy in force. */
  replacePolicy(policy: Partial<PolicyDocument>): void {
    this.#parts.gateway.replacePolicy(policyOf(policy));
  }

  /** Ends the gateway as a host ends it: what is open ends within a bound, and what is left is told. */
  async close(): Promise<void> {
    const state = { isClosed: false };
    const closing = this.#parts.gateway.close().then(() => {
      state.isClosed = true;
    });
    while (!state.isClosed && this.world.clock.turn(PATIENCE)) await this.#crypto.breathe();
    await closing;
  }

  #happens<Name extends FaultName>(name: Name, shape: FaultShapes[Name]): Fault {
    const end = FAULTS[name](shape, this.#parts);
    const fault: Fault = {
      name,
      end: () => {
        if (this.#faults.delete(fault)) end();
      },
    };
    this.#faults.add(fault);
    return fault;
  }

  #look(): void {
    for (const company of this.#parts.companies.values()) company.look();
  }
}

/** Virtual milliseconds that anything is waited for: longer than a transaction and a link may take together. */
const PATIENCE = 120_000;
