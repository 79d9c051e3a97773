// What the ledger of conversations has decided, on its way to the edges: requests of sessions when their route is known
// (routed.ts), CANCEL to an INVITE of ours, and the word that a contact has left.
import type { FailedReason, Target } from '@interwork/sip';
import { element, Jid, messageElement } from '@interwork/xmpp';
import { dialectOf } from '../dialect/dialect-of.ts';
import type { ChatEffect } from '../ledger/chat-types.ts';
import type { People } from '../ledger/people.ts';
import { NS_CHAT_STATES } from '../rules/chat-state.ts';
import { pathElements } from '../rules/path.ts';
import type { Key } from '../store/store.ts';
import { ANY_CONNECTION, unknownOf, verdictOf, wayOf } from './admit.ts';
import type { ChatRide } from './chat-ride.ts';
import type { GatewayEnv } from './env.ts';
import { Routed } from './routed.ts';
import { stanzaCommand } from './stanza-command.ts';

/** Says that a request has gone nowhere. */
type Failing = (now: number, ride: ChatRide, reason: FailedReason) => void;

/** The way out of conversations. */
export class ChatLeaving {
  readonly #env: GatewayEnv;
  readonly #routed: Routed<ChatRide>;
  /** INVITEs of ours without a final answer, by session. */
  readonly #calls = new Map<string, ChatRide>();

  constructor(env: GatewayEnv, fail: Failing) {
    this.#env = env;
    this.#routed = new Routed<ChatRide>(env, {
      traffic: 'chat',
      isEnd: ({ method }) => ENDS.has(method),
      isGone: ({ isGone }) => isGone,
      fail: (now, ride, reason) => {
        this.#calls.delete(ride.tag);
        fail(now, ride, reason);
      },
    });
  }

  /** Requests that wait for a route. */
  get size(): number {
    return this.#routed.size;
  }

  get wakeAt(): number {
    return this.#routed.wakeAt;
  }

  /** Requests that the SIP edge has and that have no end yet. */
  get unanswered(): number {
    return this.#routed.unanswered;
  }

  /** INVITEs without a final answer. */
  get calls(): number {
    return this.#calls.size;
  }

  /** A request that the SIP edge had has ended. */
  ended({ of, tag }: ChatRide): void {
    this.#routed.ended();
    if (of === 'invite') this.#calls.delete(tag);
  }

  /** Lets a request out; by a route that is known, where there is one. */
  leave(
    now: number,
    key: Key,
    people: People,
    { tag, of, draft }: Extract<ChatEffect, { kind: 'request' }>,
    known: readonly Target[] | undefined,
  ): void {
    const ride: ChatRide = { kind: 'chat', key, tag, of, isGone: false, rang: '' };
    if (of === 'invite') this.#calls.set(tag, ride);
    const said = dialectOf(this.#env, people.contact.asciiDomain).draft(draft);
    this.#routed.leave(now, { ride, draft: said, people }, known);
  }

  /** @spec RFC 3261 §9.1 */
  cancel(tag: string): void {
    const ride = this.#calls.get(tag);
    if (ride === undefined) return;
    ride.isGone = true;
    this.#env.out.push({ kind: 'sip', input: { kind: 'cancel', context: ride } });
  }

  /** What tells that policy has ended it shows nothing more, and is not stopped by that. @spec RFC 7573 §6.1 */
  farewell(now: number, people: People, effect: Extract<ChatEffect, { kind: 'farewell' }>): void {
    const { contact: from, user } = people;
    const { inquiry, instance, options, out, policy } = this.#env;
    const verdict = verdictOf('sip', 'composing', from, user, ANY_CONNECTION, this.#env);
    const again = (then: number): void => this.farewell(then, people, effect);
    if (inquiry.wait(now, unknownOf(verdict, from), again) === 'waiting') return;
    const { isForbidden, lock, thread } = effect;
    if (verdict.effect === 'forbid' && !isForbidden) return;
    const locked = lock === '' ? user : Jid.of(user.local, user.domain, lock);
    const to = locked.kind === 'jid' ? locked : user;
    const extra = [element('gone', NS_CHAT_STATES), ...pathElements([instance])];
    const id = options.drawToken();
    const said = messageElement({ from, to, id, type: 'chat', bodies: [], thread, extra });
    const way = wayOf(verdict, user, policy);
    out.push({ kind: 'xmpp', input: stanzaCommand(said, from, to, undefined, way) });
  }

  /** The host has answered a question. */
  answer(now: number, ask: string, targets: readonly Target[]): void {
    this.#routed.answer(now, ask, targets);
  }

  /** Ends what has waited too long for an answer. */
  tick(now: number): void {
    this.#routed.tick(now);
  }

  clear(): void {
    this.#calls.clear();
  }
}

/** What takes back what was said, or is owed, leaves whatever policy says by now. */
const ENDS: ReadonlySet<string> = new Set(['ACK', 'BYE']);
