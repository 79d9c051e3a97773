// The entries of all files, by cmdlet and identity. The same cmdlet's output may lie there twice, as JSON and as Clixml:
// what is said twice alike is said once, and what is said in two ways is an error.
import { quoted } from '../finding.ts';
import type { Cmdlet, Noun } from './cmdlets.ts';
import type { LyncEntry } from './entry.ts';
import { lyncError, lyncWarningOnce, type LyncReport } from './finding.ts';

/** What has been read so far. */
export interface Gathering {
  readonly report: LyncReport;
  /** Entries by identity in small letters, by cmdlet. A cmdlet that gave nothing has none. */
  readonly entries: Map<Noun, Map<string, LyncEntry>>;
}

export function newGathering(report: LyncReport): Gathering {
  return { report, entries: new Map() };
}

/** That a cmdlet was run, whatever it gave. */
export function saw({ entries }: Gathering, noun: Noun): Map<string, LyncEntry> {
  const before = entries.get(noun);
  if (before !== undefined) return before;
  const none = new Map<string, LyncEntry>();
  entries.set(noun, none);
  return none;
}

/** Adds an entry. */
export function gather(gathering: Gathering, { noun }: Cmdlet, entry: LyncEntry): void {
  const { report } = gathering;
  const entries = saw(gathering, noun);
  const key = entry.identity.toLowerCase();
  const before = entries.get(key);
  if (before === undefined) entries.set(key, entry);
  else if (isSame(before, entry)) {
    const text = `${noun} ${quoted(entry.identity)} is given more than once, with the same values`;
    lyncWarningOnce(report, 'given-twice', noun, entry.spot, text);
  } else {
    const text = `${noun} ${quoted(entry.identity)} has other values in ${quoted(before.spot.file)}`;
    lyncError(report, 'contradiction', entry.spot, text);
  }
}

/** The entries of a cmdlet, or undefined when it was not run. */
export function entriesOf({ entries }: Gathering, noun: Noun): readonly LyncEntry[] | undefined {
  const found = entries.get(noun);
  return found === undefined ? undefined : [...found.values()];
}

/** Fields are in the order of the cmdlet's row, so their text tells. */
function isSame(a: LyncEntry, b: LyncEntry): boolean {
  return JSON.stringify(a.fields) === JSON.stringify(b.fields);
}
