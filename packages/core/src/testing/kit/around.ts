// What a user of a company has around: the clock, the post, and the way to the gateway.
import type { Target } from '@interwork/sip';
import type { Message } from './message.ts';
import type { Post } from './post.ts';

/** What users are handed. */
export interface Around {
  readonly post: Post;
  readonly now: () => number;
  readonly drawToken: () => string;
  /** Unlike every other of this federation. */
  readonly nextNumber: () => number;
  /** Where a SIP company's requests go. */
  readonly route: () => readonly Target[];
  /** Lets out what users have done. */
  readonly step: () => void;
  /** Lets time pass until something is there; `undefined` when it does not come. */
  readonly until: <T>(find: () => T | undefined) => Promise<T | undefined>;
}

/** The message, when it is known what became of it. */
export async function settled({ post, until }: Around, message: Message): Promise<Message> {
  await until(() => post.isSettled(message) || undefined);
  return message;
}
