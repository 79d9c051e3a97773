// What both directions of conversations stand on: the settings, the table of what is known here, and the way to the desk.
// Types only; chat.ts is it.
import type { ChatEvent } from '../ledger/chat-types.ts';
import type { People } from '../ledger/people.ts';
import type { Key } from '../store/store.ts';
import type { CameRequest } from './chat-ride.ts';
import type { ChatSettings } from './chat-settings.ts';
import type { ChatTable, KnownChat } from './chat-table.ts';
import type { GatewayEnv } from './env.ts';

/** What is under both directions. */
export interface ChatFloor {
  readonly env: GatewayEnv;
  readonly settings: ChatSettings;
  readonly table: ChatTable;
  /** The entry of two people, made where there is none; `undefined` where there is no room. */
  chatOf(now: number, people: People): KnownChat | undefined;
  /** Something has happened to a record. */
  put(now: number, key: Key, event: ChatEvent, came?: CameRequest): void;
  /** Has what was learned written, when it is time. */
  touch(now: number, chat: KnownChat): void;
  /** Forgets an entry of which nothing is left. */
  tidy(chat: KnownChat): void;
}
