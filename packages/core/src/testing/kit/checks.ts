// What a test may claim of a message or a user, as functions that say whether it holds and what there is instead. The
// matchers of vitest and jest, and the plain assertions for other runners, are made of these.
import { accountOf } from './account.ts';
import type { Message } from './message.ts';
import { addressOf, type Shown, type Someone, type User } from './user.ts';

/** Whether a claim holds, and a text for when it does not, or must not. */
export interface Check {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The recipient has it once, and the sender was not told otherwise. */
export function checkDelivered(message: Message): Check {
  return claimed(message, message.outcome === 'delivered', 'be delivered');
}

/** The gateway refused it for a policy rule with this id, or for a reason with this name, such as `loop`. */
export function checkRefusedBy(message: Message, why: string): Check {
  const isRefused = message.outcome === 'refused' && message.received === 0;
  const isSo = message.by.includes(why) || message.reasons.includes(why);
  return claimed(message, isRefused && isSo, `be refused by ${why}`);
}

/** It arrived without something that the other protocol cannot hold, which the gateway has declared. */
export function checkLost(message: Message, what: string): Check {
  const isSo = message.received > 0 && message.losses.some((loss) => loss.what === what);
  return claimed(message, isSo, `have lost ${what}`);
}

/** A message with this text comes, within two minutes of virtual time. */
export async function checkReceives(user: User, text: string): Promise<Check> {
  const found = await user.until(({ inbox }) => inbox.find((one) => one.text === text));
  const inbox = (): string => user.inbox.map((one) => `\n  ${one.from}: ${one.text}`).join('');
  return {
    pass: found !== undefined,
    message: () =>
      `${user.address} ${found === undefined ? 'did not receive' : 'received'} ${JSON.stringify(text)}; the inbox: ${inbox() || 'empty'}`,
  };
}

/** Somebody asks to see this user, within two minutes of virtual time. */
export async function checkAskedBy(user: User, contact: Someone): Promise<Check> {
  const who = addressOf(contact);
  const found = await user.until(({ askedBy }) => askedBy.includes(who) || undefined);
  return {
    pass: found === true,
    message: () =>
      `${user.address} is ${found === true ? '' : 'not '}asked by ${who}; asked by: ${user.askedBy.join(', ') || 'nobody'}`,
  };
}

/** A contact comes to be seen like this, within two minutes of virtual time. */
export async function checkSees(
  user: User,
  contact: Someone,
  show: Shown,
  note?: string,
): Promise<Check> {
  const found = await user.until((one) => {
    const seen = one.sees(contact);
    return (seen.show === show && (note === undefined || seen.note === note)) || undefined;
  });
  const seen = user.sees(contact);
  const shown = seen.note === undefined ? seen.show : `${seen.show} (${seen.note})`;
  return {
    pass: found === true,
    message: () =>
      `${user.address} should ${found === true ? 'not ' : ''}see ${addressOf(contact)} as ${show}, and sees ${shown}`,
  };
}

function claimed(message: Message, pass: boolean, claim: string): Check {
  return {
    pass,
    message: () => `the message should ${pass ? 'not ' : ''}${claim}\n${accountOf(message)}`,
  };
}
