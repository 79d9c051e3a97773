// What policy has been told from outside, for a while: the answers to its questions, in the maps that `evaluate` reads.
// Questions that nobody answered are remembered too, for a shorter while, so that one dead server does not cost each
// message a wait. Bounded: the oldest is forgotten for a new one. Who asks is inquiry.ts.
import type { Facts, Grant, PolicyQuestion, Relation } from '@interwork/policy';
import type { Instant } from '../store/store.ts';
import type { PolicyAnswer, SrvTarget } from './event.ts';
import { Line, type Place } from './line.ts';

/** Bounds of what is kept. */
export interface KeptFactsOptions {
  readonly most: number;
  /** Milliseconds that an answer holds. */
  readonly life: number;
  /** Milliseconds that a question without an answer is not asked again. */
  readonly rest: number;
}

interface Kept {
  readonly question: PolicyQuestion;
  readonly until: Instant;
  readonly line: Line<Kept>;
  place: Place<Kept> | undefined;
}

/** Facts, each for its time. */
export class KeptFacts {
  readonly #srv = new Map<string, readonly string[] | undefined>();
  readonly #records = new Map<string, readonly SrvTarget[]>();
  readonly #grants = new Map<string, Grant>();
  readonly #relations = new Map<string, Relation>();
  readonly #kept = new Map<string, Kept>();
  /** Each line has one duration, so the oldest is due first. */
  readonly #answered = new Line<Kept>();
  readonly #silent = new Line<Kept>();
  readonly #options: KeptFactsOptions;
  /** What is known, always the same object: it changes as facts come and go. */
  readonly facts: Facts = { srv: this.#srv, grants: this.#grants, relations: this.#relations };

  constructor(options: KeptFactsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** The servers of a domain with their ports, where its records are known. */
  recordsOf(domain: string): readonly SrvTarget[] | undefined {
    return this.#records.get(domain);
  }

  /** Whether a question was asked not long ago, answered or not. */
  isSettled(question: PolicyQuestion): boolean {
    return this.#kept.has(nameOf(question));
  }

  /** Keeps an answer; `undefined` where there is none. */
  learn(now: Instant, question: PolicyQuestion, answer: PolicyAnswer | undefined): void {
    this.forget(question);
    const isAnswered = this.#put(question, answer);
    const line = isAnswered ? this.#answered : this.#silent;
    const until = now + (isAnswered ? this.#options.life : this.#options.rest);
    const kept: Kept = { question, until, line, place: undefined };
    kept.place = line.join(kept);
    this.#kept.set(nameOf(question), kept);
    if (this.#kept.size > Math.max(LEAST, this.#options.most)) this.#forgetOldest();
  }

  /** It has changed, or is too old. */
  forget(question: PolicyQuestion): void {
    const name = nameOf(question);
    const kept = this.#kept.get(name);
    if (kept === undefined) return;
    this.#kept.delete(name);
    if (kept.place !== undefined) kept.line.leave(kept.place);
    if (question.kind === 'srv') {
      this.#srv.delete(question.domain);
      this.#records.delete(question.domain);
    } else if (question.kind === 'grant') this.#grants.delete(question.user);
    else this.#relations.delete(pairOf(question));
  }

  /** Forgets what has had its time. */
  tick(now: Instant): void {
    for (const line of [this.#answered, this.#silent])
      for (let first = line.first; first !== undefined && first.until <= now; first = line.first)
        this.forget(first.question);
  }

  clear(): void {
    this.tick(Infinity);
  }

  /** Puts an answer where policy looks for it; `false` when it says nothing, or is to another question. */
  #put(question: PolicyQuestion, answer: PolicyAnswer | undefined): boolean {
    if (question.kind === 'srv') {
      const records = answer?.kind === 'srv' ? answer.records : undefined;
      const hosts = records?.map(({ host }) => host);
      this.#srv.set(question.domain, hosts);
      if (records !== undefined) this.#records.set(question.domain, records);
      return records !== undefined;
    }
    if (question.kind === 'grant') {
      if (answer?.kind !== 'grant' || answer.grant === undefined) return false;
      this.#grants.set(question.user, answer.grant);
      return true;
    }
    if (answer?.kind !== 'relation' || answer.relation === undefined) return false;
    this.#relations.set(pairOf(question), answer.relation);
    return true;
  }

  #forgetOldest(): void {
    const [silent, answered] = [this.#silent, this.#answered];
    const { first } = silent.size > answered.size ? silent : answered;
    if (first !== undefined) this.forget(first.question);
  }
}

/** What one verdict may ask must have room, whatever the bound. */
const LEAST = 16;

/** A question in one word: who asks the same has the same. */
export function nameOf(question: PolicyQuestion): string {
  switch (question.kind) {
    case 'srv':
      return `srv ${question.domain}`;
    case 'grant':
      return `grant ${question.user}`;
    case 'relation':
      return `relation ${pairOf(question)}`;
  }
}

function pairOf({ user, contact }: Extract<PolicyQuestion, { kind: 'relation' }>): string {
  return `${user} ${contact}`;
}
