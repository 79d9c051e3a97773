// @interwork/xmpp/testing: an XMPP domain in memory, for tests, examples and demonstrations.
export {
  type EdgeLike,
  playOn,
  type WireOutput,
  XmppDomain,
  type XmppDomainOptions,
} from './domain.ts';
export {
  type DomainMessage,
  type Reaction,
  type Received,
  type Sent,
  XmppScript,
} from './script.ts';
