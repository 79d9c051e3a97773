// Conversations in sessions, both ways: hands what comes in to the record it concerns, and what the ledger decides to the
// edges. What a session is, and what is remembered of it, is the ledger's (ledger/chat.ts); records change at a desk
// (desk.ts), so nothing leaves before it is written; messages within an open session do not go there at all. What the user
// says is chat-saying.ts, what the contact says chat-hearing.ts.
// Some 400 lines, since each thing that may come in has its one short method here, and all of them the one desk.
import {
  type Flow,
  type IncomingRequest,
  type InviteEvent,
  param,
  partFrom,
  type Response,
  type SipEvent,
  type Target,
} from '@interwork/sip';
import type { Jid } from '@interwork/xmpp';
import { dialectOf } from '../dialect/dialect-of.ts';
import { keptOfChat, stepChat } from '../ledger/chat.ts';
import { CHAT_PREFIX, chatKey, chatPeopleIn } from '../ledger/chat-people.ts';
import type { ChatEffect, ChatEvent } from '../ledger/chat-types.ts';
import type { People } from '../ledger/people.ts';
import { SESSION_METHODS } from '../rules/unsupported-request.ts';
import type { StoreAnswer } from '../store/request.ts';
import type { Key, StoredRecord } from '../store/store.ts';
import { refused } from '../translation.ts';
import type { ChatFloor } from './chat-floor.ts';
import { CHAT_WORD, contextOf } from './chat-context.ts';
import { ChatHearing } from './chat-hearing.ts';
import { contactOf } from './chat-known.ts';
import { ChatLeaving } from './chat-leaving.ts';
import { ChatPatience } from './chat-patience.ts';
import { ChatPerforming } from './chat-performing.ts';
import { type CameRequest, type ChatItem, type ChatRide, chatRideIn } from './chat-ride.ts';
import { ChatSaying } from './chat-saying.ts';
import type { ChatSettings } from './chat-settings.ts';
import { ChatTable, isIdle, type KnownChat } from './chat-table.ts';
import { contactToken } from './contact-token.ts';
import { Desk } from './desk.ts';
import type { Decision, DeskEvent, DeskOutput } from './desk-options.ts';
import type { GatewayEnv } from './env.ts';
import { endingOf } from './outgoing.ts';
import { isForbidden } from './presence-forbidden.ts';
import type { MessageEnds } from './session-door.ts';
import type { Within } from './admit-within.ts';

/** How full the tables of conversations are. */
export interface ChatSizes {
  /** Sessions that are known here. */
  readonly chats: number;
  /** Messages that wait for a session. */
  readonly chatWaiting: number;
  /** INVITEs that are owed an answer or an ACK. */
  readonly invites: number;
  /** INVITEs of ours without a final answer. */
  readonly calls: number;
  /** Events at the desk of conversations. */
  readonly chatEvents: number;
}

/** What passes a message on. */
type Carrying = (now: number, id: string, r: IncomingRequest, flow: Flow, within: Within) => void;

/** Begins the names of what this desk asks of a store. */
export const CHAT_OPS = 'chat ';

/** Conversations, both ways. */
export class ChatCrossing implements ChatFloor {
  readonly env: GatewayEnv;
  readonly settings: ChatSettings;
  readonly table: ChatTable;
  /** What the user says. */
  readonly saying: ChatSaying;
  readonly #hearing: ChatHearing;
  readonly #desk: Desk<ChatItem, ChatEffect>;
  readonly #leaving: ChatLeaving;
  readonly #performing: ChatPerforming;
  readonly #later: ChatPatience;
  /** This process. */
  readonly #name: string;
  #isTakingBack = false;

