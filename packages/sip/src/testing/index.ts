// @interwork/sip/testing: a scripted SIP company, and a SIP domain with presence, to test against.

export { SipAdversary } from './adversary/adversary.ts';
export { FORGED, type SipMisdeed, type SipScene, type SipThreat } from './adversary/misdeed.ts';
export { SIP_MISDEEDS } from './adversary/misdeeds.ts';
export { SipPeer, type SipPeerOptions, type WireOutput } from './peer.ts';
export {
  type EdgeLike,
  type PeerMessage,
  playOn,
  type Received,
  type ScriptedAnswer,
  type Sent,
  SipScript,
} from './script.ts';
export { Device } from './presence/device.ts';
export { PRESENCE_METHODS, SipDomain, type SipDomainOptions } from './presence/domain.ts';
export { DECENT, type Policy, type PresentityManners } from './presence/manners.ts';
export { pidf, type TestTuple } from './presence/pidf.ts';
export type { Watched } from './presence/presentity.ts';
export { SipUser } from './presence/user.ts';
export type { Sight } from './presence/watch.ts';
