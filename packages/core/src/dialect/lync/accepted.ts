// Habit: message-200
// They do: answer a MESSAGE with 200, and take that for the receipt; a 202 was not seen.
// Vectors: im-10 O, own im-answers O.
// We do: take 200 for delivered, and answer 200 where RFC 3428 has 202. What fails after that is told in a message.
import type { Traits } from '../types.ts';

/** What their messages are answered once they are handed over, and what their answers are. */
export const LYNC_RECEIPTS: Pick<Traits, 'accepted' | 'receipts'> = {
  accepted: 200,
  receipts: 'from-200',
};
