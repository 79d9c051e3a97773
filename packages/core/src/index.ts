// The public names of @interwork/core, one by one.
export {
  type AddressFault,
  type AddressOptions,
  crossingBetween,
  endOf,
  escapeLocal,
  isReversible,
  jidToAor,
  jidToImUri,
  jidToSipUri,
  sipUriToJid,
  unescapeLocal,
} from './address.ts';
export {
  type CpimDraft,
  type CpimHeader,
  type CpimMessage,
  NS_CPIM,
  readCpim,
  writeCpim,
} from './body/cpim.ts';
export { htmlToXhtml } from './body/html-read.ts';
export { DEFAULT_HTML_LIMITS, type HtmlLimits, type Markup } from './body/markup.ts';
export {
  parsePidf,
  PIDF_TYPE,
  type PidfContact,
  type PidfDialect,
  type PidfDocument,
  type PidfFault,
  type PidfTuple,
} from './body/pidf.ts';
export type { PidfNote } from './body/pidf-note.ts';
export {
  DEFAULT_PIDF_LIMITS,
  NS_DATA_MODEL,
  NS_PIDF,
  NS_RPID,
  type PidfLimits,
} from './body/pidf-reading.ts';
export { MAX_DOCUMENT } from './body/pidf-room.ts';
export { writePidf } from './body/pidf-write.ts';
export type { DocumentFault } from './body/presence-root.ts';
export type { PidfPerson } from './body/person.ts';
export type { Activities, UserInput } from './body/rpid.ts';
export { MAX_TUPLE_ID, resourceOfTupleId, tupleIdOf } from './body/tuple-id.ts';
export { DEFAULT_PART_LIMITS, type Part, type PartDraft, type PartLimits } from './body/mime.ts';
export { readMultipart, writeMultipart } from './body/multipart.ts';
export { xhtmlToHtml, xhtmlToText } from './body/rich-text.ts';
export { type RichText, sanitisedXhtml } from './body/xhtml-im.ts';
export {
  type Crossing,
  type CrossingFacts,
  type End,
  MAX_PAGER_OCTETS,
  type Reading,
} from './crossing.ts';
export { dialectOf, type DialectEnv, Dialects, profileOf } from './dialect/dialect-of.ts';
export { GOOGLE_TALK } from './dialect/google-talk.ts';
export { LYNC } from './dialect/lync.ts';
export { STANDARD } from './dialect/standard.ts';
export type {
  Dialect,
  DialectName,
  DocumentFacts,
  DocumentForm,
  FirstMessage,
  Meaning,
  PeerFacts,
  PresenceTraits,
  ProfileName,
  SessionForm,
  SessionMedia,
  SessionPlace,
  Traits,
  TypingForm,
  TypingState,
  Unfolded,
  UnfoldedResponse,
  XmppProfile,
} from './dialect/types.ts';
export {
  type ContactDescription,
  type ContactFacts,
  describeContact,
  type FederatedContact,
  type Permission,
  type PublicProvider,
  type Together,
  type Verification,
} from './describe-contact.ts';
export { type Drivable, drive, type Tick, type Timing } from './drive.ts';
export {
  answerFor,
  CONDITION_OF,
  conditionOf,
  errorFor,
  type SipAnswer,
  STATUS_OF,
  type StatusRow,
} from './error.ts';
export {
  DEFAULT_EDGE_LIMITS,
  type EdgeLimits,
  type EdgeOptions,
  type InnerHop,
} from './edge/options.ts';
export type { EdgeSizes } from './edge/edge.ts';
export { EDGE_METHODS, EDGE_UNANSWERED } from './edge/methods.ts';
export { type ProxyOptions, proxiesBy } from './edge/proxies.ts';
export { Desk, type DeskSizes } from './gateway/desk.ts';
export {
  type Decision,
  DEFAULT_DESK_LIMITS,
  DEFAULT_DESK_WAITS,
  type DeskEvent,
  type DeskLimits,
  type DeskOptions,
  type DeskOutput,
  type DeskWaits,
  MAX_ROUNDS,
  type Recheck,
  type Unable,
} from './gateway/desk-options.ts';
export type { HostDuty, HostObligation } from './gateway/duties.ts';
export type {
  Answer,
  AskedChange,
  AskedCrossing,
  AskedTraffic,
  AskedWhat,
  CrossingAnswer,
  CrossingQuestion,
  CrossingVerdict,
  DutyAnswer,
  DutyMessage,
  DutyQuestion,
  GatewayEvent,
  GatewayOutput,
  PolicyAnswer,
  Question,
  RouteQuestion,
  SipCommand,
  SrvTarget,
  XmppCommand,
} from './gateway/event.ts';
export { type Closed, DEFAULT_WIRE_WAITS, type EdgeEnd, type WireWaits } from './gateway/closed.ts';
export type { Ended, OutcomeEvents } from './gateway/outcomes.ts';
export { Gateway } from './gateway/gateway.ts';
export type { GatewaySizes } from './gateway/sizes.ts';
export { linkRulesBy } from './gateway/link-rules.ts';
export {
  DEFAULT_GATEWAY_LIMITS,
  DEFAULT_GATEWAY_WAITS,
  type GatewayLimits,
  type GatewayOptions,
  type GatewayWaits,
} from './gateway/options.ts';
export type { ChatOptions } from './gateway/chat-settings.ts';
export type { ChatSizes } from './gateway/chat.ts';
export {
  type ChatLimits,
  type ChatWaits,
  DEFAULT_CHAT_LIMITS,
  DEFAULT_CHAT_WAITS,
} from './ledger/chat-bounds.ts';
export type { PresenceOptions } from './gateway/presence-settings.ts';
export type { PresencePlace } from './gateway/presence-contact.ts';
export type { PresenceSizes } from './gateway/presence.ts';
export {
  DEFAULT_PRESENCE_HABITS,
  DEFAULT_PRESENCE_LIMITS,
  DEFAULT_PRESENCE_WAITS,
  type PresenceHabits,
  type PresenceLimits,
  type PresenceWaits,
} from './ledger/presence-bounds.ts';
export type { CountRow } from './gateway/tally.ts';
export type {
  Counts,
  CrossingOutcome,
  CrossingTrace,
  FaultTrace,
  PartedTrace,
  PeerTrace,
  Trace,
} from './gateway/trace.ts';
export { type Edge, type Edges, type Hooks, type Running, wire } from './gateway/wire.ts';
export { MisuseError } from './misuse.ts';
export { NS_PATH, PATH_HEADER } from './rules/path.ts';
export { ACCEPTED_TYPES } from './rules/content.ts';
export { messageToSip, messageToXmpp } from './rules/pager-message.ts';
export {
  type Again,
  type ContactStanza,
  END_OF_REASON,
  type EndOfReason,
  endOfReason,
  endOfStatus,
  type EndReason,
  presenceBetween,
  RETRY_AFTER,
  type Standing,
  STATE_OF_ANSWER,
  stateOfError,
  SUBSCRIBE_ASKS,
  type SubscriptionEnd,
  type SubscriptionSaid,
  WATCHER_ASKS,
  type WatcherAnswer,
  type WatcherRequest,
  type WatcherStanza,
} from './rules/presence-authorization.ts';
export {
  languageOfPidf,
  pidfToResources,
  type Presentity,
  type PresentityAsked,
  priorityToPidf,
  priorityToXmpp,
  resourcesToPidf,
} from './rules/presence-notification.ts';
export {
  FETCH_HOLD,
  probeOf,
  type SubscribeKind,
  subscribeKind,
  type SubscribeWish,
  WATCH_SECONDS,
  wishToFetch,
  wishToWatch,
} from './rules/presence-polling.ts';
export {
  DELAY_WORTH_SAYING,
  diffResources,
  presenceToResource,
  type ResourceChange,
  type ResourceState,
  resourceToPresence,
  type Status,
} from './rules/presence-resource.ts';
export { ACTIVITY_OF, showOfActivities } from './rules/presence-show.ts';
export {
  CARRIED_EVENTS,
  CARRIED_METHODS,
  CARRIED_UNANSWERED,
  declineRequest,
} from './rules/unsupported-request.ts';
export { toPlainText } from './rules/rich-message.ts';
export { callIdToThread, threadToCallId } from './rules/thread.ts';
export { memoryStore, type MemoryStoreOptions } from './store/memory.ts';
export { type AskStore, askStore, type StoreAnswer, type StoreRequest } from './store/request.ts';
export {
  type Instant,
  type JsonValue,
  type Key,
  type KeyPage,
  kindOfKey,
  type Next,
  type Revision,
  type Store,
  type Stored,
  type StoredRecord,
  type Written,
} from './store/store.ts';
export type { Loss, Refusal, RefusalCode, Translation } from './translation.ts';
export { remedyOf } from './remedies.ts';
