// @interwork/sip: SIP on the wire and in time. The public names, listed one by one.

export { checkRequest, checkResponse } from './check.ts';
export { type Fault, type FaultAnswer, type FaultCode, isFault, MisuseError } from './fault.ts';
export { Framer, type FramerEvent } from './framer.ts';
export { DEFAULT_LIMITS, DIALOG_LIMITS, SDP_LIMITS, type SipLimits } from './limits.ts';
export {
  type CSeq,
  type ForwardDraft,
  type HeaderField,
  type Headers,
  type IncomingRequest,
  type IncomingResponse,
  type MediaType,
  type NameAddr,
  type Param,
  type ParamValue,
  param,
  type PassedResponse,
  type Read,
  type Request,
  type RequestDraft,
  type Response,
  type ResponseDraft,
  type Salvage,
  type SipMessage,
  type Via,
  type Warning,
  type WireRequest,
  type WireResponse,
} from './message.ts';
export { type MailboxUri, parseMailbox, writeMailbox } from './mailbox.ts';
export { parseNameAddr, writeNameAddr } from './name-addr.ts';
export { percentDecode } from './percent.ts';
export { headersOf } from './header/field.ts';
export { type FieldNames, fieldNames } from './header/field-names.ts';
export { parseMessage } from './parse.ts';
export { routeTexts } from './relay.ts';
export { parseRoute } from './route.ts';
export { salvage } from './salvage.ts';
export { equalTel, parseTel, type TelUri, writeTel } from './tel.ts';
export {
  equalUri,
  type OtherUri,
  parseUri,
  type SipUri,
  type Uri,
  uriParam,
  writeUri,
} from './uri.ts';
export { writeMessage, writeVia } from './write.ts';
export {
  ackWithin,
  type Dialog,
  type DialogEntry,
  dialogOfNotify,
  dialogOfRequest,
  dialogOfResponse,
  type DialogRequestParts,
  enterDialog,
  isWithin,
  nextHopOf,
  recordRoutesOf,
  refreshTarget,
  requestWithin,
  type RequestWithin,
} from './dialog.ts';
export {
  type EventType,
  readEvent,
  readSubscriptionState,
  sameEvent,
  type SubscriptionState,
  writeEvent,
  writeSubscriptionState,
} from './subscription-state.ts';
export { startSubscriber, stepSubscriber, subscriberWakeAt } from './subscriber.ts';
export {
  type Again,
  DEFAULT_SUBSCRIBER_TIMES,
  type EndCause,
  type SubscribeFailed,
  type Subscriber,
  type SubscriberEnv,
  type SubscriberOptions,
  type SubscriberEvent,
  type SubscriberInput,
  type SubscriberState,
  type SubscriberStep,
  type SubscriberTimes,
  type SubscriberWish,
  type SubscriptionEnded,
} from './subscriber/types.ts';
export { notifierWakeAt, openNotifier, stepNotifier } from './notifier.ts';
export {
  DEFAULT_NOTIFIER_TIMES,
  type Notifier,
  type NotifierEnd,
  type NotifierEnding,
  type NotifierEnv,
  type NotifierOptions,
  type NotifierInput,
  type NotifierOpening,
  type NotifierState,
  type NotifierStep,
  type NotifierTimes,
  type NotifyFailed,
  type StateDocument,
} from './notifier/types.ts';
export { publicationWakeAt, startPublication, stepPublication } from './publication.ts';
export type {
  Publication,
  PublicationEnv,
  PublicationEvent,
  PublicationInput,
  PublicationState,
  PublicationStep,
  PublicationWish,
  PublishFailure,
  PublishOperation,
} from './publication/types.ts';
export {
  openSession,
  requestInSession,
  sessionWakeAt,
  startSession,
  stepSession,
} from './session.ts';
export { endsSession } from './session/transitions.ts';
export { partFrom } from './session/forks.ts';
export {
  DEFAULT_SESSION_TIMES,
  type Session,
  type SessionAnswer,
  type SessionContent,
  type SessionEnd,
  type SessionEnded,
  type SessionEnv,
  type SessionEstablished,
  type SessionEvent,
  type SessionFailed,
  type SessionInput,
  type SessionInvite,
  type SessionOpening,
  type SessionRequest,
  type SessionResponse,
  type SessionState,
  type SessionStep,
  type SessionTag,
  type SessionTimes,
  type SessionWish,
} from './session/types.ts';
export { parseSdp, sdpAttribute, sdpOrigin, writeSdp } from './sdp.ts';
export type { SdpDocument, SdpLine, SdpMedia, SdpOrigin } from './sdp/types.ts';
export { SipEndpoint } from './endpoint.ts';
export { DEFAULT_ENDPOINT_LIMITS, type EndpointLimits } from './endpoint/limits.ts';
export type {
  ConnectFailedInput,
  ConnectFailure,
  DeclinedEvent,
  DrawToken,
  FailedEvent,
  FailedReason,
  Flow,
  ForwardInput,
  Instant,
  Machine,
  PassInput,
  RefusedPeer,
  RequestInput,
  RespondInput,
  SentEvent,
  SipCounts,
  SipEndpointOptions,
  SipEvent,
  SipInput,
  SipOutput,
  SocketAddress,
  Target,
  Transport,
} from './endpoint/types.ts';
export type {
  AcknowledgedEvent,
  CancelInput,
  CancelledEvent,
  ForkedEvent,
  InviteEvent,
  ProvisionalEvent,
  UnacknowledgedEvent,
} from './endpoint/invite-types.ts';
export type { Judge, Judgement, JudgementFault, TlsRole } from './judge.ts';
export {
  DEFAULT_TIMERS,
  type TimerValues,
  type TimerName,
  type TimerRow,
  type TimerTable,
  timerTable,
} from './timers.ts';
export { SipLocation } from './locate.ts';
export { DEFAULT_LOCATE_LIMITS, type LocateLimits } from './locate/limits.ts';
export type {
  LocateAnswer,
  Located,
  LocatedTarget,
  LocateEnd,
  LocateEvidence,
  LocateOptions,
  LocateQuestion,
  NaptrRecord,
  NotLocated,
  NotLocatedReason,
  SrvRecord,
} from './locate/types.ts';
export { remedyOf } from './remedies.ts';
