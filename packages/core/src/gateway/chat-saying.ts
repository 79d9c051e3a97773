// What the user says, within a session: messages come in by the door (session-door.ts), wait until there is a session, leave
// with the next CSeq, and their responses are read here first. Within an open session nothing is asked and nothing is
// written. How a session comes about is the ledger's (ledger/chat.ts), who wrote what and who is told is xmpp-to-sip.ts'.
import type { Verdict } from '@interwork/policy';
import {
  DIALOG_LIMITS,
  endsSession,
  type FailedEvent,
  type Response,
  type Target,
  writeUri,
} from '@interwork/sip';
import type { Jid, Message } from '@interwork/xmpp';
import { dialectOf } from '../dialect/dialect-of.ts';
import type { ChatWhy, ChatWish } from '../ledger/chat-types.ts';
import { chatKey } from '../ledger/chat-people.ts';
import { peopleOf } from '../ledger/people.ts';
import { stateIn } from '../rules/chat-state.ts';
import { carriedThread } from '../rules/thread.ts';
import { type RefusalCode, refused } from '../translation.ts';
import { ANY_CONNECTION, verdictOf } from './admit.ts';
import { ChatBases } from './chat-base.ts';
import type { ChatFloor } from './chat-floor.ts';
import { heardUser, lockOn } from './chat-known.ts';
import { isIdle, type KnownChat, type WaitingSay } from './chat-table.ts';
import { Line, type Place } from './line.ts';
import {
  type Ending,
  endingOf,
  endingOfDrop,
  endingOfFailure,
  endingOfMeaning,
  endingOfResponse,
  full,
  type Outgoing,
} from './outgoing.ts';
import type { MessageEnds, SessionDoor } from './session-door.ts';

/** When a session is looked at again. */
interface Look {
  readonly chat: KnownChat;
  readonly at: number;
  place: Place<Look> | undefined;
}

/** From the user to the contact. */
export class ChatSaying implements SessionDoor {
  readonly #floor: ChatFloor;
  readonly #ends: () => MessageEnds;
  readonly #waiting = new Line<WaitingSay>();
  /** Sessions of other processes, which are looked at again. */
  readonly #looks = new Line<Look>();
  readonly #bases = new ChatBases();

  constructor(floor: ChatFloor, ends: () => MessageEnds) {
    this.#floor = floor;
    this.#ends = ends;
  }

  /** Messages that wait for a session. */
  get size(): number {
    return this.#waiting.size;
  }

  get wakeAt(): number {
    const { first: waiting } = this.#waiting;
    const { first: look } = this.#looks;
    return Math.min(waiting?.deadline ?? Infinity, look?.at ?? Infinity);
  }

