// The public names of @interwork/core/node, one by one.
export { alarm, steadyClock } from './clock.ts';
export { type Judges, judgesFor } from './judges.ts';
export { mac } from './mac.ts';
export { drawToken } from './random.ts';
export { type HostHooks, nodeTiming, run } from './run.ts';
export type {
  ComponentPart,
  Configuration,
  DnsPart,
  DomainsPart,
  HealthPart,
  LimitsPart,
  LogPart,
  NamedFiles,
  PairFiles,
  ReadLimits,
  RevocationPart,
  S2sPart,
  SipDnsPart,
  SipPart,
  SipPlace,
  SipRoute,
  StatePart,
  TlsFiles,
  TlsPart,
  XmppPart,
  XmppPlace,
  XmppRoute,
} from './daemon/configuration.ts';
export { type Daemon, type DaemonOptions, startDaemon } from './daemon/daemon.ts';
export {
  type DaemonFinding,
  type DaemonFindingCode,
  type DaemonFindings,
  findingLine,
} from './daemon/finding.ts';
export { configurationFindings } from './daemon/read-all.ts';
export type { StateLimits } from './daemon/state-limits.ts';
export type { OpenRedis, OpenState } from './daemon/state.ts';
export { type HostCounts } from './observe/counts.ts';
export { type JsonLog, jsonLog, type JsonLogOptions, type Level, type Log } from './observe/log.ts';
export { GatewayMetrics, type MeasuredGateway } from './observe/metrics.ts';
export type { MeterLike, ObservableLike, ObservableResultLike } from './observe/open-telemetry.ts';
export type { PinoLike } from './observe/pino.ts';
export { type FileStore, fileStore, type FileStoreOptions } from './file-store/file-store.ts';
