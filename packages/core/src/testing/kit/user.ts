// A scripted user of a federation: the same words whichever protocol the user's company speaks. What a user does
// happens at once; what comes of it is seen when time has passed, which `await` lets it.
import type { Message } from './message.ts';

/** What a user shows to those who may see it. */
export type Shown = 'available' | 'chat' | 'away' | 'xa' | 'dnd' | 'offline';

/** What somebody sees of a contact. */
export interface Seen {
  /** `offline` also where nothing may be seen. */
  readonly show: Shown;
  readonly note: string | undefined;
}

/** A message as it reached a user. */
export interface Arrived {
  /** Epoch milliseconds of virtual time. */
  readonly at: number;
  /** The sender, without a resource. */
  readonly from: string;
  readonly text: string;
  /** The subject, where there is one. */
  readonly subject: string | undefined;
}

/** What a message may have beside its text. */
export interface SendOptions {
  readonly subject?: string;
  /** The conversation: a thread in XMPP, a Call-ID in SIP. */
  readonly thread?: string;
}

/** A person, or the address of one. */
export type Someone = { readonly address: string } | string;

/** Somebody with an account at one of the companies. */
export interface User {
  /** `alice@contoso.example`. */
  readonly address: string;
  /** Sends a message. Answers when it is known what became of it, or after two minutes of virtual time. */
  sends(to: Someone, text: string, options?: SendOptions): Promise<Message>;
  /** Everything that reached this user, oldest first: messages, and what a gateway says of messages that were lost. */
  readonly inbox: readonly Arrived[];
  /** Asks to see a contact from now on. */
  adds(contact: Someone): void;
  /** Lets somebody see this user: one who has asked, or in advance. */
  accepts(contact: Someone): void;
  /** Turns down whoever has asked, or takes back what was granted. */
  declines(contact: Someone): void;
  /** Wants to see a contact no more. */
  removes(contact: Someone): void;
  /** Addresses that have asked and wait for an answer. */
  readonly askedBy: readonly string[];
  /** Shows this from now on. Users begin as `available`. */
  shows(show: Shown, note?: string): void;
  /** What this user sees of a contact at this moment. */
  sees(contact: Someone): Seen;
  /** Lets time pass until `find` gives something; `undefined` when it has not within two minutes of virtual time. */
  until<T>(find: (user: User) => T | undefined): Promise<T | undefined>;
}

/** The address of a person. */
export function addressOf(someone: Someone): string {
  return typeof someone === 'string' ? someone : someone.address;
}

/** What is seen of somebody who shows nothing. */
export const UNSEEN: Seen = { show: 'offline', note: undefined };
