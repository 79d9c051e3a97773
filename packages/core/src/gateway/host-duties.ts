// What the host does with a message before it goes on: each duty is a question with the message's values, one after the
// other, and the message waits for the answers within a bound. Messages of one pair of people wait in their order. A duty
// that is not done in time, or fails, stops the message where its obligation says so; else the trace tells.
import type { DrawToken } from '@interwork/sip';
import type { Instant } from '../store/store.ts';
import { type Refusal, refused } from '../translation.ts';
import type { HostObligation } from './duties.ts';
import type { DutyAnswer, DutyMessage, DutyQuestion } from './event.ts';
import { Line, type Place } from './line.ts';
import type { GatewayLimits, GatewayWaits } from './options.ts';
import { Shares } from './shares.ts';

/** What this is made of. */
export interface HostDutiesOptions {
  readonly limits: Pick<GatewayLimits, 'waiting' | 'perLink'>;
  readonly waits: Pick<GatewayWaits, 'duty'>;
  readonly drawToken: DrawToken;
  readonly put: (ask: string, question: DutyQuestion) => void;
}

/** How it ended: the message goes on, perhaps with other words and with something for the trace; or it does not. */
export type DutyEnd =
  | { readonly kind: 'go'; readonly text?: string | undefined; readonly notes: readonly string[] }
  | { readonly kind: 'stop'; readonly refusal: Refusal };

/** What is done once that is known. */
export type Then = (now: Instant, end: DutyEnd) => void;

interface Job {
  /** The two people, in this direction; and the domain of the sender. */
  readonly pair: string;
  readonly asker: string;
  readonly left: HostObligation[];
  message: DutyMessage;
  readonly finish: Then;
  readonly notes: string[];
  changed: boolean;
  ask: string;
  deadline: Instant;
  place: Place<Job> | undefined;
}

/** The messages that the host is doing something with. */
export class HostDuties {
  readonly #options: HostDutiesOptions;
  readonly #byAsk = new Map<string, Job>();
  /** By pair, the first under way. */
  readonly #pairs = new Map<string, Job[]>();
  /** Those under way: all have one wait. */
  readonly #line = new Line<Job>();
  readonly #shares: Shares;
  #size = 0;

  constructor(options: HostDutiesOptions) {
    this.#options = options;
    this.#shares = new Shares(options.limits.perLink);
  }

  get size(): number {
    return this.#size;
  }

  get wakeAt(): Instant {
    return this.#line.first?.deadline ?? Infinity;
  }

  /** Whether messages of the pair are waiting, so that another must stand behind them. */
  holds(pair: string): boolean {
    return this.#pairs.has(pair);
  }

  /** Has the duties done, then says how it ended; `full` when there is no room. */
  carryOut(
    now: Instant,
    { pair, asker }: { readonly pair: string; readonly asker: string },
    duties: readonly HostObligation[],
    message: DutyMessage,
    finish: Then,
  ): 'taken' | 'full' {
    if (this.#size >= this.#options.limits.waiting || !this.#shares.take(asker)) return 'full';
    const job: Job = {
      pair,
      asker,
      left: [...duties],
      message,
      finish,
      notes: [],
      changed: false,
      ask: '',
      deadline: Infinity,
      place: undefined,
    };
    this.#size += 1;
    const before = this.#pairs.get(pair);
    if (before === undefined) {
      this.#pairs.set(pair, [job]);
      this.#next(now, job);
    } else before.push(job);
    return 'taken';
  }

  /** The host has answered; `false` when it is no question of ours. */
  answered(now: Instant, ask: string, answer: DutyAnswer | undefined): boolean {
    const job = this.#byAsk.get(ask);
    const duty = job?.left.shift();
    if (job === undefined || duty === undefined) return false;
    this.#byAsk.delete(ask);
    if (job.place !== undefined) this.#line.leave(job.place);
    const refusal = answer?.result === 'done' ? undefined : stoppedBy(duty, answer);
    if (refusal !== undefined) {
      this.#end(now, job, { kind: 'stop', refusal });
      return true;
    }
    if (answer?.result !== 'done') job.notes.push(`${duty.kind}-failed`);
    else if (answer.text !== undefined) {
      job.message = { ...job.message, text: answer.text };
      job.changed = true;
    }
    this.#next(now, job);
    return true;
  }

  /** Ends what has waited too long. */
  tick(now: Instant): void {
    for (let job = this.#line.first; job !== undefined; job = this.#line.first) {
      if (job.deadline > now) return;
      this.answered(now, job.ask, undefined);
    }
  }

  /** Waits for nothing any more: what is not done is as good as failed. */
  close(now: Instant): void {
    this.tick(now);
    for (let job = this.#line.first; job !== undefined; job = this.#line.first)
      this.answered(now, job.ask, undefined);
  }

  #next(now: Instant, job: Job): void {
    const [duty] = job.left;
    if (duty === undefined) {
      const { changed, message, notes } = job;
      return this.#end(now, job, { kind: 'go', text: changed ? message.text : undefined, notes });
    }
    job.ask = this.#options.drawToken();
    job.deadline = now + this.#options.waits.duty;
    job.place = this.#line.join(job);
    this.#byAsk.set(job.ask, job);
    this.#options.put(job.ask, { kind: 'duty', duty, message: job.message });
  }

  #end(now: Instant, job: Job, end: DutyEnd): void {
    this.#size -= 1;
    this.#shares.give(job.asker);
    const pair = this.#pairs.get(job.pair);
    pair?.shift();
    const next = pair?.[0];
    if (next === undefined) this.#pairs.delete(job.pair);
    job.finish(now, end);
    if (next !== undefined) this.#next(now, next);
  }
}

/** Whether a duty that was not done stops the message: one that was refused always, a filter always. */
function stoppedBy(duty: HostObligation, answer: DutyAnswer | undefined): Refusal | undefined {
  const why = answer?.why;
  if (duty.kind === 'filter')
    return answer?.result === 'refused' ? refused('links', why) : unmet('filter', why);
  if (answer?.result === 'refused') return unmet(duty.kind, why);
  return duty.kind === 'archive' && duty.stopOnFailure ? unmet('archive', why) : undefined;
}

function unmet(kind: string, why: string | undefined): Refusal {
  return refused('obligation-unmet', why === undefined ? kind : `${kind}, ${why}`);
}
