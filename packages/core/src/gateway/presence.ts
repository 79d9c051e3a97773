// The half that carries presence: hands what comes in to the record it concerns, and what the ledger decides to the
// edges. What presence means, and what is remembered of it, is the ledger's (ledger/presence.ts); records change at a
// desk (desk.ts), so nothing leaves before it is written. Who may is presence-events.ts'.
// Some 400 lines, since each thing that may come in has its one short method here, and all of them the one desk.
import type {
  FailedReason,
  Flow,
  IncomingRequest,
  Response,
  SipEvent,
  Target,
} from '@interwork/sip';
import type { Jid, LinkFacts, Presence, Receipt, XmppEvent } from '@interwork/xmpp';
import { dialectOf } from '../dialect/dialect-of.ts';
import type { Dialect } from '../dialect/types.ts';
import { keptOf, type PresenceEvent, stepPresence } from '../ledger/presence.ts';
import type { People } from '../ledger/people.ts';
import { peopleIn, PRESENCE_PREFIX } from '../ledger/presence-people.ts';
import type { Half, PresenceEffect } from '../ledger/presence-types.ts';
import type { StoreAnswer } from '../store/request.ts';
import type { Key, StoredRecord } from '../store/store.ts';
import type { Refusal } from '../translation.ts';
import { Desk } from './desk.ts';
import type { Decision, DeskEvent, DeskOutput } from './desk-options.ts';
import { type GatewayEnv, handled, orLater } from './env.ts';
import { isUnseen, type Said } from './look.ts';
import { contactUri } from './presence-contact.ts';
import {
  arrivalOfBrought,
  arrivalOfRequest,
  arrivalOfStanza,
  type PresenceArrival,
} from './presence-events.ts';
import { eventIn, isUnread, mayWait, UNANSWERED, UNREAD } from './presence-entry.ts';
import { countIn } from './partner-limits.ts';
import { forbiddenAt, isForbidden } from './presence-forbidden.ts';
import type { CamePresence, PresenceItem, PresenceOrigin } from './presence-item.ts';
import { PresenceLeaving, type PresenceRide } from './presence-leaving.ts';
import { endAlone, presenceAsSaid, probeSlack, refusedAt } from './presence-look.ts';
import { PresenceLooking } from './presence-looking.ts';
import { spokenBy } from './presence-spoken.ts';
import { PresencePairs } from './presence-pairs.ts';
import type { PresenceSettings } from './presence-settings.ts';
import { tellArrival, tellFailure } from './presence-trace.ts';
import { refuseRequest, turnAway } from './presence-refusing.ts';
import { Shares } from './shares.ts';

/** How full the tables of presence are. */
export interface PresenceSizes {
  /** Events of presence that have not ended. */
  readonly presence: number;
  /** Records of presence that are worked on, or have something to be struck out. */
  readonly records: number;
  /** Presence requests that wait for a route. */
  readonly routing: number;
}

/** Presence, both ways. */
export class PresenceCrossing {
  readonly #env: GatewayEnv;
  readonly #settings: PresenceSettings;
  readonly #desk: Desk<PresenceItem, PresenceEffect>;
  readonly #leaving: PresenceLeaving;
  readonly #looking: PresenceLooking;
  readonly #shares: Shares;
  readonly #pairs: PresencePairs;
  #hasBegun = false;
  #isTakingBack = false;

