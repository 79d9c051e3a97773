// The same claims as plain functions, for `node:test` and every other runner: they throw an Error that says what there
// is instead.
import {
  type Check,
  checkAskedBy,
  checkDelivered,
  checkLost,
  checkReceives,
  checkRefusedBy,
  checkSees,
} from './checks.ts';
import type { Message } from './message.ts';
import type { Shown, Someone, User } from './user.ts';

/** Throws unless the recipient has the message once and the sender was not told otherwise. */
export function assertDelivered(message: Message): void {
  hold(checkDelivered(message));
}

/** Throws unless the gateway refused the message for a policy rule with this id, or a reason with this name. */
export function assertRefusedBy(message: Message, why: string): void {
  hold(checkRefusedBy(message, why));
}

/** Throws unless the message arrived without this, and the gateway has declared so. */
export function assertLost(message: Message, what: string): void {
  hold(checkLost(message, what));
}

/** Rejects unless a message with this text comes within two minutes of virtual time. */
export async function assertReceives(user: User, text: string): Promise<void> {
  hold(await checkReceives(user, text));
}

/** Rejects unless somebody asks to see this user within two minutes of virtual time. */
export async function assertAskedBy(user: User, contact: Someone): Promise<void> {
  hold(await checkAskedBy(user, contact));
}

/** Rejects unless a contact comes to be seen like this within two minutes of virtual time. */
export async function assertSees(
  user: User,
  contact: Someone,
  show: Shown,
  note?: string,
): Promise<void> {
  hold(await checkSees(user, contact, show, note));
}

function hold({ pass, message }: Check): void {
  if (!pass) throw new Error(message());
}
