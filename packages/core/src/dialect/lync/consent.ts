// Habit: consent
// They do: answer every SUBSCRIBE with 200 and call it active, whatever the person thinks of it; who is refused hears nothing
//   more, or sees documents that say nothing.
// Vectors: pres-03 D, own pres-empty D.
// We do: take the first document that shows something for the consent, and wait until then.
import type { PresenceTraits } from '../types.ts';

/** What says that somebody lets himself be seen. */
export const CONSENT: PresenceTraits['consent'] = 'document';
