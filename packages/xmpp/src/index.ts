// The public names of @interwork/xmpp, listed one by one.
export {
  isFault,
  MisuseError,
  type Fault,
  type FaultAnswer,
  type FaultCode,
  type StreamCondition,
} from './fault.ts';
export { isContentNamespace, NS } from './namespaces.ts';
export { DEFAULT_LIMITS, UNPROVED_LIMITS, type XmlLimits } from './limits.ts';
export { child, childrenOf, element, elementsOf, textOf, type XmlElement } from './xml/element.ts';
export { writeXml } from './xml/write.ts';
export { parseXml } from './xml/parse.ts';
export { XmlReader } from './xml/reader.ts';
export type { StreamClose, StreamElement, StreamOpen, XmlEvent } from './xml/tree-reader.ts';
export { Jid } from './jid.ts';
export { normalizeDomain } from './idna.ts';
export {
  messageElement,
  parseStanza,
  writeStanza,
  type Iq,
  type IqType,
  type LangText,
  type Message,
  type MessageDraft,
  type MessageType,
  type Presence,
  type PresenceType,
  type Show,
  type Stanza,
  type StanzaContext,
} from './stanza.ts';
export { presenceElement, type PresenceDraft } from './presence.ts';
export {
  inboundSubscription,
  NO_SUBSCRIPTION,
  outboundSubscription,
  type InboundStep,
  type OutboundStep,
  type Subscription,
  type SubscriptionState,
  type SubscriptionType,
} from './subscription.ts';
export {
  CONDITIONS,
  errorElement,
  errorReply,
  isCondition,
  readStanzaError,
  type Condition,
  type StanzaError,
  type StanzaErrorDraft,
  type StanzaErrorType,
} from './stanza-error.ts';
export { answerIq, discoInfo, iqResult, type DiscoIdentity } from './xep/disco.ts';
export { isPing, pingElement } from './xep/ping.ts';
export { asksVersion, type SoftwareVersion, versionElement } from './xep/version.ts';
export { delayElement, delayOf, instantOf, stampOf } from './xep/delay.ts';
export { idleElement, idleSinceOf } from './xep/idle.ts';
export { decodeUtf8, encodeUtf8 } from './bytes.ts';
export {
  DEFAULT_LINK_RULES,
  type Digest,
  type DrawToken,
  type Instant,
  type Judge,
  type Judgement,
  type JudgementFault,
  type LinkFacts,
  type LinkRules,
  type Machine,
  type Proof,
  type Receipt,
  type Remote,
  type SendFailure,
  type TlsRole,
} from './server-link.ts';
export { STREAM_CONDITIONS } from './stream/conditions.ts';
export { dialbackKeys, type DialbackKey, type Verdict } from './stream/dialback.ts';
export { domainName, type DomainName } from './stream/domain.ts';
export {
  DEFAULT_STREAM_LIMITS,
  DEFAULT_STREAM_TIMERS,
  type StreamLimits,
  type StreamTimers,
} from './stream/limits.ts';
export type {
  StreamEnd,
  StreamEnded,
  StreamInput,
  StreamOutput,
  StreamSurroundings,
  VerifyRequest,
} from './stream/io.ts';
export { XmppStream } from './stream/stream.ts';
export type { StreamState } from './stream/transitions.ts';
export {
  DEFAULT_XMPP_LIMITS,
  DEFAULT_XMPP_TIMERS,
  type XmppLimits,
  type XmppTimers,
} from './endpoint/limits.ts';
export type {
  ConnectFailure,
  StanzaCommand,
  StanzaNeed,
  XmppEndpointOptions,
  DomainPair,
  XmppEvent,
  XmppInput,
  XmppOutput,
  XmppTarget,
} from './endpoint/io.ts';
export { XmppEndpoint, type XmppCounts } from './endpoint.ts';
export { XmppComponent } from './component.ts';
export type { ComponentOptions, ComponentState } from './component/record.ts';
export {
  DEFAULT_COMPONENT_LIMITS,
  DEFAULT_COMPONENT_TIMERS,
  type ComponentLimits,
  type ComponentTimers,
} from './component/limits.ts';
export { remedyOf } from './remedies.ts';
