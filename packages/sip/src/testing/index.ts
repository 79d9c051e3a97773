// @interwork/sip/testing: a scripted SIP company to test against.

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
