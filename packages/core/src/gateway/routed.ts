// Requests of the ledgers on their way out: their route is asked for where it is not known, and policy is asked again for
// each, since what leaves now was perhaps permitted long ago. Only what ends something may leave whatever policy says. They
// go on the way their dialog has recorded, as far as that leads to their domain (presence-route.ts).
import type { FailedReason, RequestDraft, Target } from '@interwork/sip';
import type { Traffic } from '@interwork/policy';
import type { People } from '../ledger/people.ts';
import { pathHeaders } from '../rules/path.ts';
import { ANY_CONNECTION, leads, unknownOf, verdictOf, wayOf } from './admit.ts';
import { Asking } from './asking.ts';
import type { GatewayEnv } from './env.ts';
import { needs } from './needs.ts';
import { presenceTargets } from './presence-route.ts';

/** A request, and what comes back with what becomes of it. */
export interface Departing<Ride> {
  readonly ride: Ride;
  readonly draft: RequestDraft;
  readonly people: People;
}

/** How requests of one ledger are treated. */
export interface RoutedOptions<Ride> {
  readonly traffic: Traffic;
  /** Whether a request takes back what was said, and shows nothing. */
  readonly isEnd: (draft: RequestDraft) => boolean;
  /** Whether a request is not wanted any more, although it has not left. */
  readonly isGone?: (ride: Ride) => boolean;
  /** It has gone nowhere. */
  readonly fail: (now: number, ride: Ride, reason: FailedReason) => void;
}

/** The way out. */
export class Routed<Ride> {
  readonly #env: GatewayEnv;
  readonly #options: RoutedOptions<Ride>;
  readonly #asking: Asking<Departing<Ride>>;
  #unanswered = 0;

  constructor(env: GatewayEnv, options: RoutedOptions<Ride>) {
    const { limits, waits } = env;
    this.#env = env;
    this.#options = options;
    this.#asking = new Asking(limits.asks, limits.asksPerDomain, waits.ask);
  }

  /** Requests that wait for a route. */
  get size(): number {
    return this.#asking.size;
  }

  get wakeAt(): number {
    return this.#asking.wakeAt;
  }

  /** Requests that the SIP edge has and that have no end yet. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** A request that the SIP edge had has ended. */
  ended(): void {
    this.#unanswered -= 1;
  }

  /** Lets one out; by a route that is known already, where there is one. @spec RFC 7247 §5 */
  leave(now: number, departing: Departing<Ride>, known?: readonly Target[]): void {
    if (known !== undefined) return this.#send(now, departing, known);
    const { people, ride } = departing;
    const { questions, targets } = needs(people.contact, this.#env.options.routes);
    const question = questions[0];
    if (question === undefined) return this.#send(now, departing, targets);
    const ask = this.#env.options.drawToken();
    const asker = people.user.asciiDomain;
    const asked = this.#asking.wait(now, asker, question.domain, ask, departing);
    if (asked === 'ask') this.#env.out.push({ kind: 'ask', ask, question });
    else if (asked === 'full') this.#options.fail(now, ride, 'overload');
  }

  /** The host has answered a question. */
  answer(now: number, ask: string, targets: readonly Target[]): void {
    for (const departing of this.#asking.answered(ask)) this.#send(now, departing, targets);
  }

  /** Ends what has waited too long for an answer. */
  tick(now: number): void {
    for (let all = this.#asking.expired(now); all !== undefined; all = this.#asking.expired(now))
      for (const { ride } of all) this.#options.fail(now, ride, 'no-target');
  }

  #send(now: number, departing: Departing<Ride>, route: readonly Target[]): void {
    const { ride, draft, people } = departing;
    const { inquiry, instance, out, policy } = this.#env;
    const { fail, isEnd, isGone, traffic } = this.#options;
    if (isGone?.(ride) === true) return fail(now, ride, 'cancelled');
    const { user, contact } = people;
    const verdict = verdictOf('xmpp', traffic, user, contact, ANY_CONNECTION, this.#env);
    const again = (then: number): void => this.#send(then, departing, route);
    if (inquiry.wait(now, unknownOf(verdict, user), again) === 'waiting') return;
    const way = wayOf(verdict, contact, policy);
    const targets = presenceTargets(draft, route).filter((target) => leads(way, target));
    const isForbidden = verdict.effect === 'forbid' && !isEnd(draft);
    if (isForbidden || targets.length === 0) return fail(now, ride, 'no-target');
    const headers = [...(draft.headers ?? []), ...pathHeaders([instance])];
    const marked = { ...draft, headers };
    this.#unanswered += 1;
    const local = user.asciiDomain;
    const input = { kind: 'request', draft: marked, targets, local, context: ride } as const;
    out.push({ kind: 'sip', input });
  }
}
