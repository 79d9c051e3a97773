// The public names of @interwork/core/testing, one by one.
export {
  CLOSING_STORE_CASES,
  type MakeStore,
  STORE_CASES,
  type StoreCase,
  type StoreHandle,
} from '../../store/conformance.ts';
export type { ContractCase } from '../../testing/contracts/case.ts';
export {
  CLOCK_CASES,
  type ClockUnderTest,
  type MakeClock,
} from '../../testing/contracts/clock.ts';
export type { MakeJudge } from '../../testing/contracts/judge.ts';
export {
  type MakeResolver,
  RESOLVER_CASES,
  type Zone,
  type ZoneSrv,
} from '../../testing/contracts/resolver.ts';
export {
  type EdgesUnderTest,
  SIP_EDGE_CASES,
  type SipEdgesUnderTest,
  XMPP_EDGE_CASES,
  type XmppEdgesUnderTest,
} from '../../testing/contracts/transport.ts';
export { JUDGE_CASES } from './judge-cases.ts';
export { federation } from './federation.ts';
export type { Federation } from '../../testing/kit/federation.ts';
export { type HostClock, ProcessClock, VirtualClock } from '../../testing/clock.ts';
export {
  faultyStore,
  type FaultyStoreOptions,
  type StoreTroubles,
} from '../../testing/faulty-store.ts';
export {
  type NetworkOptions,
  type Pipe,
  type PipeEvents,
  type Place,
  VirtualNetwork,
} from '../../testing/network.ts';
export { sipHost, type SipHostOptions } from '../../testing/sip-host.ts';
export { type HostOptions, type Playable, World, type WorldOptions } from '../../testing/world.ts';
export {
  type StoreFate,
  virtualStore,
  type VirtualStoreOptions,
} from '../../testing/virtual-store.ts';
export { type VirtualDns, xmppHost, type XmppHostOptions } from '../../testing/xmpp-host.ts';
export { Random } from '../../testing/random.ts';
export {
  assertAskedBy,
  assertDelivered,
  assertLost,
  assertReceives,
  assertRefusedBy,
  assertSees,
} from '../../testing/kit/assert.ts';
export type { StormOptions } from '../../testing/kit/storm.ts';
export { accountOf } from '../../testing/kit/account.ts';
export type { Company } from '../../testing/kit/company.ts';
export type { Fault, FaultArguments, FaultName, FaultShapes } from '../../testing/kit/faults.ts';
export type { Message, MessageOutcome } from '../../testing/kit/message.ts';
export { misbehave, type Mischief, type Reaction } from '../../testing/kit/mischief.ts';
export type { DnsAnswer, Names } from '../../testing/kit/names.ts';
export type {
  CompanyOptions,
  FederationOptions,
  Host,
  HostPlace,
} from '../../testing/kit/options.ts';
export type { Arrived, Seen, SendOptions, Shown, Someone, User } from '../../testing/kit/user.ts';
export type { Sending } from '../../testing/kit/wire.ts';
export { replay, replayText } from '../../testing/replay/replay.ts';
export { DEFAULT_REPLAY_LIMITS, type ReplayLimits } from '../../testing/replay/limits.ts';
export {
  readTrace,
  type SiteTrace,
  type TraceDirection,
  type TraceMessage,
} from '../../testing/replay/trace.ts';
export type {
  Difference,
  DifferenceCode,
  Replay,
  ReplayStep,
  Sight,
} from '../../testing/replay/types.ts';
