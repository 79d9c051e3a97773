// Archiving and the filter of links by themselves: settings that look as if they did something.
import { placeIn, warn, type Place, type Report } from '../finding.ts';
import type { ReadFederation } from '../read.ts';
import { filled } from './filled.ts';

/** Tells what is switched on and does nothing. */
export function checkMessages(federation: ReadFederation, parent: Place, report: Report): void {
  const { archiving, imFilter } = federation;
  if (archiving !== undefined) {
    const { enableArchiving, archiveExternal, archiveInternal } = filled('archiving', archiving);
    if (enableArchiving === 'none' && (archiveExternal || archiveInternal)) {
      const text = 'enableArchiving is none, so nothing is archived';
      warn(report, 'archiving-off', placeIn(parent, 'archiving', 'enableArchiving'), text);
    }
  }
  if (imFilter?.enabled === true && imFilter.action === 'warn' && !imFilter.warnMessage) {
    const text = 'action warn without a warnMessage filters nothing';
    warn(report, 'filter-without-warning', placeIn(parent, 'imFilter', 'action'), text);
  }
}
