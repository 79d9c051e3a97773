// Changes of how far a partner is believed to vouch for its users.
import type { VerificationLevel } from '../federation/document.ts';
import type { Change, Reach } from './change.ts';
import { setting, type Federated } from './federated.ts';

/** Other verification levels of the object at these keys. */
export function verifying(
  situation: Federated,
  keys: readonly (string | number)[],
  whom: string,
): readonly Change[] {
  return levels(situation, [...keys, 'verificationLevel'], whom, 'some');
}

/** Other levels of whatever has no object of its own: the default route, or discovered partners. */
export function verifyingAll(situation: Federated): readonly Change[] {
  const isRoute = situation.entry.accessEdge.routing === 'useDefaultRouting';
  const field = isRoute ? 'verificationLevel' : 'discoveredPartnerVerificationLevel';
  return levels(situation, ['accessEdge', field], 'the Access Edge', 'everybody');
}

function levels(
  situation: Federated,
  keys: readonly (string | number)[],
  whom: string,
  reach: Reach,
): readonly Change[] {
  return LEVELS.map((level) =>
    setting(situation, keys, level, {
      kind: 'set-verification',
      reach,
      text: `Set ${keys.at(-1) ?? ''} of ${whom} to ${level}.`,
    }),
  );
}

const LEVELS: readonly VerificationLevel[] = ['alwaysUnverifiable', 'alwaysVerifiable'];
