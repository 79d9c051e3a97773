// Who may change a configuration, what was changed, and which edge has it by now.
export { changesBetween } from './changes.ts';
export type { Change } from './changes.ts';
export { DEFAULT_HISTORY_LIMITS } from './history-limits.ts';
export type { HistoryLimits } from './history-limits.ts';
export { editDraft, newestOf, newHistory, publishDraft, undoTo } from './history.ts';
export type {
  By,
  ConfigurationHistory,
  Draft,
  HistoryRecord,
  HistoryRefusal,
  HistoryStep,
  Snapshot,
} from './history.ts';
export { loadRoles } from './load-roles.ts';
export type { Roles, RolesDocument } from './load-roles.ts';
export { readHistory, readReplica, readReport, readSnapshot } from './records.ts';
export { applySnapshot, newReplica, replicaStatus, reportOf } from './replica.ts';
export type { Loaded, Replica, ReplicaReport, ReplicaStatus } from './replica.ts';
export { authorize, LYNC_ROLES, ROLE_ACTIONS } from './roles.ts';
export type { Actor, MissingGroups, Role, RoleAction, RoleVerdict } from './roles.ts';
