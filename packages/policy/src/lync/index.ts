// Lync's configuration in and out: what its cmdlets give as a policy document, and a policy document as what they give.
export { exportLync } from './export.ts';
export type { ExportedFile, LyncExport } from './export.ts';
export type { LyncFinding, LyncFindingCode } from './finding.ts';
export { importLync } from './import.ts';
export type { LyncFile, LyncImport, LyncImportOptions } from './import.ts';
export { DEFAULT_LYNC_LIMITS } from './limits.ts';
export type { LyncLimits } from './limits.ts';
