// The flags of external access policies by the name that a document gives them, for sentences and for changes.
import { ACCESS } from './access.ts';
import type { ExternalAccessPolicyEntry } from './document.ts';

/** A flag that decides crossings. */
export type AccessFlag = Exclude<
  keyof ExternalAccessPolicyEntry,
  'enableOutsideAccess' | 'description'
>;

/** The names of the flags that are set in some bits. */
export function accessFlags(bits: number): readonly AccessFlag[] {
  return FLAGS.filter(([, bit]) => (bits & bit) !== 0).map(([flag]) => flag);
}

const FLAGS: readonly (readonly [AccessFlag, number])[] = [
  ['enableFederationAccess', ACCESS.federation],
  ['enableXmppAccess', ACCESS.xmpp],
  ['enablePublicCloudAccess', ACCESS.publicCloud],
  ['enablePublicCloudAudioVideoAccess', ACCESS.publicAudioVideo],
];
