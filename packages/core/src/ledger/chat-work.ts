// One step of a conversation under way: what is changed, what leaves, and what an act of the tables is about. Types, and
// what a session is called.
import type { Session } from '@interwork/sip';
import type { Instant } from '../store/store.ts';
import type { ChatState, ChatWord } from './chat-tables.ts';
import type {
  ChatAnswered,
  ChatContext,
  ChatEffect,
  ChatInvited,
  ChatRecord,
  ChatWhy,
  ChatWish,
} from './chat-types.ts';

/** What is kept beside the state; changed by steps. */
export type ChatKept = {
  -readonly [K in keyof Omit<ChatRecord, 'version' | 'state'>]: ChatRecord[K];
};

/** A step under way. */
export interface ChatWork {
  state: ChatState;
  kept: ChatKept | undefined;
  readonly effects: ChatEffect[];
  readonly did: string[];
  /** The session is to be used here: with CSeq numbers of its own. */
  isOpening: boolean;
  /** The request that this is about, an id of the SIP edge. */
  readonly to: string;
  readonly now: Instant;
  readonly x: ChatContext;
  /** One cell of the tables. */
  readonly turn: (word: ChatWord, matter?: ChatMatter) => void;
}

/** What an act is about. */
export interface ChatMatter {
  readonly wish?: ChatWish | undefined;
  readonly invited?: ChatInvited | undefined;
  readonly answered?: ChatAnswered | undefined;
  readonly why?: ChatWhy | undefined;
}

/**
 * The contact's INVITE that waits for its answer here; empty where there is none, or another process has it: ids of INVITEs
 * mean nothing beyond their process.
 */
export function inviteHere({ kept, x }: Pick<ChatWork, 'kept' | 'x'>): string {
  return kept?.by === x.by ? (kept.invite ?? '') : '';
}

/** A session is named by our tag. */
export function tagOf(session: Session | undefined): string {
  return session?.dialog.localTag ?? '';
}
