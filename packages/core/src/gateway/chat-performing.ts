// What the ledger of conversations has decided, once it is written: effect by effect, each to whoever carries it out.
import type { ChatEffect } from '../ledger/chat-types.ts';
import type { People } from '../ledger/people.ts';
import type { Key } from '../store/store.ts';
import type { ChatFloor } from './chat-floor.ts';
import type { ChatHearing } from './chat-hearing.ts';
import { heardAs, openAs } from './chat-known.ts';
import type { ChatLeaving } from './chat-leaving.ts';
import type { ChatItem } from './chat-ride.ts';
import type { ChatSaying } from './chat-saying.ts';
import type { KnownChat } from './chat-table.ts';
import { tellForbidden } from './chat-trace.ts';

/** Who carries out what. */
interface Ways {
  readonly saying: ChatSaying;
  readonly hearing: ChatHearing;
  readonly leaving: ChatLeaving;
}

/** Carries out what was decided. */
export class ChatPerforming {
  readonly #floor: ChatFloor;
  readonly #ways: Ways;

  constructor(floor: ChatFloor, ways: Ways) {
    this.#floor = floor;
    this.#ways = ways;
  }

  /** Everything that one step has decided; `item` is what it was about, where something came. */
  all(
    now: number,
    key: Key,
    people: People,
    effects: readonly ChatEffect[],
    item: ChatItem | undefined,
  ): void {
    const words = effects.flatMap((effect) => (effect.kind === 'did' ? effect.words : NONE));
    for (const effect of effects)
      if (effect.kind === 'open') this.#openHere(now, people, effect, item);
    for (const effect of effects) this.#perform(now, key, people, effect, item, words);
    if (item?.event.kind === 'forbidden' && words.some((word) => ENDED.has(word)))
      tellForbidden(this.#floor.env, now, people, words);
  }

  #perform(
    now: number,
    key: Key,
    people: People,
    effect: ChatEffect,
    item: ChatItem | undefined,
    words: readonly string[],
  ): void {
    const { saying, hearing, leaving } = this.#ways;
    const chat = this.#floor.table.byKey(key);
    switch (effect.kind) {
      case 'answer':
        return hearing.answer(now, effect.to, effect.draft, words);
      case 'request':
        return leaving.leave(now, key, people, effect, chat?.targets);
      case 'cancel':
        return leaving.cancel(effect.tag);
      case 'farewell':
        return leaving.farewell(now, people, effect);
      case 'did':
        return;
      case 'pending':
        if (item?.came !== undefined) hearing.named(item.came.id, effect.tag);
        return chat && this.#pending(now, chat, effect.isOurs);
      case 'hear':
        if (chat !== undefined) heardAs(chat, effect.facts);
        return chat && hearing.hear(now, chat, effect.tag, effect.to);
      case 'open':
        return chat && saying.opened(now, chat);
      case 'content':
        return this.#content(now, people, effect.to, item);
      case 'page':
        return chat && saying.page(now, over(chat));
      case 'tell':
        return chat && saying.tell(now, over(chat), effect.why);
      case 'closed':
        return void (chat && over(chat));
    }
  }

  #pending(now: number, chat: KnownChat, isOurs: boolean): void {
    chat.session = undefined;
    chat.isPending = isOurs;
    if (!isOurs) this.#ways.saying.lookLater(now, chat);
  }

  /** Before anything else: what comes within it, and what leaves, goes by what is known here. */
  #openHere(
    now: number,
    people: People,
    { record, upTo }: Extract<ChatEffect, { kind: 'open' }>,
    item: ChatItem | undefined,
  ): void {
    const chat = this.#floor.chatOf(now, people);
    if (chat === undefined) return;
    openAs(now, chat, record, upTo);
    const tag = chat.session?.dialog.localTag ?? '';
    if (item?.came !== undefined) this.#ways.hearing.named(item.came.id, tag);
  }

  #content(now: number, people: People, to: string, item: ChatItem | undefined): void {
    const { hearing } = this.#ways;
    const chat = this.#floor.chatOf(now, people);
    if (chat === undefined || item?.came === undefined)
      return hearing.answer(now, to, { status: 480 }, NONE);
    hearing.content(now, chat, item.came);
  }
}

/** There is no session any more. */
function over(chat: KnownChat): KnownChat {
  chat.session = undefined;
  chat.isPending = false;
  return chat;
}

/** A session that policy has ended, or an INVITE of ours. */
const ENDED: ReadonlySet<string> = new Set(['forbidden:end', 'forbidden:part']);
const NONE: readonly string[] = Object.freeze([]);
