// What becomes of a sender, by how far its domain is believed and by the mark its own edge put on it. A missing mark is
// refused where marks decide, except on the default route, where it makes the sender unverified.
import type { VerificationLevel } from './document.ts';
import type { Mark } from './facts.ts';

/** Verified senders pass; unverified ones only if the recipient has added or allowed them. */
export type Verification = Mark | 'refused';

/** A row for each level, a column for each mark. */
export const VERIFICATION: Readonly<
  Record<VerificationLevel, Readonly<Record<Mark | 'missing', Verification>>>
> = {
  alwaysVerifiable: { verified: 'verified', unverified: 'verified', missing: 'verified' },
  alwaysUnverifiable: { verified: 'unverified', unverified: 'unverified', missing: 'unverified' },
  useSourceVerification: { verified: 'verified', unverified: 'unverified', missing: 'refused' },
};

/** The column of a mark; a word that is none is no mark. */
export function markOf(mark: Mark | undefined): Mark | 'missing' {
  return mark === 'verified' || mark === 'unverified' ? mark : 'missing';
}

/** The marks with which senders fare worse by one level than by another. */
export function stricterMarks(
  level: VerificationLevel,
  than: VerificationLevel,
): readonly (Mark | 'missing')[] {
  return MARKS.filter(
    (mark) => RANK.indexOf(VERIFICATION[level][mark]) > RANK.indexOf(VERIFICATION[than][mark]),
  );
}

const MARKS: readonly (Mark | 'missing')[] = ['verified', 'unverified', 'missing'];
/** The best first. */
const RANK: readonly Verification[] = ['verified', 'unverified', 'refused'];
