// What policy has to know before it can say yes: its questions leave as `ask` outputs, and whatever needed an answer
// is done again once it is there, or once nobody has answered in time. One question is asked once, however many wait for
// it, and its answer is kept for a while (facts.ts). Things that wait for the same are done again in the order in which
// they came. For the gateway and for the SIP edge alike; what is asked is policy's part, who answers the host's.
//
//   verdict.unknown -> wait(now, unknown, again) -> `ask` outputs ... answered() or tick() -> again(now)
//
// `again` decides anew, with what is known then. It ends: a question that was asked is settled for a while.
import type { DrawToken } from '@interwork/sip';
import type { Facts, PolicyQuestion } from '@interwork/policy';
import type { Instant } from '../store/store.ts';
import type { PolicyAnswer, SrvTarget } from './event.ts';
import { KeptFacts, nameOf } from './facts.ts';
import { Line, type Place } from './line.ts';
import type { GatewayLimits, GatewayWaits } from './options.ts';
import { Shares } from './shares.ts';

/** What an inquiry is made of. */
export interface InquiryOptions {
  readonly limits: Pick<GatewayLimits, 'asks' | 'asksPerDomain' | 'waiting' | 'perLink' | 'facts'>;
  readonly waits: Pick<GatewayWaits, 'ask' | 'fact'>;
  readonly drawToken: DrawToken;
  /** Asks the host, who answers with the same `ask`, or not at all. */
  readonly put: (now: Instant, ask: string, question: PolicyQuestion) => void;
}

/** What something needs to be known, and the domain that made it necessary. */
export interface Unknown {
  readonly asker: string;
  readonly questions: readonly PolicyQuestion[];
}

/** Decides anew. */
export type Again = (now: Instant) => void;

/** `none`: nothing could be asked that was not. `full`: there is no room to wait. */
export type Waits = 'none' | 'waiting' | 'full';

interface Waiting {
  readonly asker: string;
  readonly again: Again;
}

interface Open {
  readonly ask: string;
  readonly question: PolicyQuestion;
  readonly asker: string;
  readonly deadline: Instant;
  readonly items: Waiting[];
  place: Place<Open> | undefined;
}

/** The questions of policy that are open, and what waits for them. */
export class Inquiry {
  readonly #options: InquiryOptions;
  readonly #kept: KeptFacts;
  readonly #byName = new Map<string, Open>();
  readonly #byAsk = new Map<string, Open>();
  /** All have one wait, so the oldest is due first. */
  readonly #line = new Line<Open>();
  readonly #asks: Shares;
  readonly #shares: Shares;
  #size = 0;

  constructor(options: InquiryOptions) {
    const { limits, waits } = options;
    this.#options = options;
    this.#kept = new KeptFacts({ most: limits.facts, life: waits.fact, rest: RESTS * waits.ask });
    this.#asks = new Shares(limits.asksPerDomain);
    this.#shares = new Shares(limits.perLink);
  }

  /** What is known, for `evaluate`: always the same object. */
  get facts(): Facts {
    return this.#kept.facts;
  }

  /** The servers of a domain with their ports, where policy has asked for them and been answered. */
  recordsOf(domain: string): readonly SrvTarget[] | undefined {
    return this.#kept.recordsOf(domain);
  }

  /** Whether something was asked not long ago, answered or not. */
  isSettled(question: PolicyQuestion): boolean {
    return this.#kept.isSettled(question);
  }

  /** The question that is open by that name. */
  questionOf(ask: string): PolicyQuestion | undefined {
    return this.#byAsk.get(ask)?.question;
  }

  /** What waits. */
  get size(): number {
    return this.#size;
  }

  /** Answers that are kept. */
  get known(): number {
    return this.#kept.size;
  }

  get wakeAt(): Instant {
    return this.#line.first?.deadline ?? Infinity;
  }

  /** Lets something wait for what is unknown. Each asker has a share of what may be asked and of what may wait. */
  wait(now: Instant, unknown: Unknown | undefined, again: Again): Waits {
    if (unknown === undefined) return 'none';
    const { asker } = unknown;
    const questions = unknown.questions.filter((question) => !this.#kept.isSettled(question));
    const last = questions.at(-1);
    if (last === undefined) return 'none';
    if (this.#size >= this.#options.limits.waiting || !this.#shares.take(asker)) return 'full';
    for (const question of questions) this.#ask(now, asker, question);
    const open = this.#byName.get(nameOf(last));
    if (open === undefined) {
      this.#shares.give(asker);
      return 'full';
    }
    open.items.push({ asker, again });
    this.#size += 1;
    return 'waiting';
  }

  /** The host has answered; `false` when it is no question of ours. */
  answered(now: Instant, ask: string, answer: PolicyAnswer): boolean {
    const open = this.#byAsk.get(ask);
    if (open === undefined) return false;
    this.#close(now, open, answer);
    return true;
  }

  /** Something that was answered has changed: it is asked anew. */
  forget(question: PolicyQuestion): void {
    this.#kept.forget(question);
  }

  /** Policy has changed: what was answered may have been said by it, and is asked anew. */
  forgetAll(): void {
    this.#kept.clear();
  }

  /** Ends what has waited too long, and forgets what is too old. */
  tick(now: Instant): void {
    for (let open = this.#line.first; open !== undefined; open = this.#line.first) {
      if (open.deadline > now) break;
      this.#close(now, open, undefined);
    }
    this.#kept.tick(now);
  }

  /** Waits for nothing any more: everything is decided with what is known. */
  close(now: Instant): void {
    for (let open = this.#line.first; open !== undefined; open = this.#line.first)
      this.#close(now, open, undefined);
    this.#kept.clear();
  }

  #ask(now: Instant, asker: string, question: PolicyQuestion): void {
    const name = nameOf(question);
    if (this.#byName.has(name)) return;
    const { limits, waits, drawToken, put } = this.#options;
    if (this.#byName.size >= limits.asks || !this.#asks.take(asker)) return;
    const ask = drawToken();
    const deadline = now + waits.ask;
    const open: Open = { ask, question, asker, deadline, items: [], place: undefined };
    open.place = this.#line.join(open);
    this.#byName.set(name, open);
    this.#byAsk.set(ask, open);
    put(now, ask, question);
  }

  #close(now: Instant, open: Open, answer: PolicyAnswer | undefined): void {
    this.#byName.delete(nameOf(open.question));
    this.#byAsk.delete(open.ask);
    if (open.place !== undefined) this.#line.leave(open.place);
    this.#asks.give(open.asker);
    this.#kept.learn(now, open.question, answer);
    for (const { asker, again } of open.items) {
      this.#shares.give(asker);
      this.#size -= 1;
      again(now);
    }
  }
}

/** So many waits long nobody is asked again who has not answered: longer than whatever waits for several answers. */
const RESTS = 2;