  /** What may go alone does, where policy lets them have no session. */
  wants({ from, kind, stanza, to }: Outgoing): boolean {
    const { traits } = dialectOf(this.#floor.env, to.asciiDomain);
    if (traits.chat !== 'invite-message') return false;
    if (kind !== 'message' || !traits.pager) return true;
    if (stanza?.kind !== 'message' || stanza.type !== 'chat') return false;
    const { effect, unknown } = this.#verdict(from, to);
    return effect === 'permit' || unknown !== undefined;
  }

  take(now: number, crossed: Outgoing, targets: readonly Target[]): void {
    const chat = this.#chatOf(now, crossed.from, crossed.to);
    if (chat === undefined) return this.#ends().give(now, crossed, full());
    chat.targets = targets;
    if (canSay(chat)) return this.#say(now, chat, crossed, targets);
    if (crossed.kind === 'sign') return this.#unsaid(now, chat, crossed, targets);
    this.#wait(now, chat, crossed, targets);
    this.#ask(now, chat);
  }

  /** Whether something may be said within a session now. */
  isOpen(from: Jid, to: Jid): boolean {
    const chat = this.#floor.table.byPair(pairOf(from, to));
    return chat !== undefined && canSay(chat);
  }

  answered(now: number, crossed: Outgoing, response: Response): boolean {
    const { status } = response;
    if (status < 300) return false;
    const { from, to, within: tag = '' } = crossed;
    const ends = status === 500 ? 'outrun' : this.#endsIt(to, response);
    const chat = ends === 'no' ? undefined : this.#chatOf(now, from, to);
    if (chat === undefined) return false;
    if (ends === 'outrun' && crossed.kind !== 'sign')
      return this.#outrun(now, chat, crossed, response);
    this.#dead(now, chat, tag);
    if (crossed.kind === 'sign') return false;
    if (ends === 'told' || crossed.isReopened === true) return false;
    this.#wait(now, chat, { ...crossed, isReopened: true }, chat.targets ?? []);
    return true;
  }

  failed(now: number, { pair, within: tag = '' }: Outgoing, failed: FailedEvent): void {
    const chat = this.#floor.table.byPair(pair);
    if (chat?.session?.dialog.localTag !== tag) return;
    this.#floor.put(now, chat.key, { kind: 'failed', tag, of: 'within', failed });
  }

  /** @spec RFC 7573 §6.1 */
  sign(now: number, m: Message, from: Jid, to: Jid): boolean {
    const state = stateIn(m);
    if (state === undefined || !this.#speaks(to)) return false;
    const chat = this.#floor.table.byPair(pairOf(from, to));
    if (chat !== undefined) this.#shown(now, chat, state === 'inactive');
    if (state !== 'gone') return false;
    const people = peopleOf(to, from, this.#floor.env.phones);
    this.#floor.put(now, chat?.key ?? chatKey(people), { kind: 'gone' });
    return true;
  }

  /** A presence stanza: whoever was locked in may have gone, or come back elsewhere. @spec RFC 6121 §5.1 */
  presence(now: number, from: Jid, to: Jid): void {
    const chat = this.#floor.table.byPair(pairOf(from, to));
    if (chat === undefined || chat.lock === '') return;
    lockOn(chat, '');
    this.#floor.put(now, chat.key, { kind: 'touch' });
  }

  drain(): readonly Outgoing[] {
    const all: Outgoing[] = [];
    for (let first = this.#waiting.first; first !== undefined; first = this.#waiting.first) {
      this.#unwait(first);
      all.push(first.crossed);
    }
    return all;
  }

  /** The session is open: what waits leaves. */
  opened(now: number, chat: KnownChat): void {
    for (const say of this.#takeAll(chat)) {
      const { unlessAhead: genuine, crossed, targets } = say;
      if (genuine !== undefined && chat.cseq <= genuine.cseq) genuine.give(now);
      else if (canSay(chat)) this.#say(now, chat, crossed, targets);
      else this.#wait(now, chat, crossed, targets);
    }
  }

  /** What waits leaves as single messages. */
  page(now: number, chat: KnownChat): void {
    for (const { crossed, targets } of this.#takeAll(chat))
      this.#ends().page(now, crossed, targets);
  }

  /** Nothing came of the session. */
  tell(now: number, chat: KnownChat, why: ChatWhy): void {
    for (const { crossed } of this.#takeAll(chat))
      this.#ends().refused(now, crossed, why.response, this.#endingOf(crossed, why));
  }

  /** The record could not be changed, or there is no room. */
  giveUp(now: number, chat: KnownChat, ending: Ending): void {
    for (const { crossed } of this.#takeAll(chat)) this.#ends().give(now, crossed, ending);
  }

  /** There is a session that is none of ours yet. */
  lookLater(now: number, chat: KnownChat): void {
    const look: Look = { chat, at: now + this.#floor.settings.waits.again, place: undefined };
    look.place = this.#looks.join(look);
  }

  /** Whatever is left waiting without a session asks for one. */
  again(now: number, chat: KnownChat): void {
    if (chat.waiting.length > 0 && !chat.isPending && !chat.isAsked) this.#ask(now, chat);
  }

  tick(now: number): void {
    for (let late = this.#waiting.first; late !== undefined; late = this.#waiting.first) {
      if (late.deadline > now) break;
      this.#unwait(late);
      this.#ends().give(now, late.crossed, endingOf(refused('waited-too-long'), 'failed'));
      this.#floor.put(now, late.chat.key, { kind: 'wake' });
    }
    for (let look = this.#looks.first; look !== undefined; look = this.#looks.first) {
      if (look.at > now) return;
      if (look.place !== undefined) this.#looks.leave(look.place);
      this.again(now, look.chat);
    }
  }

  clear(): void {
    this.#waiting.clear();
    this.#looks.clear();
    this.#bases.clear();
  }

  #chatOf(now: number, from: Jid, to: Jid): KnownChat | undefined {
    const known = this.#floor.table.byPair(pairOf(from, to));
    return known ?? this.#floor.chatOf(now, peopleOf(to, from, this.#floor.env.phones));
  }

  /** @spec RFC 7573 §4 */
  #say(now: number, chat: KnownChat, crossed: Outgoing, targets: readonly Target[]): void {
    const { session } = chat;
    if (session === undefined) return;
    const { from, kind, stanza, to } = crossed;
    const { draft, hops } = this.#bases.request(chat, session, crossed, targets);
    const isWords = kind !== 'sign' && stanza?.kind === 'message';
    const message = isWords ? stanza : undefined;
    if (heardUser(now, chat, from, message)) chat.writtenAt = 0;
    const said = dialectOf(this.#floor.env, to.asciiDomain).draft(draft);
    crossed.within = session.dialog.localTag;
    this.#ends().leave(now, crossed, said, hops);
    this.#floor.touch(now, chat);
  }

  /** A sign opens no session: it goes alone, where the peer takes what goes alone. */
  #unsaid(now: number, chat: KnownChat, crossed: Outgoing, targets: readonly Target[]): void {
    const { traits } = dialectOf(this.#floor.env, crossed.to.asciiDomain);
    if (traits.pager) this.#ends().page(now, crossed, targets);
    else this.#ends().give(now, crossed, endingOfDrop('no-session'));
    this.#floor.tidy(chat);
  }

  #wait(
    now: number,
    chat: KnownChat,
    crossed: Outgoing,
    targets: readonly Target[],
    unlessAhead?: WaitingSay['unlessAhead'],
  ): void {
    const deadline = now + patienceOf(this.#floor);
    const say: WaitingSay = {
      chat,
      crossed,
      targets,
      deadline,
      tries: 0,
      place: undefined,
      unlessAhead,
    };
    say.place = this.#waiting.join(say);
    chat.waiting = [...chat.waiting, say];
  }

  #ask(now: number, chat: KnownChat): void {
    const [first] = chat.waiting;
    if (first === undefined || chat.isPending || chat.isAsked) return;
    const { session } = chat;
    if (session === undefined && first.tries >= this.#floor.settings.limits.tries)
      return this.giveUp(now, chat, endingOf(refused('session-over'), 'failed'));
    if (session === undefined) first.tries += 1;
    chat.isAsked = true;
    const { crossed } = first;
    if (session === undefined)
      this.#floor.put(now, chat.key, { kind: 'say', wish: this.#wishOf(crossed) });
    else this.#floor.put(now, chat.key, { kind: 'renew', tag: session.dialog.localTag });
  }

  #wishOf({ draft, from, stanza, to, isReopened }: Outgoing): ChatWish {
    const { drawToken } = this.#floor.env.options;
    const { session } = dialectOf(this.#floor.env, to.asciiDomain);
    const m = stanza?.kind === 'message' ? stanza : undefined;
    const isNamed = isReopened !== true && (draft.callId ?? '').length <= DIALOG_LIMITS.idChars;
    return {
      remote: writeUri(draft.uri),
      thread: carriedThread(m?.thread),
      callId: isNamed ? draft.callId : undefined,
      lock: m === undefined ? '' : from.resource,
      signs: m !== undefined && stateIn(m) !== undefined,
      headers: session?.headers(drawToken()) ?? [],
    };
  }

  /** Another process may have gone on with higher numbers; then the peer has not taken it. @spec RFC 3261 §12.2.2 */
  #outrun(now: number, chat: KnownChat, crossed: Outgoing, response: Response): boolean {
    if (chat.session?.dialog.localTag !== crossed.within || crossed.isReopened === true)
      return false;
    const give = (then: number): void =>
      this.#ends().give(then, crossed, endingOfResponse(response, this.#floor.env));
    const resent = { ...crossed, isReopened: true } as const;
    this.#wait(now, chat, resent, chat.targets ?? [], { cseq: chat.upTo, give });
    this.#ask(now, chat);
    return true;
  }

  /** What a refusal says of the session: nothing; that it is over; or that, and that the message was not taken. */
  #endsIt(to: Jid, response: Response): 'no' | 'told' | 'again' {
    const { meaning } = dialectOf(this.#floor.env, to.asciiDomain).response(response, 'MESSAGE');
    if (meaning !== undefined) return meaning.again === 'reopen' ? 'again' : 'no';
    if (NOT_TAKEN.has(response.status)) return 'again';
    return endsSession(response.status) ? 'told' : 'no';
  }

  /** @spec RFC 5057 §5.1 */
  #dead(now: number, chat: KnownChat, tag: string): void {
    if (chat.session?.dialog.localTag !== tag) return;
    chat.session = undefined;
    chat.isPending = false;
    this.#floor.put(now, chat.key, { kind: 'dead', tag });
  }

  #endingOf({ from, to }: Outgoing, { response, failed, word }: ChatWhy): Ending {
    if (response !== undefined && response.status < 300) return endingOfTaken(response);
    if (response !== undefined) {
      const { meaning } = dialectOf(this.#floor.env, to.asciiDomain).response(response, 'INVITE');
      return meaning === undefined
        ? endingOfResponse(response, this.#floor.env)
        : endingOfMeaning(response, meaning);
    }
    if (failed?.reason === 'no-target') return this.#forbidden(from, to) ?? endingOfFailure(failed);
    if (failed !== undefined) return endingOfFailure(failed);
    return endingOf(refused(CODE_OF[word]), 'failed');
  }

  /** What may be said alone may still want a session, and that be forbidden: then its INVITE has not left. */
  #forbidden(from: Jid, to: Jid): Ending | undefined {
    const { effect, by } = this.#verdict(from, to);
    return effect === 'permit' ? undefined : { ...endingOf(refused('policy'), 'refused'), by };
  }

  #verdict(from: Jid, to: Jid): Verdict {
    return verdictOf('xmpp', 'chat', from, to, ANY_CONNECTION, this.#floor.env);
  }

  #shown(now: number, chat: KnownChat, isInactive: boolean): void {
    const isNew = chat.isInactive !== isInactive || !chat.signs;
    chat.isInactive = isInactive;
    chat.signs = true;
    if (isNew && chat.session !== undefined) this.#floor.put(now, chat.key, { kind: 'touch' });
  }

  #speaks(to: Jid): boolean {
    return dialectOf(this.#floor.env, to.asciiDomain).traits.chat === 'invite-message';
  }

  #takeAll(chat: KnownChat): readonly WaitingSay[] {
    const all = chat.waiting;
    for (const say of all) this.#unwait(say);
    return all;
  }

  #unwait(say: WaitingSay): void {
    const { chat, place } = say;
    chat.waiting = chat.waiting.filter((one) => one !== say);
    if (place !== undefined) this.#waiting.leave(place);
    say.place = undefined;
    if (isIdle(chat) && chat.session === undefined) this.#floor.tidy(chat);
  }
}

function pairOf(from: Jid, to: Jid): string {
  return `${from.bare} ${to.bare}`;
}

/** The INVITE was accepted in a way that begins no session: what waits for it has gone nowhere. @spec RFC 3261 §13.2.2.4 */
function endingOfTaken({ status }: Response): Ending {
  const ending = endingOf(refused('session-over'), 'failed');
  return { ...ending, reasons: [...ending.reasons, `sip-${status}`] };
}

function canSay({ session, cseq, upTo }: KnownChat): boolean {
  return session !== undefined && cseq < upTo;
}

/** Longer than a ring, and what goes before and after it. */
function patienceOf({ settings }: ChatFloor): number {
  return settings.waits.ring + AROUND;
}

/** Milliseconds. */
const AROUND = 15_000;

const CODE_OF: Readonly<Record<ChatWhy['word'], RefusalCode>> = {
  refused: 'not-answered',
  failed: 'not-answered',
  silence: 'not-answered',
  unusable: 'no-text',
  lost: 'session-over',
};

/** The peer has not taken the message: there is no such session with it. */
const NOT_TAKEN: ReadonlySet<number> = new Set([408, 480, 481]);
