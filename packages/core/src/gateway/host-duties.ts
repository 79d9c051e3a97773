// What the host does with a message before it goes on, and whether it lets it, or anything else, cross: each is a question
// with the values of it, one after the other, and it waits for the answers within a bound. What is of one pair of people waits
// in its order, what nobody is asked about as well. A duty that is not done in time, or fails, stops the message where its
// obligation says so; else the trace tells. A look (`crossing`) that comes to nothing always stops it.
import type { DrawToken } from '@interwork/sip';
import type { Instant } from '../store/store.ts';
import { type Refusal, refused } from '../translation.ts';
import type { HostObligation } from './duties.ts';
import type {
  AskedCrossing,
  CrossingAnswer,
  CrossingQuestion,
  DutyAnswer,
  DutyMessage,
  DutyQuestion,
} from './event.ts';
import { Line, type Place } from './line.ts';
import type { GatewayLimits, GatewayWaits } from './options.ts';
import { Shares } from './shares.ts';

/** What this is made of. */
export interface HostDutiesOptions {
  readonly limits: Pick<GatewayLimits, 'waiting' | 'perLink'>;
  readonly waits: Pick<GatewayWaits, 'duty' | 'pair'>;
  readonly drawToken: DrawToken;
  readonly put: (ask: string, question: DutyQuestion | CrossingQuestion) => void;
}

/** What the host is asked: to do something, or whether it lets a message cross. */
export type HostTask =
  | HostObligation
  | ({ readonly kind: 'crossing' } & Pick<
      AskedCrossing,
      'traffic' | 'what' | 'mayChange' | 'proof' | 'by'
    >);

type LookTask = Extract<HostTask, { readonly kind: 'crossing' }>;
type HostAnswer = DutyAnswer | CrossingAnswer;

/**
 * How it ended: the message goes on, perhaps with other words, to somebody else, and with something for the trace; or it
 * does not.
 */
export type DutyEnd =
  | {
      readonly kind: 'go';
      readonly text?: string | undefined;
      readonly subject?: string | undefined;
      readonly to?: string | undefined;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'stop'; readonly refusal: Refusal };

/** What is done once that is known. */
export type Then = (now: Instant, end: DutyEnd) => void;

interface Job {
  /** The two people, in this direction; and the domain of the sender. */
  readonly pair: string;
  readonly asker: string;
  readonly left: HostTask[];
  readonly came: DutyMessage;
  message: DutyMessage;
  readonly finish: Then;
  readonly notes: string[];
  /** How long it may wait for those before it to be looked at; without end once the host is asked. */
  until: Instant;
  refusal: Refusal | undefined;
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
  #isClosed = false;

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

  /** Has the tasks done, then says how it ended; `full` when there is no room. */
  carryOut(
    now: Instant,
    { pair, asker }: { readonly pair: string; readonly asker: string },
    tasks: readonly HostTask[],
    message: DutyMessage,
    finish: Then,
  ): 'taken' | 'full' {
    if (this.#size >= this.#options.limits.waiting || !this.#shares.take(asker)) return 'full';
    const job: Job = {
      pair,
      asker,
      left: [...tasks],
      came: message,
      message,
      finish,
      notes: [],
      until: now + patienceOf(this.#options.waits),
      refusal: undefined,
      ask: '',
      deadline: Infinity,
      place: undefined,
    };
    this.#size += 1;
    const before = this.#pairs.get(pair);
    if (before === undefined) {
      this.#pairs.set(pair, [job]);
      this.#goOn(now, job);
    } else before.push(job);
    return 'taken';
  }

  /** The host has answered; `false` when it is no question of ours. */
  answered(now: Instant, ask: string, answer: HostAnswer | undefined): boolean {
    const job = this.#byAsk.get(ask);
    if (job === undefined) return false;
    this.#byAsk.delete(ask);
    if (job.place !== undefined) this.#line.leave(job.place);
    settle(job, answer);
    this.#goOn(now, job);
    return true;
  }

  /** Ends what has waited too long. */
  tick(now: Instant): void {
    for (let job = this.#line.first; job !== undefined; job = this.#line.first) {
      if (job.deadline > now) return;
      this.answered(now, job.ask, undefined);
    }
  }

  /** Waits for nothing and asks nothing any more: what is not done is as good as failed. */
  close(now: Instant): void {
    this.tick(now);
    this.#isClosed = true;
    for (let job = this.#line.first; job !== undefined; job = this.#line.first)
      this.answered(now, job.ask, undefined);
  }

  /** Asks what is to be asked next; what has ended makes way for the next of its pair, of which there may be thousands. */
  #goOn(now: Instant, first: Job): void {
    for (let job: Job | undefined = first; job !== undefined; ) {
      const end = this.#isClosed ? endUnasked(now, job) : endOf(now, job);
      if (end === undefined) return this.#ask(now, job);
      const next = this.#leave(job);
      job.finish(now, end);
      job = next;
    }
  }

  #ask(now: Instant, job: Job): void {
    const [task] = job.left;
    if (task === undefined) return;
    job.ask = this.#options.drawToken();
    job.until = Infinity;
    job.deadline = now + this.#options.waits.duty;
    job.place = this.#line.join(job);
    this.#byAsk.set(job.ask, job);
    this.#options.put(job.ask, questionOf(task, job.message));
  }

  /** Whoever stands first now. */
  #leave(job: Job): Job | undefined {
    this.#size -= 1;
    this.#shares.give(job.asker);
    const pair = this.#pairs.get(job.pair);
    pair?.shift();
    const next = pair?.[0];
    if (next === undefined) this.#pairs.delete(job.pair);
    return next;
  }
}

