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
export { delayElement, delayOf, instantOf, stampOf } from './xep/delay.ts';
export { decodeUtf8, encodeUtf8 } from './bytes.ts';
