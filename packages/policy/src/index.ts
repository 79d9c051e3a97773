// Who may talk to whom, about what, and why: a document in, verdicts out.
export { addressIn, addressSet, readNetwork } from './address-set.ts';
export type { AddressRange, AddressSet, Ranges } from './address-set.ts';
export { audit, DEFAULT_AUDIT_EACH } from './audit/audit.ts';
export type { Audit, AuditFinding, AuditOptions } from './audit/audit.ts';
export type { Severity } from './audit/check.ts';
export type { AuditCode } from './audit/codes.ts';
export type {
  LimitsEntry,
  Must,
  PartnerEntry,
  PolicyDocument,
  RuleEntry,
  XmppEntry,
} from './document.ts';
export { diff } from './diff/diff.ts';
export type { Difference, DifferenceKind, PolicyDiff } from './diff/diff.ts';
export { crossingsOf, DEFAULT_SAMPLE_SIZE } from './diff/sample.ts';
export type { Sample } from './diff/sample.ts';
export type { Cell, DomainTable } from './domain-set.ts';
export type { NameList } from './name-list.ts';
export type { NameTable } from './name-table.ts';
export { normalizeDomain } from './domain.ts';
export { looksLike } from './domain-look-alike.ts';
export { evaluate } from './evaluate.ts';
export { explain } from './explain/explain.ts';
export type { Finding, FindingCode, Findings } from './finding.ts';
export type { PolicyLimits } from './limits.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export { DEFAULT_XMPP_LINK_RULES, type XmppLinkRules } from './link-rules.ts';
export {
  type Bucket,
  fillBucket,
  type Rate,
  type Taken,
  takeTokens,
} from './limiter-bucket.ts';
export {
  type Counted,
  countDistinct,
  type Distinct,
  type DistinctLimits,
} from './limiter-distinct.ts';
export {
  type Budget,
  DEFAULT_LEASE_MS,
  giveBack,
  type Lease,
  leaseFrom,
  type Lent,
  readBudget,
  spendLease,
} from './limiter-lease.ts';
export { connectionLimitOf, type Counting, limitsOf } from './limiter-of.ts';
export {
  countAnswer,
  DEFAULT_SUSPICION,
  isSuspicious,
  type Suspicion,
  type SuspicionLimits,
} from './limiter-suspicion.ts';
export {
  type Admission,
  countCrossing,
  countOutcome,
  type Crossed,
  DEFAULT_KEPT,
  DEFAULT_SUSPICIOUS_RATE,
  isForgotten,
  type KeptLimits,
  type Over,
  type PartnerCounts,
  type TrafficLimits,
  type UserBucket,
} from './limiter.ts';
export { loadPolicy } from './load.ts';
export { MisuseError } from './misuse.ts';
export type { Partner, PolicySet, Rule } from './policy-set.ts';
export { allowedDomainOf, linkRulesOf, partnerOf, proxyOf, xmppPartnerOf } from './policy-set.ts';
export { questionsOf, stepsOf, type Step } from './steps-of.ts';
export type { StepName } from './federation/steps.ts';
export { addressOf } from './federation/addresses.ts';
export { CAPABILITIES, type Capabilities } from './federation/capabilities.ts';
export type { PeerClass } from './federation/access.ts';
export type {
  AccessPolicy,
  AllowedDomain,
  ExternalAccess,
  Federation,
  HostingProvider,
  People,
  PublicProvider,
  Recipient,
  XmppPartner,
} from './federation/compiled.ts';
export type {
  AccessEdgeEntry,
  AllowedDomainEntry,
  ArchivingEntry,
  BlockedDomainEntry,
  DefaultRouteEdgeEntry,
  DnsSrvEdgeEntry,
  EdgeEntry,
  ExternalAccessEntry,
  ExternalAccessPolicyEntry,
  FederationEntry,
  HostingProviderEntry,
  ImFilterEntry,
  Negotiation,
  PublicProviderEntry,
  RecipientEntry,
  VerificationLevel,
  XmppGatewayEntry,
  XmppPartnerEntry,
  XmppPartnerType,
} from './federation/document.ts';
export { LYNC_DEFAULTS, type LyncDefaults } from './federation/defaults.ts';
export { filled, filledAccessEdge, filledPublicProvider } from './federation/filled.ts';
export type { DefaultedEntries, Filled, FilledAccessEdge } from './federation/filled.ts';
export { negotiationOf } from './federation/negotiation.ts';
export type {
  NegotiationMethod,
  NegotiationVerdict,
  NegotiationWarning,
} from './federation/negotiation.ts';
export { PRESETS, type Preset, type PresetFields } from './federation/presets.ts';
export type { Facts, Grant, Mark, PolicyQuestion, Relation } from './federation/facts.ts';
export { loadFacts, type ReadFacts } from './federation/read-facts.ts';
export type {
  End,
  FederationObligation,
  Level,
  Obligation,
  Proof,
  Query,
  Traffic,
  Verdict,
} from './query.ts';
export { REASONS } from './query.ts';
export { readByShape, type ShapedDocument } from './read-shape.ts';
export { policySchema, schemaOf, type JsonSchema } from './schema.ts';
export type { Field, Fields, Shape, Words } from './shape.ts';
export { TRAFFIC } from './traffic.ts';
export { applyChange } from './what-if/change.ts';
export type { Change, ChangeKind, PatchStep, Reach } from './what-if/change.ts';
export { DEFAULT_WHAT_IF_LIMITS, whatIf } from './what-if/search.ts';
export type { Way, WhatIf, WhatIfLimits } from './what-if/search.ts';
export { remedyOf } from './remedies.ts';