/** How it ended, if it has. A look that has waited too long for those before it is as good as not answered. */
function endOf(now: Instant, job: Job): DutyEnd | undefined {
  if (now > job.until && job.left[0]?.kind === 'crossing') settle(job, undefined);
  if (job.refusal !== undefined) return { kind: 'stop', refusal: job.refusal };
  return job.left.length === 0 ? { kind: 'go', ...changesOf(job) } : undefined;
}

/** How it ends where nobody is asked any more. */
function endUnasked(now: Instant, job: Job): DutyEnd {
  for (;;) {
    const end = endOf(now, job);
    if (end !== undefined) return end;
    settle(job, undefined);
  }
}

/**
 * How long one waits for those before it: what is asked about at the last moment is still answered for, and carried, before
 * its sender gives up.
 * @spec RFC 3261 §17.1.2.2
 */
function patienceOf({ pair, duty }: HostDutiesOptions['waits']): number {
  return Math.max(0, pair - 2 * duty);
}

/** One task is done, or not. */
function settle(job: Job, answer: HostAnswer | undefined): void {
  const task = job.left.shift();
  if (task === undefined) return;
  job.refusal =
    task.kind === 'crossing' ? looked(job, task, answer) : done(job, task, dutyAnswer(answer));
}

function questionOf(task: HostTask, message: DutyMessage): DutyQuestion | CrossingQuestion {
  if (task.kind !== 'crossing') return { kind: 'duty', duty: task, message };
  const { traffic, what, mayChange, proof, by } = task;
  return { kind: 'crossing', crossing: { ...message, traffic, what, mayChange, proof, by } };
}

/** What is other than it came. */
function changesOf({ came, message, notes }: Job): Omit<Extract<DutyEnd, { kind: 'go' }>, 'kind'> {
  const { text, subject, to } = message;
  return {
    text: text === came.text ? undefined : text,
    subject: subject === came.subject ? undefined : subject,
    to: to === came.to ? undefined : to,
    notes,
  };
}

/** The host has looked; the answer is what stops the message. What it says may come from a program without types. */
function looked(
  job: Job,
  { mayChange }: LookTask,
  answer: HostAnswer | undefined,
): Refusal | undefined {
  if (answer?.kind !== 'crossing') return refused('host-failed');
  if (answer.result === 'pass') return undefined;
  if (answer.result === 'refuse') return refused('host', textOf(answer.why));
  const { message } = job;
  if (answer.result !== 'rewrite') return refused('host-failed');
  const { text = message.text, subject = message.subject, to = message.to } = answer;
  if (![text, subject ?? '', to].every((one) => typeof one === 'string'))
    return refused('host-failed');
  const said = { ...message, text, subject, to };
  if (CHANGES.some((one) => said[one] !== message[one] && !mayChange.includes(one)))
    return refused('host-failed');
  job.message = said;
  job.notes.push('rewritten');
  return undefined;
}

/** An answer of another kind is as good as none. */
function dutyAnswer(answer: HostAnswer | undefined): DutyAnswer | undefined {
  return answer?.kind === 'duty' ? answer : undefined;
}

/** A duty is done, or is not; the answer is what stops the message. */
function done(job: Job, duty: HostObligation, answer: DutyAnswer | undefined): Refusal | undefined {
  const refusal = answer?.result === 'done' ? undefined : stoppedBy(duty, answer);
  if (refusal !== undefined) return refusal;
  if (answer?.result !== 'done') job.notes.push(`${duty.kind}-failed`);
  else if (typeof answer.text === 'string') job.message = { ...job.message, text: answer.text };
  return undefined;
}

/** Whether a duty that was not done stops the message: one that was refused always, a filter always. */
function stoppedBy(duty: HostObligation, answer: DutyAnswer | undefined): Refusal | undefined {
  const why = textOf(answer?.why);
  if (duty.kind === 'filter')
    return answer?.result === 'refused' ? refused('links', why) : unmet('filter', why);
  if (answer?.result === 'refused') return unmet(duty.kind, why);
  return duty.kind === 'archive' && duty.stopOnFailure ? unmet('archive', why) : undefined;
}

const CHANGES = ['text', 'subject', 'to'] as const;

/** What is no text says nothing: it may come from a program without types. */
function textOf(why: unknown): string | undefined {
  return typeof why === 'string' ? why : undefined;
}

function unmet(kind: string, why: string | undefined): Refusal {
  return refused('obligation-unmet', why === undefined ? kind : `${kind}, ${why}`);
}
