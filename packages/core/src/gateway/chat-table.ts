// The sessions that this process knows: those that are open here, with the CSeq numbers it may use, and those that are
// coming about, with the messages that wait for them. A message within an open session touches nothing else. Bounded in
// all and for each domain; what is open and has been silent is forgotten, since its record ends it.
import type { Session, Target } from '@interwork/sip';
import type { Jid } from '@interwork/xmpp';
import type { End } from '../crossing.ts';
import type { ChatLimits } from '../ledger/chat-bounds.ts';
import type { HeardMessage } from '../ledger/chat-types.ts';
import type { People } from '../ledger/people.ts';
import type { Instant, Key } from '../store/store.ts';
import { Line, type Place } from './line.ts';
import type { Outgoing } from './outgoing.ts';
import { Shares } from './shares.ts';

/** A message of the user that waits for a session. */
export interface WaitingSay {
  readonly chat: KnownChat;
  readonly crossed: Outgoing;
  readonly targets: readonly Target[];
  readonly deadline: Instant;
  /** Sessions that were asked for so far on its account. */
  tries: number;
  place: Place<WaitingSay> | undefined;
  /** It was answered 500: told so unless another process has gone ahead of our CSeq, which is at this number. */
  readonly unlessAhead?:
    | { readonly cseq: number; readonly give: (now: Instant) => void }
    | undefined;
}

/** A session, open or coming about. */
export interface KnownChat {
  readonly key: Key;
  /** The two people, from the user to the contact, as messages are queued. */
  readonly pair: string;
  readonly token: string;
  readonly people: People;
  /** While it is open. */
  session: Session | undefined;
  /** The CSeq last used. */
  cseq: number;
  /** The last CSeq that may be used. */
  upTo: number;
  /** The contact's last CSeq. */
  remoteCseq: number;
  /** The contact's last CSeq that the record may show. */
  shownCseq: number;
  /** The contact's newest message that has its answer. */
  heard: HeardMessage | undefined;
  thread: string;
  lock: string;
  /** The contact with its device. */
  from: End;
  /** The user with what is locked in. */
  to: Jid;
  last: Instant;
  signs: boolean;
  isInactive: boolean;
  /** When what was learned was last written. */
  writtenAt: Instant;
  /** One is coming about, and whoever waits is told. */
  isPending: boolean;
  /** One was asked for at the desk. */
  isAsked: boolean;
  /** Events at the desk. */
  atDesk: number;
  /** Of these, requests that are to be passed on in their order. */
  contents: number;
  /** Where requests to the contact's domain go, as far as is known. */
  targets: readonly Target[] | undefined;
  waiting: readonly WaitingSay[];
  /** When it is looked at whether it is silent. */
  checkAt: Instant;
  place: Place<KnownChat> | undefined;
}

/** What a new one begins with. */
export type ChatStart = Pick<KnownChat, 'key' | 'pair' | 'token' | 'people' | 'from' | 'to'>;

/** The sessions of this process. */
export class ChatTable {
  readonly #byKey = new Map<Key, KnownChat>();
  readonly #byPair = new Map<string, KnownChat>();
  readonly #byToken = new Map<string, KnownChat>();
  readonly #line = new Line<KnownChat>();
  readonly #shares: Shares;
  readonly #max: number;
  readonly #silent: number;

  /** `silent`: milliseconds without a word after which an open one is forgotten here. */
  constructor({ sessions, sessionsPerDomain }: ChatLimits, silent: number) {
    this.#max = sessions;
    this.#shares = new Shares(sessionsPerDomain);
    this.#silent = silent;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get wakeAt(): Instant {
    return this.#line.first?.checkAt ?? Infinity;
  }

  byKey(key: Key): KnownChat | undefined {
    return this.#byKey.get(key);
  }

  byPair(pair: string): KnownChat | undefined {
    return this.#byPair.get(pair);
  }

  byToken(token: string): KnownChat | undefined {
    return this.#byToken.get(token);
  }

  /** Makes room for one; `undefined` where there is none. */
  begin(now: Instant, start: ChatStart): KnownChat | undefined {
    if (this.#byKey.size >= this.#max) return undefined;
    if (!this.#shares.take(start.people.contact.asciiDomain)) return undefined;
    const chat: KnownChat = {
      key: start.key,
      pair: start.pair,
      token: start.token,
      people: start.people,
      session: undefined,
      cseq: 0,
      upTo: 0,
      remoteCseq: 0,
      shownCseq: 0,
      heard: undefined,
      thread: '',
      lock: '',
      from: start.from,
      to: start.to,
      last: now,
      signs: false,
      isInactive: false,
      writtenAt: now,
      isPending: false,
      isAsked: false,
      atDesk: 0,
      contents: 0,
      targets: undefined,
      waiting: NONE,
      checkAt: now + this.#silent,
      place: undefined,
    };
    this.#byKey.set(chat.key, chat);
    this.#byPair.set(chat.pair, chat);
    this.#byToken.set(chat.token, chat);
    chat.place = this.#line.join(chat);
    return chat;
  }

  /** It is not known here any more. */
  end(chat: KnownChat): void {
    if (this.#byKey.get(chat.key) !== chat) return;
    this.#byKey.delete(chat.key);
    this.#byPair.delete(chat.pair);
    this.#byToken.delete(chat.token);
    this.#shares.give(chat.people.contact.asciiDomain);
    if (chat.place !== undefined) this.#line.leave(chat.place);
    chat.place = undefined;
  }

  /** Forgets what is idle here and has been silent for long. */
  tick(now: Instant): void {
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      if (first.checkAt > now) return;
      if (isIdle(first) && first.last + this.#silent <= now) this.end(first);
      else this.#later(now, first);
    }
  }

  clear(): void {
    this.#byKey.clear();
    this.#byPair.clear();
    this.#byToken.clear();
    this.#line.clear();
    this.#shares.clear();
  }

  #later(now: Instant, chat: KnownChat): void {
    if (chat.place !== undefined) this.#line.leave(chat.place);
    chat.checkAt = now + this.#silent;
    chat.place = this.#line.join(chat);
  }
}

/** Whether nothing of it is under way here. */
export function isIdle({ waiting, isPending, isAsked, atDesk }: KnownChat): boolean {
  return waiting.length === 0 && !isPending && !isAsked && atDesk === 0;
}

const NONE: readonly never[] = Object.freeze([]);