  constructor(env: GatewayEnv, settings: PresenceSettings) {
    const { options, limits } = env;
    this.#shares = new Shares(limits.perLink);
    this.#pairs = new PresencePairs(env.options, env.phones);
    this.#env = env;
    this.#settings = settings;
    this.#leaving = new PresenceLeaving(env, (now, ride, reason) =>
      this.#wentNowhere(now, ride, reason),
    );
    this.#looking = new PresenceLooking(env, {
      put: (...one) => this.#put(...one),
      came: (now, came) => this.#came(now, came),
    });
    this.#desk = new Desk<PresenceItem, PresenceEffect>({
      decide: (now, key, record, event) => this.#decide(now, key, record, event),
      keep: keptOf,
      isPatient: (event) => 'event' in event && event.origin?.request === undefined,
      drawToken: options.drawToken,
      kind: PRESENCE_PREFIX,
      outbox: options.lastingStore === true,
      ...settings.desk,
    });
  }

  /**
   * Events that have not ended, and requests that wait for a route. Where everything is taken back at the end, requests
   * without an answer as well: what ends a dialog may stand behind them.
   */
  get open(): number {
    const { events, rechecks } = this.#desk.sizes;
    const behind = this.#isTakingBack ? this.#leaving.unanswered : 0;
    return events + rechecks + this.#leaving.size + behind;
  }

  get sizes(): PresenceSizes {
    const { events, keys } = this.#desk.sizes;
    return { presence: events, records: keys, routing: this.#leaving.size };
  }

  get wakeAt(): number {
    return Math.min(this.#desk.wakeAt, this.#leaving.wakeAt);
  }

  /** A SUBSCRIBE or a NOTIFY has come in, in whatever form its domain has them; `said`: the host has looked at it. */
  request(now: number, id: string, came: IncomingRequest, flow: Flow, said?: Said): void {
    const spoken = spokenBy(came, this.#env, this.#settings.habits);
    if (spoken.kind === 'refused') return refuseRequest(this.#env, now, id, spoken);
    const { request, notes } = spoken;
    const arrival = arrivalOfRequest(request, flow, id, this.#env);
    if (arrival.kind === 'refused') {
      const again = (then: number): void => this.request(then, id, came, flow, said);
      const denied = orLater(this.#env, now, arrival, again);
      return denied === undefined ? undefined : refuseRequest(this.#env, now, id, denied);
    }
    const isLater = this.#looking.looks(now, arrival, said, (then, end) => {
      if (end.kind === 'go') return this.request(then, id, came, flow, { ...end, at: now });
      const rest = endAlone(came);
      if (rest === undefined)
        return refuseRequest(this.#env, then, id, refusedAt(arrival, end.refusal));
      this.request(then, id, rest, flow, { notes: [end.refusal.code], at: now });
    });
    if (isLater) return;
    const refusal = this.#tooMuch(now, arrival);
    if (refusal !== undefined)
      return refuseRequest(this.#env, now, id, refusedAt(arrival, refusal));
    this.#arrived(now, { arrival, request: { id, flow }, notes }, said);
  }

  /** A presence stanza has come in. */
  stanza(
    now: number,
    stanza: Presence,
    from: Jid,
    to: Jid,
    link: LinkFacts,
    receipt: Receipt | undefined,
  ): void {
    this.#came(now, { stanza, from, to, link, receipt });
  }

  /** The same; `said`: the host has looked at it. */
  #came(now: number, came: CamePresence, said?: Said): void {
    const { stanza, from, to, link, receipt } = came;
    const arrival = arrivalOfStanza(said?.at ?? now, stanza, from, to, link, this.#env);
    if (arrival.kind === 'refused') {
      const again = (then: number): void => this.#came(then, came, said);
      const denied = orLater(this.#env, now, arrival, again);
      return denied === undefined ? undefined : this.#looking.turnAway(now, came, denied);
    }
    const isLater = this.#looking.looksAt(now, came, arrival, said, (then, kept, end) => {
      if (end.kind === 'go') this.#came(then, kept, { ...end, at: now });
      else this.#looking.turnAway(then, kept, refusedAt(arrival, end.refusal));
    });
    if (isLater) return;
    const refusal = this.#tooMuch(now, arrival);
    if (refusal !== undefined)
      return this.#looking.turnAway(now, came, refusedAt(arrival, refusal));
    this.#arrived(now, { arrival, stanza, receipt, kept: came.kept }, said);
  }

  /** It is taken to its record, as the host has it say. */
  #arrived(now: number, origin: PresenceOrigin, said: Said | undefined): void {
    const { key, event } = origin.arrival;
    if (said === undefined) return this.#put(now, key, { event, at: now, origin });
    const notes = [...(origin.notes ?? []), ...said.notes];
    const other = presenceAsSaid(event, said.text);
    this.#put(now, key, { event: other, at: said.at, origin: { ...origin, notes } });
  }

  /** Requests to see somebody are counted as messages are. */
  #tooMuch(now: number, { asks }: PresenceArrival): Refusal | undefined {
    return asks && countIn(this.#env, now, 'subscription', asks.must, asks);
  }

  /** A request of ours has its final response, which may bring the first NOTIFY along. */
  response(now: number, came: Response, { key, half, tag }: PresenceRide): void {
    this.#leaving.ended();
    const dialect = this.#dialect(this.#pairs.people(key));
    const { response = came, notify } = dialect.response(came, methodOf(half));
    this.#put(now, key, { event: { half, input: { kind: 'response', tag, response } }, at: now });
    if (notify !== undefined && half === 'watching') this.#brought(now, key, notify);
  }

  #brought(now: number, key: Key, request: IncomingRequest): void {
    const people = this.#pairs.people(key);
    if (people === undefined) return;
    const input = { kind: 'notify', request, to: UNANSWERED } as const;
    const event = { half: 'watching', input } as const;
    if (isUnseen(this.#env)) return this.#put(now, key, { event, at: now });
    const came = arrivalOfBrought(people, event, this.#env);
    if ('kind' in came) {
      const again = (then: number): void => this.#brought(then, key, request);
      const denied = orLater(this.#env, now, came, again);
      return denied && refuseRequest(this.#env, now, UNANSWERED, denied);
    }
    const isLater = this.#looking.looks(now, came, undefined, (then, end) => {
      if (end.kind === 'go')
        return this.#put(then, key, { event: presenceAsSaid(event, end.text), at: now });
      const rest = endAlone(request);
      if (rest !== undefined) return this.#brought(then, key, rest);
      refuseRequest(this.#env, then, UNANSWERED, refusedAt(came, end.refusal));
    });
    if (!isLater) this.#put(now, key, { event, at: now });
  }

  /** A request of ours that nobody answers has left. */
  sent(): void {
    this.#leaving.ended();
  }

  /** A request of ours has none. */
  failed(
    now: number,
    { reason }: Pick<Extract<SipEvent, { kind: 'failed' }>, 'reason'>,
    ride: PresenceRide,
  ): void {
    this.#leaving.ended();
    this.#wentNowhere(now, ride, reason);
  }

  /** What became of a stanza of ours; only what may be lost concerns us. */
  fate(now: number, { fate }: Extract<XmppEvent, { kind: 'fate' }>, ride: PresenceRide): void {
    if (fate !== 'failed') return;
    const { key, end } = ride;
    const event: PresenceEvent =
      end === undefined
        ? { half: 'both', kind: 'undelivered' }
        : { half: 'watching', input: { kind: 'unheard', resource: end } };
    this.#put(now, key, { event, at: now });
  }

  /** A link is over: what was written to it may not have been read, and nobody knows who is still there. */
  linkLost(now: number, { from, to }: Extract<XmppEvent, { kind: 'link-lost' }>): void {
    this.#recheck(
      now,
      `link ${from} ${to}`,
      'link-lost',
      ({ contact, user }) => contact.asciiDomain === from && user.asciiDomain === to,
    );
  }

  /** Policy has changed: what it forbids now ends. */
  policyChanged(now: number): void {
    const concerns = (people: People, key: Key): boolean => {
      const again = (then: number): void =>
        void (concerns(people, key) && this.#put(then, key, forbiddenAt(then)));
      return isForbidden(this.#env, now, people, again);
    };
    this.#recheck(now, 'policy', 'forbidden', concerns);
  }

  /** The store has answered. */
  stored(now: number, op: string, answer: StoreAnswer): void {
    this.#desk.stored(now, op, answer);
    this.#drain(now);
  }

  /** The host has answered a question. */
  answer(now: number, ask: string, targets: readonly Target[]): void {
    this.#leaving.answer(now, ask, targets);
  }

  tick(now: number): void {
    if (!this.#hasBegun) this.#begin(now);
    this.#leaving.tick(now);
    this.#desk.tick(now);
    this.#drain(now);
  }

  /** Whatever outlived another process may have missed something meanwhile. */
  #begin(now: number): void {
    this.#hasBegun = true;
    if (this.#env.options.lastingStore === true)
      this.#recheck(now, 'restarted', 'restarted', () => true);
  }

  /** What dies with this process is taken back; what does not goes on. */
  close(now: number): void {
    this.#isTakingBack = this.#env.options.lastingStore !== true;
    if (this.#isTakingBack) this.#recheck(now, 'shutdown', 'shutdown', () => true);
    else this.#desk.close();
  }

  /** Everything that is open ends now. */
  end(now: number): void {
    this.#isTakingBack = false;
    this.#desk.abandon();
    this.#drain(now);
  }

  #wentNowhere(now: number, { key, half, tag }: PresenceRide, reason: FailedReason): void {
    this.#put(now, key, { event: { half, input: { kind: 'failed', tag, reason } }, at: now });
  }

  #recheck(
    now: number,
    name: string,
    kind: 'link-lost' | 'restarted' | 'forbidden' | 'shutdown',
    concerns: (people: People, key: Key) => boolean,
  ): void {
    const matches = (key: Key): boolean => {
      const people = peopleIn(key, this.#env.phones);
      return people !== undefined && concerns(people, key);
    };
    const event: PresenceItem = { event: { half: 'both', kind }, at: now };
    this.#desk.recheck(now, { name, prefix: PRESENCE_PREFIX, matches, event });
    this.#drain(now);
  }

  /** Who has a domain's share of what is under way leaves room for the others; what time wants needs none. */
  #put(now: number, key: Key, item: PresenceItem): void {
    const { origin } = item;
    if (origin !== undefined && !this.#shares.take(origin.arrival.domain))
      return this.#looking.refuseUnable(now, item, 'queue-full');
    if (this.#desk.put(now, key, item) === 'full') {
      this.#giveBack(item);
      this.#looking.refuseUnable(now, item, 'queue-full');
    }
    this.#drain(now);
  }

  #giveBack({ origin }: PresenceItem): void {
    if (origin !== undefined) this.#shares.give(origin.arrival.domain);
  }

  #decide(
    now: number,
    key: Key,
    record: StoredRecord | undefined,
    what: PresenceItem | DeskEvent,
  ): Decision<PresenceEffect> {
    const people = this.#pairs.people(key);
    if (people === undefined) return { next: 'unchanged', effects: [] };
    return stepPresence(now, record, eventIn(what), {
      people,
      contact: (half) => this.#contact(half, key, people, what),
      draw: this.#env.options.drawToken,
      jitter: this.#settings.jitter,
      waits: this.#settings.waits,
      slack: probeSlack(this.#env),
      limits: this.#settings.limits,
      dialect: this.#dialect(people),
      habits: this.#settings.habits,
    });
  }

  #dialect(people: People | undefined): Dialect {
    return dialectOf(this.#env, people?.contact.asciiDomain ?? '');
  }

  #contact(half: Half, key: Key, people: People, what: PresenceItem | DeskEvent): string {
    const flow = 'event' in what ? what.origin?.request?.flow : undefined;
    const route = this.#env.options.routes?.[people.contact.asciiDomain];
    const transport = flow?.transport ?? route?.[0]?.transport;
    return contactUri(this.#settings, transport, this.#pairs.token(half, key));
  }

  /** Everything the desk puts out. */
  #drain(now: number): void {
    for (let out = this.#desk.next(); out !== undefined; out = this.#desk.next())
      this.#take(now, out);
  }

  #take(now: number, out: DeskOutput<PresenceItem, PresenceEffect>): void {
    if (out.kind === 'store') this.#env.out.push(out);
    else if (out.kind === 'release') this.#release(now, out.key, out.event, out.effects);
    else if ('event' in out.event) {
      this.#giveBack(out.event);
      if (out.why !== 'closed' && mayWait(now, out.event)) this.#put(now, out.key, out.event);
      else this.#looking.refuseUnable(now, out.event, out.why, out.isInDoubt);
    }
  }

  #release(
    now: number,
    key: Key,
    what: PresenceItem | DeskEvent,
    effects: readonly PresenceEffect[],
  ): void {
    const people = this.#pairs.people(key);
    if (people === undefined) return;
    for (const effect of effects)
      if (effect.kind === 'look') this.#looking.again(now, people, effect.request);
      else this.#leaving.perform(now, key, people, effect);
    if (!('event' in what)) return tellFailure(this.#env, now, people, effects);
    this.#giveBack(what);
    if (isUnread(effects)) return this.#looking.refuseUnable(now, what, UNREAD);
    const { at, origin, receipt, refuses } = what;
    handled(this.#env, receipt);
    if (refuses !== undefined) return turnAway(this.#env, now, refuses.came, refuses.why);
    if (origin === undefined) return tellFailure(this.#env, now, people, effects);
    tellArrival(this.#env, now, at, origin, effects);
    handled(this.#env, origin.receipt);
  }
}

function methodOf(half: Half): string {
  return half === 'watching' ? 'SUBSCRIBE' : 'NOTIFY';
}