  constructor(env: GatewayEnv, settings: ChatSettings, ends: () => MessageEnds, carry: Carrying) {
    const { idle, touch } = settings.waits;
    this.env = env;
    this.settings = settings;
    this.table = new ChatTable(settings.limits, idle + touch);
    this.saying = new ChatSaying(this, ends);
    this.#hearing = new ChatHearing(this, carry);
    this.#name = env.options.drawToken();
    this.#leaving = new ChatLeaving(env, (now, ride, reason) =>
      this.#went(now, ride, { kind: 'failed', context: ride, reason, text: reason }),
    );
    this.#later = new ChatPatience(settings, (now, key, item) => this.#enter(now, key, item));
    const ways = { saying: this.saying, hearing: this.#hearing, leaving: this.#leaving };
    this.#performing = new ChatPerforming(this, ways);
    this.#desk = new Desk<ChatItem, ChatEffect>({
      decide: (now, key, record, item) => this.#decide(now, key, record, item),
      keep: keptOfChat,
      isPatient: (item) => 'event' in item && item.came === undefined,
      drawToken: env.options.drawToken,
      kind: CHAT_PREFIX,
      outbox: env.options.lastingStore === true,
      ...settings.desk,
    });
  }

  /** Events that have not ended, messages that wait, requests that wait for a route; at the end also for a response. */
  get open(): number {
    const { events, rechecks } = this.#desk.sizes;
    const behind = this.#isTakingBack ? this.#leaving.unanswered : 0;
    const waiting = this.saying.size + this.#leaving.size + this.#later.size;
    return events + rechecks + waiting + behind;
  }

  get sizes(): ChatSizes {
    return {
      chats: this.table.size,
      chatWaiting: this.saying.size,
      invites: this.#hearing.size,
      calls: this.#leaving.calls,
      chatEvents: this.#desk.sizes.events + this.#later.size,
    };
  }

  get wakeAt(): number {
    const { wakeAt: held } = this.#hearing;
    const own = Math.min(this.table.wakeAt, this.saying.wakeAt, this.#later.wakeAt, held);
    return Math.min(own, this.#desk.wakeAt, this.#leaving.wakeAt);
  }

  /** Whether a request is one of sessions. A person may be named as a Contact of ours begins, and is called by no dialog. */
  takes({ method, to, uri }: IncomingRequest): boolean {
    if (method !== 'MESSAGE') return METHODS.has(method);
    if (uri.kind !== 'sip' || uri.user?.startsWith(TOKEN) !== true) return false;
    return param(to.params, 'tag') !== undefined || this.table.byToken(uri.user) !== undefined;
  }

  /** One has come in. */
  request(now: number, id: string, r: IncomingRequest, flow: Flow): void {
    this.#hearing.request(now, id, r, flow);
  }

  /** What the SIP edge tells of INVITEs beside their ends, and of requests that have none. */
  event(now: number, event: InviteEvent | Extract<SipEvent, { kind: 'sent' }>): void {
    const { kind } = event;
    if (kind === 'acknowledged') return this.#hearing.acknowledged(now, event.id, event.request);
    if (kind === 'unacknowledged' || kind === 'cancelled')
      return this.#hearing.ended(now, event.id, kind);
    const ride = chatRideIn(event.context);
    if (ride === undefined) return;
    if (kind === 'sent') this.#leaving.ended(ride);
    else if (kind === 'forked') this.#parts(now, event.response, ride);
    else this.#ringing(now, event.response, ride);
  }

  /** A request of a session has its final response. */
  response(now: number, response: Response, ride: ChatRide): void {
    const { key, tag, of } = ride;
    this.#leaving.ended(ride);
    const isForPager = of === 'invite' && this.#isForPager(key, response);
    this.put(now, key, { kind: 'response', tag, of, response, isForPager });
  }

  /** A request of a session has none. */
  failed(now: number, event: Extract<SipEvent, { kind: 'failed' }>, ride: ChatRide): void {
    this.#leaving.ended(ride);
    this.#went(now, ride, event);
  }

  /** A presence stanza of an XMPP person to a SIP person. */
  presence(now: number, from: Jid, to: Jid): void {
    this.saying.presence(now, from, to);
  }

  /** Policy has changed: what it forbids now ends. */
  policyChanged(now: number): void {
    const concerns = (people: People, key: Key): boolean => {
      const again = (then: number): void =>
        void (concerns(people, key) && this.put(then, key, { kind: 'forbidden' }));
      return isForbidden(this.env, now, people, again, 'chat');
    };
    this.#recheck(now, 'policy', 'forbidden', concerns);
  }

  stored(now: number, op: string, answer: StoreAnswer): void {
    this.#desk.stored(now, op.slice(CHAT_OPS.length), answer);
    this.#drain(now);
  }

  /** The host has answered a question. */
  answer(now: number, ask: string, targets: readonly Target[]): void {
    this.#leaving.answer(now, ask, targets);
  }

  tick(now: number): void {
    this.#leaving.tick(now);
    this.saying.tick(now);
    this.table.tick(now);
    this.#later.tick(now);
    this.#hearing.tick(now);
    this.#desk.tick(now);
    this.#drain(now);
  }

  /** What dies with this process is ended; what does not goes on. */
  close(now: number): void {
    this.#isTakingBack = this.env.options.lastingStore !== true;
    if (this.#isTakingBack) this.#recheck(now, 'shutdown', 'shutdown', () => true);
    else this.#desk.close();
  }

  /** Everything that is open ends now. */
  end(now: number): void {
    this.#isTakingBack = false;
    this.#later.clear();
    this.#desk.abandon();
    this.#drain(now);
    this.saying.clear();
    this.#hearing.clear();
    this.#leaving.clear();
    this.table.clear();
  }

  chatOf(now: number, people: People): KnownChat | undefined {
    const key = chatKey(people);
    const known = this.table.byKey(key);
    if (known !== undefined) return known;
    const { contact, user } = people;
    const token = contactToken({ word: CHAT_WORD, key }, this.env.options);
    const pair = `${user.bare} ${contact.bare}`;
    return this.table.begin(now, {
      key,
      pair,
      token,
      people,
      from: contactOf(people, ''),
      to: user,
    });
  }

  put(now: number, key: Key, event: ChatEvent, came?: CameRequest): void {
    const chat = this.table.byKey(key);
    this.#enter(now, key, { event, at: now, chat, came });
  }

  touch(now: number, chat: KnownChat): void {
    if (now - chat.writtenAt < this.settings.waits.touch) return;
    chat.writtenAt = now;
    this.put(now, chat.key, { kind: 'touch' });
  }

  tidy(chat: KnownChat): void {
    if (chat.session === undefined && isIdle(chat)) this.table.end(chat);
  }

  #enter(now: number, key: Key, item: ChatItem): void {
    this.#counted(item, 1);
    if (this.#desk.put(now, key, item) === 'full') this.#unable(now, key, item, 'queue-full');
    this.#drain(now);
  }

  #counted({ chat, came }: ChatItem, by: 1 | -1): void {
    if (chat === undefined) return;
    chat.atDesk += by;
    if (came?.isContent === true) chat.contents += by;
  }

  /** Somebody is asked; each of those who are is told once. */
  #ringing(now: number, response: Response, ride: ChatRide): void {
    const tag = toTagOf(response);
    const isBusy = (this.table.byKey(ride.key)?.atDesk ?? 0) > 0;
    if (ride.of !== 'invite' || tag === '' || tag === ride.rang || isBusy) return;
    ride.rang = tag;
    this.put(now, ride.key, { kind: 'ringing', tag: ride.tag, response });
  }

  /** What another fork has accepted begins nothing: nobody need be asked. @spec RFC 3261 §13.2.2.4 */
  #parts(now: number, response: Response, { key, tag }: ChatRide): void {
    const people = chatPeopleIn(key, this.env.phones);
    const targets = this.table.byKey(key)?.targets;
    if (people === undefined) return;
    for (const { tag: of, draft } of partFrom(response))
      this.#leaving.leave(now, key, people, { kind: 'request', tag, of, draft }, targets);
  }

  #went(
    now: number,
    { key, tag, of }: ChatRide,
    failed: Extract<SipEvent, { kind: 'failed' }>,
  ): void {
    this.put(now, key, { kind: 'failed', tag, of, failed });
  }

  /** No sessions with this contact, as far as the answer says: single messages are worth a try where the peer takes them. */
  #isForPager(key: Key, response: Response): boolean {
    const people = chatPeopleIn(key, this.env.phones);
    if (people === undefined || !NO_SESSIONS.has(response.status)) return false;
    const dialect = dialectOf(this.env, people.contact.asciiDomain);
    return dialect.traits.pager && dialect.response(response, 'INVITE').meaning === undefined;
  }

  #recheck(
    now: number,
    name: string,
    kind: 'forbidden' | 'shutdown',
    concerns: (people: People, key: Key) => boolean,
  ): void {
    const matches = (key: Key): boolean => {
      const people = chatPeopleIn(key, this.env.phones);
      return people !== undefined && concerns(people, key);
    };
    const event: ChatItem = { event: { kind }, at: now, chat: undefined };
    this.#desk.recheck(now, { name: `chat ${name}`, prefix: CHAT_PREFIX, matches, event });
    this.#drain(now);
  }

  #decide(
    now: number,
    key: Key,
    record: StoredRecord | undefined,
    what: ChatItem | DeskEvent,
  ): Decision<ChatEffect> {
    const people = chatPeopleIn(key, this.env.phones);
    if (people === undefined) return { next: 'unchanged', effects: [] };
    const transport = 'event' in what ? what.came?.flow.transport : undefined;
    const context = contextOf(this, this.#name, key, people, transport);
    const chat = this.table.byKey(key);
    if (chat !== undefined) chat.shownCseq = chat.remoteCseq;
    return stepChat(now, record, eventIn(what), context);
  }

  /** Everything the desk puts out. */
  #drain(now: number): void {
    for (let out = this.#desk.next(); out !== undefined; out = this.#desk.next())
      this.#take(now, out);
  }

  #take(now: number, out: DeskOutput<ChatItem, ChatEffect>): void {
    if (out.kind === 'store') this.env.out.push({ ...out, op: CHAT_OPS + out.op });
    else if (out.kind === 'release') this.#release(now, out.key, out.event, out.effects);
    else if ('event' in out.event) this.#unable(now, out.key, out.event, out.why);
  }

  #release(
    now: number,
    key: Key,
    what: ChatItem | DeskEvent,
    effects: readonly ChatEffect[],
  ): void {
    const people = chatPeopleIn(key, this.env.phones);
    if (people === undefined) return;
    const item = 'event' in what ? what : undefined;
    if (item !== undefined) this.#left(item);
    this.#performing.all(now, key, people, effects, item);
    const chat = this.table.byKey(key);
    if (chat === undefined) return;
    this.saying.again(now, chat);
    this.tidy(chat);
  }

  /** It is at the desk no more. */
  #left(item: ChatItem): void {
    this.#counted(item, -1);
    const { chat, event } = item;
    if (chat !== undefined && (event.kind === 'say' || event.kind === 'renew'))
      chat.isAsked = false;
  }

  /** The record could not be changed: whoever waits for an answer hears that it is our fault, and for now. */
  #unable(now: number, key: Key, item: ChatItem, why: string): void {
    this.#left(item);
    if (why !== 'closed' && this.#later.takes(now, key, item)) return;
    const { event, chat, came } = item;
    if (came !== undefined) this.#hearing.unable(now, came.id, why);
    if (event.kind === 'answer') this.#hearing.unable(now, event.to, why);
    if (chat === undefined) return;
    if (event.kind === 'say' || event.kind === 'renew')
      this.saying.giveUp(now, chat, endingOf(refused('state-unavailable', why), 'failed'));
    this.tidy(chat);
  }
}

function eventIn(what: ChatItem | DeskEvent): ChatEvent {
  if ('event' in what) return what.event;
  return what.kind === 'due' ? { kind: 'wake' } : { kind: 'recovered', kept: what.kept };
}

function toTagOf({ headers: { to } }: Response): string {
  const tagged = to !== undefined && 'params' in to ? to.params : [];
  return tagged.find(({ name }) => name === 'tag')?.value ?? '';
}

const METHODS: ReadonlySet<string> = new Set(SESSION_METHODS);
const TOKEN = `${CHAT_WORD}.`;
/** What says that there are no sessions, at least none of this kind. @spec RFC 7573 §4 */
const NO_SESSIONS: ReadonlySet<number> = new Set([405, 415, 488, 501, 606]);
