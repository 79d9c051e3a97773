// @interwork/xmpp/testing: an XMPP domain in memory, for tests, examples and demonstrations.
export {
  type AdversaryInput,
  type AdversaryOutput,
  XmppAdversary,
} from './adversary/adversary.ts';
export {
  FORGED,
  type XmppMisdeed,
  type XmppScene,
  type XmppStage,
  type XmppThreat,
} from './adversary/misdeed.ts';
export { XMPP_MISDEEDS } from './adversary/misdeeds.ts';
export {
  type EdgeLike,
  playOn,
  type WireOutput,
  XmppDomain,
  type XmppDomainOptions,
} from './domain.ts';
export type { Availability, RequestHabit } from './presence/account.ts';
export { DEFAULT_MODEL_LIMITS, type ModelLimits } from './presence/limits.ts';
export type { RosterItem, XmppClient, XmppUser } from './presence/user.ts';
export {
  type DomainMessage,
  type Reaction,
  type Received,
  type Sent,
  XmppScript,
  type XmppScriptOptions,
} from './script.ts';
