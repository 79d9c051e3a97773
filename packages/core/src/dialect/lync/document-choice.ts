// Habit: document-choice
// They do: look through Accept in their own order, enhanced presence first, and stay with the first that fits for the dialog.
//   Subscriptions last eight hours.
// Vectors: pres-01 D, pres-03 D.
// We do: ask for PIDF alone, and read the others if they come; write the best of what a watcher accepts, in the same order.
import { CATEGORIES } from './presence-categories.ts';
import { MSRTC_PIDF } from './presence-msrtc-pidf.ts';
import { PIDF_SUBSET } from './presence-pidf.ts';
import { XPIDF } from './presence-xpidf.ts';

/** Media types that our SUBSCRIBE accepts. */
export const ASKED_TYPES: readonly string[] = [PIDF_SUBSET.type];

/** Media types that are written, the best first. */
export const WRITTEN_TYPES: readonly string[] = [CATEGORIES, MSRTC_PIDF, PIDF_SUBSET, XPIDF].map(
  ({ type }) => type,
);

/** Seconds. */
export const EXPIRES = 28_800;
